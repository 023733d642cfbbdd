"""Normalised text of a coordinate: °, ', " and -, whatever variants were typed."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: The longest text that is parsed, longer than any coordinate.
MOST_LETTERS: Final = 200

_MARKS: Final = str.maketrans(
    dict.fromkeys("º˚∘⁰", "°")
    | dict.fromkeys("′’‘´`ʹʼ‛", "'")
    | dict.fromkeys("″”“„ʺ˝", '"')
    | dict.fromkeys("−–—‐‑", "-")
    | {"Ð": "Đ", "ð": "đ"}  # eth, which many keyboards produce for đ
)


def spelt(text: str) -> str:
    r"""*text* in NFC, without invisible characters, with normalised blanks and marks.

    >>> spelt(" 21° 1′ 48″")
    '21° 1\' 48"'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
        text = text.translate(_MARKS)
    text = re.sub(r"[^\S\r\n]+", " ", text.strip())
    return text.replace("''", '"')
