"""Ranks of unit costs give the leximax plan, also with unequal shares."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from small_networks import all_plans, network_of, networks

from phancong import FairLoad, Household, Member, Problem, solve
from phancong.engines.flow.loads import unit_numbers
from phancong.engines.flow.network import Costs
from phancong.engines.flow.ranks import classes, leximax_ranks
from phancong.engines.flow.solving import minimum_cost

SHARES = (0.5, 1.0, 1.5, 2.0, 0.3)


def leximax_levels(network, shares):
    """The levels of the minimum-cost flow under ranks, largest first."""
    share = np.array(shares)[:, None]
    units = unit_numbers(network)
    flow = minimum_cost(network, Costs(marginal=leximax_ranks(units / share, (units - 1) / share)))
    assert flow.feasible
    return sorted_levels(flow.counts, shares)


def sorted_levels(counts, shares):
    return sorted((count / s for count, s in zip(counts, shares, strict=True)), reverse=True)


def test_five_households_and_shares_of_one_and_a_half():
    """Loads 4 and 1 (levels 4 and 2), not the 3 and 2 (4 and 3) that squares would choose."""
    assert leximax_levels(network_of(np.ones((5, 2))), (1.0, 0.5)) == [4, 2]
    plan = solve(
        Problem(
            [Member("a"), Member("b", share=0.5)],
            [Household(number) for number in range(5)],
            travel=None,
        ),
        goals=(FairLoad("households", aim="leximax"),),
    )
    assert [len(plan.households_of(m)) for m in "ab"] == [4, 1]
    assert plan.goals[0].value == (4, 2)


@pytest.mark.parametrize("shares", list(product(SHARES, repeat=3))[::3])
def test_where_all_pairs_are_free_the_fairest_split_is_found(shares):
    """Seven households for three members of any shares, against every split of seven."""
    network = network_of(np.ones((7, 3)))
    splits = [split for split in product(range(8), repeat=3) if sum(split) == 7]
    best = min(sorted_levels(split, shares) for split in splits)
    assert leximax_levels(network, shares) == pytest.approx(best)


@settings(max_examples=examples(300), deadline=None)
@given(st.data())
def test_the_flow_under_ranks_is_leximax(data):
    """Against every plan of a network: forced pairs, minima, maxima, members missing."""
    network = data.draw(networks(households=5, members=3, missing=data.draw(st.booleans())))
    shares = [data.draw(st.sampled_from(SHARES)) for _ in network.low]
    plans = all_plans(network)
    assume(plans)
    best = min(sorted_levels(plan.sum(axis=0), shares) for plan in plans)
    assert leximax_levels(network, shares) == pytest.approx(best)


def test_classes_number_values_by_size():
    """Values that differ only by rounding are one."""
    assert classes(np.array([3.0, 1.0, 1.0, 2.0])).tolist() == [3, 1, 1, 2]
    assert classes(np.array([0.1 + 0.2, 0.3, 0.4])).tolist() == [1, 1, 2]
    assert classes(np.array([])).tolist() == []


def test_of_two_units_the_one_that_reaches_higher_is_dearer():
    """With equal tops the one that starts lower: it lifts a member further."""
    ranks = leximax_ranks(np.array([[2.0, 4.0], [4.0, 1.0]]), np.array([[1.0, 3.0], [2.0, 0.0]]))
    assert ranks.tolist() == [[2, 3], [4, 1]]


def test_a_unit_that_moves_nothing_ranks_below_all():
    """Rank 0: it breaks nothing, however many there are."""
    ranks = leximax_ranks(np.array([[1.0, 2.0]]), np.array([[1.0, 1.0]]))
    assert ranks.tolist() == [[0, 1]]
    assert leximax_ranks(np.zeros((2, 0)), np.zeros((2, 0))).shape == (2, 0)
    assert leximax_ranks(np.ones((2, 1)), np.ones((2, 1))).tolist() == [[0], [0]]
