"""The command line: files in, files out, words in the language asked for, and how it ends."""

import io
import json
import os
import re
import runpy
import subprocess
import sys

import openpyxl
import pytest
from full_to_the_brim import LOADS, MOST

from phancong import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Preference,
    Progress,
    Travel,
    read,
    read_plan,
    write_template,
)
from phancong import goals as goal_types
from phancong.cli import main
from phancong.cli.choices import GOALS, Choices
from phancong.cli.main import language
from phancong.cli.progress import ProgressLine
from phancong.goals import BaseGoal, FairGoal
from phancong.words import words

MEMBERS = "id,name,max_households\nm1,Nguyễn Thị Hòa,{most}\nm2,Trần Văn Đức,2\n"
HOUSEHOLDS = "id,name\nh1,Lò Thị Én\nh2,Ma Văn Bình\nh3,Hà An\n"


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def lists(tmp_path):
    return folder(tmp_path / "lists", most=2)


def folder(path, most):
    path.mkdir()
    (path / "members.csv").write_text(MEMBERS.format(most=most), encoding="utf-8")
    (path / "households.csv").write_text(HOUSEHOLDS, encoding="utf-8")
    return path


def run(capsys, *given):
    """How a command ends, and what it says on either stream."""
    ended = main([str(word) for word in given])
    told = capsys.readouterr()
    return ended, told.out, told.err


def test_plan_writes_all_that_is_needed(lists, tmp_path, capsys):
    """A workbook and a page with names, CSV and JSON with ids, and the table on the screen."""
    out = tmp_path / "deep" / "out"
    ended, told, complained = run(capsys, "plan", lists, "-o", out)
    assert (ended, complained) == (0, "")
    assert "All 3 households have a member in charge." in told
    assert told.rstrip().endswith("plan.json")
    written = ["plan.csv", "plan.docx", "plan.html", "plan.json", "plan.xlsx"]
    assert sorted(file.name for file in out.iterdir()) == written
    book = openpyxl.load_workbook(out / "plan.xlsx")
    assert "Lò Thị Én" in {cell for row in book["list"].values for cell in row}
    assert "Lò Thị Én" in (out / "plan.html").read_text(encoding="utf-8")
    for name in ("plan.csv", "plan.json"):
        assert "Lò" not in (out / name).read_text(encoding="utf-8")
    problem = read(lists)
    pairs = {read_plan(out / f"plan.{ending}", problem).pairs for ending in ("xlsx", "csv", "json")}
    assert len(pairs) == 1


def test_names_can_be_left_out_and_more_can_be_asked_for(lists, tmp_path, capsys):
    """By name only."""
    given = ("plan", lists, "-o", tmp_path / "o", "--ids-only", "--include", "workload")
    assert run(capsys, *given)[0] == 0
    book = openpyxl.load_workbook(tmp_path / "o" / "plan.xlsx")
    found = {str(cell) for sheet in book for row in sheet.values for cell in row}
    assert not any("Lò" in cell for cell in found)
    assert "Lò" not in (tmp_path / "o" / "plan.html").read_text(encoding="utf-8")
    assert "workload" in found
    assert "workload" in (tmp_path / "o" / "plan.csv").read_text(encoding="utf-8")


def test_what_gave_way_comes_with_its_diagnosis(tmp_path, capsys):
    """Two places and one: three households fit nowhere but beyond a limit."""
    short = folder(tmp_path / "short", most=0)
    ended, told, _ = run(capsys, "plan", short, "-o", tmp_path / "o")
    assert ended == 0
    assert "Not all limits can hold" in told
    assert "limits" in openpyxl.load_workbook(tmp_path / "o" / "plan.xlsx").sheetnames


