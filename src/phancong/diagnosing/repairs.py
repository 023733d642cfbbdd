"""Repairs: for each kind the smallest change that makes the limits hold, verified by solving."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Any, Final

import numpy as np

from phancong.diagnosing.new_members import add_members
from phancong.diagnosing.phasing import phase
from phancong.diagnosing.records import Repair
from phancong.diagnosing.trial import Trial
from phancong.diagnosing.variants import (
    asking,
    households_of,
    ids_where,
    members_of,
)
from phancong.engines.starting import seconds_to_measure
from phancong.meeting import above, exact, exact_slack
from phancong.plan import Plan
from phancong.problem import BoolArray, IntArray, Problem
from phancong.rules import RULES, reach

_INFINITE = float("inf")


def repairs(problem: Problem, trial: Trial) -> Iterator[Repair]:
    """The repairs found, in the order in which limits are relaxed (contract 6.4)."""
    for kind in (kind for rule in RULES.values() for kind in rule.repairs):
        if trial.course.stopped is not None:
            return
        repair = _FINDING[kind](problem, trial)
        if repair is not None and trial.attempt(repair.apply(problem)) is not None:
            yield repair


def _lower_min_households(problem: Problem, trial: Trial) -> Repair | None:
    """Lower the minima to the largest common minimum that can hold."""
    least = problem.member_columns.min_households

    def changes(lowered: int) -> Mapping[str, Any]:
        return members_of(problem, min_households=np.minimum(least, int(least.max()) - lowered))

    if not least.any():
        return None
    by = trial.least(range(1, int(least.max()) + 1), lambda n: problem.replace(**changes(n)))
    if by is None:
        return None
    new = int(least.max()) - by
    subjects = ids_where(problem.member_columns.ids, least > new)
    return Repair("lower_min_households", new, subjects, changes(by))


def _allow_changes(problem: Problem, trial: Trial) -> Repair | None:
    """Allow the fewest changes that suffice."""
    if problem.max_changes is None:
        return None
    plan = trial.attempt(problem, "max_changes")
    if plan is None:
        return None
    amount = plan.assignment.changes
    return Repair("allow_changes", amount, (), {"max_changes": amount})


def _raise_count(
    problem: Problem, trial: Trial, rule: str, enough: Callable[[Problem, BoolArray], int]
) -> Repair | None:
    """Raise the maximum of a count to the smallest that suffices for all; larger ones stay.

    Parameters
    ----------
    rule
        The limit; the kind of the repair is its name after ``raise_``.
    enough
        A number that no member can pass, given which members have a limit, (M,).
    """
    figure = RULES[rule].figure
    assert figure is not None
    limits = figure.limit(problem)
    limited = np.isfinite(limits) & ~problem.exempt
    if not limited.any():
        return None
    own = getattr(problem.member_columns, rule)

    def changes(new: int) -> Mapping[str, Any]:
        raised = np.where(problem.exempt, own, np.maximum(own, new))
        whole = problem.whole_limits.get(rule)
        of_all = {} if whole is None else {rule: max(whole, new)}
        return {**members_of(problem, **{rule: raised}), **of_all}

    steps = range(int(limits[limited].min()) + 1, enough(problem, limited) + 1)
    amount = trial.least(steps, lambda n: problem.replace(**changes(n)))
    return None if amount is None else Repair(f"raise_{rule}", amount, (), changes(amount))


def _all_hamlets(problem: Problem, limited: BoolArray) -> int:
    return len(set(problem.household_columns.hamlet) - {None})


def _all_households(problem: Problem, limited: BoolArray) -> int:
    carried = int(problem.member_columns.carried_households[limited].max())
    return int(np.count_nonzero(problem.needed)) + carried


def _allow_other_hamlets(problem: Problem, trial: Trial) -> Repair | None:
    """Fix the fewest pairs across a hamlet border; fixed pairs are exceptions (contract 4.1)."""
    if not problem.within_hamlet:
        return None
    plan = trial.attempt(problem, "within_hamlet")
    if plan is None:
        return None
    across = [r for r in plan.relaxations if r.rule == "within_hamlet"]
    subjects = tuple(dict.fromkeys(r.subject for r in across if r.subject is not None))
    ids = problem.household_columns.ids
    together = {ids[row]: [ids[r] for r in group] for group in problem.groups for row in group}
    # A group has the same members, so a pair is fixed for all of it.
    pairs = {
        (household, r.member)
        for r in across
        if r.subject is not None
        for household in together.get(r.subject, [r.subject])
    }
    fixed = [*problem.fixed, *pairs]
    return Repair("allow_other_hamlets", len(across), subjects, {"fixed": fixed})


def _extend_max_travel(problem: Problem, trial: Trial) -> Repair | None:
    """Raise the distance limit to the smallest that suffices; larger ones stay.

    None where there is no time to compute the distances of all pairs.
    """
    limits = reach(problem)
    if seconds_to_measure(problem) > trial.course.seconds_left:
        return None
    matrix, travel = problem.travel_matrix, problem.travel
    if matrix is None or travel is None or not np.isfinite(limits).any():
        return None

    def changes(new: float) -> Mapping[str, Any]:
        own = np.maximum(problem.member_columns.max_travel, new)
        whole = None if problem.max_travel is None else max(problem.max_travel, new)
        return {**members_of(problem, max_travel=own), "max_travel": whole}

    beyond = problem.allowed & (matrix > limits[None, :])
    ways = np.unique(matrix[beyond]).tolist()
    amount = trial.least(ways, lambda way: problem.replace(**changes(way)))
    if amount is None:
        return None
    return Repair("extend_max_travel", amount, (), changes(amount), unit=travel.unit)


def _raise_max_workload(problem: Problem, trial: Trial) -> Repair | None:
    """Raise the maximum workload to the smallest that suffices; larger ones stay."""
    most = problem.member_columns.max_workload
    limited = np.isfinite(most) & ~problem.exempt
    if not limited.any():
        return None

    def changes(new: float) -> Mapping[str, Any]:
        return members_of(
            problem, max_workload=np.where(problem.exempt, most, np.maximum(most, new))
        )

    def needed(plan: Plan) -> Fraction:
        """The largest load above its maximum, less the breach that may be relaxed."""
        found = plan.assignment
        figure = RULES["max_workload"].figure
        assert figure is not None
        beyond = above(found.loads("workload"), most, *figure.exactly(found)) > 0
        loads = map(found.exact_workload, np.flatnonzero(beyond).tolist())
        return max((load - may_be_above for load in loads), default=below)

    ceiling = trial.relax.get("max_workload", 0.0)
    may_be_above = exact(ceiling) if math.isfinite(ceiling) else Fraction(0)
    # A plan shows the maximum that it needs. If no plan needs slightly less, that is the smallest.
    below = exact(most[limited].min(), problem.exactly)
    plan = trial.attempt(problem.replace(**changes(_INFINITE)))
    if plan is None:
        return None
    amount, halving = needed(plan), False
    while amount - 2 * exact_slack(amount) > below:
        probe = (below + amount) / 2 if halving else amount - 2 * exact_slack(amount)
        plan = trial.attempt(problem.replace(**changes(float(probe))))
        if trial.course.stopped is not None:
            return None  # a search that was cut proves nothing
        if plan is not None:
            amount = min(needed(plan), probe)
        else:
            below = probe
        halving = not halving
    return Repair("raise_max_workload", float(amount), (), changes(float(amount)))


# --- fewer places


def _lower_members_needed(problem: Problem, trial: Trial) -> Repair | None:
    """Reduce the members needed by the fewest, only for households that need several."""
    if not (problem.needed > 1).any():
        return None
    # In one priority class, coverage prefers that each household has at least one member.
    level = np.ones(len(problem.household_columns))
    plan = trial.attempt(problem.replace(**households_of(problem, priority=level)), "coverage")
    if plan is None or ((plan.assignment.covered == 0) & (problem.needed > 0)).any():
        return None
    return _fewer("lower_members_needed", problem, plan.assignment.missing)


def _leave_uncovered(problem: Problem, trial: Trial) -> Repair | None:
    """Leave the fewest places open, of the lowest priority."""
    plan = trial.attempt(problem, "coverage")
    return None if plan is None else _fewer("leave_uncovered", problem, plan.assignment.missing)


def _fewer(kind: str, problem: Problem, missing: IntArray) -> Repair:
    changes = asking(problem, problem.household_columns.members_needed - missing)
    ids = problem.household_columns.ids
    return Repair(kind, int(missing.sum()), ids_where(ids, missing > 0), changes)


#: The function that finds each kind of repair.
_FINDING: Final[Mapping[str, Callable[[Problem, Trial], Repair | None]]] = {
    "lower_min_households": _lower_min_households,
    "allow_changes": _allow_changes,
    "raise_max_hamlets": partial(_raise_count, rule="max_hamlets", enough=_all_hamlets),
    "allow_other_hamlets": _allow_other_hamlets,
    "extend_max_travel": _extend_max_travel,
    "raise_max_workload": _raise_max_workload,
    "raise_max_households": partial(_raise_count, rule="max_households", enough=_all_households),
    "add_members": add_members,
    "lower_members_needed": _lower_members_needed,
    "leave_uncovered": _leave_uncovered,
    "phase": phase,
}
