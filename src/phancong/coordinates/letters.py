"""N, S, E, W and B, N, Đ, T: what a letter beside a number of degrees means, and in whose way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

Axis = Literal["latitude", "longitude"]


class LetterSystem(Enum):
    """Whose letters stand for north, south, east and west.

    ``ENGLISH``: N, S, E, W. ``VIETNAMESE``: B (Bắc, north), N (Nam, south), Đ (Đông, east), T (Tây,
    west). N is the only letter of both, and means the opposite.
    """

    ENGLISH = "english"
    VIETNAMESE = "vietnamese"


@dataclass(frozen=True, slots=True)
class Letter:
    """The meaning of a letter or a word.

    Parameters
    ----------
    axis
        Which half of a coordinate it stands beside.
    sign
        1 for north and east, -1 for south and west; None where it only names the half, and for an
        N, which each way reads differently.
    way
        Whose letter it is; None where it is both.
    """

    axis: Axis
    sign: int | None
    way: LetterSystem | None


_E, _V = LetterSystem.ENGLISH, LetterSystem.VIETNAMESE
_NORTH, _SOUTH = Letter("latitude", 1, _E), Letter("latitude", -1, _E)
_EAST, _WEST = Letter("longitude", 1, _E), Letter("longitude", -1, _E)
_BAC, _NAM = Letter("latitude", 1, _V), Letter("latitude", -1, _V)
_DONG, _TAY = Letter("longitude", 1, _V), Letter("longitude", -1, _V)
#: An N: north or, in Vietnamese, south (Nam).
N: Final = Letter("latitude", None, None)

#: Letters and words by their small form. A D is a Đ that was typed without its bar.
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
#: Words that name a half and say nothing of its side.
NAMES: Final[Mapping[str, Axis]] = {
    **dict.fromkeys(("lat", "latitude", "vĩ độ", "vi do", "vĩ tuyến", "vĩ"), "latitude"),
    **dict.fromkeys(("lon", "lng", "long", "longitude", "kinh độ", "kinh do", "kinh tuyến", "kinh"),
                    "longitude"),
}  # fmt: skip

_ONLY_ONE: Final = re.compile(r"(?<![^\W\d_])(?:(B|Bắc|Đ|Đông|T|Tây)|(E|W|East|West))(?![^\W\d_])")


def sign_of(letter: Letter, way: LetterSystem | None) -> int | None:
    """1 or -1, None where an N could be either."""
    if letter is N and way is not None:
        return 1 if way is LetterSystem.ENGLISH else -1
    return letter.sign


def letters_of(cells: Iterable[Any]) -> LetterSystem | None:
    """Whose letters the cells of a column are: those that only one way has; None if none or both."""
    ways = {
        LetterSystem.VIETNAMESE if found[1] else LetterSystem.ENGLISH
        for cell in cells
        if isinstance(cell, str)
        for found in _ONLY_ONE.finditer(cell)
    }
    return ways.pop() if len(ways) == 1 else None
