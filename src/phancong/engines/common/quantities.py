"""A real quantity as an integer sum, with the error that rounding leaves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from phancong.engines.common.linear_model import Linear
from phancong.meeting import slack


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A real quantity as an integer sum: ``offset + unit × linear``, to within *error*.

    Parameters
    ----------
    linear
        The sum.
    unit
        What one integer stands for.
    offset
        What is added, in real units.
    error
        How far the real quantity may lie from that.
    floor
        A value of the sum below which no plan is, by arithmetic alone; None if none is known.
    """

    linear: Linear
    unit: Fraction = Fraction(1)
    offset: float = 0.0
    error: float = 0.0
    floor: int | None = None

    def real(self, value: int) -> float:
        """The quantity that an integer value stands for."""
        return self.offset + float(self.unit * value)

    def within(self, limit: float, best: int) -> int:
        """The largest integer value that can stand for no more than a real *limit*.

        It is never below *best*, the value that has been reached.
        """
        return max(best, self.under(limit))

    def under(self, limit: float) -> int:
        """The largest integer value that can stand for no more than a real *limit*.

        None that meets the limit is left out; where little is rounded, none is let in that does not.
        """
        room = limit + max(0.5 * float(slack(limit)), self.error) - self.offset
        return math.floor(Fraction(room) / self.unit)

    def as_good(self, value: int) -> int:
        """The largest integer value of plans that can be as good as one of this integer *value*."""
        return value + math.floor(2 * Fraction(self.error) / self.unit)

    def tells(self, limit: float) -> bool:
        """Whether every value that is let in stands for one that meets the *limit*."""
        return self.error <= 0.5 * float(slack(limit))
