"""Pairs that name people: last year's plan, matched to the records here."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.keys import fold
from phancong.reading.names import NOBODY, Roster, distinct, several
from phancong.reading.table import Table
from phancong.reading.values import years_between
from phancong.reading.vocabulary import HOUSEHOLD_NAME, IN_CHARGE, MEMBER_NAME, NAME, SINCE
from phancong.tables.sheet import is_blank
from phancong.words import Message

_SIDES: Final = (("household", HOUSEHOLD_NAME), ("member", MEMBER_NAME))


def roster(table: Table) -> Roster:
    """The records of a list by id and by name."""
    return Roster(table.column("id"), table.column(NAME), _texts(table.column("hamlet")))


def _texts(cells: Sequence[Any]) -> list[str | None]:
    return [None if is_blank(cell) else str(cell) for cell in cells]


def members_in_charge(households: Table, notes: list[str], defects: list[Defect]) -> Table | None:
    """The members as a list of households names them, None if it names nobody."""
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
            record, field = households.records[first[key]], households.field(IN_CHARGE, first[key])
            what = Message(
                "differs from the cell in {record} in its marks only",
                record=households.records[first[other]],
            )
            mend = Message(
                "write the name in one way if it is one person, or give a list of members"
            )
            defects.append(Defect(record, field, what, mend))
    rows = [first[key] for key in people]
    count = str(len(people))
    notes.append(
        Message("members are those in charge in the list of households ({count})", count=count)
    )
    return Table(
        "members",
        households.top,
        plain=False,
        columns={"id": list(range(1, len(people) + 1)), NAME: list(people.values())},
        records=[households.records[row] for row in rows],
        fields=[{NAME: households.field(IN_CHARGE, row)} for row in rows],
    )


def pairs_in_charge(households: Table) -> Table | None:
    """Last year's pairs as a list of households says them, None if it says nothing."""
    cells = households.column(IN_CHARGE)
    rows = [row for row, cell in enumerate(cells) if not is_blank(cell)]
    if not rows:
        return None
    columns = {
        "household": [households.columns["id"][row] for row in rows],
        MEMBER_NAME: [cells[row] for row in rows],
    }
    if SINCE in households.columns:
        columns[SINCE] = [households.columns[SINCE][row] for row in rows]
    return Table(
        "previous",
        households.top,
        plain=False,
        columns=columns,
        records=[households.records[row] for row in rows],
        fields=[
            {
                MEMBER_NAME: households.field(IN_CHARGE, row),
                SINCE: households.field(SINCE, row),
            }
            for row in rows
        ],
        top_fields=households.top_fields,
    )


def read_since(table: Table, on: datetime.date | None, defects: list[Defect]) -> None:
    """How many years each pair has lasted on the day *on*, where a list says since when."""
    cells = table.columns.pop(SINCE, None)
    if cells is None or all(map(is_blank, cells)):
        return
    if on is None:
        what = Message("says since when, and not until when the years are counted")
        mend = Message(
            "give the day, {on}, or {columns}",
            on="on='31/12/2025'",
            columns=f"columns={{{table.kind!r}: {{...: None}}}}",
        )
        defects.append(Defect(table.top, table.field(SINCE), what, mend))
        return
    years = list(table.column("years"))
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        lasted = years_between(cell, on)
        if lasted is None:
            what = Message("is no day or year before that day")
            mend = Message("write it as 31/12/2025, or 2025")
            defects.append(Defect(table.records[row], table.field(SINCE, row), what, mend))
        elif is_blank(years[row]):
            years[row] = lasted
    table.columns["years"] = years


def match_pairs(
    table: Table,
    households: Roster,
    members: Roster,
    defects: list[Defect],
    *,
    end: bool,
) -> tuple[Table, int]:
    """The pairs of a list as ids, and how many end because they match nobody here.

    Parameters
    ----------
    table
        Pairs by ids or names.
    households, members
        Who is there.
    defects
        What matches nobody, or more than one.
    end
        A pair of last year that matches nobody ends instead of being a defect.
    """
    if table.plain and not (households.named or members.named):
        return table, 0
    matched = Table(table.kind, table.top, table.plain, table.semicolons, table.vietnamese)
    matched.top_fields = table.top_fields
    kept: dict[str, list[Any]] = {"household": [], "member": [], "years": []}
    ended = 0
    hamlets = _texts(table.column("hamlet"))
    cells = {field: table.column(field) for side in _SIDES for field in side}
    years = table.column("years")
    for row, record in enumerate(table.records):
        sides = []
        gone = False
        for (side, named), known in zip(_SIDES, (households, members), strict=True):
            field = named if is_blank(cells[side][row]) else side
            cell = cells[field][row]
            hamlet = hamlets[row] if side == "household" else None
            found: list[Any] = []
            for part in several(cell) if side == "member" else [cell]:
                identity, what = (
                    (None, Message("is missing")) if is_blank(part) else known.find(part, hamlet)
                )
                if what == NOBODY and field == side:
                    identity, what = part, ""  # an id that is no longer there: the pair ends
                if what == NOBODY and end:
                    gone = True
                elif what:
                    defects.append(Defect(record, table.field(field, row), what, _mend(side, end)))
                else:
                    found.append(identity)
            sides.append(found)
        pairs = [(household, member) for household in sides[0] for member in sides[1]]
        ended += gone
        for household, member in pairs:
            kept["household"].append(household)
            kept["member"].append(member)
            kept["years"].append(years[row])
            matched.records.append(record)
            matched.fields.append(table.fields[row])
    if "years" not in table.columns:
        del kept["years"]
    matched.columns = kept
    return matched, ended


def _mend(side: str, end: bool) -> str:
    mend = (
        Message("write the household as in the list here, or its id")
        if side == "household"
        else Message("write the member as in the list here, or its id")
    )
    if end:
        return mend
    return Message(
        "{mend}; {way} ends last year's pairs of who has left", mend=mend, way="gone='end'"
    )


def match_own_households(members: Table, households: Roster, defects: list[Defect]) -> None:
    """A member's own household by id or by the name of its head."""
    cells = members.columns.get("household")
    if cells is None or members.plain:
        return
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        identity, what = households.find(cell)
        if what:
            mend = Message("write the household as in its list, or its id")
            field = members.field("household", row)
            defects.append(Defect(members.records[row], field, what, mend))
        cells[row] = identity
