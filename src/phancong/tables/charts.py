"""Bars and small maps on a sheet, as charts of the workbook: vectors that print whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from phancong.tables.printed import BarChart, PrintedSheet, Sketch

#: Up to so many bars, each has its figure beside it.
FEW_BARS: Final = 40
#: How high a small map is, in pixels, and how many rows it takes.
SKETCHED, SKETCH_ROWS = 172, 9


def sketch(book: Any, sheet: Any, drawn: Sketch, row: int, rooms: list[float]) -> int:
    """Draw a small map over some rows; the last of them.

    Its figures stand on the right, beyond what is printed, for a chart has to read them somewhere.
    """
    first, name = len(rooms) + 2, sheet.get_name()
    points = [*drawn.points, *(drawn.points[:1] if drawn.line else ())]
    for place, point in enumerate(points):
        for line, figure in enumerate(point):
            sheet.write_number(row + line, first + place, figure)
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
                "font": {"size": 7},
            },
        }
    )
    across = min(sum(rooms) * 7, 560)
    for axis, limits in zip(("x", "y"), _limits(drawn.points, across / SKETCHED), strict=True):
        getattr(chart, f"set_{axis}_axis")(
            {"visible": False, "major_gridlines": {"visible": False}} | limits
        )
    chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"color": "#A0A0A0"}})
    chart.set_plotarea({"layout": {"x": 0.04, "y": 0.06, "width": 0.92, "height": 0.88}})
    chart.set_size({"width": across, "height": SKETCHED})
    sheet.insert_chart(row, 0, chart, {"x_offset": 2, "y_offset": 2})
    return row + SKETCH_ROWS - 1


def _limits(points: Sequence[tuple[float, float]], shape: float) -> list[dict[str, float]]:
    """Limits of both axes by which a unit is as long on either, width ÷ height being *shape*."""
    sides = [(min(side), max(side)) for side in zip(*points, strict=True)]
    wide, high = (high - low for low, high in sides)
    high = max(high, wide / shape, 1.0) * 1.1
    spans = (high * shape, high)
    middles = [(low + high) / 2 for low, high in sides]
    return [
        {"min": middle - span / 2, "max": middle + span / 2}
        for middle, span in zip(middles, spans, strict=True)
    ]


def bars(book: Any, sheet: Any, page: PrintedSheet, chart: BarChart, row: int, locale: str) -> int:
    """Draw the bars below the table; the row after them and a blank one."""
    last, top = row - 2, row - 1 - len(page.rows)
    drawn = book.add_chart({"type": "bar"})
    name = sheet.get_name()
    drawn.add_series(
        {
            "categories": [name, top, chart.names, last, chart.names],
            "values": [name, top, chart.figures, last, chart.figures],
            "gap": 40,
            "data_labels": {"value": len(page.rows) <= FEW_BARS, "num_format": f"{locale}General"},
        }
    )
    drawn.set_title({"name": chart.title, "name_font": {"size": 11}})
    drawn.set_legend({"none": True})
    drawn.set_x_axis({"num_format": f"{locale}General"})
    drawn.set_y_axis({"reverse": True})  # in the order of the table
    height = min(140 + 20 * len(page.rows), 900)
    drawn.set_size({"width": 560, "height": height})
    sheet.insert_chart(row, 0, drawn)
    return row + math.ceil(height / 20) + 1
