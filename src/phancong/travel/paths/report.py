"""A report on a network, and on how the places of a problem join it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from phancong.travel.geodesic import geodesic_metres
from phancong.travel.paths.access_points import Joints
from phancong.travel.paths.edges import BoolArray, Edges, IntArray
from phancong.travel.paths.extras import extra
from phancong.travel.places import FloatArray, Places
from phancong.words import Printable


class Located(Protocol):
    """Columns with coordinates."""

    def places(self, kind: str) -> Places: ...


class HasPlaces(Protocol):
    """The parts of a problem that the report reads."""

    @property
    def household_columns(self) -> Located: ...
    @property
    def member_columns(self) -> Located: ...


@dataclass(frozen=True, slots=True)
class NetworkPart:
    """A connected part of the network, ignoring directions, and the places that join it.

    Parameters
    ----------
    edges
        The number of straight pieces.
    metres
        The length of the pieces on the ellipsoid.
    households, members
        Ids of the places that join it, sorted.
    """

    edges: int
    metres: float
    households: tuple[Hashable, ...]
    members: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class FarPlace:
    """A place farther from the nearest edge than ``snap``: kind, id and distance."""

    kind: str
    id: Hashable
    metres: float


@dataclass(frozen=True, slots=True)
class NetworkReport(Printable):
    """A report on a network, and on how the places of a problem join it.

    ``text("vi")`` and ``html("vi")`` return it in Vietnamese.

    Parameters
    ----------
    parts
        The connected parts of the open edges, the longest first.
    far
        Places farther than ``snap`` metres from their edge, the farthest first.
    on_closed
        Places that join an edge closed in both directions: ``(kind, id)``.
    unreachable
        Pairs ``(household, member)`` that are unreachable in a direction.
    stranded
        Households that are unreachable for every member.
    mended
        The gaps that :func:`phancong.read_paths` joined, as sentences.
    pairs
        The number of all pairs.
    """

    parts: tuple[NetworkPart, ...]
    far: tuple[FarPlace, ...]
    on_closed: tuple[tuple[str, Hashable], ...]
    unreachable: tuple[tuple[Hashable, Hashable], ...]
    stranded: tuple[Hashable, ...]
    mended: tuple[str, ...]
    pairs: int


def report_on(
    edges: Edges,
    sides: Sequence[tuple[Places, Joints]],
    travel: FloatArray,
    *,
    snap: float,
    mended: tuple[str, ...],
) -> NetworkReport:
    """Make the report.

    Parameters
    ----------
    edges
        The network.
    sides
        Households and members with their joints; or nothing.
    travel
        Travel of each pair, ``inf`` if unreachable.
    snap, mended
        As in :class:`NetworkReport`.
    """
    shut = edges.shut
    far = [
        FarPlace(places.kind, places.ids[row], float(joints.metres[row]))
        for places, joints in sides
        for row in np.flatnonzero(np.isfinite(joints.metres) & (joints.metres > snap)).tolist()
    ]
    on_closed = [
        (places.kind, places.ids[row])
        for places, joints in sides
        for row in np.flatnonzero((joints.piece >= 0) & _of(shut, joints.piece)).tolist()
    ]
    no_way = np.isinf(travel)
    ids = [places.ids for places, _ in sides] or [(), ()]
    return NetworkReport(
        parts=_parts(edges, shut, sides),
        far=tuple(sorted(far, key=lambda place: -place.metres)),
        on_closed=tuple(on_closed),
        unreachable=tuple((ids[0][row], ids[1][column]) for row, column in np.argwhere(no_way)),
        stranded=tuple(ids[0][row] for row in np.flatnonzero(no_way.all(axis=1)).tolist()),
        mended=mended,
        pairs=travel.size,
    )


def _of(column: BoolArray, piece: IntArray) -> BoolArray:
    """The entries of *column* at *piece*; all False if there are no pieces."""
    return column[piece] if len(column) else np.zeros(len(piece), dtype=bool)


def _parts(
    edges: Edges,
    shut: BoolArray,
    sides: Sequence[tuple[Places, Joints]],
) -> tuple[NetworkPart, ...]:
    open_ = np.flatnonzero(~shut)
    if not len(open_):
        return ()
    sparse, csgraph = extra("scipy.sparse"), extra("scipy.sparse.csgraph")
    tail, head = edges.tail[open_], edges.head[open_]
    size = len(edges.latitude)
    joined = sparse.coo_matrix((np.ones(len(open_)), (tail, head)), shape=(size, size))
    _, label_of_node = csgraph.connected_components(joined, directed=False)
    labels, label = np.unique(label_of_node[tail], return_inverse=True)
    of_piece = np.full(len(edges), -1)
    of_piece[open_] = label
    metres = geodesic_metres(
        edges.latitude[tail], edges.longitude[tail], edges.latitude[head], edges.longitude[head]
    )
    counts = np.bincount(label, minlength=len(labels))
    lengths = np.bincount(label, weights=metres, minlength=len(labels))
    who: list[dict[int, list[Hashable]]] = []
    for places, joints in sides:
        mine: dict[int, list[Hashable]] = {}
        for row in np.flatnonzero(joints.piece >= 0).tolist():
            mine.setdefault(int(of_piece[joints.piece[row]]), []).append(places.ids[row])
        who.append(mine)
    households, members = who or ({}, {})
    return tuple(
        NetworkPart(
            edges=int(counts[part]),
            metres=float(lengths[part]),
            households=tuple(households.get(part, ())),
            members=tuple(members.get(part, ())),
        )
        for part in np.argsort(-lengths, kind="stable").tolist()
    )
