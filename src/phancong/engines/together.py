"""Parts of a problem that no pair joins: solved one by one, put together, proven together.

A sum over all is smallest where it is smallest in each part, and so are loads in order, the largest
first (leximax): what is better in one part is better in the whole, whatever the others are. The
largest of all is at least the largest of the parts' smallest, and every part can be held to that
while the next goal is looked at: a pass over the parts for each such goal, and one for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from phancong.assignment import Assignment
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
from phancong.rules import order, total
from phancong.search import Course

#: Rows of the households and of the members of a part.
Part = tuple[IntArray, IntArray]
#: What part of the search left a pass may take that is not the last.
PASS: Final = 0.5


def is_separable(goal: Goal, *, last: bool) -> bool:
    """Whether a goal of the whole follows from the same goal of the parts."""
    if goal.kind in (Kind.LARGEST, Kind.IN_ORDER):
        return True
    # What a tolerance leaves of a sum is a budget over all.
    return goal.kind in (Kind.PAIR_SUM, Kind.COUNT) and (last or goal.exact)


def is_largest(goal: Goal) -> bool:
    """The largest of all: of a pair, of a member."""
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
        passed = _each(task, engine, parts, goals[: number + 1], course)
        task.course.joined(course)
        if passed is None:
            if found:
                raise NoPlanFoundError("what was held left no plan, to the rounding used")
            return None
        cut = next((outcome.stopped for outcome in passed if outcome.stopped is not None), None)
        if cut == "gap":  # what is held is not the least, and the goals after it are still to come
            raise NoPlanFoundError("a gap was left in what the parts share")
        if cut is not None and found and not _as_good(task, passed, found, goals[: max(known) + 1]):
            return _joined(task, parts, found, known, max(known) + 1, cut)
        found = passed
        known[number] = line = _largest([outcome.goals[number] for outcome in found])
        if task.course.stopped is not None or cut is not None:
            return _joined(task, parts, found, known, number + 1, task.course.stopped or cut)
        # Real numbers are known to the rounding used; the part that is the largest must have room.
        best, bound = single(line.best), single(line.bound)
        goals[number] = AtMost(goal, goal.held(best) + 2 * (best - bound))
    try:
        passed = _each(task, engine, parts, goals, task.course)
    except NoPlanFoundError:
        if not known:
            raise
        return _joined(task, parts, found, known, max(known) + 1, task.course.stopped or "time")
    if passed is None:
        if known:
            raise NoPlanFoundError("what was held left no plan, to the rounding used")
        return None
    cut = next((outcome.stopped for outcome in passed if outcome.stopped is not None), None)
    if cut is not None and found and not _as_good(task, passed, found, goals[: max(known) + 1]):
        if cut == "gap":  # the goals after it are still to come
            raise NoPlanFoundError("a gap was left in what was reached before")
        return _joined(task, parts, found, known, max(known) + 1, cut)
    return _joined(task, parts, passed, known, len(goals), cut)


def _as_good(
    task: Task, passed: Sequence[Outcome], found: Sequence[Outcome], goals: Sequence[Goal]
) -> bool:
    """Whether a pass came as far as the one before it: one that was cut may be worse in all.

    What was proven before is so among plans as good as those: with a worse one it says nothing.
    """
    for outcome, before in zip(passed, found, strict=True):
        mine, theirs = outcome.assignment, before.assignment
        if not all(meets(order(mine, rule), order(theirs, rule)) for rule in task.relax):
            return False
        for number, goal in enumerate(goals):
            if isinstance(goal, AtMost):
                continue  # it is kept, whatever was cut
            reached, best = outcome.goals[number].best, before.goals[number].best
            if not meets(reached, best):
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
        # That not all limits can hold may be due to another part.
        outcome = engine.run(Task(part, own, task.relax, mine, incumbent, known))
        course.joined(mine)
        if outcome is None:
            return None
        outcomes.append(outcome)
    return outcomes


def _incumbent_of(
    part: Problem, task: Task, rows: IntArray, columns: IntArray
) -> Assignment | None:
    if task.incumbent is None:
        return None
    return Assignment.of_mask(part, task.incumbent.mask[np.ix_(rows, columns)])


def _known_of(
    task: Task, part: Problem, goals: Sequence[Goal], incumbent: Assignment | None
) -> tuple[Proof, ...]:
    """The proofs of a part from those of the whole; none is known after the first that is missing.

    Where no plan of the whole is better in a sum, or in an order of figures, no plan of a part is. Of
    the largest of all only the limit is known that is held.
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
    parts: Sequence[Part],
    outcomes: Sequence[Outcome],
    known: Mapping[int, Proof],
    reached: int,
    cut: str | None,
) -> Outcome:
    """The outcome of all parts.

    Parameters
    ----------
    task, parts
        The whole, and the parts.
    outcomes
        That of each part.
    known
        Lines of goals that were looked at in passes of their own.
    reached
        How many goals were looked at; of the others the plan has some value.
    cut
        What cut the search.
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
    """The line of all parts: as far from its bound as they are together.

    The value of the whole is not the sum where a pair with somebody outside had to end; that is so
    in every plan, and moves the bound as well.
    """
    gap = sum(single(line.best) - single(line.bound) for line in lines)
    return Proof(whole, whole - gap, all(line.proven for line in lines))


def _largest(lines: Sequence[Proof]) -> Proof:
    """The largest of all parts; where it is proven to be the least of its part, it is so of all."""
    best = max(single(line.best) for line in lines)
    bound = max(single(line.bound) for line in lines)
    return Proof(best, bound, any(line.proven and line.best == best for line in lines))


def _in_order(lines: Sequence[Proof]) -> tuple[float, ...]:
    """The bounds of all parts in one order, the largest first."""
    return tuple(sorted((f for line in lines for f in figures(line.bound)), reverse=True))


def _as_held(goal: Goal, line: Proof, value: Value) -> Proof:
    """The value reached, to the rounding used."""
    beyond = single(value) > goal.held(single(line.best))
    return Proof(value, line.bound, line.proven) if beyond else line
