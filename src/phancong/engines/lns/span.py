"""The part of a search that one stage may take, in seconds and in units of work."""

from __future__ import annotations

import math

from phancong.engines.exact.backend import Limits
from phancong.search import Course

#: Work that one call of a solver gets at the least: less is not worth the call.
LEAST: float = 0.01
#: Seconds that a unit of work may take where the clock rules.
PATIENCE: float = 2.0


class Span:
    """What a stage may still take.

    Parameters
    ----------
    course
        The search under way.
    part
        The part of what is left that the stage may take.
    """

    def __init__(self, course: Course, part: float) -> None:
        self.course = course
        self._until = course.seconds + part * course.seconds_left
        self._work_until = course.work + part * course.work_left

    @property
    def why(self) -> str | None:
        """What ends the stage, None while it may go on."""
        if self.course.stopped is not None:
            return self.course.stopped
        if self._work_until - self.course.work <= 0:
            return "work"
        return "time" if self.course.seconds >= self._until else None

    def over(self, work: float) -> bool:
        """Note some work; whether the stage has to end."""
        self.course.work += work
        return self.why is not None

    def limits(self, work: float, part: float = 1.0) -> Limits:
        """Limits of one call of a solver that is to take no more than *work* and a part of what is left.

        Where the clock rules, it is a limit of the call, too: some solvers cannot stop at the root for
        work that was done.
        """
        seconds = max(part * (self._until - self.course.seconds), 1e-3)
        left = part * (self._work_until - self.course.work)
        if math.isfinite(left):
            most = max(min(work, left), LEAST)
        else:
            most, seconds = work, min(seconds, PATIENCE * work)
        return Limits(seconds, most, 0.0, self.course.search.seed)
