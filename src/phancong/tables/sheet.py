"""`Sheet`: one table of a file, with the place of each cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from phancong.errors import Defect, InvalidProblemError
from phancong.layout import without_invisible
from phancong.words import Message

#: The number of columns that are read; no list of members or households is wider.
MOST_COLUMNS = 256


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """A table of a file: its cells as they are, and the place of each.

    Parameters
    ----------
    name
        File, or file and sheet: ``"members.csv"``, ``"book.xlsx, sheet 'members'"``.
    header
        The names of the columns; empty if the table is empty.
    rows
        The rows that are not blank, each as long as the header.
    lines
        For each row, its line (CSV) or row (workbook) in the file, counted from 1.
    header_line
        The line or row of the header.
    letters
        The letter of each column of a workbook; empty for a CSV file.
    semicolons
        Whether semicolons separate the cells, so that a comma may be a decimal comma.
    defects
        Defects of the file, each with its line and column.
    titles
        The title of each column in the file, if a reader has put other names into the header.
    """

    name: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    lines: tuple[int, ...] = ()
    header_line: int = 1
    letters: tuple[str, ...] = ()
    semicolons: bool = False
    defects: tuple[Defect, ...] = ()
    titles: tuple[str, ...] = ()

    def __len__(self) -> int:
        """The number of rows below the header."""
        return len(self.rows)

    def column(self, name: str) -> tuple[Any, ...]:
        """All cells of the column *name*."""
        position = self.header.index(name)
        return tuple([row[position] for row in self.rows])

    def place(self, line: int) -> str:
        """The name of a line of the file: ``"members.csv, line 7"``."""
        return place(self.name, line, self.letters)

    def records(self) -> list[str]:
        """The name of each row."""
        return [self.place(line) for line in self.lines]

    def field(self, name: str) -> str:
        """The name of a column: its title, and in a workbook also its letter."""
        if name not in self.header:
            return name
        position = self.header.index(name)
        called = self.titles[position] if self.titles else name
        letter = self.letters[position] if self.letters else ""
        return titled(called, letter) if letter else called


def place(name: str, line: int, letters: Sequence[str]) -> str:
    """The name of a line of the file *name*."""
    if letters:
        return Message("{file}, row {row}", file=name, row=str(line))
    return Message("{file}, line {line}", file=name, line=str(line))


def column_name(position: int, letters: Sequence[str]) -> str:
    """The name of a column by its position, counted from 0."""
    return Message("column {column}", column=letters[position] if letters else str(position + 1))


def titled(title: str, letter: str) -> str:
    """The name of a column of a workbook by title and letter."""
    return Message("{title} (column {column})", title=title, column=letter)


def unreadable(record: str, what: str, mend: str) -> InvalidProblemError:
    """The error about a file that cannot be read."""
    return InvalidProblemError([Defect(record, Message("file"), what, mend)])


def is_blank(cell: Any) -> bool:
    """Whether a cell has nothing but blanks and zero-width characters."""
    if type(cell) is not str:
        return cell is None
    if not cell or cell.isspace():
        return True
    return not (cell.isascii() or without_invisible(cell).strip())


def assemble(
    name: str,
    numbered: Iterable[tuple[int, Sequence[Any]]],
    *,
    letters: Sequence[str] = (),
    semicolons: bool = False,
    defects: Sequence[Defect] = (),
) -> Sheet:
    """A sheet from lines; the first line that is not blank is the header.

    Parameters
    ----------
    name
        The name of the table.
    numbered
        Lines with their number in the file.
    letters
        The letters of the columns of a workbook.
    semicolons
        Whether semicolons separate the cells.
    defects
        Defects found before.
    """
    filled = [(line, row) for line, row in numbered if not all(map(is_blank, row))]
    if not filled:
        return Sheet(name, letters=tuple(letters), defects=tuple(defects))
    found = list(defects)
    (top, titles), *body = filled
    names = ["" if is_blank(title) else clean_title(title) for title in titles]
    while not names[-1]:
        names.pop()
    kept = _named_columns(names, body, place(name, top, letters), letters, found)
    for line, row in body:
        beyond = [p for p in range(len(names), len(row)) if not is_blank(row[p])]
        if beyond:
            found.append(
                beyond_header(
                    place(name, line, letters), column_name(beyond[0], letters), len(names)
                )
            )
    return Sheet(
        name,
        tuple(names[position] for position in kept),
        tuple([tuple([_cell(row, position) for position in kept]) for _, row in body]),
        tuple([line for line, _ in body]),
        top,
        tuple(letters[position] for position in kept) if letters else (),
        semicolons,
        tuple(found),
    )


def _named_columns(
    names: Sequence[str],
    body: Sequence[tuple[int, Sequence[Any]]],
    record: str,
    letters: Sequence[str],
    defects: list[Defect],
) -> list[int]:
    """The positions of the columns with a title of their own.

    Parameters
    ----------
    names
        The titles, empty for columns without one.
    body
        The lines below, with their number in the file.
    record
        The name of the line of the titles.
    letters
        The letters of the columns of a workbook.
    defects
        Takes the defects: columns with a title that is taken, or with cells but without a title.
    """
    kept, taken = [], dict[str, int]()
    for position, title in enumerate(names):
        if title and taken.setdefault(title.casefold(), position) == position:
            kept.append(position)
            continue
        column = column_name(position, letters)
        if title:
            first = column_name(taken[title.casefold()], letters)
            what = Message("has the same name as {column}", column=first)
            defects.append(Defect(record, column, what, Message("keep one of them")))
        elif below := [line for line, row in body if not is_blank(_cell(row, position))]:
            mend = Message("name the column or empty it")
            defects.append(Defect(record, column, nameless(below[0]), mend))
    return kept


def nameless(line: int) -> str:
    """The message about a column without a title; its first filled cell stands in *line*."""
    return Message("has no name, and cells below it (first in {line})", line=str(line))


def beyond_header(record: str, column: str, width: int) -> Defect:
    """The defect of a cell to the right of a header of *width* columns."""
    return Defect(
        record,
        column,
        Message("is filled, and the header has {width} columns", width=str(width)),
        Message("remove the cell, or put cells with a separator in them between quotes"),
    )


def unopened(error: OSError) -> str:
    """The message about a file that cannot be opened."""
    return Message("cannot be opened ({why})", why=error.strerror or type(error).__name__)


#: The mend for a file that does not exist.
MEND_PATH: Final[str] = Message("correct the path")


def read_bytes(path: Path, most: int, fewer: str) -> bytes:
    """All bytes of a file.

    Parameters
    ----------
    path
        The file.
    most
        The largest number of bytes.
    fewer
        The mend for a larger file.

    Raises
    ------
    InvalidProblemError
        It cannot be opened, or is larger than *most*.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise unreadable(str(path), unopened(error), MEND_PATH) from None
    except ValueError:  # a NUL in the path
        raise unreadable(repr(str(path)), Message("is not a path"), MEND_PATH) from None
    if len(raw) > most:
        raise unreadable(
            path.name, Message("is larger than {size} MB", size=f"{most / 1e6:.0f}"), fewer
        )
    return raw


def clean_title(title: Any) -> str:
    """A column's name in the form compared: NFC, without zero-width characters and outer blanks."""
    return unicodedata.normalize("NFC", without_invisible(str(title))).strip()


def _cell(row: Sequence[Any], position: int) -> Any:
    return row[position] if position < len(row) else None
