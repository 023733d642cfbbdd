"""Lists as people really have them: each shape is read right, or refused with what mends it."""

import datetime
import zipfile

import more_files as made
import openpyxl
import pytest
import ugly_lists as ugly

from phancong import InvalidArgumentError, InvalidProblemError, Problem, read, read_labels, solve
from phancong.reading import plan_records, read_keys, read_lists, write_keys
from phancong.reading.list_kinds import table_in_name
from phancong.tables import write_csv

MEMBERS = "id,max_households\nm1,3\nm2,3\n"
HOUSEHOLDS = "id,hamlet\nh1,A\nh2,A\nh3,B\nh4,B\n"
PAIRS = [["household", "member"], ["h1", "m1"], ["h2", "m2"], ["h3", "m1"], ["h4", "m2"]]
KEPT = (("h1", "m1", 1.0), ("h2", "m2", 1.0), ("h3", "m1", 1.0), ("h4", "m2", 1.0))


@pytest.fixture
def folder(tmp_path):
    """A folder of members and households, and what a test adds to it."""

    def maker(**files):
        for name, text in {"members.csv": MEMBERS, "households.csv": HOUSEHOLDS, **files}.items():
            if text is not None:
                (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return maker


def defects_of(path, **options):
    with pytest.raises(InvalidProblemError, match="in the input") as caught:
        read(path, **options)
    return [str(defect) for defect in caught.value.defects]


def became(reading):
    return {str(use.sheet): str(use.became) for use in reading.sheets}


def commune(path, households, members=ugly.MEMBER_ROWS, **more):
    return ugly.book(path, **{"Danh sách hộ": households, "Đảng viên": members}, **more)


# --- folders: every file is accounted for -------------------------------------------------------


def _xlsx(path):
    return ugly.book(path, Sheet1=PAIRS)


def _named_sheet(path):
    return ugly.book(path, previous=PAIRS)


def _ods(path):
    return made.ods(path, {"Trang tính1": PAIRS})


def _xls(path):
    return made.xls(path, {"Feuil1": PAIRS})


def _text(mark):
    return lambda path: path.write_text("\n".join(map(mark.join, PAIRS)), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("previous.xlsx", _xlsx),
        ("anything.xlsx", _named_sheet),
        ("PREVIOUS.XLSM", _xlsx),
        ("previous_2024.xlsx", _xlsx),
        ("Năm trước.xlsx", _xlsx),
        ("phân công năm ngoái.xls", _xls),
        ("previous.ods", _ods),
        ("previous.tsv", _text("\t")),
        ("previous.txt", _text("|")),
        ("l'an dernier.csv", _text(";")),
        ("ano anterior.tab", _text("\t")),
    ],
)
def test_last_year_in_a_folder(folder, name, write):
    """Whatever its ending, beside members.csv and households.csv."""
    path = folder()
    write(path / name)
    reading = read(path, explain=True)
    assert reading.problem.previous == KEPT
    assert any(name in sheet for sheet, table in became(reading).items() if table == "previous")


@pytest.mark.parametrize(
    "name",
    [
        "previous.docx",
        "Năm trước.pdf",
        "danh sách hộ.numbers",
        "ds đảng viên 2025.jpg",
        "forbidden",
        "Cố định.xlsb",
        "households.json",
        "previous (1).zip",
    ],
)
def test_a_file_with_the_name_of_a_list_that_cannot_be_read(folder, name):
    """Nothing is dropped in silence; left out by name it is nothing."""
    path = folder()
    (path / name).write_bytes(b"PK\x03\x04 or not")
    (text,) = defects_of(path)
    assert text.startswith(f"{name}, file: has the name of a list and cannot be read; save it as")
    assert "not read" in became(read(path, explain=True))[name]
    if not name.startswith("households"):
        assert read(path, sheets={name.rpartition(".")[0] or name: None}).previous == ()
    assert read(path, sheets={name: None}).previous == ()


def test_a_folder_with_the_name_of_a_list(folder):
    """It could hold last year's."""
    path = folder()
    (path / "previous").mkdir()
    assert "previous, file: has the name of a list" in defects_of(path)[0]


def test_broken_workbooks_in_a_folder(folder):
    """Named, whatever they are called."""
    path = folder()
    (path / "x.xlsx").write_bytes(b"PK\x03\x04")
    assert "x.xlsx, file: is not an .xlsx workbook" in defects_of(path)[0]
    assert read(path, sheets={"x": None}).previous == ()


