"""Degrees, minutes, seconds and compass letters in separate columns, joined to latitude and longitude."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.keys import fold
from phancong.reading.settling import bare_title
from phancong.reading.table import FileTable
from phancong.tables.sheet import is_blank
from phancong.words import Message

#: The column for each part of latitude and longitude, in the order in which the parts are written.
_LATITUDE: Final[tuple[str, ...]] = (
    Message("degrees of latitude"),
    Message("minutes of latitude"),
    Message("seconds of latitude"),
    Message("north or south"),
)
_LONGITUDE: Final[tuple[str, ...]] = (
    Message("degrees of longitude"),
    Message("minutes of longitude"),
    Message("seconds of longitude"),
    Message("east or west"),
)
#: The name of each in ``columns=``.
DEGREE_FIELDS: Final[Mapping[str, str]] = {
    f"{half}_{part}": meaning
    for half, meanings in (("lat", _LATITUDE), ("lon", _LONGITUDE))
    for part, meaning in zip(("degrees", "minutes", "seconds", "letter"), meanings, strict=True)
}
_HALVES: Final = (("lat", _LATITUDE), ("lon", _LONGITUDE))
_MARKS: Final = ("°", "'", '"', "")

_WORDS: Final = (
    ("lat; latitude; latitud; vi do", "lon; long; lng; longitude; longitud; kinh do"),
    (
        "do; deg; degree; degrees; d; degres; grados; graus",
        "phut; min; minute; minutes; m; minutos",
        "giay; sec; second; seconds; s; secondes; segundos",
        "huong; direction; dir; hemisphere; ref; letter",
    ),
)


def _titles() -> dict[str, str]:
    """Meaning → folded titles: the words for each half with the words for each part, in any order."""
    found: dict[str, str] = {}
    for (_, meanings), half in zip(_HALVES, _WORDS[0], strict=True):
        for meaning, part in zip(meanings, _WORDS[1], strict=True):
            pairs = itertools.product(half.split("; "), part.split("; "))
            found[meaning] = "; ".join(f"{a} {b}; {b} {a}" for a, b in pairs)
    found[_LATITUDE[3]] += f"; vi do b n; bac nam; {'; '.join(_NORTH_SOUTH)}"
    found[_LONGITUDE[3]] += f"; kinh do d t; dong tay; {'; '.join(_EAST_WEST)}"
    return found


#: Titles that name the letters below them, so that N is north and O is west.
_NORTH_SOUTH: Final = ("n s", "lat ns", "lat n s", "nord sud", "norte sur", "norte sul")
_EAST_WEST: Final = (
    *("e w", "lon ew", "lon e w", "long ew", "e o", "lon eo", "lon e o", "long eo"),
    *("est ouest", "este oeste", "leste oeste"),
)
#: Letters below such titles, in lower case, and the sign that they stand for.
_SIGNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("n", "north", "nord", "norte"), ""),
    **dict.fromkeys(("s", "south", "sud", "sur", "sul"), "-"),
    **dict.fromkeys(("e", "east", "est", "este", "leste"), ""),
    **dict.fromkeys(("w", "o", "west", "ouest", "oeste"), "-"),
}


#: Meaning → its titles, as in the vocabulary.
DEGREE_TITLES: Final = _titles()


def join_degrees(table: FileTable, notes: list[str], defects: list[Defect]) -> None:
    """Join the parts of each half to one column; the field refuses invalid results.

    Parameters
    ----------
    table
        Members or households; it gets columns ``lat`` and ``lon``.
    notes, defects
        A note on joined columns, and a defect for a half that is also given in one column.
    """
    joined = False
    for name, meanings in _HALVES:
        columns = [table.columns.pop(meaning, None) for meaning in meanings]
        if all(column is None for column in columns):
            continue
        if name in table.columns:
            what = Message("is given together with columns of its degrees and minutes")
            defects.append(Defect(table.name, name, what, Message("keep one of them")))
            continue
        letters = columns[3]
        signed = letters is not None and _is_signed(table, meanings[3], letters)
        table.columns[name] = [
            _joined([None if column is None else column[row] for column in columns], signed=signed)
            for row in range(len(table))
        ]
        joined = True
    if joined:
        notes.append(Message("degrees, minutes and seconds in columns of their own are joined"))


def _is_signed(table: FileTable, meaning: str, letters: Sequence[Any]) -> bool:
    """Whether a title names the compass letters in a language other than Vietnamese.

    An N by itself could be south (Nam), and an O east (Ost).
    """
    title = fold(bare_title(table.title(meaning)))
    named = title in _NORTH_SOUTH or title in _EAST_WEST or not table.vietnamese
    return named and all(is_blank(cell) or _text(cell).casefold() in _SIGNS for cell in letters)


def _joined(cells: Sequence[Any], *, signed: bool = False) -> str | None:
    """The parts of a coordinate as one text; unit marks that a part already has are not repeated."""
    *figures, letter = cells
    sign = _SIGNS[_text(letter).casefold()] if signed and not is_blank(letter) else ""
    parts = [
        f"{_text(cell).rstrip(mark)}{mark}"
        for cell, mark in zip([*figures, None if signed else letter], _MARKS, strict=True)
        if not is_blank(cell)
    ]
    return sign + " ".join(parts) if parts else None


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
