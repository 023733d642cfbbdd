"""Workbooks (.xlsx). The only home of openpyxl."""

from __future__ import annotations

import dataclasses
import operator
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from phancong.errors import Defect, InvalidArgumentError, InvalidProblemError, MissingExtraError
from phancong.layout import width
from phancong.tables.csv_files import FORMULA_MARKS
from phancong.tables.sheet import MOST_COLUMNS, Sheet, assemble, place, unreadable

#: The most that a workbook may unpack to, in bytes: a list of a whole province has a tenth.
MOST_BYTES: Final = 200_000_000
#: How many times its size a workbook may unpack to; honest ones stay below 50.
MOST_RATIO: Final = 300
#: Below this, in bytes, the ratio does no harm.
HARMLESS: Final = 20_000_000
#: The rows of a sheet, as the format has it.
MOST_ROWS: Final = 1_048_576
#: Longer whole numbers lose their last digits in a spreadsheet: they are written as text.
_MOST_DIGITS = 10**15

#: What XML cannot hold, and the carriage return, which it does not keep.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
_SAVE_AS = "open it in a spreadsheet and save it as .xlsx"
_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!")
)


def _openpyxl() -> Any:
    try:
        import openpyxl  # here: it is an extra
    except ImportError:
        raise MissingExtraError(
            "workbooks need openpyxl, which is an extra: pip install 'phancong[excel]'"
        ) from None
    return openpyxl


# --- reading


def read_workbook(path: str | Path) -> dict[str, Sheet]:
    """All sheets of a workbook by name.

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
    path = Path(path)
    openpyxl = _openpyxl()
    closely = _inspect(path)
    try:
        # openpyxl warns of styles and validations that it leaves out: none matter here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _contents(openpyxl, path, closely)
    except Exception as error:  # whatever a broken file makes openpyxl stumble on
        what = f"cannot be read as an .xlsx workbook ({type(error).__name__})"
        raise unreadable(path.name, what, f"{_SAVE_AS} again") from None


def _inspect(path: Path) -> list[str]:
    """Refuse what is no workbook or could harm; name the parts that ask for a closer look."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        what = f"cannot be opened ({error.strerror or type(error).__name__})"
        raise unreadable(str(path), what, "mend the path") from None
    except ValueError:  # a NUL in the path
        raise unreadable(repr(str(path)), "is no path", "mend the path") from None
    if start == _OLD_OR_LOCKED:
        raise unreadable(path.name, "is an .xls workbook or has a password", _SAVE_AS)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            packed = max(path.stat().st_size, 1)
            if size > MOST_BYTES or (size > HARMLESS and size > MOST_RATIO * packed):
                what = f"unpacks to {size / 1e6:,.0f} MB"
                raise unreadable(path.name, what, "keep only the sheets that are needed")
            return [part.filename for part in parts if _has_traps(archive, part, path.name)]
    except InvalidProblemError:
        raise
    except Exception as error:  # zipfile and zlib have many ways to fail on a broken file
        what = f"is no .xlsx workbook ({type(error).__name__})"
        raise unreadable(path.name, what, _SAVE_AS) from None


