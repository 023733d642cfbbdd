"""Where the pages of a sheet begin: worked out, so that every program breaks them at the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from phancong.tables.paper import Layout, band_height, filled, row_height, title_height
from phancong.tables.printed import (
    Band,
    Cell,
    Picture,
    PrintedSheet,
    TitleRow,
    is_row,
)
from phancong.tables.type_widths import LINE

Row = Sequence[Cell] | Band | Picture | TitleRow
#: Sizes at which short parts may share pages, and rows stand on a page with their bars, in per cent.
_SMALLER: Final = (100, 95, 90, 85, 80, 75)
#: Rows that go on to the page of what is below them, which is never alone.
_WITH_WHAT_IS_BELOW: Final = 2


@dataclass(frozen=True, slots=True)
class Paged:
    """The rows of a sheet on their pages.

    Parameters
    ----------
    at
        How the table lies.
    rows
        Each with whether it begins a page; titles within the table are among them.
    used
        Points that are taken of the last page.
    """

    at: Layout
    rows: tuple[tuple[Row, bool], ...]
    used: float

    @property
    def pages(self) -> int:
        """How many pages the rows take."""
        return 1 + sum(begins for _, begins in self.rows)


def paged(page: PrintedSheet, at: Layout, above: float, below: float) -> Paged:
    """The rows on their pages, a little smaller where that takes fewer of them.

    Parameters
    ----------
    page
        The sheet.
    at
        How its table lies.
    above, below
        Points that stand above the rows on the first page, titles included, and below them on the
        last one.
    """
    found = _on_pages(page, at, above, below)
    if any(isinstance(row, Band) and row.keep for row in page.rows):
        for scale in _SMALLER[1:]:
            other = _on_pages(page, filled(page, at, scale), above, below)
            found = other if other.pages < found.pages else found
    if page.chart is not None and found.pages == 1:
        for scale in _SMALLER:
            other = _on_pages(page, filled(page, at, scale), above, below)
            if other.used + below <= other.at.high:
                return other
    return found


def _on_pages(page: PrintedSheet, at: Layout, above: float, below: float) -> Paged:
    """The rows on their pages at one size."""
    titles = title_height(page, at.rooms)
    anew = 0.0 if page.titled_parts else titles
    made: list[tuple[Row, bool]] = []
    used = above - (titles if page.titled_parts else 0.0)
    for part in _parts(page):
        heights = [_height(row, page, at.rooms) for row in part]
        begins = bool(made) and _begins(part[0], sum(heights), at.high - used)
        if begins:
            used = anew
        elif made and page.titled_parts:
            made.append((Band(""), False))
            used += LINE
        for place, (row, own) in enumerate(zip(part, heights, strict=True)):
            ahead = own if place else _lead(part, heights)
            over = bool(made) and not begins and used + ahead > at.high
            if over and page.titled_parts and place:  # it goes on below its titles
                made.append((TitleRow(), True))
                used, over = titles, False
            elif over:
                used = anew
            made.append((row, over or (begins and not place)))
            begins = begins and not place
            used += own
    return _signed(Paged(at, tuple(made), used), page, below, anew)


def _signed(found: Paged, page: PrintedSheet, below: float, anew: float) -> Paged:
    """With the last rows on the page of what is below them."""
    if page.chart is not None or (page.form is None and not page.foot):
        return found
    if found.used + below <= found.at.high:
        return found
    moved = found.rows[-_WITH_WHAT_IS_BELOW:]
    kept = found.rows[:-_WITH_WHAT_IS_BELOW]
    if not kept or not all(is_row(row) for row, _ in moved):
        return found
    taken = sum(_height(row, page, found.at.rooms) for row, _ in moved)
    rows = (*kept, *((row, number == 0) for number, (row, _) in enumerate(moved)))
    return Paged(found.at, rows, anew + taken)


def _begins(head: Row, high: float, left: float) -> bool:
    """Whether a part begins a page: by itself, or because it does not fit on what is left of one."""
    return isinstance(head, Band) and (head.new_page or (head.keep and LINE + high > left))


def _lead(part: Sequence[Row], heights: Sequence[float]) -> float:
    """How high a part is down to its first row of cells: none of that stands alone."""
    first = next((place for place, row in enumerate(part) if is_row(row)), len(part) - 1)
    return sum(heights[: first + 1])


def _parts(page: PrintedSheet) -> list[list[Row]]:
    """The rows from each band on; with the titles of each part where they stand in it."""
    parts: list[list[Row]] = []
    titled = True
    for row in page.rows:
        if not parts or isinstance(row, Band):
            parts.append([])
            titled = not page.titled_parts
        if not titled and is_row(row):
            parts[-1].append(TitleRow())
            titled = True
        parts[-1].append(row)
    return parts


def _height(row: Row, page: PrintedSheet, rooms: Sequence[float]) -> float:
    if isinstance(row, TitleRow):
        return title_height(page, rooms)
    if isinstance(row, Band):
        return band_height(row.text, rooms)
    if isinstance(row, Picture):
        return row.rows * LINE
    return row_height(row, page.columns, rooms)
