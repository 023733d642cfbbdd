"""A call of one of MathOpt's solvers, with the model and the result as protocol buffers.

MathOpt's class ``Model`` would copy the model twice more and a hint three times. It holds the interpreter
for a second at half a million variables, and no progress can be reported in that time.
"""

from __future__ import annotations

import datetime
from typing import Final

import numpy as np
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
    sparse_containers_pb2,
)
from ortools.math_opt.core.python import solver
from pybind11_abseil.status import StatusNotOk

from phancong.engines.common.quiet import quietly
from phancong.problem import FloatArray

HIGHS: Final = parameters_pb2.SOLVER_TYPE_HIGHS
SCIP: Final = parameters_pb2.SOLVER_TYPE_GSCIP
#: The exceptions that a failure inside a solver raises.
FAILURES: Final = (StatusNotOk, RuntimeError)
#: Seconds that stand for no limit of time: MathOpt's clock overflows at some 292 years.
_LONGEST: Final = 1e8


def solver_answer(
    kind: int,
    model: model_pb2.ModelProto,
    parameters: parameters_pb2.SolveParametersProto,
    start: FloatArray | None = None,
) -> result_pb2.SolveResultProto:
    """The answer of the solver of this *kind*; *start* is a hint, a value for each variable.

    Raises
    ------
    StatusNotOk, RuntimeError
        The solver failed, see :data:`FAILURES`.
    """
    near = model_parameters_pb2.ModelSolveParametersProto()
    if start is not None:
        values = near.solution_hints.add().variable_values
        values.ids.extend(range(len(start)))
        values.values.extend(start.tolist())

    def call() -> result_pb2.SolveResultProto:
        nothing = parameters_pb2.SolverInitializerProto(), callback_pb2.CallbackRegistrationProto()
        return solver.solve(model, kind, nothing[0], parameters, near, None, nothing[1], None, None)

    # SCIP prints nothing.
    return quietly(call) if kind == HIGHS else call()


def dense(vector: sparse_containers_pb2.SparseDoubleVectorProto, count: int) -> FloatArray:
    """A sparse vector as an array of *count* values."""
    values = np.zeros(count, dtype=np.float64)
    values[np.array(vector.ids, dtype=np.int64)] = np.array(vector.values, dtype=np.float64)
    return values


def clock(seconds: float) -> datetime.timedelta:
    """A limit of time in the range that MathOpt takes."""
    return datetime.timedelta(seconds=max(min(seconds, _LONGEST), 1e-6))


def cannot_stop() -> None:
    """Do nothing: these solvers cannot be stopped.

    HiGHS ignores MathOpt's interrupter, and SCIP prints lines where there is one. A call that is no
    longer waited for ends at its limit of time, in a thread of its own.
    """
