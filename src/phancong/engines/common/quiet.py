"""A filter that removes the lines of HiGHS from the standard output.

HiGHS writes a line with ``printf`` when it repairs a solution, whatever its options say. So a pipe
replaces the standard output while HiGHS runs, and a thread passes on all other output as it comes.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

#: The beginning of the lines that HiGHS writes.
OWN: Final = b"HighsMipSolverData::"
_STDOUT: Final = 1


class _Outlet:
    """The standard output while one or several solvers run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._real = -1
        self._pump: threading.Thread | None = None

    def enter(self) -> None:
        """Redirect the standard output into the pipe when the first solver begins."""
        with self._lock:
            if self._inside == 0:
                self._redirect()
            self._inside += 1

    def leave(self) -> None:
        """Restore the standard output when the last solver has ended."""
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._pump is not None:
                _flush()
                os.dup2(self._real, _STDOUT)  # closes the pipe, which ends the thread
                self._pump.join()
                self._pump = None
                os.close(self._real)

    def _redirect(self) -> None:
        try:
            self._real = os.dup(_STDOUT)
        except OSError:  # there is no standard output
            return
        _flush()
        source, into = os.pipe()
        os.dup2(into, _STDOUT)
        os.close(into)
        self._pump = threading.Thread(target=self._pass_on, args=(source,), daemon=True)
        self._pump.start()

    def _pass_on(self, source: int) -> None:
        begun = b""
        with open(source, "rb", buffering=0) as pipe:
            while piece := pipe.read(65_536):
                *lines, begun = [*(begun + piece).splitlines(keepends=True), b""]
                if lines and not lines[-1].endswith(b"\n"):
                    begun = lines.pop()
                self._write(b"".join(line for line in lines if not line.startswith(OWN)))
                if begun and not OWN.startswith(begun[: len(OWN)]):
                    self._write(begun)
                    begun = b""
        self._write(begun)

    def _write(self, text: bytes) -> None:
        while text:
            text = text[os.write(self._real, text) :]


def _flush() -> None:
    """Write the buffers of Python and C."""
    if sys.stdout is not None:
        sys.stdout.flush()
    ctypes.CDLL(None if os.name == "posix" else "ucrtbase").fflush(None)


_OUTLET: Final = _Outlet()


def quietly(call: Callable[[], T]) -> T:
    """The result of *call*; the lines that HiGHS writes in that time are removed."""
    _OUTLET.enter()
    try:
        return call()
    finally:
        _OUTLET.leave()
