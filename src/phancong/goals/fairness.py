"""Goals that compare members: a figure for each member, and an aim (contract 5.2)."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from phancong.assignment import Assignment
from phancong.decimals import decimal_difference
from phancong.errors import InvalidArgumentError
from phancong.goals.base import BaseGoal, Kind
from phancong.goals.member_sums import MemberLoads, MemberSums, MemberTravel
from phancong.goals.ordering import Value
from phancong.problem import FloatArray, Problem

#: The aims, and the kind of a goal that has one.
AIMS: Final = {"minmax": Kind.LARGEST, "leximax": Kind.IN_ORDER, "spread": Kind.SPREAD}


def _idle(assignment: Assignment) -> np.ndarray:
    return assignment.problem.member_columns.optional & (assignment.counts == 0)


@dataclass(frozen=True, slots=True, repr=False)
class FairGoal(BaseGoal, ABC):
    """A goal that compares members by their figures: ``aim`` combines these into one value."""

    @property
    @abstractmethod
    def member_sums(self) -> MemberSums:
        """The figures that are compared."""

    @property
    def kind(self) -> Kind:
        """The kind of the aim."""
        return AIMS[getattr(self, "aim", "")]

    def value(self, assignment: Assignment) -> Value:
        """The value of the figures under ``aim``."""
        counted, each = ~assignment.problem.exempt, self.member_sums.of(assignment)
        return summary(getattr(self, "aim", ""), each, counted, _idle(assignment))

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

    @property
    def member_sums(self) -> MemberSums:
        """Σ visits × travel of each member."""
        return MemberTravel()


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

    @property
    def member_sums(self) -> MemberSums:
        """Load ÷ share of each member."""
        return MemberLoads(self.measure)


def summary(aim: str, each: FloatArray, counted: np.ndarray, idle: np.ndarray) -> Value:
    """The value of the figures of *each* member under *aim*.

    Parameters
    ----------
    aim
        One of :data:`AIMS`.
    each
        The figure of each member, shape (M,).
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
