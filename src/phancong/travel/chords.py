"""Bounds of many distances at once: straight lines through the earth, box by box.

The geodesic between two places is never shorter than the straight line between them, and for the ways
of a commune hardly longer (10 km: 1 mm). So which pairs can matter is told without computing the
geodesic of each: first from boxes around some dozen places each, then from the straight lines of the
pairs of the boxes that are left. Only what remains is computed.

Both sides are parted into boxes by halving at the median along the longest side, as in a k-d tree
(Bentley, Communications of the ACM 18, 1975, doi:10.1145/361002.361007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phancong.masks import where_true
from phancong.travel.geodesic import Geodesic, cartesian
from phancong.travel.places import Places

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: Places of a box: households, and members, of whom there are fewer.
HOMES: Final = 32
MEMBERS: Final = 16
#: Pairs that are looked at together: their columns stay in the cache.
TOGETHER: Final = 65_536
#: How far, in metres, a distance that is computed may lie from the true one, with room; and what part
#: of a straight line its rounding may be.
OFF: Final = 2e-3
DIGITS: Final = 1e-9
#: The largest curvature of the ellipsoid, per metre: of the meridian at the equator (a ÷ b²). No curve
#: on it bends more.
CURVATURE: Final = 6378137.0 / 6356752.314245179**2
#: Where there is no place: so far away that it is near to none.
NOWHERE: Final = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Places in boxes of equal number; the last places of some boxes are none.

    Parameters
    ----------
    order
        The place in each position of each box, -1 where there is none; shape (B, n).
    points
        Where these are, metres from the middle of the earth; shape (B, n, 3).
    low, high
        The corners of each box, (B, 3); ``inf`` and ``-inf`` of one without places.
    """

    order: IntArray
    points: FloatArray
    low: FloatArray
    high: FloatArray

    @classmethod
    def of(cls, points: FloatArray, size: int) -> Boxes:
        """Points, (N, 3), in boxes of at most *size*."""
        number = len(points)
        levels = max(int(np.ceil(np.log2(max(number / size, 1.0)))), 0)
        width = -(-max(number, 1) // 2**levels)
        order = np.full(width * 2**levels, -1, dtype=np.int64)
        order[:number] = np.arange(number)
        # What is no place is infinitely far along each side: it goes last at each halving.
        padded = np.concatenate([points, np.full((1, 3), np.inf)])
        for level in range(levels):
            parts = order.reshape(2**level, -1)
            here = padded[parts]
            low, high = _corners(here, parts)
            longest = np.argmax(high - low, axis=1)
            along = np.take_along_axis(here, longest[:, None, None], axis=2)[:, :, 0]
            order = np.take_along_axis(parts, np.argsort(along, axis=1, kind="stable"), axis=1)
        order = order.reshape(2**levels, -1)
        low, high = _corners(padded[order], order)
        return cls(order, np.where(order[:, :, None] < 0, NOWHERE, padded[order]), low, high)

    @property
    def middle(self) -> FloatArray:
        """The middle of each box, (B, 3); far from everywhere of one without places."""
        low, high = (np.where(np.isfinite(at), at, NOWHERE) for at in (self.low, self.high))
        return np.asarray((low + high) / 2)

    def spread(self, values: Any, none: float | int) -> Any:
        """The value of each position, (B, n), from those of the places; *none* for what is none."""
        return np.where(self.order < 0, np.asarray(none, dtype=values.dtype), values[self.order])


def _corners(points: FloatArray, order: IntArray) -> tuple[FloatArray, FloatArray]:
    nobody = (order < 0)[:, :, None]
    low = np.where(nobody, np.inf, points).min(axis=1)
    return low, np.where(nobody, -np.inf, points).max(axis=1)


class Chords:
    """How far households and members are apart at least.

    Parameters
    ----------
    households, members
        Both sides, neither of them empty; every place is known.
    travel
        The way of travelling, for its unit.

    Attributes
    ----------
    homes, members
        Where they are, metres from the middle of the earth, (H, 3) and (M, 3).
    metres
        How many metres the unit has.
    home_boxes, member_boxes
        Both in boxes.
    """

    def __init__(self, households: Places, members: Places, travel: Geodesic) -> None:
        self.homes = cartesian(households.latitude, households.longitude)
        self.members = cartesian(members.latitude, members.longitude)
        self.metres = travel.metres
        self.home_boxes = Boxes.of(self.homes, HOMES)
        self.member_boxes = Boxes.of(self.members, MEMBERS)

    @cached_property
    def apart(self) -> FloatArray:
        """At least how far each box of households is from each one of members, in the unit; (B, C)."""
        a, b = self.home_boxes, self.member_boxes
        square = np.zeros((len(a.order), len(b.order)))
        for side in range(3):
            ahead = a.low[:, side, None] - b.high[None, :, side]
            behind = b.low[None, :, side] - a.high[:, side, None]
            gap = np.minimum(np.maximum(np.maximum(ahead, behind), 0.0), NOWHERE)
            square += gap * gap
        return self._least(np.sqrt(square))

    @cached_property
    def farthest(self) -> float:
        """No pair is farther apart, in the unit."""
        a, b = self.home_boxes, self.member_boxes
        low = np.minimum(a.low.min(axis=0), b.low.min(axis=0))
        high = np.maximum(a.high.max(axis=0), b.high.max(axis=0))
        return float(self._most(np.sqrt(np.square(high - low).sum(keepdims=True)))[0])

    def least(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """At least how far some pairs are apart, in the unit; (N,)."""
        away = self.homes[rows] - self.members[columns]
        return self._least(np.sqrt(np.einsum("ij,ij->i", away, away)))

    def near(
        self, boxes: BoolArray, may: Callable[[FloatArray, IntArray, IntArray], BoolArray]
    ) -> Iterator[tuple[IntArray, IntArray]]:
        """The pairs of some boxes that may matter, some thousand at a time.

        Parameters
        ----------
        boxes
            Which boxes of households with which boxes of members, (B, C).
        may
            Given at least how far the pairs of some boxes are apart, (k, n, m), and the numbers of
            these boxes, (k,) each: which of the pairs may matter, (k, n, m).
        """
        for i, j, straight in self._lines(boxes):
            yield self._pairs(i, j, may(self._least(straight), i, j))

    def within(
        self,
        surely: FloatArray,
        perhaps: FloatArray,
        exactly: Callable[[IntArray, IntArray], BoolArray],
    ) -> BoolArray:
        """Which pairs are within a limit of each member; H × M.

        Parameters
        ----------
        surely, perhaps
            A pair is within the limit up to the first, and not beyond the second, in the unit; (M,).
        exactly
            Whether the pairs of rows and columns are, where it is between the two, (N,).
        """
        mask = np.zeros((len(self.homes), len(self.members)), dtype=bool)
        sure = self.member_boxes.spread(surely, -np.inf)
        maybe = self.member_boxes.spread(perhaps, -np.inf)
        for i, j, straight in self._lines(self.apart <= maybe.max(axis=1)[None, :]):
            inside = self._most(straight) <= sure[j][:, None, :]
            mask[self._pairs(i, j, inside)] = True
            doubtful = (self._least(straight) <= maybe[j][:, None, :]) & ~inside
            rows, columns = self._pairs(i, j, doubtful)
            mask[rows, columns] = exactly(rows, columns)
        return mask

    def _lines(self, boxes: BoolArray) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
        """Numbers of boxes of households and of members, (k,), and the lines between them, (k, n, m)."""
        a, b = self.home_boxes, self.member_boxes
        homes, members = where_true(boxes)
        step = max(TOGETHER // (a.order.shape[1] * b.order.shape[1]), 1)
        for start in range(0, len(homes), step):
            i, j = homes[start : start + step], members[start : start + step]
            square = np.zeros((len(i), a.order.shape[1], b.order.shape[1]))
            for side in range(3):
                gap = a.points[i, :, None, side] - b.points[j, None, :, side]
                square += gap * gap
            yield i, j, np.sqrt(square, out=square)

    def _pairs(self, i: IntArray, j: IntArray, mask: BoolArray) -> tuple[IntArray, IntArray]:
        """Rows and columns of the pairs of boxes in a mask, (k, n, m)."""
        box, home, member = where_true(mask)
        rows = self.home_boxes.order[i[box], home]
        columns = self.member_boxes.order[j[box], member]
        there = (rows >= 0) & (columns >= 0)
        return rows[there], columns[there]

    def _least(self, straight: FloatArray) -> FloatArray:
        """No distance along the earth that is computed is less; in the unit."""
        return np.maximum(straight * (1 - DIGITS) - OFF, 0.0) / self.metres

    def _most(self, straight: FloatArray) -> FloatArray:
        """No distance along the earth that is computed is more; in the unit.

        A curve that nowhere bends more than a circle has, between points as far apart, no longer an
        arc than that circle, as long as it is no more than a half of it (Schur's comparison theorem);
        beyond that, the earth's half meridian bounds every geodesic.
        """
        bend = straight * CURVATURE / 2
        arc = 2 / CURVATURE * np.arcsin(np.minimum(bend, 1.0))
        most = np.where(bend < 1 / 2, arc, 20_004_000.0)
        return (most * (1 + DIGITS) + OFF) / self.metres
