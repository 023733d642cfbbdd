"""Workbooks of other kinds than openpyxl writes: .xls, .ods, and .xlsx with odd parts."""

import datetime
import zipfile

import more_files as made
import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_workbooks import replace_part, said, save
from workbook_files import write_workbook

from phancong import InvalidProblemError
from phancong.tables import read_csv, read_workbook
from phancong.tables.package_sheets import MOST_TROUBLES
from phancong.tables.workbooks import read_grids

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "b.xlsx"


# --- .xlsx --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["customXml/item1.xml", "xl/comments1.xml", "docProps/x.xml"])
def test_parts_that_are_of_no_use_are_not_looked_at(file, name):
    """Power Query keeps a part in UTF-16; what no sheet, text or style refers to is not read."""
    save(file, one=[["id"], [1]])
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><DataMashup/>'.encode("utf-16")
    made.change_parts(file, {name: text})
    assert read_workbook(file)["one"].rows == ((1,),)


def test_guards_look_at_what_relations_name(file):
    """A sheet whose part ends in .dat is a sheet all the same, and so are its traps."""
    save(file, one=[["id"], ["=1"]])
    made.change_parts(
        file,
        {"xl/_rels/workbook.xml.rels": lambda p: p.replace(b"sheet1.xml", b"sheet1.dat")},
        {SHEET: "xl/worksheets/sheet1.dat"},
    )
    assert "never computed" in said(read_workbook(file)["one"])[0]
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    made.change_parts(file, {"xl/worksheets/sheet1.dat": lambda part: entity + part})
    with pytest.raises(InvalidProblemError, match="declares entities"):
        read_workbook(file)


def test_the_case_of_parts_and_where_the_book_lies_do_not_count(file):
    """The root names the part of the book; without a root it is where it always is."""
    save(file, one=[["id"], [1]])
    renamed = {name: name.upper() for name in (SHEET, "xl/sharedStrings.xml")}
    made.change_parts(file, {}, renamed)
    assert read_workbook(file)["one"].rows == ((1,),)
    made.change_parts(
        file,
        {"_rels/.rels": lambda p: p.replace(b"xl/workbook.xml", b"xl/book.xml")},
        {"xl/workbook.xml": "xl/book.xml", "xl/_rels/workbook.xml.rels": "xl/_rels/book.xml.rels"},
    )
    assert read_workbook(file)["one"].rows == ((1,),)
    save(file, one=[["id"], [1]])
    made.change_parts(file, {}, {"_rels/.rels": "_rels/none.rels"})
    assert read_workbook(file)["one"].rows == ((1,),)
    save(file, one=[["id"], [1]])
    made.change_parts(file, {"_rels/.rels": lambda p: p.replace(b'officeDocument"', b'other"')})
    assert read_workbook(file)["one"].rows == ((1,),)


def test_a_package_of_something_else(file):
    """A text of a word processor that was renamed."""
    save(file, one=[["id"]])
    made.change_parts(file, {"xl/workbook.xml": b"<document/>"})
    with pytest.raises(InvalidProblemError, match=r"is not an .xlsx workbook \(document\)"):
        read_workbook(file)


def test_charts_days_and_errors(file):
    """A sheet of a chart is no sheet; days count from 1904 where the book says so; errors are told."""
    book = openpyxl.Workbook()
    book.active.title = "one"
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["id", "on", "x", "t"])
    book.active.append([1, datetime.date(2024, 2, 29), 1, datetime.time(8, 30)])
    book.create_chartsheet("two")
    book.save(file)
    error = b'<c r="C2" t="e"><v>#DIV/0!</v></c>'
    replace_part(file, SHEET, lambda p: p.replace(b'<c r="C2" t="n"><v>1</v></c>', error))
    book = read_workbook(file)
    assert list(book) == ["one"]
    day = datetime.datetime(2024, 2, 29)
    assert book["one"].rows == ((1, day, None, datetime.time(8, 30)),)
    assert said(book["one"]) == ["b.xlsx, sheet 'one', row 2, column C: holds an error (#DIV/0!)"]


def test_hidden_rows_and_sheets_are_read_and_marked(file):
    """By hand or by a filter; only those with something in them are told."""
    book = openpyxl.Workbook()
    book.active.title = "one"
    for row in (["id"], [1], [], [2]):
        book.active.append(row)
    for number in (2, 3):
        book.active.row_dimensions[number].hidden = True
    book.create_sheet("two").append(["id"])
    book["two"].sheet_state = "hidden"
    book.save(file)
    one, two = read_grids(file)
    assert [row for _, row in one.lines] == [("id",), (1,), (2,)]
    assert (one.hidden, one.concealed) == ((2,), False)
    assert (two.hidden, two.concealed) == ((), True)


