"""Records of a batch: while it runs, and at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from phancong.words import Printable


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far a batch is.

    Parameters
    ----------
    total
        Communes of this run.
    done
        Those that have a plan or a failure now.
    failed, relaxed
        Those without a plan, and those where a limit was relaxed.
    households
        Households of those that are done.
    seconds
        Since the first was begun.
    left
        Estimated seconds until the end, None while nothing is done.

    Examples
    --------
    >>> from phancong.batch import BatchProgress
    >>> counts = {"total": 10, "done": 4, "failed": 0, "relaxed": 1, "households": 900}
    >>> far = BatchProgress(**counts, seconds=8.0, left=12.0)
    >>> f"{far.done} of {far.total} communes, {far.left:.0f} s left"
    '4 of 10 communes, 12 s left'
    """

    total: int
    done: int
    failed: int
    relaxed: int
    households: int
    seconds: float
    left: float | None


@dataclass(frozen=True, slots=True)
class BatchSummary(Printable):
    r"""The content of the output folder at the end of a run.

    Parameters
    ----------
    target
        The folder.
    total
        Communes of the input.
    planned, relaxed
        Those with a plan, and among them those where a limit was relaxed.
    failures
        Reason → communes without a plan.
    before
        Communes that were complete when the run began.
    households
        Households of all that are done.
    broken
        Parts that were removed when the run began, for they were not what had been written.
    seconds
        How long the run took.
    stopped
        Whether it was asked to stop.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from pathlib import Path
    >>> from phancong.batch import plan_many
    >>> Path("in").mkdir()
    >>> rows = "commune,id,lat,lon\nA,{0}1,22.4,105.2\nB,{0}1,22.5,105.3\n"
    >>> _ = Path("in/members.csv").write_text(rows.format("m"))
    >>> _ = Path("in/households.csv").write_text(rows.format("h"))
    >>> with ThreadPoolExecutor(1) as pool:
    ...     done = plan_many("in", "out", executor=pool)
    >>> done.planned, done.households
    (2, 2)
    """

    target: Path
    total: int
    planned: int
    relaxed: int
    failures: Mapping[str, int]
    before: int
    households: int
    broken: int
    seconds: float
    stopped: bool

    @property
    def failed(self) -> int:
        """Communes without a plan."""
        return sum(self.failures.values())

    @property
    def left(self) -> int:
        """Communes that were not tried."""
        return self.total - self.planned - self.failed
