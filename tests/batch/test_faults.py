"""Processes that die, hang or are killed: nothing is lost, and nothing is done twice (contract 9)."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from countries import (
    AtOnce,
    batch,
    complete,
    dataset,
    keys,
    log_of,
    planned_again,
    write_country,
)
from faulty_goals import Faulty
from lanes import by_lane

from phancong.batch import BrokenPoolError, pools, worker

SCRIPT = Path(__file__).parent / "run_country.py"
unix = pytest.mark.skipif(os.name == "nt", reason="processes are killed by signals")


def healthy(source, folder, **options):
    """The pairs of a run in which nothing happens."""
    batch(source, folder, **options)
    return dataset(folder)


def goes_on(source, target, *, missing, **options):
    """The second start, with the data of *missing* mended: nothing else is planned."""
    number = len({row["commune"] for row in dataset(target, "figures")}) + 1
    write_country(source, keys(number))
    summary = batch(source, target, goals=[Faulty()], **options)
    assert (summary.planned, summary.failed, summary.before) == (number, 0, number - 1)
    assert planned_again(target) == [missing]
    assert dataset(target) == healthy(source, target.with_name("healthy"), goals=[Faulty()])


@contextmanager
def started(source, target, *more, workers=2):
    """A run in a process of its own, which does not outlive the test."""
    path = os.pathsep.join([str(SCRIPT.parent), *sys.path])
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), str(source), str(target), str(workers), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as run:
        try:
            yield run
        finally:
            run.kill()


def workers_at(target):
    """The processes that are planning a commune."""
    return [int(p.name.split(".")[1].split("-")[0]) for p in (target / "_working").glob("*.*-*")]


# --- what is decided, in this process


class Dying(AtOnce):
    """An executor in which the process of some communes dies: at once, and all beside it."""

    def __init__(self, fatal, *, notes=True, error=BrokenExecutor, more=""):
        super().__init__()
        self.fatal = fatal
        self.notes = notes
        self.more = more
        self.error = error
        self.tries = []

    def submit(self, call, job):
        died = [key for key in job.communes if key in self.fatal]
        self.tries.append(list(job.communes))
        if not died:
            return super().submit(call, job)
        if self.notes:
            note = Path(job.target) / worker.WORKING / f"{job.name}.1-1"
            note.parent.mkdir(exist_ok=True)
            note.write_text(f'{{"key": "{died[0]}"}}\n{self.more}', encoding="utf-8")
        future = Future()
        future.set_exception(self.error())
        return future


def test_a_commune_that_kills_its_process_twice_is_a_failure(tmp_path):
    """It is tried alone, after all others, and those that were beside it are planned."""
    source = write_country(tmp_path / "in", keys(8))
    made = []

    def make():
        made.append(Dying({"00003"}))
        return made[-1]

    summary = batch(source, tmp_path / "out", executor=make)
    assert (summary.planned, dict(summary.failures)) == (7, {"crash": 1})
    tries = [chunk for executor in made for chunk in executor.tries]
    assert tries.count(["00003"]) == 1
    assert sum("00003" in chunk for chunk in tries) == 2
    (row,) = dataset(tmp_path / "out", "failures")
    assert row["reason"] == "its process died 2 times"


def test_nobody_is_blamed_for_who_dies_beside_him(tmp_path):
    """Two were being planned: each is tried alone, where only one of them dies again, twice."""
    source = write_country(tmp_path / "in", keys(10))
    fatal = {"00003", "00007"}
    made = []

    def make():
        if made and made[-1].tries[-1:] == [["00003"]]:
            fatal.discard("00003")  # killed by somebody else the first time, and once alone
        made.append(Dying(fatal))
        return made[-1]

    summary = batch(source, tmp_path / "out", executor=make)
    assert (summary.planned, dict(summary.failures)) == (9, {"crash": 1})
    assert dataset(tmp_path / "out", "failures")[0]["commune"] == "00007"


def test_a_part_that_was_written_before_its_process_died_counts(tmp_path):
    """The result was lost, the part was not."""
    source = write_country(tmp_path / "in", keys(8))
    lost = []

    class Forgetful(AtOnce):
        def submit(self, call, job):
            future = super().submit(call, job)
            if lost:
                return future
            lost.append(job)
            broken = Future()
            broken.set_exception(BrokenExecutor())
            return broken

    summary = batch(source, tmp_path / "out", executor=Forgetful)
    assert summary.planned == 8
    assert planned_again(tmp_path / "out") == []


def test_an_executor_of_dask_tells_of_death_by_another_name(tmp_path):
    """``KilledWorker`` is not imported: it is known by its name, and the executor goes on."""
    source = write_country(tmp_path / "in", keys(6))
    error = type("KilledWorker", (Exception,), {})
    summary = batch(source, tmp_path / "out", executor=Dying({"00002"}, error=error))
    assert dict(summary.failures) == {"crash": 1}
    assert summary.planned == 5


def test_a_commune_whose_time_was_up_is_not_tried_again(tmp_path):
    """The traceback behind its note tells; those beside it are planned."""
    source = write_country(tmp_path / "in", keys(7))
    made = []

    def make():
        made.append(Dying({"00004"}, more="Timeout (0:00:02)!\n"))
        return made[-1]

    summary = batch(source, tmp_path / "out", executor=make, timeout=2)
    assert (summary.planned, dict(summary.failures)) == (6, {"time": 1})
    assert sum("00004" in chunk for one in made for chunk in one.tries) == 1
    (row,) = dataset(tmp_path / "out", "failures")
    assert row["reason"] == "took more than 2 s, and was ended"


def test_an_executor_that_cannot_be_made_anew_ends_the_run(tmp_path):
    """Completed communes are kept; a start with another one goes on."""
    source = write_country(tmp_path / "in", keys(12))
    fatal = {min(keys(12))}
    with pytest.raises(BrokenPoolError, match="a function that makes executors"):
        batch(source, tmp_path / "out", executor=Dying(fatal))
    summary = batch(source, tmp_path / "out")
    assert summary.planned == 12
    assert summary.before > 0
    assert planned_again(tmp_path / "out") == []


def test_an_executor_that_gives_up_its_tasks_ends_the_run(tmp_path):
    """As that of a cluster does whose scheduler is gone."""

    class Gone(AtOnce):
        def submit(self, call, job):
            future = super().submit(call, job) if not self.jobs else Future()
            future.cancel()
            return future

    source = write_country(tmp_path / "in", keys(12))
    with pytest.raises(BrokenPoolError, match="has cancelled its tasks"):
        batch(source, tmp_path / "out", executor=Gone())
    assert batch(source, tmp_path / "out").before == 5


@pytest.mark.parametrize("name", ["ClosedClientError", "AnotherError"])
def test_a_scheduler_that_is_gone_before_it_gets_a_task(tmp_path, name):
    """The error of Dask is known by its name; any other is a mistake of the executor."""

    class Closed(AtOnce):
        def submit(self, call, job):
            raise type(name, (Exception,), {})("of somebody else")

    source = write_country(tmp_path / "in", ["x"])
    gone = name == "ClosedClientError"
    with pytest.raises(
        BrokenPoolError if gone else Exception,
        match="has cancelled its tasks" if gone else "of somebody else",
    ):
        batch(source, tmp_path / "out", executor=Closed())


def test_processes_that_die_before_they_begin_end_the_run(tmp_path):
    """Instead of a loop: three pools in a row."""
    source = write_country(tmp_path / "in", keys(6))
    made = []

    def make():
        made.append(Dying(set(keys(6)), notes=False))
        return made[-1]

    with pytest.raises(BrokenPoolError, match="end before their first commune"):
        batch(source, tmp_path / "out", executor=make)
    assert len(made) == 3


def test_an_executor_that_takes_no_more_tasks(tmp_path):
    """It broke while tasks were handed over: these are asked for again."""
    source = write_country(tmp_path / "in", keys(12))

    class Full(AtOnce):
        def submit(self, call, job):
            if self.jobs and len(made) == 1:
                raise BrokenExecutor
            return super().submit(call, job)

    made = []

    def make():
        made.append(Full())
        return made[-1]

    assert batch(source, tmp_path / "out", executor=make).planned == 12
    assert len(made) == 2


def test_a_mistake_of_the_executor_is_raised(tmp_path):
    """It is none of a commune."""

    class Wrong(Executor):
        def submit(self, call, job):
            future = Future()
            future.set_exception(ZeroDivisionError("of somebody else"))
            return future

    source = write_country(tmp_path / "in", ["x"])
    with pytest.raises(ZeroDivisionError, match="of somebody else"):
        batch(source, tmp_path / "out", executor=Wrong())


def test_a_worker_ends_with_the_process_that_asked_for_it(monkeypatch):
    """It leaves Ctrl-C to that one, and ends when its end of the pipe is closed."""
    ended = threading.Semaphore(0)
    monkeypatch.setattr(os, "_exit", lambda code: ended.release())
    before = signal.getsignal(signal.SIGINT)
    mine, leash = get_context("spawn").Pipe(duplex=False)
    try:
        limits = []
        monkeypatch.setattr(pools.resource, "setrlimit", lambda *given: limits.append(given))
        pools.begin(mine, 2.5)
        pools.begin(mine, None)
        monkeypatch.setattr(pools, "resource", None)  # as on Windows
        pools.begin(mine, 2.5)
        assert [given[1] for given in limits] == [(int(2.5 * 2**30),) * 2]
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert not ended.acquire(timeout=0.05)
    leash.close()
    assert all(ended.acquire(timeout=10) for _ in range(3))


def test_the_timer_watches_one_commune_a_process(tmp_path, monkeypatch):
    """A second thread of the same process is not watched; the process that asked never is."""
    source = write_country(tmp_path / "in", keys(5))
    executor = AtOnce()
    batch(source, tmp_path / "out", executor=executor)
    (job,) = executor.jobs
    timers = []
    monkeypatch.setattr(
        worker.faulthandler, "dump_traceback_later", lambda *a, **k: timers.append(a)
    )
    monkeypatch.setattr(worker.faulthandler, "cancel_dump_traceback_later", lambda: None)
    with worker.Note(tmp_path, job) as note:
        note.begin("00001")
    assert timers == []
    job = replace(job, home=("elsewhere", 1))
    with worker.Note(tmp_path, job) as first:
        first.begin("00001")
        assert len(timers) == 1
        note = next((tmp_path / worker.WORKING).iterdir())
        assert note.read_text() == '{"key": "00001"}\n'
        monkeypatch.setattr(worker.threading, "get_ident", lambda: 1)
        with worker.Note(tmp_path, job) as second:
            second.begin("00002")
            assert len(timers) == 1
    assert worker.left_notes(tmp_path, job.name) == {}


def test_who_died_before_the_first_commune_leaves_an_empty_note(tmp_path):
    """And a traceback behind a note says that its time was up."""
    (tmp_path / worker.WORKING).mkdir()
    for name, content in (
        ("p.1-1", ""),
        ("p.2-1", '{"key": 7}\n'),
        ("p.3-1", '{"key": 8}\nTimeout (0:00:01)!\n'),
        ("q.1-1", '{"key": 9}\n'),
    ):
        (tmp_path / worker.WORKING / name).write_text(content)
    assert worker.left_notes(tmp_path, "p") == {7: False, 8: True}
    assert [path.name for path in (tmp_path / worker.WORKING).iterdir()] == ["q.1-1"]


def test_the_cores_that_may_be_used(monkeypatch):
    """Those of the process where the system tells, otherwise all."""
    assert pools.usable_cores() >= 1
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert pools.usable_cores() == 1
    assert isinstance(pools.read_pool(None, None), pools.Processes)


# --- real processes


@pytest.mark.full
@unix
def test_a_process_that_dies_once_loses_nothing(tmp_path):
    """The pool is made anew; what was in flight is asked for again, each commune once."""
    special = {"00003": f"once:{tmp_path / 'marker'}"}
    source = write_country(tmp_path / "in", keys(6), special=special)
    summary = batch(source, tmp_path / "out", workers=1, goals=[Faulty()])
    assert (summary.planned, summary.failed) == (6, 0)
    assert planned_again(tmp_path / "out") == []
    assert not list((tmp_path / "out" / "_working").iterdir())
    # No process is started where there is nothing to do.
    assert batch(source, tmp_path / "out", workers=1, goals=[Faulty()]).before == 6
    assert dataset(tmp_path / "out") == healthy(source, tmp_path / "healthy", goals=[Faulty()])


@unix
@pytest.mark.full
def test_a_commune_that_aborts_its_process(tmp_path):
    """It is a failure, which is tried again once its rows have changed."""
    source = write_country(tmp_path / "in", keys(12), special={"00002": "abort"})
    summary = batch(source, tmp_path / "out", workers=2, goals=[Faulty()])
    assert (summary.planned, dict(summary.failures)) == (11, {"crash": 1})
    assert planned_again(tmp_path / "out") == []
    write_country(source, keys(12))
    assert batch(source, tmp_path / "out", goals=[Faulty()]).planned == 12
    assert planned_again(tmp_path / "out") == ["00002"]
    assert dataset(tmp_path / "out") == healthy(source, tmp_path / "healthy", goals=[Faulty()])


@unix
@pytest.mark.full
def test_a_commune_that_eats_memory(tmp_path):
    """It gets no more than its process may have, and is a failure; the others go on."""
    source = write_country(tmp_path / "in", keys(8), special={"00005": "eat"})
    summary = batch(source, tmp_path / "out", workers=1, memory=12, goals=[Faulty()])
    assert (summary.planned, dict(summary.failures)) == (7, {"memory": 1})
    goes_on(source, tmp_path / "out", missing="00005")


@unix
@pytest.mark.full
@pytest.mark.parametrize("fault", ["forever", "forever-in-c"])
def test_a_commune_that_never_ends_is_ended(tmp_path, fault):
    """Also where it holds the interpreter; it is known at once, and the others go on."""
    source = write_country(tmp_path / "in", keys(9), special={"00004": fault})
    summary = batch(source, tmp_path / "out", workers=2, goals=[Faulty()], timeout=20)
    assert (summary.planned, dict(summary.failures)) == (8, {"time": 1})
    (row,) = dataset(tmp_path / "out", "failures")
    assert row["reason"] == "took more than 20 s, and was ended"
    goes_on(source, tmp_path / "out", missing="00004")


@unix
@pytest.mark.full
def test_the_same_pairs_with_one_two_and_four_workers(tmp_path):
    """And with a pool of the caller."""
    source = write_country(tmp_path / "in", keys(30))
    pairs = healthy(source, tmp_path / "healthy")
    for workers in (1, 2, 4):
        batch(source, tmp_path / str(workers), workers=workers)
        assert dataset(tmp_path / str(workers)) == pairs
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        batch(source, tmp_path / "pool", executor=pool)
    assert dataset(tmp_path / "pool") == pairs


@unix
@pytest.mark.full
def test_a_stop_ends_processes_at_once(tmp_path):
    """However long they would take; no process is left behind."""
    source = write_country(tmp_path / "in", keys(9), special=dict.fromkeys(keys(9), "forever"))
    out = tmp_path / "out"
    found = []

    def stop(_):
        found[:] = workers_at(out)
        return len(found) < 2

    began = time.monotonic()
    summary = batch(source, out, workers=2, goals=[Faulty()], progress=stop)
    assert summary.stopped
    assert time.monotonic() - began < 100
    assert not any(Path(f"/proc/{pid}").exists() for pid in found)


@unix
@pytest.mark.full
def test_workers_killed_at_random_moments(tmp_path):
    """Kill -9, again and again: the country is complete, and nothing was planned twice."""
    source = write_country(tmp_path / "in", keys(60), households=30)
    pairs = healthy(source, tmp_path / "healthy")
    chance = random.Random(1)
    out = tmp_path / "out"
    kills = by_lane(quick=1, full=3, night=20)
    killed = 0
    with started(source, out) as run:
        while run.poll() is None and killed < kills:
            time.sleep(chance.uniform(0.0, 0.1))
            for pid in workers_at(out)[:1]:
                # The file of a process may outlive it by a moment.
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
                time.sleep(chance.uniform(0.5, 3.0))
        _, error = run.communicate(timeout=300)
    assert run.returncode == 0, error
    # Who is killed twice while he is tried alone is a failure; it is tried again when asked for.
    batch(source, out, retry=True)
    assert dataset(out) == pairs
    assert killed
    failed = [key for line in log_of(out) if line["event"] == "part" for key in line["failed"]]
    assert set(planned_again(out)) <= set(failed)


@unix
@pytest.mark.full
def test_whole_runs_killed_at_random_moments(tmp_path):
    """Kill -9 of the process that asks: its workers end, and the next start goes on."""
    source = write_country(tmp_path / "in", keys(60), households=30)
    pairs = healthy(source, tmp_path / "healthy")
    chance = random.Random(2)
    out = tmp_path / "out"
    done = {}
    for _ in range(by_lane(quick=1, full=3, night=20)):
        with started(source, out) as run:
            until = time.monotonic() + 60
            while not workers_at(out) and run.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(chance.uniform(0.0, 0.5))
            run.kill()
            run.communicate()
        done |= complete(out)
    batch(source, out)
    assert dataset(out) == pairs
    assert planned_again(out) == []
    assert done.items() <= complete(out).items()
