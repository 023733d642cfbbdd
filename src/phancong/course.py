"""`Course`: a search under way, with its clock, work, progress and the calls that it waits for."""

from __future__ import annotations

import atexit
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

import numpy as np

from phancong.goals import Goal, Value
from phancong.search import Progress, Search

T = TypeVar("T")

#: The name of the stage before anything is reported.
PREPARING: Final = "preparing"
#: Seconds between two looks of a waiting thread at the clock and at signals.
LOOK: Final = 0.05
#: By what part of its time a search may overrun: with the judging it stays within 10 % and a second.
LATEST: Final = 0.06
#: The part of its time by which a call of a solver may overrun before it is told to stop.
LATE: Final = 0.02

#: Threads of calls under way, those that were left behind included.
_under_way: set[threading.Thread] = set()
#: Set when the interpreter ends.
leaving: Final = threading.Event()


@atexit.register
def end_all() -> None:
    """End all searches, as those in daemon threads of an application, before the interpreter does."""
    leaving.set()
    let_end()


def let_end(work: float = 2.0, longest: float = 6.0) -> bool:
    """Wait for calls under way; whether all of them ended.

    A call that returns during the interpreter's shutdown would abort the process. On a busy machine one
    that is about to end takes long by the clock, so that processor time counts.

    Parameters
    ----------
    work
        Seconds of processor time of the process, with all its threads, that are waited for.
    longest
        Seconds by the clock after which the calls are not waited for in any case.
    """
    begun, worked = time.perf_counter(), time.process_time()
    for thread in tuple(_under_way):
        while thread.is_alive() and time.process_time() - worked < work:
            thread.join(LOOK)
            if time.perf_counter() - begun > longest:
                break
    return not any(thread.is_alive() for thread in tuple(_under_way))


class LeftBehindError(Exception):
    """Nobody waits for a search any more; it ends in its thread, and nobody sees the error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long a search waits for solvers and listeners, in seconds."""

    #: The interval between two progress records while a solver runs. Contract 7 promises half a second;
    #: one call that holds the interpreter comes on top (HiGHS reading 450,000 variables: 0.25 s).
    beat: float = 0.1
    #: How long a solver that was told to stop is waited for, before it is left behind.
    patience: float = 0.5
    #: How long a whole search may overrun, in addition to :data:`LATEST`, before it is left behind.
    grace: float = 0.5


