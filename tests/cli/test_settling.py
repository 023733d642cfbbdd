"""What lists leave open is settled on the command line, or in a file of answers, without Python."""

import re
import tomllib

import pytest
import ugly_lists as ugly
from test_command_line import run

from phancong import read_plan
from phancong.errors import Defect
from phancong.reading import read_keys, read_lists
from phancong.reading.settling import Remedy, alike, for_command_line, offered, remedies_of
from phancong.words import Message, words

MEMBERS = "id,max_households\nm1,9\nm2,9\n"


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "lists").mkdir()

    def maker(**files):
        for name, text in {"members.csv": MEMBERS, **files}.items():
            (tmp_path / "lists" / name).write_text(text, encoding="utf-8")
        return tmp_path / "lists"

    return maker


CLASSES = "Mã hộ,Chủ hộ,Phân loại\n1,A,Hộ nghèo\n2,B,BTXH\n3,C,BTXH\n4,D,Khác\n"


def test_a_class_is_given_a_workload_or_left_out(folder, capsys):
    """One line for defects that are alike, and the option that settles them."""
    path = folder(**{"households.csv": CLASSES})
    ended, shown, _ = run(capsys, "lists", path)
    assert ended == 2
    text = " ".join(shown.split())
    assert "households.csv, lines 3-5, Phân loại: is a class that the table of workloads" in text
    assert "correct the cell, or add the class: --class NAME=1.0" in text
    assert "workloads=" not in text
    given = ("--class", "btxh=2,5", "--class", "Khác=none")
    ended, shown, _ = run(capsys, "lists", path, *given)
    assert ended == 0
    assert run(capsys, "lists", path, "--columns", "Phân loại=none")[0] == 0
    assert run(capsys, "lists", path, "--columns", "households:phan loai=none")[0] == 0


def test_columns_and_sheets(tmp_path, capsys):
    """By title or letter, for one list or all; the rest at once."""
    rows = [["STT", "Chủ hộ", "Mái nhà", "Khu vực x"], [1, "Lò A", "tôn", "Nà"]]
    path = ugly.book(tmp_path / "b.xlsx", DS=rows, DV=ugly.MEMBER_ROWS, Nháp=rows)
    ended, shown, _ = run(capsys, "lists", path)
    assert ended == 2
    text = " ".join(shown.split())
    assert "--sheets DS=households, or --sheets DS=none to leave it out" in text
    assert "Mái nhà (column C): is not a known column; say what it is" in text
    assert "--columns 'Mái nhà=none'" in text
    assert "columns={" not in text
    assert "None" not in text
    given = ("--sheets", "Nháp=none", "--columns", "Khu vực x=hamlet", "--columns", "C=none")
    ended, shown, _ = run(capsys, "lists", path, *given)
    assert (ended, "hamlet" in shown) == (0, True)
    assert run(capsys, "lists", path, "--sheets", "Nháp=none", "--columns", "*=none")[0] == 0
    ended, shown, _ = run(capsys, "lists", path, *given, "--columns", "Không có=none")
    assert ended == 2
    assert "columns, 'Không có': is not the title of a column here" in " ".join(shown.split())


def test_headers_and_decimals(tmp_path, capsys):
    """The row of the titles, for all sheets or one; the decimal mark."""
    rows = [["x", "y"], ["kodo", "laboro"], ["k1", "1,500"], ["k2", "2"]]
    path = ugly.book(tmp_path / "b.xlsx", DS=rows, members=[["id"], ["m1"]])
    said = ("--sheets", "DS=households", "--columns", "kodo=id", "--columns", "laboro=workload")
    ended, shown, _ = run(capsys, "lists", path, *said, "--header", "DS=2")
    assert ended == 2
    assert "--decimal . or --decimal ," in " ".join(shown.split())
    assert run(capsys, "lists", path, *said, "--header", "DS=2", "--decimal", ".")[0] == 0
    ugly.book(path, DS=rows, members=[["x"], ["id"], ["m1"]])
    assert run(capsys, "lists", path, *said, "--header", "2", "--decimal", ".")[0] == 0


def test_last_year(folder, tmp_path, capsys):
    """From a file; who has left ends; years until a day; without distances."""
    path = folder(**{"households.csv": "id,lat,lon\nh1,22.4,105.2\nh2,22.5,105.2\n"})
    previous = tmp_path / "p.csv"
    previous.write_text("household,member,since\nh1,m1,2020\nh2,m2,2021\n")
    out = tmp_path / "out"
    ended, _, told = run(capsys, "plan", path, "-o", out, "--previous", previous)
    assert ended == 2
    text = " ".join(told.split())
    assert "give the day, --on 31/12/2025" in text
    assert "leave distances out: --travel none" in text
    given = ("--previous", previous, "--on", "31/12/2025", "--travel", "none", "--gone", "end")
    ended, shown, _ = run(capsys, "plan", path, "-o", out, *given)
    assert ended == 0
    assert "changes of hands" in shown
    assert run(capsys, "check", path, out / "plan.json", *given)[0] == 0


