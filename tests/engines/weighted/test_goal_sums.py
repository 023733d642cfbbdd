"""Costs in integers are fine enough for a proof (contract 5.3)."""

import numpy as np
import pytest

from phancong import Household, Member, Problem, Travel, TravelMatrix
from phancong.engines.weighted.goal_sums import GoalSum, lexicographic, sparing_budgets
from phancong.engines.weighted.instance import Instance
from phancong.goals import meets


@pytest.mark.parametrize(
    ("households", "dearest"), [(200, 60_000.0), (400, 10_000.0), (2_000, 10_000.0)]
)
def test_a_plan_meets_a_bound_that_is_its_value_but_for_rounding(households, dearest):
    """Where the dearest pair costs 25 times as much as one of a plan, of few households 150 times."""
    rng = np.random.default_rng(1)
    travel = rng.uniform(100.0, 700.0, (households, 3))
    travel[0, 0] = dearest
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


def test_pairs_that_use_up_a_budget_are_the_dearest_whatever_the_size_of_both():
    """36 bits times 36 bits would be less than nothing; without a budget the cost is as it was."""
    travel = TravelMatrix([[2.0**36, 1.0], [1.0, 2.0**36]])
    people, homes = [Member("a"), Member("b")], [Household("h1"), Household("h2")]
    instance = Instance(Problem(people, homes, travel=travel))
    cost = GoalSum(instance, Travel().pair_sum(instance.problem)).cost
    assert sparing_budgets(instance, cost) is cost
    used = np.array([[0, 2**35], [2**35, 2**34]])
    within = instance.within(instance.budget(used, 2**40))
    assert np.argsort(sparing_budgets(within, cost).ravel()).tolist()[0] == 0
    assert (sparing_budgets(within, cost) >= 0).all()
