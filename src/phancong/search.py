"""`Search`: how long and how hard to search, the same for every engine (contract 7)."""

from __future__ import annotations

import atexit
import math
import numbers
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

import numpy as np

from phancong.errors import InvalidArgumentError
from phancong.goals import Goal, Value
from phancong.problem.fields import as_number
from phancong.words import Message

T = TypeVar("T")

#: The stage of a search of which nothing was reported yet.
PREPARING: Final = "preparing"
#: How often a thread that waits for a solver looks at the clock and at signals, in seconds.
LOOK: Final = 0.05
#: By what part of its time a whole search may be late: within 10 % and a second it is judged, too.
LATEST: Final = 0.06
#: What part of its time a call of a solver may be late before it is told to stop.
LATE: Final = 0.02

#: Calls that were not waited for to their end.
_left_behind: list[threading.Thread] = []


@atexit.register
def let_end(linger: float = 2.0) -> None:
    """Give calls that were left behind some seconds to end, before the interpreter does.

    One that comes back while it is taken down would abort the process.
    """
    until = time.perf_counter() + linger
    while _left_behind:
        _left_behind.pop().join(max(until - time.perf_counter(), 0.0))


class _Unless(float):
    """A default that holds unless something else is given."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How long and how hard to search.

    Parameters
    ----------
    seconds
        Wall clock for the whole call, more than 0; ``math.inf`` for no limit. Loading the solvers, which
        the first call of a process does, is not counted. Where it is not given but *work* is, there is no
        limit: a clock must not cut an answer that is to be the same every time.
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

    Examples
    --------
    >>> from phancong import Search
    >>> minute = Search(seconds=60)
    >>> repeatable = Search(work=5)  # the same plan on every machine
    """

    seconds: float = _Unless(60.0)
    work: float | None = None
    gap: float = 0.0
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the arguments."""
        if isinstance(self.seconds, _Unless):
            seconds = float(self.seconds) if self.work is None else math.inf
            object.__setattr__(self, "seconds", seconds)
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
        What is being made as good as possible: a rule that is relaxed, or a goal by its number.
    goal
        The goal, None for a rule.
    value, bound
        What has been reached, and what is proven; None where there is nothing yet.
    seconds
        Since the call began.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> stages = []
    >>> problem = Problem([Member("m1")], [Household("h1")], travel=None)
    >>> plan = solve(problem, progress=lambda record: stages.append(record.stage))
    >>> stages[-1]
    'goal 2: Continuity'
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long a search waits for others, in seconds."""

    #: Progress is told so often while a solver runs. The promise is half a second, and one call that
    #: holds the interpreter comes on top (HiGHS takes over 450,000 variables: 0.25 s).
    beat: float = 0.1
    #: A solver that was told to stop is waited for so long, before it is left to end by itself.
    patience: float = 0.5
    #: A whole search may be so late, beside :data:`LATEST`, before what is known is taken.
    grace: float = 0.5


