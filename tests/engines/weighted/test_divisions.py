"""Divisions of the units of two members, against all divisions of small ones."""

from itertools import product

import numpy as np
import pytest
from lanes import chunks

from phancong import Household, Member, Problem
from phancong.engines.weighted.construct.exchange_paths import apply_exchange_paths
from phancong.engines.weighted.divisions import Divisions
from phancong.engines.weighted.improve.cheaper_divisions import improve_by_divisions
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.tuning import DIVIDED_UNITS


def drawn(seed, *, digits=2, households=7, own=False, **limits):
    """Three members with limits of load, households of some decimals, a plan and costs."""
    draw = np.random.default_rng(seed)
    weight = draw.uniform(1.0, 9.0, (households, 3 if own else 1)).round(digits)
    fair = float(weight.min(axis=1).sum()) / 3
    people = [
        Member(m, max_workload=round(fair * draw.uniform(0.9, 1.3), digits), **limits)
        for m in range(3)
    ]
    homes = [
        Household(10 + h, workload=1.0 if own else float(w)) for h, w in enumerate(weight[:, 0])
    ]
    forbidden = [(10 + h, 1) for h in range(households) if draw.random() < 0.15]
    options = {"workload": weight.tolist()} if own else {}
    instance = Instance(Problem(people, homes, travel=None, forbidden=forbidden, **options))
    taken = np.zeros(instance.free.shape, dtype=bool)
    taken[
        np.arange(households), np.where(instance.free[:, 1], draw.integers(0, 3, households), 0)
    ] = True
    return instance, taken, draw.integers(0, 40, taken.shape)


def divided(instance, taken, one, other):
    """All plans in which the two members divide the units that either may have."""
    both = instance.free[:, [one, other]].all(axis=1)
    units = np.flatnonzero(both & (taken[:, one] != taken[:, other]))
    for chosen in product((False, True), repeat=len(units)):
        plan = taken.copy()
        plan[units, one], plan[units, other] = chosen, ~np.array(chosen, dtype=bool)
        yield plan


def outside(instance, plan, member=slice(None)):
    """How far loads are outside their limits."""
    total = 0
    for resource in instance.binding:
        load = resource.load(plan)
        by = np.maximum(load - resource.high, 0) + np.maximum(resource.low - load, 0)
        total += int(np.sum(by[member]))
    return total


@pytest.mark.parametrize("seeds", chunks(quick=20, full=100, night=1_000, size=20))
@pytest.mark.parametrize("own", [False, True], ids=["same weights", "weights of each member"])
def test_two_members_divide_their_units_as_near_their_limits_as_any_division(seeds, own):
    for seed in seeds:
        instance, taken, cost = drawn(seed, own=own)
        best = min(
            (outside(instance, plan, 0), outside(instance, plan, 2))
            for plan in divided(instance, taken, 0, 2)
        )
        divisions = Divisions(instance, taken.copy(), cost)
        divisions.settle(0, 2)
        assert (
            outside(instance, divisions.taken, 0),
            outside(instance, divisions.taken, 2),
        ) == best
        assert np.array_equal(divisions.outside().sum(), outside(instance, divisions.taken))


@pytest.mark.parametrize("seeds", chunks(quick=20, full=100, night=1_000, size=20))
def test_two_members_divide_their_units_at_the_least_cost(seeds):
    """Where the plan keeps the limits; else nothing is asked."""
    asked = 0
    for seed in seeds:
        instance, taken, cost = drawn(seed)
        taken = apply_exchange_paths(instance, taken, cost, lambda _: False)
        if not instance.keeps(taken):
            continue
        asked += 1
        plans = [plan for plan in divided(instance, taken, 0, 1) if instance.keeps(plan)]
        least = min(int(cost[plan].sum()) for plan in plans)
        divisions = Divisions(instance, taken.copy(), cost)
        cheaper = divisions.cheapen(0, 1)
        assert int(cost[divisions.taken].sum()) == least, seed
        assert cheaper == (least < int(cost[taken].sum())), seed
        assert instance.keeps(divisions.taken), seed
    assert asked > len(seeds) / 3


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "options",
    [
        {"digits": 7},
        {"households": 2 * DIVIDED_UNITS},
        {"max_households": 3},
        {"min_workload": 3.0},
    ],
    ids=str,
)
def test_paths_never_leave_loads_farther_outside(seed, options):
    """Also where loads are rounded in the table, there are too many units, or another limit binds."""
    instance, taken, cost = drawn(seed, **options)
    after = apply_exchange_paths(instance, taken, cost, lambda _: False)
    assert outside(instance, after) <= outside(instance, taken)
    assert (after <= instance.free).all()
    assert (after.sum(axis=1) == 1).all()


