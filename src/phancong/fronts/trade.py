"""The ε-constraint step: the best plan with one goal kept within a limit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from phancong.course import Course
from phancong.engines.registry import choose
from phancong.engines.task import AtMost, Engine, Proof, Task
from phancong.goals import Goal, single
from phancong.plan import GoalValue, Plan, Status
from phancong.problem import Problem
from phancong.running import run
from phancong.solving import solved


@dataclass(frozen=True, slots=True)
class TradePoint:
    """The best plan with the held goal within a limit.

    Parameters
    ----------
    plan
        The plan.
    held, free
        The values of the held goal and of the other goal.
    held_bound, free_bound
        As in :class:`~phancong.fronts.records.FrontierPoint`.
    limit
        The limit; the answer is valid for every limit from *held* to it.
    proven
        Whether no plan dominates this one.
    asked
        The goals that the plan and its proofs answer, with the limit on the held goal if there is one.
    """

    plan: Plan
    held: float
    free: float
    held_bound: float
    free_bound: float
    limit: float
    proven: bool
    asked: tuple[Goal, ...]


class Trade:
    """Two goals to be traded off, below goals that take precedence.

    Parameters
    ----------
    problem, relax, course
        As in :class:`~phancong.engines.task.Task`.
    above
        Goals that take precedence.
    held, free
        The goal that gets limits, and the goal that is minimised.
    engine
        The name of the engine.

    Raises
    ------
    UnsupportedError
        The engine cannot keep a rule, a goal, or a limit on the held goal.
    """

    def __init__(
        self,
        problem: Problem,
        above: tuple[Goal, ...],
        held: Goal,
        free: Goal,
        relax: Mapping[str, float],
        course: Course,
        engine: str,
    ) -> None:
        self.problem = problem
        self.above = above
        self.held = held
        self.free = free
        self.relax = relax
        self.course = course
        self.engine = engine
        self._made: dict[str, Engine] = {}
        # Refuse goals that cannot be held before anything is solved.
        goals = (*above, AtMost(held, math.inf), free, held)
        self._asked = Task(problem, goals, relax, course)
        choose(engine, self._asked, self._made)

    def best_free(self, share: float, known: TradePoint | None = None) -> TradePoint:
        """The plan with the best free goal; a *known* plan that was cut is continued.

        Raises
        ------
        InfeasibleError
            There is no plan.
        """
        task = self._task((self.free, self.held), share, "first end", known)
        plan = solved(task, self.engine, self._made)
        self.course.joined(task.course)
        free, held = plan.goals[-2:]
        return self._answer(plan, held, free, math.inf, task.goals)

    def best_held(self, share: float, known: TradePoint | None = None) -> TradePoint:
        """The plan with the best held goal, which is the smallest limit that has a plan."""
        task = self._task((self.held, self.free), share, "second end", known)
        plan = self._plan(task)
        assert plan is not None  # the other end has a plan
        held, free = plan.goals[-2:]
        return self._answer(plan, held, free, single(held.value), task.goals)

    def within(
        self,
        limit: float,
        least: float | None,
        end: TradePoint,
        share: float,
        name: str,
        *,
        begin: TradePoint | None = None,
        known: TradePoint | None = None,
    ) -> TradePoint | None:
        """The best plan with the held goal within a limit; None if it is proven that there is none.

        Parameters
        ----------
        limit
            At least the held value of *end*.
        least
            If set, any limit from *least* to *limit* will do.
        end
            The plan with the best held goal.
        share
            The share of the remaining search for this step.
        name
            The name of the step.
        begin
            An answer within the limit, whose plan the search begins with.
        known
            The answer so far, which was cut and is continued.
        """
        goals = (AtMost(self.held, limit, least), self.free, self.held)
        task = self._task(goals, share, name, known)
        if begin is not None and known is None:
            task = replace(task, incumbent=begin.plan.assignment, author=begin.plan.engine)
        plan = self._plan(task)
        if plan is None:
            return None
        free, held = plan.goals[-2:]
        if least is not None:
            limit = single(held.value)
        # A limit is the best value plus a tolerance: so the goals of the plan, given to ``solve``,
        # reproduce it.
        place = len(self.above)
        best = end.plan.goals[place]
        axis: Any = self.held
        room: Goal = replace(axis, tolerance=limit - single(best.best))
        line = GoalValue(room, best.best, held.value, best.bound, best.proven)
        status = plan.status if best.proven else Status.FEASIBLE
        lines = (*plan.goals[:place], line, free, held)
        asked = (*self.above, AtMost(self.held, limit), self.free, self.held)
        return self._answer(replace(plan, goals=lines, status=status), held, free, limit, asked)

    def _plan(self, task: Task) -> Plan | None:
        try:
            return run(task, self.engine, self._made)
        finally:
            self.course.joined(task.course)

    def _task(
        self, goals: tuple[Goal, ...], share: float, name: str, known: TradePoint | None
    ) -> Task:
        """The task of a step, with the plan of *known*, and its proofs if it answers the same goals.

        It may answer others: a search within a limit may find a better plan than that of an end, and a
        plan may stay the best for larger limits.
        """
        part = self.course.part(share, name)
        task = replace(self._asked, goals=(*self.above, *goals), course=part)
        if known is None:
            return task
        plan = known.plan
        task = replace(task, incumbent=plan.assignment, author=plan.engine)
        if known.asked != task.goals:
            return task
        proofs = (
            goal.line(plan.assignment)
            if isinstance(goal, AtMost)
            else Proof(line.best, line.bound, line.proven)
            for goal, line in zip(task.goals, plan.goals, strict=True)
        )
        return replace(task, known=tuple(proofs))

    def _answer(
        self,
        plan: Plan,
        held: GoalValue,
        free: GoalValue,
        limit: float,
        asked: tuple[Goal, ...],
    ) -> TradePoint:
        # Leave out the line of the limit: it compares with the end, not with the best plan here.
        above = plan.goals[: len(self.above)]
        unbroken = all(line.proven for line in plan.breaches.values())
        return TradePoint(
            plan=plan,
            held=single(held.value),
            free=single(free.value),
            held_bound=single(held.bound),
            free_bound=single(free.bound),
            limit=limit,
            proven=unbroken and all(line.proven for line in (*above, held, free)),
            asked=asked,
        )
