"""Conflicts found by counting alone: places that are missing, whoever goes where."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from phancong.problem import Problem
from phancong.problem.fields import UNLIMITED


def missing_at_least(problem: Problem, relax: Mapping[str, float]) -> int:
    """So many members are missing in every plan that keeps all other limits.

    All households together need more than all members together may have, or one household needs more
    members than there are.

    Parameters
    ----------
    problem
        The problem.
    relax
        The rules that may give way anyway, with their ceilings.
    """
    needed, most = problem.needed, problem.member_columns.max_households
    there = ~problem.exempt
    # Nobody has a household twice.
    each = np.minimum(needed, int(there.sum()))
    homes = float(np.count_nonzero(needed))
    ceiling = min(relax.get("max_households", 0.0), homes)
    room = most.astype(np.float64) + ceiling - problem.member_columns.carried_households
    may = np.where(most >= UNLIMITED, homes, np.maximum(room, 0.0))
    places = int(np.floor(np.minimum(may, homes))[there].sum())
    return int(needed.sum()) - min(int(each.sum()), places)