def test_rows_are_numbered_and_keys_stay_with_the_user(folder, tmp_path, capsys):
    """The file of keys is asked for, written, and read again: numbers stay."""
    path = folder(**{"households.csv": "Mã hộ,Thôn\n100000001,A\n100000002,A\n"})
    out, keys = tmp_path / "out", tmp_path / "keys.csv"
    ended, _, told = run(capsys, "plan", path, "-o", out)
    assert ended == 2
    assert "lines 2-3, Mã hộ: looks like an identity number" in " ".join(told.split())
    said = ("--columns", "Mã hộ=key")
    ended, _, told = run(capsys, "plan", path, "-o", out, *said)
    assert ended == 2
    assert "say where to keep what the numbers stand for: --keys FILE" in told
    assert run(capsys, "plan", path, "-o", out, *said, "--keys", keys)[0] == 0
    assert read_keys(keys)["households"] == {"100000001": 1, "100000002": 2}
    (path / "households.csv").write_text("Mã hộ,Thôn\n100000003,A\n100000002,A\n", "utf-8")
    (path / "members.csv").write_text("Mã,Số hộ tối đa\n100000009,9\n", "utf-8")
    said = (*said, "--columns", "Mã=key")
    assert run(capsys, "lists", path, *said, "--keys", keys)[0] == 0
    found = read_keys(keys)
    assert found["households"] == {"100000001": 1, "100000002": 2, "100000003": 3}
    assert found["members"] == {"100000009": 1}
    (path / "members.csv").write_text(MEMBERS, "utf-8")
    assert run(capsys, "lists", path, "--columns", "Mã hộ=key", "--keys", keys)[0] == 0
    assert read_keys(keys) == found


