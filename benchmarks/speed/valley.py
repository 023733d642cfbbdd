"""A drawn valley: 200,000 path nodes, 20,000 households, 800 members within 90 minutes on foot.

A road follows the valley, paths climb the slopes on both sides and meet at passes; heights give the
minutes. Every member may be 90 minutes from a household and takes between 80 and 120 % of the fair
number; the goal is least travel. Travel is cut off at the reach, which makes what is beyond it
unreachable. The plan is asserted to be proven; that the ways are right is what the tests compare.

    python benchmarks/speed/valley.py [--quick]
"""

from __future__ import annotations

import argparse
import math
import resource
import time
from itertools import pairwise

import networkx as nx
import numpy as np

from phancong import PathNetwork, Problem, Search, Status, Travel, Walking, solve

#: Degrees that are about ten metres, north and east.
STEP = 1e-4
REACH = 90.0
#: Metres along an edge, which winds a little.
WAY = 25.0


def valley(nodes: int) -> nx.Graph:
    """A grid of paths that is bent and thinned: a road below, ways up both sides."""
    rng = np.random.default_rng(nodes)
    width = max(round(math.sqrt(nodes / 12)), 4)  # twelve times as long as it is wide
    length = nodes // width
    graph = nx.Graph()
    across = np.arange(width) - width // 2
    heights = 400 + 4.0 * np.abs(across)[None, :] + rng.normal(0, 3, (length, width))
    bend = 40 * np.sin(np.arange(length) / 200)
    for i in range(length):
        for j in range(width):
            spot = 22.0 + STEP * i * 2, 105.0 + STEP * (2 * across[j] + bend[i])
            graph.add_node((i, j), lat=spot[0], lon=spot[1], elevation=float(heights[i, j]))
    keep = rng.random((length, width, 2))
    for i in range(length):
        for j in range(width):
            # Along the valley the road is whole; elsewhere every third way is missing.
            if i + 1 < length and (j == width // 2 or keep[i, j, 0] > 0.33):
                graph.add_edge((i, j), (i + 1, j), length=WAY)
            if j + 1 < width and (i % 5 == 0 or keep[i, j, 1] > 0.33):
                graph.add_edge((i, j), (i, j + 1), length=WAY)
    return graph


def tables(graph: nx.Graph, households: int, members: int) -> tuple[list[dict[str, object]], ...]:
    """Households and members beside nodes of the largest part."""
    rng = np.random.default_rng(7)
    inside = sorted(max(nx.connected_components(graph), key=lambda part: len(set(part))))
    fair = households / members

    def places(prefix: str, count: int) -> list[dict[str, object]]:
        chosen = rng.choice(len(inside), count, replace=False)
        return [
            {
                "id": f"{prefix}{number:05}",
                "lat": graph.nodes[inside[at]]["lat"] + rng.normal(0, STEP / 4),
                "lon": graph.nodes[inside[at]]["lon"] + rng.normal(0, STEP / 4),
            }
            for number, at in enumerate(chosen.tolist())
        ]

    people = places("m", members)
    for person in people:
        person["min_households"] = math.floor(fair * 0.8)
        person["max_households"] = math.ceil(fair * 1.2)
    return people, places("h", households)


def main() -> None:
    """Print the time of each stage."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    nodes, households, members = 200_000, 20_000, 800
    if parser.parse_args().quick:
        nodes, households, members = 20_000, 2_000, 80
    graph = valley(nodes)
    people, homes = tables(graph, households, members)
    stages = [("", time.perf_counter())]

    def done(stage: str) -> None:
        stages.append((stage, time.perf_counter()))

    network = PathNetwork(graph, Walking(), cutoff=REACH)
    done("taking the graph in")
    problem = Problem(people, homes, travel=network, max_travel=REACH)
    done("problem")
    ways = problem.travel_matrix
    assert ways is not None
    done("travel")
    plan = solve(problem, goals=(Travel(),), search=Search(seconds=math.inf))
    done("proven plan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    assert plan.status is Status.OPTIMAL
    print(f"{len(graph):,} path nodes, {households:,} households, {members} members")
    print(
        f"{int(np.isfinite(ways).sum()):,} pairs within {REACH:g} minutes; relaxed: {plan.relaxed}"
    )
    print("| stage | seconds |")
    print("|---|--:|")
    for (_, before), (stage, after) in pairwise(stages):
        print(f"| {stage} | {after - before:.1f} |")
    print(f"peak memory {peak:.2f} GiB")


if __name__ == "__main__":
    main()
