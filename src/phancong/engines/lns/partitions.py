"""All members at once, over the sets of each that cost little: longer lists as time goes on.

A list of few sets is soon searched. If it holds no better plan, every better one has a set beyond the
limit of the list and costs the bound and that limit at least: the list is made longer. A list that is
too long to be searched to its end may still give a plan that no piece leads to.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from phancong.engines.lns.cheap_sets import CheapSets, Listing
from phancong.engines.lns.lagrangian import Lagrangian
from phancong.engines.lns.neighbourhoods import Neighbourhoods
from phancong.engines.lns.set_partition import solved_partition
from phancong.engines.lns.whole import Core, Whole

#: Sets that are searched in a unit of work, roughly, and in the longest list.
SETS_A_UNIT: Final = 250
MOST_SETS: Final = 50_000
#: Pairs of sets that share a unit: with more of them branch and cut does not get beyond presolving.
MOST_CLASHES: Final = 500_000_000
#: Work of a look at the least; else as much as the stage took up to then, half of that after a look
#: that led to nothing, and so on.
LEAST_WORK: Final = 10.0
#: What is left of a search is not spent on one look.
LOOK_PART: Final = 0.5
#: The limit of a list, relative to the slack that a member's set in the plan in hand has on average,
#: that is worth a look. In communes, sets of thirty households each, lists end far below.
PROMISING: Final = 0.14
#: A gap of so few steps of the costs is closed sooner otherwise: in published problems of type C lists
#: took half a minute and found nothing.
FEW_STEPS: Final = 8


class Partitions:
    """Solves the problem over lists of sets.

    Parameters
    ----------
    lagrangian
        The bound.
    whole
        What looks at all members, and takes note of what is proven.
    """

    def __init__(self, lagrangian: Lagrangian, whole: Whole) -> None:
        self.lagrangian = lagrangian
        self.whole = whole
        #: The part of what the stage took that a look may take.
        self.share = 1.0

    def look(self, around: Neighbourhoods) -> None:
        """List sets and search them; once more, with twice as many, if that did not take all the time."""
        whole, span, standing = self.whole, self.whole.span, self.whole.standing
        knapsacks, prices = self.lagrangian.knapsacks, around.prices
        if knapsacks.splits or whole.steps(around) < FEW_STEPS:
            return
        listing = Listing(whole.instance, knapsacks, prices, around.penalty, span.over)
        members = len(prices.best.value)
        # A list too long for the time that is left would be presolved beyond it.
        left = min(self.share * max(LEAST_WORK, span.worked), span.left(LOOK_PART))
        many = int(SETS_A_UNIT * left)
        searched = 0
        while left > 0 and not whole.done():
            gap = whole.gap(around)
            # No plan has less slack in all than what is missing to what is proven already.
            assert standing.bound is not None  # the prices gave one
            missing = standing.bound * standing.scale - prices.bound
            least = min(max(missing, int(PROMISING * gap)) // members + 1, gap)
            sets = listing.listed(max(least, searched), gap, min(many, MOST_SETS))
            sets = None if sets is None else tame(sets)
            if sets is None or sets.limit < least or sets.limit <= searched:
                return
            before, value = span.worked, standing.value
            if not self._searched(around, sets, left):
                if standing.value == value:
                    self.share /= 2
                return
            left -= span.worked - before
            searched = sets.limit
            many *= 2

    def _searched(self, around: Neighbourhoods, sets: CheapSets, work: float) -> bool:
        """Whether a list was searched to its end."""
        whole = self.whole
        standing, span = whole.standing, whole.span
        found = solved_partition(
            whole.instance, standing.cost, sets, whole.cut, span.later(work, LOOK_PART)
        )
        span.over(found.work)
        if found.taken is not None:
            standing.found(found.taken)
        if found.solved or found.bound is not None:
            bound = standing.value if found.bound is None else found.bound
            known = Core(sets.limit, bound, found.solved)
            # Beyond the gap no better plan is, and the limit bounds nothing any more.
            beyond = around.prices.bound + sets.limit
            whole.proven(known, False, beyond, whole.off(whole.cut))
        return found.solved


def tame(sets: CheapSets) -> CheapSets:
    """A list, shorter if too many of its sets clash."""
    while True:
        often = np.bincount(sets.unit)
        clashes = int((often * often).sum())
        if clashes <= MOST_CLASHES:
            return sets
        sets = sets.cheapest(int(len(sets) * (MOST_CLASHES / clashes) ** 0.5))
