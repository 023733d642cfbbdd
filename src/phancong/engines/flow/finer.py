"""Sums of distances to the last digit: integers that are made finer where they matter.

The integers that a flow takes are coarse: at 8,000 × 1,700 a distance has some millionths of a metre,
and what was rounded of all pairs together may be more than a proof may leave open. But a plan of least
cost in these integers bounds what a pair may cost beyond its prices: a pair whose reduced cost is more
than what was rounded of a whole plan is in no better plan. Without those, and with the prices taken
off, the costs that are left are small, and fine integers hold them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from phancong.engines.common.scaling import scaled
from phancong.engines.flow.faces import reduced_cost
from phancong.engines.flow.lines import rounding
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.pair_costs import PairCosts
from phancong.engines.flow.steps import Step, everywhere, least_cost
from phancong.goals import meets
from phancong.masks import where_true
from phancong.meeting import ULPS
from phancong.problem import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """A sum in real numbers.

    Parameters
    ----------
    pairs
        Gives the real cost of some pairs, (N,), from rows and columns.
    missing
        That of a member missing, (H,).
    """

    pairs: Callable[[IntArray, IntArray], FloatArray]
    missing: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Stand:
    """The state of the search for finer costs.

    Parameters
    ----------
    network
        The plans that are left; no other one is as good.
    costs, unit
        What they cost as integers, and what 1 is worth.
    step
        The step of least cost.
    pairs
        Gives the real cost of some pairs, (N,), from rows and columns.
    missing, units
        The real cost of a member missing, (H,), and of a household of each member, (M,).
    """

    network: Network
    costs: Costs
    unit: float
    step: Step
    pairs: Callable[[IntArray, IntArray], FloatArray]
    missing: FloatArray
    units: FloatArray


def finer(loads: UnitLoads, network: Network, costs: Costs, step: Step, real: Real) -> Step:
    """A step of a least sum whose proof is as fine as a proof has to be, as far as that is possible.

    Parameters
    ----------
    loads, network
        The problem, and the plans that are compared.
    costs
        The sum as integers; 1 is worth twice the error of *step*.
    step
        The step of least cost of these.
    real
        The sum in real numbers.
    """
    if not step.error:
        return step
    members = np.zeros(len(network.low))
    stand = _Stand(network, costs, 2 * step.error, step, real.pairs, real.missing, members)
    error = math.inf
    while stand.step.error < error / 2 and not _is_fine(loads, stand.step, real):
        error = stand.step.error
        stand = _finer(loads, stand)
    # Rounded once, so that plans of several networks compare whatever integers they came from.
    key = (_value(stand.step.flow, real),)
    if stand.step is step:
        return replace(step, key=key)
    # These costs say nothing of the pairs that were left out: no costs of any network.
    return replace(stand.step, key=key, costs_of=None)


def _is_fine(loads: UnitLoads, step: Step, real: Real) -> bool:
    """Whether what was rounded is within what a proof may leave open."""
    value = _value(step.flow, real)
    return meets(value, value - rounding(loads.problem, step.error))


def _value(flow: Flow, real: Real) -> float:
    """The sum of a plan, rounded once."""
    ways = real.pairs(flow.rows, flow.columns)
    return math.fsum([*ways.tolist(), *(real.missing * flow.missing).tolist()])


def _finer(loads: UnitLoads, stand: _Stand) -> _Stand:
    """Finer costs of fewer pairs, and the step of least cost of these."""
    network, flow, unit = stand.network, stand.step.flow, stand.unit
    # Two plans may each be off by the error of their pairs: a better one costs no more than that more.
    most = math.ceil(rounding(loads.problem, stand.step.error) / unit) + 1
    rows, columns, must = _open(stand, most)
    price, household_price = flow.price * unit, flow.household_price * unit
    real = stand.pairs(rows, columns)
    pairs = np.where(must, 0.0, real - household_price[rows] + price[columns])
    left, missing, units = _left(stand, most, (rows, columns), must)
    whole = scaled(pairs, missing, units, bits=loads.bits)
    # A pair and a household of a member are each rounded, and floats have so many digits.
    off = float(np.abs(real).max(initial=0.0)) + float(
        np.abs(household_price[rows]).max(initial=0.0)
    )
    error = 2 * whole.error + ULPS * off
    room = max(int((left.high - left.low).max(initial=0)), 1)
    costs = Costs(
        pairs=_listed(loads, left, (rows, columns), whole.costs[0]),
        units=np.repeat(whole.costs[2][:, None], room, axis=1),
        missing=whole.costs[1],
    )
    step = least_cost(loads, left, everywhere(costs, error))
    assert step is not None  # the plan that there is has none of the pairs that were left out
    keys = rows * len(network.low) + columns

    def again(rows: IntArray, columns: IntArray) -> FloatArray:
        return np.asarray(pairs[np.searchsorted(keys, rows * len(network.low) + columns)])

    return _Stand(left, costs, 1 / float(whole.scale), step, again, missing, units)


def _open(stand: _Stand, most: int) -> tuple[IntArray, IntArray, BoolArray]:
    """Pairs that a plan as good may have, sorted, and which of them each of these has; (N,) each."""
    network, costs, flow = stand.network, stand.costs, stand.step.flow
    if isinstance(costs.pairs, PairCosts):
        price = flow.price, flow.household_price
        rows, columns, reduced = costs.pairs.up_to(most, network.free, *price)
    else:
        matrix = reduced_cost(network, costs, flow)
        rows, columns = where_true(network.free & (matrix <= most))
        reduced = matrix[rows, columns]
    return rows, columns, np.asarray(reduced < -most)


def _left(
    stand: _Stand, most: int, pairs: tuple[IntArray, IntArray], must: BoolArray
) -> tuple[Network, FloatArray, FloatArray]:
    """The plans that may be as good, and what members missing and loads cost in them.

    What deviates from its bound for more than *most* does not in these.
    """
    network, costs, flow = stand.network, stand.costs, stand.step.flow
    rows, columns = pairs
    on, free = network.on.copy(), np.zeros_like(network.free)
    on[rows[must], columns[must]] = True
    free[rows[~must], columns[~must]] = True
    need = network.need - np.bincount(rows[must], minlength=len(network.need))

    each = np.zeros_like(need) if costs.missing is None else costs.missing
    reduced = each - flow.household_price
    least = np.where(reduced < -most, network.most_missing, network.least_missing)
    most_missing = np.minimum(np.where(reduced > most, least, network.most_missing), need)
    missing = np.where(
        least == most_missing, 0.0, stand.missing - flow.household_price * stand.unit
    )

    unit = np.zeros_like(network.low) if costs.units is None else costs.units[:, 0]
    reduced = unit - flow.price
    low = np.where(reduced < -most, network.high, network.low)
    high = np.where(reduced > most, np.maximum(network.low, network.base), network.high)
    units = np.where(low >= high, 0.0, stand.units - flow.price * stand.unit)
    free &= (need > 0)[:, None]
    left = Network(free, on, need, least, most_missing, low, high)
    return left, missing, units


def _listed(
    loads: UnitLoads, network: Network, pairs: tuple[IntArray, IntArray], costs: IntArray
) -> IntArray | PairCosts:
    """Costs of some pairs, sorted."""
    if loads.ground is not None:
        return PairCosts(loads.ground, keys=loads.ground.keys(*pairs), values=costs)
    matrix = np.zeros(network.free.shape, dtype=np.int64)
    matrix[pairs] = costs
    return matrix
