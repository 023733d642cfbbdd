"""CP-SAT, HiGHS and SCIP on a plain integer program, with as many threads as each takes by itself."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from benchmarks.quality.strategies.plain_model import Objective, PlainModel
from phancong.problem import IntArray

_LEAST, _MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Found:
    """The values found, None if there are none; a bound of the sum; whether it is proven impossible."""

    values: IntArray | None
    bound: float
    impossible: bool = False


#: From a model, its objective, a hint and seconds to what is found.
Solver = Callable[[PlainModel, Objective, "IntArray | None", float], Found]


def by_cp_sat(
    plain: PlainModel, objective: Objective, hint: IntArray | None, limit: float
) -> Found:
    """CP-SAT, all cores."""
    model = cp_model.CpModel()
    proto = model.proto
    for low, high in zip(plain.lower.tolist(), plain.upper.tolist(), strict=True):
        proto.variables.add().domain.extend([low, high])
    for row in plain.rows:
        if row.low == row.high == 1:
            proto.constraints.add().exactly_one.literals.extend(row.variables.tolist())
            continue
        linear = proto.constraints.add().linear
        linear.vars.extend(row.variables.tolist())
        linear.coeffs.extend(row.coefficients.tolist())
        low = _LEAST if row.low is None else row.low
        linear.domain.extend([int(low), int(_MOST) if row.high is None else row.high])
    proto.objective.vars.extend(objective.variables.tolist())
    proto.objective.coeffs.extend(objective.coefficients.tolist())
    if hint is not None:
        proto.solution_hint.vars.extend(range(len(hint)))
        proto.solution_hint.values.extend(hint.tolist())
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Found(None, float("-inf"), impossible=True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, float("-inf"))  # the bound reads 0 here, whatever it is
    values = np.array(solver.response_proto.solution, dtype=np.int64)
    return Found(values, float(solver.best_objective_bound))


def by_mathopt(kind: mathopt.SolverType) -> Solver:
    """HiGHS or SCIP, gap tolerance 0."""

    def solved(
        plain: PlainModel, objective: Objective, hint: IntArray | None, limit: float
    ) -> Found:
        model = mathopt.Model.from_model_proto(_proto(plain, objective))
        variables = list(model.variables())
        begin = mathopt.ModelSolveParameters()
        if hint is not None:
            near = dict(zip(variables, hint.astype(np.float64).tolist(), strict=True))
            begin.solution_hints.append(mathopt.SolutionHint(variable_values=near))
        parameters = mathopt.SolveParameters(
            time_limit=datetime.timedelta(seconds=limit), relative_gap_tolerance=0.0
        )
        result = mathopt.solve(model, kind, params=parameters, model_params=begin)
        if result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
            return Found(None, float("-inf"), impossible=True)
        bound = result.termination.objective_bounds.dual_bound / objective.unit
        if not result.has_primal_feasible_solution():
            return Found(None, bound)
        values = np.rint(np.array(result.variable_values(variables))).astype(np.int64)
        return Found(values, bound)

    return solved


def _proto(plain: PlainModel, objective: Objective) -> Any:
    """The model; its objective in the unit of the goal, which floats like better than thousandths."""
    proto = model_pb2.ModelProto()
    count = len(plain.lower)
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend(plain.lower.astype(np.float64).tolist())
    proto.variables.upper_bounds.extend(plain.upper.astype(np.float64).tolist())
    proto.variables.integers.extend([True] * count)
    costs = proto.objective.linear_coefficients
    costs.ids.extend(objective.variables.tolist())
    costs.values.extend((objective.coefficients * objective.unit).tolist())
    rows = proto.linear_constraints
    rows.ids.extend(range(len(plain.rows)))
    rows.lower_bounds.extend(
        float("-inf") if row.low is None else float(row.low) for row in plain.rows
    )
    rows.upper_bounds.extend(
        float("inf") if row.high is None else float(row.high) for row in plain.rows
    )
    matrix = proto.linear_constraint_matrix
    sizes = [len(row.variables) for row in plain.rows]
    matrix.row_ids.extend(np.repeat(np.arange(len(sizes)), sizes).tolist())
    matrix.column_ids.extend(np.concatenate([row.variables for row in plain.rows]).tolist())
    coefficients = np.concatenate([row.coefficients for row in plain.rows])
    matrix.coefficients.extend(coefficients.astype(np.float64).tolist())
    return proto


SOLVERS: Final[dict[str, Solver]] = {
    "cp_sat": by_cp_sat,
    "highs": by_mathopt(mathopt.SolverType.HIGHS),
    "scip": by_mathopt(mathopt.SolverType.GSCIP),
}
