"""The incumbent of a search for one sum, with its value and bound."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from phancong.engines.weighted.instance import Instance
from phancong.problem import BoolArray, IntArray

#: Costs of fewer bits than these have ties: they are scaled up, so that multipliers, which are integers,
#: can tell pairs apart.
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
        #: How far below a value that is proven the least may lie: floats prove to within their accuracy.
        self.accuracy = 0
        #: All values are whole multiples of this.
        self.granularity = int(np.gcd.reduce(cost, axis=None)) or 1
        #: Multipliers, and bounds that come of them, are this much finer than costs.
        self.scale = 2 ** max(FINE - int(np.abs(cost).max(initial=0)).bit_length(), 0)

    @property
    def proven(self) -> bool:
        """Whether the two meet."""
        return self.bound is not None and self.bound >= self.value

    def cost_steps(self, many: float) -> int:
        """A number of steps of the costs, in the scale of multipliers."""
        return math.ceil(many * self.granularity * self.scale)

    def raise_bound(self, bound: int) -> None:
        """Note that no plan costs less than *bound*, which is scaled."""
        bound = min(-(-bound // (self.scale * self.granularity)) * self.granularity, self.value)
        if self.bound is None or bound > self.bound:
            self.bound = bound
            self.report(self)

    def offer(self, taken: BoolArray) -> None:
        """Note a plan, if it is better and keeps the limits."""
        rank = int(self.cost[taken].sum()), int(self.tie_cost[taken].sum())
        if rank < (self.value, int(self.tie_cost[self.taken].sum())) and self.instance.keeps(taken):
            self.taken, self.value = taken, rank[0]
            self.report(self)
