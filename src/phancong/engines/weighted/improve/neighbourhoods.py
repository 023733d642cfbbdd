"""Neighbourhoods: members with a large part of the gap, and members near them.

For a plan that covers each unit, cost − bound is a sum over the members: the reduced cost of the member's
set, less the least reduced cost of any set of the member. So each member has its part of the gap. A
neighbourhood can gain at most the parts of its members. A pair whose penalty is above that cannot be in a
better plan of the neighbourhood, so that most pairs are left out of its model without loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.engines.weighted.bound.lagrangian import Lagrangian, Multipliers
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import NEAR
from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """Numbers of members, rising, and the pairs of the restricted model, U × M."""

    members: IntArray
    offered: BoolArray


class Neighbourhoods:
    """Penalties of pairs, and neighbourhoods drawn by them, for some multipliers.

    Parameters
    ----------
    lagrangian, multipliers
        The Lagrangian bound, and its multipliers.
    tie_cost
        Tie-breaking cost of each pair, U × M.
    """

    def __init__(
        self, lagrangian: Lagrangian, multipliers: Multipliers, tie_cost: IntArray
    ) -> None:
        self.tie_cost = tie_cost
        self.instance: Instance = lagrangian.instance
        self.second = lagrangian.second
        self.multipliers = multipliers
        self.penalty = lagrangian.knapsacks.penalties(multipliers.reduced, multipliers.best)
        width = min(NEAR, self.penalty.shape[1])
        few = np.argpartition(self.penalty, width - 1, axis=1)[:, :width]
        near = np.zeros(self.penalty.shape, dtype=np.float32)
        np.put_along_axis(near, few, 1.0, axis=1)
        near *= self.instance.free
        #: Number of units that have both members among their cheapest ones, M × M.
        self.common = near.T @ near

    def gaps(self, taken: BoolArray) -> IntArray:
        """Part of the gap of each member, (M,)."""
        gap: IntArray = (
            np.where(taken, self.multipliers.reduced, 0).sum(axis=0) - self.multipliers.best.value
        )
        return gap + self.room_of_second(taken)

    def room_of_second(self, taken: BoolArray) -> IntArray:
        """Price × unused room of the second load of each member, (M,)."""
        load, prices = self.second, self.multipliers.second
        if load is None or prices is None:
            return np.zeros(taken.shape[1], dtype=np.int64)
        return np.maximum(prices * load.low, prices * load.high) - prices * load.load(taken)

    def idle(self, taken: BoolArray) -> int:
        """Part of the gap of budgets: multiplier × unused budget, summed."""
        pairs = zip(self.multipliers.budgets, self.instance.budgets, strict=True)
        return sum(price * budget.room(taken) for price, budget in pairs)

    def draw(
        self,
        taken: BoolArray,
        members: int,
        pairs: float,
        rng: np.random.Generator,
        busy: BoolArray,
    ) -> Neighbourhood:
        """A random neighbourhood; members with a large part of the gap are drawn more often.

        Parameters
        ----------
        taken
            The plan, U × M.
        members
            Number of members.
        pairs
            Average number of pairs of each of their units.
        rng
            The source of random numbers.
        busy
            Members that must not be in it, (M,).
        """
        gaps = np.maximum(self.gaps(taken), 0).astype(np.float64)
        everybody = np.arange(len(gaps))
        if members >= len(gaps):
            return self.of(taken, everybody, pairs)
        weight = np.where(busy, 0.0, gaps + gaps.mean() / 10 + 1e-9)
        first = int(rng.choice(len(gaps), p=weight / weight.sum()))
        chosen = np.zeros(len(gaps), dtype=bool)
        chosen[first] = True
        pull = self.common[first].copy()
        for _ in range(members - 1):
            merit = pull * weight * rng.uniform(0.5, 1.0, len(gaps))
            merit[chosen | busy] = -1.0
            after = int(merit.argmax())
            if merit[after] <= 0:
                break
            chosen[after] = True
            pull += self.common[after]
        return self.of(taken, everybody[chosen], pairs)

    def of(self, taken: BoolArray, members: IntArray, pairs: float) -> Neighbourhood:
        """The neighbourhood of given members, with *pairs* pairs of each of their units on average."""
        gap = int(self.gaps(taken)[members].sum()) + self.idle(taken)
        units = np.flatnonzero(taken[:, members].any(axis=1))
        penalty = self.penalty[np.ix_(units, members)]
        wanted = int(pairs * len(units))
        offered = np.zeros(taken.shape, dtype=bool)
        useful = penalty < gap
        if int(np.count_nonzero(useful)) > wanted:
            tie_cost = self.tie_cost[np.ix_(units, members)]
            order = np.lexsort((tie_cost.ravel(), penalty.ravel()))[:wanted]
            first = np.zeros(penalty.size, dtype=bool)
            first[order] = True
            useful &= first.reshape(penalty.shape)
        offered[np.ix_(units, members)] = useful
        return Neighbourhood(members, offered)
