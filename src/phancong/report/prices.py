"""Prices of giving one household another member while all other pairs stay.

They are the prices of ``recommend`` with ``moves=0`` (contract 6.9), for a page with *include*
``"prices"``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Final

import numpy as np

from phancong import naming
from phancong.assignment import Assignment
from phancong.goals import Kind, Value, figures, first_difference, less, near
from phancong.report.solution import Solution
from phancong.rules import LAST_FIRST, fixed_mask, order, totals
from phancong.words import Words

#: How many of the nearest possible members are priced for each household.
NEAREST: Final = 5
#: Rules whose breaches add up over households, independently of each other.
_ADD_UP: Final = ("coverage", "needs", "max_travel", "within_hamlet")

Lines = tuple[tuple[float, ...], ...]


def plan_lines(assignment: Assignment, values: Iterable[Value]) -> Lines:
    """The figures of each rule, those that are relaxed last first, then of each goal.

    Lines compare in order; a rule without breaches has no figures.

    Parameters
    ----------
    assignment
        The plan.
    values
        The value of each goal.
    """
    broken = (order(assignment, rule.name) for rule in LAST_FIRST)
    return (*(line if any(line) else () for line in broken), *map(figures, values))


def worse(mine: tuple[float, ...], theirs: tuple[float, ...]) -> bool:
    """Whether a line is worse; the line of a rule without breaches has no figures."""
    if mine == theirs or not mine or not theirs:
        return bool(mine) and not theirs
    return less(theirs, mine)


def compared_lines(mine: Lines, theirs: Lines) -> int:
    """Less than 0 if *mine* is better, line by line; 0 if all lines are equal."""
    for one, other in zip(mine, theirs, strict=True):
        if one == other:
            continue
        if worse(one, other):
            return 1
        if worse(other, one):
            return -1
    return 0


@dataclass(frozen=True, slots=True)
class Offer:
    """Another member for a household.

    Parameters
    ----------
    column
        The column of the member.
    lines
        The figures of each line with the member.
    by
        For each line that differs: its number, its increase, and whether it is worse although its total
        does not increase.
    """

    column: int
    lines: Lines
    by: tuple[tuple[int, float, bool], ...]


class Offers:
    """The prices of single changes of a plan.

    Parameters
    ----------
    plan
        The plan.
    """

    def __init__(self, plan: Solution) -> None:
        self._problem = plan.problem
        self._goals = tuple(line.goal for line in plan.goals)
        self._now = plan.assignment
        self._before = self._lines(self._now)
        self._totals = totals(self._now)
        self._single = movable(plan)

    def names(self, w: Words) -> list[tuple[str, str, bool]]:
        """For each line its name, its unit, and whether prices of several households add up."""
        unit = naming.travel_unit(self._problem)
        names = [
            (naming.rule(w, rule.name), unit if rule.in_travel else "", rule.name in _ADD_UP)
            for rule in LAST_FIRST
        ]
        names += [
            (naming.goal(w, goal), naming.unit_of(goal, unit), goal.kind is Kind.PAIR_SUM)
            for goal in self._goals
        ]
        return [(name, of and naming.units(w, of), adds) for name, of, adds in names]

    def counts(self) -> list[int]:
        """The numbers of the lines that can change: those of limits that are set, and of all goals."""
        rules = [n for n, rule in enumerate(LAST_FIRST) if rule.is_set(self._problem)]
        return [*rules, *(len(LAST_FIRST) + n for n in range(len(self._goals)))]

    def of(self, row: int) -> list[Offer]:
        """The priced members of a household, the best first; none if the household cannot change."""
        if not self._single[row]:
            return []
        return sorted(
            (self._offer(row, column) for column in self._near(row)), key=cmp_to_key(_better)
        )

    def _near(self, row: int) -> list[int]:
        """The nearest possible members of the household, and those of last year."""
        problem = self._problem
        may = problem.allowed[row].copy()
        may[self._now.columns[self._now.rows == row]] = False
        columns = np.flatnonzero(may)
        ways = np.zeros(len(columns))
        if problem.travel_matrix is not None:
            ways = problem.travel_matrix[row, columns]
        nearest = columns[np.lexsort((self._now.counts[columns], ways))][:NEAREST].tolist()
        household = problem.household_columns.ids[row]
        index = problem.member_columns.index
        before = [index[m] for h, m, _ in problem.previous if h == household and m in index]
        return list(dict.fromkeys([*nearest, *(column for column in before if may[column])]))

    def _offer(self, row: int, column: int) -> Offer:
        made = self._now.exchanged(self._now.rows == row, np.array([row]), column)
        found = self._lines(made)
        return Offer(column, found, tuple(self._differences(made, found)))

    def _lines(self, assignment: Assignment) -> Lines:
        return plan_lines(assignment, [goal.value(assignment) for goal in self._goals])

    def _differences(self, made: Assignment, found: Lines) -> Iterator[tuple[int, float, bool]]:
        after = totals(made)
        for place, rule in enumerate(LAST_FIRST):
            was, now = self._totals[rule.name], after[rule.name]
            by = 0.0 if near(now, was) else now - was
            is_worse = worse(found[place], self._before[place])
            if by or is_worse:
                yield place, by, is_worse and by <= 0
        for place in range(len(LAST_FIRST), len(found)):
            mine, theirs = found[place], self._before[place]
            differs = first_difference(mine, theirs)
            if differs is not None:
                yield place, mine[differs] - theirs[differs], False


def _better(a: Offer, b: Offer) -> int:
    return compared_lines(a.lines, b.lines) or a.column - b.column


def movable(plan: Solution) -> list[bool]:
    """For each row whether a single member can be replaced: no group, no fixed pair."""
    problem, assignment = plan.problem, plan.assignment
    free = (problem.needed == 1) & ~fixed_mask(problem).any(axis=1)
    free &= np.bincount(assignment.rows, minlength=len(free)) <= 1
    for group in problem.groups:
        free[group] = False
    return [bool(one) for one in free]
