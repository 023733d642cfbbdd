"""`Search`: how long and how hard to search, the same for every engine (spec 7)."""

from __future__ import annotations

import math
import numbers
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from phancong.errors import InvalidArgumentError
from phancong.goals import Goal, Value
from phancong.problem.fields import as_number
from phancong.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How long and how hard to search.

    Parameters
    ----------
    seconds
        Wall clock for the whole call, more than 0; ``math.inf`` for no limit.
    work
        A budget in deterministic units, for those who need the same answer every time; a unit is
        about a second of one core. None is no limit.
    gap
        A stage may stop when its value is proven to be within this part of its bound, 0 or more.
    threads
        How many threads an engine may use, 1 or more. They save time, and change no pair unless a clock
        cuts the search; so far it is ``"lns"`` that takes more than one.
    seed
        For engines that draw by chance.

    Raises
    ------
    InvalidArgumentError
        A value cannot be used; all are named.
    """

    seconds: float = 60.0
    work: float | None = None
    gap: float = 0.0
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the arguments."""
        wrong: list[str] = []

        def note(name: str, mend: str, shown: str | None = None) -> None:
            value = repr(getattr(self, name)) if shown is None else shown
            wrong.append(
                Message("{argument} is {value}; {mend}", argument=name, value=value, mend=mend)
            )

        def number(name: str, whole: bool = False) -> float:
            value = getattr(self, name)
            kind = numbers.Integral if whole else numbers.Real
            read = None if isinstance(value, bool) else as_number(value)
            if read is None or not isinstance(value, kind) or math.isnan(read):
                mend = Message("give a whole number") if whole else Message("give a number")
                note(name, mend, repr(value)[:40])
                return 1.0
            return read

        if number("seconds") <= 0:
            note("seconds", Message("give more than 0"))
        if self.work is not None and number("work") <= 0:
            note("work", Message("give more than 0, or None"))
        if not 0 <= number("gap") < math.inf:
            note("gap", Message("give a finite number, 0 or more"))
        if number("threads", whole=True) < 1:
            note("threads", Message("give 1 or more"))
        if not 0 <= number("seed", whole=True) < 2**31:
            note("seed", Message("give a whole number from 0 to 2**31 - 1"))
        if wrong:
            raise InvalidArgumentError(Message("Search: {what}", what=Message.joined(wrong)))


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands.

    Parameters
    ----------
    stage
        What is being made as good as possible: a rule that gives way, or a goal by its number.
    goal
        The goal, None for a rule.
    value, bound
        What has been reached, and what is proven; None where there is nothing yet.
    seconds
        Since the call began.
    """

    stage: str
    goal: Goal | None
    value: Value | None
    bound: Value | None
    seconds: float


def read_search(search: Search) -> Search:
    """*search* itself.

    Raises
    ------
    InvalidArgumentError
        It is no :class:`Search`.
    """
    if not isinstance(search, Search):
        raise InvalidArgumentError(f"search is {search!r}; give Search(seconds=...)")
    return search


@dataclass(slots=True)
class Course:
    """One search under way: its clock, its work so far, and what stopped it.

    Parameters
    ----------
    search
        The settings.
    progress
        Receives a record after each stage; returning ``False`` stops the search.
    """

    search: Search
    progress: Callable[[Progress], object] | None = None
    started: float = field(default_factory=time.perf_counter)
    work: float = 0.0
    cancelled: bool = False

    @property
    def seconds(self) -> float:
        """Seconds since the call began."""
        return time.perf_counter() - self.started

    @property
    def seconds_left(self) -> float:
        """Seconds until the search must end, 0 or more."""
        return max(0.0, self.search.seconds - self.seconds)

    @property
    def work_left(self) -> float:
        """Deterministic units until the search must end, 0 or more."""
        return math.inf if self.search.work is None else max(0.0, self.search.work - self.work)

    @property
    def stopped(self) -> str | None:
        """What stopped the search, None while it may go on."""
        if self.cancelled:
            return "progress"
        if self.work_left <= 0:
            return "work"
        return "time" if self.seconds_left <= 0 else None

    @contextmanager
    def uncharged(self) -> Iterator[None]:
        """What is done within it is not counted: loading a solver."""
        before = time.perf_counter()
        try:
            yield
        finally:
            self.started += time.perf_counter() - before

    def part(self, share: float, name: str) -> Course:
        """A course of its own with a *share* of what is left; what it reports begins with *name*.

        Its work and its cancellation are not this course's until :meth:`joined`.
        """
        search = replace(
            self.search,
            seconds=max(self.seconds_left * share, 1e-9),
            work=None if self.search.work is None else max(self.work_left * share, 1e-9),
        )

        def progress(record: Progress) -> object:
            told = replace(record, stage=f"{name}, {record.stage}", seconds=self.seconds)
            return None if self.progress is None else self.progress(told)

        return Course(search, progress, cancelled=self.cancelled)

    def slice(self, work: float, seconds: float = math.inf) -> Course:
        """A course of its own with no more than so much *work* and *seconds*; ``inf`` for all that is left.

        As with :meth:`part`, what it takes is not this course's until :meth:`joined`.
        """
        most = min(work, self.work_left)
        search = replace(
            self.search,
            seconds=max(min(seconds, self.seconds_left), 1e-9),
            work=None if math.isinf(most) else max(most, 1e-9),
        )

        def progress(record: Progress) -> object:
            told = replace(record, seconds=self.seconds)
            return None if self.progress is None else self.progress(told)

        return Course(search, progress, cancelled=self.cancelled)

    def joined(self, part: Course) -> None:
        """Take over what a part has used up, and that it was cancelled."""
        self.work += part.work
        self.cancelled |= part.cancelled

    def report(
        self, stage: str, goal: Goal | None, value: Value | None, bound: Value | None
    ) -> None:
        """Tell how a stage stands; the answer may stop the search."""
        if self.progress is None:
            return
        if self.progress(Progress(stage, goal, value, bound, self.seconds)) is False:
            self.cancelled = True
