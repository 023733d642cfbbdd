"""Sums of distances to the last digit: integers that are made finer where they matter.

The integers that a flow takes are coarse: at 8,000 × 1,700 a distance has some millionths of a metre,
and what was rounded of all pairs together may be more than a proof may leave open. But a plan of least
cost in these integers bounds what a pair may cost beyond its prices: a pair whose reduced cost is more
than what was rounded of a whole plan is in no better plan. Without those, and with the prices taken
off, the costs that are left are small, and fine integers hold them.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np

from phancong.engines.common.scaling import scaled
from phancong.engines.flow.lines import rounding
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs, Flow
from phancong.engines.flow.steps import Step, everywhere, least_cost
from phancong.engines.flow.ties import Real, Rounded, as_good, listed, part_of
from phancong.goals import meets
from phancong.meeting import ULPS


def finer(loads: UnitLoads, found: Rounded, step: Step, real: Real | None) -> Step:
    """A step of a least sum whose proof is as fine as a proof has to be, as far as that is possible.

    Parameters
    ----------
    loads
        The problem.
    found
        The sum as integers.
    step
        The step of least cost of these.
    real
        The sum in real numbers; None of pairs that are listed, whose integers are not made finer.
    """
    if real is None:
        return replace(step, narrow=partial(as_good, loads, found, real))
    error, last = math.inf, step
    while last.error < error / 2 and not _is_fine(loads, last, real):
        error = last.error
        found, last = _finer(loads, found, real)
    # Rounded once, so that plans of several networks compare whatever integers they came from.
    key = (_value(last.flow, real),)
    narrow = partial(as_good, loads, found, real)
    if last is step:
        return replace(step, key=key, narrow=narrow)
    # These costs say nothing of the pairs that were left out: no costs of any network.
    return replace(last, key=key, narrow=narrow, costs_of=None)


def _is_fine(loads: UnitLoads, step: Step, real: Real) -> bool:
    """Whether what was rounded is within what a proof may leave open."""
    value = _value(step.flow, real)
    return meets(value, value - rounding(loads.problem, step.error))


def _value(flow: Flow, real: Real) -> float:
    """The sum of a plan, rounded once."""
    ways = real.pairs(flow.rows, flow.columns)
    return math.fsum([*ways.tolist(), *(real.missing * flow.missing).tolist()])


def _finer(loads: UnitLoads, found: Rounded, real: Real) -> tuple[Rounded, Step]:
    """Finer costs of fewer pairs, and the step of least cost of these."""
    flow, unit = found.flow, found.unit
    # Two plans may each be off by the error of their pairs: a better one costs no more than that more.
    most = math.ceil(rounding(loads.problem, found.error) / unit) + 1
    part = part_of(found.network, found.costs, flow, most)
    network = part.network
    price = found.price + flow.price * unit
    household_price = found.household_price + flow.household_price * unit
    own = real.pairs(part.rows, part.columns)
    pairs = own - household_price[part.rows] + price[part.columns]
    missing = np.where(part.missing, real.missing - household_price, 0.0)
    units = np.where(part.units, -price, 0.0)
    whole = scaled(pairs, missing, units, bits=loads.bits)
    # A pair and a household of a member are each rounded, and floats have so many digits.
    # The price of a household of which nothing is left open can be as high as any penalty.
    taken = (own, household_price[part.rows], household_price[part.missing])
    off = sum(float(np.abs(each).max(initial=0.0)) for each in taken)
    error = 2 * whole.error + ULPS * off
    room = max(int((network.high - network.low).max(initial=0)), 1)
    costs = Costs(
        pairs=listed(loads, network, part.rows, part.columns, whole.costs[0]),
        units=np.repeat(whole.costs[2][:, None], room, axis=1),
        missing=whole.costs[1],
    )
    step = least_cost(loads, network, everywhere(costs, error))
    assert step is not None  # the plan that there is has none of the pairs that were left out
    unit = float(1 / whole.scale)
    return Rounded(network, costs, unit, error, step.flow, price, household_price), step
