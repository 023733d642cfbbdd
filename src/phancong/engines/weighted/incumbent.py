"""The incumbent of a search for one sum, with its value and bound."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from phancong.engines.weighted.instance import Instance
from phancong.problem import BoolArray, IntArray

#: Costs of fewer bits are scaled up, so that integer multipliers can be finer than one step of the costs.
FINE: Final = 20


class Incumbent:
    """The best plan known and the best bound; neither ever gets worse.

    Parameters
    ----------
    instance
        The limits.
    cost
        Integer cost of each pair, U × M, 0 where it is not free.
    tie_cost
        Tie-breaking cost of each pair, U × M.
    taken
        A plan within the limits.
    report
        Called with the incumbent after each better plan or bound.
    """

    def __init__(
        self,
        instance: Instance,
        cost: IntArray,
        tie_cost: IntArray,
        taken: BoolArray,
        report: Callable[[Incumbent], None],
    ) -> None:
        self.instance = instance
        self.cost = cost
        self.tie_cost = tie_cost
        self.report = report
        self.taken = taken
        self.value = int(cost[taken].sum())
        self.bound: int | None = None
        #: Accuracy of a proof by a float solver: the optimum is at least the bound less this.
        self.accuracy = 0
        #: All values are multiples of this number.
        self.granularity = int(np.gcd.reduce(cost, axis=None)) or 1
        #: Multipliers and their bounds are in units of 1 / scale of a cost.
        self.scale = 2 ** max(FINE - int(np.abs(cost).max(initial=0)).bit_length(), 0)

    @property
    def proven(self) -> bool:
        """Whether value and bound meet."""
        return self.bound is not None and self.bound >= self.value

    def cost_steps(self, many: float) -> int:
        """Some multiples of the granularity, in the scale of multipliers."""
        return math.ceil(many * self.granularity * self.scale)

    def raise_bound(self, bound: int) -> None:
        """Raise the bound to *bound*, which is in the scale of multipliers, if that is higher."""
        bound = min(-(-bound // (self.scale * self.granularity)) * self.granularity, self.value)
        if self.bound is None or bound > self.bound:
            self.bound = bound
            self.report(self)

    def offer(self, taken: BoolArray) -> None:
        """Replace the plan by *taken* if that is better, ties by the tie-breaking cost, and feasible."""
        rank = int(self.cost[taken].sum()), int(self.tie_cost[taken].sum())
        if rank < (self.value, int(self.tie_cost[self.taken].sum())) and self.instance.keeps(taken):
            self.taken, self.value = taken, rank[0]
            self.report(self)
