"""Text tables for a terminal: aligned columns, and numbers in the English notation."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

#: Control characters, bidirectional marks, line breaks and lone surrogates. No id and no label needs
#: them, and with them the text on a screen differs from the text that is stored.
UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)

#: Zero-width characters: soft hyphens, zero-width spaces and joiners, fillers, variation selectors
#: (Default_Ignorable_Code_Point of Unicode 16, without those above). Texts with and without them look
#: alike.
_INVISIBLE: Final = re.compile(
    "[\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: The two joiners, the letters between which they change the rendering, and the combining class of a
#: virama, after which they change it, too (Unicode Standard Annex 31, section 2.3).
_JOINERS: Final = "\u200c\u200d"
_JOINING: Final = re.compile("[\u0620-\u06ff\u0710-\u077f\u0840-\u08ff\u1807-\u18aa]")
_VIRAMA: Final = 9


def without_invisible(text: str) -> str:
    r"""A text without zero-width characters, except joiners that change its rendering.

    >>> without_invisible("B\u200b-12")
    'B-12'
    """
    if text.isascii() or _INVISIBLE.search(text) is None:
        return text

    def kept(found: re.Match[str]) -> str:
        before = text[found.start() - 1 : found.start()]
        joins = found[0] in _JOINERS and before and found.end() < len(text)
        return found[0] if joins and _is_joined(before, text[found.end()]) else ""

    return _INVISIBLE.sub(kept, text)


def _is_joined(before: str, after: str) -> bool:
    """Whether a joiner between two letters changes their rendering."""
    both = _JOINING.match(before) is not None and _JOINING.match(after) is not None
    return both or unicodedata.combining(before) == _VIRAMA


def shown(text: str) -> str:
    """A text with unprintable characters written as escapes; line breaks stay."""
    if text.isprintable():
        return text
    return UNPRINTABLE.sub(lambda found: "\n" if found[0] == "\n" else _written_out(found), text)


def shown_in_line(text: str) -> str:
    """A text in one line: as :func:`shown`, and line breaks are escaped, too."""
    return text if text.isprintable() else UNPRINTABLE.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def with_noun(n: int, noun: str) -> str:
    """A number and its English noun, for a ``repr``: "1 pair", "2 pairs"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def number(value: float | None) -> str:
    """A figure in plain notation: whole numbers without decimals, others with few."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "∞" if value > 0 else "-∞" if value < 0 else "–"
    if value == round(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, words: Sequence[str] = ()
) -> str:
    """Lines with two blanks between columns; columns of figures are right-aligned.

    Parameters
    ----------
    headers, rows
        The cells, all rows as long as the headers.
    words
        Headers of columns that are left-aligned even if they look like figures, as ids do.
    """
    columns = zip(headers, *rows, strict=True)
    widths = [max(map(width, column)) for column in columns]
    right = flush_right(headers, rows, words=words)

    def line(cells: Sequence[str]) -> str:
        padded = [
            " " * (w - width(cell)) + cell if flush else cell + " " * (w - width(cell))
            for cell, w, flush in zip(cells, widths, right, strict=True)
        ]
        return "  ".join(padded).rstrip()

    return "\n".join([line(headers), *map(line, rows)])


def flush_right(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, words: Sequence[str] = ()
) -> list[bool]:
    """Whether each column holds figures; the arguments are those of :func:`table`."""
    return [
        column[0] not in words and len(column) > 1 and all(map(_figure, column[1:]))
        for column in zip(headers, *rows, strict=True)
    ]


def width(text: str) -> int:
    """The width of *text* in cells of a terminal: 0 for combining marks, 2 for wide letters."""
    return sum(
        0 if unicodedata.combining(mark) else 2 if unicodedata.east_asian_width(mark) in "WF" else 1
        for mark in text
    )


def _figure(cell: str) -> bool:
    return not cell or cell in "–∞" or (cell[0] in "0123456789-−+" and cell[-1] in "0123456789%∞")
