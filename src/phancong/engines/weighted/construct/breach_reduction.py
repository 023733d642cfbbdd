"""Breach reduction: the breaches of a plan are held, member by member, and then reduced.

The limits are widened until the plan keeps them. In this instance nothing is relaxed, so that all search
methods apply. Bounds of this instance are not valid for the problem: another plan may have equally small
breaches at other members.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.goal_sums import sparing_budgets
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import MEMBER_PART, TUNING, Tuning
from phancong.meeting import slack
from phancong.problem import BoolArray, IntArray, Problem
from phancong.rules import RULES, breaches, order


def broken_by(assignment: Assignment) -> frozenset[str]:
    """The rules that a plan breaks."""
    return frozenset(relaxation.rule for relaxation in breaches(assignment))


@dataclass(slots=True, eq=False)
class BreachReduction:
    """A plan, and limits that are widened so that it keeps them.

    Parameters
    ----------
    instance
        The widened limits; they become narrower as breaches are reduced.
    asked
        The limits of loads in the problem, by measure: least and largest load, (M,) each.
    taken
        The plan, U × M.
    broken
        The rules that the initial plan breaks.
    """

    instance: Instance
    asked: dict[str, tuple[IntArray, IntArray]]
    taken: BoolArray
    broken: frozenset[str]

    @classmethod
    def of(
        cls,
        problem: Problem,
        relax: Mapping[str, float],
        assignment: Assignment,
        tuning: Tuning = TUNING,
    ) -> BreachReduction:
        """A reduction that begins with a plan and its breaches of rules in *relax*."""
        broken = broken_by(assignment)
        pairs = {rule: most for rule, most in relax.items() if rule in broken and RULES[rule].pair}
        instance = Instance(problem, pairs, tuning)
        taken = instance.taken(assignment.mask)
        asked = {r.measure: (r.low, r.high) for r in instance.resources}
        checks = (_no_worse_than(assignment),) if instance.checks else ()
        held = instance.replace(
            need=taken.sum(axis=1),
            resources=tuple(
                replace(r, low=np.minimum(r.low, load), high=np.maximum(r.high, load))
                for r in instance.resources
                for load in [r.load(taken)]
            ),
            budgets=tuple(
                Budget(b.weight, max(b.most, b.most - b.room(taken))) for b in instance.budgets
            ),
            checks=checks,
        )
        return cls(held, asked, taken, broken)

    # --- sums over pairs ----------------------------------------------------------------------------

    def hold(self, cost: IntArray, taken: BoolArray) -> None:
        """Take over a plan, and add its sum of *cost* as a budget."""
        self.taken = taken
        most = int(cost[taken | self.instance.fixed].sum())
        self.instance = self.instance.within(self.instance.budget(cost, most))

    # --- loads --------------------------------------------------------------------------------------

    def reduce(self, rule: str, tie_cost: IntArray, stage_budget: StageBudget) -> None:
        """Reduce the breaches of a limit of loads member by member, the largest first."""
        side, measure = rule.split("_")
        by = self._by(side, measure)
        for member in np.argsort(-by, kind="stable").tolist():
            step = int(by[member])
            while step > 0 and stage_budget.stop_reason is None:
                if not self._reduced(side, measure, member, step, tie_cost, stage_budget):
                    step //= 2
                step = min(step, int(self._by(side, measure)[member]))

    def _by(self, side: str, measure: str) -> IntArray:
        """Breach of a limit by each member, in integer units, (M,)."""
        load = self.instance.resource(measure).load(self.taken)
        low, high = self.asked[measure]
        by: IntArray = np.maximum(low - load if side == "min" else load - high, 0)
        return by

    def _reduced(
        self,
        side: str,
        measure: str,
        member: int,
        step: int,
        tie_cost: IntArray,
        stage_budget: StageBudget,
    ) -> bool:
        """Reduce the breach of one member by *step* or more; whether a plan was found."""
        resource = self.instance.resource(measure)
        load = resource.load(self.taken)
        low, high = resource.low.copy(), resource.high.copy()
        if side == "min":
            low[member] = load[member] + step
        else:
            high[member] = load[member] - step
        narrow = self.instance.restricted(self.instance.free, measure, low, high)
        cost = sparing_budgets(narrow, tie_cost)
        plan = tabu_repair(narrow, self.taken, cost, stage_budget.portion(MEMBER_PART))
        if plan is None or not narrow.keeps(plan):
            return False
        self.taken, self.instance = plan, narrow
        return True


def _no_worse_than(assignment: Assignment) -> _NoWorse:
    rules = ("max_workload", "min_workload")
    return _NoWorse({rule: order(assignment, rule)[0] for rule in rules})


@dataclass(frozen=True, slots=True)
class _NoWorse:
    """Whether the total breach of each limit of workloads is no more than in another plan."""

    totals: dict[str, float]

    def __call__(self, assignment: Assignment) -> bool:
        return all(
            order(assignment, rule)[0] <= total + float(slack(total))
            for rule, total in self.totals.items()
        )
