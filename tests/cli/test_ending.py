"""Ctrl-C and SIGTERM on the command line: the best plan so far is written, and the end is told."""

import importlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

import phancong
from phancong import NoPlanFoundError, Progress, Search, read, read_plan
from phancong.cli import main, process
from phancong.cli.calls import Calls
from phancong.cli.ending import Ending
from phancong.course import Course, Waits, let_end

#: Told by the same code as Ctrl-C.
TERMINATED = [pytest.param(signal.SIGTERM, 143, marks=pytest.mark.full)]
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")

#: A process of the command line whose search goes on until it is stopped, with every plan it has.
PATIENT = """
import sys, time
from dataclasses import replace
import phancong
from phancong import Progress, Status
from phancong.cli import main
from phancong.cli.calls import Calls

def patient(problem, *, progress, **options):
    found = phancong.solve(problem, **options)
    print("searching", file=sys.stderr, flush=True)
    while progress(Progress("travel", None, None, None, 0.0)) is not False:
        time.sleep(0.02)
    return replace(found, stopped="progress", status=Status.FEASIBLE)

sys.exit(main(sys.argv[1:], Calls(solve=patient)))
"""
#: One that is within a call and looks at nothing.
DEAF = """
import sys, time
from phancong.cli import main
from phancong.cli.calls import Calls

def deaf(problem, **options):
    print("searching", file=sys.stderr, flush=True)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        time.sleep(0.02)

sys.exit(main(sys.argv[1:], Calls(solve=deaf)))
"""


@pytest.fixture
def lists(tmp_path):
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "members.csv").write_text("id,max_households\nm1,1\nm2,1\n", encoding="utf-8")
    (folder / "households.csv").write_text("id\nh1\nh2\nh3\n", encoding="utf-8")
    return folder


def planned(lists, tmp_path, *given, **calls):
    """How the command ends that plans, by these functions."""
    return main([*given, "plan", str(lists), "-o", str(tmp_path / "o")], Calls(**calls))


def started(program, *given):
    """A process whose search has begun."""
    environment = os.environ | {"LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8", "LANGUAGE": ""}
    command = [sys.executable, "-c", program, *map(str, given)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
    )
    assert process.stderr.readline() == "searching\n"
    return process


@UNIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), *TERMINATED])
def test_the_best_plan_so_far_is_written(lists, tmp_path, number, code):
    """The diagnosis, which takes time, is left out; the end is told, on the other stream."""
    process = started(PATIENT, "plan", lists, "-o", tmp_path / "o")
    process.send_signal(number)
    told, complained = process.communicate(timeout=60)
    assert process.returncode == code
    assert "The search was stopped before it was proven" in told
    assert "The reason why limits are relaxed was not found." in told
    assert "Written:" in told
    assert complained == "Stopped as you asked, with the best plan found until then.\n"
    problem = read(lists)
    for ending in ("xlsx", "csv", "json"):
        assert len(read_plan(tmp_path / "o" / f"plan.{ending}", problem).pairs) == 3


@UNIX
def test_asked_twice_it_ends_at_once(lists, tmp_path):
    """Whatever it is doing; nothing is left half written."""
    process = started(DEAF, "plan", lists, "-o", tmp_path / "o")
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert list((tmp_path / "o").iterdir()) == []


@UNIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), *TERMINATED])
def test_where_there_is_nothing_to_write_that_is_told(lists, number, code):
    """As of an explanation that has begun with a search."""
    process = started(DEAF, "explain", lists, "h1")
    process.send_signal(number)
    told, complained = process.communicate(timeout=20)
    assert (process.returncode, told) == (code, "")
    assert complained == "Stopped as you asked; nothing was written.\n"


@pytest.mark.full
@UNIX
def test_who_chose_to_ignore_a_signal_goes_on_ignoring_it(lists, tmp_path):
    """As a shell does for what runs in the background, and ``nohup``."""
    program = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + PATIENT
    process = started(program, "plan", lists, "-o", tmp_path / "o")
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 143