def _has_traps(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> bool:
    """Whether a sheet has what openpyxl would pass over: see :func:`_troubles`."""
    if not part.filename.endswith((".xml", ".rels")):
        return False
    # Parts of at most MOST_BYTES in all were let through: one of them fits in memory.
    text = archive.read(part)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text[:100]:
        what = "declares entities or is no UTF-8, as in no spreadsheet"
        raise unreadable(name, what, f"{_SAVE_AS} again")
    if not part.filename.startswith("xl/worksheets/"):
        return False
    rows = [int(number) for number in _ROW.findall(text)]
    straight = all(map(operator.lt, rows, rows[1:])) and (not rows or rows[-1] <= MOST_ROWS)
    return not straight or bool(_TRAP.search(text))


_Rows = list[tuple[int, tuple[Any, ...]]]
#: Where something is wrong: row, column, what.
_Trouble = tuple[int, int, str]


def _contents(openpyxl: Any, path: Path, closely: list[str]) -> dict[str, Sheet]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        found = {}
        parts = _parts(path) if closely else {}
        for sheet in book.worksheets:
            part = parts.get(sheet.title)
            troubles = _troubles(path, part) if part in closely else []
            found[sheet.title] = _sheet(path.name, sheet.title, _rows(sheet), troubles)
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

#: Formulas, merged cells, and cells beyond the columns that are read (IW and on).
_TRAP = re.compile(
    rb"<(?:\w+:)?(?:f[ />]|mergeCell )|<(?:\w+:)?c [^>]*?r=\"(?:[A-Z]{3}|[J-Z][A-Z]|I[W-Z])\d"
)
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
    """What would be lost in silence: merged cells, formulas without a value, cells out of order."""
    found: list[_Trouble] = []
    row = column = 0
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        for event, element in ElementTree.iterparse(stream, ("start", "end")):
            tag = _tag(element)
            if event == "start" and tag == "row":
                before, row, column = row, int(element.get("r", row + 1)), 0
                if not before < row <= MOST_ROWS:
                    found.append((row, 1, "stands in a row out of order"))
            elif event == "end" and tag == "c":
                place = _PLACE.match(element.get("r", ""))
                column = _number(place[1]) if place else column + 1
                what = _trouble(element, column)
                if what:
                    found.append((row, column, what))
            elif event == "end" and tag == "mergeCell":
                area = element.get("ref", "")
                row_number, letters = _first(area)
                found.append((row_number, _number(letters), f"is merged with others ({area})"))
            if event == "end" and tag == "row":
                element.clear()
    return found


def _first(area: str) -> tuple[int, str]:
    """The row and the letters of the first cell of an area."""
    place = _PLACE.match(area)
    if place is None:
        raise ValueError(area)
    return int(place[2]), place[1]


def _trouble(cell: ElementTree.Element, column: int) -> str:
    inside = {_tag(child): child.text for child in cell}
    if "f" in inside and not inside.get("v") and cell.get("t") != "str":
        return "holds a formula that was never computed"
    if column > MOST_COLUMNS and (inside.get("v") or "is" in inside):
        return f"is filled, and no column after {_letter(MOST_COLUMNS)} is read"
    return ""


def _sheet(file: str, title: str, rows: _Rows, troubles: Iterable[_Trouble]) -> Sheet:
    name = f"{file}, sheet {title!r}"
    letters = _letters(max((len(row) for _, row in rows), default=1))
    sheet = assemble(name, rows, letters=letters)
    errors = [
        (line, number, f"holds an error ({cell.strip()})")
        for line, row in rows
        for number, cell in enumerate(row, 1)
        if isinstance(cell, str) and cell[:1] == "#" and cell.strip() in _ERRORS
    ]
    mend = "write the value itself into each cell"
    found = [
        Defect(place(name, line, letters), f"column {_letter(number)}", what, mend)
        for line, number, what in sorted([*troubles, *errors])
    ]
    return dataclasses.replace(sheet, defects=(*sheet.defects, *found))


def _number(letters: str) -> int:
    """The number of a column, counted from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters(columns: int) -> list[str]:
    return [_letter(number) for number in range(1, columns + 1)]


def _letter(number: int) -> str:
    """The letters of a column, counted from 1: A … Z, AA …."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# --- writing


def write_workbook(
    path: str | Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]
) -> None:
    """Write tables as a workbook, a sheet each; text is text and never a formula.

    Parameters
    ----------
    path
        The file; one that is there is replaced.
    sheets
        Name → header and rows of text, numbers, True and False, or None for an empty cell.

    Raises
    ------
    InvalidArgumentError
        A cell holds control characters, which the format does not know.
    MissingExtraError
        openpyxl is not installed.
    """
    openpyxl = _openpyxl()
    tables = {
        title: (header, [list(row) for row in rows]) for title, (header, rows) in sheets.items()
    }
    for title, (header, rows) in tables.items():
        _refuse_controls(title, [list(header), *rows])
    book = openpyxl.Workbook(write_only=True)
    for title, (header, rows) in tables.items():
        _write_sheet(book.create_sheet(title), header, rows)
    book.save(path)


def _refuse_controls(title: str, rows: Iterable[Sequence[Any]]) -> None:
    for line, row in enumerate(rows, 1):
        for number, cell in enumerate(row, 1):
            if isinstance(cell, str) and _CONTROL.search(cell):
                raise InvalidArgumentError(
                    f"sheet {title!r}, row {line}, column {_letter(number)}: the text holds "
                    "control characters, which a workbook cannot; write CSV or JSON"
                )


def _write_sheet(sheet: Any, header: Sequence[str], rows: list[list[Any]]) -> None:
    from openpyxl.styles import Font

    for number, title in enumerate(header):
        longest = max([width(str(title)), *(width(_shown(row[number])) for row in rows)])
        sheet.column_dimensions[_letter(number + 1)].width = min(max(longest + 2, 8), 60)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{_letter(len(header))}{len(rows) + 1}"
    titles = [_text(sheet, title) for title in header]
    for title in titles:
        title.font = Font(bold=True)
    sheet.append(titles)
    for row in rows:
        sheet.append([_written(sheet, cell) for cell in row])


def _shown(cell: Any) -> str:
    return "" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell)


def _written(sheet: Any, cell: Any) -> Any:
    if isinstance(cell, str):
        return _text(sheet, cell)
    if isinstance(cell, int) and abs(cell) >= _MOST_DIGITS:
        return _text(sheet, str(cell))
    if isinstance(cell, float) and not abs(cell) < float("inf"):
        return None
    return cell


def _text(sheet: Any, text: str) -> Any:
    """A cell of text, whatever the text looks like; only such cells need more than their value."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    if text[:1] and text[0] in FORMULA_MARKS:
        cell.quotePrefix = True  # so that it stays text when somebody edits it
    return cell
