"""How a sum stands: the plan in hand, and the bound below all plans."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from phancong.engines.lns.instance import Instance
from phancong.problem import BoolArray, IntArray

#: Costs of fewer bits than these have ties: they are scaled up, so that prices, which are integers,
#: can tell pairs apart.
FINE: Final = 20


class Standing:
    """A plan, and what bounds its cost; either is only ever bettered.

    Parameters
    ----------
    instance
        The limits.
    cost
        Integer cost of each pair, U × M, 0 where it is not free.
    guide
        What plans of equal cost are chosen by, U × M.
    taken
        A plan within the limits.
    told
        Receives every better standing.
    """

    def __init__(
        self,
        instance: Instance,
        cost: IntArray,
        guide: IntArray,
        taken: BoolArray,
        told: Callable[[Standing], None],
    ) -> None:
        self.instance = instance
        self.cost = cost
        self.guide = guide
        self.told = told
        self.taken = taken
        self.value = int(cost[taken].sum())
        self.bound: int | None = None
        #: How far below a value that is proven the least may lie: floats prove to within their accuracy.
        self.off = 0
        #: All values are whole multiples of this.
        self.grain = int(np.gcd.reduce(cost, axis=None)) or 1
        #: What prices, and bounds that come of them, are finer by.
        self.scale = 2 ** max(FINE - int(np.abs(cost).max(initial=0)).bit_length(), 0)

    @property
    def proven(self) -> bool:
        """Whether the two meet."""
        return self.bound is not None and self.bound >= self.value

    def steps(self, many: float) -> int:
        """So many steps of the costs, in the scale of prices."""
        return math.ceil(many * self.grain * self.scale)

    def bounded(self, bound: int) -> None:
        """Note that no plan costs less than *bound*, which is scaled."""
        bound = min(-(-bound // (self.scale * self.grain)) * self.grain, self.value)
        if self.bound is None or bound > self.bound:
            self.bound = bound
            self.told(self)

    def found(self, taken: BoolArray) -> None:
        """Note a plan, if it is better and keeps the limits."""
        rank = int(self.cost[taken].sum()), int(self.guide[taken].sum())
        if rank < (self.value, int(self.guide[self.taken].sum())) and self.instance.keeps(taken):
            self.taken, self.value = taken, rank[0]
            self.told(self)
