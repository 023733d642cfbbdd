"""A cluster of Dask: a real scheduler and real workers (contract 9)."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from countries import batch, complete, dataset, keys, planned_again, write_country
from faulty_goals import Faulty

from phancong import InvalidArgumentError, Search
from phancong.batch import BrokenPoolError
from phancong.batch.dask import dask_executor
from phancong.cli import main

pytest.importorskip("distributed")
unix = pytest.mark.skipif(os.name == "nt", reason="processes are killed by signals")


@contextmanager
def running(tmp_path):
    """A scheduler and two workers, each a process; gives its address and the scheduler."""
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = {**os.environ, "PYTHONPATH": path}
    begun = []

    def start(*words):
        with (tmp_path / "dask.log").open("a") as log:
            command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
            # A group of its own, so that what it starts can be ended with it.
            one = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        begun.append(one)
        return one

    file = tmp_path / "scheduler.json"
    scheduler = start(
        "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
        "--scheduler-file", str(file),
    )  # fmt: skip
    until = time.monotonic() + 60
    # It is there before its content is.
    while not (file.exists() and file.read_text()) and time.monotonic() < until:
        time.sleep(0.1)
    address = json.loads(file.read_text())["address"]
    for _ in range(2):
        start(
            "dask_worker", address, "--nthreads", "1", "--no-dashboard",
            "--local-directory", str(tmp_path / "scratch"),
        )  # fmt: skip
    try:
        yield address, scheduler
    finally:
        for process in reversed(begun):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(60)


@pytest.fixture
def cluster(tmp_path):
    with running(tmp_path) as found:
        yield found


@unix
@pytest.mark.full
@pytest.mark.enable_socket
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_pairs_of_this_machine(tmp_path, cluster, capsys):
    """By the command line; a worker that dies is started again, and nobody is planned twice."""
    address, _ = cluster
    source = write_country(tmp_path / "in", keys(40), households=20)
    batch(source, tmp_path / "healthy", search=Search(work=60.0))
    out = tmp_path / "out"
    assert main(["batch", str(source), str(out), "--dask", address]) == 0
    assert "40 of 40 communes have a plan." in capsys.readouterr().out
    assert dataset(out) == dataset(tmp_path / "healthy")
    assert planned_again(out) == []


@unix
@pytest.mark.full
@pytest.mark.enable_socket
@pytest.mark.filterwarnings("ignore")
def test_a_commune_that_kills_workers_of_a_cluster_is_a_failure(tmp_path, cluster):
    """It is tried alone before it is blamed; workers that died are started again."""
    address, _ = cluster
    source = write_country(tmp_path / "in", keys(12), special={"00002": "abort"})
    with dask_executor(address) as executor:
        summary = batch(source, tmp_path / "out", executor=executor, goals=[Faulty()])
    assert (summary.planned, dict(summary.failures)) == (11, {"crash": 1})
    assert planned_again(tmp_path / "out") == []


@unix
@pytest.mark.full
@pytest.mark.enable_socket
@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_is_killed_ends_the_run_which_goes_on_elsewhere(tmp_path, cluster):
    """Kill -9: completed communes are kept, and no commune is planned again."""
    address, scheduler = cluster
    source = write_country(tmp_path / "in", keys(60), households=30)
    out = tmp_path / "out"

    def kill(progress):
        if progress.done:
            scheduler.kill()

    with (
        pytest.raises(BrokenPoolError, match="has cancelled its tasks"),
        dask_executor(address) as executor,
    ):
        batch(source, out, executor=executor, progress=kill)
    summary = batch(source, out)
    assert 0 < summary.before < summary.planned == 60
    batch(source, tmp_path / "healthy")
    assert dataset(out) == dataset(tmp_path / "healthy")
    assert planned_again(out) == []


@unix
@pytest.mark.night
@pytest.mark.enable_socket
@pytest.mark.filterwarnings("ignore")
def test_schedulers_killed_at_random_moments(tmp_path):
    """Kill -9, twenty times over: each start goes on with what was complete."""
    source = write_country(tmp_path / "in", keys(200), households=30)
    out = tmp_path / "out"
    chance = random.Random(3)
    done, broken = {}, 0
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        with running(folder) as (address, scheduler):
            with suppress(BrokenPoolError), dask_executor(address) as executor:
                planned = []
                timer = threading.Timer(chance.uniform(0.0, 2.0), scheduler.kill)
                timer.start()
                planned.append(batch(source, out, executor=executor))
            timer.join()
        broken += not planned
        done |= complete(out)
    assert broken
    batch(source, out)
    batch(source, tmp_path / "healthy")
    assert dataset(out) == dataset(tmp_path / "healthy")
    assert planned_again(out) == []
    assert done.items() <= complete(out).items()


def main_executor(address):
    with dask_executor(address):
        pass


@pytest.mark.enable_socket
@pytest.mark.filterwarnings("ignore")
def test_an_address_that_is_none():
    """It is named."""
    with pytest.raises(InvalidArgumentError, match="no Dask scheduler answers at 'nowhere://x'"):
        main_executor("nowhere://x")
