"""Workbooks (.xlsx). The only home of openpyxl."""

from __future__ import annotations

import operator
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from phancong.errors import Defect, InvalidProblemError, MissingExtraError
from phancong.tables.grid import Grid, areas
from phancong.tables.grid import letter as _letter
from phancong.tables.grid import number as _number
from phancong.tables.sheet import MEND_PATH, MOST_COLUMNS, Sheet, place, unopened, unreadable
from phancong.words import Message

#: The most that a workbook may unpack to, in bytes: a list of a whole province has a fifth.
MOST_BYTES: Final = 100_000_000
#: How many times its size a workbook may unpack to; honest ones stay below 50.
MOST_RATIO: Final = 300
#: Below this, in bytes, the ratio does no harm.
HARMLESS: Final = 20_000_000
#: The rows of a sheet, as the format has it.
MOST_ROWS: Final = 1_048_576
#: The cells of a sheet: twelve for each household of a whole province.
MOST_CELLS: Final = 4_000_000
#: The bytes of a row: ten times what 256 filled cells take.
MOST_ROW_BYTES: Final = 2_000_000
#: The troubles of a sheet that are looked for.
_MOST_TROUBLES: Final = 1000

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
_SAVE_AS = Message("open it in a spreadsheet and save it as .xlsx")
_SAVE_AGAIN = Message("open it in a spreadsheet and save it as .xlsx again")
_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!")
)


def import_openpyxl() -> Any:
    """The extra that reads and writes workbooks.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        import openpyxl  # here: it is an extra
    except ImportError:
        raise MissingExtraError(
            Message("workbooks need openpyxl, which is an extra: pip install 'phancong[excel]'")
        ) from None
    return openpyxl


# --- reading


def read_workbook(path: str | Path) -> dict[str, Sheet]:
    """All sheets of a workbook by name, each a table whose header is its first line.

    Cells are text, numbers (whole ones as int, however they were stored), True and False, dates,
    or None. Errors of formulas, formulas that were never computed and merged cells are defects.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        Sheets in their order; a sheet with nothing in it has no header.

    Raises
    ------
    InvalidProblemError
        The file is no workbook that can be read.
    MissingExtraError
        openpyxl is not installed.
    """
    return {grid.title: grid.sheet() for grid in read_grids(path)}


def read_grids(path: str | Path) -> list[Grid]:
    """All visible cells of a workbook, a grid for each sheet; cells as in :func:`read_workbook`.

    Raises
    ------
    InvalidProblemError
        The file is no workbook that can be read.
    MissingExtraError
        openpyxl is not installed.
    """
    path = Path(path)
    openpyxl = import_openpyxl()
    looks = _inspect(path)
    try:
        # openpyxl warns of styles and validations that it leaves out: none matter here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _contents(openpyxl, path, looks)
    except Exception as error:  # whatever a broken file makes openpyxl stumble on
        what = Message("cannot be read as an .xlsx workbook ({why})", why=type(error).__name__)
        raise unreadable(path.name, what, _SAVE_AGAIN) from None


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen of a part before it is read: whether it has traps, and its merged cells."""

    traps: bool
    merged: tuple[str, ...]


def _inspect(path: Path) -> dict[str, _Look]:
    """Refuse what is no workbook or could harm; look at each sheet."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise unreadable(str(path), unopened(error), MEND_PATH) from None
    except ValueError:  # a NUL in the path
        raise unreadable(repr(str(path)), Message("is no path"), MEND_PATH) from None
    if start == _OLD_OR_LOCKED:
        raise unreadable(path.name, Message("is an .xls workbook or has a password"), _SAVE_AS)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            packed = max(path.stat().st_size, 1)
            if size > MOST_BYTES or (size > HARMLESS and size > MOST_RATIO * packed):
                what = Message("unpacks to {size} MB", size=round(size / 1e6))
                mend = Message("keep only the sheets that are needed")
                raise unreadable(path.name, what, mend)
            looks = {part.filename: _look(archive, part, path.name) for part in parts}
            return {part: look for part, look in looks.items() if look}
    except InvalidProblemError:
        raise
    except Exception as error:  # zipfile and zlib have many ways to fail on a broken file
        what = Message("is no .xlsx workbook ({why})", why=type(error).__name__)
        raise unreadable(path.name, what, _SAVE_AS) from None


def _look(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> _Look | None:
    """See whether a sheet has what openpyxl would pass over: see :func:`_troubles`."""
    if not part.filename.endswith((".xml", ".rels")):
        return None
    # Parts of at most MOST_BYTES in all were let through: one of them fits in memory.
    text = archive.read(part)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text[:100]:
        what = Message("declares entities or is no UTF-8, as in no spreadsheet")
        raise unreadable(name, what, _SAVE_AGAIN)
    if not part.filename.startswith("xl/worksheets/"):
        return None
    start = max(text.find(b"mergeCell "), 0)
    found = _MERGED.finditer(text, max(start - 100, 0)) if start else ()
    merged = tuple(area[1].decode(errors="replace") for area in found)
    cells = text.count(b"<c ") + text.count(b"<c>") + text.count(b":c ") + text.count(b":c>")
    if text.count(b"<row") > MOST_ROWS or cells > MOST_CELLS or _longest_row(text) > MOST_ROW_BYTES:
        what = Message("has more rows or cells than any list")
        raise unreadable(name, what, Message("keep only the lists that are needed"))
    trap = any(mark in text for mark in _FORMULA) or _FAR.search(text) or not _straight(text)
    return _Look(bool(trap), merged)


def _longest_row(text: bytes) -> int:
    """The bytes of the longest row: the reader beneath holds a whole one, thirty times as large."""
    starts = [found.start() for found in _ROW_START.finditer(text)]
    return max(map(operator.sub, [*starts[1:], len(text)], starts), default=len(text))


def _straight(text: bytes) -> bool:
    """Whether the rows of a sheet stand in order, within what the format has."""
    last = 0
    for found in _ROW.finditer(text):  # one at a time: a bomb of rows would fill the memory
        row = int(found[1])
        if not last < row <= MOST_ROWS:
            return False
        last = row
    return True


_Rows = list[tuple[int, tuple[Any, ...]]]
#: Where something is wrong: row, column, what.
_Trouble = tuple[int, int, str]


def _contents(openpyxl: Any, path: Path, looks: Mapping[str, _Look]) -> list[Grid]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        found = []
        parts = _parts(path)
        for sheet in book.worksheets:
            part = parts.get(sheet.title, "")
            look = looks.get(part, _Look(False, ()))
            troubles = _troubles(path, part) if look.traps else []
            found.append(_grid(path.name, sheet.title, _rows(sheet), troubles, look.merged))
        return found
    finally:
        book.close()


def _rows(sheet: Any) -> _Rows:
    """The rows with anything in them."""
    sheet.reset_dimensions()  # some programs state them wrongly
    rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
    return [
        (number, tuple([_cell(cell) for cell in row[: _used(row)]]))
        for number, row in enumerate(rows, 1)
        if row.count(None) < len(row)
    ]


def _used(row: Sequence[Any]) -> int:
    return next(n for n in range(len(row), 0, -1) if row[n - 1] is not None)


def _cell(value: Any) -> Any:
    """Whole numbers as int: 7 and 7.0 are the same id."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


