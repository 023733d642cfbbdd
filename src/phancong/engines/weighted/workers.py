"""Calls of solvers in parallel, on as many threads as a search may use.

Solvers release the interpreter lock while they work, so threads suffice. Which calls are submitted
together, and in which order they are waited for, does not depend on the number of threads. So threads
save time and change no plan.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from types import TracebackType
from typing import Final, TypeVar

from phancong.course import Course

T = TypeVar("T")

#: Seconds between two reports of progress while a call is waited for.
LOOK: Final = 0.1


class Workers:
    """A pool of threads for calls, which ends with its ``with`` block.

    Parameters
    ----------
    threads
        Number of calls that may run at once; with 1, :meth:`submit` runs each call itself.
    course
        The search under way. It is cancelled if the block ends with an error, such as Ctrl-C, so that
        running calls end soon.
    """

    def __init__(self, threads: int, course: Course) -> None:
        self._course = course
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for running calls, and cancel those that have not begun."""
        if kind is not None:
            self._course.cancel()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, call: Callable[[], T]) -> Callable[[], T]:
        """Submit a call; the function that waits for its result, and reports progress meanwhile."""
        if self._pool is None:
            value = call()
            return lambda: value
        future = self._pool.submit(call)

        def result() -> T:
            while not wait([future], LOOK).done:
                self._course.beat()
            return future.result()

        return result
