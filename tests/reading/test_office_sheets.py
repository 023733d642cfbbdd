"""A sheet within the lists that says what an office puts on its decisions (contract 6.10)."""

import datetime

import openpyxl
import pytest

from phancong import read_labels
from phancong.cli import main
from phancong.reading import read_lists

MEMBERS = [
    ("Mã", "Họ và tên", "Chức vụ"),
    ("a", "Nguyễn Thị Hòa", "Bí thư"),
    ("b", "Ma Văn Sơn", None),
]
HOMES = [("Mã hộ", "Chủ hộ", "Địa chỉ"), ("h1", "Lò Thị Én", "Tổ 3"), ("h2", "Bàn Văn Páo", None)]
OFFICE = [
    ("Mục", "Nội dung"),
    ("Cơ quan ban hành", "Chi bộ thôn Bản Chang"),
    ("Năm", 2026.0),
    ("Ngày ban hành", datetime.datetime(2026, 2, 1)),
    ("Người ký", None),
    (None, None),
    ("place", "Minh Quang"),
]


def written(path, office=OFFICE, title="Cơ quan ban hành"):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (("Đảng viên", MEMBERS), ("Hộ gia đình", HOMES), (title, office)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_the_office_is_no_list(tmp_path):
    """It is understood, in either language, and said to be so."""
    found = read_lists(written(tmp_path / "commune.xlsx"), travel=None)
    assert found.reading.defects == ()
    assert found.office == {
        "body": "Chi bộ thôn Bản Chang",
        "year": "2026",
        "date": "01/02/2026",
        "place": "Minh Quang",
    }
    assert "thể thức văn bản" in found.reading.text("vi")


def test_lines_that_are_not_understood_are_named(tmp_path):
    """All of them, with their place."""
    lines = [("body", "A"), ("seal", "B"), ("place", "C", "D"), ("body", "E"), (3, "F")]
    found = read_lists(written(tmp_path / "commune.xlsx", lines, "office"), travel=None)
    told = "\n".join(map(str, found.reading.defects))
    assert [f"row {n}" in told for n in range(1, 6)] == [False, True, True, True, True]
    assert "is not a line of a decision" in told
    assert "has more than a name and a text" in told
    assert "is given twice" in told
    assert "Notes" not in told


@pytest.mark.parametrize("title", ["office", "Notes"])
def test_a_sheet_of_another_kind_is_left_alone(tmp_path, title):
    """By its name, and by what stands in it."""
    lines = OFFICE if title == "Notes" else [("What", "Who"), ("x", "y")]
    path = written(tmp_path / "commune.xlsx", lines, title)
    assert read_lists(path, travel=None, sheets={title: None}).office == {}
    assert read_lists(path, travel=None).office == {}


def test_it_stands_on_paper_with_posts_and_addresses(tmp_path, capsys):
    """``phancong plan`` takes it; ``--office FILE`` goes before."""
    path, out = written(tmp_path / "commune.xlsx"), tmp_path / "out"
    labels = read_labels(path, travel=None)
    assert dict(labels.posts) == {"a": "Bí thư"}
    assert dict(labels.addresses) == {"h1": "Tổ 3"}
    given = ["plan", str(path), "-o", str(out), "--lang", "vi", "--travel", "none"]
    assert main(given) == 0
    sheet = openpyxl.load_workbook(out / "plan.xlsx")["danh sách"]
    told = {cell for row in sheet.values for cell in row}
    assert {"CHI BỘ THÔN BẢN CHANG", "Minh Quang, 01/02/2026", "Bí thư", "Tổ 3"} <= told
    (tmp_path / "office.toml").write_text('body = "Ủy ban"', encoding="utf-8")
    assert main([*given, "--office", str(tmp_path / "office.toml")]) == 0
    sheet = openpyxl.load_workbook(out / "plan.xlsx")["danh sách"]
    assert "ỦY BAN" in {cell for row in sheet.values for cell in row}
    capsys.readouterr()
