"""Relaxed knapsacks, in which a household may be split, for loads with too many values for a table.

A member takes households in the order of reduced cost ÷ weight until its maximum, or its minimum, is
reached (Dantzig, *Operations Research* 5, 1957, doi:10.1287/opre.5.2.266). The ratio of the last one is
the price of load. Any price gives a valid bound, so that it may be rounded:

    Σ min {0, reduced + price · weight} − price · limit.

At most one household of a member is split, so that the bound is close if a member has many households.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.weighted.bound.knapsack_tables import NEVER
from phancong.problem import BoolArray, FloatArray, IntArray

#: Bits of any sum in this module.
SUM_BITS: Final = 59
#: Most fractional bits of a price of load, if sums have room for them.
FINE: Final = 16


@dataclass(frozen=True, slots=True, eq=False)
class FractionalSolution:
    """The relaxed knapsacks of all members.

    Parameters
    ----------
    value
        Lower bound of the cost of any set within the limits of a member, (M,); ``NEVER`` if there is no
        such set.
    chosen
        The sets without the households that are split, U × M.
    penalty
        Lower bound of the rise of *value* if a pair is forced in, U × M.
    """

    value: IntArray
    chosen: BoolArray
    penalty: IntArray


def relax_knapsacks(
    reduced: IntArray, weight: IntArray, free: BoolArray, low: IntArray, high: IntArray
) -> FractionalSolution:
    """The relaxed knapsacks of all members.

    Parameters
    ----------
    reduced, weight
        Reduced cost and load of each pair, U × M.
    free
        The pairs that a plan may choose, U × M.
    low, high
        The limits of each member, (M,).
    """
    reduced, weight = np.where(free, reduced, 0), np.where(free, weight, 0)
    units = len(reduced)
    price = _prices(reduced, weight, low, high)
    most = 2**SUM_BITS // (units * max(int(weight.max(initial=0)), 1))
    room = SUM_BITS - (units * int(np.abs(reduced).max(initial=1))).bit_length()
    room = min(room, most.bit_length() - math.ceil(np.abs(price).max(initial=0)).bit_length() - 1)
    bits = min(max(room, 0), FINE)
    # A price that would overflow is clipped, which keeps the bound valid.
    whole = np.rint(np.clip(price * 2.0**bits, -most, most)).astype(np.int64)
    priced = (reduced << bits) + whole[None, :] * weight
    limit = np.where(whole > 0, high, low)
    value = (np.minimum(priced, 0).sum(axis=0) - whole * limit) >> bits
    value = np.where(weight.sum(axis=0) < low, NEVER, value)
    return FractionalSolution(value, free & (priced < 0), np.maximum(priced, 0) >> bits)


def _prices(reduced: IntArray, weight: IntArray, low: IntArray, high: IntArray) -> FloatArray:
    """Price of a unit of load, (M,); negative if the minimum binds, 0 if no limit binds."""
    load = np.where(reduced < 0, weight, 0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(weight > 0, reduced / weight, np.inf)
    order = np.argsort(ratio, axis=0, kind="stable")
    carried = np.take_along_axis(weight, order, axis=0).cumsum(axis=0)
    # Index of the unit with which the load exceeds the maximum, or reaches the minimum.
    last = np.where(load > high, carried <= high, carried < low).sum(axis=0)
    last = np.minimum(last, len(reduced) - 1)
    found = np.take_along_axis(ratio, np.take_along_axis(order, last[None, :], axis=0), axis=0)[0]
    binds = ((load > high) | (load < low)) & np.isfinite(found)
    price: FloatArray = np.where(binds, -found, 0.0)
    return price
