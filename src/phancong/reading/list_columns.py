"""The meaning of each column of a list, by the caller's settings or by its title."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

from phancong.coordinates import NoCoordinateError, read_point
from phancong.errors import Defect
from phancong.problem.tables import did_you_mean, unknown_column
from phancong.reading.degree_columns import DEGREE_FIELDS
from phancong.reading.headers import Block
from phancong.reading.keys import fold
from phancong.reading.list_fields import FIELDS
from phancong.reading.list_kinds import PAIR_TABLES, crossed_class
from phancong.reading.record import ColumnUse
from phancong.reading.settling import columns_remedy
from phancong.reading.titles import Title
from phancong.reading.vocabulary import (
    CLASS,
    LEFT_OUT,
    NAME,
    NOTE,
    PART_OF_ADDRESS,
    RELATION,
    REQUIRED,
    TITLES,
)
from phancong.tables import looks_personal
from phancong.tables.grid import letter
from phancong.tables.personal import PERSON, is_name_for_sure
from phancong.tables.sheet import is_blank, titled
from phancong.words import Message


class ListColumns:
    """The meaning of each column of a list.

    Parameters
    ----------
    role
        The table that the list belongs to.
    block
        The list: its header and its lines.
    plain
        Whether its titles are names of fields, as programs write them.
    settled
        The caller's settings: title or column → meaning, None to leave it out.
    used
        The caller's settings that apply to this list are added: table and title.
    """

    def __init__(
        self,
        role: str,
        block: Block,
        settled: Mapping[str, str | None],
        used: set[tuple[str, str]],
        *,
        plain: bool,
    ) -> None:
        self.role = role
        self.block = block
        self.grid = block.grid
        self.plain = plain
        self.used = used
        self.fields = FIELDS[role]
        self.settled = {
            key: DEGREE_FIELDS.get(meaning or "", meaning) for key, meaning in settled.items()
        }
        #: Meaning → position.
        self.positions: dict[str, int] = {}
        #: Position → the class that a cross in the column stands for.
        self.crosses: dict[int, str] = {}
        #: Meaning → the name of the column in the list.
        self.titles: dict[str, str] = {}
        #: How each column was used, and defects and questions.
        self.uses: list[ColumnUse] = []
        self.defects: list[Defect] = []
        #: Columns that have a title.
        self.titled = {title.position for title in block.titles}
        for title in block.titles:
            self._take(title)

    @property
    def read(self) -> frozenset[int]:
        """The positions of the columns that have a meaning."""
        return frozenset((*self.positions.values(), *self.crosses))

    def _take(self, title: Title) -> None:
        column = self.grid.column(title.position)
        known, meaning = self._meaning(title, column)
        if known is None:
            self._refuse(title, column)
            return
        shown = self._shown(title)
        became = meaning or LEFT_OUT
        crossed = crossed_class(title) if meaning == CLASS else None
        if crossed and title.meaning(self.role) != CLASS:
            self.crosses[title.position] = crossed
            became = Message("class (by a cross)")
        elif meaning and meaning not in (LEFT_OUT, NOTE):
            before = self.positions.setdefault(meaning, title.position)
            if before != title.position:
                self._refuse_twin(title, column, before)
        self.uses.append(ColumnUse(sheet=self.grid.name, column=column, title=shown, became=became))
        called = shown or meaning or ""
        self.titles.setdefault(meaning or "", self._called(called, title))

    def _shown(self, title: Title) -> str:
        """A title as it is written; empty if it could be a cell, or a line of cells, of a record."""
        if _is_line(title.text):
            return ""
        for text in _cells(title.text):
            what = looks_personal(text)
            known = what == PERSON and self.block.known and not is_name_for_sure(text)
            if what and not known:
                return ""
        return title.text

    def _called(self, called: str, title: Title) -> str:
        if self.grid.letters:
            return titled(called, letter(title.position + 1))
        return called

    def _meaning(self, title: Title, column: str) -> tuple[bool | None, str | None]:
        """Whether the title is known (None if not), and its meaning."""
        for key in (title.text, column, column_letters(column)):
            if key in self.settled:
                self.used.add((self.role, key))
                return True, self.settled[key]
        for key, meaning in self.settled.items():
            if key != "*" and fold(key) in title.folded:
                self.used.add((self.role, key))
                return True, meaning
        small = title.text.casefold()
        if small in self.fields:
            return True, small
        if self.plain:
            if small not in (NAME, NOTE):
                return None, None
            return True, small if self.role in REQUIRED else NOTE
        meaning = title.meaning(self.role)
        if meaning is None and self.role == "households" and crossed_class(title):
            return True, CLASS
        if meaning is not None and not title.question():
            of_households = meaning != RELATION or self.role == "households"
            return True, meaning if of_households else LEFT_OUT
        if "*" in self.settled and not title.question():
            self.used.add((self.role, "*"))
            return True, self.settled["*"]
        if self.role in PAIR_TABLES and not title.question():
            return True, LEFT_OUT  # pairs have no other columns
        return None, None

    def _refuse(self, title: Title, column: str) -> None:
        """Note a defect for a title that is unknown or unclear: ignoring it could drop a limit."""
        shown = self._shown(title) or column
        field_name = column if shown == column else self._called(title.text, title)
        top = self.grid.place(self.block.first)
        question = title.question()
        if self.plain:
            close = difflib.get_close_matches(title.text, list(self.fields), n=1)
            what, mend = unknown_column(close, list(self.fields))
            likely = close[0] if close else "none"
            remedy = columns_remedy(self.role, shown, None, likely=likely)
            mend = Message("{mend}; {remedy} leaves it out", mend=mend, remedy=remedy)
        elif question:
            what = question
            part_of_address = question == PART_OF_ADDRESS
            remedy = columns_remedy(self.role, shown, "hamlet" if part_of_address else "...")
            mend = Message("say what it is: {remedy}, or None", remedy=remedy)
        else:
            meaning = self._near(title)
            what = Message("is not a known column")
            remedy = columns_remedy(self.role, shown, meaning)
            mend = Message("say what it is, None leaves it out: {remedy}", remedy=remedy)
            if meaning:
                mend = did_you_mean(meaning, mend)
        self.defects.append(Defect(top, field_name, what, mend))

    def _near(self, title: Title) -> str | None:
        """The field that a title probably means, by its words or by the cells below it."""
        meaning = _near(title, self.role)
        if meaning is None and "at" in self.fields and self._holds_places(title.position):
            return "at"
        return meaning

    def _holds_places(self, position: int) -> bool:
        """Whether most of the first cells of a column are coordinates."""
        cells = [row[position] for _, row in self.block.body if position < len(row)]
        cells = [cell for cell in cells if isinstance(cell, str) and not is_blank(cell)]
        return bool(cells) and 2 * sum(map(_is_place, cells[:_LOOKED_AT])) > len(cells[:_LOOKED_AT])

    def _refuse_twin(self, title: Title, column: str, before: int) -> None:
        first = next(t for t in self.block.titles if t.position == before)
        same = first.text.casefold() == title.text.casefold()
        other = self.grid.column(before)
        if same:
            what = Message("has the same name as {column}", column=other)
        else:
            what = Message("means the same as {column}", column=other)
        mend = Message("keep one of them")
        if not self.plain:
            remedy = columns_remedy(self.role, column, None)
            mend = Message("keep one of them, or {remedy} leaves this one out", remedy=remedy)
        self.defects.append(Defect(self.grid.place(self.block.first), column, what, mend))


#: The longest text that is a title, and the most separators in a title with a number.
_LONGEST_TITLE: Final = 200
_MOST_MARKS: Final = 2
_BETWEEN_CELLS: Final = re.compile(r" / |[,;|\t]")


def _is_line(text: str) -> bool:
    """Whether a text is a line of cells instead of a title."""
    if len(text) > _LONGEST_TITLE:
        return True
    numbered = any(map(str.isdecimal, text))
    return numbered and len(_BETWEEN_CELLS.findall(text)) > _MOST_MARKS


def _cells(text: str) -> Iterator[str]:
    """Parts of a title that could be cells: between separators, and between words with digits."""
    for part in _BETWEEN_CELLS.split(text):
        yield part
        runs = groupby(part.split(), lambda word: any(map(str.isdecimal, word)))
        yield from (" ".join(words) for numbered, words in runs if not numbered)


#: The least length of a title, and the least similarity to a known title, for a suggestion.
_LEAST_TITLE: Final = 6
_LEAST_LIKENESS: Final = 0.82


def _near(title: Title, role: str) -> str | None:
    """The field that a title probably means; None if it is short or resembles no known title."""
    if title.grouped is not None:
        likely = title.grouped.likely(role)
        return None if likely == LEFT_OUT else likely
    written = title.folded[0]
    if len(written) < _LEAST_TITLE:
        return None
    close = difflib.get_close_matches(written, list(TITLES[role]), n=1, cutoff=_LEAST_LIKENESS)
    meaning = TITLES[role][close[0]] if close and len(close[0]) >= _LEAST_TITLE else None
    return None if meaning in (LEFT_OUT, None) else meaning


#: How many cells are examined to recognise a column of coordinates.
_LOOKED_AT: Final = 20


def _is_place(cell: str) -> bool:
    try:
        read_point(cell)
    except NoCoordinateError:
        return False
    return True


def column_letters(column: str) -> str:
    """The letters or the number of a column: "F" of "column F"."""
    return column.rpartition(" ")[2]
