"""The rules that no plan may break, even if limits are relaxed (contract 4.1)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from phancong.assignment import Assignment
from phancong.words import Message


def violations(assignment: Assignment) -> tuple[str, ...]:
    """The violations of a plan, each as a sentence with ids."""
    return (
        *_not_allowed(assignment),
        *_fixed_missing(assignment),
        *_too_many(assignment),
        *_groups_split(assignment),
    )


def _not_allowed(assignment: Assignment) -> Iterator[str]:
    problem = assignment.problem
    households, members = problem.household_columns.ids, problem.member_columns.ids
    rows, columns = assignment.rows, assignment.columns
    forbidden = set(problem.forbidden)
    wrong = ~problem.allowed[rows, columns]

    def travel_of(row: int, column: int) -> float:
        return float(problem.travel_of(np.array([row]), np.array([column]))[0])

    for row, column in zip(rows[wrong].tolist(), columns[wrong].tolist(), strict=True):
        pair = repr((households[row], members[column]))
        if (households[row], members[column]) in forbidden:
            yield Message("pair {pair} is forbidden", pair=pair)
        elif problem.exempt[column]:
            yield Message("pair {pair} has an exempt member", pair=pair)
        elif problem.own_household == "forbid" and problem.own[column] == row:
            yield Message("pair {pair} is the member's own household", pair=pair)
        elif problem.travel is not None and np.isinf(travel_of(row, column)):
            yield Message("pair {pair} is unreachable", pair=pair)
        else:
            yield Message(
                "pair {pair} is not allowed for another household of its group", pair=pair
            )


def _fixed_missing(assignment: Assignment) -> Iterator[str]:
    problem = assignment.problem
    households, members = problem.household_columns.ids, problem.member_columns.ids
    fixed, width = problem.pair_rows("fixed"), max(len(members), 1)
    missing = fixed[0] * width + fixed[1]
    if len(missing):
        missing = np.setdiff1d(missing, assignment.rows * width + assignment.columns)
    for row, column in np.transpose(np.divmod(missing, width)).tolist():
        pair = repr((households[row], members[column]))
        yield Message("fixed pair {pair} is missing", pair=pair)


def _too_many(assignment: Assignment) -> Iterator[str]:
    problem = assignment.problem
    for row in np.flatnonzero(assignment.covered > problem.needed).tolist():
        yield Message(
            "household {household} has {members} members and needs {needed}",
            household=repr(problem.household_columns.ids[row]),
            members=int(assignment.covered[row]),
            needed=int(problem.needed[row]),
        )


def _groups_split(assignment: Assignment) -> Iterator[str]:
    problem = assignment.problem
    mask = assignment.mask if problem.groups else np.zeros((0, 0), dtype=bool)
    for group in problem.groups:
        # A household that needs no member (an exempt own household) does not count in its group.
        inside = group[problem.needed[group] > 0]
        for column in np.flatnonzero(mask[inside].any(axis=0) & ~mask[inside].all(axis=0)).tolist():
            yield Message(
                "group {group} has member {member} on a part of it only",
                group=repr(problem.household_columns.group[int(inside[0])]),
                member=repr(problem.member_columns.ids[column]),
            )
