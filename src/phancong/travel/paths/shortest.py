"""Shortest paths between places that join a network, in both directions.

scipy's Dijkstra searches from the places of the smaller side, forwards, and backwards if the directions
differ (E. W. Dijkstra, *Numerische Mathematik* 1, 1959, https://doi.org/10.1007/BF01386390).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.travel.paths.access_points import Joints
from phancong.travel.paths.chains import Chains
from phancong.travel.paths.edges import BoolArray, IntArray
from phancong.travel.paths.extras import extra
from phancong.travel.places import FloatArray

#: The most costs held at a time during a search: 32 MB.
_MOST: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Spots:
    """The positions of n places on chains, and the costs to and from the ends of these chains.

    Parameters
    ----------
    chain
        The chain, -1 for a place that joins none; shape ``(n,)``.
    position
        The order along the chain, from start to end; shape ``(n,)``.
    to_ends, from_ends
        Costs to the start and to the end of the chain, and from there; ``inf`` if not allowed. Shape
        ``(2, n)``.
    """

    chain: IntArray
    position: FloatArray
    to_ends: FloatArray
    from_ends: FloatArray

    @classmethod
    def of(cls, chains: Chains, joints: Joints) -> Spots:
        """The positions of joints."""
        joined = joints.piece >= 0
        if not len(chains.of):
            nowhere = np.full((2, len(joined)), np.inf)
            return cls(joints.piece, nowhere[0], nowhere, nowhere)
        piece = np.where(joined, joints.piece, 0)
        passed = np.where(chains.along[piece], joints.part, 1 - joints.part)

        def cost(rest: FloatArray, here: FloatArray, part: FloatArray) -> FloatArray:
            # A place at the end of a closed edge is at a junction, which may be open.
            inside = np.where(part > 0, np.where(part > 0, here[piece], 0.0) * part, 0.0)
            return np.where(joined, rest[piece] + inside, np.inf)

        here, before, after = chains.here, chains.before, chains.after
        return cls(
            np.where(joined, chains.of[piece], -1),
            passed + chains.rank[piece],
            np.stack([cost(before[1], here[1], passed), cost(after[0], here[0], 1 - passed)]),
            np.stack([cost(before[0], here[0], passed), cost(after[1], here[1], 1 - passed)]),
        )

    def reversed(self) -> Spots:
        """The same places in the reversed network."""
        return Spots(self.chain, self.position, self.from_ends, self.to_ends)

    def __len__(self) -> int:
        return len(self.chain)

    def part(self, some: slice) -> Spots:
        """Some of the places."""
        return Spots(
            self.chain[some],
            self.position[some],
            self.to_ends[:, some],
            self.from_ends[:, some],
        )


def mean_of_both_ways(
    chains: Chains, sources: Spots, targets: Spots, limit: float = np.inf
) -> FloatArray:
    """Costs between places, the mean of both directions (contract 3.0), without the access to the paths.

    Parameters
    ----------
    chains, sources, targets
        The network and the two sides; the search begins at the sources.
    limit
        Costs above this are not searched for.

    Returns
    -------
    numpy.ndarray
        Shape ``(len(sources), len(targets))``; ``inf`` if unreachable in one direction.
    """
    result = np.empty((len(sources), len(targets)))
    height = max(1, _MOST // (chains.junctions + len(targets) + 1))
    symmetric = chains.symmetric
    # If the mean is within the limit, each direction is within twice the limit.
    most = limit if symmetric else 2 * limit
    for top in range(0, len(sources), height):
        some = slice(top, top + height)
        here = sources.part(some)
        there = _one_way(chains, chains.costs, here, targets, most)
        if symmetric:
            result[some] = there
        else:
            turned = chains.costs[::-1]
            back = _one_way(chains, turned, here.reversed(), targets.reversed(), most)
            result[some] = (there + back) / 2
    return result


def _one_way(
    chains: Chains, costs: FloatArray, sources: Spots, targets: Spots, limit: float
) -> FloatArray:
    """Cost from each source to each target, with the *costs* of the chains in both directions."""
    ways = _to_junctions(chains, costs, sources, limit)
    joined = np.flatnonzero(targets.chain >= 0)
    result = np.full((len(sources), len(targets)), np.inf)
    if not len(joined):
        return result
    chain = targets.chain[joined]
    start, end = (
        ways[:, ends[chain]] + onward[joined]
        for ends, onward in zip(chains.ends, targets.from_ends, strict=True)
    )
    found = np.minimum(start, end)
    # Two places on one chain may travel along it, if that is shorter.
    row, column = np.nonzero(sources.chain[:, None] == chain[None, :])
    column_of = joined[column]
    here, there = sources.position[row], targets.position[column_of]
    behind, ahead = sources.from_ends[:, row], targets.from_ends[:, column_of]
    along = _ahead(behind[0], ahead[0], there >= here)
    against = _ahead(behind[1], ahead[1], there <= here)
    found[row, column] = np.minimum(found[row, column], np.minimum(along, against))
    result[:, joined] = found
    return result


def _ahead(here: FloatArray, there: FloatArray, ahead: BoolArray) -> FloatArray:
    """Cost to a place *ahead*, from costs to the end behind; ``inf`` for other places."""
    can = np.isfinite(here) & np.isfinite(there) & ahead
    on = np.where(can, there, 0.0) - np.where(can, here, 0.0)
    return np.where(can, np.maximum(on, 0.0), np.inf)  # rounding must not make it negative


def _to_junctions(chains: Chains, costs: FloatArray, sources: Spots, limit: float) -> FloatArray:
    """Cost from each source to each junction, shape ``(len(sources), junctions)``."""
    sparse, csgraph = extra("scipy.sparse"), extra("scipy.sparse.csgraph")
    junctions, n = chains.junctions, len(sources)
    # Each source is a node of its own, with arcs to the ends of its chain only.
    joined = np.flatnonzero(sources.chain >= 0)
    tail = np.r_[chains.ends.ravel(), np.tile(junctions + joined, 2)]
    head = np.r_[chains.ends[::-1].ravel(), chains.ends[:, sources.chain[joined]].ravel()]
    cost = np.r_[costs.ravel(), sources.to_ends[:, joined].ravel()]
    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], cost[order]
    # A sparse matrix would add the costs of parallel arcs: keep the cheapest only.
    keep = np.isfinite(cost) & np.r_[True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])]
    size = junctions + n
    rows = np.searchsorted(tail[keep], np.arange(size + 1))
    matrix = sparse.csr_matrix((cost[keep], head[keep], rows), shape=(size, size))
    ways = csgraph.dijkstra(matrix, indices=np.arange(junctions, size), limit=limit)
    return ways[:, :junctions]
