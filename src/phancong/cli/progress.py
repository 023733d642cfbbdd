"""The progress of a search, on one line of the terminal."""

from __future__ import annotations

from typing import TextIO

from phancong import naming
from phancong.layout import width
from phancong.rules import RELAXABLE
from phancong.search import Progress
from phancong.words import Words


class ProgressLine:
    """Shows stage, value and bound on one line, which is rewritten after each stage.

    Parameters
    ----------
    stream
        The stream; nothing is written if it is no terminal.
    w
        The language.
    """

    def __init__(self, stream: TextIO, w: Words) -> None:
        self._stream = stream
        self._w = w
        self._watched = stream.isatty()
        self._length = 0

    def __call__(self, record: Progress) -> None:
        """Show one record."""
        w = self._w
        name = self._stage(record.stage) if record.goal is None else naming.goal(w, record.goal)
        value, bound = (
            "–" if figure is None else naming.value(w, figure, 3)
            for figure in (record.value, record.bound)
        )
        self._write(
            w.gettext(
                "{stage}: {value}, bound {bound} ({seconds} s)",
                stage=name,
                value=value,
                bound=bound,
                seconds=round(record.seconds, 1),
            )
        )

    def _stage(self, stage: str) -> str:
        """The name of a stage without a goal; a part of a problem is named as the whole."""
        name = stage.rpartition(", ")[2]
        if name in RELAXABLE:
            return naming.rule(self._w, name)
        return self._w.gettext("preparing") if name == "preparing" else name

    def say(self, text: str) -> None:
        """Print a text instead of the progress line."""
        self._write(text)

    def clear(self) -> None:
        """Clear the line."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._watched:
            blank = " " * max(self._length - width(text), 0)
            self._stream.write(f"\r{text}{blank}" + ("" if text else "\r"))
            self._stream.flush()
            self._length = width(text)
