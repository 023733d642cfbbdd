"""Round trips: the shortest order of one member's households, and what is proven of it."""

import itertools
import math
import pickle

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lanes import examples

from phancong import (
    BetweenPlaces,
    Geodesic,
    Household,
    InvalidArgumentError,
    Member,
    PathNetwork,
    Problem,
    TravelMatrix,
    solve,
)
from phancong.assignment import Assignment
from phancong.touring import round_of
from phancong.touring.tours import shortest_tour, tour_length


def plane(seed, n):
    """Ways between n points of a square of side 100."""
    points = np.random.default_rng(seed).uniform(0, 100, size=(n, 2))
    return np.hypot(*(points[:, None] - points).transpose(2, 0, 1))


def row_of_houses(travel=None, positions=(3, 1, 2), **options):
    """A member at the foot of a lane, and houses along it, a hundredth of a degree apart."""
    return solve(
        Problem(
            [
                Member("m1", (22.0, 105.0), hamlet="t0"),
                Member("m2", (25.0, 105.0), hamlet="t0", max_households=0),
            ],
            [
                Household(f"h{i}", (22.0 + i / 100, 105.0), hamlet=f"t{i}", **options)
                for i in positions
            ],
            travel=Geodesic() if travel is None else travel,
        )
    )


# --- the round -------------------------------------------------------------------------------------


def test_a_lane_is_gone_up_and_down():
    """Up and down the lane, whichever houses are visited on the way: twice the way to its end."""
    plan = row_of_houses()
    trip = plan.rounds("m1")
    end = plan.problem.travel_matrix[2, 0]
    assert trip.households == ("h1", "h2", "h3")
    assert trip.length == pytest.approx(2 * end)
    assert (trip.member, trip.unit, trip.proven) == ("m1", "m", True)
    assert len(trip.legs) == 4
    assert trip.legs[-1] == pytest.approx(end)
    assert trip.bound == pytest.approx(trip.length, rel=1e-8)
    assert trip.bound <= trip.length
    assert str(trip) == f"m1: h1 → h2 → h3; {trip.length:,.0f} m (no order is shorter)"
    assert pickle.loads(pickle.dumps(trip)) == trip


def test_nobody_to_visit_is_no_way():
    trip = row_of_houses().rounds("m2")
    assert (trip.households, trip.legs, trip.length, trip.proven) == ((), (), 0, True)
    assert str(trip) == "m2: nobody; 0 m (no order is shorter)"


@pytest.mark.parametrize("houses", [1, 2])
def test_one_or_two_households_have_one_round(houses):
    trip = row_of_houses(positions=range(1, houses + 1)).rounds("m1")
    assert trip.households == ("h1", "h2")[:houses]
    assert trip.proven
    assert trip.length == pytest.approx(2 * trip.legs[-1])


def test_houses_in_one_spot_are_in_any_order():
    plan = solve(Problem([Member(1, (22, 105))], [Household(i, (22, 105)) for i in range(5)]))
    assert (plan.rounds(1).length, plan.rounds(1).bound, plan.rounds(1).proven) == (0, 0, True)


def test_each_household_is_in_the_round_once_however_often_it_is_visited():
    assert row_of_houses(visits=5).rounds("m1") == row_of_houses().rounds("m1")


def test_the_round_is_walked_along_paths():
    """Houses at the tips of a star: every leg leads through the middle."""
    graph = nx.star_graph(4)
    spots = [(22, 105), (22.01, 105), (22, 105.01), (21.99, 105), (22, 104.99)]
    for node, (lat, lon) in enumerate(spots):
        graph.nodes[node].update(lat=lat, lon=lon)
    nx.set_edge_attributes(graph, 500.0, "length")
    plan = solve(
        Problem(
            [Member("m1", spots[0])],
            [Household(i, spot) for i, spot in enumerate(spots[1:])],
            travel=PathNetwork(graph),
        )
    )
    assert plan.rounds("m1").legs == pytest.approx((500, 1000, 1000, 1000, 500))


def test_where_no_way_is_told_the_round_leads_by_the_home():
    """t1 and t2 are each 10 from t0, and nothing is said of the way between them."""
    ways = BetweenPlaces({("t0", "t1"): 10.0, ("t0", "t2"): 10.0}, within=0.0, unit="km")
    trip = row_of_houses(ways, positions=(1, 2)).rounds("m1")
    assert trip.legs == (10, 20, 10)
    assert trip.unit == "km"


def test_a_round_needs_ways_between_households():
    for travel, what in (
        (TravelMatrix([[1.0, 2.0]] * 3), "holds other pairs"),
        (None, "no distance"),
    ):
        problem = row_of_houses().problem.replace(travel=travel)
        with pytest.raises(InvalidArgumentError, match=what):
            solve(problem).rounds("m1")