def test_everything_else_is_left_out_and_said(folder):
    """Scans, notes, what systems and spreadsheets keep, answers, keys, other tables."""
    path = folder(
        **{
            "readme.md": "x",
            ".DS_Store": "x",
            "~$members.xlsx": "x",
            ".~lock.members.csv#": "x",
            "Thumbs.db": "x",
            "answers.toml": "x",
            "map.json": "{}",
            "keys.csv": "table,number,key\nmembers,1,x\n",
            "budget.csv": "year,money\n2024,5\n",
            "members_old.csv": MEMBERS,
        }
    )
    (path / "scans").mkdir()
    reading = read(path, explain=True)
    assert reading.problem.member_columns.ids == ("m1", "m2")
    found = became(reading)
    assert len(found) == 13
    assert found["scans"] == "left out: a folder"
    assert found["readme.md"] == "left out: a file '.md' is not a list"
    assert found["map.json"] == "left out: a file '.json' is not a list"
    assert found[".DS_Store"] == found["Thumbs.db"] == "left out: the system keeps it"
    for name in ("~$members.xlsx", ".~lock.members.csv#"):
        assert "beside a workbook that is open" in found[name]
    assert found["answers.toml"] == "left out: holds answers, no list"
    assert found["keys.csv"] == "left out: a file of keys"
    assert (
        found["budget.csv"]
        == found["members_old.csv"]
        == "left out: other sheets have the names of lists"
    )


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("DS hộ gia đình xã Tân An 2025", "households"),
        ("2. Danh sách đảng viên", "members"),
        ("previous_2024", "previous"),
        ("Cặp không phân công (mới)", "forbidden"),
        ("giữ nguyên", "fixed"),
        ("Lista de hogares", "households"),
        ("budget", None),
        ("Thôn Nà Lừa", None),
    ],
)
def test_tables_in_names(name, table):
    """Words within the name of a sheet or file."""
    assert table_in_name(name) == table


def test_a_sheet_with_the_name_of_a_list_and_no_header(tmp_path):
    """It is asked for where that list is missing; where it is there, it is left out."""
    path = tmp_path / "b.xlsx"
    rows = [["xin chào"], ["không có gì"], [1, 2, 3]]
    commune(path, [["STT", "Chủ hộ"], [1, "Lò A"]], Năm_trước_2024=rows)
    (text,) = defects_of(path)
    assert (
        "has the name of a list, and no line of it is a header; say which line is: header={" in text
    )
    assert "sheets={'Năm trước 2024': None}" in text
    assert read(path, sheets={"Năm trước 2024": None}).previous == ()
    commune(path, [["STT", "Chủ hộ"], [1, "Lò A"]], Ghi_chú=rows)
    assert read(path).previous == ()


# --- plans that were written ---------------------------------------------------------------------


@pytest.fixture
def plan(folder):
    return solve(read(folder(), travel=None))


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx"])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_plan_is_last_year_s(folder, plan, tmp_path_factory, ending, lang):
    """In a folder, under any name, or as previous=."""
    path = folder()
    out = tmp_path_factory.mktemp("out")
    write = {"json": plan.to_json, "csv": plan.to_csv}
    if ending == "xlsx":
        plan.to_excel(out / "2024.xlsx", lang=lang)
    else:
        write[ending](out / f"2024.{ending}")
    for where in (out / f"2024.{ending}", str(out / f"2024.{ending}")):
        assert read(path, previous=where).previous == tuple((*p, 1.0) for p in plan.pairs)
    (path / f"2024.{ending}").write_bytes((out / f"2024.{ending}").read_bytes())
    reading = read(path, explain=True)
    assert reading.problem.previous == tuple((*p, 1.0) for p in plan.pairs)
    if ending == "xlsx":
        assert became(reading)["2024.xlsx"] == "left out: all but the pairs of the plan"


def test_the_files_of_one_plan_are_one(folder, plan):
    """What ``phancong plan`` writes is three files; last year's list goes before them."""
    path = folder()
    plan.to_json(path / "plan.json")
    plan.to_csv(path / "plan.csv")
    plan.to_excel(path / "plan.xlsx")
    reading = read(path, explain=True)
    assert len(reading.problem.previous) == 4
    found = became(reading)
    assert found["plan.json"] == "previous"
    assert found["plan.csv"] == "left out: plan.json holds the same plan"
    path = folder(**{"previous.csv": "household,member\nh1,m2\n"})
    reading = read(path, explain=True)
    assert reading.problem.previous == (("h1", "m2", 1.0),)
    assert became(reading)["plan.json"] == "left out: another list says who was in charge"
    assert read(path, previous=[("h2", "m1")]).previous == (("h2", "m1", 1.0),)


def test_two_plans_are_asked_for(folder, plan):
    """Which of them is last year's nobody knows."""
    path = folder()
    plan.to_json(path / "2023.json")
    plan.to_json(path / "2024.json")
    found = defects_of(path)
    assert len(found) == 2
    assert "is one of 2 lists that could be previous" in found[0]
    assert len(read(path, sheets={"2023": None}).previous) == 4


def test_a_plan_that_is_broken(folder):
    """Of another version, or of nothing that can be read."""
    text = '{"format": "phancong plan", "version": 1, "pairs": [[1.5, true]]}'
    path = folder(**{"plan.json": text})
    assert "plan.json, file: cannot be read; write the plan again" in defects_of(path)[0]
    path = folder(**{"plan.json": text.replace("1,", "99,", 1)})
    assert "was written by another version of this library" in defects_of(path)[0]


