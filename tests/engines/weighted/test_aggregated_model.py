"""Counting who stays: a bound for every plan, and a plan where the numbers can be had."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from lanes import chunks

from phancong import (
    Continuity,
    FairLoad,
    Household,
    Member,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    solve,
    synth,
)
from phancong.assignment import detours
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.common.linear_model import Answer, Claim, Limits
from phancong.engines.weighted.bound.aggregated_model import solve_aggregated
from phancong.engines.weighted.context import Context
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.operators import AggregatedModel
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import TUNING, Tuning
from phancong.engines.weighted.warm_start import WarmStart

#: Three members are many.
MANY = Tuning(near_pairs=0)


def limits():
    return Limits(60.0, 60.0, 0.0, 0)


def drawn(rng, *, barred, needed=1, heaviest=3, numbers=False):
    """Six households and three members within a band, some kept by last year's plan."""
    fair = needed * (heaviest + 1) // 2
    members = [
        Member(
            f"m{j}",
            min_workload=int(rng.integers(0, 2 * fair)),
            max_workload=int(rng.integers(2 * fair, 3 * fair + 1)),
            max_households=int(rng.integers(2 * needed, 3 * needed + 1)) if numbers else None,
        )
        for j in range(3)
    ]
    households = [
        Household(f"h{i}", workload=float(rng.integers(1, heaviest + 1)), members_needed=needed)
        for i in range(6)
    ]
    previous = {
        f"h{i}": [f"m{m}" for m in rng.permutation(3)[: rng.integers(1, needed + 1)]]
        for i in range(6)
        if rng.random() < 0.7
    }
    fixed = {"h0": "m0"} if rng.random() < 0.2 else {}
    forbidden = [(f"h{i}", f"m{j}") for i in range(1, 6) for j in range(3) if rng.random() < barred]
    travel = TravelMatrix(rng.integers(1, 9, (6, 3)).tolist())
    problem = Problem(
        members, households, travel=travel, previous=previous, fixed=fixed, forbidden=forbidden
    )
    instance = Instance(problem)
    kept, _ = instance.formulation.kept(weighted=False)
    cost = -np.rint(instance.matrix(kept)).astype(np.int64) * int(rng.integers(1, 4))
    # What leaving costs may differ from household to household.
    cost *= rng.integers(0, 3, (6, 1))
    # As what somebody costs who comes anew.
    return instance, cost + rng.integers(0, 3, (6, 1))


def least(instance, cost):
    """The least cost of a plan within all limits, by trying all; None if there is none."""
    found = None
    for chosen in product(*([*combinations(range(3), n)] for n in instance.need.tolist())):
        taken = np.zeros((6, 3), dtype=bool)
        for unit, members in enumerate(chosen):
            taken[unit, list(members)] = True
        if instance.keeps(taken):
            value = int(cost[taken].sum())
            found = value if found is None else min(found, value)
    return found


def count(instance, cost, solver=None):
    pairs = instance.formulation.pairs_of(detours(instance.problem))
    tie_cost = np.rint(instance.matrix(pairs)).astype(np.int64)
    solver = CpSatSolver() if solver is None else solver
    return solve_aggregated(instance, cost, tie_cost, solver, limits, lambda work: False)


@pytest.mark.parametrize("seeds", chunks(quick=20, full=60, night=2_000, size=20))
def test_numbers_bind_every_plan_and_become_one(seeds):
    """Where nobody is barred the bound is the optimum, and the plan reaches it; or there is none."""
    plans = 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        barred = 0.3 if seed % 2 else 0.0
        instance, cost = drawn(rng, barred=barred)
        optimum, found = least(instance, cost), count(instance, cost)
        if optimum is None:
            assert not instance.keeps(found.taken)
            assert found.infeasible or barred
            continue
        plans += 1
        assert not found.infeasible
        assert instance.keeps(found.taken)
        assert cost[found.taken].sum() == found.bound == optimum
    assert plans > len(seeds) // 3


