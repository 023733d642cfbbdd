"""Loads that cannot hold: the least that has to give way, and every plan that breaks no more.

What all members together have above their maxima is at least what does not fit: a maximum flow of
loads into maxima (households may be split) leaves so much over, and a minimum cut names the reason:
households that reach only these members, who have too little room. A plan breaks no more than that if
and only if these members take those households, whatever has a load, and nobody else's, each of them has
the maximum at least, and all others keep theirs. That is a problem with other limits, in which nothing
has to give way: all that is known of such problems, bounds and proofs, is true of it. Minima are the
same from the other side (Ford and Fulkerson, *Canadian Journal of Mathematics* 8, 1956,
doi:10.4153/CJM-1956-045-5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from ortools.graph.python.max_flow import SimpleMaxFlow

from phancong.assignment import slack
from phancong.engines.exact.formulation import Formulation
from phancong.engines.lns.instance import BITS, Instance, Resource
from phancong.problem import BoolArray, IntArray
from phancong.rules import PAIR_RULES


@dataclass(frozen=True, slots=True, eq=False)
class Eased:
    """What gives way, and the plans that let no more of it give way.

    Parameters
    ----------
    rule
        ``"max_workload"``, say.
    instance
        Its plans are all those that break *rule* by the least and nothing else.
    """

    rule: str
    instance: Instance


@dataclass(frozen=True, slots=True, eq=False)
class _Filled:
    """A largest flow of loads into room.

    Parameters
    ----------
    flow
        How much.
    units, members
        The side of the units in a smallest cut, (U,) and (M,).
    """

    flow: int
    units: BoolArray
    members: BoolArray


def eased(instance: Instance, relax: Mapping[str, float]) -> Eased | None:
    """The rule about loads that has to give way alone; None if it is another, or not so simple.

    Parameters
    ----------
    instance
        The limits, which no plan keeps.
    relax
        The rules that may give way, the first one first, with their ceilings.
    """
    resource = instance.binding[0] if instance.binding else None
    if resource is None or resource.each is None or not _plain(instance, resource):
        return None
    total = int((resource.each * instance.need).sum())
    over = total - _fill(instance.free, instance.need, resource.each, resource.high).flow
    rule, room = (
        (f"max_{resource.measure}", resource.high)
        if over
        else (f"min_{resource.measure}", resource.low)
    )
    filled = _fill(instance.free, instance.need, resource.each, room)
    broken = over or int(resource.low.sum()) - filled.flow
    if not broken or rule not in relax or not _alone(instance, resource, rule, relax, filled.flow):
        return None
    ceiling = _ceiling(resource, relax[rule])
    short = filled.members if over else ~filled.members
    # Whoever belongs to the members of the cut, and what has no load is nobody's.
    theirs = filled.units if over else ~filled.units
    heavy = resource.each > 0
    free = instance.free & ~(heavy[:, None] & (theirs[:, None] != short[None, :]))
    if over:
        low = np.where(short, resource.high, resource.low)
        high = np.where(short, resource.high + min(broken, ceiling), resource.high)
    else:
        low = np.where(short, np.maximum(resource.low - min(broken, ceiling), 0), resource.low)
        high = np.where(short, np.minimum(resource.low, resource.high), resource.high)
    return Eased(rule, instance.restricted(free, resource.measure, low, high))


def _plain(instance: Instance, resource: Resource) -> bool:
    """Whether one member is needed at a time, and loads and limits are whole in one unit."""
    if (instance.need > 1).any() or (resource.high < 0).any():
        return False
    members = instance.formulation.members
    limits = np.concatenate(
        [
            getattr(members, f"{side}_{resource.measure}").astype(np.float64)
            for side in ("min", "max")
        ]
    )
    limits = limits[np.isfinite(limits)]
    unit = float(resource.unit)
    exact = instance.formulation.weights(resource.measure).error == 0
    return exact and bool((np.abs(limits - np.rint(limits / unit) * unit) <= slack(limits)).all())


def _fill(free: BoolArray, need: IntArray, each: IntArray, room: IntArray) -> _Filled:
    units, members = free.shape
    rows, columns = np.nonzero(free & (each * need > 0)[:, None])
    loads = each * need
    source, sink = units + members, units + members + 1
    tail = np.concatenate([np.full(units, source), rows, units + np.arange(members)])
    head = np.concatenate([np.arange(units), units + columns, np.full(members, sink)])
    solver = SimpleMaxFlow()
    solver.add_arcs_with_capacity(
        tail.astype(np.int32), head.astype(np.int32), np.concatenate([loads, loads[rows], room])
    )
    status = solver.solve(source, sink)
    assert status == SimpleMaxFlow.OPTIMAL, status
    inside = np.zeros(units + members + 2, dtype=bool)
    inside[np.asarray(solver.get_source_side_min_cut(), dtype=np.int64)] = True
    return _Filled(int(solver.optimal_flow()), inside[:units], inside[units : units + members])


def _alone(
    instance: Instance, resource: Resource, rule: str, relax: Mapping[str, float], flow: int
) -> bool:
    """Whether the rule has to give way as much, whatever else may give way before it does.

    Rules are minimised in the reverse of the order in which they give way.
    """
    order = list(relax)
    easier = order[: order.index(rule)]
    if "coverage" in easier:
        return False
    pairs = {name: relax[name] for name in easier if name in PAIR_RULES}
    if not pairs:
        return True
    wider = Formulation(instance.problem, pairs, BITS)
    free = np.zeros(instance.free.shape, dtype=bool)
    free[wider.unit, wider.member] = ~wider.fixed
    assert resource.each is not None
    # What a member may carry, also of households that are not among the pairs yet.
    limit = getattr(wider.members, rule).astype(np.float64) / float(resource.unit)
    all_ = float((resource.each * instance.need).sum())
    room = np.maximum(np.rint(np.minimum(limit, all_ + resource.base)) - resource.base, 0)
    return _fill(free, instance.need, resource.each, room.astype(np.int64)).flow == flow


def _ceiling(resource: Resource, ceiling: float) -> int:
    """The most that one member may be off, in units."""
    if np.isinf(ceiling):
        return int(resource.weight.sum())
    return int((ceiling + float(slack(ceiling))) / float(resource.unit))
