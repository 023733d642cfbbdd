"""Capacitated p-median problems whose medians are given: they are the members.

Lorena and Senne (2004), doi:10.1016/S0305-0548(03)00039-X (SJC, a real city), and the OR-Library's
``pmedcap``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from benchmarks.quality.case import Case, Instance, InstanceSet
from benchmarks.quality.data import missing, rows
from phancong import Household, Member, Problem, Travel, TravelMatrix
from phancong.problem import FloatArray

#: Optima are published to three decimals.
ROUNDING: Final = 5e-4
#: What ``--quick`` takes.
SMALL: Final = ("SJC1", "cpmp01")


def problem(name: str, *, floored: bool) -> Problem:
    """Weighted demand, a capacity each, Euclidean travel, *floored* where the published optimum is."""
    members = rows("cpmp", f"{name}_members.csv")
    households = rows("cpmp", f"{name}_households.csv")
    gap = _places(households)[:, None, :] - _places(members)[None, :, :]
    travel = np.hypot(gap[..., 0], gap[..., 1])
    return Problem(
        [Member(row["id"], max_workload=float(row["capacity"])) for row in members],
        [Household(row["id"], workload=float(row["demand"])) for row in households],
        travel=TravelMatrix(np.floor(travel) if floored else travel),
    )


def _places(table: list[dict[str, str]]) -> FloatArray:
    return np.array([(float(row["x"]), float(row["y"])) for row in table])


def _case(name: str, *, floored: bool, optimum: float) -> Case:
    return Case(problem(name, floored=floored), (Travel(),), published=optimum - ROUNDING)


def _instance(row: dict[str, str]) -> Instance:
    name, floored = row["instance"], row["euclidean_distance"] == "floored"
    group = "pmedcap" if floored else "SJC"
    return Instance(
        name, group, partial(_case, name, floored=floored, optimum=float(row["optimum"]))
    )


def _draw(_seeds: int) -> Sequence[Instance]:
    return [_instance(row) for row in rows("cpmp", "reference.csv")]


SET: Final = InstanceSet(
    "cpmp",
    "capacitated p-median with its medians given, published: SJC and pmedcap",
    _draw,
    lambda: [_instance(row) for row in rows("cpmp", "reference.csv") if row["instance"] in SMALL],
    lambda: missing("cpmp", "reference.csv"),
)