def test_pairs_without_a_way_have_no_round():
    """No plan holds such a pair; pairs that nobody has judged may."""
    ways = BetweenPlaces({("t0", "t1"): 1.0}, within={f"t{i}": 0.0 for i in range(4)})
    problem = row_of_houses().problem.replace(travel=ways)
    pairs = Assignment.of(problem, [("h1", "m1"), ("h2", "m1")])
    with pytest.raises(InvalidArgumentError, match="cannot reach"):
        round_of(pairs, 0, 1.0)


@pytest.mark.parametrize("work", [-1, math.nan, "much"])
def test_work_that_is_no_number_is_refused(work):
    with pytest.raises(InvalidArgumentError, match=r"work: .* is not a number of at least 0"):
        row_of_houses().rounds("m1", work=work)


def test_an_unknown_member_is_a_key_error():
    with pytest.raises(KeyError, match="'m9' is no member"):
        row_of_houses().rounds("m9")


def test_round_total_is_a_figure_on_request():
    plan = row_of_houses()
    figures = plan.metrics_with("round_total")
    assert figures["round_total"] == plan.rounds("m1").length
    assert {name: figures[name] for name in plan.metrics} == dict(plan.metrics)
    assert "round_total" not in plan.metrics
    assert plan.metrics_with() == plan.metrics
    # Three single trips there and back are longer than one round.
    assert figures["round_total"] < 2 * plan.metrics["travel_total"]
    with pytest.raises(InvalidArgumentError, match="'speed': not a figure on request"):
        plan.metrics_with("speed", "round_total")


# --- the tour --------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.integers(1, 7))
@settings(max_examples=examples(40))
def test_no_order_is_shorter_than_a_proven_tour(seed, n):
    ways = plane(seed, n)
    tour = shortest_tour(ways, 1.0)
    best = min(tour_length(ways, (0, *rest)) for rest in itertools.permutations(range(1, n)))
    assert tour.proven
    assert sorted(tour.order) == list(range(n))
    assert tour.order[0] == 0
    assert tour_length(ways, tour.order) == pytest.approx(best, rel=1e-8)
    assert best * (1 - 1e-8) <= tour.bound <= tour_length(ways, tour.order)


@pytest.mark.parametrize("seed", range(3))
def test_forty_places_are_proven_and_no_longer_than_what_networkx_finds(seed):
    ways = plane(seed, 40)
    tour = shortest_tour(ways, 2.0)
    graph = nx.from_numpy_array(ways)
    rival = nx.approximation.traveling_salesman_problem(graph, cycle=False, nodes=list(graph))
    assert tour.proven
    assert tour_length(ways, tour.order) <= tour_length(ways, tuple(rival))


@pytest.mark.parametrize(("n", "work"), [(30, 0), (30, 1e-4), (160, 1.0)])
def test_what_is_not_proven_says_so_and_has_a_bound(n, work):
    """No work, too little of it, and too many places: the tour stands, the bound is one."""
    ways = plane(5, n)
    tour = shortest_tour(ways, work)
    assert not tour.proven
    assert sorted(tour.order) == list(range(n))
    best = tour_length(ways, shortest_tour(ways, 3.0).order)
    assert 0 < tour.bound <= best * (1 + 1e-9)
    assert tour_length(ways, tour.order) >= best * (1 - 1e-9)


def test_a_round_that_is_not_proven_says_how_far_off_it_can_be():
    homes = np.random.default_rng(7).uniform(0, 0.1, size=(30, 2)) + np.array([22, 105])
    plan = solve(
        Problem([Member(1, (22, 105))], [Household(i, tuple(at)) for i, at in enumerate(homes)])
    )
    trip = plan.rounds(1, work=0)
    assert not trip.proven
    assert "(at most " in str(trip)
    assert plan.rounds(1).length <= trip.length
    assert trip.bound <= plan.rounds(1).length


def test_the_same_work_gives_the_same_tour():
    ways = plane(3, 60)
    assert shortest_tour(ways, 0.05) == shortest_tour(ways, 0.05)


def test_a_first_tour_is_not_shortened():
    """It visits all places once, the bound is the same, and some tours are longer than improved ones."""
    longer = 0
    for seed in range(5):
        ways = plane(seed, 30)
        first, improved = (shortest_tour(ways, 0.0, improved=better) for better in (False, True))
        assert sorted(first.order) == list(range(30))
        assert not first.proven
        assert first.bound == improved.bound
        lengths = [tour_length(ways, tour.order) for tour in (first, improved)]
        assert lengths[0] >= lengths[1]
        longer += lengths[0] > lengths[1] + 1e-9
    assert longer
