"""`read`: a problem from a folder of CSV files or from a workbook."""

from __future__ import annotations

import dataclasses
import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from phancong.errors import Defect, InvalidProblemError
from phancong.problem import Problem
from phancong.problem.columns import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from phancong.problem.fields import MISSING, Amount, Count, Degrees, Field, Identity, Label, Labels
from phancong.problem.tables import LEFT_OUT, Rows
from phancong.tables import Sheet, looks_personal, read_csv, read_workbook
from phancong.tables.csv_files import could_be_thousands, doubtful_numbers, plain_number
from phancong.tables.sheet import is_blank, unreadable

#: The columns of each table, each with its kind; None stands for what needs no preparing.
_PLACE: Final[Mapping[str, Field | None]] = {
    "id": Identity(),
    "at": None,
    "lat": Degrees(),
    "lon": Degrees(),
}
_PAIR: Final[Mapping[str, Field | None]] = {"household": Identity(), "member": Identity()}
_TABLES: Final[Mapping[str, Mapping[str, Field | None]]] = {
    "members": {**_PLACE, **MEMBER_FIELDS},
    "households": {**_PLACE, **HOUSEHOLD_FIELDS},
    "previous": {**_PAIR, "years": Amount(1.0)},
    "fixed": _PAIR,
    "forbidden": _PAIR,
}
_REQUIRED: Final = ("members", "households")


def read(path: str | Path, **options: Any) -> Problem:
    """A problem from a folder of CSV files or from a workbook.

    The tables are ``members`` and ``households`` and, where they are there, ``previous``, ``fixed``
    and ``forbidden``: files of those names with the ending ``.csv`` in a folder, or sheets of one
    ``.xlsx`` workbook. Their columns are the fields of :class:`Member` and :class:`Household`
    (``lat`` and ``lon`` stand for ``at``), and ``household``, ``member`` and perhaps ``years`` for
    pairs. Columns ``name`` and ``note`` are left out. Cells in a list are parted by ``;``.

    Parameters
    ----------
    path
        The folder or the workbook.
    **options
        Arguments of :class:`Problem` such as ``travel``, ``max_travel`` or ``within_hamlet``;
        ``previous``, ``fixed`` and ``forbidden`` take the place of the table of that name. Without
        ``travel``, and if nobody has coordinates, there is no distance (``travel=None``).

    Returns
    -------
    Problem
        With ids as they stand in the file: text in CSV, text or whole numbers in a workbook.

    Raises
    ------
    InvalidProblemError
        All that is wrong in all files, each with file, line and column; also where an id looks like
        a name, a telephone number or an identity number (spec 2.6), which is not repeated.
    MissingExtraError
        A workbook is to be read, and openpyxl is not installed.
    TypeError
        An option that a problem does not have.
    """
    _refuse_options(options)
    defects: list[Defect] = []
    wanted = [name for name in _TABLES if name in _REQUIRED or name not in options]
    sheets = _sheets(Path(path), wanted, defects)
    return _Reading(sheets, defects).problem(options)


def _refuse_options(options: Mapping[str, Any]) -> None:
    known = [name for name in Problem.__init__.__kwdefaults__ or {} if name not in _REQUIRED]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise TypeError(
            f"read() has no option {', '.join(map(repr, unknown))}; it has {', '.join(known)}"
        )


# --- which files


def _sheets(path: Path, wanted: Sequence[str], defects: list[Defect]) -> dict[str, Sheet]:
    """The tables that are there, by name; what is wrong with the files is added to *defects*."""
    folder = path.is_dir()
    if not path.exists():
        raise unreadable(str(path), "is not there", "give a folder or a workbook that is")
    if not folder and path.suffix.lower() != ".xlsx":
        raise unreadable(
            str(path),
            "is neither a folder nor an .xlsx workbook",
            "give the folder with members.csv and households.csv in it, or a workbook",
        )
    found = _from_folder(path, wanted, defects) if folder else _from_workbook(path, wanted, defects)
    for sheet in found.values():
        defects.extend(sheet.defects)
    return found


def _from_folder(path: Path, wanted: Sequence[str], defects: list[Defect]) -> dict[str, Sheet]:
    try:
        listed = sorted(path.iterdir(), reverse=True)
    except OSError as error:
        what = f"cannot be opened ({error.strerror or type(error).__name__})"
        raise unreadable(str(path), what, "mend the path") from None
    files = {file.stem.casefold(): file for file in listed if file.suffix.lower() == ".csv"}
    _refuse_missing(str(path), files, wanted, ".csv", defects)
    found = {}
    for name in wanted:
        if name in files:
            try:
                found[name] = read_csv(files[name])
            except InvalidProblemError as error:
                defects.extend(error.defects)
    return found


