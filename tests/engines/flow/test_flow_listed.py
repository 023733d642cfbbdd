"""Prices of last year's plan by counting: a member with too few places for it has a price."""

from dataclasses import replace

import numpy as np
import pytest
from as_large import WIDE, as_large

from phancong import Household, Member, Problem
from phancong.engines.flow.listed import listed_prices
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs
from phancong.engines.flow.pair_costs import PairCosts


@pytest.fixture
def loads():
    """Three households and two members, m1 with places for two and m2 for three."""
    members = [Member("m1", (21.0, 105.0), max_households=2), Member("m2", (21.0, 105.1))]
    households = [Household(f"h{n}", (21.0, 105.0 + n / 100)) for n in range(3)]
    with as_large(WIDE):
        loads = UnitLoads(Problem(members, households))
        assert loads.pool is not None
    return loads


def costs(loads, values, **more):
    """Costs of the pairs of m1 with each household."""
    keys = loads.pool.keys(np.arange(3), np.zeros(3, dtype=np.int64))
    return Costs(pairs=PairCosts(loads.pool, keys=keys, values=np.array(values), **more))


def test_the_price_is_the_gain_of_the_first_pair_without_a_place(loads):
    """m1 takes the gains 5 and 3 of three; the next one gains 2. m2 has no listed pair."""
    network = loads.network({})
    assert listed_prices(network, costs(loads, [-3, -2, -5])).tolist() == [2, 0]


def test_who_has_places_for_all_has_no_price(loads):
    """Three places for three listed pairs."""
    network = replace(loads.network({}), high=np.array([3, 3]))
    assert listed_prices(network, costs(loads, [-3, -2, -5])).tolist() == [0, 0]


def test_nothing_is_told_where_something_else_costs(loads):
    """Flags, members missing, units, and listed pairs that cost more than others."""
    network = loads.network({})
    flags = np.zeros((3, 2), dtype=bool)
    assert listed_prices(network, costs(loads, [-1, -1, -1], flags=flags, flag=1)) is None
    assert listed_prices(network, costs(loads, [-1, 1, -1])) is None
    assert listed_prices(loads.network({"coverage": 1.0}), costs(loads, [-1, -1, -1])) is None
    units = replace(costs(loads, [-1, -1, -1]), marginal=np.zeros((2, 3), dtype=np.int64))
    assert listed_prices(network, units) is None
