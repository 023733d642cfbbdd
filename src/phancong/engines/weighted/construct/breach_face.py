"""The face of breaches: all plans that break no more than is proven to be the least.

Rule by rule, the one that is relaxed last first, what a plan breaks is compared with what every plan must
break. As long as the two meet, plans that break no more are those within other limits: fewer pairs, a
budget, higher maxima. Of them nothing has to be relaxed any more, and what is proven of the next rule, or
of the goals, is true of the problem. Limits of rules that come later are left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.integers import integers
from phancong.engines.task import Proof, Task
from phancong.engines.weighted.construct.minimal_relaxation import least_breach
from phancong.engines.weighted.instance import BITS, Instance
from phancong.engines.weighted.tuning import TUNING, Tuning
from phancong.goals import compared, meets, single
from phancong.problem import BoolArray, IntArray
from phancong.rules import RULES, beyond_ceilings, order, total

#: By how much floats may take a number of whole units for more.
FLOATS: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class BreachSum:
    """The breach of a rule by pairs, as a sum in integers.

    Parameters
    ----------
    cost
        Of each pair, U × M.
    constant
        What is added: of a plan's pairs beside the fixed ones the sum and this are what it breaks.
    unit, error
        What an integer stands for, and how far the sum may lie from what is broken.
    """

    cost: IntArray
    constant: int
    unit: Fraction
    error: float

    def real(self, value: int) -> float:
        """The least breach where the integers add up to a value."""
        return max(float((value + self.constant) * self.unit) - self.error, 0.0)


class BreachFace:
    """Plans that break no more than is proven to be the least, of the rules so far.

    Parameters
    ----------
    task
        The problem, and what may be relaxed; what is proven of the breaches of its incumbent.
    tuning
        Sizes at which one method takes over from another.
    """

    def __init__(self, task: Task, tuning: Tuning = TUNING) -> None:
        self.task = task
        self.problem = task.problem
        pairs = {rule: most for rule, most in task.relax.items() if RULES[rule].pair}
        #: The plans: limits that may be relaxed come in one by one.
        self.instance = Instance(self.problem, pairs, tuning)
        self._asked = {r.measure: (r.low, r.high) for r in self.instance.resources}
        self._changes = self.instance.budgets
        resources = tuple(
            replace(
                r,
                low=np.zeros_like(r.low) if f"min_{r.measure}" in task.relax else r.low,
                high=np.maximum(r.high, r.weight.sum(axis=0))
                if f"max_{r.measure}" in task.relax
                else r.high,
            )
            for r in self.instance.resources
        )
        # What is rounded is judged by the whole plan, which breaks some of it.
        self.instance = self.instance.easier(
            need=self.instance.need,
            resources=resources,
            budgets=() if "max_changes" in task.relax else self._changes,
            checks=(),
        )
        #: Whether all rules so far are proven. Who may stay without a member before another rule breaks
        #: does not have to break that at all.
        last = next(reversed(tuple(task.relax)), "coverage")
        self.complete = "coverage" not in task.relax or last == "coverage"
        self._least_is_raised = False

    def taken(self, assignment: Assignment) -> BoolArray:
        """The pairs of a plan beside the fixed ones, U × M."""
        formulation = self.instance.formulation
        chosen = np.zeros(self.instance.free.shape, dtype=bool)
        chosen[formulation.unit, formulation.member] = formulation.chosen(assignment.mask)
        return chosen & ~self.instance.fixed

    def settle(self, rule: str, assignment: Assignment) -> Proof:
        """The line of a rule by arithmetic and flows; where it is proven, no plan breaks more."""
        if rule == "coverage":
            line = self._coverage(assignment)
        elif RULES[rule].pair is not None:
            line = self._pairs(rule, assignment)
        elif rule.partition("_")[2] in self._asked:
            line = self._loads(rule, assignment)
        else:
            line = self._known(rule, assignment)
            if line.proven and rule == "max_changes" and self.problem.max_changes is not None:
                self.hold(self.sum_of(rule), round(single(line.best)))
        self.complete = line.proven
        return line

    def _known(self, rule: str, assignment: Assignment) -> Proof:
        """Proof of others for the incumbent, if the plan breaks as little."""
        by, incumbent = total(assignment, rule), self.task.incumbent
        known = self.task.breaches.get(rule)
        if not by or known is None or incumbent is None:
            return Proof(by, 0.0, not by)
        as_little = compared(order(assignment, rule), order(incumbent, rule)) <= 0
        return replace(known, best=by) if as_little else Proof(by, 0.0, False)

    # --- rules whose breach is a sum over pairs -----------------------------------------------------

    def _coverage(self, assignment: Assignment) -> Proof:
        """Where a place is open, nobody is left who could have it."""
        by = total(assignment, "coverage")
        most = np.minimum(self.instance.need, self.instance.free.sum(axis=1))
        proven = bool((self.taken(assignment).sum(axis=1) == most).all())
        if proven:
            self.instance = self.instance.easier(
                need=most,
                resources=self.instance.resources,
                budgets=self.instance.budgets,
                checks=(),
            )
        return Proof(by, by if proven else 0.0, proven)

    def _pairs(self, rule: str, assignment: Assignment) -> Proof:
        """Each unit has the members with whom it breaks the rule least."""
        formulation, instance = self.instance.formulation, self.instance
        known = self._known(rule, assignment)
        if rule not in formulation.pair_breach:
            return known
        breach = instance.matrix(formulation.pairs_of(formulation.pair_breach[rule]))
        in_order = np.sort(np.where(instance.free, breach, np.inf), axis=1)
        last = np.maximum(instance.need - 1, 0)
        most = np.where(instance.need > 0, in_order[np.arange(len(last)), last], 0.0)
        least = instance.free & (breach <= most[:, None])
        if (self.taken(assignment) <= least).all():
            self._keep(least)
            return Proof(known.best, known.best, True)
        if known.proven:
            self.hold(self.sum_of(rule), self._value(rule, assignment))
        return known

    def sum_of(self, rule: str) -> BreachSum:
        """The breach of a rule about pairs, or of ``max_changes``."""
        formulation, instance = self.instance.formulation, self.instance
        if rule == "max_changes":
            assert self.problem.max_changes is not None
            kept, best = formulation.kept(weighted=False)
            cost = -np.rint(instance.matrix(kept)).astype(np.int64)
            fixed = int(cost[instance.fixed].sum())
            return BreachSum(cost, round(best) + fixed - self.problem.max_changes, Fraction(1), 0.0)
        found = integers(formulation.pairs_of(formulation.pair_breach[rule]), bits=BITS)
        error = (found.error + float(found.off)) * int(instance.need.sum())
        return BreachSum(instance.matrix(found.arrays[0]), 0, found.unit, error)

    def _value(self, rule: str, assignment: Assignment) -> int:
        found = self.sum_of(rule)
        return int(found.cost[self.taken(assignment)].sum()) + found.constant

    def searched(self, rule: str, assignment: Assignment, bound: int | None) -> Proof:
        """The line of a rule of whose sum over pairs a bound was found, in integers."""
        found, by = self.sum_of(rule), total(assignment, rule)
        below = 0.0 if bound is None else min(found.real(bound), by)
        self.complete = meets(by, below)
        if self.complete:
            self.hold(found, self._value(rule, assignment))
        return Proof(by, below, self.complete)

    def hold(self, found: BreachSum, value: int) -> None:
        """Let no plan break more."""
        most = max(value, 0) - found.constant + math.floor(2 * Fraction(found.error) / found.unit)
        budget = replace(self.instance.budget(found.cost, 0), most=most)
        self.instance = self.instance.within(budget)

    def _keep(self, free: BoolArray) -> None:
        workload = self.instance.resource("workload")
        self.instance = self.instance.restricted(free, "workload", workload.low, workload.high)

    # --- loads ----------------------------------------------------------------------------------------

    def _loads(self, rule: str, assignment: Assignment) -> Proof:
        """Load that the others cannot take, or cannot give, by a maximum flow."""
        side, measure = rule.split("_")
        instance = self.instance
        resource, (low, high) = instance.resource(measure), self._asked[measure]
        line = self._known(rule, assignment)
        narrow = (
            instance.restricted(
                instance.free, measure, np.maximum(resource.low, low), resource.high
            )
            if side == "min"
            else instance.restricted(instance.free, measure, resource.low, high)
        )
        if not line.best:
            self.instance = narrow
            return line
        found = None if self._least_is_raised else least_breach(narrow, rule, self.task.relax)
        if found is not None:
            bound = min(float(found.broken * resource.unit), single(line.best))
            largest = order(assignment, rule)[1]
            proven = meets(line.best, bound) and meets(largest, float(found.level))
            if proven:
                self.instance, self._least_is_raised = found.levelled, side == "max"
            if proven or not line.proven:
                return Proof(line.best, max(bound, single(line.bound)), proven)
        if line.proven:
            self._widen(side, measure, order(assignment, rule)[1])
        return line

    def _widen(self, side: str, measure: str, largest: float) -> None:
        """Let members break a limit by as much as the largest breach ÷ share."""
        instance, share = self.instance, self.problem.member_columns.share
        resource, (low, high) = instance.resource(measure), self._asked[measure]
        # Loads are whole units: what floats add to one is nothing.
        more = np.ceil(largest * share / float(resource.unit) - FLOATS).astype(np.int64)
        if side == "min":
            low, high = np.maximum(resource.low, low - more), resource.high
        else:
            low, high = resource.low, high + more
        self.instance = instance.restricted(instance.free, measure, low, high)

    def of(self, assignment: Assignment) -> Instance:
        """The plans that break no more than one of them, judged as a whole."""
        return self.instance.also(_AsGood(assignment, self.task.relax))


@dataclass(frozen=True, slots=True)
class _AsGood:
    """Whether a plan breaks no more than another one, within what each limit may be broken by."""

    assignment: Assignment
    relax: Mapping[str, float]

    def __call__(self, assignment: Assignment) -> bool:
        for rule in reversed(tuple(self.relax)):
            verdict = compared(order(assignment, rule), order(self.assignment, rule))
            if verdict:
                return verdict < 0 and not beyond_ceilings(assignment, self.relax)
        return not beyond_ceilings(assignment, self.relax)
