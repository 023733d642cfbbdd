"""Goals as arguments: the default, and a sequence that is checked (contract 5.1, 5.4)."""

from __future__ import annotations

from collections.abc import Iterable

from phancong.errors import InvalidArgumentError
from phancong.goals.base import BaseGoal, Goal
from phancong.goals.continuity import Continuity
from phancong.goals.fairness import FairLoad
from phancong.goals.travelling import Travel
from phancong.problem import Problem
from phancong.words import Message


def default_goals(problem: Problem) -> tuple[Goal, ...]:
    """The goals if the caller gives none (contract 5.4)."""
    goals: tuple[Goal, ...] = (FairLoad(), Continuity())
    return goals if problem.travel is None else (*goals, Travel())


def read_goals(goals: Iterable[Goal] | None, problem: Problem) -> tuple[Goal, ...]:
    """The goals as a tuple, after checking each against the problem.

    Raises
    ------
    InvalidArgumentError
        An object is no goal, a goal is given twice, or a goal cannot be used on this problem; the
        message names all.
    """
    if goals is None:
        return default_goals(problem)
    if isinstance(goals, BaseGoal):
        raise InvalidArgumentError("goals is a single goal; give a sequence, such as (Travel(),)")
    if isinstance(goals, str) or not isinstance(goals, Iterable):
        raise InvalidArgumentError(f"goals is {goals!r}; give a sequence, such as (Travel(),)")
    chosen = tuple(goals)
    found = []
    for number, goal in enumerate(chosen):
        if not isinstance(goal, BaseGoal):
            hint = " (did you forget the brackets?)" if isinstance(goal, type) else ""
            found.append(f"goal number {number + 1} is {goal!r}, which is not a goal{hint}")
        else:
            found.extend(goal.missing_parts() or goal.defects(problem))
            if goal in chosen[:number]:
                place = str(number + 1)
                found.append(
                    Message(
                        "goal number {place} ({goal}) is given twice", place=place, goal=repr(goal)
                    )
                )
    if found:
        raise InvalidArgumentError(Message.joined(found))
    return chosen
