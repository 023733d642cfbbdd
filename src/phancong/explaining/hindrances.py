"""The limits against a pair, by name and amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from phancong.explaining.records import Hindrance
from phancong.problem import IntArray, Problem
from phancong.rules import RULES, beyond_ceiling, fixed_mask, pair_breaches


def together(problem: Problem, row: int) -> IntArray:
    """The rows of a household's group, or the row of the household alone."""
    for group in problem.groups:
        if row in group:
            return group
    return np.array([row], dtype=np.int64)


def hindrances(
    problem: Problem, row: int, column: int, relax: Mapping[str, float]
) -> tuple[Hindrance, ...]:
    """The limits against a pair that is not in the plan; *relax* has the limits that may be relaxed."""
    settled = tuple(Hindrance(rule, 1.0, True) for rule in _settled(problem, row, column))
    return settled or tuple(_relaxable(problem, row, column, relax))


def _settled(problem: Problem, row: int, column: int) -> Iterator[str]:
    """The rules against a pair that no plan breaks (contract 4.1)."""
    if problem.needed[row] == 0:
        yield "members_needed"
    travel = problem.travel_matrix
    forbidden = np.zeros(problem.allowed.shape, dtype=bool)
    forbidden[problem.pair_rows("forbidden")] = True
    own = problem.own_household == "forbid" and problem.own[column] == row
    reasons = {
        "forbidden": forbidden[row, column],
        "unreachable": travel is not None and not np.isfinite(travel[row, column]),
        "exempt": problem.exempt[column],
        "own_household": own,
    }
    yield from (rule for rule, stands in reasons.items() if stands)
    if not problem.allowed[row, column] and not any(reasons.values()):
        yield "group"
    if 0 < problem.needed[row] <= fixed_mask(problem)[row].sum():
        yield "fixed"


def _relaxable(
    problem: Problem, row: int, column: int, relax: Mapping[str, float]
) -> Iterator[Hindrance]:
    rows = together(problem, row)
    for rule, broken in pair_breaches(problem).items():
        by = broken[rows, column]
        if by.any():
            ceiling = relax.get(rule, 0.0)
            pair = RULES[rule].pair
            assert pair is not None
            columns = np.full(len(rows), column)
            final = bool(beyond_ceiling(problem, pair, by, ceiling, rows, columns).any())
            yield Hindrance(rule, float(by.sum()), final, RULES[rule].unit(problem))