def test_the_handlers_are_those_that_were_there(lists, capsys):
    """After any end of a command."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert main(["diagnose", str(lists)]) == 3
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
    capsys.readouterr()


def test_a_thread_runs_commands_too(lists, capsys):
    """There signals do not come, and none is touched."""
    ended = []
    thread = threading.Thread(target=lambda: ended.append(main(["diagnose", str(lists)])))
    thread.start()
    thread.join()
    assert ended == [3]
    capsys.readouterr()


def test_an_interrupt_of_the_library_ends_with_130(lists, tmp_path, capsys):
    """Also where it does not come by way of the handler."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    assert planned(lists, tmp_path, solve=interrupted) == 130
    assert capsys.readouterr().err == "Stopped as you asked; nothing was written.\n"


@UNIX
def test_asked_while_reasons_are_looked_for_the_plan_is_written(lists, tmp_path, capsys):
    """It was found before."""

    def slow(*_, **__):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)

    assert planned(lists, tmp_path, diagnose=slow) == 143
    told = capsys.readouterr()
    assert "The reason why limits are relaxed was not found." in told.out
    assert "Stopped as you asked, with the best plan" in told.err
    assert (tmp_path / "o" / "plan.json").exists()


@UNIX
def test_asked_to_end_round_trips_are_not_shortened(tmp_path, capsys):
    """The slips have the first ones, and that is told; without a signal nothing is left out."""
    lists, slips = tmp_path / "lists", []
    assert main(["synth", str(lists), "--members", "2", "--households", "40"]) == 0
    plan = phancong.solve(read(lists), search=Search(work=0.1, threads=1))
    for signals in ([], [signal.SIGINT]):

        def found(*_, signals=signals, **__):
            for number in signals:
                os.kill(os.getpid(), number)
            return plan

        assert planned(lists, tmp_path, solve=found) == (130 if signals else 0)
        complained = capsys.readouterr().err
        told = "Round trips on the slips were not shortened, so that you wait less.\n"
        assert complained.endswith(told) == bool(signals)
        book = openpyxl.load_workbook(tmp_path / "o" / "plan.xlsx")
        slips.append([row[1] for row in book["slips"].iter_rows(values_only=True)])
    assert slips[0] != slips[1]
    assert sorted(map(str, slips[0])) == sorted(map(str, slips[1]))


def late(*_, **__):
    """No diagnosis."""
    raise NoPlanFoundError("too late")


def test_a_plan_does_not_wait_for_its_reasons(lists, tmp_path, capsys):
    """Where they are not found in time it is written all the same."""
    assert planned(lists, tmp_path, diagnose=late) == 0
    told = capsys.readouterr()
    assert "The reason why limits are relaxed was not found." in told.out
    assert (tmp_path / "o" / "plan.xlsx").exists()


def test_a_diagnosis_that_is_cut_says_that_more_time_would_help(lists, capsys):
    """Not which limits to relax: there is no option for that here."""
    assert main(["diagnose", str(lists)], Calls(diagnose=late)) == 3
    told = capsys.readouterr()
    assert told.out == (
        "It was not found out in time whether all limits can hold together; more time would help.\n"
    )


def test_limits_that_may_hold_are_not_said_to_be_relaxed_for_a_reason(lists, tmp_path, capsys):
    """The search was cut, and so was the diagnosis: nobody knows whether all limits can hold."""

    def cut(*given, **options):
        plan = phancong.solve(*given, **options)
        lines = {name: replace(line, proven=False) for name, line in plan.breaches.items()}
        return replace(plan, breaches=lines, status=phancong.Status.FEASIBLE, stopped="time")

    assert planned(lists, tmp_path, "--lang", "vi", solve=cut, diagnose=late) == 0
    told = capsys.readouterr().out
    assert "Chưa giữ được mọi giới hạn: vượt số hộ tối đa" in told
    assert "Chưa kịp xác định có thể giữ mọi giới hạn cùng lúc hay không" in told
    assert "vì sao có giới hạn phải nới" not in told


@UNIX
def test_a_signal_is_noted_or_raises():
    """Within ``noting`` it is noted; within ``raising``, or outside, it ends what is done."""
    with Ending() as ending:
        assert not ending
        assert ending.code == 130
        with ending.noting():
            with ending.raising():
                pass
            os.kill(os.getpid(), signal.SIGTERM)
            assert ending
            assert ending.code == 143
            raising = ending.raising()
            with pytest.raises(KeyboardInterrupt, match=r"^$"), raising:
                raise AssertionError
    with (
        Ending() as ending,
        pytest.raises(KeyboardInterrupt, match=r"^$"),
    ):
        os.kill(os.getpid(), signal.SIGINT)


