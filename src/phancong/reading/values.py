"""Cells in Vietnamese notation: 7.237 and 71,82, a cross for yes, 02/09/2025.

:mod:`phancong.coordinates` reads coordinates.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any, Final

from phancong.reading.keys import fold
from phancong.reading.vocabulary import NO, YES

_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_POINT: Final = re.compile(r"[+-]?\d+\.\d+")
_DATE: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


def has_point(cell: Any) -> bool:
    """Whether a cell has a point that cannot part thousands, so that points are decimal."""
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    return bool(_POINT.fullmatch(text)) and not _THOUSANDS.fullmatch(text)


#: A number whose thousands are parted by blanks: "1 000", "12 500,5".
_PARTED: Final = re.compile(r"[+-]?\d{1,3}(\s\d{3})+([.,]\d+)?")


def _bare(cell: Any) -> str:
    """The text of a cell without the blanks that part thousands; "2 5" stays two numbers."""
    text = cell.strip() if isinstance(cell, str) else ""
    return "".join(text.split()) if _PARTED.fullmatch(text) else text


#: A number with one mark and three digits after it: thousands in one notation, decimal in the other.
_DOUBTFUL: Final = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
#: Numbers that have one reading only, because of their decimal mark.
_SURE_COMMA: Final = re.compile(
    r"[+-]?(\d+,(\d{1,2}|\d{4,})|0,\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})"
)
_SURE_POINT: Final = re.compile(
    r"[+-]?(\d+\.(\d{1,2}|\d{4,})|0\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})"
)


def is_doubtful(cell: Any) -> bool:
    """Whether a cell can be read both as thousands and as a decimal: "7.237", "1,500"."""
    return bool(_DOUBTFUL.fullmatch(_bare(cell)))


def decimal_mark(cells: Iterable[Any]) -> str | None:
    """The decimal mark that unambiguous cells of a column have; None if there are none, or they differ.

    >>> decimal_mark(["7.237", "71,82"]), decimal_mark(["1,500", "2.5"]), decimal_mark(["1,500"])
    (',', '.', None)
    """
    marks = set()
    for cell in cells:
        text = _bare(cell)
        if _SURE_COMMA.fullmatch(text):
            marks.add(",")
        elif _SURE_POINT.fullmatch(text):
            marks.add(".")
    return marks.pop() if len(marks) == 1 else None


def decimal_number(cell: Any, mark: str) -> Any:
    """A number in a notation of people as a plain decimal; other cells as they are.

    Parameters
    ----------
    cell
        A cell of a file.
    mark
        The decimal mark of ambiguous numbers.

    >>> [decimal_number(cell, ",") for cell in ("7.237", "71,82", "1.234,5", "21.5", "1,234.5", "x")]
    ['7237', '71.82', '1234.5', '21.5', '1234.5', 'x']
    >>> [decimal_number(cell, ".") for cell in ("7.237", "71,82", "1,500", "1 500", "15 00")]
    ['7.237', '71.82', '1500', '1500', '15 00']
    """
    if not isinstance(cell, str):
        return cell
    text = _bare(cell)
    if _SURE_POINT.fullmatch(text):
        return text.replace(",", "")
    if _SURE_COMMA.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _DOUBTFUL.fullmatch(text):
        other = "," if mark == "." else "."
        return text.replace(other, "").replace(",", ".")
    return text if text.lstrip("+-").isdecimal() else cell


def flag(cell: Any) -> bool | None:
    """True for yes, False for no, None for any other text."""
    if isinstance(cell, bool):
        return cell
    text = fold(str(cell))
    return True if text in YES else False if text in NO else None


def date(cell: Any) -> datetime.date | None:
    """A date, as a workbook stores it or written dd/MM/yyyy; None if it is none.

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
    """The whole years from a day or a year until *on*, at least 1; None if *since* is no such date."""
    day = date(since)
    if day is not None:
        lasted = on.year - day.year - ((on.month, on.day) < (day.month, day.day))
        return max(lasted, 1) if day <= on else None
    year = str(since).strip()
    if len(year) == 4 and year.isdecimal() and int(year) <= on.year:
        return max(on.year - int(year), 1)
    return None
