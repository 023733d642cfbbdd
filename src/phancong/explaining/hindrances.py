"""The limits against a pair, by name and amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from phancong.explaining.records import Hindrance
from phancong.problem import IntArray, Problem
from phancong.rules import RULES, beyond_ceiling, pair_breaches_of


def group_rows(problem: Problem, row: int) -> IntArray:
    """The rows of a household's group, or the row of the household alone."""
    for group in problem.groups:
        if row in group:
            return group
    return np.array([row], dtype=np.int64)


class Hindrances:
    """The limits against the pairs of a household that are not in the plan.

    All members are examined at once, and no other household: what is asked of one household must not
    need a matrix of all pairs.

    Parameters
    ----------
    problem
        The problem.
    row
        The row of the household.
    relax
        The limits that may be relaxed, with the ceilings of their breaches.
    """

    def __init__(self, problem: Problem, row: int, relax: Mapping[str, float]) -> None:
        self._problem = problem
        self._row = row
        self._relax = relax
        columns = np.arange(len(problem.member_columns))
        own = np.full(len(columns), row)
        self._forbidden = problem.is_given("forbidden", own, columns)
        self._fixed = int(problem.is_given("fixed", own, columns).sum())
        self._unreachable = np.zeros(len(columns), dtype=bool)
        if problem.travel is not None:
            self._unreachable = ~np.isfinite(problem.travel_of(own, columns))
        #: The rows of the household's group.
        self._rows = group_rows(problem, row)
        pairs = np.meshgrid(self._rows, columns, indexing="ij")
        broken = pair_breaches_of(problem, *(side.ravel() for side in pairs))
        #: Rule about pairs → the breach of each pair, group × M.
        self._broken = {rule: by.reshape(len(self._rows), -1) for rule, by in broken.items()}

    def of(self, column: int) -> tuple[Hindrance, ...]:
        """The limits against the member in *column*."""
        settled = tuple(Hindrance(rule, 1.0, True) for rule in self._settled(column))
        return settled or tuple(self._relaxable(column))

    def _settled(self, column: int) -> Iterator[str]:
        """The rules against a pair that no plan breaks (contract 4.1)."""
        problem, row = self._problem, self._row
        if problem.needed[row] == 0:
            yield "members_needed"
        reasons = {
            "forbidden": self._forbidden[column],
            "unreachable": self._unreachable[column],
            "exempt": problem.exempt[column],
            "own_household": problem.own_household == "forbid" and problem.own[column] == row,
        }
        yield from (rule for rule, stands in reasons.items() if stands)
        if not problem.allowed[row, column] and not any(reasons.values()):
            yield "group"
        if 0 < problem.needed[row] <= self._fixed:
            yield "fixed"

    def _relaxable(self, column: int) -> Iterator[Hindrance]:
        columns = np.full(len(self._rows), column)
        for rule, broken in self._broken.items():
            by = broken[:, column]
            if by.any():
                ceiling = self._relax.get(rule, 0.0)
                pair = RULES[rule].pair
                assert pair is not None
                beyond = beyond_ceiling(self._problem, pair, by, ceiling, self._rows, columns)
                unit = RULES[rule].unit(self._problem)
                yield Hindrance(rule, float(by.sum()), bool(beyond.any()), unit)
