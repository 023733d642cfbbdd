"""Goals and limits as they are written on a command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, Literal, get_args

from phancong.goals import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Goal,
    Travel,
)
from phancong.reading.list_fields import BEYOND_FIELDS, FIELDS
from phancong.rules import RELAXABLE
from phancong.words import Words

Aim = Literal["minmax", "leximax", "spread"]
_AIMS: Final[tuple[Aim, ...]] = get_args(Aim)

#: The goals by name; goals of fairness take an aim after a colon.
_PLAIN: Final[dict[str, Callable[[], Goal]]] = {
    "travel": Travel,
    "farthest": Farthest,
    "continuity": Continuity,
    "years": lambda: Continuity(weight="years"),
    "cohesion": Cohesion,
}
_FAIR: Final[dict[str, Callable[[Aim], Goal]]] = {
    "fair-load": lambda aim: FairLoad("workload", aim=aim),
    "fair-households": lambda aim: FairLoad("households", aim=aim),
    "fair-travel": lambda aim: FairTravel(aim=aim),
}
#: The valid goals, for help and messages.
GOALS: Final = ", ".join([*_PLAIN, *(f"{name}[:{'|'.join(_AIMS)}]" for name in _FAIR)])


def _fields() -> dict[str, list[str]]:
    """The valid fields of a column, by table."""
    return {kind: [*fields, *BEYOND_FIELDS[kind]] for kind, fields in FIELDS.items()}


class Choices:
    """Reads goals, limits and settings of lists; errors are in the given language.

    Parameters
    ----------
    w
        The language.
    """

    def __init__(self, w: Words) -> None:
        self._w = w

    def goals(self, text: str) -> tuple[Goal, ...]:
        """Goals in order: ``fair-load:leximax,continuity,travel``."""
        return tuple(self._goal(word.strip()) for word in text.split(",") if word.strip())

    def _goal(self, word: str) -> Goal:
        name, _, aim = word.partition(":")
        if name in _PLAIN and not aim:
            return _PLAIN[name]()
        for known in _AIMS:
            if name in _FAIR and aim in ("", known):
                return _FAIR[name](known)
        raise argparse.ArgumentTypeError(
            self._w.gettext(
                "{word} is not a goal; the goals are: {goals}", word=repr(word), goals=GOALS
            )
        )

    def relax(self, text: str) -> dict[str, float | None]:
        """Limits that may be relaxed, in order: ``min_households,max_travel=500``, or none."""
        found: dict[str, float | None] = {}
        for word in text.split(","):
            name, mark, ceiling = (part.strip() for part in word.partition("="))
            if name in ("", "none"):
                continue
            if name not in RELAXABLE:
                raise argparse.ArgumentTypeError(
                    self._w.gettext(
                        "{word} is not a limit that can be relaxed; these can: {limits}; or write none",
                        word=repr(name),
                        limits=", ".join(RELAXABLE),
                    )
                )
            try:
                found[name] = float(ceiling) if mark else None
            except ValueError:
                raise argparse.ArgumentTypeError(
                    self._w.gettext("{word} has no number after the =", word=repr(word.strip()))
                ) from None
        return found

    # --- settings for ambiguous lists

    def column(self, text: str) -> dict[str, dict[str, str | None]]:
        """``TITLE=FIELD`` for every list, ``households:TITLE=FIELD`` for one."""
        title, mark, meaning = text.rpartition("=")
        kind, colon, rest = title.partition(":")
        fields = _fields()
        kinds = [kind] if colon and kind in fields else list(fields)
        title = (rest if kinds == [kind] else title).strip()
        said = None if meaning.strip() == "none" else meaning.strip()
        fitting = [kind for kind in kinds if said is None or said in fields[kind]]
        if not mark or not title or not fitting:
            known = sorted({field for kind in kinds for field in fields[kind]})
            raise argparse.ArgumentTypeError(
                self._w.gettext(
                    "{word} does not say what a column is: TITLE=FIELD, with one of {fields}, or none",
                    word=repr(text),
                    fields=", ".join(known),
                )
            )
        if title == "*" and said is not None:
            raise argparse.ArgumentTypeError(
                self._w.gettext(
                    "* stands for all columns that are not known: the only answer is none"
                )
            )
        return {kind: {title: said} for kind in fitting}

    def sheet(self, text: str) -> tuple[str, str | None]:
        """``NAME=TABLE``, or ``NAME=none``."""
        name, mark, table = (part.strip() for part in text.rpartition("="))
        if not mark or not name or table not in (*FIELDS, "none"):
            raise argparse.ArgumentTypeError(
                self._w.gettext(
                    "{word} does not say what a sheet is: NAME=TABLE, with one of {tables}, or none",
                    word=repr(text),
                    tables=", ".join(FIELDS),
                )
            )
        return name, None if table == "none" else table

    def household_class(self, text: str) -> tuple[str, float | None]:
        """``NAME=WORKLOAD``, or ``NAME=none``."""
        name, _, load = (part.strip() for part in text.rpartition("="))
        try:
            found = None if load == "none" else float(load.replace(",", "."))
        except ValueError:
            found = -1.0
        if not name or (found is not None and not 0 <= found < float("inf")):
            raise argparse.ArgumentTypeError(
                self._w.gettext(
                    "{word} gives no workload: NAME=NUMBER, or NAME=none", word=repr(text)
                )
            )
        return name, found

    def header(self, text: str) -> tuple[str, int]:
        """``ROW`` for all lists, ``NAME=ROW`` for one."""
        name, _, row = (part.strip() for part in text.rpartition("="))
        if not row.isdecimal() or int(row) < 1:
            raise argparse.ArgumentTypeError(
                self._w.gettext("{word} is not a row; write ROW or NAME=ROW", word=repr(text))
            )
        return name, int(row)
