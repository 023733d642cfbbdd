"""A surrogate constraint that proves that limits cannot hold together.

Each limit of a load or budget is multiplied by a multiplier, and the products are added up. A plan that
keeps all limits keeps the sum, too (surrogate constraint: Glover, *Operations Research* 16, 1968,
doi:10.1287/opre.16.4.741). The left side is least if each unit has its cheapest members. If that is above
the right side, there is no plan.

The multipliers are duals of the linear relaxation. They need not be exact, since the sum is computed in
integers. If loads depend on the member, a splittable flow cannot check whether a level of load is
possible, and this constraint is used instead. Pairs that are too heavy for the level are left out
(Lenstra, Shmoys, Tardos, *Mathematical Programming* 46, 1990, doi:10.1007/BF01585745).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Waiting
from phancong.engines.common.linear_program import LinearProgram
from phancong.engines.weighted.instance import Instance
from phancong.problem import BoolArray, FloatArray, IntArray

#: Bits of the largest multiplier.
BITS: Final = 16
#: Most bits of the left side.
SUM_BITS: Final = 62


@dataclass(frozen=True, slots=True, eq=False)
class LimitMultipliers:
    """A multiplier for each limit of a load, and for each budget.

    Parameters
    ----------
    loads
        Measure → multiplier of each member, (M,): positive for its maximum, negative for its minimum.
    budgets
        Multiplier of each budget, 0 or more.
    """

    loads: Mapping[str, IntArray]
    budgets: tuple[int, ...]

    def rule_out(self, instance: Instance) -> bool:
        """Whether it is proven that no plan keeps all limits of an instance."""
        free = light_pairs(instance)
        if (free.sum(axis=1) < instance.need).any():
            return True
        right = 0
        cost = np.zeros(free.shape, dtype=np.int64)
        for resource in instance.resources:
            multiplier = self.loads.get(resource.measure, np.zeros_like(resource.high))
            cost += resource.weight * multiplier[None, :]
            limit = np.where(multiplier > 0, resource.high, resource.low)
            right += sum(m * k for m, k in zip(multiplier.tolist(), limit.tolist(), strict=True))
        for budget, price in zip(instance.budgets, self.budgets, strict=True):
            cost += budget.weight * price
            right += price * budget.most
        cost = np.sort(np.where(free, cost, np.iinfo(np.int64).max), axis=1)
        places = np.arange(free.shape[1])[None, :] < instance.need[:, None]
        return int(cost[places].sum()) > right


def light_pairs(instance: Instance) -> BoolArray:
    """The free pairs whose load alone is within the member's limits, U × M."""
    free = instance.free.copy()
    for resource in instance.binding:
        free &= resource.weight <= resource.high[None, :]
    return free


def limit_multipliers(
    instance: Instance, seconds: float, waited: Waiting
) -> LimitMultipliers | None:
    """Duals of the linear program that relaxes all limits by the least common fraction of themselves.

    None if that fraction is 0, there are too many pairs, or the program was not solved within *seconds*.
    *waited* makes the call and reports progress meanwhile.
    """
    rows, columns = np.nonzero(light_pairs(instance))
    if not 0 < len(rows) <= instance.tuning.most_linear_pairs:
        return None
    program, size = _relaxation(instance, rows, columns)
    dual = program.duals(seconds, waited)
    if dual is None:
        return None
    price = np.asarray(-dual / size, dtype=np.float64)
    return _whole(instance, price[len(instance.need) :])


def _whole(instance: Instance, price: FloatArray) -> LimitMultipliers | None:
    """Integer multipliers from the duals of all limits, see :func:`whole_multipliers`."""
    members, measures = instance.free.shape[1], len(instance.binding)
    loads = price[: 2 * measures * members].reshape(measures, 2, members).sum(axis=1)
    measure = [resource.measure for resource in instance.binding]
    return whole_multipliers(
        instance, dict(zip(measure, loads, strict=True)), price[2 * measures * members :]
    )


def whole_multipliers(
    instance: Instance, loads: Mapping[str, FloatArray], budgets: FloatArray
) -> LimitMultipliers | None:
    """Prices as integer multipliers; None if all of loads are 0 or sums could overflow.

    Parameters
    ----------
    instance
        The limits.
    loads
        For measures of load, the price of each member's load, (M,).
    budgets
        The price of each budget.
    """
    largest = max((float(np.abs(price).max(initial=0.0)) for price in loads.values()), default=0.0)
    if not largest:
        return None
    scale = 2.0**BITS / largest
    whole = {measure: np.rint(price * scale).astype(np.int64) for measure, price in loads.items()}
    prices = [max(round(part), 0) for part in (budgets * scale).tolist()]
    most = sum(
        float(np.abs(part).max()) * float(np.abs(instance.resource(measure).weight).max(initial=0))
        for measure, part in whole.items()
    ) + sum(
        part * float(np.abs(budget.weight).max(initial=0))
        for part, budget in zip(prices, instance.budgets, strict=True)
    )
    if most * float(instance.need.sum()) >= 2.0**SUM_BITS:
        return None
    return LimitMultipliers(whole, tuple(prices))


def _relaxation(
    instance: Instance, rows: IntArray, columns: IntArray
) -> tuple[LinearProgram, FloatArray]:
    """The linear program over the pairs in these *rows* and *columns*, and the divisor of each row, (R,).

    It has a variable for each pair, and last the fraction to minimise; a row for each unit, for the
    maximum and the minimum of each member in each measure, and for each budget.
    """
    (units, members), pairs = instance.free.shape, len(rows)
    each, fraction = np.arange(pairs), np.full(members, pairs)
    need = instance.need.astype(np.float64)
    entries = [(rows, each, np.ones(pairs))]
    limits = [(need, need, np.ones(units))]
    first = units
    for resource in instance.binding:
        weight = resource.weight[rows, columns]
        size = max(float(weight.max(initial=0)), 1.0)
        for side, limit in ((1, resource.high), (-1, resource.low)):
            by = np.maximum(limit, side) / size
            entries.append((first + columns, each, weight / size))
            entries.append((first + np.arange(members), fraction, -side * by))
            free, held = np.full(members, -side * math.inf), limit / size
            ends = (free, held) if side == 1 else (held, free)
            limits.append((*ends, np.full(members, size)))
            first += members
    for budget in instance.budgets:
        weight = budget.weight[rows, columns]
        size = max(float(np.abs(weight).max(initial=0)), 1.0)
        step = max(abs(budget.most), 1) / size
        entries.append((np.full(pairs, first), each, weight / size))
        entries.append((np.array([first]), np.array([pairs]), np.array([-step])))
        held = np.array([budget.most / size])
        limits.append((np.array([-math.inf]), held, np.array([size])))
        first += 1
    row, variable, value = (np.concatenate(part) for part in zip(*entries, strict=True))
    least, most, sizes = (np.concatenate(part) for part in zip(*limits, strict=True))
    program = LinearProgram(
        row=row,
        variable=variable,
        value=value,
        least=least,
        most=most,
        lower=np.zeros(pairs + 1),
        upper=np.append(np.ones(pairs), math.inf),
        cost=np.append(np.zeros(pairs), 1.0),
    )
    return program, sizes
