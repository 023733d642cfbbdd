"""Cells as Vietnamese lists write them: 7.237 and 71,82, a cross for yes, 02/09/2025.

Coordinates are read by :mod:`phancong.coordinates`, wherever they stand.
"""

from __future__ import annotations

import datetime
import re
from typing import Any, Final

from phancong.reading.keys import fold
from phancong.reading.vocabulary import NO, YES

_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_BOTH: Final = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+")
_POINT: Final = re.compile(r"[+-]?\d+\.\d+")
_DATE: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


def has_point(cell: Any) -> bool:
    """Whether a cell has a decimal point that parts no thousands, so that points are decimal."""
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    return bool(_POINT.fullmatch(text)) and not _THOUSANDS.fullmatch(text)


def is_thousands(cell: Any) -> bool:
    """Whether a cell reads as thousands in Vietnamese and as a decimal elsewhere: "7.237"."""
    return isinstance(cell, str) and bool(_THOUSANDS.fullmatch(cell.strip()))


def vietnamese_number(cell: Any) -> Any:
    """A number as Vietnamese write it, as a plain decimal; other cells as they are.

    >>> [vietnamese_number(cell) for cell in ("7.237", "71,82", "1.234,5", "21.5", "x")]
    ['7237', '71.82', '1234.5', '21.5', 'x']
    """
    if not isinstance(cell, str):
        return cell
    text = "".join(cell.split())
    if _THOUSANDS.fullmatch(text):
        return text.replace(".", "")
    if _DECIMAL_COMMA.fullmatch(text) or _BOTH.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return cell


def flag(cell: Any) -> bool | None:
    """Whether a cell says yes or no, None if it says neither."""
    if isinstance(cell, bool):
        return cell
    said = fold(str(cell))
    return True if said in YES else False if said in NO else None


def date(cell: Any) -> datetime.date | None:
    """A day, as a workbook stores it or written dd/MM/yyyy; None if it is none.

    >>> date("02/09/2025")
    datetime.date(2025, 9, 2)
    """
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    found = _DATE.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def years_between(since: Any, on: datetime.date) -> int | None:
    """The whole years from a day or a year until *on*, at least 1; None if that cannot be said."""
    day = date(since)
    if day is not None:
        lasted = on.year - day.year - ((on.month, on.day) < (day.month, day.day))
        return max(lasted, 1) if day <= on else None
    year = str(since).strip()
    if len(year) == 4 and year.isdecimal() and int(year) <= on.year:
        return max(on.year - int(year), 1)
    return None
