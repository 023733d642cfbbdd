"""What a solver says, and what is made of it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from ortools.math_opt import model_pb2, parameters_pb2, result_pb2

from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.common.linear_model import (
    NOTHING,
    Claim,
    Limits,
    Linear,
    LinearModel,
    negated,
    tolerated,
)
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.common.mathopt_call import FAILURES, HIGHS, SCIP, solver_answer

FREELY = Limits(math.inf, math.inf, 0.0, 0)
SOLVERS = {
    "cp_sat": CpSatSolver(),
    "highs": MathOptSolver(HIGHS),
    "scip": MathOptSolver(SCIP),
    "mathopt": MathOptSolver(),
}


@pytest.fixture(params=SOLVERS)
def solver(request):
    return SOLVERS[request.param]


def knapsack(count):
    """Choose half of *count* things of unequal weight and cost."""
    rng = np.random.default_rng(0)
    model = LinearModel(count)
    numbers = np.arange(count)
    for _ in range(5):
        weights = rng.integers(10, 99, count)
        model.add(Linear(numbers, weights), lower=int(weights.sum()) // 2)
    return model, Linear(numbers, rng.integers(100, 999, count), 7)


def test_an_optimum_is_claimed_with_its_bound(solver):
    """Cheapest of three that cover 5: 2 + 3 of cost 4 + 1, and the constant counts."""
    model = LinearModel(3)
    model.add(Linear.of([(0, 2), (1, 3), (2, 5)]), lower=5)
    objective = Linear.of([(0, 4), (1, 1), (2, 9)], 10)
    answer = solver.solve(model, objective, None, FREELY)
    assert answer.claim is Claim.OPTIMAL
    assert (answer.values.tolist(), answer.bound, answer.cut) == ([1, 1, 0], 15, None)


def test_infeasible_is_said_and_has_neither_values_nor_bound(solver):
    """Three things of 0 and 1 do not make 4."""
    model = LinearModel(3)
    model.add(Linear.of([(0, 1), (1, 1), (2, 1)]), lower=4)
    answer = solver.solve(model, NOTHING, None, FREELY)
    assert (answer.claim, answer.values, answer.bound) == (Claim.INFEASIBLE, None, None)


def test_a_model_that_contradicts_itself_is_infeasible_without_a_solver(solver):
    """Bounds that cross are not handed on: solvers would refuse them as invalid."""
    model = LinearModel(1)
    model.tighten(0, lower=2)
    assert solver.solve(model, NOTHING, None, FREELY).claim is Claim.INFEASIBLE


def test_a_model_without_variables_has_one_solution(solver):
    """The problem has no allowed pair at all."""
    answer = solver.solve(LinearModel(0), Linear.of((), 3), None, FREELY)
    assert answer.claim is Claim.OPTIMAL
    assert (answer.values.tolist(), answer.bound) == ([], 3)


@pytest.mark.parametrize("positive", [True, False])
def test_a_row_holds_where_its_literal_is_true_and_only_there(solver, positive):
    """x + y = 2 if the literal is true; otherwise both can be what they like."""
    model = LinearModel(3)
    when = 2 if positive else negated(2)
    model.add(Linear.of([(0, 1), (1, 1)]), 2, 2, when=when)
    cost = Linear.of([(0, 5), (1, 5), (2, -1 if positive else 1)])
    answer = solver.solve(model, cost, None, FREELY)
    assert answer.values[:2].tolist() == [0, 0]  # 1 is not worth 10
    model.tighten(2, lower=int(positive), upper=int(positive))
    assert solver.solve(model, cost, None, FREELY).values[:2].tolist() == [1, 1]


def test_a_gap_stop_is_not_optimal(solver):
    """CP-SAT says OPTIMAL when a gap limit stopped it; the bound does not meet the value."""
    model, objective = knapsack(60)
    hint = np.ones(60, dtype=np.int64)
    answer = solver.solve(model, objective, hint, Limits(math.inf, math.inf, 5.0, 0))
    exact = solver.solve(model, objective, hint, FREELY)
    assert exact.claim is Claim.OPTIMAL
    assert answer.claim is Claim.FEASIBLE
    assert answer.cut == "gap"
    assert answer.bound <= exact.bound < objective.at(answer.values)


def test_a_time_stop_says_so_and_claims_nothing(solver):
    """A microsecond is too short for any proof."""
    model, objective = knapsack(60)
    answer = solver.solve(model, objective, None, Limits(1e-6, math.inf, 0.0, 0))
    assert answer.claim in (Claim.UNKNOWN, Claim.FEASIBLE)
    assert answer.cut == "time"


def test_a_work_stop_says_so_and_repeats_itself(solver):
    """The budget is deterministic: two runs give the same."""
    model, objective = knapsack(60)
    hint = np.ones(60, dtype=np.int64)
    little = Limits(math.inf, 1e-3, 0.0, 0)
    first, second = (solver.solve(model, objective, hint, little) for _ in range(2))
    assert first.claim in (Claim.UNKNOWN, Claim.FEASIBLE)
    assert first.cut == "work"
    assert (first.bound, first.work) == (second.bound, second.work)


@pytest.mark.parametrize("kind", ["highs", "scip"])
def test_a_stop_before_any_solution_has_a_bound_and_no_values(kind):
    """Halving four sums at once over thirty numbers takes many nodes (market split problems)."""
    rng = np.random.default_rng(1)
    model, numbers = LinearModel(30), np.arange(30)
    for _ in range(4):
        weights = rng.integers(0, 100, 30)
        half = int(weights.sum()) // 2
        model.add(Linear(numbers, weights), lower=half, upper=half)
    objective = Linear(numbers, np.ones(30, dtype=np.int64))
    answer = SOLVERS[kind].solve(model, objective, None, Limits(math.inf, 1e-3, 0.0, 0))
    assert (answer.claim, answer.values, answer.cut) == (Claim.UNKNOWN, None, "work")
    assert answer.bound <= 30


@pytest.mark.parametrize("work", [1e9, 1e300])
def test_more_work_than_a_solver_can_count_is_no_harm(solver, work):
    model, objective = knapsack(8)
    freely = solver.solve(model, objective, None, FREELY)
    answer = solver.solve(model, objective, None, Limits(math.inf, work, 0.0, 0))
    assert (answer.claim, answer.bound) == (Claim.OPTIMAL, freely.bound)


def test_a_hint_out_of_bounds_is_no_harm(solver):
    """HiGHS fails on it if nobody clips it."""
    model = LinearModel(2)
    model.tighten(0, upper=0)
    answer = solver.solve(model, Linear.of([(1, -1)]), np.array([1, 0]), FREELY)
    assert answer.values.tolist() == [0, 1]


def test_large_numbers_are_scaled_down_for_floats_and_back(solver):
    """A sum of 2**30 units against a variable of as many: as exact as the accuracy says."""
    model = LinearModel(3)
    weights = np.array([2**30 + 1, 2**29 + 3, 2**28 + 5])
    load = Linear(np.arange(3), weights)
    total = model.integer(0, 2**31, load.at)
    model.add(Linear.of([*load.terms(), (total, -1)]), 0, 0)
    model.add(Linear.of([(0, 1), (1, 1), (2, 1)]), lower=2)
    answer = solver.solve(model, Linear.of([(total, 1)]), None, FREELY)
    assert answer.values[:3].tolist() == [0, 1, 1]
    assert answer.bound == pytest.approx(2**29 + 2**28 + 8, rel=max(solver.accuracy, 1e-15))


def test_a_gap_relative_to_the_bound_is_smaller_relative_to_the_value():
    """Within 100 % of a bound of 5 is 10, and 5 is half of that."""
    assert tolerated(1.0) == 0.5


def test_what_floats_cannot_prove_is_a_stop_of_its_own():
    """A branch-and-cut solver that gives up in the middle was not out of time."""

    def giving_up(call, stop, seconds):
        result = call()
        result.termination.reason = result_pb2.TERMINATION_REASON_FEASIBLE
        result.termination.limit = result_pb2.LIMIT_OTHER
        result.termination.ClearField("objective_bounds")
        return result

    model, objective = knapsack(20)
    limits = replace(FREELY, waited=giving_up)
    answer = SOLVERS["highs"].solve(model, objective, None, limits)
    assert (answer.claim, answer.bound, answer.cut) == (Claim.FEASIBLE, None, "numerics")


@pytest.mark.parametrize("kind", [HIGHS, SCIP])
def test_a_model_that_mathopt_refuses_is_a_failure_that_engines_know(kind):
    model = model_pb2.ModelProto()
    model.variables.ids.extend([0, 0])
    with pytest.raises(FAILURES, match="strictly increasing"):
        solver_answer(kind, model, parameters_pb2.SolveParametersProto())


def test_a_root_that_no_work_pays_for_is_not_begun():
    """Nothing ends one once it is begun; where others take turns it is begun all the same."""
    model = LinearModel(40)
    for row in range(0, 40, 4):
        model.add(Linear.of([(row + part, 1) for part in range(4)]), 1, 1)
    objective = Linear.of([(variable, 1 + variable * 7 % 11) for variable in range(40)])
    limits = Limits(60.0, 1e-5, 0.0, 0)
    alone, by_turns = MathOptSolver(within_work=True), MathOptSolver()
    refused = alone.solve(model, objective, None, limits)
    assert (refused.claim, refused.cut, refused.work) == (Claim.UNKNOWN, "work", 0.0)
    assert by_turns.solve(model, objective, None, limits).claim is Claim.OPTIMAL
    assert alone.solve(model, NOTHING, None, limits).values is not None
    assert alone.solve(model, objective, None, replace(limits, work=1.0)).claim is Claim.OPTIMAL
