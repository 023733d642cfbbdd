"""HiGHS and SCIP, through MathOpt, on an integer linear model."""

from __future__ import annotations

import datetime
import math
import time
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

from phancong.engines.common.linear_model import (
    FREE,
    Answer,
    Claim,
    Limits,
    Linear,
    LinearModel,
    flat,
    tolerated,
)
from phancong.engines.common.quiet import quietly
from phancong.problem import FloatArray, IntArray

#: Nonzero coefficients × nodes, and × iterations of the simplex, that are one deterministic unit of
#: work: about a second of a core. Only nodes can be limited; a long root is counted once it is over.
ENTRIES_A_UNIT: Final = 2_000_000
ITERATED_A_UNIT: Final = 12_000_000
#: Iterations of a root, with its cuts and heuristics, for each variable: 1.1 on weighted loads of
#: 200 × 15 and 300 × 20, 1.3 with hamlets, less where limits leave room. And how much more than the work
#: that is left a root may be reckoned to take where work is all that ends a search.
AT_A_ROOT: Final = 1.0
MORE: Final = 2.0
#: What a node costs beside its coefficients, in coefficients.
NODE: Final = 1_000
#: Bits that a coefficient or a value may have; what has more is scaled down.
MODERATE: Final = 16
#: A bound that a float misses an integer by is that integer.
ROUNDING: Final = 1e-6
#: What a failure inside a solver comes out as: MathOpt trips over its own status.
FAILURES: Final = (AttributeError, RuntimeError, ValueError)
#: MathOpt's clock overflows at some 292 years.
_LONGEST: Final = 1e8
#: HiGHS refuses a limit of nodes beyond this; nobody waits for so many.
_MOST_NODES: Final = 2**31 - 1


class MathOptSolver:
    """A branch-and-cut solver, always on one thread, with gap tolerances of 0 unless asked for.

    Parameters
    ----------
    kind
        ``"highs"`` or ``"scip"``; None takes HiGHS, the faster one on sums over pairs, but SCIP where
        a variable has to be scaled down: HiGHS prints when it repairs a solution there.
    within_work
        Whether no root is begun that would take far more than the work that is left: nothing ends one.
    """

    bits = 26
    #: Of costs scaled to 16 bits dual values are off by 1e-7 each, which is far less than this.
    accuracy = 2e-10

    def __init__(self, kind: str | None = None, *, within_work: bool = False) -> None:
        self.kind = kind
        self.within_work = within_work

    def solve(
        self, model: LinearModel, objective: Linear, hint: IntArray | None, limits: Limits
    ) -> Answer:
        """Minimise *objective*, beginning near *hint*."""
        if model.impossible:
            return Answer(Claim.INFEASIBLE, None, None, 0.0)
        if not model.lower:  # MathOpt's solvers differ on a model of nothing
            return Answer(Claim.OPTIMAL, np.zeros(0, dtype=np.int64), objective.constant, 0.0)
        began = time.perf_counter()
        shifts = _shifts(model)
        proto, entries, shift = _translated(model, objective, shifts)
        a_node = (entries + NODE) / ENTRIES_A_UNIT
        root = AT_A_ROOT * entries * len(model.lower) / ITERATED_A_UNIT
        searched = self.within_work and len(objective.variables) > 0  # any solution is soon found
        if searched and root > MORE * limits.work:
            return Answer(Claim.UNKNOWN, None, None, 0.0, "work")
        math_model = mathopt.Model.from_model_proto(proto)
        variables = list(math_model.variables())
        start = mathopt.ModelSolveParameters()
        if hint is not None:
            # HiGHS fails on a hint that is out of bounds.
            inside = np.clip(hint, model.lower, model.upper)
            inside = np.ldexp(inside.astype(np.float64), -shifts)
            near = dict(zip(variables, inside.tolist(), strict=True))
            start.solution_hints.append(mathopt.SolutionHint(variable_values=near))
        kind = self.kind or ("scip" if shifts.any() else "highs")
        seconds = limits.seconds - (time.perf_counter() - began)
        if seconds <= 0:
            return Answer(Claim.UNKNOWN, None, None, 0.0, "time")
        try:
            result = _solved(kind, math_model, replace(limits, seconds=seconds), a_node, start)
        except FAILURES:
            # HiGHS fails at times on what SCIP solves; what both fail on stays unknown.
            if kind != "highs":
                return Answer(Claim.UNKNOWN, None, None, a_node, "numerics")
            seconds = limits.seconds - (time.perf_counter() - began)
            return MathOptSolver("scip").solve(
                model, objective, hint, replace(limits, seconds=seconds)
            )
        if result is None:
            return Answer(Claim.UNKNOWN, None, None, 0.0, "time")
        stats = result.solve_stats
        iterated = entries * stats.simplex_iterations / ITERATED_A_UNIT
        work = max(a_node * (1 + stats.node_count), iterated)
        reason = mathopt.TerminationReason
        if result.termination.reason == reason.INFEASIBLE:
            return Answer(Claim.INFEASIBLE, None, None, work)
        bound = _whole_bound(math.ldexp(result.termination.objective_bounds.dual_bound, shift))
        cut = _CUTS.get(result.termination.limit, "numerics")
        if not result.has_primal_feasible_solution():
            return Answer(Claim.UNKNOWN, None, bound, work, cut)
        found = result.variable_values(variables)
        values = np.rint(np.ldexp(np.array(found, dtype=np.float64), shifts)).astype(np.int64)
        if result.termination.reason != reason.OPTIMAL:
            return Answer(Claim.FEASIBLE, values, bound, work, cut)
        if limits.gap == 0:
            bound = round(math.ldexp(result.objective_value(), shift))
        if bound == objective.at(values):
            return Answer(Claim.OPTIMAL, values, bound, work)
        return Answer(Claim.FEASIBLE, values, bound, work, "gap" if limits.gap else "numerics")


