"""CP-SAT on an integer linear model."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from ortools.sat.python import cp_model

from phancong.engines.exact.backend import (
    FREE,
    Answer,
    Claim,
    Limits,
    Linear,
    LinearModel,
    tolerated,
)
from phancong.problem import IntArray

#: CP-SAT's clock counts in milliseconds or so; what is longer than this is no limit.
_LONGEST: Final = 1e8
#: CP-SAT stops a little before its deterministic limit.
SPENT: Final = 0.9


class CpSatSolver:
    """CP-SAT with one worker: with several, the answer depends on the clock.

    (Interleaved search would repeat itself, too, but was 10 to 20 times slower on staged models.)
    """

    #: Presolve of 9.15 loses solutions where sums are large: see :meth:`solve`.
    bits = 28
    accuracy = 0.0

    def solve(
        self, model: LinearModel, objective: Linear, hint: IntArray | None, limits: Limits
    ) -> Answer:
        """Minimise *objective*, beginning near *hint*."""
        if model.impossible:
            return Answer(Claim.INFEASIBLE, None, None, 0.0)
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = 1
        parameters.random_seed = limits.seed
        parameters.max_time_in_seconds = min(limits.seconds, _LONGEST)
        parameters.relative_gap_limit = tolerated(limits.gap)
        if math.isfinite(limits.work):
            parameters.max_deterministic_time = limits.work
        parameters.linearization_level = 2
        # Rounds of presolve after the first, and probing, cost more than they gave: at 8 × 66 and
        # 12 × 100 probing took a quarter of the time, and the published instances go faster, too.
        parameters.max_presolve_iterations = 1
        parameters.cp_model_probing_level = 0
        # With it, presolve of 9.15 loses solutions (INFEASIBLE with a plan in hand, in 4 % of
        # the calls with large coefficients): https://github.com/google/or-tools/issues/5293
        parameters.presolve_inclusion_work_limit = 0
        # Rows under a literal with coefficients of 34 bits came out "optimal" at four times the
        # optimum, whatever part of presolve was left out; without presolve they came out right.
        parameters.cp_model_presolve = all(row.when is None for row in model.rows)
        status = solver.solve(_translated(model, objective, hint))
        response = solver.response_proto
        work = float(response.deterministic_time)
        if status == cp_model.INFEASIBLE:
            return Answer(Claim.INFEASIBLE, None, None, work)
        spent = "work" if work >= SPENT * limits.work else "time"
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            # Objective and bound read 0 here, whatever they are.
            return Answer(Claim.UNKNOWN, None, None, work, spent)
        values = np.array(response.solution, dtype=np.int64)
        bound = _bound(response, objective)
        # A gap limit, too, ends with OPTIMAL: only a bound that meets the value is a proof.
        if status == cp_model.OPTIMAL and bound == objective.at(values):
            return Answer(Claim.OPTIMAL, values, bound, work)
        cut = "gap" if status == cp_model.OPTIMAL else spent
        return Answer(Claim.FEASIBLE, values, bound, work, cut)


def _bound(response: Any, objective: Linear) -> int:
    if not len(objective.variables):
        return objective.constant
    return int(response.inner_objective_lower_bound) + objective.constant


def _translated(model: LinearModel, objective: Linear, hint: IntArray | None) -> cp_model.CpModel:
    cp = cp_model.CpModel()
    proto = cp.proto
    for low, high in zip(model.lower, model.upper, strict=True):
        proto.variables.add().domain.extend([low, high])
    for row in model.rows:
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
