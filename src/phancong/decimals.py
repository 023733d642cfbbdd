"""Sums and differences of decimals, rounded to the float nearest to the exact result.

In floats 0.1 + 0.2 is 0.30000000000000004; a reader of both numbers expects 0.3. Numbers with few
decimal places are scaled to whole numbers, which floats add exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

#: The largest number of decimal places that is tried.
PLACES: Final = 12
#: How many numbers are tried first.
FEW: Final = 64
#: Whole numbers below this are exact in floats, also after sums of a few rounded ones.
WHOLE: Final = 2.0**50


def decimal_places(*numbers: FloatArray) -> int | None:
    """The largest number of decimal places of some numbers; None if it exceeds :data:`PLACES`."""
    least = 0
    for part in numbers:
        for some in (part[:FEW], part) if len(part) > FEW else (part,):
            size = float(np.abs(some).max(initial=0.0))
            most = next((n for n in range(PLACES, -1, -1) if size * 10.0**n < WHOLE), None)
            # A few numbers usually suffice to rule out decimals.
            if most is None or most < least or not _have(some, most):
                return None
            least = next(n for n in range(least, most + 1) if _have(some, n))
    return least


def _have(numbers: FloatArray, places: int) -> bool:
    """Whether each number is the float nearest to a decimal of at most so many places."""
    ten = 10.0**places
    return bool((np.rint(numbers * ten) / ten == numbers).all())


def to_places(values: FloatArray, places: int | None) -> FloatArray:
    """Values, off by rounding only, rounded to the floats nearest to so many decimal places.

    Parameters
    ----------
    values
        The values.
    places
        The largest number of decimal places of the exact values; None if unknown: then they stay.
    """
    if not places:  # floats hold whole numbers exactly
        return values
    ten = 10.0**places
    within = np.abs(values) * ten < WHOLE
    return np.where(within, np.rint(np.where(within, values, 0.0) * ten) / ten, values)


def summed(
    values: FloatArray, add: Callable[[FloatArray], FloatArray], places: int | None
) -> FloatArray:
    """Sums of values with at most so many decimal places.

    Parameters
    ----------
    values
        The values.
    add
        The function that sums.
    places
        The largest number of decimal places of the values; None if unknown.
    """
    found = add(values)
    if not places or float(np.abs(values).sum()) * 10.0**places >= WHOLE:
        return found
    return add(np.rint(values * 10.0**places)) / 10.0**places


def differences(ones: FloatArray, others: FloatArray, near: FloatArray) -> FloatArray:
    """The absolute differences of two arrays; *near* if the numbers have many decimal places."""
    places = decimal_places(ones, others) if len(ones) else None
    return near if places is None else to_places(np.abs(ones - others), places)


def decimal_sum(values: FloatArray | Iterable[float]) -> float:
    """The sum of some values."""
    each = values if isinstance(values, np.ndarray) else list(values)
    if len(each) < 2:  # the usual case
        return float(sum(each))
    array = np.asarray(each, dtype=np.float64)
    found = float(array.sum())
    if not math.isfinite(found) or (np.rint(array) == array).all():
        return found
    places = decimal_places(array)
    if places is None:
        return math.fsum(array.tolist())
    return float(summed(array, lambda each: np.asarray(each.sum()), places))


def decimal_difference(one: float, other: float) -> float:
    """The first value less the second, each taken as the shortest decimal of its float."""
    found = one - other
    if not math.isfinite(found) or found == 0:
        return found
    return float(Fraction(repr(float(one))) - Fraction(repr(float(other))))