@dataclass(slots=True)
class Course:
    """One search under way: its clock, its work so far, and what stopped it.

    Progress is told in the thread that made the course, whatever thread reports: at once where that
    thread waits for the other, otherwise when it next looks at the clock.

    Parameters
    ----------
    search
        The settings.
    progress
        Receives a record after each stage, and the last one again at least every half second; returning
        ``False`` stops the search.
    waits
        How long it waits for solvers and listeners.
    clock
        Seconds since some moment, for it and all its parts.
    """

    search: Search
    progress: Callable[[Progress], object] | None = None
    work: float = 0.0
    waits: Waits = field(default_factory=Waits, kw_only=True)
    clock: Callable[[], float] = field(default=time.perf_counter, kw_only=True)
    #: When the call began, by the clock.
    started: float = field(init=False)
    _ended: bool = field(default=False, init=False, repr=False)
    #: What this is a part of, and what the stages of a part begin with.
    _whole: Course | None = field(default=None, init=False, repr=False)
    _name: str = field(default="", init=False, repr=False)
    _silent: bool = field(default=False, init=False, repr=False)
    _thread: int = field(default_factory=threading.get_ident, init=False, repr=False)
    #: What was reported last, whether that has been told, and when something was told.
    _last: Progress | None = field(default=None, init=False, repr=False)
    _told: bool = field(default=True, init=False, repr=False)
    _told_at: float = field(init=False, repr=False)
    #: What other threads report while the one of this course waits for them, and whether it does.
    _mail: list[Progress] = field(default_factory=list, init=False, repr=False)
    _listens: bool = field(default=False, init=False, repr=False)
    _turn: threading.Condition = field(default_factory=threading.Condition, init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin now."""
        self.started = self._told_at = self.clock()

    @property
    def seconds(self) -> float:
        """Seconds since the call began."""
        return self.clock() - self.started

    @property
    def seconds_left(self) -> float:
        """Seconds until the search must end, 0 or more."""
        return max(0.0, self.search.seconds - self.seconds)

    @property
    def work_left(self) -> float:
        """Deterministic units until the search must end, 0 or more."""
        return math.inf if self.search.work is None else max(0.0, self.search.work - self.work)

    @property
    def cancelled(self) -> bool:
        """Whether somebody wants the search to end, or that of which it is a part."""
        return self._ended or (self._whole is not None and self._whole.cancelled)

    @property
    def stopped(self) -> str | None:
        """The reason why the search stopped, None while it may go on; asking reports progress."""
        self.beat()
        if self.cancelled:
            return "progress"
        if self.work_left <= 0:
            return self.told("work")
        return self.told("time") if self.seconds_left <= 0 else None

    def told(self, limit: str) -> str:
        """The user's name of a limit of a part that was reached, ``"time"`` or ``"work"``.

        The units of work of a part are a part of the time where the whole search counts none, and its
        seconds a part of the work where the whole has no clock.
        """
        whole = self._root().search
        if limit == "work" and whole.work is None:
            return "time"
        if limit == "time" and whole.work is not None and math.isinf(whole.seconds):
            return "work"
        return limit

    def _root(self) -> Course:
        """The whole search of which this is a part."""
        course = self
        while course._whole is not None:
            course = course._whole
        return course

    def cancel(self) -> None:
        """Let the search end as soon as it can, and all its parts."""
        self._ended = True

    @contextmanager
    def uncharged(self) -> Iterator[None]:
        """A context whose time is not counted: loading a solver."""
        before = self.clock()
        try:
            yield
        finally:
            took = self.clock() - before
            course: Course | None = self
            while course is not None:
                course.started += took
                course = course._whole

    def part(self, share: float, name: str) -> Course:
        """A course of its own with a *share* of what is left; what it reports begins with *name*.

        Its work is not this course's until :meth:`joined`. Whatever cancels this cancels its parts.
        """
        search = replace(
            self.search,
            seconds=max(self.seconds_left * share, 1e-9),
            work=None if self.search.work is None else max(self.work_left * share, 1e-9),
        )
        return self._within(search, f"{name}, ")

    def slice(self, work: float, seconds: float = math.inf, *, silent: bool = False) -> Course:
        """A course of its own with no more than so much *work* and *seconds*; ``inf`` for all there is.

        As with :meth:`part`; its stages have no other name, and a *silent* one reports none of them.
        """
        most = min(work, self.work_left)
        search = replace(
            self.search,
            seconds=max(min(seconds, self.seconds_left), 1e-9),
            work=None if math.isinf(most) else max(most, 1e-9),
        )
        return self._within(search, "", silent=silent)

    def _within(self, search: Search, name: str, *, silent: bool = False) -> Course:
        part = Course(search, waits=self.waits, clock=self.clock)
        part._whole, part._name, part._silent = self, name, silent
        return part

    def joined(self, part: Course) -> None:
        """Take over what a part has used up."""
        self.work += part.work

    def report(
        self, stage: str, goal: Goal | None, value: Value | None, bound: Value | None
    ) -> None:
        """Tell how a stage stands; the answer may stop the search."""
        if self._whole is not None:
            if not self._silent:
                self._whole.report(f"{self._name}{stage}", goal, value, bound)
            return
        if self.progress is None:
            return
        record = Progress(stage, goal, value, bound, self.seconds)
        if threading.get_ident() == self._thread:
            self._tell(record)
            return
        with self._turn:
            if not self._listens:
                self._last, self._told = record, False
            else:
                self._mail.append(record)
                self._turn.notify_all()
                self._turn.wait_for(lambda: all(other is not record for other in self._mail))

    def beat(self) -> None:
        """Tell how the search stands if nothing was told for a while: whoever listens may stop it."""
        if self._whole is not None:
            self._whole.beat()
        elif self.progress is not None and threading.get_ident() == self._thread:
            last = self._last or Progress(PREPARING, None, None, None, 0.0)
            if not self._told or self.clock() - self._told_at >= self.waits.beat:
                self._tell(replace(last, seconds=self.seconds))

    def _tell(self, record: Progress) -> None:
        assert self.progress is not None  # whoever tells has asked
        self._last, self._told = record, True
        answer = self.progress(record)
        # Not whatever is false: who returns nothing, or how many bytes were written, goes on.
        if isinstance(answer, (bool, np.bool_)) and not answer:
            self.cancel()
        self._told_at = self.clock()

    def beside(
        self, call: Callable[[], T], may_leave: Callable[[], bool] | None = None
    ) -> T | None:
        """The result of an engine that works in a thread beside, so that signals are taken here at once.

        Ctrl-C cancels the search and is raised within a second, unless the engine holds the interpreter;
        the engine ends by itself when it next looks at the search.

        Parameters
        ----------
        call
            The engine at work.
        may_leave
            Whether it may be left behind where it does not end in time: something is known without it.
            By default it may not.

        Returns
        -------
        object or None
            None where it was left behind.
        """
        # A part of a search has its part of the grace.
        grace = self.waits.grace
        if self._whole is not None and math.isfinite(self._whole.search.seconds):
            grace *= min(self.search.seconds / self._whole.search.seconds, 1.0)

        def too_late() -> bool:
            late = self.seconds > (1 + LATEST) * self.search.seconds + grace
            return late and may_leave is not None and may_leave()

        found = self._called(call, too_late, None)
        return found[0] if found else None

    def waited(
        self, call: Callable[[], T], stop: Callable[[], None], seconds: float = math.inf
    ) -> T | None:
        """The result of a call of a solver that takes a while, and may not look at its clock.

        The call is made in a thread beside, so that here signals are taken, progress is told and the
        clock is looked at. What does not end although it was told to is left to end by itself.

        Parameters
        ----------
        call
            What takes a while; it lets go of the interpreter.
        stop
            Tells it to end; harmless before it began and after it ended.
        seconds
            How long it may take.

        Returns
        -------
        object or None
            None where it was not waited for to its end.
        """
        late = self.clock() + seconds * (1 + LATE) + LOOK
        until = math.inf

        def too_late() -> bool:
            nonlocal until
            now = self.clock()
            if self.cancelled or now > late:
                until = min(until, now + self.waits.patience)
                stop()  # again and again: it may not have begun when it was told first
            return now > until

        found = self._called(call, too_late, stop)
        return found[0] if found else None

    def _called(
        self,
        call: Callable[[], T],
        too_late: Callable[[], bool],
        stop: Callable[[], None] | None,
    ) -> list[T]:
        """The result of a call in a thread beside; none if it was left behind as it was *too_late*."""
        found: list[T] = []
        failed: list[BaseException] = []
        ended = threading.Event()

        def called() -> None:
            try:
                found.append(call())
            except BaseException as error:
                failed.append(error)
            finally:
                ended.set()
                with whole._turn:
                    whole._turn.notify_all()

        whole = self._root()
        whole._listens |= threading.get_ident() == whole._thread
        thread = threading.Thread(target=called, daemon=True, name="phancong solver")
        thread.start()
        try:
            while not whole._heard(ended):
                self.beat()
                if too_late():
                    whole._deaf()
                    _left_behind.append(thread)
                    return []
        except BaseException:  # Ctrl-C, or whoever listens to progress fails
            whole._deaf()
            self.cancel()
            if stop is not None:
                stop()
            if not ended.wait(self.waits.patience):
                _left_behind.append(thread)
            raise
        if failed:
            raise failed[0]
        return found

    def _heard(self, ended: threading.Event) -> bool:
        """Wait a little, and tell what other threads report; whether *ended* has come."""
        if threading.get_ident() != self._thread:
            return ended.wait(LOOK)
        with self._turn:
            self._turn.wait_for(lambda: ended.is_set() or bool(self._mail), LOOK)
            mail = list(self._mail)
        for record in mail:
            self._tell(record)
        with self._turn:
            del self._mail[: len(mail)]
            self._listens = not ended.is_set()
            self._turn.notify_all()
        return ended.is_set()

    def _deaf(self) -> None:
        """Nobody waits for an answer any more."""
        with self._turn:
            self._mail.clear()
            self._listens = False
            self._turn.notify_all()