def test_what_cannot_hold_ends_with_three(tmp_path, capsys):
    """The reason is told, and nothing is written."""
    short = folder(tmp_path / "short", most=0)
    ended, told, complained = run(capsys, "plan", short, "-o", tmp_path / "o", "--relax", "none")
    assert ended == 3
    assert told == ""
    assert complained.startswith(
        "There is no plan, even if all limits that may be relaxed are relaxed."
    )
    assert "Not all limits can hold: 1 place is missing." in complained
    assert not (tmp_path / "o").exists()


def test_a_search_that_finds_nothing_ends_with_three(tmp_path, capsys):
    """It is no plan, and no proof that there is none."""
    members = f"id,max_workload\na,{MOST}\nb,{MOST}\n"
    (tmp_path / "members.csv").write_text(members, encoding="utf-8")
    homes = "".join(f"h{load},{load}\n" for load in LOADS)
    (tmp_path / "households.csv").write_text(f"id,workload\n{homes}", encoding="utf-8")
    given = ("plan", tmp_path, "-o", tmp_path / "o", "--seconds", "1e-6", "--relax", "none")
    ended, _, complained = run(capsys, *given)
    assert ended == 3
    assert complained == "there was no time to look for a plan; give more seconds\n"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("plan", "{lists}/nowhere", "-o", "{out}"), "This cannot be used:"),
        (("plan", "{lists}", "-o", "{out}", "--engine", "magic"), "unknown engine 'magic'"),
        (("plan", "{lists}", "-o", "{out}", "--seconds", "-1"), "give more than 0"),
        (("plan", "{lists}", "-o", "{out}", "--threads", "0"), "threads is 0; give 1 or more"),
        (("compare", "{lists}", "--threads", "0"), "threads is 0; give 1 or more"),
        (("explain", "{lists}", "h1", "--threads", "0"), "threads is 0; give 1 or more"),
        (
            ("explain", "{lists}", "h11"),
            "'h11' is not a household or member of this problem; did you mean",
        ),
        (("template", "{lists}"), "already exists"),
        (("synth", "{out}", "--members", "0"), "members"),
        (("plan", "{lists}", "-o", "{lists}/members.csv"), "This cannot be used:"),
    ],
)
def test_what_cannot_be_used_ends_with_two(lists, tmp_path, capsys, given, says):
    """One line says what is wrong."""
    words_given = [word.format(lists=lists, out=tmp_path / "o") for word in given]
    ended, _, complained = run(capsys, *words_given)
    assert ended == 2
    assert says in complained


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "required"),
        (["plan", "x"], "required"),
        (
            ["plan", "x", "-o", "y", "--goals", "speed"],
            "'speed' is not a goal; the goals are: travel",
        ),
        (["plan", "x", "-o", "y", "--goals", "travel:leximax"], "'travel:leximax' is not a goal"),
        (
            ["plan", "x", "-o", "y", "--relax", "fixed"],
            "'fixed' is not a limit that can be relaxed",
        ),
        (["plan", "x", "-o", "y", "--relax", "needs=x"], "'needs=x' has no number after the ="),
        (["dance"], "invalid choice"),
    ],
)
def test_what_argparse_refuses_ends_with_two(capsys, given, says):
    """As every command line does."""
    with pytest.raises(SystemExit, match="2"):
        main(given)
    assert says in capsys.readouterr().err


def test_check_says_what_is_broken(lists, tmp_path, capsys):
    """0 if all is kept, 3 if a limit is broken that may not be, 2 if the plan is none."""
    good, bad, none = (tmp_path / f"{name}.csv" for name in ("good", "bad", "none"))
    good.write_text("household,member\nh1,m1\nh2,m1\nh3,m2\n")
    bad.write_text("household,member\nh1,m1\nh2,m1\nh3,m1\n")
    none.write_text("household,member\nh1,nobody\n")
    assert run(capsys, "check", lists, good)[0] == 0
    ended, told, _ = run(capsys, "check", lists, bad)
    assert ended == 3
    assert "max_households" in told
    assert run(capsys, "check", lists, bad, "--relax", "max_households")[0] == 0
    assert run(capsys, "check", lists, bad, "--relax", "max_households=1")[0] == 0
    assert run(capsys, "check", lists, bad, "--relax", "max_households=0.5")[0] == 3
    ended, _, complained = run(capsys, "check", lists, none)
    assert ended == 2
    assert "none.csv" in complained


