"""How long a whole `solve` takes beside the bare flow solver on the same numbers.

The rival is what nobody can do without: OR-Tools' ``SimpleMinCostFlow`` fed in bulk, solved and read
out, with the integer costs already there and no proof, no judge and no figures. Both are timed in
turn in one process; their answers are compared before anything is timed.

    python benchmarks/speed/solve.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from phancong import Goal, Household, Member, Plan, Problem, Status, Travel, TravelMatrix, solve

#: Rounds that are timed, after one that is not.
ROUNDS = 7


def distances(households: int, members: int, *, clustered: bool, seed: int) -> NDArray[np.float64]:
    """Whole metres between random places, or between places in a few valleys."""
    rng = np.random.default_rng(seed)
    if clustered:
        centres = rng.random((max(3, members // 5), 2)) * 10_000
        size = rng.lognormal(0, 0.7, len(centres))
        homes = centres[rng.choice(len(centres), households, p=size / size.sum())]
        homes = homes + rng.normal(0, 250, homes.shape)
        people = centres[rng.choice(len(centres), members)] + rng.normal(0, 250, (members, 2))
    else:
        homes, people = rng.random((households, 2)) * 10_000, rng.random((members, 2)) * 10_000
    gap = homes[:, None, :] - people[None, :, :]
    return np.asarray(np.rint(np.hypot(gap[..., 0], gap[..., 1])))


def bare_flow(cost: NDArray[np.int64], low: int, high: int) -> int:
    """Bulk arcs, solve, read-out: the total of the assignment."""
    households, members = cost.shape
    solver = SimpleMinCostFlow()
    homes = np.repeat(np.arange(households, dtype=np.int32), members)
    people = np.tile(np.arange(households, households + members, dtype=np.int32), households)
    one = np.ones(households * members, dtype=np.int64)
    arcs = solver.add_arcs_with_capacity_and_unit_cost(homes, people, one, cost.ravel())
    sink = households + members
    solver.add_arcs_with_capacity_and_unit_cost(
        np.arange(households, sink, dtype=np.int32),
        np.full(members, sink, dtype=np.int32),
        np.full(members, high - low, dtype=np.int64),
        np.zeros(members, dtype=np.int64),
    )
    supply = np.r_[np.ones(households), np.full(members, -low), low * members - households]
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply.astype(np.int64))
    assert solver.solve() == SimpleMinCostFlow.OPTIMAL
    chosen = solver.flows(arcs) > 0
    return int(cost.ravel()[chosen].sum())


def paired(ours: Callable[[], object], rival: Callable[[], object]) -> tuple[float, float, float]:
    """Median CPU seconds of both, timed in turn, and the median of their ratios."""
    seconds: list[tuple[float, float]] = []
    for _ in range(ROUNDS + 1):
        times = []
        for call in (ours, rival):
            start = time.process_time()
            call()
            times.append(time.process_time() - start)
        seconds.append((times[0], times[1]))
    mine, theirs = zip(*seconds[1:], strict=True)
    ratio = statistics.median(a / b for a, b in seconds[1:])
    return statistics.median(mine), statistics.median(theirs), ratio


def case(
    name: str, households: int, members: int, goals: tuple[Goal, ...] | None, *, clustered: bool
) -> bool:
    """One row of the table; whether it is within 1.3 × + 10 ms."""
    ways = distances(households, members, clustered=clustered, seed=1)
    mean = households / members
    low, high = int(0.85 * mean), int(np.ceil(1.15 * mean))
    problem = Problem(
        [Member(f"m{i:03}", min_households=low, max_households=high) for i in range(members)],
        [Household(f"h{i:05}") for i in range(households)],
        travel=TravelMatrix(ways, unit="m"),
    )
    cost = ways.astype(np.int64)
    fair = int(np.ceil(mean)) if goals is None else high  # default goals: the fairest load first

    def ours() -> Plan:
        plan = solve(problem.replace(), goals=goals)  # a problem that has computed nothing yet
        assert plan.metrics["coverage"] == 1
        return plan

    plan = ours()
    assert plan.status is Status.OPTIMAL
    assert plan.metrics["travel_total"] == bare_flow(cost, low, fair), "the answers differ"
    mine, theirs, ratio = paired(ours, lambda: bare_flow(cost, low, fair))
    within = mine <= 1.3 * theirs + 0.010
    places = "clustered" if clustered else "uniform"
    print(
        f"| {name} | {members} × {households:,} | {places} | {mine * 1e3:.1f} | "
        f"{theirs * 1e3:.1f} | {ratio:.2f} | {'yes' if within else 'NO'} |"
    )
    return within


def main() -> None:
    """Print the table; fail if a promise is broken."""
    print("| goals | members × households | places | solve, ms | bare flow, ms | ratio | within |")
    print("|---|---|---|---|---|---|---|")
    travel = (Travel(),)
    kept = [
        case("default", 66, 8, None, clustered=False),
        *(
            case("travel", households, members, travel, clustered=clustered)
            for households, members in ((3_000, 60), (10_000, 100))
            for clustered in (False, True)
        ),
    ]
    # No promise here: three stages against one flow.
    case("default", 3_000, 60, None, clustered=True)
    case("default", 10_000, 100, None, clustered=False)
    assert all(kept), "a promise of speed is broken"


if __name__ == "__main__":
    main()
