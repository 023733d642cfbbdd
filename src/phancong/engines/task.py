"""The input and the result of an engine."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Protocol, TypeVar, runtime_checkable

import numpy as np

from phancong.assignment import Assignment
from phancong.course import Course
from phancong.errors import InvalidArgumentError, NoPlanFoundError
from phancong.goals import (
    Goal,
    Kind,
    ListedPairs,
    PairSum,
    Value,
    is_row,
    meets,
    nowhere_more,
    single,
)
from phancong.meeting import above, slack
from phancong.problem import Problem
from phancong.problem.fields import as_number
from phancong.rules import RELAXABLE, RULES, order
from phancong.words import Message

T = TypeVar("T")

#: The share of the remaining search that a stage may take, unless it is the last one.
STAGE_PART: Final = 0.5


@dataclass(frozen=True, slots=True)
class AtMost(Goal):
    """A goal that is kept at or below a limit at its place in the order, instead of minimised.

    It excludes the plans beyond the limit from those that are optimal in all goals before it; if none
    remains, there is no plan. Where real numbers are rounded to integers, plans within the rounding
    error of the limit may be excluded, too.

    Parameters
    ----------
    goal
        The goal; its tolerance is ignored.
    limit
        The limit, in the unit of the goal.
    least
        If given, an engine may keep to any limit from *least* to *limit* instead; the answer is then the
        one for the value of its plan.
    """

    goal: Goal
    limit: float
    least: float | None = None

    kind: ClassVar[Kind] = Kind.LIMIT

    @property
    def needs_travel(self) -> bool:
        """Whether the limit is in the unit of travel."""
        return self.goal.needs_travel

    def pair_sum(self, problem: Problem) -> PairSum | None:
        """The pair sum of the goal."""
        return self.goal.pair_sum(problem)

    def listed(self, problem: Problem) -> ListedPairs | None:
        """The listed pairs of the goal."""
        return self.goal.listed(problem)

    @property
    def counts(self) -> bool:
        """Whether values of the goal are whole numbers."""
        return self.goal.counts

    def value(self, assignment: Assignment) -> Value:
        """The value of the goal on a plan."""
        return self.goal.value(assignment)

    def defects(self, problem: Problem) -> list[str]:
        """The reasons why the goal cannot be used on this problem; empty if it can."""
        return self.goal.defects(problem)

    def floor(self, problem: Problem) -> Value:
        """A bound of the goal that holds for every plan."""
        return self.goal.floor(problem)

    def held(self, best: float) -> float:
        """The limit: later goals must keep it, whatever value was reached."""
        return self.limit

    @property
    def most(self) -> float:
        """The largest value that floats cannot tell from the limit."""
        return self.limit + float(slack(self.limit))

    def kept(self, assignment: Assignment) -> bool:
        """Whether a plan keeps the limit."""
        return single(self.value(assignment)) <= self.most

    def line(self, assignment: Assignment) -> Proof:
        """The line of a kept limit: its value is its bound, as nothing was minimised."""
        value = self.value(assignment)
        return Proof(value, value, True)


def held(goal: Goal, best: Value) -> Value:
    """The value of a goal that later goals must keep; for a leximax the value reached."""
    return best if is_row(best) else goal.held(single(best))


class Awaited(Protocol):
    """Passes on the steps of a start, as long as somebody waits for the search."""

    def __call__(self, items: Iterable[T], /) -> Iterator[T]:
        """The *items*, one after the other."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """A problem with its goals and the rules that may be relaxed.

    Parameters
    ----------
    problem
        The problem.
    goals
        The goals, the most important first; an :class:`AtMost` among them is kept, not minimised.
    relax
        For each rule that may be relaxed, the largest breach of a subject; the first rule is relaxed
        first (contract 4.3).
    course
        The search under way.
    incumbent
        The best plan known, None if there is none. It keeps all hard limits; an engine begins with it
        and returns no worse plan.
    known
        For each goal, the value of the incumbent and a bound that holds for all plans as good as the
        incumbent in the lines before; empty if no bound is known.
    limits_conflict
        Whether it is proven that not all limits can hold.
    author
        The engine that found the incumbent.
    breaches
        For each rule that may be relaxed, the breach of the incumbent and a bound of it.
    starts
        The starts of the problem made so far, by name; tasks made from this one by ``replace`` share
        them. See :meth:`start`.
    """

    problem: Problem
    goals: tuple[Goal, ...]
    relax: Mapping[str, float]
    course: Course
    incumbent: Assignment | None = None
    known: tuple[Proof, ...] = ()
    limits_conflict: bool = False
    author: str = ""
    breaches: Mapping[str, Proof] = field(default_factory=dict)
    starts: dict[str, Assignment] = field(default_factory=dict, compare=False, repr=False)

    def has_start(self, name: str) -> bool:
        """Whether a start of this problem is made already."""
        return name in self.starts and self.starts[name].problem is self.problem

    def start(self, name: str, make: Callable[[Problem, Awaited], Assignment]) -> Assignment:
        """A start of the problem, made once for all searches of a call.

        Parameters
        ----------
        name
            The name of the start.
        make
            Makes it of the problem; it must not depend on anything else. It ends by an error where nobody
            waits for the search any more.
        """
        if not self.has_start(name):
            self.starts[name] = make(self.problem, self.course.while_awaited)
        return self.starts[name]

    def known_bound(self, reached: Sequence[Proof], assignment: Assignment) -> Value | None:
        """The known bound of the goal that follows those *reached*; None if there is none.

        The bound holds only for plans that keep to the incumbent's values. So it is None, too, where
        *assignment* is worse than the incumbent in some line, even if it is better in an earlier one.
        """
        if not self.known or self.incumbent is None:
            return None
        for rule in self.relax:
            if not nowhere_more(order(assignment, rule), order(self.incumbent, rule)):
                return None
        for goal, mine, line in zip(self.goals, reached, self.known, strict=False):
            if not nowhere_more(held(goal, mine.best), held(goal, line.best)):
                return None
        return self.known[len(reached)].bound


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of one stage: its value, its bound, and whether the two meet."""

    best: Value
    bound: Value
    proven: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an engine.

    Parameters
    ----------
    assignment
        The plan.
    breaches
        A line for each rule that may be relaxed and is broken or was searched.
    goals
        A line for each goal, in order.
    stopped
        What cut the search, None if nothing did.
    limits_conflict
        Whether it is proven that not all limits can hold.
    """

    assignment: Assignment
    breaches: Mapping[str, Proof]
    goals: tuple[Proof, ...]
    stopped: str | None
    limits_conflict: bool = False


class Engine(ABC):
    """An algorithm that makes plans.

    An engine declares the rules that it keeps, and refuses by name each rule of the problem that it does
    not declare. So an engine written before a rule existed makes no plan that breaks it.
    """

    name: str
    #: Whether independent parts of a problem are solved one by one: it pays where the time grows faster
    #: than the size.
    apart: bool
    #: The rules of :data:`RELAXABLE` that it keeps, or breaks least where they may be relaxed.
    keeps: frozenset[str]
    #: Whether it minimises breaches. An engine that does not also takes a rule outside *keeps* if it
    #: may be relaxed without a ceiling; the line of its breach is then not proven.
    eases: bool = True

    def __init_subclass__(cls, **options: Any) -> None:
        """Refuse a class that leaves out what every engine declares."""
        super().__init_subclass__(**options)
        missing = [part for part in ("name", "apart", "keeps") if not hasattr(cls, part)]
        if missing:
            raise TypeError(f"engine {cls.__name__} does not define {', '.join(missing)}")
        if unknown := sorted(cls.keeps - RULES.keys()):
            raise TypeError(f"engine {cls.__name__} keeps {', '.join(unknown)}, no known rule")

    def refusals(self, task: Task) -> list[str]:
        """The parts of the task that the engine cannot keep, by name; empty if it takes the task."""
        return [*self._unkept(task), *self.refuses(task)]

    def _unkept(self, task: Task) -> Iterator[str]:
        """The rules that the problem sets and the engine does not keep, with the reasons."""
        for name, rule in RULES.items():
            borne = not self.eases and math.isinf(task.relax.get(name, 0.0))
            if name not in self.keeps and not borne and rule.is_set(task.problem):
                yield self.why_not(name)

    def why_not(self, rule: str) -> str:
        """The reason why the engine does not keep a rule, beginning with the name of the rule."""
        return Message("{rule} (this engine does not keep it)", rule=rule)

    @abstractmethod
    def refuses(self, task: Task) -> list[str]:
        """Further parts that the engine cannot keep: goals, and cases of the rules that it declares."""
        ...

    @abstractmethod
    def run(self, task: Task) -> Outcome | None:
        """The best plan found, or None if it is proven that there is none.

        Raises
        ------
        NoPlanFoundError
            Neither a plan nor a proof was found in time.
        """
        ...


@runtime_checkable
class Exchanging(Protocol):
    """An engine that prices other pairs from an optimal plan, without a new search."""

    def exchanges(self, task: Task, assignment: Assignment, row: int) -> dict[int, Outcome]:
        """The best plan for each other member of the household *row* that it can price, by column."""
        ...


def as_held(assignment: Assignment, goal: Goal, line: Proof) -> Proof:
    """The line of a goal; with the value of the final plan, unproven, if that exceeds the held value.

    Unequal real numbers may round to equal integers, and later stages choose among such plans.
    """
    if isinstance(goal, AtMost):
        return goal.line(assignment)
    value = goal.value(assignment)
    kept = (
        meets(value, line.best)
        if is_row(value)
        else not above(np.asarray(value), goal.held(single(line.best)))
    )
    return line if kept else replace(line, best=value, proven=False)


class Exact(Protocol):
    """An exact engine, as other engines call it for subproblems."""

    def run(self, task: Task) -> Outcome | None:
        """A plan with its proofs, as :meth:`Engine.run`."""
        ...

    def first_plan(self, task: Task, part: float) -> Assignment | None:
        """Any plan within all limits; None if it is proven that there is none.

        Parameters
        ----------
        task
            The task; its goals are ignored, and no rule is relaxed.
        part
            The share of the remaining search that it may take.

        Raises
        ------
        NoPlanFoundError
            Neither a plan nor a proof was found in time.
        """
        ...


def stage_part(after: int) -> float:
    """The share of the remaining search for a stage that has so many stages after it.

    Later stages keep the rest, and all that this stage does not use.
    """
    return STAGE_PART if after else 1.0


class LimitsConflictError(NoPlanFoundError):
    """An engine found no plan, but proved that not all limits can hold."""


class TooLargeError(NoPlanFoundError):
    """An engine did not begin, as it has no time to build its model."""


#: The reason why there is no plan where the time was up before one was looked for.
NO_TIME: Final = Message("there was no time to look for a plan; give more seconds")


def no_plan_found(
    kind: type[NoPlanFoundError] = NoPlanFoundError, rules: Sequence[str] = ()
) -> NoPlanFoundError:
    """The error of an engine that found neither a plan nor a proof in time.

    Parameters
    ----------
    kind
        The error.
    rules
        The rules that the best plan breaks.
    """
    return kind(
        Message(
            "neither a plan nor a proof that there is none was found in time; give more seconds or "
            "work, or relax {rules}",
            rules=", ".join(map(repr, rules or ("coverage",))),
        )
    )


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


def _default_place(rule: Any) -> int:
    """The place of a rule in the default order; names that are no rules come last."""
    return RELAXABLE.index(rule) if rule in RELAXABLE else len(RELAXABLE)


def read_relax(relax: Any) -> dict[str, float]:
    """The rules that may be relaxed, in the given order, each with its ceiling (``inf`` for none).

    Raises
    ------
    InvalidArgumentError
        A name is unknown or is given twice, or a ceiling is not a number; the error names them all.
    """
    if isinstance(relax, str):
        raise InvalidArgumentError(f"relax is a string; give a sequence, such as ({relax!r},)")
    ceilings: Iterable[tuple[Any, Any]]
    if isinstance(relax, Mapping):
        ceilings = relax.items()
    elif isinstance(relax, set | frozenset):  # it has no order of its own
        ceilings = ((rule, None) for rule in sorted(relax, key=_default_place))
    elif isinstance(relax, Iterable):
        ceilings = ((rule, None) for rule in relax)
    else:
        raise InvalidArgumentError(f"relax is {relax!r}; give names of rules, or () for none")
    read: dict[str, float] = {}
    wrong = []
    for rule, ceiling in ceilings:
        most = None if isinstance(ceiling, str) else as_number(ceiling)
        if rule not in RELAXABLE:
            wrong.append(Message("{rule} is not a rule that can be relaxed", rule=repr(rule)))
        elif rule in read:
            wrong.append(Message("{rule} is given twice", rule=repr(rule)))
        elif ceiling is not None and (most is None or not most >= 0):
            wrong.append(
                Message(
                    "the ceiling of {rule} is {value}, not a number, 0 or more",
                    rule=repr(rule),
                    value=repr(ceiling),
                )
            )
        else:
            read[rule] = math.inf if most is None else most
    if wrong:
        raise InvalidArgumentError(
            Message(
                "relax: {what}; the rules: {rules}",
                what=Message.joined(wrong),
                rules=", ".join(RELAXABLE),
            )
        )
    return read
