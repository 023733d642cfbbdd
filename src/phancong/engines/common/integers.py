"""Real numbers as small integers, exactly where they are fractions a person would write.

Weights 1, 1.5, 2 and 3 are 2, 3, 4 and 6 halves; 0.1 and 1/3 are meant as such although no float is.
A longer decimal is what it says. The integers are divided by their greatest common divisor: a smaller
load has fewer levels. What has no common unit of so many bits goes through
:func:`phancong.engines.common.scaling.scaled`, with its error.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np

from phancong.engines.common.scaling import LAST_UNITS, scaled
from phancong.meeting import NOTHING_GIVEN, Given, exact
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
    off
        How far a number that fits may lie from what it means: 0.30000000000000004 fits as 0.3.
    """

    arrays: tuple[IntArray, ...]
    unit: Fraction
    error: float
    off: Fraction = Fraction(0)


def integers(
    *arrays: FloatArray, bits: int, rough: int | None = None, given: Given = NOTHING_GIVEN
) -> Integers:
    """Real numbers as integers of at most *bits* bits, all in the same unit.

    Parameters
    ----------
    *arrays
        Finite real numbers, any shapes.
    bits
        How many bits the largest integer may take where all numbers fit.
    rough
        How many bits it gets where they do not; None: as many.
    given
        What was given exactly.
    """
    unit, off = common_unit_of(arrays, bits, given)
    if unit is None:
        near = scaled(*arrays, bits=rough or bits)
        return Integers(near.costs, 1 / Fraction(near.scale), near.error)
    numerator, denominator = unit.numerator, unit.denominator
    # Less than 2**bits units, each at most one float off: rounding finds the integer.
    whole = tuple(np.rint(array * (denominator / numerator)).astype(np.int64) for array in arrays)
    return Integers(whole, unit, 0.0, off)


def common_unit_of(
    arrays: tuple[FloatArray, ...], bits: int, given: Given = NOTHING_GIVEN
) -> tuple[Fraction | None, Fraction]:
    """The largest number of which all are whole multiples, None if that takes too many bits.

    And how far one of them may lie from what it means.
    """
    largest = max((float(np.abs(a).max(initial=0.0)) for a in arrays), default=0.0)
    off = Fraction(0)
    if not largest:
        return Fraction(1), off
    most, unit = Fraction(largest) / 2**bits, Fraction(0)
    for array in arrays:
        for value in np.unique(np.abs(array)).tolist():
            taken = exact_fraction(value, given)
            unit = common_divisor([unit, taken]) if value else unit
            if unit and unit <= most:
                return None, off
            off = max(off, abs(taken - exact(value, given)))
    return unit, off


@lru_cache(maxsize=REMEMBERED)
def as_fraction(value: float) -> Fraction | None:
    """The fraction of a small denominator that a float stands for, None if there is none."""
    value = float(value)  # what numpy gives is written in another way
    fraction = Fraction(value).limit_denominator(DENOMINATOR)
    if abs(float(fraction) - value) <= LAST_UNITS * math.ulp(value):
        return fraction
    decimal = round(value, PLACES)
    near = abs(decimal - value) <= LAST_UNITS * math.ulp(value)
    return Fraction(repr(decimal)) if near else None


def exact_fraction(value: float, given: Given = NOTHING_GIVEN) -> Fraction:
    """The fraction that a float, 0 or more, stands for.

    The one that was given, a small one that is as near, or its shortest decimal.
    """
    if given and value in given:
        return given[value]
    return as_fraction(value) or exact(value)


def common_divisor(numbers: Iterable[Fraction], least: Fraction = Fraction(0)) -> Fraction:
    """The largest number of which all *numbers*, 0 or more, are whole multiples; 0 of nothing.

    Where that is not above *least*, it is one of which the first few are: fractions of thousands of
    denominators that have nothing in common would take minutes.
    """
    numerator, denominator = 0, 1
    for number in numbers:
        if not number:
            continue
        common = math.lcm(denominator, number.denominator)
        numerator = math.gcd(
            numerator * (common // denominator), number.numerator * (common // number.denominator)
        )
        denominator = common
        if numerator * least.denominator <= least.numerator * denominator:
            break
    return Fraction(numerator, denominator)
