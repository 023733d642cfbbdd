"""The best sets without a table over all households: as good as those of the table."""

import numpy as np
import pytest

from phancong.engines.weighted.bound.core_knapsacks import core_sets
from phancong.engines.weighted.bound.knapsack_tables import BARRED
from phancong.engines.weighted.bound.knapsacks_by_unit import tables_by_unit
from phancong.engines.weighted.bound.lagrangian import PAIR_BITS


def by_table(reduced, weight, free, high):
    """What the table over all households says."""
    nothing = np.zeros(len(high), dtype=np.int64)
    barred = np.where(free, reduced, BARRED)
    tables = tables_by_unit(barred, weight, free, nothing, int(high.max(initial=0))).tables
    return np.array([table[: most + 1].min() for table, most in zip(tables, high, strict=True)])


def checked(reduced, weight, free, high):
    """The best sets, after a look at whether they are sets within the limits, and the best."""
    value, chosen = core_sets(reduced, weight, free, high)
    assert not (chosen & ~free).any()
    assert ((weight * chosen).sum(axis=0) <= high).all()
    assert np.where(chosen, reduced, 0).sum(axis=0).tolist() == value.tolist()
    assert value.tolist() == by_table(reduced, weight, free, high).tolist()
    return chosen


@pytest.mark.parametrize("seed", range(40))
def test_sets_are_as_good_as_those_of_the_table(seed):
    """Some households have no load, some pairs are barred, some members can carry nothing."""
    rng = np.random.default_rng(seed)
    units, members = rng.integers(1, 120), rng.integers(1, 8)
    weight = rng.integers(rng.integers(0, 2), 30, (units, members))
    reduced = rng.integers(-40, rng.integers(1, 20), (units, members))
    free = rng.random((units, members)) < 0.9
    high = np.where(rng.random(members) < 0.1, 0, rng.integers(0, 300, members))
    high = np.minimum(high, (weight * free).sum(axis=0))
    checked(reduced, weight, free, high)


@pytest.mark.parametrize("seed", range(20))
def test_where_gain_goes_with_load_many_are_in_doubt(seed):
    """Whose gain is about what the load is worth: cores become larger until they suffice."""
    rng = np.random.default_rng(seed)
    weight = 2 * rng.integers(5, 50, (100, 4))
    reduced = -1000 * weight - rng.integers(0, 3, (100, 4))
    checked(reduced, weight, np.ones(weight.shape, dtype=bool), np.full(4, 501))


def test_values_as_large_as_prices_may_become_are_exact():
    rng = np.random.default_rng(1)
    weight = rng.integers(1, 40, (60, 5))
    reduced = -rng.integers(0, 2**PAIR_BITS, (60, 5))
    checked(reduced, weight, np.ones(weight.shape, dtype=bool), np.full(5, 200))


def test_nothing_is_chosen_where_nothing_earns():
    weight, reduced = np.full((5, 2), 3), np.ones((5, 2), dtype=np.int64)
    assert not checked(reduced, weight, np.ones((5, 2), dtype=bool), np.full(2, 9)).any()


def test_what_has_no_load_is_chosen_wherever_it_earns():
    weight, reduced = np.zeros((5, 2), dtype=np.int64), np.full((5, 2), -2)
    reduced[0, 0] = 1
    chosen = checked(reduced, weight, np.ones((5, 2), dtype=bool), np.zeros(2, dtype=np.int64))
    assert chosen.sum() == 9
