"""Near pairs: steps of the bound that look at few pairs, and plans near the best sets of all members."""

from dataclasses import replace

import numpy as np
import pytest
from assigning import context_of

from phancong import (
    Continuity,
    FairLoad,
    Household,
    Member,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
    solve,
    synth,
)
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import Task
from phancong.engines.weighted import LnsEngine
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.bound.near_pairs import NearPairs, nearest_pairs
from phancong.engines.weighted.bound.subgradient import subgradient
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.operators import LagrangianPlan
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.tuning import Tuning

GOALS = (FairLoad(), Continuity(), Travel())
KINDS = ((Member, "m"), (Household, "h"))
#: A problem of ten members counts as one with many.
WIDE = Tuning(near_pairs=2, wide_sizes=((3, 4.0), (6, 3.0)))


def commune(seed, **options):
    return synth.commune(
        seed, members=10, households=50, weights="class", infeasible=0.0, **options
    )


def never(work):
    return False


class Scene:
    """A search for the least travel within the changes of its first plan, and multipliers."""

    def __init__(self, seed, tuning=WIDE):
        self.context = context = context_of(commune(seed), tuning=tuning)
        taken = context.incumbent.taken
        rng = np.random.default_rng(seed)
        others = rng.random(taken.shape) < 0.1
        budget = Budget(np.where(taken | others, -1, 0), 8 - int(taken.sum()))
        context.instance = context.incumbent.instance = context.instance.within(budget)
        context.lagrangian = Lagrangian(context.instance, context.lagrangian.cost)
        cost = context.lagrangian.cost
        self.cover = np.sort(np.where(context.instance.free, cost, 2**40), axis=1)[:, 1]
        self.first = context.lagrangian.evaluate(self.cover, (int(cost.max()) // 8,))


@pytest.mark.parametrize("seed", range(4))
def test_near_pairs_that_are_all_pairs_have_the_same_best_sets(seed):
    """Under any multipliers; and fewer pairs have no better ones."""
    scene = Scene(seed)
    lagrangian, instance = scene.context.lagrangian, scene.context.instance
    rng = np.random.default_rng(seed)
    all_ = NearPairs(instance, lagrangian.cost, instance.free)
    few = nearest_pairs(
        lagrangian.knapsacks.penalties(scene.first.reduced, scene.first.best), instance.free, 2
    )
    assert few.sum(axis=1).max() == 2
    some = NearPairs(instance, lagrangian.cost, few | scene.context.incumbent.taken)
    for _ in range(5):
        cover = (scene.cover * rng.uniform(0.8, 1.2, len(scene.cover))).astype(np.int64)
        price = (int(rng.integers(0, 2)) * int(scene.cover.max()) // 4,)
        exact = lagrangian.evaluate(cover, price)
        found = all_.solve(cover, price)
        assert found.value == exact.best.value.sum()
        assert exact.reduced[found.units, found.members].sum() == found.value
        assert some.solve(cover, price).value >= found.value


@pytest.mark.parametrize("seed", range(4))
def test_steps_over_near_pairs_end_with_a_bound_over_all(seed):
    """The bound is no worse than before, below the cheapest plan, and has tables for penalties."""
    scene = Scene(seed)
    lagrangian, context = scene.context.lagrangian, scene.context
    assert context.instance.has_many_members
    upper = context.incumbent.value * context.incumbent.scale
    found = subgradient(lagrangian, scene.first, 60, never, upper)
    assert found.bound == lagrangian.evaluate(found.cover, found.budgets).bound
    assert scene.first.bound <= found.bound <= upper
    assert found.best.tables is not None
    assert subgradient(lagrangian, scene.first, 0, never, upper) is scene.first


@pytest.mark.parametrize("many", [0, 7])
def test_steps_end_where_their_work_does(many):
    """A pass over near pairs takes less work than one over all pairs, which comes last."""
    scene, spent = Scene(0), []
    subgradient(scene.context.lagrangian, scene.first, 30, spent.append, 2**40)
    *_, each, last = spent
    assert each < last
    assert set(spent) == {each, last}
    spent.clear()
    subgradient(
        scene.context.lagrangian, scene.first, 30, spent.append, 2**40, work=(many + 0.5) * each
    )
    assert spent.count(each) == many


def test_very_many_pairs_leave_time_for_transfers_only():
    instance = Scene(0).context.instance
    for most, wide in ((instance.size, True), (instance.size - 1, False)):
        instance.tuning = replace(WIDE, most_wide_pairs=most)
        assert instance.is_wide is wide
        assert instance.sizes is (WIDE.wide_sizes if wide else WIDE.sizes)


@pytest.mark.parametrize(
    ("loads", "most", "full"),
    [((50.0, 49.0), 50.0, True), ((49.5, 48.5), 50.0, False), ((50.0, 49.0), None, False)],
)
def test_members_are_nearly_full_where_a_hundredth_is_room(loads, most, full):
    """Room for 99 of 100, for 98 of 100; without a maximum nobody is full."""
    members = [Member("m", max_workload=most), Member("n", max_workload=most)]
    households = [Household(f"h{i}", workload=load) for i, load in enumerate(loads)]
    assert Instance(Problem(members, households, travel=None)).is_nearly_full is full


@pytest.mark.parametrize(("forbidden", "mostly"), [(4, True), (5, False)])
def test_pairs_are_mostly_free_where_half_of_them_are(forbidden, mostly):
    """Five or four of nine pairs are left, so that each household and each member has one."""
    others = [(f"h{i}", f"m{j}") for i in range(3) for j in range(3) if i != j]
    members, households = ([kind(f"{name}{i}") for i in range(3)] for kind, name in KINDS)
    problem = Problem(members, households, travel=None, forbidden=others[:forbidden])
    assert Instance(problem).has_mostly_free_pairs is mostly


def test_loads_that_depend_on_the_member_do_not_tell_who_is_nearly_full():
    """The household may weigh 100 or 1."""
    members = [Member("m", max_workload=100.0), Member("n", max_workload=0.5)]
    problem = Problem(members, [Household("h")], travel=None, workload=[[100.0, 1.0]])
    assert not Instance(problem).is_nearly_full


def test_steps_look_at_all_pairs_where_sets_do_not_come_by_class():
    """A member without a maximum takes all that pays, and a household of weight 0 goes with any."""
    travel = TravelMatrix([[float(abs(h - 2 * m)) for m in range(4)] for h in range(8)])
    limits, loads = [3.0] * 4, [1.0] * 8
    for most, weights, by_class in (
        (limits, loads, True),
        ([*limits[:3], None], loads, False),
        (limits, [0.0, *loads[1:]], False),
    ):
        members = [Member(f"m{i}", max_workload=n) for i, n in enumerate(most)]
        homes = [Household(f"h{i}", workload=w) for i, w in enumerate(weights)]
        of = context_of(Problem(members, homes, travel=travel), tuning=WIDE).lagrangian
        assert of.knapsacks.sets_by_class is by_class
        start = of.evaluate(of.cost.max(axis=1), ())
        assert subgradient(of, start, 20, never, 2**60).bound >= start.bound


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_near_the_best_sets_keeps_all_limits_or_is_no_incumbent(seed):
    """Loads by repair, the budget by higher multipliers; if none keeps it, the plan stays as it is."""
    scene = Scene(seed)
    context = scene.context
    upper = context.incumbent.value * context.incumbent.scale
    context.multipliers = subgradient(context.lagrangian, scene.first, 100, never, upper)
    before = context.incumbent.value
    LagrangianPlan().run(context, 1.0)
    assert context.incumbent.value <= before
    assert context.instance.keeps(context.incumbent.taken)
    kept, value = context.incumbent.taken, context.incumbent.value
    (budget,) = context.instance.budgets
    context.instance = context.instance.replace(budgets=()).within(
        Budget(budget.weight * 0 + 1, 10**6)
    )
    context.instance.budgets = (Budget(budget.weight, -(10**6)),)
    context.incumbent.instance = context.instance
    LagrangianPlan().run(context, 1.0)
    assert (context.incumbent.taken == kept).all()
    assert context.incumbent.value == value


@pytest.mark.parametrize("seed", range(3))
def test_bounds_with_many_members_are_below_the_best_plan(seed):
    """All goals in order, beside CP-SAT, which proves each; where both prove, both say the same."""
    problem = commune(seed)
    best = solve(problem, goals=GOALS, engine="cp_sat", search=Search(work=30.0))
    engine = LnsEngine(CpSatEngine(), tuning=WIDE)
    outcome = engine.run(Task(problem, GOALS, {}, Course(Search(work=1.0))))
    assert all(proof.bound <= proof.best for proof in outcome.goals)
    if best.status is Status.OPTIMAL:
        found = [goal.value(best.assignment) for goal in GOALS]
        for proof, value in zip(outcome.goals, found, strict=True):
            assert proof.bound <= value + 1e-6 * abs(value)
            if proof.best > value + 1e-6 * abs(value):
                break
            assert proof.best == pytest.approx(value)
