"""`Sheet`: one table of a file, with the place of each cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from phancong.errors import Defect, InvalidProblemError

#: No list of members or households is wider; what stands further right is not looked at.
MOST_COLUMNS = 256


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it stands in a file: cells as they are, and where each of them stands.

    Parameters
    ----------
    name
        File, or file and sheet: ``"members.csv"``, ``"book.xlsx, sheet 'members'"``.
    header
        The names of the columns; empty if there is nothing in the table at all.
    rows
        The rows with anything in them, each as long as the header.
    lines
        For each row, its line (CSV) or row (workbook) in the file, counted from 1.
    header_line
        The line or row of the header.
    letters
        The letter of each column of a workbook; empty for a CSV file.
    semicolons
        Semicolons part the cells, so that a comma can be a decimal comma.
    defects
        What is wrong with the file, each with its line and column.
    """

    name: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    lines: tuple[int, ...] = ()
    header_line: int = 1
    letters: tuple[str, ...] = ()
    semicolons: bool = False
    defects: tuple[Defect, ...] = ()

    def __len__(self) -> int:
        """How many rows there are below the header."""
        return len(self.rows)

    def column(self, name: str) -> tuple[Any, ...]:
        """All cells of the column *name*."""
        position = self.header.index(name)
        return tuple([row[position] for row in self.rows])

    def place(self, line: int) -> str:
        """What to call a line of the file: ``"members.csv, line 7"``."""
        return place(self.name, line, self.letters)

    def records(self) -> list[str]:
        """What to call each row."""
        return [self.place(line) for line in self.lines]

    def field(self, name: str) -> str:
        """What to call a column: its name, and in a workbook its letter."""
        if not self.letters or name not in self.header:
            return name
        return f"{name} (column {self.letters[self.header.index(name)]})"


def place(name: str, line: int, letters: Sequence[str]) -> str:
    """What to call a line of the file *name*."""
    return f"{name}, {'row' if letters else 'line'} {line}"


def unreadable(record: str, what: str, mend: str) -> InvalidProblemError:
    """What to raise where a whole file cannot be read."""
    return InvalidProblemError([Defect(record, "file", what, mend)])


def is_blank(cell: Any) -> bool:
    """Whether there is nothing in a cell but blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def assemble(
    name: str,
    numbered: Iterable[tuple[int, Sequence[Any]]],
    *,
    letters: Sequence[str] = (),
    semicolons: bool = False,
    defects: Sequence[Defect] = (),
) -> Sheet:
    """A sheet from lines; the first with anything in it is the header.

    Parameters
    ----------
    name
        What to call the table.
    numbered
        Lines with their number in the file.
    letters
        The letters of the columns of a workbook.
    semicolons
        Passed on.
    defects
        What is already known to be wrong.
    """
    filled = [(line, row) for line, row in numbered if not all(map(is_blank, row))]
    if not filled:
        return Sheet(name, letters=tuple(letters), defects=tuple(defects))
    found = list(defects)
    (top, titles), *body = filled
    names = ["" if is_blank(title) else clean_title(title) for title in titles]
    while not names[-1]:
        names.pop()

    def column_name(position: int) -> str:
        return f"column {letters[position] if letters else position + 1}"

    kept, taken = [], dict[str, int]()
    for position, title in enumerate(names):
        if not title:
            below = [line for line, row in body if not is_blank(_cell(row, position))]
            if below:
                found.append(
                    Defect(
                        place(name, top, letters),
                        column_name(position),
                        f"has no name, and cells below it (first in {below[0]})",
                        "name the column or empty it",
                    )
                )
        elif taken.setdefault(title.casefold(), position) != position:
            first = column_name(taken[title.casefold()])
            found.append(
                Defect(
                    place(name, top, letters),
                    column_name(position),
                    f"has the same name as {first}",
                    "keep one of them",
                )
            )
        else:
            kept.append(position)
    for line, row in body:
        beyond = [p for p in range(len(names), len(row)) if not is_blank(row[p])]
        if beyond:
            found.append(
                Defect(
                    place(name, line, letters),
                    column_name(beyond[0]),
                    f"is filled, and the header has {len(names)} columns",
                    "take the cell out, or put cells with a separator in them between quotes",
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


def clean_title(title: Any) -> str:
    """A column's name as it is compared: composed (NFC), without blanks around it."""
    return unicodedata.normalize("NFC", str(title)).strip()


def _cell(row: Sequence[Any], position: int) -> Any:
    return row[position] if position < len(row) else None
