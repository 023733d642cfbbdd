"""How wide texts are in Times New Roman, and how many lines they take."""

import pytest

from phancong.tables.type_widths import line_count, longest_word, points


def test_letters_have_the_widths_of_times():
    """In thousandths of the size; marks of Vietnamese letters add nothing, what is unknown is wide."""
    assert points("W", 1000.0) == 944
    assert points("Nguyễn", 1000.0) == points("Nguyen", 1000.0) == 722 + 4 * 500 + 444
    assert points("đồng", 1000.0) == 2000
    assert points("字", 1000.0) == 1000
    assert longest_word("Hà Giang") == points("Giang")
    assert longest_word("") == 0


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("", 10, 1),
        ("aaa aaa", 100, 1),
        ("aaa aaa", 30, 2),
        ("aaa\naaa", 100, 2),
        ("a" * 10, 16, 4),
        ("aa " + "a" * 10 + " aa", 16, 6),
    ],
)
def test_lines_are_broken_between_words(text, room, expected):
    """A word that is wider than a line is broken, as spreadsheets do."""
    assert line_count(text, room) == expected
