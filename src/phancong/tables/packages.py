"""The parts of an .xlsx workbook, checked before they are read."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from phancong.tables.number_formats import formats_of
from phancong.tables.package_sheets import SheetPart, TextLengths, checked_sheet, tag_of, tidy
from phancong.tables.sheet import unreadable
from phancong.words import Message

#: The largest unpacked size of a workbook, in bytes: five times a list of a whole province.
MOST_BYTES: Final = 100_000_000
#: The largest ratio of unpacked to packed size; real workbooks stay below 50.
MOST_RATIO: Final = 300
#: Up to this unpacked size, in bytes, the ratio does not matter.
HARMLESS: Final = 20_000_000

SAVE_AS: Final[str] = Message("open it in a spreadsheet and save it as .xlsx")
SAVE_AGAIN: Final[str] = Message("open it in a spreadsheet and save it as .xlsx again")


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
        refuse_large(archive, path)
        parts = _PackageParts(archive, path.name)
        main = parts.main()
        book = ElementTree.fromstring(parts.xml(main))
        if tag_of(book) != "workbook":
            raise unreadable(
                path.name, Message("is not an .xlsx workbook ({why})", why=tag_of(book)), SAVE_AS
            )
        links = parts.relations(main)
        shared = next((parts.xml(t) for kind, t in links.values() if kind == "sharedStrings"), None)
        styles = next((parts.xml(t) for kind, t in links.values() if kind == "styles"), None)
        lengths, formats = TextLengths(shared), formats_of(styles)
        sheets = []
        for sheet in book.iter():
            if tag_of(sheet) != "sheet":
                continue
            identity = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
            kind, target = links[identity]
            if kind != "worksheet":
                continue  # a chart, a dialogue, a macro
            concealed = sheet.get("state", "visible") != "visible"
            title = sheet.get("name", "")
            xml = parts.xml(target)
            sheets.append(
                checked_sheet(title, xml, lengths, formats, path.name, concealed=concealed)
            )
        return Package(tuple(sheets), shared, styles, _since_1904(book))


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except Exception as error:  # zipfile raises many kinds of errors
        what = Message("is not an .xlsx workbook ({why})", why=type(error).__name__)
        raise unreadable(path.name, what, SAVE_AS) from None


def refuse_large(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse an archive that unpacks to more than any list."""
    size, packed = sum(part.file_size for part in archive.infolist()), path.stat().st_size
    if size > MOST_BYTES or (size > HARMLESS and size > MOST_RATIO * packed):
        what = Message("unpacks to {size} MB", size=round(size / 1e6))
        raise unreadable(path.name, what, Message("keep only the sheets that are needed"))


def _since_1904(book: ElementTree.Element) -> bool:
    return any(
        tag_of(element) == "workbookPr" and element.get("date1904") in ("1", "true")
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
        return tidy(text)

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
