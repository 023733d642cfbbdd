"""A line on the terminal that says how far the search is."""

from __future__ import annotations

from typing import TextIO

from phancong import naming
from phancong.layout import width
from phancong.rules import RELAXABLE
from phancong.search import Progress
from phancong.words import Words


class ProgressLine:
    """Shows stage, value and bound on one line, written again after each stage.

    Parameters
    ----------
    stream
        Where to write; nothing is written where nobody watches.
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
        stage = record.stage.rpartition(", ")[2]  # of a part of the problem, its name comes before
        seconds = round(record.seconds, 1)
        if record.goal is not None:
            name = naming.goal(w, record.goal)
        elif stage in RELAXABLE:
            name = naming.rule(w, stage)
        else:
            self._write(w.gettext("preparing ({seconds} s)", seconds=seconds))
            return
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
                seconds=seconds,
            )
        )

    def clear(self) -> None:
        """Leave the line empty."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._watched:
            blank = " " * max(self._length - width(text), 0)
            self._stream.write(f"\r{text}{blank}" + ("" if text else "\r"))
            self._stream.flush()
            self._length = width(text)
