"""Tables of text that line up."""

import math

import pytest

from phancong.layout import number, table, width


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (0, "0"),
        (-3.0, "-3"),
        (1234567, "1,234,567"),
        (1234.56, "1,235"),
        (-250.25, "-250"),
        (0.123456, "0.123"),
        (99.96, "100"),
        (2.5, "2.5"),
    ],
)
def test_figures_as_a_person_writes_them(value, text):
    """Whole numbers whole, others with few decimals."""
    assert number(value) == text


def test_a_very_large_figure_is_not_cut():
    """Beyond 10¹⁵ a float is no longer a count, and is written out all the same."""
    assert number(1e15) == "1,000,000,000,000,000"


def test_columns_line_up():
    """Text is flush left, figures are flush right, and no line ends in blanks."""
    text = table(["member", "load", "what"], [["m1", "5", "x"], ["m22", "1,000", ""]])
    assert text.split("\n") == ["member   load  what", "m1          5  x", "m22     1,000"]


def test_a_column_of_nothing_but_its_header():
    """Without rows there are no figures."""
    assert table(["a", "b"], []) == "a  b"


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("Nà Vài", 6), ("Na\u0300 Va\u0300i", 6), ("漢字", 4), ("", 0)]
)
def test_the_width_of_text(text, cells):
    """Combining marks take no room, wide letters two cells."""
    assert width(text) == cells


def test_marks_do_not_shift_columns():
    """Decomposed Vietnamese lines up like composed Vietnamese."""
    composed, decomposed = (table(["a", "b"], [[label, "x"]]) for label in ("Vài", "Va\u0300i"))
    assert composed.replace("Vài", "Va\u0300i") == decomposed
