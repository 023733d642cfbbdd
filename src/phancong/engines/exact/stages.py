"""The stages of a search: a plan within hard limits, then the rules that are relaxed, then the goals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.by_hand import Nearest
from phancong.engines.common.formulation import Formulation
from phancong.engines.common.linear_model import Solver
from phancong.engines.exact.breaches import breach_stage
from phancong.engines.exact.goals import GoalStages
from phancong.engines.exact.model import Model
from phancong.engines.exact.rules import LONG
from phancong.engines.exact.steps import Stage, Steps
from phancong.engines.task import (
    AtMost,
    Outcome,
    Proof,
    Task,
    TooLargeError,
    as_held,
    no_plan_found,
    stage_part,
)
from phancong.goals import Goal, Value, by_place, is_row, less, meets, no_higher, single
from phancong.problem import BoolArray
from phancong.rules import RULES, fixed_mask, order, total

#: Seconds for building a model and passing it to a solver: for each pair, for each pair if a rule has
#: rows for pairs, and for each household. A model that takes less than *LITTLE* is always built.
#: (450,000 pairs: 0.9 s for CP-SAT and 2.6 s for HiGHS, with hamlets 5.7 and 9.6 s.)
A_PAIR: Final = 6e-6
A_PAIR_OF_LONG: Final = 2e-5
A_HOUSEHOLD: Final = 1e-4
LITTLE: Final = 0.5


def staged(task: Task, solver: Solver) -> Outcome | None:
    """The best plan of a task; None if it is proven that there is none.

    All limits are hard at first. Only if they cannot all hold, breaches are minimised.

    Raises
    ------
    NoPlanFoundError
        Neither a plan nor a proof was found in time.
    """
    begun: list[BoolArray] = []
    conflict, found = task.limits_conflict, None
    for one in _passes(task):
        if _too_large(task):
            raise no_plan_found(TooLargeError)
        begun = begun or _to_begin_with(task)
        stages = Stages(task, Formulation(task.problem, one.relax, solver.bits), solver)
        found = stages.first_plan(begun, one.share)
        if found:
            outcome = stages.outcome(tuple(reversed(tuple(one.relax))))
            return outcome and replace(outcome, limits_conflict=conflict)
        conflict = found is False
    _unless_proven(found)
    return None


@dataclass(frozen=True, slots=True)
class _Pass:
    """One formulation of a task, and its share of the search.

    Parameters
    ----------
    relax
        The rules that may be relaxed in it, with their ceilings.
    share
        The share of the remaining search that its first plan may take.
    """

    relax: Mapping[str, float]
    share: float


def _passes(task: Task) -> Iterator[_Pass]:
    """All limits hard, unless they are proven to conflict; then those relaxed that may be."""
    if not task.limits_conflict:
        yield _Pass({}, stage_part(len(task.relax)))
    if task.relax or task.limits_conflict:
        yield _Pass(task.relax, 1.0)


def first_plan(task: Task, solver: Solver, part: float) -> Assignment | None:
    """Any plan within all limits, as :meth:`phancong.engines.task.Exact.first_plan`."""
    hard = Stages(task, Formulation(task.problem, {}, solver.bits), solver)
    found = hard.first_plan([], part)
    if found:
        return hard.steps.assignment()
    _unless_proven(found)
    return None


def _unless_proven(found: bool | None) -> None:
    """Raise NoPlanFoundError if a search found no plan without a proof that there is none."""
    if found is None:
        raise no_plan_found()


def _too_large(task: Task) -> bool:
    """Whether building the model would take longer than the rest of the search."""
    problem = task.problem
    long = any(RULES[name].is_set(problem) for name in LONG)
    a_pair = A_PAIR_OF_LONG if long else A_PAIR
    households, _ = problem.allowed.shape
    seconds = a_pair * int(np.count_nonzero(problem.allowed)) + A_HOUSEHOLD * households
    left = 0.0 if task.course.cancelled else task.course.seconds_left
    return seconds > max(left, LITTLE)


def _to_begin_with(task: Task) -> list[BoolArray]:
    """Plans to begin with: the incumbent, or else nearest members with room, and fixed pairs alone."""
    if task.incumbent is not None:
        return [task.incumbent.mask]
    problem = task.problem
    nearest = Nearest().run(Task(problem, (), {}, task.course)).assignment
    return [nearest.mask, fixed_mask(problem)]


class Stages:
    """One pass through the stages.

    Parameters
    ----------
    task
        The task.
    formulation
        The candidate pairs, and the rules that may be relaxed.
    solver
        The solver.
    """

    def __init__(self, task: Task, formulation: Formulation, solver: Solver) -> None:
        self.task = task
        self.course = task.course
        self.steps = Steps(Model(formulation), solver, task.course)

    def first_plan(self, by_hand: list[BoolArray], part: float) -> bool | None:
        """Find any plan, first among those made *by_hand*: whether there is one, None if unknown."""
        model = self.steps.model
        for mask in by_hand:
            values = model.plan_of(mask)
            if values is not None:
                return self.steps.offer(values)
        self.steps.begin(part)
        return self.steps.find()

    def outcome(self, rules: tuple[str, ...]) -> Outcome | None:
        """The outcome of minimising the breaches of *rules* in order, then the goals.

        None if it is proven that no plan keeps a limit among the goals.
        """
        goals = self.task.goals
        shares = [stage_part(after) for after in reversed(range(len(rules) + len(goals)))]
        lines: dict[str, Proof] = {}
        for rule, share in zip(rules, shares, strict=False):
            lines[rule] = self._rule(rule, share)
            self.course.report(rule, None, lines[rule].best, lines[rule].bound)
        proofs: list[Proof] = []
        stages = GoalStages(self.steps)
        for number, (goal, share) in enumerate(
            zip(goals, shares[len(rules) :], strict=True), start=1
        ):
            self.steps.begin(share)
            if isinstance(goal, AtMost):
                found = stages.keep(goal)
                if not found:
                    _unless_proven(found)
                    return None
                proofs.append(goal.line(self.steps.assignment()))
                continue
            bound = self.task.known_bound(proofs, self.steps.assignment())
            proofs.append(self._goal(stages, goal, bound))
            name = f"goal {number}: {type(goal).__name__}"
            self.course.report(name, goal, proofs[-1].best, proofs[-1].bound)
        plan = self.steps.assignment()
        proofs = [as_held(plan, goal, line) for goal, line in zip(goals, proofs, strict=True)]
        unproven = not all(line.proven for line in [*lines.values(), *proofs])
        cut = (self.steps.cut or self.course.stopped) if unproven else None
        return Outcome(self.steps.assignment(), lines, tuple(proofs), cut)

    def _rule(self, rule: str, part: float) -> Proof:
        stopped = self.course.stopped is not None
        self.steps.begin(part)
        stage = Stage(False, 0.0) if stopped else breach_stage(self.steps, rule)
        by = total(self.steps.assignment(), rule)
        if stage.proven:
            bound = max(0.0, by - 2 * stage.error)
        else:
            assert isinstance(stage.bound, float)
            bound = min(max(0.0, stage.bound), by)
        line = self._proof(by, bound, stage)
        # The bound is one of the total breach; a rule that also compares breaches needs a further proof.
        more = by > 0 and len(order(self.steps.assignment(), rule)) > 1
        return replace(line, proven=False) if more and not stage.proven else line

    def _goal(self, stages: GoalStages, goal: Goal, known: Value | None) -> Proof:
        floor = goal.floor(self.task.problem)
        present = goal.value(self.steps.assignment())
        if known is not None and not is_row(present) and meets(present, known):
            # The present value is optimal: hold it, and leave the time to later goals.
            stages.keep(AtMost(goal, goal.held(single(present))))
            return Proof(present, known, True)
        stopped = self.course.stopped is not None
        stage = Stage(False, None) if stopped else stages.run(goal, known)
        best = goal.value(self.steps.assignment())
        if stage.proven:
            bound = by_place(lambda figure: figure - 2 * stage.error, best)
        else:
            bound = floor if stage.bound is None else stage.bound
        bound = floor if less(bound, floor) else bound
        return self._proof(best, no_higher(bound, best), stage)

    def _proof(self, best: Value, bound: Value, stage: Stage) -> Proof:
        """The proof of a stage; it is proven only if the bound meets the value."""
        proven = meets(best, bound)
        if stage.proven and not proven:
            self.steps.note_rounding()
        return Proof(best, bound, proven)
