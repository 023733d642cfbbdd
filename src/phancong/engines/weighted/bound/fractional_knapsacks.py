"""Knapsacks of too many loads for a table: the relaxation in which a household may be split.

Of a member's households those are taken that earn the most for their load, until the maximum is
reached, or a minimum (Dantzig, *Operations Research* 5, 1957, doi:10.1287/opre.5.2.266). What the last
one earns for its load prices load, and a price, whatever its rounding, gives an exact bound:

    Σ min {0, reduced + price · weight} − price · limit.

Of fifty households a member at the most one is split, so that little is lost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.weighted.bound.knapsack_tables import NEVER
from phancong.problem import BoolArray, FloatArray, IntArray

#: Bits of any sum here.
SUM_BITS: Final = 59
#: Bits of a price of load below the last digit of the costs, where sums leave room for them.
FINE: Final = 16


@dataclass(frozen=True, slots=True, eq=False)
class FractionalSolution:
    """The relaxed knapsacks of all members.

    Parameters
    ----------
    value
        No set within the limits of a member costs less, (M,); ``NEVER`` where there is none.
    chosen
        The sets but for the household that is split, U × M.
    penalty
        By how much *value* rises, at the least, if a pair has to be, U × M.
    """

    value: IntArray
    chosen: BoolArray
    penalty: IntArray


def relax_knapsacks(
    reduced: IntArray, weight: IntArray, free: BoolArray, low: IntArray, high: IntArray
) -> FractionalSolution:
    """Relax the knapsacks of all members.

    Parameters
    ----------
    reduced, weight
        What each pair costs and adds, U × M.
    free
        The pairs that may be, U × M.
    low, high
        The limits of each member, (M,); a *high* below what a member could carry is kept.
    """
    reduced, weight = np.where(free, reduced, 0), np.where(free, weight, 0)
    units = len(reduced)
    price = _prices(reduced, weight, low, high)
    most = 2**SUM_BITS // (units * max(int(weight.max(initial=0)), 1))
    room = SUM_BITS - (units * int(np.abs(reduced).max(initial=1))).bit_length()
    room = min(room, most.bit_length() - math.ceil(np.abs(price).max(initial=0)).bit_length() - 1)
    bits = min(max(room, 0), FINE)
    # A price that would be too large for sums is cut off, which is a bound all the same.
    whole = np.rint(np.clip(price * 2.0**bits, -most, most)).astype(np.int64)
    priced = (reduced << bits) + whole[None, :] * weight
    limit = np.where(whole > 0, high, low)
    value = (np.minimum(priced, 0).sum(axis=0) - whole * limit) >> bits
    value = np.where(weight.sum(axis=0) < low, NEVER, value)
    return FractionalSolution(value, free & (priced < 0), np.maximum(priced, 0) >> bits)


def _prices(reduced: IntArray, weight: IntArray, low: IntArray, high: IntArray) -> FloatArray:
    """Price of a unit of load for each member, negative where a minimum binds, (M,)."""
    load = np.where(reduced < 0, weight, 0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(weight > 0, reduced / weight, np.inf)
    order = np.argsort(ratio, axis=0, kind="stable")
    carried = np.take_along_axis(weight, order, axis=0).cumsum(axis=0)
    # The first with which a limit is passed, and the first with which it is reached.
    last = np.where(load > high, carried <= high, carried < low).sum(axis=0)
    last = np.minimum(last, len(reduced) - 1)
    found = np.take_along_axis(ratio, np.take_along_axis(order, last[None, :], axis=0), axis=0)[0]
    binds = ((load > high) | (load < low)) & np.isfinite(found)
    price: FloatArray = np.where(binds, -found, 0.0)
    return price
