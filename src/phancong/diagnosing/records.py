"""Records of a diagnosis: conflicts and repairs (contract 6.4)."""

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
        ``"carried"``: the carried load of the member exceeds the maximum. ``"fixed"``: the member has
        more fixed pairs than the maximum. ``"places"``: the households need more members than can take
        them. ``"minimums"``: the minima of the members need more households than there are for them.
        ``"limits"``: the rules cannot hold together (for these members, if any are listed).
    households, members
        The households and members in conflict. Of ``"places"`` the households are the elements, and the
        members are all that they reach; of ``"minimums"`` the other way round.
    needed, places
        How many pairs are needed, and how many are possible; 0 for ``"limits"`` and ``"carried"``.
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
    """A change that makes the limits hold: the smallest of its kind, verified by solving.

    Parameters
    ----------
    kind
        The kind of change; kinds are in the order in which limits are relaxed (contract 6.4).
    amount
        A new limit for all, or a number of members, places, pairs, changes or years.
    subjects
        The households or members concerned; empty if it concerns all.
    changes
        The arguments of :meth:`Problem.replace` that apply the repair. New members are as near to each
        household as the nearest member now; after ``phase``, the problem holds this year's households.
    each
        For ``add_members``, how many households each new member takes; otherwise None.
    unit
        The unit of ``amount`` for ``extend_max_travel``; otherwise empty.

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
        """The repaired problem; *problem* must be the one that was diagnosed."""
        return problem.replace(**self.changes)


@dataclass(frozen=True, slots=True)
class Diagnosis(Printable):
    """Whether all limits can hold; if not, conflicts and repairs.

    Parameters
    ----------
    feasible
        Whether all limits can hold together.
    shortfall
        The missing members of the best coverage with all other limits but the minima; None if those
        limits cannot hold even so.
    conflicts
        Irreducible conflicts.
    repairs
        Repairs, in the order in which limits are relaxed; each alone is enough.
    complete
        Whether all kinds of repairs were tried before the search ended.
    at_least
        Whether the shortfall is only a lower bound, found by counting because time ran out.

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
        """The shortest proven reason and a repair, as one sentence."""
        if self.feasible:
            return "all limits can hold"
        shortest = self.shortest
        why = "the limits cannot all hold" if shortest is None else str(shortest)
        sentence = f"{why}; one repair: {self.repairs[0]}" if self.repairs else why
        return " ".join(sentence.split())  # join the lines to one

    @property
    def shortest(self) -> Conflict | None:
        """The conflict with the fewest households and members; None if none is known."""
        return min(self.conflicts, key=lambda c: len(c.households) + len(c.members), default=None)
