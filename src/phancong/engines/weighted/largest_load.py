"""The smallest possible largest load: a bound and a plan."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Solver
from phancong.engines.weighted.bound.aggregated_model import AggregatedSolution, solve_aggregated
from phancong.engines.weighted.bound.combined_limits import LimitMultipliers, limit_multipliers
from phancong.engines.weighted.bound.flow_duals import flow_bound, flow_duals, flow_work
from phancong.engines.weighted.bound.fractional_loads import FractionalLoads, fractional_loads
from phancong.engines.weighted.bound.load_patterns import patterns_rule_out
from phancong.engines.weighted.construct.cheapest import cheapest
from phancong.engines.weighted.construct.ejection_chains import apply_ejection_chains
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.goal_sums import sparing_budgets
from phancong.engines.weighted.improve.restricted_models import find_plan
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.moves import has_few_weights
from phancong.engines.weighted.resources import Resource
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import (
    COUNTED_PART,
    FIND_PART,
    FIND_WORK,
    LEVEL_PART,
    LEVEL_REPAIR_PART,
    LINEAR_PAIRS_A_UNIT,
    OFFERED,
    PATTERN_PART,
    PATTERN_WORK,
    ROUNDED_PART,
    SPLIT_PART,
)
from phancong.engines.weighted.warm_start import WarmStart
from phancong.meeting import exact_slack
from phancong.problem import BoolArray, IntArray


class LargestLoad:
    """Threshold search for the smallest possible largest load ÷ share (a *level*).

    Parameters
    ----------
    instance
        The limits.
    measure
        ``"workload"`` or ``"households"``.
    taken
        A plan within the limits, U × M; :meth:`run` replaces it by better ones.
    cost
        Tie-breaking cost of each pair, U × M.
    solver
        The solver of integer models.
    searches
        Methods that look for a plan under a level, in order; None is :data:`LEVEL_SEARCHES`.
    first_sum
        Integer cost of each pair in the first sum that is minimised afterwards, U × M; None if there is
        none. Of the counts that keep a level those with the least sum are taken.
    tie_cost
        Cost of each pair that decides between plans of the same counts, U × M; None is *cost*.
    warm_start
        What an earlier search for the same goal left; updated in place.
    """

    def __init__(
        self,
        instance: Instance,
        measure: str,
        taken: BoolArray,
        cost: IntArray,
        solver: Solver,
        searches: tuple[LevelSearch, ...] | None = None,
        first_sum: IntArray | None = None,
        tie_cost: IntArray | None = None,
        warm_start: WarmStart | None = None,
    ) -> None:
        self.instance = instance
        self.measure = measure
        self.taken = taken
        self.cost = cost
        self.solver = solver
        self.searches = LEVEL_SEARCHES if searches is None else searches
        self.first_sum = first_sum
        self.tie_cost = cost if tie_cost is None else tie_cost
        #: The level of the last plan of counts, with a lower bound of the first sum under it.
        self.least_sum: tuple[Fraction, int] | None = None
        formulation = instance.formulation
        self._multipliers: LimitMultipliers | None = None
        #: The solution if units could be split, where loads depend on the member.
        self.split: FractionalLoads | None = None
        self._warm_start = WarmStart() if warm_start is None else warm_start
        self.counted = np.flatnonzero(formulation.counted).tolist()
        unit = instance.resource(measure).quantum
        #: Load ÷ share of one integer unit of load, for each member.
        self.worth = [unit / share for share in formulation.share]

    def level(self, taken: BoolArray) -> Fraction:
        """The largest load ÷ share in a plan."""
        resource = self.instance.resource(self.measure)
        load = (resource.load(taken) + resource.base).tolist()
        return max((self.worth[m] * load[m] for m in self.counted), default=Fraction(0))

    def caps(self, level: Fraction) -> IntArray:
        """The largest integer load of each member under a level, without fixed pairs; (M,)."""
        resource = self.instance.resource(self.measure)
        caps = resource.high.copy()
        for m in self.counted:
            caps[m] = min(caps[m], math.floor(level / self.worth[m]) - int(resource.base[m]))
        return caps

    def run(self, stage_budget: StageBudget) -> tuple[Fraction, Fraction]:
        """The level reached, and a lower bound of all levels."""
        bound = self._least()
        if self.instance.resource(self.measure).each is None:
            bound = self._split(bound, stage_budget)
        while True:
            reached = self.level(self.taken)
            levels, complete = self._levels(bound, reached)
            low, high = self._between(levels, stage_budget)
            if complete:
                return levels[high], levels[low]
            # Not all levels were listed: the least one may lie between two that were tried.
            bound = max(bound, levels[max(low - 1, 0)])
            reached = self.level(self.taken)
            if (
                low < high
                or reached - bound <= exact_slack(reached) / 4
                or stage_budget.stop_reason is not None
            ):
                return reached, bound

    def _split(self, least: Fraction, stage_budget: StageBudget) -> Fraction:
        """Minimise the level as if units could be split; the bound, *least* or more."""
        before = self._warm_start.split
        self.split = None if before is None or not before.fits(self.instance) else before
        began = stage_budget.course.work
        if self.split is None or not self.split.optimal:
            found = fractional_loads(
                self.instance,
                self.measure,
                {m: float(self.worth[m]) for m in self.counted},
                self.taken,
                self.split,
                stage_budget.course.search.seed,
                stage_budget.deferred_limits(math.inf, SPLIT_PART),
                stage_budget.portion(SPLIT_PART),
            )
            self.split = self._warm_start.split = found or self.split
        multipliers = None if self.split is None else self.split.multipliers
        if self.split is None or multipliers is None:
            return least
        self._multipliers = multipliers

        def possible(level: Fraction) -> bool:
            return not multipliers.rule_out(self.instance.under(self.measure, self.caps(level)))

        bound = self._first(least, self.level(self.taken), possible)
        most = 2 * stage_budget.course.work - began

        def charge(work: float) -> bool:
            """Charge the first repair, which may take as much as the program did."""
            stage_budget.charge(work)
            return stage_budget.course.work > most

        if before is not self.split and by_rounding in self.searches:
            narrow = self.instance.under(self.measure, self.caps(bound))
            plan, _ = _repaired(self, narrow, self.split.rounded, charge)
            self.taken = self.taken if plan is None else plan
        return bound

    def cheapen(self, level: Fraction, stage_budget: StageBudget) -> None:
        """Take the plan that repair makes of the cheapest pairs under a *level* if that costs less.

        The search for a level begins with the plan that it is given, which may be far from last year's.
        Where loads have few weights, the counts of the aggregated model make a plan that is near.
        """
        narrow = self.instance.under(self.measure, self.caps(level))
        if has_few_weights(narrow):
            return
        cost = sparing_budgets(narrow, self.cost)
        charge = stage_budget.portion(LEVEL_REPAIR_PART)
        plan = tabu_repair(narrow, cheapest(narrow, cost), cost, charge)
        if plan is not None and narrow.keeps(plan):
            self.taken = min(self.taken, plan, key=lambda taken: int(cost[taken].sum()))

    def _between(self, levels: list[Fraction], stage_budget: StageBudget) -> tuple[int, int]:
        """The least level that is not ruled out, and the level of the plan, as indices into *levels*."""
        low, high = 0, len(levels) - 1
        # Where no flow can rule a level out, a linear program does, which takes longer than repair: 0.5
        # units at 112 × 464, so that in ten units no plan was looked for.
        flows = self.instance.resource(self.measure).each is not None
        first: Sequence[LevelSearch] = self.searches[:-1]
        if flows:
            # Counts that keep a level show that no flow rules it out, and take less time than a flow.
            # Where many pairs are forbidden they need many cuts: at 1,260 × 6,303 repair reached a level
            # of 9.5, but had no time for it after counts.
            mostly = self.instance.has_mostly_free_pairs
            first = [search for search in self.searches if mostly and search is by_counts_alone]
        for search in first:
            low, high = self._searched(search, levels, low, high, stage_budget)
        low = self._first_possible(levels, low, high, stage_budget)
        for search in [search for search in self.searches if search not in first]:
            low, high = self._searched(search, levels, low, high, stage_budget)
        return low, high

    def _searched(
        self,
        search: LevelSearch,
        levels: list[Fraction],
        low: int,
        high: int,
        stage_budget: StageBudget,
    ) -> tuple[int, int]:
        """The least level that is not ruled out, and that of the plan, after one method."""
        failed = low - 1  # the search found no plan up to here, without a proof
        # The optimum is mostly near the arithmetic bound, and there may be thousands of levels.
        step = 1
        while low < high and failed + 1 < high and stage_budget.stop_reason is None:
            middle = (failed + high) // 2
            tried = max(min(low + step - 1, middle) if failed < low else middle, failed + 1)
            narrow = self.instance.under(self.measure, self.caps(levels[tried]))
            plan, none = search(self, narrow, stage_budget)
            if plan is not None:
                self.taken = plan
            # Repair that missed the level may still have improved the plan.
            reached = self.level(self.taken)
            high = max(bisect_right(levels, reached, hi=high + 1) - 1, 0)
            if plan is not None:
                continue
            failed = tried
            if none:
                low = tried + 1
                step *= 2
        return low, high

    def _first_possible(
        self, levels: list[Fraction], low: int, high: int, stage_budget: StageBudget
    ) -> int:
        """Index of the first level that neither the splittable flow nor the load patterns rule out."""
        middle = low  # the arithmetic bound is usually reached, so that it is tried first
        while low < high and not stage_budget.charge(flow_work(self.instance.size)):
            if self.fits(levels[middle], stage_budget):
                high = middle
            else:
                low = middle + 1
            middle = (low + high) // 2
        return low

    def fits(self, level: Fraction, stage_budget: StageBudget) -> bool:
        """Whether no relaxation proves that each plan has a larger load ÷ share than *level*."""
        narrow = self.instance.under(self.measure, self.caps(level))
        resource = narrow.resource(self.measure)
        if resource.each is None:
            return not self._ruled_out(narrow, stage_budget)
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

    def _ruled_out(self, narrow: Instance, stage_budget: StageBudget) -> bool:
        """Whether a surrogate constraint proves that no plan keeps the level's limits.

        The multipliers of an earlier level are tried first.
        """
        if self._multipliers is not None and self._multipliers.rule_out(narrow):
            return True
        stage_budget.charge(narrow.size / LINEAR_PAIRS_A_UNIT)
        limits = stage_budget.limits(math.inf, LEVEL_PART)
        found = limit_multipliers(narrow, limits.seconds, limits.waited)
        self._multipliers = found or self._multipliers
        return found is not None and found.rule_out(narrow)

    def _levels(self, least: Fraction, most: Fraction) -> tuple[list[Fraction], bool]:
        """Rising levels from *least* to *most*, and whether these are all values of load ÷ share."""
        worths = {self.worth[m] for m in self.counted}
        tuning = self.instance.tuning
        if sum((most - least) / worth for worth in worths) > tuning.listed_levels:
            step = (most - least) / tuning.sampled_levels
            return [
                *(least + step * number for number in range(tuning.sampled_levels)),
                most,
            ], False
        # Integers in a common unit are sorted much faster than fractions.
        unit = math.lcm(*(f.denominator for f in (least, most, *worths)))
        first, last = (limit.numerator * (unit // limit.denominator) for limit in (least, most))
        found = {first, last}
        for worth in worths:
            level = worth.numerator * (unit // worth.denominator)
            found.update(range(-(-first // level) * level, last + 1, level))
        return [Fraction(level, unit) for level in sorted(found)], True

    def _least(self) -> Fraction:
        """A lower bound of the level by arithmetic: from the total load and from the heaviest unit."""
        resource = self.instance.resource(self.measure)
        least = self._heaviest(resource)
        base = [self.worth[m] * int(resource.base[m]) for m in self.counted]
        least = max([least, *base])
        total = self._total(resource)
        present = self.level(self.taken)
        uncounted = int(resource.high.sum() - resource.high[self.counted].sum())
        # The average ignores maxima; from there a binary search finds the level that respects them.
        least = min(max(least, self._average(resource, total)), present)

        def possible(level: Fraction) -> bool:
            caps = self.caps(level)[self.counted]
            room = int(caps.sum()) + uncounted
            return bool((caps >= resource.low[self.counted]).all()) and room >= total

        return self._first(least, present, possible)

    def _first(
        self, least: Fraction, most: Fraction, possible: Callable[[Fraction], bool]
    ) -> Fraction:
        """The first level from *least* to *most* that is *possible*; all above it are, too."""
        while True:
            levels, complete = self._levels(least, most)
            low, high = 0, len(levels) - 1
            while low < high:
                middle = (low + high) // 2
                if possible(levels[middle]):
                    high = middle
                else:
                    low = middle + 1
            if complete or not low:
                return levels[low]
            least, most = levels[low - 1], levels[low]

    def _average(self, resource: Resource, total: int) -> Fraction:
        shares = sum((1 / self.worth[m] for m in self.counted), Fraction(0))
        whole = total + sum(int(resource.base[m]) for m in self.counted)
        return Fraction(whole) / shares

    def _total(self, resource: Resource) -> int:
        """The smallest possible total load of all members, without fixed pairs."""
        barred = np.iinfo(np.int64).max
        weight = np.sort(np.where(self.instance.free, resource.weight, barred), axis=1)
        places = np.arange(weight.shape[1])[None, :] < self.instance.need[:, None]
        return int(weight[places].sum())

    def _heaviest(self, resource: Resource) -> Fraction:
        """A lower bound of the level: the unit whose least load ÷ share of some member is largest."""
        counted = np.zeros(self.instance.free.shape[1], dtype=bool)
        counted[self.counted] = True
        worth = np.array([float(worth) for worth in self.worth])
        brings = np.where(counted[None, :], resource.weight * worth[None, :], 0.0)
        brings = np.where(self.instance.free, brings, np.inf)
        need = self.instance.need
        some = np.flatnonzero((need > 0) & (need <= self.instance.free.sum(axis=1)))
        if not len(some):
            return Fraction(0)
        # If a unit needs k members, one of them gets at least its k-th smallest load ÷ share.
        least = np.sort(brings[some], axis=1)[np.arange(len(some)), need[some] - 1]
        unit = int(some[least.argmax()])
        figures = sorted(
            self.worth[m] * int(resource.weight[unit, m]) if counted[m] else Fraction(0)
            for m in np.flatnonzero(self.instance.free[unit]).tolist()
        )
        return figures[int(need[unit]) - 1]


def by_counts(
    search: LargestLoad, narrow: Instance, stage_budget: StageBudget
) -> tuple[BoolArray | None, bool]:
    """A plan from the aggregated model of the first budget, or the proof that all plans exceed it.

    A budget of changes that leaves little room makes repair fail, which does not look at it.
    """
    if not narrow.budgets:
        return None, False
    budget = narrow.budgets[0]
    found = _solved(search, narrow, stage_budget, budget.weight)
    if found is not None and found.bound > budget.most:
        return None, True
    return _plan_of(found, narrow)


def by_counts_alone(
    search: LargestLoad, narrow: Instance, stage_budget: StageBudget
) -> tuple[BoolArray | None, bool]:
    """A plan of the counts with the least first sum, where many members share households of few weights.

    Repair moves one household or two, and hardly ends where nearly all members have to be full; and its
    plan is far from last year's. At 1,581 × 7,907 it had 3,266 changes where the counts have 190.
    """
    if narrow.budgets or not (narrow.has_many_members and has_few_weights(narrow)):
        return None, False
    found = None
    if search.first_sum is not None:
        found = _solved(search, narrow, stage_budget, search.first_sum)
        if found is not None and narrow.keeps(found.taken):
            search.least_sum = search.level(found.taken), found.bound
    if found is None:
        found = _solved(search, narrow, stage_budget, np.zeros_like(search.cost))
    return _plan_of(found, narrow)


def _solved(
    search: LargestLoad, narrow: Instance, stage_budget: StageBudget, cost: IntArray
) -> AggregatedSolution | None:
    """The solution of the aggregated model under a level; None if *cost* is no matter of counts."""
    return solve_aggregated(
        narrow,
        cost,
        search.tie_cost,
        search.solver,
        lambda: stage_budget.limits(FIND_WORK, COUNTED_PART),
        stage_budget.portion(COUNTED_PART),
    )


def _plan_of(found: AggregatedSolution | None, narrow: Instance) -> tuple[BoolArray | None, bool]:
    """The plan of an aggregated model if it keeps all limits, and whether it is proven that none does."""
    if found is None or found.infeasible:
        return None, found is not None
    return (found.taken if narrow.keeps(found.taken) else None), False


def by_repair(
    search: LargestLoad,
    narrow: Instance,
    stage_budget: StageBudget,
    part: float = LEVEL_REPAIR_PART,
) -> tuple[BoolArray | None, bool]:
    """A plan near the present one, by ejection chains and tabu repair; a failure proves nothing.

    Even a failure may lower the level of the present plan. *part* is the part of the remaining stage
    budget that one level may take.
    """
    return _repaired(search, narrow, search.taken, stage_budget.portion(part))


def _repaired(
    search: LargestLoad, narrow: Instance, taken: BoolArray, charge: Callable[[float], bool]
) -> tuple[BoolArray | None, bool]:
    """A plan under a level near *taken*; a failure may lower the level of the present plan."""
    cost = sparing_budgets(narrow, search.cost)
    nearer = apply_ejection_chains(narrow, taken, cost, charge)
    plan = tabu_repair(narrow, nearer, cost, charge)
    if plan is None and search.level(nearer) < search.level(search.taken):
        # Chains begin at the largest load; the next search continues from the improved plan.
        search.taken = nearer if search.instance.keeps(nearer) else search.taken
    return (plan, False) if plan is not None and narrow.keeps(plan) else (None, False)


def by_rounding(
    search: LargestLoad, narrow: Instance, stage_budget: StageBudget
) -> tuple[BoolArray | None, bool]:
    """A plan near the solution with split units, as :func:`by_repair`; None without such a solution."""
    if search.split is None:
        return None, False
    return _repaired(search, narrow, search.split.rounded, stage_budget.portion(ROUNDED_PART))


def by_solver(
    search: LargestLoad, narrow: Instance, stage_budget: StageBudget
) -> tuple[BoolArray | None, bool]:
    """A plan by a call of the solver; that there is none is proven only over all free pairs."""
    offered = narrow.free
    if narrow.size > narrow.tuning.all_offered and search.split is not None:
        offered = narrow.free & search.split.pairs
    elif narrow.size > narrow.tuning.all_offered:
        cost = np.where(narrow.free, search.cost, np.iinfo(np.int64).max)
        # Ties are broken at random, so that not all units are offered the same members.
        draw = np.random.default_rng(stage_budget.course.search.seed).random(cost.shape)
        offered = np.zeros_like(narrow.free)
        cheapest = np.lexsort((draw, cost), axis=1)[:, :OFFERED]
        np.put_along_axis(offered, cheapest, True, axis=1)
        offered &= narrow.free
    limits = stage_budget.deferred_limits(FIND_WORK, FIND_PART)
    plan, none = find_plan(
        narrow, search.taken, offered, search.solver, limits, stage_budget.charge
    )
    return plan, none and offered is narrow.free


#: A method that looks for a plan under a level: a plan of the second argument, the limits under that
#: level, or None, and whether it is proven that there is none.
LevelSearch = Callable[[LargestLoad, Instance, StageBudget], tuple[BoolArray | None, bool]]
#: Repair is fast and leaves few levels for the solvers.
LEVEL_SEARCHES: Final[tuple[LevelSearch, ...]] = (
    by_counts,
    by_rounding,
    by_repair,
    by_counts_alone,
    by_solver,
)
