"""Workbooks (.xlsx). The only home of openpyxl."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

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
    looks_twice = _inspect(path)
    try:
        # openpyxl warns of styles and validations that it leaves out: none matter here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = _values(openpyxl, path)
            troubles = _troubles(openpyxl, path, values) if looks_twice else {}
    except Exception as error:  # whatever a broken file makes openpyxl stumble on
        what = f"cannot be read as an .xlsx workbook ({type(error).__name__})"
        raise unreadable(path.name, what, f"{_SAVE_AS} again") from None
    return {
        title: _sheet(path.name, title, rows, troubles.get(title, []))
        for title, rows in values.items()
    }


def _inspect(path: Path) -> bool:
    """Refuse what is no workbook or could harm; tell whether there are formulas or merged cells."""
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
            # Every part is looked at, also after the first formula.
            return max([_has_traps(archive, part, path.name) for part in parts], default=False)
    except InvalidProblemError:
        raise
    except Exception as error:  # zipfile and zlib have many ways to fail on a broken file
        what = f"is no .xlsx workbook ({type(error).__name__})"
        raise unreadable(path.name, what, _SAVE_AS) from None


def _has_traps(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> bool:
    if not part.filename.endswith((".xml", ".rels")):
        return False
    # Parts of at most MOST_BYTES in all were let through: one of them fits in memory.
    text = archive.read(part)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        what = "declares entities, which no spreadsheet does"
        raise unreadable(name, what, f"{_SAVE_AS} again")
    return part.filename.startswith("xl/worksheets/") and (
        b"<f>" in text or b"<f " in text or b"<f/" in text or b"<mergeCell " in text
    )


_Rows = list[tuple[int, tuple[Any, ...]]]


def _values(openpyxl: Any, path: Path) -> dict[str, _Rows]:
    """The rows with anything in them, by sheet."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        found = {}
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs state them wrongly
            rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
            found[sheet.title] = [
                (number, tuple([_cell(cell) for cell in row[: _used(row)]]))
                for number, row in enumerate(rows, 1)
                if any(cell is not None for cell in row)
            ]
        return found
    finally:
        book.close()


def _used(row: Sequence[Any]) -> int:
    return next((n for n in range(len(row), 0, -1) if row[n - 1] is not None), 0)


def _cell(value: Any) -> Any:
    """Whole numbers as int: 7 and 7.0 are the same id."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _troubles(openpyxl: Any, path: Path, values: Mapping[str, _Rows]) -> dict[str, list[Any]]:
    """By sheet: where cells are merged, and where formulas have no value (row, column, what)."""
    book = openpyxl.load_workbook(path, data_only=False)
    found: dict[str, list[Any]] = {}
    for sheet in book.worksheets:
        known = dict(values[sheet.title])
        troubles = found.setdefault(sheet.title, [])
        for area in sheet.merged_cells.ranges:
            troubles.append((area.min_row, area.min_col, f"is merged with others ({area.coord})"))
        for row in sheet.iter_rows(max_col=min(sheet.max_column, MOST_COLUMNS)):
            for cell in row:
                if cell.data_type != "f":
                    continue
                line = known.get(cell.row, ())
                if cell.column > len(line) or line[cell.column - 1] is None:
                    what = "holds a formula that was never computed"
                    troubles.append((cell.row, cell.column, what))
    return found


def _sheet(file: str, title: str, rows: _Rows, troubles: Iterable[Any]) -> Sheet:
    name = f"{file}, sheet {title!r}"
    letters = _letters(max((len(row) for _, row in rows), default=1))
    sheet = assemble(name, rows, letters=letters)
    defects = list(sheet.defects)
    for line, row in rows:
        for position, cell in enumerate(row):
            if isinstance(cell, str) and cell[:1] == "#" and cell.strip() in _ERRORS:
                troubles = [*troubles, (line, position + 1, f"holds an error ({cell.strip()})")]
    for line, number, what in sorted(troubles):
        mend = "write the value itself into each cell"
        field = f"column {_letter(number)}"
        defects.append(Defect(place(name, line, letters), field, what, mend))
    return Sheet(
        name,
        sheet.header,
        sheet.rows,
        sheet.lines,
        sheet.header_line,
        sheet.letters,
        defects=tuple(defects),
    )


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
