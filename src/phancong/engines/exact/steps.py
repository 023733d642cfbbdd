"""The steps that every stage is made of: find, minimise and hold, search a threshold."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.linear_model import (
    NOTHING,
    Answer,
    Claim,
    Limits,
    Linear,
    Mark,
    Solver,
    negated,
)
from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.model import Model
from phancong.engines.task import AtMost
from phancong.goals import Goal
from phancong.problem import IntArray
from phancong.search import Course

#: So often a solution may be cut off that breaks a limit by what is rounded.
CUTS: Final = 50


#: Work of handing a model to a solver, for each of its variables (24,000: a sixth of a second).
WRITING_A_VARIABLE: Final = 6e-6


@dataclass(frozen=True, slots=True)
class Minimised:
    """The result of minimising, as integers of the sum.

    Parameters
    ----------
    value
        That of the plan.
    bound
        No plan is below it; None if there is no bound.
    error
        By how much, in real units, value and bound may be off together.
    """

    value: int
    bound: int | None
    error: float

    @property
    def proven(self) -> bool:
        """Whether the two meet."""
        return self.bound is not None and self.bound >= self.value


class Steps:
    """A model that is narrowed step by step, and the best plan in it so far.

    Parameters
    ----------
    model
        The rules; what a stage has reached is added to it.
    solver
        What is asked.
    course
        The search under way.
    """

    def __init__(self, model: Model, solver: Solver, course: Course) -> None:
        self.model = model
        self.solver = solver
        self.course = course
        self._plan: IntArray | None = None
        self._held: list[Callable[[Assignment], bool]] = []
        #: What cut a stage first, None if nothing did.
        self.cut: str | None = None
        self._until = math.inf
        self._work_until = math.inf
        #: Why the last question would not be answered; a claim that is not enough is one of integers.
        self._why = "rounding"

    # --- the plan -------------------------------------------------------------------------------------

    @property
    def plan(self) -> IntArray:
        """The values of the plan, also of variables that came after it."""
        assert self._plan is not None
        if len(self._plan) != len(self.model.lower):
            self._plan = self.model.complete(self._plan)
        return self._plan

    def assignment(self) -> Assignment:
        """The plan as pairs."""
        return Assignment.of_mask(self.model.problem, self.model.mask_of(self.plan))

    def offer(self, values: IntArray | None) -> bool:
        """Take values of the decisions as the plan, if they are one in exact integers."""
        if values is None:
            return False
        values = self.model.complete(values)
        if not self.model.keeps(values) or not self._holds(values):
            return False
        self._plan = values
        return True

    # --- the search -------------------------------------------------------------------------------------

    def begin(self, part: float) -> None:
        """Begin a stage, which may take this *part* of what is left of the search."""
        self._until = self.course.seconds + part * self.course.seconds_left
        self._work_until = self.course.work + part * self.course.work_left

    def note_cut(self) -> None:
        """A stage ends without a proof: note why, if it is the first."""
        if self.cut is None:
            self.cut = self.course.stopped or self.course.told(self._why)

    def note_rounding(self) -> None:
        """A stage was proven in integers that cannot tell plans as near as they should."""
        if self.cut is None:
            self.cut = "rounding"

    def _ask(self, objective: Linear, gap: float) -> Answer:
        """Ask the solver once, within what the stage may still take."""
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
        """Ask the solver, until its solution breaks no limit by less than rows can tell."""
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
            # To floats it is a plan: a row is broken by less than they can tell.
            self.model.bar(answer.values, only_now=True)
        self._why = "rounding"
        return Answer(Claim.UNKNOWN, None, bound, 0.0, "rounding")

    def _cut_off(self, values: IntArray) -> bool:
        """Whether a solution breaks a limit, or what is held, by less than rows can tell."""
        if self.model.cut_off(values):
            return True
        if self._holds(values):
            return False
        self.model.bar(values)
        return True

    def _holds(self, values: IntArray) -> bool:
        """Whether values of the decisions are as good as what is held where integers cannot tell."""
        if not self._held:
            return True
        found = Assignment.of_mask(self.model.problem, self.model.mask_of(values))
        return all(holds(found) for holds in self._held)

    def also_hold(self, holds: Callable[[Assignment], bool]) -> None:
        """Accept only plans for which *holds* is true in later stages: integers cannot tell."""
        self._held.append(holds)

    def check(self, goal: Goal, quantity: Quantity, limit: float) -> None:
        """Check that plans keep a goal within a limit exactly, where the integers cannot tell."""
        if not quantity.tells(limit):
            self.also_hold(AtMost(goal, limit).kept)

    def find(self) -> bool | None:
        """Look for any plan: whether there is one, None if that is not known."""
        answer = self.solve(NOTHING)
        if answer.claim is Claim.INFEASIBLE:
            return False
        return True if self.offer(answer.values) else None

    def minimise(self, quantity: Quantity, gap: float | None = None) -> Minimised:
        """Minimise a quantity; the model stays unchanged.

        Parameters
        ----------
        quantity
            What is minimised; there must be a plan.
        gap
            Within what part of the bound it may stop; None takes that of the search.
        """
        value, floor = quantity.linear.at(self.plan), quantity.floor
        if floor is not None and value <= floor:
            return Minimised(value, value, quantity.error)
        whole = quantity.linear
        # So that a gap is one of the real value, not of what is left above the offset.
        offset = round(Fraction(quantity.offset) / quantity.unit)
        objective = Linear(whole.variables, whole.coefficients, whole.constant + offset)
        answer = self.solve(objective, self.course.search.gap if gap is None else gap)
        before = self._plan
        if self.offer(answer.values):
            reached = quantity.linear.at(self.plan)
            if reached <= value:
                value = reached
            else:
                self._plan = before
        # Floats prove to within their accuracy; beyond it, a bound above a plan in hand is a mistake.
        largest = int(np.abs(objective.coefficients).max(initial=0))
        off = int(self.solver.accuracy * max(abs(value + offset), largest))
        bound = floor
        if answer.bound is not None and answer.bound - offset <= value + off:
            near = answer.claim is Claim.OPTIMAL and answer.bound - offset >= value - off
            lower = value if near else answer.bound - offset - off
            bound = lower if floor is None else max(lower, floor)
        found = Minimised(value, bound, quantity.error + float(quantity.unit * off))
        if not found.proven:
            self.note_cut()
        return found

    def hold(self, quantity: Quantity, most: int) -> None:
        """Keep a quantity at or below *most* in all later stages."""
        self.model.add(quantity.linear, upper=most)

    def hold_place(self, sums: Sequence[Linear], most: int, place: int) -> None:
        """Keep all but *place* of the sums at or below *most*."""
        excused = []
        for each in sums:
            if place == 0:
                self.model.add(each, upper=most)
                continue
            excused.append(self.model.boolean(partial(_exceeds, each, most)))
            self.model.add(each, upper=most, when=negated(excused[-1]))
        self.model.add(Linear.of([(literal, 1) for literal in excused]), upper=place)

    def threshold(
        self, low: int, high: int, tighten: Callable[[int], None], reached: Callable[[], int]
    ) -> tuple[int, int]:
        """The smallest level under which there is a plan, by bisection.

        Parameters
        ----------
        low, high
            Below *low* there is no plan, and the present one is at *high*.
        tighten
            Lets the model keep under a level.
        reached
            The level of the present plan.

        Returns
        -------
        tuple
            A level below which there is no plan, and the level of the plan; equal if proven.
        """
        middle = low  # where arithmetic says that it could be, it usually is
        while low < high:
            mark = self.model.mark()
            tighten(middle)
            found = self.find()
            self.back_to(mark)
            if found is None:
                self.note_cut()
                break
            if found:
                high = min(reached(), middle)
            else:
                low = middle + 1
            middle = (low + high) // 2
        return low, high

    def back_to(self, mark: Mark) -> None:
        """Remove what was added to the model since *mark*; the plan stays."""
        assert self._plan is not None
        self.model.back_to(mark)
        self._plan = self._plan[: len(self.model.lower)]


def _exceeds(each: Linear, most: int, values: IntArray) -> int:
    return int(each.at(values) > most)


@dataclass(frozen=True, slots=True)
class Stage:
    """How a stage of a goal ended.

    Parameters
    ----------
    proven
        Whether what was reached is proven to be best.
    bound
        A bound in the goal's unit; None where there is none beside the proof.
    error
        How far the integers of the stage may lie from the goal's real value.
    """

    proven: bool
    bound: float | tuple[float, ...] | None
    error: float = 0.0
