"""Paths from GraphML as osmnx writes it."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import networkx as nx

from phancong.errors import Defect, InvalidProblemError
from phancong.tables.sheet import read_bytes, unreadable
from phancong.travel.paths.directions import quoted
from phancong.travel.paths.polylines import as_plain
from phancong.words import Message

#: The largest file that is read, in bytes: some 40,000 nodes as osmnx writes them.
MOST_BYTES: Final = 50_000_000

_COORDINATES: Final = (("y", "x"), ("lat", "lon"))
_NUMBER: Final[str] = Message("give a number")


def from_graphml(path: Path) -> nx.MultiDiGraph:
    """The graph of a file, with numeric attributes as numbers.

    Raises
    ------
    InvalidProblemError
        The file is not GraphML, or not a network with coordinates; the error lists all defects, each
        with its node or edge.
    """
    raw = read_bytes(path, MOST_BYTES, Message("keep only the part that is needed"))
    again = Message("write it again with osmnx.save_graphml")
    if b"<!ENTITY" in raw.replace(b"\0", b""):  # also in UTF-16: they could fill the memory
        raise unreadable(path.name, Message("is not GraphML"), again)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = nx.read_graphml(io.BytesIO(raw), node_type=as_plain, force_multigraph=True)
    # networkx checks little: an unexpected file can raise any error.
    except Exception:
        raise unreadable(path.name, Message("is not GraphML"), again) from None
    graph = nx.MultiDiGraph(read)  # an undirected edge is open both ways
    defects: list[Defect] = []
    for node, data in graph.nodes(data=True):
        record = Message("{file}, node {node}", file=path.name, node=quoted(node))
        _as_numbers(data, ("x", "y", "lat", "lon", "elevation"), record, defects)
        if graph.degree(node):
            _refuse_nowhere(data, record, defects)
    for u, v, data in graph.edges(data=True):
        record = Message(
            "{file}, edge {tail} to {head}", file=path.name, tail=quoted(u), head=quoted(v)
        )
        _as_numbers(data, ("length", "travel_time", "grade"), record, defects)
        for name in ("length", "travel_time"):
            if name in data and data[name] < 0:
                what, mend = Message("is negative"), Message("give metres, 0 or more")
                defects.append(Defect(record, name, what, mend))
    if defects:
        raise InvalidProblemError(defects)
    return graph


def _as_numbers(
    data: dict[str, Any], names: Sequence[str], record: str, defects: list[Defect]
) -> None:
    """Convert numeric attributes: osmnx writes every attribute as text."""
    for name in names:
        if name not in data:
            continue
        try:
            number = math.nan if isinstance(data[name], bool) else float(data[name])
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            what = Message("is not a number ({value})", value=quoted(data[name]))
            defects.append(Defect(record, name, what, _NUMBER))
            number = 0.0
        data[name] = number


def _refuse_nowhere(data: Mapping[str, Any], record: str, defects: list[Defect]) -> None:
    for latitude, longitude in _COORDINATES:
        if latitude in data and longitude in data:
            if not (abs(data[latitude]) <= 90 and abs(data[longitude]) <= 180):
                what = Message("has no place on the globe")
                field = f"{latitude}, {longitude}"
                defects.append(Defect(record, field, what, Message("give degrees WGS 84")))
            return
    what = Message("has no coordinates")
    defects.append(Defect(record, "y, x", what, Message("give degrees WGS 84")))
