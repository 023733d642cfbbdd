"""Real numbers as small integers, exactly where they are fractions a person would write.

Weights 1, 1.5, 2 and 3 are 2, 3, 4 and 6 halves; 0.1 and 1/3 are meant as such although no float is.
A longer decimal is what it says. The integers are divided by their greatest common divisor: a smaller
load has fewer levels. What has no common unit of so many bits goes through
:func:`phancong.engines.common.scaling.scaled`, with its error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np

from phancong.engines.common.scaling import scaled
from phancong.meeting import exact
from phancong.problem import FloatArray, IntArray

#: Bits of what is rounded: a sum of such numbers is told to within a part in 10**11 or so.
FINE: Final = 40
#: Bits of a sum that is exact: far from what overflows.
EXACT: Final = 46
#: The largest denominator that one number may have to count as a fraction that was meant.
DENOMINATOR: Final = 1_000
#: A decimal of so many places was meant, too.
PLACES: Final = 7
#: So many fractions are remembered: a search by restricted models asks for the same ones again and again.
REMEMBERED: Final = 2**16
#: How many units in the last place a number may lie from that fraction: sums of a few floats do.
ULPS: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Integers:
    """Integers that stand for real numbers.

    Parameters
    ----------
    arrays
        The integers, one array for each array of real numbers.
    unit
        A real number is its integer times this.
    error
        How far one real number may lie from that; 0 where all fit.
    """

    arrays: tuple[IntArray, ...]
    unit: Fraction
    error: float


def integers(*arrays: FloatArray, bits: int, rough: int | None = None) -> Integers:
    """Real numbers as integers of at most *bits* bits, all in the same unit.

    Parameters
    ----------
    *arrays
        Finite real numbers, any shapes.
    bits
        How many bits the largest integer may take where all numbers fit.
    rough
        How many bits it gets where they do not; None: as many.
    """
    unit = common_unit_of(arrays, bits)
    if unit is None:
        near = scaled(*arrays, bits=rough or bits)
        return Integers(near.costs, 1 / Fraction(near.scale), near.error)
    numerator, denominator = unit.numerator, unit.denominator
    # Less than 2**bits units, each at most one float off: rounding finds the integer.
    whole = tuple(np.rint(array * (denominator / numerator)).astype(np.int64) for array in arrays)
    return Integers(whole, unit, 0.0)


def common_unit_of(arrays: tuple[FloatArray, ...], bits: int) -> Fraction | None:
    """The largest number of which all are whole multiples; None if that takes too many bits."""
    largest = max((float(np.abs(a).max(initial=0.0)) for a in arrays), default=0.0)
    if not largest:
        return Fraction(1)
    most, unit = Fraction(largest) / 2**bits, Fraction(0)
    for array in arrays:
        for value in np.unique(np.abs(array)).tolist():
            unit = common_divisor([unit, exact_fraction(value)]) if value else unit
            if unit and unit <= most:
                return None
    return unit


@lru_cache(maxsize=REMEMBERED)
def as_fraction(value: float) -> Fraction | None:
    """The fraction of a small denominator that a float stands for, None if there is none."""
    value = float(value)  # what numpy gives is written in another way
    fraction = Fraction(value).limit_denominator(DENOMINATOR)
    if abs(float(fraction) - value) <= ULPS * math.ulp(value):
        return fraction
    decimal = round(value, PLACES)
    near = abs(decimal - value) <= ULPS * math.ulp(value)
    return Fraction(repr(decimal)) if near else None


def exact_fraction(value: float) -> Fraction:
    """The fraction that a float stands for: a small one that is as near, or its shortest decimal."""
    return as_fraction(value) or exact(value)


def common_divisor(numbers: Sequence[Fraction]) -> Fraction:
    """The largest number of which all *numbers*, 0 or more, are whole multiples; 0 of nothing."""
    denominator = math.lcm(*(number.denominator for number in numbers))
    return Fraction(math.gcd(*(int(number * denominator) for number in numbers)), denominator)
