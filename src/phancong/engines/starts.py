"""What a search without time for anything better returns: a plan made by going through the list once."""

from __future__ import annotations

from dataclasses import replace

from phancong.engines.by_hand import Nearest
from phancong.engines.task import AtMost, Outcome, Task
from phancong.errors import NoPlanFoundError
from phancong.rules import breaches
from phancong.words import Message


def start(task: Task, stopped: str) -> Outcome:
    """Each household with the nearest member who has room; nothing of it is proven.

    Parameters
    ----------
    task
        The task.
    stopped
        What leaves no time for more.

    Raises
    ------
    NoPlanFoundError
        That plan breaks what may not give way.
    """
    found = Nearest().run(task)
    beyond = [
        relaxation.rule
        for relaxation in breaches(found.assignment)
        if relaxation.by > task.relax.get(relaxation.rule, 0.0)
    ]
    kept = all(goal.kept(found.assignment) for goal in task.goals if isinstance(goal, AtMost))
    if beyond or not kept:
        raise NoPlanFoundError(
            Message(
                "neither a plan nor a proof that there is none was found in time; give more seconds or "
                "work, or let 'coverage' give way"
            )
        )
    return replace(found, stopped=stopped)
