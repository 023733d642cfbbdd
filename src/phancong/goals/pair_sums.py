"""A goal that is a sum over pairs, as coefficients: stated once, for every engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.problem import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class ListedPairs:
    """Pairs that add something to a goal, where most add nothing.

    Parameters
    ----------
    rows, columns
        Household and member of each, (N,).
    values
        What it adds, (N,).
    """

    rows: IntArray
    columns: IntArray
    values: FloatArray

    def matrix(self, households: int, members: int) -> FloatArray:
        """The values as households × members, 0 where a pair is not listed."""
        found = np.zeros((households, members))
        found[self.rows, self.columns] = self.values
        return found


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PairSum:
    """A goal as ``constant + Σ pairs`` over the pairs of a plan.

    A place that is left empty adds nothing: what it costs whether or not it is filled is in the constant.

    Parameters
    ----------
    pairs
        What each pair adds, households × members, in the unit of the goal; 0 where it is not allowed.
    constant
        The value of a plan whose pairs add nothing.
    """

    pairs: FloatArray
    constant: float

    def least(self, needed: IntArray) -> float:
        """A bound of the sum for every plan: each household's smallest coefficients below 0.

        Parameters
        ----------
        needed
            Members that each household needs, (H,).
        """
        best = np.sort(np.minimum(self.pairs, 0.0), axis=1)
        counts = np.arange(best.shape[1])[None, :] < needed[:, None]
        return self.constant + float((best * counts).sum())
