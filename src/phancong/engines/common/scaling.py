"""Real costs as integers, with the error of scaling.

Solvers compute in integers. A real cost *c* becomes ``rint(c × 2**k)`` with the least exponent *k* that
represents all costs exactly, if there is one. Decimals of a few places are scaled by a power of ten
instead, so that plans of equal cost have equal integer costs. Otherwise *k* is the largest exponent that
cannot overflow, and the error of a sum of *n* costs is at most *n* / 2**(k+1).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from phancong.errors import InvalidArgumentError
from phancong.problem import FloatArray, IntArray

#: Exponents tried for an exact scaling: up to multiples of 1/1024.
EXACT: Final = 10
#: Decimal places tried for an exact scaling, on the first *FEW* numbers before all.
PLACES: Final = 9
FEW: Final = 256
#: A float within so many units in the last place of a decimal stands for it, as sums of a few floats do.
LAST_UNITS: Final = 4
#: Bits of the largest cost where no scaling is exact. More bits slow a cost-scaling solver down and gain
#: nothing, as travel is known to a millimetre.
BITS: Final = 40


@dataclass(frozen=True, slots=True)
class Scaled:
    """Integer costs that stand for real ones.

    Parameters
    ----------
    costs
        The integers, one array for each array of real costs.
    scale
        The integer units in one real unit.
    error
        The largest rounding error of a cost, in real units; 0 where scaling is exact.
    """

    costs: tuple[IntArray, ...]
    scale: Fraction
    error: float


def scaled(*costs: FloatArray, bits: int = BITS) -> Scaled:
    """Scale real costs to integers of at most *bits* bits, all by the same power of two or ten.

    Parameters
    ----------
    *costs
        Finite real costs, any shapes.
    bits
        The most bits of an integer cost.

    Raises
    ------
    InvalidArgumentError
        A cost is not finite.
    """
    largest = max((float(np.abs(c).max(initial=0.0)) for c in costs), default=0.0)
    if not np.isfinite(largest):
        raise InvalidArgumentError(
            "a cost (visits × travel, a score, …) is too large for a float; state it in a larger unit"
        )
    if largest == 0:
        return Scaled(tuple(np.zeros(c.shape, dtype=np.int64) for c in costs), Fraction(1), 0.0)
    room = bits - int(np.frexp(largest)[1])  # the largest exponent that cannot overflow
    for exponent in range(min(EXACT, room) + 1):
        whole = [np.rint(np.ldexp(c, exponent)) for c in costs]
        if all(np.array_equal(w, np.ldexp(c, exponent)) for w, c in zip(whole, costs, strict=True)):
            return Scaled(tuple(w.astype(np.int64) for w in whole), Fraction(2) ** exponent, 0.0)
        if exponent == 0 and not _dyadic(costs):
            break
    decimals = _decimals(costs, largest, bits)
    if decimals is not None:
        return decimals
    integers = tuple(np.rint(np.ldexp(c, room)).astype(np.int64) for c in costs)
    return Scaled(integers, Fraction(2) ** room, math.ldexp(0.5, -room))


def _dyadic(costs: tuple[FloatArray, ...]) -> bool:
    """Whether all costs are whole multiples of 2**-EXACT; one pass instead of ten."""
    return all(np.array_equal(np.rint(f := np.ldexp(c, EXACT)), f) for c in costs)


def _decimals(costs: tuple[FloatArray, ...], largest: float, bits: int) -> Scaled | None:
    """All costs scaled by the same power of ten; None where they need too many places."""
    near = LAST_UNITS * math.ulp(largest)
    for places in range(1, PLACES + 1):
        ten = 10.0**places
        if largest * ten >= 2.0 ** min(bits, 53):
            return None
        if _farthest_off([c.ravel()[:FEW] for c in costs], ten) >= near:
            continue
        off = _farthest_off(costs, ten)
        if off < near:
            whole = tuple(np.rint(c * ten).astype(np.int64) for c in costs)
            # The distance counts as an error: it may be large relative to a small cost.
            return Scaled(whole, Fraction(10) ** places, off)
    return None


def _farthest_off(costs: Iterable[FloatArray], ten: float) -> float:
    """The largest distance of a cost from its decimal."""
    return max(float(np.abs(np.rint(c * ten) / ten - c).max(initial=0.0)) for c in costs)
