"""The dual of a minimum-cost flow: the price of one more household at each member.

The solver returns no potentials. They are shortest paths in the residual network, which is first
contracted to the members: the arc from member *a* to member *b* is the cheapest move of one household.
For H households and M members this takes one pass over the pairs and a matrix of M × M.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from phancong.engines.common.shortest_paths import NO_PATH, ResidualNetwork
from phancong.engines.flow.arcs import Arcs
from phancong.engines.flow.kinds import Kinds
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.problem import BoolArray, IntArray

#: Passes over the residual network after which :func:`prices_soon` gives up; a dual of few different
#: costs takes some dozen.
SOON: Final = 256


def marginals(
    network: Network, costs: Costs, counts: IntArray, penalty: int
) -> tuple[IntArray, IntArray]:
    """The cost of one more household at each member, and the saving of one less; (M,) each.

    A household outside the bounds costs *penalty*; ``NO_PATH`` forbids it.
    """
    base = network.base
    members = np.arange(len(counts))
    width = 0 if costs.marginal is None else costs.marginal.shape[1]

    def unit(position: IntArray) -> IntArray:
        if costs.marginal is None or width == 0:
            return np.zeros(len(counts), dtype=np.int64)
        return np.asarray(costs.marginal[members, np.clip(position, 0, width - 1)])

    more = np.where(counts < network.low, -penalty, unit(counts - network.low))
    more = np.where(counts >= network.high, NO_PATH, more)
    less = np.where(counts <= network.low, -penalty, unit(counts - network.low - 1))
    less = np.where(counts <= base, -NO_PATH, less)
    return more, less


def missing_marginals(
    network: Network, costs: Costs, missing: IntArray, penalty: int
) -> tuple[IntArray, IntArray]:
    """The cost of one more missing member of each household, and the saving of one less; (H,) each.

    A missing member outside the bounds costs *penalty*; ``NO_PATH`` forbids it.
    """
    zero = np.zeros(len(missing), dtype=np.int64)
    each = zero if costs.missing is None else costs.missing
    nobody = zero if costs.nobody is None else costs.nobody

    def unit(number: IntArray) -> IntArray:
        cost = each + np.where(number == network.need, nobody, 0)
        cost = np.where(number > network.most_missing, penalty, cost)
        return np.where(number <= network.least_missing, -penalty, cost)

    more = np.where(missing >= network.need, NO_PATH, unit(missing + 1))
    less = np.where(missing <= 0, -NO_PATH, unit(missing))
    return more, less


def slots(network: Network, arcs: Arcs, used: BoolArray) -> list[tuple[IntArray, IntArray]]:
    """The used pairs by place: for the k-th member of each household its column and arc; -1 for none."""
    rows, columns = arcs.rows[used], arcs.columns[used]
    numbers = np.flatnonzero(used)
    households = network.free.shape[0]
    found = []
    while len(rows):
        first = np.r_[True, rows[1:] != rows[:-1]]  # arcs are sorted by row
        column = np.full(households, -1, dtype=np.int64)
        number = np.full(households, -1, dtype=np.int64)
        column[rows[first]] = columns[first]
        number[rows[first]] = numbers[first]
        found.append((column, number))
        rows, columns, numbers = rows[~first], columns[~first], numbers[~first]
    return found


def prices(
    network: Network,
    costs: Costs,
    arcs: Arcs,
    kinds: Kinds,
    amounts: IntArray,
    missing: IntArray,
    counts: IntArray,
    penalty: int,
) -> IntArray:
    """A dual: the price of one more household at each member, (M,); the sink's price is 0.

    Under prices p no household at member a prefers another member b: c[a] + p[a] <= c[b] + p[b]. For
    each a and b the tightest of these constraints is an arc of the contracted residual network. Shortest
    paths satisfy them all, since an optimal flow has no negative cycle. Members of a kind have the same
    price. An arc to a kind can be both used and below its capacity.
    """
    residual = _contracted(network, costs, arcs, kinds, amounts, missing, counts, penalty)
    price = residual.potentials()
    return (price[:-1] - price[-1])[kinds.which]


def prices_soon(
    network: Network, costs: Costs, arcs: Arcs, kinds: Kinds, flow: Flow, penalty: int
) -> IntArray | None:
    """A dual as :func:`prices`; None if the flow is not optimal over *arcs*, or a dual takes long."""
    amounts = flow.has(arcs.rows, arcs.columns).astype(np.int64)
    residual = _contracted(network, costs, arcs, kinds, amounts, flow.missing, flow.counts, penalty)
    price = residual.potentials_within(SOON)
    return None if price is None else (price[:-1] - price[-1])[kinds.which]


def _contracted(
    network: Network,
    costs: Costs,
    arcs: Arcs,
    kinds: Kinds,
    amounts: IntArray,
    missing: IntArray,
    counts: IntArray,
    penalty: int,
) -> ResidualNetwork:
    """The residual network of a flow, contracted to the kinds of members and the sink."""
    members = len(kinds.first)
    sink = members
    residual = ResidualNetwork(members + 1)
    cost = arcs.cost(costs.pairs)
    kind = kinds.which[arcs.columns]
    used, idle = amounts > 0, amounts < kinds.size[kind]
    rows, columns, idle_cost = arcs.rows[idle], kind[idle], cost[idle]
    more_missing, less_missing = missing_marginals(network, costs, missing, penalty)
    for place, number in slots(network, arcs, used):
        there = place >= 0
        column = np.where(there, kind[number], -1) if len(kind) else place
        mine = np.where(there, cost[number], 0) if len(cost) else number
        on = there[rows]
        residual.add(column[rows[on]], columns[on], idle_cost[on] - mine[rows[on]])
        out = there & (more_missing < NO_PATH)
        residual.add(column[out], np.full(out.sum(), sink), more_missing[out] - mine[out])
    back = (less_missing > -NO_PATH)[rows]
    residual.add(
        np.full(back.sum(), sink), columns[back], idle_cost[back] - less_missing[rows[back]]
    )
    each_more, each_less = marginals(network, costs, counts, penalty)
    more, less = kinds.least(each_more), kinds.most(each_less)
    # A member's price is at most the cost of one more household …
    takes = np.flatnonzero(more < NO_PATH)
    residual.add(takes, np.full(len(takes), sink), more[takes])
    # … and at least the saving of one less.
    gives = np.flatnonzero(less > -NO_PATH)
    residual.add(np.full(len(gives), sink), gives, -less[gives])
    return residual


def household_prices(
    network: Network,
    costs: Costs,
    arcs: Arcs,
    used: BoolArray,
    missing: IntArray,
    price: IntArray,
    penalty: int,
) -> IntArray:
    """Dual of each household, (H,): the dearest of its used pairs and missing members, with prices."""
    dearest = np.full(len(missing), -NO_PATH, dtype=np.int64)
    taken = Arcs(arcs.rows[used], arcs.columns[used], complete=False)
    np.maximum.at(dearest, taken.rows, taken.cost(costs.pairs) + price[taken.columns])
    _, less = missing_marginals(network, costs, missing, penalty)
    return np.maximum(dearest, less)
