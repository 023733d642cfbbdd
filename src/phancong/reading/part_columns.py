"""What each column of a list means: by what the caller says, or by its title; the rest is asked."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, Final

from phancong.coordinates import NoCoordinateError, read_point
from phancong.errors import Defect
from phancong.problem.tables import did_you_mean, unknown_column
from phancong.reading.degree_columns import DEGREE_FIELDS
from phancong.reading.headers import Title
from phancong.reading.keys import fold
from phancong.reading.list_kinds import PAIR_TABLES, crossed_class
from phancong.reading.parts import Part
from phancong.reading.record import ColumnUse
from phancong.reading.settling import columns_way
from phancong.reading.vocabulary import (
    CLASS,
    LEFT_OUT,
    NAME,
    NOTE,
    PART_OF_ADDRESS,
    RELATION,
    TITLES,
)
from phancong.tables import looks_personal
from phancong.tables.grid import letter
from phancong.tables.personal import PERSON, is_name_for_sure
from phancong.tables.sheet import is_blank, titled
from phancong.words import Message


class PartColumns:
    """The meaning of each column of a list.

    Parameters
    ----------
    part
        The list; what each column became, and what is doubtful, is added to it.
    fields
        The fields of its table.
    settled
        What the caller says: title or column → meaning, None to leave it out.
    used
        Takes what the caller said of titles that are there: table and title.
    """

    def __init__(
        self,
        part: Part,
        fields: Mapping[str, Any],
        settled: Mapping[str, str | None],
        used: set[tuple[str, str]],
    ) -> None:
        self.used = used
        self.part = part
        self.fields = fields
        self.settled = {
            key: DEGREE_FIELDS.get(meaning or "", meaning) for key, meaning in settled.items()
        }
        #: Meaning → position.
        self.positions: dict[str, int] = {}
        #: Position → the class for which a cross stands there.
        self.crosses: dict[int, str] = {}
        #: Columns that were looked at, whatever became of them.
        self.titled = {title.position for title in part.block.titles}
        for title in part.block.titles:
            self._take(title)

    def _take(self, title: Title) -> None:
        part, grid = self.part, self.part.grid
        column = grid.column(title.position)
        said, meaning = self._meaning(title, column)
        if said is None:
            self._refuse(title, column)
            return
        shown = self._shown(title)
        became = meaning or LEFT_OUT
        crossed = crossed_class(title) if meaning == CLASS else None
        if crossed and title.meaning(part.kind) != CLASS:
            self.crosses[title.position] = crossed
            became = Message("class (by a cross)")
        elif meaning and meaning not in (LEFT_OUT, NOTE):
            before = self.positions.setdefault(meaning, title.position)
            if before != title.position:
                self._refuse_twin(title, column, before)
        self.part.uses.append(ColumnUse(sheet=grid.name, column=column, title=shown, became=became))
        called = shown or meaning or ""
        part.fields.setdefault(meaning or "", self._called(called, title))

    def _shown(self, title: Title) -> str:
        """A title as it stands; where it could be a cell of a record, nobody's name or number."""
        for text in title.text.split(" / "):
            what = looks_personal(text)
            known = what == PERSON and self.part.block.known and not is_name_for_sure(text)
            if what and not known:
                return ""
        return title.text

    def _called(self, called: str, title: Title) -> str:
        if self.part.grid.letters:
            return titled(called, letter(title.position + 1))
        return called

    def _meaning(self, title: Title, column: str) -> tuple[bool | None, str | None]:
        """Whether the title is understood (None if not), and what it means."""
        for key in (title.text, column, column_letters(column)):
            if key in self.settled:
                self.used.add((self.part.kind, key))
                return True, self.settled[key]
        for key, meaning in self.settled.items():
            if key != "*" and fold(key) in title.folded:
                self.used.add((self.part.kind, key))
                return True, meaning
        small = title.text.casefold()
        if small in self.fields:
            return True, small
        if self.part.plain:
            return (True, NOTE) if small in (NAME, NOTE) and self.part.kind not in (
                "members", "households"
            ) else ((True, small) if small in (NAME, NOTE) else (None, None))  # fmt: skip
        meaning = title.meaning(self.part.kind)
        if meaning is None and self.part.kind == "households" and crossed_class(title):
            return True, CLASS
        if meaning is not None and not title.question():
            of_households = meaning != RELATION or self.part.kind == "households"
            return True, meaning if of_households else LEFT_OUT
        if "*" in self.settled and not title.question():
            self.used.add((self.part.kind, "*"))
            return True, self.settled["*"]
        if self.part.kind in PAIR_TABLES and not title.question():
            return True, LEFT_OUT  # of a pair nothing else counts
        return None, None

    def _refuse(self, title: Title, column: str) -> None:
        """A title that is not known, or not clear: a limit must not be left out in silence."""
        part, grid = self.part, self.part.grid
        shown = self._shown(title) or column
        field_name = column if shown == column else self._called(title.text, title)
        top = grid.place(part.block.first)
        question = title.question()
        if part.plain:
            close = difflib.get_close_matches(title.text, list(self.fields), n=1)
            what, mend = unknown_column(close, list(self.fields))
            likely = close[0] if close else "none"
            way = columns_way(part.kind, shown, None, likely=likely)
            mend = Message("{mend}; {way} leaves it out", mend=mend, way=way)
        elif question:
            what = question
            part_of_address = question == PART_OF_ADDRESS
            way = columns_way(part.kind, shown, "hamlet" if part_of_address else "...")
            mend = Message("say what it is: {way}, or None", way=way)
        else:
            meaning = self._near(title)
            what = Message("is not a known column")
            way = columns_way(part.kind, shown, meaning)
            mend = Message("say what it is, None leaves it out: {way}", way=way)
            if meaning:
                mend = did_you_mean(meaning, mend)
        part.defects.append(Defect(top, field_name, what, mend))

    def _near(self, title: Title) -> str | None:
        """What a title could be meant to be, by its words or by what stands below it."""
        meaning = _near(title, self.part.kind)
        if meaning is None and "at" in self.fields and self._holds_places(title.position):
            return "at"
        return meaning

    def _holds_places(self, position: int) -> bool:
        """Whether most of the first cells of a column are whole coordinates."""
        cells = [row[position] for _, row in self.part.block.body if position < len(row)]
        cells = [cell for cell in cells if isinstance(cell, str) and not is_blank(cell)]
        return bool(cells) and 2 * sum(map(_is_place, cells[:_LOOKED_AT])) > len(cells[:_LOOKED_AT])

    def _refuse_twin(self, title: Title, column: str, before: int) -> None:
        part, grid = self.part, self.part.grid
        first = next(t for t in part.block.titles if t.position == before)
        same = first.text.casefold() == title.text.casefold()
        other = grid.column(before)
        if same:
            what = Message("has the same name as {column}", column=other)
        else:
            what = Message("means the same as {column}", column=other)
        mend = Message("keep one of them")
        if not part.plain:
            way = columns_way(part.kind, column, None)
            mend = Message("keep one of them, or {way} leaves this one out", way=way)
        part.defects.append(Defect(grid.place(part.block.first), column, what, mend))


#: Suggestions are made for titles of this length, and of this likeness to a title that is known.
_LEAST_TITLE: Final = 6
_LEAST_LIKENESS: Final = 0.82


def _near(title: Title, kind: str) -> str | None:
    """The field that a title may stand for, None where it is short or near to nothing."""
    if title.grouped is not None:
        likely = title.grouped.likely(kind)
        return None if likely == LEFT_OUT else likely
    written = title.folded[0]
    if len(written) < _LEAST_TITLE:
        return None
    close = difflib.get_close_matches(written, list(TITLES[kind]), n=1, cutoff=_LEAST_LIKENESS)
    meaning = TITLES[kind][close[0]] if close and len(close[0]) >= _LEAST_TITLE else None
    return None if meaning in (LEFT_OUT, None) else meaning


#: So many cells say whether a column holds coordinates.
_LOOKED_AT: Final = 20


def _is_place(cell: str) -> bool:
    try:
        read_point(cell)
    except NoCoordinateError:
        return False
    return True


def column_letters(column: str) -> str:
    """The letters or the number of a column alone: "column F" is also F."""
    return column.rpartition(" ")[2]