def test_members_who_have_left_are_fine(folder):
    """By id, the pair ends; it is counted and said. Zeros that a spreadsheet took away come back."""
    path = folder(
        **{
            "households.csv": "id\n007\nh2\n",
            "previous.csv": "household,member\n7,m1\nh2,m9\nh9,m1\n,\n".replace(",\n", ""),
        }
    )
    reading = read(path, explain=True)
    assert [pair[:2] for pair in reading.problem.previous if pair[0] == "007"] == [("007", "m1")]
    assert "2 lines of last year match no record here: they end" in reading.notes


def test_a_list_of_other_households_is_not_last_year_s(folder):
    """If none of them is here, every family would change hands in silence."""
    path = folder(**{"previous.csv": "household,member\nx1,m1\nx2,m2\n"})
    (text,) = defects_of(path)
    assert "previous.csv, line 1, list: names no household that is here; give last year's" in text


def test_who_was_in_charge_in_a_file_of_its_own(folder, tmp_path_factory):
    """A list of last year's households with names; who has left ends, who is nearly here is asked."""
    members = "STT;Họ và tên đảng viên\n1;Nguyễn Văn An\n2;Lò Thị Hòa\n"
    households = "Mã hộ;Chủ hộ\nH1;Lò A\nH2;Lò B\nH3;Lò C\n"
    lists = folder(**{"members.csv": members, "households.csv": households})
    other = tmp_path_factory.mktemp("other") / "phân công 2024.csv"
    head = "Mã hộ;Chủ hộ;Người phụ trách;Ý kiến\n"
    other.write_text(f"{head}H1;x;Nguyễn Văn An;a\nH2;x;Vàng A Páo;b\nH9;x;Lò Thị Hoà;\n", "utf-8")
    reading = read(lists, previous=other, explain=True)
    assert reading.problem.previous[0][:2] == ("H1", 1)
    assert reading.defects == ()
    other.write_text(f"{head}H1;x;Nguyen Van An;\n", "utf-8")
    assert (
        "phân công 2024.csv, line 2, Người phụ trách: matches no record"
        in defects_of(lists, previous=other)[0]
    )
    assert read(lists, previous=other, gone="end").previous == ()
    other.write_text("a;b\n1;2\n", "utf-8")
    assert defects_of(lists, previous=other)
    assert "is not a list that can be read" in defects_of(lists, previous=lists / "x.pdf")[0]


def test_a_workbook_of_last_year_without_a_list(folder, tmp_path):
    """Its sheets say nothing of who was in charge."""
    path = ugly.book(tmp_path / "x.xlsx", A=[["a", "b"], [1, 2]], B=ugly.MEMBER_ROWS)
    path.rename(tmp_path / "b.zip")
    lists = folder()
    (tmp_path / "b.zip").rename(tmp_path.parent / "last.xlsx")
    (text,) = defects_of(lists, previous=tmp_path.parent / "last.xlsx")
    assert "last.xlsx, list: has no list that says who was in charge of which household" in text


def test_a_column_in_charge_and_a_file(tmp_path):
    """The file that is named goes before the column; of two lists one has to be left out."""
    rows = [["Mã hộ", "Chủ hộ", "Đảng viên phụ trách"], ["H1", "Lò A", "Nguyễn Văn An"]]
    path = commune(tmp_path / "b.xlsx", rows)
    other = tmp_path / "p.csv"
    other.write_text("household,member\nH1,2\n")
    reading = read(path, previous=other, explain=True)
    assert reading.problem.previous == (("H1", 2, 1.0),)
    assert any("is left out: the pairs of last year are given" in note for note in reading.notes)
    commune(path, rows, Năm_trước=[["Mã hộ", "Mã đảng viên"], ["H1", 2]])
    (text,) = defects_of(path)
    assert "leave out one: columns={'households': {'Đảng viên phụ trách': None}} or" in text


def test_ids_of_who_is_in_charge_go_before_names(tmp_path):
    """Where a list has both; without a list of members they are the members."""
    rows = [
        ["Household No.", "Household Head Name", "CHW Name", "CHW ID", "Village"],
        [1, "A", "B C", 7, "V"],
        [2, "D", "B D", 7, "V"],
        [3, "E", None, 8, "V"],
        [4, "F", None, None, "V"],
    ]
    path = ugly.book(tmp_path / "b.xlsx", Households=rows)
    problem = read(path)
    assert problem.member_columns.ids == (7, 8)
    assert [pair[:2] for pair in problem.previous] == [(1, 7), (2, 7), (3, 8)]
    assert dict(read_labels(path).members) == {7: "B C"}
    titles = [str(use.title) for use in read(path, explain=True).columns]
    assert titles == rows[0]


