"""Walking time along real paths against a loop over networkx, in the same run.

The paths are those of Andorra (37,270 nodes with elevation, © OpenStreetMap contributors, ODbL;
elevation SRTM); its 294 buildings are the households, and 40 members live at buildings drawn by
chance. Travel is minutes on foot, the mean of there and back. The rival is networkx as it is used by
hand: every place is put into a directed graph, on the edge that is nearest to it, and
``single_source_dijkstra_path_length`` runs from each member, forwards and backwards.

The answer is asserted first: both agree to a millionth on all 11,760 pairs. Then the plan is made,
and asserted to be proven optimal and right before the judge. Run it as it stands::

    python benchmarks/speed/paths.py

The data are read from the folder that ``PHANCONG_DATA`` names, by default ``../shared/data`` beside
the repository; without it there is nothing to measure, and the script says so.
"""

from __future__ import annotations

import csv
import os
import resource
import sys
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

import networkx as nx
import numpy as np
from geopy.distance import geodesic

from phancong import (
    Household,
    Member,
    PathNetwork,
    Problem,
    Status,
    Walking,
    check,
    read_paths,
    solve,
)
from phancong.travel.places import FloatArray

DEFAULT_DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
ANDORRA = Path(os.environ.get("PHANCONG_DATA") or DEFAULT_DATA) / "places" / "andorra"
MEMBERS = 40
SEED = 0
REPEATS = 5
#: Some buildings lie a mile from the nearest path that was mapped.
SNAP = 2000.0
LAW = Walking()

Spot = tuple[float, float]


def buildings() -> list[tuple[int, Spot]]:
    """Ids and coordinates."""
    with (ANDORRA / "buildings.csv").open(encoding="utf-8", newline="") as lines:
        return [
            (int(row["osm_way_id"]), (float(row["lat"]), float(row["lon"])))
            for row in csv.DictReader(lines)
        ]


def with_places(graph: nx.MultiDiGraph, spots: list[Spot]) -> tuple[nx.DiGraph, FloatArray]:
    """Minutes on every edge, with the places on the edges nearest to them, and the minutes to there.

    Every edge is looked at for every place.
    """
    pieces = list({(min(u, v), max(u, v)) for u, v in graph.edges()})
    ends = np.array(
        [[(graph.nodes[n]["y"], graph.nodes[n]["x"]) for n in piece] for piece in pieces]
    )
    on: dict[int, list[tuple[float, Any]]] = {}
    access = np.empty(len(spots))
    for number, spot in enumerate(spots):
        north = geodesic((spot[0] - 1e-3, spot[1]), (spot[0] + 1e-3, spot[1])).m / 2e-3
        east = geodesic((spot[0], spot[1] - 1e-3), (spot[0], spot[1] + 1e-3)).m / 2e-3
        seen = (ends - spot) * (north, east)
        start, way = seen[:, 0], seen[:, 1] - seen[:, 0]
        squared = (way**2).sum(axis=1)
        part = np.clip(-(start * way).sum(axis=1) / np.where(squared > 0, squared, 1), 0, 1)
        piece = int(np.linalg.norm(start + part[:, None] * way, axis=1).argmin())
        foot = ends[piece, 0] + part[piece] * (ends[piece, 1] - ends[piece, 0])
        on.setdefault(piece, []).append((float(part[piece]), ("place", number)))
        access[number] = geodesic(spot, tuple(foot)).m * LAW.access
    roads = nx.DiGraph()
    for position, (u, v) in enumerate(pieces):
        length = graph.edges[u, v, 0]["length"]
        rise = graph.nodes[v]["elevation"] - graph.nodes[u]["elevation"]
        there, back = LAW.minutes([length, length], [rise, -rise]).tolist()
        stops = [(0.0, u), *sorted(on.get(position, ()), key=lambda stop: stop[0]), (1.0, v)]
        for (part, stop), (further, following) in pairwise(stops):
            roads.add_edge(stop, following, minutes=(further - part) * there)
            roads.add_edge(following, stop, minutes=(further - part) * back)
    return roads, access


def loop(roads: nx.DiGraph, households: range, members: range) -> FloatArray:
    """Minutes of each pair, a search from each member forwards and one backwards."""
    travel = np.empty((len(households), len(members)))
    against = roads.reverse(copy=False)
    for column, member in enumerate(members):
        ways = [
            nx.single_source_dijkstra_path_length(net, ("place", member), weight="minutes")
            for net in (roads, against)
        ]
        for row, household in enumerate(households):
            travel[row, column] = sum(way[("place", household)] for way in ways) / 2
    return travel


def main() -> None:
    """Assert, then time, then print."""
    if not ANDORRA.is_dir():
        print("skipped: no places/andorra; let PHANCONG_DATA name the data folder")
        return
    graph = read_paths(ANDORRA)
    spots = buildings()
    homes = Random(SEED).sample(spots, MEMBERS)
    network = PathNetwork(graph, LAW, snap=SNAP)
    problem = Problem(
        [Member(f"m{i:02}", at) for i, (_, at) in enumerate(homes)],
        [Household(way, at) for way, at in spots],
        travel=network,
    )
    sides = problem.household_columns.places("household"), problem.member_columns.places("member")

    at = dict(spots)
    ordered = [at[int(h.id)] for h in problem.households] + [m.at for m in problem.members]
    roads, access = with_places(graph, ordered)
    rows, columns = range(len(spots)), range(len(spots), len(ordered))
    slow = loop(roads, rows, columns) + access[rows][:, None] + access[columns]
    same = np.array([[ordered[row] == ordered[column] for column in columns] for row in rows])
    slow[same] = 0.0  # a member's own house
    fast = network.between(*sides)
    error = float(np.abs(fast - slow).max() / slow.max())
    assert np.allclose(fast, slow, rtol=1e-6, atol=0), f"{error} apart from networkx"
    print(f"{slow.size:,} pairs agree with networkx, at most {error:.1e} of the longest apart")

    ratios, bulk, hand, building = [], [], [], []
    for _ in range(REPEATS):
        start = perf_counter()
        fresh = PathNetwork(graph, LAW, snap=SNAP)  # a network keeps its last answers
        building.append(perf_counter() - start)
        start = perf_counter()
        fresh.between(*sides)
        bulk.append(perf_counter() - start)
        start = perf_counter()
        loop(roads, rows, columns)
        hand.append(perf_counter() - start)
        ratios.append(hand[-1] / bulk[-1])
    with_building = median(h / (b + t) for h, b, t in zip(hand, building, bulk, strict=True))
    print(
        f"{len(spots)} households × {MEMBERS} members: {median(bulk) * 1000:.0f} ms, the loop over "
        f"networkx {median(hand):.2f} s: {median(ratios):.0f} times faster "
        f"({min(ratios):.0f}–{max(ratios):.0f})\n"
        f"taking the graph in takes {median(building):.2f} s, once; with that (networkx given its "
        f"graph for nothing) {with_building:.1f} times"
    )
    assert min(ratios) >= 20, ratios

    plan = solve(problem)
    assert plan.status is Status.OPTIMAL, plan.status
    assert check(problem, plan).kept
    print(f"the plan with the default goals: {plan.status}, {plan.seconds:.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )
    print(f"peak memory, networkx and all: {peak / 2**20:.0f} MiB")
    assert peak <= 2**30, peak


if __name__ == "__main__":
    main()
