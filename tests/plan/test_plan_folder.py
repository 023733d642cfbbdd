"""Files of a plan in one folder: whole, of one run, and noticed where they are not (contract 6.10)."""

import json
import os
import random
import signal
import sys
import time
import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from hand_made import plan_of
from lanes import by_lane

from phancong import Household, Member, NotWrittenError, Problem, read_plan
from phancong.plan.folder import OTHERS, RECORD, strangers, write_folder, write_record
from phancong.report.screen import plan_document

HOUSEHOLDS = [f"h{number}" for number in range(60)]
PROBLEM = Problem([Member("a"), Member("b")], list(map(Household, HOUSEHOLDS)), travel=None)
PLANS = [plan_of(PROBLEM, [(household, member) for household in HOUSEHOLDS]) for member in "ab"]
PAGES = [plan_document(plan) for plan in PLANS]
#: What people look at and no program reads back.
UNREAD = ("plan.html", "plan.docx")
KILLS = by_lane(quick=3, full=20, night=100)


def names(path):
    return sorted(file.name for file in path.iterdir())


def test_the_record_knows_the_others(tmp_path):
    """By their SHA-256; it reads back as it does alone."""
    written = write_folder(PLANS[0], tmp_path / "o")
    assert [path.name for path in written.paths] == [*OTHERS, RECORD]
    assert written.failed is None
    record = json.loads((tmp_path / "o" / RECORD).read_text(encoding="utf-8"))
    assert record["files"] == {
        name: sha256((tmp_path / "o" / name).read_bytes()).hexdigest() for name in OTHERS
    }
    assert read_plan(tmp_path / "o" / RECORD, PROBLEM).pairs == PLANS[0].pairs
    assert "files" not in json.loads(PLANS[0].to_json())
    assert strangers(tmp_path / "o") == ()


def test_the_pairs_and_the_record_alone_are_a_set(tmp_path):
    """And what is there from another run does not belong to it."""
    write_record(PLANS[0], tmp_path / "o")
    assert names(tmp_path / "o") == ["plan.csv", RECORD]
    assert strangers(tmp_path / "o") == ()
    write_folder(PLANS[0], tmp_path / "o")
    write_record(PLANS[1], tmp_path / "o")
    assert strangers(tmp_path / "o") == ("plan.xlsx", "plan.docx", "plan.html")


def test_a_mixed_set_is_noticed(tmp_path):
    """A file of another run, or one that was changed."""
    write_folder(PLANS[0], tmp_path)
    PLANS[1].to_csv(tmp_path / "plan.csv")
    assert strangers(tmp_path) == ("plan.csv",)
    (tmp_path / "plan.xlsx").write_bytes(b"changed")
    assert strangers(tmp_path) == ("plan.xlsx", "plan.csv")
    (tmp_path / "plan.csv").unlink()
    assert strangers(tmp_path) == ("plan.xlsx",)


@pytest.mark.parametrize(
    "record",
    [None, b"", b"\xff", b"[]", b"{}", b'{"format": "phancong plan", "files": 3}', b"[" * 10**5],
)
def test_without_a_record_that_knows_nothing_is_said(tmp_path, record):
    """Plans of before have none of it, and somebody's own file may have the name."""
    (tmp_path / "plan.csv").write_bytes(b"x")
    if record is not None:
        (tmp_path / RECORD).write_bytes(record)
    assert strangers(tmp_path) == ()


def test_a_huge_record_is_not_looked_at(tmp_path):
    """It would fill the memory; nobody can tell that the file beside it is another's."""
    write_folder(PLANS[0], tmp_path)
    (tmp_path / "plan.csv").write_bytes(b"x")
    assert strangers(tmp_path) == ("plan.csv",)
    with (tmp_path / RECORD).open("ab") as record:
        record.truncate(100_000_001)  # takes no room on the disk
    assert strangers(tmp_path) == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    """It is not a file that we wrote, and nobody writes to it."""
    write_folder(PLANS[0], tmp_path)
    (tmp_path / "plan.csv").unlink()
    os.mkfifo(tmp_path / "plan.csv")
    assert strangers(tmp_path) == ()


def test_a_file_that_cannot_be_read_is_not_compared(tmp_path, monkeypatch):
    """It may be open elsewhere, or belong to somebody else."""
    write_folder(PLANS[0], tmp_path)
    (tmp_path / "plan.csv").write_bytes(b"changed")
    read = Path.read_bytes

    def refusing(path):
        if path.name == "plan.csv":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    assert strangers(tmp_path) == ()