@dataclass(slots=True)
class Course:
    """One search under way: its clock, its work so far, and the reason why it stopped.

    Progress is reported in the thread that made the course, whichever thread calls :meth:`report`: at
    once if that thread waits for the other, otherwise when it next looks at the clock.

    Parameters
    ----------
    search
        The settings.
    progress
        Called with a record after each stage, and with the last record again at least every half
        second. If it returns ``False``, the search stops.
    waits
        How long the course waits for solvers and listeners.
    clock
        Seconds since some moment, for the course and its parts.
    """

    search: Search
    progress: Callable[[Progress], object] | None = None
    work: float = 0.0
    waits: Waits = field(default_factory=Waits, kw_only=True)
    clock: Callable[[], float] = field(default=time.perf_counter, kw_only=True)
    #: When the call began, by the clock.
    started: float = field(init=False)
    #: When what is not charged began, by the clock; None if nothing such is under way.
    _loading_since: float | None = field(default=None, init=False, repr=False)
    _ended: bool = field(default=False, init=False, repr=False)
    #: Whether the search is left behind in its thread.
    _left: bool = field(default=False, init=False, repr=False)
    #: The course of which this is a part, and the prefix of the names of its stages.
    _whole: Course | None = field(default=None, init=False, repr=False)
    _name: str = field(default="", init=False, repr=False)
    _silent: bool = field(default=False, init=False, repr=False)
    _thread: int = field(default_factory=threading.get_ident, init=False, repr=False)
    #: The last record, whether the listener has it, and when the listener was last called.
    _last: Progress | None = field(default=None, init=False, repr=False)
    _reported: bool = field(default=True, init=False, repr=False)
    _reported_at: float = field(init=False, repr=False)
    #: Records of other threads while this course's thread waits for them, and whether it waits.
    _mail: list[Progress] = field(default_factory=list, init=False, repr=False)
    _listens: bool = field(default=False, init=False, repr=False)
    _turn: threading.Condition = field(default_factory=threading.Condition, init=False, repr=False)

    def __post_init__(self) -> None:
        """Start the clock."""
        self.started = self._reported_at = self.clock()

    @property
    def seconds(self) -> float:
        """Seconds since the call began, without those that are not charged."""
        since = self._loading_since  # another thread may end it
        return (self.clock() if since is None else since) - self.started

    @property
    def seconds_left(self) -> float:
        """Seconds until the search must end, 0 or more."""
        return max(0.0, self.search.seconds - self.seconds)

    @property
    def latest(self) -> float:
        """Seconds since the call began at which the search is left behind if it has not ended."""
        grace = self.waits.grace  # a part of a search has the same share of it
        if self._whole is not None and math.isfinite(self._whole.search.seconds):
            grace *= min(self.search.seconds / self._whole.search.seconds, 1.0)
        return (1 + LATEST) * self.search.seconds + grace

    @property
    def work_left(self) -> float:
        """Deterministic units until the search must end, 0 or more."""
        return math.inf if self.search.work is None else max(0.0, self.search.work - self.work)

    @property
    def cancelled(self) -> bool:
        """Whether this search, or the search of which it is a part, was told to end."""
        if self._ended or leaving.is_set():
            return True
        return self._whole is not None and self._whole.cancelled

    @property
    def stopped(self) -> str | None:
        """The reason why the search stopped, None while it may go on; asking reports progress."""
        self.beat()
        if self.cancelled:
            return "progress"
        if self.work_left <= 0:
            return self.reached_limit("work")
        return self.reached_limit("time") if self.seconds_left <= 0 else None

    def reached_limit(self, limit: str) -> str:
        """The limit of the user that a part has reached, ``"time"`` or ``"work"``.

        A part may have a limit that the whole search lacks. Its units of work are then a share of the
        user's time, or its seconds a share of the user's work.
        """
        whole = self.whole.search
        if limit == "work" and whole.work is None:
            return "time"
        if limit == "time" and whole.work is not None and math.isinf(whole.seconds):
            return "work"
        return limit

    def _line(self) -> Iterator[Course]:
        """The search itself, the one of which it is a part, and so on to the whole."""
        course: Course | None = self
        while course is not None:
            yield course
            course = course._whole

    @property
    def whole(self) -> Course:
        """The whole search of which this is a part."""
        *_, whole = self._line()
        return whole

    def cancel(self) -> None:
        """Tell the search and all its parts to end as soon as they can."""
        self._ended = True

    def while_awaited(self, items: Iterable[T]) -> Iterator[T]:
        """The *items*, as long as somebody waits for the search; for steps that do not look at the clock.

        Raises
        ------
        LeftBehindError
            The search was left behind, or the interpreter ends.
        """
        for item in items:
            if leaving.is_set() or any(course._left for course in self._line()):
                raise LeftBehindError
            yield item

    @contextmanager
    def uncharged(self) -> Iterator[None]:
        """A context whose time is not counted, such as loading a solver.

        The clock of the search stands still meanwhile, in the threads that wait for it, too.
        """
        before = self.clock()
        stopped = [course for course in self._line() if course._loading_since is None]
        for course in stopped:
            course._loading_since = before
        try:
            yield
        finally:
            took = self.clock() - before
            for course in stopped:
                course.started += took
                course._loading_since = None

    def part(self, share: float, name: str) -> Course:
        """A course with a *share* of what is left; the names of its stages begin with *name*.

        Its work is added to this course by :meth:`joined`. Cancelling this course cancels its parts.
        """
        return self._within(self.work_left * share, self.seconds_left * share, f"{name}, ")

    def slice(self, work: float, seconds: float = math.inf, *, silent: bool = False) -> Course:
        """A course with at most so much *work* and *seconds*; ``inf`` for all that is left.

        See :meth:`part`. The names of its stages have no prefix; a *silent* course reports no stage.
        """
        work, seconds = min(work, self.work_left), min(seconds, self.seconds_left)
        return self._within(work, seconds, "", silent=silent)

    def _within(self, work: float, seconds: float, name: str, *, silent: bool = False) -> Course:
        units = None if math.isinf(work) else max(work, 1e-9)
        search = replace(self.search, seconds=max(seconds, 1e-9), work=units)
        part = type(self)(search, waits=self.waits, clock=self.clock)
        part._whole, part._name, part._silent = self, name, silent
        return part

    def joined(self, part: Course) -> None:
        """Add the work of a part to this course."""
        self.work += part.work

    def report(
        self, stage: str, goal: Goal | None, value: Value | None, bound: Value | None
    ) -> None:
        """Report the state of a stage; the listener may stop the search."""
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
                self._last, self._reported = record, False
            else:
                self._mail.append(record)
                self._turn.notify_all()
                self._turn.wait_for(lambda: all(other is not record for other in self._mail))

    def beat(self) -> None:
        """Report the last record again after a pause; the listener may stop the search."""
        if self._whole is not None:
            self._whole.beat()
        elif self.progress is not None and threading.get_ident() == self._thread:
            last = self._last or Progress(PREPARING, None, None, None, 0.0)
            if not self._reported or self.clock() - self._reported_at >= self.waits.beat:
                self._tell(replace(last, seconds=self.seconds))

    def _tell(self, record: Progress) -> None:
        assert self.progress is not None  # callers check it
        self._last, self._reported = record, True
        answer = self.progress(record)
        # Only False stops: a listener may return None, or the number of bytes that it wrote.
        if isinstance(answer, (bool, np.bool_)) and not answer:
            self.cancel()
        self._reported_at = self.clock()

    def beside(
        self, call: Callable[[], T], may_leave: Callable[[], bool] | None = None
    ) -> T | None:
        """The result of an engine that runs in another thread, so that this thread can take signals.

        Ctrl-C cancels the search and is raised within a second, unless the engine holds the
        interpreter. The engine ends by itself when it next looks at the course.

        Parameters
        ----------
        call
            Runs the engine.
        may_leave
            Whether the engine may be left behind if it does not end in time, or within a second once the
            search is cancelled, since there is a plan without it. By default it may not.

        Returns
        -------
        object or None
            None if the engine was left behind.
        """
        until = self.latest

        def too_late() -> bool:
            nonlocal until
            if self.cancelled:  # the engine waits for its solvers itself
                until = min(until, self.seconds + 2 * self.waits.patience)
            return self.seconds > until and may_leave is not None and may_leave()

        self._left = False
        found = self._called(call, too_late, None)
        self._left = not found
        return found[0] if found else None

    def waited(
        self, call: Callable[[], T], stop: Callable[[], None], seconds: float = math.inf
    ) -> T | None:
        """The result of a solver call that takes a while and may not look at its clock.

        The call runs in another thread, so that this thread can take signals, report progress and look
        at the clock. A call that does not end after it was told to stop is left behind.

        Parameters
        ----------
        call
            The call of the solver; it releases the interpreter.
        stop
            Tells the solver to stop; harmless before the call began and after it ended.
        seconds
            How long the call may take.

        Returns
        -------
        object or None
            None if the call was left behind.
        """
        late = self.clock() + seconds * (1 + LATE) + LOOK
        until = math.inf

        def too_late() -> bool:
            nonlocal until
            now = self.clock()
            if self.cancelled or now > late:
                until = min(until, now + self.waits.patience)
                stop()  # repeatedly: the call may not have begun at the first time
            return now > until

        found = self._called(call, too_late, stop)
        return found[0] if found else None

    def _called(
        self, call: Callable[[], T], too_late: Callable[[], bool], stop: Callable[[], None] | None
    ) -> list[T]:
        """The result of a call in another thread; none if it was *too_late* and left behind.

        No call begins when the interpreter ends: one that returned then would abort the process.
        """
        if leaving.is_set():
            return []
        found: list[T] = []
        failed: list[BaseException] = []
        ended = threading.Event()

        def called() -> None:
            try:
                found.append(call())
            except BaseException as error:
                failed.append(error)
            finally:
                _under_way.discard(thread)
                ended.set()
                with whole._turn:
                    whole._turn.notify_all()

        whole = self.whole
        whole._listens |= threading.get_ident() == whole._thread
        thread = threading.Thread(target=called, daemon=True, name="phancong solver")
        _under_way.add(thread)
        thread.start()
        try:
            while not whole._heard(ended):
                self.beat()
                if too_late():
                    whole._deaf()
                    return []
        except BaseException:  # Ctrl-C, or the listener raised an error
            whole._deaf()
            self.cancel()
            if stop is not None:
                stop()
            ended.wait(self.waits.patience)
            raise
        if failed:
            raise failed[0]
        return found

    def _heard(self, ended: threading.Event) -> bool:
        """Wait briefly for *ended* and report records of other threads; whether *ended* is set."""
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
        """Drop records of other threads from now on: this thread no longer waits for them."""
        with self._turn:
            self._mail.clear()
            self._listens = False
            self._turn.notify_all()
