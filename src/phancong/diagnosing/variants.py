"""Variants of a problem, as what :meth:`Problem.replace` is given."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

import numpy as np

from phancong.problem import Id, IntArray, Problem
from phancong.problem.fields import UNLIMITED


def members_of(problem: Problem, **columns: Any) -> Mapping[str, Any]:
    """The members with other columns."""
    return {"members": replace(problem.member_columns, **columns)}


def households_of(problem: Problem, **columns: Any) -> Mapping[str, Any]:
    """The households with other columns."""
    return {"households": replace(problem.household_columns, **columns)}


def without_minimums(problem: Problem) -> Mapping[str, Any]:
    """The members with nothing that they must have."""
    members = len(problem.member_columns)
    return members_of(
        problem,
        min_households=np.zeros(members, dtype=np.int64),
        min_workload=np.zeros(members),
    )


def without_rules(problem: Problem, rules: Set[str]) -> Mapping[str, Any]:
    """The problem in which none of *rules* is set; coverage can only be let give way."""
    members, homes, exempt = problem.member_columns, problem.household_columns, problem.exempt
    free: dict[str, Any] = {
        "min_households": np.zeros_like(members.min_households),
        "min_workload": np.zeros_like(members.min_workload),
        # A maximum of 0 says that the member is exempt, which is no rule that gives way.
        "max_households": np.where(exempt, members.max_households, UNLIMITED),
        "max_workload": np.where(exempt, members.max_workload, np.inf),
        "max_travel": np.full_like(members.max_travel, np.inf),
    }
    whole = {"max_travel": None, "max_changes": None, "within_hamlet": False}
    return {
        **members_of(problem, **{rule: column for rule, column in free.items() if rule in rules}),
        **(households_of(problem, needs=(frozenset(),) * len(homes)) if "needs" in rules else {}),
        **{rule: unset for rule, unset in whole.items() if rule in rules},
    }


def asking(problem: Problem, needed: IntArray, **columns: Any) -> Mapping[str, Any]:
    """The households with other needs: *needed* members each, (H,).

    An exempt own household needs nobody and leaves its group, whose households need equally many.
    """
    households = problem.household_columns
    exempt = problem.needed != households.members_needed
    group = tuple(
        None if out else label for label, out in zip(households.group, exempt, strict=True)
    )
    return households_of(problem, members_needed=needed, group=group, **columns)


def ids_of(ids: tuple[Id, ...], rows: Any) -> tuple[Id, ...]:
    """The ids of the rows that are true."""
    return tuple(ids[row] for row in np.flatnonzero(rows).tolist())
