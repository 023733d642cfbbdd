"""Assignment problems drawn anew are as the published generators make them."""

import numpy as np
import pytest

from benchmarks.quality.instances import gap_drawn


@pytest.mark.parametrize("kind", gap_drawn.TYPES)
def test_uses_costs_and_capacities_are_of_their_type(kind):
    """Uses and costs in their ranges; a capacity is 0.8 of all that may come, per agent."""
    problem = gap_drawn.drawn(kind, 5, 60, 1)
    uses, costs = problem.workload_matrix, problem.travel_matrix
    assert uses.shape == costs.shape == (60, 5)
    most = problem.member_columns.max_workload
    assert (most == np.floor(0.8 * uses.sum(axis=0) / 5)).all()
    if kind == "C":
        assert (uses.min(), uses.max()) == (5, 25)
        assert costs.min() >= 10
        assert costs.max() <= 50
    elif kind == "D":
        assert uses.min() >= 1
        assert uses.max() <= 100
        assert np.abs(costs - (111 - uses)).max() <= 10
    else:  # costs fall as uses rise, but for the rounding and what is taken off
        real = 1000 / uses
        assert ((costs <= 1000 / (uses - 0.5) + 1) & (costs >= 1000 / (uses + 0.5) - 11)).all()
        assert real.max() > 10 * real.min()


def test_a_use_whose_cost_would_be_negative_is_drawn_again():
    """Among 54,000 there is one above 100 here."""
    problem = gap_drawn.drawn("E", 60, 900, 32)
    assert problem.travel_matrix.min() >= 0
    assert 91 < problem.workload_matrix.max() <= 100


def test_an_instance_is_the_same_again_and_another_for_another_seed():
    first, again, other = (gap_drawn.drawn("D", 3, 20, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    cases = gap_drawn.SET.draw(2)
    assert len({case.name for case in cases}) == 2 * 3 * len(gap_drawn.SIZES)
