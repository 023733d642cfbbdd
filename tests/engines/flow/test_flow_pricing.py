"""Flows over few promising pairs, priced until none is missed, give what all pairs give."""

import random
from functools import partial

import numpy as np
import pytest
from as_large import as_large
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lanes import chunks, examples, named
from oracle import random_problems
from oracle.comparing import differing
from small_networks import all_plans, cost_of, costs_for, network_of, networks
from undiagnosed import undiagnosed

from phancong import (
    Continuity,
    FairLoad,
    Farthest,
    Household,
    Member,
    Preference,
    Problem,
    Travel,
    TravelMatrix,
    solve,
)
from phancong.engines.common.pace import SAFE, Pace, Speed
from phancong.engines.flow import arcs, solving
from phancong.engines.flow.arcs import (
    ROUND,
    START,
    Arcs,
    all_arcs,
    promising_arcs,
    sample_rows,
)
from phancong.engines.flow.network import Costs, guided_costs
from phancong.engines.flow.solving import minimum_cost, over_arcs


def sparsely(*, few, start, each_round, sample):
    """Small problems take the way of large ones.

    ``few`` must not be below the number of members: of one household no smaller sample can be taken.
    """
    return as_large(
        (
            (solving, "FEW", few),
            (solving, "SAMPLE", sample),
            (arcs, "SAMPLE", sample),
            (arcs, "START", start),
            (arcs, "ROUND", each_round),
        )
    )


@pytest.fixture
def sparse():
    """One pair a household to start with, one more in each round, every second one a sample."""
    with sparsely(few=4, start=1, each_round=1, sample=2):
        yield


# --- from few pairs


def test_pairs_are_added_until_none_costs_less():
    """At first all five households have a pair with the same member alone, who may take one.

    Each member takes one household, so that four other pairs have to come in.
    """
    cost = np.array(
        [[4, 3, 2, 1, 9], [4, 9, 3, 2, 1], [0, 9, 9, 9, 9], [4, 1, 9, 9, 9], [9, 9, 1, 9, 8]]
    )
    network = network_of(np.ones((5, 5)), high=[1] * 5)
    few = Arcs(np.arange(5), np.zeros(5, dtype=np.int64), complete=False)
    flow, used = over_arcs(network, Costs(pairs=cost), few)
    assert cost[flow.chosen].sum() == 0 + 1 + 1 + 1 + 1
    assert len(few.rows) < len(used.rows) < cost.size
    assert flow.chosen[used.rows, used.columns].sum() == 5


# --- against trying every plan


@pytest.mark.parametrize(
    "seeds",
    chunks(quick=50, full=600, size=50),
    ids=named,
)
@pytest.mark.usefixtures("sparse")
def test_a_priced_flow_gives_the_plan_that_trying_all_plans_gives(seeds):
    """Breaches, goals, proofs and infeasible problems alike."""
    posed = partial(random_problems.tiny, flow_only=True)
    assert differing(seeds, posed, engine="flow", solving=undiagnosed) == {}


