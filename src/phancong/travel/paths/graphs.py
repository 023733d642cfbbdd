"""Conversion of a networkx graph: coordinates of nodes, costs and lines of edges."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from phancong.errors import SHOWN, InvalidArgumentError
from phancong.travel.paths.edges import BoolArray, Edges, Place, cut_at_bends
from phancong.travel.paths.extras import extra
from phancong.travel.paths.walking import Walking
from phancong.travel.places import FloatArray

#: The cost of an edge: an attribute, a function as in networkx, or minutes on foot.
Weight = str | Callable[[Any, Any, Mapping[str, Any]], float | None] | Walking
#: The closed edges: an attribute, or a function of the same kind.
Closed = str | Callable[[Any, Any, Mapping[str, Any]], Any] | None

_COORDINATES: Final = (("y", "x"), ("lat", "lon"))  # as in osmnx, and plain
_SAID: Final = {
    "true": True,
    "yes": True,
    "1": True,
    "false": False,
    "no": False,
    "0": False,
    "": False,
}
_Arc = tuple[Hashable, Hashable, Mapping[str, Any]]


def read_edges(graph: Any, weight: Weight, closed: Closed) -> Edges:
    """The edges of a graph.

    Raises
    ------
    InvalidArgumentError
        It is no graph with coordinates and costs; the message lists all defects.
    """
    if not all(hasattr(graph, name) for name in ("nodes", "edges", "is_directed", "is_multigraph")):
        raise InvalidArgumentError(
            f"graph: is not a networkx graph (a {type(graph).__name__}); "
            "read one with read_paths(...) or osmnx"
        )
    faults: list[str] = []
    arcs: list[_Arc] = list(graph.edges(data=True))
    there = len(arcs)
    used = {node for u, v, _ in arcs for node in (u, v)}  # isolated nodes do not matter
    heights = weight.elevation if isinstance(weight, Walking) else None
    nodes = _read_nodes(graph, used, heights, faults)
    if not graph.is_directed():
        arcs += [(v, u, data) for u, v, data in arcs]
    given = _given(arcs, there, weight, nodes, faults)
    shut = _shut(arcs, closed, faults)
    bends = _Bends()
    for number, (u, v, data) in enumerate(arcs):
        if data.get("geometry") is not None:
            bends.read(number, u, v, data["geometry"], nodes, number >= there, faults)
    if faults:
        more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise InvalidArgumentError(f"graph: {'; '.join(faults[:SHOWN])}{more}")
    costs = given[:, 0]
    if isinstance(weight, Walking):
        costs = weight.minutes(given[:, 0], given[:, 1])
    ends = np.array([(nodes.index[u], nodes.index[v]) for u, v, _ in arcs], dtype=np.int64).reshape(
        -1, 2
    )
    return cut_at_bends(
        nodes.places, ends, bends.of, bends.back, given, np.where(shut, np.inf, costs)
    )


# --- nodes


@dataclass(frozen=True, slots=True)
class _Nodes:
    """The nodes that have edges, numbered from south to north, with coordinates and elevations."""

    index: Mapping[Hashable, int]
    places: FloatArray  # (N, 2)
    elevation: Mapping[Hashable, float]


def _read_nodes(graph: Any, used: set[Hashable], heights: str | None, faults: list[str]) -> _Nodes:
    places: dict[Hashable, Place] = {}
    elevation: dict[Hashable, float] = {}
    for node, data in graph.nodes(data=True):
        if node not in used:
            continue
        for names in _COORDINATES:
            if names[0] in data and names[1] in data:
                latitude, longitude = _number(data[names[0]]), _number(data[names[1]])
                break
        else:
            faults.append(f"node {node!r} has no coordinates (y and x, or lat and lon)")
            continue
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            faults.append(
                f"node {node!r} is not on the globe (degrees WGS 84 are meant, not metres)"
            )
            continue
        places[node] = latitude, longitude
        if heights is not None:
            elevation[node] = _number(data.get(heights))
            if not math.isfinite(elevation[node]):
                faults.append(
                    f"node {node!r} has no number as {heights!r}; add elevations, "
                    "or take the ways as flat with Walking(elevation=None)"
                )
    ordered = sorted(places, key=places.__getitem__)
    return _Nodes(
        {node: number for number, node in enumerate(ordered)},
        np.array([places[node] for node in ordered], dtype=np.float64).reshape(-1, 2),
        elevation,
    )


def _number(value: Any) -> float:
    """*value* as a float, NaN if it is no number."""
    if type(value) is float:
        return value
    if isinstance(value, bool | str) or value is None:
        return float("nan")
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


# --- costs of edges, and closed edges


def _given(
    arcs: Sequence[_Arc], there: int, weight: Weight, nodes: _Nodes, faults: list[str]
) -> FloatArray:
    """The quantities from which costs follow: the cost itself, or length and rise; ``(A, 1 or 2)``.

    The arcs from *there* on are the first ones reversed; their attributes are the same.
    """
    if callable(weight) and not isinstance(weight, Walking):
        name = "its weight"  # as in networkx, None hides an edge
        values: list[Any] = [
            np.inf if (c := weight(u, v, data)) is None else c for u, v, data in arcs
        ]
    else:
        name = weight.length if isinstance(weight, Walking) else weight
        values = [data.get(name) for _, _, data in arcs[:there]]
    numbers = np.array([_number(value) for value in values], dtype=np.float64)
    wrong = ~(numbers >= 0)  # true for NaN, too
    if isinstance(weight, Walking):
        wrong |= np.isinf(numbers)
    for number in np.flatnonzero(wrong).tolist():
        u, v, _ = arcs[number]
        what = "no" if values[number] is None else f"{values[number]!r} as"
        faults.append(f"edge {u!r} to {v!r} has {what} {name!r}; give a number of at least 0")
    if len(numbers) < len(arcs):
        numbers = np.tile(numbers, 2)
    if not isinstance(weight, Walking):
        return numbers.reshape(-1, 1)
    height = nodes.elevation
    rises = [height.get(v, 0.0) - height.get(u, 0.0) for u, v, _ in arcs]
    return np.column_stack([numbers, np.array(rises, dtype=np.float64)])


def _shut(arcs: Sequence[_Arc], closed: Closed, faults: list[str]) -> BoolArray:
    shut = np.zeros(len(arcs), dtype=bool)
    if closed is None:
        return shut
    for number, (u, v, data) in enumerate(arcs):
        mark = data.get(closed) if isinstance(closed, str) else closed(u, v, data)
        if isinstance(mark, str):  # text from a file: "False" would be true
            if mark.strip().lower() not in _SAID:
                faults.append(f"edge {u!r} to {v!r} has {mark!r} for closed; give True or False")
            mark = _SAID.get(mark.strip().lower())
        shut[number] = bool(mark)
    return shut


# --- the line of an edge


class _Bends:
    """The bends of the edges that are not straight."""

    def __init__(self) -> None:
        self.of: dict[int, tuple[Place, ...]] = {}  # by arc, from its lower to its higher node
        self.back: dict[int, bool] = {}  # whether a loop runs against its bends

    def read(
        self,
        number: int,
        u: Hashable,
        v: Hashable,
        geometry: Any,
        nodes: _Nodes,
        turned: bool,
        faults: list[str],
    ) -> None:
        """Read the line of one arc; *turned* for the reverse of an undirected edge."""
        try:
            if isinstance(geometry, str):
                with np.errstate(over="ignore"):  # a number of too many digits is refused below
                    geometry = extra("shapely").from_wkt(geometry)
            points = [
                (float(point[1]), float(point[0]))
                for point in getattr(geometry, "coords", geometry)
            ]
            if not np.isfinite(points).all() or np.abs(points).max() > 180:
                raise ValueError
        except (TypeError, ValueError, IndexError, extra("shapely").errors.ShapelyError):
            if not turned:  # reported already
                faults.append(
                    f"edge {u!r} to {v!r} has a geometry that is not a line of longitude, latitude"
                )
            return
        if u not in nodes.index or v not in nodes.index:
            return  # reported already
        low, high = sorted((nodes.index[u], nodes.index[v]))
        if low == high:  # a loop: its nodes do not tell the direction
            inner = tuple(points[1:-1])
            self.of[number] = min(inner, inner[::-1])
            self.back[number] = (inner > inner[::-1]) != turned
            return
        # The line of an undirected edge may begin at either end: take the nearer one.
        start, end = nodes.places[low], nodes.places[high]
        straight = np.abs(points[0] - start).sum() + np.abs(points[-1] - end).sum()
        if straight > np.abs(points[0] - end).sum() + np.abs(points[-1] - start).sum():
            points.reverse()
        self.of[number] = tuple(points[1:-1])
