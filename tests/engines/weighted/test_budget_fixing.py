"""Pairs that a budget fixes out: never one that a plan within it has, and all that arithmetic tells."""

from itertools import combinations, product

import numpy as np
import pytest
from lanes import in_full

from phancong.engines.weighted.budget_fixing import pairs_beyond
from phancong.engines.weighted.tuning import TUNING, Tuning


def plans(free, need, weight, high):
    """All plans within the loads, as U × M."""
    members = range(free.shape[1])
    sets = [
        [chosen for chosen in combinations(members, n) if all(row[m] for m in chosen)]
        for row, n in zip(free, need, strict=True)
    ]
    for chosen in product(*sets):
        taken = np.zeros(free.shape, dtype=bool)
        for unit, some in enumerate(chosen):
            taken[unit, list(some)] = True
        if ((weight * taken).sum(axis=0) <= high).all():
            yield taken


def drawn(seed):
    """Six units, one of which needs nobody and some two, and three or four members."""
    rng = np.random.default_rng(seed)
    members = int(rng.integers(3, 5))
    free = rng.random((6, members)) < 0.8
    need = np.array([0, 1, 1, 1, *rng.integers(1, 3, 2)])
    free[np.arange(6), rng.integers(0, members, 6)] = True
    free[need > free.sum(axis=1)] = True
    weight = rng.integers(0, 4, (6, 1)) * np.ones((1, members), dtype=int)
    cost = rng.integers(-3, 4, (6, members))
    if seed % 2:  # what is held is whether somebody stays
        cost = -(np.arange(members)[None, :] == rng.integers(-1, members, 6)[:, None]).astype(int)
    high = np.maximum(rng.integers(0, 3 * weight.sum() // members + 2, members), 0)
    return cost, free, need, weight, high


@pytest.mark.parametrize("seed", [*range(20), *in_full(*range(20, 300))])
def test_no_plan_within_the_budget_has_a_pair_that_is_fixed_out(seed):
    """Whatever the budget, and with tables or without."""
    cost, free, need, weight, high = drawn(seed)
    tuning = Tuning(most_budget_entries=6) if seed % 5 == 4 else TUNING
    kept = list(plans(free, need, weight, high))
    dearest = max((int(cost[taken].sum()) for taken in kept), default=3)
    for most in range(dearest - 4, dearest + 1):
        found = pairs_beyond(cost, most, free, need, weight, high, tuning)
        for taken in kept:
            assert cost[taken].sum() > most or not (taken & found).any()
        assert not (found & ~free).any()


def last_years(loads):
    """What is saved by those who stay: households of *loads*, a list for each member."""
    own = np.array([member for member, mine in enumerate(loads) for _ in mine])
    weight = np.array([load for mine in loads for load in mine])[:, None] * np.ones(
        (1, len(loads)), dtype=int
    )
    cost = -(own[:, None] == np.arange(len(loads))[None, :]).astype(int)
    return cost, weight


def test_who_is_not_overfull_loses_nobody_where_the_overfull_need_all_changes():
    """The first has 9 and room for 6: one household goes; nobody of the others may."""
    cost, weight = last_years([[3, 3, 3], [2, 2], [2, 1]])
    free, need = np.ones(cost.shape, dtype=bool), np.ones(len(cost), dtype=int)
    found = pairs_beyond(cost, -6, free, need, weight, np.array([6, 7, 6]))
    assert found[3:].tolist() == [[True, False, True]] * 2 + [[True, True, False]] * 2
    assert not found[:3].any()


def test_a_household_that_is_too_heavy_for_all_but_its_own_goes_nowhere():
    """A member whom it would leave without room for two of its own cannot take it, either."""
    cost, weight = last_years([[4, 3, 3], [2, 2, 2]])
    free, need = np.ones(cost.shape, dtype=bool), np.ones(len(cost), dtype=int)
    found = pairs_beyond(cost, -5, free, need, weight, np.array([7, 8]))
    assert found[:, 1].tolist() == [True, True, True, False, False, False]


def test_a_household_that_has_to_go_is_fixed_out_of_its_own_member():
    """Only without the one of 5 do the other two fit."""
    cost, weight = last_years([[5, 2, 2], [1]])
    free, need = np.ones(cost.shape, dtype=bool), np.ones(len(cost), dtype=int)
    found = pairs_beyond(cost, -3, free, need, weight, np.array([5, 9]))
    assert found[:, 0].tolist() == [True, False, False, True]
    assert found[:, 1].tolist() == [False, True, True, False]


def test_units_without_a_choice_use_up_their_members_room():
    """Two of 2 have nobody but the first, who has room for 6 and three of its own of 2."""
    cost, weight = last_years([[2, 2, 2], [1]])
    cost = np.concatenate([cost, np.zeros((2, 2), dtype=int)])
    weight = np.concatenate([weight, np.full((2, 2), 2)])
    free = np.ones(cost.shape, dtype=bool)
    free[4:, 1] = False
    found = pairs_beyond(cost, -2, free, np.ones(6, dtype=int), weight, np.array([6, 9]))
    assert found[3].tolist() == [True, False]
    assert not found[:3].any()