def _from_workbook(path: Path, wanted: Sequence[str], defects: list[Defect]) -> dict[str, Sheet]:
    book = {title.strip().casefold(): sheet for title, sheet in read_workbook(path).items()}
    filled = {title: sheet for title, sheet in book.items() if sheet.header or sheet.defects}
    _refuse_missing(path.name, filled, wanted, "", defects)
    return {name: filled[name] for name in wanted if name in filled}


def _refuse_missing(
    record: str, there: Mapping[str, Any], wanted: Sequence[str], ending: str, defects: list[Defect]
) -> None:
    """Tables that must be there, and names that are nearly one: none is left out in silence."""
    kind = "file" if ending else "sheet"
    absent = [name for name in wanted if name not in there]
    meant = {}
    for name in there:
        close = difflib.get_close_matches(name, absent, n=1, cutoff=0.8)
        if close and name not in _TABLES:
            meant[close[0]] = name
    for name in absent:
        if name in meant:
            what = f"is not there, but {meant[name] + ending!r} is"
            defects.append(Defect(record, name + ending, what, f"name the {kind} {name + ending}"))
        elif name in _REQUIRED:
            defects.append(Defect(record, name + ending, "is not there", f"add this {kind}"))


# --- from sheets to a problem


class _Reading:
    """Sheets on their way to a problem, and what was wrong with them."""

    def __init__(self, sheets: Mapping[str, Sheet], defects: list[Defect]) -> None:
        self.defects = defects
        self.sheets: dict[str, Sheet] = {}
        for name, sheet in sheets.items():
            header = tuple(_known_as(title, _TABLES[name]) for title in sheet.header)
            self.sheets[name] = dataclasses.replace(sheet, header=header)
        #: For each table its columns as the problem gets them.
        self.columns: dict[str, dict[str, list[Any]]] = {}
        #: Refused ids, and what stands for each in other messages.
        self.refused: dict[Any, str] = {}

    def problem(self, options: Mapping[str, Any]) -> Problem:
        """The problem, or all that is wrong."""
        rows = {name: self._rows(name, sheet) for name, sheet in self.sheets.items()}
        tables = {name: table for name, table in rows.items() if table is not None}
        arguments: dict[str, Any] = dict(options)
        if "travel" not in arguments and not any(map(_has_places, tables.values())):
            arguments["travel"] = None
        whole = all(name in tables for name in _REQUIRED)
        for name in _TABLES:
            # Where a table is missing, what refers to it would be wrong without a fault of its own.
            if name in tables and (whole or name in _REQUIRED):
                arguments[name] = tables[name]
            elif name in _REQUIRED:
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
        if self.defects:
            raise InvalidProblemError(dict.fromkeys(self.defects))
        return problem

    def _add(self, defects: Iterable[Defect]) -> None:
        """Add what the problem found, each at its place in a file."""
        unread: set[str] = set()
        for defect in defects:
            placed = self._placed(defect)
            # A coordinate that cannot be read is missing, too: that need not be said.
            if defect.field == "at" and placed.record in unread:
                continue
            if defect.field in ("at", "lat", "lon", "lat, lon"):
                unread.add(placed.record)
            self.defects.append(placed)

    def _own(self, error: InvalidProblemError) -> Iterator[Defect]:
        """Defects that stand even though a table is missing: those of a line of a file."""
        known = {record for sheet in self.sheets.values() for record in sheet.records()}
        return (defect for defect in error.defects if defect.record in known)

    def _rows(self, name: str, sheet: Sheet) -> Rows | None:
        """The table as a problem takes it; None where it lacks a column that it must have."""
        kinds = _TABLES[name]
        top = sheet.place(sheet.header_line)
        required = ("id",) if name in _REQUIRED else ("household", "member")
        if not any(title in kinds for title in sheet.header):
            what = "is no header: none of its cells is the name of a column"
            mend = f"begin with a line of names, such as {', '.join(list(kinds)[:4])}"
            self.defects.append(Defect(top, "header", what, mend))
            return None
        for title in sheet.header:
            if title not in kinds and title not in LEFT_OUT:
                self._refuse_title(title, sheet, kinds)
        lacking = [title for title in required if title not in sheet.header]
        for title in lacking:
            self.defects.append(Defect(top, title, "is no column of the table", "add it"))
        columns = {
            title: [MISSING if is_blank(cell) else cell for cell in sheet.column(title)]
            for title in sheet.header
            if title in kinds
        }
        self._prepare(columns, kinds, sheet)
        self.columns[name] = columns
        return None if lacking else Rows(columns, sheet.records(), len(sheet), top)

    def _refuse_title(self, title: str, sheet: Sheet, kinds: Iterable[str]) -> None:
        close = difflib.get_close_matches(title, list(kinds), n=1)
        mend = f"did you mean {close[0]!r}? " if close else ""
        self.defects.append(
            Defect(
                sheet.place(sheet.header_line),
                sheet.field(title),
                "is no column that is known",
                f"{mend}take it out, or call it one of {', '.join(kinds)}",
            )
        )

    def _prepare(
        self, columns: dict[str, list[Any]], kinds: Mapping[str, Field | None], sheet: Sheet
    ) -> None:
        """Bring the cells of a file to what the fields of a problem read."""
        if sheet.semicolons:
            self._read_numbers(columns, kinds, sheet)
        for title, cells in columns.items():
            if isinstance(kinds[title], Identity):
                columns[title] = [
                    self._identity(cell, sheet, title, row) for row, cell in enumerate(cells)
                ]
            elif isinstance(kinds[title], (Label, Labels)):
                # A hamlet that is called 3 is a number to a spreadsheet.
                columns[title] = [str(c) if type(c) is int else c for c in cells]

    def _read_numbers(
        self, columns: dict[str, list[Any]], kinds: Mapping[str, Field | None], sheet: Sheet
    ) -> None:
        numeric = [t for t in columns if isinstance(kinds[t], (Amount, Count, Degrees))]
        doubtful = doubtful_numbers(
            cell for title in numeric for cell in columns[title] if cell is not MISSING
        )
        for title in numeric:
            # A latitude of some thousand degrees is never meant.
            unsure = doubtful and not isinstance(kinds[title], Degrees)
            for row, cell in enumerate(columns[title]):
                if cell is MISSING:
                    continue
                if unsure and could_be_thousands(cell):
                    what = "could be a decimal or thousands, in a file with semicolons"
                    mend = "write it without a point, or with a decimal comma"
                    self.defects.append(Defect(sheet.place(sheet.lines[row]), title, what, mend))
                columns[title][row] = plain_number(cell)

    def _identity(self, cell: Any, sheet: Sheet, title: str, row: int) -> Any:
        """An id without the blanks around it, which nobody sees; what is personal is refused."""
        if isinstance(cell, str):
            cell = unicodedata.normalize("NFC", cell).strip()
        what = looks_personal(cell)
        if what is None:
            return cell
        record = sheet.place(sheet.lines[row])
        self.defects.append(
            Defect(
                record,
                sheet.field(title),
                f"looks like {what}, which must not be an id",
                "number the rows instead, and keep names and numbers out of the file",
            )
        )
        return self.refused.setdefault(cell, f"the id in {record}")

    def _placed(self, defect: Defect) -> Defect:
        """A defect with its place in a file, where it was found by id or by label."""
        record, sheet = self._places.get(defect.record, (defect.record, None))
        if sheet is None:
            return defect
        field = defect.field
        if field == "at" and "at" not in sheet.header:
            field = "lat, lon"
        what = defect.what
        value = _SHOWN.search(what)
        if value and looks_personal(value[1]):  # a cell that stands in the wrong column
            what = what[: value.start()]
        if record != defect.record:
            what = f"{defect.record} {what}"
        return Defect(record, sheet.field(field), what, defect.mend)

    @cached_property
    def _places(self) -> dict[str, tuple[str, Sheet]]:
        """What defects call a record → its place and its sheet."""
        places: dict[str, tuple[str, Sheet]] = {}
        for name, sheet in self.sheets.items():
            records = sheet.records()
            places.update((record, (record, sheet)) for record in records)
            places[sheet.place(sheet.header_line)] = sheet.place(sheet.header_line), sheet
            columns = self.columns.get(name, {})
            for title, called in _CALLED[name]:
                for cell, record in zip(columns.get(title, ()), records, strict=False):
                    places.setdefault(f"{called} {cell!r}", (record, sheet))
            if name not in _REQUIRED and {"household", "member"} <= set(columns):
                pairs = zip(columns["household"], columns["member"], records, strict=True)
                for household, member, record in pairs:
                    places.setdefault(f"{name} pair {(household, member)!r}", (record, sheet))
        return places


#: The value with which a defect ends.
_SHOWN: Final = re.compile(r""" \(['"](.*)['"]\)$""", re.DOTALL)

#: For each table, by which column a defect may call a row, and how.
_CALLED: Final = {
    "members": (("id", "member"), ("hamlet", "hamlet"), ("cluster", "cluster")),
    "households": (("id", "household"), ("hamlet", "hamlet"), ("cluster", "cluster")),
    "previous": (),
    "fixed": (),
    "forbidden": (),
}


def _known_as(title: str, kinds: Iterable[str]) -> str:
    """A column's name in small letters where that is a column of the table, as it is otherwise."""
    small = title.casefold()
    return small if small in kinds or small in LEFT_OUT else title


def _has_places(table: Rows) -> bool:
    return any(
        cell is not MISSING for name in ("at", "lat", "lon") for cell in table.columns.get(name, ())
    )
