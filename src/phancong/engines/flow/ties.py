"""The optimal face of a sum whose costs were rounded to integers.

The next goal is minimised over this face, so that the face must contain every plan with the least real
sum. A plan is worse than the best one if the reduced cost of some part of it is above the rounding
error of a whole plan. The few parts that are left get exact costs as fractions. Their exact reduced
costs are small, so that integers represent them exactly.
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

#: Most pairs whose costs are computed as fractions (10 µs each).
FEW: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """A sum in integers, and a flow that minimises it.

    Parameters
    ----------
    network
        The network; it contains all plans with the least real sum.
    costs, quantum, error
        The integer costs, the real value of the integer 1, and the largest error of one rounded cost.
    flow
        The flow of minimum cost.
    price, household_price
        Prices by which the real costs were reduced before rounding: member's price added, (M,), and
        household's price subtracted, (H,).
    """

    network: Network
    costs: Costs
    quantum: float
    error: float
    flow: Flow
    price: FloatArray
    household_price: FloatArray

    @classmethod
    def at_first(cls, network: Network, costs: Costs, unit: float, step: Step) -> Rounded:
        """A sum whose costs were not reduced, and the step that minimised it."""
        price, household_price = np.zeros(len(network.low)), np.zeros(len(network.need))
        return cls(network, costs, unit, step.error, step.flow, price, household_price)

    def most(self, loads: UnitLoads) -> int:
        """Largest reduced cost of a pair in a plan with the least real sum: the error of two plans."""
        error = self.error + ULPS * self.costs.largest * self.quantum
        return math.floor(rounding(loads.problem, error) / self.quantum)


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """A sum in real numbers.

    Parameters
    ----------
    pairs
        Returns the real cost of some pairs, (N,), from rows and columns; 0 only if it is exactly 0.
    missing
        Real cost of a missing member, (H,).
    exact_pairs, exact_missing
        Return the exact costs of some pairs, and of missing members at some rows.
    """

    pairs: Callable[[IntArray, IntArray], FloatArray]
    missing: FloatArray
    exact_pairs: Callable[[IntArray, IntArray], list[Fraction]]
    exact_missing: Callable[[IntArray], list[Fraction]]


def as_good(loads: UnitLoads, found: Rounded, real: Real | None) -> list[Network]:
    """The network of the plans with the least real sum.

    Parameters
    ----------
    loads
        The problem.
    found
        The sum in integers with its flow.
    real
        The sum in real numbers; None if there are no exact costs.

    Returns
    -------
    list of Network
        One network. It is not *whole* if plans may be missing whose sum is least in real numbers but not
        in integers.
    """
    network, costs, flow = found.network, found.costs, found.flow
    most = found.most(loads)
    if not leaves_open(network, costs, flow, most):
        return [optimal_face(network, costs, flow)]
    exact = None if real is None else exact_face(loads, found, real)
    return [exact or replace(optimal_face(network, costs, flow), whole=False)]


def leaves_open(network: Network, costs: Costs, flow: Flow, most: int) -> bool:
    """Whether some part of a plan has a reduced cost that is not 0 but within ± *most*."""
    if most <= 0:
        return False
    reduced = near_price(network, costs, flow, most)[-1]
    each = np.zeros_like(network.need) if costs.missing is None else costs.missing
    missing = (each - flow.household_price)[network.least_missing < network.most_missing]
    room = network.high - network.low
    width = max(int(room.max(initial=0)), 1)
    marginal = costs.marginal
    if marginal is None:
        marginal = np.zeros((len(room), width), dtype=np.int64)
    there = np.arange(marginal.shape[1])[None, :] < room[:, None]
    parts = (reduced, missing, (marginal - flow.price[:, None])[there])
    return any(((part != 0) & (np.abs(part) <= most)).any() for part in parts)


def near_price(
    network: Network,
    costs: Costs,
    flow: Flow,
    most: int,
    reduced_by: tuple[FloatArray, FloatArray] | None = None,
) -> tuple[BoolArray | None, IntArray, IntArray, IntArray]:
    """Free pairs with a reduced cost of at most *most*.

    Parameters
    ----------
    network, costs, flow
        The network, the costs, and a minimum-cost flow.
    most
        The limit.
    reduced_by
        Earlier prices of members, (M,), and of households, (H,), by which the costs were reduced.

    Returns
    -------
    tuple
        Pairs without any cost or price, H × M, of which there can be millions, or None; and of all
        others rows, columns and reduced costs, (N,) each.
    """
    if isinstance(costs.pairs, PairCosts):
        columns, rows = flow.price == 0, flow.household_price == 0
        if reduced_by is not None:
            columns, rows = columns & (reduced_by[0] == 0), rows & (reduced_by[1] == 0)
        idle = costs.pairs.idle(network.free, rows, columns)
        others = network.free if idle is None else network.free & ~idle
        return idle, *costs.pairs.up_to(most, others, *flow.prices)
    matrix = reduced_cost(network, costs, flow)
    rows, columns = np.nonzero(network.free & (matrix <= most))
    return None, rows, columns, matrix[rows, columns]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The network of plans that may have the least real sum, and its parts that can differ between them.

    Parameters
    ----------
    network
        The network.
    rows, columns
        The free pairs that have a cost or a price, (N,) each, sorted.
    missing, units
        Whether the number of missing members of each household, (H,), and the number of households of
        each member, (M,), can differ.
    """

    network: Network
    rows: IntArray
    columns: IntArray
    missing: BoolArray
    units: BoolArray


