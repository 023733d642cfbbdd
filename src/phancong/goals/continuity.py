"""The goal that keeps the pairs of the previous plan (contract 5.2, 5.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.assignment import Assignment, best_kept
from phancong.decimals import decimal_difference, decimal_sum
from phancong.errors import InvalidArgumentError
from phancong.goals.base import BaseGoal, Kind
from phancong.goals.pair_sums import ListedPairs, PairSum
from phancong.problem import Problem


@dataclass(frozen=True, slots=True, repr=False)
class Continuity(BaseGoal):
    """Changes: previous pairs that end although they could go on (contract 5.2, 5.3).

    Parameters
    ----------
    weight
        None counts pairs, ``"years"`` sums the years of the pairs.

    Examples
    --------
    >>> from phancong import Continuity, Household, Member, Problem, TravelMatrix, solve
    >>> ways = TravelMatrix([[1, 2], [1, 3]])
    >>> homes = [Household("h1"), Household("h2")]
    >>> problem = Problem([Member("m1"), Member("m2")], homes, travel=ways, previous={"h1": "m2"})
    >>> solve(problem, goals=(Continuity(),)).goals[0].value
    0.0
    """

    weight: str | None = None

    def __post_init__(self) -> None:
        """Check the arguments."""
        BaseGoal.__post_init__(self)
        if self.weight not in (None, "years"):
            raise InvalidArgumentError(
                f"Continuity: weight is {self.weight!r}; give None or 'years'"
            )

    @property
    def kind(self) -> Kind:
        """A sum over pairs."""
        return Kind.PAIR_SUM

    @property
    def weighted(self) -> bool:
        """Whether the years of the pairs are summed instead of counting pairs."""
        return self.weight == "years"

    def pair_sum(self, problem: Problem) -> PairSum:
        """The constant is the most that can be kept; each pair subtracts its worth."""
        pairs = self.listed(problem).matrix(*problem.allowed.shape)
        return PairSum(pairs=pairs, constant=best_kept(problem, weighted=self.weighted))

    def listed(self, problem: Problem) -> ListedPairs:
        """Minus the worth of each previous pair that can go on."""
        rows, columns, years = problem.kept_years
        return ListedPairs(rows, columns, -years if self.weighted else -np.ones(len(rows)))

    def floor(self, problem: Problem) -> float:
        """0, since the constant is the most that can be kept."""
        return 0.0

    @property
    def counts(self) -> bool:
        """True if pairs are counted, not years."""
        return not self.weighted

    def value(self, assignment: Assignment) -> float:
        """The number of changes, or the sum of their years."""
        if self.weight is None:
            return float(assignment.changes)
        problem = assignment.problem
        years = problem.kept_years[2]
        return decimal_difference(
            best_kept(problem, weighted=True), decimal_sum(years[assignment.kept])
        )
