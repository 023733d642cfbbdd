"""Prices for costs of listed pairs only, such as the pairs of last year's plan, by counting."""

from __future__ import annotations

import numpy as np

from phancong.engines.flow.network import Costs, Network
from phancong.engines.flow.pair_costs import PairCosts
from phancong.problem import IntArray


def listed_prices(network: Network, costs: Costs) -> IntArray | None:
    """Prices of members, (M,), that are a dual if each member can take its listed pairs of largest gain.

    The price is 0 for a member who has room for all of its listed pairs. Otherwise it is the gain of the
    first pair that is left out. The caller must check whether a flow is optimal with these prices: minima
    and other pairs of a household may prevent it.

    Parameters
    ----------
    network, costs
        The network and its costs.

    Returns
    -------
    array or None
        None if other parts have costs, a listed pair has a positive cost, or members may be missing.
    """
    pairs = costs.pairs
    if not isinstance(pairs, PairCosts) or pairs.by_distance or pairs.flags is not None:
        return None
    rest = (costs.marginal, costs.missing, costs.nobody)
    if any(part is not None for part in rest) or network.most_missing.any():
        return None
    assert pairs.keys is not None  # no travel, no flags: there are listed pairs only
    assert pairs.values is not None
    rows, columns = pairs.pool.pairs(pairs.keys)
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
