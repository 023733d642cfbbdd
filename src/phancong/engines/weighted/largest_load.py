"""The least largest load: a bound of it, and a plan."""

from __future__ import annotations

import math
from bisect import bisect_right
from fractions import Fraction

import numpy as np

from phancong.engines.common.linear_model import Solver
from phancong.engines.common.pace import PAIRS_A_UNIT
from phancong.engines.weighted.bound.flow_duals import flow_bound, flow_duals
from phancong.engines.weighted.bound.load_patterns import patterns_rule_out
from phancong.engines.weighted.construct.ejection_chains import apply_ejection_chains
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.goal_sums import sparing_budgets
from phancong.engines.weighted.improve.restricted_models import find_plan
from phancong.engines.weighted.instance import Instance, Resource
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import (
    ALL_OFFERED,
    FIND_PART,
    FIND_WORK,
    LISTED,
    MEND_PART,
    OFFERED,
    PATTERN_PART,
    PATTERN_WORK,
    SAMPLED_LEVELS,
)
from phancong.meeting import exact_slack
from phancong.problem import BoolArray, IntArray


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

    def run(self, stage_budget: StageBudget) -> tuple[Fraction, Fraction]:
        """The level that was reached, and a bound of it."""
        bound = self._least()
        while True:
            reached = self.level(self.taken)
            levels, complete = self._levels(bound, reached)
            low, high = self._between(levels, stage_budget)
            if complete:
                return levels[high], levels[low]
            # Between two levels that were tried there may be others.
            bound = max(bound, levels[max(low - 1, 0)])
            reached = self.level(self.taken)
            if (
                low < high
                or reached - bound <= exact_slack(reached) / 4
                or stage_budget.stop_reason is not None
            ):
                return reached, bound

    def _between(self, levels: list[Fraction], stage_budget: StageBudget) -> tuple[int, int]:
        """A bound of the level, and the level of the plan, among *levels*."""
        high = len(levels) - 1
        low = self._first_possible(levels, stage_budget)
        # Repair is quick, and where it ends the solver has few levels left.
        for find in (self._by_repair, self._by_solver):
            failed = low - 1  # up to here no plan was found, which proves nothing
            step = (
                1  # the least that arithmetic allows is mostly near, and thousands of levels may be
            )
            while low < high and failed + 1 < high and stage_budget.stop_reason is None:
                middle = (failed + high) // 2
                tried = max(min(low + step - 1, middle) if failed < low else middle, failed + 1)
                narrow = self.instance.under(self.measure, self.caps(levels[tried]))
                plan, none = find(narrow, stage_budget)
                if plan is not None:
                    self.taken = plan
                # Repair that did not come to the level may have come nearer.
                reached = self.level(self.taken)
                high = max(bisect_right(levels, reached, hi=high + 1) - 1, 0)
                if plan is not None:
                    continue
                failed = tried
                if none:
                    low = tried + 1
                    step *= 2
        return low, high

    def _first_possible(self, levels: list[Fraction], stage_budget: StageBudget) -> int:
        """The first level that neither splitting households nor counting them by weight rules out."""
        low, high = 0, len(levels) - 1
        middle = low  # where arithmetic says that it could be, it usually is
        while low < high and not stage_budget.charge(self.instance.size / PAIRS_A_UNIT):
            if self._fits(levels[middle], stage_budget):
                high = middle
            else:
                low = middle + 1
            middle = (low + high) // 2
        return low

    def _fits(self, level: Fraction, stage_budget: StageBudget) -> bool:
        narrow = self.instance.under(self.measure, self.caps(level))
        resource = narrow.resource(self.measure)
        if resource.each is None:
            return bool((resource.low <= resource.high).all())
        for budget in narrow.budgets:
            least = flow_bound(narrow.free, narrow.need, resource, budget.weight)
            if least is None or least > budget.most:
                return False
        splits = (
            narrow.budgets or flow_duals(narrow.free, narrow.need, resource, self.cost) is not None
        )
        if not splits:
            return False
        limits = stage_budget.deferred_limits(PATTERN_WORK, PATTERN_PART)
        return not patterns_rule_out(narrow, resource, self.solver, limits, stage_budget.charge)

    def _levels(self, least: Fraction, most: Fraction) -> tuple[list[Fraction], bool]:
        """Levels from *least* to *most*, rising, and whether they are all that a member can be at."""
        worths = {self.worth[m] for m in self.counted}
        if sum((most - least) / worth for worth in worths) > LISTED:
            step = (most - least) / SAMPLED_LEVELS
            return [*(least + step * number for number in range(SAMPLED_LEVELS)), most], False
        # Whole numbers of one unit are sorted far sooner than fractions.
        unit = math.lcm(*(f.denominator for f in (least, most, *worths)))
        first, last = (limit.numerator * (unit // limit.denominator) for limit in (least, most))
        found = {first, last}
        for worth in worths:
            level = worth.numerator * (unit // worth.denominator)
            found.update(range(-(-first // level) * level, last + 1, level))
        return [Fraction(level, unit) for level in sorted(found)], True

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
        """A figure that some unit brings, at the least, to one of those who take it."""
        counted = np.zeros(self.instance.free.shape[1], dtype=bool)
        counted[self.counted] = True
        worth = np.array([float(worth) for worth in self.worth])
        brings = np.where(counted[None, :], resource.weight * worth[None, :], 0.0)
        brings = np.where(self.instance.free, brings, np.inf)
        need = self.instance.need
        some = np.flatnonzero((need > 0) & (need <= self.instance.free.sum(axis=1)))
        if not len(some):
            return Fraction(0)
        # So many members take a unit, so that it brings one of them no less than the last of the least.
        least = np.sort(brings[some], axis=1)[np.arange(len(some)), need[some] - 1]
        unit = int(some[least.argmax()])
        figures = sorted(
            self.worth[m] * int(resource.weight[unit, m]) if counted[m] else Fraction(0)
            for m in np.flatnonzero(self.instance.free[unit]).tolist()
        )
        return figures[int(need[unit]) - 1]

    def _by_repair(
        self, narrow: Instance, stage_budget: StageBudget
    ) -> tuple[BoolArray | None, bool]:
        """A plan under a level by tabu repair; a failure proves nothing."""
        cost = sparing_budgets(narrow, self.cost)
        charge = stage_budget.portion(MEND_PART)
        nearer = apply_ejection_chains(narrow, self.taken, cost, charge)
        plan = tabu_repair(narrow, nearer, cost, charge)
        if plan is None and self.level(nearer) < self.level(self.taken):
            # Chains begin at the largest load: what was cut is gone on with, here or by the next search.
            self.taken = nearer if self.instance.keeps(nearer) else self.taken
        return (plan, False) if plan is not None and narrow.keeps(plan) else (None, False)

    def _by_solver(
        self, narrow: Instance, stage_budget: StageBudget
    ) -> tuple[BoolArray | None, bool]:
        """A plan under a level by the solver, or whether it is proven that there is none."""
        offered = narrow.free
        if narrow.size > ALL_OFFERED:
            cost = np.where(narrow.free, self.cost, np.iinfo(np.int64).max)
            # Of members who are as near as each other some are drawn.
            draw = np.random.default_rng(stage_budget.course.search.seed).random(cost.shape)
            offered = np.zeros_like(narrow.free)
            cheapest = np.lexsort((draw, cost), axis=1)[:, :OFFERED]
            np.put_along_axis(offered, cheapest, True, axis=1)
            offered &= narrow.free
        limits = stage_budget.deferred_limits(FIND_WORK, FIND_PART)
        plan, none = find_plan(
            narrow, self.taken, offered, self.solver, limits, stage_budget.charge
        )
        return plan, none and offered is narrow.free
