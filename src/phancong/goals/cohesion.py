"""The goal that keeps clusters of households together (contract 5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phancong.goals.base import BaseGoal, Kind
from phancong.problem import Problem


@dataclass(frozen=True, slots=True, repr=False)
class Cohesion(BaseGoal):
    """Σ over clusters of (members serving it − 1), 0 for a cluster without members (contract 5.2).

    Examples
    --------
    >>> from phancong import Cohesion, Household, Member, Problem, TravelMatrix, solve
    >>> ways = TravelMatrix([[1, 2], [1, 3]])
    >>> homes = [Household("h1"), Household("h2")]
    >>> problem = Problem([Member("m1"), Member("m2")], homes, travel=ways)
    >>> solve(problem, goals=(Cohesion(),)).goals[0].value
    0.0
    """

    @property
    def kind(self) -> Kind:
        """A sum over clusters; each term depends on all pairs of the cluster."""
        return Kind.COUNT

    def clusters(self, problem: Problem) -> Sequence[str | None]:
        """The cluster of each household."""
        return problem.household_columns.cluster
