"""Costs in integers are fine enough for a proof (contract 5.3)."""

import numpy as np
import pytest

from phancong import Household, Member, Problem, Travel, TravelMatrix
from phancong.engines.weighted.goal_sums import GoalSum, lexicographic
from phancong.engines.weighted.instance import Instance
from phancong.goals import meets


@pytest.mark.parametrize("households", [400, 2_000])
def test_a_plan_meets_a_bound_that_is_its_value_but_for_rounding(households):
    """Where the dearest pair costs 25 times as much as one of a plan."""
    rng = np.random.default_rng(1)
    travel = rng.uniform(100.0, 700.0, (households, 3))
    travel[0, 0] = 10_000.0
    problem = Problem(
        [Member(f"m{i}") for i in range(3)],
        [Household(f"h{i:04}") for i in range(households)],
        travel=TravelMatrix(travel),
    )
    instance = Instance(problem)
    total = GoalSum(instance, Travel().pair_sum(problem))
    value = travel[:, 1].sum()
    in_integers = total.real(int(total.cost[:, 1].sum()))
    assert abs(in_integers - value) <= total.quantity.error
    assert meets(value, value - 2 * total.quantity.error)


@pytest.mark.parametrize("most", [1, 2**36])
def test_one_cost_of_two_follows_the_first(most):
    """Whatever the second says, of whatever size; it decides where the first is equal."""
    first = np.array([[-most, 0, 0]])
    then = np.array([[2**36, 2**35, 2**34]])
    assert np.argsort(lexicographic(first, then)).tolist() == [[0, 2, 1]]
