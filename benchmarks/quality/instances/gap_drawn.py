"""Generalised assignment problems drawn anew, as the published ones were: types C, D and E.

Types C and D of Chu and Beasley (1997), doi:10.1016/S0305-0548(96)00032-9; type E of Laguna, Kelly,
González-Velarde and Glover (1995), doi:10.1016/0377-2217(93)E0174-V, as Yagiura, Ibaraki and Glover
(2004), doi:10.1287/ijoc.1030.0036, state it:

- C: uses are whole numbers from 5 to 25, costs from 10 to 50.
- D: uses are from 1 to 100, costs are 111 less the use, and from -10 to 10 more.
- E: uses are 1 - 10 ln U, costs are 1000 ÷ use less 10 U, U between 0 and 1 drawn each time. A use above
  100, of which there are five in 100,000, is drawn again: its cost could be negative. The published ones
  have none above 91.

Each agent's capacity is 0.8 of what the jobs use there, divided by the number of agents.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from benchmarks.quality.case import Case, Instance, InstanceSet
from phancong import Household, Member, Problem, Travel, TravelMatrix
from phancong.problem import FloatArray, IntArray

TYPES: Final = ("C", "D", "E")
#: Agents and jobs.
SIZES: Final = ((20, 200), (30, 400), (40, 400), (60, 900))
#: The part of the jobs' uses that all capacities have room for.
TIGHT: Final = 0.8
#: Uses of type E are no larger, so that no cost is negative.
LARGEST_USE: Final = 100.0


def drawn(kind: str, agents: int, jobs: int, seed: int) -> Problem:
    """An instance: agents are members, jobs are households, uses are the workload matrix."""
    random = np.random.default_rng([seed, TYPES.index(kind), agents, jobs])
    uses, costs = _tables(kind, (jobs, agents), random)
    capacities = np.floor(TIGHT * uses.sum(axis=0) / agents)
    return Problem(
        [Member(f"m{i:03}", max_workload=most) for i, most in enumerate(capacities.tolist())],
        [Household(f"h{j:04}") for j in range(jobs)],
        travel=TravelMatrix(costs),
        workload=uses,
    )


def _tables(
    kind: str, shape: tuple[int, int], random: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Uses and costs, jobs × agents."""
    if kind == "C":
        return random.integers(5, 26, shape), random.integers(10, 51, shape)
    if kind == "D":
        uses = random.integers(1, 101, shape)
        return uses, 111 - uses + random.integers(-10, 11, shape)
    real = _exponential(random, shape)
    while (large := real > LARGEST_USE).any():
        real[large] = _exponential(random, int(large.sum()))
    costs = 1000.0 / real - 10.0 * random.random(shape)
    return np.rint(real).astype(np.int64), np.rint(costs).astype(np.int64)


def _exponential(random: np.random.Generator, shape: tuple[int, int] | int) -> FloatArray:
    """1 - 10 ln U; 1 - U is never 0."""
    return 1.0 - 10.0 * np.log(1.0 - random.random(shape))


def _case(kind: str, agents: int, jobs: int, seed: int) -> Case:
    return Case(drawn(kind, agents, jobs, seed), (Travel(),))


def _instance(kind: str, agents: int, jobs: int, seed: int) -> Instance:
    name = f"{kind.lower()}{agents}x{jobs} seed {seed}"
    return Instance(name, f"type {kind}", partial(_case, kind, agents, jobs, seed))


def _draw(seeds: int) -> Sequence[Instance]:
    return [
        _instance(kind, *size, seed)
        for kind in TYPES
        for size in SIZES
        for seed in range(1, seeds + 1)
    ]


SET: Final = InstanceSet(
    "gap_drawn",
    "generalised assignment, drawn anew: types C, D and E, 20 × 200 to 60 × 900",
    _draw,
    lambda: [_instance("C", 5, 40, 1)],
)
