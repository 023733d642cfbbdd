"""Columns of coordinates as arrays: points in one column, or latitude and longitude in two."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phancong.coordinates import (
    LetterSystem,
    NoCoordinateError,
    Place,
    letters_of,
    read_halves,
    read_point,
)
from phancong.errors import Defect
from phancong.problem.fields import Column, plain_numbers
from phancong.words import Message


@dataclass(frozen=True, slots=True)
class Point:
    """A column of points: latitude and longitude in degrees, NaN where a cell is empty."""

    def read(
        self, values: Sequence[Any], column: Column
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Turn raw values into two float arrays."""
        letters = _Letters(values)
        out = np.full((len(values), 2), math.nan)
        for row, value in enumerate(values):
            if value is not None:
                _read_into(out, row, partial(read_point, value), letters, column)
        return out[:, 0].copy(), out[:, 1].copy()


@dataclass(frozen=True, slots=True)
class Halves:
    """Two columns, of latitudes and of longitudes; NaN where both cells are empty."""

    def read(
        self, latitudes: Sequence[Any], longitudes: Sequence[Any], column: Column
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Turn raw values into two float arrays."""
        fast = plain_numbers(_as_floats(latitudes)), plain_numbers(_as_floats(longitudes))
        if fast[0] is not None and fast[1] is not None:
            for row in np.flatnonzero(np.isnan(fast[0]) != np.isnan(fast[1])).tolist():
                column.defect(row, *HALF)
            check_degrees(fast[0], fast[1], column)
            return fast[0], fast[1]
        letters = _Letters((*latitudes, *longitudes))
        out = np.full((len(latitudes), 2), math.nan)
        for row, halves in enumerate(zip(latitudes, longitudes, strict=True)):
            absent = sum(map(_is_absent, halves))
            if absent == 1:
                column.defect(row, *HALF)
            elif not absent:
                _read_into(out, row, partial(read_halves, *halves), letters, column, _HALVES)
        return out[:, 0].copy(), out[:, 1].copy()


#: Decimal degrees as programs write them. Text of any other form may mean something else.
_PLAIN_DEGREES: Final = re.compile(r"-?\d{1,3}\.\d{1,15}")


def _as_floats(cells: Sequence[Any]) -> Sequence[Any]:
    """Cells of text as floats if each is plain decimal degrees; otherwise the cells as they are."""
    if not len(cells) or type(cells[0]) is not str:
        return cells
    plain = _PLAIN_DEGREES.fullmatch
    if all(type(cell) is str and plain(cell) for cell in cells):
        return [float(cell) for cell in cells]
    return cells


_HALVES: Final = ("lat", "lon")
#: The message and the mend for a coordinate with one half missing.
HALF: Final[tuple[str, str]] = (Message("has only one half"), Message("give both or neither"))


class _Letters:
    """The language of the compass letters in a column, determined only when a cell is ambiguous."""

    def __init__(self, cells: Sequence[Any]) -> None:
        self._cells = cells
        self._known = False
        self._system: LetterSystem | None = None

    @property
    def system(self) -> LetterSystem | None:
        if not self._known:
            self._known, self._system = True, letters_of(self._cells)
        return self._system


def _read_into(
    out: NDArray[np.float64],
    row: int,
    read: Callable[[LetterSystem | None], Place],
    letters: _Letters,
    column: Column,
    names: tuple[str, ...] = (),
) -> None:
    """Store a place in *row*, or note the defect."""
    try:
        out[row] = read(None)
        return
    except NoCoordinateError as error:
        refusal = error
    if letters.system is not None:
        try:
            out[row] = read(letters.system)
            return
        except NoCoordinateError as error:
            refusal = error
    halves = [name for number, name in enumerate(names) if number in refusal.halves]
    for name in halves:
        what, mend = Message("is not a number"), Message("give decimal degrees, or leave it out")
        column.defects.append(Defect(column.record(row), name, what, mend))
    if not halves:
        column.defect(row, refusal.what, refusal.mend)


def _is_absent(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def check_degrees(
    latitude: NDArray[np.float64], longitude: NDArray[np.float64], column: Column
) -> None:
    """Note a defect for each place off the globe; a latitude beyond 90° is often a longitude."""
    with np.errstate(invalid="ignore"):
        off = (np.abs(latitude) > 90) | (np.abs(longitude) > 180)
        swapped = off & (np.abs(latitude) <= 180) & (np.abs(longitude) <= 90)
    for row in np.flatnonzero(off).tolist():
        if swapped[row]:
            what = Message("has a latitude beyond 90 degrees: latitude and longitude look swapped")
        else:
            what = Message("is not on the globe")
        column.defect(row, what, Message("give (latitude, longitude) in degrees WGS 84"))
