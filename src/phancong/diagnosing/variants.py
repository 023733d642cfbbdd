"""Variants of a problem, as arguments of :meth:`Problem.replace`."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

import numpy as np

from phancong.problem import Id, IntArray, Problem
from phancong.rules import RULES, unset


def members_of(problem: Problem, **columns: Any) -> Mapping[str, Any]:
    """The members with other columns."""
    return {"members": replace(problem.member_columns, **columns)}


def households_of(problem: Problem, **columns: Any) -> Mapping[str, Any]:
    """The households with other columns."""
    return {"households": replace(problem.household_columns, **columns)}


def without_minima(problem: Problem) -> Mapping[str, Any]:
    """The members without minima."""
    return without_rules(problem, {r.name for r in RULES.values() if r.figure and r.figure.least})


def without_rules(problem: Problem, rules: Set[str]) -> Mapping[str, Any]:
    """The problem with none of *rules* set; not for coverage, which can only be relaxed."""
    free = unset(problem, rules)
    return {
        **members_of(problem, **free.members),
        **(households_of(problem, **free.households) if free.households else {}),
        **free.whole,
    }


def asking(problem: Problem, needed: IntArray, **columns: Any) -> Mapping[str, Any]:
    """The households with other needs: *needed* members each, (H,).

    An exempt own household needs no member and leaves its group, whose households must have equal needs.
    """
    households = problem.household_columns
    exempt = problem.needed != households.members_needed
    group = tuple(
        None if out else label for label, out in zip(households.group, exempt, strict=True)
    )
    return households_of(problem, members_needed=needed, group=group, **columns)


def ids_where(ids: tuple[Id, ...], rows: Any) -> tuple[Id, ...]:
    """The ids of the rows that are true."""
    return tuple(ids[row] for row in np.flatnonzero(rows).tolist())
