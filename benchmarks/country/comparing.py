"""The same country with several numbers of workers, and on a Dask cluster: pairs, time, memory."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

#: How often the memory of all processes is looked at, in seconds, and how long a scheduler may take.
LOOK = 0.2
PATIENCE = 60.0
#: Runs a module; the kernel ends the process when its parent dies, whatever the parent dies of.
_FOLLOWER = """
import ctypes, os, runpy, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1: PR_SET_PDEATHSIG
if os.getppid() != int(sys.argv[1]):  # it has died already
    sys.exit(1)
sys.argv = sys.argv[2:]
runpy.run_module(sys.argv[0], run_name="__main__")
"""


@dataclass(frozen=True, slots=True)
class Start:
    """One run.

    Parameters
    ----------
    name
        What ran.
    wall, cpu
        Seconds on the clock, and of all cores in all processes, a scheduler and workers included.
    memory
        The most that all processes held at one moment, in bytes; what they share counts once.
    same
        Whether its pairs are those of the first run.
    start
        CPU seconds of a cluster that is started and ended without a task; they are part of *cpu*.
    """

    name: str
    wall: float
    cpu: float
    memory: int
    same: bool
    start: float = 0.0


def compared(source: Path, target: Path, workers: Sequence[int], dask: int) -> list[Start]:
    """Plan a country with each number of workers, and on a cluster of *dask* (0: on none).

    Parameters
    ----------
    source, target
        The country; a folder that receives a folder for each run.
    workers, dask
        Numbers of processes.
    """
    runs: list[Start] = []
    first: list[dict[str, object]] | None = None
    for name, number, cluster in [
        *((f"{n} workers", n, False) for n in workers),
        *([(f"Dask, {dask} workers", dask, True)] if dask else []),
    ]:
        out = target / name.replace(" ", "_").replace(",", "")
        start = _idle(target, number) if cluster else 0.0
        before, begun = _cpu(), time.monotonic()
        with _Memory() as memory:
            if cluster:
                with _cluster(target, number) as address:
                    begun = time.monotonic()  # a cluster is there before a run asks for it
                    _batch(source, out, "--dask", address)
                    wall = time.monotonic() - begun
            else:
                _batch(source, out, "--workers", str(number))
                wall = time.monotonic() - begun
        order = [("commune", "ascending"), ("household", "ascending"), ("member", "ascending")]
        pairs = pq.read_table(out / "pairs").sort_by(order).to_pylist()
        first = pairs if first is None else first
        runs.append(Start(name, wall, _cpu() - before, memory.most, pairs == first, start))
    return runs


def table_of(runs: Sequence[Start]) -> str:
    """The runs as a table in Markdown."""
    return "\n".join(
        (
            "| run | seconds | CPU seconds | times the first | memory of all, GiB | "
            "CPU seconds of an idle cluster | same pairs |",
            "|---|--:|--:|--:|--:|--:|---|",
            *(
                f"| {run.name} | {run.wall:.1f} | {run.cpu:.1f} | {runs[0].wall / run.wall:.2f} | "
                f"{run.memory / 2**30:.2f} | {run.start:.1f} | {'yes' if run.same else 'NO'} |"
                for run in runs
            ),
        )
    )


def _batch(source: Path, out: Path, *who: str) -> None:
    command = [sys.executable, "-m", "phancong", "batch", str(source), str(out), "--fresh", *who]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode not in (0, 3):  # 3: some communes have no plan
        raise RuntimeError(done.stderr)


@contextmanager
def _cluster(folder: Path, workers: int) -> Iterator[str]:
    """A scheduler and its workers, each a process; gives the address, and ends them."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)

    def start(kind: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", _FOLLOWER, str(os.getpid()), f"distributed.cli.{kind}"]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            [*command, *words, "--no-dashboard"], stdout=quiet, stderr=quiet, start_new_session=True
        )

    file_option = ("--scheduler-file", str(file))
    begun = [start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", *file_option)]
    scratch = ("--local-directory", str(folder / "scratch"))
    try:
        until = time.monotonic() + PATIENCE
        while not file.exists() and time.monotonic() < until:
            time.sleep(LOOK)
        address = str(json.loads(file.read_text())["address"])
        for _ in range(workers):
            begun.append(start("dask_worker", address, "--nthreads", "1", *scratch))
        yield address
    finally:
        for process in reversed(begun):
            os.killpg(
                process.pid, signal.SIGTERM
            )  # a worker waits for its own process: its time counts
            process.wait()


def _idle(folder: Path, workers: int) -> float:
    """CPU seconds of a cluster whose workers have come and that is ended then."""
    import distributed  # here: it takes a second, and only clusters need it

    before = _cpu()
    make: Any = distributed.Client
    with _cluster(folder, workers) as address, make(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=PATIENCE)
    return _cpu() - before


def _cpu() -> float:
    """CPU seconds of all processes that this one has waited for, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Memory:
    """Looks at the memory of all processes that descend from this one, now and then."""

    def __init__(self) -> None:
        self.most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(LOOK):
            self.most = max(self.most, sum(map(_held, _descendants(os.getpid()))))


def _descendants(process: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    try:
        told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:  # it has ended
        return []
    children = [int(one) for one in told.split()]
    return [*children, *(found for child in children for found in _descendants(child))]


def _held(process: int) -> int:
    """Bytes that a process holds, its part of what several share."""
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    sizes = [int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")]
    return 1024 * sum(sizes)
