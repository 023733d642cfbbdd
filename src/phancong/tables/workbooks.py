"""Workbooks (.xlsx, .xlsm, .xls, .ods). The only module that imports the libraries that read them."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from phancong.errors import Defect, InvalidProblemError, MissingExtraError
from phancong.tables.grid import Area, Grid
from phancong.tables.grid import letter as _letter
from phancong.tables.number_formats import in_format
from phancong.tables.ods_files import read_ods
from phancong.tables.package_sheets import Trouble
from phancong.tables.packages import SAVE_AGAIN, SAVE_AS, Package, open_package
from phancong.tables.sheet import MEND_PATH, MOST_COLUMNS, Sheet, place, unopened, unreadable
from phancong.words import Message

#: The endings of workbooks that are read.
WORKBOOK_ENDINGS: Final = (".xlsx", ".xlsm", ".xltx", ".xls", ".ods", ".ots")
#: The largest file that is read, in bytes.
MOST_FILE_BYTES: Final = 100_000_000

_OLE = b"\xd0\xcf\x11\xe0"
_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!")
)


def import_extra(library: str) -> Any:
    """A library of the extra ``excel``, which is loaded when it is first used.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        return import_module(library.replace("-", "_"))
    except ImportError:
        raise MissingExtraError(
            Message(
                "workbooks need {library}, which is an extra: pip install 'phancong[excel]'",
                library=library,
            )
        ) from None


def read_workbook(path: str | Path) -> dict[str, Sheet]:
    """All sheets of a workbook by name, each a table with its first line as header.

    Cells are text, numbers (whole ones as int, however they are stored), True and False, dates, or None.
    Errors of formulas, formulas that were never computed, and merged cells are defects.

    Parameters
    ----------
    path
        The file: .xlsx, .xlsm, .xls or .ods; its content decides which.

    Returns
    -------
    dict
        The sheets in order; an empty sheet has no header.

    Raises
    ------
    InvalidProblemError
        The file is not a readable workbook.
    MissingExtraError
        The extra for this format is not installed.
    """
    return {grid.title: grid.sheet() for grid in read_grids(path)}


def read_grids(path: str | Path) -> list[Grid]:
    """All cells of a workbook, a grid for each sheet; cells as in :func:`read_workbook`.

    Raises
    ------
    InvalidProblemError
        The file is not a readable workbook.
    MissingExtraError
        The extra for this format is not installed.
    """
    path = Path(path)
    start = _start(path)
    if start.startswith(_OLE):
        return _old_grids(path)
    if is_ods(path):
        found = read_ods(path)
        return [
            _grid(path.name, sheet.title, sheet.rows, sheet.troubles, sheet.merged, sheet.hidden,
                  concealed=sheet.concealed, as_shown=sheet.shown)
            for sheet in found
        ]  # fmt: skip
    calamine = import_extra("python-calamine")
    try:
        package = open_package(path)
        return _contents(calamine, path, package)
    except InvalidProblemError:
        raise
    except BaseException as error:
        # A broken file can raise any error; a panic of the Rust library is not an Exception.
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        what = Message("cannot be read as an .xlsx workbook ({why})", why=type(error).__name__)
        raise unreadable(path.name, what, SAVE_AGAIN) from None


