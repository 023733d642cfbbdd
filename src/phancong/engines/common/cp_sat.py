"""CP-SAT on an integer linear model."""

from __future__ import annotations

import math
import time
from functools import partial
from typing import Any, Final

import numpy as np
from ortools.sat.python import cp_model

from phancong.engines.common.linear_model import (
    FREE,
    Answer,
    Claim,
    Limits,
    Linear,
    LinearModel,
    tolerated,
)
from phancong.problem import IntArray

#: Seconds that stand for no limit of time: CP-SAT's clock does not take larger numbers.
_LONGEST: Final = 1e8
#: CP-SAT stops a little before its deterministic limit: from this share on, the limit has cut it.
SPENT: Final = 0.9
#: Seconds to load and presolve a model for each second that building it took (450,000 pairs: 2.0 to 3.5
#: s, and 2.4 s). No clock is read in that time, so a call that has no time left for the search is not
#: begun.
LOADING: Final = 1.0
#: A unit of CP-SAT's deterministic time is about a second of a core up to this many coefficients. In
#: larger models it is more, as their linear relaxations count too little: 1.6 s at 10,000 coefficients,
#: 2.4 s at 76,000.
PLAIN: Final = 1_000
SLOWER: Final = 0.2
#: Rows or variables that are written between two readings of the clock.
STRIDE: Final = 4096


class CpSatSolver:
    """CP-SAT with one worker: with several workers, the answer depends on the clock.

    Interleaved search is deterministic, too, but was 10 to 20 times slower on staged models.
    """

    #: Presolve of version 9.15 loses solutions where sums are large: see :meth:`solve`.
    bits = 28
    accuracy = 0.0

    def solve(
        self, model: LinearModel, objective: Linear, hint: IntArray | None, limits: Limits
    ) -> Answer:
        """Minimise *objective*, beginning near *hint*."""
        if model.impossible:
            return Answer(Claim.INFEASIBLE, None, None, 0.0)
        began = time.perf_counter()
        written = _translated(model, objective, hint, began + limits.seconds)
        took = time.perf_counter() - began
        if written is None or took * (1 + LOADING) >= limits.seconds:
            return Answer(Claim.UNKNOWN, None, None, 0.0, "time")
        seconds = limits.seconds - took
        solver, pace = cp_model.CpSolver(), _pace(model)
        _set_parameters(solver.parameters, model, limits, seconds, pace)
        began = time.perf_counter()
        status = limits.waited(partial(solver.solve, written), solver.stop_search, seconds)
        early = time.perf_counter() - began < SPENT * seconds
        if status is None:
            return Answer(Claim.UNKNOWN, None, None, 0.0, "time")
        response = solver.response_proto
        work = float(response.deterministic_time) * pace
        if status == cp_model.INFEASIBLE:
            return Answer(Claim.INFEASIBLE, None, None, work)
        # Version 9.12 does not count the step in which a small budget ends.
        budgeted = math.isfinite(limits.work)
        spent = "work" if work >= SPENT * limits.work or (early and budgeted) else "time"
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            # The response holds 0 as objective and bound here, so neither is read.
            return Answer(Claim.UNKNOWN, None, None, work, spent)
        values = np.array(response.solution, dtype=np.int64)
        bound = _bound(response, objective)
        # The status is OPTIMAL within the gap limit, too: only a bound that meets the value proves it.
        if status == cp_model.OPTIMAL and bound == objective.at(values):
            return Answer(Claim.OPTIMAL, values, bound, work)
        cut = "gap" if status == cp_model.OPTIMAL else spent
        return Answer(Claim.FEASIBLE, values, bound, work, cut)


def _set_parameters(
    parameters: Any, model: LinearModel, limits: Limits, seconds: float, pace: float
) -> None:
    """Set the parameters of CP-SAT for a model and what is left of its limits."""
    # CP-SAT would replace the application's handler of signals for good, and would abort the process
    # in any thread but the main one.
    parameters.catch_sigint_signal = False
    parameters.num_workers = 1
    parameters.random_seed = limits.seed
    parameters.max_time_in_seconds = min(seconds, _LONGEST)
    parameters.relative_gap_limit = tolerated(limits.gap)
    if math.isfinite(limits.work):
        parameters.max_deterministic_time = limits.work / pace
    parameters.linearization_level = 2
    # Further rounds of presolve and probing cost more than they gain: probing took a quarter of the
    # time at 8 × 66 and 12 × 100, and published instances are solved faster without it.
    parameters.max_presolve_iterations = 1
    parameters.cp_model_probing_level = 0
    # Presolve by inclusion loses solutions in version 9.15 (INFEASIBLE despite a feasible hint, in 4
    # % of the calls with large coefficients): https://github.com/google/or-tools/issues/5293
    parameters.presolve_inclusion_work_limit = 0
    # With enforced rows of 34-bit coefficients, presolve gave an "optimal" value of four times the
    # optimum, whichever part of it was turned off; without presolve the value is right.
    parameters.cp_model_presolve = all(row.when is None for row in model.rows)


def _pace(model: LinearModel) -> float:
    """Units of work that a unit of CP-SAT's deterministic time is."""
    entries = sum(len(row.linear.variables) for row in model.rows)
    return float(max(entries / PLAIN, 1.0) ** SLOWER)


def _bound(response: Any, objective: Linear) -> int:
    if not len(objective.variables):
        return objective.constant
    return int(response.inner_objective_lower_bound) + objective.constant


def _translated(
    model: LinearModel, objective: Linear, hint: IntArray | None, until: float
) -> cp_model.CpModel | None:
    """The model as CP-SAT reads it; None where building it takes until *until* or longer."""
    cp = cp_model.CpModel()
    proto = cp.proto
    for number, (low, high) in enumerate(zip(model.lower, model.upper, strict=True)):
        if number % STRIDE == 0 and time.perf_counter() > until:
            return None
        proto.variables.add().domain.extend([low, high])
    for number, row in enumerate(model.rows):
        if number % STRIDE == 0 and time.perf_counter() > until:
            return None
        constraint = proto.constraints.add()
        if row.when is not None:
            constraint.enforcement_literal.append(row.when)
        constraint.linear.vars.extend(row.linear.variables.tolist())
        constraint.linear.coeffs.extend(row.linear.coefficients.tolist())
        constraint.linear.domain.extend([max(row.lower, -FREE), min(row.upper, FREE)])
    if len(objective.variables):
        proto.objective.vars.extend(objective.variables.tolist())
        proto.objective.coeffs.extend(objective.coefficients.tolist())
        proto.objective.offset = objective.constant
    if hint is not None:
        proto.solution_hint.vars.extend(range(len(hint)))
        proto.solution_hint.values.extend(hint.tolist())
    return cp
