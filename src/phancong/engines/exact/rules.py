"""The rules of the model, one function for each rule: hard, or with variables for breaches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Linear
from phancong.engines.exact.breach_scale import breach_scale, scaled_load
from phancong.engines.exact.caps import Cap, CappedModel, UndecidedLimit
from phancong.engines.exact.loads import MemberBreach, any_of, sum_of
from phancong.meeting import TOLERANCE, exact_slack, largest_met
from phancong.problem import FloatArray, IntArray
from phancong.rules import RULES


def fixed_pairs(model: CappedModel) -> None:
    """Fixed pairs are part of every plan."""
    for pair in np.flatnonzero(model.formulation.fixed).tolist():
        model.tighten(pair, lower=1)


def coverage(model: CappedModel) -> None:
    """Every unit has the members it needs; where coverage is relaxed, some may be missing."""
    most = model.ceiling("coverage")
    for unit, pairs in enumerate(model.of_unit):
        need = int(model.formulation.need[unit])
        fixed = int(model.formulation.fixed[pairs].sum())
        if fixed == need == len(pairs):
            continue  # the fixed pairs suffice
        taken = sum_of(pairs)
        can_miss = min(need - fixed, most)
        if can_miss <= 0:
            model.add(taken, need, need)
            continue
        missing = model.integer(0, can_miss, partial(_short_of, taken, need))
        model.missing[unit] = missing
        model.add(Linear.of([*taken.terms(), (missing, 1)]), need, need)


def maximum(model: CappedModel, rule: str) -> None:
    """No member is above the maximum; if the rule is relaxed, the excess is a variable."""
    limits = model.formulation.limits(rule)
    measure = rule.partition("_")[2]
    weights = model.formulation.weights(measure)
    heaviest = [model.heaviest(m, weights) + model.off(m, weights) for m in range(len(limits))]
    breaking = [m for m, most in enumerate(heaviest) if most > limits[m]]
    if not breaking:
        return
    if rule in model.relax:
        _relaxed(model, rule, breaking)
        return
    loads = model.loads(measure)
    for m in breaking:
        limit = model.formulation.exact_limit(rule, m)
        most = limit + exact_slack(limit)
        wide = most + model.off(m, weights)
        model.tighten(int(loads[m]), upper=math.floor(wide / weights.quantum))
        if weights.error:
            model.at_most(m, most)
        elif weights.off:
            model.watch(m, most, None)


def _relaxed(model: CappedModel, rule: str, members: list[int]) -> None:
    """Add a variable for the breach of a limit by each of some members."""
    scale, least = breach_scale(model, rule, members), rule.startswith("min")
    ceiling = model.relax[rule]
    found = {}
    for m in members:
        exactly = model.formulation.exact_limit(rule, m)
        limit, edge = round(exactly / scale.quantum), scale.edge(exactly)
        load = scaled_load(model, m, scale)
        if least:
            linear, highest, edge = _shortfall(model, m, load, limit), limit, min(edge, limit)
        else:
            linear = Linear(load.variables, load.coefficients, load.constant - limit)
            highest = max(model.range_of(linear)[1], 0)
        in_doubt = edge > 0 and highest > 0 and scale.each > 0
        cap = _cap(m, exactly, exact_slack(exactly), least) if in_doubt else None
        breach = _Breach(model, linear, edge, scale.near, cap)
        lowest = model.range_of(linear)[0]
        lowest = lowest if lowest > edge else 0
        most = min(highest, model.ceiling(rule, scale.quantum, scale.each))
        found[m] = model.integer(lowest, most, breach)
        terms = [*linear.terms(), (found[m], -1)]
        if 0 < edge < highest or in_doubt:  # the breach is 0 up to the edge, then the whole excess
            breaks = model.boolean(breach.is_broken)
            if cap is not None:
                model.undecided.append(UndecidedLimit(breaks, cap))
            terms_if = [*linear.terms(), (breaks, edge - highest)]
            model.add(Linear.of(terms_if, linear.constant), upper=edge)
            terms.append((breaks, edge))
        model.add(Linear.of(terms, linear.constant), upper=edge)
        if scale.error and not math.isinf(ceiling):
            room = max(largest_met(ceiling), exact_slack(exactly))
            model.caps.append(_cap(m, exactly, room, least))
    model.member_breach[rule] = MemberBreach(found, scale.quantum, scale.error)


def _shortfall(model: CappedModel, m: int, load: Linear, limit: int) -> Linear:
    """A minimum less the load; an optional member who is not used lacks nothing."""
    optional = model.formulation.members.optional[m]
    used = [(model.used(m), -limit)] if optional else []
    terms = [(v, -c) for v, c in (*load.terms(), *used)]
    return Linear.of(terms, (0 if optional else limit) - load.constant)


def _cap(m: int, limit: Fraction, room: Fraction, least: bool) -> Cap:
    """The exact limit that a load meets if it passes *limit* by no more than *room*."""
    return Cap(m, None, limit - room) if least else Cap(m, limit + room, None)


def minimum(model: CappedModel, rule: str) -> None:
    """Every member (an optional one only if used) has the minimum, or the shortfall is a variable."""
    limits = model.formulation.limits(rule)
    measure = rule.partition("_")[2]
    under = [m for m in range(len(limits)) if limits[m] > TOLERANCE]
    if not under:
        return
    if rule in model.relax:
        _relaxed(model, rule, under)
        return
    weights, loads = model.formulation.weights(measure), model.loads(measure)
    optional = model.formulation.members.optional
    for m in under:
        limit = model.formulation.exact_limit(rule, m)
        least = limit - exact_slack(limit)
        wide = max(math.ceil((least - model.off(m, weights)) / weights.quantum), 0)
        if optional[m]:
            model.add(Linear.of([(int(loads[m]), 1), (model.used(m), -wide)]), lower=0)
        else:
            model.tighten(int(loads[m]), lower=wide)
        if weights.error:
            model.at_least(m, least)
        elif weights.off:
            model.watch(m, None, least)


def max_changes(model: CappedModel) -> None:
    """At most ``max_changes`` households change members; if relaxed, the excess is a variable."""
    most = model.problem.max_changes
    if most is None:
        return
    kept, best = model.formulation.kept(weighted=False)
    pairs = np.flatnonzero(kept)
    ended = Linear(pairs, -np.rint(kept[pairs]).astype(np.int64), round(best))
    if "max_changes" not in model.relax:
        model.add(ended, upper=most)
        return
    top = min(max(round(best) - most, 0), model.ceiling("max_changes"))
    model.excess_changes = model.integer(0, top, partial(_excess_of, ended, most))
    model.add(Linear.of([*ended.terms(), (model.excess_changes, -1)], round(best)), upper=most)


def counts_at_most(
    model: CappedModel,
    rule: str,
    counts: Callable[[CappedModel, FloatArray], Iterable[tuple[int, Linear]]],
) -> None:
    """No member's count is above the limit; if the rule is relaxed, the excess is a variable.

    Parameters
    ----------
    model
        The model.
    rule
        The limit, of a whole number a member.
    counts
        For each member who may pass the limit, its row and its count, given the limit of each, (M,).
    """
    figure = RULES[rule].figure
    assert figure is not None
    limits = figure.limit(model.problem)
    found = {}
    for m, count in counts(model, limits):
        most = int(limits[m])
        if rule not in model.relax:
            model.add(count, upper=most)
            continue
        highest = min(max(model.range_of(count)[1] - most, 0), model.ceiling(rule))
        found[m] = model.integer(0, highest, partial(_excess_of, count, most))
        model.add(Linear.of([*count.terms(), (found[m], -1)]), upper=most)
    if found:
        model.member_breach[rule] = MemberBreach(found, Fraction(1), 0.0)


def hamlets_served(model: CappedModel, limits: FloatArray) -> Iterator[tuple[int, Linear]]:
    """The number of hamlets of each member who can have households in more than the limit."""
    codes = model.problem.hamlet_codes
    for m in np.flatnonzero(np.isfinite(limits)).tolist():
        pairs_in: dict[int, list[int]] = {}
        for pair in model.of_member[m].tolist():
            for code in set(codes[model.formulation.units[model.formulation.unit[pair]]].tolist()):
                pairs_in.setdefault(code, []).append(pair)
        pairs_in.pop(-1, None)  # households without a hamlet are not counted
        if len(pairs_in) > limits[m]:
            yield m, Linear.of((any_of(model, pairs), 1) for pairs in pairs_in.values())


def candidates_only(model: CappedModel) -> None:
    """Add nothing: pairs that break the rule beyond its ceiling are no candidates."""


#: How the model keeps each rule that it knows; the rows come in this order.
KEPT: Final[Mapping[str, Callable[[CappedModel], None]]] = MappingProxyType(
    {
        "coverage": coverage,
        **{name: candidates_only for name, rule in RULES.items() if rule.pair is not None},
        "max_households": partial(maximum, rule="max_households"),
        "max_workload": partial(maximum, rule="max_workload"),
        "min_households": partial(minimum, rule="min_households"),
        "min_workload": partial(minimum, rule="min_workload"),
        "max_changes": max_changes,
        "max_hamlets": partial(counts_at_most, rule="max_hamlets", counts=hamlets_served),
    }
)


# --- completions -----------------------------------------------------------------------------------


def _short_of(linear: Linear, limit: int, values: IntArray) -> int:
    return max(0, limit - linear.at(values))


def _excess_of(linear: Linear, limit: int, values: IntArray) -> int:
    return max(0, linear.at(values) - limit)


class _Breach:
    """Completes the variable of a breach: the excess of a sum over 0, which counts beyond an edge.

    Parameters
    ----------
    model, linear
        The model and the sum.
    edge
        The limit is broken if the excess is above this.
    near
        Distance from the limit within which rounded integers cannot decide.
    cap
        The exact limit, if rounded integers may not decide; None if they always do.
    """

    def __init__(
        self, model: CappedModel, linear: Linear, edge: int, near: int, cap: Cap | None
    ) -> None:
        self.model, self.linear = model, linear
        self.edge, self.near, self.cap = edge, near, cap

    def is_broken(self, values: IntArray) -> int:
        """Whether the limit is broken."""
        excess = self.linear.at(values)
        if excess > self.edge or self.cap is None or excess < -self.near:
            return int(excess > self.edge)
        return int(self.model.breaks(self.cap, values))

    def __call__(self, values: IntArray) -> int:
        """The breach."""
        return max(self.linear.at(values), 0) if self.is_broken(values) else 0


#: Rules with rows for each pair, which make a model slow to build.
LONG: Final = frozenset(("max_hamlets",))
