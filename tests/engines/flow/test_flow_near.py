"""Flows over near pairs, without the distances of all, give what all pairs give."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from as_large import WIDE, as_large
from lanes import by_lane, chunks, named
from oracle import random_problems
from oracle.comparing import differing
from undiagnosed import undiagnosed

from phancong import (
    Continuity,
    FairLoad,
    Geodesic,
    Household,
    InfeasibleError,
    Member,
    Preference,
    Problem,
    Travel,
    TravelMatrix,
    check,
    solve,
)
from phancong.engines.flow.arcs import Arcs
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs
from phancong.engines.flow.pair_costs import PairCosts
from phancong.engines.flow.pair_pool import PairPool
from phancong.engines.flow.pair_rules import pair_rules
from phancong.engines.flow.solving import minimum_cost


@pytest.fixture
def everywhere():
    """Small problems take the way of large ones."""
    with as_large():
        yield


def on_the_map(seed, problem):
    """The same problem between a few places of a few kilometres, several at some of them.

    No two ways are nearly as long: sums of these need not tie as integers.
    """
    rng = random.Random(f"map {seed}")
    places = [(21 + rng.uniform(0, 0.02), 105 + rng.uniform(0, 0.02)) for _ in range(6)]

    def at():
        return rng.choice(places)

    return problem.replace(
        members=[replace(m, at=at()) for m in problem.members],
        households=[replace(h, at=at()) for h in problem.households],
        travel=Geodesic("km"),
    )


@pytest.mark.parametrize("seeds", chunks(quick=16, full=300, night=20_000, size=50), ids=named)
@pytest.mark.usefixtures("everywhere")
def test_near_pairs_give_the_plan_that_trying_all_plans_gives(seeds):
    """Breaches, goals, proofs and infeasible problems alike."""

    def posed(seed):
        problem, goals, relax = random_problems.tiny(seed, flow_only=True)
        return None if problem.travel is None else (on_the_map(seed, problem), goals, relax)

    assert differing(seeds, posed, engine="flow", solving=undiagnosed) == {}


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
        plan = undiagnosed(problem, goals=goals, relax=relax, engine="flow")
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


@pytest.mark.parametrize("seed", range(by_lane(quick=6, full=60, night=2_000)))
def test_near_pairs_give_what_all_pairs_give(seed):
    """The same values, proofs and breaches, with every limit, whatever may be relaxed."""
    problem = scattered(seed)
    goals = GOALS[seed % len(GOALS)]
    for relax in ({}, dict.fromkeys(("max_travel", "needs", "within_hamlet", "coverage"))):
        with as_large():
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


@pytest.mark.parametrize("ceiling", [0.0, 0.5, 1.0, 250.0])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("everywhere")
def test_limits_on_pairs_are_the_same_without_a_matrix_of_numbers(seed, ceiling):
    """Which pairs are within a ceiling, and by how much each pair breaks the limit."""
    problem = scattered(seed).replace(within_hamlet=True, max_travel=1500.0)
    mine = pair_rules(problem, UnitLoads(problem).pool)
    theirs = pair_rules(problem, None)
    rows, columns = np.indices(problem.allowed.shape).reshape(2, -1)
    assert mine.keys() == theirs.keys() == {"max_travel", "needs", "within_hamlet"}
    for name, rule in mine.items():
        assert np.array_equal(rule.within(ceiling), theirs[name].within(ceiling))
        assert np.array_equal(rule.of(rows, columns), theirs[name].of(rows, columns))


def test_few_pairs_are_all_taken_at_once():
    """A large problem whose limits leave few pairs needs no pricing."""
    problem = scattered(4)
    goals = [FairLoad(measure="households"), Travel()]
    relax = ("max_travel", "within_hamlet", "needs", "coverage")
    with as_large(WIDE):
        found = lines(problem.replace(), goals, relax)
    expected = lines(problem.replace(), goals, relax)
    assert [best for best, _ in found[0]] == pytest.approx([best for best, _ in expected[0]])


@pytest.mark.parametrize("far", [1e13, 1e30])
def test_travel_is_proven_where_distances_differ_by_many_orders(far):
    """Integers of 1e13 are coarse; without what is too dear, and with prices off, they are not.

    Nobody but h3 goes to m3, who is far from the others: 5,000 and 1e7 and 0.001 are the least.
    """
    travel = TravelMatrix([[1.0, 0.001, far], [1e7, 1e12, far], [2.0, 0.0011, 5e3]])
    members = [Member("m1", max_households=1), Member("m2", max_households=1), Member("m3")]
    households = [Household("h1"), Household("h2"), Household("h3")]
    plan = solve(Problem(members, households, travel=travel), goals=[Travel()], engine="flow")
    assert plan.pairs == (("h1", "m2"), ("h2", "m1"), ("h3", "m3"))
    assert plan.goals[0].proven


@pytest.mark.usefixtures("everywhere")
def test_years_of_many_digits_are_summed_as_with_all_pairs():
    """Integers keep some of sixteen digits: all can go on, and it is proven."""
    people = [Member(f"m{n}", (21 + n / 100, 105), max_households=2) for n in range(3)]
    homes = [Household(f"h{n}", (21 + n / 200, 105.01)) for n in range(5)]
    previous = [(f"h{n}", f"m{n % 3}", 1 / (n + 3)) for n in range(5)]
    problem = Problem(people, homes, previous=previous)
    plan = solve(problem, goals=(Continuity(weight="years"), Travel()), engine="flow")
    assert plan.goals[0].best == 0
    assert plan.goals[0].proven
    assert set(plan.pairs) == {(household, member) for household, member, _ in previous}


def test_a_listed_pair_that_takes_no_part_is_missed():
    """h0 with m1 gains 1, and takes no part in a flow that has h0 with m0: the flow is not best."""
    people = [Member(f"m{n}", (21 + n / 100, 105)) for n in range(2)]
    problem = Problem(people, [Household("h0", (21, 105))])
    pool = PairPool(problem, problem.chords)
    kept = PairCosts(pool, keys=np.array([1]), values=np.array([-1]))
    nothing = np.zeros(2, dtype=np.int64), np.zeros(1, dtype=np.int64)
    free = np.ones((1, 2), dtype=bool)
    first = Arcs(np.array([0]), np.array([0]), complete=False)
    assert kept.misses(free, *nothing, first)
    both = Arcs(np.array([0, 0]), np.array([0, 1]), complete=False)
    assert not kept.misses(free, *nothing, both)
    assert not kept.misses(np.array([[True, False]]), *nothing, first)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.usefixtures("everywhere")
def test_last_years_pairs_take_part_in_the_flow_after_the_one_that_they_guide(seed):
    """Any flow is best; pairs of high reduced cost leave it, but the next one asks for all of these."""
    loads = UnitLoads(scattered(seed))
    network = loads.network(
        {"max_households": math.inf, "max_travel": math.inf, "coverage": math.inf}
    )
    minimum_cost(network, loads.travel[0], loads.guide)
    minimum_cost(network, Costs(), loads.guide)
    listed = loads.pool.pairs(loads.pool.kept)
    rows, columns = (side[network.free[listed]] for side in listed)
    assert len(rows)
    assert not loads.pool.apart_from(loads.pool.last.arcs, rows, columns).any()
