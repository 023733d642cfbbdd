"""Weighted loads of whole communes: the neighbourhood search beside CP-SAT, HiGHS and SCIP.

Communes of `phancong.synth` (version of its generator printed), households of weight 1 to 5, every
member within ± 5 % of the fair load, least travel. Seeds 1 to 5 are reported; the search was tuned on
seeds from 101 on. `solve` has its default of one thread and a budget of work; the seconds of a core
that it took are shown. Each rival gets one plain model, a variable a pair, and the limit in seconds:
cold, and from the plan that our search has before its first step. Gaps are (value − bound) ÷ bound
with **our** bound, which holds for every plan. Every plan, ours or theirs,
is judged by `check` before it counts.

    python benchmarks/quality/weighted_communes.py [--seeds 5] [--limit 60] [--quick]
        [--sizes 1000x30,3000x60,10000x100] [--rivals cp_sat,highs,scip]
"""

from __future__ import annotations

import argparse
import datetime
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from phancong import Plan, Problem, Search, Travel, check, solve, synth
from phancong.synth import GENERATOR_VERSION

SIZES = "1000x30,3000x60,10000x100"
#: Deterministic units of work for our search, by households: a unit is about a second of one core, and
#: what comes out does not depend on how busy the machine is.
OURS = {1_000: 15.0, 3_000: 15.0, 10_000: 45.0}
BAND = 0.05


@dataclass(frozen=True, slots=True)
class Found:
    """What a rival found: the member of each household, None if it has no plan; its own bound."""

    member: np.ndarray | None
    bound: float
    seconds: float


def commune(seed: int, households: int, members: int) -> Problem:
    """A commune whose members are all within ± 5 % of the fair load, and nothing else is asked."""
    drawn = synth.commune(
        seed,
        members=members,
        households=households,
        weights="integer",
        secretary_share=1.0,
        infeasible=0.0,
    )
    able = [m for m in drawn.members if m.max_households != 0]
    fair = sum(h.workload for h in drawn.households) / len(able)
    people = [
        replace(
            m,
            min_workload=float(math.ceil(fair * (1 - BAND))),
            max_workload=float(math.floor(fair * (1 + BAND))),
        )
        for m in able
    ]
    return Problem(people, drawn.households)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The problem in plain numbers: millimetres, weights and limits, all whole."""

    cost: np.ndarray
    weight: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, problem: Problem) -> Numbers:
        """Read off a problem."""
        travel = problem.travel_matrix
        assert travel is not None
        members = problem.member_columns
        columns = problem.household_columns.workload, members.min_workload, members.max_workload
        weight, low, high = (c.astype(np.int64) for c in columns)
        return cls(np.rint(travel * 1000).astype(np.int64), weight, low, high)


def by_cp_sat(numbers: Numbers, start: np.ndarray | None, limit: float) -> Found:
    """One plain CP-SAT model, all cores."""
    model = cp_model.CpModel()
    proto = model.proto
    households, members = numbers.cost.shape
    for _ in range(households * members):
        proto.variables.add().domain.extend([0, 1])
    for row in range(households):
        proto.constraints.add().exactly_one.literals.extend(
            range(row * members, (row + 1) * members)
        )
    weight = numbers.weight.tolist()
    for column in range(members):
        linear = proto.constraints.add().linear
        linear.vars.extend(range(column, households * members, members))
        linear.coeffs.extend(weight)
        linear.domain.extend([int(numbers.low[column]), int(numbers.high[column])])
    proto.objective.vars.extend(range(households * members))
    proto.objective.coeffs.extend(numbers.cost.ravel().tolist())
    if start is not None:
        proto.solution_hint.vars.extend(range(households * members))
        proto.solution_hint.values.extend(_mask(start, members).ravel().astype(int).tolist())
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    began = time.perf_counter()
    status = solver.solve(model)
    seconds = time.perf_counter() - began
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, 0.0, seconds)
    values = np.array(solver.response_proto.solution, dtype=np.int64).reshape(households, members)
    return Found(values.argmax(axis=1), solver.best_objective_bound / 1000, seconds)


def by_mathopt(kind: mathopt.SolverType) -> Callable[[Numbers, np.ndarray | None, float], Found]:
    """One plain integer program for HiGHS or SCIP."""

    def solved(numbers: Numbers, start: np.ndarray | None, limit: float) -> Found:
        model = mathopt.Model.from_model_proto(_proto(numbers))
        variables = list(model.variables())
        households, members = numbers.cost.shape
        hints = mathopt.ModelSolveParameters()
        if start is not None:
            values = _mask(start, members).ravel().astype(float).tolist()
            hint = dict(zip(variables, values, strict=True))
            hints.solution_hints.append(mathopt.SolutionHint(variable_values=hint))
        parameters = mathopt.SolveParameters(
            time_limit=datetime.timedelta(seconds=limit), relative_gap_tolerance=0.0
        )
        began = time.perf_counter()
        result = mathopt.solve(model, kind, params=parameters, model_params=hints)
        seconds = time.perf_counter() - began
        bound = result.termination.objective_bounds.dual_bound
        if not result.has_primal_feasible_solution():
            return Found(None, bound, seconds)
        found = np.array(result.variable_values(variables)).reshape(households, members)
        return Found(found.argmax(axis=1), bound, seconds)

    return solved


def _proto(numbers: Numbers) -> Any:
    """The model in metres, which floats like better than millimetres."""
    households, members = numbers.cost.shape
    pairs = households * members
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(pairs))
    proto.variables.lower_bounds.extend([0.0] * pairs)
    proto.variables.upper_bounds.extend([1.0] * pairs)
    proto.variables.integers.extend([True] * pairs)
    proto.objective.linear_coefficients.ids.extend(range(pairs))
    proto.objective.linear_coefficients.values.extend((numbers.cost / 1000).ravel().tolist())
    rows = proto.linear_constraints
    rows.ids.extend(range(households + members))
    rows.lower_bounds.extend([1.0] * households + numbers.low.astype(float).tolist())
    rows.upper_bounds.extend([1.0] * households + numbers.high.astype(float).tolist())
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(np.repeat(np.arange(households), members).tolist())
    matrix.column_ids.extend(range(pairs))
    matrix.coefficients.extend([1.0] * pairs)
    matrix.row_ids.extend(np.repeat(households + np.arange(members), households).tolist())
    matrix.column_ids.extend(np.arange(pairs).reshape(households, members).T.ravel().tolist())
    matrix.coefficients.extend(np.tile(numbers.weight.astype(float), members).tolist())
    return proto


RIVALS = {
    "cp_sat": by_cp_sat,
    "highs": by_mathopt(mathopt.SolverType.HIGHS),
    "scip": by_mathopt(mathopt.SolverType.GSCIP),
}


def _mask(member: np.ndarray, members: int) -> np.ndarray:
    mask: np.ndarray = member[:, None] == np.arange(members)[None, :]
    return mask


def member_of(problem: Problem, plan: Plan) -> np.ndarray:
    """The member of each household in a plan, by number."""
    index = problem.member_columns.index
    ids = [plan.member_of(household) for household in problem.household_columns.ids]
    return np.array([index[i] for i in ids if i is not None])


def judged(problem: Problem, member: np.ndarray) -> float | None:
    """Total travel of a rival's plan; None where it breaks a limit."""
    homes, people = problem.household_columns.ids, problem.member_columns.ids
    pairs = [(homes[row], people[column]) for row, column in enumerate(member.tolist())]
    found = check(problem, pairs)
    if found.violations or found.relaxations:
        return None
    travel = problem.travel_matrix
    assert travel is not None
    return float(travel[np.arange(len(member)), member].sum())


