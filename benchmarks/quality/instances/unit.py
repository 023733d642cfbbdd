"""Communes whose households all weigh the same: least travel, loads within ± 15 % of the mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from benchmarks.quality.case import Case, Instance, InstanceSet
from phancong import Problem, Travel, synth

#: Households and members.
SIZES: Final = ((1_000, 30), (3_000, 60), (10_000, 100))
#: How far a load may be from the mean.
BAND: Final = 0.15


def commune(seed: int, households: int, members: int) -> Problem:
    """A commune in which one minimum and one maximum hold for all, and nothing else is asked."""
    drawn = synth.commune(
        seed,
        members=members,
        households=households,
        weights="equal",
        secretary_share=1.0,
        infeasible=0.0,
    )
    able = [m for m in drawn.members if m.max_households != 0]
    mean = households / len(able)
    least, most = math.floor(mean * (1 - BAND)), math.ceil(mean * (1 + BAND))
    people = [replace(m, min_households=least, max_households=most) for m in able]
    return Problem(people, drawn.households)


def _case(seed: int, households: int, members: int) -> Case:
    return Case(commune(seed, households, members), (Travel(),))


def _instance(seed: int, households: int, members: int) -> Instance:
    size = f"{households:,} × {members}"
    return Instance(f"{size}, seed {seed}", size, partial(_case, seed, households, members))


def _draw(seeds: int) -> Sequence[Instance]:
    return [_instance(seed, *size) for size in SIZES for seed in range(1, seeds + 1)]


SET: Final = InstanceSet(
    "unit",
    "communes, households that all weigh the same, one minimum and maximum for all, least travel",
    _draw,
    lambda: [_instance(1, 120, 8)],
)
