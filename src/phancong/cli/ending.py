"""Handling of Ctrl-C and SIGTERM in a command: keep the best plan so far, then end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

#: The signals that ask a command to end: Ctrl-C, and that of ``kill`` and service managers.
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
#: The exit status of a command ended by a signal is this plus the number of the signal, as in shells.
ASKED: Final = 128


class Ending:
    """Records the first signal that asks a command to end; the second ends the process at once.

    ``with ending:`` installs the handlers, if this is the main thread and the signals are not ignored,
    and restores the former ones at the end.
    """

    def __init__(self) -> None:
        #: The signal received, None if none was.
        self.signal: int | None = None
        self._noting = False
        self._before: dict[int, Any] = {}

    def __bool__(self) -> bool:
        """Whether a signal was received."""
        return self.signal is not None

    @property
    def code(self) -> int:
        """The exit status after a signal: 130 for Ctrl-C, 143 for SIGTERM."""
        return ASKED + (signal.SIGINT if self.signal is None else self.signal)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """A context in which the first signal is only recorded; the code within checks for it.

        Outside of it, a signal raises KeyboardInterrupt.
        """
        with self._way(noting=True):
            yield

    @contextmanager
    def raising(self) -> Iterator[None]:
        """A context within :meth:`noting` in which a signal raises KeyboardInterrupt nevertheless.

        Raises
        ------
        KeyboardInterrupt
            A signal was received, before or within.
        """
        with self._way(noting=False):
            if self:
                raise KeyboardInterrupt
            yield

    @contextmanager
    def _way(self, *, noting: bool) -> Iterator[None]:
        before, self._noting = self._noting, noting
        try:
            yield
        finally:
            self._noting = before

    def __enter__(self) -> Ending:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._before[number] = signal.signal(number, self._asked)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _asked(self, number: int, _: FrameType | None) -> None:
        again, self.signal = bool(self), number
        # A second signal ends the process at once, even within a solver that blocks Python.
        for known in self._before:
            signal.signal(known, signal.SIG_DFL)
        if again:
            os.kill(os.getpid(), number)
        elif not self._noting:
            raise KeyboardInterrupt
