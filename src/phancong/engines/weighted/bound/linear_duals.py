"""Duals of the linear relaxation, for the first multipliers if a load depends on the member.

The relaxation is then a flow with gains, so that a linear program is solved instead of a minimum-cost
flow. Prices need not be exact: the bound that is computed from them is exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Waiting
from phancong.engines.common.linear_program import LinearProgram
from phancong.engines.weighted.instance import Instance
from phancong.problem import FloatArray, IntArray

#: Largest cost after scaling, so that a solver's absolute tolerances are small beside the costs.
LARGEST: Final = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class LinearDuals:
    """Duals of the linear relaxation.

    Parameters
    ----------
    worth
        Price of the first load of each pair, U × M.
    budgets
        Multipliers of the budgets.
    second
        Price of the second load at each member, (M,); None if one load has limits only.
    """

    worth: IntArray
    budgets: tuple[int, ...]
    second: IntArray | None


def linear_duals(
    instance: Instance, cost: IntArray, seconds: float, waited: Waiting
) -> LinearDuals | None:
    """The duals of the linear relaxation.

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
    first = units + members * len(instance.binding)
    budgets = tuple(max(round(-value), 0) for value in dual[first:].tolist())
    second = np.rint(-dual[units + members : first]).astype(np.int64)
    return LinearDuals(np.rint(worth).astype(np.int64), budgets, second if len(second) else None)


def _program(
    instance: Instance, rows: IntArray, columns: IntArray, price: FloatArray
) -> LinearProgram:
    """The linear program: a row for each unit, for each load of each member, and for each budget."""
    binding, need = instance.binding, instance.need
    units, count, members = len(need), len(rows), instance.free.shape[1]
    row = [rows, *(units + number * members + columns for number in range(len(binding)))]
    value = [np.ones(count, dtype=np.int64), *(load.weight[rows, columns] for load in binding)]
    first = units + members * len(binding)
    for number, budget in enumerate(instance.budgets):
        row.append(np.full(count, first + number))
        value.append(budget.weight[rows, columns])
    budgets = [budget.most for budget in instance.budgets]
    return LinearProgram(
        row=np.concatenate(row),
        variable=np.tile(np.arange(count), len(row)),
        value=np.concatenate(value).astype(np.float64),
        least=np.concatenate(
            [need, *(load.low for load in binding), np.full(len(budgets), -math.inf)]
        ),
        most=np.concatenate([need, *(load.high for load in binding), budgets]).astype(np.float64),
        lower=np.zeros(count),
        upper=np.ones(count),
        cost=price,
    )
