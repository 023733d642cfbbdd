"""`recommend`: the best members for one household, with the price of each (contract 6.9)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cmp_to_key

import numpy as np

from phancong.assignment import Assignment
from phancong.decimals import decimal_sum
from phancong.engines.task import Task
from phancong.errors import InvalidArgumentError, NoPlanFoundError
from phancong.explaining.hindrances import hindrances, together
from phancong.explaining.records import (
    Alternative,
    Move,
    Price,
    Recommendation,
)
from phancong.goals import Goal, Preference, Value, by_place, read_goals
from phancong.naming import unit_of
from phancong.plan import Plan
from phancong.problem import BoolArray, Household, Id, IntArray, Problem
from phancong.report.prices import Lines, compared, lines, worse
from phancong.rules import RELAXABLE, RULES, breaches, fixed_mask
from phancong.running import run
from phancong.search import Course, Search, read_search
from phancong.words import Message

#: Every limit may be relaxed; what that costs is a line of the price.
_RELAX = dict.fromkeys(RELAXABLE, math.inf)


def recommend(
    plan: Plan,
    household: Id | Household,
    *,
    count: int = 5,
    moves: int = 0,
    search: Search = Search(seconds=10.0),
) -> Recommendation:
    """The best members for a household, in order, each with its price (contract 6.9).

    Parameters
    ----------
    plan
        The plan; its breaches and goals, in their order, are what is compared. Tolerances are not
        looked at.
    household
        The id of a household, or a :class:`Household` that is new. Members that it has already are
        not recommended. With room for one more, a member is added; otherwise the member replaces
        the one for whom that costs least. A group goes together.
    count
        How many members are named at most.
    moves
        How many pairs of other households may change to make room. With 0 all others stay, every
        price is exact and nothing is searched.
    search
        How long and how hard to search, in all, where others may move. A price that is not proven
        by then says so, and has a bound.

    Returns
    -------
    Recommendation
        Prices are differences to the plan as it is, where a new household is without a member.

    Raises
    ------
    InvalidArgumentError
        An argument cannot be used; or others may move, and the problem has ``max_changes``.
    InvalidProblemError
        The new household has defects, its id is there already, or a matrix has no row for it.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, recommend, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.21))]
    >>> homes = [Household("h1", (22.40, 105.20)), Household("h2", (22.41, 105.21))]
    >>> plan = solve(Problem(members, homes))
    >>> found = recommend(plan, Household("h3", (22.401, 105.201)), count=1)
    >>> [other.member for other in found.alternatives]
    ['m1']
    """
    if not isinstance(plan, Plan):
        raise InvalidArgumentError(f"recommend() takes a Plan, not a {type(plan).__name__}")
    for name, number, least in (("count", count, 1), ("moves", moves, 0)):
        if isinstance(number, bool) or not isinstance(number, int) or number < least:
            raise InvalidArgumentError(f"{name} is {number!r}; give a whole number from {least} on")
    course = Course(read_search(search))
    asked = _Alternatives(*_with(plan, household))
    found = asked.untouched()
    if moves and found:
        found = list(asked.moving(found, moves, course))
    found.sort(key=cmp_to_key(asked.compared))
    ids = asked.problem.member_columns.ids
    return Recommendation(
        household.id if isinstance(household, Household) else household,
        tuple(ids[column] for column in asked.members),
        tuple(asked.alternative(other) for other in found[:count]),
        len(found),
    )


def _with(plan: Plan, household: Id | Household) -> tuple[Plan, Assignment, int]:
    """The pairs of a plan in a problem that has the household, and its row."""
    problem, assignment = plan.problem, plan.assignment
    if isinstance(household, Household):
        problem = problem.replace(households=(*problem.households, household))
        read_goals(
            tuple(line.goal for line in plan.goals), problem
        )  # scores may have no row for it
        assignment = Assignment.of(problem, plan.pairs)
        household = household.id
    try:
        return plan, assignment, problem.household_columns.index[household]
    except (KeyError, TypeError):
        told = Message("{id} is not a household of this problem", id=repr(household))
        raise InvalidArgumentError(told) from None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A member for the household: what the plan would be, its lines, and whether they are proven.

    Parameters
    ----------
    column
        The member.
    assignment
        The plan with the member.
    lines
        The figures of each line: of the rules, the last to be relaxed first, then of the goals. A rule
        that is kept has none.
    bounds
        A bound of each goal.
    proven
        Whether no such plan is better.
    """

    column: int
    assignment: Assignment
    lines: Lines
    bounds: tuple[Value, ...]
    proven: bool


