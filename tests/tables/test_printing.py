"""Sheets for paper: what is text stays text, names of sheets fit, and what is printed is set."""

import openpyxl
import pytest

from phancong import InvalidArgumentError
from phancong.tables.printed import (
    MAP_ROWS,
    SKETCH_ROWS,
    Band,
    BarChart,
    PaperForm,
    PointGroup,
    PointMap,
    PrintedColumn,
    PrintedSheet,
    Sketch,
)
from phancong.tables.printing import sheets_bytes


def written(tmp_path, *sheets):
    path = tmp_path / "sheets.xlsx"
    path.write_bytes(sheets_bytes(sheets))
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
    assert sheet["B2"].number_format == '#,##0.0"  "'
    assert sheet["A2"].number_format == 'General"  "'


def test_whole_figures_have_no_decimals(tmp_path):
    """A column of none writes thousands only."""
    sheet = PrintedSheet("s", columns=(PrintedColumn("m", 0),), rows=((1234.4,),))
    assert written(tmp_path, sheet)["s"]["A2"].number_format == '#,##0"  "'


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


def test_a_sheet_can_be_text_only(tmp_path):
    """No table; what it says is printed."""
    found = written(tmp_path, PrintedSheet("s", heading=("a",), foot=("b",)))["s"]
    assert [found["A1"].value, found["A2"].value] == ["a", "b"]
    assert "$A$1:$A$2" in found.print_area


def test_a_wide_table_lies(tmp_path):
    """Before its cells grow high or its type small; no word of it is broken."""
    name = "Nguyễn Thị Hồng Hạnh"
    columns = tuple(PrintedColumn(f"cột {n}") for n in range(5))
    sheet = written(tmp_path, PrintedSheet("s", columns=columns, rows=((name,) * 5,) * 30))["s"]
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.scale or 100) >= 85
    few = written(tmp_path, PrintedSheet("s", columns=columns[:2], rows=((name,) * 2,) * 30))["s"]
    assert few.page_setup.orientation == "portrait"
    most = PrintedSheet("s", columns=columns * 7, rows=(("Nguyễn",) * 35,))
    assert 10 <= int(written(tmp_path, most)["s"].page_setup.scale) < 65


def test_rows_are_as_high_as_their_text(tmp_path):
    """Not every program fits rows to their text by itself."""
    columns = (PrintedColumn("a", room=12), PrintedColumn("b", room=80))
    rows = (("một hai ba bốn năm sáu bảy tám", "x"), ("một", "y"))
    sheet = written(tmp_path, PrintedSheet("s", columns=columns, rows=rows))["s"]
    assert sheet.row_dimensions[2].height >= 3 * 15
    assert sheet.row_dimensions[3].height is None


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
def test_control_characters_are_refused(sheet):
    """Nothing is written in silence without them."""
    with pytest.raises(InvalidArgumentError, match="sheet 's': a text holds control characters"):
        sheets_bytes([sheet])


def test_without_the_extra_it_is_named(monkeypatch):
    """What to install."""
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(ImportError, match=r"pip install 'phancong\[excel\]'"):
        sheets_bytes([])


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


def test_bands_begin_parts_and_pages(tmp_path):
    """One that begins a page breaks it; the sheet is then scaled, for a fitted one has no breaks."""
    rows = (Band("Nà Lừa"), ("a", 1.0), Band("Bản Mới", new_page=True), ("b", 2.0))
    sheet = written(tmp_path, table(*rows))["Danh sách"]
    assert [sheet.cell(row, 1).value for row in range(2, 6)] == ["Nà Lừa", "a", "Bản Mới", "b"]
    assert [found.id for found in sheet.row_breaks.brk] == [3]
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage


def test_pages_begin_where_they_are_said_to(tmp_path):
    """Each holds what fits, a title of a part never stands alone, and a part that fits is kept."""
    rows = [("a", 1.0)] * 100
    sheet = written(tmp_path, table(*rows))["Danh sách"]
    assert [found.id for found in sheet.row_breaks.brk] == [44, 87]
    parted = [Band("x"), *rows[:41], Band("y"), *rows[:3]]
    sheet = written(tmp_path, table(*parted))["Danh sách"]
    (found,) = sheet.row_breaks.brk
    assert sheet.cell(found.id + 1, 1).value == "y"
    kept = [Band("x"), *rows[:36], Band("y", keep=True), *rows[:30]]
    sheet = written(tmp_path, table(*kept))["Danh sách"]
    (found,) = sheet.row_breaks.brk
    assert sheet.cell(found.id + 1, 1).value == "y"


