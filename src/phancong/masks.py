"""Indices of a mask."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def where_true(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    """The indices at which a mask is true, as :func:`numpy.nonzero` returns them.

    numpy visits the cells of a multidimensional mask one by one, but scans a flat one in strides. If
    few cells are true, the flat scan takes a tenth of the time (8,000 × 1,600: 2 instead of 23 ms).

    Parameters
    ----------
    mask
        Any shape.

    Returns
    -------
    tuple
        An array of indices for each axis, in the order of the cells.
    """
    found: Any = np.unravel_index(np.flatnonzero(mask), mask.shape)
    return tuple(found)
