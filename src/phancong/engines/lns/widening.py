"""Solving what was left before the last decisions of a dive: of a few members first, then of more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from phancong.engines.lns.cheap_sets import CheapSets, Listing
from phancong.engines.lns.lagrangian import Lagrangian, Prices
from phancong.engines.lns.left import Left
from phancong.engines.lns.partitions import tame
from phancong.engines.lns.set_partition import solved_partition
from phancong.engines.lns.whole import Whole

#: A dive ends when so few members are left; what is solved first has the geometric mean of these and all.
FEW: Final = 4
#: How many times more members are solved next after a better plan, and if there was none; and what has
#: fewer than so many times more is the same.
WIDER: Final = 1.25
FAR: Final = 1.5
APART: Final = 1.15
#: Steps before what is left is solved, and how far above the bound those of dives aim, in steps of the
#: costs.
STEPS: Final = 400
AIM: Final = 0.5
#: Sets of a list, at the most, and for each member: where many sets share a unit branch and cut takes
#: long, of five members longer than of thirty.
MOST_SETS: Final = 6_000
SETS_A_MEMBER: Final = 400
#: Work of one search.
WORK: Final = 7.0
WORK_PART: Final = 1 / 4
#: After a dive that led to nothing the next one may take half of that, down to this part.
LEAST_SHARE: Final = 1 / 4
#: The limit of a list is made so many times smaller until it is no longer than that.
FINER: Final = 4


class Widening:
    """Takes decisions of a dive back.

    Parameters
    ----------
    lagrangian
        The bound of the whole.
    whole
        What looks at all members.
    """

    def __init__(self, lagrangian: Lagrangian, whole: Whole) -> None:
        self.lagrangian = lagrangian
        self.whole = whole
        self.standing = whole.standing
        self.span = whole.span
        #: The limit of the last list.
        self.limit = 0
        #: The part of the work that one search may take.
        self.share = 1.0

    def run(self, trail: Sequence[Left]) -> None:
        """Solve what was left, wider where that was done, and narrower where it took too long."""
        value = self.standing.value
        few, many = 0.0, math.inf
        wanted = math.sqrt(FEW * self.standing.cost.shape[1])
        self.limit = 0
        while not self.whole.done():
            between = [left for left in trail if APART * few <= len(left.members) <= many / APART]
            if not between:
                break
            left = min(between, key=lambda left: abs(math.log(len(left.members) / wanted)))
            size, before = len(left.members), self.standing.value
            if self._searched(left):
                few = size
                wanted = WIDER * size if self.standing.value < before else FAR * size
            elif self.standing.value < before:
                break  # what is wider takes even longer
            else:
                many, wanted = size, size / FAR
        self.share = 1.0 if self.standing.value < value else max(self.share / 2, LEAST_SHARE)

    def _searched(self, left: Left) -> bool:
        """Look for a better plan in what is left; whether it was searched as far as its list went."""
        lagrangian = left.bound_of(self.lagrangian)
        start = lagrangian.at(left.cover, left.budgets)
        most = left.most(self.standing)
        aim = self.standing.steps(AIM)
        prices = lagrangian.raised(start, STEPS, self.span.over, most, aim=aim)
        gap = most - prices.bound + 1
        if gap <= 0 or self.whole.done():
            return True
        sets = self._listed(left, lagrangian, prices, gap)
        if sets is None:
            return True
        found = solved_partition(
            left.instance,
            self.standing.cost[left.here],
            sets,
            self.whole.cut,
            self.span.later(self.share * WORK, WORK_PART),
        )
        self.span.over(found.work)
        if found.taken is not None:
            self.standing.found(left.whole(found.taken))
        return found.solved

    def _listed(
        self, left: Left, lagrangian: Lagrangian, prices: Prices, gap: int
    ) -> CheapSets | None:
        """The sets that cost least; what has more members begins with the limit of what had fewer."""
        penalty = lagrangian.knapsacks.penalties(prices.reduced, prices.best)
        listing = Listing(left.instance, lagrangian.knapsacks, prices, penalty, self.span.over)
        limit = min(self.limit or gap, gap)
        while limit > 0 and not self.whole.done():
            sets = listing.listed(limit, gap, min(SETS_A_MEMBER * len(left.members), MOST_SETS))
            if sets is not None:
                self.limit = sets.limit
                return tame(sets)
            limit //= FINER
        return None
