"""What a solver writes by itself stays off the standard output, and nothing else does."""

import os
import subprocess
import sys
import threading

import pytest

from phancong.engines.common.quiet import OWN, quietly


@pytest.fixture(autouse=True)
def nobody_else():
    """A solver that an earlier test left behind still writes to where the standard output was then."""
    for thread in threading.enumerate():
        if thread.name == "phancong solver":
            thread.join(120)


def test_only_the_solver_s_own_lines_are_kept_back(capfd):
    """A line of HiGHS in the middle, one in two pieces, and a last line without an end."""

    def call():
        os.write(1, b"one\n" + OWN + b"run\ntwo\n" + OWN[:5])
        os.write(1, OWN[5:] + b"again\nthree\n")
        os.write(1, b"no end")
        return 4

    assert quietly(call) == 4
    assert capfd.readouterr().out == "one\ntwo\nthree\nno end"


def test_what_is_begun_like_such_a_line_is_written_in_the_end(capfd):
    """Nobody can know it before."""
    quietly(lambda: os.write(1, OWN[:3]))
    assert capfd.readouterr().out == OWN[:3].decode()


def test_several_at_once_share_one_way_out(capfd):
    """The first that ends leaves it to the others."""
    inside, out = threading.Barrier(2), threading.Event()

    def slow():
        inside.wait()
        out.wait()
        os.write(1, OWN + b"late\nslow\n")

    thread = threading.Thread(target=quietly, args=(slow,))
    thread.start()
    quietly(lambda: (inside.wait(), os.write(1, b"quick\n")))
    out.set()
    thread.join()
    assert capfd.readouterr().out == "quick\nslow\n"


@pytest.mark.full
def test_without_a_standard_output_nothing_is_kept_back():
    """A program of a window has none: neither Python nor C."""
    program = (
        "import os, sys\n"
        "from phancong.engines.common.quiet import quietly\n"
        "os.close(1); sys.stdout = None\n"
        "sys.exit(quietly(lambda: 7))\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 7


def test_a_program_without_python_s_output_is_flushed_all_the_same(monkeypatch, capfd):
    """``sys.stdout`` can be None where the file is there."""
    monkeypatch.setattr(sys, "stdout", None)
    quietly(lambda: os.write(1, b"kept\n"))
    assert capfd.readouterr().out == "kept\n"


def test_where_there_is_no_standard_output_nothing_is_kept_off_it(monkeypatch):
    """As in a process that was started without one."""

    def closed(descriptor):
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr("phancong.engines.common.quiet.os.dup", closed)
    assert quietly(lambda: 4) == 4
