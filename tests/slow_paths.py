"""Travel along paths by the slow and obvious way: every edge looked at, networkx for the rest."""

import csv
from itertools import pairwise

import networkx as nx
import numpy as np
from geopy.distance import geodesic
from shared import data

from phancong.travel import Places


def places(kind, points):
    """Places at ``(latitude, longitude)``, None for an unknown one, with ids from 0."""
    spots = [(np.nan, np.nan) if point is None else point for point in points]
    n = len(spots)
    return Places(
        kind=kind,
        ids=tuple(range(n)),
        latitude=np.array([lat for lat, _ in spots], dtype=float),
        longitude=np.array([lon for _, lon in spots], dtype=float),
        hamlet=(None,) * n,
        cluster=(None,) * n,
        given=np.arange(n),
    )


def between(network, households, members):
    return network.between(places("household", households), places("member", members))


def village(name):
    """A real hamlet: an undirected graph and its buildings, © OpenStreetMap contributors, ODbL."""
    graph = nx.Graph()
    for row in _rows(name, "nodes"):
        graph.add_node(int(row["node"]), lat=float(row["lat"]), lon=float(row["lon"]))
        if "elev_m" in row:
            graph.nodes[int(row["node"])]["elevation"] = float(row["elev_m"])
    for row in _rows(name, "edges"):
        graph.add_edge(int(row["u"]), int(row["v"]), length=float(row["length_m"]))
    return graph, [(float(row["lat"]), float(row["lon"])) for row in _rows(name, "buildings")]


def _rows(name, table):
    with data("places", name, f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def slow_travel(graph, points, cost, access):
    """The mean of there and back between all points: split every edge where a point joins it.

    *graph* has ``lat`` and ``lon`` and straight edges; *cost* is ``(u, v, data)``, None if hidden.
    """
    pieces = list(graph.edges)
    ends = np.array([[_at(graph, u), _at(graph, v)] for u, v, *_ in pieces])
    on = {}  # of each piece: (part, point)
    off = []
    for number, point in enumerate(points):
        piece, part, metres = _nearest(ends, point)
        on.setdefault(piece, []).append((part, number))
        off.append(metres)
    arcs = nx.DiGraph()
    arcs.add_nodes_from(graph)
    for position, piece in enumerate(pieces):
        u, v = piece[:2]
        data = graph.edges[piece]
        stops = [(0.0, u), *((p, ("point", n)) for p, n in sorted(on.get(position, []))), (1.0, v)]
        _split(arcs, stops, cost(u, v, data))
        if not graph.is_directed():
            back = [(1 - part, stop) for part, stop in reversed(stops)]
            _split(arcs, back, cost(v, u, data))
    n = len(points)
    there = np.full((n, n), np.inf)
    for source in range(n):
        found = nx.single_source_dijkstra_path_length(arcs, ("point", source), weight="cost")
        for target in range(n):
            there[source, target] = found.get(("point", target), np.inf)
    off = np.array(off) * access
    travel = (there + there.T) / 2 + off[:, None] + off
    same = [[one == other for other in points] for one in points]
    travel[np.array(same)] = 0
    return travel


def _split(arcs, stops, whole):
    for (part, stop), (further, following) in pairwise(stops):
        if whole is not None:
            _arc(arcs, stop, following, (further - part) * whole)
        if further == part:  # in the same spot, whatever the edge
            _arc(arcs, stop, following, 0.0)
            _arc(arcs, following, stop, 0.0)


def _arc(arcs, start, end, cost):
    if not arcs.has_edge(start, end) or arcs.edges[start, end]["cost"] > cost:
        arcs.add_edge(start, end, cost=cost)


def _at(graph, node):
    return graph.nodes[node]["lat"], graph.nodes[node]["lon"]


def _nearest(ends, point):
    """Number of the nearest piece, the part of it that is nearest, and the metres to there."""
    lat, lon = point
    small = 1e-3
    north = geodesic((lat - small, lon), (lat + small, lon)).m / (2 * small)
    east = geodesic((lat, lon - small), (lat, lon + small)).m / (2 * small)
    seen = (ends - [lat, lon]) * [north, east]
    start, way = seen[:, 0], seen[:, 1] - seen[:, 0]
    squared = (way**2).sum(axis=1)
    part = np.clip(-(start * way).sum(axis=1) / np.where(squared > 0, squared, 1), 0, 1)
    part[part < 1e-9], part[part > 1 - 1e-9] = 0, 1
    piece = int(np.linalg.norm(start + part[:, None] * way, axis=1).argmin())
    foot = ends[piece, 0] + part[piece] * (ends[piece, 1] - ends[piece, 0])
    return piece, float(part[piece]), geodesic(point, tuple(foot)).m
