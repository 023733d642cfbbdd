"""Exact knapsacks of members without a minimum, by a table over a core of a few households.

The fractional relaxation gives the price of a unit of load, and for each household a bound of the loss if
it is decided otherwise: left out although it gains more than the price of its load, or taken although it
gains less. Only the households of the *core*, those with the smallest loss, are in doubt. A table decides
them within the load that the others leave. The result is optimal if the loss of any household beyond the
core is larger than its gap to the relaxation (Balas and Zemel, *Operations Research* 28, 1980,
doi:10.1287/opre.28.5.1130). Otherwise the core is enlarged (Pisinger, *European Journal of Operational
Research* 87, 1995, doi:10.1016/0377-2217(94)00013-3).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from phancong.engines.weighted.tuning import KNAPSACK_CORE
from phancong.problem import BoolArray, FloatArray, IntArray

#: Relative error of the float sums that are compared: products and sums of them are off by at most some
#: 30 roundings of 2⁻⁵³. Sums in tables are integers and exact.
FLOAT_ERROR: Final = 2.0**-46


def core_sets(
    reduced: IntArray, weight: IntArray, free: BoolArray, high: IntArray
) -> tuple[IntArray, BoolArray]:
    """The best set of each member.

    Parameters
    ----------
    reduced, weight
        Reduced cost and load of each pair, U × M.
    free
        The pairs that a plan may choose, U × M.
    high
        The largest load of each member, (M,).

    Returns
    -------
    tuple
        The least sum of reduced costs, (M,), and the sets, U × M.
    """
    earns = free & (reduced < 0) & (weight <= high[None, :])
    chosen = earns & (weight == 0)
    value = np.where(chosen, reduced, 0).sum(axis=0)
    member, unit = np.nonzero((earns & ~chosen).T)
    if not len(member):
        return value, chosen
    many = np.bincount(member, minlength=len(high))
    place = np.arange(len(member)) - np.repeat(many.cumsum() - many, many)
    shape = len(high), int(many.max())
    units = np.zeros(shape, dtype=np.int64)
    units[member, place] = unit
    gain = np.zeros(shape)
    gain[member, place] = -reduced[unit, member]
    # Places beyond the households of a member have gain 0 and load 0.
    load = np.zeros(shape, dtype=np.int64)
    load[member, place] = weight[unit, member]
    left, width = np.flatnonzero(many > 0), KNAPSACK_CORE
    while len(left):
        width = min(width, shape[1])
        best, sets, known = _with_core(gain[left], load[left], high[left], width)
        row, places = np.nonzero(sets & known[:, None])
        chosen[units[left[row], places], left[row]] = True
        value[left[known]] -= np.rint(best[known]).astype(np.int64)
        left, width = left[~known], 2 * width
    return value, chosen


def _with_core(
    gain: FloatArray, load: IntArray, high: IntArray, width: int
) -> tuple[FloatArray, BoolArray, BoolArray]:
    """The best sets for a core of *width* households.

    Parameters
    ----------
    gain, load
        Gain and load of each household of a member, M × N; 0 and 0 where there is none.
    high
        The limits, (M,).
    width
        Number of households in the core.

    Returns
    -------
    tuple
        Gain of the sets, (M,), the sets, M × N, and whether they are proven to be optimal, (M,).
    """
    worth = _worth(gain, load, high)
    over = gain - worth[:, None] * load
    most = worth * high + np.maximum(over, 0.0).sum(axis=1)
    apart = np.where(gain > 0, np.abs(over), np.inf)
    if width < gain.shape[1]:
        order = np.argpartition(apart, width, axis=1)
        core, next_ = order[:, :width], np.take_along_axis(apart, order[:, width : width + 1], 1)
        beyond = next_[:, 0]
    else:
        core = np.broadcast_to(np.arange(width), gain.shape)
        beyond = np.full(len(gain), np.inf)
    # A household whose gain equals the price of its load, but for rounding, is not taken here; a core
    # that proves optimality contains it.
    doubt = 1.0 + FLOAT_ERROR * most
    taken = over > doubt[:, None]
    np.put_along_axis(taken, core, False, axis=1)
    room = high - np.where(taken, load, 0).sum(axis=1)
    earned = np.where(taken, gain, 0.0).sum(axis=1)
    more, inside = _table(
        np.take_along_axis(gain, core, axis=1), np.take_along_axis(load, core, axis=1), room
    )
    np.put_along_axis(taken, core, inside, axis=1)
    earned = earned + more
    known: BoolArray = most - earned + doubt <= beyond
    return earned, taken, known


def _worth(gain: FloatArray, load: IntArray, high: IntArray) -> FloatArray:
    """Price of a unit of load in the fractional relaxation, (M,); 0 if all households fit."""
    ratio = gain / np.maximum(load, 1)
    order = np.argsort(-ratio, axis=1)
    carried = np.take_along_axis(load, order, axis=1).cumsum(axis=1)
    fits = (carried <= high[:, None]).sum(axis=1)
    last = np.minimum(fits, gain.shape[1] - 1)
    rows = np.arange(len(gain))
    found: FloatArray = np.where(fits < gain.shape[1], ratio[rows, order[rows, last]], 0.0)
    return found


def _table(gain: FloatArray, load: IntArray, room: IntArray) -> tuple[FloatArray, BoolArray]:
    """The largest gain of some households within *room*, (M,), and the set, M × N."""
    members, many = gain.shape
    width = int(min(room.max(), load.sum(axis=1).max())) + 1
    room = np.minimum(room, width - 1)
    rows = np.arange(members)
    # Padding of −∞ to the left of each row stands for loads that do not fit.
    left = int(load.max())
    wide = np.full((members, left + width), -np.inf)
    best = wide[:, left:]
    best[:] = 0.0
    place = (rows * (left + width) + left)[:, None] + np.arange(width)[None, :]
    took = np.zeros((many, members, width), dtype=bool)
    for n in range(many):
        offer = wide.take(place - load[:, n, None])
        offer += gain[:, n, None]
        np.greater(offer, best, out=took[n])
        np.maximum(best, offer, out=best)
    value = best[rows, room]
    inside = np.zeros(gain.shape, dtype=bool)
    for n in reversed(range(many)):
        inside[:, n] = took[n, rows, room]
        room = room - np.where(inside[:, n], load[:, n], 0)
    return value, inside
