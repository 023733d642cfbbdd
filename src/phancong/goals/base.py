"""The base class of all goals, and the protocol that engines know (contract 5.1)."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, fields
from enum import Enum
from typing import ClassVar, Protocol

from phancong.assignment import Assignment
from phancong.errors import InvalidArgumentError
from phancong.goals.ordering import Value
from phancong.goals.pair_sums import ListedPairs, PairSum
from phancong.meeting import LARGEST
from phancong.problem import Problem
from phancong.words import Message


class Kind(Enum):
    """How the value of a plan comes from its pairs."""

    PAIR_SUM = "a sum over pairs"  #: :meth:`BaseGoal.pair_sum` has its coefficients
    COUNT = "a sum over parts of the plan"  #: no pair has a share of it by itself
    LARGEST = "the largest figure"  #: of the figures of pairs, or of members
    IN_ORDER = "all figures, the largest first"  #: leximax
    SPREAD = "the largest less the smallest figure"
    LIMIT = "a limit"  #: an upper bound; nothing is minimised
    OTHER = "something else"  #: no engine accepts it


@dataclass(frozen=True, slots=True, repr=False)
class BaseGoal:
    """The base of all goals; its fields say how far later goals may worsen the value.

    Parameters
    ----------
    tolerance
        Absolute, in the unit of the goal.
    rtol
        Relative to the best value; the larger of both tolerances applies.
    """

    _: KW_ONLY
    tolerance: float = 0.0
    rtol: float = 0.0

    needs_travel: ClassVar[bool] = False

    @property
    def kind(self) -> Kind:
        """How the value of a plan comes from its pairs; engines and the split into parts depend on it."""
        return Kind.OTHER

    def __repr__(self) -> str:
        # Only arguments that differ from the default: FairLoad(aim='leximax').
        asked = [
            f"{field.name}={value!r}"
            for field in fields(self)
            if (value := getattr(self, field.name)) != field.default
        ]
        return f"{type(self).__name__}({', '.join(asked)})"

    def __post_init__(self) -> None:
        for name in ("tolerance", "rtol"):
            value = getattr(self, name)
            if not isinstance(value, (int, float)) or not 0 <= value <= LARGEST:
                raise InvalidArgumentError(
                    f"{type(self).__name__}: {name} is {value!r}; give a number, 0 or more, at most "
                    f"{LARGEST:g}"
                )

    def value(self, assignment: Assignment) -> Value:
        """The value on a plan; less is better."""
        raise NotImplementedError

    def defects(self, problem: Problem) -> list[str]:
        """The reasons why the goal cannot be used on this problem; empty if it can."""
        if self.needs_travel and problem.travel is None:
            return [
                Message(
                    "{goal} needs travel, and there is no distance (travel=None)",
                    goal=type(self).__name__,
                )
            ]
        return []

    def floor(self, problem: Problem) -> Value:
        """A lower bound of the value of every plan of the problem, by arithmetic."""
        return 0.0

    def pair_sum(self, problem: Problem) -> PairSum | None:
        """The coefficients of a goal that is a sum over pairs; None for all others."""
        return None

    def listed(self, problem: Problem) -> ListedPairs | None:
        """The coefficients of :meth:`pair_sum` as a list, if few pairs have one; None for all others."""
        return None

    @property
    def counts(self) -> bool:
        """Whether all its values are whole numbers."""
        return False

    def held(self, best: float) -> float:
        """The largest value that later goals may leave (contract 5.1)."""
        return best + max(self.tolerance, self.rtol * abs(best))

    @property
    def exact(self) -> bool:
        """Whether later goals may not worsen this one."""
        return self.tolerance == 0 and self.rtol == 0


class Goal(Protocol):
    """The mathematics of a goal, for the engines.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import Travel
    >>> plan = solve(problem, goals=(Travel(),))
    >>> Travel().needs_travel, round(Travel().value(plan.assignment))  # metres
    (True, 254)
    """

    @property
    def needs_travel(self) -> bool:
        """Whether its value is in the unit of travel."""
        ...

    @property
    def kind(self) -> Kind:
        """How the value of a plan comes from its pairs."""
        ...

    @property
    def tolerance(self) -> float:
        """How far later goals may worsen the value, absolute."""
        ...

    @property
    def rtol(self) -> float:
        """How far later goals may worsen the value, relative to its best."""
        ...

    def value(self, assignment: Assignment) -> Value:
        """The value on a plan; less is better."""
        ...

    def defects(self, problem: Problem) -> list[str]:
        """The reasons why the goal cannot be used on this problem."""
        ...

    def floor(self, problem: Problem) -> Value:
        """A lower bound of the value of every plan of the problem, by arithmetic."""
        ...

    def pair_sum(self, problem: Problem) -> PairSum | None:
        """The coefficients of a goal that is a sum over pairs; None for all others."""
        ...

    def listed(self, problem: Problem) -> ListedPairs | None:
        """The coefficients of a pair sum as a list, if few pairs have one; None for all others."""
        ...

    @property
    def counts(self) -> bool:
        """Whether all its values are whole numbers."""
        ...

    def held(self, best: float) -> float:
        """The largest value that later goals may leave."""
        ...

    @property
    def exact(self) -> bool:
        """Whether later goals may not worsen this one."""
        ...
