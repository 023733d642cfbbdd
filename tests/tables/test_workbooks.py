"""Workbooks: what is read of them, what is refused, what is written."""

import datetime
import importlib.util
import random
import sys
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lanes import examples
from workbook_files import write_workbook

from phancong import InvalidProblemError, MissingExtraError, write_template
from phancong.tables import read_workbook
from phancong.tables.packages import MOST_BYTES


@pytest.fixture
def file(tmp_path):
    return tmp_path / "b.xlsx"


def save(file, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return book


def said(sheet):
    return [f"{d.record}, {d.field}: {d.what}" for d in sheet.defects]


def replace_part(file, name, change):
    """Rewrite one part of a workbook."""
    with zipfile.ZipFile(file) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


def test_all_sheets_are_read(file):
    """By name, with row and column letter; empty rows and sheets are no defect."""
    save(file, one=[["id", "x"], [1, "a"], [], [2.0, None]], two=[])
    book = read_workbook(file)
    assert list(book) == ["one", "two"]
    sheet = book["one"]
    assert sheet.rows == ((1, "a"), (2, None))
    assert sheet.records() == ["b.xlsx, sheet 'one', row 2", "b.xlsx, sheet 'one', row 4"]
    assert sheet.field("x") == "x (column B)"
    assert sheet.field("y") == "y"
    assert book["two"].header == ()
    assert book["two"].defects == ()


def test_a_whole_number_is_one_id_however_it_is_stored(file):
    """7 and 7.0 are the same cell; text and true fractions stay what they are."""
    day = datetime.datetime(2024, 1, 2)
    save(file, one=[["id"], [7], [7.0], [7.5], ["7"], ["007"], [True], [day], [1e300]])
    cells = read_workbook(file)["one"].column("id")
    assert cells == (7, 7, 7.5, "7", "007", True, day, 1e300)
    assert [type(cell) for cell in cells[:2]] == [int, int]


def test_a_whole_number_with_a_point_in_the_file(file):
    """Some programs store 7 as 7.0."""
    save(file, one=[["id"], [7]])
    replace_part(
        file, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"<v>7</v>", b"<v>7.0</v>")
    )
    (cell,) = read_workbook(file)["one"].column("id")
    assert (cell, type(cell)) == (7, int)


def test_defects_have_row_and_column_letter(file):
    """Errors of formulas, two columns of one name, cells beyond the header."""
    save(file, one=[["id", "Id", None, "x"], [1, 2, 3, "#N/A"], [4, 5, None, 6, 7], ["# 1", 1]])
    assert said(read_workbook(file)["one"]) == [
        "b.xlsx, sheet 'one', row 2, column D: holds an error (#N/A)",
        "b.xlsx, sheet 'one', row 1, column B: has the same name as column A",
        "b.xlsx, sheet 'one', row 1, column C: has no name, and cells below it (first in 2)",
        "b.xlsx, sheet 'one', row 3, column E: is filled, and the header has 4 columns",
    ]


def test_a_formula_that_was_never_computed_is_no_empty_cell(file):
    """What a program wrote and no spreadsheet computed would be lost in silence."""
    save(file, one=[["id", "workload"], [1, "=1+1"], [2, 3]], two=[["=A1"]])
    book = read_workbook(file)
    assert said(book["one"]) == [
        "b.xlsx, sheet 'one', row 2, column B: holds a formula that was never computed"
    ]
    assert said(book["two"])[0].startswith("b.xlsx, sheet 'two', row 1, column A: holds a formula")


def test_a_formula_that_was_computed_is_its_value(file):
    """What a spreadsheet has computed is read."""
    save(file, one=[["id", "workload"], [1, "=1+1"]])
    replace_part(
        file,
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>"),
    )
    sheet = read_workbook(file)["one"]
    assert sheet.rows == ((1, 2),)
    assert sheet.defects == ()