# --- ids ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "nguyễn văn an", "Nguyễn Văn An 2", "Đ/c Nguyễn Văn An", "100000001", "001099012345",
        "0912345678", "02193867123", "an@xa.gov.vn",
    ],
)  # fmt: skip
def test_what_must_be_no_id_is_numbered_and_kept_apart(folder, tmp_path_factory, value):
    """The way out: numbers in its place, and a file of keys that stays with the user."""
    path = folder(**{"households.csv": f"Mã hộ,Thôn\nH1,A\n{value},B\n"})
    (text,) = defects_of(path)
    assert "households.csv, line 3, Mã hộ: looks like" in text
    assert "in a file of your own: columns={'households': {'Mã hộ': 'key'}}" in text
    assert value not in text
    said = {"columns": {"households": {"Mã hộ": "key"}}}
    found = read_lists(path, **said)
    assert found.reading.problem.household_columns.ids == (1, 2)
    assert found.keys == {"households": {1: "H1", 2: value}}
    assert value not in repr(found) + str(found.reading)
    keys = tmp_path_factory.mktemp("mine") / "keys.csv"
    write_keys(keys, found.keys)
    (path / "households.csv").write_text(f"Mã hộ,Chủ hộ\nH0,x\n{value},y\n,z\n", "utf-8")
    (path / "previous.csv").write_text(f"household,member\n{value},m1\nH1,m2\n", "utf-8")
    (text,) = defects_of(path, keys=keys, **said)
    assert "is missing" in text
    (path / "households.csv").write_text(f"Mã hộ,Thôn\nH0,A\n{value},B\nH0,C\n", "utf-8")
    (text, _) = defects_of(path, keys=keys, **said)
    assert "households.csv, line 4, Mã hộ: is given twice (first: households.csv, line 2)" in text
    (path / "households.csv").write_text(f"Mã hộ,Thôn\nH0,A\n{value},B\n", "utf-8")
    problem = read(path, keys=keys, **said)
    assert problem.household_columns.ids == (2, 3)
    assert (2, "m1", 1.0) in problem.previous


def test_files_of_keys_are_checked(tmp_path):
    """Each key and each number once, each of a list."""
    path = tmp_path / "keys.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(
        InvalidProblemError, match="is not a file of keys; give a file that phancong"
    ):
        read_keys(path)
    rows = [["members", 1, "x"], ["members", 1, "y"], ["members", 2, "x"], ["who", 1, "x"]]
    write_csv(path, ["table", "number", "key"], rows)
    with pytest.raises(InvalidProblemError, match="3 defects") as caught:
        read_keys(path)
    assert "line 3, row: has a key or a number for the second time; keep one" in str(caught.value)
    assert "line 5, row: cannot be read" in str(caught.value)


def test_a_name_in_a_list_of_pairs(folder):
    """The way out is the id of the list."""
    path = folder(**{"fixed.csv": "household,member\nh1,nguyễn văn an\n"})
    text = "".join(defects_of(path))
    assert "which must not be an id; write the id that is in the list of households" in text


# --- titles -------------------------------------------------------------------------------------


FRENCH = [
    ["LISTE DES MÉNAGES"],
    [],
    ["N°", "Nom du chef de ménage", "Quartier", "Taille du ménage", "Agent responsable"],
    [1, "Aïcha Diallo", "Haïti", 5, "Noël Traoré"],
    [2, "Moïse Koné", "Saint-Joël", 3, "Noël Traoré"],
]
SPANISH = [
    ["LISTA DE HOGARES", None, None],
    [None, "Municipio de X"],
    ["Código", "Jefe de hogar", "Comunidad", "Promotor"],
    ["A1", "Persona A", "Norte", "Agente Uno"],
    ["A2", "Persona B", "Sur", None],
]
PORTUGUESE = [
    ["Código da família", "Nome do chefe de família", "Bairro", "Agente de saúde", "Observações"],
    ["F1", "João Leão", "Baú", "Ana Conceição", "Saúde"],
]


@pytest.mark.parametrize(
    ("rows", "name", "hamlets"),
    [
        (FRENCH, "Ménages", ("Haïti", "Saint-Joël")),
        (SPANISH, "Hogares", ("Norte", "Sur")),
        (PORTUGUESE, "Famílias", ("Baú",)),
    ],
)
def test_titles_in_other_languages(tmp_path, rows, name, hamlets):
    """In any of the first rows, under title lines; French, Spanish and Portuguese are not VNI."""
    path = ugly.book(tmp_path / "b.xlsx", **{name: rows})
    reading = read(path, explain=True)
    assert reading.defects == ()
    assert reading.problem.household_columns.hamlet == hamlets
    assert len(reading.problem.members) == 1


def test_a_header_that_the_caller_tells(tmp_path):
    """Titles that nobody knows: by columns=, or by the line."""
    rows = [["ROSTER"], ["of the valley"], ["Kodo", "Kunvenejo"], ["k1", "Nord"], ["k2", "Sud"]]
    path = commune(tmp_path / "b.xlsx", [["STT", "Chủ hộ"], [1, "x"]])
    ugly.book(path, members=[["id"], ["m1"]], valo=rows)
    said = {"Kodo": "id", "kunvenejo": "hamlet"}
    problem = read(path, sheets={"valo": "households"}, columns={"households": said})
    assert problem.household_columns.hamlet == ("Nord", "Sud")
    options = {"sheets": {"valo": "households"}, "columns": {"households": {"A": "id", "B": None}}}
    for header in (3, {"valo": 3}):
        sheet = [["members"]] if header == 3 else []
        ugly.book(path, members=[*sheet, *sheet, ["id"], ["m1"]], valo=rows)
        assert read(path, header=header, **options).household_columns.ids == ("k1", "k2")
    assert "is not a sheet or file here" in "".join(defects_of(path, header={"x": 1}, **options))
    ugly.book(path, members=[["id"], ["m1"]], households=[["a", "b"], [1, 2]])
    assert "or say which line it is: header={'households': ...}" in defects_of(path)[0]