class _Alternatives:
    """One question: a household, and the plan around it."""

    def __init__(self, plan: Plan, assignment: Assignment, row: int) -> None:
        self.problem: Problem = assignment.problem
        self.goals: tuple[Goal, ...] = tuple(line.goal for line in plan.goals)
        self.assignment = assignment
        self.row = row
        self.rows: IntArray = together(self.problem, row)
        self.members: list[int] = assignment.columns[assignment.rows == row].tolist()
        self.rules = tuple(reversed(RELAXABLE))
        self.before = self.lines(assignment)

    def lines(self, assignment: Assignment) -> Lines:
        """The figures of each line, which compare in their order; a rule that is kept has none."""
        return lines(assignment, self._values(assignment))

    def _values(self, assignment: Assignment) -> tuple[Value, ...]:
        return tuple(goal.value(assignment) for goal in self.goals)

    # --- all others stay

    def untouched(self) -> list[_Candidate]:
        """Each member who may have the household, where nobody else moves."""
        places = self._places()
        allowed: BoolArray = np.all(self.problem.allowed[self.rows], axis=0)
        allowed[self.members] = False
        best = cmp_to_key(self.compared)
        return [
            min((self._placed(column, without) for without in places), key=best)
            for column in np.flatnonzero(allowed).tolist()
            if places
        ]

    def _places(self) -> list[int | None]:
        """Who could make room: nobody where a place is open, else each whose pair is not fixed."""
        if len(self.members) < self.problem.needed[self.row]:
            return [None]
        fixed = fixed_mask(self.problem)[self.rows]
        return [column for column in self.members if not fixed[:, column].any()]

    def _placed(self, column: int, without: int | None) -> _Candidate:
        now = self.assignment
        leaves = np.isin(now.rows, self.rows) & (
            now.columns == (-1 if without is None else without)
        )
        rows = np.concatenate([now.rows[~leaves], self.rows])
        columns = np.concatenate([now.columns[~leaves], np.full(len(self.rows), column)])
        sorted_ = np.lexsort((columns, rows))
        assignment = Assignment(self.problem, rows[sorted_], columns[sorted_])
        values = self._values(assignment)
        return _Candidate(column, assignment, lines(assignment, values), values, True)

    # --- some others move

    def moving(self, found: list[_Candidate], moves: int, course: Course) -> Iterator[_Candidate]:
        """Each member again, where so many pairs of others may change; as far as there is time."""
        if self.problem.max_changes is not None:
            raise InvalidArgumentError(
                Message("recommend() with moves cannot keep max_changes; ask with moves=0")
            )
        found = sorted(found, key=cmp_to_key(self.compared))
        for number, other in enumerate(found):
            better = None
            if course.stopped is None:
                part = course.part(1 / (len(found) - number), "again")
                with suppress(NoPlanFoundError):  # what is known stays, unproven
                    better = self._solved(other.column, moves, part)
                course.joined(part)
            if better is None:
                floors = tuple(goal.floor(self.problem) for goal in self.goals)
                yield replace(other, bounds=floors, proven=False)
            else:  # a search that was cut may have found less than what is known
                known = replace(
                    better, assignment=other.assignment, lines=other.lines, proven=False
                )
                yield min((better, known), key=cmp_to_key(self.compared))

    def _solved(self, column: int, moves: int, course: Course) -> _Candidate:
        """The best plan with a member where at most so many pairs of others end.

        To the solver the plan is last year's, so that it may change as little as that; what goes on
        of the true last year is a preference.
        """
        problem = self.problem
        homes, people = problem.household_columns.ids, problem.member_columns.ids
        mine = {homes[row] for row in self.rows.tolist()}
        others = [pair for pair in self.assignment.pairs if pair[0] not in mine]
        pairs = [(homes[row], people[column]) for row in self.rows.tolist()]
        fixed = dict.fromkeys((*problem.fixed, *pairs))
        variant = problem.replace(previous=others, max_changes=moves, fixed=tuple(fixed))
        relax = {rule: cap for rule, cap in _RELAX.items() if rule != "max_changes"}
        goals = tuple(map(self._as_preference, self.goals))
        made = run(Task(variant, goals, relax, course), "auto")
        assert made is not None  # what moves nobody keeps all that may not be relaxed
        assignment = Assignment.of(problem, made.pairs)
        values = [goal.value(assignment) for goal in self.goals]
        bounds = tuple(
            _shifted(line.bound, line.value, value)
            for line, value in zip(made.goals, values, strict=True)
        )
        proven = all(line.proven for line in made.breaches.values())
        proven = proven and all(line.proven for line in made.goals)
        return _Candidate(column, assignment, self.lines(assignment), bounds, proven)

    def _as_preference(self, goal: Goal) -> Goal:
        """Last year's pairs as a preference of pairs: the same up to a constant."""
        strict: Goal = replace(goal, tolerance=0.0, rtol=0.0)  # type: ignore[type-var]  # every goal is a dataclass
        listed = goal.listed(self.problem)
        if listed is None:
            return strict
        homes, people = self.problem.household_columns.ids, self.problem.member_columns.ids
        pairs = zip(
            listed.rows.tolist(), listed.columns.tolist(), listed.values.tolist(), strict=True
        )
        return Preference({(homes[r], people[c]): -value for r, c, value in pairs})

    # --- told

    def compared(self, a: _Candidate, b: _Candidate) -> int:
        """Less than 0 where *a* is better, line by line; then by id."""
        return compared(a.lines, b.lines) or a.column - b.column

    def alternative(self, other: _Candidate) -> Alternative:
        """A member with its prices, and the households that move."""
        member = self.problem.member_columns.ids[other.column]
        against = hindrances(self.problem, self.row, other.column, _RELAX)
        return Alternative(tuple(self._prices(other)), tuple(self._moves(other)), member, against)

    def _prices(self, other: _Candidate) -> Iterator[Price]:
        was, now = (_totals(assignment) for assignment in (self.assignment, other.assignment))
        unit = "" if self.problem.travel is None else self.problem.travel.unit
        for rule, before, after in zip(self.rules, self.before, other.lines, strict=False):
            if was[rule] or now[rule]:
                of = RULES[rule].unit(self.problem)
                is_worse, bound = worse(after, before), now[rule] if other.proven else 0.0
                yield Price(rule, None, was[rule], now[rule], bound, other.proven, is_worse, of)
        start = len(self.rules)
        for number, goal in enumerate(self.goals):
            before, after = self.before[start + number], other.lines[start + number]
            is_worse, of = worse(after, before), unit_of(goal, unit)
            least = other.bounds[number]
            values = (goal.value(self.assignment), goal.value(other.assignment))
            yield Price(repr(goal), goal, *values, least, other.proven, is_worse, of)

    def _moves(self, other: _Candidate) -> Iterator[Move]:
        sides = [_members_of(assignment) for assignment in (self.assignment, other.assignment)]
        for household in self.problem.household_columns.ids:
            before, after = (side.get(household, ()) for side in sides)
            if before != after:
                yield Move(household, before, after)


def _totals(assignment: Assignment) -> dict[str, float]:
    found: dict[str, list[float]] = {rule: [] for rule in RELAXABLE}
    for relaxation in breaches(assignment):
        found[relaxation.rule].append(relaxation.by)
    return {rule: decimal_sum(by) for rule, by in found.items()}


def _members_of(assignment: Assignment) -> dict[Id, tuple[Id, ...]]:
    found: dict[Id, tuple[Id, ...]] = {}
    for household, member in assignment.pairs:
        found[household] = (*found.get(household, ()), member)
    return found


def _shifted(bound: Value, line: Value, value: Value) -> Value:
    """A bound in the measure of a goal, where the solver's line differs from it by a constant."""
    return by_place(lambda least, found, solved: least + (found - solved), bound, value, line)
