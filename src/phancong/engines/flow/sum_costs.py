"""Goals that are sums over pairs, as integer costs of a flow and as real costs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from phancong.engines.common.scaling import scaled
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs
from phancong.engines.flow.pair_costs import PairCosts
from phancong.engines.flow.ties import Real
from phancong.goals import Goal
from phancong.meeting import exact


@dataclass(frozen=True, slots=True, eq=False)
class SumCosts:
    """A sum over pairs.

    Parameters
    ----------
    costs, error, quantum
        The integer costs, the largest error of one rounded cost, and the real value of the integer 1.
    real
        The real costs; None for listed pairs, whose integers are not refined.
    """

    costs: Costs
    error: float
    quantum: float
    real: Real | None


def sum_costs(loads: UnitLoads, goal: Goal) -> SumCosts:
    """The costs of a goal that is a sum over pairs, the same on every network.

    Travel is not reduced by the travel to the nearest member of each household: its costs also serve as
    the guide of all other stages, and are computed on demand if there is no matrix.
    """
    if goal.sums_travel:
        exactly = loads.exact_travel, loads.exact_missing_travel
        return SumCosts(*loads.travel, Real(loads.pair_travel, loads.missing_travel, *exactly))
    problem, listed = loads.problem, goal.listed(loads.problem)
    if listed is not None and loads.pool is not None:
        keys = loads.pool.keys(listed.rows, listed.columns)
        order = np.argsort(keys)
        whole = scaled(listed.values[order], bits=loads.bits)
        near = PairCosts(loads.pool, keys=keys[order], values=whole.costs[0])
        return SumCosts(Costs(pairs=near), whole.error, float(1 / whole.scale), None)
    total = goal.pair_sum(problem)
    assert total is not None  # all other goals have stages of their own
    pairs = total.pairs
    whole = scaled(pairs, bits=loads.bits)
    real = Real(
        lambda rows, columns: pairs[rows, columns],
        np.zeros(len(problem.needed)),
        lambda rows, columns: list(map(exact, pairs[rows, columns].tolist())),
        lambda rows: [Fraction(0)] * len(rows),
    )
    return SumCosts(Costs(pairs=whole.costs[0]), whole.error, float(1 / whole.scale), real)
