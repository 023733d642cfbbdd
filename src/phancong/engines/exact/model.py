"""The rules of a problem as an integer linear model: one method a rule."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from phancong.engines.exact.backend import FREE, Linear, LinearModel, Mark, Row
from phancong.engines.exact.formulation import Formulation, Weights
from phancong.engines.exact.integers import EXACT, FINE, common_divisor, exact_fraction
from phancong.meeting import above, exact, exact_slack, largest_met, least_met
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
        self._caps: list[Cap] = []
        self._cuts: list[Row] = []
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

    # --- rules -----------------------------------------------------------------------------------

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
        heaviest = [self._heaviest(m, weights) + self._off(m, weights) for m in range(len(limits))]
        breaking = [m for m, most in enumerate(heaviest) if most > limits[m]]
        if not breaking:
            return
        if rule in self.relax:
            self._excess(rule, breaking, limits)
            return
        loads = self.loads(measure)
        for m in breaking:
            most = largest_met(limits[m])
            wide = most + self._off(m, weights)
            self.tighten(int(loads[m]), upper=math.floor(wide / weights.unit))
            if weights.error:
                self._at_most(m, most)

    def _excess(self, rule: str, members: list[int], limits: FloatArray) -> None:
        """The breach of a maximum that gives way."""
        scale = self._breach_scale(rule, limits[members])
        found = {}
        for m in members:
            limit = round(exact_fraction(limits[m]) / scale.unit)
            load, edge = self._scaled_load(m, scale), scale.edge(limits[m])
            highest = self.range_of(load)[1] - limit
            most = min(max(highest, 0), self._ceiling(rule, scale.unit, scale.each))
            found[m] = self.integer(0, most, partial(_beyond, load, limit, edge))
            terms = [*load.terms(), (found[m], -1)]
            if 0 < edge < highest:  # what is in doubt is a breach of nothing, or a whole one
                breaks = self.boolean(partial(_is_beyond, load, limit, edge))
                self.add(Linear.of([*load.terms(), (breaks, edge - highest)]), upper=limit + edge)
                terms.append((breaks, edge))
            self.add(Linear.of(terms), upper=limit + edge)
            ceiling = self.relax[rule]
            if scale.error and not math.isinf(ceiling):
                most_met = exact(limits[m]) + largest_met(ceiling)
                self._caps.append(Cap(m, max(most_met, largest_met(limits[m])), None))
        self.member_breach[rule] = MemberBreach(found, scale.unit, scale.error)

    def _minimum(self, rule: str) -> None:
        """Every member has the minimum, an optional one only if used; or what is short is counted."""
        limits = getattr(self.formulation.members, rule).astype(np.float64)
        measure = rule.partition("_")[2]
        under = [m for m in range(len(limits)) if least_met(limits[m]) > 0]
        if not under:
            return
        if rule in self.relax:
            self._shortfall(rule, under, limits)
            return
        weights, loads = self.formulation.weights(measure), self.loads(measure)
        optional = self.formulation.members.optional
        for m in under:
            least = least_met(limits[m])
            wide = max(math.ceil((least - self._off(m, weights)) / weights.unit), 0)
            if optional[m]:
                self.add(Linear.of([(int(loads[m]), 1), (self.used(m), -wide)]), lower=0)
            else:
                self.tighten(int(loads[m]), lower=wide)
            if weights.error:
                self._at_least(m, least)

    def _shortfall(self, rule: str, members: list[int], limits: FloatArray) -> None:
        """The breach of a minimum that gives way."""
        scale = self._breach_scale(rule, limits[members])
        optional = self.formulation.members.optional
        found = {}
        for m in members:
            limit = round(exact_fraction(limits[m]) / scale.unit)
            edge = min(scale.edge(limits[m]), limit)
            load = self._scaled_load(m, scale).terms()
            used = [(self.used(m), -limit)] if optional[m] else []
            lacking = Linear.of([*((v, -c) for v, c in (*load, *used))], 0 if used else limit)
            most = min(limit, self._ceiling(rule, scale.unit, scale.each))
            # What the member is short of with all candidates is so in every plan.
            least = max(self.range_of(lacking)[0], 0)
            least = least if least > edge else 0
            found[m] = self.integer(least, most, partial(_beyond, lacking, 0, edge))
            terms = [*lacking.terms(), (found[m], -1)]
            if edge:
                breaks = self.boolean(partial(_is_beyond, lacking, 0, edge))
                short = [*lacking.terms(), (breaks, edge - limit)]
                self.add(Linear.of(short, lacking.constant), upper=edge)
                terms.append((breaks, edge))
            self.add(Linear.of(terms, lacking.constant), upper=edge)
            ceiling = self.relax[rule]
            if scale.error and not math.isinf(ceiling):
                lowest = min(exact(limits[m]) - largest_met(ceiling), least_met(limits[m]))
                self._caps.append(Cap(m, None, lowest))
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

    # --- loads -----------------------------------------------------------------------------------

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

    def _heaviest(self, m: int, weights: Weights) -> Fraction:
        """The load of a member who had all candidates, as its integers have it."""
        return int(weights.pairs[self.of_member[m]].sum()) * weights.unit

    # --- limits that loads of rounded integers cannot tell ---------------------------------------

    def _off(self, m: int, weights: Weights) -> Fraction:
        """How far the load of a member may lie from its integer, in real units."""
        return Fraction(weights.error) * len(self.of_member[m])

    def _at_most(self, m: int, most: Fraction) -> None:
        """A row of its own for a maximum of the workload, and what it leaves is looked at exactly."""
        each = self._exact_pairs(m)
        for pair, weight in each:
            if weight > most:
                self.tighten(pair, upper=0)
        self.cap([(pair, weight) for pair, weight in each if weight <= most], most)
        self._caps.append(Cap(m, most, None))

    def _at_least(self, m: int, least: Fraction) -> None:
        """A row of its own for a minimum of the workload, and what it leaves is looked at exactly."""
        each = self._exact_pairs(m)
        unit, _ = self._row_unit([weight for _, weight in each])
        when = [(self.used(m), -1)] if self.formulation.members.optional[m] else []
        lower = math.ceil(least / unit)
        terms = [(pair, min(math.ceil(weight / unit), lower)) for pair, weight in each]
        terms += [(used, -lower) for used, _ in when]
        self.add(Linear.of(terms), lower=0 if when else lower)
        self._caps.append(Cap(m, None, least))

    def cap(
        self, each: Sequence[tuple[int, Fraction]], most: Fraction, bits: int | None = None
    ) -> bool:
        """Keep a sum of real numbers, 0 or more, at or below a limit; whether the row is exact.

        Where the numbers have no common unit of so many bits they are rounded down: the row leaves no
        plan out.
        """
        unit, exactly = self._row_unit([weight for _, weight in each], bits)
        terms = [(pair, math.floor(weight / unit)) for pair, weight in each]
        self.add(Linear.of(terms), upper=max(math.floor(most / unit), -1))
        return exactly

    def _row_unit(self, weights: list[Fraction], bits: int | None = None) -> tuple[Fraction, bool]:
        """What the integers of a row stand for, and whether they do so exactly."""
        bits = self.formulation.bits if bits is None else bits
        largest = max(weights, default=Fraction(0))
        if not largest:
            return Fraction(1), True
        unit = common_divisor(list(set(weights)))
        return (unit, True) if largest / unit < 2**bits else (largest / 2**bits, False)

    def _exact_pairs(self, m: int) -> list[tuple[int, Fraction]]:
        """The candidate pairs of a member, each with its exact workload."""
        exactly = self.formulation.exact_workload
        return [(pair, exactly[pair]) for pair in self.of_member[m].tolist()]

    def cut_off(self, values: IntArray) -> bool:
        """Whether values of the decisions break a limit by less than the rows can tell.

        The model learns it then: of a maximum, that these pairs are too many; of a minimum, that
        another one is needed. No plan that meets its limits is lost.
        """
        cuts = list(self._passed(values))
        for cut in cuts:
            self._cut(*cut)
        return bool(cuts)

    def bar(self, values: IntArray, *, only_now: bool = False) -> None:
        """Leave out the one plan that these values of the decisions are; *only_now*, until a mark."""
        taken = [(pair, 1 if values[pair] else -1) for pair in range(self.decisions)]
        most = int((values[: self.decisions] > 0).sum()) - 1
        if only_now:
            self.add(Linear.of(taken), upper=most)
        else:
            self._cut(Linear.of(taken), -FREE, most)

    def _cut(self, linear: Linear, lower: int, upper: int) -> None:
        self.add(linear, lower, upper)
        if len(linear.variables):
            self._cuts.append(self.rows[-1])

    def _passed(self, values: IntArray) -> Iterator[tuple[Linear, int, int]]:
        """For each limit that is broken, exactly, a row that says so; sum, lower and upper bound."""
        for cap in self._caps:
            each = self._exact_pairs(cap.member)
            taken = [(weight, pair) for pair, weight in each if values[pair]]
            load = sum((weight for weight, _ in taken), Fraction(0))
            if cap.most is not None and load > cap.most:
                taken.sort()
                while load - taken[0][0] > cap.most:  # the lightest are not what is too much
                    load -= taken.pop(0)[0]
                yield Linear.of((pair, 1) for _, pair in taken), -FREE, len(taken) - 1
            idle = bool(self.formulation.members.optional[cap.member])
            if cap.least is not None and load < cap.least and not (idle and not taken):
                others = sorted((weight, pair) for pair, weight in each if not values[pair])
                while others and load + others[0][0] < cap.least:  # nor are these enough
                    load += others.pop(0)[0]
                terms = [(pair, 1) for _, pair in others]
                used = [(self.used(cap.member), -1)] if idle else []
                yield Linear.of([*terms, *used]), 0 if used else 1, FREE

    def back_to(self, mark: Mark) -> None:
        """Forget what was added since *mark*, but for what is true of every plan."""
        super().back_to(mark)
        known = len(self.lower)
        self._used = {m: used for m, used in self._used.items() if used < known}
        self._loads = {name: loads for name, loads in self._loads.items() if (loads < known).all()}
        there = {id(row) for row in self.rows}
        self.rows.extend(cut for cut in self._cuts if id(cut) not in there)

    # --- breaches of loads -----------------------------------------------------------------------

    def _ceiling(self, rule: str, unit: Fraction = Fraction(1), off: Fraction = Fraction(0)) -> int:
        """The most, in units, by which one subject may break a rule; 0 if it must hold."""
        ceiling = self.relax.get(rule, 0.0)
        if math.isinf(ceiling):
            return FREE
        return min(math.floor((largest_met(ceiling) + off) / unit), FREE)

    def _scaled_load(self, m: int, scale: _BreachScale) -> Linear:
        """The load of a member in units of its breach."""
        if scale.factor is not None:
            return Linear.of([(int(self.loads(scale.measure)[m]), scale.factor)])
        return Linear.of(
            (pair, round(weight / scale.unit)) for pair, weight in self._exact_pairs(m)
        )

    def _breach_scale(self, rule: str, limits: FloatArray) -> _BreachScale:
        """Integers for loads and limits together."""
        measure = rule.partition("_")[2]
        weights = self.formulation.weights(measure)
        fractions = [f for f in map(exact_fraction, np.unique(limits).tolist()) if f]
        if not weights.error:
            unit = common_divisor([weights.unit, *fractions])
            carried = Fraction(int(weights.pairs.sum())) * weights.unit
            if max(carried, *fractions) / unit < 2**self.formulation.bits:
                return _BreachScale(measure, int(weights.unit / unit), unit, 0.0, Fraction(0))
        if measure == "workload":
            each = self.formulation.exact_workload
        else:
            each = tuple(map(Fraction, weights.pairs.tolist()))
        most = max(sum(each, Fraction(0)), *fractions)
        unit = common_divisor(list({*each, *fractions}))
        if most / unit < 2**EXACT:
            return _BreachScale(measure, None, unit, 0.0, Fraction(0))
        # Loads and limits have nothing in common: both are rounded.
        unit = most / 2**FINE
        widest = max(map(len, self.of_member)) + 1
        error = float(unit / 2) * (len(self.of_unit) + len(limits))
        return _BreachScale(measure, None, unit, error, unit / 2 * widest)

    # --- candidates ------------------------------------------------------------------------------

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
        dear = self.open() & (above(costs, most) > 0)
        for pair in np.flatnonzero(dear).tolist():
            self.tighten(pair, upper=0)
        return bool(dear.any())

    # --- plans -----------------------------------------------------------------------------------

    def keeps(self, values: IntArray) -> bool:
        """Whether values keep every bound, every row, and every limit exactly."""
        return super().keeps(values) and next(self._passed(values), None) is None

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
class Cap:
    """A limit of a member's workload that integers cannot tell: the most, or the least, or None."""

    member: int
    most: Fraction | None
    least: Fraction | None


@dataclass(frozen=True, slots=True)
class _BreachScale:
    """What one integer of a breach stands for.

    Parameters
    ----------
    measure
        ``"workload"`` or ``"households"``.
    factor
        One integer of a load is so many units; None where loads are summed in units of the breach.
    unit, error
        As in :class:`MemberBreach`.
    each
        How far the breach of one member may lie from its integer.
    """

    measure: str
    factor: int | None
    unit: Fraction
    error: float
    each: Fraction

    def edge(self, limit: float) -> int:
        """By how much a load may pass a limit and still meet it, in units."""
        return math.floor((exact_slack(exact(limit)) + self.each) / self.unit)


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


def _beyond(linear: Linear, limit: int, edge: int, values: IntArray) -> int:
    return excess if (excess := linear.at(values) - limit) > edge else 0


def _is_beyond(linear: Linear, limit: int, edge: int, values: IntArray) -> int:
    return int(linear.at(values) - limit > edge)


def _any_of(linear: Linear, values: IntArray) -> int:
    return int(linear.at(values) > 0)
