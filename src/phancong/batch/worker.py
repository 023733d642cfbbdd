"""A worker: plan the communes of one chunk, and write its part."""

from __future__ import annotations

import faulthandler
import json
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from phancong.batch.allocator import memory_kept
from phancong.batch.index import Places
from phancong.batch.loading import load
from phancong.batch.one import StoppedError, planned
from phancong.batch.options import BatchOptions
from phancong.batch.part_files import Record, commit, is_intact, read_record
from phancong.problem import Id
from phancong.tables.replacing import fcntl, make_folder

#: The folder of what says which commune each process is at.
WORKING: Final = "_working"
#: The file that asks all tasks to stop.
STOP: Final = "_stop"
#: The file that each task holds a shared lock of while it may write.
TASKS: Final = "_tasks.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A chunk of communes, as it is sent to a worker: paths and keys only.

    Parameters
    ----------
    name
        The name of the part.
    target
        The folder of the output.
    communes
        Commune → where its rows are.
    options
        What is asked.
    types
        The types of ids in the output.
    home
        The process that must not be ended by a timeout: the one that asks.
    """

    name: str
    target: str
    communes: Mapping[Id, Places]
    options: BatchOptions
    types: Mapping[str, str]
    home: tuple[str, int]


#: One commune a process is watched: its timer is one.
_WATCH: Final = threading.Lock()


def here() -> tuple[str, int]:
    """The machine and the number of this process."""
    return socket.gethostname(), os.getpid()


def carried_out(job: Job) -> Record | None:
    """Plan the communes of a job and write their part; None if the batch was asked to stop.

    A part that is there already, because a result was lost after it was written, is not made again.

    Raises
    ------
    NotWrittenError
        The part could not be written.
    """
    target = Path(job.target)
    with held(target / TASKS, shared=True), memory_kept():
        before = read_record(target, job.name)
        if before is not None and is_intact(target, before):
            return before
        begun = time.process_time()
        loaded = load(job.communes, job.options.by)
        reading = time.process_time() - begun
        outcomes = []
        with Note(target, job) as note:
            while loaded:
                one = loaded.pop(0)  # its rows are not kept while the next one is planned
                note.begin(one.key)
                try:
                    outcomes.append(planned(one, job.options, (target / STOP).exists))
                except StoppedError:
                    return None
            note.end()
            seconds = outcomes[0].seconds
            seconds["read"] = seconds.get("read", 0.0) + reading
            begun = time.process_time()
            record = commit(target, job.name, outcomes, job.types)
            writing = time.process_time() - begun
    return replace(record, seconds={**record.seconds, "write": writing})


class Note:
    """A file that says which commune a process is at, for whoever looks after the process has died.

    It also holds the traceback of a process that a timeout has ended.

    Parameters
    ----------
    target
        The folder of the output.
    job
        The chunk.
    """

    def __init__(self, target: Path, job: Job) -> None:
        self._path = target / WORKING / f"{job.name}.{os.getpid()}-{threading.get_ident()}"
        self._job = job
        self._watching = False

    def __enter__(self) -> Note:
        make_folder(self._path.parent)
        self._file = self._path.open("w", encoding="utf-8")
        if here() != self._job.home:
            self._watching = _WATCH.acquire(blocking=False)
        return self

    def begin(self, key: Id) -> None:
        """Note that a commune is begun; from now on its time counts."""
        self.end()
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps({"key": key}) + "\n")
        self._file.flush()
        if self._watching:
            faulthandler.dump_traceback_later(self._job.options.timeout, exit=True, file=self._file)

    def end(self) -> None:
        """Stop the clock."""
        if self._watching:
            faulthandler.cancel_dump_traceback_later()

    def __exit__(self, *_: object) -> None:
        self.end()
        if self._watching:
            _WATCH.release()
        self._file.close()
        self._path.unlink()


def left_notes(target: Path, name: str) -> dict[Id, bool]:
    """Communes at which processes died that worked at a part, and whether a timeout ended them.

    The notes are removed.
    """
    found: dict[Id, bool] = {}
    for path in sorted((target / WORKING).glob(f"{name}.*")):
        first, _, rest = path.read_text(encoding="utf-8", errors="replace").partition("\n")
        path.unlink()
        if first:  # it is empty where the process died before its first commune
            key = json.loads(first)["key"]
            found[key] = found.get(key, False) or "Timeout" in rest
    return found


@contextmanager
def held(path: Path, *, shared: bool, wait: float | None = None) -> Iterator[bool]:
    """Hold a lock on a file; the system lets go of it when the process dies.

    Parameters
    ----------
    path
        The file; made if it is not there.
    shared
        Whether others may hold it, too, if theirs is shared.
    wait
        How long to wait in seconds; None for as long as it takes.

    Yields
    ------
    bool
        Whether it is held. True where the system has no such locks.
    """
    if fcntl is None:
        yield True
        return
    kind: Any = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    until = None if wait is None else time.monotonic() + wait
    with path.open("ab") as file:
        while True:
            try:
                fcntl.flock(file, kind if until is None else kind | fcntl.LOCK_NB)
                got = True
            except BlockingIOError:
                got = False
            if got or until is None or time.monotonic() >= until:
                break
            time.sleep(0.05)
        yield got
