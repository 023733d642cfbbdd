"""`Figures`: pairs, loads and changes of a plan, for every kind of report.

Text, workbook, page and map read the figures here, so that they agree everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from phancong import naming
from phancong.assignment import by_household
from phancong.problem import Id
from phancong.report.changes import ChangeOfHands, hands
from phancong.report.solution import Solution
from phancong.rules import RULES, Relaxation


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFigures:
    """The load of one member.

    Parameters
    ----------
    id
        The member.
    column
        The column of the member in the problem.
    exempt
        Whether no pair may be made with the member.
    households, workload
        The loads, without carried ones.
    carried_households, carried_workload
        The carried loads; limits and fairness count both together.
    travel, farthest
        Σ visits × travel, and the longest travel of a pair, in ``travel.unit``; None without distance.
    rows
        Its households as rows of the problem, sorted.
    """

    id: Id
    column: int
    exempt: bool
    households: int
    workload: float
    carried_households: int
    carried_workload: float
    travel: float | None
    farthest: float | None
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Figures:
    """The figures of a plan, for all reports.

    Parameters
    ----------
    plan
        The plan.
    """

    plan: Solution

    @property
    def unit(self) -> str:
        """The unit of travel; empty if it has none."""
        return naming.travel_unit(self.plan.problem)

    @property
    def has_travel(self) -> bool:
        """Whether the problem has distances."""
        return self.plan.problem.travel is not None

    @cached_property
    def has_hamlets(self) -> bool:
        """Whether any household has a hamlet."""
        return any(name is not None for name in self.plan.problem.household_columns.hamlet)

    @cached_property
    def has_previous(self) -> bool:
        """Whether there is a plan of last year."""
        return bool(self.plan.problem.previous)

    @cached_property
    def weighted(self) -> bool:
        """Whether workloads differ from the number of households."""
        assignment = self.plan.assignment
        loads = assignment.loads("households"), assignment.loads("workload")
        return not np.array_equal(*loads)

    @cached_property
    def carries(self) -> bool:
        """Whether any member has a carried load."""
        return any(one.carried_households or one.carried_workload for one in self.members)

    @cached_property
    def now(self) -> Mapping[Id, tuple[Id, ...]]:
        """Household → its members in the plan; uncovered households are left out."""
        return by_household(self.plan.pairs)

    @cached_property
    def before(self) -> Mapping[Id, tuple[Id, ...]]:
        """Household → its members of last year, including former members."""
        previous = self.plan.problem.previous
        return by_household((household, member) for household, member, _ in previous)

    @cached_property
    def changes(self) -> Mapping[Id, ChangeOfHands]:
        """Household → the change of its members since last year; without members then, it is left out."""
        return {found.household: found for found in hands(self.plan.problem, self.before, self.now)}

    @cached_property
    def in_order(self) -> tuple[int, ...]:
        """Rows of the households by hamlet; within a hamlet in the order given.

        Hamlets are in the order in which they first occur in the list, which is the commune's own order.
        Households without a hamlet come last.
        """
        columns = self.plan.problem.household_columns
        given = np.argsort(columns.given, kind="stable").tolist()
        rank: dict[str | None, int] = {}
        for row in given:
            rank.setdefault(columns.hamlet[row], len(rank))
        rank[None] = len(rank)
        place = {row: number for number, row in enumerate(given)}
        return tuple(sorted(given, key=lambda row: (rank[columns.hamlet[row]], place[row])))

    @cached_property
    def members(self) -> tuple[MemberFigures, ...]:
        """The load of each member, sorted by id."""
        assignment, problem = self.plan.assignment, self.plan.problem
        rows: list[list[int]] = [[] for _ in problem.member_columns.ids]
        for row, column in zip(assignment.rows.tolist(), assignment.columns.tolist(), strict=True):
            rows[column].append(row)
        travel = farthest = None
        if self.has_travel:
            travel, farthest = np.zeros(len(rows)), np.zeros(len(rows))
            np.add.at(travel, assignment.columns, assignment.effort)
            np.maximum.at(farthest, assignment.columns, assignment.pair_travel)
        return tuple(
            MemberFigures(
                id=member,
                column=column,
                exempt=bool(problem.exempt[column]),
                households=int(assignment.counts[column]),
                workload=float(assignment.workloads[column]),
                carried_households=int(problem.member_columns.carried_households[column]),
                carried_workload=float(problem.member_columns.carried_workload[column]),
                travel=None if travel is None else float(travel[column]),
                farthest=None if farthest is None else float(farthest[column]),
                rows=tuple(rows[column]),
            )
            for column, member in enumerate(problem.member_columns.ids)
        )

    def travel_of(self, column: int) -> Mapping[int, float]:
        """Row of each household of a member → the travel to it; empty without distance."""
        if not self.has_travel:
            return {}
        assignment = self.plan.assignment
        mine = assignment.columns == column
        rows, ways = assignment.rows[mine].tolist(), assignment.pair_travel[mine].tolist()
        return dict(zip(rows, ways, strict=True))

    @cached_property
    def of_pairs(self) -> Mapping[Id, tuple[Relaxation, ...]]:
        """Household → the breaches of rules about pairs by its pairs."""
        return _by_household(self.plan.relaxations)

    @cached_property
    def meant(self) -> Mapping[Id, tuple[Relaxation, ...]]:
        """Household → the exceptions of its fixed pairs from rules about pairs, which are no breaches."""
        return _by_household(self.plan.exceptions)

    @cached_property
    def of_loads(self) -> Mapping[Id, tuple[Relaxation, ...]]:
        """Member → the breaches of the limits of the member's load."""
        found: dict[Id, list[Relaxation]] = {}
        for relaxation in self.plan.relaxations:
            if RULES[relaxation.rule].subject == "member" and relaxation.subject is not None:
                found.setdefault(relaxation.subject, []).append(relaxation)
        return {member: tuple(broken) for member, broken in found.items()}


def _by_household(relaxations: Iterable[Relaxation]) -> dict[Id, tuple[Relaxation, ...]]:
    found: dict[Id, list[Relaxation]] = {}
    for relaxation in relaxations:
        if relaxation.member is not None and relaxation.subject is not None:
            found.setdefault(relaxation.subject, []).append(relaxation)
    return {household: tuple(broken) for household, broken in found.items()}
