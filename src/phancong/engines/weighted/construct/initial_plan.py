"""An initial plan: within all limits, or with the least possible breach of one rule about loads."""

from __future__ import annotations

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.linear_model import Solver
from phancong.engines.task import Exact, Proof, Task
from phancong.engines.weighted.bound.flow_duals import flow_duals, flow_work
from phancong.engines.weighted.bound.linear_duals import linear_duals
from phancong.engines.weighted.construct.cheapest import cheapest
from phancong.engines.weighted.construct.minimal_relaxation import minimal_relaxation
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.context import Context
from phancong.engines.weighted.goal_sums import lexicographic
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.sum_search import minimise
from phancong.engines.weighted.tuning import INITIAL_PART, LEAST_INITIAL_WORK, LINEAR_PAIRS_A_UNIT
from phancong.engines.weighted.warm_start import WarmStart
from phancong.errors import NoPlanFoundError
from phancong.problem import BoolArray, IntArray
from phancong.rules import total


class InitialPlan:
    """An initial plan by tabu repair, or by the exact engine.

    Parameters
    ----------
    task
        The task.
    solver
        The solver of integer models, for a plan within ``max_changes``.
    exact
        The exact engine, called if repair finds no plan.
    instance
        The limits. If a rule is relaxed, the attribute becomes the instance of the relaxation.
    tie_cost
        Tie-breaking cost of each pair, U × M.
    exactly
        Whether the exact engine may be called.
    """

    def __init__(
        self,
        task: Task,
        solver: Solver,
        exact: Exact,
        instance: Instance,
        tie_cost: IntArray,
        *,
        exactly: bool = True,
    ) -> None:
        self.task = task
        self.exactly = exactly
        self.solver = solver
        self.exact = exact
        self.instance = instance
        self.tie_cost = tie_cost
        #: Whether it is proven that no plan keeps all limits.
        self.infeasible = task.limits_conflict
        #: The rule that is relaxed, None if all limits hold.
        self.relaxed_rule: str | None = None

    def plan(self) -> BoolArray | None:
        """The plan, U × M; None if none was found."""
        plan = self._incumbent()
        if plan is not None:
            return plan
        if not self.infeasible:
            plan = self._first()
            if plan is not None or not self.infeasible:
                return plan
        found = minimal_relaxation(self.instance, self.task.relax)
        if found is None:
            return None
        # The total breach is proven to be the least. Its level is a lower bound from splittable flows: a
        # plan that keeps the level proves it; if none is found, the exact stages decide.
        self.instance, self.relaxed_rule = found.levelled, found.rule
        plan = self._incumbent()
        return self._first() if plan is None else plan

    def _incumbent(self) -> BoolArray | None:
        """The incumbent of the task, U × M; None if there is none or it breaks a limit."""
        if self.task.incumbent is None:
            return None
        return self._within(self.task.incumbent.mask)

    def lines(self, assignment: Assignment) -> dict[str, Proof]:
        """The proven line of each rule that may be relaxed; empty if all limits hold."""
        if self.relaxed_rule is None:
            return {}
        broken = {rule: total(assignment, rule) for rule in reversed(tuple(self.task.relax))}
        return {rule: Proof(by, by, True) for rule, by in broken.items()}

    def _first(self) -> BoolArray | None:
        """A plan within all limits, U × M, None if none was found."""
        instance, course = self.instance, self.task.course
        bare = instance.replace(budgets=())
        cost = None if self._is_contradictory() else self._priced_cost(bare)
        if cost is None:
            self.infeasible = True
            return None
        course.work += flow_work(instance.size)
        plan = self._repaired_plan(bare, cost)
        if plan is not None and instance.budgets:
            plan = self._few_changes(bare, plan)
        if plan is not None and not instance.keeps(plan):
            plan = None  # it keeps the limits as rounded to integers, but not exactly
        if plan is None and self.relaxed_rule is None:
            plan = self._from_exact_model()
        return plan

    def _is_contradictory(self) -> bool:
        """Whether a unit has too few free pairs, or a member's limits contradict each other."""
        instance = self.instance
        few = (instance.need > instance.free.sum(axis=1)).any()
        return bool(few) or any(
            bool((resource.high < resource.low).any() or (resource.high < 0).any())
            for resource in instance.resources
        )

    def _priced_cost(self, bare: Instance) -> IntArray | None:
        """The tie-breaking cost with the price of load, U × M; None if a flow rules out all plans."""
        if not bare.binding:
            return self.tie_cost
        resource, course = bare.binding[0], self.task.course
        if resource.each is not None:
            worth = flow_duals(bare.free, bare.need, resource, self.tie_cost)
            return None if worth is None else self.tie_cost + worth
        # Without prices of load the cheapest members carry too much, and repair can take half a minute.
        linear = linear_duals(
            bare, self.tie_cost, INITIAL_PART * course.seconds_left, course.waited
        )
        course.work += bare.size / LINEAR_PAIRS_A_UNIT
        return self.tie_cost if linear is None else self.tie_cost + linear.worth

    def _repaired_plan(self, instance: Instance, cost: IntArray) -> BoolArray | None:
        """A plan within the limits of loads near the cheapest pairs, U × M; None if repair finds none.

        Without an incumbent repair ignores the budget of the search, since a plan is needed. With an
        incumbent it ends with the search, but not before :data:`LEAST_INITIAL_WORK` units of work.
        """
        course = self.task.course
        began = course.work

        def noted(work: float) -> bool:
            course.work += work
            if self.task.incumbent is None or course.stopped is None:
                return False
            return course.work - began > LEAST_INITIAL_WORK or course.seconds_left <= 0

        return tabu_repair(instance, cheapest(instance, cost), cost, noted)

    def _few_changes(self, bare: Instance, plan: BoolArray) -> BoolArray | None:
        """A plan within ``max_changes``, U × M; None if none was found."""
        (budget,) = self.instance.budgets
        kept = self._repaired_plan(bare, lexicographic(budget.weight, self.tie_cost))
        if kept is not None and budget.room(kept) >= 0:
            return kept
        stage_budget = StageBudget(self.task.course, INITIAL_PART)
        context = Context(
            bare,
            budget.weight,
            self.tie_cost,
            plan,
            solver=self.solver,
            stage_budget=stage_budget,
            gap_closed=lambda value, bound: value <= budget.most or bound > budget.most,
            report=lambda _: None,
            warm_start=WarmStart(),
        )
        found = minimise(context)
        self.infeasible = found.bound is not None and found.bound > budget.most
        return found.taken if found.value <= budget.most else None

    def _from_exact_model(self) -> BoolArray | None:
        """A plan of the exact engine, U × M; None if it finds none or may not be called."""
        if self.infeasible or not self.exactly or self.task.course.cancelled:
            return None
        try:
            found = self.exact.first_plan(self.task, INITIAL_PART)
        except NoPlanFoundError:
            return None
        self.infeasible = found is None
        return None if found is None else self._within(found.mask)

    def _within(self, mask: BoolArray) -> BoolArray | None:
        """A plan, households × members, as U × M without fixed pairs; None if it breaks a limit."""
        pairs = self.instance.formulation
        if not np.array_equal(pairs.mask(pairs.chosen(mask)), mask):
            return None  # the plan has a pair that is not allowed
        plan = self.instance.taken(mask)
        return plan if self.instance.keeps(plan) else None
