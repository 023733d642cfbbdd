"""Shortest paths from the nearest point on an edge to the nearest point on an edge (contract 3.2)."""

import pickle
import random
import warnings

import networkx as nx
import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st
from lanes import by_lane
from slow_paths import between, places, slow_travel, village

from phancong import (
    FarFromPathWarning,
    Household,
    InvalidArgumentError,
    InvalidProblemError,
    Member,
    PathNetwork,
    Problem,
    Walking,
    solve,
)
from phancong.problem.fingerprint import fingerprint
from phancong.words import Message

# --- by hand ---------------------------------------------------------------------------------------
#
#   a ── b ── c      one row of the map, 0.01° of longitude apart; d hangs south of b
#        │
#        d           what an edge costs is written on it, whatever its length on the map


def crossing(kind=nx.Graph):
    graph = kind()
    for name, at in {"a": (22, 105.00), "b": (22, 105.01), "c": (22, 105.02)}.items():
        graph.add_node(name, lat=at[0], lon=at[1])
    graph.add_node("d", lat=21.99, lon=105.01)
    graph.add_edge("a", "b", cost=10.0)
    graph.add_edge("b", "c", cost=20.0)
    graph.add_edge("b", "d", cost=40.0)
    return graph


A, B, C, D = (22, 105.00), (22, 105.01), (22, 105.02), (21.99, 105.01)
MIDDLE_OF_AB, MIDDLE_OF_BC = (22, 105.005), (22, 105.015)


def network(graph=None, weight="cost", access=1.0, **options):
    return PathNetwork(crossing() if graph is None else graph, weight, access=access, **options)


def test_nodes_are_the_cost_of_their_edges_apart():
    found = between(network(), [A, B, C, D], [A, C])
    assert found == pytest.approx(np.array([[0, 30], [10, 20], [30, 0], [50, 60]]))


def test_a_place_in_the_middle_of_an_edge_pays_half_of_it():
    found = between(network(), [MIDDLE_OF_AB], [A, B, MIDDLE_OF_BC])
    assert found == pytest.approx(np.array([[5, 5, 15]]), abs=1e-6)


def test_two_places_on_one_edge_go_along_it():
    assert between(network(), [(22, 105.012)], [(22, 105.017)]) == pytest.approx(10, abs=1e-6)


def test_two_places_on_one_edge_go_round_where_that_is_shorter():
    """From near a to near b: 8 along the long edge, or 1 + 2 + 1 by the short one beside it."""
    graph = nx.MultiGraph()
    graph.add_node("a", lat=22, lon=105.00)
    graph.add_node("b", lat=22, lon=105.01)
    graph.add_edge("a", "b", cost=10.0, geometry=[(105, 22), (105.005, 22.001), (105.01, 22)])
    graph.add_edge("a", "b", cost=2.0, geometry=[(105, 22), (105.005, 21.99), (105.01, 22)])
    found = between(network(graph, access=0), [(22.0002, 105.001)], [(22.0002, 105.009)])
    assert found == pytest.approx(4, abs=1e-3)


def test_the_way_to_the_edge_counts_at_the_cost_of_access():
    off = (22.001, 105.005)
    metres = geodesic(off, MIDDLE_OF_AB).m
    assert between(network(access=0.1), [off], [A]) == pytest.approx(5 + metres / 10, abs=1e-6)


def test_a_place_joins_at_the_nearest_point_of_an_edge_not_at_the_nearest_node():
    """Nearest node d, 500 m; nearest edge a-b, 110 m."""
    graph = crossing()
    graph.nodes["d"].update(lat=22.004, lon=105.006)
    graph.remove_edge("b", "d")
    graph.add_edge("d", "c", cost=1.0)
    found = between(network(graph, access=0), [(22.001, 105.005)], [A])
    assert found == pytest.approx(5, abs=1e-6)


