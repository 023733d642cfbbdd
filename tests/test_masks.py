"""Where a mask is true, against numpy."""

import numpy as np
import pytest

from phancong.masks import where_true


@pytest.mark.parametrize("shape", [(0,), (7,), (3, 5), (0, 4), (2, 3, 4)])
def test_the_cells_are_those_of_numpy(shape):
    """Masks of one, two and three axes, whole ones and views with gaps."""
    mask = np.random.default_rng(len(shape)).random(shape) < 0.4
    for each in (mask, mask[..., ::2], mask.T):
        expected = np.nonzero(each)
        found = where_true(each)
        assert len(found) == each.ndim
        assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))
