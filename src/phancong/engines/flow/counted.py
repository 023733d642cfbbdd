"""A bound on the cost of counts by counting alone, and the plans that reach it.

Whatever the pairs, so many households have to be placed: they cost at least as much as the cheapest
places of all members. A flow within these places is a least one, all least ones are within them, and
no dual is needed to prove it.
"""

from __future__ import annotations

import numpy as np

from phancong.engines.flow.network import Network
from phancong.problem import IntArray


def cheapest_places(network: Network, units: IntArray) -> Network | None:
    """The network in which members have the cheapest places only.

    If it has a flow, its flows are those of least cost of the network.

    Parameters
    ----------
    network
        The plans.
    units
        The cost of each member's household number ``low + 1, low + 2, …``, rising; as in
        :class:`~phancong.engines.flow.network.Costs`.

    Returns
    -------
    Network or None
        None where the number of households is not known, or where there are too few places for them.
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
