"""First multipliers: all from the linear relaxation, or covers from a flow and budgets by a line search.

The linear relaxation takes little time: at 72 × 1,036 with 210 changes it was 0.5 % below the plan after
0.05 CPU seconds, where the line search had left 13 %, and at 102 × 1,562 11 % instead of 16 % after 0.8.

In the line search the bound is concave in the multiplier of a budget: it rises to a maximum and then
falls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from phancong.engines.weighted.bound.flow_duals import flow_duals, flow_prices
from phancong.engines.weighted.bound.lagrangian import Lagrangian, Multipliers
from phancong.engines.weighted.bound.linear_duals import linear_duals
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import (
    BUDGETED_PAIRS_A_UNIT,
    FIRST_PRICE,
    LINEAR_PAIRS_A_UNIT,
    STRIDE,
    TRIES,
    TRIES_PART,
    WIDE_TRIES_PART,
)
from phancong.problem import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class InitialMultipliers:
    """First multipliers, with the duals that they come from.

    Parameters
    ----------
    multipliers
        The best multipliers, with their bound.
    worth
        Price of the load of each pair under them, U × M.
    strict
        The same under the largest multiplier of a budget that was tried, to construct a plan that keeps
        the budget.
    """

    multipliers: Multipliers
    worth: IntArray
    strict: IntArray


def initial_multipliers(lagrangian: Lagrangian, stage_budget: StageBudget) -> InitialMultipliers:
    """Multipliers of covers and budgets from a flow or a linear program, whichever fits the loads."""
    instance = lagrangian.instance
    if instance.binding and instance.binding[0].each is None:
        linear = linear_multipliers(lagrangian, stage_budget)
        if linear is not None:
            return linear
    # At this multiplier a step of a budget outweighs the cost of any pair.
    dearest = 2 * int(np.abs(lagrangian.cost).max(initial=0)) + 1
    budgets = [0] * len(lagrangian.budgets)
    many = instance.is_wide and instance.has_mostly_free_pairs
    few = many and not instance.is_nearly_full
    charge = stage_budget.portion(WIDE_TRIES_PART if few else TRIES_PART)
    found, worth = _split(lagrangian, stage_budget, tuple(budgets))
    strict = worth
    for number, budget in enumerate(lagrangian.budgets):
        if _most(lagrangian, worth, tuple(budgets), budget) <= budget.most:
            continue
        dear, low, best, high = 0, 0, 0, min(dearest, lagrangian.most[number])
        for _ in range(TRIES):
            price = next_price(low, best, high)
            if charge(0.0) or price in (low, best, high):
                break
            budgets[number] = price
            there, also = _split(lagrangian, stage_budget, tuple(budgets))
            if price > dear:
                strict, dear = also, price
            # Compare bounds, not whether the budget is kept: the multipliers of covers change, too.
            if there.bound > found.bound:
                found, worth = there, also
                low, best, high = (best, price, high) if price > best else (low, price, best)
            elif price > best:
                high = price
            else:
                low = price
        if best == dear > 0 and not charge(0.0):
            # A budget that is held at its least value may need a multiplier that outweighs all pairs of
            # a plan, as long paths lead from one plan to another.
            budgets[number] = min(lagrangian.outweighing, lagrangian.most[number])
            there, also = _split(lagrangian, stage_budget, tuple(budgets))
            if there.bound > found.bound:
                found, worth, best = there, also, budgets[number]
        budgets[number] = best
    lagrangian.price_second(found.second)
    return InitialMultipliers(found, worth, strict)


def linear_multipliers(
    lagrangian: Lagrangian, stage_budget: StageBudget
) -> InitialMultipliers | None:
    """Multipliers from the linear relaxation; None if it was not solved in time, or is too large."""
    instance = lagrangian.instance
    seconds = stage_budget.limits(math.inf).seconds
    linear = linear_duals(instance, lagrangian.cost, seconds, stage_budget.course.waited)
    stage_budget.charge(linear_work(instance))
    if linear is None:
        return None
    lagrangian.price_second(linear.second)
    found = _at(lagrangian, stage_budget, linear.worth, linear.budgets)
    if instance.budgets:
        # Covers are part of the price of load, so that the cheapest members tell less than the duals.
        stage_budget.charge(8 * lagrangian.knapsacks.work)
        other = lagrangian.evaluate(linear.units, linear.budgets)
        found = other if other.bound > found.bound else found
    return InitialMultipliers(found, linear.worth, linear.worth)


def linear_work(instance: Instance) -> float:
    """Units of work of the linear relaxation."""
    dependent = bool(instance.binding) and instance.binding[0].each is None
    return instance.size / (LINEAR_PAIRS_A_UNIT if dependent else BUDGETED_PAIRS_A_UNIT)


def _most(lagrangian: Lagrangian, worth: IntArray, budgets: tuple[int, ...], budget: Budget) -> int:
    """An upper bound of the use of a budget in the relaxation, in which units have cheapest members."""
    cost = lagrangian.penalised_cost(budgets) + worth
    cheap = lagrangian.instance.free & (
        cost <= lagrangian.cover_multipliers(worth, budgets)[:, None]
    )
    dearest = np.where(cheap, budget.weight, np.iinfo(np.int64).min).max(axis=1)
    need = lagrangian.instance.need
    return int((need * np.where(need > 0, dearest, 0)).sum())


def next_price(low: int, best: int, high: int) -> int:
    """The multiplier to try next, between the best one so far and its worse neighbours.

    It divides the interval with the larger ratio of its ends, since its order of magnitude is unknown.
    """
    if best == 0:
        return high >> FIRST_PRICE
    below = best / low if low else STRIDE
    if high / best >= below:
        return min(math.isqrt(best * high), STRIDE * best)
    return math.isqrt(low * best) if low else best // STRIDE


def _split(
    lagrangian: Lagrangian, stage_budget: StageBudget, budgets: tuple[int, ...]
) -> tuple[Multipliers, IntArray]:
    """Multipliers by a splittable flow for given multipliers of budgets, and the price of load, U × M.

    A second load is priced by a flow of its own at the prices of the first, which are then found anew:
    each step raises the bound that is left.
    """
    lagrangian.price_second(None)
    worth = _price_of_first(lagrangian, budgets)
    found = _at(lagrangian, stage_budget, worth, budgets)
    second = lagrangian.second
    if second is None or second.each is None:
        return found, worth
    instance = lagrangian.instance
    cost = lagrangian.penalised_cost(budgets) + worth
    prices = flow_prices(instance.free, instance.need, second, cost)
    if prices is None or not prices.any():
        return found, worth
    lagrangian.price_second(prices)
    other = _price_of_first(lagrangian, budgets)
    both = _at(lagrangian, stage_budget, other, budgets)
    return (both, other) if both.bound > found.bound else (found, worth)


def _price_of_first(lagrangian: Lagrangian, budgets: tuple[int, ...]) -> IntArray:
    """The price of the first load, U × M; 0 where a flow gives none."""
    instance, cost = lagrangian.instance, lagrangian.penalised_cost(budgets)
    found: IntArray | None = None
    if instance.binding and instance.binding[0].each is not None:
        found = flow_duals(instance.free, instance.need, instance.binding[0], cost)
    return np.zeros(cost.shape, dtype=np.int64) if found is None else found


def _at(
    lagrangian: Lagrangian, stage_budget: StageBudget, worth: IntArray, budgets: tuple[int, ...]
) -> Multipliers:
    stage_budget.charge(8 * lagrangian.knapsacks.work)
    return lagrangian.evaluate(lagrangian.cover_multipliers(worth, budgets), budgets)
