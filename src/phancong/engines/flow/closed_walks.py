"""The cheapest change that reduces the count of a flow by a given number: a closed walk of moves.

Two flows differ by cycles in the residual network, which is contracted to the members. An arc is a
household that moves from one member to another: it has a reduced cost of 0 or more and a small change
of the count. A shortest path over (member, change so far) gives the cheapest closed walk with the
required change. The result is a plan unless the walk moves a household twice.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from phancong.engines.common.shortest_paths import NO_PATH, PathLabels
from phancong.engines.flow.network import Flow, Network
from phancong.masks import where_true
from phancong.problem import BoolArray, IntArray

#: Most nodes for which a walk is searched: shortest paths between all of them take milliseconds.
MOST_NODES: Final = 160


def closed_walk(
    network: Network, flow: Flow, reduced: IntArray, counts: IntArray, less: int
) -> BoolArray | None:
    """The pairs of a cheap flow whose count is lower by *less*, H × M; None if none is found.

    Parameters
    ----------
    network
        The network.
    flow
        A minimum-cost flow in it; its costs have no unit costs of members.
    reduced
        Reduced cost of each pair under its dual, H × M.
    counts
        Count of each pair, H × M.
    less
        Required reduction of the count, 1 or more.
    """
    members = network.free.shape[1] + 1  # the last is the sink, for members whose count changes
    layers = less + 1
    if members * layers > MOST_NODES:
        return None
    moves = _moves(network, flow, reduced, counts, less)
    size = members * layers
    length = np.full((size, size), NO_PATH, dtype=np.int64)
    for change, (cost, _) in moves.items():
        for layer in range(max(0, change), min(layers, layers + change)):
            # A layer is the reduction so far; a move leads to the layer of its change.
            start, end = layer * members, (layer - change) * members
            length[start : start + members, end : end + members] = cost
    nodes = _cheapest_walk(length, members)
    return None if nodes is None else _moved(flow, moves, nodes, members)


def _cheapest_walk(length: IntArray, members: int) -> list[int] | None:
    """The nodes of the cheapest walk from a member in the first layer to itself in the last layer."""
    cheapest, nodes = NO_PATH, None
    for start in range(members):
        end = len(length) - members + start
        far = np.full(len(length), cheapest, dtype=np.int64)  # prune walks that are not cheaper
        far[start] = 0
        walks = PathLabels.of(far)
        walks.correct(length)
        if walks.far[end] < cheapest:
            cheapest, nodes = int(walks.far[end]), walks.path_to(end)
    return nodes


#: Change of the count → cost of the cheapest move between two members, and the household that moves.
Moves = dict[int, tuple[IntArray, IntArray]]


def _moves(network: Network, flow: Flow, reduced: IntArray, counts: IntArray, less: int) -> Moves:
    members = network.free.shape[1] + 1
    rows, columns = where_true(flow.chosen & network.free)
    open_pairs = network.free[rows] & ~flow.chosen[rows]
    cost = reduced[rows] - reduced[rows, columns][:, None]
    change = counts[rows] - counts[rows, columns][:, None]
    found: Moves = {}
    for by in range(-less, less + 1):
        slots, ends = np.nonzero(open_pairs & (change == by))
        cheapest = np.full((members, members), NO_PATH, dtype=np.int64)
        who = np.full((members, members), -1, dtype=np.int64)
        starts = columns[slots]
        values = cost[slots, ends]
        order = np.argsort(-values, kind="stable")  # the cheapest is written last
        cheapest[starts[order], ends[order]] = values[order]
        who[starts[order], ends[order]] = rows[slots[order]]
        found[by] = (cheapest, who)
    more = flow.counts < network.high
    fewer = flow.counts > np.maximum(network.low, network.base)
    sink = members - 1
    found[0][0][:sink, sink] = np.where(more, -flow.price, NO_PATH)
    found[0][0][sink, :sink] = np.where(fewer, flow.price, NO_PATH)
    return found


def _moved(flow: Flow, moves: Moves, nodes: list[int], members: int) -> BoolArray | None:
    """The pairs after a walk; None if a household would move twice."""
    chosen = flow.chosen.copy()
    moved: set[int] = set()
    for node, following in pairwise(nodes):
        change = node // members - following // members
        household = int(moves[change][1][node % members, following % members])
        if household >= 0:
            if household in moved:
                return None
            moved.add(household)
            chosen[household, node % members] = False
            chosen[household, following % members] = True
    return chosen
