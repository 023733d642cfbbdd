"""Pairs by name, such as last year's plan, matched to records."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.keys import fold
from phancong.reading.names import NOBODY, Roster, distinct, joined, names_nobody, several
from phancong.reading.settling import columns_remedy, day_remedy, gone_remedy
from phancong.reading.table import FileTable
from phancong.reading.values import years_between
from phancong.reading.vocabulary import (
    HOUSEHOLD_NAME,
    IN_CHARGE,
    IN_CHARGE_ID,
    KEY,
    MEMBER_NAME,
    NAME,
    SINCE,
)
from phancong.tables.sheet import is_blank
from phancong.words import Message


def roster(table: FileTable) -> Roster:
    """The records of a list, searchable by id and by name."""
    hamlets = _texts(table.column("hamlet"))
    return Roster(table.column("id"), table.column(NAME), hamlets, table.column(KEY))


def _texts(cells: Sequence[Any]) -> list[str | None]:
    return [None if is_blank(cell) else str(cell) for cell in cells]


def members_in_charge(
    households: FileTable, notes: list[str], defects: list[Defect]
) -> FileTable | None:
    """The members named in a list of households, None if it names nobody."""
    if any(not is_blank(cell) for cell in households.column(IN_CHARGE_ID)):
        return _members_by_id(households, notes)
    cells = households.column(IN_CHARGE)
    people = distinct(cell for cell in cells if isinstance(cell, str))
    if not people:
        return None
    first: dict[str, int] = {}
    for row, cell in enumerate(cells):
        for key in distinct([cell]):
            first.setdefault(key, row)
    by_letters: dict[str, str] = {}
    for key, name in people.items():
        other = by_letters.setdefault(fold(name), key)
        if other != key:
            what = Message(
                "differs from the cell in {record} in its marks only",
                record=households.records[first[other]],
            )
            mend = Message(
                "write the name in one way if it is one person, or give a list of members"
            )
            defects.append(households.defect(IN_CHARGE, first[key], what, mend))
    numbers = list(range(1, len(people) + 1))
    columns: dict[str, list[Any]] = {"id": numbers, NAME: list(people.values())}
    rows = [first[key] for key in people]
    return _from_households(households, columns, rows, {NAME: IN_CHARGE}, notes)


def _members_by_id(households: FileTable, notes: list[str]) -> FileTable:
    """The members whose ids a list of households gives; their names become labels."""
    first: dict[str, int] = {}
    ids, names = households.column(IN_CHARGE_ID), households.column(IN_CHARGE)
    for row, cell in enumerate(ids):
        if not is_blank(cell):
            first.setdefault(str(cell).strip(), row)
    rows = list(first.values())
    columns = {"id": [ids[row] for row in rows], NAME: [names[row] for row in rows]}
    return _from_households(households, columns, rows, {"id": IN_CHARGE_ID}, notes)


def _from_households(
    households: FileTable,
    columns: dict[str, list[Any]],
    rows: Sequence[int],
    meaning: Mapping[str, str],
    notes: list[str],
) -> FileTable:
    """A list of members from some rows of a list of households, which is noted.

    Parameters
    ----------
    households
        The list.
    columns
        The columns of members.
    rows
        The row of the list for each member.
    meaning
        The column of members → the column of the list that it stands in.
    notes
        The note is appended.
    """
    count = str(len(rows))
    notes.append(
        Message("members are those in charge in the list of households ({count})", count=count)
    )
    return FileTable(
        role="members",
        name=households.name,
        columns=columns,
        records=households.records.taken(rows).meaning(meaning),
    )


def pairs_in_charge(households: FileTable) -> FileTable | None:
    """Last year's pairs in a list of households, None if it has none."""
    names, ids = households.column(IN_CHARGE), households.column(IN_CHARGE_ID)
    rows = [
        row
        for row in range(len(households))
        if not (names_nobody(names[row]) and names_nobody(ids[row]))
    ]
    if not rows:
        return None
    columns = {
        "household": [households.columns["id"][row] for row in rows],
        "member": [ids[row] for row in rows],
        MEMBER_NAME: [names[row] for row in rows],
    }
    if SINCE in households.columns:
        columns[SINCE] = [households.columns[SINCE][row] for row in rows]
    return FileTable(
        role="previous",
        name=households.name,
        columns=columns,
        records=households.records.taken(rows).meaning(_TITLES_OF_PAIRS),
        titles=households.titles,
    )


#: The columns of pairs, and the columns of a list of households from which they come.
_TITLES_OF_PAIRS: Final = {"member": IN_CHARGE_ID, MEMBER_NAME: IN_CHARGE, SINCE: SINCE}


def read_since(table: FileTable, on: datetime.date | None, defects: list[Defect]) -> None:
    """Compute the years of each pair until the day *on* from its starting date."""
    cells = table.columns.pop(SINCE, None)
    if cells is None or all(map(is_blank, cells)):
        return
    if on is None:
        what = Message(
            "has the dates since when, and the day until which years are counted is not given"
        )
        mend = Message(
            "give the day, {on}, or {columns}",
            on=day_remedy(),
            columns=columns_remedy("households", "...", None),
        )
        defects.append(Defect(table.name, table.title(SINCE), what, mend))
        return
    years = list(table.column("years"))
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        lasted = years_between(cell, on)
        if lasted is None:
            what = Message("is not a date or year before that day")
            mend = Message("write it as 31/12/2025, or 2025")
            defects.append(table.defect(SINCE, row, what, mend))
        elif is_blank(years[row]):
            years[row] = lasted
    table.columns["years"] = years


