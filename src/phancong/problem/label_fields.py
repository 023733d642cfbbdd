"""Columns of text, of lists of words and of ids; see :mod:`.fields`."""

from __future__ import annotations

import numbers
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from phancong.layout import UNPRINTABLE, without_invisible
from phancong.problem.fields import Column
from phancong.problem.records import Id
from phancong.words import Message


def has_unseen(text: str) -> bool:
    """Whether a text holds invisible characters that may change its meaning; ids and labels must not."""
    return not text.isprintable() and UNPRINTABLE.search(text) is not None


#: The message about such a text, which does not repeat it, and its mend.
UNSEEN: Final[str] = Message("holds a control character or another mark that is not seen")
MEND_UNSEEN: Final[str] = Message("write it anew without that mark")


def clean_label(value: str) -> str:
    """A label in the form that is compared: NFC, without zero-width characters and outer blanks."""
    text = unicodedata.normalize("NFC", value)
    return unicodedata.normalize("NFC", without_invisible(text)).strip()


@dataclass(frozen=True, slots=True)
class Label:
    """A column of labels such as hamlets: a string (a whole number becomes one), or None."""

    def read(self, values: Sequence[Any], column: Column) -> tuple[str | None, ...]:
        """Turn raw values into a tuple of labels."""
        out: list[str | None] = []
        # A column has few different labels: clean each once.
        known: dict[str, str | None] = {}
        unseen: set[str | None] = set()
        for row, value in enumerate(values):
            label: str | None = None
            if isinstance(value, str):
                if value not in known:
                    known[value] = clean_label(value) or None
                    unseen |= {label for label in (known[value],) if label and has_unseen(label)}
                label = known[value]
                if label in unseen:
                    column.defect(row, UNSEEN, MEND_UNSEEN)
            elif isinstance(value, numbers.Integral) and not isinstance(value, bool):
                label = str(int(value))
            elif value is not None:
                what = Message("is not a label (a {type})", type=type(value).__name__)
                column.defect(row, what, Message("give a string or None"))
            out.append(label)
        return tuple(out)


@dataclass(frozen=True, slots=True)
class LabelsField:
    """A column of several labels a cell, such as skills: strings, or one string parted by ``;``."""

    def read(self, values: Sequence[Any], column: Column) -> tuple[frozenset[str], ...]:
        """Turn raw values into a tuple of sets of labels."""
        none: frozenset[str] = frozenset()
        out: list[frozenset[str]] = []
        # As in Label: clean each text once.
        known: dict[str, frozenset[str]] = {}
        for row, value in enumerate(values):
            if value is None or (isinstance(value, tuple) and not value):
                out.append(none)
                continue
            if isinstance(value, str):
                if value not in known:
                    known[value] = frozenset(map(clean_label, value.split(";"))) - {""}
                labels = known[value]
            else:
                try:
                    labels = frozenset([clean_label(part) for part in value]) - {""}
                except TypeError:
                    what = Message("is not a list of labels")
                    column.defect(row, what, Message("give strings, or one 'a;b'"))
                    labels = none
            if any(map(has_unseen, labels)):
                column.defect(row, UNSEEN, MEND_UNSEEN)
            out.append(labels)
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Identity:
    """A column of ids: a string that is not blank, or a whole number.

    Parameters
    ----------
    required
        Whether None is a defect.
    """

    required: bool = True

    def read(self, values: Sequence[Any], column: Column) -> tuple[Id | None, ...]:
        """Turn raw values into a tuple of ids, None where there is none."""
        out: list[Id | None] = []
        for row, value in enumerate(values):
            identity, what = as_id(value)
            if what and (self.required or (value is not None)):
                column.defect(row, what, mend_of_id(what))
            out.append(identity)
        return tuple(out)


def mend_of_id(what: str) -> str:
    """The mend for a defect *what* of an id."""
    return MEND_UNSEEN if what == UNSEEN else Message("give a string or a whole number")


def as_id(value: Any) -> tuple[Id | None, str]:
    """*value* as an id and an empty string, or None and the text of the defect."""
    if type(value) is str:
        # Two ids that look the same would be two people.
        if has_unseen(value) or without_invisible(value) != value:
            return None, UNSEEN
        return (value, "") if value.strip() else (None, Message("is blank"))
    if type(value) is int:
        return value, ""
    if value is None:
        return None, Message("is missing")
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return int(value), ""
    if isinstance(value, str):  # numpy.str_ and other subclasses of str
        return as_id(str(value))
    return None, Message("is not an id (a {type})", type=type(value).__name__)


def id_order(identity: Id) -> tuple[bool, Id]:
    """The sort key of an id: whole numbers first, then strings."""
    return isinstance(identity, str), identity
