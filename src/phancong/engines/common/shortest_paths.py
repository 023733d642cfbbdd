"""Shortest paths and negative cycles by label correcting.

Costs may be negative (Bellman 1958, doi:10.1090/qam/102435). The networks are small and dense, with
members as nodes, so a pass over all arcs is one operation on a matrix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.problem import BoolArray, IntArray

#: The length where there is no path. A sum of a few of them fits into int64.
NO_PATH: Final = 2**61
#: The number that stands for no node.
NONE: Final = -1
#: A contracted residual network of up to so many nodes is kept as a matrix.
MATRIX: Final = 256
#: Passes over a network between two searches for negative cycles.
BETWEEN: Final = 4

#: Computes for each node the least cost of an arc plus the price of its end.
Following = Callable[[IntArray], IntArray]


class ResidualNetwork:
    """A residual network, contracted to a few nodes, and its potentials (dual prices).

    Parameters
    ----------
    nodes
        The number of nodes.
    """

    def __init__(self, nodes: int) -> None:
        self._nodes = nodes
        self._parts: list[tuple[IntArray, IntArray, IntArray]] = []

    def add(self, start: IntArray, end: IntArray, cost: IntArray) -> None:
        """Add arcs, (N,) each; of parallel arcs the cheapest counts."""
        self._parts.append((start, end, cost))

    def potentials(self) -> IntArray:
        """The cost of the shortest path from each node to any node, at most 0; (nodes,)."""
        return _potentials(self._following(), self._nodes)

    def potentials_within(self, passes: int) -> IntArray | None:
        """The potentials if so many passes over the arcs find them, else None.

        None if there is a negative cycle.
        """
        return _settled(self._following(), self._nodes, passes)

    def _following(self) -> Following:
        start, end, cost = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        if self._nodes > MATRIX:
            return _lists(start, end, cost, self._nodes)
        way = np.full((self._nodes, self._nodes), NO_PATH, dtype=np.int64)
        np.minimum.at(way, (start, end), cost)
        return _matrix(way)


def potentials(way: IntArray) -> IntArray:
    """The cost of the shortest path from each node to any node, at most 0; (N,).

    Parameters
    ----------
    way
        The cost of the arc between two nodes, N × N.
    """
    return _potentials(_matrix(way), len(way))


def _matrix(way: IntArray) -> Following:
    """The function for arcs kept as a matrix."""
    return lambda price: np.asarray((way + price[None, :]).min(axis=1))


def _potentials(following: Following, nodes: int) -> IntArray:
    price = _settled(following, nodes, nodes + 1)
    if price is None:
        raise AssertionError("the flow is not optimal: its residual network has a negative cycle")
    return price


def _settled(following: Following, nodes: int, passes: int) -> IntArray | None:
    """The potentials if so many passes find them, else None."""
    price = np.zeros(nodes, dtype=np.int64)
    for _ in range(passes):
        shorter = np.minimum(price, following(price))
        if np.array_equal(shorter, price):
            return price
        price = shorter
    return None


def _lists(start: IntArray, end: IntArray, cost: IntArray, nodes: int) -> Following:
    """The function for arcs kept as adjacency lists, the fastest form with many nodes."""
    # Of parallel arcs keep the cheapest.
    key = start * nodes + end
    order = np.argsort(key)
    key, cost = key[order], cost[order]
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]][: len(key)])
    start, end = np.divmod(key[first], nodes)
    cost = np.minimum.reduceat(cost, first) if len(first) else cost
    begin = np.flatnonzero(np.r_[True, start[1:] != start[:-1]][: len(start)])

    def following(price: IntArray) -> IntArray:
        found = np.full(nodes, NO_PATH, dtype=np.int64)
        if len(begin):
            found[start[begin]] = np.minimum.reduceat(cost + price[end], begin)
        return found

    return following


@dataclass(slots=True, eq=False)
class PathLabels:
    """The shortest paths found so far, one to each node.

    Parameters
    ----------
    far
        The length of the path to each node, (N,); about ``NO_PATH`` where there is none. Or several
        lengths in lexicographic order, (S, N); exactly ``NO_PATH`` where there is none.
    before
        The predecessor of each node on its path, (N,), ``NONE`` where the path begins.
    """

    far: IntArray
    before: IntArray

    @classmethod
    def of(cls, far: IntArray) -> PathLabels:
        """Initial labels: the cost of beginning a path at each node."""
        return cls(far, np.full(far.shape[-1], NONE))

    def correct(self, way: IntArray, passes: int | None = None) -> bool:
        """Correct labels until none changes; whether they are final.

        They never are where there is a negative cycle.

        Parameters
        ----------
        way
            The cost of each arc, N × N, ``NO_PATH`` where there is none; or several costs, S × N × N.
        passes
            The most passes over all arcs; None for as many as a path can have arcs.
        """
        towards = np.ascontiguousarray(way.swapaxes(-1, -2))  # a contiguous row for each end
        for _ in range(len(self.before) + 1 if passes is None else passes):
            via, through = _nearest(towards, self.far)
            shorter = _less(through, self.far)
            if not shorter.any():
                return True
            self.far = np.where(shorter, through, self.far)
            self.before = np.where(shorter, via, self.before)
        return False

    def path_to(self, node: int) -> list[int]:
        """The nodes on the path to a node, from its beginning."""
        path = [node]
        while self.before[path[-1]] != NONE:
            path.append(int(self.before[path[-1]]))
        return path[::-1]

    def cycles(self) -> list[tuple[int, ...]]:
        """The cycles of predecessors, each with its nodes in the direction of the arcs."""
        jump = np.r_[self.before, NONE]  # index -1 is the entry of NONE
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
    """Disjoint cycles of negative cost; empty only if there is no negative cycle.

    Parameters
    ----------
    way
        The cost of each arc, N × N.
    """
    labels = PathLabels.of(np.zeros(len(way), dtype=np.int64))
    # Labels that fall without end have a cycle of predecessors.
    while not labels.correct(way, BETWEEN):
        if found := labels.cycles():
            return found
    return []


def _nearest(towards: IntArray, far: IntArray) -> tuple[IntArray, IntArray]:
    """The best predecessor of each node, (N,), and the length of the path through it, (N,) or (S, N).

    Parameters
    ----------
    towards
        The cost of each arc, its end first, N × N or S × N × N.
    far
        The length of the path to each node, (N,) or (S, N).
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
    """Whether lengths, (N,), are less than others; several lengths, (S, N), lexicographically."""
    if one.ndim == 1:
        return np.asarray(one < other)
    less = np.zeros(one.shape[1], dtype=bool)
    equal = np.ones(one.shape[1], dtype=bool)
    for a, b in zip(one, other, strict=True):
        less |= equal & (a < b)
        equal &= a == b
    return less
