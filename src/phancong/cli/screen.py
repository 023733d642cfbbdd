"""Output of a command to a terminal, a file or a pipe."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from contextlib import suppress
from typing import Final, TextIO

from phancong.layout import shown

#: The name of the error handler :func:`_without_marks`.
_WITHOUT_MARKS: Final = "phancong.without_marks"
#: What stands for characters that have no plain letter within them.
_PLAIN: Final = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "–": "-",
        "×": "x",
        "≥": ">=",
        "≤": "<=",
        "→": "->",
        "∞": "inf",
        **dict.fromkeys("“”", '"'),
        **dict.fromkeys("‘’", "'"),
    }
)


def _without_marks(error: UnicodeError) -> tuple[str, int]:
    """Characters that a code page lacks, without their marks: "hợp lệ" is "hop le", not "h?p l?"."""
    assert isinstance(error, UnicodeEncodeError)  # streams are written only
    lacking = error.object[error.start : error.end].translate(_PLAIN)
    parts = unicodedata.normalize("NFKD", lacking)
    letters = (part for part in parts if not unicodedata.combining(part))
    return "".join(letter if letter.isascii() else "?" for letter in letters), error.end


codecs.register_error(_WITHOUT_MARKS, _without_marks)


class Screen:
    """Prints text; if the output is closed, the command goes on without it.

    Attributes
    ----------
    lost
        The error that output raised, None if there was none.
    """

    def __init__(self) -> None:
        self.lost: OSError | None = None
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:  # closed, or without a console
                nowhere = os.open(os.devnull, os.O_WRONLY)  # keep its number taken
                setattr(sys, name, os.fdopen(nowhere, "w", encoding="utf-8"))
            _set_up(getattr(sys, name))

    def say(self, text: str = "") -> None:
        """Print a result."""
        if self.lost is None:
            try:
                print(shown(text), flush=True)
            except OSError as error:
                self.lost = error
                _forget(sys.stdout)

    def complain(self, text: str) -> None:
        """Print an error or a warning to stderr."""
        with suppress(OSError):
            print(shown(text), file=sys.stderr, flush=True)


def _set_up(stream: TextIO) -> None:
    """Write UTF-8 unless the stream is a terminal, so that files can hold every letter.

    Windows would use the code page of the machine for redirected output.
    """
    if not hasattr(stream, "reconfigure"):
        return
    settled = stream.isatty() or os.environ.get("PYTHONIOENCODING")
    stream.reconfigure(encoding=None if settled else "utf-8", errors=_WITHOUT_MARKS)


def _forget(stream: TextIO) -> None:
    """Redirect a closed stream to nothing, so that the final flush of the process does not fail."""
    with suppress(OSError, ValueError):
        number = stream.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
