"""A worker task: plan the communes of one chunk, and write its part."""

from __future__ import annotations

import faulthandler
import json
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from phancong.batch.allocator import memory_kept
from phancong.batch.index import Places
from phancong.batch.loading import load
from phancong.batch.one import StoppedError, planned
from phancong.batch.options import BatchOptions
from phancong.batch.part_files import Record, commit, is_intact, read_part_record
from phancong.problem import Id
from phancong.tables.replacing import fcntl, make_folder, naming_the_file

#: The folder of notes about the commune that each process is planning.
WORKING: Final = "_working"
#: The file whose existence asks all tasks to stop.
STOP: Final = "_stop"
#: The file on which each task holds a shared lock while it may write.
TASKS: Final = "_tasks.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A chunk of communes as sent to a worker: paths and keys only.

    Parameters
    ----------
    name
        The name of the part.
    target
        The output folder.
    communes
        Commune → the places of its rows.
    options
        The options.
    types
        The types of ids in the output.
    home
        The parent process, which a timeout must not end.
    """

    name: str
    target: str
    communes: Mapping[Id, Places]
    options: BatchOptions
    types: Mapping[str, str]
    home: tuple[str, int]


#: One commune a process at a time: the timer of the timeout is global.
_WATCH: Final = threading.Lock()


def here() -> tuple[str, int]:
    """The name of this machine and the id of this process."""
    return socket.gethostname(), os.getpid()


def carried_out(job: Job) -> Record | None:
    """Plan the communes of a job and write their part; None if the batch was asked to stop.

    A part that exists already, since its result was lost after writing, is not made again.

    Raises
    ------
    NotWrittenError
        The part could not be written.
    """
    target = Path(job.target)
    with locked(target / TASKS, shared=True), memory_kept():
        before = read_part_record(target, job.name)
        if before is not None and is_intact(target, before):
            return before
        begun = time.process_time()
        loaded = load(job.communes, job.options.by)
        reading = time.process_time() - begun
        outcomes = []
        with Note(target, job) as note:
            while loaded:
                one = loaded.pop(0)  # free its rows before the next one is planned
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
    """A file that names the commune that a process is planning, to be read after the process died.

    If a timeout ends the process, its traceback goes to this file, too.

    Parameters
    ----------
    target
        The output folder.
    job
        The chunk.
    """

    def __init__(self, target: Path, job: Job) -> None:
        self._path = target / WORKING / f"{job.name}.{os.getpid()}-{threading.get_ident()}"
        self._job = job
        self._watching = False

    def __enter__(self) -> Note:
        make_folder(self._path.parent)
        with naming_the_file(self._path):
            self._file = self._path.open("w", encoding="utf-8")
        if here() != self._job.home:
            self._watching = _WATCH.acquire(blocking=False)
        return self

    def begin(self, key: Id) -> None:
        """Note the commune that is begun, and start the timer."""
        self.end()
        with naming_the_file(self._path):
            self._file.seek(0)
            self._file.truncate()
            self._file.write(json.dumps({"key": key}) + "\n")
            self._file.flush()
        if self._watching:
            faulthandler.dump_traceback_later(self._job.options.timeout, exit=True, file=self._file)

    def end(self) -> None:
        """Stop the timer."""
        if self._watching:
            faulthandler.cancel_dump_traceback_later()

    def __exit__(self, *_: object) -> None:
        self.end()
        if self._watching:
            _WATCH.release()
        with suppress(OSError):  # what it could not hold has raised an error already
            self._file.close()
        self._path.unlink()


def left_notes(target: Path, name: str) -> dict[Id, bool]:
    """Communes at which processes died while they worked on a part, and whether a timeout ended them.

    The notes are removed.
    """
    found: dict[Id, bool] = {}
    for path in sorted((target / WORKING).glob(f"{name}.*")):
        first, _, rest = path.read_text(encoding="utf-8", errors="replace").partition("\n")
        path.unlink()
        if first:  # empty if the process died before its first commune
            key = json.loads(first)["key"]
            found[key] = found.get(key, False) or "Timeout" in rest
    return found


@contextmanager
def locked(path: Path, *, shared: bool, wait: float | None = None) -> Iterator[bool]:
    """Hold a lock on a file; the system releases it when the process ends.

    Parameters
    ----------
    path
        The file, created if it does not exist.
    shared
        Whether others may hold a shared lock, too.
    wait
        The seconds to wait; None for no limit.

    Yields
    ------
    bool
        Whether the lock is held; True if the system has no such locks.

    Raises
    ------
    NotWrittenError
        The file cannot be created.
    """
    if fcntl is None:
        yield True
        return
    kind: Any = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    until = None if wait is None else time.monotonic() + wait
    with naming_the_file(path):
        opened = path.open("ab")
    with opened as file:
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
