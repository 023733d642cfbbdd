"""The steps of which every stage consists: find a plan, minimise, hold, search a threshold."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeVar

import numpy as np

from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.common.linear_model import (
    NOTHING,
    Answer,
    Claim,
    Limits,
    Linear,
    Mark,
    Solver,
)
from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.model import Model
from phancong.engines.task import AtMost
from phancong.goals import Goal
from phancong.problem import IntArray

T = TypeVar("T")

#: Most solutions that one step may cut off since they break a limit by less than the rounding.
CUTS: Final = 50
#: The share of the rest of a stage that one level may take, unless it is just below that of the plan.
LEVEL_PART: Final = 0.5
#: Work of passing a model to a solver, for each of its variables (24,000: a sixth of a second).
WRITING_A_VARIABLE: Final = 6e-6


@dataclass(frozen=True, slots=True)
class Minimised:
    """The result of minimising a quantity, in its integers.

    Parameters
    ----------
    value
        Value of the plan.
    bound
        Lower bound of all plans; None if there is none.
    error
        Largest error of value and bound together, in real units.
    """

    value: int
    bound: int | None
    error: float

    @property
    def proven(self) -> bool:
        """Whether value and bound meet."""
        return self.bound is not None and self.bound >= self.value


class Steps:
    """A model that is narrowed step by step, and the best plan in it so far.

    Parameters
    ----------
    model
        The rules; each stage adds rows that hold its value.
    solver
        The solver.
    course
        The search under way.
    """

    def __init__(self, model: Model, solver: Solver, course: Course) -> None:
        self.model = model
        self.solver = solver
        self.course = course
        self._plan: IntArray | None = None
        self._held: list[Callable[[Assignment], bool]] = []
        #: The reason why a stage was cut first, None if no stage was.
        self.cut: str | None = None
        self._until = math.inf
        self._work_until = math.inf
        #: Why the last call gave no proof: "time", "work", or "rounding" if its integers cannot tell.
        self._why = "rounding"

    # --- the plan -------------------------------------------------------------------------------------

    @property
    def plan(self) -> IntArray:
        """The values of all variables in the plan, also of variables that were added after it."""
        assert self._plan is not None
        if len(self._plan) != len(self.model.lower):
            self._plan = self.model.complete(self._plan)
        return self._plan

    def assignment(self) -> Assignment:
        """The plan as pairs."""
        return Assignment.of_mask(self.model.problem, self.model.mask_of(self.plan))

    def offer(self, values: IntArray | None) -> bool:
        """Take values of the decisions as the plan if they keep all rows exactly; whether they do."""
        if values is None:
            return False
        values = self.model.complete(values)
        if not self.model.keeps(values) or not self._holds(values):
            return False
        self._plan = values
        return True

    # --- the search -------------------------------------------------------------------------------------

    def begin(self, part: float) -> None:
        """Begin a stage, which may take this *part* of the remaining search."""
        self._until = self.course.seconds + part * self.course.seconds_left
        self._work_until = self.course.work + part * self.course.work_left

    def note_cut(self) -> None:
        """Record why a stage ends without a proof, if it is the first such stage."""
        if self.cut is None:
            self.cut = self.course.stopped or self.course.reached_limit(self._why)

    def note_rounding(self) -> None:
        """Record that a proof in integers is not exact enough, if no stage was cut before."""
        if self.cut is None:
            self.cut = "rounding"

    def _ask(self, objective: Linear, gap: float) -> Answer:
        """One call of the solver within the remaining budget of the stage."""
        search, course = self.course.search, self.course
        seconds = self._until - course.seconds
        work = self._work_until - course.work
        if course.stopped or seconds <= 0 or work <= 0:
            self._why = "work" if work <= 0 else "time"
            return Answer(Claim.UNKNOWN, None, None, 0.0)
        hint = None if self._plan is None else self.plan
        limits = Limits(seconds, work, gap, search.seed, course.waited)
        course.work += WRITING_A_VARIABLE * len(self.model.lower)
        answer = self.solver.solve(self.model, objective, hint, limits)
        course.work += answer.work
        self._why = answer.cut or "rounding"
        return answer

    def solve(self, objective: Linear, gap: float = 0.0) -> Answer:
        """Call the solver, and cut off solutions that break a limit by less than rows can tell.

        Returns
        -------
        Answer
            The first answer without such a solution; UNKNOWN after :data:`CUTS` solutions.
        """
        bound: int | None = None
        for _ in range(CUTS):
            answer = self._ask(objective, gap)
            if answer.values is None:
                return answer
            bound = answer.bound
            if self._cut_off(answer.values):
                continue
            floats = self.solver.accuracy > 0 and answer.claim is Claim.OPTIMAL
            if not floats or self.model.keeps(self.model.complete(answer.values)):
                return answer
            # The float solver accepts a solution that breaks a row by less than its accuracy.
            self.model.bar(answer.values, only_now=True)
        self._why = "rounding"
        return Answer(Claim.UNKNOWN, None, bound, 0.0, "rounding")

    def _cut_off(self, values: IntArray) -> bool:
        """Cut off a solution if it breaks a limit or a held value by less than rows can tell."""
        if self.model.cut_off(values):
            return True
        if self._holds(values):
            return False
        self.model.bar(values)
        return True

    def _holds(self, values: IntArray) -> bool:
        """Whether values of the decisions pass all exact checks of held values."""
        if not self._held:
            return True
        found = Assignment.of_mask(self.model.problem, self.model.mask_of(values))
        return all(holds(found) for holds in self._held)

    def also_hold(self, holds: Callable[[Assignment], bool]) -> None:
        """Add an exact check that plans of later stages must pass, since integers cannot tell."""
        self._held.append(holds)

    def check(self, goal: Goal, quantity: Quantity, limit: float) -> None:
        """Add an exact check that plans keep a goal within a limit, if its integers cannot tell."""
        if not quantity.tells(limit):
            self.also_hold(AtMost(goal, limit).kept)

    def find(self) -> bool | None:
        """Search for any plan: whether there is one, None if unknown."""
        answer = self.solve(NOTHING)
        if answer.claim is Claim.INFEASIBLE:
            return False
        return True if self.offer(answer.values) else None

    def within(self, part: float, step: Callable[[], T]) -> T:
        """The result of a step that may take a *part* of what is left of the stage."""
        until, work_until = self._until, self._work_until
        seconds, work = self.course.seconds, self.course.work
        if part < 1:
            self._until = seconds + part * (until - seconds)
            self._work_until = work + part * (work_until - work)
        found = step()
        self._until, self._work_until = until, work_until
        return found

    def minimise(self, quantity: Quantity, gap: float | None = None) -> Minimised:
        """Minimise a quantity; the model stays unchanged.

        Parameters
        ----------
        quantity
            The quantity; there must be a plan.
        gap
            Relative gap at which the solver may stop; None is that of the search.
        """
        value, floor = quantity.linear.at(self.plan), quantity.floor
        if floor is not None and value <= floor:
            return Minimised(value, value, quantity.error)
        whole = quantity.linear
        # With the offset a relative gap refers to the real value.
        offset = round(Fraction(quantity.offset) / quantity.quantum)
        objective = Linear(whole.variables, whole.coefficients, whole.constant + offset)
        answer = self.solve(objective, self.course.search.gap if gap is None else gap)
        before = self._plan
        if self.offer(answer.values):
            reached = quantity.linear.at(self.plan)
            if reached <= value:
                value = reached
            else:
                self._plan = before
        # A float solver's bound is valid within its accuracy. A bound above the plan's value by more than
        # that is an error of the solver and is not used.
        largest = int(np.abs(objective.coefficients).max(initial=0))
        off = int(self.solver.accuracy * max(abs(value + offset), largest))
        bound = floor
        if answer.bound is not None and answer.bound - offset <= value + off:
            near = answer.claim is Claim.OPTIMAL and answer.bound - offset >= value - off
            lower = value if near else answer.bound - offset - off
            bound = lower if floor is None else max(lower, floor)
        found = Minimised(value, bound, quantity.error + float(quantity.quantum * off))
        if not found.proven:
            self.note_cut()
        return found

    def hold(self, quantity: Quantity, most: int) -> None:
        """Keep a quantity at or below *most* in all later stages."""
        self.model.add(quantity.linear, upper=most)

    def threshold(
        self, low: int, high: int, tighten: Callable[[int], None], reached: Callable[[], int]
    ) -> tuple[int, int]:
        """The smallest level at which there is a plan, by bisection.

        Parameters
        ----------
        low, high
            A lower bound of the level, and the level of the present plan.
        tighten
            Restricts the model to plans at or below a level.
        reached
            Returns the level of the present plan.

        Returns
        -------
        tuple
            A lower bound of the level, and the level of the plan; equal if proven.
        """
        middle = low  # the arithmetic bound is usually reached, so that it is tried first
        undecided = low - 1
        while low < high and undecided < high - 1:
            mark = self.model.mark()
            tighten(middle)
            found = self.within(1.0 if middle == high - 1 else LEVEL_PART, self.find)
            self.back_to(mark)
            if found is None:
                # The level just below the plan is the easiest, and refuting it ends the search.
                undecided, middle = middle, high - 1
                continue
            if found:
                high = min(reached(), middle)
            else:
                low = middle + 1
            middle = (max(low, undecided + 1) + high) // 2
        if low < high:
            self.note_cut()
        return low, high

    def back_to(self, mark: Mark) -> None:
        """Remove rows and variables that were added to the model since *mark*; the plan stays."""
        assert self._plan is not None
        self.model.back_to(mark)
        self._plan = self._plan[: len(self.model.lower)]


@dataclass(frozen=True, slots=True)
class Stage:
    """The result of a stage.

    Parameters
    ----------
    proven
        Whether the value of the plan is proven to be optimal.
    bound
        A lower bound in the unit of the goal; None if there is none apart from the proof.
    error
        Largest rounding error of the stage's integers, in the unit of the goal.
    """

    proven: bool
    bound: float | tuple[float, ...] | None
    error: float = 0.0
