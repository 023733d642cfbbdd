"""Goals that compare members: a figure for each member, and an aim (contract 5.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from phancong.assignment import Assignment, efforts, sums, workloads
from phancong.decimals import decimal_difference, summed
from phancong.errors import InvalidArgumentError
from phancong.goals.base import BaseGoal, Kind
from phancong.goals.ordering import Value
from phancong.problem import FloatArray, Problem

AIMS: Final = ("minmax", "leximax", "spread")


def _idle(assignment: Assignment) -> np.ndarray:
    return assignment.problem.member_columns.optional & (assignment.counts == 0)


@dataclass(frozen=True, slots=True, repr=False)
class FairGoal(BaseGoal):
    """A goal that compares members by their figures: ``aim`` combines these into one value."""

    @property
    def kind(self) -> Kind:
        """The kind of the aim."""
        kinds = {"minmax": Kind.LARGEST, "leximax": Kind.IN_ORDER, "spread": Kind.SPREAD}
        return kinds[getattr(self, "aim", "")]

    def each(self, assignment: Assignment) -> FloatArray:
        """The figure of each member, (M,): :meth:`carried` plus the :meth:`coefficients` of its pairs."""
        raise NotImplementedError

    def coefficients(self, problem: Problem) -> FloatArray:
        """The contribution of each pair to its member's figure, H × M; 0 if it is not allowed."""
        raise NotImplementedError

    def carried(self, problem: Problem) -> FloatArray:
        """The figure of each member without any pair, (M,)."""
        return np.zeros(len(problem.member_columns))

    def value(self, assignment: Assignment) -> Value:
        """The value of the figures under ``aim``."""
        counted = ~assignment.problem.exempt
        return summary(getattr(self, "aim", ""), self.each(assignment), counted, _idle(assignment))

    def __post_init__(self) -> None:
        # slots=True makes a new class, for which super() without arguments fails.
        BaseGoal.__post_init__(self)
        aim = getattr(self, "aim", None)
        if aim not in AIMS:
            raise InvalidArgumentError(
                f"{type(self).__name__}: aim is {aim!r}; give one of {', '.join(map(repr, AIMS))}"
            )
        if aim == "leximax" and not self.exact:
            raise InvalidArgumentError(f"{type(self).__name__}: leximax takes no tolerance")

    def floor(self, problem: Problem) -> Value:
        """Figures of members are 0 or more."""
        members = int(np.count_nonzero(~problem.exempt))
        return (0.0,) * members if getattr(self, "aim", None) == "leximax" else 0.0


@dataclass(frozen=True, slots=True, repr=False)
class FairTravel(FairGoal):
    """Fairness of travel: each member's Σ visits × travel, in ``travel.unit`` (contract 5.2).

    Parameters
    ----------
    aim
        ``"minmax"`` (the largest), ``"leximax"`` (largest, then second largest, …) or ``"spread"``
        (largest − smallest).

    Examples
    --------
    >>> from phancong import FairTravel, Household, Member, Problem, TravelMatrix, solve
    >>> ways = TravelMatrix([[1, 2], [1, 3]])
    >>> homes = [Household("h1"), Household("h2")]
    >>> problem = Problem([Member("m1"), Member("m2")], homes, travel=ways)
    >>> solve(problem, goals=(FairTravel(),)).goals[0].value
    2.0
    """

    aim: str = "minmax"
    needs_travel: ClassVar[bool] = True

    def each(self, assignment: Assignment) -> FloatArray:
        """Σ visits × travel of each member, (M,)."""
        members = len(assignment.problem.member_columns)
        places = assignment.effort_places
        return summed(
            assignment.effort, lambda each: sums(assignment.columns, each, members), places
        )

    def coefficients(self, problem: Problem) -> FloatArray:
        """Visits × travel of each pair."""
        return efforts(problem)


@dataclass(frozen=True, slots=True, repr=False)
class FairLoad(FairGoal):
    """Fairness of load: load ÷ share of every member who is not exempt (contract 5.2).

    Carried load is part of the load (contract 8.1).

    Parameters
    ----------
    measure
        ``"workload"`` or ``"households"``.
    aim
        ``"minmax"`` (the largest), ``"leximax"`` (largest, then second largest, …) or ``"spread"``
        (largest − smallest).

    Examples
    --------
    >>> from phancong import FairLoad, Household, Member, Problem, TravelMatrix, solve
    >>> ways = TravelMatrix([[1, 2], [1, 3]])
    >>> homes = [Household("h1"), Household("h2")]
    >>> problem = Problem([Member("m1"), Member("m2")], homes, travel=ways)
    >>> solve(problem, goals=(FairLoad(aim="leximax"),)).goals[0].value
    (1.0, 1.0)
    """

    measure: str = "workload"
    aim: str = "minmax"

    def __post_init__(self) -> None:
        """Check the arguments."""
        FairGoal.__post_init__(self)
        if self.measure not in ("workload", "households"):
            raise InvalidArgumentError(
                f"FairLoad: measure is {self.measure!r}; give 'workload' or 'households'"
            )

    def each(self, assignment: Assignment) -> FloatArray:
        """Load ÷ share of each member, (M,)."""
        load = assignment.loads(self.measure)
        return np.asarray(load / assignment.problem.member_columns.share)

    def coefficients(self, problem: Problem) -> FloatArray:
        """Workload ÷ share, or 1 ÷ share, of each pair."""
        load = workloads(problem) if self.measure == "workload" else problem.allowed + 0.0
        return np.asarray(load / problem.member_columns.share)

    def carried(self, problem: Problem) -> FloatArray:
        """Carried load ÷ share of each member."""
        members = problem.member_columns
        return np.asarray(getattr(members, f"carried_{self.measure}") / members.share)


def summary(aim: str, each: FloatArray, counted: np.ndarray, idle: np.ndarray) -> Value:
    """The value of the figures of *each* member under *aim*.

    Parameters
    ----------
    aim
        One of :data:`AIMS`.
    The figure of each member, shape (M,).
        A figure a member, shape (M,).
    counted
        Members that count (all but the exempt), shape (M,).
    idle
        Optional members without households, which ``spread`` leaves out, shape (M,).
    """
    if aim == "leximax":
        return tuple(sorted(each[counted].tolist(), reverse=True))
    if aim == "spread":
        counted = counted & ~idle
    figures = each[counted]
    if not len(figures):
        return 0.0
    highest = float(figures.max())
    # Two members with unreachable pairs both travel infinitely far: their spread is 0, not NaN.
    if aim != "spread" or math.isinf(highest):
        return highest
    return decimal_difference(highest, float(figures.min()))
