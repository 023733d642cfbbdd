"""A necessary condition for loads to fit: the number of members with each pattern of loads.

A *pattern* is the number of households of each weight that a member has. Members with the same limits
have the same patterns. If it does not matter which households they are, a plan is a number of members
for each pattern (cutting-stock model: Gilmore, Gomory, *Operations Research* 9, 1961,
doi:10.1287/opre.9.6.849). Example: 54 members may carry 21 each, and households weigh 2, 3, 4 and 6. A
load of 21 is odd, so that a full member has a household of weight 3, and there are no more full members
than such households. At 400 × 60 this rules out levels that a splittable flow allows, and that a model
over pairs cannot rule out in reasonable time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from phancong.engines.common.linear_model import (
    NOTHING,
    Claim,
    Limits,
    Linear,
    LinearModel,
    Solver,
)
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Resource
from phancong.problem import IntArray


def patterns_rule_out(
    instance: Instance,
    resource: Resource,
    solver: Solver,
    limits: Callable[[], Limits],
    charge: Callable[[float], bool],
) -> bool:
    """Whether it is proven that no choice of patterns covers all households.

    Parameters
    ----------
    instance
        The free pairs and the needs.
    resource
        The load and its limits; a unit must have the same weight for all members.
    solver, limits, charge
        The solver, the limits of its call, and the function that charges its work.
    """
    assert resource.each is not None
    needed = instance.need > 0
    weights = np.unique(resource.each[needed & (resource.each > 0)])[::-1]
    tuning = instance.tuning
    if len(weights) > tuning.pattern_weights:
        return False
    within = (resource.each[:, None] == weights[None, :]) & needed[:, None]
    demand = (within * instance.need[:, None]).sum(axis=0)
    available = within.T.astype(np.int64) @ instance.free.astype(np.int64)
    most = np.minimum(available, np.maximum(resource.high, 0)[None, :] // weights[:, None])
    kinds, members = np.unique(
        np.concatenate([[resource.low, resource.high], most]), axis=1, return_counts=True
    )
    found: list[IntArray] = []
    for low, high, *fits in kinds.T.tolist():
        most = tuning.most_patterns - sum(map(len, found))
        patterns = load_patterns(weights, fits, (low, high), most, tuning.pattern_growth * most)
        if patterns is None:
            return False
        found.append(patterns)
    answer = solver.solve(_model(found, members, demand), NOTHING, None, limits())
    charge(answer.work)
    return answer.claim is Claim.INFEASIBLE


def load_patterns(
    weights: IntArray, fits: list[int], load_range: tuple[int, int], most: int, on_the_way: int
) -> IntArray | None:
    """All patterns whose load is within *load_range*, P × weights; None if there are too many.

    Parameters
    ----------
    weights
        The different weights.
    fits
        Most households of each weight that a member may have.
    load_range
        Least and largest load.
    most, on_the_way
        Most patterns, and most partial patterns before those that are too heavy are left out.
    """
    low, high = load_range
    patterns, load = np.zeros((1, 0), dtype=np.int64), np.zeros(1, dtype=np.int64)
    for weight, fit in zip(weights.tolist(), fits, strict=True):
        count = np.arange(fit + 1)
        if len(load) * len(count) > on_the_way:
            return None
        load = (load[:, None] + weight * count[None, :]).ravel()
        patterns = np.column_stack(
            [np.repeat(patterns, len(count), axis=0), np.tile(count, len(patterns))]
        )
        patterns, load = patterns[load <= high], load[load <= high]
    patterns = patterns[load >= low]
    return patterns if len(patterns) <= most else None


def _model(found: list[IntArray], members: IntArray, demand: IntArray) -> LinearModel:
    """The model of the number of members with each pattern: each has one, each household is taken."""
    numbers = np.concatenate([np.full(len(patterns), k) for k, patterns in enumerate(found)])
    patterns = np.concatenate(found)
    model = LinearModel(len(patterns))
    model.upper = members[numbers].tolist()
    for kind, many in enumerate(members.tolist()):
        mine = np.flatnonzero(numbers == kind)
        model.add(Linear(mine, np.ones_like(mine)), many, many)
    for column, many in zip(patterns.T, demand.tolist(), strict=True):
        some = np.flatnonzero(column)
        model.add(Linear(some, column[some]), many, many)
    return model
