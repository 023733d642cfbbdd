"""Lines read from a file, before they become a graph: nodes at common points, small gaps joined."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np

from phancong.travel.geodesic import geodesic_metres
from phancong.travel.paths.access_points import pieces_within, search_tree, spot_on
from phancong.travel.paths.edges import Edges
from phancong.words import Message


@dataclass(slots=True)
class Node:
    """A node: degrees WGS 84, and the elevation in metres if it is known."""

    latitude: float
    longitude: float
    elevation: float | None = None


@dataclass(slots=True)
class Segment:
    """A straight edge between two nodes, with the attributes of its line.

    ``length`` is None until it is measured; ``there`` and ``back`` tell the directions in which it is
    open.
    """

    tail: int
    head: int
    length: float | None
    there: bool
    back: bool
    attributes: dict[str, Any]


@dataclass(slots=True)
class Lines:
    """The nodes and segments read so far."""

    nodes: list[Node] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def measure(self) -> None:
        """Set the length of each segment without one to that of the straight line, in metres."""
        bare = [segment for segment in self.segments if segment.length is None]
        ends = np.array(
            [
                (one.latitude, one.longitude, other.latitude, other.longitude)
                for s in bare
                for one, other in [(self.nodes[s.tail], self.nodes[s.head])]
            ]
        ).reshape(-1, 4)
        for segment, metres in zip(bare, geodesic_metres(*ends.T).tolist(), strict=True):
            segment.length = metres

    def graph(self, names: list[Any] | None = None) -> nx.MultiDiGraph:
        """A graph as osmnx makes it: ``y``, ``x``, ``elevation``, ``length``, one edge a direction.

        Parameters
        ----------
        names
            The names of the nodes; by default their numbers.
        """
        self.measure()
        called = list(range(len(self.nodes))) if names is None else names
        graph = nx.MultiDiGraph(crs="epsg:4326", mended=tuple(self.notes))
        for name, node in zip(called, self.nodes, strict=True):
            height = {} if node.elevation is None else {"elevation": node.elevation}
            graph.add_node(name, y=node.latitude, x=node.longitude, **height)
        for segment in self.segments:
            ends = called[segment.tail], called[segment.head]
            for goes, (tail, head) in ((segment.there, ends), (segment.back, ends[::-1])):
                if goes:
                    key = graph.add_edge(tail, head)
                    # Not as keywords: an attribute may be called "key".
                    graph[tail][head][key].update(segment.attributes, length=segment.length)
        return graph


def mend(lines: Lines, tolerance: float) -> None:
    """Join each end of a line to the nearest other line, across a gap of at most *tolerance*.

    The end gets an edge to the nearest node or, if an inner point of a segment is nearer, to a new node
    there; each join is noted. Lines that cross without a common node may be bridges: they are not
    joined, and a note counts them.

    Parameters
    ----------
    lines
        The lines read.
    tolerance
        In metres; with 0, an end exactly on the other line is still joined.
    """
    if not lines.segments:
        return
    lines.measure()
    edges = _as_edges(lines)
    tree = search_tree(edges)
    neighbours: list[set[int]] = [set() for _ in lines.nodes]
    touching: list[set[int]] = [set() for _ in lines.nodes]
    for number, segment in enumerate(lines.segments):
        for node, other in ((segment.tail, segment.head), (segment.head, segment.tail)):
            neighbours[node].add(other)
            touching[node].add(number)
    ends = np.array([node for node, others in enumerate(neighbours) if len(others) == 1])
    if len(ends):
        found = pieces_within(edges, tree, edges.latitude[ends], edges.longitude[ends], tolerance)
        _join_ends(lines, edges, ends, found, _own(lines, touching, ends, 3 * tolerance), tolerance)
    crossing = tree.query(tree.geometries, predicate="crosses")
    if count := crossing.shape[1] // 2:
        if count == 1:
            note = Message("1 crossing without a common vertex is taken as a bridge")
        else:
            note = Message(
                "{count} crossings without a common vertex are taken as bridges",
                count=str(count),
            )
        lines.notes.append(note)


def _as_edges(lines: Lines) -> Edges:
    nothing = np.zeros(len(lines.segments))
    return Edges(
        latitude=np.array([node.latitude for node in lines.nodes]),
        longitude=np.array([node.longitude for node in lines.nodes]),
        tail=np.array([segment.tail for segment in lines.segments]),
        head=np.array([segment.head for segment in lines.segments]),
        forward=nothing,
        backward=nothing,
        digest="",
    )


def _own(lines: Lines, touching: list[set[int]], ends: Any, reach: float) -> dict[int, set[int]]:
    """For each end the segments that are near it only because they are connected to it."""
    own: dict[int, set[int]] = {}
    for end in ends.tolist():
        mine = set(touching[end])
        waiting = [(end, 0.0)]
        while waiting:
            node, gone = waiting.pop()
            for number in touching[node]:
                segment = lines.segments[number]
                further = segment.head if segment.tail == node else segment.tail
                length = gone + (segment.length or 0.0)
                if length <= reach and not touching[further] <= mine:
                    mine |= touching[further]
                    waiting.append((further, length))
        own[end] = mine
    return own


def _join_ends(
    lines: Lines,
    edges: Edges,
    ends: Any,
    found: Any,
    own: dict[int, set[int]],
    tolerance: float,
) -> None:
    best: dict[int, tuple[float, int, float]] = {}
    for row, piece, part, metres in zip(*(column.tolist() for column in found), strict=True):
        end = int(ends[row])
        candidate = _to_a_node(metres, piece, part, lines.segments[piece].length or 0.0, tolerance)
        if piece not in own[end] and candidate < best.get(end, (np.inf, 0, 0.0)):
            best[end] = candidate
    joined: set[tuple[int, int]] = set()
    cuts: dict[int, list[tuple[float, int]]] = {}
    for end, (metres, piece, part) in sorted(best.items()):
        segment = lines.segments[piece]
        if part in (0.0, 1.0):
            other = segment.head if part else segment.tail
        else:
            other = _new_node(lines, edges, piece, part)
            cuts.setdefault(piece, []).append((part, other))
        pair = (min(end, other), max(end, other))
        if pair in joined:
            continue  # two ends with a gap between them: join them once
        joined.add(pair)
        lines.segments.append(Segment(end, other, metres, True, True, {}))
        lines.notes.append(
            Message(
                "node {end} joined to node {other}, across {metres} m",
                end=str(end),
                other=str(other),
                metres=f"{metres:.2f}",
            )
        )
    for piece, places in cuts.items():
        _cut(lines, piece, sorted(places))


def _to_a_node(
    metres: float, piece: int, part: float, length: float, tolerance: float
) -> tuple[float, int, float]:
    """The metres, piece and position of a joint, moved to a node within the tolerance if there is one."""
    to_node, node = min(
        (math.hypot(metres, abs(node - part) * length), node) for node in (0.0, 1.0)
    )
    return (to_node, piece, node) if to_node <= tolerance else (metres, piece, part)


def _new_node(lines: Lines, edges: Edges, piece: int, part: float) -> int:
    latitude, longitude = spot_on(edges, np.array([piece]), np.array([part]))
    segment = lines.segments[piece]
    low, high = (lines.nodes[node].elevation for node in (segment.tail, segment.head))
    height = None if low is None or high is None else low + part * (high - low)
    lines.nodes.append(Node(float(latitude[0]), float(longitude[0]), height))
    return len(lines.nodes) - 1


def _cut(lines: Lines, piece: int, places: list[tuple[float, int]]) -> None:
    """Insert new nodes into a segment: its first part replaces it, the others are appended."""
    whole = lines.segments[piece]
    assert whole.length is not None
    stops = [(0.0, whole.tail), *places, (1.0, whole.head)]
    parts = [
        Segment(
            node,
            following,
            (further - part) * whole.length,
            whole.there,
            whole.back,
            whole.attributes,
        )
        for (part, node), (further, following) in itertools.pairwise(stops)
    ]
    lines.segments[piece] = parts[0]
    lines.segments += parts[1:]


def as_plain(value: Any) -> Any:
    """Text that is a whole number as an int: files store the names of nodes as text."""
    text = str(value)
    if len(text) > 18 or not text.isascii() or not text.removeprefix("-").isdigit():
        return text
    return number if str(number := int(text)) == text else text  # 07 and 7 are different names
