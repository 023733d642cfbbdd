"""Bars and small maps on a sheet, as charts of the workbook: vector graphics, none cut by a page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from phancong.tables.printed import (
    MAP_ROWS,
    Picture,
    PointGroup,
    PointMap,
    PrintedSheet,
    Sketch,
)
from phancong.tables.type_widths import LETTER, LINE

#: The most bars of a chart that prints the figure beside each bar. If more than three such charts were
#: needed, charts without figures are drawn.
FEW_BARS: Final = 40
#: The height of a row in pixels, by which charts and small maps are placed.
ROW: Final = 20
SKETCHED: Final = 152
#: The height of a bar with the space to the next one, in pixels.
BAR: Final = 18
#: Markers of the groups of a map: neighbouring groups differ in shape and colour.
SHAPES: Final = ("circle", "square", "triangle", "diamond", "x", "star", "plus")
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#000000", "#CC79A7", "#7A5C00")
#: The font of text in charts.
TYPE: Final = {"name": "Times New Roman", "size": 10}
#: The most groups that have a legend.
IN_LEGEND: Final = 24


def picture(book: Any, sheet: Any, drawn: Picture, row: int, rooms: list[float]) -> int:
    """Draw a map over some rows; the last of these rows.

    Parameters
    ----------
    book, sheet
        Book and sheet of XlsxWriter.
    drawn
        The map.
    row
        The first row.
    rooms
        The width of each column of the table, in points.
    """
    across = pixels(rooms)
    if isinstance(drawn, PointMap):
        return _point_map(book, sheet, drawn, row, (len(rooms), across))
    return _sketch(book, sheet, drawn, row, (len(rooms), across))


def pixels(rooms: Sequence[float]) -> int:
    """The width of columns in pixels, given in points, in the units of XlsxWriter.

    A chart of this width ends with the last column in every program.
    """
    return sum(int((room / LETTER - 5 / 7) * 7 + 0.5) + 5 for room in rooms)


def _sketch(book: Any, sheet: Any, drawn: Sketch, row: int, place: tuple[int, float]) -> int:
    """Draw a small map over some rows; the last of these rows.

    The coordinates that the chart reads stand in cells to the right of the printed area.
    """
    (columns, across), name = place, sheet.get_name()
    first = columns + 2
    points = [*drawn.points, *(drawn.points[:1] if drawn.line else ())]
    for at, point in enumerate(points, first):
        for line, figure in enumerate(point):
            sheet.write_number(row + line, at, figure)
    last = first + len(points) - 1
    chart = book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    labels = [{"delete": True}, *({"value": str(n)} for n in range(1, len(drawn.points)))]
    labels += [{"delete": True}] if drawn.line else []
    chart.add_series(
        {
            "categories": [name, row, first, row, last],
            "values": [name, row + 1, first, row + 1, last],
            "line": {"color": "#808080", "width": 0.75} if drawn.line else {"none": True},
            "marker": {"type": "circle", "size": 5, "fill": {"color": "#1F4E79"}},
            "points": [{"fill": {"color": "#FFFFFF"}, "border": {"color": "#000000"}}],
            "data_labels": {
                "value": True,
                "position": "right",
                "custom": labels,
                "font": TYPE | {"size": 8},
            },
        }
    )
    _frame(chart, drawn.points, across / SKETCHED)
    chart.set_legend({"none": True})
    chart.set_plotarea({"layout": {"x": 0.04, "y": 0.06, "width": 0.92, "height": 0.88}})
    chart.set_size({"width": across, "height": SKETCHED})
    sheet.insert_chart(row, 0, chart, {"y_offset": 2})
    return row + drawn.rows - 1


def _point_map(book: Any, sheet: Any, drawn: PointMap, row: int, place: tuple[int, float]) -> int:
    """Draw a map of groups over some rows; the last of these rows."""
    (columns, across), name = place, sheet.get_name()
    chart = book.add_chart({"type": "scatter"})
    first = columns + 2
    for number, group in enumerate(drawn.groups):
        last = first + len(group.points) - 1
        for at, point in enumerate(group.points, first):
            for line, figure in enumerate(point):
                sheet.write_number(row + line, at, figure)
        chart.add_series(
            {
                "name": group.name,
                "categories": [name, row, first, row, last],
                "values": [name, row + 1, first, row + 1, last],
                "marker": _mark(number),
                "data_labels": _labels(group),
            }
        )
        first = last + 1
    height = MAP_ROWS * ROW - 4
    every = [point for group in drawn.groups for point in group.points]
    with_legend = len(drawn.groups) <= IN_LEGEND
    below = 0.05 + 0.04 * math.ceil(len(drawn.groups) / 4) if with_legend else 0.03
    _frame(chart, every, across * 0.94 / (height * (0.97 - below)))
    chart.set_legend({"position": "bottom", "font": TYPE} if with_legend else {"none": True})
    chart.set_plotarea({"layout": {"x": 0.03, "y": 0.03, "width": 0.94, "height": 0.97 - below}})
    chart.set_size({"width": across, "height": height})
    sheet.insert_chart(row, 0, chart, {"y_offset": 2})
    return row + drawn.rows - 1


def _mark(number: int) -> dict[str, Any]:
    """The marker of a group: consecutive groups differ in shape and colour."""
    shape, colour = SHAPES[number % len(SHAPES)], COLOURS[number % len(COLOURS)]
    lined = {"border": {"color": colour}}
    return {"type": shape, "size": 6, "fill": {"color": colour}} | lined


def _labels(group: PointGroup) -> dict[str, Any]:
    custom = [{"value": label} if label else {"delete": True} for label in group.labels]
    return {"value": True, "position": "right", "custom": custom, "font": TYPE | {"size": 8}}


def _frame(chart: Any, points: Sequence[tuple[float, float]], shape: float) -> None:
    """Set invisible axes with equal units of length, and a thin frame."""
    for axis, limits in zip(("x", "y"), _limits(points, shape), strict=True):
        getattr(chart, f"set_{axis}_axis")(
            {"visible": False, "major_gridlines": {"visible": False}} | limits
        )
    chart.set_title({"none": True})
    chart.set_chartarea({"border": {"color": "#A0A0A0"}})


def _limits(points: Sequence[tuple[float, float]], shape: float) -> list[dict[str, float]]:
    """The limits of both axes for equal units of length; *shape* is width ÷ height."""
    sides = [(min(side), max(side)) for side in zip(*points, strict=True)]
    wide, high = (high - low for low, high in sides)
    high = max(high, wide / shape, 1.0) * 1.1
    spans = (high * shape, high)
    middles = [(low + high) / 2 for low, high in sides]
    return [
        {"min": middle - span / 2, "max": middle + span / 2}
        for middle, span in zip(middles, spans, strict=True)
    ]


def charts_height(page: PrintedSheet) -> float:
    """The height of all bar charts of a sheet, in points."""
    assert page.chart is not None
    return sum(_taken(count) * LINE for count in _counts(len(page.rows) - page.chart.sums))


def _counts(bars_in_all: int) -> list[int]:
    """The number of bars in each chart."""
    charts = math.ceil(bars_in_all / FEW_BARS)
    share = bars_in_all if charts > 3 else math.ceil(bars_in_all / max(charts, 1))
    return [min(share, bars_in_all - first) for first in range(0, bars_in_all, max(share, 1))]


def _pixels_high(bars_in_one: int) -> int:
    return min(90 + BAR * bars_in_one, 880)


def _taken(bars_in_one: int) -> int:
    """The rows of the sheet that a chart covers, and a blank one."""
    return math.ceil(_pixels_high(bars_in_one) / ROW) + 1


def bars(
    book: Any,
    sheet: Any,
    page: PrintedSheet,
    place: tuple[int, float, float, list[int]],
    locale: str,
    rooms: Sequence[float],
) -> int:
    """Draw the bars below the table, each chart on one page; the first row after them and a blank row.

    Parameters
    ----------
    book, sheet
        Book and sheet of XlsxWriter.
    page
        The sheet with its chart.
    place
        The first free row of cells, the points left on its page, the points of a whole page, and the
        rows that begin a page; each chart that begins a page is added.
    locale
        The prefix of number formats.
    rooms
        The width of each column, in points.
    """
    assert page.chart is not None
    top, left, whole, breaks = place
    row, first = top + len(page.rows) + 1, top
    for count in _counts(len(page.rows) - page.chart.sums):
        taken = _taken(count)
        if taken * LINE > left:
            breaks.append(row)
            left = whole
        chart = _bars(book, sheet, page, (first, first + count - 1), locale)
        chart.set_size({"width": pixels(rooms), "height": _pixels_high(count)})
        sheet.insert_chart(row, 0, chart, {"y_offset": 4})
        first += count
        row, left = row + taken, left - taken * LINE
    return row


def _bars(book: Any, sheet: Any, page: PrintedSheet, rows: tuple[int, int], locale: str) -> Any:
    """A chart of the figures in some rows."""
    assert page.chart is not None
    chart, (first, last), name = page.chart, rows, sheet.get_name()
    few = last - first < FEW_BARS
    drawn = book.add_chart({"type": "bar"})
    drawn.add_series(
        {
            "categories": [name, first, chart.names, last, chart.names],
            "values": [name, first, chart.figures, last, chart.figures],
            "gap": 40,
            "fill": {"color": "#1F4E79"},
            "data_labels": {
                "value": few,
                "num_format": f"{locale}General",
                "font": TYPE,
            },
        }
    )
    drawn.set_title({"name": chart.title, "name_font": TYPE | {"size": 12}})
    drawn.set_legend({"none": True})
    # From 0: otherwise the lengths of bars would not be proportional to the figures.
    drawn.set_x_axis({"num_format": f"{locale}General", "min": 0, "num_font": TYPE})
    # In the order of the table. Few bars get all names; of more each program prints those that fit.
    drawn.set_y_axis({"reverse": True, "interval_unit": 1 if few else None, "num_font": TYPE})
    return drawn
