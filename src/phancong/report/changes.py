"""Changes of members by household, counted in the same way for every report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from phancong.problem import Id, Problem

#: Why members leave a household: first the reasons that are no decision of the plan.
GONE: Final = "gone"
EXEMPT: Final = "exempt"
NOT_ALLOWED: Final = "not allowed"
FEWER: Final = "needs fewer"
CHOSEN: Final = "could stay"
ADDED: Final = "added"


@dataclass(frozen=True, slots=True)
class ChangeOfHands:
    """A household of both plans whose members differ.

    Parameters
    ----------
    household
        Its id.
    before, after
        Its members in both plans, sorted; empty if it is uncovered.
    why
        ``"could stay"``: at least one pair ends that could go on (a *change*, contract 5.3). ``"gone"``,
        ``"exempt"``, ``"not allowed"``, ``"needs fewer"``: why the pairs that end could not go on,
        joined by commas. ``"added"``: no pair ends.
    changes
        How many pairs could go on and end.
    """

    household: Id
    before: tuple[Id, ...]
    after: tuple[Id, ...]
    why: str
    changes: int


def hands(
    problem: Problem, had: Mapping[Id, tuple[Id, ...]], has: Mapping[Id, tuple[Id, ...]]
) -> Iterator[ChangeOfHands]:
    """The households whose members differ, with the reason, sorted by id.

    Parameters
    ----------
    problem
        The problem of the plan.
    had
        Household → its members before; households that are not in it are left out.
    has
        Household → its members in the plan.
    """
    rows = problem.household_columns.index
    for household in problem.household_columns.ids:
        if household not in had:
            continue
        old, new = had[household], has.get(household, ())
        if set(old) == set(new):
            continue
        obstacles = {member: _obstacle(problem, rows[household], member) for member in old}
        could = sum(not obstacle for obstacle in obstacles.values())
        kept = sum(member in new and not obstacles[member] for member in old)
        # Pairs beyond the members needed end without a change.
        changes = max(0, min(could, int(problem.needed[rows[household]])) - kept)
        ended = [obstacles[member] or FEWER for member in old if member not in new]
        why = CHOSEN if changes else ", ".join(sorted(set(ended))) or ADDED
        yield ChangeOfHands(household, old, new, why, changes)


def _obstacle(problem: Problem, row: int, member: Id) -> str:
    """Why a member can no longer be in charge of the household in *row*; empty if it can."""
    column = problem.member_columns.index.get(member)
    if column is None:
        return GONE
    if problem.exempt[column]:
        return EXEMPT
    return "" if problem.allowed[row, column] else NOT_ALLOWED
