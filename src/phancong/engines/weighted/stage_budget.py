"""The part of a search that one stage may take, in seconds and in units of work."""

from __future__ import annotations

import math
from collections.abc import Callable

from phancong.engines.common.linear_model import Limits
from phancong.engines.weighted.tuning import LEAST_WORK, PATIENCE
from phancong.search import Course


class StageBudget:
    """Seconds and work that a stage may still take.

    Parameters
    ----------
    course
        The search under way.
    part
        The part of what is left that the stage may take.
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
            return self.course.told("work")
        return self.course.told("time") if self.course.seconds >= self._until else None

    def charge(self, work: float) -> bool:
        """Charge some work; whether the stage has to end."""
        self.course.work += work
        return self.stop_reason is not None

    def portion(self, part: float) -> Callable[[float], bool]:
        """As :meth:`charge`, for something that may take only a *part* of what is left now."""
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
        """Limits of a call of a solver that is to take no more than *work* and a part of what is left."""
        return self.deferred_limits(work, part)()

    def deferred_limits(
        self, work: float, part: float = 1.0, patience: float = PATIENCE
    ) -> Callable[[], Limits]:
        """The same for a call that begins later: its work is settled now, its seconds only then.

        Where the clock rules, it is a limit of the call, too, *patience* seconds for a unit of work: some
        solvers cannot stop at the root for work that was done.
        """
        left = part * (self._work_until - self.course.work)
        settled = math.isfinite(left)
        most = max(min(work, left), LEAST_WORK) if settled else work

        def limits() -> Limits:
            seconds = max(part * (self._until - self.course.seconds), 1e-3)
            if not settled:
                seconds = min(seconds, patience * work)
            course = self.course
            return Limits(seconds, most, 0.0, course.search.seed, course.waited)

        return limits