def test_title_lines_never_become_part_of_a_title(tmp_path):
    """Merged over the header, beside it, or with a word that is known."""
    rows = (
        [
            ["DANH SÁCH HỘ", None, None, None],
            ["Xã Tân An", None, "Thôn", None],
            ["STT", "Chủ hộ", "Tọa độ", None],
            [None, None, "Vĩ độ", "Kinh độ"],
            [1, "Lò A", 22.4, 105.2],
        ],
        ["A1:D1", "A3:A4", "B3:B4", "C3:D3"],
    )
    path = commune(tmp_path / "b.xlsx", rows)
    titles = [u.title for u in read(path, explain=True, travel=None).columns if "hộ'" in u.sheet]
    assert titles == ["STT", "Chủ hộ", "Tọa độ / Vĩ độ", "Tọa độ / Kinh độ"]


def test_titles_of_columns_above_those_that_are_known(tmp_path):
    """The upper row of a header has few titles that are known, and the lower the others."""
    rows = [
        ["DANH SÁCH HỘ"],
        ["Mã hộ", "Thông tin", None],
        [None, "Chủ hộ", "Thôn"],
        ["H1", "Lò A", "Nà"],
    ]
    path = commune(tmp_path / "b.xlsx", rows)
    problem = read(path)
    assert problem.household_columns.ids == ("H1",)
    assert problem.household_columns.hamlet == ("Nà",)


@pytest.mark.parametrize(
    ("title", "hamlet"),
    [("Địa chỉ (thôn/bản)", "Nà"), ("Nơi ở (thôn)", "Nà"), ("Địa chỉ", None)],
)
def test_a_hamlet_in_brackets(tmp_path, title, hamlet):
    """What stands in brackets says which part of an address it is."""
    path = commune(tmp_path / "b.xlsx", [["STT", "Chủ hộ", title], [1, "Lò A", "Nà"]])
    assert read(path).household_columns.hamlet == (hamlet,)


def test_an_address_that_holds_the_hamlet_is_asked_for(tmp_path):
    """Among other parts it is no hamlet."""
    title = "Địa chỉ (số nhà, thôn)"
    path = commune(tmp_path / "b.xlsx", [["STT", "Chủ hộ", title], [1, "Lò A", "12, Nà"]])
    (text,) = defects_of(path)
    assert "could hold the hamlet among other parts of an address; say what it is" in text
    assert read(path, columns={"households": {title: None}}).household_columns.hamlet == (None,)


def test_suggestions_are_for_near_and_long_titles_only(tmp_path):
    """ "Toán" is not nearly "thôn"."""
    rows = [["STT", "Chủ hộ", "Toán", "Phân loai hộ nghèoo"], [1, "Lò A", 9, None]]
    found = defects_of(commune(tmp_path / "b.xlsx", rows))
    assert "did you mean" not in found[0]
    assert "Toán (column C): is not a known column; say what it is, None leaves" in found[0]
    rows[0][3] = "Phan loại hoo"
    found = defects_of(commune(tmp_path / "b.xlsx", rows))
    assert "did you mean 'class'?" in found[1]


def test_a_title_that_is_told_and_not_there(tmp_path):
    """A slip in columns= is no silence."""
    path = commune(tmp_path / "b.xlsx", [["STT", "Chủ hộ"], [1, "Lò A"]])
    (text,) = defects_of(path, columns={"households": {"Thonn": "hamlet", "*": None}})
    assert text.startswith(
        "columns, 'Thonn': is not the title of a column here; write the title as it"
    )


def test_names_above_columns_are_not_shown(tmp_path):
    """A title is nobody's name, unless it is one."""
    rows = [["STT", "Chủ hộ", "Sub Village Name", "Nguyễn Văn An", "Trần Bình Minh"], [1, "x"]]
    found = "".join(defects_of(commune(tmp_path / "b.xlsx", rows)))
    assert "Sub Village Name" in found
    assert "Nguyễn" not in found
    assert "Trần" not in found


# --- sheets -------------------------------------------------------------------------------------


