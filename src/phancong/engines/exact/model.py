"""The rules of a problem as an integer linear model: one method a rule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from phancong.assignment import slack
from phancong.engines.exact.backend import FREE, Linear, LinearModel
from phancong.engines.exact.formulation import Formulation, Weights
from phancong.engines.exact.integers import as_fraction, common_divisor
from phancong.problem import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class MemberBreach:
    """By how much members break a limit of their load.

    Parameters
    ----------
    variables
        The breach of each member who can break it, member → variable.
    unit
        A breach is its integer times this.
    error
        How far the real breaches of all members together may lie from that.
    """

    variables: Mapping[int, int]
    unit: Fraction
    error: float


class Model(LinearModel):
    """All plans that keep what may not give way, and by how much they break the rest.

    Its decisions are the candidate pairs of the formulation, in their order.

    Parameters
    ----------
    formulation
        The candidate pairs.
    """

    def __init__(self, formulation: Formulation) -> None:
        super().__init__(len(formulation.unit))
        self.formulation = formulation
        self.problem = formulation.problem
        self.relax = formulation.relax
        members = len(formulation.members)
        #: Candidate pairs of each unit and of each member.
        self.of_unit = _of_each(formulation.unit, len(formulation.units))
        self.of_member = _of_each(formulation.member, members)
        #: Unit → how many members it misses; a unit that may miss none is not in it.
        self.missing: dict[int, int] = {}
        #: Rule → the breach of each member.
        self.member_breach: dict[str, MemberBreach] = {}
        #: By how many the changes are above their cap, where that may be.
        self.excess_changes: int | None = None
        self._loads: dict[str, IntArray] = {}
        self._used: dict[int, int] = {}
        for rule in self._rules():
            rule()

    def _rules(self) -> tuple[partial[None], ...]:
        """Every rule of the problem (a pair that may not be is no candidate)."""
        return (
            partial(self._fixed_pairs),
            partial(self._coverage),
            partial(self._maximum, "max_households"),
            partial(self._maximum, "max_workload"),
            partial(self._minimum, "min_households"),
            partial(self._minimum, "min_workload"),
            partial(self._max_changes),
        )

    # --- rules --------------------------------------------------------------------------------------

    def _fixed_pairs(self) -> None:
        """A fixed pair is part of every plan."""
        for pair in np.flatnonzero(self.formulation.fixed).tolist():
            self.tighten(pair, lower=1)

    def _coverage(self) -> None:
        """Every unit has the members it needs; where coverage gives way, some may be missing."""
        most = self._ceiling("coverage")
        for unit, pairs in enumerate(self.of_unit):
            need = int(self.formulation.need[unit])
            fixed = int(self.formulation.fixed[pairs].sum())
            if fixed == need == len(pairs):
                continue  # nothing is left to decide
            taken = _sum_of(pairs)
            can_miss = min(need - fixed, most)
            if can_miss <= 0:
                self.add(taken, need, need)
                continue
            missing = self.integer(0, can_miss, partial(_short_of, taken, need))
            self.missing[unit] = missing
            self.add(Linear.of([*taken.terms(), (missing, 1)]), need, need)

    def _maximum(self, rule: str) -> None:
        """No member has more than the maximum; where that gives way, the excess is counted."""
        limits = getattr(self.formulation.members, rule).astype(np.float64)
        measure = rule.partition("_")[2]
        weights = self.formulation.weights(measure)
        breaking = [m for m in range(len(limits)) if self._heaviest(m, weights) > limits[m]]
        if not breaking:
            return
        loads = self.loads(measure)
        if rule not in self.relax:
            for m in breaking:
                self.tighten(int(loads[m]), upper=self._at_most(limits[m], m, weights))
            return
        scale = self._breach_scale(weights, limits[breaking])
        found = {}
        for m in breaking:
            limit = round(Fraction(limits[m]) / scale.unit)
            load = Linear.of([(int(loads[m]), scale.factor)])
            most = min(max(self.range_of(load)[1] - limit, 0), self._ceiling(rule, scale.unit))
            found[m] = self.integer(0, most, partial(_excess_of, load, limit))
            self.add(Linear.of([*load.terms(), (found[m], -1)]), upper=limit)
        self.member_breach[rule] = MemberBreach(found, scale.unit, scale.error)

    def _minimum(self, rule: str) -> None:
        """Every member has the minimum, an optional one only if used; or what is short is counted."""
        limits = getattr(self.formulation.members, rule).astype(np.float64)
        measure = rule.partition("_")[2]
        below = [m for m in range(len(limits)) if limits[m] > slack(limits[m])]
        if not below:
            return
        weights, loads = self.formulation.weights(measure), self.loads(measure)
        optional = self.formulation.members.optional
        if rule not in self.relax:
            for m in below:
                limit = self._at_least(limits[m], m, weights)
                if optional[m]:
                    self.add(Linear.of([(int(loads[m]), 1), (self.used(m), -limit)]), lower=0)
                else:
                    self.tighten(int(loads[m]), lower=limit)
            return
        scale = self._breach_scale(weights, limits[below])
        found = {}
        for m in below:
            limit = round(Fraction(limits[m]) / scale.unit)
            terms = [(int(loads[m]), scale.factor)]
            if optional[m]:
                terms.append((self.used(m), -limit))
            enough = Linear.of(terms, 0 if optional[m] else -limit)
            most = min(limit, self._ceiling(rule, scale.unit))
            found[m] = self.integer(0, most, partial(_short_of, enough, 0))
            self.add(Linear.of([*terms, (found[m], 1)], enough.constant), lower=0)
        self.member_breach[rule] = MemberBreach(found, scale.unit, scale.error)

    def _max_changes(self) -> None:
        """Not more families change hands than agreed."""
        most = self.problem.max_changes
        if most is None:
            return
        kept, best = self.formulation.kept(weighted=False)
        pairs = np.flatnonzero(kept)
        ended = Linear(pairs, -np.rint(kept[pairs]).astype(np.int64), round(best))
        if "max_changes" not in self.relax:
            self.add(ended, upper=most)
            return
        top = min(max(round(best) - most, 0), self._ceiling("max_changes"))
        self.excess_changes = self.integer(0, top, partial(_excess_of, ended, most))
        self.add(Linear.of([*ended.terms(), (self.excess_changes, -1)], round(best)), upper=most)

    # --- loads ----------------------------------------------------------------------------------------

    def loads(self, measure: str) -> IntArray:
        """A variable for each member's load in ``"workload"`` or ``"households"``, (M,)."""
        if measure not in self._loads:
            weights = self.formulation.weights(measure)
            variables = []
            for m, pairs in enumerate(self.of_member):
                carried = _sum_of(pairs, weights.pairs[pairs])
                load = self.integer(*self._possible(m, weights, carried), carried.at)
                self.add(Linear.of([*carried.terms(), (load, -1)]), 0, 0)
                variables.append(load)
            self._loads[measure] = np.array(variables, dtype=np.int64)
            self._all_is_carried(measure, weights)
        return self._loads[measure]

    def bounded_loads(self) -> list[tuple[str, IntArray]]:
        """The loads that a maximum bounds which must hold, and in what they are measured."""
        return [
            (measure, loads)
            for measure, loads in self._loads.items()
            if f"max_{measure}" not in self.relax
        ]

    def _possible(self, m: int, weights: Weights, carried: Linear) -> tuple[int, int]:
        low, high = self.range_of(carried)
        return (low, high) if weights.total is None else (low, min(high, max(weights.total, low)))

    def _all_is_carried(self, measure: str, weights: Weights) -> None:
        """What all members carry and what is left undone is everything: implied, and a great help."""
        if weights.total is None:
            return
        terms = [(load, 1) for load in self._loads[measure].tolist()]
        for unit, missing in self.missing.items():
            pairs = self.of_unit[unit]
            if not len(pairs):
                return
            terms.append((missing, int(weights.pairs[pairs[0]])))
        if all(len(pairs) for pairs in self.of_unit):
            self.add(Linear.of(terms), weights.total, weights.total)

    def used(self, m: int) -> int:
        """A literal: the member has at least one household."""
        if m not in self._used:
            taken = _sum_of(self.of_member[m])
            used = self.boolean(partial(_any_of, taken))
            self._used[m] = used
            for pair in self.of_member[m].tolist():
                self.add(Linear.of([(pair, 1), (used, -1)]), upper=0)
            self.add(Linear.of([*taken.terms(), (used, -1)]), lower=0)
        return self._used[m]

    def _heaviest(self, m: int, weights: Weights) -> float:
        """The load of a member who had all candidates."""
        return float(weights.pairs[self.of_member[m]].sum() * weights.unit)

    def _at_most(self, limit: float, m: int, weights: Weights) -> int:
        """The largest integer load that is not above a real limit."""
        rounding = weights.error * len(self.of_member[m])
        return math.floor(Fraction(limit + float(slack(limit)) - rounding) / weights.unit)

    def _at_least(self, limit: float, m: int, weights: Weights) -> int:
        """The smallest integer load that is not below a real limit."""
        rounding = weights.error * len(self.of_member[m])
        return math.ceil(Fraction(limit - float(slack(limit)) + rounding) / weights.unit)

    def _ceiling(self, rule: str, unit: Fraction = Fraction(1)) -> int:
        """The most, in units, by which one subject may break a rule; 0 if it must hold."""
        ceiling = self.relax.get(rule, 0.0)
        if math.isinf(ceiling):
            return FREE
        return min(math.floor(Fraction(ceiling + float(slack(ceiling))) / unit), FREE)

    def _breach_scale(self, weights: Weights, limits: IntArray) -> _BreachScale:
        """Integers for loads and limits together."""
        if weights.error:
            many = len(limits) * (0.5 * float(weights.unit)) + len(self.of_unit) * weights.error
            return _BreachScale(1, weights.unit, many)
        fractions = [as_fraction(limit) for limit in np.unique(limits).tolist()]
        carried = Fraction(int(weights.pairs.sum())) * weights.unit
        most = max(carried, Fraction(float(limits.max())))
        if None not in fractions:
            unit = common_divisor([weights.unit, *filter(None, fractions)])
            if most / unit < 2**self.formulation.bits:
                return _BreachScale(int(weights.unit / unit), unit, 0.0)
        # Loads and limits have nothing in common: both are rounded.
        unit = most / 2**self.formulation.bits
        factor = max(round(weights.unit / unit), 1)
        off = abs(float(factor * unit - weights.unit)) * float(carried / weights.unit)
        return _BreachScale(factor, unit, off + 0.5 * float(unit) * len(limits))

    # --- candidates -----------------------------------------------------------------------------------

    def open(self) -> BoolArray:
        """The candidate pairs that can still be chosen, (P,).

        What cannot must not take up the integers of what can: one distance of 1e12 among hundreds of
        metres would leave these none of their own.
        """
        return np.array(self.upper[: self.decisions]) > 0

    def leave_out(self, costs: FloatArray, most: float) -> bool:
        """Close the pairs that alone are above *most*; whether there are any.

        Parameters
        ----------
        costs
            What each candidate pair adds to a quantity, 0 or more, (P,).
        most
            What the quantity is in a plan that there is, with what later goals may add to it.
        """
        dear = self.open() & (costs > most + float(slack(most)))
        for pair in np.flatnonzero(dear).tolist():
            self.tighten(pair, upper=0)
        return bool(dear.any())

    # --- plans ----------------------------------------------------------------------------------------

    def plan_of(self, mask: BoolArray) -> IntArray | None:
        """The values of a plan, households × members; None if it does not keep the rules."""
        chosen = self.formulation.chosen(mask)
        if not np.array_equal(self.formulation.mask(chosen), mask):
            return None  # a pair that is no candidate, or a part of a group
        values = self.complete(chosen.astype(np.int64))
        return values if self.keeps(values) else None

    def mask_of(self, values: IntArray) -> BoolArray:
        """Households × members of a solution."""
        return self.formulation.mask(values[: self.decisions] > 0)


@dataclass(frozen=True, slots=True)
class _BreachScale:
    """One integer of a load is *factor* units of its breach; *error* as in MemberBreach."""

    factor: int
    unit: Fraction
    error: float


def _of_each(group: IntArray, groups: int) -> list[IntArray]:
    """The numbers of what belongs to each group, rising."""
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=groups)).tolist()
    return [order[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _sum_of(variables: IntArray, coefficients: IntArray | None = None) -> Linear:
    if coefficients is None:
        coefficients = np.ones(len(variables), dtype=np.int64)
    return Linear(variables[coefficients != 0], coefficients[coefficients != 0])


# --- completions ---------------------------------------------------------------------------------------


def _short_of(linear: Linear, limit: int, values: IntArray) -> int:
    return max(0, limit - linear.at(values))


def _excess_of(linear: Linear, limit: int, values: IntArray) -> int:
    return max(0, linear.at(values) - limit)


def _any_of(linear: Linear, values: IntArray) -> int:
    return int(linear.at(values) > 0)