def _start(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise unreadable(str(path), unopened(error), MEND_PATH) from None
    except ValueError:  # a NUL in the path
        raise unreadable(repr(str(path)), Message("is not a path"), MEND_PATH) from None
    if size > MOST_FILE_BYTES:
        what = Message("is larger than {size} MB", size=f"{MOST_FILE_BYTES / 1e6:.0f}")
        raise unreadable(path.name, what, Message("keep only the lists that are needed"))
    return start


def is_ods(path: Path) -> bool:
    """Whether a file is an OpenDocument spreadsheet, by its content."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("mimetype") as kind:
            return kind.read(60).startswith(b"application/vnd.oasis.opendocument.spreadsheet")
    except Exception:  # no archive, or of another kind: its reader reports it
        return False


def _contents(calamine: Any, path: Path, package: Package) -> list[Grid]:
    with calamine.CalamineWorkbook.from_object(package.repacked()) as book:
        return [
            _grid(
                path.name,
                sheet.title,
                _rows(book.get_sheet_by_index(at)) if sheet.straight else [],
                sheet.troubles,
                sheet.merged,
                sheet.hidden,
                concealed=sheet.concealed,
                as_shown=sheet.shown,
            )
            for at, sheet in enumerate(package.sheets)
        ]


_Rows = list[tuple[int, tuple[Any, ...]]]


def _rows(sheet: Any) -> _Rows:
    """The rows that are not blank."""
    if sheet.start is None:
        return []
    above, before = sheet.start
    blank = (None,) * min(before, MOST_COLUMNS)
    rows = []
    # Not its iterator: that begins at the first row of the sheet, but at the first column with a value.
    for at, row in enumerate(sheet.to_python(skip_empty_area=True), 1):
        cells = [_cell(cell) for cell in row[: MOST_COLUMNS - len(blank)]]
        used = _used(cells)
        if used:
            rows.append((above + at, (*blank, *cells[:used])))
    return rows


def _used(row: Sequence[Any]) -> int:
    return next((n for n in range(len(row), 0, -1) if row[n - 1] is not None), 0)


def _cell(value: Any) -> Any:
    """A cell with whole numbers as int (7 and 7.0 are the same id), and a date as midnight of the day."""
    kind = type(value)
    if kind is str:
        return value or None
    if kind is float and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if kind is datetime.date:
        return datetime.datetime(value.year, value.month, value.day)
    return value


# --- .xls ---------------------------------------------------------------------------------------


def _old_grids(path: Path) -> list[Grid]:
    """The sheets of an .xls workbook, by xlrd: other readers confuse errors with empty cells."""
    xlrd = import_extra("xlrd")
    try:
        book = xlrd.open_workbook(
            str(path), logfile=_Nowhere(), formatting_info=True, ragged_rows=True
        )
        return [_old_grid(xlrd, path.name, book, sheet) for sheet in book.sheets()]
    except Exception as error:  # a broken file can raise any error
        locked = "encrypted" in str(error) or b"E\0n\0c\0r\0y\0p\0t\0e\0d" in path.read_bytes()
        what = (
            Message("has a password")
            if locked
            else Message("cannot be read as an .xls workbook ({why})", why=type(error).__name__)
        )
        raise unreadable(path.name, what, SAVE_AS) from None


class _Nowhere:
    """The output of xlrd, which is discarded: a library prints nothing."""

    def write(self, text: str) -> None:
        """Discard *text*."""


def _old_grid(xlrd: Any, file: str, book: Any, sheet: Any) -> Grid:
    rows: _Rows = []
    troubles: list[Trouble] = []
    as_shown: dict[tuple[int, int], str] = {}
    for at in range(sheet.nrows):
        cells: list[Any] = []
        for column, (kind, value) in enumerate(
            zip(sheet.row_types(at), sheet.row_values(at), strict=True), 1
        ):
            cell = value
            if kind == xlrd.XL_CELL_ERROR:
                error = xlrd.error_text_from_code.get(value, "#?")
                troubles.append((at + 1, column, Message("holds an error ({error})", error=error)))
                cell = None
            elif kind == xlrd.XL_CELL_DATE:
                cell = _old_day(xlrd, value, book.datemode)
            elif kind == xlrd.XL_CELL_BOOLEAN:
                cell = bool(value)
            cells.append(_cell(cell))
            if kind == xlrd.XL_CELL_NUMBER and type(cells[-1]) is int:
                style = book.xf_list[sheet.cell_xf_index(at, column - 1)]
                text = in_format(book.format_map[style.format_key].format_str, cells[-1])
                if text is not None:
                    as_shown[at + 1, column - 1] = text
        used = _used(cells)
        if used:
            rows.append((at + 1, tuple(cells[:used])))
    merged = [
        Area(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells
    ]
    hidden = [at + 1 for at, row in sorted(sheet.rowinfo_map.items()) if row.hidden]
    concealed = sheet.visibility != 0
    return _grid(file, sheet.name, rows, troubles, sorted(merged), hidden, concealed=concealed,
                 as_shown=as_shown)  # fmt: skip


def _old_day(xlrd: Any, value: float, mode: int) -> Any:
    try:
        return xlrd.xldate_as_datetime(value, mode)
    except (OverflowError, ValueError):  # displayed as a date but is none
        return value


# --- all ----------------------------------------------------------------------------------------


def _grid(
    file: str,
    title: str,
    rows: _Rows,
    troubles: Iterable[Trouble],
    merged: Sequence[Area],
    hidden: Iterable[int],
    *,
    concealed: bool,
    as_shown: Mapping[tuple[int, int], str] = MappingProxyType({}),
) -> Grid:
    name = Message("{file}, sheet {sheet}", file=file, sheet=repr(title))
    letters = tuple(_letter(n + 1) for n in range(max((len(row) for _, row in rows), default=1)))
    errors = [
        (line, number, Message("holds an error ({error})", error=cell.strip()))
        for line, row in rows
        for number, cell in enumerate(row, 1)
        if type(cell) is str and cell[:1] == "#" and cell.strip() in _ERRORS
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
    used = {line for line, _ in rows}
    return Grid(
        name,
        title,
        rows,
        letters,
        merged=tuple(merged),
        defects=tuple(found),
        cell_defects=tuple(sorted((line, number - 1) for line, number, _ in [*troubles, *errors])),
        hidden=tuple(row for row in hidden if row in used),
        concealed=concealed,
        shown=as_shown,
    )
