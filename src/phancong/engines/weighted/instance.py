"""The rules of a problem as integer matrices: free pairs, and limits of resources and budgets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.formulation import Formulation
from phancong.engines.weighted.budget_fixing import pairs_beyond
from phancong.engines.weighted.resources import Budget, Resource
from phancong.engines.weighted.tuning import (
    LEAST_SPARED,
    MOST_UNITS_EACH,
    NEARLY_FULL,
    TUNING,
    Tuning,
)
from phancong.meeting import NOTHING_GIVEN, largest_met, least_met
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.rules import order

#: Bits of a cost or a weight; more would overflow in CP-SAT, which searches the neighbourhoods.
BITS: Final = 28
#: Cap of minima: more than any member can carry, and far from overflow.
MOST: Final = 2**52


class Instance:
    """Free pairs of units and members, and the limits of loads and sums that a plan must keep.

    Parameters
    ----------
    problem
        The problem; no rule about loads is relaxed.
    relax
        Rules about pairs that may be relaxed, with their ceilings; they widen the free pairs.
    tuning
        Thresholds between methods, by size; all operators read them here.
    """

    def __init__(
        self,
        problem: Problem,
        relax: Mapping[str, float] | None = None,
        tuning: Tuning = TUNING,
    ) -> None:
        self.problem = problem
        self.tuning = tuning
        self.formulation = Formulation(problem, relax or {}, BITS)
        shape = len(self.formulation.units), len(self.formulation.members)
        pair = self.formulation.unit, self.formulation.member
        #: Pairs that are part of every plan, and pairs that a plan may choose, U × M each.
        self.fixed: BoolArray = np.zeros(shape, dtype=bool)
        self.fixed[pair] = self.formulation.fixed
        self.free: BoolArray = np.zeros(shape, dtype=bool)
        self.free[pair] = ~self.formulation.fixed
        #: Members that each unit needs beyond the fixed ones, (U,).
        self.need: IntArray = self.formulation.need - self.fixed.sum(axis=1)
        self.resources = tuple(self._resource(m) for m in ("workload", "households"))
        self.budgets: tuple[Budget, ...] = self._max_changes()
        #: Exact checks of a plan, for limits that rounded integers cannot decide.
        self.checks: tuple[Callable[[Assignment], bool], ...] = ()
        weights = self.formulation.weights("workload")
        if weights.error or weights.off:
            self.checks = (_within_limits,)

    def _resource(self, measure: str) -> Resource:
        weights = self.formulation.weights(measure)
        whole = self.matrix(weights.pairs)
        weight = np.where(self.fixed, 0, whole)
        # The limits are widened by the largest rounding error of all pairs of a member, so that no plan
        # is cut off. :meth:`keeps` then checks each plan exactly.
        pairs = np.bincount(self.formulation.member, minlength=len(weights.base))
        each = Fraction(weights.error) + weights.off
        rounding = [each * n for n in (pairs + (weights.base > 0)).tolist()]
        given = NOTHING_GIVEN if measure == "households" else self.problem.exactly
        most = self.formulation.limits(f"max_{measure}")
        least = self.formulation.limits(f"min_{measure}")
        base = (whole * self.fixed).sum(axis=0) + weights.base
        carried = whole.sum(axis=0) + weights.base
        high = [
            int(all_)
            if math.isinf(limit)
            else min(math.floor((largest_met(limit, given) + off) / weights.quantum), int(all_))
            for limit, off, all_ in zip(most, rounding, carried, strict=True)
        ]
        low = [
            min(max(math.ceil((least_met(limit, given) - off) / weights.quantum), 0), MOST)
            for limit, off in zip(least, rounding, strict=True)
        ]
        own = (
            None
            if measure == "workload" and weights.total is None
            else weight.max(axis=1, initial=0)
        )
        return Resource(
            measure,
            weight,
            own,
            np.maximum(np.array(low, dtype=np.int64) - base, 0),
            np.array(high, dtype=np.int64) - base,
            base,
            weights.quantum,
        )

    def _max_changes(self) -> tuple[Budget, ...]:
        most = self.problem.max_changes
        if most is None:
            return ()
        kept, best = self.formulation.kept(weighted=False)
        weight = -np.rint(self.matrix(kept)).astype(np.int64)
        return (self.budget(weight, most - round(best)),)

    def budget(self, weight: IntArray, most: int) -> Budget:
        """A budget over the free pairs, from a weight of all pairs and a limit of their sum."""
        return Budget(np.where(self.free, weight, 0), most - int(weight[self.fixed].sum()))

    def matrix(self, pairs: FloatArray | IntArray | BoolArray) -> np.ndarray:
        """Values of candidate pairs, (P,), as a matrix U × M with 0 elsewhere."""
        found = np.zeros(self.free.shape, dtype=pairs.dtype)
        found[self.formulation.unit, self.formulation.member] = pairs
        return found

    # --- instances with other limits ----------------------------------------------------------------

    def replace(
        self,
        **parts: BoolArray
        | IntArray
        | tuple[Resource, ...]
        | tuple[Budget, ...]
        | tuple[Callable[[Assignment], bool], ...],
    ) -> Instance:
        """The instance with other *parts*: free pairs, needs, resources, budgets or checks."""
        changed = copy(self)
        vars(changed).pop("size", None)  # the cached number of free pairs
        vars(changed).update(parts)
        return changed

    def under(self, measure: str, high: IntArray) -> Instance:
        """The instance in which no member carries more than *high* in a measure."""
        resource = self.resource(measure)
        high = np.minimum(resource.high, high)
        return self.restricted(self.free, measure, resource.low, high)

    def restricted(self, free: BoolArray, measure: str, low: IntArray, high: IntArray) -> Instance:
        """The instance with fewer pairs and other limits in a measure."""
        resources = tuple(
            replace(r, low=low, high=high) if r.measure == measure else r for r in self.resources
        )
        return self.replace(free=free, resources=resources)

    def within(self, *budgets: Budget) -> Instance:
        """The instance with further *budgets*, without the pairs that no plan within them has.

        For example, if no household may change its member, only the pairs of last year's plan remain.
        """
        narrow = self.replace(budgets=(*self.budgets, *budgets))
        for budget in budgets:
            narrow = narrow.replace(free=narrow.free & ~narrow._beyond(budget))
        return narrow

    def settled(self) -> Instance:
        """The instance in which the pairs of units without a choice are fixed.

        Knapsacks and master problems are smaller then: at 400 × 60 with eleven changes 250 of 400 units
        have only the member of last year.
        """
        sure = self.free & (self.free.sum(axis=1) == self.need)[:, None]
        return self.replace(
            fixed=self.fixed | sure,
            free=self.free & ~sure,
            need=np.where(sure.any(axis=1), 0, self.need),
            resources=tuple(resource.less(sure) for resource in self.resources),
            budgets=tuple(budget.less(sure) for budget in self.budgets),
        )

    def no_dearer(self, taken: BoolArray) -> Instance:
        """The instance without pairs that weigh more in some budget than the unit's pairs in a plan.

        *taken* is a plan within all budgets, U × M.
        """
        free = self.free.copy()
        for budget in self.budgets:
            dearest = np.where(taken, budget.weight, np.iinfo(np.int64).min).max(axis=1)
            free &= budget.weight <= dearest[:, None]
        return self.replace(free=free)

    def _beyond(self, budget: Budget) -> BoolArray:
        """The free pairs that no plan within a budget has, U × M."""
        found = np.zeros_like(self.free)
        for load in self.binding or self.resources[:1]:
            found |= pairs_beyond(
                budget.weight,
                budget.most,
                self.free & ~found,
                self.need,
                load.weight,
                load.high,
                self.tuning,
            )
        return found

    def resource(self, measure: str) -> Resource:
        """The load in ``"workload"`` or ``"households"``."""
        return next(r for r in self.resources if r.measure == measure)

    @property
    def binding(self) -> tuple[Resource, ...]:
        """The loads that have limits."""
        return tuple(r for r in self.resources if r.binds)

    @property
    def has_equal_loads(self) -> bool:
        """Whether at most one load binds, and it is the same for all units and members.

        A flow is whole then: its units are not split.
        """
        if not self.binding:
            return True
        (load, *others) = self.binding
        if others or load.each is None:
            return False
        return len(np.unique(load.each[self.need > 0])) == 1 and bool(load.each.any())

    @property
    def kept(self) -> BoolArray:
        """The pairs that some budget wants kept, such as those of last year's plan, U × M."""
        found = np.zeros_like(self.free)
        for budget in self.budgets:
            found |= budget.weight < 0
        return found

    def also(self, check: Callable[[Assignment], bool]) -> Instance:
        """The instance with a further exact *check*, for a limit that rounded integers cannot decide."""
        return self.replace(checks=(*self.checks, check))

    def keeps(self, taken: BoolArray) -> bool:
        """Whether chosen pairs, U × M, are a plan within all limits, exactly."""
        in_integers = (
            (taken <= self.free).all()
            and (taken.sum(axis=1) == self.need).all()
            and all(
                (r.low <= (load := r.load(taken))).all() and (load <= r.high).all()
                for r in self.resources
            )
            and all(b.room(taken) >= 0 for b in self.budgets)
        )
        if not in_integers or not self.checks:
            return bool(in_integers)
        assignment = Assignment.of_mask(self.problem, self.mask(taken))
        return all(check(assignment) for check in self.checks)

    def taken(self, mask: BoolArray) -> BoolArray:
        """A plan, households × members, as chosen pairs U × M without the fixed ones."""
        found: BoolArray = self.matrix(self.formulation.chosen(mask)) & ~self.fixed
        return found

    def mask(self, taken: BoolArray) -> BoolArray:
        """Chosen pairs and fixed ones as households × members."""
        whole = taken | self.fixed
        return self.formulation.mask(whole[self.formulation.unit, self.formulation.member])

    @property
    def has_many_members(self) -> bool:
        """Whether near pairs are a small part of all pairs."""
        return LEAST_SPARED * self.tuning.near_pairs <= self.free.shape[1]

    @property
    def sizes(self) -> tuple[tuple[int, float], ...]:
        """Members of a neighbourhood and pairs of each unit in it, round by round."""
        return self.tuning.wide_sizes if self.is_wide else self.tuning.sizes

    @property
    def is_wide(self) -> bool:
        """Whether there are many members, few units of each, a budget, and not too many pairs."""
        few = len(self.need) <= MOST_UNITS_EACH * self.free.shape[1]
        wide = self.has_many_members and few and bool(self.budgets)
        return wide and self.size <= self.tuning.most_wide_pairs

    @property
    def has_mostly_free_pairs(self) -> bool:
        """Whether at least half of the pairs of units and members with a choice are free."""
        units, members = self.free.any(axis=1), self.free.any(axis=0)
        return bool(2 * self.size >= np.count_nonzero(units) * np.count_nonzero(members))

    @property
    def is_nearly_full(self) -> bool:
        """Whether plans use nearly all of the largest loads of the first load that binds."""
        load = self.binding[0] if self.binding else None
        if load is None or load.each is None:
            return False
        room = int(load.high.sum() - load.each @ self.need)
        return room <= NEARLY_FULL * int(load.high.sum())

    @cached_property
    def size(self) -> int:
        """Number of free pairs."""
        return int(np.count_nonzero(self.free))


def _within_limits(assignment: Assignment) -> bool:
    """Whether workloads are within their limits, exactly."""
    return not any(order(assignment, rule)[0] for rule in ("max_workload", "min_workload"))
