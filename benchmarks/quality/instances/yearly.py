"""A commune in its second year: the fairest workload, then the fewest changes, then least travel."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import Final

from benchmarks.quality.case import Case, Instance, InstanceSet
from benchmarks.quality.instances.drawn import drawn
from phancong import Continuity, FairLoad, Problem, Travel

GOALS: Final = (FairLoad("workload"), Continuity(), Travel())


def commune(seed: int, households: int, members: int) -> Problem:
    """A commune with weights 1 to 5 and last year's plan, and no limit but coverage."""
    posed, able = drawn(seed, households, members)
    there = {m.id for m in able}
    people = [replace(m, min_workload=0.0, max_workload=math.inf) for m in able]
    return Problem(
        people,
        posed.households,
        previous=[pair for pair in posed.previous if pair[1] in there],
    )


def _case(seed: int, households: int, members: int) -> Case:
    return Case(commune(seed, households, members), GOALS)


def _instance(seed: int, households: int, members: int) -> Instance:
    size = f"{households:,} × {members}"
    return Instance(f"{size}, seed {seed}", size, partial(_case, seed, households, members))


SET: Final = InstanceSet(
    "yearly",
    "communes with weighted loads and last year's plan: fairest, then fewest changes, then travel",
    lambda seeds: [_instance(seed, 3_000, 60) for seed in range(1, seeds + 1)],
    lambda: [_instance(1, 120, 8)],
)