def test_what_stands_below_and_right_of_nothing(file):
    """The first rows and columns can be empty."""
    save(file, one=[[], [None, None, "id"], [None, None, 7]])
    (grid,) = read_grids(file)
    assert grid.lines == [(2, (None, None, "id")), (3, (None, None, 7))]


def test_cells_far_from_all_others(file):
    """A filled cell at the end of a sheet would need all between; a style alone fills none."""
    save(file, one=[["id"], [1]])
    far = b'<row r="1048576"><c r="IV1048576"%s</c></row></sheetData>'
    good = file.read_bytes()
    replace_part(file, SHEET, lambda p: p.replace(b"</sheetData>", far % b' s="0">'))
    assert read_workbook(file)["one"].rows == ((1,),)
    file.write_bytes(good)
    replace_part(file, SHEET, lambda p: p.replace(b"</sheetData>", far % b"><v>1</v>"))
    match = r"sheet 'one' has cells far from all others \(up to IV1048576\); delete the rows"
    with pytest.raises(InvalidProblemError, match=match):
        read_workbook(file)


FAR = [
    b'<row\tr="1048576"><c\tr="XFD1048576"><v>1</v></c></row>',
    b'<row\nr="1048576"><c\r\nr="XFD1048576"><v>1</v></c></row>',
    b"<row r='1048576'><c r = 'XFD1048576'><v>1</v></c></row>",
    b'<row r="1048576"><c r="XFD1048576" t="str"><v></v></c></row>',
    b'<row r="1048576"><c r="XFD1048576" t="d"><v></v></c></row>',
    b'<row r="1048576"><c x=\' r="A3" \' r="XFD1048576"><v>1</v></c></row>',
    b'<row r="1048576"><c x:r="A3" xmlns:x="u" r="XFD1048576"><v>1</v></c></row>',
]


@pytest.mark.parametrize("row", FAR)
def test_a_far_cell_is_seen_however_it_is_spelt(file, row):
    """XML has many spellings; the reader beneath knows them all, and ends Python where memory ends."""
    save(file, one=[["id"], [1]])
    replace_part(file, SHEET, lambda p: p.replace(b"</sheetData>", row + b"</sheetData>"))
    with pytest.raises(InvalidProblemError, match=r"far from all others \(up to XFD1048576\)"):
        read_workbook(file)


def test_another_spelling_of_a_sheet_is_the_same_sheet(file):
    """Lines between attributes, single quotes and blanks beside the sign change nothing."""
    save(file, one=[["id", "x"], [1, "it's 'a' = b"]])
    plain = read_workbook(file)["one"].rows
    replace_part(file, SHEET, lambda p: p.replace(b' r="', b'\n r = "').replace(b'"A2"', b"'A2'"))
    assert read_workbook(file)["one"].rows == plain == ((1, "it's 'a' = b"),)
    merged = b"<mergeCells count='1'><mergeCell\nref='A2:B2'/></mergeCells>"
    replace_part(file, SHEET, lambda p: p.replace(b"</sheetData>", b"</sheetData>" + merged))
    assert "is merged with others (A2:B2)" in said(read_workbook(file)["one"])[0]


def test_a_text_that_looks_like_a_tag_without_end(file):
    """Many marks in a text that is never closed are gone through once."""
    save(file, one=[["id"], [1]])
    text = b"<c r='C2' t='inlineStr'><is><t><![CDATA[<c" + b" =" * 200_000 + b"]]></t></is></c>"
    replace_part(
        file, SHEET, lambda p: p.replace(b"</row></sheetData>", text + b"</row></sheetData>")
    )
    assert read_workbook(file)["one"].rows[0][0] == 1


@pytest.mark.parametrize("place", [b"xfd1048576", b"XFDD1048576", b"A"])
def test_a_cell_at_no_place_is_named(file, place):
    """Small letters, a column beyond the last one, no row: nothing is read before it is mended."""
    save(file, one=[["id"], [1]])
    row = b'<row r="3"><c r="%s"><v>1</v></c></row></sheetData>' % place
    replace_part(file, SHEET, lambda p: p.replace(b"</sheetData>", row))
    assert (
        "row 3, column A: is in a row that is out of order" in said(read_workbook(file)["one"])[0]
    )


