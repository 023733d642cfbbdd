"""Where the pages of a sheet begin: computed, so that every program breaks them at the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from phancong.tables.measured import Measured
from phancong.tables.paper import Layout, band_height, filled, title_height
from phancong.tables.printed import (
    Band,
    Cell,
    Picture,
    PrintedSheet,
    TitleRow,
    is_cells,
)
from phancong.tables.type_widths import LINE

Row = Sequence[Cell] | Band | Picture | TitleRow
#: Scales in per cent that are tried so that short parts share a page, or rows and bars fit on one.
_SMALLER: Final = (100, 95, 90, 85, 80, 75)
#: How many rows move to the page of the text below them, which never stands alone.
_WITH_WHAT_IS_BELOW: Final = 2


class PlacedRow(NamedTuple):
    """A row of a sheet, whether it begins a page, and its height in points."""

    row: Row
    begins: bool
    high: float


@dataclass(frozen=True, slots=True)
class Paged:
    """The rows of a sheet, distributed to pages.

    Parameters
    ----------
    at
        The layout of the table.
    rows
        Each row, including the titles within the table.
    used
        The points used on the last page.
    """

    at: Layout
    rows: tuple[PlacedRow, ...]
    used: float

    @property
    def pages(self) -> int:
        """The number of pages."""
        return 1 + sum(row.begins for row in self.rows)


def paged(sized: Measured, at: Layout, above: float, below: float) -> Paged:
    """The rows distributed to pages, scaled down a little if that saves pages.

    Parameters
    ----------
    sized
        The sheet.
    at
        The layout of the table.
    above, below
        The points above the rows on the first page, titles included, and below them on the last page.
    """
    page = sized.page
    found = _on_pages(sized, at, above, below)
    if any(isinstance(row, Band) and row.keep for row in page.rows):
        for scale in _SMALLER[1:]:
            other = _on_pages(sized, filled(sized, at, scale), above, below)
            found = other if other.pages < found.pages else found
    if page.chart is not None and found.pages == 1:
        for scale in _SMALLER:
            other = _on_pages(sized, filled(sized, at, scale), above, below)
            if other.used + below <= other.at.high:
                return other
    return found


def _on_pages(sized: Measured, at: Layout, above: float, below: float) -> Paged:
    """The rows distributed to pages at one scale."""
    page = sized.page
    titles = title_height(page, at.rooms)
    anew = 0.0 if page.titled_parts else titles
    of_cells = iter(sized.heights(at.rooms))
    made: list[PlacedRow] = []
    used = above - (titles if page.titled_parts else 0.0)
    for part in _parts(page):
        heights = [_height(row, page, at.rooms, of_cells) for row in part]
        begins = bool(made) and _begins(part[0], sum(heights), at.high - used)
        if begins:
            used = anew
        elif made and page.titled_parts:
            made.append(PlacedRow(Band(""), False, LINE))
            used += LINE
        for place, (row, own) in enumerate(zip(part, heights, strict=True)):
            ahead = own if place else _lead(part, heights)
            over = bool(made) and not begins and used + ahead > at.high
            if over and page.titled_parts and place:  # a continued part repeats its titles
                made.append(PlacedRow(TitleRow(), True, titles))
                used, over = titles, False
            elif over:
                used = anew
            made.append(PlacedRow(row, over or (begins and not place), own))
            begins = begins and not place
            used += own
    return _signed(Paged(at, tuple(made), used), page, below, anew)


def _signed(found: Paged, page: PrintedSheet, below: float, anew: float) -> Paged:
    """The same, with the last rows moved to the page of what is below them."""
    if page.chart is not None or (page.form is None and not page.foot):
        return found
    if found.used + below <= found.at.high:
        return found
    moved = found.rows[-_WITH_WHAT_IS_BELOW:]
    kept = found.rows[:-_WITH_WHAT_IS_BELOW]
    if not kept or not all(is_cells(placed.row) for placed in moved):
        return found
    taken = sum(placed.high for placed in moved)
    rows = (*kept, *(placed._replace(begins=not place) for place, placed in enumerate(moved)))
    return Paged(found.at, rows, anew + taken)


def _begins(head: Row, high: float, left: float) -> bool:
    """Whether a part begins a page: because it must, or because the rest of the page is too small."""
    return isinstance(head, Band) and (head.new_page or (head.keep and LINE + high > left))


def _lead(part: Sequence[Row], heights: Sequence[float]) -> float:
    """The height of a part up to its first row of cells, which must not be separated."""
    first = next((place for place, row in enumerate(part) if is_cells(row)), len(part) - 1)
    return sum(heights[: first + 1])


def _parts(page: PrintedSheet) -> list[list[Row]]:
    """The rows of each part, from its band on, with titles if parts have their own."""
    parts: list[list[Row]] = []
    titled = True
    for row in page.rows:
        if not parts or isinstance(row, Band):
            parts.append([])
            titled = not page.titled_parts
        if not titled and is_cells(row):
            parts[-1].append(TitleRow())
            titled = True
        parts[-1].append(row)
    return parts


def _height(
    row: Row, page: PrintedSheet, rooms: Sequence[float], of_cells: Iterator[float]
) -> float:
    """The height of a row; that of a row of cells is the next one of *of_cells*."""
    if isinstance(row, TitleRow):
        return title_height(page, rooms)
    if isinstance(row, Band):
        return band_height(row.text, rooms)
    if isinstance(row, Picture):
        return row.rows * LINE
    return next(of_cells)
