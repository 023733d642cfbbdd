"""Prices for costs of listed pairs alone, such as those of last year's plan, told by counting."""

from __future__ import annotations

import numpy as np

from phancong.engines.flow.network import Costs, Network
from phancong.engines.flow.pair_costs import PairCosts
from phancong.problem import IntArray


def listed_prices(network: Network, costs: Costs) -> IntArray | None:
    """Prices of members that are a dual solution if each takes the listed pairs that gain most; (M,).

    A member who has places for all of its listed pairs has the price 0, another the gain of the first
    of them that is left out. Whoever has a flow has to see whether it is best with these prices: minima
    and other pairs of a household may forbid it.

    Parameters
    ----------
    network, costs
        The network and what its arcs cost.

    Returns
    -------
    array or None
        None where other arcs cost something, too, a listed pair costs more than any other, or members
        may be missing.
    """
    pairs = costs.pairs
    if not isinstance(pairs, PairCosts) or pairs.ways or pairs.flags is not None:
        return None
    rest = (costs.units, costs.missing, costs.nobody)
    if any(part is not None for part in rest) or network.most_missing.any():
        return None
    assert pairs.keys is not None  # there is nothing else
    assert pairs.values is not None
    rows, columns = pairs.ground.pairs(pairs.keys)
    there = network.free[rows, columns]
    columns, gain = columns[there], -pairs.values[there]
    if (gain < 0).any():
        return None
    order = np.lexsort((-gain, columns))
    columns, gain = columns[order], gain[order]
    first = np.searchsorted(columns, np.arange(len(network.high)))
    out = first + np.maximum(network.high - network.base, 0)
    left = out < np.searchsorted(columns, np.arange(len(network.high)), side="right")
    price = np.zeros(len(network.high), dtype=np.int64)
    price[left] = gain[out[left]]
    return price
