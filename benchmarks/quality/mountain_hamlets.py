"""Real mountain hamlets: every plan proven optimal, judged, and shown as a table.

The households are the 346 buildings of Malbun and Steg (© OpenStreetMap contributors, ODbL); 12, 25
or 40 members are placed at buildings drawn by chance, seeds 0 to 9. Travel is the straight line on
the ellipsoid. Each is planned with the default goals, where the largest load must be the mean
rounded up; and for the least travel, each load within 15 % of the mean. What is not proven, or not
as the judge finds it, ends the run. Run it as it stands::

    python benchmarks/quality/mountain_hamlets.py

The buildings are read from the folder that ``PHANCONG_DATA`` names, by default ``../shared/data``
beside the repository; without it there is nothing to measure, and the script says so.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import fmean, median

from phancong import Household, Member, Plan, Problem, Status, Travel, check, solve

DEFAULT_DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
DATA = Path(os.environ.get("PHANCONG_DATA") or DEFAULT_DATA)
BUILDINGS = DATA / "places" / "malbun_steg" / "buildings.csv"
MEMBERS = (12, 25, 40)
SEEDS = range(10)
LEAST, MOST = 0.85, 1.15
GOALS = {"default": None, "travel": (Travel(),)}


def problem(members: int, seed: int, *, banded: bool) -> Problem:
    """All buildings as households, and members at buildings drawn by chance.

    Parameters
    ----------
    members
        How many there are.
    seed
        Of the draw.
    banded
        Whether each member's load must lie within 0.85 and 1.15 of the mean.
    """
    with BUILDINGS.open(encoding="utf-8", newline="") as lines:
        spots = [
            (int(b["osm_way_id"]), float(b["lat"]), float(b["lon"])) for b in csv.DictReader(lines)
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


def planned(members: int, seed: int, goals: str) -> Plan:
    """Solve one of them, and assert that the plan is whole, proven and as the judge finds it."""
    case = problem(members, seed, banded=goals == "travel")
    plan = solve(case, goals=GOALS[goals])
    name = f"{members} members, seed {seed}, {goals}"
    assert plan.status is Status.OPTIMAL, f"{name}: {plan.status}"
    assert not plan.relaxed, f"{name}: {plan.relaxations}"
    pairs = check(case, plan.pairs, goals=[line.goal for line in plan.goals])
    assert pairs.kept, f"{name}: {pairs.violations} {pairs.relaxations}"
    for (_, value), line in zip(pairs.goals, plan.goals, strict=True):
        assert value == line.value, f"{name}: {line} is {value}"
    if goals == "default":  # no plan has a smaller largest load than the mean rounded up
        assert plan.metrics["load_max"] == math.ceil(len(case.households) / members), name
    return plan


def row(members: int, goals: str, plans: Sequence[Plan]) -> str:
    """Give one setting as a row of the table."""
    proven = sum(plan.status is Status.OPTIMAL for plan in plans)
    travel = [plan.metrics["travel_mean"] or 0.0 for plan in plans]
    least = min(plan.metrics["load_min"] or 0 for plan in plans)
    most = max(plan.metrics["load_max"] or 0 for plan in plans)
    return (
        f"| {members} | {goals} | {len(plans)} | {proven} | {median(p.seconds for p in plans):.3f} "
        f"| {fmean(travel):.1f} ({min(travel):.1f}–{max(travel):.1f}) | {least:.0f}–{most:.0f} |"
    )


def main() -> None:
    """Print the table."""
    if not BUILDINGS.is_file():
        print(
            "skipped: no places/malbun_steg/buildings.csv; let PHANCONG_DATA name the data folder"
        )
        return
    print("| members | goals | seeds | proven | median s | travel mean m (seeds) | load min–max |")
    print("|--:|---|--:|--:|--:|--:|--:|")
    for goals in GOALS:
        for members in MEMBERS:
            print(row(members, goals, [planned(members, seed, goals) for seed in SEEDS]))


if __name__ == "__main__":
    main()
