"""Conflicts found by counting: places that every plan leaves open."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from phancong.meeting import ULPS, largest_met, slack
from phancong.problem import IntArray, Problem
from phancong.problem.fields import UNLIMITED


def missing_at_least(problem: Problem, relax: Mapping[str, float]) -> int:
    """A lower bound of the missing members in every plan that keeps all other limits.

    Either all households together need more than the members' maxima allow, in households or in
    workload, or one household needs more members than there are.

    Parameters
    ----------
    problem
        The problem.
    relax
        The rules that may be relaxed, with their ceilings.
    """
    needed, most = problem.needed, problem.member_columns.max_households
    there = ~problem.exempt
    # A household needs different members.
    each = np.minimum(needed, int(there.sum()))
    homes = float(np.count_nonzero(needed))
    ceiling = min(largest_by(relax.get("max_households", 0.0)), homes)
    room = most.astype(np.float64) + ceiling - problem.member_columns.carried_households
    may = np.where(most >= UNLIMITED, homes, np.maximum(room, 0.0))
    places = int(np.floor(np.minimum(may, homes))[there].sum())
    heavy = _beyond_workload(problem, each, relax.get("max_workload", 0.0))
    return int(needed.sum()) - min(int(each.sum()) - heavy, places)


def largest_by(ceiling: float) -> float:
    """The largest whole number that meets a ceiling; ``inf`` for no ceiling."""
    return math.floor(largest_met(ceiling)) if math.isfinite(ceiling) else math.inf


def _beyond_workload(problem: Problem, each: IntArray, ceiling: float) -> int:
    """How many of the heaviest places must stay open so that the others fit under all maxima.

    A place counts with its smallest workload over the members; in doubt because of rounding, it fits.
    """
    there = ~problem.exempt
    most = problem.member_columns.max_workload[there] + ceiling
    room = float(np.maximum(most - problem.member_columns.carried_workload[there], 0.0).sum())
    if not math.isfinite(room) or not there.any():
        return 0
    matrix = problem.workload_matrix
    lightest = (
        problem.household_columns.workload if matrix is None else matrix[:, there].min(axis=1)
    )
    places = np.sort(np.repeat(lightest, each))
    loads = np.cumsum(places)
    doubt = len(most) * float(slack(float(most.max()))) + ULPS * len(loads) * (room + 1.0)
    return int(len(loads) - np.searchsorted(loads, room + doubt, side="right"))
