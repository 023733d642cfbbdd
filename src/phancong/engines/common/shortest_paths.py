"""Shortest paths and negative cycles, by correcting labels until none changes.

Costs may be below 0 (Bellman 1958, doi:10.1090/qam/102435). Networks are small and dense here: their
nodes are members, so a pass over all arcs is one operation on a matrix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.problem import BoolArray, IntArray

#: No path. Sums of a few of them stay within int64.
NO_PATH: Final = 2**61
#: In place of a node: none.
NONE: Final = -1
#: Up to so many nodes a contracted residual network is a matrix.
MATRIX: Final = 256
#: Passes over a network between two looks for negative cycles.
BETWEEN: Final = 4

#: Gives the cheapest way on from each node, from what it costs to go on from each.
Following = Callable[[IntArray], IntArray]


class ResidualNetwork:
    """A residual network, contracted to a few nodes, and the potentials that are its dual.

    Parameters
    ----------
    nodes
        How many nodes there are.
    """

    def __init__(self, nodes: int) -> None:
        self._nodes = nodes
        self._parts: list[tuple[IntArray, IntArray, IntArray]] = []

    def add(self, start: IntArray, end: IntArray, cost: IntArray) -> None:
        """Arcs between nodes, (N,) each; of several between two nodes the cheapest counts."""
        self._parts.append((start, end, cost))

    def potentials(self) -> IntArray:
        """The cheapest path from each node to any, 0 or less: to itself it costs nothing; (nodes,)."""
        start, end, cost = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        if self._nodes > MATRIX:
            return _potentials(_lists(start, end, cost, self._nodes), self._nodes)
        way = np.full((self._nodes, self._nodes), NO_PATH, dtype=np.int64)
        np.minimum.at(way, (start, end), cost)
        return potentials(way)


def potentials(way: IntArray) -> IntArray:
    """The cheapest path from each node to any, 0 or less: to itself it costs nothing; (N,).

    Parameters
    ----------
    way
        What an arc between two nodes costs, N × N.
    """
    return _potentials(lambda price: np.asarray((way + price[None, :]).min(axis=1)), len(way))


def _potentials(following: Following, nodes: int) -> IntArray:
    price = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes + 1):
        shorter = np.minimum(price, following(price))
        if np.array_equal(shorter, price):
            return price
        price = shorter
    raise AssertionError("the flow is not optimal: its residual network has a negative cycle")


def _lists(start: IntArray, end: IntArray, cost: IntArray, nodes: int) -> Following:
    """Arcs as a list for each node: of many nodes the fastest."""
    # By start, then end, the cheapest first: of those from one node to another only that one.
    order = np.lexsort((cost, start * nodes + end))
    start, end, cost = start[order], end[order], cost[order]
    first = np.ones(len(start), dtype=bool)
    first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    start, end, cost = start[first], end[first], cost[first]
    begin = np.flatnonzero(np.r_[True, start[1:] != start[:-1]][: len(start)])

    def following(price: IntArray) -> IntArray:
        found = np.full(nodes, NO_PATH, dtype=np.int64)
        if len(begin):
            found[start[begin]] = np.minimum.reduceat(cost + price[end], begin)
        return found

    return following


@dataclass(slots=True, eq=False)
class PathLabels:
    """The cheapest paths to each node that were found so far.

    Parameters
    ----------
    far
        What the path to each node costs, (N,), where there is none ``NO_PATH``, give or take what arcs
        cost; or in several sums, the most important first, (S, N), exactly ``NO_PATH`` then.
    before
        The node before each on its path, (N,), ``NONE`` where the path begins.
    """

    far: IntArray
    before: IntArray

    @classmethod
    def of(cls, far: IntArray) -> PathLabels:
        """PathLabels to begin with: what it costs to begin at each node."""
        return cls(far, np.full(far.shape[-1], NONE))

    def correct(self, way: IntArray, passes: int | None = None) -> bool:
        """Shorten paths by arcs until none is shorter; whether that was reached.

        It is not reached where there is a negative cycle.

        Parameters
        ----------
        way
            What an arc from a node to another costs, N × N, ``NO_PATH`` where there is none; or in
            several sums, S × N × N.
        passes
            Over all arcs, at the most; None for as many as paths can be long.
        """
        towards = np.ascontiguousarray(way.swapaxes(-1, -2))  # a row for each end: read in one go
        for _ in range(len(self.before) + 1 if passes is None else passes):
            via, through = _nearest(towards, self.far)
            shorter = _less(through, self.far)
            if not shorter.any():
                return True
            self.far = np.where(shorter, through, self.far)
            self.before = np.where(shorter, via, self.before)
        return False

    def path_to(self, node: int) -> list[int]:
        """The nodes on the path to a node, from where it begins."""
        path = [node]
        while self.before[path[-1]] != NONE:
            path.append(int(self.before[path[-1]]))
        return path[::-1]

    def cycles(self) -> list[tuple[int, ...]]:
        """Nodes that come before each other, each once, in the order of the arcs."""
        jump = np.r_[self.before, NONE]  # the last entry of the list stands for none
        for _ in range(len(jump).bit_length()):
            jump = jump[jump]
        inside = set(jump.tolist()) - {NONE}
        found = []
        while inside:
            cycle = [inside.pop()]
            while (node := int(self.before[cycle[-1]])) != cycle[0]:
                cycle.append(node)
            inside -= set(cycle)
            found.append(tuple(reversed(cycle)))
        return found


def negative_cycles(way: IntArray) -> list[tuple[int, ...]]:
    """Cycles of negative cost that share no node; none only if there is none.

    Parameters
    ----------
    way
        What an arc from a node to another costs, N × N.
    """
    labels = PathLabels.of(np.zeros(len(way), dtype=np.int64))
    # A label that still falls after as many passes as there are nodes does so from a cycle.
    while not labels.correct(way, BETWEEN):
        if found := labels.cycles():
            return found
    return []


def _nearest(towards: IntArray, far: IntArray) -> tuple[IntArray, IntArray]:
    """The node through which the path to each is the cheapest, and what it costs then.

    Parameters
    ----------
    towards
        What an arc to a node from another costs, N × N or S × N × N.
    far
        What the path to each node costs, (N,) or (S, N).
    """
    nodes = np.arange(far.shape[-1])
    through = towards + far[..., None, :]
    if far.ndim == 1:
        via = through.argmin(axis=1)
        return via, through[nodes, via]
    there = (towards[-1] < NO_PATH) & (far[-1] < NO_PATH)
    among = there
    for figure in through:
        masked = np.where(among, figure, np.iinfo(np.int64).max)
        among = among & (masked == masked.min(axis=1)[:, None])
    via = among.argmax(axis=1)
    return via, np.where(there.any(axis=1), through[:, nodes, via], NO_PATH)


def _less(one: IntArray, other: IntArray) -> BoolArray:
    """Whether numbers, (N,), are less than others; or rows of them, (S, N), in the order of the rows."""
    if one.ndim == 1:
        return np.asarray(one < other)
    less = np.zeros(one.shape[1], dtype=bool)
    equal = np.ones(one.shape[1], dtype=bool)
    for a, b in zip(one, other, strict=True):
        less |= equal & (a < b)
        equal &= a == b
    return less
