"""The rival: one elastic integer program, solved in ordered stages by CP-SAT or HiGHS.

What anybody would write who has read the contract: a variable a unit and member, a variable for what
each limit lacks, the rules in the order of their weight, then the goals, each held while the next is
minimised, each stage begun from the best plan so far. It starts from last year's plan repaired and
never gives back a worse one.
"""

from __future__ import annotations

import datetime
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from ortools.math_opt.python import mathopt

from benchmarks.quality.any_size.comparing import SAME, better, lines_of
from benchmarks.quality.any_size.program import PlainProgram, Stage, TooSlowError
from benchmarks.quality.any_size.starts import repaired
from phancong import Goal, Problem
from phancong.assignment import Assignment
from phancong.problem import Pair

SOLVERS: Final = {
    "plain cp_sat": mathopt.SolverType.CP_SAT,
    "plain highs": mathopt.SolverType.HIGHS,
}
#: Beyond so many pairs the repaired plan is all there is: the solvers would not look at their clocks.
LARGEST: Final = 300_000


@dataclass(frozen=True, slots=True)
class Ended:
    """What the rival found: pairs, and whether every stage was proven by the solver."""

    pairs: tuple[Pair, ...]
    proven: bool
    note: str


def ordered(
    name: str,
    problem: Problem,
    goals: Sequence[Goal],
    relax: Mapping[str, float | None],
    seconds: float,
) -> Ended:
    """Solve in ordered stages; each may take an even part of what is left, one thread.

    Parameters
    ----------
    name
        One of :data:`SOLVERS`.
    problem, goals, relax
        What is asked.
    seconds
        For all of it, building the model included.

    Raises
    ------
    RefusedError
        The plain program has no form for a goal.
    """
    began = time.perf_counter()
    found = Assignment.of(problem, repaired(problem))
    if np.count_nonzero(problem.allowed) > LARGEST:
        return Ended(found.pairs, False, f"repaired only: more than {LARGEST:,} pairs")
    lines = lines_of(found, goals, relax)
    try:
        plain = PlainProgram(problem, relax, began + seconds)
        left = [*plain.stages_of_rules(), *(plain.stage_of(goal) for goal in goals)]
    except TooSlowError:
        return Ended(found.pairs, False, "repaired only: no time to build the model")
    proven = True
    while left:
        stage, *left = left
        held = stage.held(found)
        is_rule = len(left) >= len(goals)
        if not (is_rule and held == 0 and not lines[0].values):
            open_ = seconds - (time.perf_counter() - began)
            if open_ <= 0.05:
                return Ended(found.pairs, False, f"out of time before {stage.name}")
            result = _solved(plain, stage, found, SOLVERS[name], open_ / (len(left) + 1))
            proven &= result.termination.reason == mathopt.TerminationReason.OPTIMAL
            if result.has_primal_feasible_solution():
                other = plain.read(result.variable_values())
                theirs = lines_of(other, goals, relax)
                if better(theirs, lines):
                    found, lines = other, theirs
                    held = stage.held(found)
            plain.deadline = math.inf
            left = [*stage.then(held), *left]
        for total, factor in stage.rows or ((stage.objective, 1.0),):
            most = factor * held
            # What solvers of floats can keep; the lines do not tell it apart.
            slack = SAME / 2 * max(1.0, abs(most))
            plain.model.add_linear_constraint(total <= most + slack)
    return Ended(found.pairs, proven and not lines[0].values, "")


def _solved(
    plain: PlainProgram, stage: Stage, found: Assignment, solver: mathopt.SolverType, seconds: float
) -> mathopt.SolveResult:
    plain.model.minimize(stage.objective)
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=seconds), relative_gap_tolerance=0.0
    )
    if solver is mathopt.SolverType.CP_SAT:  # HiGHS knows no number of threads here
        parameters.threads = 1
    begin = mathopt.ModelSolveParameters(solution_hints=[plain.hint(found.mask)])
    return mathopt.solve(plain.model, solver, params=parameters, model_params=begin)
