"""Minimal relaxation: the least breach of loads whose limits cannot hold, and all plans that have it.

Consider a maximum flow of loads into the members' maxima, in which households may be split. The load
that does not fit is a lower bound of the total load above the maxima. A minimum cut names the reason:
households that can go to some members only, whose maxima are too small together. A plan has exactly
this total breach if and only if

- these members take these households, and no other household with a load;
- each of these members has its maximum or more;
- all other members keep their maxima.

A household that needs several members sends its load to each of them. If the cut leaves it a pair outside
these members, each such plan has that pair; limits cannot say so, and nothing is told of such problems.

These conditions are an instance with other limits, in which nothing is relaxed, so that bounds and proofs
hold for it. Minima are treated in the same way, with the cut from the other side (Ford and Fulkerson,
*Canadian Journal of Mathematics* 8, 1956, doi:10.4153/CJM-1956-045-5).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np

from phancong.engines.common.formulation import Formulation
from phancong.engines.common.network_flow import maximum_flow
from phancong.engines.weighted.bound.flow_duals import flow_duals
from phancong.engines.weighted.instance import BITS, Instance
from phancong.engines.weighted.resources import Resource
from phancong.meeting import exact, exact_slack, largest_met
from phancong.problem import BoolArray, IntArray
from phancong.rules import RULES

#: Only workloads: breaches in households are levelled member by member (contract 4.3), which is left to
#: the exact stages.
MEASURE: Final = "workload"


@dataclass(frozen=True, eq=False)
class MinimalRelaxation:
    """The least total breach of a rule, and the plans that have it.

    Parameters
    ----------
    rule
        ``"max_workload"`` or ``"min_workload"``.
    instance
        Its plans are the plans that break *rule* by the least total and no other rule.
    short
        The members who may break the rule, (M,).
    limit
        The limit of each member in integer units, (M,).
    broken
        The total breach in integer units.
    """

    rule: str
    instance: Instance
    short: BoolArray
    limit: IntArray
    broken: int

    @property
    def levelled(self) -> Instance:
        """The instance in which, in addition, no breach ÷ share is above :attr:`level`."""
        return self.at(self.level)

    @cached_property
    def level(self) -> Fraction:
        """Lower bound of the largest breach ÷ share, by splittable flows (contract 4.3)."""
        worth = sorted(set(self._worth))
        each = [self._worth.count(w) for w in worth]

        def enough(level: Fraction) -> bool:
            here = zip(worth, each, strict=True)
            return sum(count * (level // w) for w, count in here) >= self.broken

        # The arithmetic bound is usually reached, so that it is tried first.
        low = _least_level(worth, Fraction(0), worth[-1] * self.broken, enough)
        if _fits(self.at(low)):
            return low
        return _least_level(worth, low, worth[-1] * self.broken, lambda x: _fits(self.at(x)))

    @cached_property
    def _worth(self) -> list[Fraction]:
        """Breach ÷ share of one integer unit, for each of the *short* members."""
        unit = self.instance.resource(MEASURE).quantum
        share = self.instance.formulation.share
        return [unit / share[m] for m in np.flatnonzero(self.short).tolist()]

    def at(self, level: Fraction) -> Instance:
        """The instance in which, in addition, no breach ÷ share is above a level."""
        most = np.zeros(len(self.short), dtype=np.int64)
        most[self.short] = [math.floor(level / w) for w in self._worth]
        resource = self.instance.resource(MEASURE)
        low, high = resource.low, resource.high
        if self.rule == f"max_{MEASURE}":
            high = np.where(self.short, np.minimum(high, self.limit + most), high)
        else:
            low = np.where(self.short, np.maximum(low, self.limit - most), low)
        return self.instance.restricted(self.instance.free, MEASURE, low, high)


@dataclass(frozen=True, slots=True, eq=False)
class _MaximumFlow:
    """A maximum flow of loads into capacities of members.

    Parameters
    ----------
    flow
        Value of the flow.
    units, members
        Units and members on the source side of a minimum cut, (U,) and (M,).
    """

    flow: int
    units: BoolArray
    members: BoolArray


def minimal_relaxation(instance: Instance, relax: Mapping[str, float]) -> MinimalRelaxation | None:
    """The minimal relaxation of one rule about workloads; None if that does not suffice or is not proven.

    Parameters
    ----------
    instance
        The limits, which no plan keeps together.
    relax
        The rules that may be relaxed, the first one first, with their ceilings.
    """
    resource = instance.resource(MEASURE)
    if not resource.binds or not _plain(instance, resource):
        return None
    found = _least_breach(instance, relax)
    if found is None or found.rule not in relax:
        return None
    # Rules are minimised in the reverse of the order in which they are relaxed. So relaxing the earlier
    # rules must not lower this breach, neither its total nor its level.
    order = list(relax)
    easier = order[: order.index(found.rule)]
    if "coverage" in easier:
        return None
    other = _least_breach(_wider(instance, {name: relax[name] for name in easier}), relax)
    if other is None or (other.rule, other.broken) != (found.rule, found.broken):
        return None
    return found if other.level == found.level else None


def least_breach(
    instance: Instance, rule: str, relax: Mapping[str, float]
) -> MinimalRelaxation | None:
    """The least breach of a rule about workloads; None if it need not be broken or flows cannot tell.

    Parameters
    ----------
    instance
        The limits; *rule* has the limits of the problem.
    rule, relax
        The rule, and the rules that may be relaxed with their ceilings.
    """
    resource = instance.resource(MEASURE)
    if not rule.endswith(MEASURE) or not _plain(instance, resource):
        return None
    found = _least_breach(instance, relax)
    return found if found is not None and found.rule == rule else None


def _least_breach(instance: Instance, relax: Mapping[str, float]) -> MinimalRelaxation | None:
    """The least breach of workloads if all other limits of the instance are kept; None if it is 0."""
    resource = instance.resource(MEASURE)
    assert resource.each is not None
    low, high = resource.low, resource.high
    heavy = resource.each > 0
    flow = _maximum_flow(instance, resource.each, high)
    broken = int((resource.each * instance.need).sum()) - flow.flow
    if broken:
        rule, limit = f"max_{MEASURE}", high
        short, theirs = flow.members, flow.units
    else:
        flow = _maximum_flow(instance, resource.each, low)
        broken = int(low.sum()) - flow.flow
        rule, limit = f"min_{MEASURE}", low
        short, theirs = ~flow.members, ~flow.units
    if not broken:
        return None
    heavy &= instance.need > 0
    crossing = instance.free & heavy[:, None] & (theirs[:, None] != short[None, :])
    forced = crossing & flow.units[:, None]
    if forced.any():
        return None  # units of several members have to take these pairs, which limits cannot say
    # Members of the cut take exactly the units of the cut; units without a load may go anywhere.
    free = instance.free & ~crossing
    most = min(broken, _ceiling(resource, relax.get(rule, math.inf)))
    if rule == f"max_{MEASURE}":
        low, high = np.where(short, high, low), np.where(short, high + most, high)
    else:
        high = np.where(short, np.minimum(low, high), high)
        low = np.where(short, np.maximum(low - most, 0), low)
    narrow = instance.restricted(free, MEASURE, low, high)
    return MinimalRelaxation(rule, narrow, short, limit, broken)


def _least_level(
    worth: Sequence[Fraction], low: Fraction, high: Fraction, meets: Callable[[Fraction], bool]
) -> Fraction:
    """The least level above *low* that meets a condition, as *high* and all levels beyond do.

    Levels are the multiples of the *worth* of any member, of which decimals have too many for a list.
    """
    while True:
        middle = (low + high) / 2
        level = min(w * math.ceil(middle / w) for w in worth)
        if level >= high:
            level = max(w * (middle // w) for w in worth)
        if level <= low:
            return high
        if meets(level):
            high = level
        else:
            low = level


def _wider(instance: Instance, easier: Mapping[str, float]) -> Instance:
    """The instance with the rules of *easier* relaxed, as far as flows model them."""
    wider = Formulation(
        instance.problem, {name: most for name, most in easier.items() if RULES[name].pair}, BITS
    )
    free = np.zeros(instance.free.shape, dtype=bool)
    free[wider.unit, wider.member] = ~wider.fixed
    resource = instance.resource(MEASURE)
    assert resource.each is not None
    # The largest load of a member, also with households whose pairs become free only here.
    limit = wider.limits(f"max_{MEASURE}") / float(resource.quantum)
    all_ = float((resource.each * instance.need).sum())
    high = np.maximum(np.rint(np.minimum(limit, all_ + resource.base)) - resource.base, 0)
    low = np.zeros_like(resource.low) if f"min_{MEASURE}" in easier else resource.low
    return instance.restricted(free, MEASURE, low, high.astype(np.int64))


def _fits(instance: Instance) -> bool:
    """Whether a splittable flow keeps the limits of loads."""
    resource = instance.resource(MEASURE)
    nothing = np.zeros(instance.free.shape, dtype=np.int64)
    return flow_duals(instance.free, instance.need, resource, nothing) is not None


def _plain(instance: Instance, resource: Resource) -> bool:
    """Whether loads do not depend on the member, and they and limits are multiples of one unit."""
    if resource.each is None or (resource.high < 0).any():
        return False
    if (instance.free.sum(axis=1) < instance.need).any():
        return False  # coverage cannot hold
    return _are_whole(instance, MEASURE)


def _are_whole(instance: Instance, measure: str) -> bool:
    """Whether loads and limits are multiples of one unit, and no load above its limit meets it."""
    if measure == "households":
        return True
    members, quantum = instance.formulation.members, instance.resource(measure).quantum
    limits = np.unique(np.concatenate([members.min_workload, members.max_workload]))
    given = instance.problem.exactly
    weights = instance.formulation.weights(measure)
    whole = not weights.error and not weights.off
    return whole and all(
        exact_slack(limit) < quantum and not limit % quantum
        for limit in (exact(limit, given) for limit in limits[np.isfinite(limits)].tolist())
    )


def _maximum_flow(instance: Instance, each: IntArray, room: IntArray) -> _MaximumFlow:
    units, members = instance.free.shape
    loads = each * instance.need
    rows, columns = np.nonzero(instance.free & (loads > 0)[:, None])
    source, sink = units + members, units + members + 1
    tail = np.concatenate([np.full(units, source), rows, units + np.arange(members)])
    head = np.concatenate([np.arange(units), units + columns, np.full(members, sink)])
    capacity = np.concatenate([loads, each[rows], room])
    flow, inside = maximum_flow(tail, head, capacity, source, sink)
    return _MaximumFlow(flow, inside[:units], inside[units : units + members])


def _ceiling(resource: Resource, ceiling: float) -> int:
    """The largest breach of one member, in integer units."""
    if np.isinf(ceiling):
        return int(resource.weight.sum())
    return math.floor(largest_met(ceiling) / resource.quantum)


def forced_breach(instance: Instance, rule: str, limit: IntArray) -> IntArray:
    """The breach of a limit of loads that each member has in every plan, (M,), in integer units.

    Fixed pairs alone exceed a maximum, or all allowed pairs together miss a minimum. It is 0 where
    loads or limits are no multiples of one unit.

    Parameters
    ----------
    instance
        The pairs that a plan may choose; none of its members is optional and has a minimum.
    rule
        ``"max_workload"``, ``"min_households"``, …
    limit
        The limit of each member, less the load of fixed pairs; (M,).
    """
    side, measure = rule.split("_")
    resource = instance.resource(measure)
    if not _are_whole(instance, measure):
        return np.zeros_like(limit)
    most = (resource.weight * instance.free).sum(axis=0)
    return np.maximum(-limit if side == "max" else limit - most, 0)
