"""What the rivals read off a problem: usable pairs, whole costs, limits in households."""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks.quality.case import RefusedError
from phancong import Problem
from phancong.problem import BoolArray, FloatArray, IntArray, Pair, ids_of
from phancong.rules import pair_breaches

#: Whole costs are thousandths of the unit of travel.
THOUSANDTH: Final = 1_000


def usable_pairs(problem: Problem) -> BoolArray:
    """Pairs that break no limit about pairs, H × M."""
    usable = problem.allowed.copy()
    for by in pair_breaches(problem).values():
        usable &= by == 0
    return usable


def travel_of(problem: Problem) -> FloatArray:
    """Visits × travel of each pair, H × M; ``inf`` where nobody gets.

    Raises
    ------
    RefusedError
        There is no distance.
    """
    travel = problem.travel_matrix
    if travel is None:
        raise RefusedError("no distance (it minimises nothing else)")
    visits = problem.household_columns.visits
    # 0 visits × inf would be NaN; those pairs are not allowed anyway.
    return np.asarray(np.where(np.isfinite(travel), visits[:, None] * travel, np.inf))


def whole(costs: FloatArray) -> IntArray:
    """Costs in thousandths, rounded."""
    return np.rint(costs * THOUSANDTH).astype(np.int64)


def household_limits(problem: Problem) -> tuple[IntArray, IntArray]:
    """Least and most households of each member, (M,) each, 0 for who is exempt.

    Limits of workload are told in households of mean workload, which is what a form that only counts
    can do: the judge says what that breaks.
    """
    members, households = problem.member_columns, problem.household_columns
    matrix = problem.workload_matrix
    loads = households.workload if matrix is None else matrix
    mean = float(loads.mean())
    total = int(problem.needed.sum())
    least = members.min_households.astype(np.float64)
    most = np.minimum(members.max_households, total).astype(np.float64)
    if mean > 0:
        least = np.maximum(least, np.floor(members.min_workload / mean))
        most = np.minimum(most, np.ceil(members.max_workload / mean))
    able = ~problem.exempt
    return (
        np.where(able, least, 0).astype(np.int64),
        np.where(able, np.maximum(most, least), 0).astype(np.int64),
    )


def one_for_all(problem: Problem) -> tuple[int, int]:
    """One minimum and one maximum for all: the medians of what is asked of those who can serve."""
    least, most = (limits[~problem.exempt] for limits in household_limits(problem))
    return int(np.median(least)), int(np.ceil(np.median(most)))


def refuse_weights(problem: Problem) -> None:
    """Refuse workloads that differ, where flows would split a household.

    Raises
    ------
    RefusedError
        Not every household weighs the same with everybody.
    """
    weights = problem.household_columns.workload
    if problem.workload_matrix is not None or len(np.unique(weights)) > 1:
        raise RefusedError("workloads that differ (a flow splits households)")


def refuse_several(problem: Problem) -> None:
    """Refuse households that need several members.

    Raises
    ------
    RefusedError
        One of them does.
    """
    if (problem.needed > 1).any():
        raise RefusedError("households that need several members")


def pairs_of(problem: Problem, rows: IntArray, columns: IntArray) -> tuple[Pair, ...]:
    """Pairs of rows as pairs of ids."""
    return ids_of(zip(rows.tolist(), columns.tolist(), strict=True), problem)
