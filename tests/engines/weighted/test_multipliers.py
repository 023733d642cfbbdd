"""The prices that a search begins with: what they prove, and where there are none."""

from dataclasses import replace

import numpy as np
import pytest
from lanes import in_full

from phancong import Household, Member, Problem, Search, TravelMatrix
from phancong.course import Course
from phancong.engines.weighted.bound import initial_multipliers as first
from phancong.engines.weighted.bound import linear_duals
from phancong.engines.weighted.bound.flow_duals import flow_duals
from phancong.engines.weighted.bound.initial_multipliers import initial_multipliers
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import Tuning


def drawn(seed, *, each, flow=False):
    """Twelve households and four members; loads have a minimum and a maximum that bind."""
    rng = np.random.default_rng(seed)
    travel = rng.integers(0, 1000, (12, 4)).astype(float)
    weight = rng.integers(1, 6, (12, 1 if each else 4)) * np.ones((1, 4))
    fair = weight.sum() / 16
    members = [Member(f"m{i}", min_workload=fair - 3, max_workload=fair + 2) for i in range(4)]
    if flow:
        homes = [Household(f"h{i:02}", workload=w) for i, w in enumerate(weight[:, 0].tolist())]
        of = Instance(Problem(members, homes, travel=TravelMatrix(travel)))
    else:
        homes = [Household(f"h{i:02}") for i in range(12)]
        of = Instance(Problem(members, homes, travel=TravelMatrix(travel), workload=weight))
    return of, travel.astype(np.int64) * 1024


def bound(of, cost, worth, budgets=None):
    lagrangian = Lagrangian(of, cost)
    budgets = (0,) * len(of.budgets) if budgets is None else budgets
    return lagrangian.evaluate(lagrangian.cover_multipliers(worth, budgets), budgets).bound


@pytest.mark.parametrize("seed", range(10))
def test_a_linear_program_and_a_flow_that_splits_prove_the_same(seed):
    """Where loads are the same for all members, one is the dual of the other."""
    of, cost = drawn(seed, each=True)
    core_problem = replace(of.binding[0], each=of.binding[0].weight.max(axis=1))
    split = flow_duals(of.free, of.need, core_problem, cost)
    linear = linear_duals.linear_duals(of, cost, 60.0, Course(Search()).waited)
    assert linear.budgets == ()
    assert bound(of, cost, linear.worth) == pytest.approx(bound(of, cost, split), rel=0.01)


def test_prices_of_load_prove_more_than_none():
    """Taken together; without them each household is thought to go where it is cheapest."""
    with_prices, without = [], []
    for seed in range(10):
        of, cost = drawn(seed, each=False)
        linear = linear_duals.linear_duals(of, cost, 60.0, Course(Search()).waited)
        with_prices.append(bound(of, cost, linear.worth))
        without.append(bound(of, cost, np.zeros_like(cost)))
    assert sum(with_prices) > 1.02 * sum(without)


def test_a_budget_gets_its_price_with_the_loads():
    """Pairs that cost least are held back: the price of that proves more than none, and no lie."""
    subgradient = []
    for seed in range(10):
        of, cost = drawn(seed, each=False)
        weight = (cost == cost.min(axis=1, keepdims=True)).astype(np.int64)
        held = of.within(Budget(weight, 6))
        found = linear_duals.linear_duals(held, cost, 60.0, Course(Search()).waited)
        worth, budgets = found.worth, found.budgets
        subgradient.append(bound(held, cost, worth, budgets) - bound(held, cost, worth))
        assert all(price >= 0 for price in budgets)
    assert min(subgradient) >= 0 < max(subgradient)


@pytest.mark.parametrize("most", [3, *in_full(1, 6)])
def test_the_price_of_a_budget_is_near_the_one_that_proves_most(most):
    """Beside a fine grid of prices, from nothing to more than any pair costs."""
    stage_budget = StageBudget(Course(Search(seconds=600)), 1.0)
    priced = 0
    for seed in range(8):
        of, cost = drawn(seed, each=True, flow=True)
        weight = (cost == cost.min(axis=1, keepdims=True)).astype(np.int64)
        held = of.within(Budget(weight, most))
        lagrangian = Lagrangian(held, cost)
        found = initial_multipliers(lagrangian, stage_budget)
        free, need, (loads, *_) = held.free, held.need, held.binding
        bounds = [
            bound(held, cost, flow_duals(free, need, loads, cost + p * weight), (p,))
            for p in [0, *np.geomspace(1, 2**21, 85).astype(np.int64).tolist()]
        ]
        (price,) = found.multipliers.budgets
        priced += price > 0
        assert found.multipliers.bound >= bounds[0] + 0.75 * (max(bounds) - bounds[0])
    assert priced == 8


def test_a_budget_that_is_kept_for_nothing_has_no_price():
    of, cost = drawn(0, each=True, flow=True)
    loose = Lagrangian(of.within(Budget(np.ones_like(cost), 12)), cost)
    found = initial_multipliers(loose, StageBudget(Course(Search(seconds=600)), 1.0))
    assert found.multipliers.budgets == (0,)
    assert found.strict is found.worth


