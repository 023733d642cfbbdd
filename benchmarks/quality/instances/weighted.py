"""Communes with weighted loads in a narrow band, least travel.

Frozen: the generator, its seeds and the seconds of our search. The search was tuned on seeds from 101 on;
seeds from 1 on are reported.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from benchmarks.quality.case import Case, Instance, InstanceSet
from benchmarks.quality.instances.drawn import drawn
from phancong import Problem, Travel

#: Households, members, and the seconds that our search has.
SIZES: Final = ((1_000, 30, 20.0), (3_000, 60, 20.0), (10_000, 100, 60.0))
#: How far a load may be from the fair one.
BAND: Final = 0.05


def commune(seed: int, households: int, members: int) -> Problem:
    """A commune whose members are all within ± 5 % of the fair load, and nothing else is asked."""
    posed, able = drawn(seed, households, members)
    fair = sum(h.workload for h in posed.households) / len(able)
    people = [
        replace(
            m,
            min_workload=float(math.ceil(fair * (1 - BAND))),
            max_workload=float(math.floor(fair * (1 + BAND))),
        )
        for m in able
    ]
    return Problem(people, posed.households)


def _case(seed: int, households: int, members: int, seconds: float) -> Case:
    return Case(commune(seed, households, members), (Travel(),), seconds=seconds)


def _instance(seed: int, households: int, members: int, seconds: float) -> Instance:
    size = f"{households:,} × {members}"
    return Instance(
        f"{size}, seed {seed}", size, partial(_case, seed, households, members, seconds)
    )


def _draw(seeds: int) -> Sequence[Instance]:
    return [_instance(seed, *size) for size in SIZES for seed in range(1, seeds + 1)]


SET: Final = InstanceSet(
    "weighted",
    "communes, households of weight 1 to 5, every load within ± 5 % of the fair one, least travel",
    _draw,
    lambda: [_instance(1, 120, 8, 2.0)],
)
