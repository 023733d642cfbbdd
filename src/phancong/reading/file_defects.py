"""Defects and notes of files, as far as they concern cells that are read."""

from __future__ import annotations

from collections.abc import Sequence

from phancong.errors import Defect
from phancong.reading.list_report import ListReport
from phancong.reading.settling import ranges
from phancong.tables import Grid
from phancong.words import Message


def note_files(lists: Sequence[ListReport], notes: list[str], defects: list[Defect]) -> None:
    """Append the defects and notes of the sheets of *lists*, each sheet once."""
    grids = {report.grid.name: report.grid for report in lists}
    for report in lists:
        grid = grids.pop(report.grid.name, None)
        if grid is not None:
            of_grid = [other for other in lists if other.grid is grid]
            defects.extend(_that_matter(grid, of_grid))
            _note_hidden(grid, notes)
            if grid.encoding:
                notes.append(
                    Message("{file} was read as {encoding}", file=grid.name, encoding=grid.encoding)
                )
        defects.extend(report.stray)
    for report in lists:
        defects.extend(report.defects)


def _note_hidden(grid: Grid, notes: list[str]) -> None:
    """Note the hidden parts of a workbook; they are read."""
    if grid.concealed:
        notes.append(Message("{sheet} is hidden, and read all the same", sheet=grid.name))
    if grid.hidden:
        notes.append(
            Message(
                "{sheet}: rows {rows} are hidden, and read all the same",
                sheet=grid.name,
                rows=ranges(grid.hidden),
            )
        )


def _that_matter(grid: Grid, lists: Sequence[ListReport]) -> list[Defect]:
    """The defects of a sheet, except those of cells that are not read."""
    if len(grid.cell_defects) != len(grid.defects):
        return list(grid.defects)
    return [
        defect
        for defect, (line, position) in zip(grid.defects, grid.cell_defects, strict=True)
        if any(_is_read(report, line, position, lists) for report in lists)
    ]


def _is_read(report: ListReport, line: int, position: int, lists: Sequence[ListReport]) -> bool:
    """Whether a cell is in a row and a column of a list that are read."""
    block = report.block
    after = [other.block.first for other in lists if other.block.first > block.first]
    if line < block.first or any(line >= first for first in after) or line in report.left_out:
        return False
    titled = {title.position for title in block.titles}
    return position in report.read or position not in titled