def test_check_says_where_a_plan_was_made_for_other_limits(lists, tmp_path, capsys):
    """Its figures and proofs are those of another problem; its pairs are judged."""
    run(capsys, "plan", lists, "-o", tmp_path / "out")
    record = tmp_path / "out" / "plan.json"
    assert "was made for other lists" not in run(capsys, "check", lists, record)[2]
    ended, _, complained = run(capsys, "check", lists, record, "--max-changes", "0")
    assert ended == 0
    assert "plan.json was made for other lists or with other limits" in complained


def test_diagnose_says_why(lists, tmp_path, capsys):
    """0 if all can hold, otherwise 3."""
    assert run(capsys, "diagnose", lists)[:2] == (0, "All limits can hold.\n")
    ended, told, _ = run(capsys, "diagnose", folder(tmp_path / "short", most=0))
    assert ended == 3
    assert "Why:" in told


def test_explain_says_why_this_member(lists, tmp_path, capsys):
    """Of a plan that is there, or of one that is made for it."""
    assert run(capsys, "plan", lists, "-o", tmp_path / "o")[0] == 0
    plan = read_plan(tmp_path / "o" / "plan.json", read(lists))
    kept = run(capsys, "explain", lists, "h1", "--plan", tmp_path / "o" / "plan.json")
    assert kept[0] == 0
    assert plan.member_of("h1") in kept[1]
    assert run(capsys, "explain", lists, "h1", "--kind", "household")[1] == kept[1]
    assert "m1" in run(capsys, "explain", lists, "m1")[1]


def test_ids_that_are_numbers_are_found_by_their_text(tmp_path, capsys):
    """In a workbook 17 is a number, on a command line it is text."""
    book = openpyxl.Workbook()
    for name, rows in (("members", [("id",), (1,), (2,)]), ("households", [("id",), (17,), (18,)])):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "l.xlsx")
    assert "17" in run(capsys, "explain", tmp_path / "l.xlsx", "17")[1]


def test_compare_puts_engines_side_by_side(lists, capsys):
    """Those that are named, or all."""
    ended, told, _ = run(capsys, "compare", lists, "--engines", "nearest, auto")
    assert ended == 0
    assert "nearest" in told
    assert "round_robin" not in told
    assert "round_robin" in run(capsys, "compare", lists, "--seconds", "5")[1]


@pytest.mark.parametrize(("asked", "threads"), [((), 1), (("--threads", "2"), 2)])
def test_an_engine_may_use_as_many_threads_as_asked(lists, tmp_path, asked, threads):
    """One, if nothing is asked."""
    assert main(["plan", str(lists), "-o", str(tmp_path / "o"), *asked]) == 0
    record = json.loads((tmp_path / "o" / "plan.json").read_text(encoding="utf-8"))
    assert record["options"]["search"]["threads"] == threads


def test_a_template_is_written_once(tmp_path, capsys):
    """In the language asked for; a file that is there is not replaced."""
    for lang in ("vi", "en"):
        ended, told, _ = run(capsys, "template", tmp_path / f"{lang}.xlsx", "--lang", lang)
        assert ended == 0
        assert f"{lang}.xlsx" in told
        write_template(tmp_path / f"again_{lang}.xlsx", lang=lang)
        books = [
            openpyxl.load_workbook(tmp_path / f"{name}{lang}.xlsx").sheetnames
            for name in ("", "again_")
        ]
        assert books[0] == books[1]


