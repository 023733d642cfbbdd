"""The face of breaches: all plans whose breaches are proven to be the least.

The rules are settled in turn, the one that is relaxed last first. The breach in a plan is compared with
a lower bound of the breach in any plan. While the two meet, the plans with this breach are the plans of
an instance with other limits: fewer pairs, a budget, higher maxima. Nothing is relaxed in that
instance, so that bounds over it are valid for the next rule and for the goals. Limits of rules that are
not settled yet are left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.task import Proof, Task
from phancong.engines.weighted.construct.breach_sums import BreachSum, breach_sum
from phancong.engines.weighted.construct.minimal_relaxation import (
    MinimalRelaxation,
    forced_breach,
    least_breach,
)
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import TUNING, Tuning
from phancong.goals import compared, meets, single
from phancong.problem import BoolArray, IntArray
from phancong.rules import RULES, beyond_ceilings, order, total

#: Tolerance when a float number of units is rounded up.
FLOATS: Final = 1e-9


class BreachFace:
    """The plans with the least breaches of all rules that are settled.

    Parameters
    ----------
    task
        The problem, the rules that may be relaxed, and the proofs of the incumbent's breaches.
    tuning
        Thresholds between methods, by size.
    """

    def __init__(self, task: Task, tuning: Tuning = TUNING) -> None:
        self.task = task
        self.problem = task.problem
        pairs = {rule: most for rule, most in task.relax.items() if RULES[rule].pair}
        #: The limits of the face; each settled rule adds its own.
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
        # No exact checks here: the incumbent breaks some limits. :meth:`of` checks plans as a whole.
        self.instance = self.instance.replace(
            resources=resources,
            budgets=() if "max_changes" in task.relax else self._changes,
            checks=(),
        )
        #: Whether all settled rules are proven. False from the start if coverage may be relaxed before
        #: another rule: leaving a household without a member would then lower the other breach.
        last = next(reversed(tuple(task.relax)), "coverage")
        self.complete = "coverage" not in task.relax or last == "coverage"
        self._least_is_raised = False
        #: The plans with the least total breach of the last rule, where only its largest is not proven.
        self.least: MinimalRelaxation | None = None

    def settle(self, rule: str, assignment: Assignment) -> Proof:
        """The line of a rule by arithmetic and flows; if it is proven, the face is narrowed to it."""
        self.least = None
        if rule == "coverage":
            line = self._coverage(assignment)
        elif RULES[rule].pair is not None:
            line = self._pairs(rule, assignment)
        elif rule.partition("_")[2] in self._asked:
            line = self._loads(rule, assignment)
        else:
            line = self.known(rule, assignment)
            if line.proven and rule == "max_changes" and self.problem.max_changes is not None:
                self.hold(breach_sum(self.instance, rule), round(single(line.best)))
        self.complete = line.proven
        return line

    def levelled(self, rule: str, assignment: Assignment, level: Fraction) -> Proof:
        """The line of a plan whose largest breach, its *level*, is proven; the face narrowed to it."""
        assert self.least is not None
        self.instance, self._least_is_raised = self.least.at(level), rule.startswith("max_")
        self.least, self.complete = None, True
        by = total(assignment, rule)
        return Proof(by, by, True)

    def known(self, rule: str, assignment: Assignment) -> Proof:
        """The proof of the task for its incumbent, if the plan breaks the rule no more than that."""
        by, incumbent = total(assignment, rule), self.task.incumbent
        known = self.task.breaches.get(rule)
        if not by or known is None or incumbent is None:
            return Proof(by, 0.0, not by)
        as_little = compared(order(assignment, rule), order(incumbent, rule)) <= 0
        return replace(known, best=by) if as_little else Proof(by, 0.0, False)

    # --- rules whose breach is a sum over pairs -----------------------------------------------------

    def _coverage(self, assignment: Assignment) -> Proof:
        """The line of coverage: proven if each unit has as many members as it can have."""
        by = total(assignment, "coverage")
        most = np.minimum(self.instance.need, self.instance.free.sum(axis=1))
        proven = bool((self.instance.taken(assignment.mask).sum(axis=1) == most).all())
        if proven:
            self.instance = self.instance.replace(need=most)
        return Proof(by, by if proven else 0.0, proven)

    def _pairs(self, rule: str, assignment: Assignment) -> Proof:
        """The line of a rule about pairs: proven if each unit has the members with the least breach."""
        formulation, instance = self.instance.formulation, self.instance
        known = self.known(rule, assignment)
        if rule not in formulation.pair_breach:
            return known
        breach = instance.matrix(formulation.pairs_of(formulation.pair_breach[rule]))
        in_order = np.sort(np.where(instance.free, breach, np.inf), axis=1)
        last = np.maximum(instance.need - 1, 0)
        most = np.where(instance.need > 0, in_order[np.arange(len(last)), last], 0.0)
        least = instance.free & (breach <= most[:, None])
        if (self.instance.taken(assignment.mask) <= least).all():
            self._keep(least)
            return Proof(known.best, known.best, True)
        if known.proven:
            self.hold(breach_sum(self.instance, rule), self._value(rule, assignment))
        return known

    def _value(self, rule: str, assignment: Assignment) -> int:
        found = breach_sum(self.instance, rule)
        return int(found.cost[self.instance.taken(assignment.mask)].sum()) + found.constant

    def searched(self, rule: str, assignment: Assignment, bound: int | None) -> Proof:
        """The line of a rule, from a *bound* of the integer sum over pairs; None is no bound."""
        found, by = breach_sum(self.instance, rule), total(assignment, rule)
        below = 0.0 if bound is None else min(found.real(bound), by)
        proven = meets(by, below)
        # A gap that is only rounding leaves the line unproven. The face holds all plans that break the
        # rule no more than this one, so that bounds over it are valid.
        self.complete = proven or by - below <= 2 * found.error
        if self.complete:
            self.hold(found, self._value(rule, assignment))
        return Proof(by, below, proven)

    def hold(self, found: BreachSum, value: int) -> None:
        """Narrow the face to plans whose breach is *value* or less, in integers."""
        most = (
            max(value, 0) - found.constant + math.floor(2 * Fraction(found.error) / found.quantum)
        )
        budget = replace(self.instance.budget(found.cost, 0), most=most)
        self.instance = self.instance.within(budget)

    def _keep(self, free: BoolArray) -> None:
        workload = self.instance.resource("workload")
        self.instance = self.instance.restricted(free, "workload", workload.low, workload.high)

    # --- loads ----------------------------------------------------------------------------------------

    def _loads(self, rule: str, assignment: Assignment) -> Proof:
        """The line of a limit of loads, with a bound by arithmetic or a maximum flow."""
        side, measure = rule.split("_")
        resource = self.instance.resource(measure)
        line = self.known(rule, assignment)
        low, high = self._asked[measure]
        narrow = self._limited(rule, np.zeros_like(low))
        if not line.best:
            self.instance = narrow
            return line
        forced = forced_breach(self.instance, rule, low if side == "min" else high)
        if meets(line.best, float(int(forced.sum()) * resource.quantum)):
            self.instance = self._limited(rule, forced)
            return Proof(line.best, line.best, True)
        found = None if self._least_is_raised else least_breach(narrow, rule, self.task.relax)
        if found is not None:
            bound = min(float(found.broken * resource.quantum), single(line.best))
            largest = order(assignment, rule)[1]
            least = meets(line.best, bound)
            proven = least and meets(largest, float(found.level))
            self.least = found if least and not proven else None
            if proven:
                self.instance, self._least_is_raised = found.levelled, side == "max"
            if proven or not line.proven:
                return Proof(line.best, max(bound, single(line.bound)), proven)
        if line.proven:
            figures = order(assignment, rule)[1:]
            per_share = self.problem.member_columns.share / float(resource.quantum)
            # Loads are whole units, so that float errors must not round up to one more.
            more = np.ceil(figures[0] * per_share - FLOATS).astype(np.int64)
            always = None
            if RULES[rule].compared == "each":
                # All figures are the same in every plan, so that no member is below the least of them.
                lowest = figures[int(np.count_nonzero(~self.problem.exempt)) - 1]
                always = np.ceil(lowest * per_share - FLOATS).astype(np.int64)
            self.instance = self._limited(rule, more, always)
        return line

    def _limited(self, rule: str, most: IntArray, always: IntArray | None = None) -> Instance:
        """The face in which no member breaks a limit of loads by more than *most*, (M,).

        Nor by less than *always*, where that is above 0.
        """
        side, measure = rule.split("_")
        resource, (low, high) = self.instance.resource(measure), self._asked[measure]
        least, largest = resource.low, resource.high
        if side == "min":
            least = np.maximum(least, low - most)
        else:
            largest = high + most
        if always is not None:
            broken = (always > 0) & ~self.problem.exempt
            if side == "min":
                largest = np.where(broken, np.minimum(largest, low - always), largest)
            else:
                least = np.where(broken, np.maximum(least, high + always), least)
        return self.instance.restricted(self.instance.free, measure, least, largest)

    def held(self, instance: Instance, assignment: Assignment, rules: Sequence[str]) -> Instance:
        """The instance in which no member breaks a limit of loads by more than in a plan.

        A face does not say so where a breach is known to be the least by other means than flows: then
        each member may break the limit by as much as the largest breach, and the total is left open.

        Parameters
        ----------
        instance
            Limits that the plan may exceed.
        assignment
            The plan.
        rules
            The rules whose breaches are held.

        Returns
        -------
        Instance
            *instance* itself if it allows no larger breaches.
        """
        taken = instance.taken(assignment.mask)
        for rule in rules:
            side, _, measure = rule.partition("_")
            if measure not in self._asked:
                continue
            resource, (low, high) = instance.resource(measure), self._asked[measure]
            load = resource.load(taken)
            least, largest = resource.low, resource.high
            if side == "min":
                least = np.maximum(least, np.minimum(low, load))
            else:
                largest = np.minimum(largest, np.maximum(high, load))
            if (least > resource.low).any() or (largest < resource.high).any():
                instance = instance.restricted(instance.free, measure, least, largest)
        return instance

    def of(self, assignment: Assignment, instance: Instance | None = None) -> Instance:
        """The face with an exact check: plans whose breaches are no more than those of *assignment*.

        *instance* is a part of the face; by default the whole.
        """
        whole = self.instance if instance is None else instance
        return whole.also(_AsGood(assignment, self.task.relax))


@dataclass(frozen=True, slots=True)
class _AsGood:
    """Whether the breaches of a plan rank no worse than those of another one, within all ceilings."""

    assignment: Assignment
    relax: Mapping[str, float]

    def __call__(self, assignment: Assignment) -> bool:
        for rule in reversed(tuple(self.relax)):
            verdict = compared(order(assignment, rule), order(self.assignment, rule))
            if verdict:
                return verdict < 0 and not beyond_ceilings(assignment, self.relax)
        return not beyond_ceilings(assignment, self.relax)
