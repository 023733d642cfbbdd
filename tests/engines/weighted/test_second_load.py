"""Households and workloads may both have limits: knapsacks have one load, the second one is priced."""

from itertools import product

import numpy as np
import pytest
from lanes import by_lane

from phancong import Household, Member, Problem, Search, TravelMatrix
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.weighted.bound.initial_multipliers import initial_multipliers
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.context import Context
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.sum_search import minimise
from phancong.engines.weighted.warm_start import WarmStart


def drawn(rng, *, matrix=False):
    """Six households, three members with maxima of both loads and a minimum of households."""
    members = [
        Member(f"m{i}", min_households=1, max_households=int(most), max_workload=float(load))
        for i, (most, load) in enumerate(
            zip(rng.integers(2, 4, 3), rng.integers(8, 14, 3), strict=True)
        )
    ]
    weight = rng.integers(1, 6, (6, 3)) if matrix else rng.integers(1, 6, 6)[:, None].repeat(3, 1)
    away = rng.integers(0, 99, (6, 3)).astype(float)
    homes = [Household(f"h{i}", workload=w) for i, w in enumerate(weight[:, 0].tolist())]
    load = {"workload": weight} if matrix else {}
    problem = Problem(members, homes, travel=TravelMatrix(away), **load)
    return Instance(problem), away.astype(np.int64) << 10


def plans(instance):
    for choice in product(range(3), repeat=6):
        taken = np.zeros_like(instance.free)
        taken[np.arange(6), choice] = True
        if instance.keeps(taken):
            yield taken


@pytest.mark.parametrize("matrix", [False, True])
def test_any_prices_of_the_second_load_give_a_bound(matrix):
    """Of each plan, its cost is the bound and the parts of the gap that its members and budgets have."""
    looked = 0
    for seed in range(by_lane(quick=3, full=40)):
        rng = np.random.default_rng(seed)
        instance, cost = drawn(rng, matrix=matrix)
        instance = instance.within(Budget(rng.integers(0, 3, cost.shape), 8))
        lagrangian = Lagrangian(instance, cost)
        lagrangian.price_second(rng.integers(-40, 40, 3) << 10)
        cover = rng.integers(0, 99, 6) << 10
        found = lagrangian.evaluate(cover, (int(rng.integers(0, 9)) << 10,))
        near = Neighbourhoods(lagrangian, found, cost)
        for taken in plans(instance):
            gap = int(near.gaps(taken).sum()) + near.idle(taken)
            assert near.gaps(taken).min() >= 0
            assert int(cost[taken].sum()) == found.bound + gap
            looked += 1
    assert looked


@pytest.mark.parametrize("matrix", [False, True])
def test_the_first_prices_of_both_loads_prove_more_than_those_of_one(matrix):
    """By a flow for each load in turn, or by one linear program; none is above the best plan."""
    more = 0
    for seed in range(by_lane(quick=6, full=40)):
        instance, cost = drawn(np.random.default_rng(seed), matrix=matrix)
        best = min((int(cost[taken].sum()) for taken in plans(instance)), default=None)
        if best is None:
            continue
        lagrangian = Lagrangian(instance, cost)
        found = initial_multipliers(lagrangian, StageBudget(Course(Search(seconds=60)), 1.0))
        assert found.multipliers.bound <= best
        cover = found.multipliers.cover
        lagrangian.price_second(found.multipliers.second)
        assert lagrangian.evaluate(cover, ()).bound == found.multipliers.bound
        alone = Lagrangian(instance, cost)
        alone.second = None  # as if it had no limits
        one = initial_multipliers(alone, StageBudget(Course(Search(seconds=60)), 1.0))
        assert matrix or found.multipliers.bound >= one.multipliers.bound
        more += found.multipliers.bound > one.multipliers.bound
    assert more


def search(instance, cost, warm_start, work):
    taken = next(plans(instance))
    context = Context(
        instance,
        cost,
        np.zeros_like(cost),
        taken,
        solver=CpSatSolver(),
        stage_budget=StageBudget(Course(Search(work=work)), 1.0),
        gap_closed=lambda value, bound: value <= bound,
        report=lambda _: None,
        warm_start=warm_start,
    )
    return minimise(context)


@pytest.mark.parametrize("matrix", [False, True])
def test_a_search_that_ended_while_it_prepared_goes_on_with_its_prices(matrix):
    """The next one constructs plans with them, and proves the best plan."""
    seed = 1
    instance, cost = drawn(np.random.default_rng(seed), matrix=matrix)
    warm_start = WarmStart()
    cut = search(instance, cost, warm_start, 1e-9)
    kept = warm_start.first
    assert kept is not None
    found = search(instance, cost, warm_start, 5.0)
    assert warm_start.first is None
    assert cut.bound <= found.bound == found.value
    assert found.value == min(int(cost[taken].sum()) for taken in plans(instance))