def test_merged_cells_are_refused(file):
    """Of merged cells only the first holds the value: the others would be empty in silence."""
    book = openpyxl.Workbook()
    book.active.title = "one"
    for row in (["id", "hamlet"], [1, "A"], [2, None]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(file)
    assert said(read_workbook(file)["one"]) == [
        "b.xlsx, sheet 'one', row 2, column B: is merged with others (B2:B3)"
    ]


def test_merged_cells_of_a_whole_sheet_do_no_harm(file):
    """A range of billions of cells is a line of text, and is read as such."""
    save(file, one=[["id"], [1]])
    bomb = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    replace_part(file, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", bomb))
    assert said(read_workbook(file)["one"]) == [
        "b.xlsx, sheet 'one', row 1, column A: is merged with others (A1:XFD1048576)"
    ]


def test_a_range_that_is_none_is_refused(file):
    """What no spreadsheet writes is a broken file."""
    save(file, one=[["id"], [1]])
    broken = b'</sheetData><mergeCells><mergeCell ref="?"/></mergeCells>'
    replace_part(file, "xl/worksheets/sheet1.xml", lambda p: p.replace(b"</sheetData>", broken))
    with pytest.raises(
        InvalidProblemError, match=r"cannot be read as an .xlsx workbook \(ValueErr"
    ):
        read_workbook(file)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            (b'<row r="3"', b'r="A3"'),
            (b'<row r="1"', b'r="A1"'),
            "row 1, column A: is in a row that is out of order",
        ),
        (
            (b'<row r="3"', b'r="A3"'),
            (b'<row r="9999999"', b'r="A9999999"'),
            "row 9999999, column A: is",
        ),
        (
            (b'r="A3"',),
            (b'r="XFD3"',),
            "row 3, column XFD: is filled, and no column after IV is read",
        ),
        ((b'r="A3"',), (b'r="IW3"',), "row 3, column IW: is filled"),
    ],
)
def test_cells_that_would_be_lost_are_named(file, old, new, what):
    """Rows out of order and cells far to the right are passed over by the reader beneath."""
    save(file, one=[["id"], [1], [2]])

    def change(part):
        for one, other in zip(old, new, strict=True):
            part = part.replace(one, other)
        return part

    replace_part(file, "xl/worksheets/sheet1.xml", change)
    (text,) = said(read_workbook(file)["one"])
    assert what in text


def test_cells_need_not_name_their_place(file):
    """Row and cell without a reference stand after the one before; a style alone fills no cell."""
    save(file, one=[["id", "x"], [1, "=1"]], two=[["id"], [1]])

    def change(part):
        for name in (b' r="B2"', b' r="A2"', b' r="2"'):
            part = part.replace(name, b"")
        return part.replace(b"</row></sheetData>", b'<c r="XFD2" s="0"/></row></sheetData>')

    replace_part(file, "xl/worksheets/sheet1.xml", change)
    book = read_workbook(file)
    assert said(book["one"]) == [
        "b.xlsx, sheet 'one', row 2, column B: holds a formula that was never computed"
    ]
    assert book["two"].defects == ()


def test_paths_within_a_workbook_may_be_short(file):
    """Spreadsheets write the way to a sheet from the root or from the folder xl."""
    save(file, one=[["id"], ["=1"]])
    replace_part(
        file,
        "xl/_rels/workbook.xml.rels",
        lambda part: part.replace(b'"/xl/worksheets', b'"worksheets'),
    )
    assert len(read_workbook(file)["one"].defects) == 1


