"""Cyclic transfers: a load is passed along a cycle of members, or along a path to a member with room.

A member passes on a load *d* by giving away a unit of weight *d*, or by exchanging two units whose
weights differ by *d*. If each member passes on as much as it receives, all loads stay the same. So a
transfer can cross a commune in which all members are at a limit; a neighbourhood of a few members
cannot. Transfers that reduce the cost are cycles of negative cost in a graph of the members and a node
that stands for spare load (Thompson and Psaraftis, *Operations Research* 41, 1993,
doi:10.1287/opre.41.5.935).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from phancong.engines.common.shortest_paths import negative_cycles
from phancong.engines.weighted.improve.cheaper_divisions import improve_by_divisions
from phancong.engines.weighted.improve.limit_usage import LimitUsage
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.moves import NO_MOVE, CheapestMoves, Shift, cheapest_moves
from phancong.engines.weighted.tuning import MOST_IDLE, MOST_LOADS
from phancong.problem import BoolArray, IntArray

#: The time of a search for negative cycles and of carrying them out, in looks at each arc of the graph.
SEARCH: Final = 48
#: The node that stands for spare load, in a path of members.
ROOM: Final = -1


def improve_by_transfers(
    instance: Instance,
    taken: BoolArray,
    cost: IntArray,
    charge: Callable[[float], bool],
    tried: set[bytes] | None = None,
) -> BoolArray:
    """The plan after all transfers that reduce its cost, or until *charge* stops them, U × M.

    Parameters
    ----------
    instance
        The limits.
    taken
        A plan within them, U × M.
    cost
        Cost of each pair, U × M.
    charge
        Called with the work of each pass; returns whether to stop.
    tried
        Divisions that were tried, for :func:`improve_by_divisions`; updated in place.
    """
    moves = cheapest_moves(instance, taken, cost)
    if moves is None:
        binding = instance.binding
        if not binding or binding[0].each is None:
            return taken
        return improve_by_divisions(
            instance, taken, cost, charge, set() if tried is None else tried
        )
    graph = _Graph(moves)
    usage = LimitUsage(instance, moves.taken)
    idle = 0
    while idle < MOST_IDLE:
        cycles = sorted(graph.cycles(), key=lambda cycle: cycle.cost)
        if charge(moves.charged()) or not (cycles or graph.cleared()):
            break
        touched: set[int] = set()
        for cycle in cycles:
            if touched & cycle.members:
                continue
            hops = graph.hops(cycle)
            # The cost is computed anew: a unit with several members may have moved in this pass.
            if graph.cost(hops) >= 0 or not usage.keeps(_steps(hops)):
                hops = [graph.bar(cycle, hops)]
                if graph.cost(hops) >= 0 or not usage.keeps(_steps(hops)):
                    continue
            usage.record(_steps(hops))
            graph.apply(hops)
            touched |= cycle.members
        idle = 0 if touched else idle + 1
    return moves.taken


def _steps(hops: Iterable[_Hop]) -> list[Shift]:
    """The shifts of all hops."""
    return [step for hop in hops for step in hop.steps]


@dataclass(frozen=True, slots=True)
class _Hop:
    """A load that goes from one member to another: one unit shifts, or two units change places."""

    origin: int
    target: int
    part: int
    steps: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class _Cycle:
    """A cycle of members: each passes a load on to the next, the last to the first."""

    cost: int
    number: int
    path: tuple[int, ...]

    @property
    def members(self) -> set[int]:
        """The members of the cycle, without the node of spare load."""
        return set(self.path) - {ROOM}

    @property
    def arcs(self) -> Iterator[tuple[int, int]]:
        """The arcs of the cycle, as pairs of members."""
        return zip(self.path, (*self.path[1:], self.path[0]), strict=True)


class _Graph:
    """The graph of transfers: for each load the cost of passing it on between any two members."""

    def __init__(self, moves: CheapestMoves) -> None:
        self.moves = moves
        weights = [0, *moves.weights]
        loads = sorted({a - b for a in weights for b in weights if a > b})[:MOST_LOADS]
        self.loads = loads
        #: For each load the pairs of weights that go forward and back, as indices of weights; -1: none.
        self.parts = [
            [
                (i - 1, j - 1)
                for i, there in enumerate(weights)
                for j, back in enumerate(weights)
                if there - back == load
            ]
            for load in loads
        ]
        #: For each load the arcs that are excluded since they broke a limit: part, from, to.
        self.barred: list[set[tuple[int, int, int]]] = [set() for _ in loads]
        self.fresh = True

    def _arcs(self, number: int) -> tuple[IntArray, IntArray]:
        """Cost of each arc, and its part (the pair of weights it uses); spare load is the last node."""
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
        """Cycles of negative cost; those of one load share no member."""
        for number, parts in enumerate(self.parts):
            cost, _ = self._arcs(number)
            self.moves.looks += (len(parts) + SEARCH) * cost.size
            room = len(cost) - 1
            for path in negative_cycles(cost):
                total = sum(int(cost[a, b]) for a, b in pairwise((*path, path[0])))
                yield _Cycle(total, number, tuple(ROOM if m == room else m for m in path))

    def hops(self, cycle: _Cycle) -> list[_Hop]:
        """The hops of a cycle."""
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
        """Carry out the hops."""
        self.moves.apply(_steps(hops))
        self.fresh = False

    def cost(self, hops: list[_Hop]) -> int:
        """Change of the cost by all hops."""
        cost = self.moves.cost
        return sum(int(cost[u, b] - cost[u, a]) for hop in hops for u, a, b in hop.steps)

    def bar(self, cycle: _Cycle, hops: list[_Hop]) -> _Hop:
        """Exclude one hop of a cycle that breaks a limit, and return it.

        It is a hop of two units if there is one: only such hops can conflict over the same unit.
        """
        hop = max(hops, key=lambda hop: len(hop.steps))
        self.barred[cycle.number].add((hop.part, hop.origin, hop.target))
        return hop

    def cleared(self) -> bool:
        """Allow all excluded hops again; False if the plan has not changed since this was last done."""
        if self.fresh or not any(self.barred):
            return False
        for barred in self.barred:
            barred.clear()
        self.fresh = True
        return True
