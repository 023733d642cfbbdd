"""Deciding one member's set after the other, and searching what was left before the last of them.

At the best prices a few sets of each member are as good as any; the set that is seen most often is
decided, prices of what is left move on, and so on, down to a few members (diving in the linear program
over sets: Sadykov, Vanderbeck, Pessoa, Tahiri, Uchoa, *INFORMS Journal on Computing* 31(2), 2019,
doi:10.1287/ijoc.2018.0822). The bound of what is left says what that cost. The first decisions cost next
to nothing, the last ones most: so these are taken back, and what was left before them is solved as a
set partition, of a few members at first, then of more and more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from phancong.engines.lns.lagrangian import Lagrangian, Pace, Prices
from phancong.engines.lns.left import Left
from phancong.engines.lns.sets_seen import Seen, SetsSeen
from phancong.engines.lns.whole import Whole
from phancong.engines.lns.widening import AIM, FEW, Widening
from phancong.problem import BoolArray

#: Subgradient steps before each decision, and how many of them are not counted.
STEPS: Final = 160
EARLY: Final = 40
#: The part of what is left of a search that a way down may take, by an estimate that is half too high
#: where sets are fifteen households of little load each: at 900 × 60, of a minute, with 2/3 there was no
#: dive if the start had taken 7 s.
PART: Final = 0.85
#: Steps do not go back to the best prices: the sets that are best about them are to be seen.
PACE: Final = Pace(20, 0.6, 0.0, back=False)
#: Sets that are seen in this part of all steps are decided at once, up to this part of the members.
CERTAIN: Final = 0.9
AT_ONCE: Final = 1 / 8
#: After the first dive the next set is drawn among so many, by the power of how often they are seen.
DRAWN: Final = 5
POWER: Final = 4


class Dives:
    """Finds plans by dives.

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
        self.rng = np.random.default_rng(whole.span.course.search.seed)
        self.widening = Widening(lagrangian, whole)
        #: How many there were.
        self.done = 0

    def dive(self, prices: Prices) -> None:
        """Decide sets, and solve what was left before the last decisions, if there is time for it."""
        members = self.standing.cost.shape[1]
        # What is left becomes less, and with it the work of a step.
        if members / 2 * STEPS * self.lagrangian.knapsacks.sets_work < self.span.left(PART):
            self.widening.run(self._down(prices))

    def _down(self, prices: Prices) -> list[Left]:
        """What is left before each decision, as long as it can lead to a better plan."""
        left = Left.all(self.whole.instance, prices)
        trail: list[Left] = []
        while len(left.members) > FEW and not self.whole.done():
            seen = SetsSeen(len(left.units), EARLY, self.rng)
            best = self._priced(left, seen)
            if best.bound > left.most(self.standing):
                break
            left = replace(left, cover=best.cover, budgets=best.budgets)
            trail.append(left)
            sets = self._decided(left, seen.most_seen())
            if not sets:
                break
            left = left.after(sets)
        self.done += 1
        return trail

    def _priced(self, left: Left, seen: SetsSeen) -> Prices:
        """Better prices of what is left; sets that make a plan of it are a plan."""
        lagrangian = left.bound_of(self.lagrangian)

        def told(chosen: BoolArray) -> None:
            seen.note(chosen)
            if (chosen.sum(axis=1) == left.instance.need).all():
                self.standing.found(left.whole(chosen))

        start = lagrangian.at(left.cover, left.budgets, tables=False)
        aim, most = self.standing.steps(AIM), left.most(self.standing)
        return lagrangian.raised(start, STEPS, self.span.over, most, aim=aim, pace=PACE, told=told)

    def _decided(self, left: Left, seen: list[Seen]) -> list[Seen]:
        """The sets that are decided next, which have no unit too often."""
        seen = [one for one in seen if left.fits(one)]
        if not seen:
            return []
        first = 0
        if self.done:
            some = np.array([s.often for s in seen[:DRAWN]]) ** POWER
            first = int(self.rng.choice(len(some), p=some / some.sum()))
        sets = [seen[first]]
        need = left.instance.need.copy()
        need[seen[first].units] -= 1
        for other in seen:
            if len(sets) >= AT_ONCE * len(left.members) or other.often < CERTAIN:
                break
            if other is not seen[first] and (need[other.units] > 0).all():
                sets.append(other)
                need[other.units] -= 1
        return sets
