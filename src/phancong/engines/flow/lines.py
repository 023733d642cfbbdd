"""The proof of a stage as a line of the outcome, in the unit of the goal."""

from __future__ import annotations

from phancong.assignment import Assignment
from phancong.engines.task import Proof
from phancong.goals import Goal, is_row, single
from phancong.problem import Problem
from phancong.rules import total


def rule_line(assignment: Assignment, rule: str, *, proven: bool, error: float) -> Proof:
    """The line of a rule that may be relaxed; *error* is the largest error of one rounded cost."""
    broken = total(assignment, rule)
    bound = max(0.0, broken - rounding(assignment.problem, error)) if proven else 0.0
    return Proof(broken, bound, proven)


def goal_line(assignment: Assignment, goal: Goal, *, proven: bool, error: float) -> Proof:
    """The line of a goal; *error* is the largest error of one rounded cost."""
    best = goal.value(assignment)
    if not proven:
        return Proof(best, goal.floor(assignment.problem), False)
    if is_row(best) or not error:
        return Proof(best, best, True)
    reached, floor = single(best), single(goal.floor(assignment.problem))
    bound = max(reached - rounding(assignment.problem, error), floor)
    return Proof(best, min(reached, bound), True)


def rounding(problem: Problem, error: float) -> float:
    """Rounding error of the difference of two plans, for a largest error of one rounded cost."""
    return 2 * error * int(problem.needed.sum())
