"""Sheets for paper: what is text stays text, names of sheets fit, and what is printed is set."""

import openpyxl
import pytest

from phancong import InvalidArgumentError
from phancong.tables.charts import SKETCH_ROWS
from phancong.tables.printed import Band, BarChart, PaperForm, PrintedColumn, PrintedSheet, Sketch
from phancong.tables.printing import write_sheets


def written(tmp_path, *sheets):
    path = tmp_path / "sheets.xlsx"
    write_sheets(path, sheets)
    return openpyxl.load_workbook(path)


def table(*rows, **options):
    columns = (PrintedColumn("Hộ"), PrintedColumn("mét", 1))
    return PrintedSheet("Danh sách", columns=columns, rows=rows, **options)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-3", "@me", "\tx", "＝1+1"])
def test_text_is_never_a_formula(tmp_path, text):
    """It is stored as text, and marked so that it stays text when somebody edits the cell."""
    cell = written(tmp_path, table((text, 1.0)))["Danh sách"]["A2"]
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.style is not None
    assert cell.quotePrefix


def test_what_looks_like_an_address_is_no_link(tmp_path):
    """Text from a list leads nowhere."""
    book = written(tmp_path, table(("http://example.org", None)))
    assert book["Danh sách"]["A2"].value == "http://example.org"
    assert book["Danh sách"]["A2"].hyperlink is None


def test_a_small_map_takes_its_rows(tmp_path):
    """Its figures stand beyond what is printed; one unit is as long on either axis."""
    map_ = Sketch(((0.0, 0.0), (300.0, 0.0), (300.0, 10.0)), line=True)
    sheet = written(tmp_path, table(("a", 1.0), map_, ("b", 2.0)))["Danh sách"]
    (chart,) = sheet._charts
    assert chart.anchor._from.row == 2
    assert sheet.cell(2 + SKETCH_ROWS + 1, 1).value == "b"
    beyond = [cell.value for cell in sheet[3] if cell.value is not None]
    assert beyond == [0, 300, 300, 0]
    assert "A$1:$J$" in sheet.print_area or "A$1:$B$" in sheet.print_area
    x, y = (axis.scaling for axis in (chart.x_axis, chart.y_axis))
    assert x.min < 0 < 300 < x.max
    assert y.min < 0 < 10 < y.max


def test_cells_keep_their_kind(tmp_path):
    """Figures are figures, long numbers are text, what is not finite or missing is blank."""
    sheet = written(tmp_path, table((7, 2.5), (10**15, float("inf")), (None, True)))["Danh sách"]
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert found == [[7, 2.5], [str(10**15), None], [None, True]]
    assert sheet["B2"].number_format == "#,##0.0"
    assert sheet["A2"].number_format == "General"


def test_whole_figures_have_no_decimals(tmp_path):
    """A column of none writes thousands only."""
    sheet = PrintedSheet("s", columns=(PrintedColumn("m", 0),), rows=((1234.4,),))
    assert written(tmp_path, sheet)["s"]["A2"].number_format == "#,##0"


def test_the_paper_is_set(tmp_path):
    """A4, one page wide, the header on every page, and only the sheet's own cells are printed."""
    sheet = written(tmp_path, table(("a", 1.0), heading=("Phụ lục", "(kèm theo)"), foot=("Hết",)))[
        "Danh sách"
    ]
    assert sheet["A1"].value == "Phụ lục"
    assert sheet["A1"].font.bold
    assert sheet["A2"].value == "(kèm theo)"
    assert (sheet["A4"].value, sheet["A5"].value, sheet["A7"].value) == ("Hộ", "a", "Hết")
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4"
    assert "$A$1:$B$7" in sheet.print_area
    assert sheet.freeze_panes == "A5"
    assert sheet.page_setup.orientation == "portrait"


def test_paper_can_lie_and_a_sheet_can_be_text_only(tmp_path):
    """No table, no area; landscape where it is asked for."""
    sheet = PrintedSheet("s", heading=("a",), foot=("b",), landscape=True)
    found = written(tmp_path, sheet)["s"]
    assert [found["A1"].value, found["A2"].value] == ["a", "b"]
    assert found.page_setup.orientation == "landscape"
    assert "$A$1:$A$2" in found.print_area


def test_bars_stand_beside_the_table(tmp_path):
    """One series from the two columns; none where there are no rows."""
    bars = BarChart("Số hộ", 0, 1)
    (chart,) = written(tmp_path, table(("a", 1.0), ("b", 2.0), chart=bars))["Danh sách"]._charts
    (series,) = chart.series
    assert series.val.numRef.f == "'Danh sách'!$B$2:$B$3"
    assert series.cat.strRef.f == "'Danh sách'!$A$2:$A$3"
    assert not written(tmp_path, table(chart=bars))["Danh sách"]._charts


def test_columns_are_as_wide_as_their_cells_within_reason(tmp_path):
    """The longest word of a title fits, and a very long cell is wrapped."""
    rows = (("x" * 30, 1.0), ("y" * 200, None))
    sheet = written(tmp_path, table(*rows))["Danh sách"]
    assert 43 < sheet.column_dimensions["A"].width < 46
    assert 5 < sheet.column_dimensions["B"].width < 10
    assert sheet["A2"].alignment.wrap_text