# --- a closer look at what openpyxl passes over -----------------------------------------------------

#: How a formula begins. Plain text is found ten times as fast as a pattern that says the same.
_FORMULA = tuple(prefix + b"f" + mark for prefix in (b"<", b":") for mark in (b">", b" ", b"/"))
#: Cells beyond the columns that are read (IW and on).
_FAR = re.compile(rb" r=\"(?:[A-Z]{3}|[J-Z][A-Z]|I[W-Z])\d")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([^\"]{0,40})\"")
_ROW_START = re.compile(rb"<(?:\w+:)?row[ />]")
_ROW = re.compile(rb"<(?:\w+:)?row [^>]*?r=\"(\d{1,15})")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,15})(?::.*)?")


def _parts(path: Path) -> dict[str, str]:
    """The name of the part of each sheet."""
    with zipfile.ZipFile(path) as archive:
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter():
        if _tag(sheet) == "sheet":
            identity = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
            target = targets.get(identity, "")
            full = target[1:] if target.startswith("/") else f"xl/{target}"
            found[sheet.get("name", "")] = full
    return found


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _troubles(path: Path, part: str) -> list[_Trouble]:
    """What would be lost in silence: formulas without a value, cells out of order or far away."""
    found: list[_Trouble] = []
    row = column = 0
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        for event, element in ElementTree.iterparse(stream, ("start", "end")):
            tag = _tag(element)
            if event == "start" and tag == "row":
                before, row, column = row, int(element.get("r", row + 1)), 0
                if not before < row <= MOST_ROWS:
                    found.append((row, 1, Message("stands in a row out of order")))
            elif event == "end" and tag == "c":
                place = _PLACE.match(element.get("r", ""))
                column = _number(place[1]) if place else column + 1
                what = _trouble(element, column)
                if what:
                    found.append((row, column, what))
            if event == "end" and tag == "row":
                element.clear()
            if len(found) >= _MOST_TROUBLES:
                break  # nobody mends more at once, and a bomb of them would fill the memory
    return found


def _trouble(cell: ElementTree.Element, column: int) -> str:
    inside = {_tag(child): child.text for child in cell}
    if "f" in inside and not inside.get("v") and cell.get("t") != "str":
        return Message("holds a formula that was never computed")
    if column > MOST_COLUMNS and (inside.get("v") or "is" in inside):
        return Message(
            "is filled, and no column after {column} is read", column=_letter(MOST_COLUMNS)
        )
    return ""


def _grid(
    file: str, title: str, rows: _Rows, troubles: Iterable[_Trouble], merged: Iterable[str]
) -> Grid:
    name = Message("{file}, sheet {sheet}", file=file, sheet=repr(title))
    letters = tuple(_letter(n + 1) for n in range(max((len(row) for _, row in rows), default=1)))
    errors = [
        (line, number, Message("holds an error ({error})", error=cell.strip()))
        for line, row in rows
        for number, cell in enumerate(row, 1)
        if isinstance(cell, str) and cell[:1] == "#" and cell.strip() in _ERRORS
    ]
    mend = Message("write the value itself into each cell")
    found = [
        Defect(
            place(name, line, letters),
            Message("column {column}", column=_letter(number)),
            what,
            mend,
        )
        for line, number, what in sorted([*troubles, *errors])
    ]
    return Grid(name, title, rows, letters, merged=areas(merged), defects=tuple(found))
