"""JSON and GeoJSON files (RFC 8259, RFC 7946): their content, or defects with their places."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from phancong.errors import Defect
from phancong.tables.csv_files import MOST_BYTES
from phancong.tables.sheet import read_bytes, unreadable
from phancong.words import Message

_AGAIN: Final[str] = Message("export it as GeoJSON again")
_WGS84: Final = ("CRS84", "EPSG::4326", "EPSG:4326")
#: The kinds of geometry; a collection contains others.
_COLLECTION: Final = "GeometryCollection"
KINDS: Final = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
)


def read_json(path: Path) -> Any:
    """The content of a JSON file.

    Raises
    ------
    InvalidProblemError
        It cannot be opened, is too large, or is not JSON in UTF-8.
    """
    raw = read_bytes(path, MOST_BYTES, Message("keep only the part that is needed"))
    return parsed(raw, path.name, _AGAIN)


def parsed(raw: bytes, name: str, mend: str, constant: Callable[[str], Any] = float) -> Any:
    """The content of a JSON file, in which each object names each of its keys once.

    Parameters
    ----------
    raw
        The bytes of the file.
    name
        The name of the file, for the error.
    mend
        The mend, for the error.
    constant
        Makes a value of ``NaN``, ``Infinity`` and ``-Infinity``, which JSON does not have.

    Raises
    ------
    InvalidProblemError
        It is not JSON in UTF-8, or a key is given twice, of which only the last would count.
    """
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            count = Counter(key for key, _ in pairs)
            twice.extend(key for key in found if count[key] > 1)
        return found

    try:
        found = json.loads(raw.decode("utf-8-sig"), parse_constant=constant, object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise unreadable(name, Message("is not JSON in UTF-8"), mend) from None
    if twice:
        what = Message("has the key {key} twice in one object", key=repr(twice[0])[:60])
        raise unreadable(name, what, Message("keep one"))
    return found


@dataclass(frozen=True, slots=True)
class Shape:
    """One geometry of a GeoJSON file.

    Parameters
    ----------
    where
        The name of its place: the file, and the number of the feature.
    kind
        One of :data:`KINDS`; empty if the feature has no geometry.
    geometry
        The geometry, None if there is none; its coordinates are not checked.
    properties
        The properties of its feature.
    """

    where: str
    kind: str
    geometry: Mapping[str, Any] | None
    properties: Mapping[str, Any] = field(default_factory=dict)


def read_geojson(path: Path, defects: list[Defect]) -> list[Shape]:
    """The geometries of a GeoJSON file; a feature may have several.

    Parameters
    ----------
    path
        The file.
    defects
        Defects of single features are appended.

    Raises
    ------
    InvalidProblemError
        It cannot be opened, is too large, or is not GeoJSON in WGS 84.
    """
    record = read_json(path)
    if not isinstance(record, dict) or not isinstance(kind := record.get("type"), str):
        raise unreadable(path.name, Message("is not GeoJSON"), _AGAIN)
    if kind not in ("FeatureCollection", "Feature", _COLLECTION) and kind not in KINDS:
        what = Message("is not GeoJSON: its type is {type}", type=repr(kind[:40]))
        raise unreadable(path.name, what, _AGAIN)
    _refuse_other_system(record, path.name)
    shapes: list[Shape] = []
    for number, feature in enumerate(_features(record, path.name), start=1):
        where = Message("{file}, feature {number}", file=path.name, number=str(number))
        shapes.extend(_shapes(feature, where, defects))
    return shapes


def _refuse_other_system(record: Mapping[str, Any], name: str) -> None:
    """Refuse other systems of coordinates: GeoJSON is in WGS 84, but older files may name another."""
    system = record.get("crs")
    if system is None:
        return
    properties = system.get("properties") if isinstance(system, dict) else None
    named = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(named, str):
        what = Message("names a system of coordinates that cannot be read")
        raise unreadable(name, what, Message("export it in WGS 84 (EPSG:4326)"))
    if not named.endswith(_WGS84):
        what = Message("has coordinates in another system ({system})", system=named[:80])
        raise unreadable(name, what, Message("export it in WGS 84 (EPSG:4326)"))


def _features(record: Mapping[str, Any], name: str) -> Sequence[Any]:
    if record["type"] == "Feature":
        return [record]
    if record["type"] != "FeatureCollection":
        return [{"type": "Feature", "geometry": record}]
    features = record.get("features")
    if not isinstance(features, list):
        raise unreadable(name, Message("has no list of features"), _AGAIN)
    return features


def _shapes(feature: Any, where: str, defects: list[Defect]) -> Iterator[Shape]:
    def wrong(field_name: str, what: str) -> None:
        mend = Message("export it again, or remove the feature")
        defects.append(Defect(where, field_name, what, mend))

    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        wrong("type", Message("is not a feature"))
        return
    properties = feature.get("properties")
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        wrong("properties", Message("is not a table of properties"))
        return
    waiting = [feature.get("geometry")]
    if "geometry" not in feature:
        wrong("geometry", Message("is missing"))
        return
    while waiting:
        geometry = waiting.pop()
        if geometry is None:
            yield Shape(where, "", None, properties)
            continue
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind == _COLLECTION and isinstance(inside := geometry.get("geometries"), list):
            waiting.extend(reversed(inside))
        elif isinstance(kind, str) and kind in KINDS:
            yield Shape(where, kind, geometry, properties)
        else:
            wrong("geometry", Message("is not a geometry"))