def near_optimal_part(found: Rounded, most: int) -> Part:
    """The part of a network that contains all plans whose cost is at most *most* above the minimum."""
    network, costs, flow = found.network, found.costs, found.flow
    earlier = found.price, found.household_price
    idle, rows, columns, reduced = near_price(network, costs, flow, most, earlier)
    free = np.zeros(network.free.shape, dtype=bool) if idle is None else idle
    must = reduced < -most
    on = network.on
    if must.any():
        on = on.copy()
        on[rows[must], columns[must]] = True
    forced = np.bincount(rows[must], minlength=len(network.need))
    rows, columns = rows[~must], columns[~must]
    free[rows, columns] = True
    need = network.need - forced

    each = np.zeros_like(need) if costs.missing is None else costs.missing
    beyond = each - flow.household_price
    least = np.where(beyond < -most, network.most_missing, network.least_missing)
    most_missing = np.minimum(np.where(beyond > most, least, network.most_missing), need)

    first = np.zeros_like(network.low) if costs.marginal is None else costs.marginal[:, 0]
    beyond = first - flow.price
    low = np.where(beyond < -most, network.high, network.low)
    high = np.where(beyond > most, np.maximum(network.low, network.base), network.high)
    free[need <= 0] = False
    left = Network(free, on, need, least, most_missing, low, high, network.whole)
    return Part(left, rows, columns, least < most_missing, low < high)


def sparse_costs(
    loads: UnitLoads, network: Network, rows: IntArray, columns: IntArray, costs: IntArray
) -> IntArray | PairCosts:
    """Costs of some sorted pairs, 0 for all others, as a matrix or computed on demand."""
    if loads.pool is not None:
        return PairCosts(loads.pool, keys=loads.pool.keys(rows, columns), values=costs)
    matrix = np.zeros(network.free.shape, dtype=np.int64)
    matrix[rows, columns] = costs
    return matrix


def exact_face(loads: UnitLoads, found: Rounded, real: Real) -> Network | None:
    """The network of plans of least exact cost; None if there are too many pairs or bits."""
    part = near_optimal_part(found, found.most(loads))
    rows, columns = part.rows, part.columns
    costly = np.flatnonzero(real.pairs(rows, columns))  # few if most pairs keep a limit
    if len(costly) > FEW:
        return None
    pairs = real.exact_pairs(rows[costly], columns[costly])
    absent_rows = np.flatnonzero(part.missing)
    missing = real.exact_missing(absent_rows)
    scale = math.lcm(*(cost.denominator for cost in (*pairs, *missing)))
    household = _whole(found.household_price + found.flow.household_price * found.quantum, scale)
    member = _whole(found.price + found.flow.price * found.quantum, scale)
    each = member[columns] - household[rows]
    each[costly] += [int(cost * scale) for cost in pairs]
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
        pairs=sparse_costs(loads, network, rows, columns, each.astype(np.int64)),
        marginal=np.repeat(units.astype(np.int64)[:, None], room, axis=1),
        missing=absent.astype(np.int64),
    )
    step = least_cost(loads, network, everywhere(costs))
    assert step is not None  # the present plan has no pair that was left out
    (face,) = step.narrow()
    return face


def _whole(prices: FloatArray, scale: int) -> NDArray[np.object_]:
    """Prices × *scale* as Python integers; they may be rounded, since any prices reduce costs validly."""
    return np.array([round(Fraction(price) * scale) for price in prices.tolist()], dtype=object)
