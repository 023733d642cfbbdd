"""The prices that a search begins with: the relaxation's, and those of budgets by trial.

The bound is concave in the price of a budget: it rises up to some price and falls from there on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.lns.instance import Budget
from phancong.engines.lns.lagrangian import Lagrangian, Prices
from phancong.engines.lns.linear_prices import PAIRS_A_UNIT, linear_prices
from phancong.engines.lns.prices import split_prices
from phancong.engines.lns.span import Span
from phancong.problem import IntArray

#: The first price of a budget that is tried is the largest one over two to this.
FIRST: Final = 6
#: By how much a price is raised at once, and how many are tried.
STRIDE: Final = 8
TRIES: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class First:
    """What a search begins with.

    Parameters
    ----------
    prices
        The best prices, with their bound.
    worth
        What load is worth beside them, for each pair, U × M.
    strict
        The same at the dearest price of a budget that was tried: for a plan that must keep to it.
    """

    prices: Prices
    worth: IntArray
    strict: IntArray


def first_prices(lagrangian: Lagrangian, span: Span) -> First:
    """Prices of covers and budgets, from the linear relaxation."""
    instance = lagrangian.instance
    if instance.binding and instance.binding[0].each is None:
        seconds = span.limits(math.inf).seconds
        linear = linear_prices(instance, lagrangian.cost, seconds, span.course.waited)
        span.over(instance.size / PAIRS_A_UNIT)
        if linear is not None:
            worth, priced = linear
            return First(_at(lagrangian, span, worth, priced), worth, worth)
    budgets = [0] * len(lagrangian.budgets)
    found, worth = _split(lagrangian, span, tuple(budgets))
    strict = worth
    # At the largest price no unit is worth a budget, or sums would overflow.
    dearest = 2 * int(np.abs(lagrangian.cost).max(initial=0)) + 1
    for number, budget in enumerate(lagrangian.budgets):
        if _most(lagrangian, worth, tuple(budgets), budget) <= budget.most:
            continue
        dear, low, best, high = 0, 0, 0, min(dearest, lagrangian.most[number])
        for _ in range(TRIES):
            price = _between(low, best, high)
            if span.why is not None or price in (low, best, high):
                break
            budgets[number] = price
            there, also = _split(lagrangian, span, tuple(budgets))
            if price > dear:
                strict, dear = also, price
            # Whether the budget is kept says less: covers are priced anew each time.
            if there.bound > found.bound:
                found, worth = there, also
                low, best, high = (best, price, high) if price > best else (low, price, best)
            elif price > best:
                high = price
            else:
                low = price
        budgets[number] = best
    return First(found, worth, strict)


def _most(lagrangian: Lagrangian, worth: IntArray, budgets: tuple[int, ...], budget: Budget) -> int:
    """The most of a budget that units use in the relaxation, which gives them their cheapest members."""
    cost = lagrangian.with_budgets(budgets) + worth
    cheap = lagrangian.instance.free & (cost <= lagrangian.cover_of(worth, budgets)[:, None])
    dearest = np.where(cheap, budget.weight, np.iinfo(np.int64).min).max(axis=1)
    need = lagrangian.instance.need
    return int((need * np.where(need > 0, dearest, 0)).sum())


def _between(low: int, best: int, high: int) -> int:
    """A price to try next, between the best one so far and those to both sides that are worse.

    In the wider part, as ratios go: nothing is known of the size of a price.
    """
    if best == 0:
        return high >> FIRST
    below = best / low if low else STRIDE
    if high / best >= below:
        return min(math.isqrt(best * high), STRIDE * best)
    return math.isqrt(low * best) if low else best // STRIDE


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
