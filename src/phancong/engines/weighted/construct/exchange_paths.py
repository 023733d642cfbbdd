"""Loads of many different weights are brought within their limits by divisions along paths of members.

A member outside its limits and its neighbour divide their units anew (:mod:`..divisions`). Where the
neighbour is full, it passes what it got on to the next, up to a member with room: ejection chains
(:mod:`.ejection_chains`) with divisions as links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from phancong.engines.weighted.divisions import Divisions
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import PATH_ENDS
from phancong.problem import BoolArray, IntArray


def apply_exchange_paths(
    instance: Instance, taken: BoolArray, cost: IntArray, charge: Callable[[float], bool]
) -> BoolArray:
    """Pairs whose loads break the limits by less than those of *taken*, U × M.

    Parameters
    ----------
    instance
        The limits; budgets are ignored.
    taken
        Pairs that cover every unit as often as it needs, U × M.
    cost
        Cost of each pair, U × M.
    charge
        Called with the work of each path; returns whether to stop.
    """
    divisions = Divisions(instance, taken.copy(), cost)
    stuck = np.zeros(taken.shape[1], dtype=bool)
    while True:
        outside = np.where(stuck, 0, divisions.outside())
        worst = int(outside.argmax())
        if not outside[worst]:
            return divisions.taken
        stuck[worst] = True
        for path in _paths(divisions, worst):
            better = _applied(divisions, path)
            if charge(divisions.charged()):
                return divisions.taken
            if better:
                stuck[:] = False
                break


def _paths(divisions: Divisions, start: int) -> Iterator[list[int]]:
    """Shortest paths from *start* to members with room, those with most room first."""
    resource, load = divisions.loads[0], divisions.load[0]
    above = load[start] > resource.high[start]
    room = resource.high - load if above else load - resource.low
    free, taken = divisions.free, divisions.taken
    before = np.full(len(room), -1)
    before[start] = start
    layer, ends = [start], 0
    while layer and ends < PATH_ENDS:
        reached: list[int] = []
        for m in layer:
            has, may = taken[:, m], free[:, m] & ~taken[:, m]
            linked = free[has].any(axis=0) if above else taken[may].any(axis=0)
            new = np.flatnonzero(linked & (before < 0))
            before[new] = m
            reached.extend(new.tolist())
        layer = sorted(reached, key=lambda m: -int(room[m]))
        for end in layer[: PATH_ENDS - ends]:
            if room[end] > 0:
                ends += 1
                yield _path(before, end)


def _path(before: IntArray, end: int) -> list[int]:
    path = [end]
    while before[path[-1]] != path[-1]:
        path.append(int(before[path[-1]]))
    return path[::-1]


def _applied(divisions: Divisions, path: list[int]) -> bool:
    """Divide along a path; undone, and False, if the loads are not less outside their limits."""
    outside = int(divisions.outside().sum())
    taken, load = divisions.taken[:, path].copy(), [each.copy() for each in divisions.load]
    for one, other in pairwise(path):
        divisions.settle(one, other)
    if int(divisions.outside().sum()) < outside:
        return True
    divisions.taken[:, path], divisions.load = taken, load
    return False
