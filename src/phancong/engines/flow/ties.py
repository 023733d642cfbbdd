"""Which plans are as good as the best one of a sum whose costs were rounded to integers.

The next goal is optimised over these, and a proof of it has to know all of them. A plan of which some
part costs more than its price, in integers, than was rounded of a whole plan is worse than the best one;
of the parts that are left, few, costs are told in exact fractions. Less their prices they are so small
that integers hold them to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phancong.engines.flow.faces import optimal_face, reduced_cost
from phancong.engines.flow.lines import rounding
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.pair_costs import PairCosts
from phancong.engines.flow.steps import Step, everywhere, least_cost
from phancong.meeting import ULPS
from phancong.problem import BoolArray, FloatArray, IntArray

#: Up to so many pairs are told in fractions (10 µs each).
FEW: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """A sum as integers, and a flow of least cost of these.

    Parameters
    ----------
    network
        The plans that are compared; no other one is as good.
    costs, unit, error
        What they cost as integers, what 1 is worth, and how far the real cost of one pair may lie from
        its own.
    flow
        The flow.
    price, household_price
        What was taken off the real costs before, with the other sign that of a member, (M,), and that of
        a household, (H,).
    """

    network: Network
    costs: Costs
    unit: float
    error: float
    flow: Flow
    price: FloatArray
    household_price: FloatArray

    @classmethod
    def at_first(cls, network: Network, costs: Costs, unit: float, step: Step) -> Rounded:
        """A sum of which nothing was taken off, and its step of least cost."""
        price, household_price = np.zeros(len(network.low)), np.zeros(len(network.need))
        return cls(network, costs, unit, step.error, step.flow, price, household_price)

    def most(self, loads: UnitLoads) -> int:
        """How far beyond its price a pair of a plan as good may be: what was rounded of two plans."""
        error = self.error + ULPS * self.costs.largest() * self.unit
        return math.floor(rounding(loads.problem, error) / self.unit)


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """A sum in real numbers.

    Parameters
    ----------
    pairs
        Gives the real cost of some pairs, (N,), from rows and columns; 0 only where it is nothing.
    missing
        That of a member missing, (H,).
    exact_pairs, exact_missing
        The same in exact numbers, the latter of some rows.
    """

    pairs: Callable[[IntArray, IntArray], FloatArray]
    missing: FloatArray
    exact_pairs: Callable[[IntArray, IntArray], list[Fraction]]
    exact_missing: Callable[[IntArray], list[Fraction]]


def as_good(loads: UnitLoads, found: Rounded, real: Real | None) -> list[Network]:
    """The network of the plans that are as good as a flow of least cost.

    Parameters
    ----------
    loads
        The problem.
    found
        The flow.
    real
        The sum in real numbers; None where it is not told in exact ones.

    Returns
    -------
    list of Network
        One. It is not *whole* where plans may be missing: they are as good in real numbers, and not in
        integers.
    """
    network, costs, flow = found.network, found.costs, found.flow
    most = found.most(loads)
    if not leaves_open(network, costs, flow, most):
        return [optimal_face(network, costs, flow)]
    exact = None if real is None else _exact_face(loads, found, real, most)
    return [exact or replace(optimal_face(network, costs, flow), whole=False)]


def leaves_open(network: Network, costs: Costs, flow: Flow, most: int) -> bool:
    """Whether some part of a plan costs more or less than its price, and no more than *most*."""
    if most <= 0:
        return False
    _, _, reduced = near_price(network, costs, flow, most)
    each = np.zeros_like(network.need) if costs.missing is None else costs.missing
    missing = (each - flow.household_price)[network.least_missing < network.most_missing]
    room = network.high - network.low
    width = max(int(room.max(initial=0)), 1)
    units = np.zeros((len(room), width), dtype=np.int64) if costs.units is None else costs.units
    there = np.arange(units.shape[1])[None, :] < room[:, None]
    parts = (reduced, missing, (units - flow.price[:, None])[there])
    return any(((part != 0) & (np.abs(part) <= most)).any() for part in parts)


def near_price(
    network: Network, costs: Costs, flow: Flow, most: int
) -> tuple[IntArray, IntArray, IntArray]:
    """Free pairs that cost no more than *most* beyond their price, sorted, and how much; (N,) each."""
    if isinstance(costs.pairs, PairCosts):
        return costs.pairs.up_to(most, network.free, flow.price, flow.household_price)
    matrix = reduced_cost(network, costs, flow)
    rows, columns = np.nonzero(network.free & (matrix <= most))
    return rows, columns, matrix[rows, columns]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The plans that may be as good, and what can still differ between them.

    Parameters
    ----------
    network
        The plans.
    rows, columns
        The pairs that may be and need not be, (N,) each, sorted.
    missing, units
        Whether the members missing of each household, (H,), and the households of each member, (M,),
        can differ.
    """

    network: Network
    rows: IntArray
    columns: IntArray
    missing: BoolArray
    units: BoolArray