def percent(value: float | None, bound: float) -> str:
    """How far a value is above a bound."""
    return "no plan" if value is None else f"{100 * (value - bound) / bound:.3f} %"


def compared(seed: int, households: int, members: int, limit: float, rivals: list[str]) -> None:
    """One instance: a line of the table."""
    problem = commune(seed, households, members)
    goals = (Travel(),)
    began = time.process_time()
    budget = Search(seconds=600, work=min(OURS.get(households, limit), limit))
    plan = solve(problem, goals=goals, engine="lns", search=budget)
    core = time.process_time() - began
    (line,) = plan.goals
    assert not isinstance(line.best, tuple)
    assert not isinstance(line.bound, tuple)
    assert not plan.relaxed
    assert judged(problem, member_of(problem, plan)) is not None
    proven = "optimal" if line.proven else percent(line.best, line.bound)
    cells = [f"{households:,} × {members}", str(seed), proven, f"{core:.0f} s"]
    numbers = Numbers.of(problem)
    start = None
    if rivals:
        first = solve(problem, goals=goals, engine="lns", search=Search(work=1e-9))
        start = member_of(problem, first)
        cells.append(percent(judged(problem, start), line.bound))
    for name in rivals:
        for begun in (None, start):
            found = RIVALS[name](numbers, begun, limit)
            value = None if found.member is None else judged(problem, found.member)
            # A millimetre a household is what the rivals' numbers are rounded by.
            assert value is None or value >= line.bound - 0.001 * households, "a bound is none"
            cells.append(percent(value, line.bound))
    print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    """Print a line for each size and seed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each rival")
    parser.add_argument("--sizes", default=SIZES, help="households x members, with commas")
    parser.add_argument("--rivals", default="cp_sat,highs,scip", help="with commas; '' for none")
    parser.add_argument("--quick", action="store_true", help="one small instance, in a minute")
    chosen = parser.parse_args()
    sizes = [tuple(map(int, size.split("x"))) for size in chosen.sizes.split(",")]
    seeds, limit = chosen.seeds, chosen.limit
    rivals = [name for name in chosen.rivals.split(",") if name]
    if chosen.quick:
        sizes, seeds, limit, rivals = [(1_000, 30)], 1, 8.0, ["cp_sat", "highs"]
    print(f"synth generator {GENERATOR_VERSION}; rivals {limit:g} s each; gaps above our bound")
    header = ["households × members", "seed", "lns", "core", *(["our start"] if rivals else [])]
    header += [f"{name} {how}" for name in rivals for how in ("cold", "from our start")]
    print("| " + " | ".join(header) + " |")
    print("|---" * len(header) + "|")
    for households, members in sizes:
        for seed in range(1, seeds + 1):
            compared(seed, households, members, limit, rivals)


if __name__ == "__main__":
    main()
