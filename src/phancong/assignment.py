"""`Assignment`: pairs as rows of a problem, and the quantities that follow from them.

Load, travel, missing members and changes are defined here, for rules, goals, metrics and the judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from phancong.decimals import decimal_places, decimal_sum, summed, to_places
from phancong.masks import where_true
from phancong.meeting import ULPS, exact
from phancong.problem import BoolArray, FloatArray, Id, IntArray, Pair, Problem, ids_of
from phancong.travel import TravelMatrix


def sums(columns: IntArray, weights: FloatArray, members: int) -> FloatArray:
    """The sum of *weights* of each member's pairs, (M,)."""
    return np.bincount(columns, weights=weights, minlength=members).astype(np.float64)


def by_household(pairs: Iterable[Pair]) -> dict[Id, tuple[Id, ...]]:
    """Household → its members, in the order of the pairs; uncovered households are left out."""
    found: dict[Id, list[Id]] = {}
    for household, member in pairs:
        found.setdefault(household, []).append(member)
    return {household: tuple(members) for household, members in found.items()}


@dataclass(frozen=True, eq=False)
class Assignment:
    """Pairs of a problem as rows, each pair once, sorted by household, then member.

    Parameters
    ----------
    problem
        The problem.
    rows, columns
        Row of the household and of the member of each pair, shape (P,).
    """

    problem: Problem
    rows: IntArray
    columns: IntArray

    @classmethod
    def of(cls, problem: Problem, pairs: Iterable[Pair]) -> Assignment:
        """From pairs of ids, all of them in the problem."""
        households, members = problem.household_columns.index, problem.member_columns.index
        found = sorted({(households[h], members[m]) for h, m in pairs})
        rows, columns = zip(*found, strict=True) if found else ((), ())
        return cls(problem, np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64))

    @classmethod
    def of_mask(cls, problem: Problem, mask: BoolArray) -> Assignment:
        """From a mask, H × M, true for each pair."""
        rows, columns = where_true(mask)
        return cls(problem, rows, columns)

    def exchanged(self, leaves: BoolArray, rows: IntArray, column: int) -> Assignment:
        """The plan without some pairs, and with one member in charge of *rows* instead.

        Travel of the pairs that stay is taken over, if it is known.

        Parameters
        ----------
        leaves
            Which pairs end, shape (P,).
        rows
            The rows of the households, ascending; none has this member already, unless the pair ends.
        column
            The column of the member.
        """
        stays = ~leaves
        width = len(self.problem.member_columns)
        at = np.searchsorted((self.rows * width + self.columns)[stays], rows * width + column)
        columns = np.full(len(rows), column)
        made = Assignment(
            self.problem,
            np.insert(self.rows[stays], at, rows),
            np.insert(self.columns[stays], at, columns),
        )
        if "pair_travel" in self.__dict__:
            new = self.problem.travel_of(rows, columns)
            made.__dict__["pair_travel"] = np.insert(self.pair_travel[stays], at, new)
        return made

    @property
    def mask(self) -> BoolArray:
        """The pairs as a mask, H × M."""
        mask = np.zeros(self.problem.allowed.shape, dtype=bool)
        mask[self.rows, self.columns] = True
        return mask

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs ``(household, member)`` as ids, sorted."""
        return ids_of(zip(self.rows.tolist(), self.columns.tolist(), strict=True), self.problem)

    @cached_property
    def counts(self) -> IntArray:
        """The number of households of each member, without carried ones, shape (M,)."""
        return np.bincount(self.columns, minlength=len(self.problem.member_columns))

    @cached_property
    def pair_workload(self) -> FloatArray:
        """Workload of each pair, shape (P,)."""
        matrix = self.problem.workload_matrix
        if matrix is not None:
            return matrix[self.rows, self.columns]
        return self.problem.household_columns.workload[self.rows]

    @cached_property
    def workloads(self) -> FloatArray:
        """The workload of each member, without carried workload, shape (M,)."""
        members = len(self.problem.member_columns)
        return summed(
            self.pair_workload,
            lambda each: sums(self.columns, each, members),
            self.problem.workload_places,
        )

    def loads(self, measure: str) -> FloatArray:
        """The load of each member, carried load included, in ``"workload"`` or ``"households"``, (M,)."""
        members = self.problem.member_columns
        if measure == "households":
            return (self.counts + members.carried_households).astype(np.float64)
        return to_places(self.workloads + members.carried_workload, self.problem.workload_places)

    @property
    def workload_error(self) -> FloatArray:
        """A bound of the rounding error of each member's workload, (M,)."""
        carries = self.problem.member_columns.carried_workload > 0
        return np.asarray(ULPS * (self.counts + carries) * self.loads("workload"))

    def exact_workload(self, column: int) -> Fraction:
        """The exact workload of one member, carried workload included."""
        each = self.pair_workload[self.columns == column].tolist()
        given = self.problem.exactly
        carried = exact(self.problem.member_columns.carried_workload[column], given)
        return sum((exact(load, given) for load in each), carried)

    @cached_property
    def covered(self) -> IntArray:
        """The number of members of each household, shape (H,)."""
        return np.bincount(self.rows, minlength=len(self.problem.household_columns))

    @cached_property
    def missing(self) -> IntArray:
        """The number of missing members of each household, shape (H,)."""
        return np.maximum(self.problem.needed - self.covered, 0)

    @cached_property
    def pair_travel(self) -> FloatArray:
        """Travel of each pair in ``travel.unit``, shape (P,); the problem must have travel."""
        return self.problem.travel_of(self.rows, self.columns)

    @cached_property
    def effort(self) -> FloatArray:
        """Visits × travel of each pair, shape (P,)."""
        visits = self.problem.household_columns.visits[self.rows]
        # Without visits there is no travel, even if the pair is unreachable: 0 × inf would be NaN.
        effort = np.where(visits > 0, np.where(visits > 0, visits, 1.0) * self.pair_travel, 0.0)
        return to_places(effort, self.effort_places)

    @cached_property
    def effort_places(self) -> int | None:
        """The number of decimal places of visits × travel; None if there are many.

        Computed distances are no decimals.
        """
        if not isinstance(self.problem.travel, TravelMatrix):
            return None
        often = decimal_places(self.problem.household_columns.visits[self.rows])
        far = decimal_places(self.pair_travel)
        return None if often is None or far is None else often + far

    @cached_property
    def travel_total(self) -> float:
        """Visits × travel of all pairs."""
        places = self.effort_places
        if places is None:
            return float(self.effort.sum())
        return float(summed(self.effort, lambda each: np.asarray(each.sum()), places))

    @cached_property
    def kept(self) -> BoolArray:
        """Whether each pair of ``problem.kept_years`` is in the plan, shape (K,)."""
        rows, columns, _ = self.problem.kept_years
        if not len(rows) or not len(self.rows):
            return np.zeros(len(rows), dtype=bool)
        width = len(self.problem.member_columns)
        pairs, wanted = self.rows * width + self.columns, rows * width + columns
        # Pairs are sorted: np.isin, which sorts them again, takes five times as long.
        at = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
        return np.asarray(pairs[at] == wanted)

    @cached_property
    def changes(self) -> int:
        """The number of previous pairs that could go on and end (contract 5.3)."""
        return int(best_kept(self.problem, weighted=False) - np.count_nonzero(self.kept))

    @cached_property
    def renewed(self) -> int:
        """The number of households that get a new member without a change of hands (contract 5.3).

        Their member of last year is exempt, no longer in the problem, or no longer allowed. New
        households, and households without a member last year, do not count.
        """
        problem = self.problem
        now: dict[int, set[Id]] = {}
        members = problem.member_columns.ids
        for row, column in zip(self.rows.tolist(), self.columns.tolist(), strict=True):
            now.setdefault(row, set()).add(members[column])
        before: dict[int, set[Id]] = {}
        for household, member, _ in problem.previous:
            row = problem.household_columns.index.get(household)
            if row is not None:
                before.setdefault(row, set()).add(member)
        could = np.zeros(len(problem.household_columns), dtype=np.int64)
        kept = could.copy()
        rows, _, _ = problem.kept_years
        np.add.at(could, rows, 1)
        np.add.at(kept, rows[self.kept], 1)
        changed = np.minimum(could, problem.needed) > kept
        return sum(
            bool(has - before[row]) and bool(before[row] - has) and not changed[row]
            for row, has in now.items()
            if row in before
        )


