"""Values of goals: their order, and arithmetic on them.

A value is a number, or for leximax a tuple of figures, the largest first (contract 5.5). All code that
compares or changes values calls the functions here and need not know which of both it has.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeGuard

from phancong.meeting import ULPS, proves

#: The value of a goal: a number, or for leximax a tuple, largest first.
Value = float | tuple[float, ...]


def is_row(value: Value | None) -> TypeGuard[tuple[float, ...]]:
    """Whether a value is a row of figures, not one number."""
    return isinstance(value, tuple)


def figures(value: Value) -> tuple[float, ...]:
    """The figures of a value as a tuple; tuples compare lexicographically."""
    return value if isinstance(value, tuple) else (value,)


def single(value: Value) -> float:
    """The number of a value that has one figure."""
    (only,) = figures(value)
    return only


def by_place(function: Callable[..., float], *values: Value) -> Value:
    """*function* of the figures in each position; a number if the first value is one.

    Raises
    ------
    ValueError
        The values have different numbers of figures.
    """
    places = zip(*map(figures, values), strict=True)
    found = tuple(function(*place) for place in places)
    return found if is_row(values[0]) else found[0]


def meets(best: Value, bound: Value) -> bool:
    """Whether a bound proves a value: they differ by no more than the tolerance."""
    reached, least = figures(best), figures(bound)
    return len(reached) == len(least) and all(map(proves, reached, least))


def first_difference(a: Value, b: Value) -> int | None:
    """The first position in which two values differ by more than rounding; None if there is none."""
    for place, (mine, theirs) in enumerate(zip(figures(a), figures(b), strict=False)):
        both = math.isinf(mine) and math.isinf(theirs)
        if mine != theirs and not both and not (proves(mine, theirs) and proves(theirs, mine)):
            return place
    return None


def compared(a: Value, b: Value) -> int:
    """Less than 0 if *a* is less, more than 0 if *b* is less; 0 if they differ by rounding only."""
    place = first_difference(a, b)
    return 0 if place is None else 1 if figures(a)[place] > figures(b)[place] else -1


def nowhere_more(a: Value, b: Value) -> bool:
    """Whether *a* is no more than *b* in each position, up to float rounding.

    A value that is less in the order of leximax can be more in some position: (4, 4) and (5, 3). The
    tolerance of limits does not apply: an engine may hold a value exactly, and a value that only meets
    it within the tolerance would break the engine's limit.
    """
    return all(
        x <= y or x - y <= ULPS * max(abs(x), abs(y))
        for x, y in zip(figures(a), figures(b), strict=True)
    )


def near(a: Value, b: Value) -> bool:
    """Whether two values have as many figures, and differ by rounding only."""
    return len(figures(a)) == len(figures(b)) and first_difference(a, b) is None


def no_higher(bound: Value, best: Value) -> Value:
    """A *bound* of a value, no higher than the *best* that was reached.

    Where rounding alone puts a place of the bound above that of the best, the places after it stay those
    of the bound: they are not proven by it.
    """
    at = first_difference(bound, best)
    if at is None:
        return by_place(min, bound, best)
    if figures(bound)[at] > figures(best)[at]:
        return best
    if not is_row(bound):
        return bound
    pairs = zip(figures(bound), figures(best), strict=True)
    return tuple(min(b, r) if place < at else b for place, (b, r) in enumerate(pairs))


def less(a: Value, b: Value) -> bool:
    """Whether *a* is less, by more than rounding."""
    return compared(a, b) < 0
