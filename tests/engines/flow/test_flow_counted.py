"""The cheapest places of all members bound the cost of counts; a flow within them is a least one."""

from dataclasses import replace

import numpy as np
import pytest

from phancong import Household, Member, Problem
from phancong.engines.flow.counted import cheapest_places
from phancong.engines.flow.loads import UnitLoads


@pytest.fixture
def network():
    """Five households, two members with places for four each, m2 with one at least."""
    members = [
        Member("m1", max_households=4),
        Member("m2", max_households=4, min_households=1),
    ]
    return UnitLoads(Problem(members, [Household(f"h{n}") for n in range(5)], travel=None)).network(
        {}
    )


def bounds(network):
    """The fewest and the most households of each member."""
    return network.low.tolist(), network.high.tolist()


def test_what_is_dearer_than_the_last_place_is_left_out(network):
    """m2 has one; of 1, 2, 6, 7 and 3, 5, 8 the four cheapest are 1, 2, 3, 5."""
    units = np.array([[1, 2, 6, 7], [3, 5, 8, 0]])
    assert bounds(cheapest_places(network, units)) == ([2, 2], [2, 3])


def test_places_of_the_same_cost_can_be_of_either_member(network):
    """Of 1, 4, 4, 4 and 4, 4, 4 the cheapest four are 1 and three of those that cost 4."""
    units = np.array([[1, 4, 4, 4], [4, 4, 4, 0]])
    assert bounds(cheapest_places(network, units)) == ([1, 1], [4, 4])


def test_pairs_of_every_plan_are_places_that_are_taken(network):
    """m1 has h0 to h2 in every plan and m2 has one: four are taken, and the fifth costs 3."""
    on = np.zeros((5, 2), dtype=bool)
    on[:3, 0] = True
    need = np.array([0, 0, 0, 1, 1])
    fixed = replace(network, on=on, free=network.free & ~on, need=need)
    units = np.array([[1, 2, 6, 7], [3, 5, 8, 0]])
    assert bounds(cheapest_places(fixed, units)) == ([3, 1], [3, 2])


def test_nothing_is_told_where_members_may_be_missing_or_places_are_too_few(network):
    """The number of places is not known; or there are five households and three places."""
    units = np.array([[1, 2, 6, 7], [3, 5, 8, 0]])
    may = replace(network, most_missing=network.need)
    assert cheapest_places(may, units) is None
    assert cheapest_places(network.capped(np.array([2, 1])), units[:, :2]) is None
