"""Loads that cannot hold: the least is relaxed, and what is left is every plan that breaks no more."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from lanes import chunks, in_full

from phancong import Household, Member, Problem, Search, Travel, TravelMatrix, solve, synth
from phancong.assignment import Assignment
from phancong.engines.task import read_relax
from phancong.engines.weighted.construct.minimal_relaxation import minimal_relaxation
from phancong.engines.weighted.instance import Instance
from phancong.rules import RELAXABLE, order

ALL = read_relax(RELAXABLE)


def drawn(rng, needed=(1,)):
    """Six households of weight 1 to 3 and three members whose limits seldom hold."""
    members = []
    for j in range(3):
        least = int(rng.integers(0, 6) if rng.random() < 0.7 else rng.integers(5, 9))
        most = least + int(rng.integers(0, 3))
        members.append(
            Member(
                f"m{j}",
                min_workload=least,
                max_workload=float("inf") if rng.random() < 0.1 else most,
                max_households=int(rng.integers(3, 7)),
                share=float(rng.choice((0.5, 1.0))),
            )
        )
    households = [
        Household(
            f"h{i}", workload=float(rng.integers(1, 4)), members_needed=needed[i % len(needed)]
        )
        for i in range(6)
    ]
    pairs = product(range(6), range(3))
    forbidden = [(f"h{i}", f"m{j}") for i, j in pairs if rng.random() < 0.3]
    travel = TravelMatrix(rng.integers(1, 9, (6, 3)).tolist())
    most = float(rng.integers(6, 9)) if rng.random() < 0.5 else None
    return Problem(members, households, travel=travel, forbidden=forbidden, max_travel=most)


def every_plan(problem, instance):
    """Every way to give each household members who may have it, and how it breaks each rule."""
    for chosen in product(*(combinations(range(3), n) for n in instance.need.tolist())):
        taken = np.zeros((6, 3), dtype=bool)
        for row, mine in enumerate(chosen):
            taken[row, list(mine)] = True
        if (taken & ~problem.allowed).any():
            continue
        assignment = Assignment.of_mask(problem, taken)
        yield taken, tuple(order(assignment, rule) for rule in reversed(ALL))


@pytest.mark.parametrize("needed", [(1,), (2, 1, 1)])
@pytest.mark.parametrize("seeds", chunks(quick=20, full=80, night=2_000, size=80))
def test_what_is_left_is_every_plan_that_breaks_no_more(seeds, needed):
    """The least is the least of all plans, and a plan is one of the eased problem iff it has it."""
    rules = set()
    for seed in seeds:
        problem = drawn(np.random.default_rng(seed), needed)
        instance = Instance(problem)
        found = minimal_relaxation(instance, ALL)
        plans = list(every_plan(problem, instance))
        if found is None:
            continue
        levelled = found.levelled
        kept = [taken for taken, _ in plans if levelled.keeps(taken)]
        if not kept:
            continue  # households cannot be split, so that more has to be relaxed
        rules.add(found.rule)
        least = min(figures for _, figures in plans)
        totals = tuple(figures[0] for figures in least)
        for taken, figures in plans:
            same = tuple(figure[0] for figure in figures) == totals
            assert found.instance.keeps(taken) == same, (seed, taken)
            assert levelled.keeps(taken) == (figures == least), (seed, taken)
    assert rules == {"max_workload", "min_workload"}


def listed_level(found):
    """The least level by trying all multiples of a unit of each member, as arithmetic has it."""
    unit = found.instance.resource("workload").quantum
    worth = [unit / found.instance.formulation.share[m] for m in np.flatnonzero(found.short)]
    for level in sorted({w * k for w in set(worth) for k in range(1, found.broken + 1)}):
        if sum(level // w for w in worth) >= found.broken:
            return level
    return None


@pytest.mark.parametrize("seed", [*range(3), *in_full(*range(3, 25))])
def test_a_breach_in_cents_is_the_least(seed):
    """It has more levels than anybody would list; every plan is tried."""
    rng = np.random.default_rng(seed)
    members = [
        Member(
            f"m{j}",
            max_workload=float(rng.integers(10, 20)),
            share=float(rng.choice((0.3, 0.7, 1))),
        )
        for j in range(3)
    ]
    weights = [round(float(w), 2) for w in rng.uniform(10, 40, 6)]
    homes = [Household(f"h{i}", workload=w) for i, w in enumerate(weights)]
    problem = Problem(members, homes, travel=None)
    instance = Instance(problem)
    found = minimal_relaxation(instance, ALL)
    quantum = instance.resource("workload").quantum
    assert found.level == listed_level(found)
    least = min(figures for _, figures in every_plan(problem, instance))
    rule = list(reversed(ALL)).index("max_workload")
    assert least[rule][0] == pytest.approx(float(found.broken * quantum))
    assert least[rule][1] >= float(found.level) - 1e-9


@pytest.mark.full
def test_a_commune_whose_loads_cannot_hold_is_planned_and_proven():
    """The least excess is proven by arithmetic and reached, and the goals are bounded as ever."""
    problem = synth.commune(3, members=14, households=300, weights="class", infeasible=0.0)
    people = [
        m if m.max_households == 0 else replace(m, min_workload=0, max_workload=25.0)
        for m in problem.members
    ]
    tight = problem.replace(members=people)
    plan = solve(tight, goals=(Travel(),), engine="lns", search=Search(seconds=60, work=1.0))
    room = sum(25.0 for m in problem.members if m.max_households != 0)
    over = sum(h.workload for h in problem.households) - room
    assert over > 0
    assert plan.breaches["max_workload"].total == over
    assert all(line.proven for line in plan.breaches.values())
    assert sum(line.total for line in plan.breaches.values()) == over
    (goal,) = plan.goals
    assert 0 < goal.bound <= goal.best < 1.1 * goal.bound


def overloaded(**changes):
    """Two members of one place each for three households of weight 1."""
    members = [Member(m, max_workload=1) for m in ("m1", "m2")]
    travel = TravelMatrix([[1, 3]] * 3)
    return Problem(members, [Household(f"h{i}") for i in range(3)], travel=travel, **changes)


@pytest.mark.parametrize(
    ("problem", "relax"),
    [
        (overloaded(max_travel=2), ALL),  # if members go farther, less is relaxed
        (overloaded(), {"coverage": 9.0, "max_workload": 9.0}),  # nobody at all is relaxed first
        (overloaded(), {"min_workload": 9.0}),
        (Problem([Member("m1", max_workload=1.5)], overloaded().households, travel=None), ALL),
        (
            Problem(
                [Member("m1", max_workload=1), Member("m2", max_workload=3)],
                [
                    Household("h", members_needed=2, workload=2.0),
                    Household("g"),
                ],
                travel=None,
                forbidden=[("g", "m2")],
            ),
            ALL,
        ),
        (Problem([Member("m1")], [Household("h")], travel=None), ALL),
    ],
)
def test_what_is_not_so_simple_is_left_alone(problem, relax):
    """Other rules that may be relaxed first, other units, a pair that several members force, no limit."""
    assert minimal_relaxation(Instance(problem), relax) is None


def test_a_ceiling_is_kept():
    """No more than one above: one household of the three has no place then, and that is said."""
    problem = overloaded()
    assert (
        minimal_relaxation(Instance(problem), {"max_workload": 1.0})
        .instance.resources[0]
        .high.max()
        == 2
    )
    plan = solve(problem, engine="lns", relax={"max_workload": 1.0})
    assert plan.breaches["max_workload"].total == 1.0
    assert plan.breaches["max_workload"].proven
