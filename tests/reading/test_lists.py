"""Lists as communes keep them: each is read right, or refused with the way to mend it."""

import contextlib
import datetime
import gc
import pickle
import subprocess
import sys
import zipfile

import openpyxl
import pytest
import ugly_lists as ugly
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lanes import examples
from said import said

from phancong import InvalidArgumentError, InvalidProblemError, Problem, read, read_labels
from phancong.reading.table import RecordPlaces, Source
from phancong.reading.values import date
from phancong.tables.package_sheets import MOST_ROWS

HOUSEHOLD_ROWS = [
    ["STT", "Chủ hộ", "Thôn", "Phân loại"],
    [1, "Hoàng Văn Pản", "Nà Lừa", "Hộ nghèo"],
    [2, "Tống Công Minh", "Bản Mới", None],
]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ds.xlsx"


def defects_of(path, **options):
    with pytest.raises(InvalidProblemError, match="in the input") as caught:
        read(path, **options)
    return [str(defect) for defect in caught.value.defects]


def commune(file, households=HOUSEHOLD_ROWS, members=ugly.MEMBER_ROWS, **more):
    return ugly.book(file, **{"Danh sách hộ": households, "Đảng viên": members}, **more)


def of_households(problem, *fields):
    columns = problem.household_columns
    return list(zip(columns.ids, *(list(getattr(columns, name)) for name in fields), strict=True))


# --- the corpus ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rewrite", [list, ugly.without_marks])
def test_a_list_as_an_office_prints_it(file, rewrite):
    """Titles above, a header of two merged rows, sections, sums, signatures; with marks or without."""
    rows, merged = ugly.DECREE
    commune(file, (rewrite(rows), merged), rewrite(ugly.MEMBER_ROWS))
    reading = read(file, explain=True, travel=None)
    problem = reading.problem
    hamlets = ["Na Lua", "Moi"] if rewrite is ugly.without_marks else ["Nà Lừa", "Mới"]
    assert of_households(problem, "hamlet", "workload", "latitude") == [
        (1, hamlets[0], 2.0, 22.401),
        (2, hamlets[0], 1.5, 22.402),
        (3, hamlets[1], 1.0, 22.405),
    ]
    assert problem.member_columns.hamlet == (hamlets[0], hamlets[1], hamlets[0])
    assert problem.member_columns.max_households.tolist() == [3, 2, 0]
    assert problem.member_columns.min_households.tolist() == [1, 0, 0]
    assert [(rows.rows, rows.why) for rows in reading.left_out] == [
        ((7, 11), "heads a section"),
        ((10, 13), "is a sum"),
        ((14, 15, 16), "is below the list"),
    ]
    labels = read_labels(file, travel=None)
    assert list(labels.households) == [1, 2, 3]
    assert labels.households[1] == rewrite([["Hoàng Văn Pản"]])[0][0]


def test_both_lists_on_one_sheet(file):
    """One below the other, each with its header."""
    rows = [*ugly.DECREE[0], [], ["DANH SÁCH ĐẢNG VIÊN"], *ugly.MEMBER_ROWS]
    ugly.book(file, Sheet1=(rows, ugly.DECREE[1]))
    problem = read(file, travel=None)
    assert (len(problem.members), len(problem.households)) == (3, 3)


def test_a_list_of_households_that_names_the_members(file):
    """Who is in charge is a member, written in any way; last year's pairs are theirs."""
    rows = [
        ["STT", "Chủ hộ", "Thôn", "Đảng viên phụ trách"],
        [1, "Lò A", "Thôn Nà", "Đ/c Nguyễn Văn An"],
        [2, "Lò B", "NÀ", "nguyễn văn an; Lò Thị Hoà"],
        [3, "Lò C", "nà", "Lò  Thị Hòa"],
        [4, "Lò D", "Nà", None],
    ]
    ugly.book(file, Hộ=rows)
    problem = read(file)
    assert problem.previous == ((1, 1, 1.0), (2, 1, 1.0), (2, 2, 1.0), (3, 2, 1.0))
    assert set(problem.household_columns.hamlet) == {"Nà"}
    assert problem.travel is None
    assert dict(read_labels(file).members) == {1: "Nguyễn Văn An", 2: "Lò Thị Hoà"}
    assert read(file, previous=[(4, 1)]).previous == ((4, 1, 1.0),)


def test_members_that_differ_in_marks_only_are_asked_for(file):
    """ "Lo Thi Hoa" could be "Lò Thị Hòa", or somebody else: places are told, no names."""
    rows = [
        ["STT", "Chủ hộ", "Đảng viên phụ trách"],
        [1, "A B", "Lò Thị Hòa"],
        [2, "C D", "Lo Thi Hoa"],
    ]
    ugly.book(file, Hộ=rows)
    (text,) = defects_of(file)
    assert "row 3, Đảng viên phụ trách (column C): differs from the cell in" in text
    assert "Hoa" not in text


def test_a_list_for_each_hamlet(file):
    """Sheets that are named by hamlets are one list."""
    one = [["STT", "Chủ hộ"], [1, "Lò A"], [2, "Lò B"]]
    ugly.book(
        file, **{"Thôn Nà Lừa": one, "Bản Mới": [*one, [3, "Lò C"]], "Đảng viên": ugly.MEMBER_ROWS}
    )
    problem = read(file)
    assert of_households(problem, "hamlet") == [
        (1, "Nà Lừa"), (2, "Nà Lừa"), (3, "Mới"), (4, "Mới"), (5, "Mới"),
    ]  # fmt: skip


