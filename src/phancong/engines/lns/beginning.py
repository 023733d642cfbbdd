"""A plan to begin with: within all limits, or breaking one rule about loads by the least that can be."""

from __future__ import annotations

from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.linear_model import Solver
from phancong.engines.lns.easing import eased
from phancong.engines.lns.instance import Instance
from phancong.engines.lns.linear_prices import PAIRS_A_UNIT, linear_prices
from phancong.engines.lns.prices import split_prices
from phancong.engines.lns.repair import repaired
from phancong.engines.lns.span import Span
from phancong.engines.lns.sums import SumSearch, cheapest
from phancong.engines.task import Exact, Proof, Task
from phancong.errors import NoPlanFoundError
from phancong.problem import BoolArray, IntArray
from phancong.rules import total

#: What part of the search looking for a plan may take.
PART: Final = 0.5
#: Work that mending a start may take beyond what the search has left.
MOMENT: Final = 0.1


class Beginning:
    """Looks for a plan to begin with.

    Parameters
    ----------
    task
        The task.
    solver
        What decides how many may change.
    exact
        The engine that is asked where mending loads finds none.
    instance
        Its limits; narrower ones are left there if a rule gives way.
    guide
        What the plan is chosen by, U × M.
    exactly
        Whether that engine is asked at all.
    """

    def __init__(
        self,
        task: Task,
        solver: Solver,
        exact: Exact,
        instance: Instance,
        guide: IntArray,
        *,
        exactly: bool = True,
    ) -> None:
        self.task = task
        self.exactly = exactly
        self.solver = solver
        self.exact = exact
        self.instance = instance
        self.guide = guide
        #: Whether it is proven that no plan keeps all limits.
        self.impossible = task.limits_conflict
        #: The rule that gives way by the least, None if all limits hold.
        self.gives_way: str | None = None

    def plan(self) -> BoolArray | None:
        """The pairs, U × M; None if none were found."""
        plan = self._incumbent()
        if plan is not None:
            return plan
        if not self.impossible:
            plan = self._first()
            if plan is not None or not self.impossible:
                return plan
        found = eased(self.instance, self.task.relax)
        if found is None:
            return None
        # The least in all, and the least of the largest, which flows cannot prove but from below: if a
        # plan has it, it is proven, and otherwise the exact stages decide.
        self.instance, self.gives_way = found.evened, found.rule
        plan = self._incumbent()
        return self._first() if plan is None else plan

    def _incumbent(self) -> BoolArray | None:
        """The incumbent of the task, None if it does not keep all limits."""
        if self.task.incumbent is None:
            return None
        return self._within(self.task.incumbent.mask)

    def lines(self, assignment: Assignment) -> dict[str, Proof]:
        """What gives way, each by the least, none where everything holds."""
        if self.gives_way is None:
            return {}
        broken = {rule: total(assignment, rule) for rule in reversed(tuple(self.task.relax))}
        return {rule: Proof(by, by, True) for rule, by in broken.items()}

    def _first(self) -> BoolArray | None:
        """A plan within all limits, None if none was found."""
        instance = self.instance
        if (instance.need > instance.free.sum(axis=1)).any():
            self.impossible = True
            return None
        bare = instance.unlimited()
        cost = self.guide
        for resource in instance.resources:
            if (resource.high < resource.low).any() or (resource.high < 0).any():
                self.impossible = True
                return None
        for resource in instance.binding[:1]:
            if resource.each is not None:
                worth = split_prices(instance.free, instance.need, resource, self.guide)
                if worth is None:
                    self.impossible = True
                    return None
                cost = self.guide + worth
            else:
                # Far from the cheapest members, where many carry too much, mending takes half a minute.
                course = self.task.course
                seconds = PART * course.seconds_left
                linear = linear_prices(bare, self.guide, seconds, course.waited)
                self.task.course.work += instance.size / PAIRS_A_UNIT
                if linear is not None:
                    cost = self.guide + linear[0]
        self.task.course.work += instance.size / 2_000_000
        plan = self._near(bare, cost)
        if plan is not None and instance.budgets:
            plan = self._few_changes(bare, plan)
        if plan is not None and not instance.keeps(plan):
            plan = None  # its integers keep the limits, to their rounding; its numbers do not
        if plan is None and self.gives_way is None:
            plan = self._found_exactly()
        return plan

    def _near(self, instance: Instance, cost: IntArray) -> BoolArray | None:
        """A plan within the limits of loads near the cheapest pairs.

        However little the search may take; where there is an incumbent, a moment more at the most.
        """
        course = self.task.course
        began = course.work

        def noted(work: float) -> bool:
            course.work += work
            if self.task.incumbent is None or course.stopped is None:
                return False
            return course.work - began > MOMENT or course.seconds_left <= 0

        return repaired(instance, cheapest(instance, cost), cost, noted)

    def _few_changes(self, bare: Instance, plan: BoolArray) -> BoolArray | None:
        """A plan within ``max_changes``."""
        (budget,) = self.instance.budgets
        dear = int(np.abs(self.guide).max(initial=0)) + 1
        kept = self._near(bare, self.guide + dear * budget.weight)
        if kept is not None and budget.room(kept) >= 0:
            return kept
        span = Span(self.task.course, PART)
        search = SumSearch(
            bare,
            budget.weight,
            self.guide,
            plan,
            solver=self.solver,
            span=span,
            near_enough=lambda value, bound: value <= budget.most or bound > budget.most,
            told=lambda _: None,
        )
        found = search.run()
        self.impossible = found.bound is not None and found.bound > budget.most
        return found.taken if found.value <= budget.most else None

    def _found_exactly(self) -> BoolArray | None:
        """A plan that the exact model finds."""
        if self.impossible or not self.exactly:
            return None
        try:
            found = self.exact.first_plan(self.task, PART)
        except NoPlanFoundError:
            return None
        self.impossible = found is None
        return None if found is None else self._within(found.mask)

    def _within(self, mask: BoolArray) -> BoolArray | None:
        """A plan, households × members, as pairs beside the fixed ones; None if it breaks a limit."""
        pairs = self.instance.formulation
        if not np.array_equal(pairs.mask(pairs.chosen(mask)), mask):
            return None  # a pair that breaks a rule
        chosen = np.zeros(self.instance.free.shape, dtype=bool)
        chosen[pairs.unit, pairs.member] = pairs.chosen(mask)
        plan = chosen & ~self.instance.fixed
        return plan if self.instance.keeps(plan) else None