def test_a_plan_is_not_lost_for_want_of_an_extra(tmp_path, monkeypatch):
    """The others need none; a workbook of before is a stranger then."""
    write_folder(PLANS[1], tmp_path)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    written = write_folder(PLANS[0], tmp_path)
    assert [path.name for path in written.paths] == ["plan.docx", "plan.html", "plan.csv", RECORD]
    assert "workbooks need XlsxWriter" in str(written.failed)
    assert read_plan(tmp_path / "plan.csv", PROBLEM).pairs == PLANS[0].pairs
    assert strangers(tmp_path) == ("plan.xlsx",)


def test_what_cannot_be_written_leaves_the_set_as_it_was(tmp_path):
    """A folder in the place of the last one."""
    write_folder(PLANS[0], tmp_path)
    (tmp_path / "plan.csv").unlink()
    (tmp_path / "plan.csv").mkdir()
    before = (tmp_path / "plan.xlsx").read_bytes()
    with pytest.raises(NotWrittenError, match=r"plan\.csv is a folder"):
        write_folder(PLANS[1], tmp_path)
    assert (tmp_path / "plan.xlsx").read_bytes() == before
    assert names(tmp_path) == sorted((*OTHERS, RECORD))


def test_no_name_lies_in_a_temporary_file(tmp_path, monkeypatch):
    """Nor anything else: nothing is written but beside the targets."""
    import tempfile

    def refused(*_, **__):
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, refused)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    write_folder(PLANS[0], tmp_path / "o", labels={"h1": "Lò Thị Én"})
    assert names(tmp_path) == ["o"]


# --- kills

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are copied on Unix only")


def writer_of(path):
    """A process that writes one plan after the other over each other, until it is killed."""
    process = os.fork()
    if process == 0:
        with suppress(BaseException):
            while True:
                for plan in PLANS:
                    write_folder(plan, path)
        os._exit(1)
    return process


@FORKS
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_kill_at_any_moment_leaves_every_file_whole(tmp_path):
    """Old or new, each; and where they are not of one run that is noticed."""
    draw = random.Random(7)
    write_folder(PLANS[0], tmp_path)
    mixed = left = 0
    for kill in range(KILLS):
        process = writer_of(tmp_path)
        time.sleep(draw.uniform(0, 0.4))
        os.kill(process, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL
        read = [name for name in (*OTHERS, RECORD) if name not in UNREAD]
        found = {name: read_plan(tmp_path / name, PROBLEM).pairs for name in read}
        assert (tmp_path / "plan.html").read_bytes() in PAGES, kill
        with zipfile.ZipFile(tmp_path / "plan.docx") as whole:
            assert whole.testzip() is None
        assert all(pairs in (PLANS[0].pairs, PLANS[1].pairs) for pairs in found.values()), kill
        if len(set(found.values())) > 1:
            mixed += 1
            assert strangers(tmp_path)
        left += len(names(tmp_path)) > len(OTHERS) + 1
    write_folder(PLANS[1], tmp_path)
    assert names(tmp_path) == sorted((*OTHERS, RECORD)), (mixed, left)
    assert strangers(tmp_path) == ()


def exit_of_a_full_disk(folder, room):
    """40 if a process that may write no file beyond *room* bytes ends in our error, with the mend."""
    import resource

    process = os.fork()
    if process == 0:
        code = 1
        with suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            try:
                write_folder(PLANS[1], folder)
            except NotWrittenError as error:
                told = str(error)
                code = 40 if "make room" in told and "Nothing was written." in told else 2
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@FORKS
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("room", [0, 1000, 5000, 12_000])
def test_a_full_disk_leaves_every_file_as_it_was(tmp_path, room):
    """What was written before is whole."""
    write_folder(PLANS[0], tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    assert exit_of_a_full_disk(tmp_path, room) == 40
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


@FORKS
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_full_disk_leaves_no_empty_folder(tmp_path):
    """Folders that were made for the plan are gone again; one that was there stays."""
    there = tmp_path / "there"
    there.mkdir()
    assert exit_of_a_full_disk(there / "new" / "plan", 0) == 40
    assert exit_of_a_full_disk(there, 0) == 40
    assert list(tmp_path.iterdir()) == [there]
    assert not list(there.iterdir())