def test_one_way_edges_are_gone_one_way():
    """a → b → c → a: from a to b 10 there and 21 back, so 15.5 in the mean."""
    graph = crossing(nx.DiGraph)
    graph.add_edge("c", "a", cost=1.0)
    assert between(network(graph), [A], [B]) == pytest.approx(15.5)
    # 5 on, or 5 + 20 + 1 round, by the middle of the edge; d is reached, but there is no way back.
    assert between(network(graph), [MIDDLE_OF_AB], [B, D]) == pytest.approx(
        np.array([[15.5, np.inf]]), abs=1e-6
    )


def test_a_place_at_the_end_of_a_one_way_edge_is_at_the_node():
    graph = crossing(nx.DiGraph)
    graph.add_edge("b", "a", cost=4.0)
    graph.add_node("e", lat=22.01, lon=105.0)
    graph.add_edge("a", "e", cost=1.0)  # nobody comes back from e
    assert between(network(graph), [A], [B]) == pytest.approx(7)


def test_the_mean_of_there_and_back_counts():
    graph = nx.DiGraph(crossing())
    graph.edges["b", "a"]["cost"] = 30.0
    assert between(network(graph), [A, MIDDLE_OF_AB], [B]) == pytest.approx(
        np.array([[20], [10]]), abs=1e-6
    )


def test_costs_that_differ_within_a_chain_are_not_taken_for_equal():
    """a → m costs 1, back 9; m → b costs 9, back 1: in all 10 both ways, but not from m."""
    graph = nx.DiGraph()
    for name, at in {"a": A, "m": MIDDLE_OF_AB, "b": B}.items():
        graph.add_node(name, lat=at[0], lon=at[1])
    for u, v, cost in (("a", "m", 1.0), ("m", "a", 5.0), ("m", "b", 5.0), ("b", "m", 1.0)):
        graph.add_edge(u, v, cost=cost)
    assert between(network(graph), [A, B], [MIDDLE_OF_AB]).ravel() == pytest.approx([3, 3])


def test_no_way_is_inf_and_never_zero():
    graph = crossing()
    graph.remove_edge("b", "d")
    graph.add_node("e", lat=21.99, lon=105.02)
    graph.add_edge("d", "e", cost=1.0)
    found = between(network(graph), [A, D], [C, D])
    assert found.tolist() == [[pytest.approx(30), np.inf], [np.inf, 0]]


def test_equal_coordinates_are_no_way_at_all():
    off = (22.001, 105.005)
    assert between(network(), [off], [off]).tolist() == [[0]]


@pytest.mark.parametrize("closed", ["rains", lambda u, v, data: data.get("rains")])
def test_a_closed_edge_is_not_gone_and_its_places_have_no_way(closed):
    graph = crossing()
    graph.edges["b", "c"]["rains"] = True
    found = between(network(graph, closed=closed), [B, MIDDLE_OF_BC, C], [A])
    assert found.ravel().tolist() == [pytest.approx(10), np.inf, np.inf]


def test_an_edge_that_a_function_hides_is_not_gone():
    def weight(u, v, data):
        return None if {u, v} == {"b", "c"} else data["cost"]

    found = between(network(weight=weight), [A, C], [B])
    assert found.ravel().tolist() == [pytest.approx(10), np.inf]


def test_what_lies_beyond_the_cutoff_counts_as_unreachable():
    found = between(network(cutoff=20.0), [A, C, D], [B])
    assert found.ravel().tolist() == [pytest.approx(10), pytest.approx(20), np.inf]
    graph = nx.DiGraph(crossing())
    graph.edges["b", "a"]["cost"] = 30.0  # there 10, back 30: 20 in the mean is still within it
    assert between(network(graph, cutoff=20.0), [A], [B]) == pytest.approx(20)


