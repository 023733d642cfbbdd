"""The nearest members of each household, without computing the distance of each pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from phancong.masks import where_true
from phancong.travel.chords import BoolArray, Chords, FloatArray, IntArray

#: Members that a household's smallest travel is first looked for among.
FIRST: Final = 8
#: Households that each member of a box starts with, from each box that goes there.
BACK: Final = 4
#: Boxes of members around a box of households that are looked through, for each member asked for.
BOXES: Final = 6
#: How much a metre between the middles of two boxes counts beside one between their corners.
TIE: Final = 0.01


def near_pairs(
    chords: Chords, number: int, price: FloatArray | None = None
) -> tuple[IntArray, IntArray]:
    """About the *number* nearest members of each household, sorted by household; a good guess.

    Parameters
    ----------
    chords
        How far they are apart.
    number
        How many members for each household; fewer where there are no more.
    price
        How much farther away each member is taken to be, in metres, (M,); ``inf``: is not taken.

    Returns
    -------
    tuple
        Rows of households and of members, (N,) each.
    """
    a, b = chords.home_boxes, chords.member_boxes
    size = b.order.shape[1]
    dear = b.spread(np.zeros(len(chords.members)) if price is None else price, np.inf)
    boxes = min(len(b.order), BOXES + -(-number // size))
    far = chords.apart * chords.metres + dear.min(axis=1)[None, :]
    # Of boxes that overlap, which are no way apart, those around the same middle come first.
    far += TIE * np.sqrt(np.square(a.middle[:, None, :] - b.middle[None, :, :]).sum(axis=2))
    close = np.argpartition(far, boxes - 1, axis=1)[:, :boxes]
    members = b.order[close].reshape(len(a.order), -1)
    points = b.points[close].reshape(len(a.order), -1, 3)
    square = np.zeros((*a.order.shape, members.shape[1]), dtype=np.float32)
    for side in range(3):
        gap = (a.points[:, :, None, side] - points[:, None, :, side]).astype(np.float32)
        square += gap * gap
    far = np.sqrt(square) + dear[close].reshape(len(a.order), 1, -1).astype(np.float32)
    number = min(number, members.shape[1])
    best = np.argpartition(far, number - 1, axis=2)[:, :, :number]
    columns = np.take_along_axis(np.broadcast_to(members[:, None, :], far.shape), best, axis=2)
    rows = np.broadcast_to(a.order[:, :, None], columns.shape)
    there = (rows >= 0) & (columns >= 0) & np.isfinite(np.take_along_axis(far, best, axis=2))
    rows, columns = rows[there], columns[there]
    order = np.lexsort((columns, rows))
    return rows[order], columns[order]


def nearest_within(
    chords: Chords, boxes: BoolArray, number: int, price: FloatArray
) -> tuple[IntArray, IntArray]:
    """For the households of some boxes the nearest members of others, about; not sorted.

    Parameters
    ----------
    chords
        How far they are apart.
    boxes
        Which boxes of households with which boxes of members, (B, C).
    number
        How many members of a box for each household.
    price
        How much farther away each member is taken to be, in metres, (M,); ``inf``: is not taken.
    """
    a, b = chords.home_boxes, chords.member_boxes
    homes, members = where_true(boxes)
    away = a.points[homes][:, :, None, :] - b.points[members][:, None, :, :]
    far = np.sqrt(np.square(away).sum(axis=3)) + b.spread(price, np.inf)[members][:, None, :]
    rows = np.broadcast_to(a.order[homes][:, :, None], far.shape)
    columns = np.broadcast_to(b.order[members][:, None, :], far.shape)
    far[(rows < 0) | (columns < 0)] = np.inf
    # Of each household the nearest members, and of each member the nearest households.
    near = (
        far
        <= np.partition(far, min(number, far.shape[2]) - 1, axis=2)[
            :, :, min(number, far.shape[2]) - 1, None
        ]
    )
    most = min(BACK, far.shape[1])
    near |= far <= np.partition(far, most - 1, axis=1)[:, most - 1, None, :]
    near &= np.isfinite(far)
    return rows[near], columns[near]


def smallest_travel(
    chords: Chords, allowed: BoolArray, travel_of: Callable[[IntArray, IntArray], FloatArray]
) -> FloatArray:
    """The smallest travel of each household among its allowed pairs, ``inf`` if it has none; (H,).

    Parameters
    ----------
    chords
        How far they are apart at least.
    allowed
        Which pairs are allowed, H × M.
    travel_of
        Travel of the pairs of rows and columns.
    """
    households = len(allowed)
    smallest = np.full(households, np.inf)

    def note(rows: IntArray, columns: IntArray) -> None:
        can = allowed[rows, columns]
        rows, columns = rows[can], columns[can]
        np.minimum.at(smallest, rows, travel_of(rows, columns))

    note(*near_pairs(chords, FIRST))
    # Whoever may be nearer than the nearest of those; of who has none, everybody.
    most = np.where(np.isfinite(smallest), smallest, np.finfo(np.float64).max)
    spread = chords.home_boxes.spread(most, -1.0)

    def may(least: FloatArray, home: IntArray, member: IntArray) -> BoolArray:
        return np.asarray(least <= spread[home][:, :, None])

    boxes = chords.apart <= spread.max(axis=1)[:, None]
    for rows, columns in chords.near(boxes, may):
        note(rows, columns)
    return smallest
