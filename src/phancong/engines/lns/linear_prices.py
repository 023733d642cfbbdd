"""Prices to begin with where a load depends on who goes: the dual of the linear relaxation.

Households can then not be split by a flow, as what arrives is not what was sent: a linear program is
solved instead. Prices need not be exact, the bound that is computed from them is.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

from phancong.engines.lns.instance import Resource
from phancong.problem import BoolArray, FloatArray, IntArray

#: Of more pairs the program would take longer than what its prices spare.
MOST_PAIRS: Final = 400_000
#: What costs are scaled to, so that a solver's tolerances are small beside them.
LARGEST: Final = 1e6
#: Pairs of a program that takes one deterministic unit of work.
PAIRS_A_UNIT: Final = 100_000


def linear_prices(
    free: BoolArray, need: IntArray, resource: Resource, cost: IntArray
) -> IntArray | None:
    """What load costs each member beside the travel, for each pair; U × M.

    None if there are no prices: there are too many pairs, or the program was not solved to its end.
    """
    rows, columns = np.nonzero(free)
    if len(rows) > MOST_PAIRS:
        return None
    units = len(need)
    price = cost[rows, columns].astype(np.float64)
    scale = max(float(np.abs(price).max(initial=0.0)), 1.0) / LARGEST
    model = mathopt.Model.from_model_proto(_proto(rows, columns, need, resource, price / scale))
    # Its simplex is four times as fast as GLOP and PDLP half as fast, at 3,000 × 60.
    one_thread = highs_pb2.HighsOptionsProto(string_options={"parallel": "off"})
    parameters = mathopt.SolveParameters(highs=one_thread)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    if not result.has_dual_feasible_solution():
        return None
    dual = np.array(result.dual_values(list(model.linear_constraints())), dtype=np.float64)
    worth = np.zeros(free.shape, dtype=np.float64)
    worth[rows, columns] = -dual[units + columns] * scale * resource.weight[rows, columns]
    return np.rint(worth).astype(np.int64)


def _proto(
    rows: IntArray, columns: IntArray, need: IntArray, resource: Resource, price: FloatArray
) -> model_pb2.ModelProto:
    """Shares of pairs: a row for each unit, then one for each member's load."""
    units, count = len(need), len(rows)
    proto = model_pb2.ModelProto()
    shares = np.arange(count)
    proto.variables.ids.extend(shares.tolist())
    proto.variables.lower_bounds.extend([0.0] * count)
    proto.variables.upper_bounds.extend([1.0] * count)
    proto.variables.integers.extend([False] * count)
    limits = proto.linear_constraints
    limits.ids.extend(range(units + len(resource.low)))
    limits.lower_bounds.extend(np.concatenate([need, resource.low]).astype(np.float64).tolist())
    limits.upper_bounds.extend(np.concatenate([need, resource.high]).astype(np.float64).tolist())
    row = np.concatenate([rows, units + columns])
    variable = np.concatenate([shares, shares])
    weight = resource.weight[rows, columns].astype(np.float64)
    value = np.concatenate([np.ones(count), weight])
    order = np.lexsort((variable, row))
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(row[order].tolist())
    matrix.column_ids.extend(variable[order].tolist())
    matrix.coefficients.extend(value[order].tolist())
    proto.objective.linear_coefficients.ids.extend(shares.tolist())
    proto.objective.linear_coefficients.values.extend(price.tolist())
    return proto
