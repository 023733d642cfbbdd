"""`phancong batch`: a country in one command (contract 9)."""

import io
import signal
import sys

import pyarrow.parquet as pq
import pytest
from countries import AtOnce, batch, dataset, keys, write_country

from phancong import MissingExtraError
from phancong.batch import BatchProgress, dask, plan_many
from phancong.cli import batch as command
from phancong.cli import main
from phancong.cli.calls import Calls
from phancong.words import words

pytestmark = pytest.mark.usefixtures("english")


def at_once(*given, executor, workers, memory, **options):
    """Many communes in this process."""
    assert executor is None
    assert (workers, memory) in ((None, None), (2, 3.5))
    return plan_many(*given, executor=AtOnce(), **options)


def run(capsys, *given, planned=at_once):
    """How the command ends, and what it says on either stream."""
    ended = main(["batch", *map(str, given)], Calls(plan_many=planned))
    told = capsys.readouterr()
    return ended, told.out, told.err


def test_a_country_in_one_command(tmp_path, capsys):
    """The same plans as from Python, the same options, and what there is now."""
    source = write_country(tmp_path / "in", keys(4))
    out = tmp_path / "out"
    ended, said, error = run(
        capsys, source, out, "--workers", "2", "--memory", "3.5", "--only", "00000, 00001"
    )
    assert (ended, error) == (0, "")
    assert said.startswith("2 of 4 communes have a plan. 2 other communes were not asked for")
    assert said.endswith(f"Written: {out}\n")
    ended, said, _ = run(capsys, source, out)
    assert said.startswith("4 of 4 communes have a plan. 2 were complete before.")
    batch(source, tmp_path / "python", search=command.Search(work=command.WORK))
    assert dataset(out) == dataset(tmp_path / "python")


def test_every_option_reaches_the_plan(tmp_path, capsys):
    """Limits, goals, relax, the column, another engine, begin anew."""
    source = write_country(tmp_path / "in", keys(2))
    for path in source.iterdir():
        table = pq.read_table(path)
        pq.write_table(table.rename_columns({"commune": "ward"}), path)
    options = ["--by", "ward", "--max-travel", "5000", "--max-changes", "0", "--within-hamlet"]
    options += ["--own-household", "forbid", "--farthest", "90000", "--goals", "continuity,travel"]
    options += ["--relax", "within_hamlet,coverage", "--engine", "flow", "--work", "3"]
    options += ["--timeout", "70", "--fresh"]
    ended, said, error = run(capsys, source, tmp_path / "out", *options)
    assert (ended, said) == (2, "")
    assert "engine 'flow' cannot keep max_changes" in error.replace("\n", " ")
    options[options.index("flow")] = "auto"
    ended, _, _ = run(capsys, source, tmp_path / "out", *options)
    assert ended == 0
    assert {row["rule"] for row in dataset(tmp_path / "out", "breaches")} == {"within_hamlet"}
    ended, _, _ = run(
        capsys, source, tmp_path / "out", "--by", "ward", "--travel", "none", "--fresh"
    )
    assert {row["travel"] for row in dataset(tmp_path / "out")} == {None}


def test_failures_are_told_and_tried_again(tmp_path, capsys):
    """It ends with 3 where a commune has no plan."""
    source = write_country(tmp_path / "in", keys(3), special={"00001": "h0"})
    ended, said, _ = run(capsys, source, tmp_path / "out")
    assert ended == 3
    assert "data that cannot be used" in said
    write_country(source, keys(3))
    assert run(capsys, source, tmp_path / "out", "--retry")[0] == 0


def test_in_vietnamese(tmp_path, capsys):
    """The same in the language asked for."""
    source = write_country(tmp_path / "in", keys(3), special={"00001": "h0"})
    _, said, _ = run(capsys, source, tmp_path / "out", "--lang", "vi")
    assert "2 trên 3 xã đã có phương án." in said
    assert "dữ liệu không dùng được" in said


def test_input_that_cannot_be_used(tmp_path, capsys):
    """It ends with 2 and names all that is wrong."""
    (tmp_path / "in").mkdir()
    ended, _, error = run(capsys, tmp_path / "in", tmp_path / "out")
    assert ended == 2
    assert "members, table: does not exist" in error


def test_ctrl_c_keeps_what_was_complete(tmp_path, capsys):
    """It ends with 130, and the same command goes on."""
    source = write_country(tmp_path / "in", keys(30))

    def pressed(*given, progress, **options):
        def told(record):
            signal.raise_signal(signal.SIGINT)
            return progress(record)

        return at_once(*given, progress=told, **options)

    ended, said, _ = run(capsys, source, tmp_path / "out", planned=pressed)
    assert ended == 130
    assert "have a plan" in said
    ended, said, _ = run(capsys, source, tmp_path / "out")
    assert ended == 0
    assert "were complete before." in said


def test_a_bar_on_a_terminal_says_how_far_it_is():
    """Done, failed, relaxed, households a second, seconds left."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    with command.Bar(terminal, words("en")) as bar:
        for done, left in ((0, None), (50, 30.2)):
            bar.show(
                BatchProgress(
                    total=100, done=done, failed=2, relaxed=3, households=4200, seconds=2.0,
                    left=left,
                )
            )  # fmt: skip
    told = terminal.getvalue()
    assert "50/100, 2 failed, 3 relaxed, 2,100 households a second, 30 s left" in told
    assert "? s left" in told
    silent = io.StringIO()
    with command.Bar(silent, words("en")) as bar:
        bar.show(BatchProgress(1, 0, 0, 0, 0, 0.0, None))
    assert silent.getvalue() == ""


def test_extras_that_are_missing_are_named(tmp_path, monkeypatch):
    """tqdm for the bar, distributed for a cluster."""
    for name in ("tqdm", "distributed"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=r"phancong\[batch\]"):
        command.Bar(io.StringIO(), words("en"))
    with pytest.raises(MissingExtraError, match=r"phancong\[dask\]"), dask.dask_executor("x"):
        pass
