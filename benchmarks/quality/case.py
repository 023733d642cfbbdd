"""What a strategy gets and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from phancong import Goal, Problem
from phancong.problem import Pair
from phancong.rules import RELAXABLE


@dataclass(frozen=True, slots=True)
class Case:
    """A problem with its goals.

    Parameters
    ----------
    problem
        The problem; its travel matrix is worked out before a strategy is timed.
    goals
        The goals, most important first.
    published
        A bound of the first goal that others have proven and published, None where there is none.
    seconds
        The seconds that our search has, where these are less than the limit of all; None for no less.
    relax
        The limits that may be relaxed, as for :func:`phancong.solve`.
    """

    problem: Problem
    goals: tuple[Goal, ...]
    published: float | None = None
    seconds: float | None = None
    relax: Iterable[str] | Mapping[str, float | None] = RELAXABLE


@dataclass(frozen=True, slots=True)
class Instance:
    """A case that is not built yet.

    Parameters
    ----------
    name
        Unique within its set.
    group
        Instances of one group share a line of the table.
    build
        Builds the case, the same each time.
    """

    name: str
    group: str
    build: Callable[[], Case]


@dataclass(frozen=True, slots=True)
class InstanceSet:
    """Instances that belong together.

    Parameters
    ----------
    name, about
        What it is called, and what it is in a line.
    draw
        The instances for so many seeds.
    quick
        A few small ones, for a run of a minute.
    missing
        What is missing, None if nothing; by default nothing is needed.
    """

    name: str
    about: str
    draw: Callable[[int], Sequence[Instance]]
    quick: Callable[[], Sequence[Instance]]
    missing: Callable[[], str | None] = field(default=lambda: None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a strategy found.

    Parameters
    ----------
    pairs
        The plan as pairs ``(household, member)``.
    bounds
        For each goal, in order, what no plan that keeps all limits and is as good in the goals before
        can go below; None where the strategy knows none. Empty if it knows nothing of the kind.
    solver_seconds
        What the solver alone took, where building its input takes long; None if that was not told apart.
    own
        The value of the strategy's own objective, where that is another than the goals.
    note
        What is worth knowing beside.
    """

    pairs: tuple[Pair, ...]
    bounds: tuple[float | None, ...] = ()
    solver_seconds: float | None = None
    own: float | None = None
    note: str = ""


class RefusedError(Exception):
    """The strategy cannot express the instance; the message says what."""


class NoPlanError(Exception):
    """The strategy ended without a plan; the message says why."""


#: A way to assign: from a case and the seconds that a solver may take to an answer.
Strategy = Callable[[Case, float], Answer]
