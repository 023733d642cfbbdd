"""Where all units have the same load, one flow gives the plan of least cost."""

from itertools import permutations, product

import numpy as np
import pytest
from assigning import context_of

from phancong import Household, Member, Problem, Search, TravelMatrix
from phancong.course import Course
from phancong.engines.weighted.bound.initial_multipliers import initial_multipliers
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.construct.flow_plan import flow_plan
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.operators import Construction, FirstMultipliers
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.stage_budget import StageBudget


def drawn(rng, *, fixed=()):
    """Five households, three members, a minimum and a maximum of households for each."""
    members = [
        Member(f"m{i}", min_households=int(rng.integers(0, 2)), max_households=int(most))
        for i, most in enumerate(rng.integers(1, 4, 3))
    ]
    homes = [Household(f"h{i}", workload=w) for i, w in enumerate(rng.integers(1, 9, 5).tolist())]
    away = rng.integers(0, 9, (5, 3)).astype(float)
    return Instance(Problem(members, homes, travel=TravelMatrix(away), fixed=fixed)), away


def plans(instance):
    units, members = instance.free.shape
    for choice in product(range(members), repeat=units):
        taken = np.zeros_like(instance.free)
        taken[np.arange(units), choice] = True
        if instance.keeps(taken):
            yield taken


@pytest.mark.parametrize("seed", range(12))
def test_a_flow_gives_the_plan_of_least_cost(seed):
    """Whatever the workloads are, as only the number of households is limited."""
    instance, away = drawn(np.random.default_rng(seed))
    cost = away.astype(np.int64)
    assert instance.has_equal_loads
    found = flow_plan(instance, cost)
    costs = [int(cost[taken].sum()) for taken in plans(instance)]
    if found is None:
        assert not costs
    else:
        assert instance.keeps(found)
        assert int(cost[found].sum()) == min(costs)


def test_no_flow_where_fixed_households_exceed_a_maximum():
    """A maximum that fixed pairs exceed has no room that is less than nothing."""
    instance, away = drawn(np.random.default_rng(0))
    (load,) = instance.binding
    tight = instance.restricted(instance.free, load.measure, load.low, load.low - 1)
    assert flow_plan(tight, away.astype(np.int64)) is None


def test_no_flow_where_no_number_of_equal_loads_fits():
    """Beside the fixed 3 the member must have 3 of households of 2, no more and no less."""
    homes = [Household("h0", workload=3), *(Household(f"h{i}", workload=2) for i in range(1, 4))]
    for load, fits in ((6, False), (7, True)):
        members = [Member("m", min_workload=load, max_workload=load), Member("n")]
        instance = Instance(Problem(members, homes, travel=None, fixed=[("h0", "m")]))
        assert instance.has_equal_loads
        found = flow_plan(instance, np.zeros(instance.free.shape, dtype=np.int64))
        assert (found is not None) is fits


def test_no_flow_where_households_are_more_than_places():
    members = [Member("a", max_households=1), Member("b", max_households=1)]
    instance = Instance(Problem(members, [Household(f"h{i}") for i in range(3)], travel=None))
    assert flow_plan(instance, np.zeros((3, 2), dtype=np.int64)) is None


def test_a_search_without_time_or_without_a_flow_keeps_its_plan():
    """Construction offers flows; where none is found there is the plan that the search began with."""
    problem = Problem(
        [Member("a", max_households=2), Member("b")],
        [Household(f"h{i}") for i in range(3)],
        travel=TravelMatrix([[1, 2]] * 3),
    )
    for work in (1e-12, 1.0):
        context = context_of(problem, search=Search(work=work))
        before = context.incumbent.taken.copy()
        FirstMultipliers().run(context, 0.0)
        (load,) = context.instance.binding
        context.instance = context.instance.restricted(
            context.instance.free, load.measure, load.low, load.low - 1
        )
        Construction().run(context, 0.0)
        assert (context.incumbent.taken == before).all()
        assert (context.stage_budget.stop_reason is None) is (work == 1.0)


def test_loads_are_equal_where_none_binds_and_unequal_where_two_do():
    homes = [Household("h1", workload=1), Household("h2", workload=2)]

    def equal(**limits):
        return Instance(Problem([Member("m", **limits)], homes, travel=None)).has_equal_loads

    assert equal()
    assert equal(max_households=1)
    assert not equal(max_workload=2)
    assert not equal(max_households=1, max_workload=2)
    free = Instance(Problem([Member("m")], homes, travel=None))
    assert flow_plan(free, np.zeros((2, 1), dtype=np.int64)).all()


def test_fixed_households_give_a_load_no_limit():
    """The workload has no limit, so that only the number of households binds."""
    homes = [Household(f"h{i}", workload=i + 1) for i in range(3)]
    members = [Member("m1", max_households=2), Member("m2")]
    instance = Instance(Problem(members, homes, travel=None, fixed=[("h0", "m1")]))
    assert [load.measure for load in instance.binding] == ["households"]
    assert [load.high[0] for load in instance.binding] == [1]


def test_a_budget_at_its_least_value_gets_a_multiplier_that_outweighs_a_plan():
    """Then the bound is the least cost of the plans within it, since the flow is whole.

    A step of the budget may change the members of all households along a path, so that a multiplier that
    outweighs each pair is too small.
    """
    size, outweighed = 6, 0
    each = np.array(list(permutations(range(size))))
    rows = np.arange(size)
    members = [Member(f"m{i}", max_households=1) for i in rows]
    instance = Instance(Problem(members, [Household(f"h{i}") for i in rows], travel=None))
    for seed in range(40):
        rng = np.random.default_rng(seed)
        cost = (rng.random((size, size)) < 0.7).astype(np.int64)
        weight = (rng.random((size, size)) < 0.6).astype(np.int64)
        used, costs = weight[rows, each].sum(axis=1), cost[rows, each].sum(axis=1)
        held = instance.within(Budget(weight, int(used.min())))
        lagrangian = Lagrangian(held, cost << 10)
        found = initial_multipliers(lagrangian, StageBudget(Course(Search(seconds=60)), 1.0))
        least = int(costs[used == used.min()].min())
        assert -(-found.multipliers.bound >> 10) == least
        plan = flow_plan(held, lagrangian.penalised_cost((lagrangian.outweighing,)))
        assert int(cost[plan].sum()) == least
        outweighed += found.multipliers.budgets == (lagrangian.outweighing,)
        # With one more than the least value a smaller multiplier may prove as much; none proves too much.
        loose = Lagrangian(instance.within(Budget(weight, int(used.min()) + 1)), cost << 10)
        found = initial_multipliers(loose, StageBudget(Course(Search(seconds=60)), 1.0))
        most = int(costs[used <= used.min() + 1].min())
        assert 0 <= found.multipliers.bound <= most << 10
    assert outweighed