def test_a_far_cell_behind_troubles_without_end(file):
    """Where the look ends early, the values are not read."""
    save(file, one=[["id"], *[["=1"]] * (MOST_TROUBLES + 9)])
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    replace_part(file, SHEET, lambda p: p.replace(b"</sheetData>", far))
    sheet = read_workbook(file)["one"]
    assert (len(said(sheet)), len(sheet)) == (MOST_TROUBLES, 0)


def test_rows_and_cells_that_contradict_each_other(file):
    """A cell that names another row than its own; rows out of order without any cell."""
    save(file, one=[["id"], [1], [2]])
    replace_part(file, SHEET, lambda p: p.replace(b'r="A3"', b'r="A1"'))
    assert (
        "row 3, column A: is in a row that is out of order" in said(read_workbook(file)["one"])[0]
    )
    save(file, one=[["id"], [1], [2]])
    replace_part(
        file, SHEET, lambda p: p.replace(b'r="A2"', b'r="A7"').replace(b'r="A3"', b'r="A4"')
    )
    assert len(said(read_workbook(file)["one"])) == 2


@pytest.mark.parametrize(("many", "read"), [(1, True), (210, False)])
def test_a_text_that_many_cells_share(file, many, read):
    """A long text in each of many cells is more than the file: it is counted before it is read.

    Of 210 cells with a million letters the text is too long; where one has them, it is not.
    """
    rows = [["long" if n < many else "short"] for n in range(210)]
    write_workbook(file, {"one": (["id"], rows)})
    replace_part(file, "xl/sharedStrings.xml", lambda p: p.replace(b"long", b"x" * 1_000_000))
    if read:
        assert len(read_workbook(file)["one"]) == 210
        return
    with pytest.raises(InvalidProblemError, match="more rows or cells than any list"):
        read_workbook(file)


def test_troubles_without_end(file):
    """The first are named."""
    many = MOST_TROUBLES + 9
    save(file, one=[["id"], *[["=1"]] * many])
    assert len(said(read_workbook(file)["one"])) == MOST_TROUBLES
    replace_part(file, SHEET, lambda p: p.replace(b"<row ", b'<row r="1"/>' * many + b"<row ", 1))
    assert len(said(read_workbook(file)["one"])) == MOST_TROUBLES


def test_a_file_that_is_too_large(file):
    """Before anything of it is read."""
    save(file, one=[["id"]])
    with file.open("ab") as written:
        written.truncate(100_000_001)  # takes no room on the disk
    with pytest.raises(InvalidProblemError, match="is larger than 100 MB; keep only"):
        read_workbook(file)


class _Panic(BaseException):
    """What a reader in Rust raises."""


@pytest.mark.parametrize(
    ("error", "becomes"), [(_Panic, InvalidProblemError), (KeyboardInterrupt, KeyboardInterrupt)]
)
def test_a_panic_of_the_reader_beneath(file, monkeypatch, error, becomes):
    """It is no Exception, and still a broken file; Ctrl-C is none."""

    class Failing:
        @staticmethod
        def from_object(_):
            raise error

    save(file, one=[["id"]])
    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Failing)
    with pytest.raises(becomes, match="_Panic" if error is _Panic else "^$"):
        read_workbook(file)


# --- .xls ---------------------------------------------------------------------------------------