def match_pairs(
    table: FileTable,
    households: Roster,
    members: Roster,
    defects: list[Defect],
    *,
    end: bool,
) -> tuple[FileTable, int]:
    """The pairs of a list by id, and how many ended because they match no record.

    A pair of last year ends if its name is similar to no name here; otherwise a defect asks. Other
    pairs must match.

    Parameters
    ----------
    table
        Pairs by ids or names.
    households, members
        The records to match.
    defects
        Defects for cells that match no record, or several, are appended.
    end
        Whether a pair of last year that matches no record ends even if a name here is similar.
    """
    for side, named in (("household", HOUSEHOLD_NAME), ("member", MEMBER_NAME)):
        if side not in table.columns and named not in table.columns:
            return table, 0  # the reader of the column reports that it is missing
    kept: dict[str, list[Any]] = {"household": [], "member": [], "years": []}
    finders = [
        _Finder(table, side, known, end=end)
        for side, known in (("household", households), ("member", members))
    ]
    hamlets = _texts(table.column("hamlet"))
    years = table.column("years")
    ended = 0
    rows: list[int] = []
    for row, hamlet in enumerate(hamlets):
        first, second = (finder.find(row, hamlet) for finder in finders)
        if first.wrong or second.wrong:
            for meant, finder in zip((first, second), finders, strict=True):
                for field, what in meant.wrong:
                    defects.append(table.defect(field, row, what, finder.mend(what)))
        ended += first.gone or second.gone
        for household in first.ids:
            for member in second.ids:
                kept["household"].append(household)
                kept["member"].append(member)
                kept["years"].append(years[row])
                rows.append(row)
    if table.role == "previous" and len(table) > 1 and not finders[0].met and not households.empty:
        what = Message("names no household that is here")
        mend = Message("give last year's list of these households, or remove it")
        defects.append(Defect(table.name, Message("list"), what, mend))
    if "years" not in table.columns:
        del kept["years"]
    return replace(table, columns=kept, records=table.records.taken(rows)), ended


@dataclass(slots=True)
class _Side:
    """The match of one cell: ids, whether a record is gone, and defects by field."""

    ids: Sequence[Any] = ()
    gone: bool = False
    wrong: list[tuple[str, str]] = dataclass_field(default_factory=list)


class _Finder:
    """Matches one side of the pairs; each different cell is looked up once."""

    def __init__(self, table: FileTable, side: str, known: Roster, *, end: bool) -> None:
        self.side = side
        self.known = known
        self.end = end
        self.last_year = table.role == "previous"
        self.plain = table.plain
        self.named = HOUSEHOLD_NAME if side == "household" else MEMBER_NAME
        self.by_name = self.named in table.columns
        self.cells = {field: table.column(field) for field in (side, self.named)}
        self.seen: dict[tuple[str, Any, str | None], _Side] = {}
        self.met = False

    def find(self, row: int, hamlet: str | None) -> _Side:
        """The match of a row: by id, and by name only if there is no id."""
        field = self.side
        if is_blank(self.cells[field][row]) and self.by_name:
            field = self.named
        cell = self.cells[field][row]
        if self.known.has(cell):  # the usual case
            self.met = True
            return _Side((cell,))
        key = field, cell, hamlet if self.side == "household" else None
        found = self.seen.get(key)
        if found is None:
            found = self.seen[key] = self._found(*key)
        return found

    def _found(self, field: str, cell: Any, hamlet: str | None) -> _Side:
        ids: list[Any] = []
        found = _Side(ids)
        whole = self.side == "household" or self.plain or self.known.by_id(cell) is not None
        for part in [cell] if whole else self._people(cell):
            identity, what = (
                (None, Message("is missing")) if is_blank(part) else self.known.find(part, hamlet)
            )
            if what == NOBODY and field == self.side and self._is_alike(part):
                found.wrong.append((field, Message("is not written as an id of the list here")))
            elif what == NOBODY and field == self.side:
                # An id that is no longer in the list: the pair ends. A key is private and not repeated.
                if not (self.last_year and self.known.keyed):
                    ids.append(part)
                found.gone |= self.last_year
            elif what == NOBODY and self.last_year and (self.end or not self.known.near(str(part))):
                found.gone = True
            elif what:
                found.wrong.append((field, what))
            else:
                ids.append(identity)
                self.met = True
        return found

    def _is_alike(self, cell: Any) -> bool:
        """Whether a pair of last year would end only because its id is written in another way."""
        return self.last_year and not self.end and self.known.looks_like(cell)

    def _people(self, cell: Any) -> list[Any]:
        """The names in a cell; joined names are split only if their parts are in the list."""
        parts = several(cell)
        if len(parts) == 1 and isinstance(cell, str) and not self.known.by_name(cell):
            apart = joined(cell)
            if any(self.known.by_name(part) for part in apart):
                return apart
        return parts

    def mend(self, what: str) -> str:
        """The mend of a cell."""
        mend = (
            Message("write the household as in the list here, or its id")
            if self.side == "household"
            else Message("write the member as in the list here, or its id")
        )
        if self.end or not self.last_year or what != NOBODY:
            return mend
        return Message(
            "{mend}; {remedy} ends last year's pairs of people who have left",
            mend=mend,
            remedy=gone_remedy(),
        )


def match_own_households(members: FileTable, households: Roster, defects: list[Defect]) -> None:
    """Match a member's own household by id or by the name of its head."""
    cells = members.columns.get("household")
    if cells is None or members.plain:
        return
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        identity, what = households.find(cell)
        if what:
            mend = Message("write the household as in its list, or its id")
            defects.append(members.defect("household", row, what, mend))
        cells[row] = identity
