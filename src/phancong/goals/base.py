"""The mathematics of a goal as engines use it, and the base class of all goals (contract 5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, fields
from enum import Enum
from types import NoneType

from phancong.assignment import Assignment
from phancong.decimals import decimal_sum
from phancong.errors import InvalidArgumentError
from phancong.goals.member_sums import MemberSums
from phancong.goals.ordering import Value
from phancong.goals.pair_sums import ListedPairs, PairSum
from phancong.meeting import LARGEST
from phancong.problem import FloatArray, IntArray, Problem
from phancong.problem.fields import as_number
from phancong.words import Message


class Kind(Enum):
    """How the value of a plan comes from its pairs."""

    PAIR_SUM = "a sum over pairs"  #: :meth:`Goal.pair_sum` has its coefficients
    COUNT = "a sum over parts of the plan"  #: :meth:`Goal.clusters` says of which
    LARGEST = "the largest figure"  #: of :meth:`Goal.pair_figures`, or of ``member_sums``
    IN_ORDER = "all figures, the largest first"  #: leximax
    SPREAD = "the largest less the smallest figure"
    LIMIT = "a limit"  #: an upper bound; nothing is minimised
    OTHER = "something else"  #: no engine accepts it

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods of :class:`Goal` that give its mathematics; a goal of this kind has one of them."""
        match self:
            case Kind.PAIR_SUM:
                return ("pair_sum",)
            case Kind.COUNT:
                return ("clusters",)
            case Kind.LARGEST:
                return ("pair_figures", "member_sums")
            case Kind.IN_ORDER | Kind.SPREAD:
                return ("member_sums",)
        return ()


class Goal:
    """The mathematics of a goal. Engines depend on its kind, never on its class.

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

    __slots__ = ()

    @property
    def needs_travel(self) -> bool:
        """Whether its value is in the unit of travel."""
        return False

    @property
    def kind(self) -> Kind:
        """How the value of a plan comes from its pairs; engines and the split into parts depend on it."""
        return Kind.OTHER

    @property
    def tolerance(self) -> float:
        """How far later goals may worsen the value, absolute, in the unit of the goal."""
        return 0.0

    @property
    def rtol(self) -> float:
        """How far later goals may worsen the value, relative to its best."""
        return 0.0

    def value(self, assignment: Assignment) -> Value:
        """The value on a plan; less is better.

        By default that of :meth:`pair_sum`, :meth:`clusters` or :meth:`pair_figures`.

        Raises
        ------
        NotImplementedError
            The goal gives none of these, and defines no value.
        """
        problem, rows, columns = assignment.problem, assignment.rows, assignment.columns
        if (total := self.pair_sum(problem)) is not None:
            pairs = total.pairs[rows, columns].tolist()
            return decimal_sum([total.constant, *pairs]) + 0.0  # no -0.0
        if (labels := self.clusters(problem)) is not None:
            pairs = zip(rows.tolist(), columns.tolist(), strict=True)
            serving = {(labels[row], column) for row, column in pairs}
            served = [label for label, _ in serving if label is not None]
            return float(len(served) - len(set(served)))
        if (figures := self.pair_figures(problem)) is not None:
            return float(figures[rows, columns].max(initial=0.0))
        raise NotImplementedError(f"{type(self).__name__} defines no value")

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
        """A lower bound of the value of every plan of the problem, by arithmetic.

        By default that of :meth:`PairSum.least`, or 0 if the goal is no sum over pairs.
        """
        total = self.pair_sum(problem)
        return 0.0 if total is None else total.least(problem.needed) + 0.0  # no -0.0

    def pair_sum(self, problem: Problem) -> PairSum | None:
        """The coefficients of a sum over pairs; None for all other goals."""
        return None

    def listed(self, problem: Problem) -> ListedPairs | None:
        """The coefficients of :meth:`pair_sum` as a list, if few pairs have one; None for all others."""
        return None

    @property
    def sums_travel(self) -> bool:
        """Whether the goal is total travel, whose coefficients need no matrix."""
        return False

    @property
    def member_sums(self) -> MemberSums | None:
        """The figures of a goal that compares members; None for all others."""
        return None

    def pair_figures(self, problem: Problem) -> FloatArray | None:
        """The figure of each pair, H × M, if the value is the largest one; None for other goals."""
        return None

    def clusters(self, problem: Problem) -> Sequence[str | None] | None:
        """The cluster of each household, (H,), None for a household in none.

        The value is Σ over clusters of (members serving it − 1). None for goals that are no such sum.
        """
        return None

    def of_part(self, problem: Problem, rows: IntArray, columns: IntArray) -> Goal:
        """The goal on a part of the problem, the households *rows* and the members *columns*."""
        return self

    @property
    def counts(self) -> bool:
        """Whether all its values are whole numbers; by default only those of ``Kind.COUNT``."""
        return self.kind is Kind.COUNT

    def held(self, best: float) -> float:
        """The largest value that later goals may leave (contract 5.1)."""
        return best + max(self.tolerance, self.rtol * abs(best))

    @property
    def exact(self) -> bool:
        """Whether later goals may not worsen this one."""
        return self.tolerance == 0 and self.rtol == 0


@dataclass(frozen=True, slots=True, repr=False)
class BaseGoal(Goal):
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
            number = None if isinstance(value, str) else as_number(value)
            if number is not None and type(value) not in (int, float):
                object.__setattr__(self, name, number)  # a Decimal, a number of numpy
            if number is None or not 0 <= number <= LARGEST:
                raise InvalidArgumentError(
                    f"{type(self).__name__}: {name} is {value!r}; give a number, 0 or more, at most "
                    f"{LARGEST:g}"
                )

    def missing_parts(self) -> list[str]:
        """The reasons why the class of the goal is incomplete; empty if it is complete."""
        name, asked = type(self).__name__, self.kind.methods
        given = [part for kind in Kind for part in kind.methods if self._gives(part)]
        found = []
        if asked and not set(asked) & set(given):
            found.append(f"{name} is of {self.kind}, and does not define {' or '.join(asked)}")
        if self.kind is Kind.OTHER and given:
            kinds = [str(kind) for kind in Kind if given[0] in kind.methods]
            found.append(f"{name} defines {given[0]}, and its kind is not {' or '.join(kinds)}")
        if not self._gives("of_part"):
            found += [
                f"{name} has the argument {field.name}, and no of_part that gives a part of it"
                for field in fields(self)
                if not isinstance(getattr(self, field.name), (str, float, int, NoneType))
            ]
        return found

    def _gives(self, part: str) -> bool:
        """Whether the class of the goal defines a method or property for itself."""
        return getattr(type(self), part) is not getattr(Goal, part)


def load_measure(goal: Goal) -> str | None:
    """The measure of the loads that a goal compares among members; None for all other goals."""
    figures = goal.member_sums
    return None if figures is None else figures.measure
