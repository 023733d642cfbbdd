"""`Grid`: the cells of one table as they are in a file, before lists are found in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from phancong.errors import Defect
from phancong.tables.sheet import Sheet, assemble, place
from phancong.words import Message

Line = tuple[int, Sequence[Any]]


class Area(NamedTuple):
    """A rectangle of merged cells: first and last row and column, counted from 1, inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{letter(self.left)}{self.top}:{letter(self.right)}{self.bottom}"


@dataclass(frozen=True, slots=True, repr=False)
class Grid:
    """Lines of cells with their numbers in the file; a workbook has one grid for each sheet.

    Parameters
    ----------
    name
        File, or file and sheet, for messages.
    title
        The name of the sheet, or of a CSV file without its ending.
    lines
        The number of each line in the file, counted from 1, and its cells.
    letters
        The letters of the columns of a workbook; empty for a CSV file.
    semicolons
        Whether semicolons separate the cells, so that a comma may be a decimal comma.
    merged
        Merged cells; only the first cell of each area holds the value.
    defects
        Defects of the file, each with its line and column.
    encoding
        The encoding of the text, unless it is UTF-8.
    cell_defects
        Line and column (from 0) of each of the *defects* that concerns a cell, in their order; empty if
        the defects concern the file.
    hidden
        The lines that a workbook hides, by hand or by a filter.
    concealed
        Whether the workbook hides the whole sheet.
    file
        The name of the file, if it says more than the name of the sheet.
    pairs
        Whether the grid holds the pairs of a plan that this library wrote.
    shown
        Numbers whose format adds zeros or text, such as 7 displayed as 007: by line, and by column
        counted from 0.
    beside
        The name of the whole sheet, if this grid is one of several lists side by side on it.
    """

    name: str
    title: str
    lines: Sequence[Line]
    letters: tuple[str, ...] = ()
    semicolons: bool = False
    merged: tuple[Area, ...] = ()
    defects: tuple[Defect, ...] = ()
    encoding: str | None = None
    cell_defects: tuple[tuple[int, int], ...] = ()
    hidden: tuple[int, ...] = ()
    concealed: bool = False
    file: str = ""
    pairs: bool = False
    shown: Mapping[tuple[int, int], str] = field(default_factory=dict)
    beside: str = ""

    @property
    def called(self) -> str:
        """The name to show: that of the file if the sheet has a default name."""
        return self.file or self.title

    def place(self, line: int) -> str:
        """The name of a line of the file."""
        return place(self.name, line, self.letters)

    def column(self, position: int) -> str:
        """The name of a column, by its position counted from 0."""
        # A cell may be further right than the last known letter.
        called = letter(position + 1) if self.letters else str(position + 1)
        return Message("column {column}", column=called)

    def merged_defect(self, area: Area) -> Defect:
        """The defect of a merged area, of which only the first cell holds a value."""
        return Defect(
            self.place(area.top),
            self.column(area.left - 1),
            Message("is merged with others ({area})", area=str(area)),
            Message("write the value itself into each cell"),
        )

    def sheet(self) -> Sheet:
        """The table with the first line as header; merged cells are defects."""
        return assemble(
            self.name,
            self.lines,
            letters=self.letters,
            semicolons=self.semicolons,
            defects=[*self.defects, *map(self.merged_defect, self.merged)],
        )


_AREA = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")


def areas(references: Iterable[str]) -> tuple[Area, ...]:
    """Merged areas from references as in workbooks, ``"B2:C3"``, sorted from top to bottom.

    Raises
    ------
    ValueError
        A reference is no area.
    """
    found = []
    for reference in references:
        match = _AREA.fullmatch(reference)
        if match is None:
            raise ValueError(reference)
        left, top, right, bottom = match.groups()
        found.append(
            Area(int(top), column_number(left), int(bottom or top), column_number(right or left)),
        )
    return tuple(sorted(found))


def column_number(letters: str) -> int:
    """The number of a column, counted from 1."""
    value = 0
    for mark in letters:
        value = value * 26 + ord(mark) - ord("A") + 1
    return value


def letter(column: int) -> str:
    """The letters of a column, counted from 1: A … Z, AA …."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
