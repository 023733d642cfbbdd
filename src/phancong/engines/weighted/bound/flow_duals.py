"""Duals of a splittable flow, for the first multipliers.

A household of weight *w* sends *w* units of flow at cost ÷ *w* each, and each member takes between its
limits. This is the linear relaxation, solved by one minimum-cost flow in integers. Its dual is the price
of a unit of load at each member. Costs are rounded, since prices need not be exact: the bound that is
computed from them is exact. So a large flow begins with the cheapest pairs of each household, and gets
the pairs that are cheaper under its prices once.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from phancong.engines.common.network_flow import minimum_cost_flow
from phancong.engines.common.pace import PAIRS_A_UNIT
from phancong.engines.common.shortest_paths import NO_PATH, potentials
from phancong.engines.weighted.resources import Resource
from phancong.problem import BoolArray, FloatArray, IntArray

#: Bits of the cost of a unit of load in the flow.
UNIT_BITS: Final = 36
#: Bits by which costs are scaled up, so that rounded prices are accurate where costs are small.
FINE: Final = 10
#: Up to so many pairs all of them are in the flow: it holds the interpreter for 0.1 to 0.2 s. Beyond,
#: each unit begins with its cheapest pairs, at least *FEWEST*. The bound of the prices was then at most
#: 0.0002 % lower, and there in a quarter of the time (10,000 × 100 and × 300, loads of 1, and 1 to 5).
MOST_PAIRS: Final = 200_000
FEWEST: Final = 20
#: Pairs beyond those in the flow of one unit of work.
PASSED_A_UNIT: Final = 5_000_000
#: Relative error allowed for float sums.
FLOAT_ERROR: Final = 1e-9


def flow_duals(
    free: BoolArray, need: IntArray, resource: Resource, cost: IntArray, most: int = MOST_PAIRS
) -> IntArray | None:
    """Price of the load of each pair, U × M: price of a unit of load at the member × weight.

    None if there is no feasible flow, which proves that there is no plan: a plan is such a flow.

    Parameters
    ----------
    free
        The pairs that are possible, U × M.
    need
        The members that each unit needs, (U,).
    resource
        The load, with the limits of the members.
    cost
        The cost of each pair, U × M.
    most
        Beyond so many pairs the flow begins with the cheapest ones.
    """
    each = max(most // max(len(free), 1), FEWEST)
    some = _cheapest(free, cost, each) if np.count_nonzero(free) > most else free
    worth = _duals_of(some, need, resource, cost)
    while worth is None and (some != free).any():
        each *= 4
        some = _cheapest(free, cost, each)
        worth = _duals_of(some, need, resource, cost)
    if worth is None or some is free:
        return worth
    reduced = cost + worth
    cheaper = free & (reduced < np.where(some, reduced, NO_PATH).min(axis=1)[:, None])
    if cheaper.any():
        worth = _duals_of(some | cheaper, need, resource, cost)
    return worth


def flow_work(pairs: int) -> float:
    """Units of work of the duals of a flow: of its arcs, and of passes over the pairs beyond them."""
    return min(pairs, MOST_PAIRS) / PAIRS_A_UNIT + max(pairs - MOST_PAIRS, 0) / PASSED_A_UNIT


def _cheapest(free: BoolArray, cost: IntArray, each: int) -> BoolArray:
    """The pairs of each unit with its *each* cheapest members, U × M; of equal ones other members."""
    units, members = free.shape
    if each >= members:
        return free
    turn = (np.arange(units)[:, None] + np.arange(members)[None, :]) % members / members
    near = np.argpartition(np.where(free, cost + turn, np.inf), each, axis=1)[:, :each]
    found = np.zeros_like(free)
    np.put_along_axis(found, near, True, axis=1)
    return found & free


def _duals_of(
    free: BoolArray, need: IntArray, resource: Resource, cost: IntArray
) -> IntArray | None:
    """The same by a flow over the pairs of *free* alone."""
    assert resource.each is not None
    loads = np.where(need > 0, resource.each, 0)
    rows, columns = np.nonzero(free & (loads > 0)[:, None])
    weight = loads[rows]
    per_unit = cost[rows, columns].astype(np.float64) / weight
    largest = float(np.abs(per_unit).max(initial=1.0))
    scale = 2.0 ** (UNIT_BITS - np.frexp(largest)[1])
    unit_cost = np.rint(per_unit * scale).astype(np.int64)
    units, members = free.shape
    supply = np.concatenate([loads * need, -resource.low, [0]])
    supply[-1] = -int(supply.sum())
    room = resource.high - resource.low
    if supply[-1] > 0 or (room < 0).any():
        return None
    sink = units + members
    found = minimum_cost_flow(
        (
            (rows, units + columns, weight, unit_cost),
            (units + np.arange(members), np.full(members, sink), room, np.zeros_like(room)),
        ),
        supply,
    )
    if found is None:
        return None
    flow, spare = found
    price = _prices(free.shape, (rows, columns), weight, unit_cost, flow, spare, room)
    worth = loads[:, None].astype(np.float64) * (price.astype(np.float64) / scale)[None, :]
    return np.rint(worth).astype(np.int64)


def flow_bound(free: BoolArray, need: IntArray, resource: Resource, cost: IntArray) -> float | None:
    """A lower bound of the cost of plans within the limits of a load; None if there is no such plan.

    It is the Lagrangian bound of the prices of load: each unit has its cheapest members under them.
    """
    assert resource.each is not None
    found = _price_of_unit(free, need, resource, cost << FINE)
    if found is None:
        return None
    price = found / 2**FINE
    reduced = np.where(free, cost + resource.each[:, None] * price[None, :], np.inf)
    places = np.arange(free.shape[1])[None, :] < need[:, None]
    chosen = float(np.sort(reduced, axis=1)[places].sum())
    # The largest price of all loads; the bound is lowered by the error of float sums.
    most = float(np.maximum(price * resource.low, price * resource.high).sum())
    return chosen - most - FLOAT_ERROR * (abs(chosen) + abs(most) + 1.0)


def flow_prices(
    free: BoolArray, need: IntArray, resource: Resource, cost: IntArray
) -> IntArray | None:
    """Price of a unit of load at each member, (M,), rounded; None if there is no feasible flow."""
    found = _price_of_unit(free, need, resource, cost)
    return None if found is None else np.rint(found).astype(np.int64)


def _price_of_unit(
    free: BoolArray, need: IntArray, resource: Resource, cost: IntArray
) -> FloatArray | None:
    """Price of a unit of load at each member, (M,); None if there is no feasible flow."""
    assert resource.each is not None
    worth = flow_duals(free, need, resource, cost)
    if worth is None:
        return None
    heaviest = int(np.where(need > 0, resource.each, 0).argmax())
    price: FloatArray = worth[heaviest] / max(float(resource.each[heaviest]), 1.0)
    return price


def _prices(
    shape: tuple[int, int],
    arcs: tuple[IntArray, IntArray],
    capacity: IntArray,
    cost: IntArray,
    flow: IntArray,
    spare: IntArray,
    room: IntArray,
) -> IntArray:
    """Price of a unit of load at each member, (M,), by shortest paths in the residual network.

    The network is contracted to the members: the arc from *a* to *b* has the cost of the cheapest move.
    """
    members = shape[1]
    rows, columns = arcs
    free = np.full(shape, NO_PATH, dtype=np.int64)
    open_ = flow < capacity
    free[rows[open_], columns[open_]] = cost[open_]
    way = np.full((members + 1, members + 1), NO_PATH, dtype=np.int64)
    used = flow > 0
    order = np.argsort(columns[used], kind="stable")
    used_rows, used_columns = rows[used][order], columns[used][order]
    used_cost = cost[used][order]
    ends = np.searchsorted(used_columns, np.arange(members + 1))
    for a in range(members):
        mine = slice(ends[a], ends[a + 1])
        if ends[a] < ends[a + 1]:
            moves = free[used_rows[mine]] - used_cost[mine, None]
            way[a, :members] = moves.min(axis=0)
    way[:members, members][spare < room] = 0
    way[members, :members][spare > 0] = 0
    way = np.minimum(way, NO_PATH)
    price = potentials(way)
    return price[:members] - price[members]
