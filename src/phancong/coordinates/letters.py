"""Compass letters beside degrees: English N, S, E, W and Vietnamese B, N, Đ, T."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

Axis = Literal["latitude", "longitude"]


class LetterSystem(Enum):
    """The language of compass letters.

    ``ENGLISH``: N, S, E, W. ``VIETNAMESE``: B (Bắc, north), N (Nam, south), Đ (Đông, east), T (Tây,
    west). N occurs in both, with opposite meanings.
    """

    ENGLISH = "english"
    VIETNAMESE = "vietnamese"


@dataclass(frozen=True, slots=True)
class Letter:
    """The meaning of a letter or a word.

    Parameters
    ----------
    axis
        Latitude or longitude.
    sign
        1 for north and east, -1 for south and west; None if it only names the axis, and for N, whose
        meaning depends on the language.
    system
        The language of the letter; None if it is in both.
    """

    axis: Axis
    sign: int | None
    system: LetterSystem | None


_E, _V = LetterSystem.ENGLISH, LetterSystem.VIETNAMESE
_NORTH, _SOUTH = Letter("latitude", 1, _E), Letter("latitude", -1, _E)
_EAST, _WEST = Letter("longitude", 1, _E), Letter("longitude", -1, _E)
_BAC, _NAM = Letter("latitude", 1, _V), Letter("latitude", -1, _V)
_DONG, _TAY = Letter("longitude", 1, _V), Letter("longitude", -1, _V)
#: N: north in English, south (Nam) in Vietnamese.
N: Final = Letter("latitude", None, None)

#: Letters and words in lower case. D is Đ typed without its bar.
LETTERS: Final = {
    "n": N,
    "s": _SOUTH,
    "e": _EAST,
    "w": _WEST,
    "b": _BAC,
    "đ": _DONG,
    "d": _DONG,
    "t": _TAY,
    "north": _NORTH,
    "south": _SOUTH,
    "east": _EAST,
    "west": _WEST,
    "bắc": _BAC,
    "nam": _NAM,
    "đông": _DONG,
    "tây": _TAY,
    "bac": _BAC,
    "dong": _DONG,
    "tay": _TAY,
}
#: Words that name an axis without a direction.
NAMES: Final[Mapping[str, Axis]] = {
    **dict.fromkeys(("lat", "latitude", "vĩ độ", "vi do", "vĩ tuyến", "vĩ"), "latitude"),
    **dict.fromkeys(("lon", "lng", "long", "longitude", "kinh độ", "kinh do", "kinh tuyến", "kinh"),
                    "longitude"),
}  # fmt: skip

_ONLY_ONE: Final = re.compile(r"(?<![^\W\d_])(?:(B|Bắc|Đ|Đông|T|Tây)|(E|W|East|West))(?![^\W\d_])")


def sign_of(letter: Letter, system: LetterSystem | None) -> int | None:
    """1 or -1, None for an N of unknown language."""
    if letter is N and system is not None:
        return 1 if system is LetterSystem.ENGLISH else -1
    return letter.sign


def letters_of(cells: Iterable[Any]) -> LetterSystem | None:
    """The language of the letters in a column; None if no letter, or letters of both, decide it."""
    systems = {
        LetterSystem.VIETNAMESE if found[1] else LetterSystem.ENGLISH
        for cell in cells
        if isinstance(cell, str)
        for found in _ONLY_ONE.finditer(cell)
    }
    return systems.pop() if len(systems) == 1 else None
