"""Maxima that cannot hold: what is left out of the network is in no best plan."""

import random

import pytest
from lanes import chunks, named
from oracle.comparing import differing
from undiagnosed import undiagnosed

from phancong import FairLoad, Household, Member, Problem, Travel, TravelMatrix, solve
from phancong.errors import InfeasibleError


def crowded(rng, members, households):
    """More households than the maxima let be, unequal shares, some who carry others besides."""
    maxima = [rng.choice((0, 1, 1, 2, 2, 3, None)) for _ in range(members)]
    people = [
        Member(
            f"m{i}",
            share=rng.choice((0.3, 0.5, 1.0, 2.0)),
            max_households=most,
            min_households=0 if most == 0 else rng.choice((0, 0, 0, 1)),
            carried_households=rng.choice((0, 0, 0, 2)),
        )
        for i, most in enumerate(maxima)
    ]
    homes = [
        Household(f"h{j}", members_needed=rng.choice((0, 1, 1, 1, 2)) if members > 1 else 1)
        for j in range(households)
    ]
    ways = [[rng.choice((1.0, 2.0, 5.0, 9.0)) for _ in people] for _ in homes]
    pairs = [(h.id, m.id) for h in homes for m in people]
    far = rng.choice((None, None, 5.0))
    able = [("h0", m.id) for m in people if m.max_households != 0 and homes[0].members_needed]
    fixed = able[:1] if rng.random() < 0.2 else []
    closed = rng.sample(pairs, len(pairs) // rng.choice((2, 4, 8)))
    return Problem(
        people,
        homes,
        travel=TravelMatrix(ways),
        max_travel=far,
        forbidden=[pair for pair in closed if pair not in fixed],
        fixed=fixed,
    )


RELAXED = (
    {"max_households": None},
    {"max_households": None, "min_households": None},
    {"max_households": None, "coverage": None},
    {"max_households": 2.0},
    {"max_households": None, "max_travel": None},
)


@pytest.mark.parametrize("seeds", chunks(quick=20, full=400, night=10_000, size=100), ids=named)
def test_maxima_give_way_as_in_the_best_of_all_plans(seeds):
    """Totals, the order of breaches, goals and proofs are those of trying all plans."""

    def posed(seed):
        rng = random.Random(f"maxima {seed}")
        problem = crowded(rng, rng.randrange(1, 5), rng.randrange(1, 6))
        goals = [FairLoad(measure="households"), Travel()][: rng.randrange(3)]
        return problem, goals, RELAXED[seed % len(RELAXED)]

    assert differing(seeds, posed, engine="flow", solving=undiagnosed) == {}


def reached(problem, relax, engine="flow"):
    """Breaches ÷ share, the largest first, and the values of the goals; None if there is no plan."""
    goals = [FairLoad(measure="households", aim="leximax"), Travel()]
    try:
        plan = undiagnosed(problem, goals=goals, relax=relax, engine=engine)
    except InfeasibleError:
        return None
    broken = sorted((r.rule, -r.by) for r in plan.relaxations)
    return broken, [(line.best, line.proven) for line in plan.goals]


@pytest.mark.parametrize("seeds", chunks(quick=10, full=100, night=2_000, size=50), ids=named)
def test_a_smaller_network_gives_what_a_model_of_all_pairs_gives(seeds):
    """Problems of some dozen households: what is left out of the network CP-SAT does not miss."""
    for seed in seeds:
        rng = random.Random(f"wide {seed}")
        problem = crowded(rng, rng.randrange(3, 9), rng.randrange(15, 40))
        relax = RELAXED[seed % len(RELAXED)]
        assert reached(problem, relax) == reached(problem, relax, "cp_sat"), f"seed {seed}"


def test_limits_on_pairs_can_forbid_the_fairest_breach():
    """By arithmetic two members share out four beyond their maxima; all five reach only m1."""
    members = [Member("m1", max_households=1), Member("m2", max_households=1)]
    homes = [Household(f"h{j}") for j in range(5)]
    closed = [(home.id, "m2") for home in homes]
    problem = Problem(members, homes, travel=None, forbidden=closed)
    plan = solve(problem, goals=[], relax=["max_households"], engine="flow")
    assert [(r.subject, r.by) for r in plan.relaxations] == [("m1", 4)]


def test_there_is_no_plan_where_something_else_cannot_hold():
    """m2 and m3 reach one household only, h0, and each has to have one: no maximum mends that."""
    members = [Member("m1", max_households=1)]
    members += [Member(f"m{i}", min_households=1, max_households=1) for i in (2, 3)]
    homes = [Household(f"h{j}") for j in range(5)]
    closed = [(home.id, member) for home in homes[1:] for member in ("m2", "m3")]
    problem = Problem(members, homes, travel=None, forbidden=closed)
    with pytest.raises(InfeasibleError, match="no plan"):
        undiagnosed(problem, goals=[], relax=["max_households"], engine="flow")


def test_shares_of_any_size_give_way_in_proportion():
    """Of six beyond the maxima the member of the large share has all: its breach ÷ share is small."""
    members = [
        Member("m1", share=1e9, max_households=1),
        Member("m2", share=1e-9, max_households=1),
    ]
    problem = Problem(members, [Household(f"h{j}") for j in range(8)], travel=None)
    plan = solve(problem, goals=[], relax=["max_households"], engine="flow")
    assert [(r.subject, r.by) for r in plan.relaxations] == [("m1", 6)]


def test_no_member_has_room_for_more_than_the_fairest_breach():
    """Four members of one household at most share out forty: each breaks it by nine, none by more."""
    members = [Member(f"m{i}", max_households=1) for i in range(4)]
    problem = Problem(members, [Household(f"h{j}") for j in range(40)], travel=None)
    plan = solve(problem, goals=[], relax=["max_households"], engine="flow")
    assert plan.breaches["max_households"].total == 36
    assert sorted(r.by for r in plan.relaxations) == [9, 9, 9, 9]
