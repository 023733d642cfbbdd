"""Lists in which coordinates are missing: some households, or all of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from phancong.coordinates import Place
from phancong.locating.centres import LABELS, centres_for
from phancong.problem import FloatArray
from phancong.problem.coordinate_fields import Halves, Point
from phancong.problem.fields import Column, clean_label
from phancong.travel import BetweenPlaces
from phancong.words import Message

#: The unit of a way between hamlets of which nobody knows how far they are from each other.
HAMLETS: Final = "hamlets"

_COORDINATES: Final = ("at", "lat", "lon")
#: How many ids a note spells out.
_NAMED: Final = 10
#: Of more hamlets a table from each to each is no longer small.
_MOST_HAMLETS: Final = 400

_Cells = dict[str, list[Any]]


def has_places(columns: _Cells) -> bool:
    """Whether anybody in a table has a coordinate."""
    return any(cell is not None for name in _COORDINATES for cell in columns.get(name, ()))


def stand_at_centres(households: _Cells, members: _Cells, notes: list[str]) -> None:
    """Give each household without coordinates the centre of its cluster or hamlet, and note it.

    Parameters
    ----------
    households, members
        The columns of the tables; those of households are changed.
    notes
        Who stands at a centre is added, by id.
    """
    ids = households["id"]
    names = [name for name in _COORDINATES if name in households]
    if names not in ([], ["at"], ["lat", "lon"]):
        return  # half a coordinate, or two: the problem will say so
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
    if "lat" not in households:
        households.setdefault("at", [None] * len(ids))
    approximate = households.setdefault("approximate", [None] * len(ids))
    for row, place in found.items():
        approximate[row] = True
        if "at" in households:
            households["at"][row] = place
        else:
            households["lat"][row], households["lon"][row] = place
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
    """The centre of the hamlet of each member without coordinates, by row, where there is one."""
    if not members.get("id") or not households.get("id"):
        return {}
    length = len(members["id"])
    theirs = members.get("hamlet", [None] * length)
    labels = {name: [None] * length for name in LABELS} | {"hamlet": theirs}
    homes = len(households["id"])
    own = _places(members, length)
    known = np.isfinite(own[:, 0])
    # The middle of all houses of a hamlet, those of members and others.
    others = (
        np.concatenate((_places(households, homes), own)),
        [*households.get("hamlet", [None] * homes), *theirs],
    )
    found = centres_for(np.full((length, 2), np.nan), labels, {}, others)
    return {row: place for row, place in found.items() if not known[row]}


def stand_members_at_centres(members: _Cells, households: _Cells, notes: list[str]) -> None:
    """Give each member without coordinates the centre of the hamlet, and note it.

    Parameters
    ----------
    members, households
        The columns of the tables; those of members are changed.
    notes
        Who stands at a centre is added, by id.
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
    if "lat" not in members:
        members.setdefault("at", [None] * len(members["id"]))
    for row, place in found.items():
        if "at" in members:
            members["at"][row] = place
        else:
            members["lat"][row], members["lon"][row] = place
    notes.append(
        Message.ngettext(
            "{n} of {all} members has no coordinates and stands at the centre of its hamlet: {ids}",
            "{n} of {all} members have no coordinates and stand at the centre of their hamlet: {ids}",
            len(found),
            all=len(members["id"]),
            ids=_shown(members["id"], found),
        )
    )


def _shown(ids: Sequence[Any], rows: Iterable[int]) -> str:
    """The first ids of some rows."""
    named = [str(ids[row]) for row in rows]
    return ", ".join([*named[:_NAMED], "…"] if len(named) > _NAMED else named)


def _places(columns: Mapping[str, Sequence[Any]], length: int) -> FloatArray:
    """Latitude and longitude of each row, NaN where there is none that can be read."""
    aside = Column("", str)  # what cannot be read the problem will say
    if "at" in columns:
        return np.column_stack(Point().read(columns["at"], aside))
    if {"lat", "lon"} <= set(columns):
        return np.column_stack(Halves().read(columns["lat"], columns["lon"], aside))
    return np.full((length, 2), np.nan)


def between_hamlets(members: _Cells, households: _Cells, notes: list[str]) -> BetweenPlaces | None:
    """The way from hamlet to hamlet where nobody has coordinates: 0 within one, 1 to another.

    Returns
    -------
    BetweenPlaces or None
        None where somebody has no hamlet, or all are of the same: then there is no distance.
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
