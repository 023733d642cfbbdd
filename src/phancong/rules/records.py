"""The record of a limit, with all that the library knows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, Protocol

from phancong.assignment import Assignment
from phancong.meeting import NOTHING_GIVEN, Exactly, Given
from phancong.problem import BoolArray, FloatArray, Id, IntArray, Problem
from phancong.words import Words

#: A sentence or word in the language of the reader.
Sentence = Callable[[Words], str]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A limit that a plan breaks, and by how much.

    Parameters
    ----------
    rule
        The limit, one of :data:`RELAXABLE`.
    subject
        The member for limits of a member, the household for ``coverage`` and for pairs, None for
        ``max_changes``.
    limit, value, by
        The limit, the value of the plan, and the difference, more than 0. For a pair that no plan
        should have they are 0, 1 and 1.
    member
        The member of the pair, for ``needs``, ``within_hamlet`` and ``max_travel``.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> few = Problem([Member("m1", max_households=1)], [Household("h1"), Household("h2")], travel=None)
    >>> solve(few).relaxations[0]
    Relaxation(rule='max_households', subject='m1', limit=1.0, value=2.0, by=1.0, member=None)
    """

    rule: str
    subject: Id | None
    limit: float
    value: float
    by: float
    member: Id | None = None


@dataclass(frozen=True, slots=True)
class Unset:
    """The changes for :meth:`Problem.replace` that take a limit out of a problem.

    Parameters
    ----------
    members, households
        Columns of the members and of the households.
    whole
        Arguments of the problem.
    """

    members: Mapping[str, Any] = field(default_factory=dict)
    households: Mapping[str, Any] = field(default_factory=dict)
    whole: Mapping[str, Any] = field(default_factory=dict)


