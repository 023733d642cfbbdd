"""Minimum-cost flows by OR-Tools' cost-scaling solver, over all pairs or priced from a few."""

from __future__ import annotations

from typing import Final

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from phancong.engines.common.ended import ended
from phancong.engines.common.pace import Pace
from phancong.engines.flow.arcs import (
    CROWD,
    FEW,
    FEW_AT_FIRST,
    SAMPLE,
    Arcs,
    all_arcs,
    promising_arcs,
    sample_rows,
)
from phancong.engines.flow.duals import household_prices, prices
from phancong.engines.flow.faces import reduced_cost
from phancong.engines.flow.kinds import Kinds, each_by_itself, kinds_of
from phancong.engines.flow.network import Costs, Flow, Network, guided_costs, penalty_of
from phancong.problem import BoolArray, IntArray

#: As much time as it takes.
UNHURRIED: Final = Pace()


def minimum_cost(
    network: Network, costs: Costs, guide: IntArray | None = None, pace: Pace = UNHURRIED
) -> Flow:
    """A flow of minimum cost through the network.

    Where there are many pairs, a flow over few promising ones is solved first; its potentials price
    all the others, and those that could improve it come in, until there is none: the answer is
    optimal over all pairs.

    Parameters
    ----------
    network, costs
        The network and what its arcs cost.
    guide
        Integer costs, H × M, that say which pairs are promising where *costs* does not.
    pace
        Whether there is time.

    Raises
    ------
    OutOfTimeError
        There is no time for it.
    """
    few = np.count_nonzero(network.free) <= _few(network, costs, guide)
    guided = None if few or guide is None else guided_costs(network, costs, guide)
    # Of few households a sample says nothing. Where no pair is dearer than another there is nothing
    # to price: round after round some come in, and none for good (11 s instead of 0.2 s for 300
    # households that need five of 650 members each).
    alike = costs.pairs is None and guided is None
    if few or alike or len(network.need) < 2 * SAMPLE:
        kinds = kinds_of(network, costs)
        return _solve(network, costs, kinds.arcs(network.free), kinds, pace)
    flow = _priced(network, costs if guided is None else guided, pace)
    if guided is None:
        return flow
    # The flow is optimal for the costs alone, too; its dual has to be theirs.
    arcs = all_arcs(network.free)
    used = flow.chosen[arcs.rows, arcs.columns].astype(np.int64)
    return _with_dual(
        network, costs, arcs, each_by_itself(network.free.shape[1]), used, flow.missing
    )


def _few(network: Network, costs: Costs, guide: IntArray | None) -> int:
    """Up to how many pairs are taken all at once."""
    households, members = network.free.shape
    first = bool(network.free.all()) and (guide is None or costs.pairs is guide)
    return min(FEW, FEW_AT_FIRST) if first and households >= CROWD * members else FEW


def _priced(network: Network, costs: Costs, pace: Pace) -> Flow:
    """A minimum-cost flow over few pairs, those added that the dual shows to be missed."""
    merit = costs.pairs
    assert merit is not None
    sample = minimum_cost(*_sample(network, costs, merit), pace=pace)
    arcs = promising_arcs(network.free, merit + sample.price[None, :])
    return over_arcs(network, costs, arcs, pace)[0]


def over_arcs(
    network: Network, costs: Costs, arcs: Arcs, pace: Pace = UNHURRIED
) -> tuple[Flow, Arcs]:
    """A minimum-cost flow, optimal over all pairs, from one over some; and the pairs that it took."""
    kinds = each_by_itself(network.free.shape[1])
    while True:
        flow = _solve(network, costs, arcs, kinds, pace)
        if arcs.complete:
            return flow, arcs
        reduced = reduced_cost(network, costs, flow)
        better = arcs.improving(np.where(network.free, reduced, 0))
        if better is None:
            return flow, arcs
        arcs = arcs.with_pairs(better)


