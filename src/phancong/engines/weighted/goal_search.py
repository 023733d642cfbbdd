"""The search that minimises the goals in order, within the limits, and holds each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.linear_model import Solver
from phancong.engines.task import STAGE_PART, AtMost, Proof, Task, no_plan_found, stage_part
from phancong.engines.weighted.context import Context
from phancong.engines.weighted.goal_sums import GoalSum, lexicographic, number_of
from phancong.engines.weighted.incumbent import Incumbent
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.largest_load import LargestLoad
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.sum_search import minimise
from phancong.engines.weighted.warm_start import WarmStart
from phancong.goals import Goal, Kind, Travel, load_measure, meets, single
from phancong.meeting import largest_met
from phancong.problem import BoolArray, IntArray


class GoalSearch:
    """Minimises the goals in order, and holds each.

    Parameters
    ----------
    task
        The task.
    solver
        The solver of integer models, such as CP-SAT.
    warm_starts
        Multipliers of earlier searches for the same problem, by goal or rule; updated in place.
    instance
        The limits before the first goal.
    """

    def __init__(
        self,
        task: Task,
        solver: Solver,
        warm_starts: dict[Goal | str, WarmStart],
        instance: Instance,
    ) -> None:
        self.task = task
        self.warm_starts = warm_starts
        self.course = task.course
        self.solver = solver
        self.problem = task.problem
        #: The limits, and the goals that are held.
        self.instance = instance
        #: The reason why the first unproven stage ended; None if all are proven.
        self.cut: str | None = None
        self._taken: BoolArray | None = None
        #: The first sum with its integer lower bound, if the stage of a largest load proved one.
        self._least_sum: tuple[Goal, int] | None = None
        #: Tie-breaking cost within a stage, U × M.
        self.tie_cost: IntArray = self._tie_cost()
        #: Cost that guides all stages before the first sum is minimised, U × M.
        self.guide_cost: IntArray = self._guide_cost()

    @property
    def taken(self) -> BoolArray:
        """The plan, U × M."""
        assert self._taken is not None
        return self._taken

    @property
    def assignment(self) -> Assignment:
        """The plan."""
        return Assignment.of_mask(self.problem, self.instance.mask(self.taken))

    def begin(self, instance: Instance, taken: BoolArray) -> None:
        """Begin with a plan within the limits of an instance."""
        self.instance, self._taken = instance, taken

    def next_goal(self, reached: Sequence[Proof], *, bounded: bool = True) -> Proof:
        """Minimise and hold the next goal; its proof.

        Parameters
        ----------
        reached
            The proofs of the goals before it.
        bounded
            Whether the known bounds of the task are valid for the plans that are searched.
        """
        goal, number = self.task.goals[len(reached)], len(reached) + 1
        if isinstance(goal, AtMost):
            return self._limited(goal)
        known = self.task.known_bound(reached, self.assignment) if bounded else None
        present = number_of(goal, self.assignment)
        if known is not None and meets(present, known):
            self._hold(goal, present)
            return Proof(present, known, True)
        last = number == len(self.task.goals)
        stage_budget = StageBudget(self.course, stage_part(not last))
        if self.course.stopped is not None:
            self.cut = self.cut or self.course.stopped
            floor = single(goal.floor(self.problem))
            return Proof(present, min(floor, present), meets(present, floor))
        measure = load_measure(goal)
        if measure is not None:
            return self._fair_load(goal, measure, stage_budget)
        return self._sum(goal, f"goal {number}: {type(goal).__name__}", stage_budget, last=last)

    def minimised(
        self,
        instance: Instance,
        cost: IntArray,
        taken: BoolArray,
        stage_budget: StageBudget,
        line: Goal | str,
        enough: Callable[[int], bool] = lambda value: False,
    ) -> Incumbent:
        """The incumbent of a search that minimises a sum over pairs, until a value of it is *enough*.

        *line* is the goal, or the rule whose breach it is.
        """
        context = Context(
            instance,
            cost,
            self.tie_cost,
            taken,
            solver=self.solver,
            stage_budget=stage_budget,
            gap_closed=lambda value, bound: value <= bound or enough(value),
            report=lambda _: None,
            warm_start=self.warm_starts.setdefault(line, WarmStart()),
        )
        return minimise(context)

    def _tie_cost(self) -> IntArray:
        """Tie-breaking cost within a stage, U × M: travel, or 0 if the problem has no distances."""
        if self.problem.travel is None:
            return np.zeros(self.instance.free.shape, dtype=np.int64)
        return self._sum_of(Travel(), self.instance).cost

    def _guide_cost(self) -> IntArray:
        """Cost before the first sum is minimised, U × M: that sum, with ties broken by travel.

        So a search for few changes begins near last year's plan, not near any plan with fair loads.
        """
        first = self._first_sum()
        if first is None:
            return self.tie_cost
        return lexicographic(self._sum_of(first, self.instance).cost, self.tie_cost)

    def _first_sum(self) -> Goal | None:
        """The first sum that is minimised; None if there is none, or it is travel."""
        sums = [goal for goal in self.task.goals if goal.kind is Kind.PAIR_SUM]
        return None if not sums or sums[0].sums_travel else sums[0]

    def _fair_load(self, goal: Goal, measure: str, stage_budget: StageBudget) -> Proof:
        """Minimise and hold the largest load ÷ share over all members who are not exempt."""
        first = self._first_sum()
        search = LargestLoad(
            self.instance,
            measure,
            self.taken,
            self.guide_cost,
            self.solver,
            first_sum=None if first is None else self._sum_of(first, self.instance).cost,
            tie_cost=self.tie_cost,
            warm_start=self.warm_starts.setdefault(goal, WarmStart()),
        )
        weights = self.instance.formulation.weights(measure)
        if not search.counted or not weights.pairs.any():  # all plans have the same value
            best = number_of(goal, self.assignment)
            return Proof(best, best, True)
        reached, bound = search.run(stage_budget)
        search.cheapen(reached, stage_budget)
        self._taken = search.taken
        best = number_of(goal, self.assignment)
        error = self._hold_load(goal, search, best)
        # With a tolerance or an error loads are held at a higher level, where the sum may be smaller.
        if first is not None and search.least_sum is not None and goal.exact and not error:
            level, least = search.least_sum
            self._least_sum = (first, least) if level == reached else self._least_sum
        return self._proof(
            goal,
            best,
            float(bound) - error,
            error,
            proven=bound >= reached,
            stage_budget=stage_budget,
        )

    def _limited(self, limit: AtMost) -> Proof:
        """Keep a sum within a limit in all later stages; the line of the limit.

        Raises
        ------
        NoPlanFoundError
            No plan within the limit was found.
        """
        total = self._sum_of(limit, self.instance)
        most = total.quantity.under(limit.limit)
        if not limit.kept(self.assignment):
            within = self.minimised(
                self.instance,
                total.cost,
                self.taken,
                StageBudget(self.course, STAGE_PART),
                limit.goal,
                lambda value: total.real(value) + total.quantity.error <= limit.limit,
            )
            self._taken = within.taken
            if not limit.kept(self.assignment):
                raise no_plan_found()
        self._keep(total, most, limit)
        return limit.line(self.assignment)

    def _hold(self, goal: Goal, best: float) -> None:
        """Keep a goal at or below its value in the plan plus its tolerance, in all later stages."""
        measure = load_measure(goal)
        if measure is not None:
            search = LargestLoad(self.instance, measure, self.taken, self.guide_cost, self.solver)
            self._hold_load(goal, search, best)
        else:
            self._hold_sum(goal, self._sum_of(goal, self.instance), best)

    def _hold_load(self, goal: Goal, search: LargestLoad, best: float) -> float:
        """Hold a largest load in all later stages; its rounding error, in the unit of the goal."""
        weights = self.instance.formulation.weights(search.measure)
        reached = search.level(self.taken)
        share = float(self.problem.member_columns.share.min())
        error = weights.error * len(self.instance.formulation.units) / share
        held = goal.held(best)
        level = reached if goal.exact else max(reached, largest_met(held))
        self.instance = self.instance.under(
            search.measure, search.caps(level + 2 * Fraction(error))
        )
        if error:
            self.instance = self.instance.also(AtMost(goal, held).kept)
        return error

    def _hold_sum(self, goal: Goal, total: GoalSum, best: float) -> None:
        """Hold a sum over pairs in all later stages."""
        most = total.quantity.as_good(int(total.cost[self.taken].sum()) + total.fixed)
        if not goal.exact:
            most = total.quantity.within(goal.held(best), most)
        self._keep(total, most, AtMost(goal, goal.held(best)))

    def _keep(self, total: GoalSum, most: int, limit: AtMost) -> None:
        """Keep a sum at or below an integer, and exactly within a limit, in all later stages."""
        self.instance = self.instance.within(self.instance.budget(total.cost, most))
        if not total.quantity.tells(limit.limit):
            self.instance = self.instance.also(limit.kept)

    def _sum(self, goal: Goal, name: str, stage_budget: StageBudget, *, last: bool) -> Proof:
        """Minimise and hold a sum over pairs by neighbourhood search with a Lagrangian bound."""
        if self._is_least(goal):
            best = number_of(goal, self.assignment)
            if not last:
                self._hold(goal, best)
            return Proof(best, best, True)
        instance = self.instance.settled()
        total = self._sum_of(goal, instance)
        sure = instance.fixed & ~self.instance.fixed
        gap = self.course.search.gap

        def gap_closed(value: int, bound: int) -> bool:
            below = total.real(bound) - total.quantity.error
            return total.real(value) - below <= gap * abs(below)

        def report(incumbent: Incumbent) -> None:
            assert incumbent.bound is not None
            self.course.report(name, goal, total.real(incumbent.value), total.real(incumbent.bound))

        context = Context(
            instance,
            total.cost,
            self.tie_cost,
            self.taken & ~sure,
            solver=self.solver,
            stage_budget=stage_budget,
            gap_closed=gap_closed,
            report=report,
            warm_start=self.warm_starts.setdefault(goal, WarmStart()),
        )
        incumbent = minimise(context)
        self._taken = incumbent.taken | sure
        best = number_of(goal, self.assignment)
        if not last:
            self._hold_sum(goal, self._sum_of(goal, self.instance), best)
        error = total.quantity.error + float(total.quantity.quantum * incumbent.accuracy)
        bound = -np.inf if incumbent.bound is None else total.real(incumbent.bound) - error
        return self._proof(
            goal, best, float(bound), error, proven=incumbent.proven, stage_budget=stage_budget
        )

    def _is_least(self, goal: Goal) -> bool:
        """Whether the stage of a largest load has proven the plan's value of a sum."""
        if self._least_sum is None or goal is not self._least_sum[0]:
            return False
        total = self._sum_of(goal, self.instance)
        value = int(total.cost[self.taken].sum())
        return not total.quantity.error and value <= self._least_sum[1]

    def _sum_of(self, goal: Goal, instance: Instance) -> GoalSum:
        total = goal.pair_sum(self.problem)
        assert total is not None  # the engine refuses all other goals
        return GoalSum(instance, total)

    def _proof(
        self,
        goal: Goal,
        best: float,
        bound: float,
        error: float,
        *,
        proven: bool,
        stage_budget: StageBudget,
    ) -> Proof:
        floor = single(goal.floor(self.problem))
        bound = min(best, max(best - 2 * error if proven else bound, floor))
        if not meets(best, bound):
            # A stage that neither its budget nor a gap ended stopped for one of two reasons: rounding to
            # integers, or the work limit of each call of a solver.
            left = "gap" if self.course.search.gap and not proven else "rounding"
            left = left if proven or error or left == "gap" else self.course.reached_limit("work")
            self.cut = self.cut or (None if proven else stage_budget.stop_reason) or left
        return Proof(best, bound, meets(best, bound))
