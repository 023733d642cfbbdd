"""`Settled`: the caller's settings for ambiguous lists."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from phancong.reading.headers import Block, find_blocks
from phancong.reading.titles import settled_titles
from phancong.tables import Grid


@dataclass(frozen=True, slots=True)
class Settled:
    """The caller's settings for the lists, checked.

    Parameters
    ----------
    sheets
        Name of a sheet → its table, or None.
    columns
        Table → title → meaning, or None.
    workloads
        Class → workload.
    end
        Whether pairs of last year that match no record end.
    on
        The day until which the years of pairs are counted.
    headers
        Name of a sheet → the line of its header; ``""`` stands for all.
    decimal
        The decimal mark of ambiguous numbers, None to ask for it.
    previous
        A file with last year's pairs.
    keys
        Table → key of a record → its number.
    anywhere
        Whether settings for a title hold for each list that has it.
    strict
        Whether a household without coordinates is a defect instead of being placed at its hamlet's
        centre.
    everybody
        Whether members without coordinates are placed at the centre of their hamlet, too.
    scheme
        A file that states how workload is counted.
    """

    sheets: Mapping[str, str | None]
    columns: Mapping[str, Mapping[str, str | None]]
    workloads: Mapping[str, float | None] | None
    end: bool
    on: datetime.date | None
    headers: Mapping[str, int] = field(default_factory=dict)
    decimal: str | None = None
    previous: Path | None = None
    keys: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    anywhere: bool = False
    strict: bool = False
    everybody: bool = False
    scheme: Path | None = None

    def table_of(self, grid: Grid) -> tuple[bool, str | None]:
        """Whether the settings name a sheet, and its table."""
        name = next((name for name in _names(grid) if name in self.sheets), None)
        return (False, None) if name is None else (True, self.sheets[name])

    def blocks(self, grid: Grid) -> list[Block]:
        """The lists on a sheet."""
        line = next((self.headers[n] for n in (*_names(grid), "") if n in self.headers), None)
        return find_blocks(grid, settled_titles(self.columns), line)


def _names(grid: Grid) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (grid.title, grid.file) if name))
