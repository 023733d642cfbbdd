"""Text of a coordinate with each mark in one spelling: °, ', " and -, whatever was typed."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Longer than any coordinate: what is longer is not looked at.
MOST_LETTERS: Final = 200

_MARKS: Final = str.maketrans(
    dict.fromkeys("º˚∘⁰", "°")
    | dict.fromkeys("′’‘´`ʹʼ‛", "'")
    | dict.fromkeys("″”“„ʺ˝", '"')
    | dict.fromkeys("−–—‐‑", "-")
    | {"Ð": "Đ", "ð": "đ"}  # an eth, which many keyboards gave for it
)


def spelt(text: str) -> str:
    r"""*text* composed, without invisible letters, with blanks and marks of one kind.

    >>> spelt(" 21° 1′ 48″")
    '21° 1\' 48"'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
        text = text.translate(_MARKS)
    text = re.sub(r"[^\S\r\n]+", " ", text.strip())
    return text.replace("''", '"')
