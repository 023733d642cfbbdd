"""What the command line writes and shows, where files, folders and streams are not as they should be."""

import contextlib
import errno
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from lanes import in_full

from phancong import Status, read, read_plan, solve
from phancong.cli import main
from phancong.cli.calls import Calls
from phancong.cli.screen import Screen
from phancong.plan.folder import strangers
from phancong.reading.template import write_template

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="devices and code pages of Unix")


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def lists(tmp_path):
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "members.csv").write_text("id\nm1\nm2\n", encoding="utf-8")
    (folder / "households.csv").write_text("id\nh1\nh2\nh3\n", encoding="utf-8")
    return folder


def run(capsys, *given, **calls):
    """How a command ends, and what it says on either stream, each as one line."""
    ended = main([str(word) for word in given], Calls(**calls))
    told = capsys.readouterr()
    return ended, told.out, " ".join(told.err.split())


def made(folder, *names):
    folder.mkdir()
    for name in names:
        (folder / name).mkdir()
    return folder


def test_a_file_where_the_folder_should_be(lists, capsys):
    """Told at once, in the language asked for."""
    given = ("plan", lists, "-o", lists / "members.csv")
    ended, _, complained = run(capsys, *given)
    assert ended == 2
    assert "members.csv is a file, not a folder; write to another folder. Nothing was" in complained
    ended, _, complained = run(capsys, *given, "--lang", "vi")
    assert "là tệp, không phải thư mục; hãy ghi vào thư mục khác. Chưa ghi tệp nào." in complained
    assert "Errno" not in complained


@pytest.mark.parametrize("name", ["plan.xlsx", "plan.csv", "plan.json"])
def test_a_folder_where_a_file_should_be(lists, tmp_path, capsys, name):
    """Before the search, whose work would be lost: here it would end with 3."""
    (lists / "members.csv").write_text("id,max_households\nm1,0\n", encoding="utf-8")
    given = ("plan", lists, "--relax", "none", "-o")
    assert run(capsys, *given, tmp_path / "p")[0] == 3
    ended, _, complained = run(capsys, *given, made(tmp_path / "o", name))
    assert ended == 2
    assert f"{name} is a folder; give the name of a file. Nothing was written." in complained


@UNIX
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may everything")
def test_a_folder_that_may_not_be_written(lists, tmp_path, capsys):
    """Its name, and what to do."""
    made(tmp_path / "o").chmod(0o500)
    ended, _, complained = run(capsys, "plan", lists, "-o", tmp_path / "o")
    assert ended == 2
    assert "may not be written, or is open in another program" in complained


def test_templates_and_drawn_lists_say_the_same(tmp_path, capsys):
    """Every command that writes."""
    ended, _, complained = run(capsys, "template", tmp_path / "no" / "t.xlsx", "--lang", "vi")
    assert ended == 2
    assert "nằm trong một thư mục chưa có; hãy tạo thư mục, hoặc sửa đường dẫn" in complained
    made(tmp_path / "d", "households.csv")
    ended, _, complained = run(capsys, "synth", tmp_path / "d", "--households", 9, "--members", 2)
    assert ended == 2
    assert "households.csv is a folder; give the name of a file. Nothing was written." in complained
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["households.csv"]


def test_a_mixed_set_is_told_by_check_and_by_the_next_plan(lists, tmp_path, capsys):
    """With the mend; the set is whole again."""
    out = tmp_path / "o"
    assert run(capsys, "plan", lists, "-o", out) == (0, *run(capsys, "plan", lists, "-o", out)[1:])
    assert run(capsys, "check", lists, out / "plan.json")[2] == ""
    (out / "plan.csv").write_text("household,member\nh1,m1\nh2,m1\nh3,m1\n", encoding="utf-8")
    ended, told, complained = run(capsys, "check", lists, out / "plan.csv")
    assert ended == 0
    assert "The plan can be used" in told
    assert complained == (
        f"These files in {out} do not belong to the plan.json there, or were changed since: "
        "plan.csv. Only plan.csv is checked; phancong plan writes all of them again."
    )
    (tmp_path / "mine.csv").write_bytes((out / "plan.csv").read_bytes())
    assert run(capsys, "check", lists, tmp_path / "mine.csv")[2] == ""
    ended, _, complained = run(capsys, "plan", lists, "-o", out)
    assert ended == 0
    assert complained == (
        f"Before, these files in {out} did not belong to the plan.json there, or had been changed "
        "since: plan.csv. Now all are of one run."
    )
    assert run(capsys, "check", lists, out / "plan.csv")[2] == ""


