"""CSV files as spreadsheets and people write them (RFC 4180), and as spreadsheets can open them."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from phancong.errors import Defect
from phancong.tables.sheet import Sheet, assemble, place, unreadable

#: Marks with which a spreadsheet takes a cell for a formula; the list of OWASP, "CSV Injection".
FORMULA_MARKS: Final = "=+-@\t\r\n＝＋－＠"

# An apostrophe makes text of such a cell. One more is put before text that looks already guarded,
# so that reading, which takes one away, gives back what was written.
_TO_GUARD = re.compile(rf"'*[{re.escape(FORMULA_MARKS)}]")
_GUARDED = re.compile(rf"'+[{re.escape(FORMULA_MARKS)}]")

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS = "save it as CSV UTF-8"

# Bytes that are no UTF-8 are carried through as these, so that each can be named by its cell.
_UNDECODED = re.compile("[\udc80-\udcff]")


def read_csv(path: str | Path) -> Sheet:
    """A CSV file as a sheet of text.

    UTF-8 with or without byte order mark, comma or semicolon (as in the header), quotes as in
    RFC 4180. Cells are text as they stand, but for the apostrophe with which :func:`write_csv`
    guards against formulas.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Sheet
        With its ``defects``: what could be read is there all the same.

    Raises
    ------
    InvalidProblemError
        The file cannot be read as a table at all.
    """
    path = Path(path)
    text = _text(path)
    semicolons = _has_semicolons(text)
    lines = _lines(text, ";" if semicolons else ",", path.name)
    defects: list[Defect] = []
    if "\0" in text or _UNDECODED.search(text):
        _mend_bytes(lines, path.name, defects)
    sheet = assemble(path.name, lines, semicolons=semicolons, defects=defects)
    if not sheet.header:
        raise unreadable(path.name, "is empty", "give a header and a line for each record")
    return sheet


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        what = f"cannot be opened ({error.strerror or type(error).__name__})"
        raise unreadable(str(path), what, "mend the path") from None
    except ValueError:  # a NUL in the path
        raise unreadable(repr(str(path)), "is no path", "mend the path") from None
    if raw[:2] in _UTF16:
        raise unreadable(path.name, "is UTF-16, not UTF-8", _SAVE_AS)
    if raw[:4] == b"PK\x03\x04":
        raise unreadable(path.name, "is a workbook or an archive, not CSV", _SAVE_AS)
    return raw.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")


def _has_semicolons(text: str) -> bool:
    """Whether semicolons part the cells of the header; quoted ones do not count."""
    header = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    bare = re.sub(r'"[^"]*"?', "", header)
    return bare.count(";") > bare.count(",")


def _lines(text: str, delimiter: str, name: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            lines.append((line, [_unguarded(cell) for cell in row]))
            line = reader.line_num + 1  # a quoted cell can be longer than a line
    except csv.Error as error:
        what = f"cannot be read from here on ({error})"
        raise unreadable(place(name, line, ()), what, 'look for a quote (") too many') from None
    return lines


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def _mend_bytes(lines: list[tuple[int, list[str]]], name: str, defects: list[Defect]) -> None:
    """Note each cell with bytes that are no text, and put a mark in their place."""
    for line, row in lines:
        for position, cell in enumerate(row):
            clean = _UNDECODED.sub("\ufffd", cell)
            bad = clean != cell
            if not bad and "\0" not in cell:
                continue
            defects.append(
                Defect(
                    place(name, line, ()),
                    f"column {position + 1}",
                    "holds bytes that are not UTF-8" if bad else "holds a NUL byte",
                    _SAVE_AS if bad else "take it out",
                )
            )
            row[position] = clean.replace("\0", "\ufffd")


# --- numbers

_COMMA = re.compile(r"[+-]?\d+,\d+")
_BOTH = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+")
_POINT = re.compile(r"[+-]?\d+\.\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")


def plain_number(cell: str) -> str:
    """A number of a file with semicolons as a plain decimal: "21,5" is "21.5".

    "1.234,5" is 1234.5. Other text is given back as it is.
    """
    text = cell.strip()
    if _COMMA.fullmatch(text):
        return text.replace(",", ".")
    if _BOTH.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return cell


def doubtful_numbers(cells: Iterable[str]) -> bool:
    """Whether "7.237" could be meant as seven thousand among these cells of one file.

    It is a decimal where another cell has a decimal point that parts no thousands, and none has a
    decimal comma.
    """
    comma = point = False
    for cell in cells:
        text = cell.strip()
        comma = comma or bool(_COMMA.fullmatch(text) or _BOTH.fullmatch(text))
        point = point or bool(_POINT.fullmatch(text) and not _THOUSANDS.fullmatch(text))
    return comma or not point


def could_be_thousands(cell: str) -> bool:
    """Whether a cell reads as a decimal or as thousands, "7.237"."""
    return bool(_THOUSANDS.fullmatch(cell.strip()))


# --- writing


def write_csv(
    path: str | Path, header: Sequence[str], rows: Iterable[Sequence[Any]], *, bom: bool = False
) -> None:
    """Write a table as CSV (UTF-8, comma, RFC 4180) that no spreadsheet takes for formulas.

    Text that begins with one of :data:`FORMULA_MARKS` gets an apostrophe before it, as OWASP
    advises; :func:`read_csv` takes it away again. Numbers stay numbers.

    Parameters
    ----------
    path
        The file; one that is there is replaced.
    header
        The names of the columns.
    rows
        Text, numbers, True and False, or None for an empty cell.
    bom
        Begin with a byte order mark, by which old spreadsheets know UTF-8.
    """
    encoding = "utf-8-sig" if bom else "utf-8"
    with Path(path).open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_written(cell) for cell in header])
        writer.writerows([_written(cell) for cell in row] for row in rows)


def _written(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return f"'{cell}" if _TO_GUARD.match(cell) else cell
    return None if isinstance(cell, float) and math.isnan(cell) else cell
