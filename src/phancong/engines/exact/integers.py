"""Real numbers as small integers, exactly where they are fractions a person would write.

Weights 1, 1.5, 2 and 3 are 2, 3, 4 and 6 halves; 0.1 and 1/3 are meant as such although no float is.
The integers are divided by their greatest common divisor: a smaller load has fewer levels. What has
no small common denominator goes through :func:`phancong.engines.scaling.scaled`, with its error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from phancong.engines.scaling import scaled
from phancong.problem import FloatArray, IntArray

#: The largest denominator that one number may have to count as a fraction that was meant.
DENOMINATOR: Final = 1_000
#: A decimal of so many places was meant, too.
PLACES: Final = 7
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


def integers(*arrays: FloatArray, bits: int) -> Integers:
    """Real numbers as integers of at most *bits* bits, all in the same unit.

    Parameters
    ----------
    *arrays
        Finite real numbers, any shapes.
    bits
        How many bits the largest integer may take.
    """
    denominator = common_denominator(arrays, bits)
    if denominator is None:
        rough = scaled(*arrays, bits=bits)
        return Integers(rough.costs, 1 / Fraction(rough.scale), rough.error)
    whole = [np.rint(array * denominator).astype(np.int64) for array in arrays]
    divisor = math.gcd(*(int(np.gcd.reduce(w, axis=None)) for w in whole if w.size)) or 1
    return Integers(tuple(w // divisor for w in whole), Fraction(divisor, denominator), 0.0)


def common_denominator(arrays: tuple[FloatArray, ...], bits: int) -> int | None:
    """The least common denominator of all numbers, None if there is none that is small."""
    largest = max((float(np.abs(a).max(initial=0.0)) for a in arrays), default=0.0)
    denominator = 1
    for array in arrays:
        for value in np.unique(array).tolist():
            fraction = as_fraction(value)
            if fraction is None:
                return None
            denominator = math.lcm(denominator, fraction.denominator)
            if denominator * max(largest, 1.0) >= 2**bits:
                return None
    return denominator


def as_fraction(value: float) -> Fraction | None:
    """The fraction of a small denominator that a float stands for, None if there is none."""
    fraction = Fraction(value).limit_denominator(DENOMINATOR)
    if abs(float(fraction) - value) <= ULPS * math.ulp(value):
        return fraction
    decimal = round(value, PLACES)
    near = abs(decimal - value) <= ULPS * math.ulp(value)
    return Fraction(repr(decimal)) if near else None


def exact_fraction(value: float) -> Fraction:
    """The fraction that a float stands for, or that it is."""
    return as_fraction(value) or Fraction(value)


def common_divisor(numbers: Sequence[Fraction]) -> Fraction:
    """The largest number of which all *numbers*, more than 0, are whole multiples."""
    denominator = math.lcm(*(number.denominator for number in numbers))
    return Fraction(math.gcd(*(int(number * denominator) for number in numbers)), denominator)