def test_a_missing_extra_costs_the_workbook_only(lists, tmp_path, capsys, monkeypatch):
    """What was written is told, and what was not."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    ended, told, complained = run(capsys, "plan", lists, "-o", tmp_path / "o")
    assert ended == 2
    written = ", ".join(
        str(tmp_path / "o" / f"plan.{ending}") for ending in ("docx", "html", "csv", "json")
    )
    assert f"Written: {written}" in told
    assert "workbooks need XlsxWriter" in complained
    assert len(read_plan(tmp_path / "o" / "plan.json", read(lists)).pairs) == 3


@pytest.mark.full
@UNIX
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
def test_a_screen_that_is_full_costs_no_file(lists, tmp_path):
    """As with ``phancong plan … > report`` on a full disk: the plan is written, and 2 says the rest."""
    with Path("/dev/full").open("wb") as full:
        done = process("plan", lists, "-o", tmp_path / "o", stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert b"The output could not be shown (No space left on device)." in done.stderr
    assert (tmp_path / "o" / "plan.xlsx").exists()


@pytest.mark.full
@UNIX
def test_a_reader_that_goes_away_costs_no_file(lists, tmp_path):
    """As with ``phancong plan … | true``."""
    ends = os.pipe()
    os.close(ends[0])
    with os.fdopen(ends[1], "wb", closefd=True) as pipe:
        done = process("plan", lists, "-o", tmp_path / "o", stdout=pipe, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "o" / "plan.json").exists()


def process(*given, **streams):
    command = [sys.executable, "-m", "phancong", *map(str, given)]
    return subprocess.run(command, check=False, **streams)


@pytest.mark.parametrize("asked", ["ascii", *in_full("")])
def test_vietnamese_survives_a_redirect(lists, monkeypatch, asked):
    """Whatever code page the machine has, unless somebody asks for another: then as far as it goes."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("PYTHONCOERCECLOCALE", "0")
    monkeypatch.setenv("PYTHONIOENCODING", asked)
    done = process("lists", lists, "--lang", "vi", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0
    assert ("người".encode() in done.stdout) is not bool(asked)
    assert done.stderr == b""


def test_marks_that_command_a_terminal_are_written_out(lists, tmp_path, capsys):
    """In the name of a file, for example, which anybody may give."""
    if sys.platform == "win32":
        pytest.skip("Windows has no such names")
    assert run(capsys, "plan", lists, "-o", tmp_path / "a\x1b[2J\u202eb")[0] == 0
    told = run(capsys, "plan", lists, "-o", tmp_path / "a\x1b[2J\u202eb")[1]
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert r"a\x1b[2J\u202eb/plan.xlsx" in told


def test_a_screen_that_is_lost_is_asked_once(monkeypatch, capsys):
    """What comes after is not said either; complaints go on."""
    calls = []

    class Lost(io.StringIO):
        def write(self, text):
            calls.append(text)
            raise OSError(5, "lost")

    monkeypatch.setattr(sys, "stdout", Lost())
    screen = Screen()
    screen.say("a")
    screen.say("b")
    screen.complain("c")
    assert calls == ["a"]
    assert screen.lost.errno == 5
    assert capsys.readouterr().err == "c\n"


@pytest.mark.parametrize(
    ("stopped", "says"),
    [("time", "more time would help."), (None, "another engine would help.")],
)
def test_a_plan_that_breaks_limits_does_not_stand_above_that_they_can_hold(
    lists, tmp_path, capsys, stopped, says
):
    """What would help is said instead, on the screen and in the workbook."""
    (lists / "members.csv").write_text("id,max_households\nm1,2\nm2,2\n", encoding="utf-8")

    def cut(problem, *, engine, **options):
        bad = solve(problem.replace(members=problem.members[:1]), engine=engine)
        return replace(read_plan_of(problem, bad.pairs), stopped=stopped, status=Status.FEASIBLE)

    def read_plan_of(problem, pairs):
        file = tmp_path / "bad.csv"
        file.write_text("household,member\n" + "".join(f"{h},{m}\n" for h, m in pairs))
        return read_plan(file, problem)

    ended, told, _ = run(capsys, "plan", lists, "-o", tmp_path / "o", solve=cut)
    assert ended == 0
    assert "Not every limit is kept" in told
    assert says in told
    assert "All limits can hold." not in told


class Broken(io.StringIO):
    """A screen that can be written to no more, on a file that is still open."""

    def __init__(self, file, error):
        super().__init__()
        self.file, self.error = file, error

    def write(self, _):
        raise self.error

    def fileno(self):
        return self.file.fileno()


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (OSError(28, "full"), 2, "The output could not be shown (full).\n"),
        (OSError(), 2, "The output could not be shown (OSError).\n"),
        (BrokenPipeError(32, "gone"), 0, ""),
    ],
)
def test_what_cannot_be_shown_is_told_unless_nobody_reads(
    lists, tmp_path, capsys, monkeypatch, error, code, says
):
    """And what would be written at the end of the process goes nowhere."""
    with (tmp_path / "screen").open("w+") as file:
        monkeypatch.setattr(sys, "stdout", Broken(file, error))
        assert main(["plan", str(lists), "-o", str(tmp_path / "o")]) == code
        file.write("lost")
    assert (tmp_path / "screen").read_text() == ""
    assert capsys.readouterr().err == says
    assert (tmp_path / "o" / "plan.json").exists()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (FileNotFoundError(2, "No such file", "x.dll"), "x.dll: No such file"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (OSError("odd"), "OSError"),
    ],
)
def test_any_other_error_of_the_system_is_told_without_its_number(
    lists, tmp_path, capsys, error, says
):
    """Whatever raises it."""

    def failed(*_, **__):
        raise error

    ended, _, complained = run(capsys, "plan", lists, "-o", tmp_path / "o", solve=failed)
    assert (ended, complained) == (2, f"This cannot be used: {says}")


