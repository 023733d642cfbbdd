"""The sets of instances by name."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from benchmarks.quality.case import Instance, InstanceSet
from benchmarks.quality.instances import (
    any_size,
    branches,
    communes,
    cpmp,
    gap,
    gap_drawn,
    places,
    unit,
    weighted,
    yearly,
)

#: Every set by its name.
SETS: Final[dict[str, InstanceSet]] = {
    each.name: each
    for each in (
        unit.SET,
        weighted.SET,
        yearly.SET,
        communes.SET,
        places.SET,
        branches.SET,
        gap.SET,
        gap_drawn.SET,
        cpmp.SET,
        *any_size.SETS,
    )
}


def ready(
    sets: Sequence[InstanceSet], seeds: int, *, quick: bool
) -> list[tuple[InstanceSet, Sequence[Instance]]]:
    """Sets with their instances; one whose data are not there is skipped with a word."""
    found = []
    for each in sets:
        word = each.missing()
        if word is not None:
            print(f"skipped: {each.name}: {word}")
        else:
            found.append((each, each.quick() if quick else each.draw(seeds)))
    return found


def among(
    sets: Sequence[tuple[InstanceSet, Sequence[Instance]]], patterns: Sequence[str]
) -> list[tuple[InstanceSet, Sequence[Instance]]]:
    """Those instances whose names are like one of the patterns, with ``*`` for anything."""
    return [
        (each, [i for i in instances if any(fnmatchcase(i.name, p) for p in patterns)])
        for each, instances in sets
    ]
