"""Each limit once: what it means and by how much a plan breaks it (contract 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.meeting import Exactly, above, below
from phancong.problem import BoolArray, FloatArray, Id, Problem
from phancong.words import Message

#: The limits that may give way, the first of them first (contract 4.2).
RELAXABLE: Final = (
    "min_households",
    "min_workload",
    "max_changes",
    "within_hamlet",
    "max_travel",
    "max_workload",
    "max_households",
    "needs",
    "coverage",
)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One limit that a plan breaks, and by how much.

    Parameters
    ----------
    rule
        The limit, one of :data:`RELAXABLE`.
    subject
        The member for loads, the household for ``coverage`` and for pairs, None for ``max_changes``.
    limit, value, by
        What the limit is, what the plan has, and the difference, more than 0. A pair that should
        not be has 0, 1 and 1.
    member
        The member of the pair, for ``needs``, ``within_hamlet`` and ``max_travel``.
    """

    rule: str
    subject: Id | None
    limit: float
    value: float
    by: float
    member: Id | None = None


# --- what a pair breaks: the engines forbid or price these, the judge counts them


def reach(problem: Problem) -> FloatArray:
    """The farthest each member can be asked to go, the smaller of both limits, shape (M,)."""
    whole = np.inf if problem.max_travel is None else problem.max_travel
    return np.minimum(problem.member_columns.max_travel, whole)


def beyond_reach(problem: Problem) -> FloatArray:
    """By how much the travel of each pair passes the reach, 0 where it does not; H × M.

    Unreachable pairs have 0: they are never made, whatever gives way.
    """
    limits = reach(problem)
    matrix = problem.travel_matrix
    if matrix is None or not np.isfinite(limits).any():
        return np.zeros(_shape(problem))
    return _beyond(matrix, limits[None, :])


