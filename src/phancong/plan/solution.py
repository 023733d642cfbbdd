"""`Solution`: the pairs of a plan, with their proof, their figures and what had to be relaxed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from phancong.assignment import Assignment
from phancong.errors import InvalidArgumentError
from phancong.frozen import FrozenMapping
from phancong.metrics import metrics
from phancong.problem import Id, Pair, Problem
from phancong.report.records import BreachTotal, GoalValue, Status
from phancong.rules import Relaxation, breaches, exceptions
from phancong.touring import WORK, Round, round_of
from phancong.words import Printable


@dataclass(frozen=True, eq=False)
class Solution(Printable):
    """The outcome of a search, and the questions that it answers; see :class:`phancong.Plan`."""

    problem: Problem
    assignment: Assignment
    status: Status
    breaches: Mapping[str, BreachTotal]
    goals: tuple[GoalValue, ...]
    engine: str
    reason: str
    stopped: str | None
    seconds: float
    options: Mapping[str, Any] = field(default_factory=lambda: FrozenMapping({}))
    versions: Mapping[str, str] = field(default_factory=lambda: FrozenMapping({}))

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All pairs ``(household, member)``, sorted."""
        return self.assignment.pairs

    @cached_property
    def relaxations(self) -> tuple[Relaxation, ...]:
        """Each limit that the plan breaks, and by how much (contract 4.4)."""
        return breaches(self.assignment)

    @property
    def relaxed(self) -> bool:
        """Whether any limit is broken."""
        return bool(self.relaxations)

    @cached_property
    def exceptions(self) -> tuple[Relaxation, ...]:
        """Breaches of the rules about pairs by fixed pairs: intended, not counted (contract 4.1)."""
        return exceptions(self.assignment)

    @cached_property
    def metrics(self) -> Mapping[str, float | None]:
        """The figures of the plan; see :func:`phancong.metrics.metrics`."""
        return metrics(self.assignment)

    def metrics_with(self, *names: str, work: float = WORK) -> Mapping[str, float | None]:
        """The figures of the plan, with some that take a search and are not worked out unasked.

        Parameters
        ----------
        *names
            ``"round_total"``: the sum of the members' round trips, in ``travel.unit``.
            ``travel_total`` counts each visit as a way of its own, which is not what a member walks.
            It is the sum of the best rounds found: the least that can be where each is proven, and
            never less than that.
        work
            What the proof of each round may cost; see :meth:`rounds`.

        Raises
        ------
        InvalidArgumentError
            A figure that is not known, or rounds where nothing tells the way between households.
        """
        unknown = [name for name in names if name != "round_total"]
        if unknown:
            raise InvalidArgumentError(
                f"{', '.join(map(repr, unknown))}: no figure on request; there is 'round_total'"
            )
        figures = dict(self.metrics)
        if names:
            members = range(len(self.problem.member_columns))
            figures["round_total"] = sum(
                round_of(self.assignment, column, work).length for column in members
            )
        return FrozenMapping(figures)

    def rounds(self, member: Id, *, work: float = WORK) -> Round:
        """The households of a member in the order of a round trip, from home and back.

        A good order is found by local search, and then proven to be the shortest, or replaced by
        the shortest, as far as *work* reaches: 20 households in 0.03 s, 60 in about a second. Beyond
        150 households nothing is proven and the bound is weak. Travel is that of the pairs: the
        mean of there and back (contract 3.0). Where there is none from household to household, the round
        leads by way of the member's home.

        Parameters
        ----------
        member
            The member.
        work
            What the proof may cost, in deterministic seconds; 0 leaves it out. The same work gives
            the same round, whatever the machine's speed.

        Raises
        ------
        KeyError
            The member is not in the problem.
        InvalidArgumentError
            Nothing tells the way from household to household (a ``TravelMatrix``, or no distance),
            or the work is no number.
        """
        column = _row(self.problem.member_columns.index, member, "member")
        return round_of(self.assignment, column, work)

    @property
    def uncovered(self) -> tuple[Id, ...]:
        """Households that miss a member, sorted."""
        ids = self.problem.household_columns.ids
        return tuple(ids[row] for row in np.flatnonzero(self.assignment.missing).tolist())

    @property
    def approximate(self) -> tuple[Id, ...]:
        """Households whose place is only about right, such as the centre of their hamlet, sorted."""
        columns = self.problem.household_columns
        return tuple(columns.ids[row] for row in np.flatnonzero(columns.approximate).tolist())

    def members_of(self, household: Id) -> tuple[Id, ...]:
        """The members in charge of a household, sorted; empty if there is none.

        Raises
        ------
        KeyError
            The household is not in the problem.
        """
        row = _row(self.problem.household_columns.index, household, "household")
        a = self.assignment
        ids = self.problem.member_columns.ids
        return tuple(ids[column] for column in a.columns[a.rows == row].tolist())

    def member_of(self, household: Id) -> Id | None:
        """The member in charge of a household, None if it is uncovered.

        Raises
        ------
        KeyError
            The household is not in the problem.
        ValueError
            It has several members: ask :meth:`members_of`.
        """
        members = self.members_of(household)
        if len(members) > 1:
            raise ValueError(
                f"household {household!r} has {len(members)} members; ask members_of()"
            )
        return members[0] if members else None

    def households_of(self, member: Id) -> tuple[Id, ...]:
        """The households in a member's charge, sorted.

        Raises
        ------
        KeyError
            The member is not in the problem.
        """
        column = _row(self.problem.member_columns.index, member, "member")
        a = self.assignment
        ids = self.problem.household_columns.ids
        return tuple(ids[row] for row in a.rows[a.columns == column].tolist())


def _row(index: Mapping[Id, int], identity: Id, kind: str) -> int:
    try:
        return index[identity]
    except (KeyError, TypeError):
        raise KeyError(f"{identity!r} is no {kind} of this problem") from None
