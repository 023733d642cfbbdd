"""Linear programs that gain columns: the same optimum and duals as of the whole program."""

import numpy as np
import pytest

from phancong.engines.common.growing_program import GrowingProgram


def test_a_column_that_pays_lowers_the_cost():
    """Two rows, 1 and 2: columns of one row cost 3 and 4, then one of both costs 1."""
    program = GrowingProgram(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    one = [np.ones(1)]
    program.add(np.array([3.0, 4.0]), [np.array([0]), np.array([1])], one * 2)
    value, duals = program.solve()
    assert (value, duals.tolist()) == (11.0, [3.0, 4.0])
    program.add(np.array([1.0]), [np.array([0, 1])], [np.ones(2)])
    value, duals = program.solve()
    assert (value, duals.tolist()) == (5.0, [-3.0, 4.0])
    assert program.iterations == 1


@pytest.mark.parametrize("cost", [None, np.nan])
def test_without_an_optimum_there_are_no_duals(cost):
    """No column reaches the row, or a cost is no number."""
    program = GrowingProgram(np.ones(1), np.ones(1))
    if cost is not None:
        program.add(np.array([cost]), [np.zeros(1, dtype=np.int64)], [np.ones(1)])
    assert program.solve() is None
