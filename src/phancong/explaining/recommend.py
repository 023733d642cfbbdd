"""`recommend`: the best members for one household, with the price of each (contract 6.9)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cmp_to_key, partial

import numpy as np

from phancong import naming
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.task import Task
from phancong.errors import InvalidArgumentError, NoPlanFoundError
from phancong.explaining.hindrances import Hindrances, group_rows
from phancong.explaining.promising import promising
from phancong.explaining.records import (
    Alternative,
    Price,
    Recommendation,
    moves_between,
)
from phancong.goals import Goal, Preference, Value, by_place, read_goals
from phancong.plan import Plan
from phancong.problem import BoolArray, Household, Id, IntArray, Problem
from phancong.report.prices import Lines, compared_lines, plan_lines, worse
from phancong.rules import RELAXABLE, RULES, fixed_mask, totals
from phancong.running import run
from phancong.search import Search, read_search
from phancong.words import Message

#: All limits may be relaxed; a breach is a line of the price.
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
        The plan; its breaches and goals are compared in their order, without tolerances.
    household
        The id of a household, or a new :class:`Household`. Members in charge of it are not recommended.
        If it needs one more member, the member is added; otherwise the member replaces the one whose
        replacement costs least. A group is assigned as a whole.
    count
        The largest number of members to recommend.
    moves
        How many pairs of other households may change to make room. With 0 no other pair changes, every
        price is exact, and nothing is solved.
    search
        The limits of time and work for all solves together, if other pairs may change. A price that is
        not proven in time is marked so, and has a bound. Members who are not priced in time are left out,
        though never so many that fewer than *count* remain.

    Returns
    -------
    Recommendation
        Prices are differences to the plan as it is; in it, a new household has no member.

    Raises
    ------
    InvalidArgumentError
        An argument is not valid; or other pairs may change, and the problem has ``max_changes``.
    InvalidProblemError
        The new household has defects, its id exists already, or a matrix has no row for it.

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
    found, others = asked.untouched(count, course if moves else None)
    if moves and found:
        found = list(asked.moving(found, others, moves, course))
    found.sort(key=cmp_to_key(asked.compared))
    ids = asked.problem.member_columns.ids
    return Recommendation(
        household.id if isinstance(household, Household) else household,
        tuple(ids[column] for column in asked.members),
        tuple(asked.alternative(other) for other in found[:count]),
        len(asked.possible),
    )


def _with(plan: Plan, household: Id | Household) -> tuple[Plan, Assignment, int]:
    """The plan and its pairs in a problem with the household, and the household's row."""
    problem, assignment = plan.problem, plan.assignment
    if isinstance(household, Household):
        problem = problem.replace(households=(*problem.households, household))
        read_goals(
            tuple(line.goal for line in plan.goals), problem
        )  # a matrix of scores may have no row for a new household
        assignment = Assignment.of(problem, plan.pairs)
        household = household.id
    try:
        return plan, assignment, problem.household_columns.index[household]
    except (KeyError, TypeError):
        message = Message("{id} is not a household of this problem", id=repr(household))
        raise InvalidArgumentError(message) from None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A member for the household: the plan with the member, its lines, and whether they are proven.

    Parameters
    ----------
    column
        The column of the member.
    made
        Makes the plan with the member; among a thousand candidates the plans themselves take a gigabyte.
    lines
        The figures of each line: rules first, the last to be relaxed at the front, then goals. A rule
        without breaches has no figures.
    bounds
        The bound of each goal.
    proven
        Whether the plan with the member is proven to be the best.
    """

    column: int
    made: Callable[[], Assignment]
    lines: Lines
    bounds: tuple[Value, ...]
    proven: bool


class _Alternatives:
    """One call of :func:`recommend`: a household, and the plan."""

    def __init__(self, plan: Plan, assignment: Assignment, row: int) -> None:
        self.problem: Problem = assignment.problem
        self.goals: tuple[Goal, ...] = tuple(line.goal for line in plan.goals)
        self.assignment = assignment
        self.row = row
        self.rows: IntArray = group_rows(self.problem, row)
        #: Which pairs of the plan are the household's, (P,).
        self.mine: BoolArray = np.isin(assignment.rows, self.rows)
        self.hindrances = Hindrances(self.problem, row, _RELAX)
        self.members: list[int] = assignment.columns[assignment.rows == row].tolist()
        allowed: BoolArray = np.all(self.problem.allowed[self.rows], axis=0)
        allowed[self.members] = False
        #: The columns of the members who may have the household, if somebody can be replaced, (C,).
        self.possible: IntArray = np.flatnonzero(allowed & bool(self._places()))
        self.rules = tuple(reversed(RELAXABLE))
        self.before = self.lines(assignment)

    def lines(self, assignment: Assignment) -> Lines:
        """The figures of each line, in the order of comparison; a rule without breaches has none."""
        return plan_lines(assignment, self._values(assignment))

    def _values(self, assignment: Assignment) -> tuple[Value, ...]:
        return tuple(goal.value(assignment) for goal in self.goals)

    # --- no other pair changes

    def untouched(
        self, count: int, course: Course | None = None
    ) -> tuple[list[_Candidate], list[int]]:
        """Members with all other pairs unchanged, and the columns of those who are not priced.

        The first *count* are among those who are priced, unless the time of a *course* is up before: then
        at least so many are priced. The others are worse or left for want of time, the best first.
        """
        first: dict[int, None] = {}
        others: list[int] = []
        for without in self._places() if len(self.possible) else ():
            leaves = self._leaving(without)
            stays = Assignment(
                self.problem, self.assignment.rows[~leaves], self.assignment.columns[~leaves]
            )
            some, rest = promising(stays, self.rows, self.possible, self.goals, count)
            first |= dict.fromkeys(some.tolist())
            others = others or rest.tolist()
        found: list[_Candidate] = []
        for column in first:
            if course is not None and course.stopped is not None and len(found) >= count:
                break
            found.append(self.priced(column))
        left = list(first)[len(found) :]
        return found, [*left, *(column for column in others if column not in first)]

    def priced(self, column: int) -> _Candidate:
        """A member with all other pairs unchanged, in the place that costs least."""
        made = (self._placed(column, without) for without in self._places())
        return min(made, key=cmp_to_key(self.compared))

    def _places(self) -> list[int | None]:
        """The members that can be replaced, whose pairs are not fixed; None if a place is open."""
        if len(self.members) < self.problem.needed[self.row]:
            return [None]
        fixed = fixed_mask(self.problem)[self.rows]
        return [column for column in self.members if not fixed[:, column].any()]

    def _placed(self, column: int, without: int | None) -> _Candidate:
        made = partial(self.assignment.exchanged, self._leaving(without), self.rows, column)
        assignment = made()
        values = self._values(assignment)
        return _Candidate(column, made, plan_lines(assignment, values), values, True)

    def _leaving(self, without: int | None) -> BoolArray:
        """Which pairs of the plan end where a member is replaced, (P,)."""
        return self.mine & (self.assignment.columns == (-1 if without is None else without))

    # --- some other pairs change

    def moving(
        self, found: list[_Candidate], others: list[int], moves: int, course: Course
    ) -> Iterator[_Candidate]:
        """Each member again, with up to *moves* changed pairs of others, as far as time allows.

        Those who are not priced without moves come last, and are left out once the time is up.
        """
        if self.problem.max_changes is not None:
            raise InvalidArgumentError(
                Message("recommend() with moves cannot keep max_changes; ask with moves=0")
            )
        queue: list[_Candidate | int] = [*sorted(found, key=cmp_to_key(self.compared)), *others]
        floors = tuple(goal.floor(self.problem) for goal in self.goals)
        late = 0.0  # by how much the last one took longer than its share
        for place, waiting in enumerate(queue):
            begins = course.stopped is None and late <= course.seconds_left
            if isinstance(waiting, _Candidate):
                other = waiting
            elif begins:
                other = self.priced(waiting)
            else:
                return
            better = None
            if begins:
                began = course.seconds
                part = course.part(1 / (len(queue) - place), "again")
                with suppress(NoPlanFoundError):  # on a timeout the known price stays, unproven
                    better = self._solved(other.column, moves, part)
                course.joined(part)
                late = max(0.0, course.seconds - began - part.search.seconds)
            if better is None:
                yield replace(other, bounds=floors, proven=False)
            else:  # a search that was cut may have found a worse plan than the known one
                known = replace(better, made=other.made, lines=other.lines, proven=False)
                yield min((better, known), key=cmp_to_key(self.compared))

    def _solved(self, column: int, moves: int, course: Course) -> _Candidate:
        """The best plan with a member in which at most *moves* pairs of other households end.

        The solver gets the plan as the previous one, so that ``max_changes`` limits the changes to it.
        Continuity with the true previous pairs becomes a preference.
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
        assert made is not None  # the plan without moves is feasible
        assignment = Assignment.of(problem, made.pairs)
        values = [goal.value(assignment) for goal in self.goals]
        bounds = tuple(
            _shifted(line.bound, line.value, value)
            for line, value in zip(made.goals, values, strict=True)
        )
        proven = all(line.proven for line in made.breaches.values())
        proven = proven and all(line.proven for line in made.goals)
        return _Candidate(column, lambda: assignment, self.lines(assignment), bounds, proven)

    def _as_preference(self, goal: Goal) -> Goal:
        """Continuity as scores of pairs: equal up to a constant."""
        strict: Goal = replace(goal, tolerance=0.0, rtol=0.0)  # type: ignore[type-var]  # every goal is a dataclass
        listed = goal.listed(self.problem)
        if listed is None:
            return strict
        homes, people = self.problem.household_columns.ids, self.problem.member_columns.ids
        pairs = zip(
            listed.rows.tolist(), listed.columns.tolist(), listed.values.tolist(), strict=True
        )
        return Preference({(homes[r], people[c]): -value for r, c, value in pairs})

    # --- the result

    def compared(self, a: _Candidate, b: _Candidate) -> int:
        """Less than 0 if *a* is better, line by line; ties are broken by id."""
        return compared_lines(a.lines, b.lines) or a.column - b.column

    def alternative(self, other: _Candidate) -> Alternative:
        """A member with its prices, and the households whose members change."""
        member = self.problem.member_columns.ids[other.column]
        against, assignment = self.hindrances.of(other.column), other.made()
        return Alternative(
            tuple(self._prices(other, assignment)),
            moves_between(self.assignment, assignment),
            member,
            against,
        )

    def _prices(self, other: _Candidate, assignment: Assignment) -> Iterator[Price]:
        was, now = totals(self.assignment), totals(assignment)
        unit = naming.travel_unit(self.problem)
        for rule, before, after in zip(self.rules, self.before, other.lines, strict=False):
            if was[rule] or now[rule]:
                of = RULES[rule].unit(self.problem)
                is_worse, bound = worse(after, before), now[rule] if other.proven else 0.0
                yield Price(rule, None, was[rule], now[rule], bound, other.proven, is_worse, of)
        start = len(self.rules)
        for number, goal in enumerate(self.goals):
            before, after = self.before[start + number], other.lines[start + number]
            is_worse, of = worse(after, before), naming.unit_of(goal, unit)
            least = other.bounds[number]
            values = (goal.value(self.assignment), goal.value(assignment))
            yield Price(repr(goal), goal, *values, least, other.proven, is_worse, of)


def _shifted(bound: Value, line: Value, value: Value) -> Value:
    """A bound of a goal, from the solver's bound of a value that differs from it by a constant."""
    return by_place(lambda least, found, solved: least + (found - solved), bound, value, line)
