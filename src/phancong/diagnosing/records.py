"""What a diagnosis says: why the limits cannot hold, and what would mend it (spec 6.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from phancong.problem import Id, Problem

#: Ids that a sentence names before it counts the rest.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Conflict:
    """Limits that cannot hold together; irreducible: without any one element they can.

    Parameters
    ----------
    kind
        ``"fixed"``: more pairs are fixed than the member may have. ``"places"``: the households need
        more members than can take them. ``"minimums"``: the members must have more households than
        there are for them. ``"limits"``: the rules cannot hold together (for these members, where
        there are any).
    households, members
        Who is in conflict: of ``"places"`` the households are the elements and the members all that
        they reach; of ``"minimums"`` the other way round.
    needed, places
        How many pairs would be needed, and how many there can be; 0 for ``"limits"``.
    rules
        The limits that take part, by name; an irreducible set.
    """

    kind: str
    households: tuple[Id, ...]
    members: tuple[Id, ...]
    needed: int
    places: int
    rules: tuple[str, ...]

    def __str__(self) -> str:
        if self.kind == "limits":
            whom = f" for {_some('member', self.members)}" if self.members else ""
            return f"{_list(self.rules)} cannot all hold{whom}"
        if self.kind == "fixed":
            homes = _some("household", self.households)
            return (
                f"{homes} are fixed for {_some('member', self.members)}, who can take "
                f"{self.places} ({_list(self.rules)})"
            )
        if self.kind == "minimums":
            must = f"{_some('member', self.members)} must have {_count(self.needed, 'household')}"
            return f"{must}, and only {self.places} can be theirs ({_list(self.rules)})"
        homes = _some("household", self.households)
        one = len(self.households) == 1
        need = f"{homes} need{'s' if one else ''} {_count(self.needed, 'member')}"
        if not self.members:
            return f"{need}, and nobody can take {'it' if one else 'them'} ({_list(self.rules)})"
        return (
            f"{need} and can only go to {_some('member', self.members)}, "
            f"where there {'is' if self.places == 1 else 'are'} {_count(self.places, 'place')} "
            f"({_list(self.rules)})"
        )


@dataclass(frozen=True, slots=True)
class Repair:
    """One change that makes the limits hold: the least of its kind, verified by solving.

    Parameters
    ----------
    kind
        What to do; the kinds stand in the order in which limits give way (spec 6.4).
    amount
        How much: a new limit for all, a number of members, places, pairs, changes or years.
    subjects
        Whom it concerns, where it does not concern all.
    changes
        What :meth:`Problem.replace` is given to carry it out. New members are as near to each
        household as the nearest member now; after ``phase``, this year's households are left.
    each
        For ``add_members``, how many households each new member takes; otherwise None.
    """

    kind: str
    amount: float
    subjects: tuple[Id, ...]
    changes: Mapping[str, Any] = field(repr=False, compare=False)
    each: int | None = None

    def apply(self, problem: Problem) -> Problem:
        """The repaired problem, for the problem that was diagnosed."""
        return problem.replace(**self.changes)

    def __str__(self) -> str:
        amount = _at_least(self.amount)
        whom = f" ({', '.join(map(str, _first(self.subjects)))})" if self.subjects else ""
        many = int(self.amount)
        texts = {
            "lower_min_households": f"lower the minimum to {_count(many, 'household')}{whom}",
            "allow_changes": f"allow {_count(many, 'change')}",
            "allow_other_hamlets": (
                f"let {_count(many, 'household')} have a member of another hamlet{whom}"
            ),
            "extend_max_travel": f"extend the reach to {amount}",
            "raise_max_workload": f"raise the maximum workload to {amount} for all",
            "raise_max_households": f"raise the maximum to {amount} households for all",
            "add_members": f"add {_count(many, 'member')}"
            + ("" if self.each is None else f" who can take {_count(self.each, 'household')} each"),
            "lower_members_needed": f"ask for {_count(many, 'member')} fewer{whom}",
            "leave_uncovered": f"leave {_count(many, 'place')} open{whom}",
            "phase": f"spread the households over {_count(many, 'year')}, this one full",
        }
        return texts[self.kind]


@dataclass(frozen=True, slots=True)
class Diagnosis:
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
        What would mend it, in the order in which limits give way; each alone is enough.
    complete
        False if the search was cut before all repairs were tried.
    """

    feasible: bool
    shortfall: int | None
    conflicts: tuple[Conflict, ...]
    repairs: tuple[Repair, ...]
    complete: bool = True

    @property
    def reason(self) -> str:
        """The shortest true reason, and a repair, in a sentence."""
        if self.feasible:
            return "all limits can hold"
        size = {c: len(c.households) + len(c.members) for c in self.conflicts}
        why = str(min(size, key=lambda c: size[c])) if size else "the limits cannot all hold"
        return f"{why}; one repair: {self.repairs[0]}" if self.repairs else why

    def __str__(self) -> str:
        if self.feasible:
            return "Diagnosis: all limits can hold."
        lines = ["Diagnosis: the limits cannot all hold."]
        if self.shortfall:
            lines[0] = (
                f"Diagnosis: the limits cannot all hold; {_count(self.shortfall, 'place')} too few."
            )
        lines += ["Why:", *(f"- {conflict}" for conflict in _merged(self.conflicts))]
        if self.repairs:
            lines += ["What would mend it (each alone is enough):"]
            lines += [f"- {repair}" for repair in self.repairs]
        if not self.complete:
            lines.append("The search was cut before every repair was tried.")
        return "\n".join(lines)


def _merged(conflicts: Sequence[Conflict]) -> list[Conflict]:
    """Households that nobody can take for the same reason, told together."""
    alone: dict[tuple[str, ...], list[Conflict]] = {}
    others = []
    for conflict in conflicts:
        if conflict.kind == "places" and not conflict.members:
            alone.setdefault(conflict.rules, []).append(conflict)
        else:
            others.append(conflict)
    told = [
        replace(
            same[0],
            households=tuple(household for c in same for household in c.households),
            needed=sum(c.needed for c in same),
        )
        for same in alone.values()
    ]
    return told + others


def _at_least(amount: float) -> str:
    """A limit in words: rounded up, so that the limit that is read out still holds."""
    return f"{math.ceil(amount * 1000 - 1e-6) / 1000:,.10g}"


def _count(amount: int, noun: str) -> str:
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def _first(ids: Sequence[Id]) -> list[Id | str]:
    if len(ids) <= NAMED:
        return list(ids)
    return [*ids[: NAMED - 1], f"… {len(ids) - NAMED + 1} more"]


def _some(noun: str, ids: Sequence[Id]) -> str:
    names = ", ".join(map(str, _first(ids)))
    return f"{noun} {names}" if len(ids) == 1 else f"{len(ids)} {noun}s ({names})"


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
