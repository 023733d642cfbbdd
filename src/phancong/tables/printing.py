"""Sheets that people print: A4, borders, headers on every page. The only home of XlsxWriter."""

from __future__ import annotations

import io
import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from phancong.errors import InvalidArgumentError, MissingExtraError
from phancong.layout import UNPRINTABLE, width
from phancong.tables.charts import bars, sketch
from phancong.tables.csv_files import FORMULA_MARKS
from phancong.tables.printed import (
    Band,
    Cell,
    PaperForm,
    PrintedColumn,
    PrintedSheet,
    Sketch,
)
from phancong.tables.replacing import write_files
from phancong.words import Message

#: What a printer puts on a page of A4, in the number that the format knows it by.
A4: Final = 9
#: The longest name of a sheet, and what a name cannot hold.
MOST_NAME: Final = 31
_NOT_IN_NAMES = re.compile("[\\[\\]:*?/\\\\\x00-\x1f'\U00010000-\U0010ffff]")
#: Longer whole numbers lose their last digits in a spreadsheet: they are written as text.
_MOST_DIGITS: Final = 10**15
#: Letters that a column has room for, at least and at most; those of one that has no table, and
#: those that a page has room for.
_NARROW, _WIDE = 6, 44
PLAIN: Final = 9.0
PAPER: Final = 86
#: What a format of figures begins with, by language: the separators of Vietnam.
LOCALES: Final = {"vi": "[$-42A]"}
#: How high a line is, in points, and how much larger a title is.
LINE: Final = 15.5
TITLE: Final = 1.3

#: What a spreadsheet takes for a formula when somebody edits the text.
_MARKS: Final = frozenset(FORMULA_MARKS)

#: What the texts of offices are printed in.
_FONT: Final = {"font_name": "Times New Roman", "font_size": 12}
#: Points that a page of A4 has between these margins, upright and lying; and that a letter takes.
_ACROSS, _ACROSS_LYING, _LETTER = 466.0, 713.0, 6.0


def write_sheets(path: str | Path, sheets: Iterable[PrintedSheet], lang: str = "en") -> None:
    """Write sheets that print well: A4, one page wide, headers on every page.

    Parameters
    ----------
    path
        The file; one that is there is replaced.
    sheets
        The sheets in their order.
    lang
        Figures stand as this language writes them, where the spreadsheet lets a file say so.

    Raises
    ------
    InvalidArgumentError
        A cell holds control characters, which the format does not know.
    MissingExtraError
        XlsxWriter is not installed.
    NotWrittenError
        The file cannot be written; one that is there is as it was.
    """
    write_files([(path, sheets_bytes(sheets, lang))])


def sheets_bytes(sheets: Iterable[PrintedSheet], lang: str = "en") -> bytes:
    """What :func:`write_sheets` writes; it lies nowhere on the disk until then.

    Raises
    ------
    InvalidArgumentError, MissingExtraError
        As :func:`write_sheets`.
    """
    try:
        import xlsxwriter  # here: it is an extra
    except ImportError:
        raise MissingExtraError(
            "workbooks need XlsxWriter, which is an extra: pip install 'phancong[excel]'"
        ) from None
    sheets = list(sheets)
    for page in sheets:
        refuse_controls(page)
    whole = io.BytesIO()
    # Otherwise each sheet would lie among the temporary files of the machine, names and all.
    settings = {"in_memory": True, "default_format_properties": dict(_FONT)}
    book = xlsxwriter.Workbook(whole, settings)
    styles = _Styles(book, LOCALES.get(lang, ""))
    taken: set[str] = set()
    for page in sheets:
        _write(book, book.add_worksheet(_sheet_name(page.name, taken)), page, styles)
    book.close()
    return whole.getvalue()


class _Styles:
    """The few looks that cells have."""

    def __init__(self, book: Any, locale: str) -> None:
        self._book = book
        self.locale = locale
        self._of: dict[tuple[str, Any], Any] = {}

    def get(self, kind: str, detail: Any = None) -> Any:
        """The format of a kind of cell, made once."""
        key = (kind, detail)
        if key not in self._of:
            self._of[key] = self._book.add_format(_FONT | _look(kind, detail, self.locale))
        return self._of[key]


