"""The Lagrangian bound: multipliers on covers and budgets, and a knapsack for each member.

For multipliers *u* of the units' covers and *λ* ≥ 0 of the budgets,

    Σ u·need − Σ λ·most + Σ over members of min {Σ (cost + λ·weight − u) over a set within the limits}

is at most the cost of any plan (Fisher, *Management Science* 27, 1981, doi:10.1287/mnsc.27.1.1). The
knapsacks have one load. Where a second load has limits, too, each member has a price of it, which is part
of the cost of its pairs; what the prices cost at most within the limits is subtracted.
Multipliers are integers, so the bound is exact. Its largest value is that of the Dantzig–Wolfe master
problem; subgradient steps (:mod:`.subgradient`) come close to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.weighted.bound.knapsacks import Knapsacks, KnapsackSolution
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Budget
from phancong.problem import IntArray

#: Bits of a sum of reduced costs over all units, which floats must represent exactly, and of one reduced
#: cost. Larger multipliers are clipped, which keeps the bound valid.
SUM_BITS: Final = 50
PAIR_BITS: Final = 44


@dataclass(frozen=True, slots=True, eq=False)
class Multipliers:
    """Multipliers and their bound.

    Parameters
    ----------
    cover
        Multiplier of each unit, (U,).
    budgets
        Multiplier of each budget, 0 or more.
    reduced
        Reduced cost of each pair, U × M.
    best
        The best set of each member.
    bound
        Lower bound of the cost of any plan.
    second
        The price of the second load at each member, (M,); None if it has none.
    """

    cover: IntArray
    budgets: tuple[int, ...]
    reduced: IntArray
    best: KnapsackSolution
    bound: int
    second: IntArray | None = None


class Lagrangian:
    """The Lagrangian bound of one sum over pairs.

    Parameters
    ----------
    instance
        The limits.
    cost
        Cost of each pair, U × M.
    """

    def __init__(self, instance: Instance, cost: IntArray) -> None:
        self.instance = instance
        #: Cost of each pair with the price of the second load, U × M.
        self.cost = self._cost = cost
        #: The prices of the second load, (M,), and what is subtracted for them.
        self.prices: IntArray | None = None
        self.subtracted = 0
        binding = instance.binding
        #: The load that the knapsacks leave out; None if one load has limits at most.
        self.second = binding[1] if len(binding) > 1 else None
        self.knapsacks = Knapsacks(binding[0] if binding else None, instance.free, instance.tuning)
        self.budgets: tuple[Budget, ...] = instance.budgets
        units = max(len(instance.need), 1)
        #: The largest multiplier of a cover, and the largest product with a budget's weight.
        self.largest = min(2**SUM_BITS // units, 2**PAIR_BITS)
        #: A multiplier at which a step of a budget outweighs the cost of all pairs of a plan.
        self.outweighing = 2 * int(np.abs(cost).max(initial=0)) * int(instance.need.sum()) + 1
        #: The largest multiplier of each budget.
        self.most = tuple(
            max(self.largest // max(int(np.abs(b.weight).max(initial=0)), 1), 1)
            for b in self.budgets
        )

    def price_second(self, prices: IntArray | None) -> None:
        """Give the second load prices at each member, (M,), or none."""
        self.cost, self.prices, self.subtracted = self._cost, None, 0
        if prices is None or self.second is None:
            return
        load = self.second
        most = 2 ** (PAIR_BITS - 1) // max(int(load.weight.max(initial=1)), 1)
        prices = np.clip(prices, -most, most)
        self.cost, self.prices = self._cost + prices[None, :] * load.weight, prices
        self.subtracted = int(np.maximum(prices * load.low, prices * load.high).sum())

    def evaluate(
        self, cover: IntArray, budgets: tuple[int, ...], *, tables: bool = True
    ) -> Multipliers:
        """The multipliers with their bound; they are clipped so that no sum overflows.

        *tables* says whether the knapsacks return tables, which the penalties of pairs need. Without
        them a pass may be faster.
        """
        cover = np.clip(cover, -self.largest, self.largest)
        budgets = tuple(min(price, most) for price, most in zip(budgets, self.most, strict=True))
        reduced = self.cost - cover[:, None]
        bound = int((cover * self.instance.need).sum()) - self.subtracted
        for price, budget in zip(budgets, self.budgets, strict=True):
            if price:
                reduced = reduced + price * budget.weight
                bound -= price * budget.most
        best = self.knapsacks.solve(reduced, tables=tables)
        bound += int(best.value.sum())
        return Multipliers(cover, budgets, reduced, best, bound, self.prices)

    @property
    def limits(self) -> tuple[int, ...]:
        """Numbers that tell limits apart: rooms of the budgets, largest loads and free pairs."""
        high = int(self.knapsacks.high.sum()), int(self.knapsacks.low.sum())
        return (*(b.most for b in self.budgets), *high, self.instance.size)

    def penalised_cost(self, budgets: tuple[int, ...]) -> IntArray:
        """Cost of each pair plus its budget weights times their multipliers, U × M."""
        cost = self.cost
        for price, budget in zip(budgets, self.budgets, strict=True):
            cost = cost + price * budget.weight
        return cost

    def cover_multipliers(self, worth: IntArray, budgets: tuple[int, ...]) -> IntArray:
        """Multipliers of covers, (U,): the dearest of the unit's cheapest members, as many as it needs.

        *worth* is the price of the load of each pair, U × M, which is added to its cost.
        """
        cost = self.penalised_cost(budgets) + worth
        need = self.instance.need
        cost = np.where(self.instance.free, cost, np.iinfo(np.int64).max)
        deepest = int(need.max(initial=1))
        kth = np.sort(np.partition(cost, range(deepest), axis=1)[:, :deepest], axis=1)
        dearest = kth[np.arange(len(need)), np.maximum(need - 1, 0)]
        return np.where(need > 0, dearest, 0)
