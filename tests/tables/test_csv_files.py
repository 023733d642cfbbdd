"""CSV files as people and spreadsheets write them, and as spreadsheets can open them."""

import csv
import io
import string

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phancong import InvalidProblemError
from phancong.tables import read_csv, write_csv
from phancong.tables.csv_files import could_be_thousands, doubtful_numbers, plain_number

FORMULAS = ["=1+1", "+84", "-5", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠1"]


@pytest.fixture
def read(tmp_path):
    def reader(content):
        file = tmp_path / "t.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_csv(file)

    return reader


def said(sheet):
    return [f"{d.record}, {d.field}: {d.what}" for d in sheet.defects]


def test_a_column_with_nothing_in_it_is_none(read):
    """Without a title and without a cell; the letters of the others stay."""
    sheet = read("id,,hamlet\nh1,,A\nh2, ,B\n")
    assert not sheet.defects
    assert (sheet.header, sheet.column("hamlet")) == (("id", "hamlet"), ("A", "B"))


def test_a_plain_file(read):
    """Cells are text as they stand, and each row knows its line."""
    sheet = read("id,hamlet\n007, Nà Vài\n\n8,\n")
    assert sheet.header == ("id", "hamlet")
    assert sheet.rows == (("007", " Nà Vài"), ("8", ""))
    assert sheet.lines == (2, 4)
    assert sheet.records() == ["t.csv, line 2", "t.csv, line 4"]
    assert sheet.column("id") == ("007", "8")
    assert sheet.field("id") == "id"
    assert len(sheet) == 2
    assert sheet.defects == ()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [b",", b";"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_way_of_writing_the_same_table(read, mark, separator, end):
    """With or without byte order mark, comma or semicolon, any line end."""
    sheet = read(
        mark + end.join([separator.join([b"id", b"x"]), separator.join([b"1", b"2"]), b""])
    )
    assert (sheet.header, sheet.rows, sheet.lines) == (("id", "x"), (("1", "2"),), (2,))
    assert sheet.semicolons is (separator == b";")


def test_the_separator_is_that_of_the_header(read):
    """A separator between quotes, or in a row, says nothing."""
    assert read('"a;b;c",x\n1,2\n').header == ("a;b;c", "x")
    assert read('a;"x,y,z"\n1;2\n').header == ("a", "x,y,z")
    assert read("a\n1;2\n").rows == (("1;2",),)


def test_quoted_cells_can_be_longer_than_a_line(read):
    """RFC 4180: separators, quotes and line ends within quotes; lines are counted in the file."""
    sheet = read('id,x\n"a ""b"", c","1\n2"\n3,4\n')
    assert sheet.rows == (('a "b", c', "1\n2"), ("3", "4"))
    assert sheet.lines == (2, 4)


def test_lines_before_the_header_count(read):
    """The header is the first line with anything in it."""
    sheet = read("\n,,\nid,x\n1,2\n")
    assert (sheet.header_line, sheet.lines) == (3, (4,))


def test_short_rows_and_empty_columns_are_no_defect(read):
    """Spreadsheets leave separators at the end, and people leave cells out."""
    sheet = read("id,x,y,,\n1\n2,3,4,,,,\n")
    assert sheet.header == ("id", "x", "y")
    assert sheet.rows == (("1", None, None), ("2", "3", "4"))
    assert sheet.defects == ()


def test_every_defect_is_collected_with_line_and_column(read):
    """Bytes that are no text, NUL bytes, too many cells, two columns of one name, one of none."""
    sheet = read(b"id,ID,,x\n1,2,3,\xff\n\n4,5,,\x00,6,7\n")
    assert said(sheet) == [
        "t.csv, line 2, column 4: holds bytes that are not UTF-8",
        "t.csv, line 4, column 4: holds a NUL byte",
        "t.csv, line 1, column 2: has the same name as column 1",
        "t.csv, line 1, column 3: has no name, and cells below it (first in 2)",
        "t.csv, line 4, column 5: is filled, and the header has 4 columns",
    ]
    assert sheet.header == ("id", "x")
    assert sheet.rows == (("1", "\ufffd"), ("4", "\ufffd"))


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", r"t.csv, file: is empty; give a header"),
        (b"\n , ,\n", r"t.csv, file: is empty"),
        (b"\xff\xfei\x00d", r"t.csv, file: is broken UTF-16; save it as CSV UTF-8"),
        (b"<html><table>", r"t.csv, file: is a web page, no list; open it in a spreadsheet"),
        (b"PK\x03\x04abc", r"t.csv, file: is a workbook or an archive, not CSV"),
        (b'id,x\n1,2\n"a,b\n3,4\n', r"t.csv, line 3, file: cannot be read from here on"),
        (b'id,x\n"a"b,2\n', r"t.csv, line 2, file: cannot be read from here on"),
        (b"id\n" + b"x" * 200_000, r"t.csv, line 2, file: cannot be read from here on \(field"),
    ],
)
def test_what_is_no_table_is_refused(read, content, match):
    """The file is named, and the line from which nothing can be told."""
    with pytest.raises(InvalidProblemError, match=match):
        read(content)


