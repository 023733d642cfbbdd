"""One run as a row of a CSV file: what was tried, what came out, and how the judge found it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

#: What can become of a run.
PLAN, REFUSED, NO_PLAN, STOPPED, FAILED = "plan", "refused", "no plan", "stopped", "failed"

#: Parts numbers within a cell.
BETWEEN: Final = ";"

Key = tuple[str, str, str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A strategy on an instance under a limit.

    Parameters
    ----------
    set, instance, group
        Which instance, and with which ones it shares a line of the table.
    households, members
        Its size; members are those who are not exempt.
    strategy, limit
        What was tried, and the seconds that a solver was given.
    status, note
        One of :data:`PLAN`, :data:`REFUSED`, :data:`NO_PLAN`, :data:`STOPPED` (it knows no limit and
        was ended from outside), :data:`FAILED`; and the words to it.
    seconds, solver_seconds, core_seconds
        The whole call from the problem to the pairs; of it the solver alone, where that was told
        apart; processor time of the whole call.
    goals, values, bounds
        Names of the goals, the values that the judge finds, and the bounds that the strategy claims.
    published
        A bound of the first goal that others have published.
    own
        The value of the strategy's own objective, where that is another.
    forbidden, breaks, broken
        How many things the plan does that may never be, how many limits it breaks, and of each rule
        by how much in all.
    coverage, load_min, load_max, workload_min, workload_max, travel_total, travel_max, kept_share
        Figures of the plan, see :func:`phancong.metrics.metrics`.
    unfair
        Largest workload ÷ share over the mean of them: 1 is perfectly fair.
    commit
        What was measured.
    """

    set: str
    instance: str
    group: str
    households: int
    members: int
    strategy: str
    limit: float
    status: str
    note: str = ""
    seconds: float | None = None
    solver_seconds: float | None = None
    core_seconds: float | None = None
    goals: tuple[str, ...] = ()
    values: tuple[float | None, ...] = ()
    bounds: tuple[float | None, ...] = ()
    published: float | None = None
    own: float | None = None
    forbidden: int = 0
    breaks: int = 0
    broken: tuple[str, ...] = ()
    coverage: float | None = None
    load_min: float | None = None
    load_max: float | None = None
    workload_min: float | None = None
    workload_max: float | None = None
    travel_total: float | None = None
    travel_max: float | None = None
    kept_share: float | None = None
    unfair: float | None = None
    commit: str = ""

    @property
    def key(self) -> Key:
        """What is not run twice."""
        return self.set, self.instance, self.strategy, self.limit

    @property
    def kept(self) -> bool:
        """There is a plan, and it keeps every limit."""
        return self.status == PLAN and not self.forbidden and not self.breaks


COLUMNS: Final = tuple(field.name for field in fields(Row))
_TEXT: Final = frozenset({"set", "instance", "group", "strategy", "status", "note", "commit"})
_COUNTS: Final = frozenset({"households", "members", "forbidden", "breaks"})
_NAMES: Final = frozenset({"goals", "broken"})
_SEVERAL: Final = frozenset({"values", "bounds"})


def append(path: Path, row: Row) -> None:
    """Write a row, to the disk at once: what is there survives whatever comes."""
    head = not path.exists() or path.stat().st_size == 0
    with path.open("a", encoding="utf-8", newline="") as lines:
        lines.write(text([row], head=head))
        lines.flush()
        os.fsync(lines.fileno())


def text(rows: Iterable[Row], *, head: bool) -> str:
    """Rows as CSV."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    if head:
        writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in asdict(row).values()])
    return page.getvalue()


def read(path: Path) -> list[Row]:
    """The rows of a file, none if it does not exist; a last line that was cut off is dropped from it.

    Raises
    ------
    ValueError
        The columns are others than today's.
    """
    if not path.exists():
        return []
    whole = path.read_bytes()
    ended = whole[: whole.rfind(b"\n") + 1]
    if len(ended) < len(whole):
        path.write_bytes(ended)
    lines = list(csv.reader(io.StringIO(ended.decode("utf-8"), newline="")))
    if not lines:
        return []
    if tuple(lines[0]) != COLUMNS:
        raise ValueError(
            f"{path} has other columns than today's; move it away, or take another --out"
        )
    return [
        Row(**{name: _value(name, cell) for name, cell in zip(COLUMNS, line, strict=True)})
        for line in lines[1:]
    ]


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return BETWEEN.join(map(_cell, value))
    return "" if value is None else str(value)


def _value(name: str, cell: str) -> Any:
    if name in _TEXT:
        return cell
    if name in _COUNTS:
        return int(cell)
    if name in _NAMES:
        return tuple(cell.split(BETWEEN)) if cell else ()
    if name in _SEVERAL:
        # No goals are no cell; one goal without a figure is an empty one, which reads the same: both
        # say that nothing is known.
        return tuple(float(part) if part else None for part in cell.split(BETWEEN)) if cell else ()
    return float(cell) if cell else None
