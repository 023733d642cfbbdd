"""Paths from the lines of a map: GeoJSON, or layers of other formats."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from pathlib import Path
from typing import Any, Final

import networkx as nx

from phancong.coordinates import as_float
from phancong.errors import Defect, InvalidProblemError
from phancong.tables.json_files import Shape, read_geojson
from phancong.tables.sheet import unreadable
from phancong.travel.layers import LAYERED, read_layers
from phancong.travel.paths.directions import ONEWAY, directions
from phancong.travel.paths.polylines import Lines, Node, Segment, mend
from phancong.words import Message

_Point = tuple[float, float, float | None]
_LINES: Final = ("LineString", "MultiLineString")
#: Properties that are ignored: geometry and length follow from the points.
_OWN: Final = ("geometry", "length")


def from_map(path: Path, tolerance: float) -> nx.MultiDiGraph:
    """Lines that meet at common vertices; line ends with small gaps are joined.

    Raises
    ------
    InvalidProblemError
        The file does not hold lines in WGS 84; the error lists all defects, each with its feature.
    """
    defects: list[Defect] = []
    if path.suffix.lower() in LAYERED:
        shapes = list(itertools.chain(*read_layers(path, defects).values()))
    else:
        shapes = read_geojson(path, defects)
    lines = Lines()
    at: dict[tuple[float, float], int] = {}
    others = Counter(shape.kind for shape in shapes if shape.kind not in _LINES)
    for shape in shapes:
        if shape.kind in _LINES:
            _add(shape, lines, at, defects)
    if defects:
        raise InvalidProblemError(defects)
    if others.total() == len(shapes) > 0:
        raise _no_lines(path.name, others)
    if others:
        lines.notes.append(
            Message("{count} features that are no lines left out", count=str(others.total()))
        )
    mend(lines, tolerance)
    return lines.graph()


def _no_lines(name: str, others: Counter[str]) -> InvalidProblemError:
    """The error about a map without lines, which names its content and the reader for it."""
    if any(kind.endswith("Polygon") for kind in others):
        what = Message("holds areas, and no line")
    elif any(kind.endswith("Point") for kind in others):
        what = Message("holds points, and no line")
    else:
        what = Message("holds no line")
    mend_ = Message("give a map of paths, drawn as lines; households are read by phancong.read")
    return unreadable(name, what, mend_)


def _add(
    shape: Shape, lines: Lines, at: dict[tuple[float, float], int], defects: list[Defect]
) -> None:
    assert shape.geometry is not None
    coordinates = shape.geometry.get("coordinates")
    ways = directions(shape.properties.get(ONEWAY), shape.where, defects)
    attributes = {name: cell for name, cell in shape.properties.items() if name not in _OWN}
    parts = [coordinates] if shape.kind == "LineString" else coordinates
    if not isinstance(parts, list):
        defects.append(_no_line(shape.where))
        return
    for line in parts:
        points = _points(line, shape.where, defects)
        nodes = []
        for latitude, longitude, elevation in points:
            node = at.setdefault((latitude, longitude), len(lines.nodes))
            if node == len(lines.nodes):
                lines.nodes.append(Node(latitude, longitude, elevation))
            nodes.append(node)
        for tail, head in itertools.pairwise(nodes):
            if tail != head:
                lines.segments.append(Segment(tail, head, None, *ways, attributes))


def _points(line: Any, where: str, defects: list[Defect]) -> list[_Point]:
    """The points of a line; none, and a defect, if it is no line."""
    points: list[_Point] = []
    for position in line if isinstance(line, list) else ():
        numbers = [as_float(part) for part in position] if isinstance(position, list) else []
        if len(numbers) < 2 or None in numbers:
            break
        longitude, latitude, *more = [number for number in numbers if number is not None]
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            what = Message("has a point that is not on the globe")
            mend_ = Message("export it in degrees WGS 84, longitude first")
            defects.append(Defect(where, "coordinates", what, mend_))
            return []
        if not all(map(math.isfinite, more)):
            break
        points.append((latitude, longitude, more[0] if more else None))
    else:
        if len(points) > 1:
            return points
    defects.append(_no_line(where))
    return []


def _no_line(where: str) -> Defect:
    what = Message("has no line of longitude and latitude")
    return Defect(where, "coordinates", what, Message("draw it again or remove it"))
