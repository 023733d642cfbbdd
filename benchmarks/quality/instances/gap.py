"""Generalised assignment problems, published with their optima or bounds.

Agents are members, jobs are households, resource use is the workload matrix. Types A to D of Chu and
Beasley (1997), doi:10.1016/S0305-0548(96)00032-9; ``gap1`` to ``gap12`` of Cattrysse, Salomon and Van
Wassenhove (1994), doi:10.1016/0377-2217(94)90338-7; C to E of Yagiura, Ibaraki and Glover (2004),
doi:10.1287/ijoc.1030.0036.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from benchmarks.quality.case import Case, Instance, InstanceSet
from benchmarks.quality.data import data, missing, rows
from phancong import Household, Member, Problem, Travel, TravelMatrix

#: What ``--quick`` takes.
SMALL: Final = ("cattrysse1994/gap1-0",)


def problem(file: str) -> Problem:
    """The instance in a *file* of the folder ``gap``: costs are travel, capacities are maxima."""
    numbers = list(map(int, data("gap", file).read_text().split()))
    agents, jobs = numbers[:2]
    size = agents * jobs
    costs, uses, capacities = np.split(np.array(numbers[2:]), [size, 2 * size])
    return Problem(
        [
            Member(f"m{i:02}", max_workload=float(capacity))
            for i, capacity in enumerate(capacities[:agents].tolist())
        ],
        [Household(f"h{j:03}") for j in range(jobs)],
        travel=TravelMatrix(costs.reshape(agents, jobs).T),
        workload=uses.reshape(agents, jobs).T,
    )


def _case(file: str, published: float) -> Case:
    return Case(problem(file), (Travel(),), published=published)


def _instance(row: dict[str, str]) -> Instance:
    folder, name = row["file"].split("/")
    group = "Cattrysse" if folder.startswith("cattrysse") else f"type {name[0].upper()}"
    published = float(row["optimum"] or row["lower_bound"])
    return Instance(name, group, partial(_case, row["file"], published))


def _draw(_seeds: int) -> Sequence[Instance]:
    return [_instance(row) for row in rows("gap", "reference.csv")]


SET: Final = InstanceSet(
    "gap",
    "generalised assignment, published: Cattrysse et al., Chu and Beasley, Yagiura et al.",
    _draw,
    lambda: [_instance(row) for row in rows("gap", "reference.csv") if row["file"] in SMALL],
    lambda: missing("gap", "reference.csv"),
)
