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
    """The content of the output folder at the end of a run.

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
