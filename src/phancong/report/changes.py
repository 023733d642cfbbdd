"""Who changes hands, counted by household in one way wherever it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from phancong.problem import Id, Problem

#: Why members end with a household, the reasons that nobody chose first.
GONE: Final = "gone"
EXEMPT: Final = "exempt"
NOT_ALLOWED: Final = "not allowed"
FEWER: Final = "needs fewer"
CHOSEN: Final = "could stay"
ADDED: Final = "added"


@dataclass(frozen=True, slots=True)
class ChangeOfHands:
    """A household of both plans whose members are not the same.

    Parameters
    ----------
    household
        Its id.
    before, after
        Its members in either plan, sorted; empty where it had none.
    why
        ``"could stay"``: at least one pair ends that could have gone on (a *change*, contract 5.3).
        ``"gone"``, ``"exempt"``, ``"not allowed"``, ``"needs fewer"``: why those who end could not,
        joined by commas. ``"added"``: nobody ends.
    changes
        How many pairs end that could have gone on.
    """

    household: Id
    before: tuple[Id, ...]
    after: tuple[Id, ...]
    why: str
    changes: int


def hands(
    problem: Problem, had: Mapping[Id, tuple[Id, ...]], has: Mapping[Id, tuple[Id, ...]]
) -> Iterator[ChangeOfHands]:
    """The households whose members differ, with the reason, in the order of ids.

    Parameters
    ----------
    problem
        The problem of the plan that is looked at.
    had
        Household → its members before; a household that is not there is left out.
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
        # Of more pairs than the household needs, those beyond that number end without a change.
        changes = max(0, min(could, int(problem.needed[rows[household]])) - kept)
        ended = [obstacles[member] or FEWER for member in old if member not in new]
        why = CHOSEN if changes else ", ".join(sorted(set(ended))) or ADDED
        yield ChangeOfHands(household, old, new, why, changes)


def _obstacle(problem: Problem, row: int, member: Id) -> str:
    """Why a member could not be in charge of the household in *row* any more; empty if it could."""
    column = problem.member_columns.index.get(member)
    if column is None:
        return GONE
    if problem.exempt[column]:
        return EXEMPT
    return "" if problem.allowed[row, column] else NOT_ALLOWED
