"""The plan of least cost by one flow, where all units have the same load."""

from __future__ import annotations

import numpy as np

from phancong.engines.common.network_flow import minimum_cost_flow
from phancong.engines.weighted.instance import Instance
from phancong.problem import BoolArray, IntArray


def flow_plan(instance: Instance, cost: IntArray) -> BoolArray | None:
    """The plan of least cost within the limits of loads, U × M; None if there is none.

    Budgets are ignored. The flow is exact, since it is whole where all units have the same load.

    Parameters
    ----------
    instance
        The limits; it has equal loads.
    cost
        Cost of each pair, U × M.
    """
    rows, columns = np.nonzero(instance.free & (instance.need > 0)[:, None])
    units, members = instance.free.shape
    least, most = np.zeros(members, dtype=np.int64), np.full(members, units, dtype=np.int64)
    for load in instance.binding:
        assert load.each is not None
        step = int(load.each[instance.need > 0].max())
        least, most = -(-load.low // step), np.maximum(load.high // step, -1)
    if (least > most).any():
        return None
    sink = units + members
    supply = np.concatenate([instance.need, -least, [least.sum() - instance.need.sum()]])
    ones, nothing = np.ones(len(rows), dtype=np.int64), np.zeros(members, dtype=np.int64)
    found = minimum_cost_flow(
        (
            (rows, units + columns, ones, cost[rows, columns]),
            (units + np.arange(members), np.full(members, sink), most - least, nothing),
        ),
        supply,
    )
    if found is None:
        return None
    taken = np.zeros_like(instance.free)
    taken[rows, columns] = found[0] > 0
    return taken
