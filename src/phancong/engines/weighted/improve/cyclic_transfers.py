"""Cyclic transfers: load that is handed on, round a ring or to a member with room, where that costs less.

A member hands a load *d* on by giving away a household of this weight, or by exchanging two whose
weights differ by it. Where each on the way hands on what it was handed, all loads between stay as they
are, so that a transfer can cross a whole commune in which everybody is at a limit: pieces of a few
members never see that. Transfers that pay are cycles of negative cost in a graph of members, with one
more node that stands for room (Thompson and Psaraftis, *Operations Research* 41, 1993,
doi:10.1287/opre.41.5.935).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from phancong.engines.common.shortest_paths import negative_cycles
from phancong.engines.weighted.improve.limit_usage import LimitUsage
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.moves import NO_MOVE, CheapestMoves, Shift, cheapest_moves
from phancong.engines.weighted.tuning import MOST_LOADS
from phancong.problem import BoolArray, IntArray

#: A member who stands for room.
ROOM: Final = -1


def improve_by_transfers(
    instance: Instance, taken: BoolArray, cost: IntArray, charge: Callable[[float], bool]
) -> BoolArray:
    """A plan that no transfer makes cheaper, or what was reached, U × M.

    Parameters
    ----------
    instance
        The limits.
    taken
        A plan within them.
    cost
        What each pair costs, U × M.
    charge
        Told the work of each pass; answers whether to stop.
    """
    moves = cheapest_moves(instance, taken, cost)
    if moves is None:
        return taken
    graph = _Graph(moves)
    usage = LimitUsage(instance, moves.taken)
    while not charge(moves.work * len(graph.loads)):
        cycles = sorted(graph.cycles(), key=lambda cycle: cycle.cost)
        if not cycles and not graph.cleared():
            break
        touched: set[int] = set()
        for cycle in cycles:
            if touched & cycle.members:
                continue
            hops = graph.hops(cycle)
            # What it costs is asked again: a household of several members may have gone meanwhile.
            if graph.cost(hops) >= 0 or not usage.keeps(_steps(hops)):
                hops = [graph.bar(cycle, hops)]
                if graph.cost(hops) >= 0 or not usage.keeps(_steps(hops)):
                    continue
            usage.record(_steps(hops))
            graph.apply(hops)
            touched |= cycle.members
    return moves.taken


def _steps(hops: Iterable[_Hop]) -> list[Shift]:
    """The units that all hops move."""
    return [step for hop in hops for step in hop.steps]


@dataclass(frozen=True, slots=True)
class _Hop:
    """How a load goes from one member to another: one household, or two that change places."""

    origin: int
    target: int
    part: int
    steps: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class _Cycle:
    """Members that hand on a load, each to the next, the last to the first."""

    cost: int
    number: int
    path: tuple[int, ...]

    @property
    def members(self) -> set[int]:
        """Those on the way."""
        return set(self.path) - {ROOM}

    @property
    def arcs(self) -> Iterator[tuple[int, int]]:
        """Who hands on to whom."""
        return zip(self.path, (*self.path[1:], self.path[0]), strict=True)


class _Graph:
    """Cost of handing on a load between any two members."""

    def __init__(self, moves: CheapestMoves) -> None:
        self.moves = moves
        weights = [0, *moves.weights]
        loads = sorted({a - b for a in weights for b in weights if a > b})[:MOST_LOADS]
        self.loads = loads
        #: For each load the weights that go there and back, as places in the list of weights, -1: none.
        self.parts = [
            [
                (i - 1, j - 1)
                for i, there in enumerate(weights)
                for j, back in enumerate(weights)
                if there - back == load
            ]
            for load in loads
        ]
        #: For each load the ways to hand it on that did not fit: part, from, to.
        self.barred: list[set[tuple[int, int, int]]] = [set() for _ in loads]
        self.fresh = True

    def _arcs(self, number: int) -> tuple[IntArray, IntArray]:
        """Cost of each arc, and the part that it is made of; room is the last node."""
        move_cost = self.moves.move_cost
        members = len(self.moves.load)
        cost = np.full((members + 1, members + 1), NO_MOVE, dtype=np.int64)
        part = np.zeros((members, members), dtype=np.int64)
        inner = cost[:members, :members]
        for k, (there, back) in enumerate(self.parts[number]):
            price = move_cost[there].copy() if back < 0 else move_cost[there] + move_cost[back].T
            for of, a, b in self.barred[number]:
                if of == k:
                    price[a, b] = NO_MOVE
            better = price < inner
            inner[better] = price[better]
            part[better] = k
        np.fill_diagonal(inner, NO_MOVE)
        resource, load = self.moves.resource, self.moves.load
        amount = self.loads[number]
        cost[:members, members][load + amount <= resource.high] = 0
        cost[members, :members][load - amount >= resource.low] = 0
        return cost, part

    def cycles(self) -> Iterator[_Cycle]:
        """Cycles of negative cost, of each load some that share no member."""
        for number in range(len(self.loads)):
            cost, _ = self._arcs(number)
            room = len(cost) - 1
            for path in negative_cycles(cost):
                total = sum(int(cost[a, b]) for a, b in pairwise((*path, path[0])))
                yield _Cycle(total, number, tuple(ROOM if m == room else m for m in path))

    def hops(self, cycle: _Cycle) -> list[_Hop]:
        """The units that go, in a cycle."""
        _, part = self._arcs(cycle.number)
        unit = self.moves.unit
        hops: list[_Hop] = []
        for a, b in cycle.arcs:
            if a == ROOM or b == ROOM:
                continue
            k = int(part[a, b])
            there, back = self.parts[cycle.number][k]
            go = (int(unit[there, a, b]), a, b)
            come = () if back < 0 else ((int(unit[back, b, a]), b, a),)
            hops.append(_Hop(a, b, k, (go, *come)))
        return hops

    def apply(self, hops: list[_Hop]) -> None:
        """Hand the load on."""
        self.moves.apply(_steps(hops))
        self.fresh = False

    def cost(self, hops: list[_Hop]) -> int:
        """Rise of the cost by all hops."""
        cost = self.moves.cost
        return sum(int(cost[u, b] - cost[u, a]) for hop in hops for u, a, b in hop.steps)

    def bar(self, cycle: _Cycle, hops: list[_Hop]) -> _Hop:
        """The hop of a cycle whose parts do not fit together that is looked at no more.

        One of two households, as a rule: those of one never want the same household.
        """
        hop = max(hops, key=lambda hop: len(hop.steps))
        self.barred[cycle.number].add((hop.part, hop.origin, hop.target))
        return hop

    def cleared(self) -> bool:
        """Look at all hops again; False if nothing has changed since this was done."""
        if self.fresh or not any(self.barred):
            return False
        for barred in self.barred:
            barred.clear()
        self.fresh = True
        return True
