"""Cuts a search just where a test wants it, however fast the machine and however tiny the problem."""

import itertools
from dataclasses import replace

from phancong import Search
from phancong.course import Course
from phancong.engines.common.linear_model import Claim

#: A plan may be so many times its bound away from it.
GAP = 9.0


def when_looked_at(setting, look):
    """The time, the work or the patience has run out at the look of this number, and after it."""
    looks = itertools.count(1)
    if setting == "time":
        hours = 0.0

        def clock():
            nonlocal hours
            # It goes on from there: what a loading solver took is given back to the search.
            hours += 1e6 if next(looks) > look else 0.0
            return hours

        return {"search": Search(seconds=60.0), "clock": clock}
    if setting == "work":

        class SpentAtLook(Course):
            """A course whose work is used up at the look of that number, with that of all its parts."""

            __slots__ = ()

            @property
            def work_left(self):
                return 0.0 if next(looks) > look else 1e3

        return {"search": Search(seconds=600.0, work=1e3), "course": SpentAtLook}
    return {"search": Search(seconds=600.0), "progress": lambda _: next(looks) < look}


def lazily(solve_fully, cut):
    """A solver that stops as soon as the gap lets it: a plan as bad, a bound as low as may be."""

    def lazy(self, model, objective, hint, limits):
        answer = solve_fully(self, model, objective, hint, limits)
        if answer.claim is not Claim.OPTIMAL or not len(objective.variables):
            return answer
        best, values = objective.at(answer.values), answer.values
        if hint is not None and _least_bound(objective.at(hint), GAP) <= best:
            values = hint
        bound = min(best, _least_bound(objective.at(values), GAP))
        if bound == objective.at(values):
            return answer
        return replace(answer, claim=Claim.FEASIBLE, values=values, bound=bound, cut=cut)

    return lazy


def _least_bound(value, gap):
    """The least whole bound that a value is within the gap of."""
    if value <= 0:
        return value - int(gap)
    return -int(-value // (1 + gap))