def test_a_line_between_the_nodes_is_followed():
    """The edge a-b bends north; a place on the bend is in the middle of its 10."""
    for geometry in (
        "LINESTRING (105 22, 105.005 22.004, 105.01 22)",
        [B[::-1], (105.005, 22.004), A[::-1]],
    ):
        graph = crossing()
        graph.edges["a", "b"]["geometry"] = geometry
        found = between(network(graph), [(22.004, 105.005)], [A, B])
        assert found.ravel() == pytest.approx([5, 5], abs=1e-6)


def test_the_graph_of_osmnx_works_as_it_is():
    """A MultiDiGraph with x, y, length, and shapely lines in both directions."""
    shapely = pytest.importorskip("shapely")
    graph = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(1, x=105.00, y=22)
    graph.add_node(2, x=105.01, y=22)
    line = shapely.LineString([(105, 22), (105.005, 22.004), (105.01, 22)])
    graph.add_edge(1, 2, length=1400.0, geometry=line, oneway=False)
    graph.add_edge(2, 1, length=1400.0, geometry=line.reverse(), oneway=False)
    roads = PathNetwork(graph)
    assert roads.unit == "m"
    assert len(roads.report().parts) == 1
    assert between(roads, [(22.004, 105.005)], [A]).ravel() == pytest.approx([700], rel=1e-6)


def test_a_network_across_the_date_line():
    graph = nx.Graph()
    graph.add_node("w", lat=0, lon=179.995)
    graph.add_node("e", lat=0, lon=-179.995)
    graph.add_edge("w", "e", length=1000)
    found = between(PathNetwork(graph), [(0, 179.9975)], [(0, -180), (0, -179.995)])
    assert found.ravel() == pytest.approx([250, 750], abs=1e-3)


def test_a_ring_without_a_junction_is_gone_round_the_shorter_way():
    graph = nx.cycle_graph(10)
    for node in graph:
        angle = node * np.pi / 5
        graph.nodes[node].update(lat=22 + np.sin(angle) / 100, lon=105 + np.cos(angle) / 100)
    nx.set_edge_attributes(graph, 1.0, "cost")
    spots = [(graph.nodes[n]["lat"], graph.nodes[n]["lon"]) for n in range(10)]
    assert between(network(graph), spots, [spots[0]]).ravel() == pytest.approx(
        [0, 1, 2, 3, 4, 5, 4, 3, 2, 1]
    )


def test_a_loop_written_as_text_is_gone_either_way_round():
    graph = crossing(nx.MultiGraph)
    bow = "LINESTRING (105.01 22, 105.012 22.003, 105.008 22.003, 105.01 22)"
    graph.add_edge("b", "b", cost=8.0, geometry=bow)
    assert between(network(graph), [(22.003, 105.012)], [B])[0, 0] < 3


def test_a_loop_at_a_junction_is_gone_either_way_round():
    graph = crossing(nx.MultiGraph)
    bow = [(105.01, 22), (105.012, 22.003), (105.008, 22.003), (105.01, 22)]
    graph.add_edge("b", "b", cost=8.0, geometry=bow)
    found = between(network(graph), [(22.003, 105.012), (22.003, 105.010)], [B])
    assert found[1, 0] == pytest.approx(4, abs=1e-6)
    assert found[0, 0] < 4


def test_a_loop_that_leads_nowhere_changes_nothing():
    graph = crossing()
    graph.add_edge("a", "a", cost=1.0)
    assert network(graph).report().parts[0].edges == 3


def test_an_empty_graph_joins_nobody():
    nowhere = network(nx.Graph())
    assert between(nowhere, [A], [B]).tolist() == [[np.inf]]
    (defect,) = nowhere.defects(places("household", [A]), places("member", []))
    assert "the network has no edges" in defect.what
    assert nowhere.report().parts == ()
    assert str(nowhere.report()).startswith("no open edge")


def test_nobody_is_no_trouble():
    assert between(network(), [], [A]).shape == (0, 1)
    assert between(network(), [A], []).shape == (1, 0)


# --- what is wrong ---------------------------------------------------------------------------------


