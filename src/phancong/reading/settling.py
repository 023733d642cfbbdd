"""How to settle a question: in Python, on the command line, and in a file of answers."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

from phancong.errors import Defect
from phancong.words import Message


class Remedy(str):
    """A mend as an argument in Python, with its form on the command line and in answers.

    Parameters
    ----------
    python
        An argument of :func:`phancong.read`.
    option
        The equivalent option of the command line.
    answer
        The key in a file of answers, and the likely answer; None if a file of answers cannot settle it.
    """

    __slots__ = ("answer", "option")

    option: str
    answer: tuple[Sequence[str], Any] | None

    def __new__(
        cls, python: str, /, option: str = "", answer: tuple[Sequence[str], Any] | None = None
    ) -> Remedy:
        """The text is the argument in Python."""
        self = str.__new__(cls, python)
        self.option, self.answer = option, answer
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return str(self), self.option, self.answer


def columns_remedy(kind: str, title: str, meaning: str | None, *, likely: Any = "none") -> Remedy:
    """How to set the meaning of a column; ``...`` stands for a meaning that the caller knows."""
    answer = "..." if meaning == "..." else repr(meaning)
    option = "FIELD" if meaning == "..." else meaning or "none"
    return Remedy(
        f"columns={{{kind!r}: {{{title!r}: {answer}}}}}",
        "--columns " + shlex.quote(f"{title}={option}"),
        (("columns", kind, title), meaning if meaning not in (None, "...") else likely),
    )


def sheets_remedy(name: str, table: str | None, likely: str | None = "") -> Remedy:
    """How to set the table of a sheet; *likely* is the suggested answer if it differs from *table*."""
    return Remedy(
        f"sheets={{{name!r}: {table!r}}}",
        "--sheets " + shlex.quote(f"{name}={table or 'none'}"),
        (("sheets", name), (table if likely == "" else likely) or "none"),
    )


def header_remedy(name: str) -> Remedy:
    """How to set the line of the titles."""
    return Remedy(f"header={{{name!r}: ...}}", "--header " + shlex.quote(f"{name}=ROW"))


def class_remedy() -> Remedy:
    """How to set the workload of a class, whose name is private and stands in no message."""
    return Remedy("workloads={...: 1.0}", "--class NAME=1.0")


def gone_remedy() -> Remedy:
    """How to end the pairs of records that are gone."""
    return Remedy("gone='end'", "--gone end", (("gone",), "end"))


def day_remedy() -> Remedy:
    """How to set the day until which years are counted."""
    return Remedy("on='31/12/2025'", "--on 31/12/2025", (("on",), "31/12/2025"))


def decimal_remedy(mark: str) -> Remedy:
    """How to set the decimal mark."""
    return Remedy(f"decimal={mark!r}", f"--decimal {shlex.quote(mark)}", (("decimal",), mark))


def bare_title(called: str) -> str:
    """The title of a column without the letter of the column."""
    if isinstance(called, Message) and "title" in called.values:
        return str(called.values["title"])
    return str(called)


def for_command_line(text: str) -> str:
    """A message with options of the command line instead of arguments in Python."""
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
#: Messages with another wording on the command line: the message in Python → the other.
_ELSEWHERE: Final[Mapping[str, Message]] = {
    "give latitude and longitude, or use travel=BetweenPlaces(...) or travel=None": Message(
        "give latitude and longitude, or leave distances out: {remedy}",
        remedy=Remedy("travel=None", "--travel none", (("travel",), "none")),
    ),
    "correct the coordinate, or raise farthest (in metres)": Message(
        "correct the coordinate, or say how far places may lie: {remedy}", remedy=_FARTHEST
    ),
    "if the area is that large, raise farthest (in metres)": Message(
        "if the area is that large, say how far places may lie: {remedy}", remedy=_FARTHEST
    ),
}


#: Messages that say None in Python and none on the command line.
_AS_OPTIONS: Final[Mapping[str, Message]] = {
    "say what it is, None leaves it out: {remedy}": Message(
        "say what it is, none leaves it out: {remedy}", remedy=""
    ),
    "say what it is: {remedy}, or None": Message("say what it is: {remedy}, or none", remedy=""),
}


def offered(defects: Sequence[Defect]) -> tuple[Defect, ...]:
    """Defects as the command line prints them: similar ones joined, with options as mends."""
    return tuple(
        Defect(d.record, d.field, for_command_line(d.what), for_command_line(d.mend))
        for d in alike(defects)
    )


def remedies_of(text: str) -> list[Remedy]:
    """The mends that a message offers, in order."""
    if isinstance(text, Remedy):
        return [text]
    if isinstance(text, Message):
        text = _ELSEWHERE.get(text.msgid, text)
        return [
            remedy
            for value in text.values.values()
            if isinstance(value, str)
            for remedy in remedies_of(value)
        ]
    return []


def alike(defects: Sequence[Defect]) -> list[Defect]:
    """Defects, with those of one column and one text joined to one that names all rows."""
    found: dict[tuple[Any, ...], list[tuple[Defect, int]]] = {}
    for defect in defects:
        file, line = _place(defect.record)
        key = file, line > 0, defect.field, defect.what, defect.mend
        found.setdefault(key, []).append((defect, line))
    return [_joined(same) for same in found.values()]


#: The name of a row of a file, and of several rows.
_CALLED: Final[Mapping[str, Message]] = {
    "{file}, row {row}": Message("{file}, rows {rows}", file="", rows=""),
    "{file}, line {line}": Message("{file}, lines {rows}", file="", rows=""),
}


def _place(record: str) -> tuple[str, int]:
    """The file and the line of a record; the record itself and 0 if it has none."""
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
    return Defect(record, first.field, first.what, first.mend)


def ranges(numbers: Sequence[int]) -> str:
    """Line numbers in short form: ``3, 7-9``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)
