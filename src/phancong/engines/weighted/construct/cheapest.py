"""Assignment of each unit to its cheapest members; loads are ignored."""

from __future__ import annotations

import numpy as np

from phancong.engines.weighted.instance import Instance
from phancong.problem import BoolArray, IntArray


def cheapest(instance: Instance, cost: IntArray) -> BoolArray:
    """Pairs of each unit with its cheapest free members, as many as it needs; U × M."""
    barred = np.iinfo(np.int64).max
    order = np.argsort(np.where(instance.free, cost, barred), axis=1, kind="stable")
    taken = np.zeros(instance.free.shape, dtype=bool)
    inside = np.arange(order.shape[1])[None, :] < instance.need[:, None]
    rows, places = np.nonzero(inside)
    taken[rows, order[rows, places]] = True
    return taken & instance.free
