"""The price of another pair: lexicographic shortest paths in the residual network.

If a flow is optimal for a first sum, then a second, and so on, its residual network has no
lexicographically negative cycle. The best flow that has a certain other pair of a household differs
from it by one cycle of lexicographically least cost through the arc of the pair. The household goes to
the other member, which passes on another household, and so on, until a place is free or the household's
own old place is filled (Ahuja, Magnanti and Orlin, *Network Flows*, 1993, sections 9.3 and 9.11). One
backward search from the household gives the cycles for all members at once.

The residual network is contracted to the members, as in :mod:`phancong.engines.flow.duals`. A move has
a cost for each sum and, last, the number of households that move. So among equally good plans the one
nearest to the present plan is returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from phancong.engines.common.shortest_paths import NO_PATH, NONE, PathLabels
from phancong.engines.flow.arcs import Arcs, all_arcs
from phancong.engines.flow.duals import marginals, missing_marginals, slots
from phancong.engines.flow.network import Costs, Network
from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Moves:
    """Moves of one household, or of one place, between nodes; arrays are (N,) unless stated.

    Parameters
    ----------
    start, end
        Nodes: the members, then the sink.
    costs
        Cost of each move in each sum, (S, N).
    household, off, on
        The household that moves, the member it leaves, and the member it goes to; ``NONE`` for none.
    """

    start: IntArray
    end: IntArray
    costs: IntArray
    household: IntArray
    off: IntArray
    on: IntArray


class Exchanges:
    """The best flows with another pair, from a flow that is optimal for sums in lexicographic order.

    Parameters
    ----------
    network
        The network of the plans.
    costs
        The sums, the most important first.
    chosen
        The pairs of the flow, pairs *on* included, H × M.
    """

    def __init__(self, network: Network, costs: Sequence[Costs], chosen: BoolArray) -> None:
        self._network = network
        self._chosen = chosen
        self._sink = network.free.shape[1]
        self._missing = network.need - (chosen & ~network.on).sum(axis=1)
        self._moves = self._best(self._all_moves(costs))
        width = self._sink + 1
        #: Costs of moves from their end to their start, since paths are searched backwards.
        self._ways = np.full((len(costs) + 1, width, width), NO_PATH, dtype=np.int64)
        self._ways[:, self._moves.end, self._moves.start] = self._moves.costs
        self._number = np.full((width, width), NONE)
        self._number[self._moves.start, self._moves.end] = np.arange(len(self._moves.start))
        self._costs = costs

    def with_each(self, row: int) -> dict[int, BoolArray] | None:
        """The best flow for each other member that the household can have.

        Parameters
        ----------
        row
            The household.

        Returns
        -------
        dict or None
            Member → pairs, H × M, for all members with such a flow; None if the flow is not optimal for
            the sums.
        """
        # Search the whole network for a negative cycle: the search below sees only cycles near the row.
        anywhere = np.zeros(self._ways.shape[:2], dtype=np.int64)
        if not PathLabels.of(anywhere).correct(self._ways):
            return None
        reached, following = self._towards(row)
        members = np.flatnonzero(self._network.free[row] & ~self._chosen[row] & reached[:-1])
        return {int(m): self._moved(row, int(m), following) for m in members}

    # --- the residual network ---------------------------------------------------------------------

    def _all_moves(self, costs: Sequence[Costs]) -> _Moves:
        """All moves that keep the bounds."""
        network, sink = self._network, self._sink
        arcs = all_arcs(network.free)
        used = self._chosen[arcs.rows, arcs.columns]
        cost = np.array([arcs.cost(c.pairs) for c in costs]).reshape(len(costs), len(used))
        rows, columns = arcs.rows[~used], arcs.columns[~used]
        missing = [missing_marginals(network, c, self._missing, NO_PATH) for c in (*costs, Costs())]
        more = np.array([m for m, _ in missing])[:-1]
        less = np.array([m for _, m in missing])[:-1]
        # Bounds decide whether a move is possible; the empty costs at the end tell this.
        may_more, may_less = missing[-1][0] < NO_PATH, missing[-1][1] > -NO_PATH
        parts: list[tuple[IntArray, IntArray, IntArray, IntArray, IntArray, IntArray]] = []

        def add(start: IntArray, end: IntArray, costs: IntArray, who: IntArray) -> None:
            moves = np.where(who == NONE, 0, 1)[None, :]
            off, on = (
                np.where((who == NONE) | (side == sink), NONE, side) for side in (start, end)
            )
            parts.append((start, end, np.concatenate([costs, moves]), who, off, on))

        homes = np.arange(len(network.need))
        for column, number in slots(network, arcs, used):
            there = column[rows] >= 0  # from a member to another one
            at, before = column[rows[there]], cost[:, number[rows[there]]]
            add(at, columns[there], cost[:, ~used][:, there] - before, rows[there])
            out = homes[(column >= 0) & may_more]  # from a member to nobody
            end = np.full(len(out), sink)
            add(column[out], end, more[:, out] - cost[:, number[out]], out)
        back = may_less[rows]  # from nobody to a member
        who = rows[back]
        add(np.full(len(who), sink), columns[back], cost[:, ~used][:, back] - less[:, who], who)
        counts = self._chosen.sum(axis=0)
        places = [marginals(network, c, counts, NO_PATH) for c in (*costs, Costs())]
        one_more, one_less = (np.array(each) for each in zip(*places, strict=True))
        at = np.flatnonzero(one_more[-1] < NO_PATH)
        nobody, end = np.full(len(at), NONE), np.full(len(at), sink)
        add(at, end, one_more[:-1, at], nobody)
        at = np.flatnonzero(one_less[-1] > -NO_PATH)
        nobody, end = np.full(len(at), NONE), np.full(len(at), sink)
        add(end, at, -one_less[:-1, at], nobody)
        start, end, summed, who, off, on = (
            np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)
        )
        return _Moves(start, end, summed, who, off, on)

    def _best(self, moves: _Moves) -> _Moves:
        """The best move between each two nodes."""
        groups = moves.start * (self._sink + 1) + moves.end
        order = np.lexsort((*moves.costs[::-1], groups))
        ordered = groups[order]
        first = order[np.r_[True, ordered[1:] != ordered[:-1]]] if len(order) else order
        return _Moves(
            moves.start[first],
            moves.end[first],
            moves.costs[:, first],
            moves.household[first],
            moves.off[first],
            moves.on[first],
        )

    # --- paths ------------------------------------------------------------------------------------

    def _towards(self, row: int) -> tuple[BoolArray, IntArray]:
        """Whether a path leads from each node to a place of the household, and the next node on it.

        The places are the members that the household can leave, and the sink if it has a missing member;
        the next node of a place is ``NONE``.
        """
        way = np.full(self._ways.shape[:2], NO_PATH, dtype=np.int64)
        here = np.flatnonzero(self._chosen[row] & self._network.free[row])
        for number, costs in enumerate(self._costs):
            pairs = Arcs(np.full(len(here), row), here, complete=False)
            way[number, here] = -pairs.cost(costs.pairs)
        way[-1, here] = 0
        less = [
            missing_marginals(self._network, c, self._missing, NO_PATH)[1][row] for c in self._costs
        ]
        if self._missing[row] > self._network.least_missing[row]:
            way[:-1, -1] = [-int(saved) for saved in less]
            way[-1, -1] = 0
        paths = PathLabels.of(way)
        settled = paths.correct(self._ways)
        assert settled  # with_each has excluded negative cycles
        return paths.far[-1] < NO_PATH, paths.before

    def _moved(self, row: int, member: int, following: IntArray) -> BoolArray:
        """The flow after the household has moved to the member, with the moves of the path."""
        chosen = self._chosen.copy()
        node = member
        taken = [(row, member)]
        while following[node] != NONE:
            number = self._number[node, following[node]]
            household = int(self._moves.household[number])
            if household != NONE:
                off, on = int(self._moves.off[number]), int(self._moves.on[number])
                if off != NONE:
                    chosen[household, off] = False
                if on != NONE:
                    taken.append((household, on))
            node = int(following[node])
        if node != self._sink:
            chosen[row, node] = False
        for pair in taken:
            chosen[pair] = True
        return chosen
