"""Leximax by one minimum-cost flow, also with unequal shares.

The load vectors of flows form an M-convex set. On such a set a separable convex function is minimised
by exchanges of one unit. Whether an exchange improves depends only on which of two unit costs is
smaller, not on their sizes (Groenevelt, EJOR 54, 1991, doi:10.1016/0377-2217(91)90300-K; Murota,
*Discrete Convex Analysis*, 2003, doi:10.1137/1.9780898718508). Leximax is the separable function Σ
φ(level), where φ grows faster than any sum. The unit that lifts a member from level *b* to level *a*
costs φ(a) − φ(b). The dearer of two units is the one with the larger *a*, or, with equal *a*, the one
with the smaller *b*. Ranks in that order are small integers and have the same optimal plans.

(Σ load²/share does not minimise leximax: with shares 1 and ½ and five households it gives loads 3 and 2,
leximax 4 and 1.)
"""

from __future__ import annotations

import numpy as np

from phancong.meeting import slack
from phancong.problem import FloatArray, IntArray


def classes(values: FloatArray) -> IntArray:
    """Rank of each value, 1 for the smallest; values that are equal within the slack share a rank."""
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
        The larger and the smaller of the two levels around each unit, of equal shape.

    Returns
    -------
    numpy.ndarray
        The rank of each unit, 1 or more; 0 if the unit does not change the level.
    """
    moves = after > before
    if not moves.any():
        return np.zeros(after.shape, dtype=np.int64)
    tops, bottoms = classes(after[moves]), classes(before[moves])
    # By the larger level, then by the smaller level in descending order.
    combined = tops * (int(bottoms.max()) + 1) - bottoms
    ranks = np.zeros(after.shape, dtype=np.int64)
    ranks[moves] = np.unique(combined, return_inverse=True)[1].ravel() + 1
    return ranks