@UNIX
def test_a_second_signal_ends_the_process_even_where_another_handler_came_between(monkeypatch):
    """A solver that puts handlers back as they were does not make the second one the first."""
    sent = []
    with Ending() as ending, ending.noting():
        handler = signal.getsignal(signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        monkeypatch.setattr(os, "kill", lambda *how: sent.append(how))
        handler(signal.SIGINT, None)
        assert sent == [(os.getpid(), signal.SIGINT)]


def test_the_line_on_the_screen_says_that_it_is_ending(lists, tmp_path, monkeypatch, capsys):
    """Until the search has stopped."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def asked(problem, *, progress, **options):
        assert progress(Progress("travel", None, None, None, 0.0)) is True
        os.kill(os.getpid(), signal.SIGINT)
        assert progress(Progress("travel", None, None, None, 0.0)) is False
        return phancong.solve(problem, **options)

    monkeypatch.setattr(sys, "stderr", Terminal())
    assert planned(lists, tmp_path, solve=asked) == 130
    shown = [line.strip() for line in sys.stderr.getvalue().split("\r") if line.strip()]
    assert shown[1] == "Stopping with the best plan so far; press again to stop at once."
    capsys.readouterr()


@pytest.mark.full
@UNIX
def test_a_true_search_is_ended(tmp_path):
    """With the engine that large lists get; what the shell sees is 130."""
    command = [sys.executable, "-m", "phancong"]
    lists, out = tmp_path / "l", tmp_path / "o"
    drawn = [*command, "synth", str(lists), "--members", "20", "--households", "300"]
    subprocess.run(drawn, check=True, capture_output=True)
    asked = [*command, "plan", str(lists), "-o", str(out), "--seconds", "20", "--engine", "lns"]
    process = subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not out.exists():
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert Path(out, "plan.json").exists()


@UNIX
def test_a_signal_that_is_ignored_has_no_handler():
    """Within a process, too; afterwards it is ignored as before."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with Ending() as ending:
            os.kill(os.getpid(), signal.SIGTERM)
            assert not ending
            with ending.noting():
                os.kill(os.getpid(), signal.SIGINT)
                assert ending
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


@UNIX
def test_asked_twice_the_pairs_and_the_record_are_there(lists, tmp_path):
    """They are written first, in a moment; workbook and page, which take longer, have to do without."""
    slow = """
import sys, time
from phancong.plan import folder

def late(*_, **__):
    print("late", file=sys.stderr, flush=True)
    time.sleep(60)

folder.as_workbook = late
"""
    process = started(slow + PATIENT, "plan", lists, "-o", tmp_path / "o")
    process.send_signal(signal.SIGTERM)
    assert process.stderr.readline() == "late\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == -signal.SIGTERM
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["plan.csv", "plan.json"]
    assert len(read_plan(tmp_path / "o" / "plan.json", read(lists)).pairs) == 3


def test_a_solver_that_was_left_behind_ends_with_the_process(lists, capsys, monkeypatch):
    """At once, and all that was said is there: it would go on, and abort what is taken down."""
    assert let_end(60.0, longest=60.0)  # calls that other tests left behind
    end = threading.Event()
    course = Course(Search(), waits=Waits(patience=0.0))
    assert course.waited(lambda: end.wait(60), lambda: None, seconds=0.0) is None
    ended = []
    monkeypatch.setattr(sys, "argv", ["phancong", "diagnose", str(lists)])
    monkeypatch.setattr(os, "_exit", ended.append)
    try:
        assert process() == 3
        assert ended == [3]
    finally:
        end.set()
        assert let_end(30.0)
    assert process() == 3
    assert ended == [3]
    assert "raise the maximum" in capsys.readouterr().out


def test_asked_while_it_is_loaded_it_ends_without_a_traceback(monkeypatch):
    """Nothing was begun, so that there is nothing to tell; the code is that of Ctrl-C."""

    class Interrupted:
        """Ctrl-C comes as the commands are looked for."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == "phancong.cli.main":
                raise KeyboardInterrupt

    package = sys.modules["phancong.cli"]
    monkeypatch.delitem(sys.modules, "phancong.cli.main")
    monkeypatch.setattr(sys, "meta_path", [Interrupted, *sys.meta_path])
    with pytest.raises(SystemExit, match="130"):
        importlib.reload(package)
    assert package.main is main
