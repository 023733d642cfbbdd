"""`Solution`: the pairs of a plan, with proof, figures and relaxed limits."""

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
    """The outcome of a search, and methods that query it; see :class:`phancong.Plan`."""

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
        """The figures of the plan, with optional ones that need a search.

        Parameters
        ----------
        *names
            ``"round_total"``: the sum of the members' round trips, in ``travel.unit``.
            ``travel_total``, in contrast, counts each visit as a separate trip. It is the sum of the
            best rounds found: the minimum if each round is proven, otherwise an upper bound of it.
        work
            The work for the proof of each round; see :meth:`rounds`.

        Raises
        ------
        InvalidArgumentError
            A figure is unknown, or travel between households is undefined.
        """
        unknown = [name for name in names if name != "round_total"]
        if unknown:
            raise InvalidArgumentError(
                f"{', '.join(map(repr, unknown))}: not a figure on request; there is 'round_total'"
            )
        figures = dict(self.metrics)
        if names:
            members = range(len(self.problem.member_columns))
            figures["round_total"] = sum(
                round_of(self.assignment, column, work).length for column in members
            )
        return FrozenMapping(figures)

    def rounds(self, member: Id, *, work: float = WORK) -> Round:
        """The households of a member in the order of a round trip from home and back.

        Local search finds a good order. Then a search of at most *work* proves that it is the shortest,
        or finds the shortest: 20 households take 0.03 s, 60 about a second. Beyond 150 households
        nothing is proven and the bound is weak. Travel is that of the pairs: the mean of both
        directions (contract 3.0). Between households without a path, the round goes through the
        member's home.

        Parameters
        ----------
        member
            The member.
        work
            The work for the proof, in deterministic seconds; 0 skips it. The same work gives the same
            round on every machine.

        Raises
        ------
        KeyError
            There is no such member in the problem.
        InvalidArgumentError
            Travel between households is undefined (a ``TravelMatrix``, or no distance), or the work is
            no number.
        """
        column = _row(self.problem.member_columns.index, member, "member")
        return round_of(self.assignment, column, work)

    def columns(self) -> dict[str, list[Any]]:
        """The columns of :meth:`to_frame` as lists."""
        a = self.assignment
        previous = {(household, member) for household, member, _ in self.problem.previous}
        travel = [None] * len(a.rows) if self.problem.travel is None else a.pair_travel.tolist()
        return {
            "household": [household for household, _ in self.pairs],
            "member": [member for _, member in self.pairs],
            "travel": travel,
            "workload": a.pair_workload.tolist(),
            "kept": [pair in previous for pair in self.pairs],
        }

    @property
    def uncovered(self) -> tuple[Id, ...]:
        """Households with a missing member, sorted."""
        ids = self.problem.household_columns.ids
        return tuple(ids[row] for row in np.flatnonzero(self.assignment.missing).tolist())

    @property
    def approximate(self) -> tuple[Id, ...]:
        """Households whose coordinates are approximate, such as the centre of their hamlet, sorted."""
        columns = self.problem.household_columns
        return tuple(columns.ids[row] for row in np.flatnonzero(columns.approximate).tolist())

    def members_of(self, household: Id) -> tuple[Id, ...]:
        """The members in charge of a household, sorted; empty if it is uncovered.

        Raises
        ------
        KeyError
            There is no such household in the problem.
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
            There is no such household in the problem.
        ValueError
            It has several members: use :meth:`members_of`.
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
            There is no such member in the problem.
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
