"""Started again, a run does what is missing or has changed, and nothing twice (contract 9)."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from countries import (
    SEARCH,
    AtOnce,
    batch,
    by_commune,
    dataset,
    keys,
    log_of,
    parts_of,
    planned_again,
    write_country,
)
from lanes import in_full

from phancong import RELAXABLE, InvalidArgumentError, NotWrittenError, Search
from phancong.batch import many, part_files, worker
from phancong.batch.folder import Folder
from phancong.batch.log import Log
from phancong.batch.options import read_options
from phancong.batch.sealed import sealed, unsealed

DATASETS = ("pairs", "breaches", "failures", "figures")


@pytest.fixture
def source(tmp_path):
    return write_country(tmp_path / "in", keys(12))


def changed(source, name, change):
    """Write a table again with some of its rows changed."""
    rows = [change(dict(row)) for row in pq.read_table(source / f"{name}.parquet").to_pylist()]
    pq.write_table(pa.Table.from_pylist([row for row in rows if row]), source / f"{name}.parquet")


def test_a_second_start_plans_nothing_and_writes_no_part(source, tmp_path):
    """Nothing is missing: the files are those of before."""
    batch(source, tmp_path / "out")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*.parquet")}
    executor = AtOnce()
    summary = batch(source, tmp_path / "out", executor=executor)
    assert (summary.before, executor.jobs) == (12, [])
    assert "12 were complete before." in summary.text()
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*.parquet")} == before


def test_only_communes_are_planned_again_whose_rows_have_changed(source, tmp_path):
    """One member of one commune; rows in another order change nothing."""
    batch(source, tmp_path / "out")

    def far(row):
        return row | {"lat": row["lat"] + 0.01} if row["commune"] == "00004" else row

    changed(source, "members", far)
    changed(source, "households", lambda row: row)
    summary = batch(source, tmp_path / "out")
    assert summary.before == 11
    assert planned_again(tmp_path / "out") == ["00004"]
    batch(source, tmp_path / "anew")
    assert dataset(tmp_path / "out") == dataset(tmp_path / "anew")
    assert dataset(tmp_path / "out", "figures") == dataset(tmp_path / "anew", "figures")


def test_communes_come_and_go(source, tmp_path):
    """Who is not in the input any more is not in the output; a part without any commune is gone."""
    batch(source, tmp_path / "out")
    for name in ("members", "households", "previous"):
        changed(source, name, lambda row: row if row["commune"] > "00006" else None)
    batch(source, tmp_path / "out")
    assert set(by_commune(tmp_path / "out", "pairs")) == set(keys(12)[7:])
    for name in ("members", "households", "previous"):
        changed(source, name, lambda row: row | {"commune": "1" + row["commune"]})
    summary = batch(source, tmp_path / "out")
    assert summary.before == 0
    assert set(by_commune(tmp_path / "out", "figures")) == {"1" + key for key in keys(12)[7:]}


@pytest.mark.parametrize("dataset_name", ["figures", *in_full("pairs", "breaches", "failures")])
def test_a_broken_part_is_made_again(source, tmp_path, dataset_name):
    """Cut off, changed or gone: its communes are planned again, and no others."""
    batch(source, tmp_path / "out")
    whole = {name: dataset(tmp_path / "out", name) for name in DATASETS}
    first, second, third = sorted((tmp_path / "out" / dataset_name).iterdir())
    first.write_bytes(first.read_bytes()[:-7])
    content = bytearray(second.read_bytes())
    content[len(content) // 2] ^= 1
    second.write_bytes(content)
    third.unlink()
    summary = batch(source, tmp_path / "out")
    assert (summary.broken, summary.before) == (3, 0)
    assert "3 parts were broken" in summary.text()
    assert {name: dataset(tmp_path / "out", name) for name in DATASETS} == whole


def cut(content):
    return content[: len(content) // 2]


def flipped(content):
    changed_one = bytearray(content)
    changed_one[len(content) // 2] ^= 1
    return bytes(changed_one)


def recounted(content):
    """Valid JSON, of something else."""
    return content.replace(b'"households": 6', b'"households": 7', 1)


@pytest.mark.parametrize(
    ("where", "damage"),
    [
        ("_records", recounted),
        pytest.param("pairs", cut, marks=pytest.mark.full),
        pytest.param("pairs", flipped, marks=pytest.mark.full),
        pytest.param("_records", cut, marks=pytest.mark.full),
        pytest.param("_records", flipped, marks=pytest.mark.full),
    ],
)
def test_only_the_chunk_of_a_broken_part_is_made_again(source, tmp_path, where, damage):
    """Its other files and all other parts stay what they are; the pairs are those of before."""
    out = tmp_path / "out"
    batch(source, out)
    whole = {name: dataset(out, name) for name in DATASETS}
    hurt = sorted((out / where).iterdir())[1]
    lost = set(parts_of(out)[hurt.stem])
    times = {p: p.stat().st_mtime_ns for p in out.rglob("*.parquet") if p.stem != hurt.stem}
    hurt.write_bytes(damage(hurt.read_bytes()))
    executor = AtOnce()
    summary = batch(source, out, executor=executor)
    assert {key for job in executor.jobs for key in job.communes} == lost
    assert (summary.broken, summary.before) == (1, 12 - len(lost))
    assert 0 < len(lost) < 12
    assert set(planned_again(out)) == lost
    assert {p: p.stat().st_mtime_ns for p in times} == times
    assert {name: dataset(out, name) for name in DATASETS} == whole


def other_options(content):
    """Valid JSON, of another run."""
    return content.replace(b'"default"', b'"another"', 1)


def other_format(content):
    """A whole manifest, of a version that writes others."""
    return sealed({**unsealed(content), "format": 0})


@pytest.mark.parametrize("damage", [other_options, other_format, *in_full(cut)])
def test_a_broken_manifest_is_named(source, tmp_path, damage):
    """What is in the folder cannot be told then: it is not touched."""
    out = tmp_path / "out"
    batch(source, out)
    files = {p: p.read_bytes() for p in out.rglob("*.parquet")}
    content = (out / "manifest.json").read_bytes()
    assert damage(content) != content
    (out / "manifest.json").write_bytes(damage(content))
    with pytest.raises(InvalidArgumentError, match=r"manifest\.json is not a manifest of a batch"):
        batch(source, out)
    assert {p: p.read_bytes() for p in out.rglob("*.parquet")} == files


@pytest.mark.parametrize(
    "content", [sealed({"format": 3, "name": "x"}), *in_full(b"", b"[]", sealed({"format": 1}))]
)
def test_a_broken_record_counts_for_nothing(source, tmp_path, content):
    """Its part is removed and made again."""
    batch(source, tmp_path / "out")
    whole = dataset(tmp_path / "out")
    record = min((tmp_path / "out" / "_records").iterdir())
    record.write_bytes(content)
    assert batch(source, tmp_path / "out").broken == 1
    assert dataset(tmp_path / "out") == whole


def test_what_has_no_record_is_removed(source, tmp_path):
    """A run that was killed left parts, drafts and notes."""
    some = batch(source, tmp_path / "out", only=keys(5))
    assert "other communes were not asked for, and have no plan yet." in some.text()
    stray = tmp_path / "out" / "pairs" / "stray.parquet"
    stray.write_bytes(min((tmp_path / "out" / "pairs").iterdir()).read_bytes())
    draft = tmp_path / "out" / "figures" / ".phancong-0123456789abcdef.tmp"
    draft.touch()
    (tmp_path / "out" / "_working").mkdir(exist_ok=True)
    (tmp_path / "out" / "_working" / "x.1-2").touch()
    batch(source, tmp_path / "out")
    assert not stray.exists()
    assert not draft.exists()
    assert not any((tmp_path / "out" / "_working").iterdir())
    assert len(dataset(tmp_path / "out")) == 72


def test_a_commune_in_two_parts_counts_once(source, tmp_path):
    """Where two runs wrote at once, on a disk without locks."""
    batch(source, tmp_path / "out", only=keys(4))
    batch(source, tmp_path / "other", only=keys(6)[3:])
    for path in (tmp_path / "other").rglob("*"):
        if path.suffix in (".parquet", ".json") and path.name != "manifest.json":
            path.rename(tmp_path / "out" / path.relative_to(tmp_path / "other"))
    batch(source, tmp_path / "out")
    batch(source, tmp_path / "anew")
    assert dataset(tmp_path / "out") == dataset(tmp_path / "anew")


def test_a_part_that_another_one_replaces_does_not_count(source, tmp_path):
    """Killed between the two: the part without the changed communes was there, the old one still."""
    batch(source, tmp_path / "out", only=keys(5))
    (old,) = part_files.settle(tmp_path / "out")[0]
    kept = {p: p.read_bytes() for p in (tmp_path / "out").rglob(f"{old.name}.*")}
    made = part_files.without(tmp_path / "out", old, {"00002"})
    for path, content in kept.items():
        path.write_bytes(content)
    assert [record.name for record in part_files.settle(tmp_path / "out")[0]] == [made.name]
    assert set(by_commune(tmp_path / "out", "pairs")) == set(keys(5)) - {"00002"}


def test_failures_are_tried_again_where_it_is_asked_for(tmp_path):
    """``retry`` tries them, and with ``only`` some of them."""
    source = write_country(tmp_path / "in", keys(6), special={"00001": "h0", "00002": "h0"})
    assert batch(source, tmp_path / "out").failed == 2
    executor = AtOnce()
    assert batch(source, tmp_path / "out", executor=executor).failed == 2
    assert executor.jobs == []
    batch(source, tmp_path / "out", executor=executor, retry=True, only=["00002"])
    assert [list(job.communes) for job in executor.jobs] == [["00002"]]
    assert len(dataset(tmp_path / "out", "failures")) == 2
    batch(source, tmp_path / "out", executor=executor, retry=True)
    assert sorted(executor.jobs[1].communes) == ["00001", "00002"]


def test_a_run_goes_on_with_what_it_was_begun_with(source, tmp_path):
    """Other options or versions are asked about; threads change no pair; anew is anew."""
    batch(source, tmp_path / "out", only=keys(2))
    with pytest.raises(InvalidArgumentError, match="limits was –, and is max_changes=0"):
        batch(source, tmp_path / "out", max_changes=0)
    with pytest.raises(InvalidArgumentError, match=r"relax was .*resume=False"):
        batch(source, tmp_path / "out", relax={"coverage": 1.0})
    manifest = tmp_path / "out" / "manifest.json"
    begun = manifest.read_bytes()
    told = unsealed(begun)
    manifest.write_bytes(sealed({**told, "versions": told["versions"] | {"ortools": "1.0"}}))
    with pytest.raises(
        InvalidArgumentError, match=rf"ortools was 1\.0, and is {version('ortools')}"
    ):
        batch(source, tmp_path / "out")
    manifest.write_bytes(begun)
    assert batch(source, tmp_path / "out", search=Search(work=5, threads=2)).before == 2
    summary = batch(source, tmp_path / "out", max_changes=0, resume=False)
    assert (summary.before, summary.planned) == (0, 12)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": "another"}'])
def test_a_manifest_of_somebody_else(source, tmp_path, content):
    """Its folder is left alone."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text(content)
    with pytest.raises(InvalidArgumentError, match="is not a manifest of a batch"):
        batch(source, tmp_path / "out")


