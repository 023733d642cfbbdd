"""Duals of the linear relaxation, for the first multipliers if a load depends on the member.

The relaxation is then a flow with gains, so that a linear program is solved instead of a minimum-cost
flow. Prices need not be exact: the bound that is computed from them is exact.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Waiting
from phancong.engines.common.linear_program import LinearProgram
from phancong.engines.weighted.instance import Instance
from phancong.problem import FloatArray, IntArray

#: Largest cost after scaling, so that a solver's absolute tolerances are small beside the costs.
LARGEST: Final = 1e6


def linear_duals(
    instance: Instance, cost: IntArray, seconds: float, waited: Waiting
) -> tuple[IntArray, tuple[int, ...]] | None:
    """Price of the load of each pair, U × M, and multipliers of the budgets.

    None if there are too many pairs, or the program was not solved within *seconds*. *waited* makes the
    call and reports progress meanwhile.
    """
    rows, columns = np.nonzero(instance.free)
    if len(rows) > instance.tuning.most_linear_pairs:
        return None
    price = cost[rows, columns].astype(np.float64)
    scale = max(float(np.abs(price).max(initial=0.0)), 1.0) / LARGEST
    dual = _program(instance, rows, columns, price / scale).duals(seconds, waited)
    if dual is None:
        return None
    dual = dual * scale
    units, members = instance.free.shape
    worth = np.zeros(instance.free.shape, dtype=np.float64)
    weight = instance.binding[0].weight[rows, columns]
    worth[rows, columns] = -dual[units + columns] * weight
    budgets = tuple(max(round(-value), 0) for value in dual[units + members :].tolist())
    return np.rint(worth).astype(np.int64), budgets


def _program(
    instance: Instance, rows: IntArray, columns: IntArray, price: FloatArray
) -> LinearProgram:
    """The linear program: a row for each unit, for the load of each member, and for each budget."""
    (loads, *_), need = instance.binding, instance.need
    units, count = len(need), len(rows)
    row = [rows, units + columns]
    value = [np.ones(count, dtype=np.int64), loads.weight[rows, columns]]
    first = units + len(loads.low)
    for number, budget in enumerate(instance.budgets):
        row.append(np.full(count, first + number))
        value.append(budget.weight[rows, columns])
    budgets = [budget.most for budget in instance.budgets]
    return LinearProgram(
        row=np.concatenate(row),
        variable=np.tile(np.arange(count), len(row)),
        value=np.concatenate(value).astype(np.float64),
        least=np.concatenate([need, loads.low, np.full(len(budgets), -math.inf)]),
        most=np.concatenate([need, loads.high, budgets]).astype(np.float64),
        lower=np.zeros(count),
        upper=np.ones(count),
        cost=price,
    )
