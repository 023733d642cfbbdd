"""Costs of pairs that grow with travel, from the travel of a pair or from a bound of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from phancong.meeting import above, slack
from phancong.problem import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class DistanceCost:
    """A cost that grows with travel: ``weight × (factor × (travel beyond start) >> shift)``, rounded.

    Parameters
    ----------
    factor
        Factor of each household, (H,).
    start
        Limit of each member beyond which travel counts, with the slack of a limit, (M,); None is 0.
    exponent
        Costs are rounded to multiples of 2**-exponent.
    largest
        The largest integer cost before the shift.
    shift, weight
        Number of last bits that are dropped, and the factor afterwards.
    within
        The pairs whose travel is not beyond the start, H × M; None if they are not known.
    """

    factor: FloatArray
    start: FloatArray | None
    exponent: int
    largest: int
    shift: int = 0
    weight: int = 1
    within: BoolArray | None = None

    def at(self, rows: IntArray, columns: IntArray, travel: FloatArray) -> IntArray:
        """The cost of some pairs, (N,), from their travel."""
        beyond = travel if self.start is None else above(travel, self.start[columns])
        whole = np.rint(np.ldexp(beyond * self.factor[rows], self.exponent)).astype(np.int64)
        return np.asarray((whole >> self.shift) * self.weight)

    def least(self, travel: FloatArray, factor: FloatArray, start: Any) -> IntArray:
        """A lower bound of the cost from lower bounds of the travel; all arguments broadcast."""
        beyond = travel if self.start is None else np.maximum(travel - start, 0.0)
        real = beyond * np.ldexp(factor, self.exponent)  # a power of two: no rounding
        whole = np.minimum(real, float(self.largest), out=real).astype(np.int64)
        whole -= 1
        np.maximum(whole, 0, out=whole)
        if self.shift:
            whole >>= self.shift
        if self.weight != 1:
            whole *= self.weight
        return whole

    def same(self, other: DistanceCost) -> bool:
        """Whether another one has the same costs."""
        numbers = ("exponent", "largest", "shift", "weight")
        return (
            self.factor is other.factor
            and self.start is other.start
            and all(getattr(self, name) == getattr(other, name) for name in numbers)
        )

    @property
    def latest(self) -> FloatArray | None:
        """A limit of each member beyond which travel costs something in any case, (M,)."""
        return None if self.start is None else self.start + 2 * slack(self.start)


def distance_cost(
    factor: FloatArray,
    start: FloatArray | None,
    most: float,
    bits: int,
    within: BoolArray | None = None,
) -> tuple[DistanceCost, float]:
    """A cost as integers of at most *bits* bits, and the largest error of one rounded cost.

    Parameters
    ----------
    factor, start, within
        As in :class:`DistanceCost`.
    most
        Upper bound of the real costs.
    """
    exponent = bits - int(np.frexp(most)[1])
    largest = int(np.ceil(np.ldexp(most, exponent)))
    part = DistanceCost(factor, start, exponent, largest, within=within)
    return part, float(np.ldexp(0.5, -exponent))
