"""`Settled`: what a caller says of lists, where they leave something open."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settled:
    """The caller's words about the lists, checked.

    Parameters
    ----------
    sheets
        Name of a sheet → its table, or None.
    columns
        Table → title → meaning, or None.
    workloads
        Class → workload.
    end
        Pairs of last year that match nobody here end.
    on
        The day until which years are counted.
    headers
        Name of a sheet → the line of its header; ``""`` stands for all.
    decimal
        The decimal mark of numbers that could be read two ways, None where it is asked for.
    previous
        A file with last year's pairs.
    keys
        Table → what people know a record by → its number.
    anywhere
        What is said of a title is said of each list that has it.
    strict
        A household without coordinates is a defect, wherever its hamlet is.
    everybody
        Members without coordinates stand at the centre of their hamlet, too.
    scheme
        A file that says how workload is counted.
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
