"""Stages of the goals: one method a goal (contract 5)."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from typing import Final

import numpy as np

from phancong.engines.common.integers import EXACT, FINE, integers
from phancong.engines.common.linear_model import Linear
from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.fairness import (
    FigureSums,
    Held,
    common_unit,
    figures_in_order,
    levels_in_order,
    lowest_exactly,
    lowest_largest,
    lowest_level,
    narrowest,
    spread_of,
)
from phancong.engines.exact.levels import Levels, hardest, least_total
from phancong.engines.exact.steps import Minimised, Stage, Steps
from phancong.engines.exact.sums import Sums
from phancong.engines.task import AtMost
from phancong.goals import (
    FairGoal,
    FairLoad,
    FairTravel,
    Farthest,
    Goal,
    Kind,
    PairSum,
    figures,
    meets,
    single,
)
from phancong.meeting import above, exact, exact_slack, largest_met, slack
from phancong.problem import FloatArray

#: A bound that is as near to a value, relative to it, is one that exact rows may well prove.
NEARLY: Final = 1e-6


class GoalStages:
    """Makes one goal after the other as good as can be, and holds each.

    Parameters
    ----------
    steps
        The search, with a plan.
    """

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.model = steps.model
        self.formulation = steps.model.formulation
        self.sums = Sums(steps.model)
        self.counted = [int(m) for m in np.flatnonzero(self.formulation.counted)]

    def run(self, goal: Goal) -> Stage:
        """The stage of *goal*."""
        total = goal.pair_sum(self.model.problem)
        if total is not None and (total.pairs >= 0).all():
            return self._costs(goal, total)
        quantity = self.sums.of(goal)
        if quantity is not None:
            return self._held(goal, quantity, self.steps.minimise(quantity))
        if isinstance(goal, Farthest):
            return self._farthest(goal)
        if isinstance(goal, FairTravel):
            return self._fair_travel(goal)
        assert isinstance(goal, FairLoad)
        return self._fair_load(goal)

    def keep(self, limit: AtMost) -> bool | None:
        """Leave out what is beyond a limit; whether a plan remains, None if that is not known."""
        self._leave_out(limit)
        # What the model has now may come after the plan; its values follow from the decisions.
        return self.steps.offer(self.steps.plan) or self.steps.find()

    def _leave_out(self, limit: AtMost) -> None:
        goal = limit.goal
        quantity = self.sums.of(goal)
        if quantity is not None:
            self.steps.hold(quantity, quantity.under(limit.limit))
            self._tell(goal, quantity, limit.limit)
        elif isinstance(goal, Farthest):
            self._no_farther(limit.limit)
        else:
            assert isinstance(goal, FairGoal)
            if not self._weightless(goal):
                self._no_larger(goal, limit)
            elif largest_met(limit.limit) < 0:
                self.model.impossible = True

    def _no_larger(self, goal: FairGoal, limit: AtMost) -> None:
        """No figure, or no spread of them, above a limit."""
        levels = self._levels(goal.measure) if isinstance(goal, FairLoad) else None
        if goal.kind is Kind.LARGEST and levels is not None and levels.few():
            levels.tighten(largest_met(limit.limit))
            return
        figures = self._figures_of(goal, bits=EXACT)
        if goal.kind is Kind.SPREAD:
            quantity = spread_of(self.steps, figures, self._used())
            self.steps.hold(quantity, quantity.under(limit.limit))
            self._tell(goal, quantity, limit.limit)
            return
        if figures.error:
            self._keep_level(goal, largest_met(limit.limit))
            return
        most = Quantity(Linear.of(()), figures.unit).under(limit.limit)
        for each in figures.sums:
            self.model.add(each, upper=most)

    def _tell(self, goal: Goal, quantity: Quantity, limit: float) -> None:
        """Check plans exactly where integers cannot tell whether a limit is met."""
        if not quantity.tells(limit):
            self.steps.also_hold(AtMost(goal, limit).kept)

    def _costs(self, goal: Goal, total: PairSum) -> Stage:
        """A sum of costs, 0 or more, without the pairs that alone cost more than a known plan.

        Where those took up the integers, the plan that comes out tells better what is too dear, and
        the stage is gone through again.
        """
        costs = self.formulation.pairs_of(total.pairs)

        def leave_out() -> bool:
            value = single(goal.value(self.steps.assignment()))
            mine = float(costs[self.steps.plan[: self.model.decisions] > 0].sum())
            # The difference first: beside a value of 1e9 little is left of a cost of 1.
            return self.model.leave_out(costs, mine + (goal.held(value) - value))

        leave_out()
        while True:
            quantity = self.sums.over_pairs(total)
            found = self.steps.minimise(quantity)
            best = quantity.real(found.value)
            if meets(best, best - 2 * found.error) or not leave_out():
                return self._held(goal, quantity, found)

    def _held(self, goal: Goal, quantity: Quantity, found: Minimised) -> Stage:
        most = quantity.as_good(found.value)
        best = single(goal.value(self.steps.assignment()))
        if not goal.exact:
            most = quantity.within(goal.held(best), most)
        self.steps.hold(quantity, most)
        self._tell(goal, quantity, goal.held(best))
        bound = None if found.bound is None else quantity.real(found.bound) - found.error
        return Stage(found.proven, bound, found.error)

    # --- the farthest pair ------------------------------------------------------------------------------

    def _farthest(self, goal: Farthest) -> Stage:
        """The smallest threshold under which there is a plan, by bisection over the distances."""
        far, pairs = self.formulation.farthest, slice(0, self.model.decisions)

        def reached() -> float:
            return float(far[self.steps.plan[pairs] > 0].max(initial=0.0))

        present, floor = reached(), self._hardest(far)
        listed = np.unique(far[(far >= floor) & (far <= present)])
        listed = np.union1d(listed, [floor, present])
        low, high = self.steps.threshold(
            0,
            len(listed) - 1,
            lambda number: self._no_farther(float(listed[number])),
            lambda: int(np.searchsorted(listed, reached())),
        )
        best = float(listed[high])
        self._no_farther(best if goal.exact else goal.held(best))
        return Stage(low >= high, float(listed[low]))

    def _no_farther(self, distance: float) -> None:
        for pair in np.flatnonzero(above(self.formulation.farthest, distance)).tolist():
            self.model.tighten(pair, upper=0)

    def _hardest(self, far: FloatArray) -> float:
        """The largest, over units, of the least travel that each unit needs."""
        hardest = float(far[self.formulation.fixed].max(initial=0.0))
        for unit, pairs in enumerate(self.model.of_unit):
            places = int(self.formulation.need[unit])
            if unit in self.model.missing:
                places -= self.model.upper[self.model.missing[unit]]
            if 0 < places <= len(pairs):
                hardest = max(hardest, float(np.sort(far[pairs])[places - 1]))
        return hardest

    # --- fairness ---------------------------------------------------------------------------------

    def _fair_load(self, goal: FairLoad) -> Stage:
        """Load ÷ share, over all members but the exempt."""
        if self._weightless(goal):
            return Stage(True, None)
        levels = self._levels(goal.measure)
        if goal.kind is Kind.SPREAD:
            return self._fair(goal, self._narrowest(levels, goal))
        if self.formulation.weights(goal.measure).error or not levels.few():
            return self._fair(goal)
        if goal.kind is Kind.IN_ORDER:
            return levels_in_order(self.steps, levels)
        return lowest_level(self.steps, levels, None if goal.exact else goal.held)

    def _levels(self, measure: str) -> Levels:
        """The load of each member who counts, and what arithmetic says of all together."""
        weights = self.formulation.weights(measure)
        loads = self.model.loads(measure)
        variables = [int(loads[m]) for m in self.counted]
        units = {m: weights.unit / self.formulation.share[m] for m in self.counted}
        # Of each household of a group as many are missing, and others may be missing in its place.
        missing = sum(
            int(self.steps.plan[variable]) * int(self.formulation.size[unit])
            for unit, variable in self.model.missing.items()
        )
        total = least_total(self.model, measure, missing)
        each = [units[m] for m in self.counted]
        return Levels(self.model, variables, each, total, hardest(self.model, measure, units))

    def _narrowest(self, levels: Levels, goal: FairLoad) -> Fraction:
        """A lower bound of the spread by arithmetic; 0 if there is none.

        With equal shares the leximax loads have the least maximum and the largest minimum at once.
        """
        weights = self.formulation.weights(goal.measure)
        total = weights.total
        alike = len(set(levels.units)) == 1 and levels.few() and not weights.error
        if not alike or total is None or weights.base.any() or levels.total < total:
            return Fraction(0)
        if any(self.formulation.members.optional[m] for m in self.counted):
            return Fraction(0)
        ideal = levels.ideal()
        return ideal[0] - ideal[-1]

    def _figures_of(self, goal: FairGoal, bits: int | None = None) -> FigureSums:
        """The figure of each member who counts, as integer sums; *bits* of what is rounded."""
        if isinstance(goal, FairLoad):
            common = self._in_common_unit(goal.measure)
            if common is not None:
                return common
        problem = self.model.problem
        figure = self.formulation.pairs_of(goal.coefficients(problem))
        carried = goal.carried(problem)
        each = np.where(self.model.open(), figure, 0.0)
        found = integers(each, carried, bits=self.formulation.bits, rough=bits)
        whole, besides = found.arrays
        sums = []
        for m in self.counted:
            pairs = self.model.of_member[m]
            pairs = pairs[whole[pairs] != 0]
            sums.append(Linear(pairs, whole[pairs], int(besides[m])))
        terms = len(self.formulation.units) + bool(carried.any())
        return FigureSums(sums, found.unit, found.error * terms)

    def _in_common_unit(self, measure: str) -> FigureSums | None:
        """Load ÷ share of each member who counts; None where pairs have to be rounded one by one."""
        weights, loads = self.formulation.weights(measure), self.model.loads(measure)
        units = [weights.unit / self.formulation.share[m] for m in self.counted]
        tops = [self.model.upper[int(loads[m])] for m in self.counted]
        most = max(u * top for u, top in zip(units, tops, strict=True))
        unit = common_unit(units, most, self.formulation.bits)
        if weights.error or unit is None:
            return None
        sums = [
            Linear.of([(int(loads[m]), int(u / unit))])
            for m, u in zip(self.counted, units, strict=True)
        ]
        return FigureSums(sums, unit, 0.0)

    def _fair_travel(self, goal: FairTravel) -> Stage:
        """Visits × travel, over all members but the exempt."""
        if self._weightless(goal):
            return Stage(True, None)
        if goal.kind is not Kind.SPREAD:  # who has one such pair has more than anybody now
            most = goal.held(figures(goal.value(self.steps.assignment()))[0])
            pairs = goal.coefficients(self.model.problem)
            self.model.leave_out(self.formulation.pairs_of(pairs), most)
        return self._fair(goal)

    def _fair(self, goal: FairGoal, least: Fraction = Fraction(0)) -> Stage:
        """Figures that have too many levels to list them; none has a spread below *least*.

        Where they are rounded, few bits find a good plan sooner; its proof takes more of them.
        """
        hold: Held | None = None if goal.exact else goal.held
        figures = self._figures_of(goal)
        if goal.kind is Kind.LARGEST:
            found = lowest_largest(self.steps, figures, hold, held=not figures.error)
            if not figures.error:
                return found
            keep = partial(self._keep_level, goal)
            if not found.proven:
                level = (
                    self._largest(goal) if hold is None else exact(hold(float(self._largest(goal))))
                )
                keep(level + exact_slack(level) / 2)
                return found
            proven = lowest_exactly(self.steps, partial(self._largest, goal), keep, hold)
            error = 0.25 * float(slack(float(self._largest(goal))))
            return Stage(True, None, error) if proven else Stage(False, found.bound, found.error)
        by_aim = (
            self._in_order
            if goal.kind is Kind.IN_ORDER
            else partial(self._spread, goal, hold, least)
        )
        if not figures.error:
            return by_aim(figures)
        mark = self.model.mark()
        rough = by_aim(figures)
        self.steps.back_to(mark)
        return by_aim(self._figures_of(goal, bits=EXACT)) if rough.proven else by_aim(figures)

    def _in_order(self, figures: FigureSums) -> Stage:
        return figures_in_order(self.steps, figures)

    def _spread(
        self, goal: FairGoal, hold: Held | None, least: Fraction, figures: FigureSums
    ) -> Stage:
        floor = 0 if figures.error else math.floor(least / figures.unit)
        quantity = spread_of(self.steps, figures, self._used(), floor)
        found = narrowest(self.steps, quantity, hold)
        best = single(goal.value(self.steps.assignment()))
        self._tell(goal, quantity, goal.held(best))
        return found

    def _exact_figures(self, goal: FairGoal) -> list[tuple[Fraction, list[tuple[int, Fraction]]]]:
        """For each member who counts, the figure besides and what each candidate adds, exactly."""
        formulation = self.formulation
        if not isinstance(goal, FairLoad):
            each, share = formulation.exact_effort, (Fraction(1),) * len(formulation.members)
            base = (Fraction(0),) * len(formulation.members)
        elif goal.measure == "workload":
            each, share = formulation.exact_workload, formulation.share
            base = formulation.exact_carried
        else:
            weights, share = formulation.weights("households"), formulation.share
            each = tuple(map(Fraction, weights.pairs.tolist()))
            base = tuple(map(Fraction, weights.base.tolist()))
        return [
            (
                base[m] / share[m],
                [(pair, each[pair] / share[m]) for pair in self.model.of_member[m].tolist()],
            )
            for m in self.counted
        ]

    def _largest(self, goal: FairGoal) -> Fraction:
        """The largest figure of the plan, exactly."""
        plan = self.steps.plan
        return max(
            sum((figure for pair, figure in pairs if plan[pair]), base)
            for base, pairs in self._exact_figures(goal)
        )

    def _keep_level(self, goal: FairGoal, level: Fraction) -> None:
        """Let no figure be above a level, to within much less than the tolerance."""
        for base, pairs in self._exact_figures(goal):
            room = level - base
            for pair, figure in pairs:
                if figure > room:
                    self.model.tighten(pair, upper=0)
            self.model.cap([(p, figure) for p, figure in pairs if figure <= room], room, FINE)

    def _used(self) -> list[int | None]:
        """For each member who counts the literal under which it does; None: always."""
        optional = self.formulation.members.optional
        return [self.model.used(m) if optional[m] else None for m in self.counted]

    def _weightless(self, goal: FairGoal) -> bool:
        """All workloads are 0: every plan is fair."""
        if not self.counted:
            return True
        problem = self.model.problem
        pairs = self.formulation.pairs_of(goal.coefficients(problem))
        return not pairs.any() and not goal.carried(problem).any()