def test_a_drawn_commune_is_planned(tmp_path, capsys):
    """Synth writes lists that plan reads; the same seed, the same commune."""
    for name in ("a", "b"):
        given = ("synth", tmp_path / name, "--members", 4, "--households", 20, "--seed", 5)
        assert run(capsys, *given)[0] == 0
    texts = [(tmp_path / n / "households.csv").read_text(encoding="utf-8") for n in ("a", "b")]
    assert texts[0] == texts[1]
    problem = read(tmp_path / "a")
    assert len(problem.households) == 20
    assert problem.previous
    given = (
        "plan",
        tmp_path / "a",
        "-o",
        tmp_path / "o",
        "--max-travel",
        5000,
        "--max-hamlets",
        "5",
        "--max-changes",
        20,
    )
    assert run(capsys, *given, "--within-hamlet", "--own-household", "forbid")[0] == 0
    record = json.loads((tmp_path / "o" / "plan.json").read_text(encoding="utf-8"))
    assert record["format"] == "phancong plan"


def test_it_speaks_vietnamese(lists, tmp_path, capsys):
    """Tables, errors, help and the words of argparse itself."""
    told = run(capsys, "plan", lists, "-o", tmp_path / "o", "--lang", "vi")[1]
    assert "3/3 hộ đã có người phụ trách" in told
    assert "Đã ghi:" in told
    with pytest.raises(SystemExit, match="0"):
        main(["plan", "--help", "--lang=vi"])
    shown = capsys.readouterr().out
    assert "cách dùng:" in shown
    assert "Ví dụ:" in shown
    assert "phancong plan commune.xlsx" in shown
    with pytest.raises(SystemExit, match="2"):
        main(["plan", "--lang", "vi"])
    assert "thiếu" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["plan"])
    assert "required" in capsys.readouterr().err


def test_lists_shows_what_is_understood(lists, capsys):
    """Each list and column, nothing of what it holds; 2 if something has to be settled."""
    ended, told, complained = run(capsys, "lists", lists)
    assert (ended, complained) == (0, "")
    assert "members.csv     members" in told
    assert "max_households" in told
    assert "Hòa" not in told
    assert "người phụ trách" in run(capsys, "lists", lists, "--lang", "vi")[1]
    (lists / "members.csv").write_text("id,max_households\nm1,two\n", encoding="utf-8")
    ended, told, _ = run(capsys, "lists", lists, "--lang", "vi")
    assert ended == 2
    assert "Cần làm rõ:\n- members.csv, dòng 2, max_households: không phải là số ('two');" in told
    ended, told, complained = run(capsys, "lists", lists / "nowhere")
    assert (ended, told) == (2, "")
    assert "does not exist" in " ".join(complained.split())


