"""Worker processes on this machine, which end with the process that started them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final, cast

from phancong.errors import InvalidArgumentError, PhancongError
from phancong.words import Message

#: Resource limits of processes, which Windows does not have.
resource: Final = import_module("resource") if find_spec("resource") else None
#: Bytes in a GiB.
_GIB: Final = 2**30
#: The exit status of a worker whose parent has ended.
_LEFT: Final = 1


class BrokenPoolError(PhancongError, RuntimeError):
    """The worker processes are gone. Completed communes are kept; a new run continues.

    Examples
    --------
    >>> from phancong.batch import BrokenPoolError
    >>> try:
    ...     raise BrokenPoolError("the processes are gone")
    ... except BrokenPoolError as error:
    ...     print(error)
    the processes are gone
    """


class Processes:
    """A pool of spawned processes, which is safe with threads of solvers on every system.

    Each process holds one end of a pipe and ends when the other end is closed, also if this process is
    killed: no process is left behind.

    Parameters
    ----------
    workers
        The number of processes.
    memory
        The address space of each process in GiB, None for no limit.
    """

    can_renew: Final = True

    def __init__(self, workers: int, memory: float | None = None) -> None:
        self.workers: Final = workers
        self._memory = memory
        self._pool: ProcessPoolExecutor | None = None
        self._leash: Connection | None = None

    def executor(self) -> ProcessPoolExecutor:
        """The pool of processes."""
        if self._pool is None:
            context = get_context("spawn")
            theirs, self._leash = context.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(
                self.workers,
                mp_context=context,
                initializer=begin,
                initargs=(theirs, self._memory),
            )
        return self._pool

    def renew(self) -> None:
        """Discard a broken pool."""
        self.close(at_once=True)

    def close(self, *, at_once: bool) -> None:
        """End the processes."""
        if self._pool is not None and self._leash is not None:
            if at_once:
                self._leash.close()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._leash.close()
        self._pool = self._leash = None


def begin(leash: Connection, memory: float | None) -> None:
    """Initialise a worker: ignore Ctrl-C, which the parent handles, and end with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if memory is not None and resource is not None:
        most = int(memory * _GIB)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    threading.Thread(target=_end_with, args=(leash,), daemon=True).start()


def _end_with(leash: Connection) -> None:
    leash.poll(None)  # nothing is sent: it returns when the other end is closed
    os._exit(_LEFT)


class Given:
    """An executor of the caller, or a function that makes one.

    Parameters
    ----------
    given
        An executor is never closed here; executors from a function are.
    """

    #: The number of its workers is not known here.
    workers: Final = None

    def __init__(self, given: Executor | Callable[[], Executor]) -> None:
        self._make = given if callable(given) else None
        self._executor = None if callable(given) else given

    @property
    def can_renew(self) -> bool:
        """Whether the executor can be replaced."""
        return self._make is not None

    def executor(self) -> Executor:
        """The executor."""
        if self._executor is None:
            assert self._make is not None
            self._executor = self._make()
        return self._executor

    def renew(self) -> None:
        """Discard a broken executor."""
        self.close(at_once=True)

    def close(self, *, at_once: bool) -> None:
        """Shut down an executor that was made here."""
        if self._make is not None and self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=at_once)
            self._executor = None


#: An executor that may be replaced when it has lost a process.
Pool = Processes | Given


def read_pool(executor: object, workers: int | None, memory: float | None = None) -> Pool:
    """The pool for the arguments of :func:`phancong.batch.plan_many`.

    Raises
    ------
    InvalidArgumentError
        The executor, the number of workers or their memory is not valid.
    """
    if memory is not None and (
        isinstance(memory, bool) or not isinstance(memory, (int, float)) or not memory > 0
    ):
        raise InvalidArgumentError(
            Message("memory is {value}; give GiB, more than 0", value=repr(memory))
        )
    if executor is None:
        if workers is None:
            workers = usable_cores()
        if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
            raise InvalidArgumentError(
                Message("workers is {value}; give a whole number, 1 or more", value=repr(workers))
            )
        return Processes(workers, memory)
    if workers is not None or memory is not None:
        raise InvalidArgumentError(
            Message("workers and memory are those of the executor; give one of the two")
        )
    if hasattr(executor, "submit") or callable(executor):
        return Given(cast(Any, executor))
    raise InvalidArgumentError(
        Message(
            "executor is a {type}; give what has the methods of concurrent.futures.Executor, or a "
            "function that makes one",
            type=type(executor).__name__,
        )
    )


def usable_cores() -> int:
    """The number of cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
