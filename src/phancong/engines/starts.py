"""What a search without time for anything better returns: a plan made by going through the list once."""

from __future__ import annotations

from phancong.assignment import Assignment
from phancong.engines.by_hand import Nearest
from phancong.engines.task import AtMost, Outcome, Proof, Task
from phancong.errors import NoPlanFoundError
from phancong.rules import breaches
from phancong.words import Message


def made_by_hand(task: Task) -> Assignment:
    """Each household with the nearest member who has room."""
    return Nearest().run(Task(task.problem, (), {}, task.course)).assignment


def start(task: Task, assignment: Assignment) -> Outcome:
    """The outcome of a search that ends with its start; nothing of it is proven.

    Parameters
    ----------
    task
        The task.
    assignment
        A plan made by hand.

    Raises
    ------
    NoPlanFoundError
        It breaks what may not give way.
    """
    totals = dict.fromkeys(task.relax, 0.0)
    kept = all(goal.kept(assignment) for goal in task.goals if isinstance(goal, AtMost))
    for broken in breaches(assignment):
        kept = kept and broken.by <= task.relax.get(broken.rule, 0.0)
        totals[broken.rule] = totals.get(broken.rule, 0.0) + broken.by
    if not kept:
        raise NoPlanFoundError(
            Message(
                "neither a plan nor a proof that there is none was found in time; give more seconds or "
                "work, or let 'coverage' give way"
            )
        )
    lines = {rule: Proof(total, 0.0, False) for rule, total in totals.items()}
    goals = tuple(
        Proof(goal.value(assignment), goal.floor(task.problem), False) for goal in task.goals
    )
    return Outcome(assignment, lines, goals, task.course.stopped or "time")
