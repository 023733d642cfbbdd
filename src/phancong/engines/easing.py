"""A plan within all limits, looked for among plans that may break them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from phancong.engines.ranking import Ranked, Ranking
from phancong.engines.task import Outcome, Proof, Task, no_plan_found
from phancong.errors import UnsupportedError
from phancong.goals import single
from phancong.meeting import TOLERANCE
from phancong.rules import RELAXABLE, beyond_ceilings

#: Searches a task until a condition on its incumbent holds; None if the task has no plan.
SearchUntil = Callable[[Task, Callable[[Ranked], bool]], Outcome | None]


class Eased:
    """The last search, where no start keeps all limits and no model can be built in time.

    All limits may be broken, those that must hold at the greatest cost. A plan that breaks none of them
    is a plan of the task. If a bound says that each plan breaks one, the task has no plan.

    Parameters
    ----------
    search
        Searches the task in which all limits may be broken.
    share
        The share of the search left that it may take.
    """

    def __init__(self, search: SearchUntil, share: float = 1.0) -> None:
        self.search = search
        self.share = share

    def __call__(self, task: Task) -> Outcome | None:
        """A plan of the task; None if it is proven that there is none.

        Raises
        ------
        NoPlanFoundError
            Neither was found; the error names the limits that the best plan breaks.
        """
        hard = [rule for rule in RELAXABLE if rule not in task.relax]
        relax = dict.fromkeys([*task.relax, *hard], math.inf)
        left = task.course.seconds_left, task.course.work_left
        course = task.course.slice(self.share * left[1], self.share * left[0])
        eased = replace(task, relax=relax, limits_conflict=False, course=course)
        ranking, rules = Ranking(task), Ranking(eased).rules

        def impossible(lines: Mapping[str, Proof]) -> bool:
            return any(rule in hard and single(lines[rule].bound) > TOLERANCE for rule in lines)

        def settled(best: Ranked) -> bool:
            lines = dict(zip(rules, best.breaches, strict=True))
            return impossible(lines) or ranking.admits(best.assignment)

        try:
            found = self.search(eased, settled)
        except UnsupportedError as error:
            raise no_plan_found() from error
        finally:
            task.course.joined(course)
        if found is None or impossible(found.breaches):
            return None
        if not ranking.admits(found.assignment):
            beyond = {breach.rule for breach in beyond_ceilings(found.assignment, task.relax)}
            raise no_plan_found(rules=[rule for rule in relax if rule in beyond])
        lines = {rule: line for rule, line in found.breaches.items() if rule in task.relax}
        return replace(found, breaches=lines)
