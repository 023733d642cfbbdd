"""First multipliers: duals of the relaxation, and those of budgets by trial.

The bound is concave in the multiplier of a budget: it rises up to some value and falls from there on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from phancong.engines.weighted.bound.flow_duals import flow_duals
from phancong.engines.weighted.bound.lagrangian import Lagrangian, Multipliers
from phancong.engines.weighted.bound.linear_duals import linear_duals
from phancong.engines.weighted.instance import Budget
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import FIRST_PRICE, LINEAR_PAIRS_A_UNIT, STRIDE, TRIES
from phancong.problem import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class InitialMultipliers:
    """First multipliers, with the duals that they come from.

    Parameters
    ----------
    multipliers
        The best multipliers, with their bound.
    worth
        What load is worth beside them, for each pair, U × M.
    strict
        The same at the dearest price of a budget that was tried: for a plan that must keep to it.
    """

    multipliers: Multipliers
    worth: IntArray
    strict: IntArray


def initial_multipliers(lagrangian: Lagrangian, stage_budget: StageBudget) -> InitialMultipliers:
    """Multipliers of covers and budgets, from the linear relaxation."""
    instance = lagrangian.instance
    if instance.binding and instance.binding[0].each is None:
        seconds = stage_budget.limits(math.inf).seconds
        linear = linear_duals(instance, lagrangian.cost, seconds, stage_budget.course.waited)
        stage_budget.charge(instance.size / LINEAR_PAIRS_A_UNIT)
        if linear is not None:
            worth, priced = linear
            return InitialMultipliers(_at(lagrangian, stage_budget, worth, priced), worth, worth)
    budgets = [0] * len(lagrangian.budgets)
    found, worth = _split(lagrangian, stage_budget, tuple(budgets))
    strict = worth
    # At the largest price no unit is worth a budget, or sums would overflow.
    dearest = 2 * int(np.abs(lagrangian.cost).max(initial=0)) + 1
    for number, budget in enumerate(lagrangian.budgets):
        if _most(lagrangian, worth, tuple(budgets), budget) <= budget.most:
            continue
        dear, low, best, high = 0, 0, 0, min(dearest, lagrangian.most[number])
        for _ in range(TRIES):
            price = _between(low, best, high)
            if stage_budget.stop_reason is not None or price in (low, best, high):
                break
            budgets[number] = price
            there, also = _split(lagrangian, stage_budget, tuple(budgets))
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
    return InitialMultipliers(found, worth, strict)


def _most(lagrangian: Lagrangian, worth: IntArray, budgets: tuple[int, ...], budget: Budget) -> int:
    """The most of a budget that units use in the relaxation, which gives them their cheapest members."""
    cost = lagrangian.penalised_cost(budgets) + worth
    cheap = lagrangian.instance.free & (
        cost <= lagrangian.cover_multipliers(worth, budgets)[:, None]
    )
    dearest = np.where(cheap, budget.weight, np.iinfo(np.int64).min).max(axis=1)
    need = lagrangian.instance.need
    return int((need * np.where(need > 0, dearest, 0)).sum())


def _between(low: int, best: int, high: int) -> int:
    """The price to try next, between the best price so far and its worse neighbours.

    In the wider part, as ratios go: nothing is known of the size of a price.
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
    """Multipliers of covers from splitting households, for some multipliers of budgets."""
    instance = lagrangian.instance
    cost = lagrangian.penalised_cost(budgets)
    found: IntArray | None = None
    if instance.binding and instance.binding[0].each is not None:
        found = flow_duals(instance.free, instance.need, instance.binding[0], cost)
    worth = np.zeros(cost.shape, dtype=np.int64) if found is None else found
    return _at(lagrangian, stage_budget, worth, budgets), worth


def _at(
    lagrangian: Lagrangian, stage_budget: StageBudget, worth: IntArray, budgets: tuple[int, ...]
) -> Multipliers:
    stage_budget.charge(8 * lagrangian.knapsacks.work)
    return lagrangian.evaluate(lagrangian.cover_multipliers(worth, budgets), budgets)
