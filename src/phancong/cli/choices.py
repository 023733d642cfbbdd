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
from phancong.rules import RELAXABLE
from phancong.words import Words

Aim = Literal["minmax", "leximax", "spread"]
_AIMS: Final[tuple[Aim, ...]] = get_args(Aim)

#: Each goal by the word for it; those of fairness take an aim after a colon.
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
#: What a word for a goal may be, for help and messages.
GOALS: Final = ", ".join([*_PLAIN, *(f"{name}[:{'|'.join(_AIMS)}]" for name in _FAIR)])


class Choices:
    """Reads what is written, and says in a language what cannot be read.

    Parameters
    ----------
    w
        The language.
    """

    def __init__(self, w: Words) -> None:
        self._w = w

    def goals(self, text: str) -> tuple[Goal, ...]:
        """Goals in their order: ``fair-load:leximax,continuity,travel``."""
        return tuple(self._goal(word.strip()) for word in text.split(",") if word.strip())

    def _goal(self, word: str) -> Goal:
        name, _, aim = word.partition(":")
        if name in _PLAIN and not aim:
            return _PLAIN[name]()
        for known in _AIMS:
            if name in _FAIR and aim in ("", known):
                return _FAIR[name](known)
        raise argparse.ArgumentTypeError(
            self._w.gettext("{word} is no goal; there are {goals}", word=repr(word), goals=GOALS)
        )

    def relax(self, text: str) -> dict[str, float | None]:
        """Limits that may give way, the first first: ``min_households,max_travel=500``, or none."""
        found: dict[str, float | None] = {}
        for word in text.split(","):
            name, mark, ceiling = (part.strip() for part in word.partition("="))
            if name in ("", "none"):
                continue
            if name not in RELAXABLE:
                raise argparse.ArgumentTypeError(
                    self._w.gettext(
                        "{word} is no limit that can give way; there are {limits}, or none",
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
