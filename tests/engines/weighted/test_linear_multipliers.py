"""The linear relaxation of a budget that is held: what its covers cut off, and what it proves."""

from itertools import product

import numpy as np
import pytest
from lanes import in_full

from phancong import Household, Member, Problem, Search, TravelMatrix
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.weighted.bound.initial_multipliers import (
    initial_multipliers,
    linear_multipliers,
)
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.context import Context
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.operators import FirstMultipliers
from phancong.engines.weighted.resources import Budget, covers
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import Tuning
from phancong.engines.weighted.warm_start import WarmStart


def drawn(seed, households=7, members=3):
    """Households of weight 1 to 4, last year's members who are too full, and costs of pairs."""
    rng = np.random.default_rng(seed)
    weight = rng.integers(1, 5, households).astype(float)
    travel = rng.integers(1, 1000, (households, members)).astype(float)
    most = np.ceil(weight.sum() / members) + 1
    problem = Problem(
        [Member(f"m{i}", max_workload=most) for i in range(members)],
        [Household(f"h{i}", workload=w) for i, w in enumerate(weight.tolist())],
        travel=TravelMatrix(travel),
    )
    kept = np.zeros(travel.shape, dtype=bool)
    kept[np.arange(households), rng.integers(0, 2, households)] = True
    return Instance(problem), kept, travel.astype(np.int64) * 1024


def context_of(instance, taken, cost, warm_start):
    """What an operator gets that minimises *cost* from a plan."""
    return Context(
        instance,
        cost,
        cost,
        taken,
        solver=CpSatSolver(),
        stage_budget=stage(),
        gap_closed=lambda value, bound: value <= bound,
        report=lambda _: None,
        warm_start=warm_start,
    )


def plans(instance):
    """All plans within the limits, each U × M."""
    units, members = instance.free.shape
    for choice in product(range(members), repeat=units):
        taken = np.zeros((units, members), dtype=bool)
        taken[np.arange(units), choice] = True
        if instance.keeps(taken):
            yield taken


def held(instance, kept):
    """The instance within as few changes as there can be, and a plan of it; None if there is no plan."""
    able = sorted(plans(instance), key=lambda taken: int(taken[kept].sum()))
    if not able:
        return None
    budget = Budget(-kept.astype(np.int64), -int(able[-1][kept].sum()))
    return instance.replace(budgets=(budget,)), able[-1]


def stage(work=1e6):
    return StageBudget(Course(Search(seconds=600, work=work)), 1.0)


def cases(seeds=range(12)):
    """Instances whose plans change as few households as possible, with a plan and costs."""
    for seed in seeds:
        instance, kept, cost = drawn(seed)
        found = held(instance, kept)
        if found is not None and found[0].binding:
            yield *found, cost


@pytest.mark.parametrize("seed", [0, *in_full(*range(1, 12))])
def test_covers_cut_off_no_plan_and_some_splits(seed):
    """At most as many of the kept pairs as fit are in any plan; some cover has fewer than all pairs."""
    instance, kept, _ = drawn(seed)
    unit, member = np.nonzero(instance.free)
    load = instance.resource("workload")
    found = list(covers(load, unit, member, kept[unit, member]))
    for taken in plans(instance):
        assert all(int(taken[unit[mine], member[mine]].sum()) <= most for mine, most in found)
    over = load.load(kept) > load.high
    assert [int(member[mine[0]]) for mine, _ in found] == np.flatnonzero(over).tolist()


def test_the_relaxation_proves_no_more_than_the_least_cost_and_more_than_flows_do():
    """By all plans of small instances; taken together it closes more of the gap than flows."""
    linear, flows, least = [], [], []
    for instance, _, cost in cases():
        optimum = min(int(cost[taken].sum()) for taken in plans(instance))
        found = linear_multipliers(Lagrangian(instance, cost), stage())
        assert found.multipliers.bound <= optimum
        without = initial_multipliers(Lagrangian(instance, cost), stage())
        assert without.multipliers.bound <= optimum
        linear.append(found.multipliers.bound)
        flows.append(without.multipliers.bound)
        least.append(optimum)
    assert len(least) >= 6
    assert sum(linear) > sum(flows)
    assert sum(linear) > 0.9 * sum(least)


def test_new_limits_get_the_relaxation_anew():
    """Multipliers of a search within another budget prove less than those of the relaxation here."""
    gains = []
    for instance, taken, cost in cases():
        instance.tuning = Tuning(slow_master=0.0)
        loose = instance.replace(budgets=tuple(Budget(b.weight, 0) for b in instance.budgets))
        warm_start = WarmStart()
        bounds = []
        for of in (loose, instance, instance):
            context = context_of(of, taken, cost, warm_start)
            stored = warm_start.multipliers(context.lagrangian)
            FirstMultipliers().run(context, 1.0)
            found = context.current_multipliers
            if stored is not None:
                assert found.bound >= stored.bound
            bounds.append(found.bound)
            warm_start.keep(found, 1.0)
        gains.append(bounds[1] - bounds[0])
        assert bounds[2] == bounds[1]
    assert min(gains) >= 0 < max(gains)


def test_without_limits_of_loads_the_relaxation_prices_the_budget_alone():
    """Four of seven households stay: the others are those that gain most by going."""
    _, kept, cost = drawn(3)
    homes = [Household(f"h{i}") for i in range(7)]
    free = Instance(Problem([Member(f"m{i}") for i in range(3)], homes, travel=None))
    within = free.replace(budgets=(Budget(-kept.astype(np.int64), -4),))
    least = cost.min(axis=1)
    gains = np.sort(cost[kept] - least)
    optimum = int(least.sum() + gains[:4].sum())
    found = linear_multipliers(Lagrangian(within, cost), stage())
    assert optimum * 0.999 <= found.multipliers.bound <= optimum


def test_where_the_relaxation_is_too_large_flows_give_the_multipliers():
    instance, taken, cost = next(cases())
    instance.tuning = Tuning(slow_master=0.0, most_linear_pairs=instance.size - 1)
    context = context_of(instance, taken, cost, WarmStart())
    FirstMultipliers().run(context, 1.0)
    flows = initial_multipliers(Lagrangian(instance, context.lagrangian.cost), stage())
    assert context.current_multipliers.bound == flows.multipliers.bound
