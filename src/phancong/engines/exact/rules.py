"""The rules of the model, one function for each rule: hard, or with variables for breaches."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
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
from phancong.rules import RULES, hamlet_codes


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
        _excess(model, rule, breaking, limits)
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


def _excess(model: CappedModel, rule: str, members: list[int], limits: FloatArray) -> None:
    """Add variables for the excess over a maximum that is relaxed."""
    scale = breach_scale(model, rule, members)
    found = {}
    for m in members:
        exactly = model.formulation.exact_limit(rule, m)
        limit = round(exactly / scale.quantum)
        load, edge = scaled_load(model, m, scale), scale.edge(exactly)
        highest = model.range_of(load)[1] - limit
        most = min(max(highest, 0), model.ceiling(rule, scale.quantum, scale.each))
        in_doubt = edge > 0 and highest > 0 and scale.each > 0
        beyond = _Beyond(model, load, limit, edge, scale.near)
        if in_doubt:
            beyond.cap = Cap(m, exactly + exact_slack(exactly), None)
        found[m] = model.integer(0, most, beyond)
        terms = [*load.terms(), (found[m], -1)]
        if 0 < edge < highest or in_doubt:  # the breach is 0 up to the edge, then the whole excess
            breaks = model.boolean(beyond.is_broken)
            if beyond.cap is not None:
                model.undecided.append(UndecidedLimit(breaks, beyond.cap))
            terms_if = [*load.terms(), (breaks, edge - highest)]
            model.add(Linear.of(terms_if, load.constant), upper=limit + edge)
            terms.append((breaks, edge))
        model.add(Linear.of(terms, load.constant), upper=limit + edge)
        ceiling = model.relax[rule]
        if scale.error and not math.isinf(ceiling):
            room = max(largest_met(ceiling), exact_slack(exactly))
            model.caps.append(Cap(m, exactly + room, None))
    model.member_breach[rule] = MemberBreach(found, scale.quantum, scale.error)


def minimum(model: CappedModel, rule: str) -> None:
    """Every member (an optional one only if used) has the minimum, or the shortfall is a variable."""
    limits = model.formulation.limits(rule)
    measure = rule.partition("_")[2]
    under = [m for m in range(len(limits)) if limits[m] > TOLERANCE]
    if not under:
        return
    if rule in model.relax:
        _shortfall(model, rule, under, limits)
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


def _shortfall(model: CappedModel, rule: str, members: list[int], limits: FloatArray) -> None:
    """Add variables for the shortfall below a minimum that is relaxed."""
    scale = breach_scale(model, rule, members)
    optional = model.formulation.members.optional
    found = {}
    for m in members:
        exactly = model.formulation.exact_limit(rule, m)
        limit = round(exactly / scale.quantum)
        edge = min(scale.edge(exactly), limit)
        load = scaled_load(model, m, scale)
        used = [(model.used(m), -limit)] if optional[m] else []
        short = (0 if used else limit) - load.constant
        lacking = Linear.of([(v, -c) for v, c in (*load.terms(), *used)], short)
        most = min(limit, model.ceiling(rule, scale.quantum, scale.each))
        # The shortfall with all candidate pairs is a lower bound.
        least = max(model.range_of(lacking)[0], 0)
        least = least if least > edge else 0
        beyond = _Beyond(model, lacking, 0, edge, scale.near)
        if edge and scale.each:
            beyond.cap = Cap(m, None, exactly - exact_slack(exactly))
        found[m] = model.integer(least, most, beyond)
        terms = [*lacking.terms(), (found[m], -1)]
        if edge:
            breaks = model.boolean(beyond.is_broken)
            if beyond.cap is not None:
                model.undecided.append(UndecidedLimit(breaks, beyond.cap))
            enough = [*lacking.terms(), (breaks, edge - limit)]
            model.add(Linear.of(enough, lacking.constant), upper=edge)
            terms.append((breaks, edge))
        model.add(Linear.of(terms, lacking.constant), upper=edge)
        ceiling = model.relax[rule]
        if scale.error and not math.isinf(ceiling):
            room = max(largest_met(ceiling), exact_slack(exactly))
            model.caps.append(Cap(m, None, exactly - room))
    model.member_breach[rule] = MemberBreach(found, scale.quantum, scale.error)


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


def max_hamlets(model: CappedModel) -> None:
    """No member serves more hamlets than the limit; if the rule is relaxed, the excess is a variable."""
    figure = RULES["max_hamlets"].figure
    assert figure is not None
    limits, codes = figure.limit(model.problem), hamlet_codes(model.problem)
    found = {}
    for m in np.flatnonzero(np.isfinite(limits)).tolist():
        pairs_in: dict[int, list[int]] = {}
        for pair in model.of_member[m].tolist():
            for code in set(codes[model.formulation.units[model.formulation.unit[pair]]].tolist()):
                pairs_in.setdefault(code, []).append(pair)
        pairs_in.pop(-1, None)  # households without a hamlet are not counted
        most = int(limits[m])
        if len(pairs_in) <= most:
            continue
        serves = Linear.of((any_of(model, pairs), 1) for pairs in pairs_in.values())
        if "max_hamlets" not in model.relax:
            model.add(serves, upper=most)
            continue
        highest = min(len(pairs_in) - most, model.ceiling("max_hamlets"))
        found[m] = model.integer(0, highest, partial(_excess_of, serves, most))
        model.add(Linear.of([*serves.terms(), (found[m], -1)]), upper=most)
    if found:
        model.member_breach["max_hamlets"] = MemberBreach(found, Fraction(1), 0.0)


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
        "max_hamlets": max_hamlets,
    }
)


# --- completions -----------------------------------------------------------------------------------


def _short_of(linear: Linear, limit: int, values: IntArray) -> int:
    return max(0, limit - linear.at(values))


def _excess_of(linear: Linear, limit: int, values: IntArray) -> int:
    return max(0, linear.at(values) - limit)


class _Beyond:
    """Completes the variable of the excess of a sum over a limit; it is 0 up to an edge.

    Parameters
    ----------
    model, linear, limit
        The model, the sum and its limit.
    edge
        The limit is broken if the excess is above this.
    near
        Distance from the limit within which rounded integers cannot decide.
    """

    def __init__(
        self, model: CappedModel, linear: Linear, limit: int, edge: int, near: int
    ) -> None:
        self.model, self.linear, self.limit = model, linear, limit
        self.edge, self.near = edge, near
        #: The exact limit, if rounded integers may not decide; None if they always do.
        self.cap: Cap | None = None

    def is_broken(self, values: IntArray) -> int:
        """Whether the limit is broken."""
        excess = self.linear.at(values) - self.limit
        if excess > self.edge or self.cap is None or excess < -self.near:
            return int(excess > self.edge)
        return int(self.model.breaks(self.cap, values))

    def __call__(self, values: IntArray) -> int:
        """The breach."""
        return max(self.linear.at(values) - self.limit, 0) if self.is_broken(values) else 0


#: Rules with rows for each pair, which make a model slow to build.
LONG: Final = frozenset(("max_hamlets",))
