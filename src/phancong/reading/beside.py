"""Lists that stand side by side on one sheet, separated by a blank column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from phancong.errors import Defect
from phancong.reading.headers import MOST_ABOVE
from phancong.reading.keys import fold
from phancong.reading.titles import KnownTitles, forms, settled_titles
from phancong.reading.vocabulary import (
    NAME,
    NUMBER,
    OF_HOUSEHOLDS,
    ONLY_HOUSEHOLDS,
    ONLY_MEMBERS,
    TITLES,
)
from phancong.tables import Grid
from phancong.tables.sheet import is_blank
from phancong.words import Message

Columns = Mapping[str, Mapping[str, str | None]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of adjacent columns with a header of its own.

    Parameters
    ----------
    first, after
        The first column, and the column after the last, counted from 0.
    header
        The number of the header's line.
    titles
        The titles.
    """

    first: int
    after: int
    header: int
    titles: tuple[str, ...]

    def meanings(self, table: str) -> set[str]:
        """The fields that the titles mean in a table."""
        found = (TITLES[table].get(form) for title in self.titles for form in forms(title))
        return {meaning for meaning in found if meaning is not None}


def apart(
    grids: Sequence[Grid], columns: Columns, stated: Mapping[str, str | None]
) -> tuple[list[Grid], list[Defect]]:
    """The grids, with lists that stand side by side split; defects of unclear sheets.

    A sheet whose table the caller names is not split.
    """
    known = KnownTitles(settled_titles(columns))
    found: list[Grid] = []
    defects: list[Defect] = []
    for grid in grids:
        pieces = [] if grid.pairs or {grid.title, grid.file} & set(stated) else _pieces(grid, known)
        lines = [_lines(grid, piece) for piece in pieces]
        if len(pieces) < 2 or _is_one(pieces, lines):
            found.append(grid)
        elif _are_several(pieces):
            found.extend(_cut(grid, piece, number) for number, piece in enumerate(pieces))
        else:
            found.append(grid)
            what = Message("has titles on both sides of a blank column: one list, or two")
            mend = Message("take the blank column out, or put each list on a sheet of its own")
            defects.append(Defect(grid.place(pieces[0].header), Message("list"), what, mend))
    return found, defects


def _pieces(grid: Grid, known: KnownTitles) -> list[_Piece]:
    """The runs of columns with a header each and a blank column between them."""
    beginning = [line for line in grid.lines if not all(map(is_blank, line[1]))][:MOST_ABOVE]
    headers: list[_Piece] = []
    for number, row in beginning:
        for first, after in _runs(row):
            others = any(first < one.after and one.first < after for one in headers)
            cells = row[first:after]
            if not others and known.in_header(cells, 2):
                headers.append(_Piece(first, after, number, tuple(map(str, cells))))
    headers.sort(key=lambda piece: piece.first)
    if len(headers) < 2:
        return []
    top = min(piece.header for piece in headers)
    filled = {
        position
        for number, row in grid.lines
        if number >= top
        for position, cell in enumerate(row)
        if not is_blank(cell)
    }
    cuts = [0]
    for left, right in pairwise(headers):
        gaps = [column for column in range(left.after, right.first) if column not in filled]
        if not gaps and left.after < right.first:
            return []  # a column without a title joins both runs
        cuts.append(gaps[-1] + 1 if gaps else right.first)
    ends = [*cuts[1:], max(filled) + 1]
    return [
        replace(piece, first=first, after=after)
        for piece, first, after in zip(headers, cuts, ends, strict=True)
    ]


def _runs(row: Sequence[Any]) -> list[tuple[int, int]]:
    """Runs of adjacent cells, as first column and the column after the last.

    If a run begins with the title of a running number, each repetition of that title begins a new run.
    """
    found: list[tuple[int, int]] = []
    for position, cell in enumerate(row):
        if is_blank(cell):
            continue
        again = bool(found) and cell == row[found[-1][0]] and _is_number(cell)
        if found and found[-1][1] == position and not again:
            found[-1] = found[-1][0], position + 1
        else:
            found.append((position, position + 1))
    return found


def _is_number(cell: Any) -> bool:
    return isinstance(cell, str) and TITLES["households"].get(forms(cell)[0]) == NUMBER


def _lines(grid: Grid, piece: _Piece) -> list[int]:
    """The lines below the header in which a piece has a cell."""
    return [
        number
        for number, row in grid.lines
        if number > piece.header and not all(map(is_blank, row[piece.first : piece.after]))
    ]


def _are_several(pieces: Sequence[_Piece]) -> bool:
    """Whether pieces are separate lists: their titles repeat a number or a name."""
    if len({piece.header for piece in pieces}) > 1:
        return True
    for meaning in (NUMBER, NAME, "id", "hamlet", "lat", "lon", "at"):
        for table in ("households", "members"):
            if all(meaning in piece.meanings(table) for piece in pieces):
                return True
    of_members = [piece.meanings("members") & ONLY_MEMBERS for piece in pieces]
    of_homes = [
        piece.meanings("households") & ONLY_HOUSEHOLDS
        or any(word in fold(title) for title in piece.titles for word in OF_HOUSEHOLDS)
        for piece in pieces
    ]
    return any(
        people and homes and i != j
        for i, people in enumerate(of_members)
        for j, homes in enumerate(of_homes)
    )


def _is_one(pieces: Sequence[_Piece], lines: Sequence[Sequence[int]]) -> bool:
    """Whether pieces are columns of one list: no title repeats, and all have the same rows."""
    if _are_several(pieces):
        return False
    longest = max(lines, key=len)
    return all(set(own) <= set(longest) and not _only_begins(own, longest) for own in lines)


def _only_begins(own: Sequence[int], longest: Sequence[int]) -> bool:
    """Whether a piece ends before the longest one and has no gaps until then: a shorter list."""
    return len(own) < len(longest) and list(own) == list(longest[: len(own)])


def _cut(grid: Grid, piece: _Piece, number: int) -> Grid:
    """The grid with the cells of one piece only, in their positions."""

    def within(position: int) -> bool:
        return piece.first <= position < piece.after

    empty = [None] * piece.first
    kept = [bool(grid.cell_defects) and within(position) for _, position in grid.cell_defects]
    of_cells = len(grid.cell_defects) == len(grid.defects)
    where = f"{_column(grid, piece.first)}:{_column(grid, piece.after - 1)}"
    defects = zip(grid.defects, kept, strict=True) if of_cells else ()
    return replace(
        grid,
        name=Message("{sheet}, columns {columns}", sheet=grid.name, columns=where),
        title=f"{grid.title} {where}",
        file=f"{grid.file} {where}" if grid.file else "",
        lines=[(line, [*empty, *row[piece.first : piece.after]]) for line, row in grid.lines],
        merged=tuple(area for area in grid.merged if within(area.left - 1)),
        defects=tuple(defect for defect, inside in defects if inside)
        if of_cells
        else (grid.defects if number == 0 else ()),
        cell_defects=tuple(at for at, inside in zip(grid.cell_defects, kept, strict=True) if inside)
        if of_cells
        else (),
        beside=grid.name,
    )


def _column(grid: Grid, position: int) -> str:
    return grid.column(position).rpartition(" ")[2]
