"""The input and the result of an engine."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Protocol, runtime_checkable

from phancong.assignment import Assignment
from phancong.errors import InvalidArgumentError, NoPlanFoundError
from phancong.goals import Goal, Kind, ListedPairs, PairSum, Value, is_row, nowhere_more, single
from phancong.meeting import slack
from phancong.problem import Problem
from phancong.rules import RELAXABLE, RULES, order
from phancong.search import Course
from phancong.words import Message

#: What part of the search left a stage may take, unless it is the last one.
STAGE_PART: Final = 0.5


@dataclass(frozen=True, slots=True)
class AtMost(Goal):
    """A goal that is kept at or below a limit, in its place among the goals, not minimised.

    Among the plans that are as good in all that stands before it, those beyond the limit are left
    out; where none remains there is no plan. The limit is kept to the rounding used: where real
    numbers are rounded to integers, plans within that of the limit may be left out, too.

    Parameters
    ----------
    goal
        The goal; its tolerance is not looked at.
    limit
        In the unit of the goal.
    least
        An engine may keep to any limit from here on instead, if that is easier, and the answer is
        then the one for the value that its plan has; None: to *limit* only.
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
        """That of the goal."""
        return self.goal.pair_sum(problem)

    def listed(self, problem: Problem) -> ListedPairs | None:
        """That of the goal."""
        return self.goal.listed(problem)

    @property
    def counts(self) -> bool:
        """Whether values of the goal are whole numbers."""
        return self.goal.counts

    def value(self, assignment: Assignment) -> Value:
        """The value of the goal on a plan."""
        return self.goal.value(assignment)

    def defects(self, problem: Problem) -> list[str]:
        """Why the goal makes no sense on this problem."""
        return self.goal.defects(problem)

    def floor(self, problem: Problem) -> Value:
        """A bound of the goal that holds for every plan."""
        return self.goal.floor(problem)

    def held(self, best: float) -> float:
        """The limit that later goals must keep, whatever was reached."""
        return self.limit

    @property
    def most(self) -> float:
        """The limit, and what floats cannot tell from it."""
        return self.limit + float(slack(self.limit))

    def kept(self, assignment: Assignment) -> bool:
        """Whether a plan keeps the limit."""
        return single(self.value(assignment)) <= self.most

    def line(self, assignment: Assignment) -> Proof:
        """The line of a limit that is kept: its value; nothing was minimised."""
        value = self.value(assignment)
        return Proof(value, value, True)


def held(goal: Goal, best: Value) -> Value:
    """The value of a goal that later goals must keep; of a leximax the value reached."""
    return best if is_row(best) else goal.held(single(best))


