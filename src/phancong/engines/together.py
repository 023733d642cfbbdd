"""Independent parts of a problem: solved one by one, with the plans and proofs combined.

A sum is optimal if it is optimal in each part, and so is a leximax order of loads: an improvement of one
part improves the whole. The least possible largest figure is the largest of the parts' optima, and every
part is then held to it while the next goal is minimised. So there is a pass over the parts for each goal
of that kind, and a last pass for all other goals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.task import AtMost, Engine, Outcome, Proof, Task, held
from phancong.errors import NoPlanFoundError
from phancong.goals import (
    Goal,
    Kind,
    Value,
    figures,
    is_row,
    meets,
    single,
)
from phancong.problem import IntArray, Pair, Problem
from phancong.problem.part import part_of
from phancong.rules import beyond_ceilings, order, total

#: The rows of the households and the columns of the members of a part.
Part = tuple[IntArray, IntArray]
#: The share of the remaining search for a pass that is not the last.
PASS: Final = 0.5


def is_separable(goal: Goal, *, last: bool) -> bool:
    """Whether optimal parts are optimal together for this goal."""
    if goal.kind in (Kind.LARGEST, Kind.IN_ORDER):
        return True
    # A tolerance on a sum leaves a budget that all parts share.
    return goal.kind in (Kind.PAIR_SUM, Kind.COUNT) and (last or goal.exact)


def is_largest(goal: Goal) -> bool:
    """Whether a goal minimises a largest figure: of a pair or of a member."""
    return goal.kind is Kind.LARGEST


def together(task: Task, engine: Engine, parts: Sequence[Part]) -> Outcome | None:
    """Solve each part and put the plans and proofs together; None if a part has no plan.

    Raises
    ------
    NoPlanFoundError
        Neither a plan nor a proof was found in time, or only the whole can be solved.
    """
    goals = list(task.goals)
    known: dict[int, Proof] = {}
    found: list[Outcome] = []
    for number, goal in enumerate(task.goals[:-1]):
        if not is_largest(goal):
            continue
        course = task.course.part(PASS, f"pass {len(known) + 1}")
        passed, cut = _pass(task, engine, parts, goals[: number + 1], course)
        task.course.joined(course)
        if passed is None:
            _expect_first(found)
            return None
        if cut == "gap":  # the value to hold is not optimal, and later goals depend on it
            raise NoPlanFoundError("a gap was left in what the parts share")
        if cut is not None and not _as_good(task, passed, found, goals):
            return _joined(task, found, known, max(known) + 1, cut)
        found = passed
        known[number] = line = _largest([outcome.goals[number] for outcome in found])
        if task.course.stopped is not None or cut is not None:
            return _joined(task, found, known, number + 1, task.course.stopped or cut)
        # The value is known up to the rounding error; the part with the largest figure must fit.
        best, bound = single(line.best), single(line.bound)
        goals[number] = AtMost(goal, goal.held(best) + 2 * (best - bound))
    return _last_pass(task, engine, parts, goals, known, found)


def _last_pass(
    task: Task,
    engine: Engine,
    parts: Sequence[Part],
    goals: Sequence[Goal],
    known: Mapping[int, Proof],
    found: Sequence[Outcome],
) -> Outcome | None:
    """The outcome of the last pass, or of the pass before it where that is better."""
    try:
        passed, cut = _pass(task, engine, parts, goals, task.course)
    except NoPlanFoundError:
        if not known:
            raise
        return _joined(task, found, known, max(known) + 1, task.course.stopped or "time")
    if passed is None:
        _expect_first(found)
        return None
    if cut is None or _as_good(task, passed, found, goals):
        return _joined(task, passed, known, len(goals), cut)
    if cut == "gap":  # later goals depend on it
        raise NoPlanFoundError("a gap was left in what was reached before")
    return _joined(task, found, known, max(known) + 1, cut)


def _pass(
    task: Task, engine: Engine, parts: Sequence[Part], goals: Sequence[Goal], course: Course
) -> tuple[list[Outcome] | None, str | None]:
    """The outcome of each part, None if some part has no plan, and what cut the first of those cut."""
    passed = _each(task, engine, parts, goals, course)
    stopped = (outcome.stopped for outcome in passed or ())
    return passed, next((cut for cut in stopped if cut is not None), None)


def _expect_first(found: Sequence[Outcome]) -> None:
    """Check that no earlier pass *found* a plan where a part is told to have none.

    Raises
    ------
    NoPlanFoundError
        There was a plan, so that only the rounding of what was held excludes it.
    """
    if found:
        raise NoPlanFoundError("what was held left no plan, to the rounding used")


def _as_good(
    task: Task, passed: Sequence[Outcome], found: Sequence[Outcome], goals: Sequence[Goal]
) -> bool:
    """Whether a pass is as good as the pass before it in all goals of that pass, if there was one.

    A pass that was cut may be worse, and earlier bounds do not hold for worse plans.
    """
    if not found:
        return True
    for outcome, before in zip(passed, found, strict=True):
        mine, theirs = outcome.assignment, before.assignment
        if not all(meets(order(mine, rule), order(theirs, rule)) for rule in task.relax):
            return False
        lines = zip(goals, outcome.goals, before.goals, strict=False)
        # Each plan keeps a limit on a goal.
        if not all(isinstance(g, AtMost) or meets(new.best, old.best) for g, new, old in lines):
            return False
    return True


# --- one pass over the parts


def _each(
    task: Task, engine: Engine, parts: Sequence[Part], goals: Sequence[Goal], course: Course
) -> list[Outcome] | None:
    """The outcome of each part for *goals*; None if one of them has no plan."""
    outcomes = []
    sizes = [(len(rows) + 1) * (len(columns) + 1) for rows, columns in parts]
    for number, (rows, columns) in enumerate(parts):
        share = sizes[number] / sum(sizes[number:])
        mine = course.part(share, f"part {number + 1} of {len(parts)}")
        part = part_of(task.problem, rows, columns)
        own = tuple(goal.of_part(task.problem, rows, columns) for goal in goals)
        incumbent = _incumbent_of(part, task, rows, columns)
        known = _known_of(task, part, own, incumbent)
        # A conflict of limits may be one of another part, so it is not passed on.
        outcome = engine.run(Task(part, own, task.relax, mine, incumbent, known))
        course.joined(mine)
        if outcome is None:
            return None
        outcomes.append(outcome)
    return outcomes


def _incumbent_of(
    part: Problem, task: Task, rows: IntArray, columns: IntArray
) -> Assignment | None:
    """The pairs of a part in the incumbent; None where they break what the part may not relax."""
    if task.incumbent is None:
        return None
    mine = Assignment.of_mask(part, task.incumbent.mask[np.ix_(rows, columns)])
    return None if beyond_ceilings(mine, task.relax) else mine


def _known_of(
    task: Task, part: Problem, goals: Sequence[Goal], incumbent: Assignment | None
) -> tuple[Proof, ...]:
    """The bounds of a part that follow from those of the whole, up to the first that does not.

    If the whole is optimal in a sum or in a leximax order, so is each part. Of a largest figure of the
    whole, only the limit that is held is known.
    """
    if incumbent is None or not task.known:
        return ()
    found = [Proof(goal.value(incumbent), goal.floor(part), False) for goal in goals]
    for number, (goal, line) in enumerate(zip(goals, task.known, strict=False)):
        if isinstance(goal, AtMost):
            if goal.limit != held(goal.goal, line.best):
                break
        elif is_largest(goal) or not goal.exact or line.best != line.bound:
            break
        else:
            value = goal.value(incumbent)
            found[number] = Proof(value, value, True)
    return tuple(found)


# --- the whole


def _joined(
    task: Task,
    outcomes: Sequence[Outcome],
    known: Mapping[int, Proof],
    reached: int,
    cut: str | None,
) -> Outcome:
    """The outcome of all parts.

    Parameters
    ----------
    task
        The task of the whole problem.
    outcomes
        The outcome of each part.
    known
        The lines of the goals that had a pass of their own.
    reached
        The number of goals that were minimised; the lines of later goals have trivial bounds.
    cut
        What cut the search, None if nothing did.
    """
    pairs: list[Pair] = []
    for outcome in outcomes:
        pairs.extend(outcome.assignment.pairs)
    assignment = Assignment.of(task.problem, pairs)
    lines = {
        rule: _sum(
            [o.breaches[rule] for o in outcomes if rule in o.breaches], total(assignment, rule)
        )
        for rule in task.relax
        if any(rule in o.breaches for o in outcomes)
    }
    proofs = []
    for number, goal in enumerate(task.goals):
        value = goal.value(assignment)
        if number >= reached:
            floor = goal.floor(task.problem)
            proofs.append(Proof(value, floor, False))
            continue
        each = [outcome.goals[number] for outcome in outcomes]
        if number in known:
            proofs.append(_as_held(goal, known[number], value))
        elif is_largest(goal):
            proofs.append(_largest(each))
        elif is_row(value):
            proofs.append(Proof(value, _in_order(each), all(line.proven for line in each)))
        else:
            proofs.append(_sum(each, single(value)))
    unproven = not all(line.proven for line in [*lines.values(), *proofs])
    conflict = task.limits_conflict or any(outcome.limits_conflict for outcome in outcomes)
    return Outcome(assignment, lines, tuple(proofs), cut if unproven else None, conflict)


def _sum(lines: Sequence[Proof], whole: float) -> Proof:
    """The line of all parts: its gap is the sum of the gaps of the parts.

    The value of the whole may differ from the sum of the parts by a constant: pairs of last year with
    somebody outside the problem end in every plan. It moves the bound by as much.
    """
    gap = sum(single(line.best) - single(line.bound) for line in lines)
    return Proof(whole, whole - gap, all(line.proven for line in lines))


def _largest(lines: Sequence[Proof]) -> Proof:
    """The largest line of all parts; it is proven if it is proven in the part that attains it."""
    best = max(single(line.best) for line in lines)
    bound = max(single(line.bound) for line in lines)
    return Proof(best, bound, any(line.proven and line.best == best for line in lines))


def _in_order(lines: Sequence[Proof]) -> tuple[float, ...]:
    """The bounds of all parts, sorted in descending order."""
    return tuple(sorted((f for line in lines for f in figures(line.bound)), reverse=True))


def _as_held(goal: Goal, line: Proof, value: Value) -> Proof:
    """The line of a goal with a pass of its own; its value is that of the plan if rounding raised it."""
    beyond = single(value) > goal.held(single(line.best))
    return Proof(value, line.bound, line.proven) if beyond else line
