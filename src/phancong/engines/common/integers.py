"""Real numbers as small integers in a common quantum, exact where such a quantum exists.

The weights 1, 1.5, 2 and 3 are 2, 3, 4 and 6 halves. A float near 0.1 or 1/3 stands for that fraction; a
longer decimal stands for itself. The integers are divided by their greatest common divisor, as smaller
integers make faster models. Numbers without a common quantum of so many bits are rounded by
:func:`phancong.engines.common.scaling.scaled`, with an error.
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

#: Bits of rounded numbers: the relative error of a sum of them is about 1e-11.
FINE: Final = 40
#: Bits of exact sums, far from an overflow.
EXACT: Final = 46
#: A float near a fraction with a denominator up to this stands for that fraction.
DENOMINATOR: Final = 1_000
#: A float near a decimal of so many places stands for that decimal.
PLACES: Final = 7
#: Fractions that are cached: restricted models need the same ones again and again.
REMEMBERED: Final = 2**16


@dataclass(frozen=True, slots=True, eq=False)
class Integers:
    """Integers that stand for real numbers.

    Parameters
    ----------
    arrays
        The integers, one array for each array of real numbers.
    quantum
        The real number that the integer 1 stands for.
    error
        The largest rounding error of a number; 0 where all are whole multiples of *quantum*.
    off
        The largest distance of a number from the fraction that it stands for: 0.30000000000000004 stands
        for 0.3.
    """

    arrays: tuple[IntArray, ...]
    quantum: Fraction
    error: float
    off: Fraction = Fraction(0)


def integers(
    *arrays: FloatArray, bits: int, rough: int | None = None, given: Given = NOTHING_GIVEN
) -> Integers:
    """Real numbers as integers of at most *bits* bits, all in the same quantum.

    Parameters
    ----------
    *arrays
        Finite real numbers, any shapes.
    bits
        The most bits of an integer where all numbers have a common quantum.
    rough
        The bits of the largest integer where they have none; *bits* by default.
    given
        The numbers that were given as exact fractions.
    """
    quantum, off = common_quantum_of(arrays, bits, given)
    if quantum is None:
        near = scaled(*arrays, bits=rough or bits)
        return Integers(near.costs, 1 / Fraction(near.scale), near.error)
    numerator, denominator = quantum.numerator, quantum.denominator
    # Each quotient is below 2**bits with a float error far below 1/2, so rounding gives the integer.
    whole = tuple(np.rint(array * (denominator / numerator)).astype(np.int64) for array in arrays)
    return Integers(whole, quantum, 0.0, off)


def common_quantum_of(
    arrays: tuple[FloatArray, ...], bits: int, given: Given = NOTHING_GIVEN
) -> tuple[Fraction | None, Fraction]:
    """The greatest common divisor of all numbers, and their largest distance from their fractions.

    The divisor is None where the largest number is more than 2**bits times as large.
    """
    largest = max((float(np.abs(a).max(initial=0.0)) for a in arrays), default=0.0)
    off = Fraction(0)
    if not largest:
        return Fraction(1), off
    most, quantum = Fraction(largest) / 2**bits, Fraction(0)
    for array in arrays:
        for value in np.unique(np.abs(array)).tolist():
            taken = exact_fraction(value, given)
            quantum = common_divisor([quantum, taken]) if value else quantum
            if quantum and quantum <= most:
                return None, off
            off = max(off, abs(taken - exact(value, given)))
    return quantum, off


@lru_cache(maxsize=REMEMBERED)
def as_fraction(value: float) -> Fraction | None:
    """The fraction of a small denominator, or short decimal, near a float; None if there is none."""
    value = float(value)  # the repr of a numpy scalar is another one
    fraction = Fraction(value).limit_denominator(DENOMINATOR)
    if abs(float(fraction) - value) <= LAST_UNITS * math.ulp(value):
        return fraction
    decimal = round(value, PLACES)
    near = abs(decimal - value) <= LAST_UNITS * math.ulp(value)
    return Fraction(repr(decimal)) if near else None


def exact_fraction(value: float, given: Given = NOTHING_GIVEN) -> Fraction:
    """The fraction that a float, 0 or more, stands for.

    In this order: the fraction given for it, a fraction of a small denominator nearby, its shortest
    decimal.
    """
    if given and value in given:
        return given[value]
    return as_fraction(value) or exact(value)


def common_divisor(numbers: Iterable[Fraction], least: Fraction = Fraction(0)) -> Fraction:
    """The greatest common divisor of *numbers*, 0 or more; 0 where there are none.

    Once the divisor of the first numbers is at most *least*, it is returned: with thousands of coprime
    denominators the rest would take minutes.
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
