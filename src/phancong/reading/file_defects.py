"""Defects and notes of the files that lists stand in: those that matter to what is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phancong.errors import Defect
from phancong.reading.parts import Part
from phancong.reading.settling import ranges
from phancong.tables import Grid
from phancong.words import Message


def note_files(
    parts: Mapping[str, Sequence[Part]], notes: list[str], defects: list[Defect]
) -> None:
    """Defects of the files and of their titles, each sheet once."""
    every = [part for found in parts.values() for part in found]
    grids = {part.grid.name: part.grid for part in every}
    for part in every:
        grid = grids.pop(part.grid.name, None)
        if grid is not None:
            of_grid = [other for other in every if other.grid is grid]
            defects.extend(_that_matter(grid, of_grid))
            _note_hidden(grid, notes)
            if grid.encoding:
                notes.append(
                    Message("{file} was read as {encoding}", file=grid.name, encoding=grid.encoding)
                )
        defects.extend(part.stray)
    for part in every:
        defects.extend(part.defects)


def _note_hidden(grid: Grid, notes: list[str]) -> None:
    """Hidden parts of a workbook, which are read, and a note about each."""
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


def _that_matter(grid: Grid, parts: Sequence[Part]) -> list[Defect]:
    """The defects of a sheet but those of cells that nothing is read from."""
    if len(grid.cell_defects) != len(grid.defects):
        return list(grid.defects)
    return [
        defect
        for defect, (line, position) in zip(grid.defects, grid.cell_defects, strict=True)
        if any(_is_read(part, line, position, parts) for part in parts)
    ]


def _is_read(part: Part, line: int, position: int, parts: Sequence[Part]) -> bool:
    """Whether a cell is within a list, in a row and a column that are read."""
    block = part.block
    after = [other.block.first for other in parts if other.block.first > block.first]
    if line < block.first or any(line >= first for first in after) or line in part.body.left_out:
        return False
    titled = {title.position for title in block.titles}
    return position in part.read or position not in titled
