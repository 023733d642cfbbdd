"""An estimate of how many more members a commune needs."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from phancong.plan import Plan
from phancong.problem import FloatArray
from phancong.problem.fields import UNLIMITED

#: Smaller amounts are rounding errors.
_EPS: Final = 1e-9


def more_members(plan: Plan) -> int | None:
    """The number of additional members, with the usual maximum, that would take the excess load.

    Missing places and households above a maximum are divided by the median maximum of the members,
    workload above a maximum by the median maximum workload; the larger quotient counts. If households
    are out of reach, members at other places may be needed, and more of them.

    Returns
    -------
    int or None
        0 if there is no excess, None if no member has a maximum.
    """
    columns, can = plan.problem.member_columns, ~plan.problem.exempt
    # Carried load is no excess: additional members cannot take it.
    listed = {"max_households": plan.assignment.counts, "max_workload": plan.assignment.workloads}
    above = dict.fromkeys(("max_households", "max_workload"), 0.0)
    for found in plan.relaxations:
        if found.rule in above and found.subject is not None:
            most = listed[found.rule][columns.index[found.subject]]
            above[found.rule] += min(found.by, float(most))
    places = float(plan.assignment.missing.sum()) + above["max_households"]
    usual = columns.max_households[can].astype(np.float64)
    usual[usual >= UNLIMITED] = math.inf
    needed = [
        _needed(places, usual),
        _needed(above["max_workload"], columns.max_workload[can]),
    ]
    return None if None in needed else max(number for number in needed if number is not None)


def _needed(excess: float, limits: FloatArray) -> int | None:
    """Additional members for an excess load, by the median of the limits; None if there is no limit."""
    if excess <= _EPS:
        return 0
    finite = limits[np.isfinite(limits)]
    return math.ceil(excess / float(np.median(finite)) - _EPS) if len(finite) else None
