"""What must never be taken for an id: telephone numbers, identity numbers and names (spec 2.6)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from phancong.words import Message

#: What it seems to be.
TELEPHONE: Final[str] = Message("a telephone number")
IDENTITY: Final[str] = Message("an identity number")
PERSON: Final[str] = Message("a name")

#: What may stand between the digits of one number, and what parts it from the next thing.
_MARKS = re.compile(r"[\s.\-()]")
_PARTS = re.compile(r"[^\w+\s.\-()]+")
#: Vietnamese mobile numbers: 0 and nine digits, or the country code instead of the 0.
_TELEPHONE = re.compile(r"0[35789]\d{8}|(\+|00)?84[35789]\d{8}|\+84\d{8,10}")
#: Twelve digits: province, century and sex, year of birth, and a number.
_IDENTITY = re.compile(r"\d{12}")
_BORN = re.compile(r"0(?:0[1-9]|[1-8]\d|9[0-6])(?:[01][3-9]\d|[23][0-3]\d)\d{6}")


def looks_personal(value: Any) -> str | None:
    """What a cell seems to hold that must not be an id, None if nothing.

    Parameters
    ----------
    value
        A cell. A whole number in a workbook has lost the zeros that it began with.

    Returns
    -------
    str or None
        ``"a telephone number"``, ``"an identity number"`` or ``"a name"``; never the value.
    """
    if isinstance(value, str):
        numbers = [_MARKS.sub("", part) for part in _PARTS.split(value)]
        if any(map(_TELEPHONE.fullmatch, numbers)):
            return TELEPHONE
        if any(map(_IDENTITY.fullmatch, numbers)):
            return IDENTITY
        return PERSON if _is_name(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        digits = str(value)
        if _TELEPHONE.fullmatch(f"0{digits}") or _TELEPHONE.fullmatch(digits):
            return TELEPHONE
        if _IDENTITY.fullmatch(digits):
            return IDENTITY
        if len(digits) in (10, 11) and _BORN.fullmatch(digits.zfill(12)):
            return IDENTITY
    return None


def _is_name(text: str) -> bool:
    """Two or more words, all of letters; two of them, longer than a letter, with a capital."""
    words = unicodedata.normalize("NFC", text).split()
    return (
        len(words) > 1
        and all(word.isalpha() for word in words)
        and sum(len(word) > 1 and word[0].isupper() for word in words) > 1
    )