@pytest.mark.parametrize("seeds", chunks(quick=20, full=60, night=2_000, size=20))
def test_several_members_and_two_measures_are_counted(seeds):
    """One or two members a household, limits of workloads and numbers: never above the optimum."""
    plans, reached = 0, 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        barred = 0.2 if seed % 2 else 0.0
        instance, cost = drawn(rng, barred=barred, needed=1 + seed % 3 // 2, numbers=True)
        optimum, found = least(instance, cost), count(instance, cost)
        if found is None or optimum is None:  # two members of a unit are left, or there is no plan
            continue
        plans += 1
        assert found.bound <= optimum
        reached += instance.keeps(found.taken) and cost[found.taken].sum() == found.bound
    assert reached > plans // 2 > len(seeds) // 8


@pytest.mark.parametrize("seeds", chunks(quick=20, full=60, night=2_000, size=20))
def test_classes_of_loads_leave_no_plan_out(seeds):
    """Loads from 1 to 9 in two classes, one or two members a household: never above the optimum."""
    plans, above_nothing = 0, 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        barred = 0.2 if seed % 2 else 0.0
        instance, cost = drawn(rng, barred=barred, needed=1 + seed % 3 // 2, heaviest=9)
        instance.tuning = Tuning(most_counts=0, load_classes=2)
        optimum, found = least(instance, cost), count(instance, cost)
        if found is None or optimum is None:
            continue
        plans += 1
        assert found.bound <= optimum
        above_nothing += found.bound > np.where(instance.free, cost, 0).min(axis=1).sum()
    assert plans > len(seeds) // 4
    assert above_nothing


@pytest.mark.parametrize("seeds", chunks(quick=20, full=60, night=2_000, size=20))
def test_branch_and_cut_counts_many_members(seeds):
    """Three members count as many: the bound is the optimum or below it, and the plan reaches it."""
    plans = 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        instance, cost = drawn(rng, barred=0.3 if seed % 2 else 0.0)
        instance.tuning = MANY
        optimum, found = least(instance, cost), count(instance, cost, Unasked())
        if optimum is None:
            assert not instance.keeps(found.taken)
            assert found.infeasible or seed % 2
            continue
        plans += 1
        assert not found.infeasible
        assert instance.keeps(found.taken)
        assert cost[found.taken].sum() == found.bound == optimum
    assert plans > len(seeds) // 3


@pytest.mark.parametrize("ended", [False, True])
def test_what_branch_and_cut_cannot_count_in_its_work_cp_sat_counts(ended):
    """Unless the stage ends with it; the cheapest members are a bound then."""
    instance, cost = drawn(np.random.default_rng(1), barred=0.0)
    instance.tuning = MANY
    calls = iter([Limits(60.0, 1e-12, 0.0, 0), limits()])
    found = solve_aggregated(
        instance, cost, cost, CpSatSolver(), lambda: next(calls), lambda work: ended
    )
    optimum = least(instance, cost)
    if ended:
        assert found.bound == np.where(instance.free, cost, 99).min(axis=1)[instance.need > 0].sum()
        assert next(calls) == limits()
    else:
        assert found.bound == optimum == cost[found.taken].sum()


class Unasked:
    """A solver that nobody should need."""

    bits, accuracy = 28, 0.0

    def solve(self, model, objective, hint, limits):
        raise AssertionError


class BoundOnly:
    """A solver that was cut before it had numbers."""

    bits, accuracy = 28, 0.0

    def solve(self, model, objective, hint, limits):
        return Answer(Claim.UNKNOWN, None, 2, 0.1, "work")


def test_a_bound_without_numbers_is_one():
    """The cheapest members for all, beside what a solver has proven that has no numbers."""
    instance, cost = drawn(np.random.default_rng(1), barred=0.0)
    found = count(instance, cost, BoundOnly())
    cheapest = int(np.where(instance.free, cost, 99).min(axis=1)[instance.need > 0].sum())
    assert found.bound == cheapest + 2
    assert cost[found.taken].sum() == cheapest


def test_what_cannot_be_counted_is_left_alone():
    """Costs that differ between more members than are needed, loads without a limit."""
    rng = np.random.default_rng(3)
    instance, cost = drawn(rng, barred=0.0)
    cost[1] = [0, 1, 2]
    assert count(instance, cost) is None
    free = Instance(Problem([Member("m")], [Household("h")], travel=TravelMatrix([[1]])))
    assert count(free, np.zeros((1, 1), dtype=np.int64)) is None


@pytest.mark.full
def test_the_fewest_changes_of_a_commune_are_proven():
    """300 households, the fairest workload held: how many change is proven, not only bounded."""
    drawn = synth.commune(5, members=12, households=300, weights="integer", infeasible=0.0)
    goals = FairLoad("workload"), Continuity(), Travel()
    plan = solve(drawn, goals=goals, engine="lns", search=Search(seconds=60, work=2.0))
    assert plan.goals[1].proven


def crowded():
    """Nobody but m1 may take the two households of m0 that have to leave it: one has to wait."""
    members = [Member(f"m{j}", max_workload=2) for j in range(3)]
    households = [Household(f"h{i}", workload=1.0) for i in range(6)]
    forbidden = [(f"h{i}", "m2") for i in range(4)]
    previous = {f"h{i}": "m0" for i in range(4)} | {"h4": "m1", "h5": "m2"}
    travel = TravelMatrix([[1, 2, 3]] * 6)
    problem = Problem(members, households, travel=travel, previous=previous, forbidden=forbidden)
    instance = Instance(problem)
    kept, _ = instance.formulation.kept(weighted=False)
    return instance, -np.rint(instance.matrix(kept)).astype(np.int64)


def test_numbers_that_are_asked_for_once_only_are_a_bound():
    instance, cost = crowded()
    instance.tuning = Tuning(most_cuts=1)
    once = count(instance, cost)
    assert once.bound == -4  # two leave
    assert not instance.keeps(once.taken)
    instance.tuning = TUNING
    core_problem = count(instance, cost)
    assert core_problem.bound == least(instance, cost) == -3  # and m1's own goes to m2
    assert instance.keeps(core_problem.taken)


@pytest.mark.parametrize(("work", "calls", "bound"), [(10.0, 1, -4), (100.0, 2, -3)])
def test_cuts_leave_half_of_a_stage(work, calls, bound):
    """A call takes six units; the second one would leave no time to improve the plan."""
    instance, cost = crowded()
    solver, nobody = Slow(), np.zeros_like(instance.free)
    context = Context(
        instance,
        cost,
        np.zeros_like(cost),
        nobody,
        solver=solver,
        stage_budget=StageBudget(Course(Search(work=work)), 1.0),
        gap_closed=lambda value, bound: False,
        report=lambda _: None,
        warm_start=WarmStart(),
    )
    AggregatedModel().run(context, 60.0)
    assert solver.calls == calls
    assert context.incumbent.bound == bound


class Slow(CpSatSolver):
    """CP-SAT, which takes six units a call."""

    calls = 0

    def solve(self, model, objective, hint, limits):
        self.calls += 1
        return replace(super().solve(model, objective, hint, limits), work=6.0)
