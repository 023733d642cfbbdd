"""The levels that a load can be at: listed where they are few, otherwise the multiples of their grain."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from fractions import Fraction
from functools import reduce
from typing import Final, overload

#: Levels are listed up to so many: a hundred thousand fractions are sorted within a second.
LISTED: Final = 100_000


class Multiples(Sequence[Fraction]):
    """The multiples of a grain between two ends, and the ends, rising.

    Parameters
    ----------
    least, most
        The ends.
    grain
        More than 0.
    """

    def __init__(self, least: Fraction, most: Fraction, grain: Fraction) -> None:
        self._least, self._most, self._grain = least, most, grain
        self._first = math.floor(least / grain) + 1
        self._inside = max(math.ceil(most / grain) - self._first, 0)

    def __len__(self) -> int:
        return self._inside + (2 if self._least < self._most else 1)

    @overload
    def __getitem__(self, number: int) -> Fraction: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Fraction]: ...

    def __getitem__(self, number: int | slice) -> Fraction | Sequence[Fraction]:
        if isinstance(number, slice):
            return [self[k] for k in range(*number.indices(len(self)))]
        place = number if number >= 0 else len(self) + number
        if not 0 <= place < len(self):
            raise IndexError(number)
        if place == 0:
            return self._least
        inside = place <= self._inside
        return self._grain * (self._first + place - 1) if inside else self._most


def levels_between(
    worths: Collection[Fraction], least: Fraction, most: Fraction
) -> Sequence[Fraction]:
    """Every multiple of a worth from *least* to *most*, and both ends, rising.

    Where they are too many to be listed there are others among them, at which nobody can be.
    """
    count = sum((most - least) / worth for worth in worths)
    if count > LISTED:
        return Multiples(least, most, reduce(_common, worths))
    found = {least, most}
    for worth in worths:
        for number in range(math.ceil(least / worth), math.floor(most / worth) + 1):
            found.add(worth * number)
    return sorted(level for level in found if least <= level <= most)


def _common(one: Fraction, other: Fraction) -> Fraction:
    """The largest number that both are multiples of."""
    over = math.lcm(one.denominator, other.denominator)
    return Fraction(math.gcd(int(one * over), int(other * over)), over)
