"""Files of answers to the questions about lists: written with likely answers, and read."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from phancong.errors import Defect, InvalidArgumentError
from phancong.reading.settling import for_command_line, remedies_of
from phancong.tables import write_files
from phancong.tables.toml_files import MOST_BYTES, toml_of
from phancong.words import Message, Words

#: The keys of a file of answers, and the type of each.
KINDS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "sheets": dict,
    "columns": dict,
    "classes": dict,
    "header": (int, dict),
    "gone": str,
    "on": str,
    "decimal": str,
    "keys": str,
    "scheme": str,
    "previous": str,
    "travel": str,
    "places": str,
    "farthest": (int, float),
}


def read_lines(path: Path) -> dict[str, Any]:
    """The content of a file of answers (TOML).

    Raises
    ------
    InvalidArgumentError
        The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return toml_of(file.read(MOST_BYTES + 1))
    except OSError as error:
        what = Message("cannot be opened ({why})", why=error.strerror or type(error).__name__)
        raise InvalidArgumentError(_of(path, what)) from None
    except (ValueError, RecursionError) as error:
        what = Message("is not a file of answers ({why})", why=str(error))
        raise InvalidArgumentError(_of(path, what)) from None


def read_answers(path: Path) -> dict[str, Any]:
    """The answers of a file.

    Raises
    ------
    InvalidArgumentError
        The file cannot be read, or has an unknown key or a value of the wrong type.
    """
    found = read_lines(path)
    for name, value in found.items():
        if name not in KINDS or not isinstance(value, KINDS[name]) or isinstance(value, bool):
            what = Message(
                "{name} is not an answer; the answers are: {known}",
                name=repr(name),
                known=", ".join(KINDS),
            )
            raise InvalidArgumentError(_of(path, what))
    for kind, titles in found.get("columns", {}).items():
        if not isinstance(titles, dict):
            what = Message(
                "{name} belongs to no list: write [columns.households] above it", name=repr(kind)
            )
            raise InvalidArgumentError(_of(path, what))
    return found


def _of(path: Path, what: str) -> str:
    return Message("{file}: {what}", file=path.name, what=what)


def options_of(answers: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Answers as options of :func:`phancong.read`; paths are relative to the file of answers."""
    options: dict[str, Any] = {}
    if "sheets" in answers:
        options["sheets"] = {n: _none(table) for n, table in answers["sheets"].items()}
    if "columns" in answers:
        options["columns"] = {
            kind: {title: _none(meaning) for title, meaning in titles.items()}
            for kind, titles in answers["columns"].items()
        }
    if "classes" in answers:
        options["workloads"] = {name: _none(load) for name, load in answers["classes"].items()}
    plain = ("header", "gone", "on", "decimal", "places", "farthest")
    options |= {name: answers[name] for name in plain if name in answers}
    options |= {
        name: folder / answers[name] for name in ("keys", "previous", "scheme") if name in answers
    }
    if answers.get("travel") == "none":
        options["travel"] = None
    return options


def _none(value: Any) -> Any:
    return None if value == "none" else value


def likely(
    answers: dict[str, Any], defects: Sequence[Defect], classes: Sequence[str]
) -> list[Defect]:
    """Add the likely answer to each question; returns the defects that no answer can settle.

    Parameters
    ----------
    answers
        Given answers, which stay.
    defects
        Defects and questions of the lists.
    classes
        Classes without a workload.

    Returns
    -------
    list of Defect
        Defects that must be mended in the lists.
    """
    left = []
    for defect in defects:
        answer = next(
            (w.answer for w in remedies_of(defect.mend) if w.answer and "..." not in w.answer[0]),
            None,
        )
        if answer is None:
            if not any("--class" in way.option for way in remedies_of(defect.mend)):
                left.append(defect)
            continue
        path, value = answer
        if path == ("on",):
            value = datetime.date.today().strftime("%d/%m/%Y")
        into = answers
        for step in path[:-1]:
            into = into.setdefault(step, {})
        into.setdefault(path[-1], value)
        if value == "key":
            answers.setdefault("keys", "keys.csv")
    for name in classes:
        answers.setdefault("classes", {}).setdefault(name, 1.0)
    return left


def write_answers(
    path: Path, answers: Mapping[str, Any], asked: Sequence[Defect], left: Sequence[Any], w: Words
) -> None:
    """Write answers, with each question above, and the defects that must be mended in the lists.

    Parameters
    ----------
    path
        The file; an existing file is replaced.
    answers
        The answers to write.
    asked
        The questions that the answers settle.
    left
        Defects that no answer can settle.
    w
        The language of the questions.
    """
    lines = [
        w.gettext(
            "# Answers to the open questions of the lists. Answers that you have not given are "
            "likely, not certain:"
        ),
        w.gettext(
            '# look through them. "none" leaves out; a field of a problem says what a column is.'
        ),
        "",
    ]
    lines += _as_comments(w.gettext("# Asked:"), asked, w)
    lines += _as_comments(w.gettext("# To be corrected in the lists themselves:"), left, w)
    tables = [name for name in answers if isinstance(answers[name], dict)]
    lines += [f"{name} = {_value(answers[name])}" for name in answers if name not in tables]
    for name in tables:
        inner = answers[name]
        if name == "columns":
            for kind, titles in inner.items():
                lines += ["", f"[columns.{_key(kind)}]", *_pairs(titles)]
        else:
            lines += ["", f"[{name}]", *_pairs(inner)]
    write_files([(path, ("\n".join(lines) + "\n").encode())])


def _as_comments(heading: str, defects: Sequence[Defect], w: Words) -> list[str]:
    if not defects:
        return []
    lines = [
        f"# - {w.tell(d.record)}, {w.tell(d.field)}: {w.tell(d.what)}; "
        f"{w.tell(for_command_line(d.mend))}"
        for d in defects
    ]
    return [heading, *(" ".join(line.split()) for line in lines), ""]


def _pairs(of: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_value(value)}" for name, value in of.items()]


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    # JSON strings and numbers are valid TOML.
    return json.dumps(value, ensure_ascii=False)
