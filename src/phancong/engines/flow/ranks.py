"""Leximax by one minimum-cost flow, also with unequal shares.

The load vectors that flows can give form an M-convex set, and on such a set a separable convex
function is minimised by exchanges of one unit: whether an exchange pays depends only on which of two
unit costs is smaller, not on how large they are (Groenevelt, EJOR 54, 1991,
doi:10.1016/0377-2217(91)90300-K; Murota, *Discrete Convex Analysis*, 2003,
doi:10.1137/1.9780898718508). Leximax is the separable function Σ φ(level) with φ growing faster than
any sum, so the unit that lifts a member from level *b* to level *a* costs φ(a) - φ(b), and of two
such units the dearer is the one with the larger *a*, and with equal *a* the one with the smaller
*b*. Ranks in that order are small integers and give the very same optimal plans.

(Σ load²/share does not: with shares 1 and ½ and five households it takes 3 and 2, leximax 4 and 1.)
"""

from __future__ import annotations

import numpy as np

from phancong.meeting import slack
from phancong.problem import FloatArray, IntArray


def classes(values: FloatArray) -> IntArray:
    """Number each value by size, 1 for the smallest; values equal to within rounding share one."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    step = np.diff(ordered, prepend=ordered[:1])
    numbers = 1 + np.cumsum(step > slack(ordered))
    out = np.empty(len(values), dtype=np.int64)
    out[order] = numbers
    return out


def leximax_ranks(after: FloatArray, before: FloatArray) -> IntArray:
    """Integer unit costs whose minimum-cost flows are the leximax plans.

    Parameters
    ----------
    after, before
        The larger and the smaller of the levels that a unit leads between, any equal shape.

    Returns
    -------
    numpy.ndarray
        The rank of each unit, 1 or more; 0 where the unit moves nothing (*after* equals *before*).
    """
    moves = after > before
    if not moves.any():
        return np.zeros(after.shape, dtype=np.int64)
    tops, bottoms = classes(after[moves]), classes(before[moves])
    # By the larger level, then by the smaller one, the lower first last.
    combined = tops * (int(bottoms.max()) + 1) - bottoms
    ranks = np.zeros(after.shape, dtype=np.int64)
    ranks[moves] = np.unique(combined, return_inverse=True)[1].ravel() + 1
    return ranks