def test_a_load_goes_along_a_path_of_full_members():
    """a has 0.07 too much; only c has room, and may take no household of a, but one of b.

    a gives a1 for b1 (0.35 for 0.28), and b gives b3 for c1 (0.28 for 0.21): then a and b have 1.00.
    """
    people = [Member(m, max_workload=1.0) for m in "abc"]
    homes = [
        Household("a1", workload=0.35),
        Household("a2", workload=0.72),
        Household("b1", workload=0.28),
        Household("b2", workload=0.44),
        Household("b3", workload=0.28),
        Household("c1", workload=0.21),
        Household("c2", workload=0.6),
    ]
    kept = {"a1": "ab", "a2": "a", "b1": "ab", "b2": "b", "b3": "bc", "c1": "bc", "c2": "c"}
    forbidden = [(home, m) for home, who in kept.items() for m in "abc" if m not in who]
    instance = Instance(Problem(people, homes, travel=None, forbidden=forbidden))
    taken = np.zeros((7, 3), dtype=bool)
    taken[[0, 1], 0] = taken[[2, 3, 4], 1] = taken[[5, 6], 2] = True
    cost = np.zeros(taken.shape, dtype=np.int64)
    after = apply_exchange_paths(instance, taken, cost, lambda _: False)
    assert instance.keeps(after)
    # A minimum is met in the same way, in the other direction: c has 0.81 and needs 0.88.
    people = [Member("a"), Member("b", min_workload=1.0), Member("c", min_workload=0.88)]
    low = Instance(Problem(people, homes, travel=None, forbidden=forbidden))
    assert low.keeps(apply_exchange_paths(low, taken, cost, lambda _: False))


def test_the_search_for_paths_ends_when_its_budget_does():
    instance, taken, cost = drawn(3)
    spent = []
    apply_exchange_paths(instance, taken, cost, lambda work: spent.append(work) or True)
    assert len(spent) == 1
    assert spent[0] > 0


@pytest.mark.parametrize("seed", range(12))
def test_divisions_make_a_plan_cheaper_within_all_limits(seed):
    """Loads, numbers of households, and a budget; nothing is left that two members can gain."""
    instance, taken, cost = drawn(seed, households=12)
    taken = apply_exchange_paths(instance, taken, cost, lambda _: False)
    if not instance.keeps(taken):
        pytest.skip("no plan to begin with")
    weight = np.random.default_rng(seed).integers(0, 5, taken.shape)
    narrow = instance.replace(budgets=(Budget(weight, int(weight[taken].sum())),))
    for limits in (instance, narrow):
        after = improve_by_divisions(limits, taken, cost, lambda _: False, set())
        assert limits.keeps(after)
        assert int(cost[after].sum()) <= int(cost[taken].sum())
        stopped = improve_by_divisions(limits, taken, cost, lambda _: True, set())
        assert int(cost[after].sum()) <= int(cost[stopped].sum()) <= int(cost[taken].sum())
    tried, spent = set(), []
    free = improve_by_divisions(instance, taken, cost, lambda _: False, tried)
    again = improve_by_divisions(instance, free, cost, lambda work: bool(spent.append(work)), tried)
    assert np.array_equal(again, free)
    assert not any(spent)  # what was tried is not tried again
    for one, other in ((0, 1), (0, 2), (1, 2)):
        for plan in divided(instance, free, one, other):
            assert not instance.keeps(plan) or cost[plan].sum() >= cost[free].sum()
