"""From lists with the fields of a problem to the problem; each defect gets its place in a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from phancong.coordinates import Place
from phancong.errors import Defect, InvalidProblemError
from phancong.problem import Problem
from phancong.problem.fields import Amount, Count, Field, Flag, without_value
from phancong.problem.label_fields import Identity, Label, LabelsField, clean_label
from phancong.reading.list_fields import FIELDS
from phancong.reading.placing import (
    between_hamlets,
    has_places,
    member_centres,
    stand_at_centres,
    stand_members_at_centres,
)
from phancong.reading.settling import Remedy, bare_title, columns_remedy, decimal_remedy
from phancong.reading.table import FileTable
from phancong.reading.values import (
    decimal_mark,
    decimal_number,
    flag,
    has_point,
    is_doubtful,
)
from phancong.reading.vocabulary import REQUIRED
from phancong.tables import looks_personal
from phancong.tables.csv_files import could_be_thousands, doubtful_numbers, plain_number
from phancong.tables.private import tells_hardship
from phancong.tables.sheet import is_blank
from phancong.words import Message


class Assembly:
    """Lists on their way to a problem, with the defects found so far.

    Parameters
    ----------
    tables
        The lists, by table.
    defects
        Known defects; more are appended.
    notes
        Notes for the report; each assumption that is made is appended.
    strict
        Whether a household without coordinates is a defect instead of being placed at its hamlet's
        centre.
    everybody
        Whether members without coordinates are placed at the centre of their hamlet, too.
    decimal
        The decimal mark of ambiguous numbers; None to ask for it.
    """

    def __init__(
        self,
        tables: Mapping[str, FileTable],
        defects: list[Defect],
        notes: list[str],
        *,
        strict: bool = False,
        everybody: bool = False,
        decimal: str | None = None,
    ) -> None:
        self.decimal = decimal
        self.defects = defects
        self.notes = notes
        self.strict = strict
        self.everybody = everybody
        self.tables = tables
        #: Ids that are valid: lists of pairs repeat the ids of other lists.
        self.plain_ids: set[str] = set()
        #: Refused ids, and the text that replaces each in messages.
        self.refused: dict[Any, str] = {}

    def problem(self, options: Mapping[str, Any]) -> Problem | None:
        """The problem; None if there are defects."""
        there = {name for name, table in self.tables.items() if self._prepare(table)}
        arguments: dict[str, Any] = dict(options)
        self._place(there, arguments)
        whole = there.issuperset(REQUIRED)
        for name in FIELDS:
            # Check a table only if the tables to which it refers are there, to avoid consequential
            # defects.
            if name in there and (whole or name in REQUIRED):
                arguments[name] = self.tables[name]
            elif name in REQUIRED:
                arguments[name] = ()
            elif not whole:
                arguments.pop(name, None)
        if not whole:
            arguments |= {"travel": None, "workload": None}
            arguments.pop("max_travel", None)
        try:
            problem = Problem(**arguments)
        except InvalidProblemError as error:
            self._add(error.defects if whole else self._own(error))
            return None
        return None if self.defects else problem

    def _columns(self, name: str) -> dict[str, list[Any]]:
        """The columns of a table, none where it is missing."""
        return self.tables[name].columns if name in self.tables else {}

    def _place(self, there: Collection[str], arguments: dict[str, Any]) -> None:
        """Place households without coordinates; set travel to None if there are no coordinates at all."""
        members, households = map(self._columns, REQUIRED)
        if any(has_places(self.tables[name].columns) for name in there):
            if not self.strict and "households" in there:
                stand_at_centres(households, members, self.notes)
            if self.everybody and "members" in there:
                stand_members_at_centres(members, households, self.notes)
        elif "travel" not in arguments:
            reach = arguments.get("max_travel") is not None or not all(
                cell is None for cell in members.get("max_travel", ())
            )
            # Distance limits are in metres: with travel counted in hamlets, every limit would hold.
            arguments["travel"] = (
                None if reach or self.strict else between_hamlets(members, households, self.notes)
            )

    def _add(self, defects: Iterable[Defect]) -> None:
        """Append defects of the problem, each with its place in a file."""
        unread: set[str] = set()
        for defect in defects:
            placed = self._placed(defect)
            # An unreadable coordinate is a defect already: do not report it as missing, too.
            if defect.field == "at" and placed.record in unread:
                continue
            if defect.field in ("at", "lat", "lon", "lat, lon"):
                unread.add(placed.record)
            self.defects.append(placed)

    def _own(self, error: InvalidProblemError) -> Iterator[Defect]:
        """Defects that hold even if a table is missing: those of a line of a file."""
        known = {record for table in self.tables.values() for record in table.records}
        return (defect for defect in error.defects if defect.record in known)

    def _prepare(self, table: FileTable) -> bool:
        """Convert the cells of a file to the types that the fields of a problem read.

        Returns
        -------
        bool
            Whether the table has all required columns.
        """
        kinds = FIELDS[table.role]
        required = ("id",) if table.role in REQUIRED else ("household", "member")
        lacking = [title for title in required if title not in table.columns]
        # Pairs by name get their ids from the other lists: without these there are no ids.
        unmatched = table.role not in REQUIRED and not set(REQUIRED) <= set(self.tables)
        for title in [] if unmatched and not table.plain else lacking:
            what, mend = Message("is not a column of the table"), Message("add it")
            self.defects.append(Defect(table.name, title, what, mend))
        columns = table.columns = {
            title: [None if type(cell) is str and is_blank(cell) else cell for cell in cells]
            for title, cells in table.columns.items()
            if title in kinds
        }
        if not table.plain:
            self._read_as_people_write(columns, kinds, table)
        elif table.semicolons:
            self._read_numbers(columns, kinds, table)
        for title, cells in columns.items():
            if isinstance(kinds[title], Identity):
                columns[title] = [
                    self._identity(cell, table, title, row) for row, cell in enumerate(cells)
                ]
            elif isinstance(kinds[title], (Label, LabelsField)):
                # A spreadsheet stores the name of a hamlet such as 3 as a number.
                columns[title] = [str(c) if type(c) is int else c for c in cells]
        return not lacking

    def _read_as_people_write(
        self, columns: dict[str, list[Any]], kinds: Mapping[str, Field | None], table: FileTable
    ) -> None:
        """Convert numbers in the Vietnamese notation, and crosses."""
        numeric = [t for t in columns if isinstance(kinds[t], (Amount, Count))]
        points = any(has_point(cell) for title in numeric for cell in columns[title])
        for title, cells in columns.items():
            kind = kinds[title]
            if title in numeric:
                columns[title] = self._numbers(table, title, cells, points=points)
            elif isinstance(kind, Flag):
                flags = [None if cell is None else flag(cell) for cell in cells]
                columns[title] = [
                    cell if yes is None else yes for cell, yes in zip(cells, flags, strict=True)
                ]

    def _numbers(
        self, table: FileTable, title: str, cells: Sequence[Any], *, points: bool
    ) -> list[Any]:
        """Numbers from text with decimal or thousands marks; ambiguous cells are defects.

        Unambiguous cells of the column determine the mark. If there are none, a Vietnamese list has
        decimal commas, unless another of its columns has a decimal point.
        """
        mark = self.decimal or decimal_mark(cells)
        if mark is None and table.vietnamese and not points:
            mark = ","
        if mark is None or (mark == "." and table.vietnamese and not self.decimal):
            for row, cell in enumerate(cells):
                if is_doubtful(cell):
                    self._doubt(table, title, row, Message("could be a decimal or thousands"))
        return [decimal_number(cell, mark or ",") for cell in cells]

    def _doubt(self, table: FileTable, title: str, row: int, what: str) -> None:
        likely, other = (",", ".") if table.vietnamese or table.semicolons else (".", ",")
        mend = Message(
            "write it without the mark, or say which mark is the decimal one: {likely} or {other}",
            likely=decimal_remedy(likely),
            other=decimal_remedy(other),
        )
        self.defects.append(table.defect(title, row, what, mend))

    def _read_numbers(
        self, columns: dict[str, list[Any]], kinds: Mapping[str, Field | None], table: FileTable
    ) -> None:
        numeric = [t for t in columns if isinstance(kinds[t], (Amount, Count))]
        doubtful = self.decimal is None and doubtful_numbers(
            cell for title in numeric for cell in columns[title] if cell is not None
        )
        for title in numeric:
            for row, cell in enumerate(columns[title]):
                if cell is None:
                    continue
                if doubtful and could_be_thousands(cell):
                    what = Message("could be a decimal or thousands, in a file with semicolons")
                    self._doubt(table, title, row, what)
                columns[title][row] = (
                    decimal_number(cell, self.decimal) if self.decimal else plain_number(cell)
                )

    def _identity(self, cell: Any, table: FileTable, title: str, row: int) -> Any:
        """An id without surrounding blanks and zero-width characters.

        Personal data is refused.
        """
        if type(cell) is int and 0 <= cell < _FEWEST_PERSONAL:
            return cell
        if isinstance(cell, str):
            cell = cell.strip() if cell.isascii() else clean_label(cell)
        if type(cell) is str and cell in self.plain_ids:
            return cell
        if tells_hardship(cell):
            what = Message("describes how a family lives, which must not be an id")
            mend = Message("number the rows instead, and call the column what it is")
        elif isinstance(cell, str) and _SHORTENED.fullmatch(cell):
            what = Message("is a long number that a spreadsheet has shortened")
            mend = Message("show all its figures in the spreadsheet, and save the file again")
        elif personal := looks_personal(cell):
            what = Message("looks like {what}, which must not be an id", what=personal)
            mend = self._number_instead(table, title, row)
        else:
            if type(cell) is str:
                self.plain_ids.add(cell)
            return cell
        self.defects.append(table.defect(title, row, what, mend))
        return self.refused.setdefault(cell, f"the id in {table.records[row]}")

    def _number_instead(self, table: FileTable, title: str, row: int) -> Message:
        """The mend: replace the column by numbers, which a file of keys maps to its content."""
        if table.role not in REQUIRED:
            return Message("write the id that is in the list of households or members")
        column = bare_title(table.title(title, row))
        return Message(
            "number the rows, and keep what stands here in a file of your own: {remedy}",
            remedy=columns_remedy(table.role, column, "key"),
        )

    def _placed(self, defect: Defect) -> Defect:
        """A defect with its place in a file, if it was found by id or by label."""
        record, table, row, label = self._places.get(defect.record, (defect.record, None, None, ""))
        if table is None:
            return defect
        field = defect.field
        if field == "at" and "at" not in table.columns:
            field = "lat, lon"
        what = defect.what
        value = _SHOWN.search(what)
        if value and looks_personal(value[1]):  # a cell in the wrong column
            what = without_value(what)
        if label:  # the row tells which record it is, but not which of its labels
            what = Message("{record} {what}", record=label, what=what)
        mend = self._mend_of_place(defect.mend, table, row)
        return Defect(record, table.title(field, row), what, mend)

    def _mend_of_place(self, mend: str, table: FileTable, row: int | None) -> str:
        """The mend for missing coordinates; drops distances only if few records have coordinates."""
        if getattr(mend, "msgid", "") != NO_PLACE:
            return mend
        if table.role == "members" and row in self._centres:
            return Message(
                "give latitude and longitude, or let members stand at the centre of their hamlet: "
                "{remedy}",
                remedy=Remedy(
                    "places='everybody'", "--places everybody", (("places",), "everybody")
                ),
            )
        if not self._mostly_placed:
            return mend
        return Message(
            "give latitude and longitude, or leave all distances out: {remedy}",
            remedy=Remedy("travel=None", "--travel none"),
        )

    @cached_property
    def _centres(self) -> dict[int, Place]:
        """The centre of the hamlet of each member, by row."""
        return member_centres(*(self._columns(name) for name in REQUIRED))

    @cached_property
    def _mostly_placed(self) -> bool:
        """Whether more than half of all members and households have coordinates."""
        there = [
            any(name in columns and columns[name][row] is not None for name in ("at", "lat", "lon"))
            for columns in (self._columns(name) for name in REQUIRED)
            for row in range(len(columns.get("id", ())))
        ]
        return 2 * sum(there) > len(there)

    @cached_property
    def _places(self) -> dict[str, tuple[str, FileTable, int | None, str]]:
        """Name of a record in defects → its name by place, its list, its row, and a label's name."""
        places: dict[str, tuple[str, FileTable, int | None, str]] = {}
        for name, table in self.tables.items():
            records = table.records
            places.update((record, (record, table, row, "")) for row, record in enumerate(records))
            places[table.name] = table.name, table, None, ""
            columns = table.columns
            for title, called in _CALLED[name]:
                for row, cell in enumerate(columns.get(title, ())):
                    record = f"{called} {cell!r}"
                    label = "" if title == "id" else record
                    places.setdefault(record, (records[row], table, row, label))
            if name not in REQUIRED and {"household", "member"} <= set(columns):
                pairs = zip(columns["household"], columns["member"], records, strict=True)
                for row, (household, member, record) in enumerate(pairs):
                    places.setdefault(
                        f"{name} pair {(household, member)!r}", (record, table, row, "")
                    )
        return places


#: Telephone and identity numbers are at least this large, if stored as numbers.
_FEWEST_PERSONAL: Final = 10**8

#: A long number in scientific notation, as a spreadsheet writes it if its column is narrow.
_SHORTENED: Final = re.compile(r"\d(?:[.,]\d+)?E\+\d{1,2}", re.IGNORECASE)
#: The mend for a record without coordinates; the text of :class:`Geodesic`'s defect.
NO_PLACE: Final = "give latitude and longitude, or use travel=BetweenPlaces(...) or travel=None"

#: The value at the end of the text of a defect.
_SHOWN: Final = re.compile(r""" \(['"](.*)['"]\)$""", re.DOTALL)

#: For each table, the column by which a defect may name a row, and how.
_CALLED: Final = {
    "members": (("id", "member"), ("hamlet", "hamlet"), ("cluster", "cluster")),
    "households": (("id", "household"), ("hamlet", "hamlet"), ("cluster", "cluster")),
    "previous": (),
    "fixed": (),
    "forbidden": (),
}
