"""Sums and differences of decimals: the floats nearest to the exact ones, as a reader expects them.

0.1 + 0.2 is 0.30000000000000004 in floats, and 0.3 to whoever reads both numbers. Numbers of a few
decimal places are added up as whole numbers, which floats hold exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

#: So many decimal places are looked for.
PLACES: Final = 12
#: On so many numbers first.
FEW: Final = 64
#: Whole numbers below this are exact in floats, and so are sums of a few that are rounded.
WHOLE: Final = 2.0**50


def decimal_places(*numbers: FloatArray) -> int | None:
    """How many decimal places some numbers have at the most; None for more than are looked for."""
    least = 0
    for part in numbers:
        for some in (part[:FEW], part) if len(part) > FEW else (part,):
            size = float(np.abs(some).max(initial=0.0))
            most = next((n for n in range(PLACES, -1, -1) if size * 10.0**n < WHOLE), None)
            # Most numbers that are no decimals are told by one look.
            if most is None or most < least or not _have(some, most):
                return None
            least = next(n for n in range(least, most + 1) if _have(some, n))
    return least


def _have(numbers: FloatArray, places: int) -> bool:
    """Whether all numbers are floats nearest to one of so many decimal places, or fewer."""
    ten = 10.0**places
    return bool((np.rint(numbers * ten) / ten == numbers).all())


def to_places(values: FloatArray, places: int | None) -> FloatArray:
    """Values that are off by rounding alone as the floats nearest to so many decimal places.

    Parameters
    ----------
    values
        The values.
    places
        How many places the exact ones have at the most; None for as many as it takes: they stay.
    """
    if not places:  # floats hold whole numbers
        return values
    ten = 10.0**places
    within = np.abs(values) * ten < WHOLE
    return np.where(within, np.rint(np.where(within, values, 0.0) * ten) / ten, values)


def summed(
    values: FloatArray, add: Callable[[FloatArray], FloatArray], places: int | None
) -> FloatArray:
    """Sums of values of so many decimal places.

    Parameters
    ----------
    values
        The values.
    add
        Adds them up.
    places
        How many places they have at the most; None for as many as it takes.
    """
    found = add(values)
    if not places or float(np.abs(values).sum()) * 10.0**places >= WHOLE:
        return found
    return add(np.rint(values * 10.0**places)) / 10.0**places


def differences(ones: FloatArray, others: FloatArray, near: FloatArray) -> FloatArray:
    """Some values less others, without their signs; *near* where they have more places than a few."""
    places = decimal_places(ones, others) if len(ones) else None
    return near if places is None else to_places(np.abs(ones - others), places)


def decimal_sum(values: FloatArray | Iterable[float]) -> float:
    """The sum of some values."""
    each = values if isinstance(values, np.ndarray) else list(values)
    if len(each) < 2:  # most often so
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
    """The first value less the second one, each the decimal that it is written as."""
    found = one - other
    if not math.isfinite(found) or found == 0:
        return found
    return float(Fraction(repr(float(one))) - Fraction(repr(float(other))))
