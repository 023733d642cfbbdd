"""The prices that a search begins with: what they prove, and where there are none."""

from dataclasses import replace

import numpy as np
import pytest
from lanes import in_full

from phancong import Household, Member, Problem, Search, TravelMatrix
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.common.linear_model import Limits
from phancong.engines.weighted.bound import initial_multipliers as first
from phancong.engines.weighted.bound import linear_duals
from phancong.engines.weighted.bound.flow_duals import flow_duals
from phancong.engines.weighted.bound.initial_multipliers import initial_multipliers
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.improve.restricted_models import find_plan, solve_restricted
from phancong.engines.weighted.instance import Budget, Instance
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import Tuning


def minute():
    return Limits(60.0, np.inf, 0.0, 0)


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


def uncharged(work):
    return False


def plan(of, cost):
    """A plan within the limits near the cheapest one, by CP-SAT."""
    everybody, everywhere = np.arange(cost.shape[1]), np.ones_like(of.free)
    first, _ = find_plan(of, nearest(cost), everywhere, CpSatSolver(), minute, uncharged)
    return solve_restricted(of, first, cost, everybody, everywhere, CpSatSolver(), minute).taken


def nearest(cost):
    """The cheapest pair of each household; it need not be a plan where all pairs are offered anyway."""
    found = np.zeros(cost.shape, dtype=bool)
    found[np.arange(len(cost)), cost.argmin(axis=1)] = True
    return found


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
    linear, none = linear_duals.linear_duals(of, cost, 60.0, Course(Search()).waited, uncharged)
    assert none == ()
    assert bound(of, cost, linear) == pytest.approx(bound(of, cost, split), rel=0.01)


def test_prices_of_load_prove_more_than_none():
    """Taken together; without them each household is thought to go where it is cheapest."""
    with_prices, without = [], []
    for seed in range(10):
        of, cost = drawn(seed, each=False)
        linear, _ = linear_duals.linear_duals(of, cost, 60.0, Course(Search()).waited, uncharged)
        with_prices.append(bound(of, cost, linear))
        without.append(bound(of, cost, np.zeros_like(cost)))
    assert sum(with_prices) > 1.02 * sum(without)


def test_a_budget_gets_its_price_with_the_loads():
    """Pairs that cost least are held back: the price of that proves more than none, and no lie."""
    subgradient = []
    for seed in range(10):
        of, cost = drawn(seed, each=False)
        weight = (cost == cost.min(axis=1, keepdims=True)).astype(np.int64)
        held = of.within(Budget(weight, 6))
        worth, budgets = linear_duals.linear_duals(
            held, cost, 60.0, Course(Search()).waited, uncharged
        )
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
        found = initial_multipliers(lagrangian, stage_budget, nearest(cost))
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
    taken = nearest(cost)
    found = initial_multipliers(loose, StageBudget(Course(Search(seconds=600)), 1.0), taken)
    assert found.multipliers.budgets == (0,)


def test_a_search_that_is_over_tries_no_prices_of_budgets():
    of, cost = drawn(0, each=True, flow=True)
    weight = (cost == cost.min(axis=1, keepdims=True)).astype(np.int64)
    held = Lagrangian(of.within(Budget(weight, 1)), cost)
    over = StageBudget(Course(Search(work=1e-9)), 1.0)
    over.charge(1.0)
    found = initial_multipliers(held, over, nearest(cost))
    assert found.multipliers.budgets == (0,)


@pytest.mark.parametrize("peak", [1, 40, 3_000, 70_000, 10**6])
def test_a_price_is_found_whatever_its_size(peak):
    """The bound is concave in it: five looks come within a factor of six."""
    low, best, high = 0, 0, 2**21
    for _ in range(first.TRIES):
        price = first._between(low, best, high)
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
    assert linear_duals.linear_duals(full, cost, 60.0, Course(Search()).waited, uncharged) is None
    assert linear_duals.linear_duals(of, cost, 0.0, Course(Search()).waited, uncharged) is None
    of.tuning = Tuning(most_linear_pairs=of.size - 1)
    assert linear_duals.linear_duals(of, cost, 60.0, Course(Search()).waited, uncharged) is None
    lagrangian = Lagrangian(of, cost)
    budget = StageBudget(Course(Search(seconds=60)), 1.0)
    found = initial_multipliers(lagrangian, budget, nearest(cost))
    assert not found.worth.any()
    assert found.multipliers.bound == bound(of, cost, found.worth)


def many(seed):
    """Forty households and twenty members with hardly any room, costs, and a plan."""
    rng = np.random.default_rng(seed)
    travel = rng.integers(0, 1000, (40, 20)).astype(float)
    weight = rng.integers(1, 5, 40)
    members = [Member(f"m{i:02}", max_workload=weight.sum() / 20 + 2) for i in range(20)]
    homes = [Household(f"h{i:02}", workload=w) for i, w in enumerate(weight.tolist())]
    of = Instance(Problem(members, homes, travel=TravelMatrix(travel)))
    cost = travel.astype(np.int64) * 1024
    taken = plan(of, rng.integers(0, 1000, (40, 20)))
    return of, cost, taken


@pytest.mark.parametrize("seed", range(3))
def test_column_generation_prices_as_the_program_of_all_pairs_does(seed):
    """It begins with fewer pairs; the bound is below the cheapest plan, as any is."""
    of, cost, taken = many(seed)
    held = of.within(Budget(np.where(taken, -1, 0), -34))
    sizes = []
    waited = Course(Search()).waited
    few = linear_duals.linear_duals(held, cost, 60.0, waited, sizes.append, taken)
    all_ = linear_duals.linear_duals(held, cost, 60.0, waited, uncharged)
    assert sizes[0] < held.size / linear_duals.LINEAR_PAIRS_A_UNIT
    assert bound(held, cost, *few) == pytest.approx(bound(held, cost, *all_), rel=1e-3)
    best = solve_restricted(held, taken, cost, np.arange(20), held.free, CpSatSolver(), minute)
    assert best.solved
    assert few[1] > (0,)
    assert bound(held, cost, *few) <= cost[best.taken].sum()


def test_a_program_that_does_not_end_leaves_the_prices_of_the_one_before():
    of, cost, taken = many(1)
    cost = cost + 3_000 * 1024 * (np.arange(20) >= 12)  # the cheapest twelve cannot hold all
    waited = Course(Search()).waited
    calls = []

    def once(call, stop, seconds):
        calls.append(seconds)
        return waited(call, stop, seconds) if len(calls) == 1 else None

    found = linear_duals.linear_duals(of, cost, 60.0, once, uncharged, taken)
    assert len(calls) == 2
    assert found is not None


def test_a_budget_is_priced_where_no_load_has_a_limit():
    """Each household may go to the nearest member, but only three of them."""
    travel = np.arange(24.0).reshape(6, 4)
    homes = [Household(f"h{i}") for i in range(6)]
    of = Instance(Problem([Member(f"m{i}") for i in range(4)], homes, travel=TravelMatrix(travel)))
    assert not of.binding
    cost = travel.astype(np.int64) * 1024
    taken = np.zeros_like(of.free)
    taken[:, 3] = True
    held = of.within(Budget(np.where(taken, -1, 0), -3))
    held.tuning = Tuning(near_pairs=1)
    assert held.is_wide
    lagrangian = Lagrangian(held, cost)
    budget = StageBudget(Course(Search(seconds=60)), 1.0)
    found = initial_multipliers(lagrangian, budget, taken).multipliers
    assert found.budgets[0] > 0
    assert found.bound == cost[:, 0].sum() + 3 * (cost[0, 3] - cost[0, 0])