def test_a_sheet_that_is_no_list_blocks_nothing(tmp_path):
    """Sums by hamlet, charts, notes, errors in them, old text."""
    sums = [
        ["STT", "Thôn", "Hộ nghèo", "Hộ cận nghèo", "Tổng"],
        [1, "Nà Lừa", 3, 4, "#DIV/0!"],
        [2, "Bản Mới", 3, 4, "=1"],
    ]
    notes = [[ugly.vni("Nguyễn Văn Quý")], [ugly.vni("Thôn Nà Lừa Bản Mới")], ["a", 1]]
    path = commune(tmp_path / "b.xlsx", [["STT", "Chủ hộ"], [1, "A"]], Tổng_hợp_x=sums, N=notes)
    reading = read(path, explain=True)
    assert reading.defects == ()
    found = became(reading)
    assert "no line is the header" in found["b.xlsx, sheet 'Tổng hợp x'"]
    assert found["b.xlsx, sheet 'N'"] == "not read: its text is not Unicode"


def test_old_text_where_a_list_is_missing(tmp_path):
    """Then it could be that list."""
    notes = [[ugly.vni("Nguyễn Văn Quý")], [ugly.vni("Thôn Nà Lừa Bản Mới")], ["a", 1]]
    path = ugly.book(tmp_path / "b.xlsx", N=notes, members=[["id"], ["m"]])
    assert "is text in VNI Windows" in defects_of(path)[0]


def test_formulas_without_a_value_in_what_is_left_out(tmp_path):
    """In columns, sums, lines above and below; in what is read they are defects."""
    rows = [
        ["=TODAY()", "DANH SÁCH"],
        ["STT", "Chủ hộ", "Thôn", "Nhân khẩu", "Ghi chú"],
        [1, "Lò A", "Nà", "=1+1", "=1"],
        [2, "Lò B", "=A1", 3, None],
        ["Tổng cộng", None, None, "=SUM(D3:D4)"],
        ["=1"],
    ]
    path = commune(tmp_path / "b.xlsx", rows)
    found = defects_of(path)
    assert [text.split(": ")[0] for text in found] == [
        "b.xlsx, sheet 'Danh sách hộ', row 4, column C",
        "b.xlsx, sheet 'Danh sách hộ', row 6, column A",
    ]
    rows[3][2], rows[5][0] = "Nà", None
    assert read(commune(path, rows)).household_columns.hamlet == ("Nà", "Nà")


def test_filters_comments_charts_protection_and_hidden_rows(tmp_path):
    """All of it is read; what is hidden is said."""
    path = commune(tmp_path / "b.xlsx", [["STT", "Chủ hộ"], [1, "A"], [2, "B"], [3, "C"]])
    book = openpyxl.load_workbook(path)
    sheet = book["Danh sách hộ"]
    sheet.auto_filter.ref = "A1:B4"
    sheet.row_dimensions[3].hidden = True
    sheet.protection.sheet = True
    sheet.protection.password = "x"
    sheet["A1"].comment = openpyxl.comments.Comment("Hộ Nguyễn Văn An", "x")
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(sheet, min_col=1, min_row=1, max_row=4))
    sheet.add_chart(chart, "E5")
    book["Đảng viên"].sheet_state = "hidden"
    book.save(path)
    reading = read(path, explain=True)
    assert len(reading.problem.households) == 3
    assert "b.xlsx, sheet 'Danh sách hộ': rows 3 are hidden, and read all the same" in reading.notes
    assert "b.xlsx, sheet 'Đảng viên' is hidden, and read all the same" in reading.notes


def test_members_by_their_limits(folder):
    """A list with a maximum is one of members, though "households" stands in its title."""
    path = folder(
        **{
            "members.csv": None,
            "households.csv": None,
            "equipo.csv": "name,lat,lon,max_households\nAgent A,16.1,8.3,3\n",
            "menages.csv": "code;chef;taille\nA1;x;3\n",
        }
    )
    reading = read(path, explain=True, travel=None)
    assert became(reading) == {"equipo.csv": "members", "menages.csv": "households"}
    both = "name,max_households,workload\nA B,3,1\n"
    files = {"members.csv": None, "households.csv": None, "menages.csv": None}
    for name in ("members.csv", "households.csv", "menages.csv"):
        (path / name).unlink(missing_ok=True)
    path = folder(**files, **{"equipo.csv": both, "x.csv": both})
    found = defects_of(path)
    assert "could be members or households" in found[0]


# --- one row a person ---------------------------------------------------------------------------


def test_one_row_a_person(tmp_path):
    """The rows of a household are one; the head gives the name; it is said."""
    rows = [
        ["STT", "Mã hộ", "Họ và tên", "Quan hệ với chủ hộ", "Ngày sinh", "Thôn", "Phân loại"],
        [1, "H1", "Lò Thị B", "vợ", "1980", "Nà", None],
        [2, "H1", "Lò Văn A", "Chủ hộ", "1979", "Nà", "Hộ nghèo"],
        [3, "H2", "Vàng C", "chủ hộ", "1970", "Mới", None],
    ]
    path = commune(tmp_path / "b.xlsx", rows)
    reading = read(path, explain=True)
    problem = reading.problem
    assert problem.household_columns.ids == ("H1", "H2")
    assert problem.household_columns.workload.tolist() == [2.0, 1.0]
    assert problem.household_columns.hamlet == ("Nà", "Mới")
    assert dict(read_labels(path).households) == {"H1": "Lò Văn A", "H2": "Vàng C"}
    assert "one row a person: 3 rows are 2 households" in reading.notes
    rows[1][5] = "Mới"
    (text,) = defects_of(commune(path, rows))
    assert (
        "row 3, Thôn (column F): differs from b.xlsx, sheet 'Danh sách hộ', row 2, of the" in text
    )
    assert "write the same in all rows of a household, or in one alone" in text