def test_everything_that_is_wrong_with_a_graph_is_named_at_once():
    graph = crossing()
    del graph.nodes["a"]["lat"]
    graph.nodes["d"]["lat"] = 560000.0
    graph.edges["b", "c"]["cost"] = -1
    graph.edges["a", "b"]["geometry"] = [(105, 22), (105.01, 22)]
    graph.add_node("alone")  # has no edge: nobody needs to know where it is
    with pytest.raises(InvalidArgumentError) as raised:
        network(graph)
    for fault in (
        "'a' has no coordinates",
        "'d' is not on the globe",
        "'b' to 'c' has -1 as 'cost'",
    ):
        assert fault in str(raised.value)
    assert "alone" not in str(raised.value)


def test_a_long_list_of_faults_is_cut():
    graph = nx.path_graph(40)  # 40 nodes without coordinates, 39 edges without a cost
    with pytest.raises(InvalidArgumentError, match="and 54 more"):
        network(graph)


@pytest.mark.parametrize("value", [None, "12", float("nan"), True, [1]])
def test_a_cost_that_is_no_number_is_refused(value):
    graph = crossing()
    graph.edges["a", "b"]["cost"] = value
    with pytest.raises(InvalidArgumentError, match=r"'a' to 'b' has .*'cost'"):
        network(graph)


@pytest.mark.parametrize("geometry", ["LINE", 5, [(105,)], [(105, np.nan)], [(560000, 0), (0, 0)]])
def test_a_geometry_that_is_no_line_is_refused(geometry):
    graph = crossing()
    graph.edges["a", "b"]["geometry"] = geometry
    with pytest.raises(InvalidArgumentError, match="geometry that is not a line"):
        network(graph)


def test_a_loop_that_is_no_line_is_refused():
    graph = crossing()
    graph.add_edge("b", "b", cost=8.0, geometry=7)
    with pytest.raises(InvalidArgumentError, match="'b' to 'b' has a geometry that is not a line"):
        network(graph)


def test_minutes_need_lengths_and_elevations():
    graph = crossing()
    with pytest.raises(InvalidArgumentError, match="'a' has no number as 'elevation'"):
        PathNetwork(graph, Walking())
    with pytest.raises(InvalidArgumentError, match="'a' to 'b' has no 'length'"):
        PathNetwork(graph, Walking(elevation=None))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"access": None}, "access: say what a metre"),
        ({"access": -1}, "access: -1 is not a finite number"),
        ({"snap": np.inf}, "snap: inf is not"),
        ({"cutoff": True}, "cutoff: True is not"),
        ({"far": "ignore"}, "'ignore' is neither 'error' nor 'warn'"),
        ({"closed": 1}, "closed: give"),
        ({"weight": 3}, "weight: give"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(options, message):
    with pytest.raises(InvalidArgumentError, match=message):
        network(**options)


def test_what_is_no_graph_is_refused():
    with pytest.raises(InvalidArgumentError, match=r"not a networkx graph \(a list"):
        PathNetwork([])


def test_places_without_coordinates_and_far_from_any_path_are_defects():
    sides = places("household", [None, (22.1, 105), A]), places("member", [B])
    unknown, far = network().defects(*sides)
    assert "has no coordinates" in str(unknown)
    assert "household 1, at: is 11,0" in str(far)
    assert "farther than 500" in str(far)
    assert between(network(), [None], [B]).tolist() == [[np.inf]]


def test_far_places_can_be_a_warning_that_names_some():
    sides = places("household", [(22.1, 105 + i / 1e4) for i in range(12)]), places("member", [B])
    with pytest.warns(FarFromPathWarning, match=r"household 0 \(11,0.*and 2 more"):
        assert network(far="warn").defects(*sides) == []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FarFromPathWarning)
        assert network(far="warn").defects(*sides) == []


def test_a_missing_extra_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "shapely", None)
    with pytest.raises(ImportError, match=r"paths need shapely.*pip install 'phancong\[paths\]'"):
        network()


