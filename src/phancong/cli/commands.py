"""What each command does: read, ask the library, show and write."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import phancong
from phancong.cli.progress import ProgressLine
from phancong.cli.synth_files import write_lists
from phancong.errors import InvalidArgumentError
from phancong.plan import Plan
from phancong.problem import Id, Problem
from phancong.reading import Understanding, read_lists
from phancong.rules import RELAXABLE
from phancong.search import Search
from phancong.words import Message, Words

#: A diagnosis beside a plan takes no longer than this, in seconds.
DIAGNOSIS = 20.0


def plan(asked: Namespace, w: Words) -> int:
    """Solve, print the table, write the files."""
    understood = _understood(asked)
    problem = understood.reading.problem
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
    reading = phancong.read(asked.lists, explain=True, **_of_places(asked))
    print(reading.text(w.lang))
    return 2 if reading.defects else 0


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


def _of_places(asked: Namespace) -> dict[str, Any]:
    return {"places": asked.places, "farthest": asked.farthest}


def _understood(asked: Namespace) -> Understanding:
    options: dict[str, Any] = {"own_household": asked.own_household, **_of_places(asked)}
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
