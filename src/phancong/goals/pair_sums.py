"""A goal that is a sum over pairs, as coefficients for the engines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.problem import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class ListedPairs:
    """Pairs with a coefficient other than 0, for goals in which most pairs have none.

    Parameters
    ----------
    rows, columns
        Row of the household and of the member of each pair, (N,).
    values
        Their coefficients, (N,).
    """

    rows: IntArray
    columns: IntArray
    values: FloatArray

    def matrix(self, households: int, members: int) -> FloatArray:
        """The coefficients as a matrix, households × members, 0 for pairs that are not listed."""
        found = np.zeros((households, members))
        found[self.rows, self.columns] = self.values
        return found


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PairSum:
    """A goal as ``constant + Σ pairs`` over the pairs of a plan.

    A missing member adds nothing; a cost that arises whether or not the place is filled belongs to the
    constant.

    Parameters
    ----------
    pairs
        The coefficient of each pair, households × members, in the unit of the goal; 0 if it is not
        allowed.
    constant
        The value of a plan whose coefficients are all 0.
    """

    pairs: FloatArray
    constant: float

    def least(self, needed: IntArray) -> float:
        """A lower bound for every plan: the constant and each household's least coefficients below 0.

        Parameters
        ----------
        needed
            Members that each household needs, (H,).
        """
        members = self.pairs.shape[1]
        places = min(int(needed.max(initial=0)), members)
        if places == 0:
            return self.constant
        if places == 1:
            best = self.pairs.min(axis=1)[:, None]
        elif places < members:
            best = np.sort(np.partition(self.pairs, places - 1, axis=1)[:, :places], axis=1)
        else:
            best = np.sort(self.pairs, axis=1)
        counts = np.arange(places)[None, :] < needed[:, None]
        return self.constant + float((np.minimum(best, 0.0) * counts).sum())