# --- report ----------------------------------------------------------------------------------------


def test_the_report_names_parts_far_and_closed_places_and_who_cannot_be_reached():
    graph = crossing()
    graph.edges["b", "d"]["rains"] = True
    graph.add_node("x", lat=22.1, lon=105.0)
    graph.add_node("y", lat=22.1, lon=105.001)
    graph.add_edge("x", "y", cost=1.0)
    travel = network(graph, closed="rains", far="warn", snap=300)
    problem = Problem(
        [Member("m1", A), Member("m2", (22.1, 105))],
        [
            Household("h1", B),
            Household("h2", (21.995, 105.01)),
            Household("h3", (22.104, 105)),
            Household("h4", (22.1, 105.001)),
        ],
        travel=None,
    )
    report = travel.report(problem)
    assert [(part.edges, part.households, part.members) for part in report.parts] == [
        (2, ("h1",), ("m1",)),
        (1, ("h3", "h4"), ("m2",)),
    ]
    assert report.parts[0].metres == pytest.approx(geodesic(A, C).m)
    assert [(far.kind, far.id) for far in report.far] == [("household", "h3")]
    assert report.on_closed == (("household", "h2"),)
    assert report.stranded == ("h2",)
    assert report.unreachable == (
        ("h1", "m2"),
        ("h2", "m1"),
        ("h2", "m2"),
        ("h3", "m1"),
        ("h4", "m1"),
    )
    text = str(report)
    assert "far from the paths: 1: household 'h3' (443 m)" in text
    assert "on closed edges: 1: household 'h2'" in text
    assert "unreachable pairs: 5 of 8" in text
    assert "households that no member can reach: 1: 'h2'" in text


def test_a_report_in_vietnamese():
    """The same record, told in another language; what was joined comes as messages."""
    graph = crossing()
    graph.graph["mended"] = (
        Message(
            "node {end} joined to node {other}, across {metres} m", end="1", other="2", metres="0.4"
        ),
    )
    problem = Problem([Member("m1", A)], [Household("h1", (22.104, 105))], travel=None)
    told = network(graph, snap=100).report(problem).text("vi")
    assert told.startswith("mảng  số đoạn    km  số hộ  người phụ trách\n   1        3  3,17")
    assert "- xa đường: 1: hộ 'h1' (11.516 m)" in told
    assert "- ở đoạn đường không đi được: không có" in told
    assert "- cặp không có đường đến: 0/1" in told
    assert told.endswith("đã nối khi đọc: 1: đã nối nút 1 với nút 2, cách 0.4 m")


def test_a_long_report_is_cut():
    graph = nx.Graph()
    for i in range(14):
        graph.add_node((i, 0), lat=22, lon=105 + i / 10)
        graph.add_node((i, 1), lat=22, lon=105.01 + i / 10)
        graph.add_edge((i, 0), (i, 1), cost=1.0)
    graph.graph["mended"] = ("a gap of 0.4 m",)
    problem = Problem(
        [Member("m1", A)],
        [Household(i, (22, 105 + i / 10)) for i in range(14)],
        travel=None,
    )
    text = str(network(graph).report(problem))
    assert "… and 2 smaller parts" in text
    assert "13: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, … (+1)" in text
    assert "joined when read: 1: a gap of 0.4 m" in text


def test_a_household_that_nobody_reaches_stays_uncovered():
    graph = crossing()
    graph.edges["b", "d"]["rains"] = True
    problem = Problem(
        [Member("m1", A)],
        [Household("h1", B), Household("h2", D)],
        travel=network(graph, closed="rains"),
    )
    plan = solve(problem)
    assert plan.pairs == (("h1", "m1"),)
    assert plan.uncovered == ("h2",)


# --- a value ---------------------------------------------------------------------------------------


