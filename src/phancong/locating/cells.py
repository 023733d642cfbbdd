"""One coordinate as it stands in a list: degrees in any form, decimal commas, metres.

What is read here may be somebody's home: no message repeats it (spec 7).
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

from phancong.problem.fields import as_number
from phancong.travel.geodesic import parse_point

_NUMBER: Final = r"[-+]?\d+"
# "22,401 105,201", "22,401, 105,201", "22,401/105,201": commas within, something else between.
_TWO_WITH_COMMAS: Final = re.compile(rf"\s*({_NUMBER},\d+)(?:\s*[/|]\s*|,?\s+)({_NUMBER},\d+)\s*")
# A comma before the mark of degrees, minutes or seconds: 3,6″.
_COMMA_IN_UNIT: Final = re.compile(r"(?<=\d),(?=\d+\s*[°'’′\"”″]|\d+\s*''?)")
_COMMA_IN_NUMBER: Final = re.compile(r"(?<=\d),(?=\d)")

#: Metres that a place in Vietnam can have on any of its VN-2000 grids, from and to.
NORTHING: Final = (900_000.0, 2_700_000.0)
EASTING: Final = (200_000.0, 800_000.0)


def read_degrees(value: Any) -> tuple[float, float]:
    """Latitude and longitude of a whole coordinate.

    Parameters
    ----------
    value
        Anything that :func:`phancong.travel.geodesic.parse_point` reads; as text also with decimal
        commas, where something else parts the two numbers.

    Raises
    ------
    ValueError
        It is no coordinate.
    """
    if isinstance(value, str):
        if value.count(";") == 1:
            return read_halves(*value.split(";"))
        if two := _TWO_WITH_COMMAS.fullmatch(value):
            return read_halves(*two.groups())
        value = _COMMA_IN_UNIT.sub(".", value)
    return parse_point(value)


def read_halves(latitude: Any, longitude: Any) -> tuple[float, float]:
    """Latitude and longitude from two cells, each a number or text in any form.

    Raises
    ------
    ValueError
        They are no coordinate. Latitude beyond 90 is none here; that it may be the longitude is
        for the caller to see.
    """
    halves = [
        _COMMA_IN_NUMBER.sub(".", half) if isinstance(half, str) else half
        for half in (latitude, longitude)
    ]
    numbers = [as_number(half) for half in halves]
    if numbers[0] is not None and numbers[1] is not None:
        return parse_point((numbers[0], numbers[1]))
    return parse_point(", ".join(str(half).strip() for half in halves))


def read_metres(value: Any) -> float | None:
    """Metres on a VN-2000 grid, None where it is no number or could be two.

    Parameters
    ----------
    value
        A number, or text with thousands and decimals parted in any way: ``2.412.345,67``,
        ``2412345.67``, ``412,345.6``. One mark with three digits behind it could be either; that
        reading counts which gives a place in Vietnam.
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
    """Easting and northing of two cells, whichever is which: in Vietnam ``x`` often points north.

    Returns
    -------
    tuple or None
        None where they are not one of each, as far as places in Vietnam go.
    """
    one, other = read_metres(x), read_metres(y)
    if one is None or other is None:
        return None
    for east, north in ((one, other), (other, one)):
        if _within(east, EASTING) and _within(north, NORTHING):
            return east, north
    return None
