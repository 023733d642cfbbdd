"""TOML that would take minutes, or is cut off, is refused; what an office writes is not."""

import pytest

from phancong import InvalidArgumentError, InvalidProblemError
from phancong.cli.answers import read_answers
from phancong.reading.scheme_files import read_scheme
from phancong.tables.toml_files import MOST_PARTS, toml_of


@pytest.mark.parametrize(
    "text",
    [
        ".".join("a" * (MOST_PARTS + 1)) + " = 1",
        " . ".join(['"a"', "'b'"] * MOST_PARTS) + " = 1",
        f"[{'.'.join('a' * (MOST_PARTS + 1))}]",
        "x = {" + ".".join("a" * (MOST_PARTS + 1)) + " = 1}",
    ],
)
def test_a_key_of_many_parts_is_refused(tmp_path, text):
    """It takes time by the square of them: a file of 50 kB took eleven seconds, one of 5 MB a day."""
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidArgumentError, match="a key of more than 20 parts"):
        read_answers(path)
    with pytest.raises(InvalidProblemError, match="a key of more than 20 parts"):
        read_scheme(path, [])


def test_dots_of_a_form_and_long_words_are_read():
    text = f'number = "{"." * 99}/QĐ-UBND"\n"a.b" = "{"x" * 99_999}"\n' + ".".join("ab") + ".c = 1"
    found = toml_of(text.encode("utf-8-sig"))
    assert found["a"] == {"b": {"c": 1}}
    assert found["number"].endswith("./QĐ-UBND")


def test_a_large_file_is_refused_and_not_read_in_part():
    with pytest.raises(ValueError, match="more than 5,000,000 bytes"):
        toml_of(b"a = 1\nb = 2\n" + b"#" * 5_000_000)
