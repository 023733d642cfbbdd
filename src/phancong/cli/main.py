"""`main`: what was asked, in which language, and how it ended."""

from __future__ import annotations

import gettext
import locale
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from typing import Final, TextIO

from phancong.cli.parser import parser
from phancong.errors import InfeasibleError, InvalidProblemError, NoPlanFoundError, PhancongError
from phancong.reading.ways import offered
from phancong.words import LANGUAGES, Words, page, words

#: How a command ends: done, unusable input, limits that cannot hold.
DONE: Final = 0
BAD_INPUT: Final = 2
CANNOT_HOLD: Final = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        The words after ``phancong``; None takes those of the process.

    Returns
    -------
    int
        0 if it is done, 2 if the input cannot be used, 3 if the limits cannot hold under what may
        give way.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an old terminal may not know every letter
            stream.reconfigure(errors="replace")
    w = words(language(given))
    with _argparse_in(w):
        asked = parser(w).parse_args(given)
    try:
        ended: int = asked.run(asked, w)
    except InfeasibleError as error:
        _complain(w.gettext("The limits cannot hold under what may give way."))
        _complain(error.diagnosis.text(w.lang))
        return CANNOT_HOLD
    except NoPlanFoundError as error:
        _complain(page(error, w).text())
        return CANNOT_HOLD
    except BrokenPipeError:  # whoever read it has seen enough
        _forget(sys.stdout)
        return DONE
    except InvalidProblemError as error:
        told = page(InvalidProblemError(offered(error.defects)), w).text()
        _complain(w.gettext("This cannot be used: {why}", why=told))
        return BAD_INPUT
    except (PhancongError, OSError) as error:
        why = page(error, w).text() if isinstance(error, PhancongError) else str(error)
        _complain(w.gettext("This cannot be used: {why}", why=why))
        return BAD_INPUT
    return ended


def language(arguments: Sequence[str]) -> str:
    """The language asked for by ``--lang``, or that of the machine, or English."""
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
    """The words of argparse itself (“usage”, “required”, …) come from the same catalogue."""
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


def _forget(stream: TextIO) -> None:
    """Let nothing be written at the end of the process to where nobody reads."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _complain(text: str) -> None:
    print(text, file=sys.stderr)
