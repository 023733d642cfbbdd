"""A lower bound of unit costs by counting, and the network of the flows that reach it.

All flows place the same number of households. So their unit costs are at least those of the cheapest
places (units) of all members. If some flow uses only these places, the optimal flows are exactly those
that do, and no dual is needed as a proof.
"""

from __future__ import annotations

import numpy as np

from phancong.engines.flow.network import Network
from phancong.problem import IntArray


def cheapest_places(network: Network, units: IntArray) -> Network | None:
    """The network with the cheapest places of members only.

    If it has a flow, its flows are exactly the minimum-cost flows of *network*.

    Parameters
    ----------
    network
        The network.
    units
        The cost of each member's household number ``low + 1, low + 2, …``, rising; as in
        :class:`~phancong.engines.flow.network.Costs`.

    Returns
    -------
    Network or None
        None if the number of missing members can vary, or there are too few places for all households.
    """
    if (network.least_missing != network.most_missing).any():
        return None
    start = np.maximum(network.low, network.base)
    places = int((network.need - network.most_missing).sum() + network.base.sum() - start.sum())
    number = np.arange(units.shape[1])[None, :]
    room, forced = network.high - network.low, start - network.low
    open_places = (number >= forced[:, None]) & (number < room[:, None])
    costs = units[open_places]
    if not 0 < places <= len(costs):
        return None
    dearest = np.partition(costs, places - 1)[places - 1]
    cheaper = (open_places & (units < dearest)).sum(axis=1)
    level = (open_places & (units == dearest)).sum(axis=1)
    return network.raised(start + cheaper).capped(start + cheaper + level)
