"""The forms in which text is compared: titles without diacritics, names with them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from phancong.layout import without_invisible

#: The five tone marks as combining characters: grave, acute, tilde, hook above, dot below.
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_MARKS: Final = re.compile("[\u0300-\u036f]+")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_MOST_KNOWN: Final = 65_536


@lru_cache(_MOST_KNOWN)
def fold(text: str) -> str:
    r"""A title in the form compared: lower case, without diacritics, words parted by one blank.

    >>> fold("Họ và tên\nCHỦ HỘ:")
    'ho va ten chu ho'
    """
    if text.isascii():
        return _NO_LETTERS.sub(" ", text.lower()).strip()
    small = unicodedata.normalize("NFKD", without_invisible(text)).casefold().replace("đ", "d")
    bare = _MARKS.sub("", small)
    if not bare.isascii():
        bare = "".join(mark for mark in bare if not unicodedata.combining(mark))
    return _NO_LETTERS.sub(" ", bare).strip()


@lru_cache(_MOST_KNOWN)
def name_key(text: str) -> str:
    """A name in the form compared: without case, and with blanks and tone marks in standard places.

    "hòa" and "hoà" are equal; "Nguyễn" and "Nguyen" are not.

    >>> name_key("Hoà  BÌNH") == name_key("hòa bình")
    True
    """
    if text.isascii():
        return _NO_LETTERS.sub(" ", text.lower()).strip()
    marked = unicodedata.normalize("NFD", without_invisible(text)).casefold()
    kept = "".join(
        mark if mark.isalnum() or unicodedata.combining(mark) else " " for mark in marked
    )
    return " ".join(map(_tone_last, kept.split()))


def _tone_last(word: str) -> str:
    tones = "".join(mark for mark in word if mark in _TONES)
    return "".join(mark for mark in word if mark not in _TONES) + tones
