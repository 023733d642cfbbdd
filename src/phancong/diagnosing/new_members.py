"""The repair ``add_members``: new members with the usual limits, in the hamlets with a shortage."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from phancong.assignment import nearest_allowed
from phancong.diagnosing.records import Repair
from phancong.diagnosing.trial import Trial
from phancong.diagnosing.variants import without_minima
from phancong.meeting import all_as_given
from phancong.plan import Plan
from phancong.problem import Id, Member, Problem
from phancong.rules import RULES, column_limit, reach
from phancong.travel import TravelMatrix


def add_members(problem: Problem, trial: Trial) -> Repair | None:
    """Add the fewest new members with the usual maximum, in the hamlets with a shortage.

    They have no minimum, so that more of them are never worse. With ``within_hamlet`` each hamlet has
    its own number.
    """
    plan = trial.attempt(problem.replace(**without_minima(problem)), "coverage")
    if plan is None or not plan.assignment.missing.any():
        return None
    usual = {
        rule.name: most
        for rule in RULES.values()
        if rule.figure is not None and not rule.figure.least
        for most in (_usual(problem, rule.name),)
    }
    most = usual["max_households"]
    bound = {name for name, limit in usual.items() if limit is not None}
    bound |= {name for name in usual if getattr(problem, name, None) is not None}
    alone = bound <= {"max_households"} and not problem.groups
    amounts = _short(problem, plan, most if alone else 1)
    if not trial.has_time(problem, sum(amounts.values())):
        return None
    skills = tuple(frozenset().union(*problem.household_columns.needs))

    def changes(amounts: Mapping[str | None, int]) -> Mapping[str, Any]:
        hamlets = [hamlet for hamlet, amount in amounts.items() for _ in range(amount)]
        ids = _new_ids(problem, len(hamlets))
        new = [
            Member(
                identity,
                **usual,
                skills=skills,
                hamlet=hamlet,
            )
            for identity, hamlet in zip(ids, hamlets, strict=True)
        ]
        return _with_members(problem, new)

    def with_fewer(hamlet: str | None, amount: int) -> Problem:
        return problem.replace(**changes({**amounts, hamlet: amount}))

    for hamlet, enough in list(amounts.items()):
        least = trial.least(range(enough + 1), partial(with_fewer, hamlet))
        if least is None:
            return None
        amounts[hamlet] = least
    return Repair("add_members", sum(amounts.values()), (), changes(amounts), most)


def _usual(problem: Problem, name: str) -> Any:
    """The most common maximum; None if most members have none."""
    unlimited = np.isinf(column_limit(name, problem)).tolist()
    limits = getattr(problem.member_columns, name).tolist()
    usual = Counter(
        None if free else limit
        for limit, free, exempt in zip(limits, unlimited, problem.exempt.tolist(), strict=True)
        if not exempt
    )
    # Among equally common ones the smallest, so that the repair does not promise too much.
    return min(
        usual,
        key=lambda limit: (-usual[limit], math.inf if limit is None else limit),
        default=None,
    )


def _short(problem: Problem, plan: Plan, most: int | None) -> dict[str | None, int]:
    """For each hamlet with a shortage, a number of new members that suffices.

    Members with a maximum of *most* households (None: no maximum) take the missing places in turn, so
    that no household gets a member twice.
    """
    missing = plan.assignment.missing
    short: dict[str | None, list[int]] = {}
    for row in np.flatnonzero(missing).tolist():
        hamlet = problem.household_columns.hamlet[row] if problem.within_hamlet else None
        short.setdefault(hamlet, []).append(int(missing[row]))
    return {
        hamlet: max(max(places), 0 if most is None else -(-sum(places) // most))
        for hamlet, places in short.items()
    }


def _new_ids(problem: Problem, amount: int) -> list[Id]:
    taken = problem.member_columns.index
    ids: list[Id] = []
    number = 0
    while len(ids) < amount:
        number += 1
        if f"new {number}" not in taken:
            ids.append(f"new {number}")
    return ids


def _with_members(problem: Problem, new: list[Member]) -> Mapping[str, Any]:
    """The problem with new members, as near to each household as its nearest, within reach."""
    changes: dict[str, Any] = {
        "members": [*problem.members, *new],
        "households": problem.households,  # sorted, as the matrices below
    }
    if problem.travel is not None:
        matrix = problem.travel_matrix
        assert matrix is not None
        limits = reach(problem)
        nearest = np.minimum(nearest_allowed(problem), limits.min(initial=math.inf))
        near = np.repeat(nearest[:, None], len(new), axis=1)
        ways = all_as_given(np.hstack([matrix, near]), problem.exactly)
        changes["travel"] = TravelMatrix(ways, unit=problem.travel.unit)
    if problem.workload_matrix is not None:
        matrix = problem.workload_matrix
        # The workload for a new member is unknown: take the household's largest.
        heavy = np.repeat(matrix.max(axis=1, initial=0.0)[:, None], len(new), axis=1)
        changes["workload"] = all_as_given(np.hstack([matrix, heavy]), problem.exactly)
    return changes