def test_the_order_and_the_names_of_nodes_and_edges_do_not_matter():
    graph = crossing()
    other = nx.Graph()
    for u, v, data in reversed(list(graph.edges(data=True))):
        for node in (v, u):
            other.add_node(f"node {node}", **graph.nodes[node])
        other.add_edge(f"node {v}", f"node {u}", **data)
    one, two = network(graph), network(other)
    assert one == two
    assert hash(one) == hash(two)
    assert one.fingerprint == two.fingerprint
    assert (
        between(one, [MIDDLE_OF_AB], [C, D]).tolist()
        == between(two, [MIDDLE_OF_AB], [C, D]).tolist()
    )


def test_other_costs_or_options_are_other_travel():
    graph = crossing()
    graph.edges["a", "b"]["cost"] = 11.0
    others = (network(graph), network(access=2.0), network(snap=1.0), network(unit="m"))
    assert all(network() != other for other in (*others, "a network"))


def test_it_pickles_by_value_and_stays_read_only():
    one = network(closed="rains", cutoff=100.0)
    two = pickle.loads(pickle.dumps(one))
    assert one == two
    assert between(one, [A], [MIDDLE_OF_BC]).tolist() == between(two, [A], [MIDDLE_OF_BC]).tolist()
    assert not two._edges.forward.flags.writeable
    assert repr(two) == "PathNetwork(3 edges, weight='cost', unit='')"


def test_nodes_in_one_spot_are_not_one_node():
    """A bridge over a path: the digests differ, whatever the coordinates say."""

    def cross(names):
        graph = nx.Graph()
        spots = {"w": (22, 105), "e": (22, 105.02), "n": (22.01, 105.01), "s": (21.99, 105.01)}
        for name, (lat, lon) in {**spots, names[0]: B, names[1]: B}.items():
            graph.add_node(name, lat=lat, lon=lon)
        for end, middle in (("w", 0), ("e", 0), ("n", 1), ("s", 1)):
            graph.add_edge(end, names[middle], cost=1.0)
        return network(graph)

    bridge, crossroads = cross(("over", "under")), cross(("here", "here"))
    assert bridge != crossroads
    assert between(bridge, [A], [(21.99, 105.01)]) == np.inf
    assert between(crossroads, [A], [(21.99, 105.01)]) == pytest.approx(2)


def test_the_last_answers_are_kept_and_are_read_only():
    one = network()
    first = between(one, [A], [C])
    assert between(one, [A], [C]) is first
    assert not first.flags.writeable
    for i in range(3):
        between(one, [A], [(22, 105.001 * (1 + i / 1e6))])
    again = between(one, [A], [C])
    assert again is not first
    assert again == first


def test_a_problem_with_paths_is_a_value():
    def problem(**options):
        return Problem([Member("m1", A)], [Household("h1", C)], travel=network(**options))

    assert problem() == problem()
    assert fingerprint(problem()) == fingerprint(problem())
    assert fingerprint(problem()) != fingerprint(problem(access=3.0))
    assert pickle.loads(pickle.dumps(problem())) == problem()
    assert problem().replace(max_travel=5).travel == network()


def test_a_fixed_pair_without_a_way_is_a_defect():
    graph = crossing()
    graph.edges["b", "d"]["rains"] = True
    with pytest.raises(InvalidProblemError, match="is unreachable"):
        Problem(
            [Member("m1", A)],
            [Household("h1", D)],
            travel=network(graph, closed="rains"),
            fixed=[("h1", "m1")],
        )


# --- against networkx ------------------------------------------------------------------------------


