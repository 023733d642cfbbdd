"""The paths of a network as straight pieces with a cost in each direction.

Pieces are sorted by their content, so that the order of nodes and edges, and the names of nodes, do not
matter (contract 2.5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phancong.travel.geodesic import geodesic_metres
from phancong.travel.places import FloatArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Edges:
    """The paths of a network as S straight pieces between N nodes, sorted by content.

    Parameters
    ----------
    latitude, longitude
        Coordinates of the nodes, including bends of the paths; degrees, shape ``(N,)``.
    tail, head
        Nodes at the ends of each piece, shape ``(S,)``.
    forward, backward
        Cost from tail to head and back, ``inf`` if not allowed, shape ``(S,)``.
    digest
        SHA-256 of the content: equal for equal networks, in whatever order they are given.
    """

    latitude: FloatArray
    longitude: FloatArray
    tail: IntArray
    head: IntArray
    forward: FloatArray
    backward: FloatArray
    digest: str

    def __len__(self) -> int:
        return len(self.tail)

    @property
    def shut(self) -> BoolArray:
        """Which pieces are closed in both directions, shape ``(S,)``."""
        return np.isinf(self.forward) & np.isinf(self.backward)


def cut_at_bends(
    nodes: FloatArray,
    ends: IntArray,
    bends: Mapping[int, tuple[Place, ...]],
    against: Mapping[int, bool],
    given: FloatArray,
    costs: FloatArray,
) -> Edges:
    """Merge the two directions of each line, and cut lines at their bends.

    The cost of a piece is proportional to its share of the length of its line.

    Parameters
    ----------
    nodes
        Latitude and longitude, from south to north, shape ``(N, 2)``.
    ends
        The first and the last node of each of A arcs, shape ``(A, 2)``.
    bends
        The inner points of the arcs that are not straight, from the lower node to the higher one.
    against
        For arcs that are loops, whether they run against their bends.
    given
        The quantities from which costs are computed, for the digest; shape ``(A, k)``.
    costs
        The cost of each arc, ``inf`` if closed; shape ``(A,)``.
    """
    low, high = ends.min(axis=1), ends.max(axis=1)
    back = ends[:, 0] > ends[:, 1]
    lines = sorted({(), *bends.values()})
    line_of = {line: number for number, line in enumerate(lines)}
    line = np.zeros(len(ends), dtype=np.int64)
    for number, inner in bends.items():
        line[number] = line_of[inner]
    for number, turned in against.items():
        back[number] = turned

    rows = np.column_stack([low, high, line, back, np.isinf(costs), given])
    digest = _digest(nodes, lines, rows)
    somewhere = (low != high) | (line > 0)  # drop loops without a line
    key = np.column_stack([low, high, line])[somewhere]
    ways, way = np.unique(key, axis=0, return_inverse=True)
    both = np.full((len(ways), 2), np.inf)
    np.minimum.at(both, (way.reshape(-1), back[somewhere].astype(np.int64)), costs[somewhere])

    count = np.array([len(inner) for inner in lines], dtype=np.int64)[ways[:, 2]] + 1
    spots, tail, head = _with_bends(nodes, lines, ways, count)
    owner = np.repeat(np.arange(len(ways)), count)
    metres = geodesic_metres(*spots[tail].T, *spots[head].T)
    whole = np.bincount(owner, weights=metres, minlength=len(ways))[owner]
    part = np.where(whole > 0, metres / np.where(whole > 0, whole, 1.0), 1 / count[owner])
    open_ = np.isfinite(both)[owner]
    shares = np.where(open_, part[:, None] * np.where(open_, both[owner], 0.0), np.inf)
    return Edges(
        latitude=spots[:, 0].copy(),
        longitude=spots[:, 1].copy(),
        tail=tail,
        head=head,
        forward=shares[:, 0].copy(),
        backward=shares[:, 1].copy(),
        digest=digest,
    )


def _digest(nodes: FloatArray, lines: Sequence[tuple[Place, ...]], rows: FloatArray) -> str:
    """SHA-256 of nodes, bends and arcs; the order of the arcs does not matter."""
    rows = rows[np.lexsort(rows.T[::-1])]
    digest = hashlib.sha256(np.ascontiguousarray(nodes, dtype="<f8").tobytes())
    for part in (np.concatenate([np.array(inner).ravel() for inner in lines]), rows):
        digest.update(np.ascontiguousarray(part + 0.0, dtype="<f8").tobytes())
    return digest.hexdigest()


def _with_bends(
    nodes: FloatArray, lines: Sequence[tuple[Place, ...]], ways: IntArray, count: IntArray
) -> tuple[FloatArray, IntArray, IntArray]:
    """The places of the nodes and of new ones for the bends, and the ends of each piece.

    Parameters
    ----------
    nodes, lines
        The places of the nodes, and the bends of each line.
    ways
        Both ends and the line of each way, (W, 3).
    count
        The number of pieces of each way, (W,).
    """
    places, tail, head = [nodes], np.repeat(ways[:, 0], count), np.repeat(ways[:, 1], count)
    size = len(nodes)
    first = np.cumsum(count) - count
    for bent in np.flatnonzero(count > 1).tolist():
        inner = lines[ways[bent, 2]]
        new = np.arange(size, size + len(inner))
        places.append(np.array(inner))
        size += len(inner)
        tail[first[bent] + 1 : first[bent] + count[bent]] = new
        head[first[bent] : first[bent] + count[bent] - 1] = new
    return np.concatenate(places), tail, head
