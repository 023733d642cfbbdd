"""The prices that a search begins with: the relaxation's, and those of budgets by bisection."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from phancong.engines.lns.lagrangian import Lagrangian, Prices
from phancong.engines.lns.linear_prices import PAIRS_A_UNIT, linear_prices
from phancong.engines.lns.prices import split_prices
from phancong.engines.lns.span import Span
from phancong.problem import IntArray

#: A budget's price is told so many bits exactly.
BITS: Final = 6


def first_prices(lagrangian: Lagrangian, span: Span) -> tuple[Prices, IntArray]:
    """Prices with their bound, and what load is worth beside them for each pair, U × M."""
    instance = lagrangian.instance
    if instance.binding and instance.binding[0].each is None:
        linear = linear_prices(instance, lagrangian.cost, span.limits(math.inf).seconds)
        span.over(instance.size / PAIRS_A_UNIT)
        if linear is not None:
            worth, priced = linear
            return _at(lagrangian, span, worth, priced), worth
    budgets = [0] * len(lagrangian.budgets)
    found, worth = _split(lagrangian, span, tuple(budgets))
    # At the largest price no unit is worth a budget, or sums would overflow.
    dearest = 2 * int(np.abs(lagrangian.cost).max(initial=0)) + 1
    for number, budget in enumerate(lagrangian.budgets):
        if budget.room(found.best.chosen) >= 0 or span.why is not None:
            continue
        low, high = 0, min(dearest, lagrangian.most[number])
        while high - low > max(high >> BITS, 1) and span.why is None:
            budgets[number] = (low + high) // 2 if low else max(high >> BITS, 1)
            there, also = _split(lagrangian, span, tuple(budgets))
            if there.bound > found.bound:
                found, worth = there, also
            if budget.room(there.best.chosen) >= 0:
                high = budgets[number]
            else:
                low = budgets[number]
        budgets[number] = found.budgets[number]
    return found, worth


def _split(lagrangian: Lagrangian, span: Span, budgets: tuple[int, ...]) -> tuple[Prices, IntArray]:
    """Prices of covers from splitting households, for some prices of budgets."""
    instance = lagrangian.instance
    cost = lagrangian.with_budgets(budgets)
    found: IntArray | None = None
    if instance.binding and instance.binding[0].each is not None:
        found = split_prices(instance.free, instance.need, instance.binding[0], cost)
    worth = np.zeros(cost.shape, dtype=np.int64) if found is None else found
    return _at(lagrangian, span, worth, budgets), worth


def _at(lagrangian: Lagrangian, span: Span, worth: IntArray, budgets: tuple[int, ...]) -> Prices:
    span.over(8 * lagrangian.knapsacks.work)
    return lagrangian.at(lagrangian.cover_of(worth, budgets), budgets)
