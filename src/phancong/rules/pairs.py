"""Limits on pairs: skills, distance and hamlet."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final

import numpy as np

from phancong.assignment import Assignment
from phancong.decimals import differences
from phancong.meeting import ULPS, Given, above, exact
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.rules.records import ListColumn, PairBreach, Relaxation, Rule, Unset


def reach(problem: Problem) -> FloatArray:
    """The distance limit of each member: the smaller of the member's and the problem's, (M,)."""
    whole = np.inf if problem.max_travel is None else problem.max_travel
    return np.minimum(problem.member_columns.max_travel, whole)


def beyond_reach(problem: Problem) -> FloatArray:
    """By how much the travel of each pair exceeds the distance limit, 0 if it does not, H × M.

    Unreachable pairs have 0: no plan has them, even if limits are relaxed.
    """
    limits = reach(problem)
    matrix = problem.travel_matrix
    if matrix is None or not np.isfinite(limits).any():
        return np.zeros(_shape(problem))
    return _beyond(matrix, limits[None, :], problem.exactly)


def _beyond(travel: FloatArray, limits: FloatArray, given: Given) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return above(np.where(np.isfinite(travel), travel, 0.0), limits, given=given)


def _beyond_reach_of(problem: Problem, rows: IntArray, columns: IntArray) -> FloatArray:
    """As :func:`beyond_reach`, for some pairs, (N,)."""
    return _beyond(problem.travel_of(rows, columns), reach(problem)[columns], problem.exactly)


def _exactly_beyond_reach(problem: Problem, row: int, column: int) -> Fraction:
    """As :func:`beyond_reach`, for one pair, exactly."""
    way = problem.travel_of(np.array([row]), np.array([column]))[0]
    given = problem.exactly
    return exact(way, given) - exact(reach(problem)[column], given)


def outside_hamlet(problem: Problem) -> BoolArray:
    """Pairs of different hamlets, or of a side without hamlet, if the limit is set, H × M."""
    if not problem.within_hamlet:
        return np.zeros(_shape(problem), dtype=bool)
    homes, members = problem.hamlet_codes, problem.member_hamlet_codes
    return np.asarray(homes[:, None] != members[None, :])


def _outside_hamlet_of(problem: Problem, rows: IntArray, columns: IntArray) -> BoolArray:
    """As :func:`outside_hamlet`, for some pairs, (N,)."""
    return np.asarray(problem.hamlet_codes[rows] != problem.member_hamlet_codes[columns])


def without_skill(problem: Problem) -> BoolArray:
    """Pairs whose member lacks a skill that the household needs, H × M."""
    mask = np.zeros(_shape(problem), dtype=bool)
    skills = problem.member_columns.skills
    lacking: dict[frozenset[str], BoolArray] = {}
    for row, needs in enumerate(problem.household_columns.needs):
        if needs:
            if needs not in lacking:
                lacking[needs] = np.array([not needs <= has for has in skills], dtype=bool)
            mask[row] = lacking[needs]
    return mask


def _without_skill_of(problem: Problem, rows: IntArray, columns: IntArray) -> BoolArray:
    """As :func:`without_skill`, for some pairs, (N,)."""
    needs, skills = problem.household_columns.needs, problem.member_columns.skills
    lacks = (
        not needs[row] <= skills[column]
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    )
    return np.fromiter(lacks, dtype=bool, count=len(rows))


def _shape(problem: Problem) -> tuple[int, int]:
    return len(problem.household_columns), len(problem.member_columns)


def fixed_mask(problem: Problem) -> BoolArray:
    """Which pairs are fixed, H × M. Their breaches of rules about pairs are intended (contract 4.1)."""
    mask = np.zeros(_shape(problem), dtype=bool)
    mask[problem.pair_rows("fixed")] = True
    return mask


def beyond_ceiling(
    problem: Problem,
    pair: PairBreach,
    by: FloatArray,
    ceiling: float,
    rows: IntArray,
    columns: IntArray,
) -> BoolArray:
    """Whether each pair breaks a rule by more than a ceiling, (N,).

    Parameters
    ----------
    problem, pair
        The problem, and the function for the breach of a pair.
    by
        The breaches of these pairs, (N,).
    ceiling
        The largest breach allowed for a pair.
    rows, columns
        Row of the household and of the member of each pair, (N,) each.
    """
    if not ceiling or not math.isfinite(ceiling):
        return np.asarray(by > ceiling)
    exactly = pair.exactly
    if exactly is None:
        return np.asarray(above(by, ceiling) > 0)
    # The error of a difference is at most that of its larger operand.
    error = 2 * ULPS * (by + np.where(by > 0, reach(problem)[columns], 0.0))
    beyond = above(by, ceiling, error, lambda at: exactly(problem, int(rows[at]), int(columns[at])))
    return np.asarray(beyond > 0)


def breaches_of_pairs(
    rule: str, pair: PairBreach, assignment: Assignment, *, fixed: bool
) -> tuple[IntArray, FloatArray]:
    """The numbers of the pairs that break a rule, and the breach of each; as :func:`pairs_that_break`."""
    problem, rows, columns = assignment.problem, assignment.rows, assignment.columns
    if rule == "max_travel":  # the plan knows how far its pairs are
        by = _beyond(assignment.pair_travel, reach(problem)[columns], problem.exactly)
    else:
        by = np.asarray(pair.of(problem, rows, columns), dtype=np.float64)
    counts = problem.is_given("fixed", rows, columns) == fixed
    broken = np.flatnonzero((by > 0) & counts)
    by = by[broken]
    if rule == "max_travel":
        ways, limits = assignment.pair_travel[broken], reach(problem)[columns[broken]]
        by = differences(ways, limits, by)
    return broken, by


def pairs_that_break(
    rule: str, pair: PairBreach, assignment: Assignment, *, fixed: bool
) -> Iterator[Relaxation]:
    """The breaches of a rule on pairs: distance limit, hamlet or skill.

    Parameters
    ----------
    rule, pair
        The rule, and the function for the breach of a pair.
    assignment
        The plan.
    fixed
        Whether to return the breaches of fixed pairs, or of all others.
    """
    problem = assignment.problem
    broken, by = breaches_of_pairs(rule, pair, assignment, fixed=fixed)
    for number, amount in zip(broken.tolist(), by.tolist(), strict=True):
        row, column = int(assignment.rows[number]), int(assignment.columns[number])
        limit, value = 0.0, 1.0
        if rule == "max_travel":
            limit = float(reach(problem)[column])
            value = float(assignment.pair_travel[number])
        household, member = problem.household_columns.ids[row], problem.member_columns.ids[column]
        yield Relaxation(rule, household, limit, value, amount, member)


def _on_pairs(
    name: str, is_set: Callable[[Problem], bool], pair: PairBreach, **others: Any
) -> Rule:
    def broken_by(assignment: Assignment) -> Iterator[Relaxation]:
        if is_set(assignment.problem):
            yield from pairs_that_break(name, pair, assignment, fixed=False)

    return Rule(
        name=name,
        subject="pair",
        is_set=is_set,
        breaches=broken_by,
        compared="sum",
        adds_up=False,
        pair=pair,
        **others,
    )


def _reach_is_set(problem: Problem) -> bool:
    return bool(np.isfinite(reach(problem)).any())


def _reach_unset(problem: Problem) -> Unset:
    column = problem.member_columns.max_travel
    return Unset(members={"max_travel": np.full_like(column, np.inf)}, whole={"max_travel": None})


def _needs_unset(problem: Problem) -> Unset:
    return Unset(households={"needs": (frozenset(),) * len(problem.household_columns)})


WITHIN_HAMLET: Final = _on_pairs(
    "within_hamlet",
    lambda problem: problem.within_hamlet,
    PairBreach(
        matrix=outside_hamlet,
        of=_outside_hamlet_of,
        against=lambda w, amount: w.gettext("the member is of another hamlet"),
        note=lambda w, amount: w.gettext("member of another hamlet"),
        exactly=None,
    ),
    unset=lambda problem: Unset(whole={"within_hamlet": False}),
    label=lambda w: w.pgettext("limit", "within_hamlet"),
    limit=lambda w: w.gettext("the border of the hamlet"),
    broken=lambda w, n, amount: w.ngettext(
        "{n} household has a member of another hamlet",
        "{n} households have a member of another hamlet",
        n,
    ),
    repairs={
        "allow_other_hamlets": lambda w, n, amount: w.ngettext(
            "let {n} household have a member of another hamlet",
            "let {n} households have a member of another hamlet",
            n,
        )
    },
    in_travel=False,
    of_hamlets=True,
    option=lambda w: w.gettext("members serve their own hamlet only"),
)

MAX_TRAVEL: Final = _on_pairs(
    "max_travel",
    _reach_is_set,
    PairBreach(
        matrix=beyond_reach,
        of=_beyond_reach_of,
        against=lambda w, amount: w.gettext("{by} beyond the distance limit", by=amount),
        note=lambda w, amount: w.gettext("{by} beyond the distance limit", by=amount),
        exactly=_exactly_beyond_reach,
    ),
    unset=_reach_unset,
    label=lambda w: w.pgettext("limit", "max_travel"),
    limit=lambda w: w.gettext("the distance limit"),
    broken=lambda w, n, amount: w.gettext("pairs exceed the distance limit by {by}", by=amount),
    repairs={
        "extend_max_travel": lambda w, n, amount: w.gettext(
            "raise the distance limit to {amount}", amount=amount
        )
    },
    column=ListColumn(
        "max_travel; quang duong toi da; khoang cach toi da; di xa nhat; "
        "maximum travel; quang duong xa nhat",
        label=lambda w: w.pgettext("column", "max_travel"),
    ),
    option=lambda w: w.gettext("how far a member may go, in metres"),
    in_travel=True,
    of_hamlets=False,
)

NEEDS: Final = _on_pairs(
    "needs",
    lambda problem: problem.any_needs,
    PairBreach(
        matrix=without_skill,
        of=_without_skill_of,
        against=lambda w, amount: w.gettext("the member lacks a skill"),
        note=lambda w, amount: w.gettext("without a needed skill"),
        exactly=None,
    ),
    unset=_needs_unset,
    label=lambda w: w.pgettext("limit", "needs"),
    limit=lambda w: w.gettext("the skills needed"),
    broken=lambda w, n, amount: w.ngettext(
        "{n} household has a member without a skill that it needs",
        "{n} households have a member without a skill that they need",
        n,
    ),
    repairs={},
    in_travel=False,
    of_hamlets=False,
    column=ListColumn(
        "needs; can ky nang; yeu cau ky nang; ky nang can; ky nang can co",
        label=lambda w: w.pgettext("column", "needs"),
        table="households",
    ),
)
