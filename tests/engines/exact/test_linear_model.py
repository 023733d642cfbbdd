"""The model as data: rows, marks, completions, exact checks."""

import numpy as np

from phancong.engines.common.linear_model import Linear, LinearModel, negated


def test_terms_of_one_variable_are_added_up():
    """2x + 3x - 5x is nothing, x + x is 2x."""
    assert Linear.of([(0, 2), (0, 3), (0, -5), (1, 1), (1, 1)]).terms() == [(1, 2)]


def test_an_empty_row_holds_or_makes_the_model_impossible():
    """0 <= 0 says nothing; 1 <= 0 cannot be."""
    model = LinearModel(1)
    model.add(Linear.of(()), upper=0)
    assert not model.rows
    assert not model.impossible
    model.add(Linear.of((), 1), upper=0)
    assert model.impossible
    assert not model.keeps(np.array([0]))


def test_an_empty_row_under_a_literal_makes_the_literal_false():
    """What cannot be, cannot be asked for."""
    model = LinearModel(2)
    model.add(Linear.of((), 1), upper=0, when=0)
    model.add(Linear.of((), 1), upper=0, when=negated(1))
    assert (model.lower, model.upper) == ([0, 1], [0, 1])


def test_a_constant_moves_to_the_bounds_of_a_row():
    """x + 5 <= 5 is x <= 0."""
    model = LinearModel(1)
    model.add(Linear.of([(0, 1)], 5), upper=5)
    assert model.keeps(np.array([0]))
    assert not model.keeps(np.array([1]))


def test_a_model_goes_back_to_a_mark():
    """Bounds, rows and variables that came after it are forgotten."""
    model = LinearModel(2)
    both = Linear.of([(0, 1), (1, 1)])
    sum_of_both = model.integer(0, 2, both.at)
    mark = model.mark()
    model.tighten(0, lower=1)
    model.add(both, upper=0)
    model.boolean(lambda values: int(values[sum_of_both] > 1))
    model.tighten(1, lower=3)
    assert model.impossible
    model.back_to(mark)
    assert model.complete(np.array([1, 1])).tolist() == [1, 1, 2]
    assert model.keeps(np.array([1, 1, 2]))
    assert not model.rows


def test_a_plan_is_completed_and_checked_in_integers():
    """Each later variable follows from those before it; a row under a literal counts if true."""
    model = LinearModel(2)
    both = Linear.of([(0, 1), (1, 1)])
    several = model.boolean(lambda values: int(both.at(values) > 1))
    model.add(both, upper=1, when=negated(several))
    model.add(both, lower=2, when=several)
    assert model.keeps(model.complete(np.array([1, 1])))
    assert not model.keeps(np.array([1, 1, 0]))
    assert not model.keeps(np.array([0, 1, 1]))
    assert not model.keeps(np.array([2, 0, 1]))


def test_the_range_of_a_sum_follows_from_the_bounds():
    """2x - 3y + 1 lies between -2 and 3."""
    assert LinearModel(2).range_of(Linear.of([(0, 2), (1, -3)], 1)) == (-2, 3)
