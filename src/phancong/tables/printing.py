"""Sheets to print: A4, borders, headers on every page. The only module that imports XlsxWriter."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, Final

from phancong.errors import InvalidArgumentError, MissingExtraError
from phancong.layout import UNPRINTABLE
from phancong.tables.charts import bars, charts_height, picture
from phancong.tables.csv_files import FORMULA_MARKS
from phancong.tables.measured import Measured
from phancong.tables.page_breaks import Paged, paged
from phancong.tables.paper import Layout, layout, title_height
from phancong.tables.printed import (
    Band,
    Cell,
    PaperForm,
    Picture,
    PrintedColumn,
    PrintedSheet,
    TitleRow,
)
from phancong.tables.type_widths import BOLD, LETTER, LINE, SIZE, line_count, points
from phancong.words import Message

#: The number of the paper size A4 in the file format.
A4: Final = 9
#: The longest name of a sheet, and characters that a name cannot have.
MOST_NAME: Final = 31
_NOT_IN_NAMES = re.compile("[\\[\\]:*?/\\\\\x00-\x1f'\U00010000-\U0010ffff]")
#: Spreadsheets lose the last digits of longer whole numbers: these are written as text.
_MOST_DIGITS: Final = 10**15
#: The width in points of a column outside the table.
PLAIN: Final = 58.0
#: The prefix of number formats by language: the separators of Vietnam.
LOCALES: Final = {"vi": "[$-42A]"}
#: Font sizes of titles and of running text.
TITLE: Final = 14.0

#: First characters that make a cell a formula when its text is edited.
_MARKS: Final = frozenset(FORMULA_MARKS)

#: The font of official texts.
_FONT: Final = {"font_name": "Times New Roman", "font_size": SIZE}


def sheets_bytes(sheets: Iterable[PrintedSheet], lang: str = "en") -> bytes:
    """A workbook for printing: A4, one page wide, headers on every page.

    It is made without temporary files.

    Parameters
    ----------
    sheets
        The sheets in their order.
    lang
        The language that number formats name; a spreadsheet may ignore it.

    Raises
    ------
    InvalidArgumentError
        A cell holds control characters, which the format cannot store.
    MissingExtraError
        XlsxWriter is not installed.
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
    # Without in_memory, XlsxWriter writes each sheet, with names, to a temporary file.
    settings = {"in_memory": True, "default_format_properties": dict(_FONT)}
    book = xlsxwriter.Workbook(whole, settings)
    styles = _Styles(book, LOCALES.get(lang, ""))
    taken: set[str] = set()
    for page in sheets:
        _write(book, book.add_worksheet(_sheet_name(page.name, taken)), page, styles)
    book.close()
    return whole.getvalue()


class _Styles:
    """The formats of cells."""

    def __init__(self, book: Any, locale: str) -> None:
        self._book = book
        self.locale = locale
        self._of: dict[tuple[str, Any], Any] = {}

    def get(self, kind: str, detail: Any = None) -> Any:
        """The format of a kind of cell; each is made once."""
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
    if kind == "dated":
        return {"italic": True, "valign": "top", "align": "center", "text_wrap": True}
    if kind == "cut":  # lines along which parts are cut apart
        return {"top": 3}
    if kind == "band":
        return {
            "bold": True, "border": 1, "valign": "top", "align": "left", "indent": 1,
            "text_wrap": True,
        }  # fmt: skip
    boxed = {"border": 1, "valign": "top", "text_wrap": kind != "figure"}
    if kind == "number":
        return boxed | {"align": "center"}
    if kind == "header":
        return boxed | {"bold": True, "bg_color": "#E8EEF4", "align": "center", "valign": "vcenter"}
    if kind == "figure":
        formats = "General" if detail is None else "#,##0" + ("." + "0" * detail if detail else "")
        # Blanks within the format instead of an indent on the right, which some programs ignore.
        return boxed | {"num_format": f'{locale}{formats}"  "', "align": "right"}
    if kind == "coloured":
        return boxed | {"bg_color": detail, "bold": True, "align": "center"}
    # quote_prefix keeps the cell text when it is edited.
    return boxed | {"align": "left", "indent": 1} | ({"quote_prefix": True} if detail else {})


