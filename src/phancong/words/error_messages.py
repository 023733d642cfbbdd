"""Errors as pages: defects as a list, any other error as its sentence."""

from __future__ import annotations

from collections.abc import Iterable

from phancong.errors import SHOWN, Defect, InvalidProblemError, PhancongError, UnsupportedError
from phancong.words.language import Words
from phancong.words.message import Message
from phancong.words.page import Bullets, Page
from phancong.words.printable import page


def message_of(error: PhancongError) -> str:
    """The message of an error, as a :class:`Message` if it was raised with one."""
    if isinstance(error, UnsupportedError):
        return Message(
            "engine {engine} cannot keep {what}",
            engine=repr(error.engine),
            what=Message.joined(error.refusals),
        )
    # str() of an error would return plain text, which cannot be translated.
    return next((text for text in error.args if isinstance(text, str)), "")


def defect_lines(defects: Iterable[Defect], w: Words) -> tuple[str, ...]:
    """A line for each defect: record, field, text and mend."""
    return tuple(
        w.gettext(
            "{record}, {field}: {what}; {mend}",
            record=defect.record,
            field=defect.field,
            what=defect.what,
            mend=defect.mend,
        )
        for defect in defects
    )


@page.register
def error_page(error: PhancongError, w: Words) -> Page:
    """The message of the error."""
    return Page(w.lang, (w.tell(message_of(error)),))


@page.register
def defects_page(error: InvalidProblemError, w: Words) -> Page:
    """The number of defects, and a line for each; beyond a limit the rest is counted."""
    heading = w.ngettext(
        "{n} defect in the input:", "{n} defects in the input:", len(error.defects)
    )
    lines = defect_lines(error.defects[:SHOWN], w)
    return Page(w.lang, (Bullets(heading, lines), w.rest(len(error.defects) - SHOWN)))
