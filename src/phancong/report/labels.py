"""Labels: names that a caller gives to a writer, to be printed instead of ids (contract 2.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from phancong.errors import InvalidArgumentError
from phancong.frozen import FrozenMapping
from phancong.layout import with_noun
from phancong.problem import Id
from phancong.problem.label_fields import MEND_UNSEEN, UNSEEN, as_id, has_unseen
from phancong.problem.tables import read_table

_BREAKS: Final = re.compile("[\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")
_SIDES = ("members", "households", "posts", "addresses", "notes")


class NamesById(FrozenMapping[Id, str]):
    """Names by id, read-only; its ``repr`` shows their number only."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"NamesById({with_noun(len(self), 'name')})"


_NOBODY = NamesById({})


@dataclass(frozen=True, slots=True)
class Labels:
    """The names of members and of households, for writers only (contract 2.6).

    Parameters
    ----------
    members, households
        Id → name, read-only; records without a name are printed by id.
    posts, addresses
        Id of a member → the member's post, and id of a household → its address, in words.
    notes
        Id of a household → the note in its list; printed only if *include* names notes.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import Labels
    >>> names = Labels.of({"m1": "An"}, {"h1": "Bình"})
    >>> solve(problem).to_html("plan.html", labels=names)
    """

    members: NamesById
    households: NamesById
    posts: NamesById = field(default_factory=lambda: _NOBODY, repr=False)
    addresses: NamesById = field(default_factory=lambda: _NOBODY, repr=False)
    notes: NamesById = field(default_factory=lambda: _NOBODY, repr=False)

    @classmethod
    def of(
        cls,
        members: Mapping[Id, str],
        households: Mapping[Id, str],
        posts: Mapping[Id, str] = _NOBODY,
        addresses: Mapping[Id, str] = _NOBODY,
        notes: Mapping[Id, str] = _NOBODY,
    ) -> Labels:
        """Labels from mappings of ids to names, posts of members, addresses and notes of households.

        Each text is put in one line, since not every format can hold line breaks.
        """
        sides = (members, households, posts, addresses, notes)
        return cls(*(NamesById({one: _in_a_line(name) for one, name in s.items()}) for s in sides))

    def member(self, identity: Id) -> str:
        """The name of a member, or else the id."""
        return self.members.get(identity) or str(identity)

    def household(self, identity: Id) -> str:
        """The name of a household, or else the id."""
        return self.households.get(identity) or str(identity)


def read_labels_of(labels: Any) -> Labels:
    """Labels from any form that a writer accepts.

    Parameters
    ----------
    labels
        None, :class:`Labels`, a mapping with the keys ``"members"``, ``"households"``, ``"posts"``
        (of members), ``"addresses"`` and ``"notes"`` (of households), each a mapping id → text, or
        one mapping or table (columns ``id`` and ``name``) for both.

    Raises
    ------
    InvalidArgumentError
        It is none of these.
    """
    if labels is None:
        return Labels.of({}, {})
    if isinstance(labels, Labels):
        return labels
    if isinstance(labels, Mapping) and labels and set(labels) <= set(_SIDES):
        return Labels.of(*(_names(labels.get(side) or {}) for side in _SIDES))
    names = _names(labels)
    return Labels.of(names, names)


def _names(table: Any) -> dict[Id, str]:
    """Id → name from a mapping or a table; messages do not repeat names."""
    if isinstance(table, Mapping):
        pairs = list(table.items())
    else:
        raw = read_table(table, "label", dict, ("id", "name"))
        if missing := [name for name in ("id", "name") if name not in raw.columns]:
            raise InvalidArgumentError(f"labels have no column {missing[0]!r}; add it")
        pairs = list(zip(raw.column("id"), raw.column("name"), strict=True))
    names: dict[Id, str] = {}
    for number, (given, name) in enumerate(pairs):
        identity, wrong = as_id(given)
        if identity is None or not (name is None or isinstance(name, str)):
            what = f"an id that {wrong}" if identity is None else "a name that is not text"
            raise InvalidArgumentError(f"label number {number + 1} has {what}; give id and text")
        if isinstance(name, str) and name.strip():
            names[identity] = clean_name(name)
            if has_unseen(names[identity]):
                raise InvalidArgumentError(
                    f"label number {number + 1} has a name that {UNSEEN}; {MEND_UNSEEN}"
                )
    return names


def _in_a_line(name: str) -> str:
    """A name without line breaks; spaces stay, including no-break spaces."""
    return _BREAKS.sub(" ", name)


def clean_name(name: str) -> str:
    """A name in one line."""
    return " ".join(name.split())
