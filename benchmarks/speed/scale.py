"""A province from coordinates: `solve` over all pairs beside one bare flow over all pairs.

Households and members in clusters, between 90 and 110 % of the fair share for each member, least
travel. `solve` prices the pairs instead of listing them; the rival gives every pair to OR-Tools'
minimum-cost flow. Each runs in a process of its own, so that the peak of its memory is its own, and
the totals are asserted to be equal. With `--default`, the default goals with last year's plan are
solved, too (no rival).

    python benchmarks/speed/scale.py [--quick] [--default]
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from phancong import Problem, Search, Status, Travel, solve
from phancong.engines.common.scaling import scaled

SIZES = ((60, 3_000), (100, 10_000), (300, 50_000))
QUICK = ((60, 3_000),)
#: What a bit of the rival's costs may hide: the same as in `solve`.
BITS = 40


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run gave: the total in metres, seconds by stage, the peak of memory in GiB."""

    total: float
    building: float
    travelling: float
    solving: float
    peak: float


def province(members: int, households: int, *, previous: bool = False) -> Problem:
    """Clusters of some sixty households, members in them by chance."""
    rng = np.random.default_rng(households)
    centres = rng.uniform((21.5, 104.5), (22.5, 105.5), (max(households // 60, 1), 2))

    def table(prefix: str, count: int) -> dict[str, list[object]]:
        places = centres[rng.integers(len(centres), size=count)]
        places = places + rng.normal(0, 0.01, (count, 2))
        return {
            "id": [f"{prefix}{number:06}" for number in range(count)],
            "lat": places[:, 0].tolist(),
            "lon": places[:, 1].tolist(),
        }

    import pandas as pd

    fair = households / members
    people = pd.DataFrame(table("m", members))
    people["min_households"] = math.floor(fair * 0.9)
    people["max_households"] = math.ceil(fair * 1.1)
    homes = pd.DataFrame(table("h", households))
    last = None
    if previous:
        served = rng.integers(members, size=households)
        last = {h: people["id"][int(m)] for h, m in zip(homes["id"], served, strict=True)}
    return Problem(people, homes, previous=last)


def ours(members: int, households: int, *, default: bool = False) -> Ran:
    """The whole way, from tables to a judged plan."""
    started = time.perf_counter()
    problem = province(members, households, previous=default)
    built = time.perf_counter()
    assert problem.travel_matrix is not None
    known = time.perf_counter()
    goals = None if default else (Travel(),)
    plan = solve(problem, goals=goals, search=Search(seconds=math.inf))
    ended = time.perf_counter()
    assert plan.status is Status.OPTIMAL
    total = plan.metrics["travel_total"]
    assert total is not None
    return Ran(total, built - started, known - built, ended - known, _peak())


def dense(members: int, households: int) -> Ran:
    """The bare flow over every pair, with the same limits."""
    started = time.perf_counter()
    problem = province(members, households)
    built = time.perf_counter()
    ways = problem.travel_matrix
    assert ways is not None
    known = time.perf_counter()
    whole = scaled(ways, bits=BITS)
    costs = whole.costs[0].ravel()
    flow = SimpleMinCostFlow()
    sink = households + members
    rows = np.repeat(np.arange(households, dtype=np.int32), members)
    columns = np.tile(np.arange(households, sink, dtype=np.int32), households)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        rows, columns, np.ones(len(rows), dtype=np.int64), costs
    )
    low, high = problem.member_columns.min_households, problem.member_columns.max_households
    # What a minimum asks for leaves as supply; the rest goes to the sink.
    flow.add_arcs_with_capacity_and_unit_cost(
        np.arange(households, sink, dtype=np.int32),
        np.full(members, sink, dtype=np.int32),
        high - low,
        np.zeros(members, dtype=np.int64),
    )
    supply = np.ones(sink + 1, dtype=np.int64)
    supply[households:sink] = -low
    supply[sink] = int(low.sum()) - households
    flow.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    assert flow.solve() == SimpleMinCostFlow.OPTIMAL
    used = flow.flows(arcs) > 0
    ended = time.perf_counter()
    total = float(ways.ravel()[used].sum())
    return Ran(total, built - started, known - built, ended - known, _peak())


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _child(pipe: Connection, run: Callable[..., Ran], size: tuple[int, int], default: bool) -> None:
    pipe.send(run(*size, **({"default": True} if default else {})))


def apart(run: Callable[..., Ran], size: tuple[int, int], *, default: bool = False) -> Ran:
    """Run in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_child, args=(there, run, size, default))
    process.start()
    found: Ran = here.recv()
    process.join()
    return found


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="the smallest size")
    parser.add_argument("--default", action="store_true", help="the default goals, too")
    chosen = parser.parse_args()
    print(
        "| members × households | goals | build | travel | solve, s | GiB | all pairs, s | GiB | ÷ |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for size in QUICK if chosen.quick else SIZES:
        mine, other = apart(ours, size), apart(dense, size)
        assert math.isclose(mine.total, other.total, rel_tol=1e-9)
        print(
            f"| {size[0]} × {size[1]:,} | travel | {mine.building:.1f} | {mine.travelling:.1f} "
            f"| {mine.solving:.1f} | {mine.peak:.2f} | {other.solving:.1f} | {other.peak:.2f} "
            f"| {mine.solving / other.solving:.2f} |",
            flush=True,
        )
        if chosen.default:
            mine = apart(ours, size, default=True)
            print(
                f"| {size[0]} × {size[1]:,} | default | {mine.building:.1f} "
                f"| {mine.travelling:.1f} | {mine.solving:.1f} | {mine.peak:.2f} | | | |",
                flush=True,
            )


if __name__ == "__main__":
    main()
