"""`solve`: find and judge a plan for a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from phancong.course import Course
from phancong.engines.task import Engine, Task, read_problem, read_relax
from phancong.errors import InfeasibleError, InvalidArgumentError
from phancong.goals import Goal, read_goals
from phancong.plan import Plan
from phancong.problem import Problem
from phancong.rules import RELAXABLE
from phancong.running import run
from phancong.search import Progress, Search, read_search

#: Seconds for the diagnosis if the search has used up its own time.
SHORTEST: Final = 0.25
#: Seconds for the diagnosis if the search has no limit of seconds.
LONGEST: Final = 60.0


def solve(
    problem: Problem,
    *,
    goals: Iterable[Goal] | None = None,
    relax: Iterable[str] | Mapping[str, float | None] = RELAXABLE,
    search: Search = Search(),
    engine: str = "auto",
    progress: Callable[[Progress], object] | None = None,
) -> Plan:
    """Find the best plan: optimal with a proof, or with a bound (contract 5, 6).

    Parameters
    ----------
    problem
        The problem.
    goals
        The goals, most important first; None for the fairest workload, then the fewest changes, then
        the least travel (contract 5.4).
    relax
        The limits that may be relaxed if not all can hold, in the order in which they are relaxed. A
        mapping gives a ceiling for the breach of each subject, None for no ceiling. All other limits
        must hold.
    search
        The limits of time and work.
    engine
        ``"auto"``, ``"flow"``, ``"cp_sat"``, ``"mip"``, ``"lns"``, ``"nearest"``, ``"round_robin"``
        or ``"regret"`` (contract 6.7).
    progress
        Called with a :class:`Progress` after each stage; if it returns ``False``, the search stops with
        the best plan so far.

    Returns
    -------
    Plan
        The best plan found, verified by :func:`check`.

    Raises
    ------
    InvalidArgumentError
        An argument is not valid; the message names all defects.
    UnsupportedError
        The engine cannot keep a rule or a goal; the message names it.
    InfeasibleError
        No plan keeps the limits that may not be relaxed; ``.diagnosis`` holds the reason.
    NoPlanFoundError
        Neither a plan nor a proof was found in time.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", max_households=2), Member("m2", max_households=1)]
    >>> households = [Household(h) for h in ("h1", "h2", "h3")]
    >>> plan = solve(Problem(members, households, travel=None))
    >>> plan.status
    <Status.OPTIMAL: 'optimal'>
    >>> len(plan.households_of("m1"))
    2
    """
    read_progress(progress)
    course = Course(read_search(search), progress)
    read_problem(problem)
    task = Task(problem, read_goals(goals, problem), read_relax(relax), course)
    return solved(task, engine)


def solved(task: Task, engine: str, made: dict[str, Engine] | None = None) -> Plan:
    """The plan of a task; parameters as in :func:`phancong.running.run`.

    Raises
    ------
    InfeasibleError
        There is no plan; the error holds a diagnosis.
    """
    plan = run(task, engine, made)
    if plan is None:
        from phancong.diagnosing import Trial, diagnosis  # here: most problems have a plan

        # The diagnosis gets the time that is left: at most :data:`LONGEST`, at least :data:`SHORTEST`.
        course = task.course
        seconds = min(max(course.seconds_left, SHORTEST), LONGEST)
        left = replace(course.search, seconds=seconds, work=None)
        found = diagnosis(task.problem, Trial(task.relax, Course(left, _since_begun(course.whole))))
        raise InfeasibleError(f"no plan keeps the limits that must hold ({found.reason})", found)
    return plan


def _since_begun(course: Course) -> Callable[[Progress], object] | None:
    """The listener of a search for what follows it: its seconds count from the begin of the search."""
    progress = course.progress
    if progress is None:
        return None
    return lambda record: progress(replace(record, seconds=course.seconds))


def read_progress(progress: object) -> None:
    """Check *progress*.

    Raises
    ------
    InvalidArgumentError
        It is neither None nor callable.
    """
    if progress is not None and not callable(progress):
        raise InvalidArgumentError(f"progress is {progress!r}; give a function of one argument")