@dataclass(frozen=True, slots=True)
class Task:
    """A problem with its goals and the rules that may be relaxed.

    Parameters
    ----------
    problem
        The problem.
    goals
        Most important first; an :class:`AtMost` among them is kept, not minimised.
    relax
        Rule → the most by which a subject may break it; the first is relaxed first (contract 4.3).
    course
        The search under way.
    incumbent
        The best plan known, None if there is none. It keeps what may not be relaxed; an engine begins
        with it and returns nothing worse.
    known
        For each goal what the incumbent has reached and a bound that is proven for every plan as good as
        it in all that stands before; empty: none at all.
    limits_conflict
        Whether it is proven that not all limits can hold.
    author
        The engine that the incumbent is from.
    breaches
        For rules that may be relaxed what the incumbent breaks, and what is proven of that.
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

    def known_bound(self, reached: Sequence[Proof], assignment: Assignment) -> Value | None:
        """The bound that is known of the goal after those that were *reached*, None if there is none.

        None, too, where a plan has come that is better than the incumbent in some line and worse in a
        later one: other plans are as good as that, and of them nothing is known.
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
    """A way of making plans.

    An engine declares the rules that it keeps; a rule of the problem that it does not declare is refused
    by name. So an engine that has never heard of a rule makes no plan that breaks it.
    """

    name: str
    #: Problems that fall into independent parts are solved part by part: it pays where the time
    #: grows faster than the size.
    apart: bool
    #: The rules of :data:`RELAXABLE` that it keeps, or breaks by the least where they may be relaxed.
    keeps: frozenset[str]
    #: Whether it makes breaches small. One that does not takes a rule that it does not keep, too, where
    #: that may be relaxed without a ceiling: what it breaks stands on a line that is not proven.
    eases: bool = True

    def refusals(self, task: Task) -> list[str]:
        """The parts of the task that the engine cannot keep, each by name; empty if it takes it."""
        return [*self._unkept(task), *self.refuses(task)]

    def _unkept(self, task: Task) -> Iterator[str]:
        """The rules that the problem sets and the engine does not declare, and why."""
        for name, rule in RULES.items():
            borne = not self.eases and math.isinf(task.relax.get(name, 0.0))
            if name not in self.keeps and not borne and rule.is_set(task.problem):
                yield self.why_not(name)

    def why_not(self, rule: str) -> str:
        """Why the engine does not keep a rule, with its name first."""
        return Message("{rule} (this engine does not keep it)", rule=rule)

    @abstractmethod
    def refuses(self, task: Task) -> list[str]:
        """Further parts that the engine cannot keep, of the rules that it declares and of the goals."""
        ...

    @abstractmethod
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
    """An engine that tells from an optimal plan the cost of another pair."""

    def exchanges(self, task: Task, assignment: Assignment, row: int) -> dict[int, Outcome]:
        """The best plan with each other member of a household that it can tell, by column."""
        ...


class Exact(Protocol):
    """An exact engine, as other engines call it for what they cannot settle."""

    def run(self, task: Task) -> Outcome | None:
        """A plan with its proofs, as :meth:`Engine.run`."""
        ...

    def first_plan(self, task: Task, part: float) -> Assignment | None:
        """Any plan within all limits; None if it is proven that there is none.

        Parameters
        ----------
        task
            The task; its goals are not looked at, and no rule is relaxed.
        part
            What part of the search left it may take.

        Raises
        ------
        NoPlanFoundError
            Neither a plan nor a proof was found in time.
        """
        ...


def stage_part(after: int) -> float:
    """The share of the remaining search for a stage that has so many stages after it.

    Those after it shall not go without; what the stage does not need, they have.
    """
    return STAGE_PART if after else 1.0


class LimitsConflictError(NoPlanFoundError):
    """An engine found no plan, but a proof that not all limits can hold."""


class TooLargeError(NoPlanFoundError):
    """An engine did not begin: its model could not be built before the search has to end."""


def no_plan_found(kind: type[NoPlanFoundError] = NoPlanFoundError) -> NoPlanFoundError:
    """The error of an engine that found neither a plan nor a proof in time."""
    return kind(
        Message(
            "neither a plan nor a proof that there is none was found in time; give more seconds or "
            "work, or relax 'coverage'"
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


def read_relax(relax: Any) -> dict[str, float]:
    """The rules that may be relaxed, the first first, each with its ceiling (``inf`` for none).

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
            wrong.append(Message("{rule} is not a rule that can be relaxed", rule=repr(rule)))
        elif rule in read:
            wrong.append(Message("{rule} is given twice", rule=repr(rule)))
        elif ceiling is not None and (
            isinstance(ceiling, bool) or not isinstance(ceiling, (int, float)) or not ceiling >= 0
        ):
            wrong.append(
                Message(
                    "the ceiling of {rule} is {value}, not a number, 0 or more",
                    rule=repr(rule),
                    value=repr(ceiling),
                )
            )
        else:
            read[rule] = math.inf if ceiling is None else float(ceiling)
    if wrong:
        raise InvalidArgumentError(
            Message(
                "relax: {what}; the rules: {rules}",
                what=Message.joined(wrong),
                rules=", ".join(RELAXABLE),
            )
        )
    return read
