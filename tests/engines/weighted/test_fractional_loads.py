"""Levels of load if units could be split: a bound that holds, and a plan near it."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from lanes import chunks

from phancong import Household, Member, Problem, Search
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.common.linear_model import Limits
from phancong.engines.weighted.bound.fractional_loads import fractional_loads
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.largest_load import LargestLoad, by_rounding, by_solver
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import Tuning
from phancong.engines.weighted.warm_start import WarmStart


def drawn(rng, *, units=6, people=4, tuning=None):
    """A few households, one of which needs two members; few may change, and loads have limits."""
    weight = rng.integers(1, 9, (units, people)) * rng.integers(1, 4, (1, people))
    limits = [
        {"max_households": int(rng.integers(2, 5))} if rng.random() < 0.5 else {}
        for _ in "." * people
    ]
    members = [Member(f"m{j}", share=float(rng.integers(1, 3)), **limits[j]) for j in range(people)]
    homes = [Household(f"h{i}", members_needed=1 + (i == 0)) for i in range(units)]
    previous = {f"h{i}": f"m{rng.integers(people)}" for i in range(units)}
    changes = int(rng.integers(1, units)) if rng.random() < 0.4 else None
    problem = Problem(
        members, homes, travel=None, workload=weight, previous=previous, max_changes=changes
    )
    return Instance(problem) if tuning is None else Instance(problem, tuning=tuning)


def plans(instance):
    """All plans within the limits."""
    members = instance.free.shape[1]
    for chosen in product(*(combinations(range(members), n) for n in instance.need.tolist())):
        taken = np.zeros(instance.free.shape, dtype=bool)
        for unit, mine in enumerate(chosen):
            taken[unit, list(mine)] = True
        if instance.keeps(taken):
            yield taken


def search(instance, taken, searches=None, **options):
    cost = np.zeros(instance.free.shape, dtype=np.int64)
    return LargestLoad(instance, "workload", taken, cost, CpSatSolver(), searches, **options)


def stage_budget(**limits):
    return StageBudget(Course(Search(**limits)), 1.0)


def solved(instance, taken, *, known=None, seconds=60.0, charge=lambda work: False):
    """The solution with split units."""
    found = search(instance, taken)
    worth = {m: float(found.worth[m]) for m in found.counted}
    course = Course(Search())
    limits = Limits(seconds, 10.0, 0.0, 0, course.waited)
    return fractional_loads(instance, "workload", worth, taken, known, 0, lambda: limits, charge)


@pytest.mark.parametrize("seeds", chunks(quick=20, full=100, night=2_000, size=20))
def test_no_level_of_a_plan_is_ruled_out(seeds):
    """By trying all plans; and the bound that the search proves is near."""
    drawn_, near = 0, 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        instance = drawn(rng)
        levels = {}
        for taken in plans(instance):
            levels.setdefault(search(instance, taken).level(taken), taken)
        if not levels:
            continue
        drawn_ += 1
        worst, least = levels[max(levels)], min(levels)
        split = solved(instance, worst)
        assert split.optimal
        narrow = instance.under("workload", search(instance, worst).caps(least))
        assert not split.multipliers.rule_out(narrow)
        assert (split.rounded.sum(axis=1) == instance.need).all()
        reached, bound = search(instance, worst, (by_rounding,)).run(stage_budget())
        assert bound <= least <= reached
        near += bound > 0.7 * least
    assert near >= drawn_ / 2 > 0


def large(seed=3):
    """Forty households, twelve members: more pairs than one program has."""
    rng = np.random.default_rng(seed)
    weight = rng.integers(10, 90, (40, 12)) * rng.integers(1, 4, (1, 12))
    members = [Member(f"m{j}") for j in range(12)]
    homes = [Household(f"h{i}") for i in range(40)]
    return Instance(
        Problem(members, homes, travel=None, workload=weight), tuning=Tuning(all_offered=0)
    )


def all_to_the_first(instance):
    taken = np.zeros(instance.free.shape, dtype=bool)
    taken[:, 0] = True
    return taken


def test_a_plan_near_the_bound_is_made_of_it():
    """Where the solver of integers is offered the same pairs, it is no worse."""
    instance = large()
    taken = all_to_the_first(instance)
    reached, bound = search(instance, taken, (by_rounding,)).run(stage_budget())
    assert bound < reached < bound * 1.2
    again, same = search(instance, taken, (by_rounding, by_solver)).run(stage_budget())
    assert same <= again <= reached


def test_programs_go_on_with_the_pairs_of_earlier_ones():
    """One that is cut after its first pairs is not optimal; the next search makes it so, and keeps it."""
    rng = np.random.default_rng(7)
    weight = rng.integers(10, 90, (40, 30))
    members = [Member(f"m{j}") for j in range(30)]
    homes = [Household(f"h{i}") for i in range(40)]
    instance = Instance(Problem(members, homes, travel=None, workload=weight))
    taken = all_to_the_first(instance)
    first = solved(instance, taken, charge=lambda work: True)
    assert not first.optimal
    warm = WarmStart()
    warm.split = first
    bounds = []
    for _ in range(3):
        found = search(instance, taken, (), warm_start=warm)
        bounds.append(found.run(stage_budget())[1])
        taken = found.taken
    assert warm.split.optimal
    assert bounds == sorted(bounds)
    assert first.pairs.sum() < warm.split.pairs.sum()
    kept = warm.split
    search(instance, taken, (by_rounding,), warm_start=warm).run(stage_budget())
    assert warm.split is kept


def test_a_solution_of_another_size_is_not_used():
    """Of other units, with other budgets, or with pairs that are not free."""
    instance = large()
    split = solved(instance, all_to_the_first(instance))
    assert split.fits(instance)
    assert not split.fits(drawn(np.random.default_rng(0)))
    assert not split.fits(
        instance.within(instance.budget(np.zeros_like(instance.resources[0].weight), 0))
    )
    assert not split.fits(instance.replace(free=instance.free & ~split.rounded))
    assert not replace(split, multipliers=None).fits(instance)


def test_without_an_answer_the_bound_is_that_of_arithmetic():
    """There is no time; or sums would not fit into integers."""
    instance = large()
    taken = all_to_the_first(instance)
    assert solved(instance, taken, seconds=0.0) is None
    least = search(instance, taken, ())
    assert (
        least.run(stage_budget(seconds=1e-9))[1]
        < search(instance, taken, ()).run(stage_budget())[1]
    )
    steps = tuple(
        replace(r, weight=r.weight << 44, high=r.high << 44, quantum=r.quantum / 2**44)
        if r.measure == "workload"
        else r
        for r in instance.resources
    )
    fine = instance.replace(resources=steps, checks=())
    assert solved(fine, taken).multipliers is None
    assert search(fine, taken, (by_rounding,)).run(stage_budget())[1] > 0
    assert by_rounding(search(instance, taken), instance, stage_budget()) == (None, False)