def part_of(network: Network, costs: Costs, flow: Flow, most: int) -> Part:
    """The part of a network whose plans cost no more than *most* beyond that of a flow of least cost."""
    rows, columns, reduced = near_price(network, costs, flow, most)
    must = reduced < -most
    on, free = network.on.copy(), np.zeros_like(network.free)
    on[rows[must], columns[must]] = True
    forced = np.bincount(rows[must], minlength=len(network.need))
    rows, columns = rows[~must], columns[~must]
    free[rows, columns] = True
    need = network.need - forced

    each = np.zeros_like(need) if costs.missing is None else costs.missing
    beyond = each - flow.household_price
    least = np.where(beyond < -most, network.most_missing, network.least_missing)
    most_missing = np.minimum(np.where(beyond > most, least, network.most_missing), need)

    unit = np.zeros_like(network.low) if costs.units is None else costs.units[:, 0]
    beyond = unit - flow.price
    low = np.where(beyond < -most, network.high, network.low)
    high = np.where(beyond > most, np.maximum(network.low, network.base), network.high)
    free &= (need > 0)[:, None]
    left = Network(free, on, need, least, most_missing, low, high, network.whole)
    return Part(left, rows, columns, least < most_missing, low < high)


def listed(
    loads: UnitLoads, network: Network, rows: IntArray, columns: IntArray, costs: IntArray
) -> IntArray | PairCosts:
    """Costs of some pairs, sorted."""
    if loads.ground is not None:
        return PairCosts(loads.ground, keys=loads.ground.keys(rows, columns), values=costs)
    matrix = np.zeros(network.free.shape, dtype=np.int64)
    matrix[rows, columns] = costs
    return matrix


def _exact_face(loads: UnitLoads, found: Rounded, real: Real, most: int) -> Network | None:
    """The plans that cost the least to the last digit; None where 64 bits do not hold the costs."""
    part = part_of(found.network, found.costs, found.flow, most)
    rows, columns = part.rows, part.columns
    told = np.flatnonzero(real.pairs(rows, columns))  # of a limit that most pairs keep, few
    if len(told) > FEW:
        return None
    pairs = real.exact_pairs(rows[told], columns[told])
    absent_rows = np.flatnonzero(part.missing)
    missing = real.exact_missing(absent_rows)
    scale = math.lcm(*(cost.denominator for cost in (*pairs, *missing)))
    household = _whole(found.household_price + found.flow.household_price * found.unit, scale)
    member = _whole(found.price + found.flow.price * found.unit, scale)
    each = member[columns] - household[rows]
    each[told] += [int(cost * scale) for cost in pairs]
    absent = np.zeros_like(household)
    absent[absent_rows] = [int(cost * scale) for cost in missing] - household[absent_rows]
    units = np.where(part.units, -member, 0)
    if any(
        int(np.abs(side).max(initial=0)).bit_length() >= loads.bits
        for side in (each, absent, units)
    ):
        return None
    network = part.network
    room = max(int((network.high - network.low).max(initial=0)), 1)
    costs = Costs(
        pairs=listed(loads, network, rows, columns, each.astype(np.int64)),
        units=np.repeat(units.astype(np.int64)[:, None], room, axis=1),
        missing=absent.astype(np.int64),
    )
    step = least_cost(loads, network, everywhere(costs))
    assert step is not None  # the plan that there is has none of the pairs that were left out
    (face,) = step.narrow()
    return face


def _whole(prices: FloatArray, scale: int) -> NDArray[np.object_]:
    """Prices as integers near them, of any size: any are prices, if taken off of all alike."""
    return np.array([round(Fraction(price) * scale) for price in prices.tolist()], dtype=object)
