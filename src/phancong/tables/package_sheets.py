"""The sheets of an .xlsx workbook, checked for what a reader of values would skip, and for their size."""

from __future__ import annotations

import io
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

from phancong.tables.grid import Area, areas, column_number, letter
from phancong.tables.number_formats import shown_cells
from phancong.tables.sheet import MOST_COLUMNS, unreadable
from phancong.words import Message

#: The most rows of a sheet, as in the format.
MOST_ROWS: Final = 1_048_576
#: The most cells of a sheet: twelve for each household of a whole province.
MOST_CELLS: Final = 4_000_000
#: The most cells of the rectangle from the first to the last cell: the reader allocates all of it.
MOST_AREA: Final = 6_000_000
#: The most bytes of a row: ten times what 256 filled cells take.
MOST_ROW_BYTES: Final = 2_000_000
#: The most text of all cells of a sheet, in bytes; a shared text counts in each cell.
MOST_TEXT: Final = 200_000_000
#: The most defects of a sheet that are collected.
MOST_TROUBLES: Final = 1000

_FEWER: Final[str] = Message("keep only the lists that are needed")

#: The place of a defect: row, column, text.
Trouble = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the package, with what a reader of values would not report.

    Parameters
    ----------
    title
        The name of the sheet.
    xml
        The XML of the sheet.
    concealed
        Whether the sheet is hidden.
    merged
        The merged cells.
    hidden
        The rows that are hidden, by hand or by a filter.
    troubles
        Formulas without a value, errors, cells out of order or too far to the right.
    straight
        Whether the rows are in order: the values can be read only then.
    shown
        Numbers whose format adds zeros or text, by row, and by column counted from 0.
    """

    title: str
    xml: bytes
    concealed: bool
    merged: tuple[Area, ...]
    hidden: tuple[int, ...]
    troubles: tuple[Trouble, ...]
    straight: bool
    shown: Mapping[tuple[int, int], str]


#: Marks in a tag that some writers use instead of a blank or a double quote; a quick test.
_ODD_MARKS: Final = (b"\t", b"\r", b"\n", b"'", b" =", b"= ")
#: The lookahead requires a closing bracket: otherwise text with many "<" takes quadratic time.
_ODD_TAG: Final = re.compile(rb"<\w(?=[^<>]*>)[^<>]*?(?:[\t\r\n']| =|= )[^<>]*>")
_IN_TAG: Final = re.compile(rb"\"([^\"]*)\"|\s*=\s*(?=[\"'])|'([^']*)'|\s+")
#: After the XML declaration, which most writers end with a line break.
_DECLARED: Final = 60


def tidy(xml: bytes) -> bytes:
    """XML with tags in the usual form: one blank between attributes, double quotes.

    It means the same to a parser. The checks here search for tags in this form, so none escapes them.
    """
    if all(xml.find(mark, _DECLARED) < 0 for mark in _ODD_MARKS):
        return xml
    return _ODD_TAG.sub(lambda tag: _IN_TAG.sub(_tidied, tag[0]), xml)


def _tidied(part: re.Match[bytes]) -> bytes:
    quoted = part[1] if part[1] is not None else part[2]
    if quoted is not None:
        return b'"' + quoted.translate(_BLANKS).replace(b'"', b"&quot;") + b'"'
    return b"=" if b"=" in part[0] else b" "


_BLANKS: Final = bytes.maketrans(b"\t\r\n", b"   ")


class TextLengths:
    """The lengths of the shared texts of cells."""

    def __init__(self, shared: bytes | None) -> None:
        self.longest = 0
        self.lengths: list[int] = []
        at = 0
        for found in _SHARED.finditer(shared or b""):
            self.lengths.append(found.start() - at)
            at = found.start()
        self.lengths.append(len(shared or b"") - at)
        self.longest = max(self.lengths)

    def of(self, xml: bytes, cells: int) -> int:
        """An upper bound of the bytes of text in a sheet; a shared text counts as often as it is used."""
        if cells * self.longest <= MOST_TEXT:
            return 0
        known, lengths = len(self.lengths), self.lengths
        return sum(lengths[min(int(found[1]) + 1, known - 1)] for found in _USED.finditer(xml))


_SHARED: Final = re.compile(rb"<(?:\w+:)?si\b")
_USED: Final = re.compile(rb"<(?:\w+:)?v>(\d{1,7})<")
#: Beginnings of a formula. Searching for plain text is ten times as fast as a regular expression.
_FORMULA: Final = tuple(b + b"f" + mark for b in (b"<", b":") for mark in (b">", b" ", b"/"))
_ERROR: Final = (b't="e"', b"t='e'")
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([^\"]{0,40})\"")
_ROW_START: Final = re.compile(rb"<(?:\w+:)?row[ />]")
_ROW: Final = re.compile(rb"<(?:\w+:)?row [^>]*?r=\"(\d{1,15})")
_HIDDEN: Final = re.compile(rb"<(?:\w+:)?row (?=[^>]*\bhidden=\"(?:1|true)\")[^>]*?\br=\"(\d{1,7})")
_CELL: Final = re.compile(rb"<(?:\w+:)?c (?:[^>]{0,200}? )??r=\"([A-Z]{1,3})(\d{1,15})\"")
_PLACE: Final = re.compile(r"([A-Z]{1,3})(\d{1,15})(?::.*)?")


def checked_sheet(
    title: str,
    xml: bytes,
    lengths: TextLengths,
    formats: dict[int, str],
    name: str,
    *,
    concealed: bool,
) -> SheetPart:
    """Check a sheet for what a reader of values would skip, and for excessive size."""
    cells = xml.count(b"<c ") + xml.count(b"<c>") + xml.count(b":c ") + xml.count(b":c>")
    rows = xml.count(b"<row") + xml.count(b":row")
    if (
        rows > MOST_ROWS
        or cells > MOST_CELLS
        or _longest_row(xml) > MOST_ROW_BYTES
        or lengths.of(xml, cells) > MOST_TEXT
    ):
        raise unreadable(name, Message("has more rows or cells than any list"), _FEWER)
    merged = max(xml.find(b"mergeCell "), 0)
    found_areas = _MERGED.finditer(xml, max(merged - 100, 0)) if merged else ()
    bounds = _Bounds.of(xml, cells)
    trap = any(mark in xml for mark in (*_FORMULA, *_ERROR)) or bounds.open
    found: list[Trouble] = []
    if trap or bounds.right > MOST_COLUMNS or bounds.bottom * bounds.right > MOST_AREA:
        exact = _Walk(xml)
        found = exact.troubles
        bounds = _Bounds(exact.bottom, exact.right, not exact.straight)
    if bounds.bottom * bounds.right > MOST_AREA and not bounds.open:
        last = f"{letter(bounds.right)}{bounds.bottom}"
        what = Message("sheet {sheet} has cells far from all others (up to {cell})",
                       sheet=repr(title), cell=last)  # fmt: skip
        raise unreadable(name, what, Message("delete the rows and columns that are not needed"))
    return SheetPart(
        title,
        xml,
        concealed,
        areas(area[1].decode(errors="replace") for area in found_areas),
        tuple(int(row[1]) for row in _HIDDEN.finditer(xml)) if b"hidden=" in xml else (),
        tuple(found),
        not bounds.open,
        shown_cells(xml, formats),
    )


def _longest_row(xml: bytes) -> int:
    """The bytes of the longest row; the parser takes thirty times as many."""
    starts = [found.start() for found in _ROW_START.finditer(xml)]
    return max(map(operator.sub, [*starts[1:], len(xml)], starts), default=len(xml))


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The last row and column, and whether only :class:`_Walk` can tell where the cells are."""

    bottom: int
    right: int
    open: bool

    @classmethod
    def of(cls, xml: bytes, cells: int) -> _Bounds:
        """From the references of rows and cells."""
        last = 0
        for found in _ROW.finditer(xml):  # one at a time: a list of all could exhaust the memory
            row = int(found[1])
            if not last < row <= MOST_ROWS:
                return cls(0, 0, True)
            last = row
        columns: set[bytes] = set()
        stated, seen, before = b"", 0, 0
        for found in _CELL.finditer(xml):
            column, line = found.groups()
            columns.add(column)
            seen += 1
            if line != stated:
                stated, at = line, int(line)
                if not before < at <= MOST_ROWS:
                    return cls(0, 0, True)
                before = at
        right = max((column_number(column.decode()) for column in columns), default=0)
        return cls(max(last, before), right, seen != cells)