@settings(
    max_examples=examples(200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the patch is the same for all
)
@given(st.data())
@pytest.mark.usefixtures("sparse")
def test_a_priced_flow_is_the_best_of_all_plans(data):
    """Any bounds and costs, with a guide or without."""
    network = data.draw(networks(households=5, members=4))
    costs = data.draw(costs_for(network))
    guide = None
    if data.draw(st.booleans()):
        numbers = st.lists(
            st.integers(0, 10**6), min_size=network.free.size, max_size=network.free.size
        )
        guide = np.array(data.draw(numbers)).reshape(network.free.shape)
    flow = minimum_cost(network, costs, guide)
    plans = all_plans(network)
    assert flow.feasible == bool(plans)
    if plans:
        assert cost_of(network, costs, flow.chosen) == min(
            cost_of(network, costs, plan) for plan in plans
        )


# --- against all pairs at once


def clusters(seed, households=120, members=9):
    """Families in a few places, members in fewer: the nearest members cannot take them all."""
    rng = random.Random(f"clusters {seed}")
    centres = [(rng.uniform(0, 1000), rng.uniform(0, 1000)) for _ in range(4)]
    weights = [6, 3, 2, 1]

    def near(centre):
        return centre[0] + rng.gauss(0, 40), centre[1] + rng.gauss(0, 40)

    homes = [near(rng.choices(centres, weights)[0]) for _ in range(households)]
    people = [near(rng.choice(centres[:2])) for _ in range(members)]
    ways = [[float(round(abs(a - c) + abs(b - d))) for c, d in people] for a, b in homes]
    fair = households // members
    return Problem(
        [
            Member(
                m,
                min_households=rng.choice((0, fair - 2)),
                max_households=fair + rng.choice((0, 1, 2)),
                share=rng.choice((1.0, 1.0, 0.5)),
            )
            for m in range(members)
        ],
        [
            Household(h, visits=rng.choice((1, 2)), priority=rng.choice((1, 2)))
            for h in range(households)
        ],
        travel=TravelMatrix(ways),
        previous=[(h, rng.randrange(members), rng.choice((1, 3))) for h in range(households)],
        forbidden=[(h, rng.randrange(members)) for h in range(0, households, 7)],
    )


@pytest.mark.parametrize(
    "goals",
    [
        None,
        (Travel(),),
        (FairLoad("households", aim="leximax"), Travel()),
        (FairLoad(aim="spread", tolerance=1.0), Continuity("years"), Farthest()),
        (Farthest(), Preference({(h, h % 9): 1.5 for h in range(120)}), Travel()),
        (Continuity(), Farthest(rtol=0.1), FairLoad()),
    ],
    ids=["default", "travel", "leximax", "spread", "farthest", "continuity"],
)
@pytest.mark.parametrize("seed", range(3))
def test_clustered_families_are_priced_to_the_same_optimum(seed, goals):
    """120 × 9, too few places in some: every total and every goal as over all pairs at once."""
    problem = clusters(seed)
    dense = solve(problem, goals=goals, engine="flow")
    with sparsely(few=200, start=2, each_round=1, sample=4):
        priced = solve(problem, goals=goals, engine="flow")
    assert priced.status is dense.status
    assert priced.breaches == dense.breaches
    for line, other in zip(priced.goals, dense.goals, strict=True):
        assert line.best == pytest.approx(other.best)
    assert all(line.proven for line in priced.goals)


def test_the_same_call_gives_the_same_pairs():
    """The sample is drawn the same each time (contract 2.5)."""
    problem = clusters(5)
    with sparsely(few=100, start=2, each_round=2, sample=3):
        assert solve(problem, engine="flow").pairs == solve(problem, engine="flow").pairs


# --- the parts


def test_the_first_pairs_are_the_promising_ones():
    """So many a household, never one that is not free."""
    merit = np.tile(np.arange(2 * START)[::-1], (2, 1))
    free = np.ones(merit.shape, dtype=bool)
    free[1, 1:] = False
    found = promising_arcs(free, merit)
    first = [(0, column) for column in range(START, 2 * START)]
    assert list(zip(found.rows.tolist(), found.columns.tolist(), strict=True)) == [*first, (1, 0)]
    assert not found.complete
    assert all_arcs(free).complete


def test_pairs_that_improve_come_in_the_best_first():
    """At most so many a household on average; those that take part are left out."""
    width = 2 * START
    first = promising_arcs(np.ones((2, width), dtype=bool), np.tile(np.arange(width), (2, 1)))
    reduced = np.zeros((2, width), dtype=np.int64)
    reduced[:, 0] = -9
    assert first.improving(reduced.copy()) is None
    reduced[0, START], reduced[1, START + 1] = -1, -1
    rows, columns = first.improving(reduced.copy())
    pairs = list(zip(rows.tolist(), columns.tolist(), strict=True))
    assert pairs == [(0, START), (1, START + 1)]
    reduced[1] = 0
    reduced[0, START:] = -np.arange(1, START + 1)
    rows, columns = first.improving(reduced.copy())
    best = [(0, column) for column in range(width - ROUND, width)]
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == best
    more = first.with_pairs((rows, columns))
    found = list(zip(more.rows.tolist(), more.columns.tolist(), strict=True))
    assert found == sorted([*((row, column) for row in (0, 1) for column in range(START)), *best])


def test_a_sample_is_a_tenth_and_at_least_one():
    """Sorted, each household once, the same for every call."""
    rows = sample_rows(95)
    assert len(rows) == 9
    assert rows.tolist() == sorted(set(rows.tolist())) == sample_rows(95).tolist()
    assert sample_rows(3).tolist() == sample_rows(3).tolist()
    assert len(sample_rows(3)) == 1


@pytest.mark.usefixtures("sparse")
def test_pairs_that_are_all_alike_are_not_priced():
    """No pair is dearer than another, so that pricing could only go round: one flow over all."""
    flows = []

    class Counting(Pace):
        def look(self, seconds):
            flows.append(round(seconds))

    each = Counting(speed=Speed(an_arc=1 / SAFE))
    network = network_of(np.ones((6, 4)), need=[2] * 6, high=[3, 3, 3, 3])
    assert minimum_cost(network, Costs(), pace=each).feasible
    assert flows == [24]
    priced = Costs(pairs=np.arange(24).reshape(6, 4))
    assert minimum_cost(network, priced, pace=each).feasible
    assert min(flows) < 24


# --- guides


@settings(max_examples=examples(200), deadline=None)
@given(st.data())
def test_a_guide_breaks_ties_and_nothing_else(data):
    """The flow of guided costs is the best by the costs, and of those the best by the guide."""
    network = data.draw(networks())
    costs = data.draw(costs_for(network))
    numbers = st.lists(st.integers(0, 99), min_size=network.free.size, max_size=network.free.size)
    guide = np.array(data.draw(numbers)).reshape(network.free.shape)
    flow = minimum_cost(network, guided_costs(network, costs, guide))
    plans = all_plans(network)
    if plans:
        order = [
            (cost_of(network, costs, plan), int(guide[plan].sum()))
            for plan in (flow.chosen, *plans)
        ]
        assert order[0] == min(order)


def test_a_large_guide_is_taken_coarsely():
    """Costs that leave room for few bits still tell near from far."""
    network = network_of(np.ones((1, 3)))
    guide = np.array([[2**39, 2**38, 2**30]])
    costs = Costs(pairs=np.array([[1, 1, 2]]))
    guided = guided_costs(network, costs, guide)
    assert guided.pairs[0, 1] < guided.pairs[0, 0] < guided.pairs[0, 2]
    assert guided.largest < 2**31
    assert guided_costs(network, Costs(), guide).pairs.argsort().tolist() == [[2, 1, 0]]


def test_the_whole_cost_is_weighed_against_the_guide():
    """Units, members missing and nobody keep their proportions."""
    network = network_of(np.ones((2, 2)), most=[1, 1])
    costs = Costs(
        marginal=np.array([[1, 2], [1, 2]]), missing=np.array([3, 0]), nobody=np.array([0, 5])
    )
    guided = guided_costs(network, costs, np.array([[1, 2], [3, 4]]))
    weight = int(guided.marginal[0, 0])
    assert guided.marginal.tolist() == [[weight, 2 * weight]] * 2
    assert guided.missing.tolist() == [3 * weight, 0]
    assert guided.nobody.tolist() == [0, 5 * weight]
    assert guided.pairs.tolist() == [[1, 2], [3, 4]]


def test_costs_are_not_guided_by_themselves():
    """Travel is what the guide is made of."""
    travel = np.array([[1, 2]])
    assert guided_costs(network_of(np.ones((1, 2))), Costs(pairs=travel), travel) is None


def test_costs_without_room_in_64_bits_are_not_guided():
    """Fewer than four bits tell nothing; the flow is then priced by the costs alone."""
    network = network_of(np.ones((40, 5)))
    guide = np.arange(200).reshape(40, 5)
    assert guided_costs(network, Costs(pairs=np.full((40, 5), 2**30)), guide) is not None
    assert guided_costs(network, Costs(pairs=np.full((40, 5), 2**44)), guide) is None


@pytest.mark.usefixtures("sparse")
def test_a_flow_without_room_for_a_guide_is_priced_by_its_costs():
    """The optimum is the same."""
    network = network_of(np.ones((6, 4)), high=[2, 2, 2, 2])
    costs = Costs(pairs=np.random.default_rng(1).integers(0, 9, (6, 4)) * 2**44)
    guide = np.arange(24).reshape(6, 4)
    assert guided_costs(network, costs, guide) is None
    found = minimum_cost(network, costs, guide)
    assert found.cost == min(cost_of(network, costs, plan) for plan in all_plans(network))
