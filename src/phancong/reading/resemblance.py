"""Records that may be one, and names that may stand in the wrong column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from phancong.errors import Defect
from phancong.reading.bodies import hamlet_of
from phancong.reading.keys import name_key
from phancong.reading.table import FileTable
from phancong.reading.vocabulary import NAME, REQUIRED
from phancong.tables.sheet import is_blank
from phancong.words import Message


def note_resemblances(
    tables: Mapping[str, FileTable], notes: list[str], defects: list[Defect]
) -> None:
    """Note records that resemble each other, and a defect where name and hamlet look swapped.

    Parameters
    ----------
    tables
        The lists with their ids, and hamlets written in one way.
    notes, defects
        What was assumed, and what is asked, is appended.
    """
    for table in (tables[kind] for kind in REQUIRED if kind in tables):
        _note_ids(table, notes)
        if table.role == "households":
            _note_names(table, notes)
        if not table.plain:
            _refuse_swapped(table, tables.values(), defects)


def _note_ids(table: FileTable, notes: list[str]) -> None:
    """Note ids that differ in case, blanks or leading zeros only; an id itself may be private."""
    known: dict[str, str] = {}
    alike = []
    for row, cell in enumerate(table.column("id")):
        text = str(cell).strip()
        key = "".join(text.split()).casefold().lstrip("0")
        if not is_blank(cell) and known.setdefault(key, text) != text:
            alike.append(table.records[row])
    if alike:
        notes.append(
            Message.ngettext(
                "{n} id differs from another only in case, blanks or leading zeros, and counts as a "
                "record of its own (first: {record})",
                "{n} ids differ from others only in case, blanks or leading zeros, and count as records "
                "of their own (first: {record})",
                len(alike),
                record=alike[0],
            )
        )


def _note_names(table: FileTable, notes: list[str]) -> None:
    """Note households of one name in one hamlet: each row is one, unless a row was entered twice."""
    known: set[tuple[str, str]] = set()
    again = []
    cells = zip(table.column(NAME), table.column("hamlet"), strict=True)
    for row, (name, hamlet) in enumerate(cells):
        if not isinstance(name, str) or is_blank(name):
            continue
        key = name_key(name), name_key(str(hamlet))
        if key in known:
            again.append(table.records[row])
        known.add(key)
    if again:
        notes.append(
            Message.ngettext(
                "{n} household has the name of another in the same hamlet, and counts by itself "
                "(first: {record})",
                "{n} households have the name of another in the same hamlet, and count by themselves "
                "(first: {record})",
                len(again),
                record=again[0],
            )
        )


def _refuse_swapped(table: FileTable, tables: Iterable[FileTable], defects: list[Defect]) -> None:
    """Note a defect for each row whose name is that of a hamlet, beside a hamlet of no other row."""
    times = Counter(_key(cell) for other in tables for cell in other.column("hamlet"))
    cells = zip(table.column(NAME), table.column("hamlet"), strict=True)
    for row, (name, hamlet) in enumerate(cells):
        if _key(name) and _key(name) in times and times[_key(hamlet)] == 1 and " " in _key(hamlet):
            what = Message(
                "is that of a hamlet here, and the hamlet beside it is found nowhere else"
            )
            mend = Message("name and hamlet look swapped: write each in its own column")
            defects.append(table.defect(NAME, row, what, mend))


def _key(cell: Any) -> str:
    """The name of a hamlet, or of a person, in the form compared."""
    text = "" if is_blank(cell) else str(cell)
    return name_key(hamlet_of(text) or text)
