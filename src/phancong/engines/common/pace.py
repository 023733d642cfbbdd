"""Whether there is time for one flow more: the solver holds the interpreter until it is done.

No signal, no thread and no clock is looked at in between, so a call that would take longer than what is
left of the search is not begun. How long it takes is told by its arcs (measured, one core: 0.5 to 2.3 µs
an arc, from 20,000 to 3 million arcs) and by the calls of this process so far.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from phancong.search import Course

#: Pairs that flows look at in one deterministic unit of work: about what a core does in a second.
PAIRS_A_UNIT: Final = 2_000_000
#: Seconds an arc, before anything was measured in this process.
AN_ARC: Final = 2.5e-6
#: What is a little: with this much there is always time, so that small problems always have their plan.
LITTLE: Final = 0.1
#: Arcs of a call that says something of the next one.
TELLING: Final = 20_000
#: How much of what the last call took counts for the next one.
NEWEST: Final = 0.5
#: How much slower the next call may be.
SAFE: Final = 1.5


@dataclass(slots=True)
class Speed:
    """Seconds that a flow takes for an arc, as far as they were measured."""

    an_arc: float = AN_ARC


#: The speed of this process.
MEASURED: Final = Speed()


class OutOfTimeError(Exception):
    """A flow was not begun: there is no time for it, or the search was ended."""


class Pace:
    """Allows a flow to begin only if there is time for it.

    Parameters
    ----------
    course
        The search under way; None for as much time as it takes.
    speed
        How long flows take; each large one that is run adds to it.
    """

    def __init__(self, course: Course | None = None, speed: Speed = MEASURED) -> None:
        self.course = course
        self.speed = speed
        #: Seconds that are left to others: a plan made by hand, where there is none yet.
        self.reserve = 0.0

    @contextmanager
    def flow(self, arcs: int) -> Iterator[None]:
        """One call of the solver.

        Raises
        ------
        OutOfTimeError
            There is no time for so many *arcs*.
        """
        self.look(SAFE * self.speed.an_arc * arcs)
        began = time.perf_counter()
        yield
        if arcs >= TELLING:
            took = (time.perf_counter() - began) / arcs
            self.speed.an_arc += NEWEST * (took - self.speed.an_arc)

    def has_time(self, arcs: int) -> bool:
        """Whether there is time for a flow of so many arcs."""
        try:
            self.look(SAFE * self.speed.an_arc * arcs)
        except OutOfTimeError:
            return False
        return True

    def look(self, seconds: float) -> None:
        """Raise an error unless *seconds* are left.

        Raises
        ------
        OutOfTimeError
            There are not.
        """
        course = self.course
        if course is None:
            return
        ended = course.stopped is not None  # it tells progress, too
        if seconds > LITTLE and (ended or seconds + self.reserve > course.seconds_left):
            raise OutOfTimeError
