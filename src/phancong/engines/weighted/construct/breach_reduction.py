"""Breach reduction: what a plan breaks is held, member by member, and then reduced.

A problem whose limits are as wide as what a plan has of them is one in which nothing is relaxed, and all
that is known of such problems makes that plan better. What is proven of it is not true of the problem
as it was: another plan may break as little elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.integers import integers
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.goal_sums import sparing_budgets
from phancong.engines.weighted.instance import BITS, Budget, Instance
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
    """A plan, and the limits as wide as what it has of them.

    Parameters
    ----------
    instance
        The limits; narrower ones come in as less is broken.
    asked
        The limits of loads that were asked for, measure by measure: the least and the most, (M,) each.
    taken
        The plan, U × M.
    broken
        The rules that it broke at first.
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
        """A reduction that holds the breaches of a plan as they are, of rules of *relax* only."""
        broken = broken_by(assignment)
        pairs = {rule: most for rule, most in relax.items() if rule in broken and RULES[rule].pair}
        instance = Instance(problem, pairs, tuning)
        formulation = instance.formulation
        chosen = np.zeros(instance.free.shape, dtype=bool)
        chosen[formulation.unit, formulation.member] = formulation.chosen(assignment.mask)
        taken = chosen & ~instance.fixed
        asked = {r.measure: (r.low, r.high) for r in instance.resources}
        checks = (_no_worse_than(assignment),) if instance.checks else ()
        held = instance.easier(
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

    def cost_of(self, rule: str) -> IntArray:
        """Breach of a rule about pairs by each pair, or the changes that it does not avoid; U × M."""
        formulation = self.instance.formulation
        if rule == "max_changes":
            kept, _ = formulation.kept(weighted=False)
            return self.instance.matrix(-np.rint(kept).astype(np.int64))
        found = integers(formulation.pairs_of(formulation.pair_breach[rule]), bits=BITS)
        return self.instance.matrix(found.arrays[0])

    def hold(self, cost: IntArray, taken: BoolArray) -> None:
        """Take over a plan, and let no later plan exceed its sum."""
        self.taken = taken
        most = int(cost[taken | self.instance.fixed].sum())
        self.instance = self.instance.within(self.instance.budget(cost, most))

    # --- loads --------------------------------------------------------------------------------------

    def reduce(self, rule: str, tie_cost: IntArray, stage_budget: StageBudget) -> None:
        """Let members break a limit of their load by less, those who break it most first."""
        side, measure = rule.split("_")
        by = self._by(side, measure)
        for member in np.argsort(-by, kind="stable").tolist():
            step = int(by[member])
            while step > 0 and stage_budget.stop_reason is None:
                if not self._reduced(side, measure, member, step, tie_cost, stage_budget):
                    step //= 2
                step = min(step, int(self._by(side, measure)[member]))

    def _by(self, side: str, measure: str) -> IntArray:
        """By how much each member breaks a limit, (M,)."""
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
        """Whether a plan was found in which a member breaks a limit by so much less."""
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
    """Whether a plan breaks limits of workloads by no more, in all, than another one."""

    totals: dict[str, float]

    def __call__(self, assignment: Assignment) -> bool:
        return all(
            order(assignment, rule)[0] <= total + float(slack(total))
            for rule, total in self.totals.items()
        )
