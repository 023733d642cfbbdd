"""From real costs to integers, with an error that is known."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lanes import examples

from phancong import Household, InvalidArgumentError, Member, Problem, Travel, TravelMatrix, solve
from phancong.engines.common.scaling import BITS, scaled

reals = st.floats(-1e12, 1e12, allow_subnormal=False).filter(lambda x: x == 0 or abs(x) > 1e-12)


def exactly(integer, scale):
    """The real number that an integer stands for."""
    return Fraction(int(integer)) / Fraction(scale)


@pytest.mark.parametrize(
    ("costs", "integers", "scale"),
    [
        ([3.0, -7.0], [3, -7], 1),
        ([0.5, 2.0], [1, 4], 2),
        ([0.75], [3], 4),
        ([1 / 1024, 5.0], [1, 5120], 1024),
        ([2.0**39], [2**39], 1),
        ([0.0, 0.0], [0, 0], 1),
        ([], [], 1),
    ],
)
def test_what_fits_is_scaled_by_the_least_power_of_two(costs, integers, scale):
    """Whole numbers, halves, quarters, … come in as they are, without any error."""
    found = scaled(np.array(costs))
    assert found.costs[0].tolist() == integers
    assert found.costs[0].dtype == np.int64
    assert (found.scale, found.error) == (scale, 0)


def test_all_arrays_have_one_scale():
    """Halves in one make halves of the other."""
    found = scaled(np.array([[1.0, 2.0]]), np.array([0.5]))
    assert [c.tolist() for c in found.costs] == [[[2, 4]], [1]]
    assert found.scale == 2


def test_no_costs_are_no_costs():
    """Nothing to scale."""
    assert scaled() == scaled()
    assert scaled().costs == ()


def test_decimals_of_a_few_places_are_whole():
    """A tenth is no dyadic number, and whole in tenths; and so is what floats add up to three tenths."""
    found = scaled(np.array([0.1, 0.9]), np.array([0.1 + 0.2]))
    assert [c.tolist() for c in found.costs] == [[1, 9], [3]]
    assert found.scale == 10
    assert found.error == (0.1 + 0.2) - 0.3
    assert scaled(np.array([0.1, 0.9])).error == 0
    assert scaled(np.array([1.5250212, 0.7625106])).costs[0].tolist() == [15250212, 7625106]


def test_long_decimals_take_all_bits_there_are():
    """A seventh is whole in no decimal place; its error is half of the last digit."""
    found = scaled(np.array([1 / 7, 0.9]))
    assert found.scale == 2.0**BITS
    assert found.error == 0.5 / 2.0**BITS
    later = scaled(np.array([0.25] * 300 + [0.1, 1 / 7]))  # seen only where all are looked at
    assert later.error > 0


def test_a_fit_that_needs_too_many_bits_is_rounded():
    """2¹⁰ and 2⁻¹⁰ are exact in 21 bits, and not in 12."""
    costs = np.array([2.0**10, 2.0**-10])
    assert scaled(costs, bits=22).error == 0
    rounded = scaled(costs, bits=12)
    assert rounded.error > 0
    assert rounded.costs[0].tolist() == [2**11, 0]


def test_costs_larger_than_all_bits_are_divided():
    """The last digits go, and the error says so."""
    found = scaled(np.array([2.0**50 + 3, 1.0]), bits=40)
    assert found.scale == 2.0**-11
    assert found.error == 2.0**10
    assert found.costs[0].tolist() == [2**39, 0]


@pytest.mark.parametrize("cost", [float("inf"), -float("inf"), float("nan")])
def test_costs_that_are_no_numbers_are_refused(cost):
    """Nothing could stand for them."""
    with pytest.raises(InvalidArgumentError, match="too large for a float"):
        scaled(np.array([1.0, cost]))


def test_costs_of_almost_nothing_are_scaled_too():
    """However small the unit is, the proportions are kept."""
    found = scaled(np.array([1e-300, 2e-300]))
    assert found.costs[0][1] == pytest.approx(2 * found.costs[0][0], rel=1e-9)
    problem = Problem(
        [Member("a"), Member("b")], [Household("h")], travel=TravelMatrix([[2e-99, 1e-99]])
    )
    assert solve(problem, goals=(Travel(),), engine="flow").pairs == (("h", "b"),)


@pytest.mark.parametrize("engine", ["auto", "flow", "cp_sat", "mip", "lns"])
@pytest.mark.parametrize(("small", "large"), [(3e-7, 1e9), (4e-8, 123456789.1)])
def test_a_cost_as_small_as_the_last_digits_of_another_counts(engine, small, large):
    """The member who is nearer by that much is found, or the plan is not called optimal."""
    ways = TravelMatrix([[small, 0.0], [0.1, large]])
    problem = Problem([Member("a"), Member("b")], [Household("h"), Household("i")], travel=ways)
    goal = solve(problem, goals=(Travel(),), engine=engine).goals[0]
    assert goal.bound <= 0.1 + 1e-9
    assert goal.value == pytest.approx(0.1, abs=1e-9) or not goal.proven


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(reals, min_size=1, max_size=8), st.integers(4, 50))
def test_an_integer_lies_within_the_error_and_so_does_a_sum(costs, bits):
    """One cost by the error at most, a sum of n by n of them; and a decimal is what it is written as."""
    found = scaled(np.array(costs), bits=bits)
    integers = found.costs[0].tolist()
    assert all(abs(integer) <= 2**bits for integer in integers)
    error = Fraction(found.error) + Fraction(math.ulp(max(map(abs, costs)))) / 2
    real = [Fraction(cost) for cost in costs]
    stands_for = [exactly(integer, found.scale) for integer in integers]
    for cost, approximation in zip(real, stands_for, strict=True):
        assert abs(cost - approximation) <= error
    assert abs(sum(real) - sum(stands_for)) <= len(costs) * error


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.integers(-(2**20), 2**20), min_size=1, max_size=8), st.integers(0, 10))
def test_dyadic_costs_are_exact(numerators, exponent):
    """Multiples of a power of two down to 1/1024 have no error."""
    costs = np.array(numerators) / 2.0**exponent
    found = scaled(costs)
    assert found.error == 0
    assert [exactly(c, found.scale) for c in found.costs[0]] == [Fraction(c) for c in costs]
    smaller = found.scale / 2
    assert found.scale == 1 or any(Fraction(c) * Fraction(smaller) % 1 for c in costs)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(reals, min_size=2, max_size=8))
def test_order_is_kept(costs):
    """What is larger by more than the error stays larger or becomes equal, never smaller."""
    found = scaled(np.array(costs))
    order = np.argsort(costs, kind="stable")
    assert (np.diff(found.costs[0][order]) >= 0).all()
