"""The optimal face: all flows of minimum cost, as a network with fewer free arcs."""

from __future__ import annotations

import numpy as np

from phancong.engines.flow.arcs import Arcs
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.pair_costs import PairCosts
from phancong.problem import BoolArray, IntArray


def reduced_cost(network: Network, costs: Costs, flow: Flow) -> IntArray:
    """Reduced cost of each pair under the dual of *flow*, H × M.

    It is 0 or more for a pair that is not chosen, and 0 or less for a chosen pair.
    """
    assert not isinstance(costs.pairs, PairCosts)  # these are never computed for all pairs
    reduced = np.broadcast_to(flow.price[None, :], network.free.shape)
    reduced = reduced - flow.household_price[:, None]
    if costs.pairs is not None:
        reduced += costs.pairs
    return reduced


def _level(network: Network, costs: Costs, flow: Flow) -> BoolArray:
    """Free pairs whose reduced cost is 0, H × M, as an array of its own."""
    if isinstance(costs.pairs, PairCosts):
        return costs.pairs.level(network.free, flow.price, flow.household_price)
    if costs.pairs is None:
        # Compare the prices: a matrix of reduced costs would be eight times as large.
        level = flow.price[None, :] == flow.household_price[:, None]
    else:
        level = reduced_cost(network, costs, flow) == 0
    level &= network.free
    return np.asarray(level)


def _must(network: Network, costs: Costs, flow: Flow) -> tuple[IntArray, IntArray]:
    """Free pairs of negative reduced cost, rows and columns; an optimal flow has all of them."""
    rows, columns = flow.rows, flow.columns
    free = network.free[rows, columns]
    rows, columns = rows[free], columns[free]
    cost = Arcs(rows, columns, complete=False).cost(costs.pairs)
    below = cost + flow.price[columns] < flow.household_price[rows]
    return rows[below], columns[below]


def optimal_face(network: Network, costs: Costs, flow: Flow) -> Network:
    """The network whose flows are exactly the minimum-cost flows of this one.

    Complementary slackness with the dual of *flow*: an arc of positive reduced cost has no flow, an arc
    of negative reduced cost is full, and an arc of reduced cost 0 stays free.
    """
    must, free = _must(network, costs, flow), _level(network, costs, flow)
    on = network.on
    if len(must[0]):
        on = on.copy()
        on[must] = True
    need = network.need - np.bincount(must[0], minlength=len(network.need))
    free[need <= 0] = False

    low, high = network.low.copy(), network.high.copy()
    if costs.marginal is None:
        high, low = np.where(flow.price < 0, low, high), np.where(flow.price > 0, high, low)
    else:
        for member, price in enumerate(flow.price.tolist()):
            marginal = costs.marginal[member, : max(int(high[member] - low[member]), 0)]
            high[member] = low[member] + np.searchsorted(marginal, price, side="right")
            low[member] += np.searchsorted(marginal, price, side="left")
    # Pairs *on* use units in every flow, also units of positive reduced cost.
    high = np.maximum(high, network.base)

    zero = np.zeros(len(need), dtype=np.int64)
    each = zero if costs.missing is None else costs.missing
    last = each if costs.nobody is None else each + costs.nobody
    least, most = network.least_missing.copy(), network.most_missing.copy()
    price = flow.household_price
    with_last = (most == network.need) & (most > least)
    before = most - with_last
    least = np.where(each < price, before, least)
    most = np.where(each > price, network.least_missing, most)
    most = np.where(with_last & (each <= price) & (last > price), before, most)
    least = np.where(with_last & (last < price), network.most_missing, least)
    return Network(
        free=free,
        on=on,
        need=need,
        least_missing=least,
        most_missing=np.minimum(most, need),
        low=low,
        high=high,
        whole=network.whole,
    )