def drawn(seed, kind):
    """A small network with bends, rings and dead ends, and points beside it, by chance."""
    rng = random.Random(seed)
    graph = kind()
    for node in range(rng.randint(2, 9)):
        graph.add_node(node, lat=22 + rng.uniform(0, 0.02), lon=105 + rng.uniform(0, 0.02))
    nodes = list(graph)
    for _ in range(rng.randint(1, 12)):
        u, v = rng.sample(nodes, 2)
        if not (graph.has_edge(u, v) or graph.has_edge(v, u)):
            graph.add_edge(u, v, cost=rng.choice([0.0, rng.uniform(1, 9)]))
            if graph.is_directed() and rng.random() < 0.7:
                graph.add_edge(v, u, cost=rng.uniform(1, 9))
    points = [(22 + rng.uniform(0, 0.02), 105 + rng.uniform(0, 0.02)) for _ in range(4)]
    u, v, *_ = rng.choice(list(graph.edges))
    one, other = graph.nodes[u], graph.nodes[v]
    points.append((one["lat"], one["lon"]))
    points.append(((one["lat"] + other["lat"]) / 2, (one["lon"] + other["lon"]) / 2))
    return graph, points


@given(st.integers(0, 10**6))
def test_undirected_travel_is_as_networkx_finds_it_and_is_a_metric(seed):
    graph, points = drawn(seed, nx.Graph)
    found = between(network(graph, access=0.01, snap=1e5), points, points)
    slow = slow_travel(graph, points, lambda u, v, data: data["cost"], 0.01)
    assert found == pytest.approx(slow, rel=1e-6, abs=1e-6)
    assert np.array_equal(found, found.T) or found == pytest.approx(found.T, rel=1e-12)
    for via in range(len(points)):
        assert (found <= found[:, [via]] + found[[via], :] + 1e-9).all()


@given(st.integers(0, 10**6))
def test_one_way_travel_is_as_networkx_finds_it(seed):
    graph, points = drawn(seed, nx.DiGraph)
    both = nx.Graph()  # a line with a cost in each direction, None where it is one-way
    both.add_nodes_from(graph.nodes(data=True))
    both.add_edges_from(graph.edges)

    def cost(u, v, _):
        return graph.edges[u, v]["cost"] if graph.has_edge(u, v) else None

    found = between(network(graph, access=0.01, snap=1e5), points, points)
    slow = slow_travel(both, points, cost, 0.01)
    assert found == pytest.approx(slow, rel=1e-6, abs=1e-6)
    assert found == pytest.approx(found.T, rel=1e-12)
    for via in range(len(points)):
        assert (found <= found[:, [via]] + found[[via], :] + 1e-9).all()


@given(st.integers(0, 10**6))
def test_two_sides_of_any_size_are_searched_from_the_smaller_one(seed):
    graph, points = drawn(seed, nx.DiGraph)
    travel = network(graph, access=0.01, snap=1e5)
    square = between(travel, points, points)
    assert between(travel, points[:2], points) == pytest.approx(square[:2], rel=1e-12)
    assert between(travel, points, points[:2]) == pytest.approx(square[:, :2], rel=1e-12)


@pytest.mark.parametrize("name", ["planken", "malbun_steg"])
def test_all_pairs_of_a_real_hamlet_are_as_networkx_finds_them(name):
    """All 230 × 230 and 346 × 346 pairs at night; of a part of the buildings before."""
    graph, buildings = village(name)
    buildings = buildings[:: by_lane(quick=8, full=4 if name == "malbun_steg" else 1, night=1)]
    found = between(PathNetwork(graph, snap=2000), buildings, buildings)
    slow = slow_travel(graph, buildings, lambda u, v, data: data["length"], 1.0)
    assert np.isfinite(slow).sum() > 0.9 * slow.size
    assert found == pytest.approx(slow, rel=1e-6)


@pytest.mark.full
def test_walking_time_in_the_mountains_is_as_networkx_finds_it():
    """Six buildings of Andorra, there and back by Tobler's function."""
    graph, buildings = village("andorra")
    some = random.Random(1).sample(buildings, 6)
    law = Walking()

    def minutes(u, v, data):
        rise = graph.nodes[v]["elevation"] - graph.nodes[u]["elevation"]
        return float(law.minutes(data["length"], rise))

    found = between(PathNetwork(graph, law, snap=2000), some, some)
    assert found == pytest.approx(slow_travel(graph, some, minutes, law.access), rel=1e-6)
