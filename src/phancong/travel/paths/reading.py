"""`read_paths`: paths from GeoJSON lines, a pair of CSV files, or GraphML, as a networkx graph."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

from phancong.errors import InvalidArgumentError
from phancong.tables import read_csv
from phancong.tables.sheet import unreadable
from phancong.travel.layers import LAYERED
from phancong.words import Message

if TYPE_CHECKING:
    import networkx as nx

LINES: Final = (".geojson", ".json")


def read_paths(
    path: str | Path, edges: str | Path | None = None, *, tolerance: float = 1.0
) -> nx.MultiDiGraph:
    """Paths from a file, as a graph for :class:`~phancong.PathNetwork`.

    Parameters
    ----------
    path
        The file. Its extension gives the format:

        - ``.geojson``, ``.json``: lines. Lines meet at vertices that they share. The end of a line
          within *tolerance* of another line is joined to it. A third coordinate is the elevation; the
          property ``oneway`` (``yes``, ``no``, ``-1``) is used.
        - ``.gpkg``, ``.shp``, ``.kml``, ``.gpx``, ``.fgb``: the same, in any system of coordinates;
          these need the extra ``maps``. Of ``.osm`` and ``.pbf``, raw files of OpenStreetMap, the
          lines with ``highway``.
        - ``.csv``: the nodes, with the *edges* in a second file; or a folder with ``nodes.csv`` and
          ``edges.csv``. Columns ``node, lat, lon[, elevation]`` and ``u, v[, length][, oneway]``
          (or ``elev_m`` and ``length_m``), in metres; an edge without a length is straight. Other columns
          become attributes, as text. Edges go both ways unless ``oneway`` says otherwise.
        - ``.graphml``: as ``osmnx.save_graphml`` writes it.
    edges
        The second file of a pair of CSV files.
    tolerance
        Largest gap in metres between the end of a line and a line that it is joined to. Used for
        files of lines only; the others state their connections.

    Returns
    -------
    networkx.MultiDiGraph
        As osmnx writes it: nodes with ``y``, ``x`` and perhaps ``elevation``, edges with ``length``
        in metres, and one edge for each direction that may be walked. ``graph.graph["mended"]``
        lists the gaps that were joined, and so does ``PathNetwork(graph).report()``.

    Raises
    ------
    InvalidProblemError
        The file cannot be read as paths (the error lists all defects, each with its place), holds only
        points or areas, or is larger than 30 MB (GraphML: 50 MB).
    InvalidArgumentError
        The tolerance is not a number of at least 0, or *edges* is given for a file that needs none.
    MissingExtraError
        shapely is not installed: ``pip install 'phancong[paths]'``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from phancong import read_paths
    >>> way = '{"type": "LineString", "coordinates": [[105.2, 22.4], [105.21, 22.4]]}'
    >>> _ = Path("paths.geojson").write_text(way)
    >>> read_paths("paths.geojson").number_of_edges()  # there and back
    2
    """
    if (
        not isinstance(tolerance, int | float)
        or isinstance(tolerance, bool)
        or not 0 <= tolerance < math.inf
    ):
        raise InvalidArgumentError(f"tolerance: {tolerance!r} is not a number of at least 0")
    path = Path(path)
    if path.is_dir() and edges is None:
        path, edges = path / "nodes.csv", path / "edges.csv"
    ending = path.suffix.lower()
    if (ending == ".csv") != (edges is not None):
        raise InvalidArgumentError(
            "edges: give the file of edges with a CSV file of nodes, and with no other file"
        )
    # Imported here, as networkx is: most problems have no paths.
    if ending in (*LINES, *LAYERED):
        from phancong.travel.paths.maps import from_map

        return from_map(path, float(tolerance))
    if ending == ".graphml":
        from phancong.travel.paths.graphml import from_graphml

        return from_graphml(path)
    if edges is not None:
        from phancong.travel.paths.csv_pair import from_csv

        return from_csv(read_csv(path), read_csv(edges))
    endings = ", ".join((*LINES, ".csv", ".graphml", *LAYERED))
    what = Message("holds no paths: its extension is none of {endings}", endings=endings)
    raise unreadable(str(path), what, Message("give a file of one of these"))
