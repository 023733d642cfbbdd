"""Duals of the linear relaxation, for the first multipliers.

If a load depends on the member the relaxation is a flow with gains, and if a budget is held it is a flow
with a side constraint: a linear program gives the duals of both. Cover inequalities of the pairs that a
budget wants kept raise its value (:func:`phancong.engines.weighted.resources.covers`). Prices need not be
exact: the bound that is computed from them is exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Waiting
from phancong.engines.common.linear_program import LinearProgram
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import covers
from phancong.problem import FloatArray, IntArray

#: Largest cost after scaling, so that a solver's absolute tolerances are small beside the costs.
LARGEST: Final = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class LinearDuals:
    """Duals of the linear relaxation.

    Parameters
    ----------
    units
        Multiplier of each unit, (U,).
    worth
        Price of the first load of each pair, and of the covers that it is in, U × M.
    budgets
        Multipliers of the budgets.
    second
        Price of the second load at each member, (M,); None if one load has limits only.
    """

    units: IntArray
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
    fitting = [
        cover
        for load in instance.binding
        for cover in covers(load, rows, columns, instance.kept[rows, columns])
    ]
    dual = _program(instance, rows, columns, price / scale, fitting).duals(seconds, waited)
    if dual is None:
        return None
    dual = dual * scale
    units, members = instance.free.shape
    first = units + members * len(instance.binding)
    last = first + len(instance.budgets)
    each = np.zeros(len(rows))
    if instance.binding:
        each -= dual[units + columns] * instance.binding[0].weight[rows, columns]
    for (mine, _), value in zip(fitting, dual[last:].tolist(), strict=True):
        each[mine] -= value
    worth = np.zeros(instance.free.shape, dtype=np.int64)
    worth[rows, columns] = np.rint(each).astype(np.int64)
    budgets = tuple(max(round(-value), 0) for value in dual[first:last].tolist())
    second = np.rint(-dual[units + members : first]).astype(np.int64)
    covered = np.rint(dual[:units]).astype(np.int64)
    return LinearDuals(covered, worth, budgets, second if len(second) else None)


def _program(
    instance: Instance,
    rows: IntArray,
    columns: IntArray,
    price: FloatArray,
    fitting: Sequence[tuple[IntArray, int]],
) -> LinearProgram:
    """The program: a row for each unit, for each load of each member, each budget, and each cover."""
    binding, need = instance.binding, instance.need
    units, count, members = len(need), len(rows), instance.free.shape[1]
    row = [rows, *(units + number * members + columns for number in range(len(binding)))]
    value = [np.ones(count, dtype=np.int64), *(load.weight[rows, columns] for load in binding)]
    first = units + members * len(binding)
    for number, budget in enumerate(instance.budgets):
        row.append(np.full(count, first + number))
        value.append(budget.weight[rows, columns])
    variable = [np.arange(count)] * len(row)
    most = [budget.most for budget in instance.budgets]
    for mine, fit in fitting:
        row.append(np.full(len(mine), first + len(most)))
        variable.append(mine)
        value.append(np.ones(len(mine), dtype=np.int64))
        most.append(fit)
    least = [need, *(load.low for load in binding), np.full(len(most), -math.inf)]
    return LinearProgram(
        row=np.concatenate(row),
        variable=np.concatenate(variable),
        value=np.concatenate(value).astype(np.float64),
        least=np.concatenate(least),
        most=np.concatenate([need, *(load.high for load in binding), most]).astype(np.float64),
        lower=np.zeros(count),
        upper=np.ones(count),
        cost=price,
    )
