"""`compare`: several engines on one problem (contract 6.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from phancong.comparing.records import Comparison, ComparisonRow
from phancong.course import Course
from phancong.engines.by_hand import BY_HAND
from phancong.engines.portfolio import SIZES
from phancong.engines.registry import ENGINES, choose
from phancong.engines.starting import START_SHARES, seconds_to_measure, seconds_to_start
from phancong.engines.task import NO_TIME, Task, read_problem, read_relax
from phancong.errors import InvalidArgumentError, NoPlanFoundError, UnsupportedError
from phancong.goals import Goal, read_goals
from phancong.problem import Problem
from phancong.rules import RELAXABLE
from phancong.running import run
from phancong.search import Search, read_search
from phancong.words import Message, message_of

#: The refusal of an engine that proves that there is no plan.
NO_PLAN: Final = Message("no plan keeps the limits that must hold; diagnose() says why")


def compare(
    problem: Problem,
    *,
    engines: Iterable[str] = tuple(ENGINES),
    goals: Iterable[Goal] | None = None,
    relax: Iterable[str] | Mapping[str, float | None] = RELAXABLE,
    search: Search = Search(),
) -> Comparison:
    """Solve one problem with several engines, one after the other (contract 6.7).

    Parameters
    ----------
    problem
        The problem.
    engines
        The names of the engines, each once; by default all.
    goals, relax
        As for :func:`solve`, for each engine.
    search
        The limits of time and work for all engines together: engines that search get equal shares; the
        unused part of a share is divided among those that follow. Where the plans by hand take more
        than a moment, those that are not begun in time are left out.

    Returns
    -------
    Comparison
        A row for each engine; an engine that cannot keep a rule or a goal, or finds no plan, has the
        reason.

    Raises
    ------
    InvalidArgumentError
        An argument is not valid; the message names all unknown engines.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, compare
    >>> homes = [Household("h1"), Household("h2", workload=2.5)]
    >>> problem = Problem([Member("m1"), Member("m2")], homes, travel=None)
    >>> found = compare(problem, engines=["flow", "cp_sat", "nearest"])
    >>> [(row.engine, row.plan is not None) for row in found.rows]
    [('flow', False), ('cp_sat', True), ('nearest', True)]
    """
    names = _read_engines(engines)
    course = Course(read_search(search))
    read_problem(problem)
    asked = read_goals(goals, problem)
    may_give_way = read_relax(relax)
    task = Task(problem, asked, may_give_way, course)
    searching = [name for name in names if name not in BY_HAND and _takes(name, task)]
    # Heuristics first: they leave the time to the others, which begin with their plans.
    takes = seconds_to_start(problem)
    moment = takes <= SIZES.moment
    ordered = sorted(names, key=lambda name: name in searching)

    rows: dict[str, ComparisonRow] = {}

    def too_late(name: str) -> bool:
        needs = START_SHARES[name] * takes + seconds_to_measure(problem)
        over = bool(rows) and course.stopped is not None
        return over or needs > course.latest - course.seconds

    for number, name in enumerate(ordered):
        alone = not rows and not searching
        if name in BY_HAND and not (moment or alone) and too_late(name):
            rows[name] = ComparisonRow(name, None, NO_TIME)
            continue
        others = sum(other in searching for other in ordered[number + 1 :])
        part = course.part(1.0 / (others + 1), name)
        try:
            plan = run(replace(task, course=part), name)
        except (UnsupportedError, NoPlanFoundError) as error:
            rows[name] = ComparisonRow(name, None, message_of(error))
        else:
            rows[name] = ComparisonRow(name, plan, NO_PLAN if plan is None else None)
        finally:
            course.joined(part)
    return Comparison(asked, tuple(rows[name] for name in names))


def _takes(name: str, task: Task) -> bool:
    """Whether an engine accepts a task."""
    try:
        choose(name, task)
    except UnsupportedError:
        return False
    return True


def _read_engines(engines: object) -> list[str]:
    known = ("auto", *ENGINES)
    there = ", ".join(map(repr, known))
    if isinstance(engines, str) or not isinstance(engines, Iterable):
        raise InvalidArgumentError(
            f"engines is {engines!r}; give a list of names: there are {there}"
        )
    names = list(engines)
    unknown = [name for name in names if name not in known]
    if unknown:
        called = ", ".join(map(repr, unknown))
        raise InvalidArgumentError(
            Message(
                "unknown engine {engine}; the engines are: {engines}", engine=called, engines=there
            )
        )
    if len(set(names)) < len(names) or not names:
        raise InvalidArgumentError(
            Message("engines is {value}; name at least one, each once", value=repr(names))
        )
    return names