def _look(kind: str, detail: Any, locale: str) -> dict[str, Any]:
    middle = {"align": "center"} if detail == "middle" else {}
    if kind == "title":
        return {"bold": True, "font_size": 14, "valign": "top", "text_wrap": True, **middle}
    if kind == "line":
        return {"valign": "top", "text_wrap": True, **middle}
    if kind == "form":
        return {"bold": bool(detail), "valign": "top", "align": "center", "text_wrap": True}
    if kind == "band":
        return {"bold": True, "border": 1, "valign": "top", "text_wrap": True}
    boxed = {"border": 1, "valign": "top", "text_wrap": kind != "figure"}
    if kind == "number":
        return boxed | {"align": "center"}
    if kind == "header":
        return boxed | {"bold": True, "bg_color": "#E8EEF4", "align": "center", "valign": "vcenter"}
    if kind == "figure":
        formats = "General" if detail is None else "#,##0" + ("." + "0" * detail if detail else "")
        return boxed | {"num_format": locale + formats, "align": "right", "indent": 1}
    if kind == "coloured":
        return boxed | {"bg_color": detail, "bold": True, "align": "center"}
    # So that text stays text when somebody edits it.
    return boxed | {"align": "left", "indent": 1} | ({"quote_prefix": True} if detail else {})


def _write(book: Any, sheet: Any, page: PrintedSheet, styles: _Styles) -> None:
    sheet.set_paper(A4)
    # Decree 30/2020/NĐ-CP: 30–35 mm on the left for the binding, 15–20 mm elsewhere.
    sheet.set_margins(left=30 / 25.4, right=15 / 25.4, top=20 / 25.4, bottom=20 / 25.4)
    sheet.set_footer("&L&A&R&P / &N")
    if page.landscape:
        sheet.set_landscape()
    rooms = _rooms(page)
    _scale(sheet, page, rooms)
    for number, room in enumerate(rooms):
        sheet.set_column(number, number, room)
    row = 0 if page.form is None else _letterhead(sheet, page.form, rooms, styles)
    middle = None if page.form is None else "middle"
    for number, line in enumerate(page.heading):
        if number:
            _paragraph(sheet, row, line, rooms, styles.get("line", middle))
        else:
            _paragraph(sheet, row, line, rooms, styles.get("title", middle), TITLE)
        row += 1
    row += bool(page.heading and page.columns)
    if page.columns:
        row = _table(book, sheet, page, row, rooms, styles)
    if page.rows and page.chart is not None:
        row = bars(book, sheet, page, page.chart, row, styles.locale)
    for line in page.foot:
        _paragraph(sheet, row, line, rooms, styles.get("line"))
        row += 1
    if page.form is not None:
        row = _signature(sheet, page.form, row, rooms, styles)
    if page.hidden:
        sheet.hide()
    sheet.print_area(0, 0, max(row - 1, 0), len(rooms) - 1)


def _scale(sheet: Any, page: PrintedSheet, rooms: list[float]) -> None:
    """Make the sheet one page wide.

    Spreadsheets ignore breaks of pages that were set where they fit a sheet to the paper: with these
    the scale is worked out.
    """
    if not any(isinstance(row, Band) and row.new_page for row in page.rows):
        sheet.fit_to_pages(1, 0)
        return
    across = _ACROSS_LYING if page.landscape else _ACROSS
    letters = sum(rooms) + 0.7 * len(rooms)
    sheet.set_print_scale(max(min(int(100 * across / (letters * _LETTER)), 100), 10))


def _letterhead(sheet: Any, form: PaperForm, rooms: list[float], styles: _Styles) -> int:
    """The lines at the top, in two halves; the row after them and a blank one."""
    half = _half(rooms)
    for row, (left, right) in enumerate(zip_longest(form.left, form.right, fillvalue="")):
        _across(sheet, row, 0, half - 1, left, styles.get("form", True))
        _across(sheet, row, half, len(rooms) - 1, right, styles.get("form", True))
        lines = max(
            math.ceil(width(text) * 1.2 / sum(part))
            for text, part in ((left, rooms[:half]), (right, rooms[half:]))
        )
        sheet.set_row(row, LINE * max(lines, 1))
    return max(len(form.left), len(form.right)) + 1


def _signature(sheet: Any, form: PaperForm, row: int, rooms: list[float], styles: _Styles) -> int:
    """The lines below, in the right half; the row after them."""
    for line in form.signed:
        row += 1
        _across(sheet, row, _half(rooms), len(rooms) - 1, line, styles.get("form", True))
    return row + 1


def _half(rooms: list[float]) -> int:
    """The first column of the right half: the one that leaves the left half as near as can be."""
    sums = [sum(rooms[:number]) for number in range(1, len(rooms))]
    return min(range(len(sums)), key=lambda n: abs(sums[n] - sum(rooms) / 2)) + 1


