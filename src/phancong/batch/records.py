"""Records of a batch: while it runs, and at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from phancong.words import Printable


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """The progress of a batch.

    Parameters
    ----------
    total
        The number of communes of this run.
    done
        The number of communes that have a plan or a failure.
    failed, relaxed
        The number of communes without a plan, and of those with a relaxed limit.
    households
        The number of households of the communes that are done.
    seconds
        Seconds since the run began.
    left
        Estimated seconds until the end, None if no commune is done.

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
        The number of communes of the input.
    planned, relaxed
        The number of communes with a plan, and of those among them with a relaxed limit.
    failures
        Reason → number of communes without a plan.
    before
        The number of communes that were complete when the run began.
    households
        The number of households of the communes that are done.
    broken
        The number of damaged parts that were removed when the run began.
    seconds
        The seconds of the run.
    stopped
        Whether the run was asked to stop.

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
        """The number of communes without a plan."""
        return sum(self.failures.values())

    @property
    def left(self) -> int:
        """The number of communes that were not tried."""
        return self.total - self.planned - self.failed
