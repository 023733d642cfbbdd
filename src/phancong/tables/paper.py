"""The layout of a table on A4: widths of columns, orientation of the paper, scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from phancong.tables.measured import PAD, Measured
from phancong.tables.printed import PrintedSheet
from phancong.tables.type_widths import BOLD, LETTER, LINE, line_count, longest_word, points

#: The points between the margins, across a portrait and a landscape page. Printers differ by a few
#: points, which the columns leave free.
UPRIGHT, LYING = 458.0, 704.0
#: The same from top to bottom, with a reserve for rows that are printed a little higher.
HIGH, LOW = 705.0, 452.0
#: The points between a title, which is centred, and the edges of its cell.
TITLE_PAD: Final = 7.0
#: The least width of a column in letters, and the largest unless the page has room.
NARROW, WIDE = 6, 44
#: Orientation and scale in per cent, with the cost of a page: smaller type is harder to read, and a
#: landscape page harder to hold. The last ones are for tables that fit no other way.
_WAYS: Final = (
    (False, 100, 1.0), (False, 90, 1.05), (False, 85, 1.1), (True, 100, 1.02), (True, 90, 1.08),
    (False, 80, 1.25), (True, 85, 1.2), (True, 75, 10.0), (True, 65, 100.0),
)  # fmt: skip
#: The parts of its wanted width to which a column is shrunk.
_KEPT: Final = (0.85, 0.7, 0.55)
#: The number of rows, spread over the table, that are sampled for its height; and the share of cells
#: that fit in one line at the wanted width.
_SAMPLE: Final = 120
_MOST_CELLS: Final = 0.9


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a table on paper.

    Parameters
    ----------
    rooms
        The width of each column, in points at full scale.
    lying
        Whether the paper is landscape.
    scale
        The scale in per cent.
    """

    rooms: tuple[float, ...]
    lying: bool = False
    scale: int = 100

    @property
    def across(self) -> float:
        """The points across the page, at the table's own scale."""
        return (LYING if self.lying else UPRIGHT) * 100 / self.scale

    @property
    def high(self) -> float:
        """The points from top to bottom of the page, at the table's own scale."""
        return (LOW if self.lying else HIGH) * 100 / self.scale


def layout(sized: Measured) -> Layout:
    """The layout of a sheet's table with no broken words and few pages.

    Widths, scales and orientations are tried on a sample of the rows.
    """
    columns = range(len(sized.page.columns))
    wanted = [wanted_room(sized, number) for number in columns]
    words = [_word_room(sized, number) for number in columns]
    step = max(len(sized.page.cells) // _SAMPLE, 1)
    best, least = None, math.inf
    for lying, scale, cost in _WAYS:
        tried = Layout((), lying, scale)
        for kept in _KEPT:
            needed = [max(f, w * kept) for f, w in zip(words, wanted, strict=True)]
            if sum(needed) > tried.across:
                continue
            rooms = _filled(sized, _shared(wanted, needed, tried.across), tried.across)
            high = sum(sized.heights(rooms, step)) + LINE
            if high / tried.high * cost < least - 1e-9:
                best, least = Layout(tuple(rooms), lying, scale), high / tried.high * cost
        if best is not None and sum(map(max, wanted, words)) <= tried.across:
            break  # every cell fits in one line already
    if best is not None:
        return best
    return Layout(tuple(words), True, max(int(100 * LYING / max(sum(words), 1.0)), 10))


def wanted_room(sized: Measured, number: int) -> float:
    """The width that a column's cells need, in points; the few widest may take more lines."""
    column = sized.page.columns[number]
    if column.room is not None:
        return column.room * LETTER
    wide = sorted(sized.widths[number].tolist())
    usual = wide[min(int(len(wide) * _MOST_CELLS), len(wide) - 1)] if wide else 0.0
    if wide and wide[-1] < usual * 1.3:
        usual = wide[-1]
    title = max(points(column.title) * BOLD / 2, longest_word(column.title) * BOLD)
    return min(max(usual + PAD, title + PAD, NARROW * LETTER), WIDE * LETTER)


def _word_room(sized: Measured, number: int) -> float:
    """The width that a column needs so that no word or figure is broken, up to a limit."""
    title = longest_word(sized.page.columns[number].title) * BOLD
    return min(max(title, sized.words[number]) + PAD, WIDE * LETTER)


def _shared(wanted: Sequence[float], least: Sequence[float], across: float) -> list[float]:
    """Widths that fit the page: the widest columns shrink first."""
    if sum(map(max, wanted, least)) <= across:
        return list(map(max, wanted, least))
    low, high = 0.0, max(wanted)
    for _ in range(40):
        middle = (low + high) / 2
        fits = sum(max(f, min(w, middle)) for w, f in zip(wanted, least, strict=True)) <= across
        low, high = (middle, high) if fits else (low, middle)
    return [max(f, min(w, low)) for w, f in zip(wanted, least, strict=True)]


def _filled(sized: Measured, rooms: list[float], across: float) -> list[float]:
    """Widths stretched to the page for tables with parts or a form; columns of text get the rest."""
    if sized.page.form is None and sized.plain:
        return rooms
    of_text = sized.of_text
    left = across - sum(rooms)
    return [
        room + left / len(of_text) if left > 0 and number in of_text else room
        for number, room in enumerate(rooms)
    ]


def title_height(page: PrintedSheet, rooms: Sequence[float]) -> float:
    """The height of the row of titles, in points."""
    high = max(
        (
            line_count(c.title, (r - TITLE_PAD) / BOLD)
            for c, r in zip(page.columns, rooms, strict=False)
        ),
        default=1,
    )
    return LINE * high + 3


def band_height(text: str, rooms: Sequence[float]) -> float:
    """The height of a line across the table, in points."""
    return LINE * line_count(text, (sum(rooms) - PAD) / BOLD)


def filled(sized: Measured, at: Layout, scale: int) -> Layout:
    """The same layout at another scale, stretched to the page if required."""
    other = Layout(at.rooms, at.lying, min(scale, at.scale))
    return replace(other, rooms=tuple(_filled(sized, list(at.rooms), other.across)))
