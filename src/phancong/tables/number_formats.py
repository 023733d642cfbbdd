"""Numbers in a workbook as displayed, if their format adds zeros or text: 7 displayed as 007."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from phancong.tables.grid import column_number

#: Parts of a format other than digits: quoted text, a backslash with a letter, literal characters.
_TOKEN: Final = re.compile(r'"([^"]*)"|\\(.)|(0+)|([-/ ():])')
#: Locales and colours, which do not matter here.
_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
_CELL: Final = re.compile(
    rb'<(?:\w+:)?c (?=[^>]*\bs="(\d{1,6})")(?=[^>]*\br="([A-Z]{1,3})(\d{1,7})")'
    rb'(?![^>]*\bt="[^n])[^>]*>\s*'
    rb"(?:<(?:\w+:)?f[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>(\d{1,15})(?:\.0+)?<"
)


def in_format(code: str, value: int) -> str | None:
    r"""A whole number in a format of zeros and text, None if the format is of another kind.

    >>> [in_format(code, 7) for code in ("000", '"HH"000', "0", "0.00")]
    ['007', 'HH007', None, None]
    >>> in_format("000\\-000", 1234)
    '001-234'
    """
    first = _BRACKETS.sub("", code.split(";", 1)[0])
    tokens = list(_TOKEN.finditer(first))
    zeros = "".join(token[3] or "" for token in tokens)
    # Other characters, such as a decimal point, make it a format of another kind.
    if "".join(token[0] for token in tokens) != first or not zeros or value < 0:
        return None
    text = "".join(token[1] or token[2] or "" for token in tokens)
    if len(zeros) < 2 and not text.strip():
        return None
    digits = str(value).zfill(len(zeros))
    left = len(digits) - len(zeros)  # surplus digits go to the first zero
    parts, at = [], 0
    for token in tokens:
        if token[3]:
            taken = len(token[3]) + (left if at == 0 else 0)
            parts.append(digits[at : at + taken])
            at += taken
        else:
            parts.append(token[1] or token[2] or token[4] or "")
    return "".join(parts)


def formats_of(styles: bytes | None) -> dict[int, str]:
    """The formats of a workbook that add zeros or text to a whole number: style → format."""
    if not styles or b"formatCode" not in styles:
        return {}
    root = ElementTree.fromstring(styles)
    codes: dict[str, str] = {}
    found: dict[int, str] = {}
    for part in root.iter():
        if part.tag.endswith("}numFmt"):
            codes[part.get("numFmtId", "")] = part.get("formatCode", "")
    for part in root:
        if not part.tag.endswith("}cellXfs"):
            continue
        for at, style in enumerate(part):
            code = codes.get(style.get("numFmtId", ""), "")
            if code and in_format(code, 1) is not None:
                found[at] = code
    return found


def shown_cells(xml: bytes, formats: dict[int, str]) -> dict[tuple[int, int], str]:
    """Row (from 1) and column (from 0) of each number that is displayed differently, and its text."""
    if not formats:
        return {}
    found: dict[tuple[int, int], str] = {}
    for cell in _CELL.finditer(xml):
        code = formats.get(int(cell[1]))
        text = None if code is None else in_format(code, int(cell[4]))
        if text is not None:
            found[int(cell[3]), column_number(cell[2].decode()) - 1] = text
    return found


_AS_SEEN: Final = re.compile(r"[^\W\d_]*[-/ ]?0*")


def seen(text: str, value: int) -> bool:
    """Whether *text* is the whole number *value* with zeros or letters before it.

    >>> seen("007", 7), seen("HH-07", 7), seen("7", 7), seen("1.007", 1007)
    (True, True, False, False)
    """
    figures = str(value)
    before = text[: -len(figures)]
    return bool(before) and text.endswith(figures) and _AS_SEEN.fullmatch(before) is not None
