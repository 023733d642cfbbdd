"""Knapsacks that may split a household, against every price of load there can be."""

import math
from fractions import Fraction

import numpy as np
import pytest
from lanes import in_full

from phancong import Search, Travel
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import Task
from phancong.engines.weighted import LnsEngine
from phancong.engines.weighted.bound.fractional_knapsacks import SUM_BITS, relax_knapsacks
from phancong.engines.weighted.bound.knapsack_tables import NEVER
from phancong.engines.weighted.tuning import Tuning
from phancong.synth import commune


def relaxed(reduced, weight, free, low, high):
    """The least of one member: the highest bound of all prices at which something changes."""
    mine = [(int(r), int(w)) for r, w, f in zip(reduced, weight, free, strict=True) if f]
    multipliers = [Fraction(0), *(Fraction(-r, w) for r, w in mine if w)]
    return max(
        sum(min(0, r + price * w) for r, w in mine) - price * int(high if price > 0 else low)
        for price in multipliers
    )


def drawn(seed, size, costs, weights):
    rng = np.random.default_rng(seed)
    weight = rng.integers(0, weights, size)
    reduced = rng.integers(-costs, costs // 2, size)
    free = rng.random(size) < 0.8
    carried = np.where(free, weight, 0).sum(axis=0)
    low = (carried * rng.uniform(0, 0.8, size[1])).astype(np.int64)
    high = low + (carried * rng.uniform(0, 0.4, size[1])).astype(np.int64)
    return reduced, weight, free, low, high


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(("costs", "weights"), [(20, 5), (10**9, 10**6), (2**40, 2**20)])
def test_the_bound_is_the_relaxation_rounded_down(seed, costs, weights):
    """Whatever the digits of costs and weights: below by what a rounded price makes, and never above."""
    given = drawn(seed, (25, 4), costs, weights)
    found = relax_knapsacks(*given)
    reduced, weight, free, low, high = given
    for m in range(4):
        best = relaxed(reduced[:, m], weight[:, m], free[:, m], low[m], high[m])
        assert found.value[m] <= best
        # A price is off by half its last digit, which is 2 ** -8 or less here, for a load of units.
        assert found.value[m] >= math.floor(best - Fraction(25 * weights, 2**9))


@pytest.mark.parametrize("seed", range(10))
def test_small_numbers_are_exact(seed):
    given = drawn(seed, (25, 4), 1000, 10)
    reduced, weight, free, low, high = given
    best = [
        math.floor(relaxed(reduced[:, m], weight[:, m], free[:, m], low[m], high[m]))
        for m in range(4)
    ]
    assert np.abs(relax_knapsacks(*given).value - best).max() <= 1


def test_a_minimum_that_nobody_can_carry_has_no_set():
    ones = np.ones((3, 1), dtype=np.int64)
    found = relax_knapsacks(ones, ones, ones > 0, np.array([4]), np.array([9]))
    assert found.value.tolist() == [NEVER]


def test_no_sum_is_too_large():
    """Costs at the end of what prices may make of them, and weights of all bits: a price is cut off."""
    given = drawn(3, (25, 4), 2**44, 2**28)
    found = relax_knapsacks(*given)
    reduced, weight, free, low, high = given
    best = [relaxed(reduced[:, m], weight[:, m], free[:, m], low[m], high[m]) for m in range(4)]
    assert (found.value <= best).all()
    size = (2**6, 3)
    reduced = np.full(size, -(2 ** (SUM_BITS - 8)))
    weight = np.full(size, 2**28)
    limit = np.full(3, 2**28)
    found = relax_knapsacks(reduced, weight, np.ones(size, dtype=bool), limit, limit)
    assert found.value.tolist() == [-(2 ** (SUM_BITS - 8))] * 3


@pytest.mark.parametrize("seed", [1, 2, *in_full(*range(3, 9))])
def test_a_search_that_splits_says_nothing_false(seed):
    """Its plan keeps all limits, and its bound is below what is proven the least with tables."""
    problem = commune(seed, members=6, households=60, weights="integer", infeasible=0.0)
    exact, splitting = (
        LnsEngine(CpSatEngine(), tuning=tuning)
        .run(Task(problem, (Travel(),), {}, Course(Search(seconds=600))))
        .goals[0]
        for tuning in (Tuning(), Tuning(most_entries=-1))
    )
    assert splitting.proven
    assert exact.proven
    assert splitting.best == pytest.approx(exact.best, rel=1e-7)
