"""Calls of solvers that go on side by side, on as many threads as a search may use.

Solvers let go of the interpreter while they work, so threads are enough. What is begun at once is the
same whatever their number, and is waited for in one order: threads save time, and change no plan.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")


class Crew:
    """Begins calls, and ends with its ``with`` block.

    Parameters
    ----------
    threads
        How many calls may go on at once; with 1, each is over before the next thing is done.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for what still goes on; what has not begun never does."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, call: Callable[[], T]) -> Future[T]:
        """Begin a call, whose ``result()`` is waited for."""
        if self._pool is not None:
            return self._pool.submit(call)
        future: Future[T] = Future()
        future.set_result(call())
        return future