def test_the_manifest_says_what_a_run_was_made_from(source, tmp_path):
    """Hashes of the input, versions, options, counts and how far it is."""
    batch(source, tmp_path / "out", only=keys(3))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["status"] == "stopped"
    batch(source, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["status"] == "complete"
    assert set(manifest["inputs"]) == {
        "members.parquet", "households.parquet", "previous.parquet",
    }  # fmt: skip
    assert manifest["counts"]["households"] == 72
    assert manifest["versions"]["phancong"]


def test_a_result_that_was_lost_is_not_planned_again(source, tmp_path):
    """The part is there: a scheduler that runs a task twice gets the same answer."""
    executor = AtOnce()
    batch(source, tmp_path / "out", executor=executor)
    job = executor.jobs[0]
    times = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*.parquet")}
    assert worker.carried_out(job).name == job.name
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*.parquet")} == times


def test_one_run_at_a_time_writes_to_a_folder(source, tmp_path, monkeypatch):
    """Tasks of a run that was killed are waited for, too."""
    (tmp_path / "out").mkdir()
    with (
        worker.locked(tmp_path / "out" / many.LOCK, shared=False),
        pytest.raises(InvalidArgumentError, match="another run writes"),
    ):
        batch(source, tmp_path / "out")
    options = read_options("commune", None, RELAXABLE, SEARCH, "auto", {}, 60.0)
    with (
        Log(tmp_path / "out" / many.LOG) as log,
        worker.locked(tmp_path / "out" / worker.TASKS, shared=True),
        pytest.raises(InvalidArgumentError, match="tasks of another run"),
    ):
        Folder(source, tmp_path / "out", options, log, patience=0.1).take_over(resume=True)
    monkeypatch.setattr(worker, "fcntl", None)  # a system without such locks
    assert batch(source, tmp_path / "out").planned == 12


def test_a_task_that_finds_the_run_stopped_writes_nothing(source, tmp_path):
    """Between two communes, and within one."""
    executor = AtOnce()
    batch(source, tmp_path / "out", executor=executor)
    part_files.remove(tmp_path / "out", part_files.settle(tmp_path / "out")[0])
    (tmp_path / "out" / worker.STOP).touch()
    assert worker.carried_out(executor.jobs[0]) is None
    assert not any((tmp_path / "out" / "pairs").iterdir())


def test_whoever_makes_the_file_stop_stops_the_run(source, tmp_path):
    """On a cluster, say: tasks look at it, and completed communes are kept."""

    class Stopped(AtOnce):
        def submit(self, call, job):
            if self.jobs:
                (tmp_path / "out" / worker.STOP).touch()
            return super().submit(call, job)

    summary = batch(source, tmp_path / "out", executor=Stopped())
    assert summary.stopped
    assert 0 < summary.planned < 12
    assert batch(source, tmp_path / "out").planned == 12


@pytest.mark.skipif(os.name == "nt", reason="there is no such limit")
def test_a_disk_that_is_full_ends_the_run_and_leaves_what_was_complete(
    source, tmp_path, monkeypatch
):
    """A limit on the size of files stands for it; with room again the next start ends it."""
    import resource

    batch(source, tmp_path / "anew")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    batch(source, tmp_path / "out", only=keys(5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))
    try:
        with pytest.raises(NotWrittenError, match="does not fit"):
            batch(source, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list((tmp_path / "out").rglob("*.tmp"))
    assert set(by_commune(tmp_path / "out", "pairs")) == set(keys(5))
    assert batch(source, tmp_path / "out").before == 5
    assert dataset(tmp_path / "out") == dataset(tmp_path / "anew")
    assert planned_again(tmp_path / "out") == []


@pytest.fixture
def little_room():
    """Files may have 1,000 bytes at the most, as on a disk that is full."""
    resource = pytest.importorskip("resource", reason="there is no such limit")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_table_that_cannot_be_converted_is_not_called_unreadable(tmp_path, request):
    """The disk is full; nothing is wrong with the CSV file."""
    (tmp_path / "in").mkdir()
    homes = "".join(f"A,h{number * 7919}\n" for number in range(200))
    (tmp_path / "in" / "members.csv").write_text("commune,id\nA,m1\n", encoding="utf-8")
    (tmp_path / "in" / "households.csv").write_text(f"commune,id\n{homes}", encoding="utf-8")
    request.getfixturevalue("little_room")
    with pytest.raises(NotWrittenError, match=r"households.*\.parquet does not fit on the disk"):
        batch(tmp_path / "in", tmp_path / "out")


@pytest.mark.usefixtures("little_room")
def test_a_note_for_which_there_is_no_room_is_told(tmp_path):
    """And it does not stay behind."""
    job = worker.Job(name="j", target=str(tmp_path), communes={}, options=None, types={}, home="")
    with (
        pytest.raises(NotWrittenError, match="does not fit on the disk"),
        worker.Note(tmp_path, job) as note,
    ):
        note.begin("A" * 2000)
    assert list((tmp_path / worker.WORKING).iterdir()) == []


@pytest.mark.parametrize("name", [many.LOCK, worker.STOP])
def test_what_the_run_holds_its_folder_by_is_named_if_it_cannot_be_written(source, tmp_path, name):
    """As in a folder that is read only."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).symlink_to("none/at/all")
    with pytest.raises(NotWrittenError, match=f"{name} lies in a folder that does not exist"):
        batch(source, tmp_path / "out")


def test_the_log_of_a_full_disk_ends_the_run_too(tmp_path):
    """Opening, writing and closing say which file it is."""
    from phancong.batch.log import Log

    with pytest.raises(NotWrittenError, match="lies in a folder that does not exist"):
        Log(tmp_path / "none" / "log.jsonl")
    if not Path("/dev/full").exists():
        pytest.skip("the system has no device that is always full")
    with pytest.raises(NotWrittenError, match="does not fit"), Log("/dev/full") as log:
        log.write("begun")


def test_stopped_at_a_commune_the_search_ends_with_it(source, tmp_path):
    """The task looks at each report of progress."""
    with ThreadPoolExecutor(1) as threads:
        told = []
        batch(
            source, tmp_path / "out", executor=threads, progress=lambda p: told.append(p) or False
        )
    assert len(told) == 1
    assert log_of(tmp_path / "out")[-1]["event"] == "stopped"
