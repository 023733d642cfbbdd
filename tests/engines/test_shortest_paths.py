"""Shortest paths, potentials and negative cycles, against networkx."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from phancong.engines.common.shortest_paths import (
    MATRIX,
    NO_PATH,
    PathLabels,
    ResidualNetwork,
    negative_cycles,
)


def drawn(seed, *, negative, nodes=None):
    """A matrix of arcs, some of them missing; without negative cycles unless they are asked for."""
    rng = np.random.default_rng(seed)
    nodes = nodes or int(rng.integers(2, 9))
    level = rng.integers(0, 20, nodes)
    way = rng.integers(-6 if negative else 0, 20, (nodes, nodes)) + level[:, None] - level
    return np.where(rng.random((nodes, nodes)) < 0.5, way, NO_PATH)


def as_graph(way):
    """The same arcs for networkx."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(way)))
    graph.add_weighted_edges_from(
        (a, b, int(way[a, b])) for a, b in np.argwhere(way < NO_PATH).tolist()
    )
    return graph


def begun_at(start, nodes):
    """PathLabels of paths that begin at one node."""
    far = np.full(nodes, NO_PATH)
    far[start] = 0
    return PathLabels.of(far)


@pytest.mark.parametrize("seed", range(20))
def test_paths_are_the_shortest_and_lead_where_they_say(seed):
    way = drawn(seed, negative=False)
    labels = begun_at(0, len(way))
    assert labels.correct(way)
    told = nx.single_source_bellman_ford_path_length(as_graph(way), 0)
    assert {int(n): int(labels.far[n]) for n in np.flatnonzero(labels.far < NO_PATH // 2)} == told
    for node, length in told.items():
        path = labels.path_to(node)
        assert (path[0], path[-1]) == (0, node)
        assert sum(int(way[a, b]) for a, b in pairwise(path)) == length


@pytest.mark.parametrize("seed", range(20))
def test_of_two_sums_the_first_decides_then_the_second(seed):
    ways = np.array([drawn(seed, negative=False), drawn(seed, negative=False)])
    rng = np.random.default_rng(seed)
    ways[0] = np.where(ways[0] < NO_PATH, rng.integers(0, 3, ways[0].shape), NO_PATH)
    ways[1] = np.where(ways[0] < NO_PATH, rng.integers(0, 9, ways[0].shape), NO_PATH)
    labels = begun_at(0, ways.shape[1])
    labels = PathLabels.of(np.array([labels.far, labels.far]))
    assert labels.correct(ways)
    together = np.where(ways[0] < NO_PATH, 1000 * ways[0] + ways[1], NO_PATH)
    told = nx.single_source_bellman_ford_path_length(as_graph(together), 0)
    first, second = labels.far
    assert {
        int(n): int(1000 * first[n] + second[n]) for n in np.flatnonzero(first < NO_PATH)
    } == told


@pytest.mark.parametrize("seed", range(40))
def test_cycles_are_negative_and_share_no_node(seed):
    way = drawn(seed, negative=True)
    found = negative_cycles(way)
    assert bool(found) == nx.negative_edge_cycle(as_graph(way))
    for cycle in found:
        assert sum(int(way[a, b]) for a, b in pairwise((*cycle, cycle[0]))) < 0
    nodes = [node for cycle in found for node in cycle]
    assert len(nodes) == len(set(nodes))


@pytest.mark.parametrize(
    ("seed", "nodes"), [*((seed, None) for seed in range(10)), (1, MATRIX + 1)]
)
def test_potentials_are_the_shortest_of_all_paths(seed, nodes):
    """In a matrix, and in the lists of arcs of a network that is too large for one."""
    way = drawn(seed, negative=False, nodes=nodes)
    residual = ResidualNetwork(len(way))
    rows, columns = np.nonzero(way < NO_PATH)
    residual.add(rows, columns, way[rows, columns] + 1)
    residual.add(rows, columns, way[rows, columns])
    graph = as_graph(way).reverse()
    graph.add_weighted_edges_from(("start", node, 0) for node in range(len(way)))
    least = nx.single_source_bellman_ford_path_length(graph, "start")
    assert residual.potentials().tolist() == [least[node] for node in range(len(way))]
    assert np.array_equal(residual.potentials_within(len(way) + 1), residual.potentials())


def test_no_flow_is_optimal_with_a_negative_cycle():
    residual = ResidualNetwork(2)
    residual.add(np.array([0, 1]), np.array([1, 0]), np.array([1, -2]))
    with pytest.raises(AssertionError, match="negative cycle"):
        residual.potentials()
    assert residual.potentials_within(100) is None
