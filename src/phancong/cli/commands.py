"""The commands: read, ask the library, show and write."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import phancong
from phancong import naming
from phancong.cli.answers import likely, options_of, read_answers, read_lines, write_answers
from phancong.cli.progress import ProgressLine
from phancong.cli.synth_files import write_lists
from phancong.diagnosing import Diagnosis
from phancong.engines.task import read_relax
from phancong.errors import (
    Defect,
    InvalidArgumentError,
    NoPlanFoundError,
    NotWrittenError,
    UnsupportedError,
)
from phancong.plan import Plan
from phancong.plan.folder import OTHERS, RECORD, PlanFiles, strangers, write_folder
from phancong.problem import WHOLE_LIMITS, Id, Problem
from phancong.reading import Understanding, read_lists
from phancong.reading.decided_by_hand import decided_by_hand
from phancong.reading.key_files import read_keys, write_keys
from phancong.reading.settling import alike, offered
from phancong.report.office import read_office
from phancong.rules import RELAXABLE, beyond_ceilings
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
    if asked.fixed is not None:
        problem = decided_by_hand(asked.fixed, problem)
    office = read_office(understood.office if asked.office is None else read_lines(asked.office))
    make_folder(asked.output)
    refuse_unwritable(asked.output / name for name in (*OTHERS, RECORD))
    mixed = strangers(asked.output)
    if understood.keys and asked.keys is None:
        raise InvalidArgumentError(
            Message("rows are numbered; say where to keep what the numbers stand for: --keys FILE")
        )
    with asked.ending.noting():  # what was found is shown and written, whatever happens
        if understood.keys:
            _write_keys(asked.keys, understood)
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
            office=office,
        )
        place, refused = asked.output, None
        try:
            files = write(place)
        except NotWrittenError as error:  # opened in a spreadsheet meanwhile: the search was long
            place, refused, mixed = asked.output / NEWER, error, ()
            files = _beside(write, place, error)
        written = ", ".join(map(str, files.paths))
        asked.screen.say("\n" + w.gettext("Written: {files}", files=written))
        _say_what_was_mixed(mixed, asked, w)
        if asked.ending:
            asked.screen.complain(
                w.gettext("Stopped as you asked, with the best plan found until then.")
            )
    if refused is not None:
        told = w.gettext("{why}. The plan is in {folder}.", why=refused.why, folder=str(place))
        asked.screen.complain(told)
        return 2
    if files.failed is not None:
        raise files.failed
    return 0


def _beside(write: Callable[[Path], PlanFiles], place: Path, refused: NotWrittenError) -> PlanFiles:
    """A context in which files go to a folder beside; where that cannot be, nothing is left there.

    Raises
    ------
    NotWrittenError
        The first one, *refused*: the folder that was asked for is what somebody can mend.
    """
    try:
        return write(place)
    except NotWrittenError:
        with suppress(OSError):
            place.rmdir()  # it stays where an earlier run has left its files
        raise refused from None


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
    """Why limits were relaxed, as far as that can be told in time: the plan does not wait for it."""
    # What is left of the time, and a tenth of it in any case.
    seconds = max(asked.seconds - found.seconds, 0.1 * asked.seconds)
    search = Search(seconds=min(seconds, DIAGNOSIS))
    try:
        with asked.ending.raising():
            diagnosis: Diagnosis = asked.calls.diagnose(found.problem, search=search)
    except (KeyboardInterrupt, NoPlanFoundError, UnsupportedError):
        asked.screen.say("\n" + _not_diagnosed(found, w))
        return None
    # A plan that breaks limits and a diagnosis that they can hold would contradict each other.
    hope = naming.could_hold(w, found.stopped)
    asked.screen.say("\n" + (hope if diagnosis.feasible else diagnosis.text(w.lang)))
    return diagnosis


def _not_diagnosed(found: Plan, w: Words) -> str:
    """Sentence for a diagnosis that was cut: limits need not be relaxed if that is not proven."""
    if all(line.proven for line in found.breaches.values()):
        return w.gettext("The reason why limits are relaxed was not found.")
    return w.gettext(
        "It was not found out in time whether all limits can hold together; more time would help."
    )


def lists(asked: Namespace, w: Words) -> int:
    """Show what is understood of the lists; nothing is computed."""
    understood = read_lists(asked.lists, **settled(asked, missing_answers=True))
    reading = understood.reading
    asked.screen.say(replace(reading, defects=offered(reading.defects)).text(w.lang))
    with asked.ending.noting():
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
    asked.screen.say(judged.text(w.lang))
    if asked.plan.name in (*OTHERS, RECORD) and (mixed := strangers(asked.plan.parent)):
        told = w.gettext(
            "These files in {folder} do not belong to the {record} there, or were changed since: "
            "{files}. Only {judged} is checked; phancong plan writes all of them again.",
            folder=str(asked.plan.parent),
            record=RECORD,
            files=", ".join(mixed),
            judged=asked.plan.name,
        )
        asked.screen.complain(told)
    assert judged.assignment is not None  # that of a plan that was read
    beyond = beyond_ceilings(judged.assignment, read_relax(asked.relax or {}))
    return 3 if beyond or not judged.valid else 0


def diagnose(asked: Namespace, w: Words) -> int:
    """Why the limits cannot hold, and what would mend it."""
    found: Diagnosis = asked.calls.diagnose(_problem(asked), search=Search(seconds=asked.seconds))
    asked.screen.say(found.text(w.lang))
    return 0 if found.feasible else 3


def explain(asked: Namespace, w: Words) -> int:
    """Why this member."""
    problem = _problem(asked)
    seconds = asked.seconds
    if asked.plan:
        found = phancong.read_plan(asked.plan, problem)
    else:
        asked.seconds = seconds / 2  # the other half is for the question itself
        found = _solved(problem, asked, w)
        asked.seconds = seconds - min(found.seconds, seconds / 2)
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
            Message("{file} already exists; give another name", file=str(asked.path))
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


def settled(
    asked: Namespace, *, missing_answers: bool = False, answers: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The options of :func:`phancong.read` about the lists.

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
    for name in ("previous", "gone", "on", "decimal", "keys", "places", "farthest", "scheme"):
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
    for name, limit in WHOLE_LIMITS.items():
        if getattr(asked, name) not in (limit.unset, None):
            options[name] = getattr(asked, name)
    return read_lists(Path(asked.lists), **options)


def _solved(problem: Problem, asked: Namespace, w: Words) -> Plan:
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
            relax=_relax(asked),
            search=_search(asked),
            engine=asked.engine,
            progress=progress,
        )
    finally:
        line.clear()
    return found


def _search(asked: Namespace) -> Search:
    return Search(seconds=asked.seconds, threads=asked.threads)


def _relax(asked: Namespace) -> Any:
    return RELAXABLE if asked.relax is None else asked.relax


def _identity(problem: Problem, text: str) -> Id:
    """The id that was meant: on a command line a number is text."""
    known: set[Id] = {*problem.household_columns.index, *problem.member_columns.index}
    return next((identity for identity in known if str(identity) == text), text)
