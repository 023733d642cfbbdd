"""HiGHS and SCIP, through MathOpt, on an integer linear model."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from ortools.math_opt import model_pb2, parameters_pb2, result_pb2, solution_pb2

from phancong.engines.common.float_rows import RESOLUTION, FloatRows
from phancong.engines.common.linear_model import (
    Answer,
    Claim,
    Limits,
    Linear,
    LinearModel,
    tolerated,
)
from phancong.engines.common.linear_program import LinearProgram
from phancong.engines.common.mathopt_call import (
    FAILURES,
    HIGHS,
    SCIP,
    cannot_stop,
    clock,
    dense,
    solver_answer,
)
from phancong.problem import BoolArray, FloatArray, IntArray

#: Work is reckoned in simplex iterations, which take most of the time: nonzero coefficients × iterations
#: that are one deterministic unit, about a second of a core, and the fixed cost of an iteration with its
#: share of cuts and heuristics, in coefficients. Measured on 400 to 76,000 coefficients: 0.15 to 0.55 ms.
ITERATED_A_UNIT: Final = 200_000_000
ITERATION: Final = 30_000
#: Iterations of a node, of which there is a limit; those of the root are counted once it is over. (16 to
#: 50 were measured where there were more than a hundred nodes.)
AT_A_NODE: Final = 40
#: Iterations at the root, with its cuts and heuristics, for each variable: 1.1 on weighted loads of 200 ×
#: 15 and 300 × 20, 1.3 with hamlets, fewer where limits leave room. Where only work ends a search, a root
#: may be estimated to take up to *MORE* times the work that is left.
AT_A_ROOT: Final = 1.0
MORE: Final = 2.0
#: The most bits of a coefficient or a value; larger ones are scaled down.
MODERATE: Final = 16
#: A bound within this of an integer is taken for that integer.
ROUNDING: Final = 1e-6
#: The least work to verify in integers a claim that floats cannot decide.
VERIFYING: Final = 1.0
#: The largest limit of nodes that HiGHS takes.
_MOST_NODES: Final = 2**31 - 1


class MathOptSolver:
    """A branch-and-cut solver, always on one thread, with gap tolerances of 0 unless asked for.

    Parameters
    ----------
    kind
        :data:`HIGHS` or :data:`SCIP`. None chooses HiGHS, which is faster on sums over pairs, but SCIP
        where a variable has to be scaled down, as HiGHS prints lines when it repairs a solution there.
    within_work
        Whether a solve is refused if its root is estimated to take far more than the work that is left:
        a root cannot be cut.
    """

    bits = 26
    #: With costs of 16 bits, dual values have an error of 1e-7 each, which is far below this.
    accuracy = 2e-10

    def __init__(self, kind: int | None = None, *, within_work: bool = False) -> None:
        self.kind = kind
        self.within_work = within_work

    def solve(
        self, model: LinearModel, objective: Linear, hint: IntArray | None, limits: Limits
    ) -> Answer:
        """Minimise *objective*, beginning near *hint*."""
        if model.impossible:
            return Answer(Claim.INFEASIBLE, None, None, 0.0)
        if not model.lower:  # MathOpt's solvers differ on an empty model
            return Answer(Claim.OPTIMAL, np.zeros(0, dtype=np.int64), objective.constant, 0.0)
        began = time.perf_counter()
        reach, rows = _reach(model), FloatRows.of(model)
        answer = self.claim(model, rows, reach, objective, hint, limits)
        claims = answer.claim is Claim.INFEASIBLE or answer.bound is not None
        found = answer.values is not None and len(objective.variables) == 0  # no bound is needed
        if not claims or found or rows.tell_apart(reach, _large(reach), objective, answer.bound):
            return answer
        if answer.cut in _CUTS.values():
            return replace(answer, bound=None)
        seconds = limits.seconds - (time.perf_counter() - began)
        left = replace(limits, seconds=seconds, work=limits.work - answer.work)
        return _in_integers(model, objective, answer, left)

    def claim(
        self,
        model: LinearModel,
        rows: FloatRows,
        reach: FloatArray,
        objective: Linear,
        hint: IntArray | None,
        limits: Limits,
    ) -> Answer:
        """The answer of the solver, computed in floats."""
        began = time.perf_counter()
        shifts = _excess_bits(reach)  # the tolerances of the solvers are absolute, 1e-6
        proto, shift = _translated(model, rows, objective, shifts)
        entries = len(rows.numbers)
        an_iteration = (entries + ITERATION) / ITERATED_A_UNIT
        a_node = AT_A_NODE * an_iteration
        root = AT_A_ROOT * len(model.lower) * an_iteration
        searched = self.within_work and len(objective.variables) > 0  # feasibility is fast
        if searched and root > MORE * limits.work:
            return Answer(Claim.UNKNOWN, None, None, 0.0, "work")
        start = None
        if hint is not None:
            # HiGHS fails on a hint that is out of bounds.
            inside = np.clip(hint, model.lower, model.upper)
            start = np.ldexp(inside.astype(np.float64), -shifts)
        kind = self.kind or (SCIP if shifts.any() else HIGHS)
        seconds = limits.seconds - (time.perf_counter() - began)
        if seconds <= 0:
            return Answer(Claim.UNKNOWN, None, None, 0.0, "time")
        parameters = _parameters(kind, replace(limits, seconds=seconds), a_node)
        try:
            call = partial(solver_answer, kind, proto, parameters, start)
            result = limits.waited(call, cannot_stop, seconds)
        except FAILURES:
            # HiGHS fails on some models that SCIP solves; where both fail, the answer is unknown.
            if kind != HIGHS:
                return Answer(Claim.UNKNOWN, None, None, a_node, "numerics")
            seconds = limits.seconds - (time.perf_counter() - began)
            limits = replace(limits, seconds=seconds)
            return MathOptSolver(SCIP).claim(model, rows, reach, objective, hint, limits)
        if result is None:
            return Answer(Claim.UNKNOWN, None, None, 0.0, "time")
        return _answer(result, objective, shifts, shift, limits.gap, an_iteration)


def _answer(
    result: result_pb2.SolveResultProto,
    objective: Linear,
    shifts: IntArray,
    shift: int,
    gap: float,
    an_iteration: float,
) -> Answer:
    """The answer of a solver, in the integers of the model.

    Parameters
    ----------
    result
        The result of the scaled model.
    objective
        The objective of the model.
    shifts, shift
        Bits by which each variable, (V,), and the objective were scaled down.
    gap
        The relative gap at which the solver could stop.
    an_iteration
        Work of a simplex iteration.
    """
    stats = result.solve_stats
    work = max(1 + stats.node_count, stats.simplex_iterations) * an_iteration
    reason = result.termination.reason
    if reason == result_pb2.TERMINATION_REASON_INFEASIBLE:
        return Answer(Claim.INFEASIBLE, None, None, work)
    bound = _whole_bound(math.ldexp(_lowest(result.termination), shift))
    cut = _CUTS.get(result.termination.limit, "numerics")
    found = _solution(result)
    if found is None:
        return Answer(Claim.UNKNOWN, None, bound, work, cut)
    scaled = dense(found.variable_values, len(shifts))
    values = np.rint(np.ldexp(scaled, shifts)).astype(np.int64)
    if reason != result_pb2.TERMINATION_REASON_OPTIMAL:
        return Answer(Claim.FEASIBLE, values, bound, work, cut)
    if gap == 0:
        bound = round(math.ldexp(found.objective_value, shift))
    if bound == objective.at(values):
        return Answer(Claim.OPTIMAL, values, bound, work)
    return Answer(Claim.FEASIBLE, values, bound, work, "gap" if gap else "numerics")


def _in_integers(model: LinearModel, objective: Linear, claimed: Answer, limits: Limits) -> Answer:
    """The answer of CP-SAT where floats cannot decide; without a proof if that takes too long."""
    from phancong.engines.common.cp_sat import CpSatSolver

    values, work = claimed.values, claimed.work
    if limits.seconds > 0 and limits.work > 0:
        share = replace(limits, work=min(limits.work, max(work, VERIFYING)))
        answer = CpSatSolver().solve(model, objective, values, share)
        work += answer.work
        if answer.claim in (Claim.OPTIMAL, Claim.INFEASIBLE):
            return replace(answer, work=work)
        values = values if answer.values is None else answer.values
    claim = Claim.UNKNOWN if values is None else Claim.FEASIBLE
    return Answer(claim, values, None, work, "rounding")


def _lowest(termination: result_pb2.TerminationProto) -> float:
    """The proven bound of the objective; minus infinity if there is none."""
    given = termination.HasField("objective_bounds")
    return termination.objective_bounds.dual_bound if given else -math.inf


def _solution(result: result_pb2.SolveResultProto) -> solution_pb2.PrimalSolutionProto | None:
    """The best solution, None if there is none."""
    if not result.solutions:
        return None
    best = result.solutions[0].primal_solution
    feasible = best.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE
    return best if feasible else None


#: The names of limits; a solver that ends without a limit or a proof ends because of its numerics.
_CUTS: Final = {result_pb2.LIMIT_NODE: "work", result_pb2.LIMIT_TIME: "time"}


def _parameters(kind: int, limits: Limits, a_node: float) -> parameters_pb2.SolveParametersProto:
    parameters = parameters_pb2.SolveParametersProto(
        relative_gap_tolerance=tolerated(limits.gap),
        absolute_gap_tolerance=0.0,
        random_seed=limits.seed,
    )
    parameters.time_limit.FromTimedelta(clock(limits.seconds))
    if math.isfinite(limits.work):
        # The root is a node, too, and cannot be cut.
        parameters.node_limit = max(int(min(limits.work / a_node, _MOST_NODES)) - 1, 1)
    if kind == HIGHS:  # it takes no number of threads here
        parameters.highs.string_options["parallel"] = "off"
    else:
        parameters.threads = 1
        # With its default of 1e-9, terms beside a big M vanish, and claimed optima are too high.
        parameters.gscip.real_params["numerics/epsilon"] = RESOLUTION
    return parameters


def _whole_bound(bound: float) -> int | None:
    """A bound of an integer objective, rounded up less a tolerance, so that it stays valid."""
    if not math.isfinite(bound):
        return None
    return math.ceil(bound - ROUNDING * max(1.0, 1e-3 * abs(bound)))


def _large(reach: FloatArray) -> BoolArray:
    """Whether each variable is scaled down, (V,)."""
    return np.asarray(_excess_bits(reach) > 0)


def _reach(model: LinearModel) -> FloatArray:
    """The largest absolute value of each variable, (V,)."""
    lower, upper = np.array(model.lower, dtype=np.float64), np.array(model.upper, dtype=np.float64)
    return np.maximum(np.abs(lower), np.abs(upper))


def _excess_bits(size: FloatArray) -> IntArray:
    return np.asarray(np.maximum(np.frexp(size)[1] - MODERATE, 0), dtype=np.int64)


def _translated(
    model: LinearModel, rows: FloatRows, objective: Linear, shifts: IntArray
) -> tuple[model_pb2.ModelProto, int]:
    """The model with numbers of moderate size, and the bits by which its objective is scaled down."""
    coefficients = np.ldexp(rows.coefficients, shifts[rows.variables])
    largest = np.zeros(len(rows.lower))
    np.maximum.at(largest, rows.numbers, np.abs(coefficients))
    scale = _excess_bits(largest)
    cost = np.zeros(len(shifts))
    cost[objective.variables] = objective.coefficients
    cost = np.ldexp(cost, shifts)
    shift = int(_excess_bits(np.abs(cost).max(initial=0.0)))
    program = LinearProgram(
        row=rows.numbers,
        variable=rows.variables,
        value=np.ldexp(coefficients, -scale[rows.numbers]),
        least=np.ldexp(rows.lower, -scale),
        most=np.ldexp(rows.upper, -scale),
        lower=np.ldexp(np.array(model.lower, float), -shifts),
        upper=np.ldexp(np.array(model.upper, float), -shifts),
        cost=np.ldexp(cost, -shift),
        # A variable that is scaled down depends on others, so it need not be declared integer.
        integer=np.asarray(shifts == 0),
        offset=math.ldexp(float(objective.constant), -shift),
    )
    return program.message(), shift