@pytest.mark.parametrize("merged", [(), ("A2:A3",)])
def test_the_number_of_a_household_in_its_first_row(tmp_path, merged):
    """Merged over its persons, or blank below; numbers of rows as well as codes."""
    for title, first, second in (("STT", 1, 2), ("Mã hộ", "H1", "H2")):
        rows = [
            [title, "Họ và tên", "Quan hệ", "Thôn"],
            [first, "Lò Văn A", "Chủ hộ", "Nà"],
            [None, "Lò Thị B", "Vợ", None],
            [second, "Vàng C", "Chủ hộ", "Nà"],
        ]
        path = ugly.book(
            tmp_path / "b.xlsx",
            **{"Danh sách hộ": (rows, merged), "Đảng viên": ugly.MEMBER_ROWS},
        )
        problem = read(path)
        assert len(problem.households) == 2
        assert dict(read_labels(path).households) == {
            problem.household_columns.ids[0]: "Lò Văn A",
            problem.household_columns.ids[1]: "Vàng C",
        }


def test_households_that_begin_with_their_heads(tmp_path):
    """Persons are numbered, households are not."""
    rows = [
        ["STT", "Họ và tên", "Quan hệ với chủ hộ"],
        [1, "Lò Văn A", "Chủ hộ"],
        [2, "Lò Thị B", "Vợ"],
        [3, "Vàng C", "Chủ hộ"],
    ]
    path = commune(tmp_path / "b.xlsx", rows)
    assert len(read(path).households) == 2
    rows[1][2] = "Con"
    assert len(read(commune(path, rows)).households) == 3
    rows[1][2] = rows[3][2] = None
    assert len(read(commune(path, rows)).households) == 3


def test_a_roster_without_relations(folder):
    """Where a number repeats and columns speak of persons; otherwise it is given twice."""
    text = "hhid,Name,Sex,Age,Village\n1,A B,F,30,V\n1,C D,M,31,V\n2,E F,F,40,V\n"
    path = folder(**{"households.csv": text})
    problem = read(path)
    assert problem.household_columns.ids == ("1", "2")
    path = folder(**{"households.csv": "hhid,Head,Village\n1,A B,V\n1,C D,V\n"})
    assert "is given twice" in defects_of(path)[0]
    path = folder(**{"households.csv": "hhid,Name,Sex,Village\n1,A B,F,V\n2,C D,M,V\n"})
    assert len(read(path).households) == 2
    path = folder(**{"households.csv": "hhid,Relationship,Village\n1,Head,V\n2,Head,V\n"})
    assert len(read(path).households) == 2


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "loads"),
    [
        (["1,500", "2.5"], [1500.0, 2.5]),
        (["1,500", "1,234,567"], [1500.0, 1234567.0]),
        (["1,500", "2,5"], [1.5, 2.5]),
        (["1.500", "2.500,75"], [1500.0, 2500.75]),
        (["1.500", "0.125"], [1.5, 0.125]),
        (["1 500", "2"], [1500.0, 2.0]),
        (["1,500", "2"], None),
        (["1.500", "2"], None),
        (["1,500", "2.5", "2,5"], None),
    ],
)
def test_a_number_that_can_be_read_two_ways(tmp_path, cells, loads):
    """Under an English title it is asked for, unless other cells of its column settle it."""
    rows = [["No", "Head of household", "Workload"], *[[n, "A", c] for n, c in enumerate(cells)]]
    path = ugly.book(tmp_path / "b.xlsx", Households=rows, Members=[["id"], ["m"]])
    if loads is not None:
        assert read(path).household_columns.workload.tolist() == loads
        return
    found = defects_of(path)
    assert (
        "Workload (column C): could be a decimal or thousands; write it without the mark, or"
        in (found[0])
    )
    assert "say which mark is the decimal one: decimal='.' or decimal=','" in found[0]
    first = read(path, decimal=".").household_columns.workload[0]
    assert first == (1500.0 if "," in cells[0] else 1.5)
    assert read(path, decimal=",").household_columns.workload[0] != first


def test_the_decimal_mark_of_a_plain_file(folder):
    """A program's file with semicolons, too."""
    path = folder(**{"households.csv": "id;workload\nh1;7.237\nh2;1,5\n"})
    assert "say which mark is the decimal one: decimal=',' or" in defects_of(path)[0]
    assert read(path, decimal=",").household_columns.workload.tolist() == [7237.0, 1.5]


# --- classes ------------------------------------------------------------------------------------


