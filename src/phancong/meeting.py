r"""When a value meets a limit, and when a bound proves a value; for judge, engines and repairs.

A number means the fraction or decimal that was given, or else its shortest decimal (0.1 is one tenth).
Sums are exact. A value meets a limit within :data:`TOLERANCE` × max(1, \|limit\|): if a caller summed a
limit in floats, the loads of that sum meet it. Floats decide if the distance from the limit is larger
than their error; otherwise exact fractions decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

#: How far a value may pass a limit and still meet it, relative to the limit (absolute below 1); also
#: how far a bound may lie below a value that it proves.
TOLERANCE: Final = 1e-9
#: :data:`TOLERANCE` as a fraction.
EXACT_TOLERANCE: Final = Fraction(1, 10**9)
#: The rounding error of one float operation, with a margin for the few that a comparison takes.
ULPS: Final = 8 * float(np.finfo(np.float64).eps)

#: The range of amounts (above 0) whose sums, products and ratios neither overflow nor underflow.
LARGEST: Final = 1e100
SMALLEST: Final = 1e-100

#: The largest relative error of a difference at which floats decide.
DIGITS: Final = 1e-11

#: The exact value at an index of an array.
Exactly = Callable[[tuple[int, ...]], Fraction]

#: Numbers that were given as fractions or decimals, by the float that stands for each in arrays; only
#: numbers that differ from the shortest decimal of that float.
Given = Mapping[float, Fraction]
#: No such numbers.
NOTHING_GIVEN: Final[Given] = MappingProxyType({})


def exact(number: float, given: Given = NOTHING_GIVEN) -> Fraction:
    """The fraction that a finite float means: the one that was given, or its shortest decimal."""
    number = float(number)
    if given and (meant := given.get(abs(number))) is not None:
        return -meant if number < 0 else meant
    return Fraction(repr(number))


def given_exactly(values: Iterable[Any]) -> Given:
    """The fractions and decimals among *values* that differ from the shortest decimal of their float.

    Parameters
    ----------
    values
        Any values. Values that are no fraction or decimal, or too large for a float, are ignored.
    """
    found: dict[float, Fraction] = {}
    for value in values:
        if not isinstance(value, Fraction | Decimal) or not math.isfinite(number := _float(value)):
            continue
        meant = abs(Fraction(value))
        if meant != exact(number := abs(number)):
            found[number] = _simpler(meant, found.get(number, meant))
    return found


def given_in(*parts: Given) -> Given:
    """The numbers given in any of some parts.

    If one float stands for several fractions, the one with the smallest denominator is taken.
    """
    found: dict[float, Fraction] = {}
    for number, meant in (entry for part in parts for entry in part.items()):
        found[number] = _simpler(meant, found.get(number, meant))
    return MappingProxyType(found) if found else NOTHING_GIVEN


def as_given(number: Any, given: Given) -> Any:
    """The fraction that was given for a float; otherwise *number* itself."""
    return given.get(number, number) if isinstance(number, float) else number


def all_as_given(numbers: FloatArray, given: Given) -> NDArray[Any]:
    """The floats, 0 or more, with those that stand for given fractions replaced by these."""
    there = np.isin(numbers, list(given)) if given else np.zeros(0, dtype=bool)
    if not there.any():
        return numbers
    found = numbers.astype(object)
    found[there] = [given[number] for number in numbers[there].tolist()]
    return found


def _float(value: Fraction | Decimal) -> float:
    try:
        return float(value)
    except (OverflowError, ValueError):  # too large, or a signalling NaN
        return math.inf


def _simpler(one: Fraction, other: Fraction) -> Fraction:
    return min(one, other, key=lambda fraction: (fraction.denominator, fraction))


def out_of_range(amounts: FloatArray) -> NDArray[np.bool_]:
    """Which finite amounts make sums, products or ratios overflow or underflow."""
    size = np.abs(amounts)
    return np.asarray(np.isfinite(size) & ((size > LARGEST) | ((size > 0) & (size < SMALLEST))))


def slack(limit: FloatArray | float) -> FloatArray:
    """How far a value may pass *limit* and still meet it; for no limit that of a limit of 1."""
    size = np.abs(np.asarray(limit, dtype=np.float64))
    return TOLERANCE * np.maximum(1.0, np.where(np.isfinite(size), size, 1.0))


def exact_slack(limit: Fraction) -> Fraction:
    """How far a value may pass an exact *limit* and still meet it."""
    return EXACT_TOLERANCE * max(Fraction(1), abs(limit))


def largest_met(limit: float, given: Given = NOTHING_GIVEN) -> Fraction:
    """The largest value that meets a maximum of *limit*."""
    return (most := exact(limit, given)) + exact_slack(most)


def least_met(limit: float, given: Given = NOTHING_GIVEN) -> Fraction:
    """The smallest value that meets a minimum of *limit*."""
    return (least := exact(limit, given)) - exact_slack(least)


def above(
    value: FloatArray,
    limit: FloatArray | float,
    error: FloatArray | float = 0.0,
    exactly: Exactly | None = None,
    given: Given = NOTHING_GIVEN,
) -> FloatArray:
    """By how much *value* is above *limit*; exactly 0 if it meets the limit.

    Parameters
    ----------
    value
        The values, finite.
    limit
        The limits, broadcast to the values; ``inf`` for none.
    error
        The error bound of each value.
    exactly
        The exact value at an index; None if each value is a number by itself.
    given
        The numbers given exactly, among limits and among values that are numbers by themselves.
    """
    value = np.asarray(value, dtype=np.float64)
    excess = np.asarray(value - limit, dtype=np.float64)
    if isinstance(error, float) and not error and not (excess > 0).any():
        return np.zeros(excess.shape)  # the usual case, and this function is called very often
    edge = slack(limit)
    by = np.where(excess > edge, excess, 0.0)
    off = error + ULPS * np.abs(value)
    # In doubt are values near the edge, and breaches of which floats have lost most digits.
    in_doubt = (np.abs(excess - edge) <= off) | ((by > 0) & (off > DIGITS * by))
    if in_doubt.any():
        limits = np.broadcast_to(limit, by.shape)
        for at in map(tuple, np.argwhere(in_doubt).tolist()):
            most = exact(limits[at], given)
            more = (exact(value[at], given) if exactly is None else exactly(at)) - most
            by[at] = float(more) if more > exact_slack(most) else 0.0
    return by


def below(
    value: FloatArray,
    limit: FloatArray | float,
    error: FloatArray | float = 0.0,
    exactly: Exactly | None = None,
    given: Given = NOTHING_GIVEN,
) -> FloatArray:
    """By how much *value* is below *limit*; exactly 0 if it meets the limit. See :func:`above`."""
    return above(
        -np.asarray(value, dtype=np.float64),
        -np.asarray(limit, dtype=np.float64),
        error,
        None if exactly is None else lambda at: -exactly(at),
        given,
    )


def proves(value: float, bound: float) -> bool:
    """Whether a lower *bound* proves a *value*: they differ by no more than the tolerance."""
    return value - bound <= TOLERANCE * max(1.0, abs(value))
