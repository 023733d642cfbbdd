"""Plans to begin a search with: last year's plan repaired, and the ways it is done by hand.

No search is worth returning that ends with less than these (contract 6.8).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.by_hand import Nearest, Regret, RoundRobin
from phancong.engines.task import Task
from phancong.meeting import above
from phancong.problem import FloatArray, IntArray, Problem
from phancong.rules import RELAXABLE, fixed_mask, pair_breaches


def starts(task: Task) -> Iterator[tuple[str, Assignment]]:
    """Plans by name, the most promising first; not all of them keep what may not give way."""
    problem = task.problem
    yield "repaired", repaired(problem)
    free = replace(task, goals=(), relax=dict.fromkeys(RELAXABLE, math.inf))
    for way in (Regret(), Nearest(), RoundRobin()):
        yield way.name, way.run(free).assignment


def repaired(problem: Problem) -> Assignment:
    """Last year's plan with its gaps filled (contract 6.8).

    The previous member of a household (or group) stays if the pair is allowed, breaks no rule about
    pairs and fits under both maxima. Then each household that is left, in the order of id, goes to the
    member with the smallest (lacks a skill, households above the maximum, workload above the maximum,
    excess of travel, outside the hamlet, travel), in this order.

    Returns
    -------
    Assignment
        Every household that anybody may serve has the members that it needs.
    """
    repair = _Repair(problem)
    for rows in repair.units:
        repair.keep(rows)
    for rows in repair.units:
        repair.fill(rows)
    return Assignment.of_mask(problem, repair.mask)


class _Repair:
    """The pairs so far, and what each member carries."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.members = problem.member_columns
        self.needed = problem.needed
        grouped = {row: group for group in problem.groups for row in group.tolist()}
        #: The rows of each unit, in the order of id.
        self.units: list[IntArray] = []
        for row in np.flatnonzero(self.needed > 0).tolist():
            rows = grouped.get(row, np.array([row]))
            rows = rows[self.needed[rows] > 0]
            if rows[0] == row:
                self.units.append(rows)
        self.mask = fixed_mask(problem)
        matrix = problem.workload_matrix
        self.workload: FloatArray = (
            np.broadcast_to(problem.household_columns.workload[:, None], self.mask.shape)
            if matrix is None
            else matrix
        )
        self.count = self.mask.sum(axis=0).astype(np.float64)
        self.load = (self.workload * self.mask).sum(axis=0)
        self.breach = pair_breaches(problem)
        travel = problem.travel_matrix
        self.travel = (
            np.zeros(self.mask.shape)
            if travel is None
            else np.where(np.isfinite(travel), travel, 0.0)
        )
        self.previous = np.zeros(self.mask.shape, dtype=bool)
        rows, columns, _ = problem.kept_years
        self.previous[rows, columns] = True

    def keep(self, rows: IntArray) -> None:
        """Let those who had all of a unit stay, as far as nothing stands against it."""
        first = int(rows[0])
        stays = self.previous[rows].all(axis=0) & ~self.mask[first]
        for breach in self.breach.values():
            stays &= ~(breach[rows] > 0).any(axis=0)
        for column in np.flatnonzero(stays).tolist():
            if self.mask[first].sum() >= self.needed[first]:
                return
            count, load = self._with(rows, column)
            if not count and not load:
                self._take(rows, column)

    def fill(self, rows: IntArray) -> None:
        """Give a unit the members that it still misses."""
        first = int(rows[0])
        open_ = self.problem.allowed[rows].all(axis=0) & ~self.mask[first]
        for _ in range(int(self.needed[first] - self.mask[first].sum())):
            columns = np.flatnonzero(open_)
            if not len(columns):
                return
            count, load = self._with(rows, columns)
            keys = [self.travel[np.ix_(rows, columns)].sum(axis=0)]
            keys += [
                self.breach[rule][np.ix_(rows, columns)].sum(axis=0)
                for rule in ("within_hamlet", "max_travel")
                if rule in self.breach
            ]
            keys += [load, count]
            if "needs" in self.breach:
                keys.append(self.breach["needs"][np.ix_(rows, columns)].sum(axis=0))
            column = int(columns[np.lexsort(keys)[0]])
            self._take(rows, column)
            open_[column] = False

    def _with(self, rows: IntArray, columns: IntArray | int) -> tuple[FloatArray, FloatArray]:
        """Households and workload above the maxima, if *columns* took the unit as well."""
        members = self.members
        added = self.workload[rows][:, columns].sum(axis=0)
        return (
            above(
                self.count[columns] + len(rows), members.max_households[columns].astype(np.float64)
            ),
            above(self.load[columns] + added, members.max_workload[columns]),
        )

    def _take(self, rows: IntArray, column: int) -> None:
        self.mask[rows, column] = True
        self.count[column] += len(rows)
        self.load[column] += self.workload[rows, column].sum()
