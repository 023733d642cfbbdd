"""`solve`: from a problem to a judged plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from phancong.engines.task import Engine, Task, read_problem, read_relax
from phancong.errors import InfeasibleError, InvalidArgumentError
from phancong.goals import Goal, read_goals
from phancong.plan import Plan
from phancong.problem import Problem
from phancong.rules import RELAXABLE
from phancong.running import run
from phancong.search import Course, Progress, Search, read_search

#: Seconds that a diagnosis has where the search has used up its own.
MOMENT: Final = 0.25
#: Seconds that a diagnosis has where the search has no clock.
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
        What is made as good as possible within the limits, most important first; None takes the
        fairest workload, then the fewest changes, then the least travel (contract 5.4).
    relax
        The limits that may be relaxed if not all can hold, the first first; a mapping names a ceiling
        for the breach of each subject, None for no ceiling. What is not named must hold.
    search
        How long and how hard to search.
    engine
        ``"auto"``, ``"flow"``, ``"cp_sat"``, ``"mip"``, ``"lns"``, ``"nearest"``, ``"round_robin"``
        or ``"regret"`` (contract 6.7).
    progress
        Receives a :class:`Progress` after each stage; returning ``False`` stops the search with the
        best plan so far.

    Returns
    -------
    Plan
        Judged by :func:`check` before it is returned.

    Raises
    ------
    InvalidArgumentError
        An argument cannot be used; everything wrong with it is named.
    UnsupportedError
        The engine cannot keep a rule or a goal; it is named.
    InfeasibleError
        No plan keeps what may not be relaxed; ``.diagnosis`` says why.
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
    """The plan of a task; parameters as for :func:`phancong.running.run`.

    Raises
    ------
    InfeasibleError
        There is none; the reason is looked for.
    """
    plan = run(task, engine, made)
    if plan is None:
        from phancong.diagnosing import Trial, diagnosis  # here: most problems have a plan

        # The reason gets what is left of the time, a minute at the most and a moment in any case.
        course = task.course
        seconds = min(max(course.seconds_left, MOMENT), LONGEST)
        left = replace(course.search, seconds=seconds, work=None)
        found = diagnosis(task.problem, Trial(task.relax, Course(left)))
        raise InfeasibleError(f"no plan keeps the limits that must hold ({found.reason})", found)
    return plan


def read_progress(progress: object) -> None:
    """Check *progress*.

    Raises
    ------
    InvalidArgumentError
        It is neither None nor a function.
    """
    if progress is not None and not callable(progress):
        raise InvalidArgumentError(f"progress is {progress!r}; give a function of one argument")
