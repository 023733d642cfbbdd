"""Pieces between two junctions merged into one arc, so that searches visit fewer nodes.

A path in open country bends a hundred times between two junctions: of the 37,270 nodes of Andorra, 1,800
are junctions or ends. Shortest paths between places on the pieces are the same on the chains, and are
found some twenty times faster.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.travel.paths.edges import BoolArray, Edges, IntArray
from phancong.travel.places import FloatArray


@dataclass(frozen=True, slots=True)
class Chains:
    """The pieces of a network in C chains between J junctions.

    Costs have a row for each direction: from the start of the chain to its end, and back.

    Parameters
    ----------
    ends
        The junctions at the start and at the end of each chain, shape ``(2, C)``.
    costs
        The cost of each chain, ``inf`` if closed; shape ``(2, C)``.
    junctions
        The number of junctions.
    of
        The chain of each piece, shape ``(S,)``.
    rank
        The position of the piece in its chain, from 0; shape ``(S,)``.
    along
        Whether the tail of the piece is towards the start of its chain, shape ``(S,)``.
    here
        The cost of the piece itself, shape ``(2, S)``.
    before
        The cost between the start of the chain and the near end of the piece, shape ``(2, S)``.
    after
        The cost between the far end of the piece and the end of the chain, shape ``(2, S)``.
    """

    ends: IntArray
    costs: FloatArray
    junctions: int
    of: IntArray
    rank: IntArray
    along: BoolArray
    here: FloatArray
    before: FloatArray
    after: FloatArray

    @property
    def symmetric(self) -> bool:
        """Whether each piece costs the same in both directions."""
        return bool(np.array_equal(*self.here))


def drawn_together(edges: Edges) -> Chains:
    """The chains: a node with two pieces that are open in both directions is no junction."""
    order, firsts, along = _walks(edges)
    pieces = len(edges)
    lengths = np.diff(np.r_[firsts, pieces])
    chain = np.repeat(np.arange(len(firsts)), lengths)
    of = np.empty(pieces, dtype=np.int64)
    of[order] = chain
    rank = np.empty(pieces, dtype=np.int64)
    rank[order] = np.arange(pieces) - firsts[chain]
    here = np.where(along, [edges.forward, edges.backward], [edges.backward, edges.forward])
    nearer = np.where(along, edges.tail, edges.head)
    further = np.where(along, edges.head, edges.tail)
    starts, ends = nearer[order[firsts]], further[order[firsts + lengths - 1]]
    junctions, numbered = np.unique(np.r_[starts, ends], return_inverse=True)

    def sums(costs: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Costs before and after each piece in its chain, and of the whole chain."""
        before, after = np.zeros(pieces), np.zeros(pieces)
        whole = np.empty(len(firsts))
        # Chain by chain: a cumulative sum over all would lose digits of short chains.
        for c, (first, length) in enumerate(zip(firsts.tolist(), lengths.tolist(), strict=True)):
            if length == 1:
                whole[c] = costs[order[first]]
                continue
            mine = order[first : first + length]
            upto = np.cumsum(costs[mine])
            whole[c] = upto[-1]
            before[mine[1:]] = upto[:-1]
            after[mine[:-1]] = np.cumsum(costs[mine[:0:-1]])[::-1]
        return before, after, whole

    before, after, costs = (np.stack(rows) for rows in zip(*map(sums, here), strict=True))
    return Chains(
        ends=numbered.reshape(2, -1),
        costs=costs,
        junctions=len(junctions),
        of=of,
        rank=rank,
        along=along,
        here=here,
        before=before,
        after=after,
    )


def _walks(edges: Edges) -> tuple[IntArray, IntArray, BoolArray]:
    """The pieces in the order of the chains, the first of each chain, and which have its direction."""
    tail, head = edges.tail.tolist(), edges.head.tolist()
    nodes = len(edges.latitude)
    at: list[list[int]] = [[] for _ in range(nodes)]
    for piece, ends in enumerate(zip(tail, head, strict=True)):
        for node in ends:
            at[node].append(piece)
    both_ways = (np.isfinite(edges.forward) & np.isfinite(edges.backward)).tolist()
    passed = [
        len(pieces) == 2
        and pieces[0] != pieces[1]
        and both_ways[pieces[0]]
        and both_ways[pieces[1]]
        for pieces in at
    ]
    order: list[int] = []
    firsts: list[int] = []
    along = np.zeros(len(tail), dtype=bool)
    seen = [False] * len(tail)

    def walk(node: int, piece: int) -> None:
        firsts.append(len(order))
        while True:
            seen[piece] = True
            order.append(piece)
            along[piece] = tail[piece] == node
            node = head[piece] if along[piece] else tail[piece]
            if not passed[node]:
                return
            one, other = at[node]
            piece = other if one == piece else one
            if seen[piece]:
                return  # a full round of a ring

    for node in range(nodes):
        if not passed[node]:
            for piece in at[node]:
                if not seen[piece]:
                    walk(node, piece)
    for piece, node in enumerate(tail):
        if not seen[piece]:  # a ring without a junction: its first node serves as one
            walk(node, piece)
    return np.array(order, dtype=np.int64), np.array(firsts, dtype=np.int64), along
