"""The widths of texts in print (Times New Roman, in points) and the lines that they take."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

#: Letters by width, in thousandths of the font size: the widths of Times.
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
#: The width of any other letter: as wide as it is high.
_OTHER: Final = 1000
#: The font size of tables, in points, and the height of a line.
SIZE: Final = 12.0
LINE: Final = 15.75
#: The width of the letter by which spreadsheets measure columns, in points.
LETTER: Final = 6.0
#: The factor by which bold words are wider, at most.
BOLD: Final = 1.1


class _Widths(dict[str, int]):
    """Width of each letter, computed when it is first asked for."""

    def __missing__(self, letter: str) -> int:
        parts = unicodedata.normalize("NFD", letter)
        wide = sum(_OF.get(part, _OTHER) for part in parts if not unicodedata.combining(part))
        self[letter] = wide
        return wide


_widths: Final = _Widths()


@lru_cache(maxsize=4096)
def points(text: str, size: float = SIZE) -> float:
    """The width of a text in one line, in points; combining marks have no width."""
    return sum(map(_widths.__getitem__, text)) * size / 1000


def longest_word(text: str) -> float:
    """The width of the widest word of a text, in points."""
    return max((points(word) for word in text.split()), default=0.0)


def line_count(text: str, room: float, size: float = SIZE) -> int:
    """The number of lines that a text takes in a width of *room* points; at least one."""
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
            if used > room + 0.01:  # a word that is wider than the line is broken
                more = int((used - 0.01) // room)
                count, used = count + more, used - more * room
    return count
