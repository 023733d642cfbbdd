"""POT's ``ot.emd``: the transportation problem, with a dummy source for the capacity to spare.

Each member is two sinks, the minimum and what may come above it; the dummy fills the second only. So
minima hold, too, though the form knows equalities alone. Bonneel et al. (2011),
doi:10.1145/2070781.2024192, wrote the network simplex behind it.
"""

from __future__ import annotations

import time
import warnings
from typing import Final

import numpy as np
import ot

from benchmarks.quality.case import Answer, Case, NoPlanError
from benchmarks.quality.strategies.usable import (
    household_limits,
    pairs_of,
    refuse_several,
    refuse_weights,
    travel_of,
    usable_pairs,
)

#: By default it stops after 100,000 pivots, wherever it is.
PIVOTS: Final = 2_000_000_000


def pot_emd(case: Case, _limit: float) -> Answer:
    """Households that all weigh the same; it takes no time limit."""
    problem = case.problem
    refuse_several(problem)
    refuse_weights(problem)
    costs = travel_of(problem)
    homes = np.flatnonzero(problem.needed > 0)
    usable = usable_pairs(problem)[homes]
    costs = costs[homes]
    least, most = household_limits(problem)
    spare = int(most.sum()) - len(homes)
    if spare < 0 or int(least.sum()) > len(homes):
        raise NoPlanError("the limits cannot hold as they are stated")
    # Dearer than any way around: one pair that must not be outweighs all others together.
    never = (float(costs[usable].max(initial=0.0)) + 1) * (len(least) + 1)
    ways = np.where(usable, costs, never)
    matrix = np.vstack(
        [
            np.hstack([ways, ways]),
            np.hstack([np.full(len(least), never), np.zeros(len(least))])[None, :],
        ]
    )
    supply = np.append(np.ones(len(homes)), float(spare))
    demand = np.concatenate([least, most - least]).astype(np.float64)
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning is how it says that it has not converged
        flow = ot.emd(supply, demand, matrix, numItermax=PIVOTS)
    seconds = time.perf_counter() - began
    members = len(least)
    chosen = flow[:-1, :members] + flow[:-1, members:] > 0.5
    if (chosen & ~usable).any() or (flow[-1, :members] > 0.5).any():
        raise NoPlanError("the limits cannot hold as they are stated")
    rows, columns = np.nonzero(chosen)
    return Answer(pairs_of(problem, homes[rows], columns), solver_seconds=seconds)
