"""The commands: each reads the input, calls the library, prints and writes the result."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import phancong
from phancong import naming
from phancong.cli.answers import likely, read_answers, read_lines, write_answers
from phancong.cli.from_options import (
    identity_of,
    plan_of,
    problem_of,
    relax_of,
    search_of,
    settled,
    understood_of,
    write_keys_of,
)
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
from phancong.plan.folder import OTHERS, RECORD, PlanFiles, strangers, write_folder, write_record
from phancong.reading import Understanding, read_lists
from phancong.reading.decided_by_hand import decided_by_hand
from phancong.reading.plans import is_of_another
from phancong.reading.settling import alike, offered
from phancong.report.office import read_office
from phancong.rules import beyond_ceilings
from phancong.search import Search
from phancong.tables.replacing import filled_folder, refuse_unwritable
from phancong.words import Message, Words

#: The most seconds of a diagnosis that accompanies a plan.
DIAGNOSIS = 20.0
#: The subfolder for a plan whose files could not replace those of an earlier one.
NEWER = "newer"


def plan(asked: Namespace, w: Words) -> int:
    """Solve, print the plan, and write its files."""
    understood = understood_of(asked)
    with filled_folder(asked.output):
        return _planned(understood, asked, w)


def _planned(understood: Understanding, asked: Namespace, w: Words) -> int:
    problem = understood.reading.problem
    if asked.fixed is not None:
        problem = decided_by_hand(asked.fixed, problem)
    office = read_office(understood.office if asked.office is None else read_lines(asked.office))
    refuse_unwritable(asked.output / name for name in (*OTHERS, RECORD))
    mixed = strangers(asked.output)
    if understood.keys and asked.keys is None:
        raise InvalidArgumentError(
            Message("rows are numbered; say where to keep what the numbers stand for: --keys FILE")
        )
    with asked.ending.noting():  # after a first signal the plan found is still printed and written
        if understood.keys:
            write_keys_of(asked.keys, understood)
        found = plan_of(problem, asked, w)
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
            hurried=bool(asked.ending),
        )
        place, refused = asked.output, None
        try:
            if asked.ending:  # a second signal ends the process
                write_record(found, place, asked.include)
            files = write(place)
        except NotWrittenError as error:  # opened in a spreadsheet during the search
            place, refused, mixed = asked.output / NEWER, error, ()
            files = _beside(write, place, error)
        written = ", ".join(map(str, files.paths))
        asked.screen.say("\n" + w.gettext("Written: {files}", files=written))
        _say_what_was_mixed(mixed, asked, w)
        _say_how_it_ended(files, asked, w)
    if refused is not None:
        message = w.gettext("{why}. The plan is in {folder}.", why=refused.why, folder=str(place))
        asked.screen.complain(message)
        return 2
    if files.failed is not None:
        raise files.failed
    return 0


def _beside(write: Callable[[Path], PlanFiles], place: Path, refused: NotWrittenError) -> PlanFiles:
    """The files of a plan, written to a subfolder because the folder itself is locked.

    Raises
    ------
    NotWrittenError
        The subfolder cannot be written, either. The error is *refused*, that of the folder that was
        asked for; nothing is left in the subfolder.
    """
    try:
        return write(place)
    except NotWrittenError:
        raise refused from None


def _say_how_it_ended(files: PlanFiles, asked: Namespace, w: Words) -> None:
    if asked.ending:
        message = w.gettext("Stopped as you asked, with the best plan found until then.")
        asked.screen.complain(message)
    if files.first_rounds:
        message = w.gettext("Round trips on the slips were not shortened, so that you wait less.")
        asked.screen.complain(message)


def _say_what_was_mixed(mixed: Sequence[str], asked: Namespace, w: Words) -> None:
    if mixed:
        message = w.gettext(
            "Before, these files in {folder} did not belong to the {record} there, or had been "
            "changed since: {files}. Now all are of one run.",
            folder=str(asked.output),
            record=RECORD,
            files=", ".join(mixed),
        )
        asked.screen.complain(message)


def _diagnosis(found: Plan, asked: Namespace, w: Words) -> Diagnosis | None:
    """The diagnosis of a plan that relaxes limits, as far as the time allows."""
    # The time that is left, and at least a tenth of the whole.
    seconds = max(asked.seconds - found.seconds, 0.1 * asked.seconds)
    search = Search(seconds=min(seconds, DIAGNOSIS))
    try:
        with asked.ending.raising():
            diagnosis: Diagnosis = asked.calls.diagnose(found.problem, search=search, plan=found)
    except (KeyboardInterrupt, NoPlanFoundError, UnsupportedError):
        asked.screen.say("\n" + _not_diagnosed(found, w))
        return None
    # Do not print a diagnosis that says the limits can hold beside a plan that breaks them.
    hope = naming.could_hold(w, found.stopped)
    asked.screen.say("\n" + (hope if diagnosis.feasible else diagnosis.text(w.lang)))
    return diagnosis


def _not_diagnosed(found: Plan, w: Words) -> str:
    """A sentence for a diagnosis that was cut: it is not proven that limits must be relaxed."""
    if all(line.proven for line in found.breaches.values()):
        return w.gettext("The reason why limits are relaxed was not found.")
    return _not_known(w)


def _not_known(w: Words) -> str:
    return w.gettext(
        "It was not found out in time whether all limits can hold together; more time would help."
    )


def lists(asked: Namespace, w: Words) -> int:
    """Print how the lists are read, without solving."""
    understood = read_lists(asked.lists, **settled(asked, missing_answers=True))
    reading = understood.reading
    asked.screen.say(replace(reading, defects=offered(reading.defects)).text(w.lang))
    with asked.ending.noting():
        if asked.keys is not None:
            write_keys_of(asked.keys, understood)
        if asked.answers is not None:
            _write_answers(asked, understood, w)
    return 2 if reading.defects else 0


def _write_answers(asked: Namespace, understood: Understanding, w: Words) -> None:
    """Write the questions with likely answers, including questions that those answers raise."""
    answers = read_answers(asked.answers) if asked.answers.exists() else {}
    first = tuple(alike(understood.reading.defects))
    questions: dict[Defect, None] = {}
    left: Sequence[Defect] = ()
    while True:  # answers may raise new questions; each is asked once
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
    problem = problem_of(asked)
    plan = phancong.read_plan(asked.plan, problem)
    judged = phancong.check(problem, plan)
    asked.screen.say(judged.text(w.lang))
    if is_of_another(asked.plan, problem):
        message = w.gettext(
            "{file} was made for other lists or with other limits: its pairs are checked, and not the "
            "figures and proofs in it.",
            file=asked.plan.name,
        )
        asked.screen.complain(message)
    if asked.plan.name in (*OTHERS, RECORD) and (mixed := strangers(asked.plan.parent)):
        message = w.gettext(
            "These files in {folder} do not belong to the {record} there, or were changed since: "
            "{files}. Only {judged} is checked; phancong plan writes all of them again.",
            folder=str(asked.plan.parent),
            record=RECORD,
            files=", ".join(mixed),
            judged=asked.plan.name,
        )
        asked.screen.complain(message)
    assert judged.assignment is not None  # set for a plan that was read
    beyond = beyond_ceilings(judged.assignment, read_relax(asked.relax or {}))
    return 3 if beyond or not judged.valid else 0


def diagnose(asked: Namespace, w: Words) -> int:
    """Print why the limits cannot hold, and repairs."""
    problem, search = problem_of(asked), Search(seconds=asked.seconds)
    try:
        found: Diagnosis = asked.calls.diagnose(problem, search=search)
    except NoPlanFoundError:
        asked.screen.say(_not_known(w))
        return 3
    asked.screen.say(found.text(w.lang))
    return 0 if found.feasible else 3


def explain(asked: Namespace, w: Words) -> int:
    """Print why a household has its member, and what another choice would cost."""
    problem = problem_of(asked)
    seconds = asked.seconds
    if asked.plan:
        found = phancong.read_plan(asked.plan, problem)
    else:
        asked.seconds = seconds / 2  # the other half is for the explanation
        found = plan_of(problem, asked, w)
        asked.seconds = seconds - min(found.seconds, seconds / 2)
    explanation = phancong.explain(
        found,
        identity_of(problem, asked.subject),
        kind=asked.kind,
        relax=relax_of(asked),
        search=search_of(asked),
        engine=asked.engine,
    )
    asked.screen.say(explanation.text(w.lang))
    return 0


def compare(asked: Namespace, w: Words) -> int:
    """Compare engines."""
    options: dict[str, Any] = {} if asked.engines is None else {"engines": asked.engines}
    found = phancong.compare(
        problem_of(asked),
        goals=asked.goals,
        relax=relax_of(asked),
        search=search_of(asked),
        **options,
    )
    asked.screen.say(found.text(w.lang))
    return 0


def template(asked: Namespace, w: Words) -> int:
    """Write an empty workbook to be filled in."""
    if asked.path.exists():
        raise InvalidArgumentError(
            Message("{file} already exists; give another name", file=str(asked.path))
        )
    with asked.ending.noting():
        phancong.write_template(asked.path, lang=w.lang)
        asked.screen.say(w.gettext("Written: {files}", files=str(asked.path)))
    return 0


def synth(asked: Namespace, w: Words) -> int:
    """Write a drawn commune as a folder of CSV files."""
    from phancong.synth import commune  # here: only this command needs it

    problem = commune(asked.seed, members=asked.members, households=asked.households)
    with asked.ending.noting():
        written = write_lists(problem, asked.path)
        asked.screen.say(w.gettext("Written: {files}", files=", ".join(map(str, written))))
    return 0
