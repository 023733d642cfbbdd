"""Goals of travel over pairs: the total, and the farthest pair (contract 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from phancong.assignment import Assignment, detours, nearest_efforts
from phancong.decimals import decimal_sum
from phancong.goals.base import BaseGoal, Kind
from phancong.goals.pair_sums import PairSum
from phancong.problem import FloatArray, Problem


@dataclass(frozen=True, slots=True, repr=False)
class Travel(BaseGoal):
    """Total travel: Σ over pairs of visits × travel, in ``travel.unit`` (contract 5.2).

    A missing member counts as the smallest allowed travel of the household: leaving a remote household
    uncovered does not reduce the value.

    Examples
    --------
    >>> from phancong import Travel, Household, Member, Problem, TravelMatrix, solve
    >>> ways = TravelMatrix([[1, 2], [1, 3]])
    >>> homes = [Household("h1"), Household("h2")]
    >>> problem = Problem([Member("m1"), Member("m2")], homes, travel=ways)
    >>> solve(problem, goals=(Travel(),)).goals[0].value
    2.0
    """

    needs_travel: ClassVar[bool] = True
    sums_travel: ClassVar[bool] = True

    @property
    def kind(self) -> Kind:
        """A sum over pairs."""
        return Kind.PAIR_SUM

    def pair_sum(self, problem: Problem) -> PairSum:
        """The constant is :meth:`floor`; the coefficients are the detours."""
        return PairSum(pairs=detours(problem), constant=self.floor(problem))

    def floor(self, problem: Problem) -> float:
        """The sum over all needed members of visits × the household's smallest allowed travel."""
        return float((problem.needed * nearest_efforts(problem)).sum())

    def value(self, assignment: Assignment) -> float:
        """Total travel."""
        missing = assignment.missing
        if not missing.any():
            return assignment.travel_total
        return decimal_sum([*assignment.effort, *(missing * nearest_efforts(assignment.problem))])


@dataclass(frozen=True, slots=True, repr=False)
class Farthest(BaseGoal):
    """The largest travel of a pair, in ``travel.unit``; 0 without pairs (contract 5.2).

    Examples
    --------
    >>> from phancong import Farthest, Household, Member, Problem, TravelMatrix, solve
    >>> ways = TravelMatrix([[1, 2], [1, 3]])
    >>> homes = [Household("h1"), Household("h2")]
    >>> problem = Problem([Member("m1"), Member("m2")], homes, travel=ways)
    >>> solve(problem, goals=(Farthest(),)).goals[0].value
    1.0
    """

    needs_travel: ClassVar[bool] = True

    @property
    def kind(self) -> Kind:
        """The largest travel of the pairs."""
        return Kind.LARGEST

    def pair_figures(self, problem: Problem) -> FloatArray:
        """Travel of each pair."""
        matrix = problem.travel_matrix
        assert matrix is not None
        return matrix

    def value(self, assignment: Assignment) -> float:
        """The largest travel; it needs no matrix of all pairs."""
        return float(assignment.pair_travel.max()) if len(assignment.rows) else 0.0
