"""A start that no plan may be worse than: last year's plan with its gaps filled.

The repair is written from the words of contract 6.8 and shares nothing with the engines: each unit
after the other, in the order of id.
"""

from __future__ import annotations

import numpy as np

from phancong import Problem
from phancong.meeting import above
from phancong.problem import FloatArray, IntArray, Pair, ids_of
from phancong.rules import pair_breaches


def repaired(problem: Problem) -> tuple[Pair, ...]:
    """Last year's plan repaired.

    The previous member stays if the pair is allowed, breaks no rule about pairs and fits under all
    maxima. Then each unit (a household, or a group) that is left goes to the member with the smallest
    (lacks a skill, households above the maximum, workload above the maximum, excess of travel, outside
    the hamlet, hamlets above the maximum, travel), in this order, among those allowed.
    """
    return _Repair(problem).pairs()


class _Repair:
    """The plan that grows."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        shape = problem.allowed.shape
        self.mask = np.zeros(shape, dtype=bool)
        members = problem.member_columns
        self.counts = members.carried_households.astype(np.float64)
        self.loads = members.carried_workload.copy()
        matrix = problem.workload_matrix
        workload = problem.household_columns.workload
        self.workload = np.broadcast_to(workload[:, None], shape) if matrix is None else matrix
        broken = pair_breaches(problem)
        none = np.zeros(shape)
        self.lacking = broken.get("needs", none)
        self.excess = broken.get("max_travel", none)
        self.outside = broken.get("within_hamlet", none)
        travel = problem.travel_matrix
        self.travel = none if travel is None else travel

    def pairs(self) -> tuple[Pair, ...]:
        """Repair, and tell the pairs."""
        problem = self.problem
        for row, column in zip(*problem.pair_rows("fixed"), strict=True):
            self._give(np.array([row]), int(column))
        previous = np.zeros(problem.allowed.shape, dtype=bool)
        rows, columns, _ = problem.kept_years
        previous[rows, columns] = True
        units = self._units()
        for unit in units:
            # A group goes on with whom all of it had.
            for column in np.flatnonzero(previous[unit].all(axis=0)).tolist():
                if self._open(unit) and self._fits(unit, column):
                    self._give(unit, column)
        for unit in units:
            for _ in range(self._open(unit)):
                column = self._best(unit)
                if column is None:
                    break
                self._give(unit, column)
        chosen = np.nonzero(self.mask)
        return ids_of(zip(*(each.tolist() for each in chosen), strict=True), problem)

    def _units(self) -> list[IntArray]:
        """Rows that go together, in the order of the id of the first of them."""
        grouped = {int(row): group for group in self.problem.groups for row in group}
        alone = np.arange(len(self.problem.needed))
        return [
            grouped.get(row, alone[row : row + 1])
            for row in alone.tolist()
            if row not in grouped or row == int(grouped[row].min())
        ]

    def _open(self, unit: IntArray) -> int:
        """How many members the unit misses."""
        return int(self.problem.needed[unit[0]] - self.mask[unit[0]].sum())

    def _give(self, unit: IntArray, column: int) -> None:
        self.mask[unit, column] = True
        self.counts[column] += len(unit)
        self.loads[column] += self.workload[unit, column].sum()

    def _fits(self, unit: IntArray, column: int) -> bool:
        members = self.problem.member_columns
        if self.mask[unit[0], column]:
            return False
        of_pairs = (self.lacking, self.excess, self.outside)
        if any((each[unit, column] > 0).any() for each in of_pairs):
            return False
        count = self.counts[column] + len(unit)
        load = self.loads[column] + self.workload[unit, column].sum()
        room = np.array([members.max_households[column], members.max_workload[column]])
        if above(np.array([count, load]), room).any():
            return False
        return not self._hamlets_above(unit, column)

    def _hamlets_above(self, unit: IntArray, column: int) -> int:
        """How many hamlets beyond the maximum a member serves who takes the unit as well."""
        labels = self.problem.household_columns.hamlet
        rows = [*np.flatnonzero(self.mask[:, column]).tolist(), *unit.tolist()]
        most = int(self.problem.member_columns.max_hamlets[column])
        if self.problem.max_hamlets is not None:
            most = min(most, self.problem.max_hamlets)
        return max(len({labels[row] for row in rows} - {None}) - most, 0)

    def _best(self, unit: IntArray) -> int | None:
        """The member with the smallest figures in their order, None if nobody is allowed."""
        members = self.problem.member_columns
        left = np.flatnonzero(self.problem.allowed[unit[0]] & ~self.mask[unit[0]])
        load = self.loads + self.workload[unit].sum(axis=0)
        figures: tuple[FloatArray, ...] = (
            self.lacking[unit].sum(axis=0),
            above(self.counts + len(unit), members.max_households.astype(np.float64)),
            above(load, members.max_workload),
            self.excess[unit].sum(axis=0),
            self.outside[unit].sum(axis=0),
            np.array([self._hamlets_above(unit, m) for m in range(len(self.counts))], dtype=float),
            self.travel[unit].sum(axis=0),
        )
        for figure in figures:
            if len(left) < 2:
                break
            there = figure[left]
            left = left[there <= there.min() + 1e-9 * max(1.0, abs(float(there.min())))]
        return int(left[0]) if len(left) else None