def _write(book: Any, sheet: Any, page: PrintedSheet, styles: _Styles) -> None:
    sheet.set_paper(A4)
    # Decree 30/2020/NĐ-CP: 30–35 mm on the left for the binding, 15–20 mm elsewhere.
    sheet.set_margins(left=30 / 25.4, right=15 / 25.4, top=20 / 25.4, bottom=20 / 25.4)
    sheet.set_footer("&L&A&R&P / &N")
    sized = Measured(page)
    planned = layout(sized)
    rooms = _rooms(page, planned)
    found = paged(sized, planned, _above_height(page, rooms), _below_height(page))
    at = found.at
    rooms = [*at.rooms, *rooms[len(at.rooms) :]]
    for number, room in enumerate(rooms):
        sheet.set_column(number, number, room / LETTER - 5 / 7)
    row = 0 if page.form is None else _letterhead(sheet, page.form, rooms, styles)
    middle = None if page.form is None else "middle"
    for number, line in enumerate(page.heading):
        if number:
            _paragraph(sheet, row, line, rooms, styles.get("line", middle))
        else:
            _paragraph(sheet, row, line, rooms, styles.get("title", middle), TITLE)
        row += 1
    row += bool(page.heading and page.columns)
    breaks: list[int] = []
    if page.columns:
        row = _table(book, sheet, page, (row, found, breaks), rooms, styles)
    if page.rows and page.chart is not None:
        first, left = row - 1 - len(page.rows), at.high - found.used
        row = bars(book, sheet, page, (first, left, at.high, breaks), styles.locale, rooms)
    for line in page.foot:
        _paragraph(sheet, row, line, rooms, styles.get("line"))
        row += 1
    if page.form is not None:
        row = _signature(sheet, page.form, row, rooms, styles)
    sheet.set_h_pagebreaks(breaks)
    if at.lying:
        sheet.set_landscape()
    # Spreadsheets ignore page breaks if they fit a sheet to the paper.
    if breaks or at.scale < 100:
        sheet.set_print_scale(at.scale)
    else:
        sheet.fit_to_pages(1, 0)
    if page.hidden:
        # No print area: if other sheets have one, LibreOffice prints those only.
        sheet.hide()
    else:
        sheet.print_area(0, 0, max(row - 1, 0), len(rooms) - 1)


def _below_height(page: PrintedSheet) -> float:
    """The height of all below the rows of a table, in points."""
    signed = 0 if page.form is None else len(page.form.signed) + 1
    drawn = charts_height(page) if page.rows and page.chart is not None else 0.0
    return LINE * (1 + len(page.foot) + signed) + drawn


def _above_height(page: PrintedSheet, rooms: list[float]) -> float:
    """The height of all above the rows of a table, in points."""
    lines_above = sum(
        LINE
        * line_count(line, sum(rooms) / (BOLD if number == 0 else 1), SIZE if number else TITLE)
        for number, line in enumerate(page.heading)
    )
    if page.form is not None:
        lines_above += sum(_form_heights(page.form, rooms)) + LINE
    return lines_above + LINE * bool(page.heading and page.columns) + title_height(page, rooms)


def _form_heights(form: PaperForm, rooms: list[float]) -> list[float]:
    """The height of each of the lines at the top."""
    half = _half(rooms)
    parts = (sum(rooms[:half]), sum(rooms[half:]))
    return [
        LINE * max(line_count(text, part / BOLD) for text, part in zip(both, parts, strict=True))
        for both in zip_longest(form.left, form.right, fillvalue="")
    ]


def _letterhead(sheet: Any, form: PaperForm, rooms: list[float], styles: _Styles) -> int:
    """Write the lines at the top, in two halves; the first row after them and a blank row."""
    half = _half(rooms)
    last = len(form.right) - 1
    both = zip_longest(form.left, form.right, fillvalue="")
    for row, ((left, right), high) in enumerate(zip(both, _form_heights(form, rooms), strict=True)):
        _across(sheet, row, 0, half - 1, left, styles.get("form", row + 1 == len(form.left)))
        look = styles.get("dated") if row == last else styles.get("form", True)
        _across(sheet, row, half, len(rooms) - 1, right, look)
        sheet.set_row(row, high)
    return max(len(form.left), len(form.right)) + 1


def _signature(sheet: Any, form: PaperForm, row: int, rooms: list[float], styles: _Styles) -> int:
    """Write the lines of the signature, in the right half; the first row after them."""
    for line in form.signed:
        row += 1
        look = styles.get("dated") if line and line == form.hint else styles.get("form", True)
        _across(sheet, row, _half(rooms), len(rooms) - 1, line, look)
    return row + 1


