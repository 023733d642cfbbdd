"""CSV files (RFC 4180) of spreadsheets and people, written so that spreadsheets open them safely."""

from __future__ import annotations

import csv
import io
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from phancong.errors import Defect
from phancong.tables.encodings import MEND_LEGACY, legacy_scheme, old_text, windows_text
from phancong.tables.grid import Grid
from phancong.tables.replacing import write_files
from phancong.tables.sheet import (
    Sheet,
    column_name,
    is_blank,
    place,
    read_bytes,
    unreadable,
)
from phancong.words import Message

#: The endings of text files that are read.
TEXT_ENDINGS: Final = (".csv", ".tsv", ".tab", ".txt")
#: The largest file that is read, in bytes: ten times a list of a whole province.
MOST_BYTES: Final = 30_000_000

#: First characters that make a cell a formula in a spreadsheet; the list of OWASP, "CSV Injection".
FORMULA_MARKS: Final = "=+-@\t\r\n＝＋－＠"

# A leading apostrophe makes such a cell text. It is put wherever a cell may begin: at the start of the
# cell, and after characters at which a spreadsheet may split cells, such as semicolons or blanks. Text
# that already looks guarded gets one more apostrophe, since reading removes one.
_FIRST = rf"'*[{re.escape(FORMULA_MARKS)}]"
_LATER = r"(?<=[\s,;|:\"，；、،؛^~])", r"'*[=+\-@＝＋－＠]"
_TO_GUARD = re.compile(rf"^(?={_FIRST})|{_LATER[0]}(?={_LATER[1]})")
_GUARDED = re.compile(rf"^'(?={_FIRST})|{_LATER[0]}'(?={_LATER[1]})")

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WIDE: Final = "UTF-16"
#: Separators of cells, the most common first.
_DELIMITERS: Final = ",;\t|"
#: The first line with which some spreadsheets state the separator.
_STATED = re.compile(r'("?sep=([,;\t|])"?)\r?\n', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"?')
_LINES_LOOKED_AT: Final = 60
_WEB_PAGE = re.compile(r"\s*<(!doctype|html|table|head|body|meta|\?xml)\b", re.IGNORECASE)
_SAVE_AS = Message("save it as CSV UTF-8")

# Bytes that are not UTF-8 become surrogates, so that each can be reported with its cell.
_UNDECODED = re.compile("[\udc80-\udcff]")
# Decoded letters beyond ASCII: they show that a file is UTF-8 with a few invalid bytes.
_UTF8 = re.compile("[\u0080-\ud7ff]")


def read_csv(path: str | Path) -> Sheet:
    """A CSV file as a sheet of text.

    UTF-8 with or without byte order mark, or UTF-16; cells are separated by comma, semicolon, tab or
    ``|``, whichever most lines have; quotes as in RFC 4180. Cells are text without conversion, except
    that the apostrophe of :func:`write_csv` is removed.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Sheet
        The sheet with its ``defects``; unaffected cells are there.

    Raises
    ------
    InvalidProblemError
        The file cannot be read as a table.
    """
    return read_csv_grid(path).sheet()


def read_csv_grid(path: str | Path, *, code_pages: bool = True) -> Grid:
    """The cells of a CSV file without conversion; see :func:`read_csv`.

    Text in Windows-1258, the Vietnamese code page, or in Windows-1252, that of French, Spanish and
    Portuguese, is recognised by its letters. In text of another encoding each undecoded byte becomes a
    mark, and each such cell is a defect.

    Parameters
    ----------
    path
        The file.
    code_pages
        Whether text of a code page is read, for callers who say that it was. False refuses it.

    Raises
    ------
    InvalidProblemError
        The file cannot be read as a table.
    """
    path = Path(path)
    text, encoding = _text(path)
    if encoding and not code_pages and encoding != _WIDE:
        raise unreadable(path.name, old_text(encoding), _SAVE_AS)
    stated = _STATED.match(text)
    if stated:
        text = text[stated.end(1) :]  # keep the line, empty, so that line numbers stay the same
    delimiter = stated[2] if stated else _delimiter(text)
    semicolons = delimiter != ","
    lines = _lines(text, delimiter, path.name)
    if all(is_blank(cell) for _, row in lines for cell in row):
        mend = Message("give a header and a line for each record")
        raise unreadable(path.name, Message("is empty"), mend)
    defects: list[Defect] = []
    if "\0" in text or _UNDECODED.search(text):
        _mend_bytes(lines, path.name, defects)
    return Grid(
        path.name,
        path.stem,
        lines,
        semicolons=semicolons,
        defects=tuple(defects),
        encoding=encoding,
    )


def _text(path: Path) -> tuple[str, str | None]:
    """The text of a file, and its encoding unless it is UTF-8."""
    raw = read_bytes(path, MOST_BYTES, Message("keep only the lists that are needed"))
    if raw[:2] in _UTF16:
        try:
            return raw.decode("utf-16"), _WIDE
        except UnicodeDecodeError:
            raise unreadable(path.name, Message("is broken UTF-16"), _SAVE_AS) from None
    if raw[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise unreadable(path.name, Message("is a workbook or an archive, not CSV"), _SAVE_AS)
    if _WEB_PAGE.match(raw[:200].decode("latin-1")):
        mend = Message("open it in a spreadsheet and save it as .xlsx")
        raise unreadable(path.name, Message("is a web page, no list"), mend)
    text = raw.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    if _UNDECODED.search(text) and not _UTF8.search(text):
        scheme = legacy_scheme([raw.decode("latin-1")])
        if scheme:
            raise unreadable(path.name, old_text(scheme), MEND_LEGACY)
        read = windows_text(raw)
        if read is not None:
            return read
    return text, None


def _delimiter(text: str) -> str:
    """The separator that occurs equally often in the most lines, not counting quoted text."""
    beginning = itertools.islice(io.StringIO(text, newline=None), _LINES_LOOKED_AT)
    bare = [_QUOTED.sub("", line) for line in beginning if line.strip()]
    best, most = ",", (0, 0)
    for mark in _DELIMITERS:
        counts = Counter(filter(None, (line.count(mark) for line in bare)))
        cells, lines = max(counts.items(), key=lambda found: (found[1], found[0]), default=(0, 0))
        if (lines, cells) > most and (cells > 1 or mark in bare[0]):
            best, most = mark, (lines, cells)
    return best


def _lines(text: str, delimiter: str, name: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    line = 1
    guarded = "'" in text
    try:
        for row in reader:
            lines.append((line, [_unguarded(cell) for cell in row] if guarded else row))
            line = reader.line_num + 1  # a quoted cell may span several lines
    except csv.Error as error:
        what = Message("cannot be read from here on ({why})", why=str(error))
        mend = Message('look for a surplus quote (")')
        raise unreadable(place(name, line, ()), what, mend) from None
    return lines


def _unguarded(cell: str) -> str:
    return _GUARDED.sub("", cell) if "'" in cell else cell


def _mend_bytes(lines: list[tuple[int, list[str]]], name: str, defects: list[Defect]) -> None:
    """Note a defect for each cell with invalid bytes, and replace the bytes by a mark."""
    for line, row in lines:
        for position, cell in enumerate(row):
            clean = _UNDECODED.sub("\ufffd", cell)
            bad = clean != cell
            if not bad and "\0" not in cell:
                continue
            defects.append(
                Defect(
                    place(name, line, ()),
                    column_name(position, ()),
                    Message("holds bytes that are not UTF-8")
                    if bad
                    else Message("holds a NUL byte"),
                    _SAVE_AS if bad else Message("remove it"),
                )
            )
            row[position] = clean.replace("\0", "\ufffd")


# --- numbers

_COMMA = re.compile(r"[+-]?\d+,\d+")
_BOTH = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+")
_POINT = re.compile(r"[+-]?\d+\.\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")


def plain_number(cell: str) -> str:
    """A number in a file with semicolons as a plain decimal: "21,5" is "21.5".

    "1.234,5" is 1234.5. Other text is returned unchanged.
    """
    text = cell.strip()
    if _COMMA.fullmatch(text):
        return text.replace(",", ".")
    if _BOTH.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return cell


def doubtful_numbers(cells: Iterable[str]) -> bool:
    """Whether "7.237" among these cells of one file may mean seven thousand.

    It is a decimal if another cell has a point that cannot part thousands, and no cell has a decimal
    comma.
    """
    comma = point = False
    for cell in cells:
        text = cell.strip()
        comma = comma or bool(_COMMA.fullmatch(text) or _BOTH.fullmatch(text))
        point = point or bool(_POINT.fullmatch(text) and not _THOUSANDS.fullmatch(text))
    return comma or not point


def could_be_thousands(cell: str) -> bool:
    """Whether a cell can be read both as a decimal and as thousands, such as "7.237"."""
    return bool(_THOUSANDS.fullmatch(cell.strip()))


# --- writing


def write_csv(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table as CSV (UTF-8, comma, RFC 4180) without formulas.

    Text gets an apostrophe, as OWASP advises, before one of :data:`FORMULA_MARKS` at its start or where
    a spreadsheet might split the cell; :func:`read_csv` removes it. Numbers stay numbers.

    Parameters
    ----------
    path
        The file; an existing file is replaced.
    header
        The names of the columns.
    rows
        Text, numbers, True and False, or None for an empty cell.

    Raises
    ------
    NotWrittenError
        The file cannot be written; an existing file is unchanged.
    """
    write_files([(path, csv_bytes(header, rows))])


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The bytes of the file that :func:`write_csv` writes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_written(cell) for cell in header])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _written(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return _TO_GUARD.sub("'", cell)
    return None if isinstance(cell, float) and math.isnan(cell) else cell
