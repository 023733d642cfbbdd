"""How much worse the plan by straight line is than the plan by path, in minutes walked.

The households are the buildings of three real places (© OpenStreetMap contributors, ODbL; elevation
of Andorra SRTM), members live at buildings drawn by chance, seeds 0 to 9. Each place is planned
twice for the least travel, each load within 15 % of the mean: once by the straight line, once by the
minutes on foot along the paths (Tobler's hiking function; flat where there are no elevations). Both
plans are proven optimal for what they know; then both are walked, that is, judged by the minutes.
Run it as it stands::

    python benchmarks/quality/straight_vs_walked.py

The data are read from the folder that ``PHANCONG_DATA`` names, by default ``../shared/data`` beside
the repository; without it there is nothing to measure, and the script says so.
"""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path
from random import Random
from statistics import fmean

from phancong import (
    Household,
    Member,
    PathNetwork,
    Problem,
    Status,
    Travel,
    Walking,
    read_paths,
    solve,
)
from phancong.assignment import Assignment
from phancong.metrics import metrics

DEFAULT_DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
PLACES = Path(os.environ.get("PHANCONG_DATA") or DEFAULT_DATA) / "places"
MEMBERS = {"planken": (8, 16), "malbun_steg": (12, 25, 40), "andorra": (12, 25, 40)}
SEEDS = range(10)
LEAST, MOST = 0.85, 1.15
#: Some buildings lie a mile from the nearest path that was mapped.
SNAP = 2000.0


def network(place: str) -> PathNetwork:
    """Minutes on foot; the hamlets of Liechtenstein come without elevations."""
    law = Walking() if place == "andorra" else Walking(elevation=None)
    return PathNetwork(read_paths(PLACES / place), law, snap=SNAP)


def problem(place: str, members: int, seed: int) -> Problem:
    """All buildings as households, and members at buildings drawn by chance; straight lines."""
    with (PLACES / place / "buildings.csv").open(encoding="utf-8", newline="") as lines:
        spots = [
            (int(b["osm_way_id"]), (float(b["lat"]), float(b["lon"])))
            for b in csv.DictReader(lines)
        ]
    mean = len(spots) / members
    least, most = math.floor(LEAST * mean), math.ceil(MOST * mean)
    return Problem(
        [
            Member(f"m{i:02}", at, min_households=least, max_households=most)
            for i, (_, at) in enumerate(Random(seed).sample(spots, members))
        ],
        [Household(way, at) for way, at in spots],
    )


def compared(place: str, travel: PathNetwork, members: int, seed: int) -> dict[str, float]:
    """Both plans, walked: minutes of all single ways, of the farthest, and who changes hands."""
    straight = problem(place, members, seed)
    walked = straight.replace(travel=travel)
    plans = [solve(case, goals=[Travel()]) for case in (straight, walked)]
    for plan in plans:
        assert plan.status is Status.OPTIMAL, f"{place}, {members} members, seed {seed}"
        assert not plan.relaxed, f"{place}, {members} members, seed {seed}"
    by_line, by_path = (metrics(Assignment.of(walked, plan.pairs)) for plan in plans)
    line, path = by_line["travel_total"] or 0.0, by_path["travel_total"] or 0.0
    assert line >= path * (1 - 1e-9), f"{place}, seed {seed}: not the least"
    others = sum(plans[0].member_of(h.id) != plans[1].member_of(h.id) for h in walked.households)
    return {
        "line": line,
        "path": path,
        "farthest line": by_line["travel_max"] or 0.0,
        "farthest path": by_path["travel_max"] or 0.0,
        "others": others / len(walked.households),
    }


def row(place: str, travel: PathNetwork, members: int) -> str:
    """Give one setting as a row of the table."""
    found = [compared(place, travel, members, seed) for seed in SEEDS]
    worse = [100 * (one["line"] / one["path"] - 1) for one in found]
    line, path, far_line, far_path, others = (
        fmean(one[name] for one in found)
        for name in ("line", "path", "farthest line", "farthest path", "others")
    )
    return (
        f"| {place} | {members} | {path:,.0f} | {line:,.0f} | {fmean(worse):.1f} % "
        f"({min(worse):.1f}–{max(worse):.1f}) | {far_path:.0f} → {far_line:.0f} | "
        f"{100 * others:.0f} % |"
    )


def main() -> None:
    """Print the table."""
    if not PLACES.is_dir():
        print("skipped: no places; let PHANCONG_DATA name the data folder")
        return
    print(
        "| place | members | minutes, by path | by straight line | worse (seeds) "
        "| farthest, path → line | households with another member |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|")
    for place, counts in MEMBERS.items():
        travel = network(place)
        for members in counts:
            print(row(place, travel, members))


if __name__ == "__main__":
    main()
