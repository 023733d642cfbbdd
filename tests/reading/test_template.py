"""The template that a commune fills in."""

from dataclasses import fields

import openpyxl
import pytest

from phancong import InvalidArgumentError, read, read_labels, write_template
from phancong.reading import read_lists
from phancong.report.office import Office

FILLED = {
    "vi": ("hộ nghèo", "Thôn Nà"),
    "en": ("poor", "Nà"),
}


@pytest.mark.parametrize("lang", FILLED)
def test_a_template_that_is_filled_in_is_read(tmp_path, lang):
    """Every column of it is known; the sheet that explains it is left out."""
    path = tmp_path / "t.xlsx"
    write_template(path, lang=lang)
    empty = read(path, explain=True)
    assert empty.defects == ()
    assert "left out" not in {column.became for column in empty.columns}
    book = openpyxl.load_workbook(path)
    households, members, scheme, office, guide = book.worksheets
    household_class, hamlet = FILLED[lang]
    households.append([1, "Lò A", hamlet, household_class, None, 22.4, 105.2, "Vàng B"])
    members.append([1, "Vàng B", "Nà", 1, 5, 0.5, None, None, 22.4, 105.2])
    members.append([2, "Vàng C", "Nà", 1, 5, 1, None, "x", 22.4, 105.2])
    book.save(path)
    problem = read(path)
    assert problem.previous == ((1, 1, 1.0),)
    assert problem.household_columns.workload.tolist() == [2.0]
    assert problem.household_columns.hamlet == ("Nà",)
    assert problem.member_columns.max_households.tolist() == [5, 0]
    assert problem.member_columns.share.tolist() == [0.5, 1.0]
    assert dict(read_labels(path).households) == {1: "Lò A"}
    columns = [
        sheet.cell(1, n + 1).value
        for sheet in (households, members, scheme, office)
        for n in range(sheet.max_column)
    ]
    assert [guide.cell(n + 2, 2).value for n in range(guide.max_row - 1)] == columns


@pytest.mark.parametrize("lang", FILLED)
def test_the_scheme_of_a_template_counts_where_it_is_filled_in(tmp_path, lang):
    """Visits and minutes by class, one way for all, a newcomer's share and marks, each said once."""
    path = tmp_path / "t.xlsx"
    write_template(path, lang=lang)
    book = openpyxl.load_workbook(path)
    households, members, scheme, *_ = book.worksheets
    household_class, hamlet = FILLED[lang]
    households.append([1, "Lò A", hamlet, household_class, None, 22.4, 105.2, None])
    members.append([1, "Vàng B", "Nà", 1, 5, None, "x", None, 22.4, 105.2])
    scheme.append([household_class, None, 2, 45, 15, None, 0.5, 30, 40])
    scheme.append([{"vi": "Các hộ khác", "en": "Others"}[lang], None, 1, 30])
    book.save(path)
    problem = read(path)
    assert problem.household_columns.workload.tolist() == [2.5]
    assert problem.member_columns.share.tolist() == [0.5]
    assert (problem.load_marks.amber, problem.load_marks.red) == (30, 40)


def test_a_template_helps_to_fill_it_in(tmp_path):
    """Notes at every title, choices, limits, a header that stays, A4."""
    path = tmp_path / "t.xlsx"
    write_template(path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert all(sheet.cell(1, n + 1).comment for n in range(sheet.max_column))
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules["D2:D5000"].formula1.startswith('"hộ nghèo,hộ cận nghèo')
    assert (rules["F2:F5000"].formula1, rules["F2:F5000"].formula2) == ("-90", "90")
    assert rules["E2:E5000"].operator == "greaterThanOrEqual"
    assert sheet.freeze_panes == "A2"
    assert (sheet.print_title_rows, sheet.page_setup.paperSize) == ("$1:$1", 9)


def test_what_is_no_template(tmp_path):
    """Languages and endings that there are not."""
    with pytest.raises(InvalidArgumentError, match=r"lang must be one of 'vi', 'en'"):
        write_template(tmp_path / "t.xlsx", lang="fr")
    with pytest.raises(InvalidArgumentError, match=r"t\.csv: .* its name ends with \.xlsx"):
        write_template(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("lang", "sheet", "items"),
    [
        ("vi", "Cơ quan ban hành", {"Cơ quan ban hành": "body", "Số, ký hiệu": "number"}),
        ("en", "Office", {"Body": "body", "Number": "number"}),
    ],
)
def test_a_template_has_what_an_office_puts_on_a_decision(tmp_path, lang, sheet, items):
    """Each item of it is understood; what is left empty stays a blank."""
    path = tmp_path / "lists.xlsx"
    write_template(path, lang=lang)
    book = openpyxl.load_workbook(path)
    rows = [row[0].value for row in book[sheet].iter_rows(min_row=2)]
    assert set(items) <= set(rows)
    assert len(rows) == len(fields(Office))
    for row in book[sheet].iter_rows(min_row=2):
        book[sheet].cell(row[0].row, 2, f"text {row[0].row}")
    households, members = book.worksheets[:2]
    households.cell(2, 1, 1)
    members.cell(2, 1, 1)
    members.cell(2, 2, "Hà An")
    book.save(path)
    office = read_lists(path, travel=None).office
    assert set(office) == {field.name for field in fields(Office)}
    assert {name: office[field] for name, field in items.items()} == {
        name: f"text {rows.index(name) + 2}" for name in items
    }
