"""Real mountain hamlets: every building a household, members at buildings drawn by chance.

Buildings © OpenStreetMap contributors, ODbL. Travel is the straight line on the ellipsoid. Each is
planned with the default goals, and for the least travel, each load within 15 % of the mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from random import Random
from typing import Final

from benchmarks.quality.case import Case, Instance, InstanceSet
from benchmarks.quality.data import missing, rows
from phancong import Continuity, FairLoad, Goal, Household, Member, Problem, Travel

MEMBERS: Final = {"malbun_steg": (12, 25, 40), "planken": (8, 16)}
LEAST, MOST = 0.85, 1.15
GOALS: Final[dict[str, tuple[Goal, ...]]] = {
    "default": (FairLoad("workload"), Continuity(), Travel()),
    "travel": (Travel(),),
}


def problem(place: str, members: int, seed: int, *, banded: bool) -> Problem:
    """All buildings as households, and members at buildings drawn by chance.

    Parameters
    ----------
    place
        A folder of ``places``.
    members
        How many there are.
    seed
        Of the draw.
    banded
        Whether each member's load must lie within 0.85 and 1.15 of the mean.
    """
    spots = [
        (int(b["osm_way_id"]), float(b["lat"]), float(b["lon"]))
        for b in rows("places", place, "buildings.csv")
    ]
    mean = len(spots) / members
    least = math.ceil(LEAST * mean) if banded else 0
    most = math.floor(MOST * mean) if banded else None
    homes = Random(seed).sample(spots, members)
    return Problem(
        [
            Member(f"m{i:02}", (lat, lon), min_households=least, max_households=most)
            for i, (_, lat, lon) in enumerate(homes)
        ],
        [Household(way, (lat, lon)) for way, lat, lon in spots],
    )


def case(place: str, members: int, seed: int, goals: str) -> Case:
    """One setting of a place, its goals by name."""
    return Case(problem(place, members, seed, banded=goals == "travel"), GOALS[goals])


def _instance(place: str, members: int, goals: str, seed: int) -> Instance:
    group = f"{place}, {members}, {goals}"
    return Instance(f"{group}, seed {seed}", group, partial(case, place, members, seed, goals))


def _draw(seeds: int) -> Sequence[Instance]:
    return [
        _instance(place, members, goals, seed)
        for place, counts in MEMBERS.items()
        for goals in GOALS
        for members in counts
        for seed in range(seeds)
    ]


SET: Final = InstanceSet(
    "places",
    "the buildings of real mountain hamlets (© OpenStreetMap contributors): default goals, travel",
    _draw,
    lambda: [_instance("planken", 8, goals, 0) for goals in GOALS],
    lambda: missing("places", "malbun_steg") or missing("places", "planken"),
)
