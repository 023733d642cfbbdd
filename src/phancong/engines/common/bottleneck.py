"""A lower bound of the largest figure of a chosen pair (a bottleneck assignment), by arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phancong.problem import BoolArray, IntArray


def bottleneck_bound(
    figures: NDArray[Any], there: BoolArray, places: IntArray, floor: float = 0
) -> float:
    """The largest over all rows with k places to fill of the k-th smallest figure of the row.

    Parameters
    ----------
    figures
        Figure of each pair, R × M: floats, or integers of any size.
    there
        The pairs that a plan may have, R × M.
    places
        Pairs that every plan has in each row, (R,). A row that needs none, or more than there are, does
        not count.
    floor
        Another lower bound, 0 or more.
    """
    rows = np.flatnonzero((places > 0) & (places <= there.sum(axis=1)))
    if not len(rows):
        return floor
    # With the largest figure a pair that is not there comes last.
    rising = np.sort(np.where(there[rows], figures[rows], figures.max()), axis=1)
    return max(floor, rising[np.arange(len(rows)), places[rows] - 1].max())