def _half(rooms: list[float]) -> int:
    """The first column of the right half: the one that splits the width most evenly."""
    sums = [sum(rooms[:number]) for number in range(1, len(rooms))]
    return min(range(len(sums)), key=lambda n: abs(sums[n] - sum(rooms) / 2)) + 1


def _across(sheet: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
    """Write a text over several columns."""
    if last > first:
        sheet.merge_range(row, first, row, last, "", style)
    if text:
        sheet.write_string(row, first, text, style)
    elif last == first:
        sheet.write_blank(row, first, None, style)


def _rooms(page: PrintedSheet, at: Layout) -> list[float]:
    """The width of each column, in points; further columns if a text or bars need them."""
    rooms = list(at.rooms)
    longest = max((points(line) * BOLD for line in (*page.heading, *page.foot)), default=0.0)
    least = at.across if page.chart is not None and page.rows else min(longest, at.across)
    while not rooms or sum(rooms) < least - 1 or (page.form is not None and len(rooms) < 2):
        rooms.append(max(min(PLAIN, least - sum(rooms)), LETTER))
    return rooms


def _paragraph(
    sheet: Any, row: int, text: str, rooms: list[float], style: Any, size: float = SIZE
) -> None:
    """Write a text over the whole width, as high as it needs to be; *size* is its font size."""
    _across(sheet, row, 0, len(rooms) - 1, text, style)
    room = sum(rooms) / (BOLD if size > SIZE else 1.02)
    sheet.set_row(row, LINE * size / SIZE * line_count(text, room, size))


def _table(
    book: Any,
    sheet: Any,
    page: PrintedSheet,
    flowing: tuple[int, Paged, list[int]],
    rooms: list[float],
    styles: _Styles,
) -> int:
    """Write the table and add its page breaks; the first row after it and a blank row."""
    top, found, breaks = flowing
    row = top - 1
    if not page.titled_parts:
        row = top
        _titles(sheet, row, page, rooms, styles)
        if page.chart is None or found.pages > 1:  # no titles above bars alone
            sheet.repeat_rows(top)
        sheet.freeze_panes(top + 1, 0)
    for item, begins, high in found.rows:
        row += 1
        breaks += [row] if begins else []
        if isinstance(item, TitleRow):
            _titles(sheet, row, page, rooms, styles)
        elif isinstance(item, Picture):
            row = picture(book, sheet, item, row, rooms[: len(page.columns)])
        elif isinstance(item, Band):
            last = len(page.columns) - 1
            _across(sheet, row, 0, last, item.text, styles.get("band" if item.text else "cut"))
            sheet.set_row(row, high)
        else:
            for number, (cell, column) in enumerate(zip(item, page.columns, strict=True)):
                _cell(sheet, row, number, cell, column, styles)
            if high > LINE:  # some programs do not fit rows to their text
                sheet.set_row(row, high)
    return row + 2


def _titles(sheet: Any, row: int, page: PrintedSheet, rooms: list[float], styles: _Styles) -> None:
    for number, column in enumerate(page.columns):
        sheet.write_string(row, number, column.title, styles.get("header"))
    sheet.set_row(row, title_height(page, rooms))


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


def _sheet_name(name: str, taken: set[str]) -> str:
    """A valid name of a sheet that differs from all others, ignoring case."""
    plain = _NOT_IN_NAMES.sub(" ", name).strip() or "–"
    found, number = plain[:MOST_NAME].strip(), 1
    while found.casefold() in taken:
        number += 1
        tail = f" ({number})"
        found = plain[: MOST_NAME - len(tail)].strip() + tail
    taken.add(found.casefold())
    return found


def refuse_controls(page: PrintedSheet) -> None:
    """Refuse control characters and bidirectional marks."""
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
                        "sheet {sheet}: a text holds control characters, which a workbook cannot hold; "
                        "write CSV or JSON, or take them out of the ids and labels",
                        sheet=repr(page.name[:MOST_NAME]),
                    )
                )


def _is_unprintable(text: str) -> bool:
    # Line breaks and tabs are fine within a cell.
    return not text.isprintable() and any(
        found[0] not in "\t\n" for found in UNPRINTABLE.finditer(text)
    )
