"""The budget of one stage, in seconds and in units of work."""

from __future__ import annotations

import math
from collections.abc import Callable

from phancong.course import Course
from phancong.engines.common.linear_model import Limits
from phancong.engines.weighted.tuning import LEAST_WORK, PATIENCE


class StageBudget:
    """Seconds and work that a stage may still take.

    Parameters
    ----------
    course
        The search under way.
    part
        The fraction of the remaining seconds and work that the stage may take.
    """

    def __init__(self, course: Course, part: float) -> None:
        self.course = course
        self._from = course.seconds, course.work
        self._until = course.seconds + part * course.seconds_left
        self._work_until = course.work + part * course.work_left

    @property
    def stop_reason(self) -> str | None:
        """The reason why the stage ends, None while it may go on."""
        if self.course.stopped is not None:
            return self.course.stopped
        if self._work_until - self.course.work <= 0:
            return self.course.reached_limit("work")
        return self.course.reached_limit("time") if self.course.seconds >= self._until else None

    def has(self, work: float) -> bool:
        """Whether so much work is left of the stage, in seconds as well, where a unit is one."""
        left = min(self._work_until - self.course.work, self._until - self.course.seconds)
        return work <= left

    def charge(self, work: float) -> bool:
        """Charge units of work; True if the stage has to end."""
        self.course.work += work
        return self.stop_reason is not None

    def portion(self, part: float) -> Callable[[float], bool]:
        """A function like :meth:`charge` for a step that may take only a *part* of the present rest."""
        seconds, work_until = (
            now + part * (until - now)
            for now, until in (
                (self.course.seconds, self._until),
                (self.course.work, self._work_until),
            )
        )

        def charge(work: float) -> bool:
            ended = self.charge(work)
            return ended or self.course.seconds >= seconds or self.course.work >= work_until

        return charge

    def limits(self, work: float, part: float = 1.0) -> Limits:
        """Limits of a call of a solver: at most *work*, and a *part* of the rest of the stage."""
        return self.deferred_limits(work, part)()

    def deferred_limits(self, work: float, part: float = 1.0) -> Callable[[], Limits]:
        """Limits of a call that begins later: the work is computed now, the seconds when it begins.

        If the search is limited by seconds only, the call gets at most :data:`PATIENCE` seconds for a
        unit of work: some solvers do not look at a work limit while they solve the root.
        """
        left = part * (self._work_until - self.course.work)
        settled = math.isfinite(left)
        most = max(min(work, left), LEAST_WORK) if settled else work

        def limits() -> Limits:
            seconds = max(part * (self._until - self.course.seconds), 1e-3)
            if not settled:
                seconds = min(seconds, PATIENCE * work)
            course = self.course
            return Limits(seconds, most, 0.0, course.search.seed, course.waited)

        return limits
