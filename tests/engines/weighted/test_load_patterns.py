"""Levels that counting households by weight rules out: never one that a plan keeps."""

from itertools import combinations, product

import numpy as np
import pytest
from lanes import in_full

from phancong import Household, Member, Problem
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.common.linear_model import Limits
from phancong.engines.weighted.bound.load_patterns import patterns_rule_out
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import TUNING, Tuning


def ruled_out(problem, work=1.0, tuning=TUNING):
    instance, spent = Instance(problem, tuning=tuning), []
    found = patterns_rule_out(
        instance,
        instance.resource("workload"),
        CpSatSolver(),
        lambda: Limits(60.0, work, 0.0, 0),
        lambda units: spent.append(units) or False,
    )
    return found, len(spent)


def made(weights, limits, *, forbidden=(), needed=()):
    members = [
        Member(f"m{i}", min_workload=low, max_workload=high) for i, (low, high) in enumerate(limits)
    ]
    homes = [
        Household(f"h{i}", workload=w, members_needed=2 if i in needed else 1)
        for i, w in enumerate(weights)
    ]
    return Problem(members, homes, travel=None, forbidden=forbidden)


def has_plan(problem):
    """Whether any plan keeps the loads, by trying all."""
    columns = problem.member_columns
    sets = [
        list(combinations(np.flatnonzero(row).tolist(), need))
        for row, need in zip(problem.allowed, problem.needed, strict=True)
    ]
    weights = problem.household_columns.workload
    for chosen in product(*sets):
        load = np.zeros(len(columns.ids))
        for weight, some in zip(weights, chosen, strict=True):
            load[list(some)] += weight
        if (load >= columns.min_workload).all() and (load <= columns.max_workload).all():
            return True
    return False


@pytest.mark.parametrize("seed", [*range(6), *in_full(*range(6, 120))])
def test_what_a_plan_keeps_is_not_ruled_out(seed):
    """With minima, barred pairs, households of weight 0 and two members for one."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(0 if seed % 3 else 2, 5, 6).tolist()
    level = -(-sum(weights) // 3) + int(rng.integers(-1, 2))
    limits = [(max(level - int(gap), 0), max(level, 0)) for gap in rng.integers(0, 4, 3)]
    forbidden = {
        (f"h{rng.integers(6)}", f"m{rng.integers(3)}") for _ in range(int(rng.integers(3)))
    }
    problem = made(weights, limits, forbidden=forbidden, needed=[0] if seed % 4 == 0 else [])
    found, _ = ruled_out(problem)
    assert not (found and has_plan(problem))
    if not (forbidden or seed % 4 == 0):  # then patterns are all there is to it
        assert found is not has_plan(problem)


def test_no_more_members_are_full_than_there_are_odd_households():
    """15 in all for three members who may carry 5: all have to be full, and only one household is odd."""
    weights = [2, 2, 2, 2, 3, 4]
    assert ruled_out(made(weights, [(0, 5)] * 3)) == (True, 1)
    assert ruled_out(made(weights, [(0, 6)] * 3)) == (False, 1)


def test_a_member_who_reaches_no_weight_that_fits_the_minimum():
    """m0 needs 3 and may have only the household of 2."""
    limits, forbidden = [(3, 4), (0, 9)], [("h1", "m0"), ("h2", "m0")]
    assert ruled_out(made([2, 3, 3], limits, forbidden=forbidden))[0]
    assert not ruled_out(made([3, 3, 3], limits, forbidden=forbidden))[0]


@pytest.mark.parametrize(
    "tuned", [{"most_patterns": 2}, {"pattern_growth": 0}, {"pattern_weights": 2}]
)
def test_too_many_patterns_are_not_listed(tuned):
    problem = made([2, 2, 2, 2, 3, 4], [(0, 5)] * 3)
    assert ruled_out(problem, tuning=Tuning(**tuned)) == (False, 0)
