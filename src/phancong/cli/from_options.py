"""The problem, the settings and the plan of a command, from its options."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phancong.cli.answers import options_of, read_answers
from phancong.cli.progress import ProgressLine
from phancong.cli.shared_options import limits_of
from phancong.plan import Plan
from phancong.problem import Id, Problem
from phancong.reading import Understanding, read_lists
from phancong.reading.key_files import read_keys, write_keys
from phancong.rules import RELAXABLE
from phancong.search import Progress, Search
from phancong.words import Words


def problem_of(asked: Namespace) -> Problem:
    """The problem of the lists."""
    return understood_of(asked).reading.problem


def settled(
    asked: Namespace, *, missing_answers: bool = False, answers: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The options of :func:`phancong.read` about the lists.

    Parameters
    ----------
    asked
        The options of the command line, which take precedence over a file of answers.
    missing_answers
        Whether the file of answers may be missing.
    answers
        Answers that replace those of the file.
    """
    path = asked.answers
    if answers is None and path is not None and not (missing_answers and not path.exists()):
        answers = read_answers(path)
    options = options_of(answers or {}, path.parent if path is not None else Path())
    if asked.columns:
        columns = {kind: dict(titles) for kind, titles in options.get("columns", {}).items()}
        for stated in asked.columns:
            for kind, titles in stated.items():
                columns.setdefault(kind, {}).update(titles)
        options["columns"], options["anywhere"] = columns, True
    for name, pairs in (
        ("sheets", asked.sheets), ("workloads", asked.classes), ("header", asked.header),
    ):  # fmt: skip
        if pairs:
            known = options.get(name, {})
            options[name] = {**({"": known} if isinstance(known, int) else known), **dict(pairs)}
    for name in ("previous", "gone", "on", "decimal", "keys", "places", "farthest", "scheme"):
        if getattr(asked, name) is not None:
            options[name] = getattr(asked, name)
    if asked.travel is not None:
        options["travel"] = None
    asked.keys = options.pop("keys", None)
    if asked.keys is not None and asked.keys.exists():
        options["keys"] = asked.keys
    return options


def write_keys_of(path: Path, understood: Understanding) -> None:
    """Write the file of keys; numbers of former records stay reserved for them."""
    before = read_keys(path) if path.exists() else {}
    merged: dict[str, dict[Any, str]] = {}
    for kind, keys in understood.keys.items():
        merged[kind] = {number: key for key, number in before.get(kind, {}).items()} | dict(keys)
    for kind, known in before.items():
        merged.setdefault(kind, {number: key for key, number in known.items()})
    write_keys(path, merged)


def understood_of(asked: Namespace) -> Understanding:
    """The lists as they were understood."""
    return read_lists(asked.lists, **settled(asked), **limits_of(asked))


def plan_of(problem: Problem, asked: Namespace, w: Words) -> Plan:
    """The plan of a problem; its progress is printed, and a signal ends the search."""
    line = ProgressLine(sys.stderr, w)

    def progress(record: Progress) -> bool:
        if asked.ending:
            line.say(w.gettext("Stopping with the best plan so far; press again to stop at once."))
            return False
        line(record)
        return True

    try:
        found: Plan = asked.calls.solve(
            problem,
            goals=asked.goals,
            relax=relax_of(asked),
            search=search_of(asked),
            engine=asked.engine,
            progress=progress,
        )
    finally:
        line.clear()
    return found


def search_of(asked: Namespace) -> Search:
    """The limits of the search."""
    return Search(seconds=asked.seconds, threads=asked.threads)


def relax_of(asked: Namespace) -> Any:
    """The limits that may be relaxed; all of them by default."""
    return RELAXABLE if asked.relax is None else asked.relax


def identity_of(problem: Problem, text: str) -> Id:
    """The id that a text means: on the command line, numbers are text."""
    known: set[Id] = {*problem.household_columns.index, *problem.member_columns.index}
    return next((identity for identity in known if str(identity) == text), text)