def _sample(network: Network, costs: Costs, merit: IntArray) -> tuple[Network, Costs]:
    """The network over a sample of the households, the members' bounds in proportion."""
    rows = sample_rows(len(network.need))
    base = network.base
    low = np.maximum(network.low - base, 0) // SAMPLE
    small = Network(
        free=network.free[rows],
        on=np.zeros((len(rows), len(base)), dtype=bool),
        need=network.need[rows],
        least_missing=network.least_missing[rows],
        most_missing=network.most_missing[rows],
        low=low,
        high=np.maximum(-(-(network.high - base) // SAMPLE), low),
    )
    units = None
    if costs.units is not None and costs.units.shape[1]:
        room = np.arange(max(int((small.high - low).max(initial=0)), 1))
        units = costs.units[:, np.minimum(room * SAMPLE, costs.units.shape[1] - 1)]
    return small, Costs(
        pairs=merit[rows],
        units=units,
        missing=None if costs.missing is None else costs.missing[rows],
        nobody=None if costs.nobody is None else costs.nobody[rows],
    )


def _solve(network: Network, costs: Costs, arcs: Arcs, kinds: Kinds, pace: Pace) -> Flow:
    """The minimum-cost flow over some of the pairs, with its dual; one node for a kind of members."""
    penalty = penalty_of(network, costs)
    households = len(network.need)
    sink = households + len(kinds.first)
    kind = kinds.which[arcs.columns]
    solver = SimpleMinCostFlow()
    pair_cost = arcs.cost(costs.pairs)
    pair_arcs = solver.add_arcs_with_capacity_and_unit_cost(
        arcs.rows.astype(np.int32),
        (households + kind).astype(np.int32),
        kinds.size[kind],
        pair_cost,
    )
    nodes, capacity, cost = _member_arcs(network, costs, kinds.first, penalty)
    solver.add_arcs_with_capacity_and_unit_cost(
        (households + nodes).astype(np.int32),
        np.full(len(nodes), sink, dtype=np.int32),
        capacity * kinds.size[nodes],
        cost,
    )
    rows, capacity, cost = _missing_arcs(network, costs, penalty)
    missing_arcs = solver.add_arcs_with_capacity_and_unit_cost(
        rows.astype(np.int32), np.full(len(rows), sink, dtype=np.int32), capacity, cost
    )
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:households] = network.need
    supply[sink] = -int(network.need.sum())
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    with pace.flow(len(arcs.rows)):
        ended(solver.solve(), SimpleMinCostFlow.OPTIMAL)  # a flow always exists, and the costs fit
    amounts = np.asarray(solver.flows(pair_arcs), dtype=np.int64)
    missing = np.bincount(rows, weights=solver.flows(missing_arcs), minlength=households)
    missing = missing.astype(np.int64)
    return _with_dual(network, costs, arcs, kinds, amounts, missing)


def _with_dual(
    network: Network, costs: Costs, arcs: Arcs, kinds: Kinds, amounts: IntArray, missing: IntArray
) -> Flow:
    """An optimal flow of *amounts* over *arcs*, with its dual and what it keeps."""
    chosen = network.on.copy()
    chosen[kinds.shared_out(arcs, amounts)] = True
    counts = chosen.sum(axis=0)
    feasible = bool(
        (missing <= network.most_missing).all()
        and (missing >= network.least_missing).all()
        and (counts >= network.low).all()
        and (network.low <= network.high).all()
        and (network.base <= network.high).all()
    )
    if feasible and costs.free:  # any flow is best, and prices of 0 say so
        price, household_price = np.zeros_like(network.low), np.zeros_like(network.need)
        return Flow(chosen, missing, feasible, 0, price, household_price)
    penalty = penalty_of(network, costs)
    price = prices(network, costs, arcs, kinds, amounts, missing, counts, penalty)
    household_price = household_prices(network, costs, arcs, amounts > 0, missing, price, penalty)
    total = _total(network, costs, chosen, missing)
    return Flow(chosen, missing, feasible, total, price, household_price)


def _member_arcs(
    network: Network, costs: Costs, members: IntArray, penalty: int
) -> tuple[IntArray, IntArray, IntArray]:
    """*members* to sink: what is below the minimum earns, then units of rising cost."""
    nodes = np.arange(len(members))
    low, high, base = network.low[members], network.high[members], network.base[members]
    below = np.maximum(low - base, 0)
    parts = [(nodes, below, np.full(len(nodes), -penalty))]
    start = np.maximum(low, base)
    room = np.maximum(high - start, 0)
    if costs.units is None:
        parts.append((nodes, room, np.zeros(len(nodes), dtype=np.int64)))
    else:
        rows, positions = _unit_positions(room, start - low)
        unit_cost = costs.units[members[rows], positions]
        # Units of the same cost side by side are one arc.
        first = np.ones(len(rows), dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (unit_cost[1:] != unit_cost[:-1])
        length = np.diff(np.r_[np.flatnonzero(first), len(rows)])
        parts.append((rows[first], length, unit_cost[first]))
    columns, capacity, cost = (np.concatenate(part) for part in zip(*parts, strict=True))
    there = capacity > 0
    return columns[there], capacity[there], cost[there]


def _unit_positions(room: IntArray, start: IntArray) -> tuple[IntArray, IntArray]:
    """Row and column in ``Costs.units`` of every unit from *start* on, as many as there is room."""
    rows = np.repeat(np.arange(len(room)), room)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(room) - room, room)
    return rows, within + start[rows]


def _missing_arcs(
    network: Network, costs: Costs, penalty: int
) -> tuple[IntArray, IntArray, IntArray]:
    """Households to sink: missing members at their cost, those beyond the bound at the penalty."""
    rows = np.arange(len(network.need))
    each = np.zeros(len(rows), dtype=np.int64) if costs.missing is None else costs.missing
    least, most = network.least_missing, network.most_missing
    last = np.zeros(len(rows), dtype=np.int64) if costs.nobody is None else costs.nobody
    # Only the last member missing leaves nobody; it is the last to go, as it costs the most.
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


def _total(network: Network, costs: Costs, chosen: BoolArray, missing: IntArray) -> int:
    """The costs of pairs and of missing members; counts are left to whoever set their cost."""
    total = 0 if costs.pairs is None else int(costs.pairs[chosen].sum())
    if costs.missing is not None:
        total += int((costs.missing * missing).sum())
    if costs.nobody is not None:
        total += int(costs.nobody[(missing == network.need) & (missing > 0)].sum())
    return total
