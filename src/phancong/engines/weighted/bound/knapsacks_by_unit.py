"""Knapsacks by dynamic programming over all loads, unit by unit."""

from __future__ import annotations

from functools import partial

import numpy as np

from phancong.engines.weighted.bound.knapsack_tables import NEVER, KnapsackTables
from phancong.problem import BoolArray, IntArray


def tables_by_unit(
    reduced: IntArray, weight: IntArray, free: BoolArray, low: IntArray, top: int
) -> KnapsackTables:
    """The least cost for each load, and the sets.

    Pairs of reduced cost 0 or more are left out where the member has no minimum.

    Parameters
    ----------
    reduced, weight
        Reduced cost and load of each pair, U × M.
    free
        The pairs that a plan may choose, U × M.
    low
        The least load of each member, (M,).
    top
        The largest load of the tables.
    """
    members, width = len(low), top + 1
    tables = np.full((members, width), NEVER)
    tables[:, 0] = 0
    wanted = free & ((reduced < 0) | (low > 0)[None, :])
    most = int(wanted.sum(axis=0).max(initial=0))
    order = np.argsort(~wanted, axis=0, kind="stable")[:most].T  # member × place → unit
    inside = np.arange(most)[None, :] < wanted.sum(axis=0)[:, None]
    everyone = np.arange(members)
    loads = np.arange(width)[None, :]
    took = np.zeros((most, members, width), dtype=bool)
    for place in range(most):
        unit = order[:, place]
        before = loads - weight[unit, everyone][:, None]
        can = (before >= 0) & inside[:, place, None]
        offer = np.take_along_axis(tables, np.maximum(before, 0), axis=1)
        offer = offer + reduced[unit, everyone][:, None]
        took[place] = can & (offer < tables)
        tables = np.where(took[place], offer, tables)
    return KnapsackTables(tables, partial(_sets, took, order, weight))


def _sets(took: BoolArray, order: IntArray, weight: IntArray, load: IntArray) -> BoolArray:
    everyone = np.arange(len(load))
    chosen = np.zeros(weight.shape, dtype=bool)
    for place in reversed(range(len(took))):
        unit = order[:, place]
        takes = took[place, everyone, load]
        chosen[unit[takes], everyone[takes]] = True
        load = load - np.where(takes, weight[unit, everyone], 0)
    return chosen
