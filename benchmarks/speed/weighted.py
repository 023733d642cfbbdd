"""Weighted loads: `solve` in ordered stages beside one plain CP-SAT model with one weighted sum.

Hamlets of 8 × 66 and 12 × 100, households of weight 1, 1.5, 2 or 3, last year's plan by nearness,
one household in five new. The plain model has the same limits and the same goals, one variable a
pair, and weights that keep the order of the goals. Its fairness is the largest load for the default
goals; for leximax it is the sum of the squared loads, the usual stand-in: a sum that weighted each
position of the sorted loads in order would overflow the solver's 64 bits. The rival has all cores,
`solve` has its default of one thread. Where the rival is cut by the limit, the limit counts for it.

    python benchmarks/speed/weighted.py [--seeds 20] [--limit 30] [--quick]
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import time
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from phancong import (
    Continuity,
    FairLoad,
    Goal,
    Household,
    Member,
    Plan,
    Problem,
    Search,
    Status,
    Travel,
    solve,
)

SIZES = ((8, 66), (12, 100))
#: Loads are multiples of a half.
UNIT = 0.5


@dataclass(frozen=True, slots=True)
class Rival:
    """What the plain model found: loads in units, changes, travel in metres; proven or cut."""

    loads: list[int]
    changes: int
    travel: float
    proven: bool
    seconds: float


def commune(members: int, households: int, seed: int) -> Problem:
    """A hamlet along a valley."""
    rng = random.Random(f"weighted {members} {households} {seed}")

    def place() -> tuple[float, float]:
        return 22.4 + rng.gauss(0, 0.008), 105.2 + rng.gauss(0, 0.02)

    most = math.ceil(households / members) + 3
    people = [Member(f"m{j:02}", place(), max_households=most) for j in range(members)]
    homes = [
        Household(f"h{i:03}", place(), workload=rng.choice((1.0, 1.5, 2.0, 3.0)))
        for i in range(households)
    ]
    new = set(rng.sample(range(households), households // 5))
    ways = Problem(people, homes).travel_matrix
    assert ways is not None
    previous = {
        f"h{i:03}": f"m{int(ways[i].argmin()):02}" for i in range(households) if i not in new
    }
    return Problem(people, homes, previous=previous)


def plain(problem: Problem, *, squares: bool, limit: float) -> Rival:
    """One CP-SAT model with one weighted sum."""
    started = time.perf_counter()
    model = cp_model.CpModel()
    ways = problem.travel_matrix
    assert ways is not None
    metres = [[round(way) for way in row] for row in ways.tolist()]
    weights = [round(h.workload / UNIT) for h in problem.households]
    x = [[model.new_bool_var("") for _ in problem.members] for _ in problem.households]
    for row in x:
        model.add_exactly_one(row)
    loads: list[Any] = []
    for j, member in enumerate(problem.members):
        assert member.max_households is not None
        model.add(sum(row[j] for row in x) <= member.max_households)
        load = model.new_int_var(0, sum(weights), "")
        model.add(load == sum(w * row[j] for w, row in zip(weights, x, strict=True)))
        loads.append(load)
    position = {m.id: j for j, m in enumerate(problem.members)}
    index = {h.id: i for i, h in enumerate(problem.households)}
    kept = [x[index[pair[0]]][position[pair[1]]] for pair in last_year(problem)]
    changes = len(kept) - sum(kept)
    travel = sum(
        way * v
        for ways, row in zip(metres, x, strict=True)
        for way, v in zip(ways, row, strict=True)
    )
    if squares:
        squared = []
        for load in loads:
            square = model.new_int_var(0, sum(weights) ** 2, "")
            model.add_multiplication_equality(square, [load, load])
            squared.append(square)
        fairness = sum(squared)
    else:
        fairness = model.new_int_var(0, sum(weights), "")
        for load in loads:
            model.add(fairness >= load)
    longest = sum(max(row) for row in metres) + 1
    model.minimize((fairness * (len(kept) + 1) + changes) * longest + travel)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model)
    seconds = time.perf_counter() - started
    proven = status == cp_model.OPTIMAL
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Rival([], 0, 0.0, False, max(seconds, limit))
    values = sorted((solver.value(load) for load in loads), reverse=True)
    return Rival(
        values,
        solver.value(changes),
        solver.value(travel),
        proven,
        seconds if proven else max(seconds, limit),
    )


def last_year(problem: Problem) -> list[tuple[Any, Any]]:
    """The pairs of last year, each with a member who is still there."""
    return [(household, member) for household, member, _ in problem.previous]


def loads(problem: Problem, plan: Plan) -> list[int]:
    """The loads of a plan in units, the largest first."""
    weight = {h.id: round(h.workload / UNIT) for h in problem.households}
    sums = [sum(weight[h] for h in plan.households_of(m.id)) for m in problem.members]
    return sorted(sums, reverse=True)


def agree(problem: Problem, plan: Plan, rival: Rival, *, leximax: bool) -> None:
    """Assert that the answers do not contradict each other."""
    assert plan.status is Status.OPTIMAL
    if not rival.loads:
        return
    ours = loads(problem, plan)
    if leximax:
        assert ours <= rival.loads, "leximax is the least of the sorted loads"
        return
    changes, travel = plan.metrics["changes"], plan.metrics["travel_total"]
    assert changes is not None
    assert travel is not None
    # Its metres are rounded, each by half a metre at most.
    slack = 0.5 * len(problem.households)
    mine = (ours[0], changes, travel)
    if rival.proven:
        assert mine[:2] == (rival.loads[0], rival.changes)
        assert abs(travel - rival.travel) <= 2 * slack
    else:
        assert mine <= (rival.loads[0], rival.changes, rival.travel + 2 * slack)


def main() -> None:
    """Run both on each seed and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--limit", type=float, default=30.0, help="seconds for the rival")
    parser.add_argument("--quick", action="store_true", help="two seeds, ten seconds")
    chosen = parser.parse_args()
    seeds, limit = (2, 10.0) if chosen.quick else (chosen.seeds, chosen.limit)
    print(f"{seeds} seeds; the plain model has {limit:g} s and all cores")
    print("| goals | members × households | solve, median s | plain, median s | cut | ratio |")
    print("|---|---|---|---|---|---|")
    for members, households in SIZES:
        for name, aim in (("default", "minmax"), ("leximax", "leximax")):
            goals: tuple[Goal, ...] = (FairLoad("workload", aim=aim), Continuity(), Travel())
            ours, theirs, cut = [], [], 0
            for seed in range(seeds):
                problem = commune(members, households, seed)
                started = time.perf_counter()
                plan = solve(problem, goals=goals, search=Search(seconds=300))
                ours.append(time.perf_counter() - started)
                rival = plain(problem, squares=aim == "leximax", limit=limit)
                agree(problem, plan, rival, leximax=aim == "leximax")
                theirs.append(rival.seconds)
                cut += not rival.proven
            mine, other = statistics.median(ours), statistics.median(theirs)
            sign = "≥ " if cut * 2 > seeds else ""
            print(
                f"| {name} | {members} × {households} | {mine:.2f} | {sign}{other:.2f} "
                f"| {cut} of {seeds} | {sign}{other / mine:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
