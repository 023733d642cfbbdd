"""What each command does: read, ask the library, show and write."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import phancong
from phancong.cli.answers import likely, options_of, read_answers, write_answers
from phancong.cli.progress import ProgressLine
from phancong.cli.synth_files import write_lists
from phancong.errors import Defect, InvalidArgumentError
from phancong.plan import Plan
from phancong.problem import Id, Problem
from phancong.reading import Understanding, read_lists
from phancong.reading.key_files import read_keys, write_keys
from phancong.reading.ways import alike, offered
from phancong.rules import RELAXABLE
from phancong.search import Search
from phancong.words import Message, Words

#: A diagnosis beside a plan takes no longer than this, in seconds.
DIAGNOSIS = 20.0


def plan(asked: Namespace, w: Words) -> int:
    """Solve, print the table, write the files."""
    understood = _understood(asked)
    problem = understood.reading.problem
    if understood.keys:
        if asked.keys is None:
            raise InvalidArgumentError(
                Message(
                    "rows are numbered; say where to keep what the numbers stand for: --keys FILE"
                )
            )
        _write_keys(asked.keys, understood)
    asked.output.mkdir(parents=True, exist_ok=True)
    found = _solved(problem, asked, w)
    print(found.text(w.lang))
    diagnosis = None
    if found.relaxed:
        search = Search(seconds=min(asked.seconds, DIAGNOSIS))
        diagnosis = phancong.diagnose(problem, search=search)
        print(f"\n{diagnosis.text(w.lang)}")
    labels = None if asked.ids_only else understood.labels
    include = tuple(asked.include)
    written = [asked.output / f"plan.{ending}" for ending in ("xlsx", "csv", "json")]
    # What needs no extra comes first: a plan that was found is not lost for want of one.
    found.to_json(written[2])
    found.to_csv(written[1], include=tuple(x for x in include if x == "workload"))
    found.to_excel(written[0], lang=w.lang, labels=labels, include=include, diagnosis=diagnosis)
    print()
    print(w.gettext("Written: {files}", files=", ".join(map(str, written))))
    return 0


def lists(asked: Namespace, w: Words) -> int:
    """Show what is understood of the lists; nothing is computed."""
    understood = read_lists(asked.lists, **settled(asked, missing_answers=True))
    reading = understood.reading
    print(replace(reading, defects=offered(reading.defects)).text(w.lang))
    if asked.keys is not None:
        _write_keys(asked.keys, understood)
    if asked.answers is not None:
        _write_answers(asked, understood, w)
    return 2 if reading.defects else 0


def _write_answers(asked: Namespace, understood: Understanding, w: Words) -> None:
    """Write the questions with the likely answers: those that the answers bring up, too."""
    answers = read_answers(asked.answers) if asked.answers.exists() else {}
    first = tuple(alike(understood.reading.defects))
    questions: dict[Defect, None] = {}
    left: Sequence[Defect] = ()
    while True:  # answers bring up questions, each of them once
        before = repr(answers)
        defects = alike(understood.reading.defects)
        left = likely(answers, defects, understood.classes)
        questions |= dict.fromkeys(d for d in defects if d not in left)
        if repr(answers) == before:
            break
        options = settled(asked, missing_answers=True, answers=answers)
        understood = read_lists(asked.lists, **options)
    if first or not asked.answers.exists():
        write_answers(asked.answers, answers, list(questions), left, w)
        print()
        print(w.gettext("Written: {files}", files=str(asked.answers)))


def check(asked: Namespace, w: Words) -> int:
    """Judge a plan against the lists."""
    problem = _problem(asked)
    judged = phancong.check(problem, phancong.read_plan(asked.plan, problem))
    print(judged.text(w.lang))
    ceilings = asked.relax or {}
    beyond = [
        r
        for r in judged.relaxations
        if r.rule not in ceilings or (ceilings[r.rule] is not None and r.by > ceilings[r.rule])
    ]
    return 3 if beyond or not judged.valid else 0


def diagnose(asked: Namespace, w: Words) -> int:
    """Why the limits cannot hold, and what would mend it."""
    found = phancong.diagnose(_problem(asked), search=Search(seconds=asked.seconds))
    print(found.text(w.lang))
    return 0 if found.feasible else 3


def explain(asked: Namespace, w: Words) -> int:
    """Why this member."""
    problem = _problem(asked)
    known = asked.plan
    found = phancong.read_plan(known, problem) if known else _solved(problem, asked, w)
    told = phancong.explain(
        found,
        _identity(problem, asked.subject),
        kind=asked.kind,
        relax=_relax(asked),
        search=_search(asked),
        engine=asked.engine,
    )
    print(told.text(w.lang))
    return 0


def compare(asked: Namespace, w: Words) -> int:
    """Engines side by side."""
    options: dict[str, Any] = {} if asked.engines is None else {"engines": asked.engines}
    found = phancong.compare(
        _problem(asked),
        goals=asked.goals,
        relax=_relax(asked),
        search=_search(asked),
        **options,
    )
    print(found.text(w.lang))
    return 0


def template(asked: Namespace, w: Words) -> int:
    """An empty workbook."""
    if asked.path.exists():
        raise InvalidArgumentError(
            Message("{file} is there already; give another name", file=str(asked.path))
        )
    phancong.write_template(asked.path, lang=w.lang)
    print(w.gettext("Written: {files}", files=str(asked.path)))
    return 0


def synth(asked: Namespace, w: Words) -> int:
    """A drawn commune as a folder of CSV files."""
    from phancong.synth import commune  # here: it takes a moment, and only this command needs it

    problem = commune(asked.seed, members=asked.members, households=asked.households)
    written = write_lists(problem, asked.path)
    print(w.gettext("Written: {files}", files=", ".join(map(str, written))))
    return 0


# --- what several commands do


def _problem(asked: Namespace) -> Problem:
    return _understood(asked).reading.problem


def settled(
    asked: Namespace, *, missing_answers: bool = False, answers: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What is said of the lists, as options of :func:`phancong.read`.

    Parameters
    ----------
    asked
        The options of the command line: they go before the answers of a file.
    missing_answers
        The file of answers need not be there yet.
    answers
        Answers in place of those of the file.
    """
    path = asked.answers
    if answers is None and path is not None and not (missing_answers and not path.exists()):
        answers = read_answers(path)
    options = options_of(answers or {}, path.parent if path is not None else Path())
    if asked.columns:
        columns = {kind: dict(titles) for kind, titles in options.get("columns", {}).items()}
        for said in asked.columns:
            for kind, titles in said.items():
                columns.setdefault(kind, {}).update(titles)
        options["columns"], options["anywhere"] = columns, True
    for name, pairs in (
        ("sheets", asked.sheets), ("workloads", asked.classes), ("header", asked.header),
    ):  # fmt: skip
        if pairs:
            known = options.get(name, {})
            options[name] = {**({"": known} if isinstance(known, int) else known), **dict(pairs)}
    for name in ("previous", "gone", "on", "decimal", "keys"):
        if getattr(asked, name) is not None:
            options[name] = getattr(asked, name)
    if asked.travel is not None:
        options["travel"] = None
    asked.keys = options.pop("keys", None)
    if asked.keys is not None and asked.keys.exists():
        options["keys"] = asked.keys
    return options


