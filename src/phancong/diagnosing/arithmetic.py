"""Conflicts found by counting alone: places that are missing, whoever goes where."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from phancong.meeting import ULPS, largest_met, slack
from phancong.problem import IntArray, Problem
from phancong.problem.fields import UNLIMITED


def missing_at_least(problem: Problem, relax: Mapping[str, float]) -> int:
    """So many members are missing in every plan that keeps all other limits.

    All households together need more than all members together may have, of households or of workload,
    or one household needs more members than there are.

    Parameters
    ----------
    problem
        The problem.
    relax
        The rules that may be relaxed anyway, with their ceilings.
    """
    needed, most = problem.needed, problem.member_columns.max_households
    there = ~problem.exempt
    # Nobody has a household twice.
    each = np.minimum(needed, int(there.sum()))
    homes = float(np.count_nonzero(needed))
    ceiling = min(largest_by(relax.get("max_households", 0.0)), homes)
    room = most.astype(np.float64) + ceiling - problem.member_columns.carried_households
    may = np.where(most >= UNLIMITED, homes, np.maximum(room, 0.0))
    places = int(np.floor(np.minimum(may, homes))[there].sum())
    heavy = _beyond_workload(problem, each, relax.get("max_workload", 0.0))
    return int(needed.sum()) - min(int(each.sum()) - heavy, places)


def largest_by(ceiling: float) -> float:
    """The largest whole number that meets a ceiling; ``inf`` for none."""
    return math.floor(largest_met(ceiling)) if math.isfinite(ceiling) else math.inf


def _beyond_workload(problem: Problem, each: IntArray, ceiling: float) -> int:
    """So few of the heaviest places have to stay open that the others fit under all maxima together.

    A place weighs no less than for the member to whom it is lightest; where sums of floats leave a doubt,
    it fits.
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