class Tally(Protocol):
    """The figure of each member during a construction heuristic."""

    def having(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """The figures of the members *columns* if each also took the households *rows*, (C,)."""
        ...

    def take(self, rows: IntArray, column: int) -> None:
        """Assign the households *rows* to a member."""
        ...


def whole_numbers(assignment: Assignment) -> tuple[FloatArray | float, Exactly | None, Given]:
    """For :attr:`Figure.exactly`: the figures are counts, which floats hold exactly."""
    return 0.0, None, NOTHING_GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The figure of each member that a limit bounds.

    Parameters
    ----------
    value
        The figure in a plan, (M,).
    limit
        Its bound, (M,): ``inf`` for a maximum, or 0 for a minimum, that is not set.
    tally
        The figures during a construction heuristic; the matrix holds the pairs to begin with, H × M.
    least
        Whether the bound is a minimum.
    exactly
        The error bound of the figures, the function for exact figures, and the limits that were given
        exactly; :func:`whole_numbers` for counts.
    """

    value: Callable[[Assignment], FloatArray]
    limit: Callable[[Problem], FloatArray]
    tally: Callable[[Problem, BoolArray], Tally]
    least: bool
    exactly: Callable[[Assignment], tuple[FloatArray | float, Exactly | None, Given]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBreach:
    """The breach of a limit on pairs by each pair, and its words.

    Parameters
    ----------
    matrix
        The breach of each pair, 0 if it keeps the limit, H × M.
    of
        The same for some pairs, given as rows of households and of members, (N,).
    against
        The reason why a household does not go to a member, given the amount with its unit.
    note
        The note about such a pair in a list of households, given the amount with its unit.
    exactly
        The exact breach of one pair; None if each breach is 1.
    """

    matrix: Callable[[Problem], FloatArray | BoolArray]
    of: Callable[[Problem, IntArray, IntArray], FloatArray | BoolArray]
    against: Callable[[Words, str], str]
    note: Callable[[Words, str], str]
    exactly: Callable[[Problem, int, int], Fraction] | None


@dataclass(frozen=True, slots=True)
class ListColumn:
    """The column of a list that sets a limit.

    Parameters
    ----------
    titles
        The titles by which the column is recognised, folded, parted by semicolons.
    label
        Its name in a report of what was read.
    table
        The table in which the column stands.
    title, note
        Its title and its explanation in the template, given a whole number; None if the template omits
        it.
    rare
        Whether few offices need it; the template puts such columns last.
    """

    titles: str
    label: Sentence
    table: Literal["members", "households"] = "members"
    title: Sentence | None = None
    note: Sentence | None = None
    rare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A limit that may be relaxed.

    No flag has a default, so that a record cannot leave one out.

    Parameters
    ----------
    name
        Its name in the program: in ``relax=``, ``Plan.breaches`` and :class:`Relaxation`.
    subject
        Who or what a breach belongs to: ``"member"``, ``"household"``, ``"pair"``, or ``"nobody"`` for
        a limit of the whole plan.
    is_set
        Whether a problem sets the limit.
    unset
        How to take the limit out of a problem; None if every problem sets it.
    breaches
        The breaches of a plan, one for each subject (contract 4.4).
    compared
        How breaches compare (contract 4.3): by the ``"sum"`` alone; by the sum, then the
        ``"largest"`` breach ÷ share of a member; by the sum, then breach ÷ share of ``"each"``
        member from the largest to the smallest; or by priority ``"class"``.
    label, limit
        Its name in a table, and its name within a sentence.
    broken
        The sentence about the total breach, given it as a whole number and with its unit.
    repairs
        Kinds of :class:`Repair` that loosen it, each with its sentence, given the amount as a whole
        number and with its unit.
    adds_up
        Whether the limit is a maximum of each year, so that several years allow as many times the
        limit, as each maximum of members is.
    in_travel
        Whether its amounts are in the unit of travel.
    of_hamlets
        Whether it depends on the hamlets of the households.
    figure
        For a limit of members, the figure that it bounds.
    pair
        For a limit on pairs, the breach of each pair.
    column
        The column of a list that sets the limit.
    option
        The help of its option on the command line, for a limit of the whole problem.

    Raises
    ------
    TypeError
        A part is missing, or does not fit the others; the message names the rule and all such parts.
    """

    name: str
    subject: Literal["member", "household", "pair", "nobody"]
    is_set: Callable[[Problem], bool]
    unset: Callable[[Problem], Unset] | None
    breaches: Callable[[Assignment], Iterator[Relaxation]]
    compared: Literal["sum", "largest", "each", "class"]
    label: Sentence
    limit: Sentence
    broken: Callable[[Words, int, str], str]
    repairs: Mapping[str, Callable[[Words, int, str], str]]
    adds_up: bool
    in_travel: bool
    of_hamlets: bool
    figure: Figure | None = None
    pair: PairBreach | None = None
    column: ListColumn | None = None
    option: Sentence | None = None

    def __post_init__(self) -> None:
        """Compare the parts with each other."""
        for_members, for_pairs = self.subject == "member", self.subject == "pair"
        minimum = self.figure is not None and self.figure.least
        exact = self.pair is not None and self.pair.exactly is not None
        defects = {
            "figure is for rules of members, and each of them needs one": (
                (self.figure is not None) != for_members
            ),
            "pair is for rules on pairs, and each of them needs one": (
                (self.pair is not None) != for_pairs
            ),
            "a figure with least=True needs a name that begins with min_, and no other has one": (
                minimum != self.name.startswith("min_")
            ),
            "a pair with amounts in the unit of travel needs exactly, and no other has it": (
                exact != (for_pairs and self.in_travel)
            ),
            "adds_up is for maxima, and each maximum of members adds up": (
                (for_members and self.adds_up == minimum) or (for_pairs and self.adds_up)
            ),
            "no column and no option sets it": (
                self.unset is not None and self.column is None and self.option is None
            ),
        }
        if any(defects.values()):
            found = "; ".join(defect for defect, holds in defects.items() if holds)
            raise TypeError(f"rule {self.name}: {found}")

    @property
    def couples(self) -> bool:
        """Whether it couples parts of a problem that share no pair, as a limit of the whole plan does."""
        return self.subject == "nobody"

    def unit(self, problem: Problem) -> str:
        """The unit of its amounts; empty if they have none."""
        return problem.travel.unit if self.in_travel and problem.travel is not None else ""
