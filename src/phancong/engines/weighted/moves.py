"""The cheapest household of each weight that can go from one member to another, kept up to date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Resource
from phancong.engines.weighted.tuning import MOVE_ENTRIES_A_UNIT
from phancong.problem import BoolArray, IntArray

#: Cost of a move that is impossible.
NO_MOVE: Final = 2**55

#: A unit, from a member, to a member.
Shift = tuple[int, int, int]


class CheapestMoves:
    """A plan, its loads, and the cheapest move of each weight between any two members.

    Parameters
    ----------
    free
        The pairs that a plan may choose, U × M.
    taken
        The plan, U × M; changed in place.
    cost
        Cost of each pair, U × M.
    resource
        The load; the weight of a unit must be the same for all members.
    """

    def __init__(
        self, free: BoolArray, taken: BoolArray, cost: IntArray, resource: Resource
    ) -> None:
        assert resource.each is not None
        self.free, self.taken, self.cost = free, taken, cost
        self.resource = resource
        self.each = resource.each
        self.weights: list[int] = np.unique(self.each[self.each > 0]).tolist()
        self.load = resource.load(taken)
        members = free.shape[1]
        #: For each weight, cost and unit of the cheapest move from a member to another.
        self.move_cost = np.full((len(self.weights), members, members), NO_MOVE, dtype=np.int64)
        self.unit = np.zeros((len(self.weights), members, members), dtype=np.int64)
        #: The entries that were looked at since they were last charged.
        self.looks = 0
        self.refresh(range(members))

    def charged(self) -> float:
        """Units of work of all looks since the last call."""
        looks, self.looks = self.looks, 0
        return looks / MOVE_ENTRIES_A_UNIT

    def refresh(self, members: Iterable[int]) -> None:
        """Recompute the cheapest moves out of some members."""
        for m in members:
            mine = np.flatnonzero(self.taken[:, m])
            for k, weight in enumerate(self.weights):
                units = mine[self.each[mine] == weight]
                if not len(units):
                    self.move_cost[k, m] = NO_MOVE
                    continue
                self.looks += len(units) * len(self.load)
                can = self.free[units] & ~self.taken[units]
                price = np.where(can, self.cost[units] - self.cost[units, m][:, None], NO_MOVE)
                first = price.argmin(axis=0)
                self.move_cost[k, m] = price[first, np.arange(len(first))]
                self.unit[k, m] = units[first]

    def apply(self, steps: Iterable[Shift]) -> None:
        """Carry out moves, and recompute the cheapest moves of every member whose moves have changed."""
        concerned: set[int] = set()
        for unit, origin, target in steps:
            self.taken[unit, origin], self.taken[unit, target] = False, True
            self.load[origin] -= self.each[unit]
            self.load[target] += self.each[unit]
            # The unit may have further members, whose moves of it have changed, too.
            concerned |= {origin, *np.flatnonzero(self.taken[unit]).tolist()}
        self.refresh(sorted(concerned))


def cheapest_moves(instance: Instance, taken: BoolArray, cost: IntArray) -> CheapestMoves | None:
    """The cheapest moves for a copy of *taken* and the first load that binds.

    None if no load binds, a weight depends on the member, or there are too many different weights.
    """
    if not has_few_weights(instance):
        return None
    return CheapestMoves(instance.free, taken.copy(), cost, instance.binding[0])


def has_few_weights(instance: Instance) -> bool:
    """Whether some load binds, and the first that does has few weights, the same for all members."""
    each = instance.binding[0].each if instance.binding else None
    return each is not None and len(np.unique(each[each > 0])) <= instance.tuning.most_weights
