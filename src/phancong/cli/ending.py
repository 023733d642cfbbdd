"""Ctrl-C and a request to terminate within a command: the best plan so far, then the end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

#: What a command is asked to end by: Ctrl-C, and what ``kill`` and a service manager send.
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
#: How a command ends that was asked to: this and the number of the signal, as shells have it.
ASKED: Final = 128


class Ending:
    """Notes the first signal that asks a command to end; the second ends the process at once.

    Within ``with ending:`` the signals come here, if this is the main thread and nobody has chosen
    to ignore them; afterwards the handlers are those that were there before.
    """

    def __init__(self) -> None:
        #: The signal that asked, None while none did.
        self.signal: int | None = None
        self._noting = False
        self._before: dict[int, Any] = {}

    def __bool__(self) -> bool:
        """Whether the command was asked to end."""
        return self.signal is not None

    @property
    def code(self) -> int:
        """How the command ends once it was asked to: 130 for Ctrl-C, 143 for SIGTERM."""
        return ASKED + (signal.SIGINT if self.signal is None else self.signal)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Where the first signal is noted only: who is at work looks whether there was one.

        Elsewhere it raises KeyboardInterrupt.
        """
        with self._way(noting=True):
            yield

    @contextmanager
    def raising(self) -> Iterator[None]:
        """Within :meth:`noting`, where a signal raises KeyboardInterrupt all the same.

        Raises
        ------
        KeyboardInterrupt
            There was one, before or now.
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
        # Whoever asks once more, even within a solver that lets no Python run, is not kept waiting.
        for known in self._before:
            signal.signal(known, signal.SIG_DFL)
        if again:
            os.kill(os.getpid(), number)
        elif not self._noting:
            raise KeyboardInterrupt
