"""The prices that a search begins with: what they prove, and where there are none."""

from dataclasses import replace

import numpy as np
import pytest

from phancong import Household, Member, Problem, TravelMatrix
from phancong.engines.lns import linear_prices
from phancong.engines.lns.instance import Instance
from phancong.engines.lns.lagrangian import Lagrangian
from phancong.engines.lns.prices import split_prices


def drawn(seed, *, each):
    """Twelve households and four members; loads have a minimum and a maximum that bind."""
    rng = np.random.default_rng(seed)
    travel = rng.integers(0, 1000, (12, 4)).astype(float)
    weight = rng.integers(1, 6, (12, 1 if each else 4)) * np.ones((1, 4))
    fair = weight.sum() / 16
    members = [Member(f"m{i}", min_workload=fair - 3, max_workload=fair + 2) for i in range(4)]
    homes = [Household(f"h{i:02}") for i in range(12)]
    of = Instance(Problem(members, homes, travel=TravelMatrix(travel), workload=weight))
    return of, travel.astype(np.int64) * 1024


def bound(of, cost, worth):
    lagrangian = Lagrangian(of, cost)
    return lagrangian.at(lagrangian.cover_of(worth, ()), ()).bound


@pytest.mark.parametrize("seed", range(10))
def test_a_linear_program_and_a_flow_that_splits_prove_the_same(seed):
    """Where loads are the same for all members, one is the dual of the other."""
    of, cost = drawn(seed, each=True)
    (loads,) = of.binding
    whole = replace(loads, each=loads.weight.max(axis=1))
    split = split_prices(of.free, of.need, whole, cost)
    linear = linear_prices.linear_prices(of.free, of.need, loads, cost)
    assert bound(of, cost, linear) == pytest.approx(bound(of, cost, split), rel=0.01)


def test_prices_of_load_prove_more_than_none():
    """Taken together; without them each household is thought to go where it is cheapest."""
    with_prices, without = [], []
    for seed in range(10):
        of, cost = drawn(seed, each=False)
        linear = linear_prices.linear_prices(of.free, of.need, of.binding[0], cost)
        with_prices.append(bound(of, cost, linear))
        without.append(bound(of, cost, np.zeros_like(cost)))
    assert sum(with_prices) > 1.02 * sum(without)


def test_where_there_are_no_prices_none_are_told(monkeypatch):
    """Nothing fits into the limits, even in shares; or it would take too long."""
    of, cost = drawn(0, each=False)
    (loads,) = of.binding
    full = replace(loads, high=loads.low + 1, low=loads.low)
    assert linear_prices.linear_prices(of.free, of.need + 3, full, cost) is None
    monkeypatch.setattr(linear_prices, "MOST_PAIRS", of.size - 1)
    assert linear_prices.linear_prices(of.free, of.need, loads, cost) is None
