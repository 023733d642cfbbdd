"""The printed plan: sheets with their columns, rows, bars, small maps and forms, as records."""

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
        What stands above it.
    decimals
        Digits after the decimal mark of its figures; None writes them as they are.
    room
        How many letters wide; None takes what its cells need, within reason.
    counts
        Its numbers only count the rows, and stand in the middle.
    colours
        Text of a cell → the colour behind it, as ``"#RRGGBB"``.
    """

    title: str
    decimals: int | None = None
    room: float | None = None
    counts: bool = False
    colours: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars below a table: one column of figures over one of names.

    Parameters
    ----------
    title
        What stands above it.
    names, figures
        Numbers of the columns, from 0.
    sums
        How many rows at the end have no bar.
    """

    title: str
    names: int
    figures: int
    sums: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Band:
    """A line across a table that begins a part of it.

    Parameters
    ----------
    text
        What it says.
    new_page
        Whether the part begins a page.
    keep
        Whether it does so, too, where it would not end on the page on which it begins.
    """

    text: str
    new_page: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class TitleRow:
    """A row with the titles of the columns, within a table."""


@dataclass(frozen=True, slots=True, repr=False)
class Sketch:
    """A small map across a table: numbered points, and a line from the first through all and back.

    Parameters
    ----------
    points
        Places as east and north in one unit; the first one has no number.
    line
        Whether the points stand in the order of a round trip.
    """

    points: tuple[tuple[float, float], ...]
    line: bool

    @property
    def rows(self) -> int:
        """How many rows of the sheet it takes."""
        return SKETCH_ROWS


@dataclass(frozen=True, slots=True, repr=False)
class PointGroup:
    """Points of one look on a map.

    Parameters
    ----------
    name
        What they are.
    points
        Places as east and north in one unit.
    labels
        What stands beside each; empty for nothing.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class PointMap:
    """A map as wide as its table: groups of points, each with marks of a shape and colour.

    Parameters
    ----------
    groups
        In the order of the legend.
    """

    groups: tuple[PointGroup, ...]

    @property
    def rows(self) -> int:
        """How many rows of the sheet it takes."""
        return MAP_ROWS


#: How many rows a small map and a large one take.
SKETCH_ROWS, MAP_ROWS = 8, 28

Picture = Sketch | PointMap


@dataclass(frozen=True, slots=True, repr=False)
class PaperForm:
    """The parts of a signed paper around its table.

    Parameters
    ----------
    left, right
        Lines at the top of either half, in the middle of it.
    signed
        Lines below the table, in the middle of the right half.
    hint
        The one of these that only says what belongs there.
    number
        What stands below the left lines, beside the last one on the right.
    received
        Lines beside those that are signed: who gets the paper, after a title.
    """

    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    hint: str = ""
    number: str = ""
    received: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that it says."""
        return (*self.left, *self.right, *self.signed, self.number, *self.received)


@dataclass(frozen=True, slots=True, repr=False)
class PrintedSheet:
    """A sheet: lines of text, a table, more lines.

    Parameters
    ----------
    name
        Of the sheet; shortened and made unique where need be.
    heading
        Lines above the table, the first one large.
    columns
        Of the table; none for a sheet of text only.
    rows
        Its cells: text is text and never a formula, None is blank. A :class:`Band` begins a part, a
        :class:`Sketch` or a :class:`PointMap` is a map.
    foot
        Lines below the table.
    chart
        Bars below the table.
    form
        What a signed paper has around it; the heading is then in the middle.
    hidden
        Whether it is hidden, and on no paper when a workbook is printed whole.
    titled_parts
        Whether the titles of the columns stand in each part, for parts that are cut from each other,
        instead of on each page.
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
    #: The rows that are no bands and no maps.
    cells: Sequence[Sequence[Cell]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the cells once: each column is measured by all of them."""
        object.__setattr__(self, "cells", [row for row in self.rows if is_row(row)])


def is_row(row: object) -> TypeGuard[Sequence[Cell]]:
    """Whether a row of a sheet is cells."""
    return not isinstance(row, Band | Sketch | PointMap | TitleRow)