def test_a_search_that_is_over_tries_no_prices_of_budgets():
    of, cost = drawn(0, each=True, flow=True)
    weight = (cost == cost.min(axis=1, keepdims=True)).astype(np.int64)
    held = Lagrangian(of.within(Budget(weight, 1)), cost)
    assert initial_multipliers(
        held, StageBudget(Course(Search(work=1e-9)), 1.0)
    ).multipliers.budgets == (0,)


@pytest.mark.parametrize(("passes", "tried"), [(17, False), (10**6, True)])
def test_prices_of_budgets_leave_most_of_a_stage(passes, tried):
    """A flow is charged as eight passes; after two fifths of a stage no further price is tried."""
    of, cost = drawn(0, each=True, flow=True)
    weight = (cost == cost.min(axis=1, keepdims=True)).astype(np.int64)
    held = Lagrangian(of.within(Budget(weight, 1)), cost)
    stage_budget = StageBudget(Course(Search(work=passes * held.knapsacks.work)), 1.0)
    (price,) = initial_multipliers(held, stage_budget).multipliers.budgets
    assert (price > 0) is tried
    assert stage_budget.stop_reason is None


@pytest.mark.parametrize("peak", [1, 40, 3_000, 70_000, 10**6])
def test_a_price_is_found_whatever_its_size(peak):
    """The bound is concave in it: five looks come within a factor of six."""
    low, best, high = 0, 0, 2**21
    for _ in range(first.TRIES):
        price = first.next_price(low, best, high)
        if price in (low, best, high):
            break
        if abs(price - peak) < abs(best - peak):
            low, best, high = (best, price, high) if price > best else (low, price, best)
        elif price > best:
            high = price
        else:
            low = price
    assert peak / 6 <= max(best, 1) <= peak * 6


def test_where_there_are_no_prices_none_are_told():
    """Nothing fits into the limits, even in shares; or it takes too long, or would."""
    of, cost = drawn(0, each=False)
    (loads,) = of.binding
    full = of.restricted(of.free, "workload", np.zeros_like(loads.low), np.zeros_like(loads.high))
    assert linear_duals.linear_duals(full, cost, 60.0, Course(Search()).waited) is None
    assert linear_duals.linear_duals(of, cost, 0.0, Course(Search()).waited) is None
    of.tuning = Tuning(most_linear_pairs=of.size - 1)
    assert linear_duals.linear_duals(of, cost, 60.0, Course(Search()).waited) is None
    lagrangian = Lagrangian(of, cost)
    found = initial_multipliers(lagrangian, StageBudget(Course(Search(seconds=60)), 1.0))
    assert not found.worth.any()
    assert found.strict is found.worth
    assert found.multipliers.bound == bound(of, cost, found.worth)


def crowded(travel, forbidden=()):
    """Thirty households for as many members, each of whom takes one."""
    members = [Member(f"m{i:02}", max_households=1) for i in range(30)]
    homes = [Household(f"h{i:02}") for i in range(30)]
    ways = TravelMatrix(travel.astype(float))
    return Instance(Problem(members, homes, travel=ways, forbidden=forbidden))


def few_and_all(of, cost):
    """Prices of a flow that begins with the twenty cheapest pairs of each unit, and of one over all."""
    return [flow_duals(of.free, of.need, of.binding[0], cost, most) for most in (1, 1_000)]


@pytest.mark.parametrize("seed", range(8))
def test_a_flow_over_the_cheapest_pairs_proves_as_much_as_one_over_all(seed):
    """Some members are near for all, so that other pairs are needed, too."""
    rng = np.random.default_rng(seed)
    travel = rng.integers(1, 400, (30, 30)) + 10 * np.arange(30)[None, :]
    of, cost = crowded(travel), travel.astype(np.int64) * 1024
    few, all_ = few_and_all(of, cost)
    assert bound(of, cost, few) == pytest.approx(bound(of, cost, all_), rel=1e-4)
    assert bound(of, cost, few) > bound(of, cost, np.zeros_like(cost))


def test_a_pair_that_is_cheaper_under_the_prices_is_taken_as_well():
    """One of twenty households gives way, to a member who is only its twenty-first."""
    travel = np.full((30, 30), 2_000)
    travel[:20, :10], travel[:20, 10:20], travel[:20, 29] = 1, 50, 60
    travel[20, :19], travel[20, 29] = 40, 1_000
    travel[21:, 20:29] = 1
    of, cost = crowded(travel), travel.astype(np.int64)
    few, all_ = few_and_all(of, cost)
    # Ten at 1, nine at 50, one at 60; the household in its place at 40 or at 50; nine at 1.
    assert bound(of, cost, few) == bound(of, cost, all_) == 10 + 9 * 50 + 60 + 40 + 9


def test_where_the_cheapest_pairs_do_not_do_all_are_taken():
    """Twenty members are the nearest of all, and have one place each; or nobody has a place at all."""
    travel = np.ones((30, 1), dtype=np.int64) * np.arange(1, 31)
    of = crowded(travel)
    few, all_ = few_and_all(of, travel * 1024)
    assert few.tolist() == all_.tolist()
    only = [(f"h{h:02}", f"m{m:02}") for h in range(2) for m in range(1, 30)]
    assert few_and_all(crowded(travel, forbidden=only), travel * 1024) == [None, None]
