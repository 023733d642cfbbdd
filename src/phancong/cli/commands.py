"""What each command does: read, ask the library, show and write."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import phancong
from phancong import naming
from phancong.cli.progress import ProgressLine
from phancong.cli.synth_files import write_lists
from phancong.diagnosing import Diagnosis
from phancong.errors import (
    InvalidArgumentError,
    NoPlanFoundError,
    NotWrittenError,
    UnsupportedError,
)
from phancong.plan import Plan
from phancong.plan.folder import OTHERS, RECORD, strangers, write_folder
from phancong.problem import Id, Problem
from phancong.reading import Understanding, read_lists
from phancong.rules import RELAXABLE
from phancong.search import Progress, Search
from phancong.tables.replacing import make_folder, refuse_unwritable
from phancong.words import Message, Words

#: A diagnosis beside a plan takes no longer than this, in seconds.
DIAGNOSIS = 20.0
#: The folder, within the one that was asked for, of a plan that could not take the place of another.
NEWER = "newer"


def plan(asked: Namespace, w: Words) -> int:
    """Solve, print the table, write the files."""
    understood = _understood(asked)
    problem = understood.reading.problem
    make_folder(asked.output)
    refuse_unwritable(asked.output / name for name in (*OTHERS, RECORD))
    mixed = strangers(asked.output)
    with asked.ending.noting():  # what was found is shown and written, whatever happens
        found = _solved(problem, asked, w)
        asked.screen.say(found.text(w.lang))
        diagnosis = _diagnosis(found, asked, w) if found.relaxed else None
        write = partial(
            write_folder,
            found,
            lang=w.lang,
            labels=None if asked.ids_only else understood.labels,
            include=tuple(asked.include),
            diagnosis=diagnosis,
        )
        place, refused = asked.output, None
        try:
            files = write(place)
        except NotWrittenError as error:  # opened in a spreadsheet meanwhile: the search was long
            place, refused, mixed = asked.output / NEWER, error, ()
            files = write(place)
        written = ", ".join(map(str, files.paths))
        asked.screen.say("\n" + w.gettext("Written: {files}", files=written))
        _say_what_was_mixed(mixed, asked, w)
        if asked.ending:
            asked.screen.complain(
                w.gettext("Ended as you asked, with the best plan that was found until then.")
            )
    if refused is not None:
        told = w.gettext("{why}. The plan is in {folder}.", why=refused.why, folder=str(place))
        asked.screen.complain(told)
        return 2
    if files.failed is not None:
        raise files.failed
    return 0


def _say_what_was_mixed(mixed: Sequence[str], asked: Namespace, w: Words) -> None:
    if mixed:
        told = w.gettext(
            "Before, these files in {folder} did not belong to the {record} there, or had been "
            "changed since: {files}. Now all are of one run.",
            folder=str(asked.output),
            record=RECORD,
            files=", ".join(mixed),
        )
        asked.screen.complain(told)


def _diagnosis(found: Plan, asked: Namespace, w: Words) -> Diagnosis | None:
    """Why limits gave way, as far as that can be told in time: the plan does not wait for it."""
    search = Search(seconds=min(asked.seconds, DIAGNOSIS))
    try:
        with asked.ending.raising():
            diagnosis = phancong.diagnose(found.problem, search=search)
    except (KeyboardInterrupt, NoPlanFoundError, UnsupportedError):
        asked.screen.say("\n" + w.gettext("Why limits gave way was not found out."))
        return None
    # A plan that breaks limits and a diagnosis that they can hold would contradict each other.
    hope = naming.could_hold(w, found.stopped)
    asked.screen.say("\n" + (hope if diagnosis.feasible else diagnosis.text(w.lang)))
    return diagnosis


def lists(asked: Namespace, w: Words) -> int:
    """Show what is understood of the lists; nothing is computed."""
    reading = phancong.read(asked.lists, explain=True)
    asked.screen.say(reading.text(w.lang))
    return 2 if reading.defects else 0


def check(asked: Namespace, w: Words) -> int:
    """Judge a plan against the lists."""
    problem = _problem(asked)
    judged = phancong.check(problem, phancong.read_plan(asked.plan, problem))
    asked.screen.say(judged.text(w.lang))
    if asked.plan.name in (*OTHERS, RECORD) and (mixed := strangers(asked.plan.parent)):
        told = w.gettext(
            "These files in {folder} do not belong to the {record} there, or were changed since: "
            "{files}. Judged is {judged} alone; phancong plan writes all of them anew.",
            folder=str(asked.plan.parent),
            record=RECORD,
            files=", ".join(mixed),
            judged=asked.plan.name,
        )
        asked.screen.complain(told)
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
    asked.screen.say(found.text(w.lang))
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
    asked.screen.say(told.text(w.lang))
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
    asked.screen.say(found.text(w.lang))
    return 0


def template(asked: Namespace, w: Words) -> int:
    """An empty workbook."""
    if asked.path.exists():
        raise InvalidArgumentError(
            Message("{file} is there already; give another name", file=str(asked.path))
        )
    with asked.ending.noting():
        phancong.write_template(asked.path, lang=w.lang)
        asked.screen.say(w.gettext("Written: {files}", files=str(asked.path)))
    return 0


def synth(asked: Namespace, w: Words) -> int:
    """A drawn commune as a folder of CSV files."""
    from phancong.synth import commune  # here: it takes a moment, and only this command needs it

    problem = commune(asked.seed, members=asked.members, households=asked.households)
    with asked.ending.noting():
        written = write_lists(problem, asked.path)
        asked.screen.say(w.gettext("Written: {files}", files=", ".join(map(str, written))))
    return 0


# --- what several commands do


def _problem(asked: Namespace) -> Problem:
    return _understood(asked).reading.problem


def _understood(asked: Namespace) -> Understanding:
    options: dict[str, Any] = {"own_household": asked.own_household}
    if asked.within_hamlet:
        options["within_hamlet"] = True
    for name in ("max_travel", "max_changes"):
        if getattr(asked, name) is not None:
            options[name] = getattr(asked, name)
    return read_lists(Path(asked.lists), **options)


def _solved(problem: Problem, asked: Namespace, w: Words) -> Plan:
    line = ProgressLine(sys.stderr, w)

    def progress(record: Progress) -> bool:
        if asked.ending:
            line.say(w.gettext("Ending with the best plan so far; asked again, at once."))
            return False
        line(record)
        return True

    try:
        return phancong.solve(
            problem,
            goals=asked.goals,
            relax=_relax(asked),
            search=_search(asked),
            engine=asked.engine,
            progress=progress,
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
