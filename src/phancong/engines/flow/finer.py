"""Refinement of rounded sums: finer integer costs over the pairs that still matter.

The integer costs of a flow are coarse: at 8,000 × 1,700 a distance is rounded to some millionths of a
metre, and the rounding error of a whole plan may exceed the tolerance of a proof. But a pair whose
reduced cost is above the rounding error of a whole plan is in no better plan. The reduced costs of the
other pairs are small, so that finer integers can represent them. The sum is minimised again over these
pairs with these costs.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np

from phancong.engines.common.scaling import scaled
from phancong.engines.flow.lines import rounding
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.steps import Step, everywhere, least_cost
from phancong.engines.flow.ties import (
    Real,
    Rounded,
    as_good,
    exact_face,
    near_optimal_part,
    sparse_costs,
)
from phancong.goals import meets
from phancong.meeting import ULPS


def finer(loads: UnitLoads, found: Rounded, step: Step, real: Real | None) -> Step:
    """The step after refinement, until its rounding error is within tolerance or no longer halves.

    Parameters
    ----------
    loads
        The problem.
    found
        The sum in integers.
    step
        The step that minimised these integers.
    real
        The sum in real numbers; None for listed pairs, whose integers are not refined.
    """
    if real is None:
        return replace(step, narrow=partial(as_good, loads, found, real))
    error, last = math.inf, step
    while last.error < error / 2 and not _is_fine(loads, last, real):
        error = last.error
        found, last = _finer(loads, found, real)
    # The key is the real value, so that plans of several networks compare.
    key = (_value(last.flow, real),)
    narrow = partial(_as_good, loads, found, real)
    if last is step:
        return replace(step, key=key, narrow=narrow)
    # The finer costs do not cover the pairs that were left out, so that they are no costs of the sum.
    return replace(last, key=key, narrow=narrow, costs_of=None)


def _as_good(loads: UnitLoads, found: Rounded, real: Real) -> list[Network]:
    """As :func:`.ties.as_good`; costs become finer until exact ones of the pairs that matter fit.

    Finer costs leave out more pairs, and the exact reduced costs of the others are smaller.
    """
    (network,) = as_good(loads, found, real)
    exact = network if network.whole or not found.network.whole else None
    while exact is None:
        rougher = found.error
        found, _ = _finer(loads, found, real)
        if found.error > rougher / 2:
            return [network]
        exact = exact_face(loads, found, real)
    return [exact]


def _is_fine(loads: UnitLoads, step: Step, real: Real) -> bool:
    """Whether the rounding error is within the tolerance of a proof."""
    value = _value(step.flow, real)
    return meets(value, value - rounding(loads.problem, step.error))


def _value(flow: Flow, real: Real) -> float:
    """The real sum of a plan, with one rounding."""
    costs_of_pairs = real.pairs(flow.rows, flow.columns)
    return math.fsum([*costs_of_pairs.tolist(), *(real.missing * flow.missing).tolist()])


def _finer(loads: UnitLoads, found: Rounded, real: Real) -> tuple[Rounded, Step]:
    """Finer costs over fewer pairs, and the step that minimises them."""
    flow, unit = found.flow, found.quantum
    # Each of two plans has the error of its pairs: a better plan costs at most both errors more.
    most = math.ceil(rounding(loads.problem, found.error) / unit) + 1
    part = near_optimal_part(found, most)
    network = part.network
    price = found.price + flow.price * unit
    household_price = found.household_price + flow.household_price * unit
    own = real.pairs(part.rows, part.columns)
    pairs = own - household_price[part.rows] + price[part.columns]
    missing = np.where(part.missing, real.missing - household_price, 0.0)
    units = np.where(part.units, -price, 0.0)
    whole = scaled(pairs, missing, units, bits=loads.bits)
    # Both the cost of a pair and the unit of its member are rounded, and floats have an error. Only
    # prices that are subtracted count: the price of a household without free pairs can be as high as a
    # penalty.
    taken = (own, household_price[part.rows], household_price[part.missing])
    off = sum(float(np.abs(each).max(initial=0.0)) for each in taken)
    error = 2 * whole.error + ULPS * off
    room = max(int((network.high - network.low).max(initial=0)), 1)
    costs = Costs(
        pairs=sparse_costs(loads, network, part.rows, part.columns, whole.costs[0]),
        marginal=np.repeat(whole.costs[2][:, None], room, axis=1),
        missing=whole.costs[1],
    )
    step = least_cost(loads, network, everywhere(costs, error))
    assert step is not None  # the present plan has no pair that was left out
    unit = float(1 / whole.scale)
    return Rounded(network, costs, unit, error, step.flow, price, household_price), step