def test_two_lists_that_could_be_the_households_are_asked_for(file):
    """Nothing is guessed; sheets= settles it, one of them or both."""
    one = [["STT", "Chủ hộ", "Thôn"], [1, "Lò A", "Nà"]]
    ugly.book(file, Đợt_1=one, Đợt_2=[*one, [2, "Lò B", "Nà"]], Đảng_viên=ugly.MEMBER_ROWS)
    found = defects_of(file)
    assert len(found) == 2
    assert (
        "is one of 2 lists that could be households; say which it is: sheets={'Đợt 1'" in found[0]
    )
    assert len(read(file, sheets={"Đợt 1": None}).households) == 2
    both = read(file, sheets={"Đợt 1": "households", "Đợt 2": "households"})
    assert both.household_columns.ids == (1, 2, 3)


def test_classes_by_crosses_and_by_sections(file):
    """A cross below the name of a class, and sections that are classes."""
    crossed = (
        [
            ["STT", "Chủ hộ", "Phân loại", None],
            [None, None, "Hộ nghèo", "Hộ cận nghèo"],
            ["A", "B", 1, 2],
            [1, "Lò A", "x", None],
            [2, "Lò B", None, "X"],
            [3, "Lò C", None, None],
        ],
        ["C1:D1"],
    )
    commune(file, crossed)
    assert of_households(read(file), "workload") == [(1, 2.0), (2, 1.5), (3, 1.0)]
    sections = [
        ["TT", "Chủ hộ"],
        ["A", "HỘ NGHÈO"],
        [1, "Lò A"],
        ["B.", "Hộ cận nghèo"],
        [1, "Lò B"],
    ]
    commune(file, sections)
    assert of_households(read(file), "workload") == [(1, 2.0), (2, 1.5)]
    crossed[0][3][3] = "x"
    crossed[0][4][3] = "một phần"
    commune(file, crossed)
    found = defects_of(file)
    assert "row 4, class: is given more than once; leave one class" in found[0]
    assert "row 5, column D: is neither a cross nor empty; write x" in found[1]
    assert "một phần" not in found[1]


def test_hamlets_merged_over_their_households(file):
    """What is merged from top to bottom holds for each row beside it."""
    rows = [["STT", "Chủ hộ", "Thôn"], [1, "Lò A", "Nà"], [2, "Lò B", None], [3, "Lò C", "Mới"]]
    commune(file, (rows, ["C2:C3"]))
    assert read(file).household_columns.hamlet == ("Nà", "Nà", "Mới")
    commune(file, (rows, ["B2:B3"]))
    (text,) = defects_of(file)
    assert "row 2, column B: is merged with others (B2:B3); write the value itself" in text
    commune(file, ([*rows, [None, "x"]], ["E1:F9", "D2:E3", "B9:B12"]))
    assert len(defects_of(file)) == 1  # the line that names nobody else; no merged cell matters


