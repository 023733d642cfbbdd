"""From real numbers to small integers."""

from fractions import Fraction

import numpy as np
import pytest

from phancong.engines.common.integers import exact_fraction, integers


def test_weights_of_halves_are_exact_and_divided_by_their_common_divisor():
    """1, 1.5, 2 and 3 are 2, 3, 4 and 6 halves."""
    found = integers(np.array([1.0, 1.5, 2.0, 3.0]), bits=34)
    assert found.arrays[0].tolist() == [2, 3, 4, 6]
    assert (found.quantum, found.error) == (Fraction(1, 2), 0.0)
    twos = integers(np.array([2.0, 4.0, 0.0]), bits=34)
    assert twos.arrays[0].tolist() == [1, 2, 0]
    assert twos.quantum == 2


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        ([0.1, 0.1 + 0.2], Fraction(1, 10)),
        ([1 / 3, 0.5], Fraction(1, 6)),
        ([-0.25], Fraction(1, 4)),
    ],
)
def test_decimals_and_thirds_are_meant_as_such(values, unit):
    """No float is a tenth, but 0.1 stands for one; so does the sum of a few."""
    found = integers(np.array(values), bits=34)
    assert found.error == 0.0
    assert found.quantum == unit
    assert (found.arrays[0] * float(unit)) == pytest.approx(values)


def test_what_has_no_common_denominator_is_rounded_and_the_error_is_stated():
    """The error bounds how far a number lies from its integer."""
    values = np.array([np.pi, np.e, 100.0])
    found = integers(values, bits=20)
    assert found.error > 0
    off = np.abs(found.arrays[0] * float(found.quantum) - values)
    assert (off <= found.error).all()
    assert found.arrays[0].max() < 2**20


def test_fractions_that_need_too_many_bits_are_rounded():
    """999 coprime denominators have no small common multiple."""
    values = np.array([1 / 997, 1 / 991, 1 / 983, 1 / 977])
    assert integers(values, bits=20).error > 0
    assert integers(values, bits=50).error == 0


def test_nothing_and_zeros_have_a_unit():
    """All costs can be 0, and there can be none."""
    assert integers(np.zeros(3), bits=34).arrays[0].tolist() == [0, 0, 0]
    assert integers(np.zeros(0), bits=34).quantum == 1


def test_a_share_is_the_fraction_it_stands_for_or_its_shortest_decimal():
    """0.33 is 33 hundredths; pi is no fraction of a small denominator."""
    assert exact_fraction(0.33) == Fraction(33, 100)
    assert exact_fraction(np.pi) == Fraction("3.141592653589793")
