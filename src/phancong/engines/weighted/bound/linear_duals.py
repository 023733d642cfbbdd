"""Duals of the linear relaxation: for budgets, and for a load that depends on the member.

The relaxation is then a flow with gains or with side constraints, so that a linear program is solved
instead of a minimum-cost flow. Where a plan is known, column generation begins with the pairs of the
plan, the cheapest pairs of each unit and those that spare a budget; these are a small part of all pairs.
Prices need not be exact: the bound that is computed from them is exact.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Waiting
from phancong.engines.common.linear_program import LinearProgram
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import FIRST_PAIRS, LINEAR_PAIRS_A_UNIT
from phancong.problem import BoolArray, FloatArray, IntArray

#: Largest cost after scaling, so that a solver's absolute tolerances are small beside the costs.
LARGEST: Final = 1e6
#: A pair joins the program if its reduced cost is below this, negated; in scaled costs.
TOLERANCE: Final = 1e-3


def linear_duals(
    instance: Instance,
    cost: IntArray,
    seconds: float,
    waited: Waiting,
    charge: Callable[[float], object],
    taken: BoolArray | None = None,
) -> tuple[IntArray, tuple[int, ...]] | None:
    """Price of the load of each pair, U × M, and multipliers of the budgets.

    None if there are too many pairs, or no program was solved within *seconds*.

    Parameters
    ----------
    instance, cost
        The limits, and the cost of each pair, U × M.
    seconds
        The limit of all programs.
    waited
        Makes a call of the solver, and reports progress meanwhile.
    charge
        Called with the work of each program.
    taken
        A plan within the limits, U × M, for column generation; None is one program over all pairs.
    """
    offered = instance.free if taken is None else _first_pairs(instance, cost, taken)
    scale = max(float(np.abs(cost[instance.free]).max(initial=0)), 1.0) / LARGEST
    dual: FloatArray | None = None
    began = time.perf_counter()
    while True:
        rows, columns = np.nonzero(offered)
        if len(rows) > instance.tuning.most_linear_pairs:
            return None
        program = _program(instance, rows, columns, cost[rows, columns] / scale)
        found = program.duals(seconds - (time.perf_counter() - began), waited)
        charge(len(rows) / LINEAR_PAIRS_A_UNIT)
        if found is None:
            break
        dual = found
        cheaper = instance.free & ~offered & (_reduced(instance, cost / scale, dual) < -TOLERANCE)
        if not cheaper.any():
            break
        offered = offered | cheaper
    if dual is None:
        return None
    dual = dual * scale
    _, loads, prices = _parts(instance, dual)
    worth = np.where(instance.free, np.rint(-loads), 0).astype(np.int64)
    return worth, tuple(max(round(-value), 0) for value in prices.tolist())


def _first_pairs(instance: Instance, cost: IntArray, taken: BoolArray) -> BoolArray:
    """The pairs of a plan, the cheapest of each unit, and the one that spares each budget, U × M."""
    free = instance.free
    barred = np.iinfo(np.int64).max
    found = taken.copy()
    width = min(FIRST_PAIRS, free.shape[1])
    near = np.argpartition(np.where(free, cost, barred), width - 1, axis=1)[:, :width]
    np.put_along_axis(found, near, True, axis=1)
    for budget in instance.budgets:
        sparing = np.where(free, budget.weight, barred).argmin(axis=1)
        found[np.arange(len(free)), sparing] = True
    return found & free


def _parts(instance: Instance, dual: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Duals of covers, (U,), of the load of each pair, U × M, and of budgets, (B,)."""
    (units, members), binding = instance.free.shape, instance.binding[:1]
    rows = units + members * len(binding)
    loads = np.zeros(instance.free.shape)
    for resource in binding:
        loads = resource.weight * dual[None, units:rows]
    return dual[:units], loads, dual[rows:]


def _reduced(instance: Instance, cost: FloatArray, dual: FloatArray) -> FloatArray:
    """The reduced cost of each pair under the duals of all rows, U × M."""
    covers, loads, prices = _parts(instance, dual)
    reduced = cost - covers[:, None] - loads
    for price, budget in zip(prices, instance.budgets, strict=True):
        reduced -= price * budget.weight
    return reduced


def _program(
    instance: Instance, rows: IntArray, columns: IntArray, price: FloatArray
) -> LinearProgram:
    """The linear program: a row for each unit, for the load of each member, and for each budget."""
    need, binding = instance.need, instance.binding[:1]
    units, members, count = *instance.free.shape, len(rows)
    row, value = [rows], [np.ones(count, dtype=np.int64)]
    for resource in binding:
        row.append(units + columns)
        value.append(resource.weight[rows, columns])
    first = units + members * len(binding)
    for number, budget in enumerate(instance.budgets):
        row.append(np.full(count, first + number))
        value.append(budget.weight[rows, columns])
    budgets = [budget.most for budget in instance.budgets]
    return LinearProgram(
        row=np.concatenate(row),
        variable=np.tile(np.arange(count), len(row)),
        value=np.concatenate(value).astype(np.float64),
        least=np.concatenate([need, *(r.low for r in binding), np.full(len(budgets), -math.inf)]),
        most=np.concatenate([need, *(r.high for r in binding), budgets]).astype(np.float64),
        lower=np.zeros(count),
        upper=np.ones(count),
        cost=price,
    )