def _beyond(travel: FloatArray, limits: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return above(np.where(np.isfinite(travel), travel, 0.0), limits)


def outside_hamlet(problem: Problem) -> BoolArray:
    """Pairs across a hamlet border, or of someone without a hamlet, where that counts; H × M."""
    if not problem.within_hamlet:
        return np.zeros(_shape(problem), dtype=bool)
    codes: dict[str, int] = {}

    def coded(labels: tuple[str | None, ...], unknown: int) -> np.ndarray:
        return np.array(
            [unknown if x is None else codes.setdefault(x, len(codes)) for x in labels], dtype=int
        )

    homes = coded(problem.household_columns.hamlet, -1)
    members = coded(problem.member_columns.hamlet, -2)
    return np.asarray(homes[:, None] != members[None, :])


def without_skill(problem: Problem) -> BoolArray:
    """Pairs whose member lacks a skill that the household needs; H × M."""
    mask = np.zeros(_shape(problem), dtype=bool)
    skills = problem.member_columns.skills
    lacking: dict[frozenset[str], BoolArray] = {}
    for row, needs in enumerate(problem.household_columns.needs):
        if needs:
            if needs not in lacking:
                lacking[needs] = np.array([not needs <= has for has in skills], dtype=bool)
            mask[row] = lacking[needs]
    return mask


def _shape(problem: Problem) -> tuple[int, int]:
    return len(problem.household_columns), len(problem.member_columns)


#: For each rule about pairs, by how much each pair breaks it; H × M.
PAIR_RULES: Final[dict[str, Callable[[Problem], FloatArray | BoolArray]]] = {
    "needs": without_skill,
    "max_travel": beyond_reach,
    "within_hamlet": outside_hamlet,
}


def has_pair_rule(problem: Problem, rule: str) -> bool:
    """Whether any pair can break *rule* at all: it is cheap to know that it is not set."""
    if rule == "within_hamlet":
        return problem.within_hamlet
    if rule == "needs":
        return any(problem.household_columns.needs)
    return bool(np.isfinite(reach(problem)).any())


def fixed_mask(problem: Problem) -> BoolArray:
    """Which pairs are fixed; H × M. What they break of the rules about pairs is meant."""
    mask = np.zeros(_shape(problem), dtype=bool)
    mask[problem.pair_rows("fixed")] = True
    return mask


def pair_breaches(problem: Problem) -> dict[str, FloatArray]:
    """For each rule about pairs that is set, by how much each pair breaks it; H × M.

    A fixed pair breaks nothing: what it does is meant (contract 4.1).
    """
    fixed = fixed_mask(problem)
    return {
        rule: np.where(fixed, 0.0, np.asarray(breach(problem), dtype=np.float64))
        for rule, breach in PAIR_RULES.items()
        if has_pair_rule(problem, rule)
    }


# --- what a plan breaks


def breaches(assignment: Assignment) -> tuple[Relaxation, ...]:
    """Each limit that the plan breaks, the rule that gives way last first (contract 4.4)."""
    return tuple(
        relaxation for rule in reversed(RELAXABLE) for relaxation in _BREACHES[rule](assignment)
    )


def exceptions(assignment: Assignment) -> tuple[Relaxation, ...]:
    """What fixed pairs break of the rules about pairs: intended, hence no breach (contract 4.1)."""
    return tuple(
        relaxation
        for rule in PAIR_RULES
        for relaxation in _pair_breaches(assignment, rule, fixed=True)
    )


def _coverage(assignment: Assignment) -> Iterator[Relaxation]:
    """Every household has its ``members_needed``."""
    needed = assignment.problem.needed
    ids = assignment.problem.household_columns.ids
    for row in np.flatnonzero(assignment.missing).tolist():
        by = float(assignment.missing[row])
        limit = float(needed[row])
        yield Relaxation("coverage", ids[row], limit, limit - by, by)


def _maximum(rule: str, assignment: Assignment) -> Iterator[Relaxation]:
    """No member has more than the maximum."""
    problem = assignment.problem
    value, limit = _load(rule, assignment)
    by = above(value, limit, *exactly(rule, assignment))
    for row in np.flatnonzero(by).tolist():
        yield _on_member(problem, rule, row, limit, value, by)


def _minimum(rule: str, assignment: Assignment) -> Iterator[Relaxation]:
    """Every member has the minimum; an optional one only if used at all."""
    problem = assignment.problem
    value, limit = _load(rule, assignment)
    by = below(value, limit, *exactly(rule, assignment))
    by[problem.member_columns.optional & (assignment.counts == 0)] = 0.0
    for row in np.flatnonzero(by).tolist():
        yield _on_member(problem, rule, row, limit, value, by)


def _load(rule: str, assignment: Assignment) -> tuple[FloatArray, FloatArray]:
    """Each member's load in the measure of *rule*, and its limit; (M,) each."""
    limit = getattr(assignment.problem.member_columns, rule).astype(np.float64)
    value = assignment.counts if rule.endswith("households") else assignment.workloads
    return value.astype(np.float64), limit


def exactly(rule: str, assignment: Assignment) -> tuple[FloatArray | float, Exactly | None]:
    """How far the loads of *rule* may be off, and what they are exactly."""
    if rule.endswith("households"):
        return 0.0, None
    return assignment.workload_error, lambda at: assignment.exact_workload(at[0])


def _on_member(
    problem: Problem, rule: str, row: int, limit: FloatArray, value: FloatArray, by: FloatArray
) -> Relaxation:
    subject = problem.member_columns.ids[row]
    return Relaxation(rule, subject, float(limit[row]), float(value[row]), float(by[row]))


def _pair_breaches(assignment: Assignment, rule: str, *, fixed: bool) -> Iterator[Relaxation]:
    """Pairs that should not be: beyond the reach, across a hamlet border, without a skill."""
    problem = assignment.problem
    if not has_pair_rule(problem, rule):
        return
    rows, columns = assignment.rows, assignment.columns
    by: FloatArray
    if rule == "max_travel" and problem.travel_matrix is not None:
        by = _beyond(assignment.pair_travel, reach(problem)[columns])  # not of all pairs there are
    else:
        by = np.asarray(PAIR_RULES[rule](problem), dtype=np.float64)[rows, columns]
    counts = fixed_mask(problem)[rows, columns] == fixed
    for number in np.flatnonzero((by > 0) & counts).tolist():
        row, column = int(rows[number]), int(columns[number])
        limit, value = 0.0, 1.0
        if rule == "max_travel":
            limit = float(reach(problem)[column])
            value = float(assignment.pair_travel[number])
        household, member = problem.household_columns.ids[row], problem.member_columns.ids[column]
        yield Relaxation(rule, household, limit, value, float(by[number]), member)


def _max_changes(assignment: Assignment) -> Iterator[Relaxation]:
    """Not more families change hands than agreed."""
    most = assignment.problem.max_changes
    if most is not None and assignment.changes > most:
        value = float(assignment.changes)
        yield Relaxation("max_changes", None, float(most), value, value - most)


_BREACHES: Final[dict[str, Callable[[Assignment], Iterator[Relaxation]]]] = {
    "coverage": _coverage,
    "max_changes": _max_changes,
    **{rule: partial(_pair_breaches, rule=rule, fixed=False) for rule in PAIR_RULES},
    **{rule: partial(_maximum, rule) for rule in ("max_households", "max_workload")},
    **{rule: partial(_minimum, rule) for rule in ("min_households", "min_workload")},
}


def order(assignment: Assignment, rule: str) -> tuple[float, ...]:
    """What is minimised of *rule*, the first figure first (contract 4.3).

    Two plans of one problem have as many figures each; the smaller in the order of tuples breaks
    the rule less. The total is not always the first of them: of ``coverage`` it is not among them.
    """
    problem = assignment.problem
    if rule == "coverage":
        priority, missing = problem.household_columns.priority, assignment.missing
        nobody = (missing > 0) & (assignment.covered == 0)
        classes = [priority == level for level in np.unique(priority)[::-1]]
        figures = [(nobody[of].sum(), missing[of].sum()) for of in classes]
        return tuple(float(figure) for pair in figures for figure in pair)
    found = list(_BREACHES[rule](assignment))
    total = sum(relaxation.by for relaxation in found)
    if not rule.startswith(("max_h", "max_w", "min_h", "min_w")):
        return (total,)
    by = np.zeros(len(problem.member_columns))
    for relaxation in found:
        assert relaxation.subject is not None  # a load is a member's
        by[problem.member_columns.index[relaxation.subject]] = relaxation.by
    largest = np.sort(by / problem.member_columns.share)[::-1].tolist()
    return (total, *(largest if rule.endswith("households") else largest[:1]))


# --- what is never broken (contract 4.1)


def violations(assignment: Assignment) -> tuple[str, ...]:
    """Each thing that may never be and is, in words, by id."""
    problem = assignment.problem
    households, members = problem.household_columns.ids, problem.member_columns.ids
    mask = np.zeros(_shape(problem), dtype=bool)
    mask[assignment.rows, assignment.columns] = True
    found: list[str] = []
    forbidden = set(problem.forbidden)
    for row, column in np.argwhere(mask & ~problem.allowed).tolist():
        pair = repr((households[row], members[column]))
        if (households[row], members[column]) in forbidden:
            found.append(Message("pair {pair} is forbidden", pair=pair))
        elif problem.exempt[column]:
            found.append(Message("pair {pair} has an exempt member", pair=pair))
        elif problem.own_household == "forbid" and problem.own[column] == row:
            found.append(Message("pair {pair} is the member's own household", pair=pair))
        elif problem.travel_matrix is not None and np.isinf(problem.travel_matrix[row, column]):
            found.append(Message("pair {pair} is unreachable", pair=pair))
        else:
            found.append(
                Message("pair {pair} is not allowed for another household of its group", pair=pair)
            )
    for row, column in np.argwhere(fixed_mask(problem) & ~mask).tolist():
        pair = repr((households[row], members[column]))
        found.append(Message("fixed pair {pair} is missing", pair=pair))
    for row in np.flatnonzero(assignment.covered > problem.needed).tolist():
        found.append(
            Message(
                "household {household} has {members} members and needs {needed}",
                household=repr(households[row]),
                members=int(assignment.covered[row]),
                needed=int(problem.needed[row]),
            )
        )
    for group in problem.groups:
        # A household that needs nobody this year (an exempt own one) stands outside its group.
        rows = group[problem.needed[group] > 0]
        for column in np.flatnonzero(mask[rows].any(axis=0) & ~mask[rows].all(axis=0)).tolist():
            found.append(
                Message(
                    "group {group} has member {member} on a part of it only",
                    group=repr(problem.household_columns.group[int(rows[0])]),
                    member=repr(members[column]),
                )
            )
    return tuple(found)
