"""Paths from a pair of CSV files, of nodes and of edges."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import networkx as nx

from phancong.errors import Defect, InvalidProblemError
from phancong.tables import Sheet
from phancong.tables.sheet import is_blank
from phancong.travel.paths.directions import ONEWAY, directions, quoted
from phancong.travel.paths.polylines import Lines, Node, Segment, as_plain
from phancong.words import Message

# Names of columns; the first is that of osmnx, or the plainest.
_NODE: Final = ("node", "osmid", "id")
_LATITUDE: Final = ("lat", "y")
_LONGITUDE: Final = ("lon", "x")
_ELEVATION: Final = ("elevation", "elev_m", "ele")
_TAIL: Final = ("u", "from")
_HEAD: Final = ("v", "to")
_LENGTH: Final = ("length", "length_m")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")


def from_csv(nodes: Sheet, edges: Sheet) -> nx.MultiDiGraph:
    """The graph of two tables.

    Raises
    ------
    InvalidProblemError
        They are no network: the error lists all defects, each with its line.
    """
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
    index = _add_nodes(lines, nodes, (names, latitude, longitude, elevation), defects)
    _add_segments(lines, edges, (tails, heads, lengths), index, defects)
    if defects:
        raise InvalidProblemError(defects)
    return lines.graph([as_plain(name) for name in index])


def _add_nodes(
    lines: Lines, nodes: Sheet, columns: tuple[Sequence[Any], ...], defects: list[Defect]
) -> dict[str, int]:
    """Add the nodes; the position of each by its name."""
    index: dict[str, int] = {}
    for record, name, lat, lon, height in zip(nodes.records(), *columns, strict=True):
        if index.setdefault(name, len(index)) != len(lines.nodes):
            what = Message("is given twice ({id})", id=quoted(name))
            defects.append(Defect(record, "node", what, Message("keep one")))
            continue
        if not name:
            what, mend = Message("is blank"), Message("give a name or a number")
            defects.append(Defect(record, "node", what, mend))
        if lat is None or lon is None or not (abs(lat) <= 90 and abs(lon) <= 180):
            what = Message("has no place on the globe")
            defects.append(Defect(record, "lat, lon", what, Message("give degrees WGS 84")))
        lines.nodes.append(Node(lat or 0.0, lon or 0.0, height))
    return index


def _add_segments(
    lines: Lines,
    edges: Sheet,
    columns: tuple[Sequence[Any], ...],
    index: Mapping[str, int],
    defects: list[Defect],
) -> None:
    """Add the edges whose nodes exist, with the cells of all other columns."""
    used = {*_TAIL, *_HEAD, *_LENGTH, ONEWAY}
    others = [title for title in edges.header if title.lower() not in used]
    cells = [edges.column(title) for title in others]
    title = _title(edges, (ONEWAY,))
    oneway: Sequence[Any] = edges.column(title) if title else (None,) * len(edges)
    for position, (record, tail, head, length, mark) in enumerate(
        zip(edges.records(), *columns, oneway, strict=True)
    ):
        unknown = [name for name in (tail, head) if name not in index]
        for name in unknown:
            what = Message("names node {id}, which does not exist", id=quoted(name))
            defects.append(Defect(record, "u, v", what, Message("correct the name")))
        if length is not None and length < 0:
            what, mend = Message("is negative"), Message("give metres, 0 or more")
            defects.append(Defect(record, "length", what, mend))
        ways = directions(mark, record, defects)
        if not unknown:
            data = {other: column[position] for other, column in zip(others, cells, strict=True)}
            lines.segments.append(Segment(index[tail], index[head], length, *ways, data))


def _title(sheet: Sheet, names: Sequence[str]) -> str | None:
    titles = {title.lower(): title for title in sheet.header}
    return next((titles[name] for name in names if name in titles), None)


def _column(sheet: Sheet, names: Sequence[str], defects: list[Defect]) -> list[str]:
    title = _title(sheet, names)
    if title is None:
        top = sheet.place(sheet.header_line)
        what, mend = Message("is not a column of the table"), Message("add it")
        defects.append(Defect(top, names[0], what, mend))
        return []
    return ["" if is_blank(cell) else str(cell).strip() for cell in sheet.column(title)]


def _numbers(
    sheet: Sheet, names: Sequence[str], defects: list[Defect], *, required: bool
) -> list[float | None]:
    if not required and _title(sheet, names) is None:
        return [None] * len(sheet)
    numbers: list[float | None] = []
    for record, cell in zip(sheet.records(), _column(sheet, names, defects), strict=False):
        number = None
        if cell:
            number = float(cell.replace(",", ".")) if _NUMBER.fullmatch(cell) else math.nan
            if not math.isfinite(number):
                what = Message("is not a number ({value})", value=quoted(cell))
                defects.append(Defect(record, names[0], what, Message("give a number")))
        numbers.append(number)
    return numbers
