"""All limits, in the order in which they are relaxed, and their breaches on a plan (contract 4)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.decimals import decimal_sum
from phancong.meeting import ULPS, above, exact
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.rules.comparing import figures
from phancong.rules.hamlets import MAX_HAMLETS
from phancong.rules.loads import MAX_HOUSEHOLDS, MAX_WORKLOAD, MIN_HOUSEHOLDS, MIN_WORKLOAD
from phancong.rules.pairs import (
    MAX_TRAVEL,
    NEEDS,
    WITHIN_HAMLET,
    beyond_ceiling,
    fixed_mask,
    pairs_that_break,
)
from phancong.rules.plan_wide import COVERAGE, MAX_CHANGES
from phancong.rules.records import Relaxation, Rule, Unset

#: Every limit by its name, in the order in which they are relaxed (contract 4.2).
RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            MIN_HOUSEHOLDS,
            MIN_WORKLOAD,
            MAX_CHANGES,
            MAX_HAMLETS,
            WITHIN_HAMLET,
            MAX_TRAVEL,
            MAX_WORKLOAD,
            MAX_HOUSEHOLDS,
            NEEDS,
            COVERAGE,
        )
    }
)

#: Every limit in reverse order: the order in which breaches are minimised.
LAST_FIRST: Final = tuple(reversed(tuple(RULES.values())))

#: The names of the limits that may be relaxed, in the order in which they are relaxed (contract 4.2).
RELAXABLE: Final = tuple(RULES)


def breaches(assignment: Assignment) -> tuple[Relaxation, ...]:
    """All breaches of a plan; those of the rule that is relaxed last come first (contract 4.4)."""
    return tuple(relaxation for rule in LAST_FIRST for relaxation in rule.breaches(assignment))


def total(assignment: Assignment, rule: str) -> float:
    """The total breach of a rule."""
    return decimal_sum(relaxation.by for relaxation in RULES[rule].breaches(assignment))


def totals(assignment: Assignment) -> dict[str, float]:
    """The total breach of each rule."""
    return {rule: total(assignment, rule) for rule in RELAXABLE}


def beyond_ceilings(
    assignment: Assignment, relax: Mapping[str, float], broken: tuple[Relaxation, ...] | None = None
) -> tuple[Relaxation, ...]:
    """Breaches above the ceilings of *relax*, 0 for rules that must hold (contract 4.3).

    Parameters
    ----------
    assignment
        The plan.
    relax
        The ceilings, by rule.
    broken
        The breaches of the plan, if they are known.
    """
    return tuple(
        relaxation
        for relaxation in (breaches(assignment) if broken is None else broken)
        if _is_beyond(assignment, relaxation, relax.get(relaxation.rule, 0.0))
    )


def _is_beyond(assignment: Assignment, relaxation: Relaxation, ceiling: float) -> bool:
    """Whether a breach exceeds a ceiling; every breach, however small, exceeds a ceiling of 0."""
    if not ceiling or not math.isfinite(ceiling):
        return not ceiling
    rule, problem, subject = RULES[relaxation.rule], assignment.problem, relaxation.subject
    by = np.array([relaxation.by])
    if rule.pair is not None and subject is not None and relaxation.member is not None:
        rows = np.array([problem.household_columns.index[subject]])
        columns = np.array([problem.member_columns.index[relaxation.member]])
        return bool(beyond_ceiling(problem, rule.pair, by, ceiling, rows, columns)[0])
    if rule.figure is None or subject is None:
        return bool(above(by, ceiling)[0])
    column = problem.member_columns.index[subject]
    error, exactly, given = rule.figure.exactly(assignment)
    if exactly is None:
        return bool(above(by, ceiling)[0])
    # The error of a difference is at most the sum of the errors of its operands.
    off = np.broadcast_to(error, len(problem.member_columns))[column] + ULPS * relaxation.limit
    value, limit = exactly((column,)), exact(relaxation.limit, given)
    return bool(above(by, ceiling, float(off), lambda _: abs(value - limit))[0])


def beyond_ceiling_of(problem: Problem, rule: str, by: FloatArray, ceiling: float) -> BoolArray:
    """Which pairs break a rule about pairs by more than a ceiling, H × M; *by* is the breach of each."""
    pair = RULES[rule].pair
    assert pair is not None
    rows, columns = np.nonzero(by > 0)
    beyond = np.zeros(by.shape, dtype=bool)
    beyond[rows, columns] = beyond_ceiling(problem, pair, by[rows, columns], ceiling, rows, columns)
    return beyond


def exceptions(assignment: Assignment) -> tuple[Relaxation, ...]:
    """Breaches of rules about pairs by fixed pairs: intended, hence not counted (contract 4.1)."""
    return tuple(
        relaxation
        for rule in LAST_FIRST
        if rule.pair is not None and rule.is_set(assignment.problem)
        for relaxation in pairs_that_break(rule.name, rule.pair, assignment, fixed=True)
    )


def pair_breaches(problem: Problem) -> dict[str, FloatArray]:
    """For each rule about pairs that is set, the breach of each pair, H × M.

    Fixed pairs have 0: their breaches are intended (contract 4.1).
    """
    fixed = fixed_mask(problem)
    return {
        rule.name: np.where(fixed, 0.0, np.asarray(rule.pair.matrix(problem), dtype=np.float64))
        for rule in LAST_FIRST
        if rule.pair is not None and rule.is_set(problem)
    }


def pair_breaches_of(problem: Problem, rows: IntArray, columns: IntArray) -> dict[str, FloatArray]:
    """As :func:`pair_breaches`, for some pairs, (N,), without the matrix of all.

    Parameters
    ----------
    problem
        The problem.
    rows, columns
        Row of the household and of the member of each pair, (N,) each.
    """
    fixed = problem.is_given("fixed", rows, columns)
    return {
        rule.name: np.where(fixed, 0.0, np.asarray(rule.pair.of(problem, rows, columns), float))
        for rule in LAST_FIRST
        if rule.pair is not None and rule.is_set(problem)
    }


def order(assignment: Assignment, rule: str) -> tuple[float, ...]:
    """The figures of *rule* to minimise, in order (contract 4.3).

    All plans of a problem have the same number of figures; the plan whose tuple is smaller breaks the
    rule less. The figures need not contain the total: those of ``coverage`` do not.
    """
    return figures(RULES[rule], assignment)


def unset(problem: Problem, rules: Iterable[str]) -> Unset:
    """How to take *rules* out of a problem; not for coverage, which can only be relaxed."""
    members: dict[str, object] = {}
    households: dict[str, object] = {}
    whole: dict[str, object] = {}
    for name in rules:
        take_out = RULES[name].unset
        if take_out is not None:
            changes = take_out(problem)
            members |= changes.members
            households |= changes.households
            whole |= changes.whole
    return Unset(members, households, whole)
