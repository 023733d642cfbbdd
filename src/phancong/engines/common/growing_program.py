"""A linear program that gains variables, solved again from its last basis, by GLOP through MathOpt."""

from __future__ import annotations

import numpy as np
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    model_update_pb2,
    parameters_pb2,
    result_pb2,
)
from ortools.math_opt.core.python import solver

from phancong.engines.common.mathopt_call import FAILURES, dense
from phancong.problem import FloatArray, IntArray


class GrowingProgram:
    """Minimise ``cost @ x`` within ``least <= A @ x <= most`` and ``x >= 0``, column by column.

    Parameters
    ----------
    least, most
        The bounds of each row, (R,) each; infinite where there is none.
    """

    def __init__(self, least: FloatArray, most: FloatArray) -> None:
        self.rows = len(least)
        #: The number of variables.
        self.variables = 0
        #: Simplex iterations of the last solve.
        self.iterations = 0
        model = model_pb2.ModelProto()
        limits = model.linear_constraints
        limits.ids.extend(range(self.rows))
        limits.lower_bounds.extend(least.tolist())
        limits.upper_bounds.extend(most.tolist())
        nothing = parameters_pb2.SolverInitializerProto()
        self._solver = solver.new(parameters_pb2.SOLVER_TYPE_GLOP, model, nothing)
        # Presolve would drop the basis.
        self._parameters = parameters_pb2.SolveParametersProto(presolve=parameters_pb2.EMPHASIS_OFF)
        self._new: list[model_update_pb2.ModelUpdateProto] = []

    def add(self, cost: FloatArray, rows: list[IntArray], values: list[FloatArray]) -> None:
        """Add variables: the cost of each, (V,), and for each its rows and its values there."""
        numbers = np.arange(self.variables, self.variables + len(cost))
        self.variables += len(cost)
        update = model_update_pb2.ModelUpdateProto()
        new = update.new_variables
        new.ids.extend(numbers.tolist())
        new.lower_bounds.extend([0.0] * len(cost))
        new.upper_bounds.extend([np.inf] * len(cost))
        new.integers.extend([False] * len(cost))
        costs = update.objective_updates.linear_coefficients
        costs.ids.extend(numbers.tolist())
        costs.values.extend(cost.tolist())
        variable = np.repeat(numbers, [len(mine) for mine in rows])
        row, value = np.concatenate(rows), np.concatenate(values)
        order = np.lexsort((variable, row))
        matrix = update.linear_constraint_matrix_updates
        matrix.row_ids.extend(row[order].tolist())
        matrix.column_ids.extend(variable[order].tolist())
        matrix.coefficients.extend(value[order].tolist())
        self._new.append(update)

    def solve(self) -> tuple[float, FloatArray] | None:
        """The least cost and the dual of each row, (R,); None if no optimum was found."""
        near = model_parameters_pb2.ModelSolveParametersProto()
        callbacks = callback_pb2.CallbackRegistrationProto()
        try:
            for update in self._new:
                self._solver.update(update)
            self._new = []
            result = self._solver.solve(self._parameters, near, None, callbacks, None, None)
        except FAILURES:
            return None
        self.iterations = int(result.solve_stats.simplex_iterations)
        if result.termination.reason != result_pb2.TERMINATION_REASON_OPTIMAL:
            return None
        (best,) = result.solutions
        duals = dense(best.dual_solution.dual_values, self.rows)
        return float(best.primal_solution.objective_value), duals
