"""An estimate of the time of the next flow, which cannot be interrupted.

The flow solver holds the interpreter until it ends, and handles no signal, thread or clock. So a flow
that would take longer than the search has left is not begun. The estimate is a time for each arc,
measured over the calls of this process (0.5 to 2.3 µs on one core, from 20,000 to 3 million arcs).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from phancong.course import Course

#: Pairs in the flows of one deterministic unit of work, about a second of a core.
PAIRS_A_UNIT: Final = 2_000_000
#: Seconds for each arc before the first measurement in this process.
AN_ARC: Final = 2.5e-6
#: A flow of at most so many seconds always begins, so that a small problem always gets a plan.
LITTLE: Final = 0.1
#: The least number of arcs of a call that is measured.
TELLING: Final = 20_000
#: The weight of the last measurement in the estimate.
NEWEST: Final = 0.5
#: The safety factor of the estimate.
SAFE: Final = 1.5


@dataclass(slots=True)
class Speed:
    """The measured seconds of a flow for each arc."""

    an_arc: float = AN_ARC


#: The speed of this process.
MEASURED: Final = Speed()


class OutOfTimeError(Exception):
    """A flow was not begun: there is no time for it, or the search has ended."""


class Pace:
    """Allows a flow to begin only if there is time for it.

    Parameters
    ----------
    course
        The search under way; None for no limit of time.
    speed
        The measured time of flows; each large flow updates it.
    """

    def __init__(self, course: Course | None = None, speed: Speed = MEASURED) -> None:
        self.course = course
        self.speed = speed
        #: Seconds to keep for later, such as for a construction heuristic while there is no plan.
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
            Fewer are left.
        """
        course = self.course
        if course is None:
            return
        ended = course.stopped is not None  # reports progress as well
        if seconds > LITTLE and (ended or seconds + self.reserve > course.seconds_left):
            raise OutOfTimeError
