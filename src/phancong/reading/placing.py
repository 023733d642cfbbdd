"""Coordinates and travel for lists without coordinates, or with some missing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from phancong.coordinates import Place
from phancong.locating.centres import LABELS, centres_for
from phancong.problem import FloatArray
from phancong.problem.coordinate_fields import Halves, Point
from phancong.problem.fields import Column
from phancong.problem.label_fields import clean_label
from phancong.travel import BetweenPlaces
from phancong.words import Message

#: The unit of travel between hamlets whose distances are unknown.
HAMLETS: Final = "hamlets"

_COORDINATES: Final = ("at", "lat", "lon")
#: How many ids a note lists.
_NAMED: Final = 10
#: The most hamlets for which a table of travel is made.
_MOST_HAMLETS: Final = 400

_Cells = dict[str, list[Any]]


def has_places(columns: _Cells) -> bool:
    """Whether any row of a table has a coordinate."""
    return any(cell is not None for name in _COORDINATES for cell in columns.get(name, ()))


def stand_at_centres(households: _Cells, members: _Cells, notes: list[str]) -> None:
    """Give each household without coordinates the centre of its cluster or hamlet, and note it.

    Parameters
    ----------
    households, members
        The columns of the tables; those of households are changed.
    notes
        A note with the ids of households at a centre is appended.
    """
    ids = households["id"]
    names = [name for name in _COORDINATES if name in households]
    if names not in ([], ["at"], ["lat", "lon"]):
        return  # a half or a double coordinate: the problem reports it
    bare = [row for row in range(len(ids)) if all(households[name][row] is None for name in names)]
    if not bare:
        return
    labels = {name: households.get(name, [None] * len(ids)) for name in LABELS}
    theirs = members.get("hamlet", [None] * len(members.get("id", ())))
    found = centres_for(
        _places(households, len(ids)), labels, {}, (_places(members, len(theirs)), theirs)
    )
    if not found:
        return
    _put(households, found)
    approximate = households.setdefault("approximate", [None] * len(ids))
    for row in found:
        approximate[row] = True
    notes.append(
        Message.ngettext(
            "{n} of {all} households has no coordinates and stands at the centre of its "
            "cluster or hamlet: {ids}",
            "{n} of {all} households have no coordinates and stand at the centre of their "
            "cluster or hamlet: {ids}",
            len(found),
            all=len(ids),
            ids=_shown(ids, found),
        )
    )


def member_centres(members: _Cells, households: _Cells) -> dict[int, Place]:
    """The centre of the hamlet of each member without coordinates, by row, if the centre is known."""
    if not members.get("id") or not households.get("id"):
        return {}
    length = len(members["id"])
    theirs = members.get("hamlet", [None] * length)
    labels = {name: [None] * length for name in LABELS} | {"hamlet": theirs}
    homes = len(households["id"])
    own = _places(members, length)
    known = np.isfinite(own[:, 0])
    # The centre is the mean of all houses of the hamlet, including those of members.
    others = (
        np.concatenate((_places(households, homes), own)),
        [*households.get("hamlet", [None] * homes), *theirs],
    )
    found = centres_for(np.full((length, 2), np.nan), labels, {}, others)
    return {row: place for row, place in found.items() if not known[row]}


def stand_members_at_centres(members: _Cells, households: _Cells, notes: list[str]) -> None:
    """Give each member without coordinates the centre of the member's hamlet, and note it.

    Parameters
    ----------
    members, households
        The columns of the tables; those of members are changed.
    notes
        A note with the ids of members at a centre is appended.
    """
    names = [name for name in _COORDINATES if name in members]
    found = member_centres(members, households) if names in ([], ["at"], ["lat", "lon"]) else {}
    found = {
        row: place
        for row, place in found.items()
        if all(members[name][row] is None for name in names)
    }
    if not found:
        return
    _put(members, found)
    notes.append(
        Message.ngettext(
            "{n} of {all} members has no coordinates and stands at the centre of its hamlet: {ids}",
            "{n} of {all} members have no coordinates and stand at the centre of their hamlet: {ids}",
            len(found),
            all=len(members["id"]),
            ids=_shown(members["id"], found),
        )
    )


def _put(columns: _Cells, places: Mapping[int, Place]) -> None:
    """Give rows their places, in the columns of coordinates that the table has, or else in ``at``."""
    if "lat" not in columns:
        columns.setdefault("at", [None] * len(columns["id"]))
    for row, place in places.items():
        if "at" in columns:
            columns["at"][row] = place
        else:
            columns["lat"][row], columns["lon"][row] = place


def _shown(ids: Sequence[Any], rows: Iterable[int]) -> str:
    """The first ids of some rows, for a note."""
    named = [str(ids[row]) for row in rows]
    return ", ".join([*named[:_NAMED], "…"] if len(named) > _NAMED else named)


def _places(columns: Mapping[str, Sequence[Any]], length: int) -> FloatArray:
    """Latitude and longitude of each row, NaN if missing or unreadable, (N, 2)."""
    aside = Column("", str)  # the problem reports unreadable cells
    if "at" in columns:
        return np.column_stack(Point().read(columns["at"], aside))
    if {"lat", "lon"} <= set(columns):
        return np.column_stack(Halves().read(columns["lat"], columns["lon"], aside))
    return np.full((length, 2), np.nan)


def between_hamlets(members: _Cells, households: _Cells, notes: list[str]) -> BetweenPlaces | None:
    """Travel between hamlets if there are no coordinates: 0 within a hamlet, 1 to any other.

    Returns
    -------
    BetweenPlaces or None
        None, for no distance, if a row has no hamlet or all have the same.
    """
    labels = [
        clean_label(str(cell)) if cell is not None else ""
        for cell in itertools.chain(
            *(
                table.get("hamlet", [None] * len(table.get("id", ())))
                for table in (members, households)
            )
        )
    ]
    known = sorted(set(labels))
    if not 2 <= len(known) <= _MOST_HAMLETS or "" in known:
        notes.append(Message("no distances"))
        return None
    notes.append(
        Message(
            "nobody has coordinates: a way counts 0 within a hamlet and 1 to another, however far "
            "that is; give coordinates, or the ways between hamlets (BetweenPlaces), to tell them apart"
        )
    )
    return BetweenPlaces(
        dict.fromkeys(itertools.combinations(known, 2), 1.0), within=0.0, unit=HAMLETS
    )