def test_an_old_workbook(tmp_path):
    """Numbers, days, truth, merged cells, hidden rows and sheets; by its content, not its ending."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("one")
    for column, title in enumerate(("id", "x", "on", "ok")):
        sheet.write(0, column, title)
    for column, value in enumerate((7, 2.5, None, True)):
        if value is not None:
            sheet.write(1, column, value)
    sheet.write(1, 2, datetime.date(2024, 2, 29), xlwt.easyxf(num_format_str="dd/mm/yyyy"))
    sheet.write(2, 2, 1e12, xlwt.easyxf(num_format_str="dd/mm/yyyy"))
    sheet.row(2).hidden = True
    sheet.write_merge(4, 5, 0, 1, "m")
    other = book.add_sheet("two")
    other.visibility = 1
    book.save(str(tmp_path / "b.xlsx"))
    one, two = read_grids(tmp_path / "b.xlsx")
    day = datetime.datetime(2024, 2, 29)
    assert one.lines[1] == (2, (7, 2.5, day, True))
    assert one.lines[2][0] == 3
    assert [str(area) for area in one.merged] == ["A5:B6"]
    assert (one.hidden, one.concealed) == ((3,), False)
    assert (two.lines, two.concealed) == ([], True)


def test_an_error_in_an_old_workbook_is_no_empty_cell(tmp_path, monkeypatch):
    """Its code is told in words."""
    import xlrd

    path = made.xls(tmp_path / "b.xls", {"one": [["id"], [1]]})
    opened = xlrd.open_workbook

    def broken(*args, **options):
        book = opened(*args, **options)
        sheet = book.sheet_by_index(0)
        sheet.put_cell(1, 0, xlrd.XL_CELL_ERROR, 0x2A, 0)
        return book

    monkeypatch.setattr(xlrd, "open_workbook", broken)
    assert said(read_workbook(path)["one"]) == [
        "b.xls, sheet 'one', row 2, column A: holds an error (#N/A)"
    ]


def test_an_old_workbook_with_a_password(tmp_path):
    """A workbook of today with a password lies in a container of old ones."""
    path = tmp_path / "b.xlsx"
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + name)
    with pytest.raises(InvalidProblemError, match=r"b.xlsx, file: has a password; open it"):
        read_workbook(path)


def test_the_reader_of_old_workbooks_prints_nothing(tmp_path, capfd):
    """It complains of broken files on standard output."""
    path = made.xls(tmp_path / "b.xls", {"one": [["id"], [1]]})
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - 700])
    with pytest.raises(InvalidProblemError, match=r"cannot be read as an .xls workbook"):
        read_workbook(path)
    assert capfd.readouterr() == ("", "")


# --- .ods ---------------------------------------------------------------------------------------


def test_a_spreadsheet_of_opendocument(tmp_path):
    """Values, notes that are not read, blanks, lines, repeated cells and rows, hidden rows."""
    cells = {
        "note": '<table:table-cell office:value-type="string"><office:annotation><text:p>no</text:p>'
        "</office:annotation><text:p>a<text:s text:c='2'/>b</text:p><text:p>c<text:tab/>d"
        "<text:line-break/>e</text:p></table:table-cell>",
        "day": '<table:table-cell office:value-type="date" office:date-value="2024-02-29"/>',
        "part": '<table:table-cell office:value-type="percentage" office:value="0.5"/>',
        "twice": '<table:table-cell office:value-type="float" office:value="7.0" '
        'table:number-columns-repeated="2"/>',
    }
    rows = [
        ["id", "x", "y", "z", "w"],
        [1, cells["note"], cells["day"], cells["part"], True],
        made.ods_row([cells["twice"], None], 'table:visibility="filter"'),
        made.ods_row(["t"], 'table:number-rows-repeated="2"'),
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>',
    ]
    path = made.ods(tmp_path / "b.ods", {"one": rows})
    (grid,) = read_grids(path)
    day = datetime.datetime(2024, 2, 29)
    assert grid.lines == [
        (1, ("id", "x", "y", "z", "w")),
        (2, (1, "a  b\nc\td\ne", day, 0.5, True)),
        (3, (7, 7)),
        (4, ("t",)),
        (5, ("t",)),
    ]
    assert grid.hidden == (3,)


def test_troubles_of_a_spreadsheet_of_opendocument(tmp_path, monkeypatch):
    """Errors, formulas without a value, merged cells, cells too far to the right, a hidden sheet."""
    error = (
        '<table:table-cell office:value-type="string" calcext:value-type="error">'
        "<text:p>#N/A</text:p></table:table-cell>"
    )
    formula = '<table:table-cell table:formula="of:=1"/>'
    merged = (
        '<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2" '
        'office:value-type="string"><text:p>m</text:p></table:table-cell><table:covered-table-cell/>'
    )
    far = (
        '<table:table-cell table:number-columns-repeated="300" office:value-type="string">'
        "<text:p><text:span>f</text:span></text:p></table:table-cell>"
    )
    table = "<table:table-cell><table:table><table:table-row><table:table-cell/></table:table-row>"
    inner = f"{table}</table:table></table:table-cell>"
    rows = [["id", "x"], [error, formula], [merged], [far], [1, inner]]
    path = made.ods(tmp_path / "b.ods", {"one": rows})
    made.change_parts(
        path,
        {"content.xml": lambda p: p.replace(b'name="one"', b'name="one" table:style-name="gone"')},
    )
    (grid,) = read_grids(path)
    assert grid.concealed
    assert [str(area) for area in grid.merged] == ["A3:B4"]
    assert said(grid) == [
        "b.ods, sheet 'one', row 2, column A: holds an error (#N/A)",
        "b.ods, sheet 'one', row 2, column B: holds a formula that was never computed",
        "b.ods, sheet 'one', row 4, column IW: is filled, and no column after IV is read",
    ]
    assert len(grid.lines[3 - 1][1]) == 256 or len(grid.lines[2][1]) == 256
    many = made.ods(tmp_path / "many.ods", {"one": [["id"], *[[error]] * (MOST_TROUBLES + 9)]})
    assert len(said(read_grids(many)[0])) == MOST_TROUBLES


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"content": "<office"}, r"cannot be read as an .ods workbook \(ExpatError\)"),
        ({"content": "<!DOCTYPE x><a/>"}, "declares entities"),
        ({"more": [("META-INF/manifest.xml", "<encryption-data/>")]}, "has a password"),
        ({"more": [("META-INF/manifest.xml", "<a/>"), ("big", " " * 30_000_000)]}, "unpacks to 30"),
    ],
)
def test_what_is_no_spreadsheet_of_opendocument(tmp_path, options, match):
    """Broken, dangerous, locked, a bomb."""
    path = made.ods(tmp_path / "b.ods", {"one": [["id"]]}, **options)
    with pytest.raises(InvalidProblemError, match=match):
        read_workbook(path)


def test_a_cell_that_is_repeated_without_end(tmp_path):
    """A few bytes can stand for a billion cells."""
    row = made.ods_row(["x"] * 9, 'table:number-rows-repeated="1048576"')
    path = made.ods(tmp_path / "b.ods", {"one": [["id"], row]})
    with pytest.raises(InvalidProblemError, match="more rows or cells than any list"):
        read_workbook(path)


def test_a_text_of_opendocument_is_no_spreadsheet(tmp_path):
    """Its kind says so, and so does an archive without any."""
    path = made.ods(tmp_path / "b.ods", {}, kind="application/vnd.oasis.opendocument.text")
    with pytest.raises(InvalidProblemError, match=r"cannot be read as an .xlsx workbook"):
        read_workbook(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(InvalidProblemError, match=r"cannot be read as an .xlsx workbook"):
        read_workbook(path)


# --- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("id\tx,y\n1\t2\n", ("id", "x,y")),
        ("id|x\n1|2\n3|4\n", ("id", "x")),
        ("sep=;\nid;x\n1;2\n", ("id", "x")),
        ('"sep=|"\r\nid|x\r\n1|2\r\n', ("id", "x")),
        ("id;x\n1;22,5\n2;22,6\n3;22,7\n", ("id", "x")),
        ("id,x\n1,a;b\n2,c;d\n", ("id", "x")),
        ("\ufeffid;x\n1;2\n", ("id", "x")),
    ],
)
def test_what_parts_cells(tmp_path, content, header):
    """Tabs, bars, semicolons; what most lines say, or the first line of some spreadsheets."""
    path = tmp_path / "a.txt"
    path.write_text(content, encoding="utf-8")
    assert read_csv(path).header == header
    path.write_text(content.lstrip("\ufeff"), encoding="utf-16")
    sheet = read_csv(path)
    assert sheet.header == header
    assert sheet.lines[0] == 2 + content.lower().count("sep=")


def test_a_web_page_or_an_old_workbook_is_no_text(tmp_path):
    """Systems of offices give out web pages called .csv or .xls."""
    (tmp_path / "a.csv").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(9))
    with pytest.raises(InvalidProblemError, match="is a workbook or an archive, not CSV"):
        read_csv(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text(" <TABLE border=1>", encoding="utf-8")
    with pytest.raises(InvalidProblemError, match="is a web page, no list"):
        read_csv(tmp_path / "a.csv")


KINDS = {
    ".xlsx": lambda path: save(path, one=[["id", "x"], [1, "a"], [2, "=1"]]),
    ".xls": lambda path: made.xls(path, {"one": [["id", "x"], [1, "a"], [2, 2.5]]}),
    ".ods": lambda path: made.ods(path, {"one": [["id", "x"], [1, "a"], [True, None]]}),
}


@given(
    st.sampled_from(sorted(KINDS)),
    st.integers(min_value=0),
    st.integers(min_value=0),
    st.binary(max_size=30),
    st.integers(min_value=0, max_value=40),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80
)
def test_a_damaged_file_of_any_kind_leaves_only_the_error_of_the_library(
    tmp_path, ending, part, position, noise, gone
):
    """Bytes taken out and put in within a part, or within the file where it has none."""
    path = tmp_path / f"b{ending}"
    KINDS[ending](path)

    def damage(content):
        start = position % (len(content) + 1)
        return content[:start] + noise + content[start + gone :]

    if ending == ".xls":
        path.write_bytes(damage(path.read_bytes()))
    else:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        made.change_parts(path, {names[part % len(names)]: damage})
    try:
        book = read_workbook(path)
    except InvalidProblemError:
        pass
    else:
        assert all(len(row) == len(s.header) for s in book.values() for row in s.rows)
