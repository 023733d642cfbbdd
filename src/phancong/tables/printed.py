"""Records of a printed plan: sheets with columns, rows, bars, small maps and forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A column of a printed table.

    Parameters
    ----------
    title
        Its title.
    decimals
        The number of decimals of its figures; None prints them as they are.
    room
        Its width in letters; None for what its cells need, up to a limit.
    counts
        Whether its numbers only count the rows; they are centred.
    colours
        Text of a cell → its background colour, as ``"#RRGGBB"``.
    """

    title: str
    decimals: int | None = None
    room: float | None = None
    counts: bool = False
    colours: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """A bar chart below a table: one column of figures by one of names.

    Parameters
    ----------
    title
        Its title.
    names, figures
        Positions of the columns, from 0.
    sums
        How many last rows are totals without a bar.
    """

    title: str
    names: int
    figures: int
    sums: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Band:
    """A line across a table that begins a part.

    Parameters
    ----------
    text
        Its text.
    new_page
        Whether the part begins a new page.
    keep
        Whether the part begins a new page if it does not fit on the rest of the page.
    """

    text: str
    new_page: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class TitleRow:
    """A row within a table that repeats the titles of the columns."""


@dataclass(frozen=True, slots=True, repr=False)
class Sketch:
    """A small map across a table: numbered points, and a closed line through all of them.

    Parameters
    ----------
    points
        Coordinates to the east and north in one unit; the first point has no number.
    line
        Whether the points are in the order of a round trip, which is drawn as a line.
    """

    points: tuple[tuple[float, float], ...]
    line: bool

    @property
    def rows(self) -> int:
        """How many rows of the sheet it covers."""
        return SKETCH_ROWS


@dataclass(frozen=True, slots=True, repr=False)
class PointGroup:
    """Points on a map with the same marker.

    Parameters
    ----------
    name
        The name of the group.
    points
        Coordinates to the east and north in one unit.
    labels
        The label of each point; empty for none.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class PointMap:
    """A map as wide as its table: groups of points, each with its marker.

    Parameters
    ----------
    groups
        The groups, in the order of the legend.
    """

    groups: tuple[PointGroup, ...]

    @property
    def rows(self) -> int:
        """How many rows of the sheet it covers."""
        return MAP_ROWS


#: How many rows a small map and a large map cover.
SKETCH_ROWS, MAP_ROWS = 8, 28

Picture = Sketch | PointMap


@dataclass(frozen=True, slots=True, repr=False)
class PaperForm:
    """The parts of a signed paper around its table.

    Parameters
    ----------
    left, right
        Lines at the top of the left and the right half, centred.
    signed
        Lines below the table, centred in the right half.
    hint
        The one of the signed lines that is only a hint at what to fill in.
    number
        The line below the left lines, beside the last line on the right.
    received
        Lines beside the signature: a title, then the recipients of the paper.
    """

    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    hint: str = ""
    number: str = ""
    received: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts of the form."""
        return (*self.left, *self.right, *self.signed, self.number, *self.received)


@dataclass(frozen=True, slots=True, repr=False)
class PrintedSheet:
    """A sheet: lines of text, a table, more lines.

    Parameters
    ----------
    name
        The name of the sheet; shortened and made unique if necessary.
    heading
        Lines above the table, the first one large.
    columns
        The columns of the table; none for a sheet of text only.
    rows
        The rows. Text is never a formula, None is blank. A :class:`Band` begins a part; a
        :class:`Sketch` or a :class:`PointMap` is a map.
    foot
        Lines below the table.
    chart
        Bars below the table.
    form
        The form of a signed paper; the heading is then centred.
    hidden
        Whether the sheet is hidden and left out when the whole workbook is printed.
    titled_parts
        Whether each part repeats the titles of the columns, for parts that are cut apart, instead of
        each page.
    """

    name: str
    heading: tuple[str, ...] = ()
    columns: tuple[PrintedColumn, ...] = ()
    rows: Sequence[Sequence[Cell] | Band | Picture] = ()
    foot: tuple[str, ...] = ()
    chart: BarChart | None = None
    form: PaperForm | None = None
    hidden: bool = False
    titled_parts: bool = False
    #: The rows that are neither bands, titles nor maps.
    cells: Sequence[Sequence[Cell]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the rows of cells once: the width of each column depends on all of them."""
        object.__setattr__(self, "cells", [row for row in self.rows if is_cells(row)])


def is_cells(row: object) -> TypeGuard[Sequence[Cell]]:
    """Whether a row of a sheet consists of cells."""
    return not isinstance(row, Band | Sketch | PointMap | TitleRow)
