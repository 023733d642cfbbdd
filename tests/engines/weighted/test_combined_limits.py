"""Limits that cannot hold together: never said of limits that a plan keeps."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from lanes import chunks

from phancong import Household, Member, Problem, Search
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.weighted.bound.combined_limits import LimitMultipliers, limit_multipliers
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.largest_load import LargestLoad
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import Tuning


def waited(call, stop, seconds):
    return Course(Search()).waited(call, stop, seconds)


def drawn(rng):
    """Six households and three members; loads depend on the member, and few may change hands."""
    weight = rng.integers(1, 9, (6, 3))
    fair = weight.min(axis=1).sum() / 3
    members = [
        Member(
            f"m{j}",
            min_workload=int(fair * rng.choice([0.0, 0.7, 0.9])),
            max_workload=int(fair * rng.uniform(1.0, 1.6)),
            max_households=int(rng.integers(2, 5)),
        )
        for j in range(3)
    ]
    households = [Household(f"h{i}", members_needed=1 + (i == 0)) for i in range(6)]
    previous = {f"h{i}": f"m{rng.integers(3)}" for i in range(6)}
    forbidden = [(f"h{i}", f"m{j}") for i in range(6) for j in range(3) if rng.random() < 0.1]
    changes = int(rng.integers(0, 5)) if rng.random() < 0.5 else None
    return Instance(
        Problem(
            members,
            households,
            travel=None,
            workload=weight,
            previous=previous,
            forbidden=forbidden,
            max_changes=changes,
        )
    )


def has_plan(instance):
    """Whether any plan keeps all limits, by trying all."""
    sets = [combinations(range(3), n) for n in instance.need.tolist()]
    for chosen in product(*sets):
        taken = np.zeros(instance.free.shape, dtype=bool)
        for unit, members in enumerate(chosen):
            taken[unit, list(members)] = True
        if instance.keeps(taken):
            return True
    return False


def any_multipliers(rng, instance):
    """Multipliers of no meaning: they, too, may rule out nothing that there is."""
    loads = {r.measure: rng.integers(-3, 9, len(r.high)) for r in instance.binding}
    return LimitMultipliers(loads, tuple(rng.integers(0, 9, len(instance.budgets)).tolist()))


@pytest.mark.parametrize("seeds", chunks(quick=60, full=300, night=5_000, size=60))
def test_what_a_plan_keeps_is_not_ruled_out(seeds):
    """By the duals, or by any multipliers; of what no plan keeps the duals rule out a good part."""
    none, ruled_out = 0, 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        instance = drawn(rng)
        found = limit_multipliers(instance, 60.0, waited)
        claims = [any_multipliers(rng, instance).rule_out(instance) for _ in range(20)]
        claims.append(found is not None and found.rule_out(instance))
        if has_plan(instance):
            assert not any(claims)
            continue
        none += 1
        ruled_out += claims[-1]
    assert ruled_out >= none / 2 > 0


def test_a_sum_that_is_just_kept_rules_out_nothing():
    """Two households of 3 for a member who may carry 6, and no less."""
    member = Member("m0", min_workload=6, max_workload=6)
    homes = [Household(f"h{i}", workload=3) for i in range(2)]
    instance = Instance(Problem([member], homes, travel=None))
    for sign in (1, -1):
        multipliers = LimitMultipliers({"workload": np.array([sign])}, ())
        assert not multipliers.rule_out(instance)


def test_a_unit_that_nobody_can_carry_rules_out_all():
    """Nor does a program help where no pair is left."""
    problem = Problem(
        [Member("m0", max_workload=2), Member("m1", max_workload=3)],
        [Household("h0"), Household("h1")],
        travel=None,
        workload=[[4, 4], [1, 4]],
    )
    assert LimitMultipliers({}, ()).rule_out(Instance(problem))
    alone = Instance(problem.replace(workload=[[4, 4], [4, 4]]))
    assert limit_multipliers(alone, 60.0, waited) is None


def test_no_multipliers_without_an_answer():
    """There are too many pairs, no time, or nobody waits; or limits hold as they are."""
    for seed in range(10):
        instance = drawn(np.random.default_rng(seed))
        if limit_multipliers(instance, 60.0, waited) is None:
            continue
        assert limit_multipliers(instance, 0.0, waited) is None
        assert limit_multipliers(instance, 60.0, lambda call, stop, seconds: None) is None
        instance.tuning = Tuning(most_linear_pairs=1)
        assert limit_multipliers(instance, 60.0, waited) is None
        return
    raise AssertionError("no draw has multipliers")


def test_sums_that_integers_cannot_hold_are_not_formed():
    """Two households of 3 and 4 for a member who may carry 6, in steps of two to the 44th, too."""
    problem = Problem(
        [Member("m0", max_workload=6)],
        [Household("h0"), Household("h1")],
        travel=None,
        workload=[[3], [4]],
    )
    instance = Instance(problem)
    assert limit_multipliers(instance, 60.0, waited).rule_out(instance)
    large = tuple(replace(r, weight=r.weight << 44, high=r.high << 44) for r in instance.resources)
    steps = instance.replace(resources=large, budgets=(), checks=())
    assert limit_multipliers(steps, 60.0, waited) is None


@pytest.mark.parametrize("seeds", chunks(quick=20, full=100, night=2_000, size=20))
def test_levels_of_loads_that_depend_on_the_member_are_bounded(seeds):
    """Between what can be reached and nothing: seven households, three members, by trying all."""
    above_average = 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        weight = rng.integers(1, 9, (7, 3)) * rng.integers(1, 4, (1, 3))
        homes = [Household(f"h{i}") for i in range(7)]
        members = [Member(f"m{j}") for j in range(3)]
        instance = Instance(Problem(members, homes, travel=None, workload=weight))
        plans = np.array([*product(range(3), repeat=7)])
        loads = [np.where(plans == j, weight[:, j], 0).sum(axis=1) for j in range(3)]
        optimum = np.max(loads, axis=0).min()
        taken = np.zeros(weight.shape, dtype=bool)
        taken[:, 0] = True
        cost = np.zeros(weight.shape, dtype=np.int64)
        search = LargestLoad(instance, "workload", taken, cost, CpSatSolver(), ())
        reached, bound = search.run(StageBudget(Course(Search()), 1.0))
        assert reached == weight[:, 0].sum()
        assert bound <= optimum
        above_average += bound > -(-weight.min(axis=1).sum() // 3)
    assert above_average > len(seeds) / 2
