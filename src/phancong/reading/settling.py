"""How to settle a doubt: in Python, on the command line, and in a file of answers."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

from phancong.errors import Defect
from phancong.words import Message


class Remedy(str):
    """The name of an argument in Python, and what stands for it elsewhere.

    Parameters
    ----------
    python
        An argument of :func:`phancong.read`.
    option
        The same as an option of the command line.
    answer
        Where the same stands in a file of answers, and the likely answer; None if nothing there
        settles it.
    """

    __slots__ = ("answer", "option")

    option: str
    answer: tuple[Sequence[str], Any] | None

    def __new__(
        cls, python: str, /, option: str = "", answer: tuple[Sequence[str], Any] | None = None
    ) -> Remedy:
        """Text as a caller writes it in Python."""
        self = str.__new__(cls, python)
        self.option, self.answer = option, answer
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return str(self), self.option, self.answer


def columns_way(kind: str, title: str, meaning: str | None, *, likely: Any = "none") -> Remedy:
    """Say what a column is; ``...`` stands for a meaning that the caller knows."""
    said = "..." if meaning == "..." else repr(meaning)
    option = "FIELD" if meaning == "..." else meaning or "none"
    return Remedy(
        f"columns={{{kind!r}: {{{title!r}: {said}}}}}",
        "--columns " + shlex.quote(f"{title}={option}"),
        (("columns", kind, title), meaning if meaning not in (None, "...") else likely),
    )


def sheets_way(name: str, table: str | None, likely: str | None = "") -> Remedy:
    """Say which table a sheet is; *likely* is the answer where that is another."""
    return Remedy(
        f"sheets={{{name!r}: {table!r}}}",
        "--sheets " + shlex.quote(f"{name}={table or 'none'}"),
        (("sheets", name), (table if likely == "" else likely) or "none"),
    )


def header_way(name: str) -> Remedy:
    """Say in which line the titles stand."""
    return Remedy(f"header={{{name!r}: ...}}", "--header " + shlex.quote(f"{name}=ROW"))


def class_way(name: str = "...") -> Remedy:
    """Say the workload of a class; its name is a hardship and stands in no message."""
    answer = None if name == "..." else (("classes", name), 1.0)
    return Remedy("workloads={...: 1.0}", "--class NAME=1.0", answer)


def gone_way() -> Remedy:
    """Let the pairs of those who have left end."""
    return Remedy("gone='end'", "--gone end", (("gone",), "end"))


def day_way(example: str = "31/12/2025") -> Remedy:
    """Say until when years are counted."""
    return Remedy(f"on={example!r}", f"--on {example}", (("on",), example))


def decimal_way(mark: str) -> Remedy:
    """Say which mark is the decimal one."""
    return Remedy(f"decimal={mark!r}", f"--decimal {shlex.quote(mark)}", (("decimal",), mark))


def bare_title(called: str) -> str:
    """The title of a column without its letter."""
    if isinstance(called, Message) and "title" in called.values:
        return str(called.values["title"])
    return str(called)


def for_command_line(text: str) -> str:
    """A message that offers only what a command line can do."""
    if isinstance(text, Remedy):
        return text.option or str(text)
    if isinstance(text, Message):
        text = _ELSEWHERE.get(text.msgid, text)
        values = {
            name: for_command_line(value) if isinstance(value, str) else value
            for name, value in text.values.items()
        }
        return _AS_OPTIONS.get(text.msgid, text).refilled(values)
    return text


_FARTHEST: Final = Remedy("farthest=...", "--farthest METRES")
#: What is said of Python where the command line has a word of its own: the message → the other.
_ELSEWHERE: Final[Mapping[str, Message]] = {
    "give latitude and longitude, or use travel=BetweenPlaces(...) or travel=None": Message(
        "give latitude and longitude, or leave distances out: {way}",
        way=Remedy("travel=None", "--travel none", (("travel",), "none")),
    ),
    "correct the coordinate, or raise farthest (in metres)": Message(
        "correct the coordinate, or say how far places may lie: {way}", way=_FARTHEST
    ),
    "if the area is that large, raise farthest (in metres)": Message(
        "if the area is that large, say how far places may lie: {way}", way=_FARTHEST
    ),
}


#: What is said with None in Python, and with none on a command line.
_AS_OPTIONS: Final[Mapping[str, Message]] = {
    "say what it is, None leaves it out: {way}": Message(
        "say what it is, none leaves it out: {way}", way=""
    ),
    "say what it is: {way}, or None": Message("say what it is: {way}, or none", way=""),
}


def offered(defects: Sequence[Defect]) -> tuple[Defect, ...]:
    """Defects as a command line tells them: one line for those alike, its own ways out."""
    return tuple(
        Defect(d.record, d.field, for_command_line(d.what), for_command_line(d.mend))
        for d in alike(defects)
    )


def remedies_of(text: str) -> list[Remedy]:
    """The ways that a message offers, the first first."""
    if isinstance(text, Remedy):
        return [text]
    if isinstance(text, Message):
        text = _ELSEWHERE.get(text.msgid, text)
        return [
            way
            for value in text.values.values()
            if isinstance(value, str)
            for way in remedies_of(value)
        ]
    return []


def alike(defects: Sequence[Defect]) -> list[Defect]:
    """Defects of one column that say the same are one, with all its rows."""
    found: dict[tuple[Any, ...], list[tuple[Defect, int]]] = {}
    for defect in defects:
        file, line = _place(defect.record)
        key = file, line > 0, defect.field, _of_each(defect.what), defect.mend
        found.setdefault(key, []).append((defect, line))
    return [_joined(same) for same in found.values()]


def _of_each(what: str) -> str:
    """The sentence about each record, without the record."""
    if isinstance(what, Message) and what.msgid == "{record} {what}":
        inner = what.values["what"]
        return inner if isinstance(inner, str) else what
    return what


#: What a record is called, and what several of them are.
_CALLED: Final[Mapping[str, Message]] = {
    "{file}, row {row}": Message("{file}, rows {rows}", file="", rows=""),
    "{file}, line {line}": Message("{file}, lines {rows}", file="", rows=""),
}


def _place(record: str) -> tuple[str, int]:
    """The file and the line of a record; the record and 0 where it has none."""
    if isinstance(record, Message) and record.msgid in _CALLED:
        file, line = record.values.values()
        return str(file), int(line)
    return str(record), 0


def _joined(same: Sequence[tuple[Defect, int]]) -> Defect:
    first = same[0][0]
    if len(same) == 1 or not isinstance(first.record, Message) or not same[0][1]:
        return first
    rows = ranges(sorted({line for _, line in same}))
    called = _CALLED[first.record.msgid]
    record = called.refilled({"file": first.record.values["file"], "rows": rows})
    return Defect(record, first.field, _of_each(first.what), first.mend)


def ranges(numbers: Sequence[int]) -> str:
    """Line numbers in short: ``3, 7-9``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)
