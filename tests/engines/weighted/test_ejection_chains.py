"""The path of an ejection chain, against Dijkstra's algorithm of networkx over all members."""

import networkx as nx
import numpy as np
import pytest
from lanes import chunks

from phancong import Household, Member, Problem, TravelMatrix
from phancong.engines.weighted.construct.ejection_chains import cheapest_path
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.moves import NO_MOVE, cheapest_moves


def drawn(seed):
    """Moves of a random plan with loads of 1 to 3, the members with room, and a member to begin at."""
    draw = np.random.default_rng(seed)
    members, households = int(draw.integers(2, 9)), int(draw.integers(4, 25))
    people = [Member(m, max_workload=float(draw.integers(2, 9))) for m in range(members)]
    homes = [Household(100 + h, workload=float(draw.integers(1, 4))) for h in range(households)]
    ways = draw.integers(0, 30, (households, members)).astype(float)
    instance = Instance(Problem(people, homes, travel=TravelMatrix(ways)))
    taken = np.zeros(instance.free.shape, dtype=bool)
    taken[np.arange(len(taken)), draw.integers(0, members, len(taken))] = True
    moves = cheapest_moves(instance, taken, draw.integers(-5, 50, taken.shape))
    return moves, draw.random(members) < 0.4, int(draw.integers(members))


@pytest.mark.parametrize("seeds", chunks(quick=20, full=100, night=2_000, size=20))
@pytest.mark.parametrize("gives", [True, False])
def test_a_chain_is_the_cheapest_path_to_a_member_with_room(seeds, gives):
    """There is a path where networkx has one, with the same cost, along moves that are there."""
    for seed in seeds:
        moves, room, start = drawn(seed)
        for k in range(len(moves.weights)):
            cost = np.maximum(moves.move_cost[k] if gives else moves.move_cost[k].T, 0)
            arcs = np.argwhere(cost < NO_MOVE).tolist()
            graph = nx.DiGraph()
            graph.add_nodes_from(range(len(room)))
            graph.add_weighted_edges_from((a, b, int(cost[a, b])) for a, b in arcs)
            far = nx.single_source_dijkstra_path_length(graph, start)
            ends = [far[m] for m in far if room[m] and m != start]
            found = cheapest_path(moves, k, start, room, gives=gives)
            if found is None:
                assert not ends, seed
                continue
            assert found[0] == min(ends), seed
            path = found[1]
            assert path[0] == start, seed
            assert room[path[-1]], seed
            assert sum(graph[a][b]["weight"] for a, b in nx.utils.pairwise(path)) == found[0], seed
