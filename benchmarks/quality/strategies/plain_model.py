"""The plain integer program: a variable a pair, each goal in its turn, what was reached held.

One stage a goal. For the fairest load one more variable, the largest load ÷ share, with its bound by
arithmetic (the mean, the heaviest household) as its domain: that is what makes its stage provable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.quality.case import Case, RefusedError
from benchmarks.quality.strategies.usable import THOUSANDTH, travel_of, usable_pairs, whole
from phancong import Continuity, FairLoad, Goal, Problem, Travel
from phancong.assignment import best_kept
from phancong.problem import BoolArray, FloatArray, IntArray
from phancong.problem.fields import UNLIMITED
from phancong.rules import RULES

#: Factors that make workloads whole, tried in turn.
FACTORS: Final = (1, 2, 4, 10, 100, 1_000)


@dataclass(frozen=True, slots=True)
class Row:
    """low ≤ Σ coefficients × variables ≤ high; None is no limit."""

    variables: IntArray
    coefficients: IntArray
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Objective:
    """A goal as whole numbers: its value is unit × Σ coefficients × variables + constant.

    ``rounding`` is by how much that may be off, which is taken off a bound.
    """

    variables: IntArray
    coefficients: IntArray
    unit: float
    constant: float
    rounding: float

    def at(self, values: IntArray) -> int:
        """Σ coefficients × variables."""
        return int(self.coefficients @ values[self.variables])

    def bound(self, reached: float) -> float | None:
        """A bound of the sum, which is whole, as a bound of the goal."""
        if not math.isfinite(reached):
            return None
        least = math.ceil(reached - 1e-6 - 1e-9 * abs(reached))  # bounds of floats are a little off
        return self.unit * least + self.constant - self.rounding


class PlainModel:
    """A case as an integer program.

    Raises
    ------
    RefusedError
        A rule or a goal that the plain program does not state; all are named.
    """

    def __init__(self, case: Case) -> None:
        problem = case.problem
        _refuse(case)
        self.problem = problem
        self.homes, self.people = np.nonzero(usable_pairs(problem))
        self.pairs = len(self.homes)
        #: The largest load is the last variable, after the pairs.
        self.lower = np.zeros(self.pairs + 1, dtype=np.int64)
        self.upper = np.ones(self.pairs + 1, dtype=np.int64)
        self.upper[-1] = 0
        by_member = np.argsort(self.people, kind="stable")
        counts = np.bincount(self.people, minlength=len(problem.member_columns))
        self.of_member = np.split(by_member, np.cumsum(counts)[:-1])
        loads, self.factor = _whole_loads(problem)
        self.load = np.broadcast_to(loads, problem.allowed.shape)[self.homes, self.people]
        #: What counts as a load for fairness, (pairs,), in units of 1 ÷ ``unit``; 1 ÷ share of each
        #: member in units of 1 ÷ ``times``. All whole.
        self.weight, self.unit = self.load, self.factor
        self.inverse, self.times = np.ones(len(problem.member_columns), dtype=np.int64), 1
        fair = next((goal for goal in case.goals if isinstance(goal, FairLoad)), None)
        if fair is not None:
            self.inverse, self.times = _whole(1 / problem.member_columns.share, "1 ÷ shares")
            if fair.measure == "households":
                self.weight, self.unit = np.ones_like(self.load), 1
        self.rows: list[Row] = []
        self._coverage()
        self._household_limits()
        self._workload_limits()

    def _coverage(self) -> None:
        """Every household gets its members."""
        counts = np.bincount(self.homes, minlength=len(self.problem.household_columns))
        groups = np.split(np.arange(self.pairs), np.cumsum(counts)[:-1])
        for group, needed in zip(groups, self.problem.needed.tolist(), strict=True):
            self.rows.append(Row(group, np.ones(len(group), dtype=np.int64), needed, needed))

    def _household_limits(self) -> None:
        """How many households each member takes."""
        members = self.problem.member_columns
        for column, pairs in enumerate(self.of_member):
            low, high = int(members.min_households[column]), int(members.max_households[column])
            if not self.problem.exempt[column] and (low > 0 or high < UNLIMITED):
                ones = np.ones(len(pairs), dtype=np.int64)
                most = high if high < UNLIMITED else None
                self.rows.append(Row(pairs, ones, low or None, most))

    def _workload_limits(self) -> None:
        """How much workload each member takes."""
        members = self.problem.member_columns
        for column, pairs in enumerate(self.of_member):
            low, high = members.min_workload[column], members.max_workload[column]
            if not self.problem.exempt[column] and (low > 0 or math.isfinite(high)):
                self.rows.append(
                    Row(
                        pairs,
                        self.load[pairs],
                        math.ceil(low * self.factor - 1e-9) or None,
                        math.floor(high * self.factor + 1e-9) if math.isfinite(high) else None,
                    )
                )

    def objective(self, goal: Goal) -> Objective:
        """A goal; the rows and the variable that it needs come in."""
        if isinstance(goal, FairLoad):
            return self._largest_load()
        every = np.arange(self.pairs)
        if isinstance(goal, Continuity):
            previous = np.zeros(self.problem.allowed.shape, dtype=bool)
            rows, columns, _ = self.problem.kept_years
            previous[rows, columns] = True
            kept = every[previous[self.homes, self.people]]
            most = best_kept(self.problem, weighted=False)
            return Objective(kept, -np.ones(len(kept), dtype=np.int64), 1.0, most, 0.0)
        exact = travel_of(self.problem)[self.homes, self.people]
        costs = whole(exact)
        off = float(np.abs(costs / THOUSANDTH - exact).max(initial=0.0) * self.problem.needed.sum())
        return Objective(every, costs, 1 / THOUSANDTH, 0.0, off)

    def _largest_load(self) -> Objective:
        problem = self.problem
        for column in np.flatnonzero(~problem.exempt).tolist():
            pairs = self.of_member[column]
            variables = np.append(pairs, self.pairs)
            coefficients = np.append(self.weight[pairs] * self.inverse[column], -1)
            self.rows.append(Row(variables, coefficients, None, 0))
        # By arithmetic: the mean of load ÷ share, and the heaviest household with whom it weighs least.
        shares = float(problem.member_columns.share[~problem.exempt].sum())
        total = int((self._least_a_household(self.weight) * problem.needed).sum())
        mean = math.ceil(total * self.times / shares - 1e-9) if shares else 0
        each = self.weight * self.inverse[self.people]
        self.lower[-1] = max(mean, int(self._least_a_household(each).max(initial=0)))
        self.upper[-1] = max(int(each.sum()), self.lower[-1])
        last = np.array([self.pairs])
        return Objective(last, np.ones(1, dtype=np.int64), 1 / (self.unit * self.times), 0.0, 0.0)

    def _least_a_household(self, figures: IntArray) -> IntArray:
        """The least of the pairs of each household that needs somebody, 0 where there is none; (H,)."""
        largest = np.iinfo(np.int64).max
        least = np.full(len(self.problem.household_columns), largest)
        np.minimum.at(least, self.homes, figures)
        return np.where((least < largest) & (self.problem.needed > 0), least, 0)

    def hold(self, objective: Objective, reached: int) -> None:
        """Later stages leave a goal as good as it is."""
        self.rows.append(Row(objective.variables, objective.coefficients, None, reached))

    def floor(self, objective: Objective) -> int:
        """What no values within their domains go below."""
        each = objective.coefficients * self.lower[objective.variables]
        other = objective.coefficients * self.upper[objective.variables]
        return int(np.minimum(each, other).sum())

    def keeps(self, values: IntArray) -> bool:
        """Whether values are within their domains and keep every row."""
        if (values < self.lower).any() or (values > self.upper).any():
            return False
        for row in self.rows:
            reached = int(row.coefficients @ values[row.variables])
            if row.low is not None and reached < row.low:
                return False
            if row.high is not None and reached > row.high:
                return False
        return True

    def values_of(self, mask: BoolArray) -> IntArray:
        """A plan, H × M, as values of the variables; pairs that are not usable fall away."""
        return self.tightened(np.append(mask[self.homes, self.people], 0).astype(np.int64))

    def tightened(self, values: IntArray) -> IntArray:
        """The same pairs, and the largest load as small as they allow."""
        weight = self.weight * values[:-1]
        loads = np.bincount(self.people, weight, minlength=len(self.inverse)) * self.inverse
        largest = int(loads.max(initial=0))
        return np.append(values[:-1], min(max(largest, self.lower[-1]), self.upper[-1]))

    def heaviest_first(self) -> IntArray:
        """A good beginning for the fairest load, then few changes, then little travel.

        Those who had somebody last year before the others, of each the heaviest first, as in longest
        processing time first (Graham 1969, doi:10.1137/0117039): to last year's member if that stays
        within the bound of the largest load, else to the nearest within it, else to whom it makes least
        loaded.
        """
        problem, members = self.problem, self.problem.member_columns
        shape = problem.allowed.shape
        usable, load = np.zeros(shape, dtype=bool), np.zeros(shape)
        usable[self.homes, self.people] = True
        load[self.homes, self.people] = self.weight
        travel = problem.travel_matrix
        way = np.zeros(shape) if travel is None else travel.copy()
        rows, columns, _ = problem.kept_years
        way[rows, columns] = -1.0
        new = np.ones(shape[0], dtype=bool)
        new[rows] = False
        room = members.max_households.astype(np.int64).copy()
        so_far = np.zeros(shape[1])
        mask = np.zeros(shape, dtype=bool)
        for row in np.lexsort((-load.max(axis=1), new)).tolist():
            for _ in range(int(problem.needed[row])):
                then = (so_far + load[row]) * self.inverse
                can = usable[row] & ~mask[row] & (room > 0)
                within = can & (then <= self.lower[-1])
                if not can.any():
                    break
                # Without distance all are equally near; of those the least loaded.
                first = (
                    np.where(within, way[row], np.inf) if within.any() else np.where(can, 0, np.inf)
                )
                column = int(np.lexsort((then, first))[0])
                mask[row, column] = True
                so_far[column] += load[row, column]
                room[column] -= 1
        return self.values_of(mask)


def _refuse(case: Case) -> None:
    problem = case.problem
    found = []
    if problem.groups:
        found.append("groups")
    if problem.fixed:
        found.append("fixed pairs")
    if problem.member_columns.optional.any():
        found.append("optional members")
    for name in ("max_changes", "max_hamlets"):
        if RULES[name].is_set(problem):
            found.append(name)
    for goal in case.goals:
        plain = isinstance(goal, Travel | Continuity | FairLoad)
        counted = isinstance(goal, Continuity) and goal.weight is not None
        leximax = isinstance(goal, FairLoad) and goal.aim != "minmax"
        if not plain or counted or leximax or not goal.exact:
            found.append(repr(goal))
    if found:
        raise RefusedError(", ".join(found))


def _whole_loads(problem: Problem) -> tuple[IntArray, int]:
    matrix = problem.workload_matrix
    loads = problem.household_columns.workload[:, None] if matrix is None else matrix
    return _whole(loads, "workloads")


def _whole(figures: FloatArray, what: str) -> tuple[IntArray, int]:
    for factor in FACTORS:
        rounded = np.rint(figures * factor)
        if np.abs(rounded - figures * factor).max(initial=0.0) < 1e-9:
            return rounded.astype(np.int64), factor
    raise RefusedError(f"{what} that are no multiples of a thousandth")
