"""The parts of an .xlsx workbook, checked before they are read."""

from __future__ import annotations

import io
import operator
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from phancong.tables.grid import Area, areas, letter, number
from phancong.tables.number_formats import formats_of, shown_cells
from phancong.tables.sheet import MOST_COLUMNS, unreadable
from phancong.words import Message

#: The largest unpacked size of a workbook, in bytes: five times a list of a whole province.
MOST_BYTES: Final = 100_000_000
#: The largest ratio of unpacked to packed size; real workbooks stay below 50.
MOST_RATIO: Final = 300
#: Up to this unpacked size, in bytes, the ratio does not matter.
HARMLESS: Final = 20_000_000
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

SAVE_AS: Final[str] = Message("open it in a spreadsheet and save it as .xlsx")
SAVE_AGAIN: Final[str] = Message("open it in a spreadsheet and save it as .xlsx again")
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


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a workbook with its values."""

    sheets: tuple[SheetPart, ...]
    shared: bytes | None
    styles: bytes | None
    since_1904: bool

    def repacked(self) -> io.BytesIO:
        """A workbook with only those parts that were checked."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("[Content_Types].xml", _TYPES)
            archive.writestr("_rels/.rels", _RELATIONS.format(_relation("r1", "officeDocument",
                                                                        "xl/workbook.xml")))  # fmt: skip
            links, sheets = [], []
            for at, sheet in enumerate(self.sheets, 1):
                links.append(_relation(f"r{at}", "worksheet", f"worksheets/sheet{at}.xml"))
                sheets.append(f'<sheet name="s{at}" sheetId="{at}" r:id="r{at}"/>')
                archive.writestr(f"xl/worksheets/sheet{at}.xml", sheet.xml)
            for name, content in (("sharedStrings", self.shared), ("styles", self.styles)):
                if content is not None:
                    links.append(_relation(name, name, f"{name}.xml"))
                    archive.writestr(f"xl/{name}.xml", content)
            archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format("".join(links)))
            date1904 = str(int(self.since_1904))
            archive.writestr("xl/workbook.xml", _BOOK.format(date1904, "".join(sheets)))
        packed.seek(0)
        return packed


_TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELATIONS: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    f'xmlns:r="{_OFFICE}">'
    '<workbookPr date1904="{}"/><sheets>{}</sheets></workbook>'
)


def _relation(identity: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identity}" Type="{_OFFICE}/{kind}" Target={quoteattr(target)}/>'


def open_package(path: Path) -> Package:
    """The checked parts of a workbook.

    Raises
    ------
    InvalidProblemError
        It could be harmful, or is larger than any list.
    Exception
        A broken file can raise any error of the libraries that read it.
    """
    with _archive(path) as archive:
        parts = _PackageParts(archive, path.name)
        main = parts.main()
        book = ElementTree.fromstring(parts.xml(main))
        if _tag(book) != "workbook":
            raise unreadable(
                path.name, Message("is not an .xlsx workbook ({why})", why=_tag(book)), SAVE_AS
            )
        links = parts.relations(main)
        shared = next((parts.xml(t) for kind, t in links.values() if kind == "sharedStrings"), None)
        styles = next((parts.xml(t) for kind, t in links.values() if kind == "styles"), None)
        lengths, formats = _Lengths(shared), formats_of(styles)
        sheets = []
        for sheet in book.iter():
            if _tag(sheet) != "sheet":
                continue
            identity = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
            kind, target = links[identity]
            if kind != "worksheet":
                continue  # a chart, a dialogue, a macro
            concealed = sheet.get("state", "visible") != "visible"
            title = sheet.get("name", "")
            xml = parts.xml(target)
            sheets.append(_look(title, xml, lengths, formats, path.name, concealed=concealed))
        return Package(tuple(sheets), shared, styles, _since_1904(book))