@pytest.mark.parametrize("rewrite", [ugly.tcvn3, ugly.vni])
def test_text_before_unicode_is_refused(file, rewrite):
    """Whole lists by their sheet, single cells by their place, with the way to mend it."""

    def old(rows):
        return [[rewrite(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]

    ugly.book(file, DS=old(ugly.DECREE[0]), DV=old(ugly.MEMBER_ROWS))
    found = defects_of(file)
    assert len(found) == 2
    assert all(
        "not Unicode; convert it to Unicode, for instance with the toolkit" in t for t in found
    )
    rows = [*HOUSEHOLD_ROWS, [3, rewrite("Nguyễn Văn Quý"), "Nà Lừa", None]]
    commune(file, rows)
    (text,) = defects_of(file)
    assert "row 4, Chủ hộ (column B): is text in" in text
    many = [[n, rewrite("Nguyễn Văn Quý"), "Nà Lừa", None] for n in range(3, 40)]
    commune(file, [*HOUSEHOLD_ROWS, *[[50 + n, "Lò A", "Nà Lừa"] for n in range(30)], *many])
    (text,) = defects_of(file)
    assert "as are 36 more cells" in text


def test_a_file_of_windows_1258_is_read_and_older_ones_are_refused(tmp_path):
    """The code page is known by its letters; TCVN3 saved as CSV is not Vietnamese to anybody."""
    text = "STT;Họ và tên chủ hộ;Thôn;Đảng viên phụ trách\n1;Nguyễn Văn Ước;Nà Lừa;Lò Thị Hoà\n"
    (tmp_path / "hộ.csv").write_bytes(ugly.windows_1258(text))
    reading = read(tmp_path / "hộ.csv", explain=True)
    assert reading.problem.household_columns.hamlet == ("Nà Lừa",)
    assert "hộ.csv was read as Windows-1258" in reading.notes
    (tmp_path / "hộ.csv").write_bytes(ugly.tcvn3(text).encode("latin-1"))
    (found,) = defects_of(tmp_path / "hộ.csv")
    assert "is text in TCVN3 (.VnTime), not Unicode; convert it" in found
    (tmp_path / "hộ.csv").write_bytes(text.encode("utf-16"))
    assert read(tmp_path / "hộ.csv").household_columns.hamlet == ("Nà Lừa",)
    (tmp_path / "hộ.csv").write_bytes(b"STT;Ch\xff h\x81\n")
    assert any("holds bytes that are not UTF-8" in text for text in defects_of(tmp_path))


MEASURED = """
import resource, sys
from phancong import read
problem = read(sys.argv[1])
print(len(problem.households), len(problem.previous))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in its own units elsewhere")
def test_twenty_thousand_households(file):
    """A large commune, last year's members by name, in less than 1 GiB with all that is loaded."""
    names = ugly.people(20_000)
    rows = [["STT", "Chủ hộ", "Thôn", "Đảng viên phụ trách"]]
    rows += [[n + 1, name, f"Thôn {n % 30}", "Lò Thị Hoà"] for n, name in enumerate(names)]
    commune(file, rows)
    command = [sys.executable, "-c", MEASURED, str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    counts, kilobytes = done.stdout.splitlines()
    assert counts == "20000 20000"
    assert int(kilobytes) < 2**20


def test_a_formula_in_a_name(file):
    """A name that begins with = is a formula to a spreadsheet; nobody is left out in silence."""
    commune(file, [*HOUSEHOLD_ROWS, [3, "=HYPERLINK(1)", "Nà Lừa", None]])
    assert "row 4, column B: holds a formula that was never computed" in defects_of(file)[0]
    commune(file, [*HOUSEHOLD_ROWS, [3, "#N/A", "Nà Lừa", None]])
    assert "row 4, column B: holds an error (#N/A)" in defects_of(file)[0]


def test_what_is_no_workbook(file, tmp_path):
    """An .xls that was renamed, a bomb, half a file, another kind of file."""
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert (
        "cannot be read as an .xls workbook (CompDocError); open it in a spreadsheet"
        in defects_of(file)[0]
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(150_000_000))
    assert "unpacks to 150 MB; keep only the sheets that are needed" in defects_of(file)[0]
    commune(file)
    file.write_bytes(file.read_bytes()[:2000])
    assert "is not an .xlsx workbook" in defects_of(file)[0]
    (tmp_path / "ds.doc").write_bytes(b"x")
    assert "is neither a folder nor a list that is read" in defects_of(tmp_path / "ds.doc")[0]


@pytest.mark.parametrize(
    ("many", "match"),
    [
        (1_600, "is in a row that is out of order"),
        (MOST_ROWS, "has more rows or cells than any list"),
    ],
)
def test_rows_without_end(file, many, match):
    """A row that comes again and again: the first thousand are named, more than a sheet has are not."""
    commune(file)
    with zipfile.ZipFile(file) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    head, _, tail = parts["xl/worksheets/sheet1.xml"].partition(b"</sheetData>")
    rows = b'<row r="1"/>' * many
    parts["xl/worksheets/sheet1.xml"] = head + rows + b"</sheetData>" + tail
    with zipfile.ZipFile(file, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    found = defects_of(file)
    assert match in found[0]
    assert len(found) <= 1000


def test_a_row_without_end(file):
    """What the reader beneath would hold at once is refused before it is read."""
    commune(file)
    with zipfile.ZipFile(file) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    head, _, tail = parts["xl/worksheets/sheet1.xml"].partition(b"</sheetData>")
    row = b'<row r="9">' + b"<c><v>1.5</v></c>" * 200_000 + b"</row></sheetData>"
    parts["xl/worksheets/sheet1.xml"] = head + row + tail
    with zipfile.ZipFile(file, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    assert "has more rows or cells than any list; keep only the lists" in defects_of(file)[0]


def test_blanks_everywhere(file):
    """Empty rows and columns, hard blanks, composed and decomposed letters, capitals."""
    rows = [
        [],
        [None, "stt ", None, "CHỦ\u00a0HỘ", " To\u0302\u0309 da\u0302n pho\u0302\u0301"],
        [],
        [None, "1.", None, " Lò\u00a0A ", "To\u0302\u0309 3"],
        [None, "2.", None, "Lò B", 3],
    ]
    commune(file, rows)
    problem = read(file)
    assert of_households(problem, "hamlet") == [(1, "3"), (2, "3")]
    assert read_labels(file).households[1] == "Lò\u00a0A"


def test_a_header_on_every_page(file):
    """Lists that were printed repeat their header."""
    commune(file, [*HOUSEHOLD_ROWS, HOUSEHOLD_ROWS[0], [3, "Lò A", "Nà Lừa", None]])
    reading = read(file, explain=True)
    assert len(reading.problem.households) == 3
    assert [rows.why for rows in reading.left_out] == ["repeats the header"]


# --- numbers and days ---------------------------------------------------------------------------


def test_numbers_as_vietnamese_write_them(file):
    """7.237 is seven thousand and 71,82 a decimal; beside 1.5 the former is asked for."""
    rows = [
        ["STT", "Chủ hộ", "Khối lượng"],
        [1, "A", "7.237"],
        [2, "B", "71,82"],
        [3, "C", "1.234,5"],
    ]
    commune(file, rows)
    assert of_households(read(file), "workload") == [(1, 7237.0), (2, 71.82), (3, 1234.5)]
    commune(file, [*rows, [4, "D", "1.5"]])
    (text,) = defects_of(file)
    assert "row 2, Khối lượng (column C): could be a decimal or thousands; write it" in text
    commune(file, [["No", "Head of household", "Workload"], [1, "A", "7.237"]])
    assert "could be a decimal or thousands" in defects_of(file)[0]


def test_a_place_in_one_cell(file):
    """With decimal points or commas."""
    rows = [["STT", "Chủ hộ", "Tọa độ"], [1, "A", "22,401; 105,201"], [2, "B", "22.402, 105.202"]]
    members = [["STT", "Đảng viên", "Toạ độ"], [1, "X", "22.4, 105.2"]]
    commune(file, rows, members)
    columns = read(file).household_columns
    assert columns.latitude.tolist() == [22.401, 22.402]
    assert columns.longitude.tolist() == [105.201, 105.202]


def test_since_when(file):
    """A day, a year or a date cell; the day until which is asked for."""
    rows = [
        ["STT", "Chủ hộ", "Đảng viên phụ trách", "Phụ trách từ"],
        [1, "A", "Lò Thị Hoà", "02/09/2020"],
        [2, "B", "Lò Thị Hoà", 2021],
        [3, "C", "Lò Thị Hoà", datetime.datetime(2025, 8, 1)],
        [4, "D", "Lò Thị Hoà", None],
    ]
    commune(file, rows)
    (text,) = defects_of(file)
    assert "Phụ trách từ (column D): has the dates since when, and the day until which" in text
    for on in ("31/12/2025", datetime.date(2025, 12, 31)):
        assert [pair[2] for pair in read(file, on=on).previous] == [5.0, 4.0, 1.0, 1.0]
    for wrong in ("31/02/2025", "lâu rồi", "01/01/2026", 2027):
        rows[1][3] = wrong
        commune(file, rows)
        assert (
            "is not a date or year before that day; write it as 31/12/2025"
            in defects_of(file, on="31/12/2025")[0]
        )
    assert read(file, on="31/12/2025", columns={"households": {"Phụ trách từ": None}}).previous
    rows[1][3] = rows[2][3] = rows[3][3] = None
    commune(file, rows)
    assert len(read(file).previous) == 4


# --- who is meant -------------------------------------------------------------------------------


def test_last_year_by_name(file):
    """Names find their rows, whatever the case, the blanks and the place of the tone mark."""
    previous = [
        ["STT", "Chủ hộ", "Đảng viên phụ trách", "Số năm"],
        [1, "hoàng văn  PẢN", "Ông Nguyễn Văn An", 3],
        [2, "Tống Công Minh", "lò thị hoà", None],
    ]
    commune(file, Năm_trước=previous)
    assert read(file).previous == ((1, 1, 3.0), (2, 2, 1.0))


def test_who_matches_nobody_or_two_is_a_defect(file):
    """Row and column, never the name; the hamlet tells namesakes apart."""
    rows = [*HOUSEHOLD_ROWS, [3, "Hoàng Văn Pản", "Bản Mới", None]]
    previous = [
        ["Chủ hộ", "Thôn", "Đảng viên phụ trách"],
        ["Hoàng Văn Pản", None, "Nguyễn Văn An"],
        ["Hoàng Văn Pản", "Bản Mới", "Nguyen Van An"],
        ["Tống Công Minh", None, None],
    ]
    commune(file, rows, Năm_trước=previous)
    found = defects_of(file)
    assert len(found) == 3
    assert "row 2, Chủ hộ (column A): could be any of 2 of that name (ids 1, 3); write" in found[0]
    assert (
        "row 3, Đảng viên phụ trách (column C): matches no record here; write the member as"
        in found[1]
    )
    assert "gone='end' ends last year's pairs of people who have left" in found[1]
    assert "row 4, Đảng viên phụ trách (column C): is missing" in found[2]
    assert "Nguyen" not in "".join(found)
    previous[1][1], previous[3][2] = "Nà Lừa", "Lò Thị Hòa"
    commune(file, rows, Năm_trước=previous)
    reading = read(file, gone="end", explain=True)
    assert reading.problem.previous == ((1, 1, 1.0), (2, 2, 1.0))
    assert "1 line of last year matches no record here: it ends" in reading.notes


def test_fixed_and_forbidden_pairs_by_name_or_id(file):
    """Also a member's own household; an id that does not exist is what a problem says it is."""
    members = [[*row] for row in ugly.MEMBER_ROWS]
    for row, own in zip(members, ("Hộ của đảng viên", "Tống Công Minh", 1, None), strict=True):
        row.append(own)
    commune(
        file,
        members=members,
        Cố_định=[["Mã hộ", "Đảng viên phụ trách"], [1, "Nguyễn Văn An"]],
        Không_phân_công=[["Chủ hộ", "Mã đảng viên"], ["Tống Công Minh", 1]],
    )
    problem = read(file)
    assert (problem.fixed, problem.forbidden) == (((1, 1),), ((2, 1),))
    assert problem.member_columns.household == (2, 1, None)
    members[1][-1] = "Lò Không Ai"
    commune(file, members=members, Cố_định=[["Mã hộ", "Mã đảng viên"], [9, 1]])
    found = defects_of(file)
    assert "Hộ của đảng viên (column G): matches no record here; write the household as" in found[0]
    assert "names household 9, who is not in the problem" in found[1]
    assert "Không Ai" not in found[0]


def test_last_year_twice(file):
    """In the list of households and in a list of its own."""
    rows = [["STT", "Chủ hộ", "Đảng viên phụ trách"], [1, "A B", "Lò Thị Hoà"]]
    previous = [["Chủ hộ", "Đảng viên phụ trách"], ["A B", "Lò Thị Hoà"]]
    commune(file, rows, Năm_trước=previous)
    assert "says who is in charge, as another list does; leave out one" in defects_of(file)[0]
    assert read(file, sheets={"Năm trước": None}).previous == ((1, 2, 1.0),)


def test_pairs_that_do_not_say_why(file):
    """Last year's, fixed or forbidden: asked for."""
    commune(file, Bảng_2=[["Chủ hộ", "Đảng viên phụ trách"], ["Tống Công Minh", "Lò Thị Hoà"]])
    (text,) = defects_of(file)
    assert "does not say whether last year's, fixed or forbidden; say which it is: sheets=" in text
    assert read(file, sheets={"Bảng 2": "previous"}).previous == ((2, 2, 1.0),)
    assert read(file, sheets={"Bảng 2": None}).previous == ()
    nothing = {"previous": None, "fixed": (), "forbidden": ()}
    assert read(file, **nothing).previous == ()


def test_ids_of_a_list(file):
    """A column of ids, the numbers of the rows, or a count."""
    rows = [["Mã hộ", "STT", "Chủ hộ"], ["H07", 1, "A B"], ["H08", 2, "C D"]]
    commune(file, rows)
    assert read(file).household_columns.ids == ("H07", "H08")
    assert dict(read_labels(file).households) == {"H07": "A B", "H08": "C D"}
    commune(file, [[None, *row[1:]] for row in rows])
    assert read(file).household_columns.ids == (1, 2)
    rows[1][0] = rows[2][0] = None
    rows[1][1] = 5
    commune(file, rows)
    assert read(file).household_columns.ids == (2, 5)
    rows[1][1] = 2
    commune(file, rows)
    assert read(file).household_columns.ids == (1, 2)
    rows[1][0] = "Lò Văn A"
    rows[2][0] = "H08"
    commune(file, rows)
    assert "looks like a name, which must not be an id" in defects_of(file)[0]


# --- what is doubtful ---------------------------------------------------------------------------


def test_columns_that_are_not_known(file):
    """Each is asked for; columns= settles it by title, by letter, or all at once."""
    rows = [
        ["STT", "Chủ hộ", "Số hộ tối đaa", "Nguyễn Văn An", "Mức ưu tiên", None, "Chu ho"],
        [1, "A B", 3, "x", 1, "?", "C D"],
    ]
    commune(file, rows)
    found = defects_of(file)
    assert [text.split(": ", 1)[0].split(", ", 2)[2] for text in found] == [
        "row 1, Số hộ tối đaa (column C)",
        "row 1, column D",
        "row 1, Mức ưu tiên (column E)",
        "row 1, column G",
        "row 1, column F",
    ]
    assert "is not a known column; say what it is, None leaves it out" in found[0]
    assert "could mean that 1 comes first or that 1 comes last" in found[2]
    assert "means the same as column B; keep one of them, or columns={'households'" in found[3]
    assert "has no name, and cells below it (first in 2)" in found[4]
    said = {"*": None, "Mức ưu tiên": "priority", "column G": None}
    problem = read(file, columns={"households": said})
    assert of_households(problem, "priority") == [(1, 1.0)]
    said = {"Số hộ tối đaa": "workload", "column D": None, "Mức ưu tiên": None, "column F": None}
    problem = read(file, columns={"households": {**said, "column G": None}})
    assert of_households(problem, "workload") == [(1, 3.0)]


def test_a_title_that_is_nearly_known(file):
    """A likely meaning is proposed, not taken."""
    commune(file, [["STT", "Chủ hộ", "Phan loại hộ x"], [1, "A B", "nghèo"]])
    assert "did you mean 'class'? say what it is" in defects_of(file)[0]


def test_lists_that_are_members_or_households(file):
    """People without a word of who they are: taken where only one list is missing."""
    people = [["STT", "Họ và tên", "Thôn"], [1, "Lò A", "Nà"]]
    ugly.book(file, Trang_1=people, Đảng_viên=ugly.MEMBER_ROWS)
    assert len(read(file).households) == 1
    ugly.book(file, Trang_1=people, Trang_2=people)
    found = defects_of(file)
    assert len(found) == 2
    assert (
        "could be members or households; say which it is: sheets={'Trang 1': 'members'}" in found[0]
    )
    ugly.book(file, Trang_1=people, Hộ=HOUSEHOLD_ROWS, Đảng_viên=ugly.MEMBER_ROWS)
    assert len(read(file).households) == 2
    ugly.book(
        file, Trang_1=[["STT", "Họ và tên", "Phân loại", "Số hộ tối đa"], [1, "A B", None, 2]]
    )
    assert "could be members or households" in defects_of(file)[0]


def test_rows_that_could_be_anything(file):
    """A name without a number, a line below the end: asked for."""
    rows = [
        *HOUSEHOLD_ROWS,
        [None, "Lò Thị Lả"],
        [None, None, "Nà Lừa", "Hộ nghèo"],
        [None, "Lò Thị Pản", "Nà Lừa"],
        [None, None, None, None, "xem trang sau"],
        ["Tổng cộng", None, 4],
        [None, "Người lập biểu"],
        [None, "Lò Thị Đào", "Nà Lừa", "Hộ nghèo"],
        ["nháp"],
    ]
    rows[0] = [*rows[0], "Ghi chú"]
    commune(file, rows)
    reading = read(file, explain=True)
    assert [str(defect).split("row ")[1].split(";")[0] for defect in reading.defects] == [
        "4, row: has no number and could be a record or a heading",
        "5, row: names nobody and could be a record or a heading",
        "10, row: is below the end of the list and looks like a record",
    ]
    assert ("is a line of text", (7,)) in [(rows.why, rows.rows) for rows in reading.left_out]
    with pytest.raises(InvalidProblemError, match="3 defects"):
        _ = reading.problem
    assert repr(reading) == "Reading(2 lists, 3 defects)"
    assert "To be settled:" in str(reading)


def test_what_was_understood_is_told_in_vietnamese(file):
    """What each list, column and row became, by which rule; on a terminal and in a notebook."""
    commune(file, [*HOUSEHOLD_ROWS, ["Tổng cộng"], [None, "Người lập biểu"]], Help=[["x"]])
    reading = read(file, explain=True)
    told = said(reading, "vi")
    for line in (
        "ds.xlsx, trang tính 'Danh sách hộ' hộ 1 2",
        "ds.xlsx, trang tính 'Help' bỏ qua: theo tên thì không phải danh sách",
        "ds.xlsx, trang tính 'Danh sách hộ' cột D Phân loại",
        "ds.xlsx, trang tính 'Danh sách hộ' 4 là dòng tổng cộng",
        "Đã hiểu theo quy tắc: - mã người phụ trách là số thứ tự ghi trong danh sách - mã hộ là",
        "- khối lượng theo phân loại, cho 1/2 hộ",
    ):
        assert line in told
    assert "Cần làm rõ" not in told
    assert '<div lang="vi">' in reading.html("vi")
    assert reading._repr_html_() == reading.html()
    assert "is a sum" in str(reading)


def test_sections(file):
    """By roman numbers, by the word for a hamlet, or by a title above; what is none is a record."""
    rows = [
        ["Thôn: Nà Lừa", None, None],
        ["STT", "Chủ hộ", "Nhân khẩu"],
        [1, "Lò A", 3],
        ["II", "Khuổi Lếch (2 hộ)", 7],
        [1, "Lò B", 3],
        [None, "Bản Mới: 12 hộ", 12],
        [1, "Lò C", 3],
        ["C", "Lò D", 3],
    ]
    commune(file, rows)
    assert read(file).household_columns.hamlet == ("Nà Lừa", "Khuổi Lếch", "Mới")
    rows[1].append("Thôn")
    rows[2].append("Khác")
    commune(file, rows)
    assert read(file).household_columns.hamlet == ("Khác", "Nà Lừa", "Mới")
    commune(
        file,
        [
            ["Chủ hộ", "Thôn", "Khối lượng"],
            ["Lò A", "Nà", 1],
            ["Tổng", None, 1],
            ["V"],
            [None, None, "x"],
        ],
    )
    reading = read(file, explain=True)
    assert [rows.why for rows in reading.left_out] == [
        "is a sum",
        "heads a section",
        "is a line of text",
    ]
    titles = [["Thôn Nà"], ["Thôn Mới"], ["STT", "Chủ hộ"], [1, "Lò A"]]
    commune(file, titles)
    assert read(file).household_columns.hamlet == (None,)


def test_hamlets_that_differ_in_their_word_only(file):
    """ "Thôn Mới" and "Bản Mới" would become one."""
    rows = [
        ["STT", "Chủ hộ", "Thôn"],
        [1, "A B", "Mới"],
        [2, "C D", "Thôn Mới"],
        [3, "E F", "Bản Mới"],
    ]
    commune(file, rows)
    assert "has the same name as another hamlet (" in defects_of(file)[0]
    members = [["id", "hamlet"], ["m1", "Thôn Mới"]]
    ugly.book(file, members=members, households=rows[:3])
    assert read(file).household_columns.hamlet == ("Mới", "Thôn Mới")


def test_classes_and_exemptions_that_are_not_known(file):
    """Places only: a class and a reason are somebody's hardship. The table can be changed."""
    rows = [*HOUSEHOLD_ROWS, [3, "C D", "Nà Lừa", "neo đơn"]]
    members = [*ugly.MEMBER_ROWS, [4, "E F", "Nà Lừa", None, None, "ốm"]]
    commune(file, rows, members)
    found = defects_of(file)
    assert "Phân loại (column D): is a class that the table of workloads does not have" in found[0]
    assert "Miễn phân công (column F): is neither yes nor no; write x" in found[1]
    assert "neo" not in found[0]
    assert "ốm" not in found[1]
    commune(file, rows)
    loads = {"Hộ neo đơn": 3, "nghèo": 2.5}
    assert of_households(read(file, workloads=loads), "workload") == [(1, 2.5), (2, 1.0), (3, 3.0)]


def test_a_workload_of_its_own(file):
    """It goes before that of the class."""
    rows = [
        ["STT", "Chủ hộ", "Phân loại", "Khối lượng"],
        [1, "A", "Hộ nghèo", 5],
        [2, "B", "Nghèo", None],
    ]
    commune(file, rows)
    assert of_households(read(file), "workload") == [(1, 5.0), (2, 2.0)]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"sheets": {"x": "people"}}, r"sheets must map names of sheets to None or one of members"),
        ({"sheets": ["x"]}, r"sheets must map"),
        ({"columns": {"people": {}}}, r"columns must map members, households"),
        (
            {"columns": {"members": {"x": "wealth"}}},
            r"columns\['members'\] must map titles to None",
        ),
        ({"columns": {"members": {"*": "name"}}}, r"columns\['members'\]\['\*'\] can be None only"),
        ({"workloads": {"nghèo": -1}}, r"workloads must map the name of each class to a number"),
        ({"workloads": {"nghèo": True}}, r"workloads must map"),
        ({"workloads": {"": 1}}, r"workloads must map"),
        ({"workloads": {3: 1}}, r"workloads must map"),
        ({"workloads": {"nghèo": "x"}}, r"workloads must map"),
        ({"gone": "stay"}, r"gone must be one of 'refuse', 'end'"),
        ({"on": "today"}, r"on must be a date, or text such as '31/12/2025'"),
    ],
)
def test_options_are_checked(file, options, match):
    """Before any file is read."""
    with pytest.raises(InvalidArgumentError, match=match):
        read(file, **options)


def test_sheets_that_are_not_there(file):
    """A name in sheets= that no sheet has is a defect, with the names that there are."""
    commune(file)
    assert defects_of(file, sheets={"Hộ": None}) == [
        "sheets, 'Hộ': is not a sheet or file here; give one of 'Danh sách hộ', 'Đảng viên'"
    ]
    ugly.book(file, Trống=[], Đảng_viên=ugly.MEMBER_ROWS, Ghi_chép=[["gọi lại"], ["mai"]])
    found = defects_of(file, sheets={"Trống": "households"})
    assert found == ["ds.xlsx, households: does not exist; add this sheet, or say which it is: "
                     "sheets={...: 'households'}"]  # fmt: skip


def test_a_folder_of_real_files(tmp_path):
    """Workbooks and CSV files side by side; what a spreadsheet leaves behind is nothing."""
    ugly.book(tmp_path / "Danh sách đảng viên.xlsx", Sheet1=ugly.MEMBER_ROWS)
    text = "STT;Chủ hộ;Thôn;Khối lượng\n1;Lò A;Nà Lừa;1,5\n"
    (tmp_path / "Danh sách hộ.csv").write_text(text, encoding="utf-8-sig")
    (tmp_path / "~$Danh sách hộ.xlsx").write_bytes(b"x")
    problem = read(tmp_path)
    assert (len(problem.members), of_households(problem, "workload")) == (3, [(1, 1.5)])
    (tmp_path / "x.xlsx").write_bytes(b"x")
    assert "x.xlsx, file: is not an .xlsx workbook" in defects_of(tmp_path)[0]


def test_a_flag_with_a_cross(file):
    """What says yes or no in Vietnamese."""
    members = [
        ["STT", "Đảng viên", "Dự bị"],
        [1, "A B", "x"],
        [2, "C D", "không"],
        [3, "E F", True],
    ]
    commune(file, members=members)
    assert read(file).member_columns.optional.tolist() == [True, False, True]
    commune(file, members=[*members, [4, "G H", "có thể"]])
    assert "is neither true nor false" in defects_of(file)[0]


def test_years_as_text_and_titles_that_are_days(file):
    """A date as a workbook stores it, without an hour."""
    assert date(datetime.date(2025, 9, 2)) == datetime.date(2025, 9, 2)
    assert date("2/9/2025") == datetime.date(2025, 9, 2)


def test_plain_lists_with_names_match_them(tmp_path):
    """In a list with the titles of a program a name finds its id; an id that is gone is let go."""
    (tmp_path / "members.csv").write_text("id,name\nm1,Lò Thị Hòa\n")
    (tmp_path / "households.csv").write_text("id,name\nh1,Lò A B\n")
    (tmp_path / "previous.csv").write_text("household,member\nh1,lò thị hoà\nh1,m9\n")
    assert read(tmp_path).previous == (("h1", "m1", 1.0), ("h1", "m9", 1.0))


def test_titles_in_any_mixture(tmp_path, file):
    """Several words for a hamlet in one title; a second line of titles below nothing; both in CSV."""
    rows = [
        ["STT", "Họ và tên", "Thôn, bản (tổ dân phố)", "Số hộ"],
        [None, None, None, "Tối thiểu", "Tối đa", None, "Hệ số"],
        [1, "A B", "Nà", 1, 2, None, "0,5"],
    ]
    text = "\n".join(";".join("" if c is None else str(c) for c in row) for row in rows)
    (tmp_path / "ds").mkdir()
    (tmp_path / "ds" / "Đảng viên.csv").write_text(text, encoding="utf-8")
    (tmp_path / "ds" / "Hộ.csv").write_text("STT;Chủ hộ;Thôn\n1;C D;Nà\n", encoding="utf-8")
    columns = read(tmp_path / "ds").member_columns
    assert (columns.hamlet, columns.share.tolist()) == (("Nà",), [0.5])
    assert (columns.min_households.tolist(), columns.max_households.tolist()) == ([1], [2])


def test_lists_that_speak_of_members_only(file):
    """Members by their title; households where somebody stands beside the member."""
    members = [["STT", "Đảng viên", "Thôn"], [1, "Lò Thị Hoà", "Nà"]]
    households = [["STT", "Họ và tên", "Đảng viên phụ trách"], [1, "A B", "Lò Thị Hoà"]]
    ugly.book(file, T1=members, T2=households)
    assert read(file).previous == ((1, 1, 1.0),)
    pairs = [["Chủ hộ", "Thôn", "Đảng viên phụ trách"], ["A B", "Nà", "Lò Thị Hoà"]]
    ugly.book(file, T1=pairs)
    assert read(file).previous == ((1, 1, 1.0),)
    ugly.book(file, **{"Danh sách hộ": [*HOUSEHOLD_ROWS, [], *members]})
    assert len(read(file).members) == 1


def test_a_sheet_of_formulas_that_were_never_computed(file):
    """It looks empty, and is not."""
    commune(file, Trang_3=[["=A1"]])
    assert "holds a formula that was never computed" in defects_of(file)[0]


def test_a_cell_far_to_the_right_can_be_left_out(file):
    """By its column, as its defect says."""
    commune(
        file,
        [
            *HOUSEHOLD_ROWS,
            [3, "A B", "Nà Lừa", None, None, "gọi lại"],
            [4, "C D", None, None, None, "x"],
        ],
    )
    (text,) = defects_of(file)
    assert "column F: has no name, and cells below it (first in 4)" in text
    assert len(read(file, columns={"households": {"column F": None}}).households) == 4


def test_since_when_goes_after_years(file):
    """Years that are said stand."""
    previous = [["Chủ hộ", "Đảng viên phụ trách", "Số năm", "Từ năm"],
                ["Hoàng Văn Pản", "Lò Thị Hoà", 7, 2024]]  # fmt: skip
    commune(file, Năm_trước=previous)
    assert read(file, on="31/12/2025").previous == ((1, 2, 7.0),)


# --- what was understood ------------------------------------------------------------------------


def test_nothing_that_is_shown_holds_a_name(file):
    """Neither the record nor the labels nor the problem."""
    commune(file, (ugly.DECREE[0], ugly.DECREE[1]))
    reading = read(file, explain=True, travel=None)
    labels = read_labels(file, travel=None)
    shown = f"{reading!r}{reading}{labels!r}{labels}{reading.problem!r}{vars(reading.problem)}"
    for row in [*ugly.DECREE[0][7:9], *ugly.MEMBER_ROWS[1:]]:
        assert row[1] not in shown
    assert repr(labels) == "Labels(members=NamesById(3 names), households=NamesById(3 names))"
    assert repr(reading) == "Reading(2 lists, a problem)"
    assert "column E  Tọa độ / Vĩ độ" in str(reading)
    assert isinstance(reading.problem, Problem)
    with pytest.raises(TypeError, match="does not support item assignment"):
        labels.members[1] = "x"


def test_labels_of_lists_with_defects_are_refused(file):
    """As the problem is."""
    commune(file, [["STT", "Chủ hộ", "?"], [1, "A B", 1]])
    with pytest.raises(InvalidProblemError, match="is not a known column"):
        read_labels(file)


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["STT", "Chủ hộ", "Họ và tên", "Thôn", "Số hộ", "Tối đa", "Phân loại", "Hộ nghèo", "I", "II.",
         "Thôn Nà", "Tổng cộng", "Nguyễn Văn An", "7.237", "71,82", "x", "Vĩ độ", "Đảng viên",
         "Đảng viên phụ trách", "(1)", "id", "Th«n", "Người lập", "0912345678", "Mã hộ"]
    ),
    st.integers(-3, 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates().map(lambda day: datetime.datetime(day.year, day.month, day.day)),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn", "Co"]), max_size=6),
)  # fmt: skip
GRIDS = st.tuples(
    st.lists(st.lists(CELLS, max_size=6), max_size=9),
    st.lists(st.sampled_from(["A1:A2", "B2:C2", "A3:A5", "C1:D1", "B1:B2", "A1:F9"]), max_size=1),
)


