"""What an engine is given and what it gives back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from phancong.assignment import Assignment
from phancong.errors import InvalidArgumentError
from phancong.goals import Goal, Value
from phancong.problem import Problem
from phancong.rules import RELAXABLE
from phancong.search import Course


@dataclass(frozen=True, slots=True)
class Task:
    """A problem with its goals and the rules that may give way.

    Parameters
    ----------
    problem
        The problem.
    goals
        Most important first.
    relax
        Rule → the most by which a subject may break it; the first gives way first (spec 4.3).
    course
        The search under way.
    """

    problem: Problem
    goals: tuple[Goal, ...]
    relax: Mapping[str, float]
    course: Course


@dataclass(frozen=True, slots=True)
class Proof:
    """What one stage reached, what bounds it, and whether the two meet."""

    best: Value
    bound: Value
    proven: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine found.

    Parameters
    ----------
    assignment
        The plan.
    breaches
        A line for each rule that may give way and is broken or was searched.
    goals
        A line for each goal, in order.
    stopped
        What cut the search, None if nothing did.
    """

    assignment: Assignment
    breaches: Mapping[str, Proof]
    goals: tuple[Proof, ...]
    stopped: str | None


class Engine(Protocol):
    """A way of making plans."""

    name: str
    #: Problems that fall into independent parts are solved part by part: it pays where the time
    #: grows faster than the size.
    apart: bool

    def refusals(self, task: Task) -> list[str]:
        """What the engine cannot keep of the task, each by name; empty if it takes it."""
        ...

    def run(self, task: Task) -> Outcome | None:
        """A plan, or None if it is proven that there is none.

        Raises
        ------
        NoPlanFoundError
            Neither a plan nor a proof was found in time.
        """
        ...


@runtime_checkable
class Exchanging(Protocol):
    """An engine that knows from a best plan what another pair would cost."""

    def exchanges(self, task: Task, assignment: Assignment, row: int) -> dict[int, Outcome]:
        """The best plan with each other member of a household that it can tell, by column."""
        ...


def read_problem(problem: Problem) -> Problem:
    """*problem* itself.

    Raises
    ------
    InvalidArgumentError
        It is no :class:`Problem`.
    """
    if not isinstance(problem, Problem):
        raise InvalidArgumentError(f"problem is a {type(problem).__name__}; give a Problem")
    return problem


def read_relax(relax: Any) -> dict[str, float]:
    """The rules that may give way, the first first, each with its ceiling (``inf`` for none).

    Raises
    ------
    InvalidArgumentError
        A name is no rule, comes twice, or a ceiling is no number; all are named.
    """
    if isinstance(relax, str):
        raise InvalidArgumentError(f"relax is a string; give a sequence, such as ({relax!r},)")
    ceilings: Iterable[tuple[Any, Any]]
    if isinstance(relax, Mapping):
        ceilings = relax.items()
    elif isinstance(relax, Iterable):
        ceilings = ((rule, None) for rule in relax)
    else:
        raise InvalidArgumentError(f"relax is {relax!r}; give names of rules, or () for none")
    read: dict[str, float] = {}
    wrong = []
    for rule, ceiling in ceilings:
        if rule not in RELAXABLE:
            wrong.append(f"{rule!r} is no rule that can give way")
        elif rule in read:
            wrong.append(f"{rule!r} stands twice")
        elif ceiling is not None and (
            isinstance(ceiling, bool) or not isinstance(ceiling, (int, float)) or not ceiling >= 0
        ):
            wrong.append(f"the ceiling of {rule!r} is {ceiling!r}, not a number, 0 or more")
        else:
            read[rule] = math.inf if ceiling is None else float(ceiling)
    if wrong:
        raise InvalidArgumentError(f"relax: {'; '.join(wrong)}; the rules: {', '.join(RELAXABLE)}")
    return read
