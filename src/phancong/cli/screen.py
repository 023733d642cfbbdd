"""The output of a command, on a screen, into a file or into a pipe."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO

from phancong.layout import shown


class Screen:
    """Says things; where they cannot be heard any more, what else is to be done is done all the same.

    Attributes
    ----------
    lost
        Why what was said was not heard, None if it was.
    """

    def __init__(self) -> None:
        self.lost: OSError | None = None
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # closed, or there is no console
                nowhere = os.open(os.devnull, os.O_WRONLY)  # nor has a file of ours its number
                setattr(sys, name, os.fdopen(nowhere, "w", encoding="utf-8"))
            _set_up(getattr(sys, name))

    def say(self, text: str = "") -> None:
        """Say what was asked for."""
        if self.lost is None:
            try:
                print(shown(text), flush=True)
            except OSError as error:
                self.lost = error
                _forget(sys.stdout)

    def complain(self, text: str) -> None:
        """Say what is wrong, or worth knowing, beside what was asked for."""
        with suppress(OSError):
            print(shown(text), file=sys.stderr, flush=True)


def _set_up(stream: TextIO) -> None:
    """UTF-8 where no terminal says otherwise: a file that is read tomorrow has every letter.

    Windows would write what is redirected in the code page of the machine.
    """
    if not hasattr(stream, "reconfigure"):
        return
    settled = stream.isatty() or os.environ.get("PYTHONIOENCODING")
    stream.reconfigure(encoding=None if settled else "utf-8", errors="replace")


def _forget(stream: TextIO) -> None:
    """Let nothing be written at the end of the process to where nobody reads."""
    with suppress(OSError, ValueError):
        number = stream.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
