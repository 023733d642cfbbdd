"""Matrices of a problem in its variants: what goes along, and in which order (contract 2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from phancong.errors import Defect, InvalidProblemError
from phancong.meeting import all_as_given
from phancong.problem.columns import household_columns, member_columns
from phancong.travel import TravelMatrix
from phancong.travel.whereabouts import Listed, misplaced, read_farthest
from phancong.words import Message

if TYPE_CHECKING:
    from phancong.problem.problem import Problem


def carry_travel(problem: Problem, variant: Problem) -> None:
    """Give *variant* the travel matrix of *problem* if it is known and all places are the same."""
    known = problem.__dict__.get("travel_matrix")
    if known is None or variant.travel is not problem.travel:
        return
    sides = (
        (problem.member_columns, variant.member_columns),
        (problem.household_columns, variant.household_columns),
    )
    if all(mine.in_place(theirs) for mine, theirs in sides):
        variant.__dict__["travel_matrix"] = known


def in_given_order(problem: Problem, arguments: dict[str, Any], changes: dict[str, Any]) -> None:
    """Put the matrices among *arguments* in the order of the records that *changes* gives.

    The same members and households in another order take their matrices along.

    Raises
    ------
    InvalidProblemError
        A matrix is kept whose members or households change.
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
            return  # the new problem names all that is wrong with them
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
