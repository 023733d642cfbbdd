"""Tables of text that line up."""

import math

import pytest

from phancong.layout import number, shown, shown_in_line, table, width, without_invisible


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


@pytest.mark.parametrize(
    ("mark", "written"),
    [
        ("\x1b", r"\x1b"),
        ("\x00", r"\x00"),
        ("\x7f", r"\x7f"),
        ("\x9b", r"\x9b"),
        ("\r", r"\r"),
        ("\t", r"\t"),
        ("\u202e", r"\u202e"),
        ("\u2066", r"\u2066"),
        ("\u200f", r"\u200f"),
        ("\u2028", r"\u2028"),
        ("\ud800", r"\ud800"),
    ],
)
def test_marks_that_command_a_terminal_or_turn_a_line_are_written_out(mark, written):
    """So that what is shown is what is there; what is printable stays."""
    assert shown(f"é{mark}x") == shown_in_line(f"é{mark}x") == f"é{written}x"
    assert shown("Nguyễn\xa0Hòa") == "Nguyễn\xa0Hòa"


def test_breaks_of_lines_stay_where_there_can_be_lines():
    """Within a line they are written out, too."""
    assert shown("a\nb") == "a\nb"
    assert shown_in_line("a\nb") == r"a\nb"
    assert shown_in_line("ab") == "ab"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("B\u200b-12", "B-12"),
        ("\ufeffNà Lừa\u2060", "Nà Lừa"),
        ("\u200cab", "ab"),
        ("ab\u200d", "ab"),
        ("نی\u200cها", "نی\u200cها"),
        ("a\u200cب", "aب"),
        ("क्\u200dष", "क्\u200dष"),
        ("plain", "plain"),
        ("Nà", "Nà"),
    ],
)
def test_marks_of_no_width_are_left_out(text, plain):
    """But for joiners between letters that look otherwise with them."""
    assert without_invisible(text) == plain
