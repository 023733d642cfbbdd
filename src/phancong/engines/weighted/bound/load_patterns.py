"""Whether loads can fit at all: how many households of each weight every member takes.

A *pattern* says how many households of each weight a member has. Members with the same limits have the
same patterns, so that a plan is a number of members for each pattern, if one does not ask who takes whom
(the cutting-stock model, Gilmore, Gomory, *Operations Research* 9, 1961, doi:10.1287/opre.9.6.849). Of
54 members who may carry 21 and households that weigh 2, 3, 4 and 6, no more are full than there are
households of 3: at 400 × 60 that rules out levels that splitting households allows and that no search
among pairs would ever rule out.
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
from phancong.engines.weighted.instance import Instance, Resource
from phancong.problem import IntArray


def patterns_rule_out(
    instance: Instance,
    resource: Resource,
    solver: Solver,
    limits: Callable[[], Limits],
    charge: Callable[[float], bool],
) -> bool:
    """Whether it is proven that no patterns make up all households.

    Parameters
    ----------
    instance
        The limits.
    resource
        The measure whose limits are looked at; units have a weight of their own.
    solver, limits, charge
        The solver, its limits, and where its work is charged.
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
        patterns = _patterns(weights, fits, (low, high), most, tuning.pattern_growth * most)
        if patterns is None:
            return False
        found.append(patterns)
    answer = solver.solve(_model(found, members, demand), NOTHING, None, limits())
    charge(answer.work)
    return answer.claim is Claim.INFEASIBLE


def _patterns(
    weights: IntArray, fits: list[int], load_range: tuple[int, int], most: int, on_the_way: int
) -> IntArray | None:
    """All patterns of a load between *low* and *high*, P × weights; None if they are more than *most*.

    Parameters
    ----------
    weights
        The weights.
    fits
        How many households of each a member may have.
    load_range
        Least and largest load.
    most, on_the_way
        How many patterns may be, and how many before those that are too heavy are left out.
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
    """How many members have each pattern: all of them have one, and all households are taken."""
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
