"""Lists whose cells, columns, sheets or letters are not as they were: read, or refused by a word of ours.

No message tells a person's name or telephone number, whatever column it has come into.
"""

import datetime
import io
import random
import zipfile

import openpyxl
import pytest
from lanes import chunks, named
from more_files import ods, xls

from phancong import PhancongError, read
from phancong.words import LANGUAGES, page, words

#: What stands in lists, and is in no message: a part of a name, and of a number.
SECRETS = ("Kín", "KÍN", "912345678")
MEMBERS = [
    ["Mã", "Họ và tên", "Số điện thoại", "Thôn", "Tọa độ", "Số hộ tối đa"],
    ["m1", "Trần Văn Kín", "0912345678", "Nà Lừa", "22,401; 105,201", "3"],
    ["m2", "Lò Thị Kín", "+84 912345678", "Tân Lập", "22,405; 105,209", None],
]
HOUSEHOLDS = [
    ["STT", "Mã hộ", "Chủ hộ", "Thôn", "Tọa độ", "Phân loại"],
    ["1", "h1", "HOÀNG VĂN KÍN", "Nà Lừa", "22,402; 105,203", "Hộ nghèo"],
    ["2", "h2", "Bàn Thị Kín", "Tân Lập", "22 24 04.3 N 105 12 03.1 E", None],
    ["3", "h3", "Đặng Thị Kín", "Nà Lừa", None, None],
]
#: Cells as spreadsheets, telephones and other programs leave them.
CELLS = [
    "=1+1", "+84912345678", "@x", "-1", "\t=1", '=HYPERLINK("http://x.example";"x")', "a\0b", "\0",
    "\ufeffh1", "h\ufeff1", "\u202eh1", "x" * 40_000, "9" * 400, "1e308", "1E+400", "1e-400", "-1e999",
    "0x1F", "1_000", "１２", "٣", "12.345,67", "1.234.567", "45291", "31/12/2025", "#REF!", "#N/A", "NaN",
    "inf", "TRUE", " ", "\n", "a\r\nb", '"', "'h1", ";", ",", "|", "Tổng cộng", "Mã", "Thôn", "ô",
    "o\u0302\u0303", "Trần Văn Kín", "0912345678", "h1", "m1",
]  # fmt: skip
#: Cells that only a workbook can hold.
TYPED = [
    45291.0, 1e308, -1e308, 10**15, 2**53 + 1, 0.1 + 0.2, True, datetime.datetime(2025, 12, 31, 23, 59),
    datetime.date(1900, 1, 1), datetime.time(7, 30),
]  # fmt: skip
ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "cp1258",
    "latin-1",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "shift_jis",
]


def rows_mutated(draw, rows, odd):
    """A table that is not as it was: cells, rows, columns and titles."""
    rows = [list(row) for row in rows]
    for _ in range(draw.choice([1, 1, 2, 4])):
        row, other = draw.choice(rows), draw.choice(rows)
        at, beside = draw.randrange(len(rows[0])), draw.randrange(len(rows[0]))
        kind = draw.choice(
            ["cell", "cell", "title", "titles", "swap", "row", "column", "gone", "blank"]
        )
        if kind == "cell":
            row[at] = draw.choice(odd)
        elif kind == "title":  # given twice
            rows[0][at] = rows[0][beside]
        elif kind == "titles":
            rows[0][at], rows[0][beside] = rows[0][beside], rows[0][at]
        elif kind == "swap":
            row[at], other[beside] = other[beside], row[at]
        elif kind == "row":
            rows.insert(draw.randrange(len(rows) + 1), list(row))
        elif kind == "column":
            for cells in rows:
                cells.insert(beside, cells[at])
        elif kind == "gone" and len(rows[0]) > 1:
            for cells in rows:
                del cells[at]
        else:
            rows.insert(draw.randrange(len(rows) + 1), [None] * len(rows[0]))
    return rows


def both_mutated(draw, odd):
    """Lists of members and households, one of them spoilt, or the one under the name of the other."""
    tables = [MEMBERS, HOUSEHOLDS]
    spoilt = draw.randrange(2)
    tables[spoilt] = rows_mutated(draw, tables[spoilt], odd)
    if draw.random() < 0.1:
        tables.reverse()
    elif draw.random() < 0.1:
        tables[1 - spoilt] = tables[spoilt]
    return dict(zip(("members", "households"), tables, strict=True))


