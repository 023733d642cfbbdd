"""A part of a problem, some of its households and members, as a problem of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from phancong.meeting import all_as_given
from phancong.problem.columns import HouseholdColumns, IntArray, MemberColumns
from phancong.problem.problem import Problem
from phancong.problem.records import Id
from phancong.travel import TravelMatrix, TravelModel

C = TypeVar("C", HouseholdColumns, MemberColumns)


def part_of(
    problem: Problem,
    rows: IntArray,
    columns: IntArray,
    members: MemberColumns | None = None,
    forbidden: Sequence[tuple[Id, Id]] = (),
) -> Problem:
    """The problem of some households and some members.

    Limits and travel stay the same; pairs with a household or member outside the part are dropped. The
    members needed by each household are those of the whole problem (contract 2.3,
    ``own_household="exempt"``).

    Parameters
    ----------
    problem
        The whole problem.
    rows, columns
        Rows of its households and of its members, sorted.
    members
        All members with other limits; None is the members of the problem.
    forbidden
        Further pairs that are forbidden.
    """
    homes = _take(problem.household_columns, rows)
    needed = problem.needed[rows]
    outside = needed < homes.members_needed  # exempt own households do not count in their groups
    homes = replace(
        homes,
        members_needed=needed.copy(),
        group=tuple(None if out else g for g, out in zip(homes.group, outside, strict=True)),
    )
    people = _take(problem.member_columns if members is None else members, columns)
    own = tuple(h if h in homes.index else None for h in people.household)
    inside = np.ix_(rows, columns)

    def both(pairs: Any) -> list[Any]:
        return [pair for pair in pairs if pair[0] in homes.index and pair[1] in people.index]

    return Problem(
        replace(people, household=own),
        homes,
        travel=_travel(problem, rows, columns),
        workload=None
        if problem.workload_matrix is None
        else all_as_given(problem.workload_matrix[inside], problem.exactly),
        previous=both(problem.previous),
        fixed=both(problem.fixed),
        forbidden=[*both(problem.forbidden), *both(forbidden)],
        **problem.whole_limits,
        own_household="allow" if problem.own_household == "exempt" else problem.own_household,
    )


def _travel(problem: Problem, rows: IntArray, columns: IntArray) -> TravelModel | None:
    """The travel of a part; straight lines whose distances are not all known are left to the part."""
    if problem.chords is not None and "travel_matrix" not in problem.__dict__:
        return problem.travel
    whole = problem.travel_matrix
    if problem.travel is None or whole is None:
        return None
    inside = whole[np.ix_(rows, columns)]
    return TravelMatrix(all_as_given(inside, problem.exactly), problem.travel.unit)


def _take(columns: C, rows: IntArray) -> C:
    """Some of the rows, with their order as the order given."""
    taken: dict[str, Any] = {}
    for field in fields(columns):
        values = getattr(columns, field.name)
        if isinstance(values, np.ndarray):
            taken[field.name] = values[rows]
        elif isinstance(values, tuple):
            taken[field.name] = tuple(values[row] for row in rows.tolist())
    taken["given"] = np.arange(len(rows))
    taken["index"] = {identity: row for row, identity in enumerate(taken["ids"])}
    part = replace(columns, **taken)
    part.freeze()
    return part