def test_wrong_dimensions_do_not_hide_rows(file):
    """Some programs state the size of a sheet wrongly."""
    save(file, one=[["id", "x"], [1, 2], [3, 4]])
    replace_part(
        file, "xl/worksheets/sheet1.xml", lambda part: part.replace(b'ref="A1:B3"', b'ref="A1"')
    )
    assert read_workbook(file)["one"].rows == ((1, 2), (3, 4))


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", r"b.xlsx, file: is not an .xlsx workbook \(BadZipFile\)"),
        (b"id,x\n1,2\n", r"b.xlsx, file: is not an .xlsx workbook"),
        (b"PK\x03\x04 and then nothing", r"b.xlsx, file: is not an .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"b.xlsx, file: cannot be read as an .xls workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(file, content, match):
    """The file is named; an .xls that was renamed is told apart."""
    file.write_bytes(content)
    with pytest.raises(InvalidProblemError, match=match):
        read_workbook(file)


@pytest.mark.parametrize("path", ["missing.xlsx", ".", "a\0b.xlsx"])
def test_a_file_that_cannot_be_opened_is_named(tmp_path, path):
    """No file, a folder, no path at all."""
    with pytest.raises(InvalidProblemError, match=r"cannot be opened|is not a path"):
        read_workbook(tmp_path / path)


def test_an_archive_of_something_else_is_refused(file):
    """A zip file is not a workbook by its name."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(
        InvalidProblemError, match=r"cannot be read as an .xlsx workbook \(KeyError"
    ):
        read_workbook(file)


def test_a_bomb_is_not_unpacked(file):
    """What unpacks to more than any list is refused by the sizes that it states."""
    save(file, one=[["id"], [1]])
    replace_part(file, "xl/styles.xml", lambda part: part + b" " * 30_000_000)
    with pytest.raises(InvalidProblemError, match=r"b.xlsx, file: unpacks to 30 MB; keep only"):
        read_workbook(file)
    # Nor one that is packed no better than lists are: a hundredth of it is not the same twice.
    drawn = random.Random(1)
    padding = b"".join(drawn.randbytes(1000) + b" " * 99_000 for _ in range(MOST_BYTES // 100_000))
    save(file, one=[["id"], [1]])
    replace_part(file, "xl/styles.xml", lambda part: part + padding)
    with pytest.raises(InvalidProblemError, match=r"unpacks to 100 MB"):
        read_workbook(file)


def test_entities_are_refused(file):
    """No spreadsheet declares entities; who does means to blow them up."""
    save(file, one=[["id"], [1]])
    replace_part(
        file,
        "xl/worksheets/sheet1.xml",
        lambda part: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + part,
    )
    with pytest.raises(InvalidProblemError, match=r"declares entities"):
        read_workbook(file)


def test_a_broken_part_is_refused(file):
    """XML that ends in the middle."""
    save(file, one=[["id"], [1]])
    replace_part(file, "xl/worksheets/sheet1.xml", lambda part: part[:-30])
    with pytest.raises(InvalidProblemError, match=r"cannot be read as an .xlsx workbook \(ExpatEr"):
        read_workbook(file)


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=30))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=examples(60),
)
def test_a_damaged_workbook_leaves_only_the_error_of_the_library(file, position, noise):
    """Bytes overwritten anywhere: sheets, or an InvalidProblemError."""
    save(file, one=[["id", "x"], [1, "a"], [2, "=1"]])
    content = bytearray(file.read_bytes())
    start = position % len(content)
    content[start : start + len(noise)] = noise
    file.write_bytes(content)
    try:
        book = read_workbook(file)
    except InvalidProblemError:
        pass
    else:
        assert all(len(row) == len(s.header) for s in book.values() for row in s.rows)


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.booleans(),
                st.integers(),
                st.floats().filter(lambda x: not 1e300 < abs(x) < float("inf")),
                st.text("=#N/A'x", max_size=5),
            ),
            min_size=3,
            max_size=3,
        ),
        max_size=6,
    )
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=examples(60),
)
def test_any_table_is_written_and_read(file, rows):
    """Numbers stay numbers, text stays text, whatever it looks like."""
    write_workbook(file, {"one": (["n", "a", "b", "c"], [[n, *row] for n, row in enumerate(rows)])})
    sheet = read_workbook(file)["one"]
    assert len(sheet) == len(rows)
    for number, (read, row) in enumerate(zip(sheet.rows, rows, strict=True)):
        assert read[0] == number
        for cell, given_cell in zip(read[1:], row, strict=True):
            if isinstance(given_cell, int) and abs(given_cell) >= 10**15:
                assert cell == str(given_cell)
            elif isinstance(given_cell, float) and not abs(given_cell) < float("inf"):
                assert cell is None
            elif isinstance(given_cell, float):
                assert cell == pytest.approx(given_cell, rel=1e-12)  # openpyxl rounds a little
            else:
                assert cell == (given_cell or (None if given_cell == "" else given_cell))


def test_columns_beyond_z(file):
    """The letters of many columns, and the column from which nothing is looked at."""
    header = [f"c{n}" for n in range(1, 301)]
    write_workbook(file, {"one": (header, [list(range(300))])})
    sheet = read_workbook(file)["one"]
    assert len(sheet.header) == 256
    assert (sheet.letters[25], sheet.letters[26], sheet.letters[255]) == ("Z", "AA", "IV")


@pytest.mark.parametrize(
    ("library", "content"), [("python_calamine", b"PK\x03\x04"), ("xlrd", b"\xd0\xcf\x11\xe0")]
)
def test_without_what_reads_it(file, monkeypatch, library, content):
    """The error says what to install."""
    file.write_bytes(content)
    monkeypatch.setitem(sys.modules, library, None)
    match = (
        f"need {library.replace('_', '-')}, which is an extra: pip install 'phancong\\[excel\\]'"
    )
    with pytest.raises(MissingExtraError, match=match):
        read_workbook(file)


def test_without_what_writes_a_form(file, monkeypatch):
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"need openpyxl.*pip install 'phancong\[excel\]'"):
        write_template(file)


@pytest.mark.full
def test_openpyxl_is_not_imported_unless_needed():
    """An extra is looked for when it is needed, and not before."""
    code = "import sys, phancong.tables; sys.exit('openpyxl' in sys.modules)"
    import subprocess

    assert importlib.util.find_spec("openpyxl")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.full
def test_twenty_thousand_rows(file):
    """A large list is all there."""
    write_workbook(file, {"one": (["id", "lat"], [[n, 21.5] for n in range(20_000)])})
    sheet = read_workbook(file)["one"]
    assert len(sheet) == 20_000
    assert sheet.rows[-1] == (19_999, 21.5)


def test_what_a_spreadsheet_cannot_hold(file):
    """Numbers that are not finite are empty cells; whole numbers of 16 digits are text."""
    row = [float("inf"), float("nan"), 10**15, -(10**15), 10**15 - 1]
    write_workbook(file, {"one": (["n", "a", "b", "c", "d", "e"], [[1, *row]])})
    cells = read_workbook(file)["one"].rows[0]
    assert cells == (1, None, None, str(10**15), str(-(10**15)), 10**15 - 1)
