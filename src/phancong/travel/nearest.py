"""The nearest members of each household, without computing the distance of each pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from phancong.masks import where_true
from phancong.travel.chords import BoolArray, Chords, FloatArray, IntArray

#: How many nearest members bound a household's smallest travel at first.
FIRST: Final = 8
#: How many households each member of a box gets, from each pair of boxes.
BACK: Final = 4
#: How many boxes of members around a box of households are searched, for each member asked for.
BOXES: Final = 6
#: The weight of the distance between the centres of two boxes, relative to that between their corners.
TIE: Final = 0.01


def near_pairs(
    chords: Chords, number: int, price: FloatArray | None = None
) -> tuple[IntArray, IntArray]:
    """About the *number* nearest members of each household, sorted by household; not exact.

    Parameters
    ----------
    chords
        Bounds of the distances.
    number
        How many members for each household; fewer if there are fewer.
    price
        The metres added to the distance of each member, (M,); ``inf`` excludes a member.

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
    # Overlapping boxes have the distance 0: order them by the distance of their centres.
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
    """About the nearest members of some boxes for the households of other boxes; not sorted.

    Parameters
    ----------
    chords
        Bounds of the distances.
    boxes
        Which boxes of households with which boxes of members, (B, C).
    number
        How many members of a box for each household.
    price
        The metres added to the distance of each member, (M,); ``inf`` excludes a member.
    """
    a, b = chords.home_boxes, chords.member_boxes
    homes, members = where_true(boxes)
    away = a.points[homes][:, :, None, :] - b.points[members][:, None, :, :]
    far = np.sqrt(np.square(away).sum(axis=3)) + b.spread(price, np.inf)[members][:, None, :]
    rows = np.broadcast_to(a.order[homes][:, :, None], far.shape)
    columns = np.broadcast_to(b.order[members][:, None, :], far.shape)
    far[(rows < 0) | (columns < 0)] = np.inf
    # For each household the nearest members, and for each member the nearest households.
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
        Lower bounds of the distances.
    allowed
        Which pairs are allowed, H × M.
    travel_of
        A function for the travel of pairs, given by rows and columns.
    """
    households = len(allowed)
    smallest = np.full(households, np.inf)

    def note(rows: IntArray, columns: IntArray) -> None:
        can = allowed[rows, columns]
        rows, columns = rows[can], columns[can]
        np.minimum.at(smallest, rows, travel_of(rows, columns))

    note(*near_pairs(chords, FIRST))
    # Compute all members that may be nearer than the bound; for households without one, all members.
    most = np.where(np.isfinite(smallest), smallest, np.finfo(np.float64).max)
    spread = chords.home_boxes.spread(most, -1.0)

    def may(least: FloatArray, home: IntArray, member: IntArray) -> BoolArray:
        return np.asarray(least <= spread[home][:, :, None])

    boxes = chords.apart <= spread.max(axis=1)[:, None]
    for rows, columns in chords.near(boxes, may):
        note(rows, columns)
    return smallest
