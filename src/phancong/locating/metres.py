"""Metres of a VN-2000 grid in a list.

A coordinate is private: no message repeats it (contract 7).
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

from phancong.problem.fields import as_number

#: The ranges of metres in Vietnam, over all VN-2000 grids.
NORTHING: Final = (900_000.0, 2_700_000.0)
EASTING: Final = (200_000.0, 800_000.0)


def read_metres(value: Any) -> float | None:
    """Metres on a VN-2000 grid, None if the value is no number or ambiguous.

    Parameters
    ----------
    value
        A number, or text with any thousands and decimal marks: ``2.412.345,67``, ``2412345.67``,
        ``412,345.6``. One mark with three digits after it is ambiguous; the reading that gives a place
        in Vietnam is taken.
    """
    if not isinstance(value, str):
        number = as_number(value)
        return number if number is not None and math.isfinite(number) else None
    text = re.sub(r"[\s\u00a0]|m$", "", value)
    readings = {
        number
        for decimal, thousands in ((".", ","), (",", "."))
        if (number := _read_grouped(text, decimal, thousands)) is not None
    }
    if len(readings) > 1:
        readings = {n for n in readings if _within(n, EASTING) or _within(n, NORTHING)}
    return readings.pop() if len(readings) == 1 else None


def _read_grouped(text: str, decimal: str, thousands: str) -> float | None:
    d, t = re.escape(decimal), re.escape(thousands)
    if not re.fullmatch(rf"[-+]?(\d+|\d{{1,3}}({t}\d{{3}})+)({d}\d*)?", text):
        return None
    return float(text.replace(thousands, "").replace(decimal, "."))


def _within(number: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= number <= limits[1]


def as_grid(x: Any, y: Any) -> tuple[float, float] | None:
    """Easting and northing from two cells in either order: in Vietnam ``x`` often points north.

    Returns
    -------
    tuple or None
        None if they are not an easting and a northing in Vietnam.
    """
    one, other = read_metres(x), read_metres(y)
    if one is None or other is None:
        return None
    for east, north in ((one, other), (other, one)):
        if _within(east, EASTING) and _within(north, NORTHING):
            return east, north
    return None
