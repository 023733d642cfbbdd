"""How titles and names are compared."""

import unicodedata

import pytest

from phancong.reading.bodies import hamlet_of
from phancong.reading.keys import fold, name_key
from phancong.reading.names import plain_name
from phancong.reading.values import decimal_number


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_title_in_every_form(form):
    """Composed or not, capitals or not, with hard blanks and line ends."""
    title = unicodedata.normalize(form, "HỌ VÀ\u00a0TÊN\nChủ hộ (đ/c):")
    assert fold(title) == "ho va ten chu ho d c"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa", "Hoà"),
        ("thuý", "Thúy"),
        ("QUỲ", "quỳ"),
        ("khoẻ", "khỏe"),
        ("Nguyễn  An", "nguyễn an"),
    ],
)
def test_names_that_are_one(one, other):
    """Whatever the place of the tone mark, the case and the blanks."""
    assert name_key(one) == name_key(unicodedata.normalize("NFD", other))


@pytest.mark.parametrize(
    ("one", "other"), [("Hoa", "Hòa"), ("Hóa", "Hòa"), ("Tông", "Tống"), ("Da", "Đa")]
)
def test_names_that_are_two(one, other):
    """Marks tell people apart."""
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Đ/c Nguyễn Văn An", "Nguyễn Văn An"),
        ("đc. Lò Hoa", "Lò Hoa"),
        ("Đồng chí Lò Hoa", "Lò Hoa"),
        ("Ông Lò Văn Pản", "Lò Văn Pản"),
        ("Ông Khiêm", "Ông Khiêm"),
        ("Đức An", "Đức An"),
    ],
)
def test_words_of_address_are_no_part_of_a_name(written, name):
    """Where enough of a name is left."""
    assert plain_name(written) == name


@pytest.mark.parametrize(
    ("text", "hamlet"),
    [
        ("Thôn Nà Lừa", "Nà Lừa"),
        ("TỔ DÂN PHỐ 3", "3"),
        ("Ban Moi", "Moi"),
        ("Bạn Mới", None),
        ("Thôn", None),
        ("Bàn Văn An", None),
    ],
)
def test_the_name_of_a_hamlet(text, hamlet):
    """Without the word for it; a family name is no such word."""
    assert hamlet_of(text) == hamlet


@pytest.mark.parametrize(
    ("text", "plain"), [("7.237", "7237"), ("1 234,5", "1234.5"), ("0.125", "0.125"), (7.5, 7.5)]
)
def test_numbers(text, plain):
    """A point before three digits parts thousands, unless a zero stands before it."""
    assert decimal_number(text, ",") == plain