def test_defects_are_a_list_in_the_language_asked_for(lists, tmp_path, capsys):
    """Where, what, how to mend it, a line for each."""
    (lists / "members.csv").write_text("id,min_households\nm1,-1\nm1,x\n", encoding="utf-8")
    ended, _, complained = run(capsys, "plan", lists, "-o", tmp_path / "o", "--lang", "vi")
    assert ended == 2
    assert complained.split("\n") == [
        "Không dùng được: danh sách có 3 chỗ cần sửa:",
        "- members.csv, dòng 3, min_households: không phải là số ('x'); hãy ghi một số nguyên",
        "- members.csv, dòng 2, min_households: là số âm (-1); hãy ghi một số nguyên từ 0 trở lên",
        "- members.csv, dòng 3, id: ghi hai lần ('m1', lần đầu ở members.csv, dòng 2); "
        "hãy cho mỗi dòng một",
        "  mã riêng",
        "",
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("plan", "{lists}", "-o", "{out}", "--engine", "magic"), "không có bộ giải 'magic'; có"),
        (
            ("plan", "{lists}", "-o", "{out}", "--seconds", "-1"),
            "Tìm kiếm (Search): seconds là -1.0; hãy cho số lớn hơn 0",
        ),
        (("explain", "{lists}", "h11"), "không có hộ hay người phụ trách 'h11' ở đây; có phải"),
        (("template", "{lists}"), "đã có {lists}; hãy đặt tên khác"),
        (("synth", "{out}", "--members", "0"), "members là 0; hãy cho một số nguyên từ 1 trở lên"),
        (("compare", "{lists}", "--engines", "magic"), "không có bộ giải 'magic'; có 'auto'"),
        (
            ("plan", "{lists}", "-o", "{out}", "--relax", "max_travel=-1"),
            "mức trần của 'max_travel' là -1.0",
        ),
        (
            ("plan", "{lists}", "-o", "{out}", "--goals", "travel"),
            "Travel cần quãng đường, mà không tính được quãng đường",
        ),
        (
            ("plan", "{lists}", "-o", "{out}", "--engine", "nearest", "--relax", "none"),
            "bộ giải 'nearest' không giữ được: coverage (cách chia một lượt không bảo đảm được)",
        ),
    ],
)
def test_what_cannot_be_used_is_told_in_the_language_asked_for(
    lists, tmp_path, capsys, given, says
):
    """Whatever of the command line raises it."""
    places = {"lists": lists, "out": tmp_path / "o"}
    words_given = [word.format(**places) for word in given]
    ended, _, complained = run(capsys, *words_given, "--lang", "vi")
    assert ended == 2
    # A long line is broken, but a path is not.
    assert says.format(**places) in " ".join(complained.split())


@pytest.mark.parametrize(
    "command", ["lists", "plan", "check", "diagnose", "explain", "compare", "template", "synth"]
)
def test_every_command_shows_an_example(command, capsys):
    """Help ends with a line to copy."""
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert f"Example: phancong {command}" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        (["plan", "--lang", "vi"], {}, "vi"),
        (["plan", "--lang=vi"], {}, "vi"),
        (["plan", "--lang", "xx"], {}, "en"),
        (["plan", "--lang"], {}, "en"),
        (["plan"], {"LC_ALL": "vi_VN.UTF-8"}, "vi"),
        (["plan"], {"LC_ALL": "", "LC_MESSAGES": "vi_VN"}, "vi"),
        (["plan"], {"LANG": "de_DE.UTF-8"}, "en"),
        (["plan"], {"LANG": ""}, "en"),
    ],
)
def test_the_language_is_that_of_the_option_or_the_machine(
    given, environment, expected, monkeypatch
):
    """English where neither is known."""
    monkeypatch.setattr("locale.getlocale", lambda *_: (None, None))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language(given) == expected


def test_the_language_of_argparse_is_put_back(lists, capsys, monkeypatch):
    """What the caller had set stays."""
    import gettext

    monkeypatch.setenv("LANGUAGE", "fr")
    before = gettext.textdomain()
    assert run(capsys, "diagnose", lists, "--lang", "vi")[0] == 0
    assert os.environ["LANGUAGE"] == "fr"
    assert gettext.textdomain() == before


def test_every_goal_has_a_name_on_the_command_line():
    """All but Preference, whose scores are no word."""
    named = {type(goal) for goal in Choices(words("en")).goals(re.sub(r"\[[^]]*\]", "", GOALS))}
    kinds = {kind for kind in vars(goal_types).values() if isinstance(kind, type)}
    goals = {kind for kind in kinds if issubclass(kind, BaseGoal)}
    assert named == goals - {BaseGoal, FairGoal, Preference}


def test_goals_in_words():
    """Every goal, in their order."""
    text = "fair-load, fair-load:leximax,fair-households:spread,fair-travel,continuity,years,"
    assert Choices(words("en")).goals(text + "farthest,cohesion,travel") == (
        FairLoad("workload", aim="minmax"),
        FairLoad("workload", aim="leximax"),
        FairLoad("households", aim="spread"),
        FairTravel(aim="minmax"),
        Continuity(),
        Continuity(weight="years"),
        Farthest(),
        Cohesion(),
        Travel(),
    )


