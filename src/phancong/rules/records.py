"""The record of a limit: all that the library knows of it, in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, Protocol

from phancong.assignment import Assignment
from phancong.meeting import NOTHING_GIVEN, Exactly, Given
from phancong.problem import BoolArray, FloatArray, Id, IntArray, Problem
from phancong.words import Words

#: A sentence or a word in the language of its reader.
Sentence = Callable[[Words], str]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One limit that a plan breaks, and by how much.

    Parameters
    ----------
    rule
        The limit, one of :data:`RELAXABLE`.
    subject
        The member for limits of a member, the household for ``coverage`` and for pairs, None for
        ``max_changes``.
    limit, value, by
        What the limit is, what the plan has, and the difference, more than 0. A pair that should
        not be has 0, 1 and 1.
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
    """The figure of each member while a plan is made."""

    def having(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """The figures of some members if they took some households as well, (C,)."""
        ...

    def take(self, rows: IntArray, column: int) -> None:
        """Give households to a member."""
        ...


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of each member that a limit bounds.

    Parameters
    ----------
    value
        The figure in a plan, (M,).
    limit
        Its bound, (M,): ``inf`` for a maximum, or 0 for a minimum, that is not set.
    tally
        The figures while a plan is made, beginning with some pairs, H × M.
    least
        Whether the bound is a minimum.
    exactly
        How far the figures may lie from the exact ones, these, and the limits that were given exactly;
        by default all are exact.
    """

    value: Callable[[Assignment], FloatArray]
    limit: Callable[[Problem], FloatArray]
    tally: Callable[[Problem, BoolArray], Tally]
    least: bool = False
    exactly: Callable[[Assignment], tuple[FloatArray | float, Exactly | None, Given]] = lambda _: (
        0.0,
        None,
        NOTHING_GIVEN,
    )


@dataclass(frozen=True, slots=True)
class PairBreach:
    """By how much each pair breaks a limit on pairs, and what is said of one that does.

    Parameters
    ----------
    matrix
        For each pair 0 where it keeps the limit; H × M.
    of
        The same of some pairs, given as rows of households and of members: (N,).
    against
        Why a household does not go to a member, given the amount with its unit.
    note
        What a list of households says of such a pair, given the amount with its unit.
    exactly
        By how much one pair that breaks it does so, exactly; None where each does so by 1.
    """

    matrix: Callable[[Problem], FloatArray | BoolArray]
    of: Callable[[Problem, IntArray, IntArray], FloatArray | BoolArray]
    against: Callable[[Words, str], str]
    note: Callable[[Words, str], str]
    exactly: Callable[[Problem, int, int], Fraction] | None = None


@dataclass(frozen=True, slots=True)
class ListColumn:
    """The column of a list by which a limit is given.

    Parameters
    ----------
    titles
        The titles that it is known by, folded, parted by semicolons.
    label
        Its name in a report of what was read.
    table
        Whose list it is in.
    title, note
        Its title and its explanation in the template, for a whole number; None where the template does
        without.
    rare
        Whether few need it: it stands behind the others in the template.
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

    Parameters
    ----------
    name
        Its name in the program: in ``relax=``, ``Plan.breaches`` and :class:`Relaxation`.
    subject
        Whom a breach belongs to: ``"member"``, ``"household"``, ``"pair"``, or ``"nobody"`` for a
        limit of the whole plan.
    is_set
        Whether a problem sets it.
    unset
        How to take it out of a problem; None for what every problem sets.
    breaches
        What a plan breaks of it, an entry for each subject (contract 4.4).
    compared
        How breaches compare (contract 4.3): by the ``"sum"`` alone; by the sum, then the
        ``"largest"`` breach ÷ share of a member; by the sum, then breach ÷ share of ``"each"``
        member from the largest to the smallest; or by priority ``"class"``.
    label, limit
        Its name in a table, and what it is about within a sentence.
    broken
        By how much it is broken in all, given the whole number and the amount with its unit.
    repairs
        Kinds of :class:`Repair` that loosen it, each with its sentence, given the whole number and the
        amount with its unit.
    figure
        For a limit of members, the figure that is bounded.
    pair
        For a limit on pairs, by how much each pair breaks it.
    column
        The column of a list that sets it.
    option
        What the command line says of its option, for a limit of the whole problem.
    couples
        Whether it joins parts of a problem that no pair joins, as a budget over all does.
    adds_up
        Whether several years allow as many times its limit: a maximum of what each year has anew.
    in_travel
        Whether its amounts have the unit of travel.
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
    figure: Figure | None = None
    pair: PairBreach | None = None
    column: ListColumn | None = None
    option: Sentence | None = None
    couples: bool = False
    adds_up: bool = False
    in_travel: bool = False

    def unit(self, problem: Problem) -> str:
        """The unit of its amounts; empty where they have none."""
        return problem.travel.unit if self.in_travel and problem.travel is not None else ""
