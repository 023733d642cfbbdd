"""`main`: run a command, print errors in its language, return its exit status."""

from __future__ import annotations

import gettext
import locale
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from typing import Final

from phancong.cli.calls import LIBRARY, Calls
from phancong.cli.ending import Ending
from phancong.cli.parser import parser
from phancong.cli.screen import Screen
from phancong.course import let_end
from phancong.errors import InfeasibleError, InvalidProblemError, NoPlanFoundError, PhancongError
from phancong.reading.settling import offered
from phancong.words import LANGUAGES, Words, page, words

#: Exit statuses of failures: invalid input, limits that cannot hold.
BAD_INPUT: Final = 2
CANNOT_HOLD: Final = 3


def main(arguments: Sequence[str] | None = None, calls: Calls = LIBRARY) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        The arguments after ``phancong``; None for those of the process.
    calls
        The functions that solve, diagnose and plan.

    Returns
    -------
    int
        0 on success, 2 if the input is not valid or a file cannot be written, 3 if the limits cannot
        hold under what may be relaxed, 130 if ended by Ctrl-C, 143 by SIGTERM.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    screen = Screen()
    w = words(language(given))
    with _argparse_in(w):
        asked = parser(w).parse_args(given)
    asked.screen, asked.calls = screen, calls
    with Ending() as ending:
        asked.ending = ending
        try:
            ended = _run(asked, w)
        except KeyboardInterrupt:
            screen.complain(w.gettext("Stopped as you asked; nothing was written."))
            return ending.code
    if screen.lost is not None and not isinstance(screen.lost, BrokenPipeError):
        why = screen.lost.strerror or type(screen.lost).__name__
        screen.complain(w.gettext("The output could not be shown ({why}).", why=why))
        ended = ended or BAD_INPUT
    return ending.code if ending else ended


def process() -> int:
    """Run :func:`main` as a whole process, and end the process at once if a solver was left behind.

    The solver would otherwise run until its time limit, and abort the process if it returned during the
    interpreter's shutdown.
    """
    code = main()
    if not let_end(0.0):
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        os._exit(code)
    return code


def _run(asked: Namespace, w: Words) -> int:
    """Run the command; errors are printed in its language."""
    screen: Screen = asked.screen
    try:
        ended: int = asked.run(asked, w)
    except InfeasibleError as error:
        screen.complain(
            w.gettext("There is no plan, even if all limits that may be relaxed are relaxed.")
        )
        screen.complain(error.diagnosis.text(w.lang))
        return CANNOT_HOLD
    except NoPlanFoundError as error:
        screen.complain(page(error, w).text())
        return CANNOT_HOLD
    except InvalidProblemError as error:
        message = page(InvalidProblemError(offered(error.defects)), w).text()
        screen.complain(w.gettext("This cannot be used: {why}", why=message))
        return BAD_INPUT
    except PhancongError as error:
        screen.complain(w.gettext("This cannot be used: {why}", why=page(error, w).text()))
        return BAD_INPUT
    except OSError as error:
        why = error.strerror or type(error).__name__
        what = why if error.filename is None else f"{error.filename}: {why}"
        screen.complain(w.gettext("This cannot be used: {why}", why=what))
        return BAD_INPUT
    return ended


def language(arguments: Sequence[str]) -> str:
    """The language of ``--lang``, or else of the system, or else English."""
    for number, word in enumerate(arguments):
        name, mark, value = word.partition("=")
        if name == "--lang":
            chosen = value if mark else "".join(arguments[number + 1 : number + 2])
            return chosen if chosen in LANGUAGES else "en"
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    here = next((name for name in names if name), None) or locale.getlocale()[0] or ""
    return here[:2] if here[:2] in LANGUAGES else "en"


@contextmanager
def _argparse_in(w: Words) -> Iterator[None]:
    """A context in which argparse takes its own texts (“usage”, “required”, …) from the catalogue."""
    before, asked = gettext.textdomain(), os.environ.get("LANGUAGE")
    with as_file(files("phancong.words") / "locale") as folder:
        gettext.bindtextdomain("phancong", str(folder))
        gettext.textdomain("phancong")
        os.environ["LANGUAGE"] = w.lang
        try:
            yield
        finally:
            gettext.textdomain(before)
            os.environ.pop("LANGUAGE")
            if asked is not None:
                os.environ["LANGUAGE"] = asked
