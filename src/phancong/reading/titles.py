"""Titles of columns: the forms by which they are known, what they mean, and lines that have some."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from phancong.reading.grouped import Grouped, grouped
from phancong.reading.keys import fold
from phancong.reading.vocabulary import (
    DOUBTFUL,
    HAMLET_TITLE,
    HOUSEHOLD_NAME,
    KEY,
    LONGITUDE_FIRST,
    MEMBER_NAME,
    NAME,
    NUMBER,
    PART_OF_ADDRESS,
    TITLES,
)
from phancong.tables.sheet import is_blank

_IN_BRACKETS: Final = re.compile(r"\([^)]*\)")
_UNIT: Final = re.compile(r"\(\s*(?:km|kilomet\w*|phút|phut|giờ|gio|h)\s*\)", re.IGNORECASE)
_IDENTITIES: Final = frozenset(
    (NUMBER, NAME, KEY, "id", "household", "member", HOUSEHOLD_NAME, MEMBER_NAME)
)
_IDENTIFYING: Final = frozenset(
    title for table in TITLES.values() for title, meaning in table.items() if meaning in _IDENTITIES
)
#: All known titles, folded.
KNOWN: Final = frozenset(title for table in TITLES.values() for title in table) | set(DOUBTFUL)
#: Known titles of names of people.
KNOWN_NAMES: Final = frozenset(
    title
    for table in TITLES.values()
    for title, meaning in table.items()
    if meaning in (NAME, HOUSEHOLD_NAME, MEMBER_NAME) and title != "household"
)
#: Titles of addresses, and words in brackets after them that say that the address has a hamlet.
_ADDRESSES: Final = frozenset(
    ("dia chi", "dia chi thuong tru", "noi thuong tru", "address", "noi o")
)
_HAMLETS: Final = frozenset(("thon", "ban", "xom", "ap", "buon", "hamlet", "village"))
#: A number as lists contain it; not a title such as "(1)".
_FIGURE: Final = re.compile(r"\s*[+-]?\d[\d.,]*\s*")


@dataclass(frozen=True, slots=True)
class Title:
    """The titles above one column.

    Parameters
    ----------
    position
        The column, counted from 0.
    text
        The title as it is written; if a title spans several columns, it comes first, parted by ``/``.
    folded
        The forms by which it may be known, the most specific first.
    grouped
        The question and its groups, if the title comes from a survey export.
    """

    position: int
    text: str
    folded: tuple[str, ...]
    grouped: Grouped | None = None

    def meaning(self, table: str) -> str | None:
        """The meaning of the title in *table*, None if it is not known there."""
        for folded in self.folded:
            if folded in TITLES[table]:
                return TITLES[table][folded]
            if folded and HAMLET_TITLE.issuperset(folded.split()):
                return "hamlet"
        return None if self.grouped is None else self.grouped.meaning(table)

    def question(self) -> str | None:
        """The question about the title, None if it is clear or not known."""
        if self.folded[-1] in _ADDRESSES and _HAMLETS.intersection(self.folded[0].split()):
            return PART_OF_ADDRESS
        if _longitude_first(self.text):
            return LONGITUDE_FIRST
        return next((DOUBTFUL[folded] for folded in self.folded if folded in DOUBTFUL), None)


_LATITUDE: Final = re.compile(r"\b(?:lat|latitude|latitud|vi do)\b")
_LONGITUDE: Final = re.compile(r"\b(?:lon|lng|long|longitude|longitud|kinh do)\b")


def _longitude_first(text: str) -> bool:
    """Whether a title of a column of points names longitude before latitude."""
    folded = fold(text)
    latitude, longitude = _LATITUDE.search(folded), _LONGITUDE.search(folded)
    return bool(latitude and longitude and longitude.start() < latitude.start())


class KnownTitles:
    """The known titles, and those among them that identify a person or household."""

    def __init__(self, settled: Mapping[str, bool]) -> None:
        self.titles = KNOWN.union(settled)
        self.identifying = _IDENTIFYING.union(title for title, who in settled.items() if who)

    def some(self, row: Sequence[Any]) -> bool:
        """Whether a cell of a line is a known title."""
        texts = [cell for cell in row if isinstance(cell, str)]
        return any(not self.titles.isdisjoint(forms(text)) for text in texts)

    def in_header(self, row: Sequence[Any], least: int) -> bool:
        """Whether a line is a header: *least* known titles, one of which identifies a record.

        Below the first header, two titles are enough if the line has no other cells.
        """
        for cell in row:  # the usual case: a record, recognised by a number
            if cell is not None and (type(cell) is not str or _FIGURE.fullmatch(cell)):
                return False
        filled = [cell for cell in row if not is_blank(cell)]
        if len(filled) < 2:
            return False
        distinct: set[str] = set()
        left = len(filled) // 2  # how many titles may be unknown
        for cell in filled:
            hits = [form for form in forms(cell) if form in self.titles]
            distinct.update(hits)
            left -= not hits
            if left < 0:
                return False
        return (
            (len(distinct) >= least or (len(distinct) == 2 == len(filled)))
            and 2 * len(distinct) >= len(filled)
            and not distinct.isdisjoint(self.identifying)
        )


def forms(text: str) -> tuple[str, ...]:
    """The forms by which a title may be known: as it is written, and without text in brackets.

    If the rest is too general, the text in brackets counts: "Địa chỉ (thôn/bản)".
    """
    whole = fold(text)
    if "(" not in text or _UNIT.search(text):
        question = None if whole in KNOWN else grouped(text)
        return (whole,) if question is None else (whole, question.last)
    without = fold(_IN_BRACKETS.sub(" ", text))
    inside = fold(" ".join(_IN_BRACKETS.findall(text)))
    if without in _ADDRESSES and HAMLET_TITLE.issuperset(inside.split()) and inside:
        return (whole, inside)
    return (whole, without)


def settled_titles(columns: Mapping[str, Mapping[str, str | None]]) -> dict[str, bool]:
    """The folded titles to which the caller gives a meaning, and whether it is an id or a name."""
    found: dict[str, bool] = {}
    for table in columns.values():
        for title, meaning in table.items():
            key = fold(title)
            found[key] = found.get(key, False) or meaning in _IDENTITIES
    return found