def _solved(
    kind: str,
    model: mathopt.Model,
    limits: Limits,
    a_node: float,
    start: mathopt.ModelSolveParameters,
) -> mathopt.SolveResult | None:
    """The result of MathOpt's solver, None if the caller stopped waiting for it.

    Not with MathOpt's interrupter: HiGHS does not look at it, and SCIP prints where there is one. What is
    not waited for ends at its limit of time, in a thread of its own.
    """
    parameters = _parameters(kind, limits, a_node)
    call = partial(mathopt.solve, model, _TYPES[kind], params=parameters, model_params=start)
    # SCIP keeps silent by itself.
    if kind == "highs":
        call = partial(quietly, call)
    return limits.waited(call, cannot_stop, limits.seconds)


def cannot_stop() -> None:
    """Do nothing: a call of MathOpt ends at its own limits."""


#: What a limit is called; what ends without one ends because floats can prove no more.
_CUTS: Final = {mathopt.Limit.NODE: "work", mathopt.Limit.TIME: "time"}
_TYPES: Final = {"highs": mathopt.SolverType.HIGHS, "scip": mathopt.SolverType.GSCIP}


def clock(seconds: float) -> datetime.timedelta:
    """A limit of time as MathOpt can count it."""
    return datetime.timedelta(seconds=max(min(seconds, _LONGEST), 1e-6))


def _parameters(kind: str, limits: Limits, a_node: float) -> mathopt.SolveParameters:
    parameters = mathopt.SolveParameters(
        time_limit=clock(limits.seconds),
        relative_gap_tolerance=tolerated(limits.gap),
        absolute_gap_tolerance=0.0,
        random_seed=limits.seed,
    )
    if math.isfinite(limits.work):
        # The root is not counted as a node that can be cut.
        parameters.node_limit = max(int(min(limits.work / a_node, _MOST_NODES)) - 1, 1)
    if kind == "highs":  # it knows no number of threads here
        parameters.highs = highs_pb2.HighsOptionsProto(string_options={"parallel": "off"})
    else:
        parameters.threads = 1
    return parameters


def _whole_bound(bound: float) -> int | None:
    """A bound of an integer objective as an integer, on the safe side of rounding."""
    if not math.isfinite(bound):
        return None
    return math.ceil(bound - ROUNDING * max(1.0, 1e-3 * abs(bound)))


