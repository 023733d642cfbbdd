"""How wide texts are on paper: Times New Roman, in points, and how many lines they take."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

#: Letters by how wide they are, in thousandths of the size of type: the widths of Times.
_WIDTHS: Final = {
    180: "'",
    200: "|",
    250: " ,.·",
    278: "/:;\\ijlt",
    333: "!()-I[]`fr‘’",
    389: "Js",
    408: '"',
    444: "?acez“”",
    480: "^{}",
    500: "#$*0123456789_bdghknopquvxyđ–",
    556: "FPS~≤≥",
    564: "+<=>×",
    611: "ELTZ",
    667: "BCR",
    722: "ADGHKNOQUVXYwĐ",
    778: "&m",
    833: "%",
    889: "M",
    944: "W@",
}
_OF: Final = {letter: wide for wide, letters in _WIDTHS.items() for letter in letters}
#: Any other letter is as wide as it is high.
_OTHER: Final = 1000
#: The type of tables, in points, and how high one of its lines is.
SIZE: Final = 12.0
LINE: Final = 15.75
#: How wide a letter is by which spreadsheets measure columns, in points.
LETTER: Final = 6.0
#: Bold letters are at most so much wider on the average of a word.
BOLD: Final = 1.1


class _Widths(dict[str, int]):
    """Width of each letter that was asked for; marks above and below it add nothing."""

    def __missing__(self, letter: str) -> int:
        parts = unicodedata.normalize("NFD", letter)
        wide = sum(_OF.get(part, _OTHER) for part in parts if not unicodedata.combining(part))
        self[letter] = wide
        return wide


_widths: Final = _Widths()


@lru_cache(maxsize=4096)
def points(text: str, size: float = SIZE) -> float:
    """How wide a text is in one line, in points."""
    return sum(map(_widths.__getitem__, text)) * size / 1000


def longest_word(text: str, size: float = SIZE) -> float:
    """The widest word of a text, in points."""
    return max((points(word, size) for word in text.split()), default=0.0)


def lines(text: str, room: float, size: float = SIZE) -> int:
    """How many lines a text takes where a line has room for so many points; at least one."""
    if "\n" not in text and points(text, size) <= room + 0.01:
        return 1
    blank = points(" ", size)
    count = 0
    for paragraph in text.split("\n"):
        used = 0.0
        count += 1
        for word in paragraph.split():
            wide = points(word, size)
            if used and used + blank + wide > room + 0.01:
                count, used = count + 1, 0.0
            used += (blank if used else 0.0) + wide
            if used > room + 0.01:  # a word that is wider than a line is broken
                more = int((used - 0.01) // room)
                count, used = count + more, used - more * room
    return count
