"""What a ledger says of moved units is what judging all pairs says."""

import numpy as np
import pytest

from phancong import Household, Member, Problem, TravelMatrix
from phancong.engines.weighted.improve.limit_usage import LimitUsage
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Budget


def drawn(rng):
    """A problem with limits of both loads, forbidden pairs and a budget, and a plan that keeps them."""
    units, many = 10, 4
    need = rng.integers(1, 3, units)
    weights = rng.integers(1, 4, units)
    taken = np.zeros((units, many), dtype=bool)
    for unit, n in enumerate(need):
        taken[unit, rng.choice(many, n, replace=False)] = True
    loads, aggregated_model = weights @ taken, taken.sum(axis=0)
    slack = rng.integers(1, 7, (4, many))
    members = [
        Member(
            f"m{m}",
            min_workload=max(int(loads[m]) - int(slack[0, m]), 0),
            max_workload=int(loads[m]) + int(slack[1, m]),
            min_households=max(int(aggregated_model[m]) - int(slack[2, m]), 0),
            max_households=int(aggregated_model[m]) + int(slack[3, m]),
        )
        for m in range(many)
    ]
    homes = [
        Household(f"h{u}", workload=float(weights[u]), members_needed=int(need[u]))
        for u in range(units)
    ]
    travel = np.where(taken | (rng.random(taken.shape) < 0.8), 1.0, np.inf)
    of = Instance(Problem(members, homes, travel=TravelMatrix(travel)))
    weight = rng.integers(0, 5, taken.shape)
    of.budgets = (Budget(weight, int(weight[taken].sum()) + int(rng.integers(0, 9))),)
    assert of.keeps(taken)
    return of, taken


def record(taken, steps):
    after = taken.copy()
    for unit, origin, target in steps:
        after[unit, origin], after[unit, target] = False, True
    return after


@pytest.mark.parametrize("seed", range(40))
def test_a_ledger_agrees_with_all_pairs_after_any_steps(seed):
    """Those that are carried out are in the book from then on."""
    rng = np.random.default_rng(seed)
    of, taken = drawn(rng)
    usage = LimitUsage(of, taken)
    judged = set()
    for _ in range(400):
        many = int(rng.integers(1, 4))
        steps = [
            (int(unit), *map(int, rng.choice(taken.shape[1], 2, replace=False)))
            for unit in rng.choice(len(taken), many, replace=False)
        ]
        # What is brought to who has it by who has not would leave all as it is, and is no move.
        real = all(taken[u, a] or not taken[u, b] for u, a, b in steps)
        kept = real and of.keeps(record(taken, steps))
        assert usage.keeps(steps) == kept
        judged.add(kept)
        if kept:
            usage.record(steps)
            taken[:] = record(taken, steps)
    assert judged == {True, False}


def test_a_household_that_is_moved_twice_is_refused():
    """There and back is no move."""
    rng = np.random.default_rng(0)
    of, taken = drawn(rng)
    unit = int(np.flatnonzero(taken.sum(axis=1) == 1)[0])
    a, b = int(np.flatnonzero(taken[unit])[0]), int(np.flatnonzero(~taken[unit] & of.free[unit])[0])
    assert not LimitUsage(of, taken).keeps([(unit, a, b), (unit, b, a)])
