"""A linear program in plain arrays: its message, its optimum, and its duals."""

import math
from dataclasses import replace

import numpy as np
import pytest
from ortools.math_opt import parameters_pb2

from phancong import Search
from phancong.course import Course
from phancong.engines.common.linear_program import LinearProgram
from phancong.engines.common.mathopt_call import HIGHS, SCIP, dense, solver_answer


def waited(call, stop, seconds):
    return Course(Search()).waited(call, stop, seconds)


def blending():
    """Minimise 2a + 3b + 1 with a + b ≥ 4 and a ≤ 3: a = 3, b = 1, objective 10.

    One unit more of a + b costs 3, one of a saves 1. The entries stand in no order, with two that are 0.
    """
    return LinearProgram(
        row=np.array([1, 0, 0, 1, 0]),
        variable=np.array([0, 2, 1, 1, 0]),
        value=np.array([1.0, 0.0, 1.0, 0.0, 1.0]),
        least=np.array([4.0, -math.inf]),
        most=np.array([math.inf, 3.0]),
        lower=np.zeros(3),
        upper=np.array([math.inf, math.inf, 1.0]),
        cost=np.array([2.0, 3.0, 0.0]),
        offset=1.0,
    )


def test_the_message_has_the_entries_in_order_and_none_that_are_0():
    message = blending().message()
    matrix = message.linear_constraint_matrix
    places = zip(matrix.row_ids, matrix.column_ids, matrix.coefficients, strict=True)
    assert list(places) == [(0, 0, 1.0), (0, 1, 1.0), (1, 0, 1.0)]
    assert list(message.variables.ids) == [0, 1, 2]
    assert list(message.objective.linear_coefficients.ids) == [0, 1]
    assert not any(message.variables.integers)


@pytest.mark.parametrize("kind", [HIGHS, SCIP])
@pytest.mark.parametrize(
    ("integer", "values", "objective"),
    [(None, [3.0, 0.5, 0.0], 8.5), ([False, True, False], [2.5, 1.0, 0.0], 9.0)],
    ids=["in fractions", "one integer"],
)
def test_solvers_find_its_optimum(kind, integer, values, objective):
    """With 3.5 wanted: b = 1/2; a whole b is 1, so that a need not be more than 2.5."""
    program = replace(
        blending(),
        least=np.array([3.5, -math.inf]),
        integer=None if integer is None else np.array(integer),
    )
    result = solver_answer(kind, program.message(), parameters_pb2.SolveParametersProto())
    found = result.solutions[0].primal_solution
    assert found.objective_value == pytest.approx(objective)
    assert dense(found.variable_values, 3) == pytest.approx(values)


def test_a_dual_is_what_one_more_of_a_limit_costs():
    assert blending().duals(60.0, waited) == pytest.approx([3.0, -1.0])


@pytest.mark.parametrize(
    "change",
    [
        {"least": np.array([4.0, 4.0])},  # a ≥ 4 and a ≤ 3: the solver refuses such a row
        {"upper": np.array([1.0, 1.0, 1.0])},  # a + b is 2 at most
        {"cost": np.array([2.0, -3.0, 0.0])},  # b grows for ever
    ],
    ids=["refused", "infeasible", "unbounded"],
)
def test_there_are_no_duals_where_there_is_no_optimum(change):
    assert replace(blending(), **change).duals(60.0, waited) is None


def test_there_are_no_duals_without_time_or_where_nobody_waits():
    assert blending().duals(0.0, waited) is None
    assert blending().duals(60.0, lambda call, stop, seconds: None) is None
