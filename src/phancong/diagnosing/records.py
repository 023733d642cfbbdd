"""Records of a diagnosis: why the limits cannot hold, and what would mend it (contract 6.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from phancong.problem import Id, Problem
from phancong.words import Printable


@dataclass(frozen=True, slots=True)
class Conflict(Printable):
    """Limits that cannot hold together; irreducible: without any one element they can.

    Parameters
    ----------
    kind
        ``"carried"``: what the member carries besides is above the maximum. ``"fixed"``: more pairs
        are fixed than the member may have. ``"places"``: the households need
        more members than can take them. ``"minimums"``: the members must have more households than
        there are for them. ``"limits"``: the rules cannot hold together (for these members, where
        there are any).
    households, members
        Who is in conflict: of ``"places"`` the households are the elements and the members all that
        they reach; of ``"minimums"`` the other way round.
    needed, places
        How many pairs would be needed, and how many there can be; 0 for ``"limits"`` and
        ``"carried"``.
    rules
        The limits that take part, by name; an irreducible set.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, diagnose
    >>> few = Problem([Member("m1", max_households=1)], [Household("h1"), Household("h2")], travel=None)
    >>> conflict = diagnose(few).conflicts[0]
    >>> conflict.kind, conflict.needed, conflict.places  # pairs
    ('places', 2, 1)
    """

    kind: str
    households: tuple[Id, ...]
    members: tuple[Id, ...]
    needed: int
    places: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repair(Printable):
    """One change that makes the limits hold: the least of its kind, verified by solving.

    Parameters
    ----------
    kind
        What to do; the kinds stand in the order in which limits are relaxed (contract 6.4).
    amount
        How much: a new limit for all, a number of members, places, pairs, changes or years.
    subjects
        Whom it concerns, where it does not concern all.
    changes
        What :meth:`Problem.replace` is given to carry it out. New members are as near to each
        household as the nearest member now; after ``phase``, this year's households are left.
    each
        For ``add_members``, how many households each new member takes; otherwise None.
    unit
        The unit of ``amount`` for ``extend_max_travel``; empty for the others.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, diagnose
    >>> few = Problem([Member("m1", max_households=1)], [Household("h1"), Household("h2")], travel=None)
    >>> repair = diagnose(few).repairs[0]
    >>> repair.kind, repair.amount
    ('raise_max_households', 2)
    >>> diagnose(repair.apply(few)).feasible
    True
    """

    kind: str
    amount: float
    subjects: tuple[Id, ...]
    changes: Mapping[str, Any] = field(repr=False, compare=False)
    each: int | None = None
    unit: str = ""

    def apply(self, problem: Problem) -> Problem:
        """The repaired problem, for the problem that was diagnosed."""
        return problem.replace(**self.changes)


@dataclass(frozen=True, slots=True)
class Diagnosis(Printable):
    """Whether all limits can hold, and if not, why, and what would mend it.

    Parameters
    ----------
    feasible
        All limits can hold together.
    shortfall
        Members missing at the best coverage when all other limits hold, minima set aside; None where
        those cannot hold even so.
    conflicts
        Why not: each is irreducible.
    repairs
        What would mend it, in the order in which limits are relaxed; each alone is enough.
    complete
        False if the search was cut before all repairs were tried.
    at_least
        The shortfall comes from counting alone: there was no time to solve for it, and it may be larger.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, diagnose
    >>> few = Problem([Member("m1", max_households=1)], [Household("h1"), Household("h2")], travel=None)
    >>> found = diagnose(few)
    >>> found.feasible, found.shortfall  # members missing
    (False, 1)
    """

    feasible: bool
    shortfall: int | None
    conflicts: tuple[Conflict, ...]
    repairs: tuple[Repair, ...]
    complete: bool = True
    at_least: bool = False

    @property
    def reason(self) -> str:
        """The shortest true reason, and a repair, in a sentence."""
        if self.feasible:
            return "all limits can hold"
        shortest = self.shortest
        why = "the limits cannot all hold" if shortest is None else str(shortest)
        told = f"{why}; one repair: {self.repairs[0]}" if self.repairs else why
        return " ".join(told.split())  # texts are broken into lines, and this is one

    @property
    def shortest(self) -> Conflict | None:
        """The conflict with the fewest households and members; None where none is known."""
        return min(self.conflicts, key=lambda c: len(c.households) + len(c.members), default=None)
