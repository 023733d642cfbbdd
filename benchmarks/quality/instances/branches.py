"""Branches and communes as newspapers and official pages report them: by their numbers alone.

So many members, so many households, so much for each; no places, hence no travel. Many cannot hold as
they are stated. Left out: who does not state both sides, and who has more than a million pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from benchmarks.quality.case import Case, Instance, InstanceSet
from benchmarks.quality.data import missing, rows
from phancong import Continuity, FairLoad, Household, Member, Problem

GOALS: Final = (FairLoad("workload"), Continuity())
LARGEST: Final = 1_000_000
#: What ``--quick`` takes: at most so many pairs.
SMALL: Final = 1_000


def problem(row: dict[str, str]) -> Problem:
    """Everybody takes as many as is stated, every household needs as many as is stated."""
    least, most = row["min_households"], row["max_households"]
    width, length = len(row["members"]), len(row["households"])
    return Problem(
        [
            Member(
                f"m{i:0{width}}",
                min_households=int(least or 0),
                max_households=int(most) if most else None,
            )
            for i in range(int(row["members"]))
        ],
        [
            Household(f"h{i:0{length}}", members_needed=int(row["members_needed"]))
            for i in range(int(row["households"]))
        ],
        travel=None,
    )


def _case(row: dict[str, str]) -> Case:
    return Case(problem(row), GOALS)


def _size(row: dict[str, str]) -> int:
    return int(row["members"] or 0) * int(row["households"] or 0)


def _group(row: dict[str, str]) -> str:
    """Whether what is stated can hold, as far as that was worked out."""
    short = row["places_short"]
    if not short:
        return "not told whether it fits"
    return "fits as stated" if int(short) == 0 else "places short as stated"


def _instances(largest: int) -> Sequence[Instance]:
    return [
        Instance(row["place"], _group(row), partial(_case, row))
        for row in rows("cases.csv")
        if 0 < _size(row) <= largest
    ]


SET: Final = InstanceSet(
    "branches",
    "branches as reported, by numbers only, no travel: fairest, often infeasible as stated",
    lambda _seeds: _instances(LARGEST),
    lambda: _instances(SMALL),
    lambda: missing("cases.csv"),
)