def _write_keys(path: Path, understood: Understanding) -> None:
    """Write which number stands for what; numbers of who is not here any more stay theirs."""
    before = read_keys(path) if path.exists() else {}
    merged: dict[str, dict[Any, str]] = {}
    for kind, keys in understood.keys.items():
        merged[kind] = {number: key for key, number in before.get(kind, {}).items()} | dict(keys)
    for kind, known in before.items():
        merged.setdefault(kind, {number: key for key, number in known.items()})
    write_keys(path, merged)


def _understood(asked: Namespace) -> Understanding:
    options: dict[str, Any] = {**settled(asked), "own_household": asked.own_household}
    if asked.within_hamlet:
        options["within_hamlet"] = True
    for name in ("max_travel", "max_changes"):
        if getattr(asked, name) is not None:
            options[name] = getattr(asked, name)
    return read_lists(Path(asked.lists), **options)


def _solved(problem: Problem, asked: Namespace, w: Words) -> Plan:
    line = ProgressLine(sys.stderr, w)
    try:
        return phancong.solve(
            problem,
            goals=asked.goals,
            relax=_relax(asked),
            search=_search(asked),
            engine=asked.engine,
            progress=line,
        )
    finally:
        line.clear()


def _search(asked: Namespace) -> Search:
    return Search(seconds=asked.seconds, threads=asked.threads)


def _relax(asked: Namespace) -> Any:
    return RELAXABLE if asked.relax is None else asked.relax


def _identity(problem: Problem, text: str) -> Id:
    """The id that was meant: on a command line a number is text."""
    known: set[Id] = {*problem.household_columns.index, *problem.member_columns.index}
    return next((identity for identity in known if str(identity) == text), text)