class _Walk:
    """A sheet cell by cell: where its cells are, and its defects."""

    def __init__(self, xml: bytes) -> None:
        self.bottom = self.right = 0
        self.straight = True
        self.troubles: list[Trouble] = []
        for row, column, cell in self._cells(xml):
            inside = {tag_of(child): child.text for child in cell}
            # The library that reads the values accepts an empty text, or an empty date, as a value.
            if inside.get("v") or "is" in inside or ("v" in inside and cell.get("t")):
                self.bottom = row
                self.right = max(self.right, column)
            what = _trouble(cell.get("t"), inside, column)
            if what:
                self.troubles.append((row, column, what))
            if len(self.troubles) >= MOST_TROUBLES:
                self.straight = False  # the places of the cells after it are unknown
                break  # nobody mends more at once, and a malicious file could fill the memory

    def _cells(self, xml: bytes) -> Iterator[tuple[int, int, ElementTree.Element]]:
        row = column = 0
        for event, element in ElementTree.iterparse(io.BytesIO(xml), ("start", "end")):
            tag = tag_of(element)
            if event == "start" and tag == "row":
                before, row, column = row, int(element.get("r", row + 1)), 0
                if not before < row <= MOST_ROWS:
                    self._stray(row)
            elif event == "end" and tag == "c":
                place = _PLACE.match(element.get("r", ""))
                column = column_number(place[1]) if place else column + 1
                if element.get("r") and (place is None or int(place[2]) != row):
                    self._stray(row)
                yield row, column, element
            if event == "end" and tag == "row":
                element.clear()

    def _stray(self, row: int) -> None:
        self.straight = False
        if len(self.troubles) < MOST_TROUBLES:
            self.troubles.append((row, 1, Message("is in a row that is out of order")))


def _trouble(kind: str | None, inside: dict[str, Any], column: int) -> str:
    if "f" in inside and not inside.get("v") and kind != "str":
        return Message("holds a formula that was never computed")
    if column > MOST_COLUMNS and (inside.get("v") or "is" in inside):
        return too_far()
    if kind == "e":
        return Message("holds an error ({error})", error=str(inside.get("v")))
    return ""


def too_far() -> str:
    """The message about a cell to the right of the last column that is read."""
    return Message("is filled, and no column after {column} is read", column=letter(MOST_COLUMNS))


def tag_of(element: ElementTree.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]