@pytest.mark.parametrize("path", ["missing.csv", ".", "a\0b.csv"])
def test_a_file_that_cannot_be_opened_is_named(tmp_path, path):
    """No file, a folder, no path at all."""
    with pytest.raises(InvalidProblemError, match=r"cannot be opened|is not a path"):
        read_csv(tmp_path / path)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula(tmp_path, text):
    """OWASP, "CSV injection": an apostrophe goes before it; reading takes it away."""
    file = tmp_path / "t.csv"
    write_csv(file, ["id", text], [["a", text], ["b", -5], ["c", -1.5]])
    with file.open(newline="", encoding="utf-8") as stream:
        raw = list(csv.reader(stream))
    assert raw == [["id", f"'{text}"], ["a", f"'{text}"], ["b", "-5"], ["c", "-1.5"]]
    assert read_csv(file).column("id") == ("a", "b", "c")
    assert read_csv(file).rows[0][1] == text


@pytest.mark.parametrize(
    "parted", [",", ";", "|", ":", "\t", "\n", "\r\n", " ", "\xa0", '"', '; "', "；", "، ", "^"]
)
@pytest.mark.parametrize("mark", "=+-@＝＋－＠")
def test_no_text_becomes_a_formula_where_cells_are_parted_elsewhere(tmp_path, parted, mark):
    """A semicolon ends a cell where the comma is decimal; tabs and blanks do if one is told to."""
    file, text = tmp_path / "t.csv", f"h1{parted}{mark}1+1"
    write_csv(file, ["id", "next"], [[text, text]])
    raw = file.read_text(encoding="utf-8").replace('"', "")
    for delimiter in ",;|:\t ；،^":
        for line in raw.splitlines():
            for cell in line.split(delimiter):
                assert cell.strip()[:1] not in ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    assert read_csv(file).rows == ((text, text),)


def test_an_apostrophe_within_a_word_stays(tmp_path):
    """Only where it could guard something it is taken away."""
    file = tmp_path / "t.csv"
    file.write_text("id,name\n1,rock 'n' roll 5'-7\n2,D'Arc\n", encoding="utf-8")
    assert read_csv(file).column("name") == ("rock 'n' roll 5'-7", "D'Arc")
    write_csv(file, ["id"], [["a-b"], ["22°24'-105"]])
    assert file.read_text(encoding="utf-8").split() == ["id", "a-b", "22°24'-105"]


