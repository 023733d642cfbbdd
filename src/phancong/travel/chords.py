"""Bounds of many distances at once: straight lines through the earth, box by box.

The geodesic between two places is never shorter than the straight line between them, and for the
distances within a commune hardly longer (10 km: 1 mm). Straight lines therefore tell which pairs can
matter, without the geodesic of each: first between boxes of some dozen places each, then between the
places of the boxes that remain. Only the remaining geodesics are computed.

Both sides are divided into boxes by halving at the median along the longest side, as in a k-d tree
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

#: The places in a box: of households, and of members, who are fewer.
HOMES: Final = 32
MEMBERS: Final = 16
#: How many pairs are processed together, so that their columns stay in the cache.
TOGETHER: Final = 65_536
#: How many boxes of households fill their rows of a mask together.
GROUP: Final = 16
#: The error bound of a computed distance in metres, with a margin; and the relative rounding error of a
#: straight line.
OFF: Final = 2e-3
DIGITS: Final = 1e-9
#: The largest curvature of a geodesic on the ellipsoid, per metre: that of the meridian at the equator
#: (a ÷ b²).
CURVATURE: Final = 6378137.0 / 6356752.314245179**2
#: The coordinate of empty positions: far from every place.
NOWHERE: Final = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Places in boxes of equal size; some boxes have empty positions at the end.

    Parameters
    ----------
    order
        The place in each position of each box, -1 if it is empty; shape (B, n).
    points
        Their points, in metres from the centre of the earth; shape (B, n, 3).
    low, high
        The corners of each box, (B, 3); ``inf`` and ``-inf`` for an empty box.
    """

    order: IntArray
    points: FloatArray
    low: FloatArray
    high: FloatArray

    @classmethod
    def of(cls, points: FloatArray, size: int) -> Boxes:
        """Boxes of at most *size* of the *points*, (N, 3)."""
        number = len(points)
        levels = max(int(np.ceil(np.log2(max(number / size, 1.0)))), 0)
        width = -(-max(number, 1) // 2**levels)
        order = np.full(width * 2**levels, -1, dtype=np.int64)
        order[:number] = np.arange(number)
        # Empty positions are at infinity along each axis, so that they come last at each halving.
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
        """The centre of each box, (B, 3); far from everywhere for an empty box."""
        low, high = (np.where(np.isfinite(at), at, NOWHERE) for at in (self.low, self.high))
        return np.asarray((low + high) / 2)

    def spread(self, values: Any, none: float | int) -> Any:
        """The value of each position, (B, n), from the values of the places; *none* if it is empty."""
        return np.where(self.order < 0, np.asarray(none, dtype=values.dtype), values[self.order])


def _corners(points: FloatArray, order: IntArray) -> tuple[FloatArray, FloatArray]:
    nobody = (order < 0)[:, :, None]
    low = np.where(nobody, np.inf, points).min(axis=1)
    return low, np.where(nobody, -np.inf, points).max(axis=1)


class Chords:
    """Lower bounds of the distances of households and members.

    Parameters
    ----------
    households, members
        Both sides, not empty; every place has coordinates.
    travel
        The travel model, for its unit.

    Attributes
    ----------
    homes, members
        Their points, in metres from the centre of the earth, (H, 3) and (M, 3).
    metres
        The metres of one unit.
    home_boxes, member_boxes
        Households and members in boxes.
    """

    def __init__(self, households: Places, members: Places, travel: Geodesic) -> None:
        self.homes = cartesian(households.latitude, households.longitude)
        self.members = cartesian(members.latitude, members.longitude)
        self.metres = travel.metres
        self.home_boxes = Boxes.of(self.homes, HOMES)
        self.member_boxes = Boxes.of(self.members, MEMBERS)

    def between(self) -> FloatArray:
        """The lengths of the chords of all pairs, in the unit, H × M.

        Within 40 km they are the distances but for a millionth, and take a tenth of the time.
        """
        square = self.squares(slice(None))
        np.sqrt(square, out=square)
        square /= self.metres
        return square

    def squares(self, rows: IntArray | slice) -> FloatArray:
        """The squared lengths of the chords of some households to all members, in m², N × M."""
        centre = self.members.mean(axis=0)  # differences of small numbers lose no digits
        homes, members = self.homes[rows] - centre, self.members - centre
        square = homes @ (-2.0 * members.T)
        square += (homes**2).sum(axis=1)[:, None]
        square += (members**2).sum(axis=1)
        return np.maximum(square, 0.0, out=square)

    @cached_property
    def apart(self) -> FloatArray:
        """A lower bound of the distances between each two boxes, in the unit, (B, C)."""
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
        """An upper bound of all distances, in the unit."""
        a, b = self.home_boxes, self.member_boxes
        low = np.minimum(a.low.min(axis=0), b.low.min(axis=0))
        high = np.maximum(a.high.max(axis=0), b.high.max(axis=0))
        return float(self._most(np.sqrt(np.square(high - low).sum(keepdims=True)))[0])

    def least(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """A lower bound of the distance of each of some pairs, in the unit, (N,)."""
        away = self.homes[rows] - self.members[columns]
        return self._least(np.sqrt(np.einsum("ij,ij->i", away, away)))

    def near(
        self, boxes: BoolArray, may: Callable[[FloatArray, IntArray, IntArray], BoolArray]
    ) -> Iterator[tuple[IntArray, IntArray]]:
        """The pairs of some boxes that may matter, in chunks of some thousand.

        Parameters
        ----------
        boxes
            Which boxes of households with which boxes of members, (B, C).
        may
            A function of the lower bounds for the pairs of some boxes, (k, n, m), and of the numbers of
            these boxes, (k,) each, that tells which of the pairs may matter, (k, n, m).
        """
        for i, j, square in self._squares(boxes):
            straight = np.sqrt(square, out=square)
            yield self._pairs(i, j, may(self._least(straight), i, j))

    def holding(self, mask: BoolArray) -> BoolArray:
        """Which two boxes may have a pair of a mask, H × M, between them, (B, C)."""
        a, b = self.home_boxes, self.member_boxes
        # An empty position (-1) stands for the last place, which may only add a pair of boxes.
        rows = (mask[homes].any(axis=0) for homes in a.order)
        return np.array([row[b.order].any(axis=1) for row in rows])

    def within(
        self,
        surely: FloatArray,
        perhaps: FloatArray,
        exactly: Callable[[IntArray, IntArray], BoolArray],
    ) -> BoolArray:
        """Which pairs are within a limit of each member, H × M.

        Parameters
        ----------
        surely, perhaps
            A pair is within the limit if its distance is at most *surely*, and beyond it if it is more
            than *perhaps*, in the unit, (M,).
        exactly
            Whether pairs between the two are within the limit, (N,), from their rows and columns.
        """
        a, b = self.home_boxes, self.member_boxes
        sure, maybe = (
            b.spread(np.square(limit), -1.0) for limit in self._straight(surely, perhaps)
        )
        every = self._spans <= b.spread(surely, np.inf).min(axis=1)
        some = (self.apart <= b.spread(perhaps, -np.inf).max(axis=1)) & ~every
        mask = np.empty((len(self.homes), len(self.members)), dtype=bool)
        members = b.order.ravel()
        place = np.argsort(members, kind="stable")[np.count_nonzero(members < 0) :]
        doubtful = []
        for first in range(0, len(a.order), GROUP):
            group = slice(first, first + GROUP)
            part = np.zeros((len(a.order[group]), len(b.order), *self._box), dtype=bool)
            part[every[group]] = True
            for i, j, square in self._squares(some[group], first):
                inside = square <= sure[j][:, None, :]
                part[i - first, j] = inside
                unsure = (square <= maybe[j][:, None, :]) & ~inside
                doubtful.append(self._pairs(i, j, unsure))
            homes = a.order[group].ravel()
            rows = part.transpose(0, 2, 1, 3).reshape(len(homes), -1)[homes >= 0]
            mask[homes[homes >= 0]] = rows.take(place, axis=1)
        for rows, columns in doubtful:
            mask[rows, columns] = exactly(rows, columns)
        return mask

    @property
    def _box(self) -> tuple[int, int]:
        """The positions of a box of households, and of a box of members."""
        return self.home_boxes.order.shape[1], self.member_boxes.order.shape[1]

    @property
    def _spans(self) -> FloatArray:
        """An upper bound of the distances between the places of each two boxes, in the unit, (B, C)."""
        a, b = self.home_boxes, self.member_boxes
        square = np.zeros((len(a.order), len(b.order)))
        for side in range(3):
            ahead = a.high[:, side, None] - b.low[None, :, side]
            behind = b.high[None, :, side] - a.low[:, side, None]
            square += np.square(np.maximum(ahead, behind))
        return self._most(np.sqrt(square))

    def _straight(self, surely: FloatArray, perhaps: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Straight lines, in metres, of distances surely up to a limit, and perhaps up to one, (M,) each.

        A limit that no straight line surely meets has 0.
        """
        most = np.maximum(surely * self.metres * (1 - 2 * DIGITS) - 2 * OFF, 0.0)
        with np.errstate(invalid="ignore", over="ignore"):
            # The first terms of the arcsine, a little too large; a limit may also be infinite.
            straight = np.maximum(most - most**3 * CURVATURE**2 / 20, 0.0)
        straight = np.where(self._most(straight) <= surely, straight, 0.0)
        least = (perhaps * self.metres + 2 * OFF) * (1 + 2 * DIGITS)
        return np.where(np.isinf(surely), np.inf, straight), least

    def _squares(
        self, boxes: BoolArray, first: int = 0
    ) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
        """Boxes of households, boxes of members, (k,), and the squares of their distances, (k, n, m).

        Distances are straight lines in metres. The first row of *boxes* is the box of households *first*.
        """
        a, b = self.home_boxes, self.member_boxes
        homes, members = where_true(boxes)
        homes += first
        step = max(TOGETHER // (a.order.shape[1] * b.order.shape[1]), 1)
        for start in range(0, len(homes), step):
            i, j = homes[start : start + step], members[start : start + step]
            here, there = a.points[i], b.points[j]
            square = np.zeros((len(i), a.order.shape[1], b.order.shape[1]))
            gap = np.empty_like(square)
            for side in range(3):
                np.subtract(here[:, :, None, side], there[:, None, :, side], out=gap)
                square += np.square(gap, out=gap)
            yield i, j, square

    def _pairs(self, i: IntArray, j: IntArray, mask: BoolArray) -> tuple[IntArray, IntArray]:
        """Rows and columns of the pairs of boxes in a mask, (k, n, m)."""
        box, home, member = where_true(mask)
        rows = self.home_boxes.order[i[box], home]
        columns = self.member_boxes.order[j[box], member]
        there = (rows >= 0) & (columns >= 0)
        return rows[there], columns[there]

    def _least(self, straight: FloatArray) -> FloatArray:
        """A lower bound of the computed distances, in the unit, from straight lines in metres."""
        least = straight * (1 - DIGITS)
        least -= OFF
        least /= self.metres
        return np.maximum(least, 0.0, out=least)

    def _most(self, straight: FloatArray) -> FloatArray:
        """An upper bound of the computed distances, in the unit, from straight lines in metres.

        A curve whose curvature is nowhere more than that of a circle is no longer than the arc of that
        circle between points equally far apart, up to half the circle (Schur's comparison theorem).
        Beyond that, half a meridian of the earth bounds every geodesic.
        """
        bend = straight * CURVATURE / 2
        arc = 2 / CURVATURE * np.arcsin(np.minimum(bend, 1.0))
        most = np.where(bend < 1 / 2, arc, 20_004_000.0)
        return (most * (1 + DIGITS) + OFF) / self.metres
