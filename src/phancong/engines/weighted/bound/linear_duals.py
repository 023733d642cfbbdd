"""Duals of the linear relaxation, for the first multipliers if a load depends on the member.

The relaxation is then a flow with gains, so that a linear program is solved instead of a minimum-cost
flow. Prices need not be exact: the bound that is computed from them is exact.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Final

import numpy as np
from ortools.math_opt import model_pb2, parameters_pb2, solution_pb2

from phancong.engines.common.linear_model import Waiting
from phancong.engines.common.mathopt_call import HIGHS, called, cannot_stop, clock, dense
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
    model = _proto(instance, rows, columns, price / scale)
    # At 3,000 × 60 the simplex of HiGHS was four times as fast as GLOP and twice as fast as PDLP.
    parameters = parameters_pb2.SolveParametersProto()
    parameters.time_limit.FromTimedelta(clock(seconds))
    parameters.highs.string_options["parallel"] = "off"
    result = waited(partial(called, HIGHS, model, parameters), cannot_stop, seconds)
    if result is None or not result.solutions:
        return None
    solution = result.solutions[0].dual_solution
    if solution.feasibility_status != solution_pb2.SOLUTION_STATUS_FEASIBLE:
        return None
    dual = dense(solution.dual_values, len(model.linear_constraints.ids)) * scale
    units, members = instance.free.shape
    worth = np.zeros(instance.free.shape, dtype=np.float64)
    weight = instance.binding[0].weight[rows, columns]
    worth[rows, columns] = -dual[units + columns] * weight
    budgets = tuple(max(round(-value), 0) for value in dual[units + members :].tolist())
    return np.rint(worth).astype(np.int64), budgets


def _proto(
    instance: Instance, rows: IntArray, columns: IntArray, price: FloatArray
) -> model_pb2.ModelProto:
    """The linear program: a row for each unit, for the load of each member, and for each budget."""
    (loads, *_), need = instance.binding, instance.need
    units, count = len(need), len(rows)
    proto = model_pb2.ModelProto()
    shares = np.arange(count)
    proto.variables.ids.extend(shares.tolist())
    proto.variables.lower_bounds.extend([0.0] * count)
    proto.variables.upper_bounds.extend([1.0] * count)
    proto.variables.integers.extend([False] * count)
    row = [rows, units + columns]
    value = [np.ones(count, dtype=np.int64), loads.weight[rows, columns]]
    first = units + len(loads.low)
    for number, budget in enumerate(instance.budgets):
        row.append(np.full(count, first + number))
        value.append(budget.weight[rows, columns])
    least = [*need.tolist(), *loads.low.tolist(), *(-math.inf for _ in instance.budgets)]
    most = [*need.tolist(), *loads.high.tolist(), *(budget.most for budget in instance.budgets)]
    limits = proto.linear_constraints
    limits.ids.extend(range(len(most)))
    limits.lower_bounds.extend(map(float, least))
    limits.upper_bounds.extend(map(float, most))
    of, variable, entry = np.concatenate(row), np.tile(shares, len(row)), np.concatenate(value)
    order = np.lexsort((variable, of))
    order = order[entry[order] != 0]
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(of[order].tolist())
    matrix.column_ids.extend(variable[order].tolist())
    matrix.coefficients.extend(entry[order].astype(np.float64).tolist())
    proto.objective.linear_coefficients.ids.extend(shares.tolist())
    proto.objective.linear_coefficients.values.extend(price.tolist())
    return proto
