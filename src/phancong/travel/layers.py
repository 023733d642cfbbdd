"""Layers of maps: GeoPackage, shapefiles, KML, GPX. The only module that imports pyogrio."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from phancong.errors import Defect, MissingExtraError
from phancong.tables.csv_files import MOST_BYTES
from phancong.tables.json_files import KINDS, Shape
from phancong.tables.sheet import read_bytes, unreadable
from phancong.words import Message

#: The endings of maps that are read by layers.
LAYERED: Final = (".gpkg", ".shp", ".kml", ".gpx", ".fgb", ".osm", ".pbf")
#: Raw files of OpenStreetMap: they hold everything; only paths for people are read.
RAW_OSM: Final = (".osm", ".pbf")
#: Values of ``highway`` that are no paths: planned ones, for example, or demolished ones.
_NO_WAYS: Final = frozenset(
    ("proposed", "construction", "abandoned", "razed", "planned", "platform")
)
_ONEWAY: Final = re.compile(r'"oneway"=>"([^"]*)"')
#: Layers of a GPX file that repeat the points of its lines.
_REPEATED: Final = frozenset(("track_points", "route_points"))


def read_layers(path: Path, defects: list[Defect]) -> dict[str, list[Shape]]:
    """The geometries of each layer in degrees WGS 84, with their properties.

    Parameters
    ----------
    path
        A GeoPackage, a shapefile (with its other files), a KML, GPX or FlatGeobuf file, or a raw file of
        OpenStreetMap, of which only paths for people (``highway``) are read.
    defects
        Defects of single geometries are appended.

    Returns
    -------
    dict
        Name of a layer → its geometries, without empty layers.

    Raises
    ------
    InvalidProblemError
        It cannot be opened, is larger than 30 MB, or is not a map.
    MissingExtraError
        pyogrio, pyproj or shapely is not installed: ``pip install 'phancong[maps]'``.
    """
    try:
        import pyogrio  # here: it is an extra
        import pyproj
        import shapely
    except ImportError as error:
        raise MissingExtraError(
            Message(
                "maps need {library}, which is an extra: pip install 'phancong[maps]'",
                library=str(error.name),
            )
        ) from None
    # Checks the size, and that the file can be opened.
    read_bytes(path, MOST_BYTES, Message("keep only the part that is needed"))
    found: dict[str, list[Shape]] = {}
    raw = path.suffix.lower() in RAW_OSM
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        for name in names:
            if name in _REPEATED and path.suffix.lower() == ".gpx":
                continue
            if raw and name != "lines":
                continue  # nodes, buildings, borders
            meta, _, geometry, fields = pyogrio.raw.read(path, layer=name)
            if geometry is None or not len(geometry):
                continue
            drawn = _in_degrees(shapely.from_wkb(geometry), meta["crs"], pyproj, shapely)
            columns = {
                str(title): column.tolist()
                for title, column in zip(meta["fields"], fields, strict=True)
            }
            shapes = _shapes(path.name, drawn, columns, defects)
            found[name] = list(_walkable(shapes) if raw else shapes)
    # The errors of GDAL, PROJ and shapely have no other common bases.
    except (RuntimeError, ValueError, OSError, shapely.errors.ShapelyError):
        mend = (
            Message("export its ways as GeoJSON, for instance in QGIS or by osmium export")
            if raw
            else Message("export it as GeoJSON in WGS 84")
        )
        raise unreadable(path.name, Message("cannot be read as a map"), mend) from None
    if raw and not any(found.values()):
        mend = Message("give a file with ways (highway), or GeoJSON")
        raise unreadable(path.name, Message("holds no path for people"), mend)
    if not found:
        raise unreadable(path.name, Message("holds no geometry"), Message("give another map"))
    return found


def _in_degrees(drawn: Any, crs: str | None, pyproj: Any, shapely: Any) -> Any:
    """Geometries in degrees WGS 84; geometries without a system of coordinates are in degrees."""
    if not crs or pyproj.CRS(crs).equals(pyproj.CRS(4326), ignore_axis_order=True):
        return drawn
    transformer = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    return shapely.transform(drawn, transformer.transform, interleaved=False)


def _shapes(
    name: str, drawn: Any, columns: Mapping[str, list[Any]], defects: list[Defect]
) -> Iterator[Shape]:
    for number, one in enumerate(drawn):
        where = Message("{file}, feature {number}", file=name, number=str(number + 1))
        properties = {
            title: None if isinstance(cell, float) and math.isnan(cell) else cell
            for title, column in columns.items()
            for cell in (column[number],)
        }
        geometry = None if one is None or one.is_empty else _listed(one.__geo_interface__)
        kind = geometry["type"] if geometry else ""
        if geometry and kind not in KINDS:
            what, mend = (
                Message("is not a geometry"),
                Message("export it again, or remove the feature"),
            )
            defects.append(Defect(where, "geometry", what, mend))
        else:
            yield Shape(where, kind, geometry, properties)


def _walkable(shapes: Iterator[Shape]) -> Iterator[Shape]:
    """The paths for people in a raw file of OpenStreetMap, with their directions."""
    for shape in shapes:
        highway = shape.properties.get("highway")
        if not highway or highway in _NO_WAYS:
            continue  # a river, a power line, a road that is not built
        stated = _ONEWAY.search(str(shape.properties.get("other_tags") or ""))
        oneway = {"oneway": stated[1]} if stated else {}
        yield Shape(shape.where, shape.kind, shape.geometry, {**shape.properties, **oneway})


def _listed(geometry: Any) -> dict[str, Any]:
    """The geometry with lists instead of tuples, as in GeoJSON."""
    return {
        key: _lists(value) if key == "coordinates" else value for key, value in geometry.items()
    }


def _lists(value: Any) -> Any:
    return [_lists(part) for part in value] if isinstance(value, tuple | list) else value