def csv_files(draw, folder):
    """Separators, quotes and encodings change from line to line, or within one."""
    encoding, separator = draw.choice(ENCODINGS), draw.choice(",;\t|")
    mixed, wild = draw.random() < 0.4, draw.random() < 0.3
    for name, rows in both_mutated(draw, CELLS).items():
        raw = b""
        for row in rows:
            between = draw.choice(",;\t|") if wild and draw.random() < 0.3 else separator
            for at, cell in enumerate(row):
                text = "" if cell is None else cell
                if any(mark in text for mark in ',;\t|"\n\r') and draw.random() < 0.9:
                    text = '"' + text.replace('"', '""') + '"'
                here = draw.choice(ENCODINGS) if mixed and draw.random() < 0.2 else encoding
                raw += (between * bool(at) + text).encode(here, "replace")
            ending = draw.choice(["\n", "\r\n", "\r", "\x0b", "\u2028"]) if wild else "\n"
            raw += ending.encode(encoding, "replace")
            if draw.random() < 0.05:
                raw += draw.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\x1a"])
        (folder / f"{name}.csv").write_bytes(raw)
    return folder


def workbook(draw, folder):
    """Numbers that are dates, merged and hidden cells, sheets or parts in each other's place."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in both_mutated(draw, CELLS + TYPED).items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row, 1):
                try:
                    sheet.cell(number, column, cell)
                except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
                    sheet.cell(number, column, "?")  # no workbook can hold it
        for _ in range(draw.choice([0, 0, 1, 3])):
            top, left = draw.randint(1, len(rows)), draw.randint(1, len(rows[0]))
            low, right = top + draw.randrange(3), left + draw.randrange(3)
            sheet.merge_cells(None, top, left, low, right)
        if draw.random() < 0.2:
            cell = sheet.cell(draw.randint(1, len(rows)), draw.randint(1, len(rows[0])))
            cell.number_format = draw.choice(["dd/mm/yyyy", "@", "0%", "0.0E+00", '"x"0', "[h]:mm"])
        sheet.sheet_state = draw.choice(["visible"] * 6 + ["hidden", "veryHidden"])
    if not any(sheet.sheet_state == "visible" for sheet in book.worksheets):
        book.worksheets[0].sheet_state = "visible"
    written = io.BytesIO()
    book.save(written)
    path = folder / "lists.xlsx"
    path.write_bytes(shuffled(draw, written.getvalue()))
    return path


def shuffled(draw, raw):
    """A package of which two parts have changed places, or one is gone or is there twice."""
    if draw.random() < 0.5:
        return raw
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as book, zipfile.ZipFile(out, "w") as new:
        names = book.namelist()
        one, other = draw.choice(names), draw.choice(names)
        kind = draw.choice(["swap", "gone", "twice", "capitals"])
        for name in names:
            if kind == "gone" and name == one:
                continue
            taken = {one: other, other: one}.get(name, name) if kind == "swap" else name
            new.writestr(
                name.upper() if kind == "capitals" and name == one else name, book.read(taken)
            )
        if kind == "twice":
            new.writestr(zipfile.ZipInfo(one), book.read(other))
    return out.getvalue()


def other_workbook(draw, folder):
    """Old workbooks and those of OpenDocument."""
    tables = both_mutated(draw, [cell for cell in CELLS if len(cell) < 32_000])
    path = folder / f"lists.{draw.choice(['xls', 'ods'])}"
    if path.suffix == ".xls":
        xls(path, tables)
    else:
        ods(
            path,
            {name: [[_xml(cell) for cell in row] for row in rows] for name, rows in tables.items()},
        )
        path.write_bytes(shuffled(draw, path.read_bytes()))
    return path


def _xml(cell):
    """A cell as XML can hold it."""
    return cell and cell.replace("\0", " ")


KINDS = [csv_files, csv_files, workbook, workbook, other_workbook]


def told(path):
    """All that is said of lists, in every language."""
    try:
        reading = read(path, explain=True)
        if not reading.defects:
            str(reading.problem.travel_matrix)
        return [reading.text(lang) for lang in LANGUAGES] + [repr(reading.problem)]
    except PhancongError as error:
        return [page(error, words(lang)).text() for lang in LANGUAGES] + [str(error)]


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize("seeds", chunks(quick=40, full=300, night=3_000, size=60), ids=named)
def test_lists_that_are_spoilt_are_read_or_refused_and_nobody_is_named(seeds, tmp_path):
    for seed in seeds:
        draw = random.Random(seed)
        kind = draw.choice(KINDS)
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            said = told(kind(draw, folder))
        except Exception as error:
            raise AssertionError(f"seed {seed}, {kind.__name__}") from error
        named_in = [secret for secret in SECRETS if any(secret in text for text in said)]
        assert not named_in, f"seed {seed}, {kind.__name__}: {named_in}"
