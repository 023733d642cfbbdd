"""`Plan`: the pairs, with their proof, their figures and what had to give way (spec 6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from phancong.assignment import Assignment
from phancong.errors import InvalidArgumentError
from phancong.metrics import metrics
from phancong.plan import writing
from phancong.plan.difference import PlanDifference, difference
from phancong.plan.records import BreachTotal, GoalValue, Status
from phancong.problem import Id, Pair, Problem
from phancong.rules import Relaxation, breaches, exceptions
from phancong.words import Told

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class Plan(Told):
    """A plan for a problem, judged before it left the library.

    Parameters
    ----------
    problem
        The problem that was solved.
    assignment
        The pairs as rows of the problem.
    status
        What is proven.
    breaches
        For every rule that may give way, how much it is broken (spec 4.4).
    goals
        For every goal, what was reached (spec 5.5).
    engine, reason
        The engine that made the plan, and why it was chosen.
    stopped
        What cut the search (``"time"``, ``"work"``, ``"gap"``, ``"progress"``), or ``"rounding"``
        where costs differ by so many orders that integers prove nothing; None if nothing did.
    seconds
        How long the whole call took.
    """

    problem: Problem
    assignment: Assignment
    status: Status
    breaches: Mapping[str, BreachTotal]
    goals: tuple[GoalValue, ...]
    engine: str
    reason: str
    stopped: str | None
    seconds: float

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All pairs ``(household, member)``, sorted."""
        return self.assignment.pairs

    @cached_property
    def relaxations(self) -> tuple[Relaxation, ...]:
        """Each limit that the plan breaks, and by how much (spec 4.4)."""
        return breaches(self.assignment)

    @property
    def relaxed(self) -> bool:
        """Whether any limit is broken."""
        return bool(self.relaxations)

    @cached_property
    def exceptions(self) -> tuple[Relaxation, ...]:
        """What fixed pairs break of the rules about pairs: intended, no breach (spec 4.1)."""
        return exceptions(self.assignment)

    @cached_property
    def metrics(self) -> Mapping[str, float | None]:
        """The figures of the plan; see :func:`phancong.metrics.metrics`."""
        return metrics(self.assignment)

    @property
    def uncovered(self) -> tuple[Id, ...]:
        """Households that miss a member, sorted."""
        ids = self.problem.household_columns.ids
        return tuple(ids[row] for row in np.flatnonzero(self.assignment.missing).tolist())

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

    def diff(self, other: Plan) -> PlanDifference:
        """What another plan changes: this one is *before*, the other one *after*.

        The problems may differ: members and households that came or went are told apart.

        Raises
        ------
        InvalidArgumentError
            *other* is no plan.
        """
        if not isinstance(other, Plan):
            raise InvalidArgumentError(f"diff() takes a Plan, not a {type(other).__name__}")
        return difference(self, other)

    def to_frame(self) -> pandas.DataFrame:
        """A data frame with a row per pair.

        Returns
        -------
        pandas.DataFrame
            Columns ``household``, ``member``, ``travel`` (in ``travel.unit``, missing without
            distance), ``workload`` and ``kept`` (the pair is one of the previous plan).
        """
        import pandas  # here: it takes longer to import than most plans take to make

        return pandas.DataFrame(self.columns())

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

    def to_csv(self, path: str | Path) -> None:
        """Write the pairs as CSV, with the columns of :meth:`to_frame`.

        Text that a spreadsheet would take for a formula gets an apostrophe before it;
        :func:`phancong.read_plan` takes it away again.
        """
        writing.to_csv(self, path)

    def to_excel(self, path: str | Path) -> None:
        """Write a workbook: the sheets ``pairs``, ``members`` and ``summary``.

        Raises
        ------
        MissingExtraError
            openpyxl is not installed.
        """
        writing.to_excel(self, path)

    def to_json(self, path: str | Path | None = None) -> str | None:
        """Write the whole record as JSON, or give it back as text where there is no path.

        :func:`phancong.read_plan` restores the plan from it.
        """
        return writing.to_json(self, path)

    def __repr__(self) -> str:
        return f"Plan({self.status}, {len(self.assignment.rows)} pairs, engine {self.engine!r})"


def _row(index: Mapping[Id, int], identity: Id, kind: str) -> int:
    try:
        return index[identity]
    except (KeyError, TypeError):
        raise KeyError(f"{identity!r} is no {kind} of this problem") from None