def test_a_class_can_be_left_out(tmp_path):
    """It says nothing of the workload then."""
    rows = [["STT", "Chủ hộ", "Phân loại"], [1, "A", "BTXH"], [2, "B", "Hộ nghèo"]]
    path = commune(tmp_path / "b.xlsx", rows)
    assert "is a class that the table of workloads does not have" in defects_of(path)[0]
    assert read_lists(path).classes == ("BTXH",)
    problem = read(path, workloads={"btxh": None})
    assert problem.household_columns.workload.tolist() == [1.0, 2.0]
    assert isinstance(problem, Problem)


def test_days_are_days_in_every_kind_of_file(tmp_path):
    """Since when somebody is in charge, in an old workbook."""
    rows = [
        ["STT", "Chủ hộ", "Đảng viên phụ trách", "Phụ trách từ"],
        [1, "A", "Nguyễn Văn An", (datetime.date(2020, 9, 2), "dd/mm/yyyy")],
    ]
    path = made.xls(tmp_path / "b.xls", {"Hộ": rows})
    assert read(path, on="31/12/2025").previous == ((1, 1, 5.0),)
    assert zipfile.is_zipfile(path) is False


# --- names of sheets say what titles do not -----------------------------------------------------


def test_people_by_the_name_of_their_sheet(tmp_path):
    """Titles that both lists have."""
    one = [["STT", "Họ và tên"], [1, "Lò A"], [2, "Lò B"]]
    path = ugly.book(tmp_path / "b.xlsx", Người_phụ_trách_xã_A=one[:2], Các_hộ_xã_A=one)
    problem = read(path)
    assert (len(problem.members), len(problem.households)) == (1, 2)


def test_households_of_last_year(tmp_path):
    """A list that is called last year's is that where there is another list of households."""
    rows = [["Mã hộ", "Chủ hộ", "Phân loại"], ["H1", "Lò A", None], ["H2", "Lò B", None]]
    old = [["Mã hộ", "Chủ hộ", "Phân loại", "Người phụ trách"], ["H1", "Lò A", None, "Lò Thị Hoà"]]
    path = commune(tmp_path / "b.xlsx", rows, Phân_công_năm_2024=old)
    assert read(path).previous == (("H1", 2, 1.0),)
    path = ugly.book(path, Phân_công_năm_2024=old, Đảng_viên=ugly.MEMBER_ROWS)
    problem = read(path)
    assert (len(problem.households), problem.previous) == (1, (("H1", 2, 1.0),))


def test_a_list_by_its_name_with_one_title_that_is_known(tmp_path):
    """The other columns are asked for."""
    rows = [["Chủ hộ", "Kodo"], ["Lò A", "k"]]
    path = ugly.book(tmp_path / "b.xlsx", Danh_sách_hộ_xã_A=rows, Đảng_viên=ugly.MEMBER_ROWS)
    assert "Kodo (column B): is not a known column" in defects_of(path)[0]


def test_names_among_many_are_compared_by_their_letters(tmp_path):
    """Who is nearly somebody is looked for among few."""
    rows = [["Mã hộ", "Chủ hộ", "Đảng viên phụ trách"], ["H1", "Lò A", "Nguyễn Văn Anh"]]
    path = commune(tmp_path / "b.xlsx", [*rows, ["H2", "Lò B", "Xa Lạ Quá"]])
    (text,) = defects_of(path)
    assert "matches no record here" in text
    many = [[4 + n, f"Người {n}", "Nà Lừa", 0, 2, None] for n in range(2_000)]
    strange = [*rows, ["H2", "Lò B", "Xa Lạ Quá"]]
    path = commune(tmp_path / "many.xlsx", strange, [*ugly.MEMBER_ROWS, *many])
    assert read(path).previous == ()
    rows[1][2] = "Nguyen Van An"
    path = commune(path, rows, [*ugly.MEMBER_ROWS, *many])
    assert "matches no record here" in defects_of(path)[0]


def test_all_that_is_not_known_in_a_plain_list(folder):
    """It stays a list as a program writes it, but for that."""
    path = folder(**{"households.csv": "id,roof\nh1,x\n"})
    assert read(path, columns={"households": {"*": None}}).household_columns.ids == ("h1",)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"decimal": "x"}, "decimal must be"),
        ({"header": "x"}, "header must be the number of a line"),
        ({"header": {"x": True}}, "header must be"),
        ({"header": 0}, "header must be"),
    ],
)
def test_more_options_are_checked(folder, options, match):
    """Before anything is read."""
    with pytest.raises(InvalidArgumentError, match=match):
        read(folder(), **options)


def test_records_that_are_too_large_or_gone(folder, plan):
    """Named, or no plan at all."""
    path = folder()
    plan.to_json(path / "plan.json")
    assert plan_records.is_record(path / "plan.json")
    assert not plan_records.is_record(path / "gone.json")
    with (path / "plan.json").open("ab") as file:
        file.truncate(100_000_001)
    assert (
        "plan.json, file: is larger than 100 MB; keep only the lists"
        in defects_of(path, previous=path / "plan.json", sheets={"plan": None})[0]
    )
