"""A real quantity as an integer sum, with its rounding error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from phancong.engines.common.linear_model import Linear
from phancong.meeting import slack


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A real quantity as an integer sum: ``offset + quantum × linear``, to within *error*.

    Parameters
    ----------
    linear
        The sum.
    quantum
        The real value of the integer 1.
    offset
        The real constant term.
    error
        The largest rounding error of the quantity, in real units.
    floor
        A lower bound of the sum by arithmetic alone; None if none is known.
    """

    linear: Linear
    quantum: Fraction = Fraction(1)
    offset: float = 0.0
    error: float = 0.0
    floor: int | None = None

    def real(self, value: int) -> float:
        """The real quantity of an integer value."""
        return self.offset + float(self.quantum * value)

    def within(self, limit: float, best: int) -> int:
        """The largest integer value whose quantity may be within a real *limit*, at least *best*.

        *best* is the value that has been reached.
        """
        return max(best, self.under(limit))

    def under(self, limit: float) -> int:
        """The largest integer value whose quantity may be within a real *limit*.

        It admits every plan that meets the limit. Where the rounding error is small, it admits no other.
        """
        room = limit + max(0.5 * float(slack(limit)), self.error) - self.offset
        return math.floor(Fraction(room) / self.quantum)

    def as_good(self, value: int) -> int:
        """The largest integer value of a plan that may be as good as one of this *value*."""
        return value + math.floor(2 * Fraction(self.error) / self.quantum)

    def tells(self, limit: float) -> bool:
        """Whether every value that :meth:`under` admits meets the *limit*."""
        return self.error <= 0.5 * float(slack(limit))