@pytest.mark.parametrize(
    "given",
    [
        ("--columns", "x"), ("--columns", "=id"), ("--columns", "x=what"), ("--columns", "*=id"),
        ("--columns", "members:x=workload"), ("--sheets", "x"), ("--sheets", "x=what"),
        ("--class", "x"), ("--class", "x=-1"), ("--class", "x=nan"), ("--header", "x"),
        ("--header", "0"), ("--decimal", "x"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(folder, capsys, given):
    """With what can be meant, before anything is read."""
    with pytest.raises(SystemExit, match="2"):
        run(capsys, "lists", folder(), *given)
    assert f"argument {given[0]}" in capsys.readouterr().err


# --- files of answers ---------------------------------------------------------------------------


def office(path):
    rows = [
        ["DANH SÁCH HỘ XÃ TÂN AN"],
        ["STT", "Chủ hộ", "Thôn", "Phân loại", "Mái nhà", "Đảng viên phụ trách", "Phụ trách từ"],
        [1, "Lò A", "Nà", "BTXH", "tôn", "Nguyen Van An", 2020],
        [2, "Lò B", "Nà", "Hộ nghèo", "lá", "Lò Thị Hoà", 2021],
    ]
    return ugly.book(path, Hộ=rows, Dân=rows, Đảng_viên=ugly.MEMBER_ROWS)


def health(path):
    rows = [
        ["COMMUNITY HEALTH WORKERS"],
        [],
        ["HHID", "Household Head Name", "Sub-village", "CHW Name", "Roof", "Workload"],
        ["A1", "B C", "V", "Agent A", "tin", "1,500"],
        ["A2", "D E", "V", "Agent B", "tin", "2"],
    ]
    members = [["Name", "Max households"], ["Agent A", 3], ["Agent B", 3]]
    return ugly.book(path, Roster=rows, Staff=members)


def roster(path):
    rows = [
        ["N°", "Nom et prénoms", "Lien de parenté", "Quartier", "CNI du chef", "Toiture"],
        [1, "Aïcha Diallo", "Chef de ménage", "Haïti", "x", "tôle"],
        [2, "Binta Diallo", "Fille", "Haïti", None, None],
        [3, "Moïse Koné", "Chef", "Nord", "y", None],
    ]
    return ugly.book(path, Ménages=rows, Agents=[["Agent", "Zone"], ["Agent Un", "x"]])


def registry(path):
    rows = [["Mã hộ", "Chủ hộ", "Ưu tiên"], ["001099012345", "Lò A", 1], ["001099012346", "B C", 2]]
    return ugly.book(path, **{"Danh sách hộ": rows, "Đảng viên": ugly.MEMBER_ROWS})


def people(path):
    one = [["STT", "Họ và tên", "Địa chỉ (số nhà, thôn)"], [1, "Lò A", "1, Nà"], [2, "Lò B", "Nà"]]
    return ugly.book(path, Tờ_1=one, Tờ_2=one[:2])


@pytest.mark.parametrize("make", [office, health, roster, registry, people])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_an_unknown_workbook_from_the_first_call_to_the_plan(tmp_path, capsys, make, lang):
    """All that is needed is asked at once; with the answers the second call plans."""
    path, answers, out = make(tmp_path / "b.xlsx"), tmp_path / "answers.toml", tmp_path / "out"
    assert run(capsys, "plan", path, "-o", out)[0] == 2
    ended, shown, _ = run(capsys, "lists", path, "--answers", answers, "--lang", lang)
    assert ended == 2
    assert str(answers) in "".join(shown.split())
    written = answers.read_text(encoding="utf-8")
    assert tomllib.loads(written)
    assert not re.search(r"(columns|sheets|workloads|gone|on|header|decimal)=", written)
    ended, shown, told = run(capsys, "plan", path, "-o", out, "--answers", answers)
    assert (ended, told) == (0, "")
    ended, shown, _ = run(capsys, "lists", path, "--answers", answers)
    assert ended == 0
    assert answers.read_text(encoding="utf-8") == written
    assert (tmp_path / "keys.csv").exists() == (make is registry)
    assert (out / "plan.json").exists()


def test_answers_that_are_there_stay(tmp_path, capsys):
    """Those that are new are added; what no answer settles is told in the file."""
    path, answers = office(tmp_path / "b.xlsx"), tmp_path / "a.toml"
    answers.write_text(
        'on = "31/12/2024"\nheader = {"Hộ" = 2}\ndecimal = ","\nprevious = "p.csv"\n'
        '[classes]\n"Khác" = "none"\n',
        encoding="utf-8",
    )
    (tmp_path / "p.csv").write_text("household,member\n1,1\n")
    ended, _, _ = run(capsys, "lists", path, "--answers", answers)
    assert ended == 2
    found = tomllib.loads(answers.read_text(encoding="utf-8"))
    assert found["on"] == "31/12/2024"
    assert found["classes"] == {"Khác": "none", "BTXH": 1.0}
    assert found["columns"]["households"]["Mái nhà"] == "none"
    assert run(capsys, "plan", path, "-o", tmp_path / "o", "--answers", answers)[0] == 0
    assert found["sheets"] == {"Hộ": "households", "Dân": "none"}
    columns = {"households": {"Mái nhà": None}}
    options = {"sheets": {"Dân": None}, "columns": columns, "workloads": {"BTXH": 1.0}}
    problem = read_lists(path, previous=[], **options).reading.problem
    assert len(read_plan(tmp_path / "o" / "plan.json", problem).pairs) == 2


def test_options_go_before_answers(folder, tmp_path, capsys):
    """Both together; a title of the one does not undo those of the other."""
    path = folder(**{"households.csv": "Mã hộ,Chủ hộ,Mái,Sân\n1,A,x,y\n"})
    answers = tmp_path / "a.toml"
    answers.write_text('header = 1\n[columns.households]\n"Mái" = "hamlet"\n', encoding="utf-8")
    given = ("--answers", answers, "--columns", "Sân=none", "--header", "members=1")
    ended, shown, _ = run(capsys, "lists", path, *given)
    assert ended == 0
    assert "hamlet" in shown


def test_distances_are_left_out_by_an_answer(folder, tmp_path, capsys):
    """Where somebody has no place."""
    files = {
        "households.csv": "id,lat,lon\nh1,22.4,105.2\n",
        "members.csv": "id,lat,lon\nm1,22.4,105.2\nm2,,\n",
    }
    path, answers = folder(**files), tmp_path / "a.toml"
    answers.write_text('travel = "none"\n')
    assert run(capsys, "plan", path, "-o", tmp_path / "o", "--answers", answers)[0] == 0


@pytest.mark.parametrize("answered", [False, True])
def test_where_places_may_lie(folder, tmp_path, capsys, answered):
    """By an option or an answer; the question says the option."""
    rows = "".join(f"h{number},22.4,105.{number}\n" for number in range(3))
    path = folder(
        **{
            "households.csv": f"id,lat,lon\n{rows}h9,24.4,107.4\n",
            "members.csv": "id,lat,lon\nm1,22.4,105.2\nm2,22.4,105.2\n",
        }
    )
    answers = tmp_path / "a.toml"
    ended, shown, _ = run(capsys, "lists", path)
    assert ended == 2
    text = " ".join(shown.split())
    assert "correct the coordinate, or say how far places may lie: --farthest METRES" in text
    answers.write_text("farthest = 400000\n" if answered else "farthest = 1\n")
    given = () if answered else ("--farthest", "4e5")
    assert run(capsys, "lists", path, "--answers", answers, *given)[0] == 0


@pytest.mark.parametrize("answered", [False, True])
def test_households_without_a_place_can_be_refused(folder, tmp_path, capsys, answered):
    """They stand at the centre of their hamlet otherwise."""
    path = folder(
        **{
            "households.csv": "id,hamlet,lat,lon\nh1,A,22.4,105.2\nh2,A,,\n",
            "members.csv": "id,lat,lon\nm1,22.4,105.2\n",
        }
    )
    answers = tmp_path / "a.toml"
    answers.write_text(f"places = '{'strict' if answered else 'approximate'}'\n")
    assert run(capsys, "lists", path)[0] == 0
    given = () if answered else ("--places", "strict")
    ended, shown, _ = run(capsys, "lists", path, "--answers", answers, *given)
    assert ended == 2
    assert "households.csv, line 3, lat, lon: has no coordinates" in " ".join(shown.split())


def test_what_has_to_be_mended_in_the_lists(folder, tmp_path, capsys):
    """Stands in the file as a remark."""
    path = folder(**{"households.csv": "id\nh1\nh1\n"})
    answers = tmp_path / "a.toml"
    assert run(capsys, "lists", path, "--answers", answers)[0] == 2
    assert "# - households.csv, line 3, id: is given twice" in answers.read_text(encoding="utf-8")
    ended, _, told = run(capsys, "plan", path, "-o", tmp_path / "o", "--answers", answers)
    assert (ended, "is given twice" in told) == (2, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "a.toml: cannot be opened"),
        ("x = ", "a.toml: is not a file of answers"),
        ("x = 1", "a.toml: 'x' is not an answer; the answers are: sheets, columns"),
        ("on = 1", "a.toml: 'on' is not an answer"),
        ("farthest = true", "a.toml: 'farthest' is not an answer"),
        ("places = 'near'", "places must be one of 'approximate', 'everybody', 'strict'"),
        ("header = true", "a.toml: 'header' is not an answer"),
        ("[columns]\n'Mái' = 'none'", "'Mái' belongs to no list: write [columns.households] above"),
        ("[columns.households]\n'Mái' = 'what'", "must map titles to None or one of"),
    ],
)
def test_files_of_answers_are_checked(folder, tmp_path, capsys, text, says):
    """With what is wrong in them."""
    path, answers = folder(**{"households.csv": "id\nh1\n"}), tmp_path / "a.toml"
    if text is not None:
        answers.write_text(text, encoding="utf-8")
    ended, _, told = run(capsys, "plan", path, "-o", tmp_path / "o", "--answers", answers)
    assert ended == 2
    assert says in " ".join(told.split())


# --- what a command line offers -----------------------------------------------------------------


def test_ways_out_are_told_as_options():
    """Within messages of messages, in any language; what is alike is one line."""
    remedy = Remedy("gone='end'", "--gone end", (("gone",), "end"))
    inner = Message(
        "{mend}; {remedy} ends last year's pairs of people who have left", mend="x", remedy=remedy
    )
    assert "gone='end'" in inner
    assert words("vi").tell(for_command_line(inner)).startswith("x; ")
    assert "--gone end" in words("vi").tell(for_command_line(inner))
    assert remedies_of(inner) == [remedy]
    assert remedies_of("x") == []
    assert for_command_line("x") == "x"
    assert for_command_line(Remedy("a=1")) == "a=1"
    records = [Message("{file}, row {row}", file="f", row=str(n)) for n in (2, 3, 5)]
    same = [Defect(record, "id", "is wrong", inner) for record in records]
    assert [str(d.record) for d in alike(same)] == ["f, rows 2-3, 5"]
    assert [str(d.record) for d in alike([Defect("x", "id", "a", "b")] * 2)] == ["x"]
    assert [str(d.record) for d in alike(same[:1])] == ["f, row 2"]
    assert offered(same)[0].mend.endswith(
        "--gone end ends last year's pairs of people who have left"
    )


def test_a_way_is_pickled_whole():
    """Errors go from one process to another."""
    import pickle

    remedy = pickle.loads(pickle.dumps(Remedy("a", "b", (("c",), "d"))))
    assert (str(remedy), remedy.option, remedy.answer) == ("a", "b", (("c",), "d"))