def best_kept(problem: Problem, *, weighted: bool) -> float:
    """The most that can be kept of the previous plan: pairs, or their years.

    If a household needs fewer members than before, the others leave it without a change (contract 5.3):
    of *p* pairs that could go on and *n* members needed, the best min(p, n) count.
    """
    rows, _, years = problem.kept_years
    if not len(rows):
        return 0.0
    worth = years if weighted else np.ones(len(rows))
    order = np.lexsort((-worth, rows))
    ordered = rows[order]
    # Position of each pair within its household, best first.
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    position = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    return decimal_sum(worth[order][position < problem.needed[ordered]])


def nearest_allowed(problem: Problem) -> FloatArray:
    """Smallest allowed travel of each household, 0 where no pair is allowed, shape (H,)."""
    return problem.nearest_travel


def nearest_efforts(problem: Problem) -> FloatArray:
    """Visits × smallest allowed travel of each household, (H,): the cost of a missing member."""
    return np.asarray(problem.household_columns.visits * nearest_allowed(problem))


def efforts(problem: Problem) -> FloatArray:
    """Visits × travel of each pair, H × M, 0 if it is not allowed."""
    matrix = problem.travel_matrix
    assert matrix is not None
    return np.where(problem.allowed, matrix, 0.0) * problem.household_columns.visits[:, None]


def detours(problem: Problem) -> FloatArray:
    """Visits × (travel − smallest travel of the household), H × M, 0 if a pair is not allowed."""
    matrix = problem.travel_matrix
    assert matrix is not None
    beyond = np.where(problem.allowed, matrix - nearest_allowed(problem)[:, None], 0.0)
    return beyond * problem.household_columns.visits[:, None]


def workloads(problem: Problem) -> FloatArray:
    """Workload of each pair, H × M, 0 if it is not allowed."""
    matrix = problem.workload_matrix
    own = problem.household_columns.workload[:, None] if matrix is None else matrix
    return np.where(problem.allowed, own, 0.0)


def kept_worth(problem: Problem, *, weighted: bool) -> FloatArray:
    """The worth of each pair of the previous plan, H × M: 1, or its years."""
    worth = np.zeros(problem.allowed.shape)
    rows, columns, years = problem.kept_years
    worth[rows, columns] = years if weighted else 1.0
    return worth
