"""`read_paths`: paths from GeoJSON lines, a pair of CSV files, or GraphML, as a networkx graph."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import networkx as nx

from phancong.errors import Defect, InvalidArgumentError, InvalidProblemError
from phancong.tables import Sheet, read_csv
from phancong.tables.sheet import is_blank, unreadable
from phancong.travel.paths.lines import Lines, Node, Segment, as_plain, mend
from phancong.words import Message

# Names that columns go by; the first is the one that osmnx uses, or the plainest.
_NODE: Final = ("node", "osmid", "id")
_LATITUDE: Final = ("lat", "y")
_LONGITUDE: Final = ("lon", "x")
_ELEVATION: Final = ("elevation", "elev_m", "ele")
_TAIL: Final = ("u", "from")
_HEAD: Final = ("v", "to")
_LENGTH: Final = ("length", "length_m")
_ONEWAY: Final = "oneway"
#: What ``oneway`` says, as OpenStreetMap writes it: whether there and whether back.
_DIRECTIONS: Final = {
    **dict.fromkeys(("", "no", "false", "0"), (True, True)),
    **dict.fromkeys(("yes", "true", "1"), (True, False)),
    **dict.fromkeys(("-1", "reverse"), (False, True)),
}
_WGS84: Final = ("CRS84", "EPSG::4326", "EPSG:4326")


def read_paths(
    path: str | Path, edges: str | Path | None = None, *, tolerance: float = 1.0
) -> nx.MultiDiGraph:
    """Paths from a file, as a graph for :class:`~phancong.PathNetwork`.

    Parameters
    ----------
    path
        What it is, its ending says:

        - ``.geojson``, ``.json``: lines. They meet where they have a vertex in common. The end of a
          line that misses another by *tolerance* is joined to it. A third coordinate is the
          elevation; a property ``oneway`` (``yes``, ``no``, ``-1``) counts.
        - ``.csv``: the nodes, with the *edges* in a second file; or a folder with ``nodes.csv`` and
          ``edges.csv``. Columns ``node, lat, lon[, elevation]`` and ``u, v[, length][, oneway]``
          (``elev_m`` and ``length_m`` do, too); an edge without a length is straight. Other columns
          become attributes, as text. Edges go both ways unless ``oneway`` says otherwise.
        - ``.graphml``: as ``osmnx.save_graphml`` writes it.
    edges
        The second file of a pair of CSV files.
    tolerance
        Metres by which the end of a line may miss another. It holds for lines only: in the other
        files it is said what joins what.

    Returns
    -------
    networkx.MultiDiGraph
        As osmnx writes it: nodes with ``y``, ``x`` and perhaps ``elevation``, edges with ``length``
        in metres, and an edge in each direction in which it may be gone. ``graph.graph["mended"]``
        says what was joined, and so does ``PathNetwork(graph).report()``.

    Raises
    ------
    InvalidProblemError
        The file cannot be read as paths: all defects, each with its place.
    InvalidArgumentError
        The tolerance is no number of at least 0, or *edges* do not belong to the file.
    MissingExtraError
        shapely is not installed: ``pip install 'phancong[paths]'``.
    """
    if not isinstance(tolerance, int | float) or not 0 <= tolerance < math.inf:
        raise InvalidArgumentError(f"tolerance: {tolerance!r} is not a number of at least 0")
    path = Path(path)
    if path.is_dir() and edges is None:
        path, edges = path / "nodes.csv", path / "edges.csv"
    ending = path.suffix.lower()
    if (ending == ".csv") != (edges is not None):
        raise InvalidArgumentError(
            "edges: a file of nodes.csv needs one of edges, and no other does"
        )
    if ending in (".geojson", ".json"):
        return _from_geojson(path, float(tolerance))
    if ending == ".graphml":
        return _from_graphml(path)
    if edges is not None:
        return _from_csv(read_csv(path), read_csv(edges))
    what = "holds no paths: its ending is not .geojson, .json, .csv or .graphml"
    raise unreadable(str(path), what, "give a file of one of these")


# --- GeoJSON (RFC 7946)


def _from_geojson(path: Path, tolerance: float) -> nx.MultiDiGraph:
    try:
        record = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        what = f"cannot be opened ({error.strerror or type(error).__name__})"
        raise unreadable(str(path), what, "mend the path") from None
    except (ValueError, RecursionError):
        raise unreadable(path.name, "is no JSON in UTF-8", "export it as GeoJSON again") from None
    if not isinstance(record, dict) or "type" not in record:
        raise unreadable(path.name, "is no GeoJSON", "export it as GeoJSON again")
    named = str(((record.get("crs") or {}).get("properties") or {}).get("name", "CRS84"))
    if not named.endswith(_WGS84):
        what = f"has coordinates in another system ({named})"
        raise unreadable(path.name, what, "export it in WGS 84 (EPSG:4326)")
    defects: list[Defect] = []
    lines = Lines()
    at: dict[tuple[float, float], int] = {}
    others = 0
    for number, feature in enumerate(_features(record), start=1):
        where = f"{path.name}, feature {number}"
        geometry, properties = feature.get("geometry") or {}, feature.get("properties") or {}
        kind, coordinates = geometry.get("type"), geometry.get("coordinates")
        if kind not in ("LineString", "MultiLineString"):
            others += 1
            continue
        ways = _directions(properties.get(_ONEWAY), where, defects)
        for line in [coordinates] if kind == "LineString" else coordinates or ():
            points = _points(line, where, defects)
            nodes = []
            for latitude, longitude, elevation in points:
                node = at.setdefault((latitude, longitude), len(lines.nodes))
                if node == len(lines.nodes):
                    lines.nodes.append(Node(latitude, longitude, elevation))
                nodes.append(node)
            for tail, head in itertools.pairwise(nodes):
                if tail != head:
                    lines.segments.append(Segment(tail, head, None, *ways, properties))
    if defects:
        raise InvalidProblemError(defects)
    if others:
        lines.notes.append(
            Message("{count} features that are no lines left out", count=str(others))
        )
    mend(lines, tolerance)
    return lines.graph()


def _features(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    kind = record["type"]
    if kind == "FeatureCollection":
        yield from (f for f in record.get("features") or () if isinstance(f, dict))
    elif kind == "Feature":
        yield record
    else:
        yield {"geometry": record}


def _points(
    line: Any, where: str, defects: list[Defect]
) -> list[tuple[float, float, float | None]]:
    points: list[tuple[float, float, float | None]] = []
    try:
        for longitude, latitude, *more in line:
            place = float(latitude), float(longitude)
            if not (abs(place[0]) <= 90 and abs(place[1]) <= 180):
                what, mend_ = "leaves the globe", "export it in degrees WGS 84, longitude first"
                defects.append(Defect(where, "coordinates", what, mend_))
                return []
            points.append((*place, float(more[0]) if more else None))
    except (TypeError, ValueError):
        what = "has no line of longitude and latitude"
        defects.append(Defect(where, "coordinates", what, "draw it again or take it out"))
        return []
    return points


def _directions(value: Any, where: str, defects: list[Defect]) -> tuple[bool, bool]:
    said = "" if is_blank(value) else str(value).strip().lower()
    if said not in _DIRECTIONS:
        defects.append(Defect(where, _ONEWAY, f"is {value!r}", "give yes, no or -1"))
    return _DIRECTIONS.get(said, (True, True))


# --- a pair of CSV files


def _from_csv(nodes: Sheet, edges: Sheet) -> nx.MultiDiGraph:
    defects: list[Defect] = [*nodes.defects, *edges.defects]
    names = _column(nodes, _NODE, defects)
    latitude, longitude, elevation = (
        _numbers(nodes, names_of, defects, required=required)
        for names_of, required in ((_LATITUDE, True), (_LONGITUDE, True), (_ELEVATION, False))
    )
    tails, heads = (_column(edges, names_of, defects) for names_of in (_TAIL, _HEAD))
    lengths = _numbers(edges, _LENGTH, defects, required=False)
    if defects:
        raise InvalidProblemError(defects)
    lines = Lines()
    index: dict[str, int] = {}
    for record, name, lat, lon, height in zip(
        nodes.records(), names, latitude, longitude, elevation, strict=True
    ):
        if index.setdefault(name, len(index)) != len(lines.nodes):
            defects.append(Defect(record, "node", f"stands twice ({name!r})", "keep one"))
            continue
        if lat is None or lon is None or not (abs(lat) <= 90 and abs(lon) <= 180):
            what = "has no place on the globe"
            defects.append(Defect(record, "lat, lon", what, "give degrees WGS 84"))
        lines.nodes.append(Node(lat or 0.0, lon or 0.0, height))
    used = {*_TAIL, *_HEAD, *_LENGTH, _ONEWAY}
    others = [title for title in edges.header if title.lower() not in used]
    oneway = edges.column(_ONEWAY) if _ONEWAY in edges.header else (None,) * len(edges)
    extra_cells = [edges.column(title) for title in others]
    for position, record in enumerate(edges.records()):
        ends = tails[position], heads[position]
        unknown = [name for name in ends if name not in index]
        defects += [
            Defect(record, "u, v", f"names node {name!r}, which is not there", "mend the name")
            for name in unknown
        ]
        length = lengths[position]
        if length is not None and length < 0:
            defects.append(Defect(record, "length", "is negative", "give metres, 0 or more"))
        ways = _directions(oneway[position], record, defects)
        if not unknown:
            data = {
                title: cells[position] for title, cells in zip(others, extra_cells, strict=True)
            }
            lines.segments.append(Segment(index[ends[0]], index[ends[1]], length, *ways, data))
    if defects:
        raise InvalidProblemError(defects)
    return lines.graph([as_plain(name) for name in index])


def _title(sheet: Sheet, names: Sequence[str]) -> str | None:
    titles = {title.lower(): title for title in sheet.header}
    return next((titles[name] for name in names if name in titles), None)


def _column(sheet: Sheet, names: Sequence[str], defects: list[Defect]) -> list[str]:
    title = _title(sheet, names)
    if title is None:
        top = sheet.place(sheet.header_line)
        defects.append(Defect(top, names[0], "is no column of the table", "add it"))
        return []
    return ["" if is_blank(cell) else str(cell).strip() for cell in sheet.column(title)]


def _numbers(
    sheet: Sheet, names: Sequence[str], defects: list[Defect], *, required: bool
) -> list[float | None]:
    if not required and _title(sheet, names) is None:
        return [None] * len(sheet)
    numbers: list[float | None] = []
    for record, cell in zip(sheet.records(), _column(sheet, names, defects), strict=False):
        try:
            number = float(cell.replace(",", ".")) if cell else None
        except ValueError:
            number = math.nan
        if number is not None and not math.isfinite(number):
            defects.append(Defect(record, names[0], f"is no number ({cell!r})", "give a number"))
        numbers.append(number)
    return numbers


# --- GraphML as osmnx writes it


def _from_graphml(path: Path) -> nx.MultiDiGraph:
    try:
        read = nx.read_graphml(path, node_type=as_plain, force_multigraph=True)
    except OSError as error:
        what = f"cannot be opened ({error.strerror or type(error).__name__})"
        raise unreadable(str(path), what, "mend the path") from None
    except (ParseError, nx.NetworkXError, ValueError, KeyError, LookupError):
        mend_ = "write it again with osmnx.save_graphml"
        raise unreadable(path.name, "is no GraphML", mend_) from None
    graph = nx.MultiDiGraph(read)  # an edge that has no direction goes both ways
    defects: list[Defect] = []
    for node, data in graph.nodes(data=True):
        _as_numbers(data, ("x", "y", "lat", "lon", "elevation"), f"node {node!r}", defects)
    for u, v, data in graph.edges(data=True):
        _as_numbers(data, ("length", "travel_time", "grade"), f"edge {u!r} to {v!r}", defects)
    if defects:
        raise InvalidProblemError(defects)
    return graph


def _as_numbers(
    data: dict[str, Any], names: Sequence[str], record: str, defects: list[Defect]
) -> None:
    """Osmnx writes every attribute as text."""
    for name in names:
        if name in data:
            try:
                data[name] = float(data[name])
            except ValueError:
                what = f"is no number ({data[name]!r})"
                defects.append(Defect(record, name, what, "give a number"))