@given(
    st.dictionaries(
        st.sampled_from(["Hộ", "Đảng viên", "Thôn Nà", "Năm trước", "S1", "S2", "Cố định"]),
        GRIDS,
        min_size=1,
        max_size=3,
    )
)
@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=examples(60),
)
def test_any_workbook_leaves_only_the_error_of_the_library(tmp_path_factory, sheets):
    """Whatever the cells hold: a problem, or an InvalidProblemError that repeats no person."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, (rows, merged) in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    path = tmp_path_factory.mktemp("any") / "any.xlsx"
    made.save(path)
    shown = ""
    with contextlib.suppress(InvalidProblemError):
        reading = read(path, explain=True)
        shown = f"{reading}{reading!r}"
        read_labels(path)
    assert "0912345678" not in shown
    assert "Nguyễn Văn An" not in shown


def test_only_last_year_ends_for_who_has_left(file):
    """``gone="end"`` is offered for last year's pairs, where a name is near to one that is here."""
    near = [["Chủ hộ", "Đảng viên phụ trách"], ["Hoàng Văn Pản", "Nguyen Van An"]]
    commune(file, Năm_trước=near)
    assert "gone='end' ends last year's pairs" in defects_of(file)[0]
    assert read(file, gone="end").previous == ()
    commune(file, Cố_định=near)
    (text,) = defects_of(file)
    assert "matches no record here; write the member" in text
    assert "gone" not in text