def test_nobody_signs_an_empty_page(tmp_path):
    """The last rows go on to the page of the signature."""
    form = PaperForm(("x",), ("y",), ("BÍ THƯ", "", "", "", "Hà An"))
    sheet = written(tmp_path, table(*[("a", 1.0)] * 38, form=form))["Danh sách"]
    (found,) = sheet.row_breaks.brk
    assert [sheet.cell(found.id + n, 1).value for n in (1, 2, 3)] == ["a", "a", None]
    # A single row cannot go with it.
    many = table(("\n".join("a" * 40), 1.0), form=form)
    assert not written(tmp_path, many)["Danh sách"].row_breaks.brk


def test_bars_are_whole_on_a_page(tmp_path):
    """With their table where that fits, a little smaller; else each chart where it fits."""
    bars = BarChart("Số hộ", 0, 1)
    sheet = written(tmp_path, table(*[("a", 1.0)] * 25, chart=bars))["Danh sách"]
    assert not sheet.row_breaks.brk
    assert 75 <= int(sheet.page_setup.scale) < 100
    sheet = written(tmp_path, table(*[("a", 1.0)] * 60, chart=bars))["Danh sách"]
    assert len(sheet._charts) == 2
    begins = [0, *(found.id for found in sheet.row_breaks.brk)]
    for chart in sheet._charts:
        first, last = chart.anchor._from.row, chart.anchor.to.row
        assert not [row for row in begins if first < row <= last]
    (last,) = written(tmp_path, table(*[("a", 1.0)] * 130, chart=bars))["Danh sách"]._charts
    assert last.series[0].val.numRef.f == "'Danh sách'!$B$2:$B$131"


def test_sums_have_no_bar(tmp_path):
    """They would make all others short."""
    rows = (("a", 1.0), ("b", 2.0), ("cả xã", 3.0))
    found = written(tmp_path, table(*rows, chart=BarChart("Số hộ", 0, 1, sums=1)))["Danh sách"]
    assert found._charts[0].series[0].val.numRef.f == "'Danh sách'!$B$2:$B$3"


def test_a_map_has_a_mark_for_each_group(tmp_path):
    """Shapes differ, not colours alone; what has a number is labelled; many have no legend."""
    groups = [
        PointGroup("An", ((0.0, 0.0), (5.0, 5.0)), ("1", "2")),
        PointGroup("Bình", ((9.0, 1.0),), ("",)),
    ]
    rows = (Band("Nà Lừa"), PointMap(tuple(groups)), ("a", 1.0))
    sheet = written(tmp_path, table(*rows, titled_parts=True))["Danh sách"]
    (chart,) = sheet._charts
    assert len({one.marker.symbol for one in chart.series}) == 2
    assert len({one.marker.spPr.solidFill.srgbClr for one in chart.series}) == 2
    assert chart.legend is not None
    assert [sheet.cell(row, 1).value for row in (1, 2 + MAP_ROWS, 3 + MAP_ROWS)] == [
        "Nà Lừa", "Hộ", "a",
    ]  # fmt: skip
    many = PointMap(tuple(PointGroup(str(n), ((n, n),), ("",)) for n in range(30)))
    (chart,) = written(tmp_path, table(many, ("a", 1.0)))["Danh sách"]._charts
    assert chart.legend is None


def test_what_is_hidden_has_no_print_area(tmp_path):
    """Excel prints no hidden sheet; LibreOffice none without an area where others have one."""
    book = written(tmp_path, table(("a", 1.0)), PrintedSheet("kỹ thuật", ("b",), hidden=True))
    assert book["kỹ thuật"].sheet_state == "hidden"
    assert not book["kỹ thuật"].print_area
    assert book["Danh sách"].print_area


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
    text, figure = sheet[2]
    assert (text.alignment.horizontal, text.alignment.indent) == ("left", 1)
    # LibreOffice drops an indent on the right of some figures.
    assert (figure.alignment.horizontal, figure.number_format) == ("right", '#,##0.0"  "')
