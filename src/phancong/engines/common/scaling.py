"""From real costs to integers: the one home of scaling, with its error.

Solvers count in integers. A real cost *c* becomes ``rint(c × 2**k)``; the exponent is the least that
represents all costs exactly, if there is one, and otherwise the largest that cannot overflow. The
error of a sum of *n* such terms is at most *n* / 2**(k+1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from phancong.errors import InvalidArgumentError
from phancong.problem import FloatArray, IntArray

#: Exponents that are tried for an exact fit: halves, quarters, … 1/1024 come in as they are.
EXACT: Final = 10
#: Resolution where no fit is exact: the largest cost gets this many bits. More bits make a proof no
#: truer (the travel itself is known to a millimetre) and a cost-scaling solver slower.
BITS: Final = 40


@dataclass(frozen=True, slots=True)
class Scaled:
    """Integer costs that stand for real ones.

    Parameters
    ----------
    costs
        The integers, one array for each array of real costs.
    scale
        An integer cost divided by it is the real cost.
    error
        How far one real cost may lie from its integer, in real units; 0 where all fit exactly.
    """

    costs: tuple[IntArray, ...]
    scale: Fraction
    error: float


def scaled(*costs: FloatArray, bits: int = BITS) -> Scaled:
    """Scale real costs to integers of at most *bits* bits, all by the same power of two.

    Parameters
    ----------
    *costs
        Finite real costs, any shapes.
    bits
        How many bits the largest cost may take.

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
    integers = tuple(np.rint(np.ldexp(c, room)).astype(np.int64) for c in costs)
    return Scaled(integers, Fraction(2) ** room, math.ldexp(0.5, -room))


def _dyadic(costs: tuple[FloatArray, ...]) -> bool:
    """Whether all costs are whole multiples of 2**-EXACT; one pass instead of ten."""
    return all(np.array_equal(np.rint(f := np.ldexp(c, EXACT)), f) for c in costs)