def test_names_of_sheets_fit_and_differ(tmp_path):
    """31 letters, nothing that the format refuses, no two that differ by case only."""
    names = ["a" * 40, "A" * 40, "b/c:[d]*?\\'", "\U0001f600", "B C  D"]
    book = written(tmp_path, *(PrintedSheet(name) for name in names))
    assert book.sheetnames == ["a" * 31, "A" * 27 + " (2)", "b c  d", "–", "B C  D (2)"]


@pytest.mark.parametrize(
    "sheet",
    [
        PrintedSheet("s", columns=(PrintedColumn("a"),), rows=(("x\x07",),)),
        PrintedSheet("s", columns=(PrintedColumn("a\x07"),)),
        PrintedSheet("s", heading=("x\x07",)),
        PrintedSheet("s", columns=(PrintedColumn("a"),), rows=(("x\u202e",),)),
    ],
    ids=["cell", "title", "heading", "order"],
)
def test_control_characters_are_refused(tmp_path, sheet):
    """Nothing is written in silence without them."""
    with pytest.raises(InvalidArgumentError, match="sheet 's': a text holds control characters"):
        write_sheets(tmp_path / "s.xlsx", [sheet])
    assert not (tmp_path / "s.xlsx").exists()


def test_without_the_extra_it_is_named(tmp_path, monkeypatch):
    """What to install."""
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(ImportError, match=r"pip install 'phancong\[excel\]'"):
        write_sheets(tmp_path / "s.xlsx", [])


def test_lines_may_be_broken_within_a_cell(tmp_path):
    """And a tab is a blank."""
    assert written(tmp_path, table(("a\nb\tc", 1.0)))["Danh sách"]["A2"].value == "a\nb\tc"


def test_a_form_stands_around_its_table(tmp_path):
    """Two halves at the top, a signature in the right half; the heading is in the middle."""
    form = PaperForm(("ĐẢNG ỦY", "CHI BỘ"), ("01/02/2026",), ("BÍ THƯ", "", "Hà An"))
    sheet = written(tmp_path, table(("a", 1.0), heading=("Danh sách",), form=form))["Danh sách"]
    assert (sheet["A1"].value, sheet["B1"].value) == ("ĐẢNG ỦY", "01/02/2026")
    assert (sheet["A2"].value, sheet["B2"].value) == ("CHI BỘ", None)
    assert sheet["A4"].value == "Danh sách"
    assert sheet["A4"].alignment.horizontal == "center"
    assert [sheet.cell(row, 2).value for row in (10, 11, 12)] == ["BÍ THƯ", None, "Hà An"]
    assert sheet.print_area.endswith("$B$12")


def test_a_form_needs_two_halves(tmp_path):
    """A table of one column gets another one beside it."""
    sheet = PrintedSheet(
        "s", columns=(PrintedColumn("Hộ"),), rows=(("a",),), form=PaperForm(("x",), ("y",))
    )
    assert written(tmp_path, sheet)["s"]["B1"].value == "y"


@pytest.mark.parametrize("landscape", [False, True])
def test_bands_begin_parts_and_pages(tmp_path, landscape):
    """One that begins a page breaks it; the sheet is then scaled, for a fitted one has no breaks."""
    rows = (Band("Nà Lừa"), ("a", 1.0), Band("Bản Mới", new_page=True), ("b", 2.0))
    sheet = written(tmp_path, table(*rows, landscape=landscape))["Danh sách"]
    assert [sheet.cell(row, 1).value for row in range(2, 6)] == ["Nà Lừa", "a", "Bản Mới", "b"]
    assert [found.id for found in sheet.row_breaks.brk] == [3]
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    wide = PrintedSheet(
        "s",
        columns=tuple(PrintedColumn(f"c{n}", room=20) for n in range(10)),
        rows=(("x",) * 10, Band("y", new_page=True)),
        landscape=landscape,
    )
    scale = int(written(tmp_path, wide)["s"].page_setup.scale)
    assert scale == (57 if landscape else 37)


def test_bands_and_forms_hold_no_controls(tmp_path):
    """As any other text."""
    for sheet in (table(Band("a\x00")), table(form=PaperForm(signed=("a\x00",)))):
        with pytest.raises(InvalidArgumentError, match="holds control characters"):
            written(tmp_path, sheet)


def test_it_is_set_in_the_type_of_offices(tmp_path):
    """Times New Roman everywhere, and margins as texts of offices have them."""
    sheet = written(tmp_path, table(("a", 1.0), heading=("Phụ lục",)))["Danh sách"]
    assert {cell.font.name for row in sheet for cell in row} == {"Times New Roman"}
    margins = sheet.page_margins
    assert [round(side * 25.4) for side in (margins.left, margins.right)] == [30, 15]
    assert [round(side * 25.4) for side in (margins.top, margins.bottom)] == [20, 20]


def test_nothing_touches(tmp_path):
    """Text and figures keep off the lines of their cells."""
    sheet = written(tmp_path, table(("a", 1.0)))["Danh sách"]
    sides = [(cell.alignment.horizontal, cell.alignment.indent) for cell in sheet[2]]
    assert sides == [("left", 1), ("right", 1)]
