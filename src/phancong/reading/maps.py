"""Maps as lists: each point or area of a map is a row, and its properties are the cells."""

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

#: The endings of maps; a .json can be a map, too.
MAPS: Final = (".geojson", *LAYERED)
_GEOJSON: Final = re.compile(rb'"type"\s*:\s*"(?:FeatureCollection|Feature|Point|Polygon)"')
#: The other files of a shapefile.
_BESIDE: Final = frozenset((".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix"))
#: How many bytes of a file are examined for it.
_BEGINNING: Final = 2000
#: Properties that the reader of KML adds to each place.
_OF_KML: Final = frozenset(
    ("tessellate", "extrude", "visibility", "drawOrder", "altitudeMode", "icon", "snippet")
)
#: The column of the coordinates.
_AT: Final = "at"


def map_grids(path: Path) -> list[Grid]:
    """The tables of a map: one for a GeoJSON file, otherwise one for each layer.

    Raises
    ------
    InvalidProblemError
        The file cannot be read as a map.
    MissingExtraError
        The file is no GeoJSON, and pyogrio is not installed.
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
    """Whether a file belongs to a shapefile in the same folder, which is read with it."""
    return path.suffix.lower() in _BESIDE and path.with_suffix(".shp").exists()


def is_map(path: Path) -> bool:
    """Whether a .json is a map, by its first bytes."""
    try:
        with path.open("rb") as file:
            return _GEOJSON.search(file.read(_BEGINNING)) is not None
    except OSError:
        return False


def why_no_list(path: Path) -> str:
    """Why a map whose name is not that of a list is no list; empty if it could be one, or is no map."""
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
        return ""  # the reader of the file reports its defects
    kinds = {shape.kind for shape in shapes if shape.kind}
    only_lines = bool(kinds) and all(kind.endswith("LineString") for kind in kinds)
    return Message("left out: a map of paths") if only_lines else ""


def _grid(name: str, title: str, shapes: Sequence[Shape], defects: list[Defect]) -> Grid:
    # Programs write every property that they know; most are empty.
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
    """A property as a cell; a value of another type becomes text, so that a question can show it."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)
