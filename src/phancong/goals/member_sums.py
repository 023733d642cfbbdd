"""Figures of members that goals compare: the carried part, plus a sum over the member's pairs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from phancong.assignment import Assignment, efforts, sums, workloads
from phancong.decimals import summed
from phancong.meeting import exact
from phancong.problem import FloatArray, Problem


@dataclass(frozen=True, slots=True)
class MemberSums(ABC):
    """A figure of each member, 0 or more: the carried part, plus a sum over the member's pairs.

    Parameters
    ----------
    measure
        The measure of load, if each figure is load ÷ share; otherwise None. Engines that count loads
        accept only figures with a measure.
    """

    measure: str | None = None

    @abstractmethod
    def of(self, assignment: Assignment) -> FloatArray:
        """The figure of each member of a plan, (M,)."""
        ...

    @abstractmethod
    def pairs(self, problem: Problem) -> FloatArray:
        """The contribution of each pair to its member's figure, H × M; 0 if it is not allowed."""
        ...

    def carried(self, problem: Problem) -> FloatArray:
        """The figure of each member without any pair, (M,)."""
        return np.zeros(len(problem.member_columns))

    def exact_pair(self, problem: Problem) -> Callable[[int, int], Fraction]:
        """A function that returns the exact contribution of a pair, given its row and column."""
        pairs = self.pairs(problem)
        return lambda row, column: exact(float(pairs[row, column]), problem.exactly)


@dataclass(frozen=True, slots=True)
class MemberLoads(MemberSums):
    """Load ÷ share of each member.

    Parameters
    ----------
    measure
        ``"workload"`` or ``"households"``.
    """

    measure: str = "workload"

    def of(self, assignment: Assignment) -> FloatArray:
        """Load ÷ share of each member, (M,)."""
        return np.asarray(assignment.loads(self.measure) / assignment.problem.member_columns.share)

    def pairs(self, problem: Problem) -> FloatArray:
        """Workload of each pair, or 1, ÷ share."""
        load = workloads(problem) if self.measure == "workload" else problem.allowed + 0.0
        return np.asarray(load / problem.member_columns.share)

    def carried(self, problem: Problem) -> FloatArray:
        """Load ÷ share that each member has besides the list."""
        members = problem.member_columns
        return np.asarray(getattr(members, f"carried_{self.measure}") / members.share)


@dataclass(frozen=True, slots=True)
class MemberTravel(MemberSums):
    """Σ visits × travel of each member, in ``travel.unit``."""

    def of(self, assignment: Assignment) -> FloatArray:
        """Σ visits × travel of each member, (M,)."""
        members = len(assignment.problem.member_columns)
        return summed(
            assignment.effort,
            lambda each: sums(assignment.columns, each, members),
            assignment.effort_places,
        )

    def pairs(self, problem: Problem) -> FloatArray:
        """Visits × travel of each pair."""
        return efforts(problem)

    def exact_pair(self, problem: Problem) -> Callable[[int, int], Fraction]:
        """Visits × travel of a pair, each as it was given."""
        matrix, given = problem.travel_matrix, problem.exactly
        assert matrix is not None
        visits = [exact(visit, given) for visit in problem.household_columns.visits.tolist()]
        return lambda row, column: visits[row] * exact(matrix[row, column], given)
