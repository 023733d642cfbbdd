"""Units without a choice are fixed: the same plans, and the same bound from fewer rows."""

from itertools import product

import numpy as np
import pytest
from assigning import context_of
from lanes import in_full

from phancong import synth
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.bound.master_problem import MasterProblem, by_columns
from phancong.engines.weighted.resources import Budget


def instance_of(seed):
    """Nine households of three members, within a budget; a third have one member to choose."""
    problem = synth.commune(seed, members=3, households=9, weights="class", infeasible=0.0)
    context = context_of(problem)
    instance, taken = context.instance, context.incumbent.taken
    rng = np.random.default_rng(seed)
    alone = rng.random(len(taken)) < 1 / 3
    alone[0] = True
    instance = instance.replace(free=np.where(alone[:, None], taken, instance.free))
    budget = Budget(np.where(taken, -1, 0), 2 - int(taken.sum()))
    return instance.replace(budgets=(budget,)), context.lagrangian.cost


def plans(instance):
    """All plans within the limits, with the fixed pairs."""
    rows = [
        np.flatnonzero(row).tolist() if need else [None]
        for row, need in zip(instance.free, instance.need, strict=True)
    ]
    for chosen in product(*rows):
        plan = np.zeros_like(instance.free)
        for unit, member in enumerate(chosen):
            if member is not None:
                plan[unit, member] = True
        if instance.keeps(plan):
            yield plan | instance.fixed


def plan_of(instance):
    """A plan."""
    return next(plans(instance))


@pytest.mark.parametrize("seed", [*range(4), *in_full(*range(4, 30))])
def test_settled_units_leave_the_same_plans_and_the_same_bound(seed):
    instance, cost = instance_of(seed)
    settled = instance.settled()
    assert settled.size < instance.size
    whole, rest = ({plan.tobytes() for plan in plans(one)} for one in (instance, settled))
    assert whole
    assert whole == rest
    least = min(int(cost[plan].sum()) for plan in plans(instance))
    bounds, rows = [], []
    for one in (instance, settled):
        lagrangian = Lagrangian(one, np.where(one.free, cost, 0))
        taken = plan_of(one) & ~one.fixed
        master = MasterProblem(lagrangian, taken)
        start = lagrangian.evaluate(np.zeros(len(taken), dtype=np.int64), (0,))
        upper = int(lagrangian.cost[taken].sum())
        best, ended = by_columns(lagrangian, master, start, lambda work: False, upper)
        assert ended
        bounds.append(best.bound + int(cost[one.fixed].sum()))
        rows.append(master.program.rows)
    assert max(bounds) <= least
    near = 0.02 * (int(cost[plan_of(instance)].sum()) - min(bounds))
    assert abs(bounds[0] - bounds[1]) <= near + len(instance.need)  # multipliers are rounded
    assert rows[1] == rows[0] - np.count_nonzero(settled.need < instance.need)
