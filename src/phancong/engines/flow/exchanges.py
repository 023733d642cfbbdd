"""The price of another pair: lexicographic shortest paths in the residual network.

A plan that is optimal for a first sum, then a second, … is a flow whose residual network has no cycle
that is negative in that order. The best flow *with* one more pair of a household is that flow after
one cycle of least cost, in the same order, through the arc of the pair: the household goes to the
other member, who passes one on in turn, until a place is free or the household's own old place is
filled (Ahuja, Magnanti and Orlin, *Network Flows*, 1993, sections 9.3 and 9.11). One search from the
household backwards gives the cycles for all members at once.

The residual network is contracted to the members, as in :mod:`phancong.engines.flow.duals`, with one
cost for each sum and, last, the number of households that move: of plans that are equally good the
nearest one is told.
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
    """Moves of one household, or of one place, from one node to another; all arrays (N,).

    Parameters
    ----------
    start, end
        Nodes: members, and the sink after them.
    costs
        What each move costs in each sum, (S, N).
    household, off, on
        Which household leaves which member for which; ``NONE`` where there is none.
    """

    start: IntArray
    end: IntArray
    costs: IntArray
    household: IntArray
    off: IntArray
    on: IntArray


class Exchanges:
    """A flow that is optimal for sums in their order, and what another pair would cost.

    Parameters
    ----------
    network
        The network whose flows are the plans that are compared.
    costs
        The sums, the most important first.
    chosen
        The pairs of the flow, those that are part of every solution included; H × M.
    """

    def __init__(self, network: Network, costs: Sequence[Costs], chosen: BoolArray) -> None:
        self._network = network
        self._chosen = chosen
        self._sink = network.free.shape[1]
        self._missing = network.need - (chosen & ~network.on).sum(axis=1)
        self._moves = self._best(self._all_moves(costs))
        width = self._sink + 1
        #: Backwards, from the end of a move to its start.
        self._ways = np.full((len(costs) + 1, width, width), NO_PATH, dtype=np.int64)
        self._ways[:, self._moves.end, self._moves.start] = self._moves.costs
        self._number = np.full((width, width), NONE)
        self._number[self._moves.start, self._moves.end] = np.arange(len(self._moves.start))
        self._costs = costs

    def with_each(self, row: int) -> dict[int, BoolArray] | None:
        """The best flow with each other member that the household can have.

        Parameters
        ----------
        row
            The household.

        Returns
        -------
        dict or None
            Member → pairs, H × M, for all members with whom there is such a flow; None if the flow
            is not optimal for the sums.
        """
        # A cycle that lies apart from the household would leave its prices looking right.
        anywhere = np.zeros(self._ways.shape[:2], dtype=np.int64)
        if not PathLabels.of(anywhere).correct(self._ways):
            return None
        reached, following = self._towards(row)
        members = np.flatnonzero(self._network.free[row] & ~self._chosen[row] & reached[:-1])
        return {int(m): self._moved(row, int(m), following) for m in members}

    # --- the residual network ---------------------------------------------------------------------

    def _all_moves(self, costs: Sequence[Costs]) -> _Moves:
        """Every single move that keeps the bounds."""
        network, sink = self._network, self._sink
        arcs = all_arcs(network.free)
        used = self._chosen[arcs.rows, arcs.columns]
        cost = np.array([arcs.cost(c.pairs) for c in costs]).reshape(len(costs), len(used))
        rows, columns = arcs.rows[~used], arcs.columns[~used]
        missing = [missing_marginals(network, c, self._missing, NO_PATH) for c in (*costs, Costs())]
        more = np.array([m for m, _ in missing])[:-1]
        less = np.array([m for _, m in missing])[:-1]
        # Whether it may be at all does not depend on the costs.
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
        """The best move from each node to each other one."""
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
        """From which nodes a path leads to the household's place, and the node that follows each.

        The places are the members that the household can leave, and the sink if it misses one;
        there ``following`` is ``NONE``.
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
        assert settled  # there is no negative cycle
        return paths.far[-1] < NO_PATH, paths.before

    def _moved(self, row: int, member: int, following: IntArray) -> BoolArray:
        """The flow after the household came to the member, and the moves that follow from it."""
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
