"""A call of one of MathOpt's solvers: a model goes in and a result comes out, both as messages.

MathOpt's own ``Model`` copies a message twice more and a hint thrice, and holds the interpreter
meanwhile, for a second at half a million variables; nobody is told of progress then.
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
#: What a failure inside a solver comes out as.
FAILURES: Final = (StatusNotOk, RuntimeError)
#: MathOpt's clock overflows at some 292 years.
_LONGEST: Final = 1e8


def called(
    kind: int,
    model: model_pb2.ModelProto,
    parameters: parameters_pb2.SolveParametersProto,
    start: FloatArray | None = None,
) -> result_pb2.SolveResultProto:
    """Answer of the solver of this *kind* for *model*, beginning near *start*, a value a variable.

    Raises
    ------
    StatusNotOk, RuntimeError
        It failed, see :data:`FAILURES`.
    """
    near = model_parameters_pb2.ModelSolveParametersProto()
    if start is not None:
        values = near.solution_hints.add().variable_values
        values.ids.extend(range(len(start)))
        values.values.extend(start.tolist())

    def call() -> result_pb2.SolveResultProto:
        nothing = parameters_pb2.SolverInitializerProto(), callback_pb2.CallbackRegistrationProto()
        return solver.solve(model, kind, nothing[0], parameters, near, None, nothing[1], None, None)

    # SCIP keeps silent by itself.
    return quietly(call) if kind == HIGHS else call()


def dense(vector: sparse_containers_pb2.SparseDoubleVectorProto, count: int) -> FloatArray:
    """The values of a vector with *count* places; what it does not name is 0."""
    values = np.zeros(count, dtype=np.float64)
    values[np.array(vector.ids, dtype=np.int64)] = np.array(vector.values, dtype=np.float64)
    return values


def clock(seconds: float) -> datetime.timedelta:
    """A limit of time as MathOpt can count it."""
    return datetime.timedelta(seconds=max(min(seconds, _LONGEST), 1e-6))


def cannot_stop() -> None:
    """Nothing, where a solver would be told to stop.

    HiGHS does not look at MathOpt's interrupter, and SCIP prints where there is one. What is not waited
    for ends at its limit of time, in a thread of its own.
    """
