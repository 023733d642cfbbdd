"""Values of goals: one number, or the figures of all members in order, compared like words.

A value is a number, or for leximax a row of figures, the largest first (contract 5.5). Everything that
compares or moves values does it here, place by place; nothing else needs to know which of both it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeGuard

from phancong.meeting import TOLERANCE, ULPS, proves

#: The value of a goal: a number, or for leximax a tuple, largest first.
Value = float | tuple[float, ...]


def is_row(value: Value | None) -> TypeGuard[tuple[float, ...]]:
    """Whether a value is a row of figures, not one number."""
    return isinstance(value, tuple)


def figures(value: Value) -> tuple[float, ...]:
    """The figures of a value in their order; as tuples they compare like words."""
    return value if isinstance(value, tuple) else (value,)


def single(value: Value) -> float:
    """The value of a goal that has one number."""
    (only,) = figures(value)
    return only


def by_place(function: Callable[..., float], *values: Value) -> Value:
    """*function* of the figures in each place; of the kind of the first value.

    Raises
    ------
    ValueError
        The values have unequal numbers of figures.
    """
    places = zip(*map(figures, values), strict=True)
    found = tuple(function(*place) for place in places)
    return found if is_row(values[0]) else found[0]


def meets(best: Value, bound: Value) -> bool:
    """Whether a bound proves a value: no more than the tolerance lies between them."""
    reached, least = figures(best), figures(bound)
    return len(reached) == len(least) and all(map(proves, reached, least))


def compared(a: Value, b: Value) -> int:
    """Less than 0 where *a* is less, more than 0 where *b* is; 0 where floats cannot tell."""
    for mine, theirs in zip(figures(a), figures(b), strict=True):
        if mine != theirs and not (math.isinf(mine) and math.isinf(theirs)):
            if not proves(mine, theirs):
                return 1
            if not proves(theirs, mine):
                return -1
    return 0


def nowhere_more(a: Value, b: Value) -> bool:
    """Whether *a* is no more than *b*, place by place, to the accuracy of floats alone.

    Values that come earlier in the order of leximax can be more in some place: (4, 4) and (5, 3). And an
    engine may hold a value exactly: what only meets it, within the tolerance of limits, is beyond it.
    """
    return all(
        x <= y or x - y <= ULPS * max(abs(x), abs(y))
        for x, y in zip(figures(a), figures(b), strict=True)
    )


def near(a: Value, b: Value) -> bool:
    """Whether two values are equal in each place, within the tolerance of the larger one."""
    left, right = figures(a), figures(b)
    return len(left) == len(right) and all(
        abs(x - y) <= _margin(x, y) for x, y in zip(left, right, strict=True)
    )


def less(a: Value, b: Value) -> bool:
    """Whether *a* comes before *b* in order, by more than the tolerance of the larger one."""
    pairs = zip(figures(a), figures(b), strict=False)
    return next((x < y for x, y in pairs if abs(x - y) > _margin(x, y)), False)


def _margin(a: float, b: float) -> float:
    return TOLERANCE * max(1.0, abs(a), abs(b))
