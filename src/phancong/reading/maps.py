"""Maps as lists: each point or area of a map is a row, its properties are the cells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from phancong.coordinates import NoCoordinateError, read_point
from phancong.errors import Defect, InvalidProblemError, MissingExtraError
from phancong.tables import Grid
from phancong.tables.json_files import Shape, read_geojson
from phancong.travel.layers import LAYERED, RAW_OSM, read_layers
from phancong.words import Message

#: The endings of maps; a .json can be one, too.
MAPS: Final = (".geojson", *LAYERED)
_GEOJSON: Final = re.compile(rb'"type"\s*:\s*"(?:FeatureCollection|Feature|Point|Polygon)"')
#: Files that a shapefile is made of, beside the one that is read.
_BESIDE: Final = frozenset((".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix"))
#: How many bytes tell it.
_BEGINNING: Final = 2000
#: How a KML file is drawn, which its reader adds to each place.
_OF_KML: Final = frozenset(
    ("tessellate", "extrude", "visibility", "drawOrder", "altitudeMode", "icon", "snippet")
)
#: The column in which the place stands.
_AT: Final = "at"


def map_grids(path: Path) -> list[Grid]:
    """The tables of a map: one of a GeoJSON file, one of each layer of another.

    Raises
    ------
    InvalidProblemError
        It cannot be read as a map.
    MissingExtraError
        It is no GeoJSON, and pyogrio is not installed.
    """
    defects: list[Defect] = []
    if path.suffix.lower() not in LAYERED:
        return [_grid(path.name, path.stem, read_geojson(path, defects), defects)]
    layers = read_layers(path, defects)
    grids: list[Grid] = []
    for name, shapes in layers.items():
        alone = len(layers) == 1
        called = Message("{file}, sheet {sheet}", file=path.name, sheet=repr(name))
        of_file, title = (path.name, path.stem) if alone else (called, name)
        grids.append(_grid(of_file, title, shapes, [] if grids else defects))
    return grids


def belongs_to_map(path: Path) -> bool:
    """Whether a file is a part of the shapefile beside it, which is read with it."""
    return path.suffix.lower() in _BESIDE and path.with_suffix(".shp").exists()


def is_map(path: Path) -> bool:
    """Whether a .json is a map: it says so at its beginning."""
    try:
        with path.open("rb") as file:
            return _GEOJSON.search(file.read(_BEGINNING)) is not None
    except OSError:
        return False


def why_no_list(path: Path) -> str:
    """Why a map that has not the name of a list is none; empty if it could be one, or is no map."""
    if path.suffix.lower() not in MAPS and not (path.suffix.lower() == ".json" and is_map(path)):
        return ""
    try:
        if path.suffix.lower() in LAYERED:
            shapes = list(itertools.chain(*read_layers(path, []).values()))
        else:
            shapes = read_geojson(path, [])
    except MissingExtraError:
        return Message("left out: a map, which needs the extra {extra}", extra="maps")
    except InvalidProblemError:
        if path.suffix.lower() in RAW_OSM:
            return Message("left out: a raw map of OpenStreetMap")
        return ""  # who reads it will say what is wrong
    kinds = {shape.kind for shape in shapes if shape.kind}
    only_lines = bool(kinds) and all(kind.endswith("LineString") for kind in kinds)
    return Message("left out: a map of paths") if only_lines else ""


def _grid(name: str, title: str, shapes: Sequence[Shape], defects: list[Defect]) -> Grid:
    # Programs write every property they know, most of them empty.
    cells_of = [pair for shape in shapes for pair in shape.properties.items()]
    titles = list(dict.fromkeys(key for key, cell in cells_of if cell is not None))
    titles = [title for title in titles if title not in _OF_KML]
    rows: list[tuple[int, Sequence[Any]]] = [(1, (*titles, _AT))]
    found = list(defects)
    for line, shape in enumerate(shapes, start=2):
        cells = [_cell(shape.properties.get(key)) for key in titles]
        place = None
        if shape.geometry is not None:
            try:
                place = read_point(shape.geometry)
            except NoCoordinateError as error:
                what, mend = error.what, error.mend
                if shape.kind.endswith("LineString"):
                    what = Message("is a line, where a household has one place")
                    mend = Message("remove it; paths are read by phancong.read_paths")
                found.append(Defect(shape.where, "geometry", what, mend))
        rows.append((line, (*cells, place)))
    return Grid(name, title, rows, defects=tuple(found))


def _cell(value: Any) -> Any:
    """A property as a cell; what is no plain value is text, for whoever has to be asked about it."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)
