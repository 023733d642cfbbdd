"""Neighbourhoods: members whose sets cost more than their bounds say, and who is near them.

For a plan that covers each unit, cost − bound is a sum over the members: what the member's set costs
under the multipliers, less the least that any set of the member costs. So the gap has a place. A piece of
the plan cannot gain more than its own part of the gap, and a pair that would raise the bound by more
than that cannot be part of a better piece: most pairs need not be offered, and nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.engines.weighted.bound.knapsack_tables import NEVER
from phancong.engines.weighted.bound.lagrangian import Lagrangian, Multipliers
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import NEAR
from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """Members, and the pairs that they are offered."""

    members: IntArray
    offered: BoolArray


class Neighbourhoods:
    """Neighbourhoods under some multipliers.

    Parameters
    ----------
    lagrangian, prices
        The bound, and what it was reached with.
    tie_cost
        Tie-breaking cost of each pair, U × M.
    fixed_out
        Pairs that are fixed out, U × M.
    """

    def __init__(
        self,
        lagrangian: Lagrangian,
        multipliers: Multipliers,
        tie_cost: IntArray,
        fixed_out: BoolArray,
    ) -> None:
        self.tie_cost = tie_cost
        self.instance: Instance = lagrangian.instance
        self.multipliers = multipliers
        penalty = lagrangian.knapsacks.penalties(multipliers.reduced, multipliers.best)
        self.penalty = np.where(fixed_out, NEVER, penalty)
        width = min(NEAR, self.penalty.shape[1])
        few = np.argpartition(self.penalty, width - 1, axis=1)[:, :width]
        near = np.zeros(self.penalty.shape, dtype=np.float32)
        np.put_along_axis(near, few, 1.0, axis=1)
        near *= self.instance.free
        #: How many units two members have in common, M × M.
        self.common = near.T @ near

    def gaps(self, taken: BoolArray) -> IntArray:
        """Each member's part of the gap, (M,)."""
        gap: IntArray = (
            np.where(taken, self.multipliers.reduced, 0).sum(axis=0) - self.multipliers.best.value
        )
        return gap

    def idle(self, taken: BoolArray) -> int:
        """The part of the gap that lies in budgets that are not used up."""
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
        """A neighbourhood where the gap is.

        Parameters
        ----------
        taken
            The plan.
        members
            How many members.
        pairs
            How many pairs a unit of theirs are offered, on average.
        rng
            For what is drawn by chance.
        busy
            Members that are not to be of it, (M,).
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
        """The neighbourhood of some members."""
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
