"""Figures are the floats nearest to exact sums of decimals: 0.1 + 0.2 is told as 0.3."""

import math
import random
from fractions import Fraction

import numpy as np
import pytest

from phancong import (
    Continuity,
    FairLoad,
    FairTravel,
    Household,
    Member,
    Preference,
    Problem,
    Travel,
    TravelMatrix,
    check,
    explain,
    solve,
)
from phancong.decimals import (
    WHOLE,
    decimal_difference,
    decimal_places,
    decimal_sum,
    differences,
    summed,
    to_places,
)


def meant(number):
    return Fraction(repr(float(number)))


def test_places_are_those_of_the_number_that_has_most():
    assert decimal_places(np.array([1.0, 2.0])) == 0
    assert decimal_places(np.array([0.5, 0.25]), np.array([0.1])) == 2
    assert decimal_places(np.array([]), np.array([])) == 0


def test_numbers_of_few_places_beside_some_of_many_digits():
    """Nine digits leave room for six places, and one has eight."""
    assert decimal_places(np.array([0.00000001]), np.array([123456789.5])) is None
    assert decimal_places(np.array([0.001]), np.array([123456789.5])) == 3


@pytest.mark.parametrize(
    "numbers",
    [[1 / 3], [1e-13], [0.1, 1e15], [0.1, math.inf], [0.5] * 64 + [1 / 3]],
    ids=["a third", "too small", "too large beside", "no end", "far behind"],
)
def test_numbers_of_more_places_have_none(numbers):
    assert decimal_places(np.array(numbers)) is None


def test_what_is_off_by_rounding_is_the_nearest_decimal():
    assert to_places(np.array([0.1 + 0.2, 1.1 * 3]), 1).tolist() == [0.3, 3.3]
    assert to_places(np.array([0.1 + 0.2]), None).tolist() == [0.1 + 0.2]
    assert to_places(np.array([WHOLE, math.inf]), 1).tolist() == [WHOLE, math.inf]


def test_sums_that_are_too_large_for_whole_numbers_are_those_of_floats():
    values = np.array([WHOLE, 0.5])
    assert summed(values, lambda each: np.asarray(each.sum()), 1) == WHOLE + 0.5


@pytest.mark.parametrize("seed", range(50))
def test_sums_and_differences_are_the_nearest_floats(seed):
    rng = random.Random(seed)
    places = rng.randint(0, 6)
    numbers = [round(rng.uniform(0, 1000), places) for _ in range(rng.randint(1, 40))]
    assert decimal_sum(numbers) == float(sum(map(meant, numbers)))
    one, other = rng.choice(numbers), rng.choice(numbers)
    assert decimal_difference(one, other) == float(meant(one) - meant(other))
    near = differences(np.array([one]), np.array([other]), np.array([math.nan]))
    assert near.tolist() == [abs(float(meant(one) - meant(other)))]


def test_sums_and_differences_of_other_numbers():
    """Of more places than a few, the float nearest to the sum of the floats."""
    assert decimal_sum([]) == 0
    assert decimal_sum([1 / 3, 1 / 3, 1 / 3]) == 1.0
    assert decimal_sum([math.inf, 1.0]) == math.inf
    assert decimal_difference(math.inf, 1.0) == math.inf
    assert decimal_difference(0.1, 0.1) == 0
    third, near = np.array([1 / 3]), np.array([0.25])
    assert differences(third, np.array([0.1]), near) is near


# --- what is told of plans: three households of 0.1, 0.2 and 0.4

LOADS = (0.1, 0.2, 0.4)
ONE = Problem(
    [Member("a", max_workload=0.6, max_travel=0.1), Member("b", max_households=0)],
    [Household(f"h{i}", workload=w, visits=3) for i, w in enumerate(LOADS)],
    travel=TravelMatrix([[0.1, 1], [0.2, 1], [0.4, 1]]),
)
ALL = [(f"h{i}", "a") for i in range(3)]


def test_breaches_are_the_nearest_decimals():
    """0.7 carried is 0.1 above 0.6; ways of 0.2 and 0.4 are 0.1 and 0.3 beyond 0.1, 0.4 together."""
    judged = check(ONE, ALL)
    by = [(r.rule, r.value, r.by) for r in judged.relaxations]
    assert by == [
        ("max_workload", 0.7, 0.1),
        ("max_travel", 0.2, 0.1),
        ("max_travel", 0.4, 0.3),
    ]
    assert judged.total("max_travel") == 0.4
    assert judged.metrics["travel_total"] == 2.1
    assert judged.metrics["workload_max"] == 0.7


def test_a_minimum_is_missed_by_the_nearest_decimal():
    few = ONE.replace(members=[Member("a", min_workload=1.0), Member("b", max_households=0)])
    (missed,) = check(few, ALL).relaxations
    assert (missed.value, missed.by) == (0.7, 0.3)


def test_values_of_goals_are_the_nearest_decimals():
    """3 × 0.1 + 3 × 0.2 + 3 × 0.4 is 2.1; loads of 0.3 and 0.4 are 0.1 apart."""
    two = ONE.replace(members=[Member("a"), Member("b")], travel=TravelMatrix([[0.1, 1]] * 3))
    pairs = [("h0", "a"), ("h1", "a"), ("h2", "b")]
    scores = Preference({("h0", "a"): 0.1, ("h1", "a"): 0.2})
    goals = (FairLoad(aim="spread"), Travel(), FairTravel(), scores)
    assert [value for _, value in check(two, pairs, goals=goals).goals] == [0.1, 3.6, 3.0, -0.3]


def test_years_that_end_are_the_nearest_decimal():
    """0.1 and 0.2 years could go on, and none does."""
    years = [("h0", "a", 0.1), ("h1", "a", 0.2), ("h2", "b", 0.4)]
    free = ONE.replace(members=[Member("a"), Member("b")], previous=years)
    moved = [("h0", "b"), ("h1", "b"), ("h2", "b")]
    ((_, ended),) = check(free, moved, goals=(Continuity(weight="years"),)).goals
    assert ended == 0.3


def test_prices_are_the_nearest_decimals():
    """From 0.1 to 0.4 it is 0.3 more, and 0.30000000000000004 in floats."""
    pair = Problem([Member("a"), Member("b")], [Household("h")], travel=TravelMatrix([[0.1, 0.4]]))
    (other,) = explain(solve(pair, goals=(Travel(),)), "h").alternatives
    assert [price.by for price in other.prices if price.goal is not None] == [0.3]
