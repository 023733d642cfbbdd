"""Stages of the goals, one method for each kind (contract 5)."""

from __future__ import annotations

import numpy as np

from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.member_stage import MemberStage
from phancong.engines.exact.steps import Minimised, Stage, Steps
from phancong.engines.exact.sums import Sums
from phancong.engines.task import AtMost
from phancong.goals import Goal, PairSum, Value, meets, single
from phancong.meeting import above
from phancong.problem import FloatArray


class GoalStages:
    """Minimises goals one after the other, and holds each.

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

    def run(self, goal: Goal, known: Value | None = None) -> Stage:
        """Minimise and hold *goal*; *known* is a bound of all plans that are searched."""
        total = goal.pair_sum(self.model.problem)
        if total is not None and (total.pairs >= 0).all():
            return self._costs(goal, total)
        quantity = self.sums.of(goal)
        if quantity is not None:
            return self._held(goal, quantity, self.steps.minimise(quantity))
        if goal.member_sums is None:
            return self._largest_pair(goal, self._pair_figures(goal))
        return MemberStage(self.steps, goal, goal.member_sums, known).run()

    def keep(self, limit: AtMost) -> bool | None:
        """Remove the plans beyond a limit; whether a plan remains, None if unknown."""
        self._leave_out(limit)
        # The present plan is tried first: values of new variables follow from its decisions.
        return self.steps.offer(self.steps.plan) or self.steps.find()

    def _leave_out(self, limit: AtMost) -> None:
        goal = limit.goal
        quantity = self.sums.of(goal)
        if quantity is not None:
            self.steps.hold(quantity, quantity.under(limit.limit))
            self.steps.check(goal, quantity, limit.limit)
        elif goal.member_sums is None:
            self._no_larger_pair(self._pair_figures(goal), limit.limit)
        else:
            MemberStage(self.steps, goal, goal.member_sums).keep(limit.limit)

    def _costs(self, goal: Goal, total: PairSum) -> Stage:
        """Minimise a sum of costs of 0 or more, without the pairs that alone cost more than the plan.

        Dear pairs make the integers of the others coarse. If the better plan excludes further pairs, the
        stage is repeated with finer integers.
        """
        costs = self.formulation.pairs_of(total.pairs)

        def leave_out() -> bool:
            value = single(goal.value(self.steps.assignment()))
            mine = float(costs[self.steps.plan[: self.model.decisions] > 0].sum())
            # Add the difference, not the value itself: next to a value of 1e9 a cost of 1 loses digits.
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
        self.steps.check(goal, quantity, goal.held(best))
        bound = None if found.bound is None else quantity.real(found.bound) - found.error
        return Stage(found.proven, bound, found.error)

    # --- the largest figure of a pair -------------------------------------------------------------------

    def _pair_figures(self, goal: Goal) -> FloatArray:
        """The figure of each candidate pair, (P,)."""
        figures = goal.pair_figures(self.model.problem)
        assert figures is not None  # the engine refuses all other goals
        return self.formulation.largest_of(figures)

    def _largest_pair(self, goal: Goal, far: FloatArray) -> Stage:
        """Minimise the largest figure of a pair, by bisection over the figures."""
        pairs = slice(0, self.model.decisions)

        def reached() -> float:
            return float(far[self.steps.plan[pairs] > 0].max(initial=0.0))

        present = reached()
        fixed = float(far[self.formulation.fixed].max(initial=0.0))
        floor = float(self.model.bottleneck(far, fixed))
        listed = np.unique(far[(far >= floor) & (far <= present)])
        listed = np.union1d(listed, [floor, present])
        low, high = self.steps.threshold(
            0,
            len(listed) - 1,
            lambda number: self._no_larger_pair(far, float(listed[number])),
            lambda: int(np.searchsorted(listed, reached())),
        )
        best = float(listed[high])
        self._no_larger_pair(far, best if goal.exact else goal.held(best))
        return Stage(low >= high, float(listed[low]))

    def _no_larger_pair(self, far: FloatArray, limit: float) -> None:
        for pair in np.flatnonzero(above(far, limit)).tolist():
            self.model.tighten(pair, upper=0)