def test_a_plan_is_not_lost_where_the_old_one_was_opened_meanwhile(
    lists, tmp_path, capsys, monkeypatch
):
    """As by a spreadsheet on Windows, during the search: it is written beside, and both are told."""
    out = tmp_path / "o"
    assert run(capsys, "plan", lists, "-o", out)[0] == 0
    before = (out / "plan.xlsx").read_bytes()
    moved = Path.replace

    def held(self, target):
        if Path(target) == out / "plan.xlsx":
            raise PermissionError(13, "held")
        return moved(self, target)

    monkeypatch.setattr(Path, "replace", held)
    ended, told, complained = run(capsys, "plan", lists, "-o", out)
    assert ended == 2
    assert f"Written: {out / 'newer' / 'plan.xlsx'}" in told
    assert f"{out / 'plan.xlsx'} may not be written, or is open in another program" in complained
    assert complained.endswith(f"write to another folder. The plan is in {out / 'newer'}.")
    assert "Nothing" not in complained
    assert (out / "plan.xlsx").read_bytes() == before
    assert strangers(out) == strangers(out / "newer") == ()
    assert len(read_plan(out / "newer" / "plan.json", read(lists)).pairs) == 3


def test_on_a_full_disk_no_empty_folder_is_left(lists, tmp_path, capsys, monkeypatch):
    """Nor is one told of: what was asked for has no room, and that can be mended."""

    def full(handle):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    ended, told, complained = run(capsys, "plan", lists, "-o", tmp_path / "o")
    assert ended == 2
    assert f"{tmp_path / 'o' / 'plan.xlsx'} does not fit on the disk" in complained
    assert "newer" not in complained
    assert "Written" not in told
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("says", "told"), [("IO_ENOSPC", "does not fit on the disk"), ("IO_WRITE", "cannot be")]
)
def test_a_template_on_a_full_disk_is_refused_in_our_words(
    tmp_path, capsys, monkeypatch, says, told
):
    """Also where lxml, by which openpyxl writes where it is there, has an error of its own."""

    class SerialisationError(Exception):
        """As lxml's."""

    def full(self, target):
        raise SerialisationError(says)

    monkeypatch.setattr("openpyxl.Workbook.save", full)
    ended, _, complained = run(capsys, "template", tmp_path / "t.xlsx")
    assert ended == 2
    assert f"{tmp_path / 't.xlsx'} {told}" in complained
    assert not (tmp_path / "t.xlsx").exists()


def test_another_error_of_a_template_is_not_one_of_the_disk(tmp_path, monkeypatch):
    def wrong(self, target):
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr("openpyxl.Workbook.save", wrong)
    with pytest.raises(ZeroDivisionError, match="a mistake"):
        write_template(tmp_path / "t.xlsx")


def test_a_process_without_streams_says_nothing(monkeypatch):
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    screen = Screen()
    screen.say("a plan")
    screen.complain("a mistake")
    assert screen.lost is None
    for stream in (sys.stdout, sys.stderr):
        stream.close()


@UNIX
@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_closed_stream_hears_nothing_and_the_plan_is_written(lists, tmp_path, closed):
    """A process without a console has none: nothing else goes wrong, and no file takes its number."""
    command = f'"{sys.executable}" -m phancong plan "{lists}" -o "{tmp_path / "o"}" {closed}>&-'
    made = subprocess.run(command, shell=True, capture_output=True, text=True, encoding="utf-8")
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "o" / "plan.json").exists()
    assert ("Written:" in made.stdout) == (closed == "2")


@pytest.mark.parametrize(
    ("code_page", "shown"),
    [
        ("cp437", "Phuong án hop le: m1 -> h1, Dông, ≥ 5 – ?"),
        ("ascii", "Phuong an hop le: m1 -> h1, Dong, >= 5 - ?"),
    ],
)
def test_a_code_page_without_the_letters_shows_them_without_marks(monkeypatch, code_page, shown):
    """A question mark for each letter could not be read."""
    monkeypatch.setenv("PYTHONIOENCODING", code_page)
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=code_page)
    with contextlib.redirect_stdout(stream):
        Screen().say("Phương án hợp lệ: m1 → h1, Đông, ≥ 5 – 字")
        stream.flush()
    assert written.getvalue().decode(code_page) == f"{shown}\n".replace("–", "-")
