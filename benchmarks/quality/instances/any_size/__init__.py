"""Problems of any size, as offices have them: every rule and option, some that cannot hold.

Frozen: the generator and its seeds. Seeds from 0 on are reported (:data:`REPORTED` of each set); the
search is tuned on seeds from :data:`TUNING` on.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from benchmarks.quality.case import Case, Instance, InstanceSet
from benchmarks.quality.instances.any_size.drawing import (
    REPORTED,
    TUNING,
    VERSION,
    Drawn,
    any_goals,
    any_size,
    chosen_for,
    options,
)

__all__ = [
    "DRAWS",
    "REPORTED",
    "SETS",
    "TUNING",
    "VERSION",
    "Drawn",
    "any_goals",
    "any_size",
    "chosen_for",
    "options",
]

#: How each set is drawn from a seed.
DRAWS: Final[dict[str, Callable[[int], Drawn]]] = {"any_size": any_size, "any_goals": any_goals}
#: A small one, for a run of a minute.
QUICK: Final = TUNING + 13


def _case(name: str, seed: int) -> Case:
    drawn = DRAWS[name](seed)
    return Case(drawn.problem, drawn.goals, relax=drawn.relax)


def _instances(name: str, seeds: range) -> list[Instance]:
    return [Instance(f"seed {seed}", "all", partial(_case, name, seed)) for seed in seeds]


def _set(name: str, about: str) -> InstanceSet:
    return InstanceSet(
        name,
        about,
        lambda seeds: _instances(name, range(seeds)),
        lambda: _instances(name, range(QUICK, QUICK + 1)),
    )


SETS: Final = (
    _set("any_size", "5 to 300 members, every rule and option, a third cannot hold; default goals"),
    _set("any_goals", "the same with drawn orders of goals, tolerances and ceilings"),
)