def _archive(path: Path) -> zipfile.ZipFile:
    """The archive; one that unpacks to more than any list is refused."""
    try:
        archive = zipfile.ZipFile(path)
        size = sum(part.file_size for part in archive.infolist())
    except Exception as error:  # zipfile raises many kinds of errors
        what = Message("is not an .xlsx workbook ({why})", why=type(error).__name__)
        raise unreadable(path.name, what, SAVE_AS) from None
    packed = max(path.stat().st_size, 1)
    if size > MOST_BYTES or (size > HARMLESS and size > MOST_RATIO * packed):
        archive.close()
        what = Message("unpacks to {size} MB", size=round(size / 1e6))
        raise unreadable(path.name, what, Message("keep only the sheets that are needed"))
    return archive


def _since_1904(book: ElementTree.Element) -> bool:
    return any(
        _tag(element) == "workbookPr" and element.get("date1904") in ("1", "true")
        for element in book
    )


class _PackageParts:
    """The parts of an archive, by name; case does not matter."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name
        self.known = {
            info.filename.replace("\\", "/").lstrip("/").casefold(): info
            for info in archive.infolist()
        }

    def xml(self, part: str) -> bytes:
        """A part as XML; refused if it declares entities."""
        # All parts together have at most MOST_BYTES, so one of them fits in memory.
        text = self.archive.read(self.known[part.casefold()])
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text[:100]:
            what = Message("declares entities or is not UTF-8, which no spreadsheet does")
            raise unreadable(self.name, what, SAVE_AGAIN)
        # Parse it to the end: otherwise a truncated part would be read in part, without notice.
        expat.ParserCreate().Parse(text, True)
        return _tidy(text)

    def main(self) -> str:
        """The name of the part that lists the sheets."""
        if "_rels/.rels" in self.known:
            for kind, target in self.relations("").values():
                if kind == "officeDocument":
                    return target
        return "xl/workbook.xml"

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The relations of a part: id → kind and part."""
        folder, file = posixpath.split(part)
        found = {}
        for link in ElementTree.fromstring(self.xml(f"{folder}/_rels/{file}.rels".lstrip("/"))):
            kind = link.get("Type", "").rpartition("/")[2]
            target = link.get("Target", "").replace("\\", "/")
            whole = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[link.get("Id", "")] = kind, whole
        return found


#: Marks in a tag that some writers use instead of a blank or a double quote; a quick test.
_ODD_MARKS: Final = (b"\t", b"\r", b"\n", b"'", b" =", b"= ")
#: The lookahead requires a closing bracket: otherwise text with many "<" takes quadratic time.
_ODD_TAG: Final = re.compile(rb"<\w(?=[^<>]*>)[^<>]*?(?:[\t\r\n']| =|= )[^<>]*>")
_IN_TAG: Final = re.compile(rb"\"([^\"]*)\"|\s*=\s*(?=[\"'])|'([^']*)'|\s+")
#: After the XML declaration, which most writers end with a line break.
_DECLARED: Final = 60


def _tidy(xml: bytes) -> bytes:
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


class _Lengths:
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


def _look(
    title: str,
    xml: bytes,
    lengths: _Lengths,
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
        right = max((number(column.decode()) for column in columns), default=0)
        return cls(max(last, before), right, seen != cells)


class _Walk:
    """A sheet cell by cell: where its cells are, and its defects."""

    def __init__(self, xml: bytes) -> None:
        self.bottom = self.right = 0
        self.straight = True
        self.troubles: list[Trouble] = []
        for row, column, cell in self._cells(xml):
            inside = {_tag(child): child.text for child in cell}
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
            tag = _tag(element)
            if event == "start" and tag == "row":
                before, row, column = row, int(element.get("r", row + 1)), 0
                if not before < row <= MOST_ROWS:
                    self._stray(row)
            elif event == "end" and tag == "c":
                place = _PLACE.match(element.get("r", ""))
                column = number(place[1]) if place else column + 1
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


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
