"""The rules that are never broken, whatever gives way (contract 4.1)."""

from __future__ import annotations

import numpy as np

from phancong.assignment import Assignment
from phancong.rules.pairs import fixed_mask
from phancong.words import Message


def violations(assignment: Assignment) -> tuple[str, ...]:
    """Each thing that may never be and is, in words, by id."""
    problem = assignment.problem
    households, members = problem.household_columns.ids, problem.member_columns.ids
    mask = assignment.mask
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
