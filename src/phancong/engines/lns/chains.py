"""Chains: a member who has too much gives a household on, who gives one of the same weight on, …

Only the ends of a chain change their load, so that it can end far away although everybody between is
full. The cheapest chain is a shortest path over the members, for each weight that households have.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from phancong.engines.lns.instance import Instance, Resource
from phancong.problem import BoolArray, IntArray

#: No household can move so.
NO_WAY: Final = 2**55
#: More weights than these have too few households each.
MOST_WEIGHTS: Final = 24
#: Chains for each member, at the most.
CHAINS_A_MEMBER: Final = 6
#: Entries that are looked at in one deterministic unit of work.
ENTRIES_A_UNIT: Final = 200_000_000


def chained(
    instance: Instance, taken: BoolArray, cost: IntArray, over: Callable[[float], bool]
) -> BoolArray:
    """Pairs with loads nearer to their limits than those of *taken*, U × M.

    Parameters
    ----------
    instance
        The limits of the first load are looked at.
    taken
        Pairs that cover every unit as often as it needs.
    cost
        What each pair costs; nothing is thought to be gained by a move as such.
    over
        Told the work of each chain; answers whether to stop.
    """
    binding = instance.binding
    if not binding or binding[0].each is None:
        return taken
    weights = np.unique(binding[0].each[binding[0].each > 0]).tolist()
    if len(weights) > MOST_WEIGHTS:
        return taken
    ways = _Ways(instance.free, taken.copy(), cost, binding[0], weights)
    looks = ways.free.size + len(weights) * 8 * len(binding[0].low) ** 2
    for _ in range(CHAINS_A_MEMBER * taken.shape[1]):
        if over(looks / ENTRIES_A_UNIT) or not ways.mend():
            break
    return ways.taken


class _Ways:
    """The cheapest household of each weight that can go from one member to another."""

    def __init__(
        self,
        free: BoolArray,
        taken: BoolArray,
        cost: IntArray,
        resource: Resource,
        weights: list[int],
    ) -> None:
        assert resource.each is not None
        self.free, self.taken, self.cost = free, taken, cost
        self.resource, self.weights = resource, weights
        self.each = resource.each
        self.load = resource.load(taken)
        members = free.shape[1]
        #: For each weight what the way from a member to another costs, and which unit goes it.
        self.way = np.full((len(weights), members, members), NO_WAY, dtype=np.int64)
        self.unit = np.zeros((len(weights), members, members), dtype=np.int64)
        for m in range(members):
            self._look(m)

    def _look(self, m: int) -> None:
        """See anew what can leave a member."""
        mine = np.flatnonzero(self.taken[:, m])
        for k, weight in enumerate(self.weights):
            units = mine[self.each[mine] == weight]
            if not len(units):
                self.way[k, m] = NO_WAY
                continue
            can = self.free[units] & ~self.taken[units]
            price = np.where(can, self.cost[units] - self.cost[units, m][:, None], NO_WAY)
            first = price.argmin(axis=0)
            self.way[k, m] = np.maximum(price[first, np.arange(len(first))], 0)
            self.unit[k, m] = units[first]

    def mend(self) -> bool:
        """Carry out the chain that mends the worst member best; whether there was one."""
        low, high = self.resource.low, self.resource.high
        above, below = self.load - high, low - self.load
        outside = np.maximum(above, below)
        for m in np.argsort(-outside, kind="stable").tolist():
            if outside[m] <= 0:
                return False
            gives = bool(above[m] > 0)
            best: tuple[float, int, int, IntArray] | None = None
            for k, weight in enumerate(self.weights):
                after = np.maximum(self.load[m] + (-weight if gives else weight) - high[m], 0)
                after += max(low[m] - self.load[m] + (weight if gives else -weight), 0)
                gain = int(outside[m]) - int(after)
                if gain <= 0:
                    continue
                way = self.way[k] if gives else self.way[k].T
                far, before = _shortest(way, m)
                room = self.load + weight <= high if gives else self.load - weight >= low
                far = np.where(room, far, NO_WAY)
                far[m] = NO_WAY
                end = int(far.argmin())
                if far[end] < NO_WAY and (best is None or far[end] / gain < best[0]):
                    best = (float(far[end] / gain), k, end, before)
            if best is not None:
                self._carry_out(m, gives, *best[1:])
                return True
        return False

    def _carry_out(self, m: int, gives: bool, k: int, end: int, before: IntArray) -> None:
        path = [end]
        while path[-1] != m:
            path.append(int(before[path[-1]]))
        if gives:
            path.reverse()
        units = [int(self.unit[k, a, b]) for a, b in pairwise(path)]
        for unit, (a, b) in zip(units, pairwise(path), strict=True):
            self.taken[unit, a], self.taken[unit, b] = False, True
        self.load[path[0]] -= self.weights[k]
        self.load[path[-1]] += self.weights[k]
        # Who else has these units sees them elsewhere now, too.
        for member in {*path, *np.flatnonzero(self.taken[units].any(axis=0)).tolist()}:
            self._look(member)


def _shortest(way: IntArray, start: int) -> tuple[IntArray, IntArray]:
    """How far every member is from *start*, and who comes before; no way is below 0."""
    far = np.full(len(way), NO_WAY, dtype=np.int64)
    far[start] = 0
    before = np.full(len(way), start, dtype=np.int64)
    while True:
        through = np.minimum(far[:, None] + way, NO_WAY)
        via = through.argmin(axis=0)
        shorter = through[via, np.arange(len(way))]
        better = shorter < far
        if not better.any():
            return far, before
        far = np.where(better, shorter, far)
        before = np.where(better, via, before)
