"""Small flow networks: drawn at random, and all their plans by trying every one."""

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st

from phancong.engines.flow.network import Costs, Network


def network_of(free, *, on=None, need=None, least=None, most=None, low=None, high=None):
    """A network from lists; every household needs one member, counts have no bounds."""
    free = np.array(free, dtype=bool)
    households, members = free.shape
    on = np.zeros_like(free) if on is None else np.array(on, dtype=bool)
    need = whole(need, households, 1)
    return Network(
        free=free & ~on & (need > 0)[:, None],
        on=on,
        need=need,
        least_missing=whole(least, households, 0),
        most_missing=np.minimum(whole(most, households, 0), need),
        low=whole(low, members, 0),
        high=whole(high, members, households),
    )


def whole(values, length, otherwise):
    return np.array([otherwise] * length if values is None else values, dtype=np.int64)


@st.composite
def networks(draw, *, households=4, members=3, missing=True):
    """A network with forced pairs and bounds on everything; many have no plan."""
    rows, columns = draw(st.integers(1, households)), draw(st.integers(1, members))

    def numbers(low, high, length):
        drawn = st.lists(st.integers(low, high), min_size=length, max_size=length)
        return np.array(draw(drawn), dtype=np.int64)

    def grid(high):
        return numbers(0, high, rows * columns).reshape(rows, columns)

    free, on = grid(3) > 0, grid(5) == 5
    need = numbers(0, 2, rows)
    most = np.minimum(need, numbers(0, 2, rows)) if missing else np.zeros_like(need)
    least = np.minimum(most, np.maximum(numbers(-2, 1, rows), 0))
    low = np.maximum(numbers(-2, 2, columns), 0)
    return network_of(
        free,
        on=on,
        need=need,
        least=least,
        most=most,
        low=low,
        high=np.maximum(low, numbers(0, rows + 1, columns)),
    )


@st.composite
def costs_for(draw, network):
    """Any costs that a network may have: of pairs, convex ones of units, of who is missing."""
    households, members = network.free.shape
    room = max(int((network.high - network.low).max()), 0)

    def numbers(low, high, length):
        drawn = st.lists(st.integers(low, high), min_size=length, max_size=length)
        return np.array(draw(drawn), dtype=np.int64)

    def perhaps(values):
        return values if draw(st.booleans()) else None

    return Costs(
        pairs=perhaps(numbers(-3, 4, households * members).reshape(households, members)),
        marginal=perhaps(np.sort(numbers(-3, 4, members * room).reshape(members, room), axis=1)),
        missing=perhaps(numbers(-3, 6, households)),
        nobody=perhaps(numbers(0, 4, households)),
    )


def all_plans(network):
    """Every plan that keeps all bounds, as masks of pairs, H × M."""
    households = len(network.need)
    options = []
    for row in range(households):
        columns = np.flatnonzero(network.free[row]).tolist()
        sizes = range(
            int(network.need[row] - network.most_missing[row]),
            int(network.need[row] - network.least_missing[row]) + 1,
        )
        options.append([chosen for size in sizes for chosen in combinations(columns, size)])
    plans = []
    for choice in product(*options):
        plan = network.on.copy()
        for row, columns in enumerate(choice):
            plan[row, list(columns)] = True
        counts = plan.sum(axis=0)
        if (counts >= network.low).all() and (counts <= network.high).all():
            plans.append(plan)
    return plans


def missing_of(network, plan):
    """Members that each household misses."""
    return network.need - (plan & ~network.on).sum(axis=1)


def cost_of(network, costs, plan):
    """What a plan costs, pair by pair and unit by unit."""
    missing = missing_of(network, plan).tolist()
    total = 0
    for row, number in enumerate(missing):
        if costs.missing is not None:
            total += number * int(costs.missing[row])
        if costs.nobody is not None and number and number == network.need[row]:
            total += int(costs.nobody[row])
    if costs.pairs is not None:
        total += sum(int(costs.pairs[row, column]) for row, column in np.argwhere(plan).tolist())
    if costs.marginal is not None:
        for column, count in enumerate(plan.sum(axis=0).tolist()):
            total += int(costs.marginal[column, : count - int(network.low[column])].sum())
    return total


def key(plan):
    """A plan as something that can be in a set."""
    return plan.tobytes()
