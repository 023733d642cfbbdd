"""Ids are what people see: a number that a format shows as 007 is 007."""

import more_files as made
import openpyxl
import pytest
import xlwt
from ugly_lists import book

import phancong
from phancong.tables import read_grids
from phancong.tables.number_formats import formats_of, in_format, shown_cells

MEMBERS = [["Mã đảng viên", "Số hộ tối đa"], [1, 5], [2, 5]]
HOMES = [["Mã hộ", "Mã đảng viên phụ trách"], [7, 1], [1234, 2]]


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("000", 7, "007"),
        ("000", 1234, "1234"),
        ("0000;-0000", 12, "0012"),
        ("[$-42A]000", 7, "007"),
        ('"HH-"000', 7, "HH-007"),
        ("\\H\\H0", 7, "HH7"),
        ("00\\.000", 12345, "12.345"),
        ("00-00", 1, "00-01"),
        ("0", 7, None),
        ("General", 7, None),
        ("0.00", 7, None),
        ("00.0", 7, None),
        ("#,##0", 7, None),
        ("dd/mm/yyyy", 7, None),
        ("000", -7, None),
    ],
)
def test_a_number_in_a_format_of_zeros_and_text(code, value, text):
    """Figures fill the zeros from the right; a format of anything else shows no id."""
    assert in_format(code, value) == text


def formatted(path):
    """The ids of households as 0007 and those of members with letters before them."""
    book(path, Đảng_viên=MEMBERS, Danh_sách_hộ=HOMES)
    made = openpyxl.load_workbook(path)
    for row in (2, 3):
        made["Đảng viên"].cell(row, 1).number_format = '"ĐV"00'
        made["Đảng viên"].cell(row, 2).number_format = "00"
        made["Danh sách hộ"].cell(row, 1).number_format = "0000"
        made["Danh sách hộ"].cell(row, 2).number_format = '"ĐV"00'
    made.save(path)
    return path


def test_ids_of_a_workbook_are_what_is_shown(tmp_path):
    """Ids and who is in charge as they are seen; a limit stays a number."""
    problem = phancong.read(formatted(tmp_path / "a.xlsx"))
    assert problem.household_columns.ids == ("0007", "1234")
    assert problem.member_columns.ids == ("ĐV01", "ĐV02")
    assert problem.member_columns.max_households.tolist() == [5, 5]
    assert problem.previous == (("0007", "ĐV01", 1.0), ("1234", "ĐV02", 1.0))


def test_identity_numbers_that_a_format_shows_are_refused(tmp_path):
    """001085000001 is stored as 1085000001 and shown with its zeros: it is nobody's id."""
    path = book(tmp_path / "a.xlsx", members=[["id"], [1]], households=[["id"], [1085000001]])
    made = openpyxl.load_workbook(path)
    made["households"].cell(2, 1).number_format = "000000000000"
    made.save(path)
    with pytest.raises(phancong.InvalidProblemError, match="looks like an identity number"):
        phancong.read(path)


def test_ids_of_an_old_workbook_are_what_is_shown(tmp_path):
    """The same in .xls."""
    old = xlwt.Workbook()
    style = xlwt.easyxf(num_format_str="000")
    for name, rows in (("members", [["id"], [1]]), ("households", [["id"], [7], [8.5]])):
        sheet = old.add_sheet(name)
        for at, (cell,) in enumerate(rows):
            sheet.write(at, 0, cell, *([style] if at == 1 else []))
    old.save(str(tmp_path / "a.xls"))
    reading = phancong.read(tmp_path / "a.xls", explain=True)
    assert [d.record for d in reading.defects] == ["a.xls, sheet 'households', row 3"]


def test_ids_of_a_spreadsheet_of_opendocument_are_what_is_shown(tmp_path):
    """The text beside a number says how it is seen, as often as the cell is repeated."""

    def cell(number, text, more=""):
        return (
            f'<table:table-cell office:value-type="float" office:value="{number}" {more}>'
            f"<text:p>{text}</text:p></table:table-cell>"
        )

    rows = [["id", "max_households"], [cell(7, "007"), cell(1007, "1.007")]]
    twice = cell(8, "HH-08", 'table:number-columns-repeated="2"')
    path = made.ods(tmp_path / "a.ods", {"members": rows, "households": [["id"], [twice]]})
    members, households = read_grids(path)
    assert dict(members.shown) == {(2, 0): "007"}
    assert dict(households.shown) == {(2, 0): "HH-08", (2, 1): "HH-08"}


def test_formats_of_a_workbook_that_shows_none():
    """No styles, none with a format of its own, and cells of text or of another style."""
    assert formats_of(None) == {}
    assert formats_of(b"<styleSheet/>") == {}
    cells = (
        b'<row r="1"><c r="A1" s="1"><v>7</v></c><c r="B1" s="1" t="s"><v>7</v></c>'
        b'<c s="2" r="C1"><v>7</v></c><c r="D1" s="1"><f>1+6</f><v>7</v></c></row>'
    )
    assert shown_cells(cells, {}) == {}
    assert shown_cells(cells, {1: "000"}) == {(1, 0): "007", (1, 3): "007"}
