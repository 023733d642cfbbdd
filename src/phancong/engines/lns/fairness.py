"""The fairest largest load: a level below which no plan is, and a plan under it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from phancong.engines.exact.backend import Solver
from phancong.engines.flow.trade import PAIRS_A_UNIT
from phancong.engines.lns.instance import Instance, Resource
from phancong.engines.lns.pieces import found_plan
from phancong.engines.lns.prices import split_prices
from phancong.engines.lns.repair import repaired
from phancong.engines.lns.span import Span
from phancong.meeting import exact_slack
from phancong.problem import BoolArray, IntArray

#: Work of one search for a plan by CP-SAT, and the pairs of a unit that it is offered.
FIND_WORK = 5.0
OFFERED = 4
#: Up to so many pairs all are offered, so that it may prove that there is none.
FEW_PAIRS = 10_000
#: Up to so many levels are listed; of more, so many between the least and the present one are tried.
LISTED = 20_000
STEPS = 256


class LargestLoad:
    """Makes the largest load ÷ share as small as can be.

    Parameters
    ----------
    instance
        The limits; the level that is reached is left in it.
    measure
        ``"workload"`` or ``"households"``.
    taken
        A plan.
    cost
        What plans are chosen by where there is a choice, U × M.
    """

    def __init__(
        self, instance: Instance, measure: str, taken: BoolArray, cost: IntArray, solver: Solver
    ) -> None:
        self.instance = instance
        self.measure = measure
        self.taken = taken
        self.cost = cost
        self.solver = solver
        formulation = instance.formulation
        self.counted = np.flatnonzero(formulation.counted).tolist()
        unit = instance.resource(measure).unit
        #: What one integer of load is worth to each member's figure.
        self.worth = [unit / share for share in formulation.share]

    def level(self, taken: BoolArray) -> Fraction:
        """The largest figure of a plan."""
        resource = self.instance.resource(self.measure)
        load = (resource.load(taken) + resource.base).tolist()
        return max((self.worth[m] * load[m] for m in self.counted), default=Fraction(0))

    def caps(self, level: Fraction) -> IntArray:
        """The most that each member may carry under a level, fixed pairs apart; (M,)."""
        resource = self.instance.resource(self.measure)
        caps = resource.high.copy()
        for m in self.counted:
            caps[m] = min(caps[m], math.floor(level / self.worth[m]) - int(resource.base[m]))
        return caps

    def run(self, span: Span) -> tuple[Fraction, Fraction]:
        """The level that was reached, and one below which there is no plan."""
        bound = self._least()
        while True:
            reached = self.level(self.taken)
            levels, complete = self._levels(bound, reached)
            low, high = self._between(levels, span)
            if complete:
                return levels[high], levels[low]
            # Between two levels that were tried there may be others.
            bound = max(bound, levels[max(low - 1, 0)])
            reached = self.level(self.taken)
            if low < high or reached - bound <= exact_slack(reached) / 4 or span.why is not None:
                return reached, bound

    def _between(self, levels: list[Fraction], span: Span) -> tuple[int, int]:
        """A level below which there is no plan, and the one of the plan, among *levels*."""
        high = len(levels) - 1
        low = self._split(levels, span)
        failed = low - 1  # up to here no plan was found, which proves nothing
        step = 1  # the least that arithmetic allows is mostly near, and thousands of levels may be
        while low < high and failed + 1 < high and span.why is None:
            middle = (failed + high) // 2
            tried = max(min(low + step - 1, middle) if failed < low else middle, failed + 1)
            plan, none = self._plan(
                self.instance.under(self.measure, self.caps(levels[tried])), span
            )
            if plan is not None:
                self.taken = plan
                reached = self.level(plan)
                high = max(k for k in range(tried + 1) if levels[k] <= reached or k == 0)
                continue
            failed = tried
            if none:
                low = tried + 1
                step *= 2
        return low, high

    def _split(self, levels: list[Fraction], span: Span) -> int:
        """The first level under which the loads fit if households may be split."""
        low, high = 0, len(levels) - 1
        middle = low  # where arithmetic says that it could be, it usually is
        while low < high and not span.over(self.instance.size / PAIRS_A_UNIT):
            if self._fits(levels[middle]):
                high = middle
            else:
                low = middle + 1
            middle = (low + high) // 2
        return low

    def _fits(self, level: Fraction) -> bool:
        narrow = self.instance.under(self.measure, self.caps(level))
        resource = narrow.resource(self.measure)
        if resource.each is None:
            return bool((resource.low <= resource.high).all())
        return split_prices(narrow.free, narrow.need, resource, self.cost) is not None

    def _levels(self, least: Fraction, most: Fraction) -> tuple[list[Fraction], bool]:
        """Levels from *least* to *most*, rising, and whether they are all that a member can be at."""
        worths = {self.worth[m] for m in self.counted}
        if sum((most - least) / worth for worth in worths) > LISTED:
            step = (most - least) / STEPS
            return [*(least + step * number for number in range(STEPS)), most], False
        found = {least, most}
        for worth in worths:
            for number in range(math.ceil(least / worth), math.floor(most / worth) + 1):
                found.add(worth * number)
        return sorted(level for level in found if least <= level <= most), True

    def _least(self) -> Fraction:
        """A level below which no plan can be: all that must be carried, and the heaviest unit."""
        resource = self.instance.resource(self.measure)
        least = self._heaviest(resource)
        base = [self.worth[m] * int(resource.base[m]) for m in self.counted]
        least = max([least, *base])
        total = self._total(resource)
        present = self.level(self.taken)
        uncounted = int(resource.high.sum() - resource.high[self.counted].sum())
        # Between the average of those who have no maximum and the present level.
        least = min(max(least, self._average(resource, total)), present)
        while True:
            levels, complete = self._levels(least, present)
            low, high = 0, len(levels) - 1
            while low < high:
                middle = (low + high) // 2
                caps = self.caps(levels[middle])[self.counted]
                room = int(caps.sum()) + uncounted
                if (caps >= resource.low[self.counted]).all() and room >= total:
                    high = middle
                else:
                    low = middle + 1
            if complete or not low:
                return levels[low]
            least, present = levels[low - 1], levels[low]

    def _average(self, resource: Resource, total: int) -> Fraction:
        shares = sum((1 / self.worth[m] for m in self.counted), Fraction(0))
        whole = total + sum(int(resource.base[m]) for m in self.counted)
        return Fraction(whole) / shares

    def _total(self, resource: Resource) -> int:
        """What all members carry at the least, fixed pairs apart."""
        barred = np.iinfo(np.int64).max
        weight = np.sort(np.where(self.instance.free, resource.weight, barred), axis=1)
        places = np.arange(weight.shape[1])[None, :] < self.instance.need[:, None]
        return int(weight[places].sum())

    def _heaviest(self, resource: Resource) -> Fraction:
        """The largest figure that some unit brings to one of its members in any plan."""
        heaviest = Fraction(0)
        weight, free = resource.weight, self.instance.free
        for worth in set(self.worth):
            same = np.array([w == worth for w in self.worth])
            # Units that only members of this worth can take, or that weigh more with the others.
            alone = free.any(axis=1) & ~(free & ~same[None, :]).any(axis=1)
            if (self.instance.need[alone] > 0).any():
                rows = alone & (self.instance.need > 0)
                lightest = np.where(free[rows], weight[rows], np.iinfo(np.int64).max).min(axis=1)
                heaviest = max(heaviest, worth * int(lightest.max()))
        return heaviest

    def _plan(self, narrow: Instance, span: Span) -> tuple[BoolArray | None, bool]:
        """A plan under a level, or whether it is proven that there is none."""
        plan = repaired(narrow, self.taken, self.cost, span.over)
        if plan is not None and narrow.keeps(plan):
            return plan, False
        if span.why is not None:
            return None, False
        offered = narrow.free
        if narrow.size > FEW_PAIRS:
            width = min(OFFERED, offered.shape[1]) - 1
            cost = np.where(narrow.free, self.cost, np.iinfo(np.int64).max)
            offered = cost <= np.partition(cost, width, axis=1)[:, width : width + 1]
        plan, none = found_plan(
            narrow, self.taken, offered, self.solver, lambda: span.limits(FIND_WORK), span.over
        )
        return plan, none and offered is narrow.free
