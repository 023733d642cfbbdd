"""Published instances with known optima, read from the data that stands beside the project."""

import csv
import os
from pathlib import Path

import numpy as np

from phancong import Household, Member, Problem, TravelMatrix

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("PHANCONG_DATA", ROOT.parent / "shared" / "data"))


def table(path):
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def gap_problem(path):
    """A generalised assignment problem: agents are members, resource use is the workload matrix."""
    numbers = list(map(int, (DATA / "gap" / path).read_text().split()))
    agents, jobs = numbers[:2]
    size = agents * jobs
    costs, uses, capacities = np.split(np.array(numbers[2:]), [size, 2 * size])
    members = [
        Member(f"m{i:02}", max_workload=float(capacity))
        for i, capacity in enumerate(capacities[:agents].tolist())
    ]
    return Problem(
        members,
        [Household(f"h{j:03}") for j in range(jobs)],
        travel=TravelMatrix(costs.reshape(agents, jobs).T),
        workload=uses.reshape(agents, jobs).T,
    )


def cpmp_problem(name, *, floored):
    """A capacitated p-median problem whose medians are known: they are the members."""
    members, households = table(f"cpmp/{name}_members.csv"), table(f"cpmp/{name}_households.csv")

    def places(rows):
        return np.array([(float(row["x"]), float(row["y"])) for row in rows])

    gap = places(households)[:, None, :] - places(members)[None, :, :]
    travel = np.hypot(gap[..., 0], gap[..., 1])
    return Problem(
        [Member(row["id"], max_workload=float(row["capacity"])) for row in members],
        [Household(row["id"], workload=float(row["demand"])) for row in households],
        travel=TravelMatrix(np.floor(travel) if floored else travel),
    )
