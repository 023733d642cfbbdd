"""The bound of the largest figure of a pair: no plan is below it, and it is the best of its kind."""

from itertools import combinations, product

import numpy as np
import pytest

from phancong.engines.common.bottleneck import bottleneck_bound


@pytest.mark.parametrize("dtype", [np.float64, np.int64, object])
@pytest.mark.parametrize("seed", range(10))
def test_without_limits_of_members_the_bound_is_reached(dtype, seed):
    """Each row takes its smallest figures, as in the best of all plans."""
    rng = np.random.default_rng(seed)
    figures = rng.integers(1, 50, (3, 4)).astype(dtype)
    there = rng.random((3, 4)) < 0.8
    places = np.minimum(rng.integers(0, 3, 3), there.sum(axis=1))
    sets = [combinations(np.flatnonzero(row), k) for row, k in zip(there, places, strict=True)]
    best = min(
        max((figures[row, list(columns)].max(initial=0) for row, columns in enumerate(plan)))
        for plan in product(*sets)
    )
    assert bottleneck_bound(figures, there, places) == best


def test_a_row_counts_if_it_needs_a_pair_and_has_enough():
    """The second figure of the first row; the second row needs none, the third has too few."""
    figures = np.array([[3.0, 1.0, 2.0], [9.0, 9.0, 9.0], [8.0, 8.0, 8.0]])
    there = np.array([[True, True, True], [True, True, True], [True, False, False]])
    places = np.array([2, 0, 2])
    assert bottleneck_bound(figures, there, places) == 2.0
    assert bottleneck_bound(figures, there, places, 2.5) == 2.5
    assert bottleneck_bound(figures, there, np.array([0, 0, 0]), 1.5) == 1.5


def test_a_pair_that_is_not_there_is_not_the_nearest():
    figures, there = np.array([[1, 5, 7]]), np.array([[False, True, True]])
    assert bottleneck_bound(figures, there, np.array([1])) == 5
