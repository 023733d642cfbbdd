"""Spreadsheets of OpenDocument (.ods), cell by cell: values, merged cells, hidden rows, errors."""

from __future__ import annotations

import datetime
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from phancong.errors import InvalidProblemError
from phancong.tables.grid import Area
from phancong.tables.number_formats import seen
from phancong.tables.package_sheets import MOST_CELLS, MOST_TROUBLES, Trouble, too_far
from phancong.tables.packages import refuse_large
from phancong.tables.sheet import MOST_COLUMNS, unreadable
from phancong.words import Message

_SAVE_AS: Final = Message("open it in a spreadsheet and save it as .xlsx")


@dataclass(slots=True)
class OdsSheet:
    """One sheet; rows are numbered from 1."""

    title: str
    concealed: bool = False
    rows: list[tuple[int, tuple[Any, ...]]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)


def read_ods(path: Path) -> list[OdsSheet]:
    """The sheets of a file.

    Raises
    ------
    InvalidProblemError
        It cannot be read, has a password, or is larger than any list.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_large(archive, path)
            manifest = "META-INF/manifest.xml"
            if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
                raise unreadable(path.name, Message("has a password"), _SAVE_AS)
            content = archive.read("content.xml")
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            what = Message("declares entities or is not UTF-8, which no spreadsheet does")
            raise unreadable(path.name, what, _SAVE_AS)
        return _Reader(path.name).read(content)
    except InvalidProblemError:
        raise
    except Exception as error:  # a broken file can raise any error
        what = Message("cannot be read as an .ods workbook ({why})", why=type(error).__name__)
        raise unreadable(path.name, what, _SAVE_AS) from None


_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_STYLE: Final = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_EXTENDED: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
#: Parts of a cell outside its text: notes and drawings, with all that they contain.
_OUTSIDE: Final = (f"{_OFFICE}annotation", "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0 ")


class _Reader:
    """A handler of parser events; holds the current row and cell."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sheets: list[OdsSheet] = []
        self.concealing: set[str] = set()
        self.style = ""
        self.tables = 0
        self.outside = 0
        self.line = 0
        self.cells = 0
        self.repeated = 1
        self.row: list[Any] = []
        #: Numbers of the current row that are displayed differently, by column counted from 0.
        self.shown: dict[int, str] = {}
        self.cell: dict[str, str] | None = None
        self.texts: list[str] = []

    def read(self, content: bytes) -> list[OdsSheet]:
        """All sheets of *content*."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self.begin
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.hear
        parser.Parse(content, True)
        return self.sheets

    def begin(self, tag: str, has: dict[str, str]) -> None:
        """An element begins."""
        if self.outside or tag.startswith(_OUTSIDE):
            self.outside += 1
        elif tag == f"{_TEXT}p":
            if self.texts:
                self.texts.append("\n")
        elif tag == f"{_TEXT}s":
            self.texts.append(" " * min(int(has.get(f"{_TEXT}c", 1)), 1000))
        elif tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            self.texts.append("\t" if tag.endswith("tab") else "\n")
        elif tag == f"{_STYLE}style":
            self.style = has.get(f"{_STYLE}name", "")
        elif tag == f"{_STYLE}table-properties":
            if has.get(f"{_TABLE}display") == "false":
                self.concealing.add(self.style)
        elif tag == f"{_TABLE}table":
            self.tables += 1
            if self.tables == 1:
                concealed = has.get(f"{_TABLE}style-name") in self.concealing
                self.sheets.append(OdsSheet(has.get(f"{_TABLE}name", ""), concealed))
                self.line = 0
        elif self.tables == 1 and tag == f"{_TABLE}table-row":
            self.repeated = int(has.get(f"{_TABLE}number-rows-repeated", 1))
            self.row, self.shown = [], {}
            self.row_hidden = has.get(f"{_TABLE}visibility", "visible") != "visible"
        elif self.tables == 1 and tag in _CELLS:
            self.cell, self.texts = has, []

    def hear(self, text: str) -> None:
        """Add text of the current element."""
        if self.cell is not None and not self.outside:
            self.texts.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self.outside:
            self.outside -= 1
        elif tag == f"{_TABLE}table":
            self.tables -= 1
        elif self.tables == 1 and tag in _CELLS:
            self._take(self.cell or {}, "".join(self.texts))
            self.cell = None
        elif self.tables == 1 and tag == f"{_TABLE}table-row":
            self._take_row()

    def _take(self, has: dict[str, str], text: str) -> None:
        """Add a cell, as often as it is repeated."""
        sheet = self.sheets[-1]
        times = int(has.get(f"{_TABLE}number-columns-repeated", 1))
        first = len(self.row) + 1
        what = _trouble(has, text)
        value = None if what else _value(has, text)
        if value is None and not what:
            self.row.extend([None] * min(times, MOST_COLUMNS + 1))
        else:
            self._count(times * self.repeated)
            self.row.extend([value] * min(times, MOST_COLUMNS + 1))
            if type(value) is int and text and seen(text, value):
                last = min(first + times, MOST_COLUMNS + 1)
                self.shown.update((at - 1, text) for at in range(first, last))
            if first + times - 1 > MOST_COLUMNS:
                first, what = MOST_COLUMNS + 1, too_far()
        if what and len(sheet.troubles) < MOST_TROUBLES:
            sheet.troubles.append((self.line + 1, first, what))
        wide = int(has.get(f"{_TABLE}number-columns-spanned", 1))
        high = int(has.get(f"{_TABLE}number-rows-spanned", 1))
        if wide > 1 or high > 1:
            self._count(1)
            top = self.line + 1
            sheet.merged.append(Area(top, first, top + high - 1, first + wide - 1))

    def _take_row(self) -> None:
        sheet = self.sheets[-1]
        row = self.row[:MOST_COLUMNS]
        while row and row[-1] is None:
            row.pop()
        if row:
            self._count(self.repeated * len(row))
            lines = range(self.line + 1, self.line + 1 + self.repeated)
            sheet.rows.extend((line, tuple(row)) for line in lines)
            sheet.shown.update(
                ((line, at), text) for line in lines for at, text in self.shown.items()
            )
            if self.row_hidden:
                sheet.hidden.extend(lines)
        self.line += self.repeated

    def _count(self, cells: int) -> None:
        """Refuse more cells than any list has; a few bytes can repeat a cell a billion times."""
        self.cells += cells
        if self.cells > 2 * MOST_CELLS:
            what = Message("has more rows or cells than any list")
            raise unreadable(self.name, what, Message("keep only the lists that are needed"))


def _trouble(has: dict[str, str], text: str) -> str:
    if has.get(f"{_EXTENDED}value-type") == "error":
        return Message("holds an error ({error})", error=text[:20])
    if f"{_TABLE}formula" in has and f"{_OFFICE}value-type" not in has and not text:
        return Message("holds a formula that was never computed")
    return ""


def _value(has: dict[str, str], text: str) -> Any:
    kind = has.get(f"{_OFFICE}value-type", "string")
    if kind in ("float", "percentage", "currency"):
        number = float(has[f"{_OFFICE}value"])
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if kind == "boolean":
        return has[f"{_OFFICE}boolean-value"] == "true"
    if kind == "date":
        return datetime.datetime.fromisoformat(has[f"{_OFFICE}date-value"][:19])
    return has.get(f"{_OFFICE}string-value", text) or None