def _across(sheet: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
    """A text over several columns."""
    if last > first:
        sheet.merge_range(row, first, row, last, "", style)
    if text:
        sheet.write_string(row, first, text, style)


def _rooms(page: PrintedSheet) -> list[float]:
    """How wide each column is, in letters; further ones where a text needs the room."""
    rooms = [column_room(page, number) for number in range(len(page.columns))]
    longest = max((width(line) for line in (*page.heading, *page.foot)), default=0)
    least = PAPER if page.chart is not None and page.rows else min(longest, PAPER)
    while not rooms or sum(rooms) < least or (page.form is not None and len(rooms) < 2):
        rooms.append(PLAIN)
    return rooms


def column_room(page: PrintedSheet, number: int) -> float:
    """How wide a column is, in letters."""
    column = page.columns[number]
    if column.room is not None:
        return column.room
    longest = max((width(_shown(cells[number], column)) for cells in page.cells), default=0)
    return min(max(longest + 3, _title_room(column.title), _NARROW), _WIDE)


def _paragraph(
    sheet: Any, row: int, text: str, rooms: list[float], style: Any, letters: float = 1.0
) -> None:
    """A text over the whole width, as high as it needs to be; *letters* is how large they are."""
    _across(sheet, row, 0, len(rooms) - 1, text, style)
    # Letters are a little wider than the figures by which a column is measured.
    lines = max(math.ceil(width(text) * 1.1 * letters / sum(rooms)), 1)
    sheet.set_row(row, LINE * letters * lines)


def _table(
    book: Any, sheet: Any, page: PrintedSheet, top: int, rooms: list[float], styles: _Styles
) -> int:
    """Write the table from the row *top* on; the row after it and a blank one."""
    lines = 1
    for number, column in enumerate(page.columns):
        sheet.write_string(top, number, column.title, styles.get("header"))
        lines = max(lines, len(textwrap.wrap(column.title, int(rooms[number] - 1))))
    sheet.set_row(top, LINE * lines + 3)
    sheet.repeat_rows(top)
    sheet.freeze_panes(top + 1, 0)
    breaks = []
    row = top
    for cells in page.rows:
        row += 1
        if isinstance(cells, Sketch):
            row = sketch(book, sheet, cells, row, rooms)
            continue
        if isinstance(cells, Band):
            _across(sheet, row, 0, len(page.columns) - 1, cells.text, styles.get("band"))
            breaks += [row] if cells.new_page else []
            continue
        for number, (cell, column) in enumerate(zip(cells, page.columns, strict=True)):
            _cell(sheet, row, number, cell, column, styles)
    sheet.set_h_pagebreaks(breaks)
    return row + 2


def _cell(
    sheet: Any, row: int, number: int, cell: Cell, column: PrintedColumn, styles: _Styles
) -> None:
    if isinstance(cell, float) and not math.isfinite(cell):
        cell = None
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= _MOST_DIGITS:
        cell = str(cell)
    if cell is None or cell == "":
        sheet.write_blank(row, number, None, styles.get("text"))
    elif isinstance(cell, str):
        if column.colours is not None and cell in column.colours:
            sheet.write_string(row, number, cell, styles.get("coloured", column.colours[cell]))
            return
        marked = cell[:1] in _MARKS
        sheet.write_string(row, number, cell, styles.get("text", marked))
    elif isinstance(cell, bool):
        sheet.write_boolean(row, number, cell, styles.get("text"))
    else:
        style = styles.get("number") if column.counts else styles.get("figure", column.decimals)
        sheet.write_number(row, number, cell, style)


def _title_room(title: str) -> int:
    """A title may take two lines, and no word of it is cut: bold letters are wider."""
    return max([width(title) // 2 + 3, *(width(word) + 4 for word in title.split())])


def _shown(cell: Cell, column: PrintedColumn) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, float) and column.decimals is not None:
        return f"{cell:,.{column.decimals}f}"
    return str(cell)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that the format takes, and that no other sheet has, whatever the case."""
    plain = _NOT_IN_NAMES.sub(" ", name).strip() or "–"
    found, number = plain[:MOST_NAME].strip(), 1
    while found.casefold() in taken:
        number += 1
        tail = f" ({number})"
        found = plain[: MOST_NAME - len(tail)].strip() + tail
    taken.add(found.casefold())
    return found


def refuse_controls(page: PrintedSheet) -> None:
    """Refuse what the format cannot hold, or what turns the order of what is read."""
    form = page.form or PaperForm()
    around = (*page.heading, *page.foot, *form.texts)
    bands = [row.text for row in page.rows if isinstance(row, Band)]
    lines: list[Sequence[Cell]] = [(line,) for line in (*around, *bands)]
    titles = [column.title for column in page.columns]
    for cells in (*lines, titles, *page.cells):
        for cell in cells:
            if isinstance(cell, str) and _is_unprintable(cell):
                raise InvalidArgumentError(
                    Message(
                        "sheet {sheet}: a text holds control characters, which a workbook cannot; "
                        "write CSV or JSON, or take them out of the ids and labels",
                        sheet=repr(page.name[:MOST_NAME]),
                    )
                )


def _is_unprintable(text: str) -> bool:
    # Lines may be broken within a cell, and a tab is a blank.
    return not text.isprintable() and any(
        found[0] not in "\t\n" for found in UNPRINTABLE.finditer(text)
    )
