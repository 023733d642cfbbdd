"""A problem as a value: variants and equality (contract 2.4)."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import numpy as np

from phancong.errors import Defect, InvalidProblemError
from phancong.meeting import all_as_given
from phancong.problem.columns import FloatArray, household_columns, member_columns
from phancong.problem.derived import DerivedQuantities
from phancong.problem.limits import WHOLE_LIMITS
from phancong.travel import TravelMatrix
from phancong.travel.whereabouts import Listed, misplaced, read_farthest
from phancong.words import Message

P = TypeVar("P", bound=DerivedQuantities)

#: Arguments that are neither lists, nor matrices, nor limits.
_PLAIN: Final = ("own_household", "load_marks")

_ARGUMENTS: Final = (
    "members",
    "households",
    "travel",
    "workload",
    "previous",
    "fixed",
    "forbidden",
    *WHOLE_LIMITS,
    *_PLAIN,
    "farthest",
)


def variant(problem: P, changes: dict[str, Any]) -> P:
    """The problem with other arguments, checked anew; see :meth:`Problem.replace`."""
    unknown = [name for name in changes if name not in _ARGUMENTS]
    if unknown:
        raise TypeError(
            f"Problem has no {', '.join(map(repr, unknown))}; it has {', '.join(_ARGUMENTS)}"
        )
    arguments: dict[str, Any] = {
        "members": problem.member_columns,
        "households": problem.household_columns,
        "travel": problem.travel,
        "workload": problem.given_workload,
        "previous": problem.previous,
        "fixed": problem.fixed,
        "forbidden": problem.forbidden,
        **problem.whole_limits,
        **{name: getattr(problem, name) for name in _PLAIN},
    }
    arguments |= changes
    in_given_order(problem, arguments, changes)
    made = type(problem)(**arguments)
    carry_travel(problem, made)
    return made


def same(mine: DerivedQuantities, theirs: DerivedQuantities) -> bool:
    """Whether two problems have the same records, pairs, limits and travel."""
    return (
        mine.member_columns == theirs.member_columns
        and mine.household_columns == theirs.household_columns
        and mine.previous == theirs.previous
        and (mine.fixed, mine.forbidden) == (theirs.fixed, theirs.forbidden)
        and all(getattr(mine, name) == getattr(theirs, name) for name in (*WHOLE_LIMITS, *_PLAIN))
        and _same_matrix(mine.workload_matrix, theirs.workload_matrix)
        and _same_travel(mine, theirs)
    )


def _same_travel(mine: DerivedQuantities, theirs: DerivedQuantities) -> bool:
    if mine.travel is None or theirs.travel is None:
        return mine.travel is theirs.travel
    if type(mine.travel) is not type(theirs.travel) or mine.travel.unit != theirs.travel.unit:
        return False
    # A matrix follows the order given: compare it after sorting by id.
    return (
        mine.travel == theirs.travel
        and np.array_equal(mine.household_columns.given, theirs.household_columns.given)
        and np.array_equal(mine.member_columns.given, theirs.member_columns.given)
    ) or _same_matrix(mine.travel_matrix, theirs.travel_matrix)


def _same_matrix(mine: FloatArray | None, theirs: FloatArray | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return np.array_equal(mine, theirs)


def carry_travel(problem: DerivedQuantities, variant: DerivedQuantities) -> None:
    """Copy the travel matrix to *variant* if it is computed and all coordinates are the same."""
    known = problem.__dict__.get("travel_matrix")
    if known is None or variant.travel is not problem.travel:
        return
    sides = (
        (problem.member_columns, variant.member_columns),
        (problem.household_columns, variant.household_columns),
    )
    if all(mine.in_place(theirs) for mine, theirs in sides):
        variant.__dict__["travel_matrix"] = known


def in_given_order(
    problem: DerivedQuantities, arguments: dict[str, Any], changes: dict[str, Any]
) -> None:
    """Reorder the matrices among *arguments* to the order of the records in *changes*.

    A matrix stays valid if the same members and households are given in another order.

    Raises
    ------
    InvalidProblemError
        A matrix is kept although its members or households change.
    """
    stale = [name for name in ("travel", "workload") if name not in changes]
    if not isinstance(problem.travel, TravelMatrix):
        stale = [name for name in stale if name != "travel"]
    stale = [name for name in stale if arguments[name] is not None]
    sides = (
        ("households", problem.household_columns, household_columns),
        ("members", problem.member_columns, member_columns),
    )
    if not stale or not any(name in changes for name, _, _ in sides):
        return
    orders = []
    defects: list[Defect] = []
    lists: list[Listed] = []
    for name, mine, read in sides:
        found: list[Defect] = []
        theirs = read(arguments[name], found, lists)
        if found:
            return  # the new problem reports all their defects
        arguments[name] = theirs
        orders.append(theirs.given)
        if theirs.ids != mine.ids:
            defects += [
                Defect(
                    Message("problem"),
                    matrix,
                    Message("is a matrix for other {table}", table=name),
                    Message(
                        "give {matrix}=... for the new {table}, too", matrix=matrix, table=name
                    ),
                )
                for matrix in stale
            ]
    defects.extend(misplaced(lists, read_farthest(changes.get("farthest"))))
    if defects:
        raise InvalidProblemError(defects)
    for name in stale:
        matrix = problem.travel_matrix if name == "travel" else problem.workload_matrix
        assert matrix is not None
        given = np.empty_like(matrix)
        given[np.ix_(*orders)] = matrix
        if name == "travel" and problem.travel is not None:
            ways = all_as_given(given, problem.exactly)
            arguments[name] = TravelMatrix(ways, unit=problem.travel.unit)
        else:
            arguments[name] = all_as_given(given, problem.exactly)