def test_what_cells_are_written_as(tmp_path):
    """None and NaN are empty cells, flags are words, text and numbers are themselves."""
    file = tmp_path / "t.csv"
    write_csv(file, ["a", "b"], [[None, True], [float("nan"), False], ["7", 7], [0.1, "é,"]])
    assert file.read_bytes() == ('a,b\r\n,true\r\n,false\r\n7,7\r\n0.1,"é,"\r\n'.encode())


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            st.sampled_from([*FORMULAS, "'=x", "''+x", "'x", "", " "]) | st.text("'=-+@ \t;,\"x\n"),
        ),
        max_size=8,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_written_is_read(tmp_path, rows):
    """Any text survives, whatever it begins with."""
    file = tmp_path / "t.csv"
    write_csv(file, ["n", "a", "b"], [[n, *row] for n, row in enumerate(rows)])
    sheet = read_csv(file)
    assert sheet.defects == ()
    assert sheet.rows == tuple((str(n), *row) for n, row in enumerate(rows))


@given(st.one_of(st.binary(max_size=200), st.text('id,;\n\r"\0\t= é\ufeff', max_size=60)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(";\ufeff")
def test_any_bytes_leave_only_the_error_of_the_library(tmp_path, content):
    """Whatever a file holds: a sheet with its defects, or an InvalidProblemError."""
    file = tmp_path / "t.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    try:
        sheet = read_csv(file)
    except InvalidProblemError:
        pass
    else:
        assert all(len(row) == len(sheet.header) for row in sheet.rows)
        assert list(sheet.lines) == sorted(set(sheet.lines))


@given(
    st.lists(st.lists(st.text(string.printable, max_size=5), min_size=2, max_size=4), min_size=1)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_rows_are_those_of_the_csv_module(tmp_path, table):
    """Against Python's own reader: the same cells, blank rows left out."""
    stream = io.StringIO()
    csv.writer(stream).writerows([["id", "x"], *table])
    file = tmp_path / "t.csv"
    file.write_bytes(stream.getvalue().encode())
    sheet = read_csv(file)
    filled = [row for row in table if any(cell.strip() for cell in row)]
    assert len(sheet) == len(filled)
    for mine, theirs in zip(sheet.rows, filled, strict=True):
        assert [cell.lstrip("'") for cell in mine] == [cell.lstrip("'") for cell in theirs[:2]]


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("21,5", "21.5"),
        (" -21,50 ", "-21.50"),
        ("1.234,5", "1234.5"),
        ("+12.345.678,9", "+12345678.9"),
        ("21.5", "21.5"),
        ("1,2,3", "1,2,3"),
        ("a,b", "a,b"),
        (",5", ",5"),
    ],
)
def test_decimal_commas(cell, plain):
    """In a file with semicolons a decimal comma is a decimal."""
    assert plain_number(cell) == plain


@pytest.mark.parametrize(
    ("cells", "doubtful"),
    [
        (["7.237", "21,5"], True),
        (["7.237", "1.234,5"], True),
        (["7.237"], True),
        (["7.237", "21.5"], False),
        (["7.237", "0.125"], False),
        (["21.5", "21,5"], True),
    ],
)
def test_thousands_or_decimals(cells, doubtful):
    """7.237 is seven thousand to some: other cells of the file tell, or nobody knows."""
    assert doubtful_numbers(cells) is doubtful
    assert could_be_thousands("7.237")
    assert not could_be_thousands("0.125")


def test_twenty_thousand_rows(tmp_path):
    """A large list is all there."""
    file = tmp_path / "t.csv"
    write_csv(file, ["id", "lat", "lon"], [[f"h{n}", 21.5, 105.5] for n in range(20_000)])
    sheet = read_csv(file)
    assert len(sheet) == 20_000
    assert sheet.rows[-1] == ("h19999", "21.5", "105.5")
    assert sheet.lines[-1] == 20_001


def test_a_file_without_end_is_refused(tmp_path):
    """Before it fills the memory."""
    file = tmp_path / "t.csv"
    with file.open("wb") as written:
        written.truncate(30_000_001)  # takes no room on the disk
    with pytest.raises(InvalidProblemError, match=r"t.csv, file: is larger than 30 MB; keep only"):
        read_csv(file)
