"""Flows over near pairs, without the distances of all, give what all pairs give."""

import random
from dataclasses import replace

import pytest
from lanes import by_lane, chunks, named
from oracle import brute, random_problems
from oracle.comparing import check_against

from phancong import (
    Continuity,
    Diagnosis,
    FairLoad,
    Geodesic,
    Household,
    InfeasibleError,
    Member,
    Preference,
    Problem,
    Travel,
    check,
    solve,
)
from phancong.engines.flow import near, pair_costs
from phancong.problem import problem as problem_module
from phancong.travel import chords, nearest

#: Where the smallest problems go the way of the largest: one pair or box for each, and no more.
SMALLEST = (
    (problem_module, "WIDE", 0),
    (near, "FEW", -1),
    (near, "KEPT", 1),
    (near, "MANY", 1),
    (pair_costs, "START", 1),
    (pair_costs, "ACROSS", 1),
    (pair_costs, "FEW_BOXES", 1),
    (pair_costs, "FEW_OF_A_BOX", 1),
    (pair_costs, "BLOCK", 2),
    (nearest, "FIRST", 1),
    (nearest, "BOXES", 0),
    (nearest, "BACK", 1),
    (chords, "HOMES", 2),
    (chords, "MEMBERS", 2),
)


@pytest.fixture
def everywhere(monkeypatch):
    """Small problems take the way of large ones."""
    for module, name, value in SMALLEST:
        monkeypatch.setattr(module, name, value)
    told = Diagnosis(False, None, (), ())
    monkeypatch.setattr("phancong.solving.diagnosis", lambda problem, trial: told)


def on_the_map(seed, problem):
    """The same problem between places on a grid of kilometres, several at some of them."""
    rng = random.Random(f"map {seed}")

    def at():
        return 21 + rng.randrange(3) * 0.009, 105 + rng.randrange(3) * 0.0097

    return problem.replace(
        members=[replace(m, at=at()) for m in problem.members],
        households=[replace(h, at=at()) for h in problem.households],
        travel=Geodesic("km"),
    )


@pytest.mark.parametrize("seeds", chunks(quick=60, full=600, night=20_000, size=60), ids=named)
@pytest.mark.usefixtures("everywhere")
def test_near_pairs_give_the_plan_that_trying_all_plans_gives(seeds):
    """Breaches, goals, proofs and infeasible problems alike."""
    failures = {}
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=True)
        if problem.travel is None:
            continue
        problem = on_the_map(seed, problem)
        # Last, for sums of real distances that tie need not tie as integers.
        goals = sorted(goals, key=lambda goal: isinstance(goal, Travel))
        expected = brute.best(problem, goals, relax)
        differences = check_against(expected, problem, goals, relax, engine="flow")
        if differences:
            failures[seed] = differences
    assert not failures, "\n".join(f"seed {seed}: {found}" for seed, found in failures.items())


def scattered(seed):
    """Some dozen members and a few hundred households in hamlets, with limits of every kind."""
    rng = random.Random(f"scattered {seed}")
    members, households = rng.randrange(5, 25), rng.randrange(30, 120)
    centres = [(rng.gauss(0, 0.02), rng.gauss(0, 0.02)) for _ in range(rng.randrange(1, 5))]

    def at():
        middle = rng.choice(centres)
        return 21 + middle[0] + rng.gauss(0, 0.002), 105 + middle[1] + rng.gauss(0, 0.002)

    def hamlet():
        return rng.choice(("a", "b", "c"))

    fair = households / members
    people = [
        Member(
            f"m{number}",
            at=at(),
            hamlet=hamlet(),
            share=rng.choice((0.5, 1.0, 1.0)),
            max_households=rng.choice((0, None, round(fair * rng.uniform(0.7, 2)))),
            max_travel=rng.choice((None, None, rng.uniform(500, 5000))),
            skills=rng.sample(("x", "y"), rng.randrange(3)),
        )
        for number in range(members)
    ]
    homes = [
        Household(
            f"h{number}",
            at=at(),
            hamlet=hamlet(),
            visits=rng.choice((0.0, 1.0, 1.0, 2.5)),
            needs=rng.sample(("x",), rng.random() < 0.1),
            members_needed=rng.choice((0, 1, 1, 1, 1, 2)),
            priority=rng.choice((1.0, 2.0)),
        )
        for number in range(households)
    ]
    pairs = [(h.id, m.id) for h in homes for m in people if m.max_households != 0]
    some = dict(rng.sample(pairs, min(len(pairs), 60)))
    needy = {h.id for h in homes if h.members_needed}
    fixed = [(h, m) for h, m in list(some.items())[:3] if h in needy]
    return Problem(
        people,
        homes,
        previous=some,
        fixed=fixed,
        forbidden=[pair for pair in rng.sample(pairs, min(len(pairs), 5)) if pair not in fixed],
        max_travel=rng.choice((None, 3000.0)),
        within_hamlet=rng.random() < 0.3,
    )


def lines(problem, goals, relax):
    """What a plan reaches, whether it is proven, and what it breaks; None if there is none."""
    try:
        plan = solve(problem, goals=goals, relax=relax, engine="flow")
    except InfeasibleError:
        return None
    assert check(problem, plan).violations == ()
    reached = [(line.best, line.proven) for line in plan.goals]
    return reached, {rule: (line.total, line.proven) for rule, line in plan.breaches.items()}


GOALS = (
    [FairLoad(measure="households"), Continuity(), Travel()],
    [Continuity(weight="years"), FairLoad(measure="households", aim="leximax"), Travel()],
    [Travel(), FairLoad(measure="households", aim="spread")],
    [Preference({("h1", "m1"): 2.0, ("h2", "m2"): 1.5}), Travel(), Continuity()],
    [],
)


@pytest.mark.parametrize("seed", range(by_lane(quick=12, full=60, night=2_000)))
def test_near_pairs_give_what_all_pairs_give(seed, monkeypatch):
    """The same values, proofs and breaches, with every limit, whatever may give way."""
    problem = scattered(seed)
    goals = GOALS[seed % len(GOALS)]
    told = Diagnosis(False, None, (), ())
    monkeypatch.setattr("phancong.solving.diagnosis", lambda problem, trial: told)
    for relax in ({}, dict.fromkeys(("max_travel", "needs", "within_hamlet", "coverage"))):
        with monkeypatch.context() as patch:
            for module, name, value in SMALLEST:
                patch.setattr(module, name, value)
            found = lines(problem.replace(), goals, relax)
        expected = lines(problem.replace(), goals, relax)
        if found is None or expected is None:
            assert found is expected
            continue
        for mine, theirs in zip(found[0], expected[0], strict=True):
            assert mine == (pytest.approx(theirs[0], rel=1e-9), theirs[1])
        assert found[1] == {
            rule: (pytest.approx(total, rel=1e-9, abs=1e-9), proven)
            for rule, (total, proven) in expected[1].items()
        }
