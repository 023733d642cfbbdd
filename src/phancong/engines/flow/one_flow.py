"""One minimum-cost flow over some pairs, and its dual."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from phancong.engines.common.network_flow import minimum_cost_flow
from phancong.engines.common.pace import Pace
from phancong.engines.flow.arcs import Arcs
from phancong.engines.flow.duals import household_prices, prices
from phancong.engines.flow.kinds import Kinds
from phancong.engines.flow.network import Costs, Flow, Network, penalty_of
from phancong.problem import IntArray

#: A mild penalty is this many times the largest cost of a unit.
MILD: Final = 4


def solve_over(
    network: Network,
    costs: Costs,
    arcs: Arcs,
    kinds: Kinds,
    pace: Pace,
    *,
    mild: bool = True,
    rough: bool = False,
) -> Flow:
    """The minimum-cost flow over some of the pairs, with its dual; each kind of members is one node.

    Bounds that are broken cost a penalty. The solver scales by the largest cost, so that a penalty above
    any path takes half of its time. A mild penalty is tried first: if an optimal flow breaks no bound
    under it, the flow is optimal among the feasible ones.

    Parameters
    ----------
    network, costs, arcs, kinds, pace
        The network, its costs, pairs and kinds of members, and the pace, which decides whether there is
        time.
    mild
        Whether a mild penalty is tried; this is useless if no flow keeps the bounds.
    rough
        Whether a flow of the mild penalty that breaks a bound may be returned. Its duals price other
        pairs, but do not prove that no flow over these pairs keeps the bounds.
    """
    pair_cost = arcs.cost(costs.pairs)
    penalty = penalty_of(network, costs)
    least = MILD * (replace(costs, pairs=pair_cost).largest + 1)
    if mild and least < penalty:
        amounts, missing = _amounts(network, costs, arcs, pair_cost, kinds, pace, least)
        counts = network.base + _counts(network, kinds, arcs, amounts)
        if network.within_bounds(missing, counts):
            return with_dual(network, costs, arcs, kinds, amounts, missing)
        if rough:
            return with_dual(network, costs, arcs, kinds, amounts, missing, penalty=least)
    amounts, missing = _amounts(network, costs, arcs, pair_cost, kinds, pace, penalty)
    return with_dual(network, costs, arcs, kinds, amounts, missing)


def _counts(network: Network, kinds: Kinds, arcs: Arcs, amounts: IntArray) -> IntArray:
    """Households of each member in a flow, (M,)."""
    columns = kinds.shared_out(arcs, amounts)[1]
    return np.bincount(columns, minlength=len(network.low))


def _amounts(
    network: Network,
    costs: Costs,
    arcs: Arcs,
    pair_cost: IntArray,
    kinds: Kinds,
    pace: Pace,
    penalty: int,
) -> tuple[IntArray, IntArray]:
    """The minimum-cost flow on each arc, (N,), and the missing members of each household, (H,)."""
    households = len(network.need)
    sink = households + len(kinds.first)
    kind = kinds.which[arcs.columns]
    nodes, room, cost = _member_arcs(network, costs, kinds.first, penalty)
    rows, places, missing_cost = _missing_arcs(network, costs, penalty)
    parts = (
        (arcs.rows, households + kind, kinds.size[kind], pair_cost),
        (households + nodes, np.full(len(nodes), sink), room * kinds.size[nodes], cost),
        (rows, np.full(len(rows), sink), places, missing_cost),
    )
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:households] = network.need
    supply[sink] = -int(network.need.sum())
    with pace.flow(len(arcs.rows)):
        found = minimum_cost_flow(parts, supply)
    assert found is not None  # bounds are soft, so that a flow always exists
    amounts, _, absent = found
    missing = np.bincount(rows, weights=absent, minlength=households)
    return amounts, missing.astype(np.int64)


def with_dual(
    network: Network,
    costs: Costs,
    arcs: Arcs,
    kinds: Kinds,
    amounts: IntArray,
    missing: IntArray,
    known: IntArray | None = None,
    unit: int = 1,
    penalty: int | None = None,
) -> Flow:
    """The flow with its dual and feasibility, from optimal *amounts* on *arcs*.

    *known* are prices of guided costs, in which one unit of *costs* weighs *unit*; None computes prices
    from the residual network. Broken bounds cost *penalty*, by default one above any path.
    """
    rows, columns = (
        np.concatenate(side)
        for side in zip(network.on_pairs, kinds.shared_out(arcs, amounts), strict=True)
    )
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    counts = np.bincount(columns, minlength=len(network.low))
    shape = network.free.shape[0], network.free.shape[1]
    feasible = network.within_bounds(missing, counts)
    if feasible and costs.all_zero:  # any feasible flow is optimal, with duals of 0
        price, household_price = np.zeros_like(network.low), np.zeros_like(network.need)
        return Flow(rows, columns, shape, missing, feasible, 0, price, household_price)
    if penalty is None:
        penalty = penalty_of(network, costs)
    if known is None:
        price = prices(network, costs, arcs, kinds, amounts, missing, counts, penalty)
    else:
        price = (known + unit // 2) // unit
    household_price = household_prices(network, costs, arcs, amounts > 0, missing, price, penalty)
    total = _total(network, costs, Arcs(rows, columns, complete=False), missing)
    return Flow(rows, columns, shape, missing, feasible, total, price, household_price)


def _member_arcs(
    network: Network, costs: Costs, members: IntArray, penalty: int
) -> tuple[IntArray, IntArray, IntArray]:
    """Arcs from *members* to the sink: node, capacity, cost; units below the minimum gain the penalty."""
    nodes = np.arange(len(members))
    low, high, base = network.low[members], network.high[members], network.base[members]
    below = np.maximum(low - base, 0)
    parts = [(nodes, below, np.full(len(nodes), -penalty))]
    start = np.maximum(low, base)
    room = np.maximum(high - start, 0)
    if costs.marginal is None:
        parts.append((nodes, room, np.zeros(len(nodes), dtype=np.int64)))
    else:
        rows, positions = _unit_positions(room, start - low)
        unit_cost = costs.marginal[members[rows], positions]
        # Consecutive units of the same cost are one arc.
        first = np.ones(len(rows), dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (unit_cost[1:] != unit_cost[:-1])
        length = np.diff(np.r_[np.flatnonzero(first), len(rows)])
        parts.append((rows[first], length, unit_cost[first]))
    columns, capacity, cost = (np.concatenate(part) for part in zip(*parts, strict=True))
    there = capacity > 0
    return columns[there], capacity[there], cost[there]


def _unit_positions(room: IntArray, start: IntArray) -> tuple[IntArray, IntArray]:
    """Row and column in ``Costs.marginal`` of the *room* units from *start* on, for all members."""
    rows = np.repeat(np.arange(len(room)), room)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(room) - room, room)
    return rows, within + start[rows]


def _missing_arcs(
    network: Network, costs: Costs, penalty: int
) -> tuple[IntArray, IntArray, IntArray]:
    """Arcs from households to the sink for missing members: row, capacity, cost."""
    rows = np.arange(len(network.need))
    each = np.zeros(len(rows), dtype=np.int64) if costs.missing is None else costs.missing
    least, most = network.least_missing, network.most_missing
    last = np.zeros(len(rows), dtype=np.int64) if costs.nobody is None else costs.nobody
    # Only the last missing member leaves a household without any. Its arc costs most and is used last.
    nobody = np.where((most == network.need) & (most > least), 1, 0)
    parts = (
        (rows, least, np.full(len(rows), -penalty)),
        (rows, most - least - nobody, each),
        (rows, nobody, each + last),
        (rows, network.need - most, np.full(len(rows), penalty)),
    )
    found, capacity, cost = (np.concatenate(part) for part in zip(*parts, strict=True))
    there = capacity > 0
    return found[there], capacity[there], cost[there]


def _total(network: Network, costs: Costs, pairs: Arcs, missing: IntArray) -> int:
    """The cost of pairs and of missing members, without unit costs of members."""
    total = 0
    if costs.pairs is not None:
        total = int(pairs.cost(costs.pairs).sum())
    if costs.missing is not None:
        total += int((costs.missing * missing).sum())
    if costs.nobody is not None:
        total += int(costs.nobody[(missing == network.need) & (missing > 0)].sum())
    return total