def test_limits_in_words():
    """Their order, with ceilings; none is none."""
    assert Choices(words("en")).relax("min_households, max_travel = 500") == {
        "min_households": None,
        "max_travel": 500.0,
    }
    assert Choices(words("en")).relax("none") == {}


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self):
        return True


def test_progress_is_one_line_that_is_written_again():
    """Stage, value and bound; nothing is left of a longer line."""
    stream = Terminal()
    line = ProgressLine(stream, words("en"))
    line(Progress("goal 1: Travel", Travel(), 1234.0, 1000.0, 1.26))
    line(Progress("max_households", None, None, None, 2.0))
    line.clear()
    shown = stream.getvalue().split("\r")
    assert shown[1] == "total travel: 1,234, bound 1,000 (1.3 s)"
    assert shown[2].rstrip() == "max_households: –, bound – (2 s)"
    assert shown[3].strip() == ""
    for stage, name in (
        ("pass 1, part 3 of 58, coverage", "coverage"),
        ("preparing", "preparing"),
        ("part 1 of 2, whatever", "whatever"),
    ):
        ProgressLine(stream, words("en"))(Progress(stage, None, None, None, 2.0))
        assert stream.getvalue().endswith(f"\r{name}: –, bound – (2 s)")
    unwatched = io.StringIO()
    ProgressLine(unwatched, words("en"))(Progress("coverage", None, 0.0, 0.0, 0.0))
    assert unwatched.getvalue() == ""


def test_a_search_of_which_nothing_is_known_yet_is_preparing():
    """And the parts of a problem are not named: there may be dozens."""
    stream = Terminal()
    line = ProgressLine(stream, words("en"))
    line(Progress("preparing", None, None, None, 0.42))
    assert "preparing" in stream.getvalue()
    line(Progress("part 1 of 12, coverage", None, 0.0, 0.0, 0.5))
    assert "coverage: 0, bound 0" in stream.getvalue()


def test_it_runs_as_a_module(lists):
    """``python -m phancong``, in a process of its own; a reader that goes away is no error."""
    command = [sys.executable, "-m", "phancong", "diagnose", str(lists)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "All limits can hold.\n")


def test_the_module_is_the_command(lists, capsys, monkeypatch):
    """Run it is the command line; imported it does nothing."""
    monkeypatch.setattr(sys, "argv", ["phancong", "diagnose", str(lists)])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_module("phancong", run_name="__main__")
    assert capsys.readouterr().out == "All limits can hold.\n"
    runpy.run_module("phancong.__main__", run_name="imported")
    assert capsys.readouterr().out == ""


def test_a_reader_that_goes_away_is_no_error(lists, capsys, monkeypatch):
    """As with ``phancong … | head``."""

    class Gone(io.StringIO):
        def write(self, _):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    assert main(["diagnose", str(lists)]) == 0
    assert capsys.readouterr().err == ""


def test_an_office_is_a_file(lists, tmp_path, capsys):
    """It stands around the list; what is not understood is refused before the search."""
    office = tmp_path / "office.toml"
    office.write_text('body = "Chi bộ Bản Chang"\nyear = 2026\n', encoding="utf-8")
    given = ("plan", lists, "-o", tmp_path / "o", "--office", office)
    assert run(capsys, *given)[0] == 0
    book = openpyxl.load_workbook(tmp_path / "o" / "plan.xlsx")
    assert book["list"]["A1"].value == "CHI BỘ BẢN CHANG"
    office.write_text('boss = "x"\n', encoding="utf-8")
    ended, _, complained = run(capsys, *given)
    assert ended == 2
    assert "office has no field 'boss'" in complained
    ended, _, complained = run(capsys, *given[:-1], tmp_path / "none.toml")
    assert ended == 2
    assert "none.toml" in complained
