"""Costs that grow with travel, and their lower bounds."""

import numpy as np
import pytest

from phancong.engines.flow.distance_costs import DistanceCost


@pytest.mark.parametrize("shift", [0, 3])
@pytest.mark.parametrize("weight", [1, 5])
@pytest.mark.parametrize("starts", [False, True])
def test_a_bound_of_travel_gives_a_bound_of_the_cost(shift, weight, starts):
    """However many last bits are dropped; near enough that it serves."""
    rng = np.random.default_rng(1)
    factor, start = rng.uniform(0.5, 2, 50), rng.uniform(0, 5, 4) if starts else None
    cost = DistanceCost(factor, start, 8, 2**20, shift=shift, weight=weight)
    rows, columns = (side.ravel() for side in np.indices((50, 4)))
    travel = rng.uniform(0, 20, len(rows))
    exact = cost.at(rows, columns, travel)
    for part in (1.0, 0.9):
        least = cost.least(part * travel, factor[rows], 0.0 if start is None else start[columns])
        assert (least <= exact).all()
        assert (part < 1) or (exact - least <= 2 * weight).all()