def test_a_class_is_nobodys_id(tmp_path):
    """A column of classes that is called the id: each cell is named, and none repeated."""
    (tmp_path / "members.csv").write_text("id\nm1\n", encoding="utf-8")
    (tmp_path / "households.csv").write_text(
        "id,workload\nhộ nghèo,1\nhộ nghèo,cận nghèo\n", encoding="utf-8"
    )
    found = [str(defect) for defect in read(tmp_path, explain=True).defects]
    what = "describes how a family lives, which must not be an id; number the rows instead"
    assert sum(what in line for line in found) == 2
    assert any("households.csv, line 3, workload: is not a number; give" in line for line in found)
    assert not any("nghèo" in line for line in found)


def test_names_and_ids_with_marks_that_are_not_seen_are_refused(tmp_path):
    """Each with its cell, before they stand on paper."""
    (tmp_path / "members.csv").write_text("id,name\nm1,Lò\u202e Én\nm2,Lò\n", encoding="utf-8")
    (tmp_path / "households.csv").write_text("id,hamlet\nh\x1b1,A\nh2,B\u2066\n", encoding="utf-8")
    found = [str(defect) for defect in read(tmp_path, explain=True).defects]
    places = [line.partition(": holds a control character")[0] for line in found]
    assert sorted(places) == [
        "households.csv, line 2, id",
        "households.csv, line 3, hamlet",
        "members.csv, line 2, name",
    ]


def test_reading_leaves_the_search_for_garbage_as_it_was(file):
    """It is off while lists are read; who had switched it off finds it off."""
    commune(file)
    assert gc.isenabled()
    read(file)
    assert gc.isenabled()
    gc.disable()
    try:
        read(file)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_problem_with_last_years_pairs_from_a_file_can_be_pickled(file):
    """Pairs remember what names them, and nothing of the file that cannot be sent along."""
    rows = [[*HOUSEHOLD_ROWS[0], "Đảng viên phụ trách"], [*HOUSEHOLD_ROWS[1], "Nguyễn Văn An"]]
    problem = read(commune(file, rows))
    assert pickle.loads(pickle.dumps(problem)) == problem
    assert problem.previous == ((1, 1, 1.0),)


def test_places_are_named_when_they_are_asked_for():
    """One, several, or a choice of them, in their order."""
    places = RecordPlaces([Source("a.csv", (), {}), Source("b.xlsx", ("A",), {})], [7, 9])
    assert list(places) == ["a.csv, line 7", "b.xlsx, row 9"]
    assert list(places[1:]) == ["b.xlsx, row 9"]
    assert list(places.taken([1, 0])) == ["b.xlsx, row 9", "a.csv, line 7"]