def _shifts(model: LinearModel) -> IntArray:
    """By how many bits each variable is scaled down: tolerances of floats are absolute, 1e-6."""
    lower, upper = np.array(model.lower, dtype=np.float64), np.array(model.upper, dtype=np.float64)
    return _excess_bits(np.maximum(np.abs(lower), np.abs(upper)))


def _excess_bits(size: FloatArray) -> IntArray:
    return np.asarray(np.maximum(np.frexp(size)[1] - MODERATE, 0), dtype=np.int64)


def _translated(
    model: LinearModel, objective: Linear, shifts: IntArray
) -> tuple[model_pb2.ModelProto, int, int]:
    """The model with moderate numbers, its entries, and the bits that the objective is scaled by."""
    proto = model_pb2.ModelProto()
    count = len(model.lower)
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend(np.ldexp(np.array(model.lower, float), -shifts).tolist())
    proto.variables.upper_bounds.extend(np.ldexp(np.array(model.upper, float), -shifts).tolist())
    # What is scaled down follows from the others, so that it need not be said to be whole.
    proto.variables.integers.extend((shifts == 0).tolist())
    numbers, variables, coefficients, lower, upper = _matrix(model)
    coefficients = np.ldexp(coefficients, shifts[variables])
    largest = np.zeros(len(lower))
    np.maximum.at(largest, numbers, np.abs(coefficients))
    scale = _excess_bits(largest)
    proto.linear_constraints.ids.extend(range(len(lower)))
    proto.linear_constraints.lower_bounds.extend(np.ldexp(lower, -scale).tolist())
    proto.linear_constraints.upper_bounds.extend(np.ldexp(upper, -scale).tolist())
    order = np.lexsort((variables, numbers))
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(numbers[order].tolist())
    matrix.column_ids.extend(variables[order].tolist())
    matrix.coefficients.extend(np.ldexp(coefficients, -scale[numbers])[order].tolist())
    by_variable = np.argsort(objective.variables)
    chosen = objective.variables[by_variable]
    cost = np.ldexp(objective.coefficients[by_variable].astype(np.float64), shifts[chosen])
    shift = int(_excess_bits(np.abs(cost).max(initial=0.0)))
    costs = proto.objective.linear_coefficients
    costs.ids.extend(chosen.tolist())
    costs.values.extend(np.ldexp(cost, -shift).tolist())
    proto.objective.offset = math.ldexp(float(objective.constant), -shift)
    return proto, len(numbers), shift


def _matrix(model: LinearModel) -> tuple[IntArray, IntArray, FloatArray, FloatArray, FloatArray]:
    """Rows as a sparse matrix with bounds; what holds only sometimes, with its tightest big M."""
    plain = [row for row in model.rows if row.when is None]
    numbers, variables, coefficients = flat(plain)
    lower = [_bound_of(row.lower) for row in plain]
    upper = [_bound_of(row.upper) for row in plain]
    extra: list[tuple[int, int, int]] = []
    for row in model.rows:
        if row.when is None:
            continue
        least, most = model.range_of(row.linear)
        literal, positive = (row.when, True) if row.when >= 0 else (-1 - row.when, False)
        # Σ ≤ upper + (most - upper) × (literal false), and the same from below.
        for bound, reach, above in ((row.upper, most, True), (row.lower, least, False)):
            room = reach - bound
            if (room <= 0) if above else (room >= 0):
                continue
            number = len(lower)
            extra.extend((number, v, c) for v, c in row.linear.terms())
            extra.append((number, literal, room if positive else -room))
            edge = float(bound + room if positive else bound)
            lower.append(-math.inf if above else edge)
            upper.append(edge if above else math.inf)
    more = np.array(extra, dtype=np.int64).reshape(-1, 3).T
    return (
        np.concatenate([numbers, more[0]]),
        np.concatenate([variables, more[1]]),
        np.concatenate([coefficients, more[2]]).astype(np.float64),
        np.array(lower, dtype=np.float64),
        np.array(upper, dtype=np.float64),
    )


def _bound_of(bound: int) -> float:
    if abs(bound) >= FREE // 2:  # it may be an integer that is no float
        return math.inf if bound > 0 else -math.inf
    return float(bound)
