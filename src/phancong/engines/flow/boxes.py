"""A flow between boxes of households and boxes of members, for the first pairs of column generation.

The nearest members of a crowded hamlet are soon full, so that its households go to members farther
away. A flow between boxes of some dozen places each approximates this for thousands of households in
some hundredths of a second. Its prices tell which members are worth a longer distance.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from phancong.engines.common.network_flow import minimum_cost_flow
from phancong.engines.common.shortest_paths import ResidualNetwork
from phancong.engines.flow.network import Network
from phancong.problem import BoolArray, FloatArray, IntArray
from phancong.travel.chords import Boxes, Chords

#: Largest distance between boxes, in whole metres.
LONGEST: Final = 10**7
#: Penalty of a household above or below a bound, more than the cost of any path.
BEYOND: Final = 10**11


def between_boxes(network: Network, chords: Chords) -> tuple[FloatArray, BoolArray]:
    """Approximate price of one more household at each member, and the pairs of boxes of the flow.

    Parameters
    ----------
    network
        The network.
    chords
        The boxes.

    Returns
    -------
    tuple
        Prices in metres, (M,), ``inf`` for members without room; and whether the flow uses each pair of
        boxes, boxes of households × boxes of members.
    """
    a, b = chords.home_boxes, chords.member_boxes
    supply = a.spread(network.need, 0).sum(axis=1)
    base = network.base
    low = b.spread(np.maximum(network.low - base, 0), 0).sum(axis=1)
    high = b.spread(np.maximum(network.high - base, 0), 0).sum(axis=1)
    high = np.minimum(high, supply.sum())
    low = np.minimum(low, high)
    distance = _distance(a, b)
    amounts, missing = _flow(distance, supply, low, high)
    price = _prices(distance, amounts, missing, low, high).astype(np.float64)
    there = b.order >= 0
    each = np.empty(len(base))
    each[b.order[there]] = np.broadcast_to(price[:, None], b.order.shape)[there]
    each[network.high <= base] = np.inf
    return each, amounts > 0


def _distance(a: Boxes, b: Boxes) -> IntArray:
    """Whole metres between the centres of boxes, (B, C)."""
    middles = [np.where(np.isfinite(x.low), x.low, 0.0) / 2 for x in (a, b)]
    for middle, boxes in zip(middles, (a, b), strict=True):
        middle += np.where(np.isfinite(boxes.high), boxes.high, 0.0) / 2
    away = np.linalg.norm(middles[0][:, None, :] - middles[1][None, :, :], axis=2)
    return np.minimum(np.rint(away), LONGEST).astype(np.int64)


def _flow(
    distance: IntArray, supply: IntArray, low: IntArray, high: IntArray
) -> tuple[IntArray, IntArray]:
    """Number of households that go from each box to each box, (B, C), and to no member, (B,)."""
    homes, members = distance.shape
    sink = homes + members
    rows, columns = np.indices(distance.shape).reshape(2, -1)
    boxes, nodes = np.arange(homes), homes + np.arange(members)
    parts = (
        (rows, homes + columns, supply[rows], distance.ravel()),
        (boxes, np.full(homes, sink), supply, np.full(homes, BEYOND)),
        (nodes, np.full(members, sink), low, np.full(members, -BEYOND)),
        (nodes, np.full(members, sink), high - low, np.zeros(members, dtype=np.int64)),
    )
    found = minimum_cost_flow(parts, np.r_[supply, np.zeros(members, int), -supply.sum()])
    assert found is not None  # all households may remain without a member
    return found[0].reshape(distance.shape), found[1]


def _prices(
    distance: IntArray, amounts: IntArray, missing: IntArray, low: IntArray, high: IntArray
) -> IntArray:
    """Price of one more household at each box of members, (C,); see :mod:`.duals`."""
    members = distance.shape[1]
    sink = members
    found = ResidualNetwork(members + 1)
    rows, columns = np.nonzero(amounts)
    start = np.repeat(columns, members)
    end = np.tile(np.arange(members), len(rows))
    found.add(start, end, (distance[rows] - distance[rows, columns][:, None]).ravel())
    short = np.flatnonzero(missing)
    end = np.tile(np.arange(members), len(short))
    found.add(np.full(len(end), sink), end, (distance[short] - BEYOND).ravel())
    counts = amounts.sum(axis=0)
    room = np.flatnonzero(counts < high)
    to_sink = np.where(counts < low, -BEYOND, 0)[room]
    found.add(room, np.full(len(room), sink), to_sink)
    some = np.flatnonzero(counts > 0)
    from_sink = np.where(counts <= low, BEYOND, 0)[some]
    found.add(np.full(len(some), sink), some, from_sink)
    price = found.potentials()
    return price[:members] - price[sink]
