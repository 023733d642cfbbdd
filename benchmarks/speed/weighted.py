"""Weighted loads: `solve` in ordered stages beside plain CP-SAT models with one weighted sum.

Hamlets of 8 × 66 and 12 × 100, households of weight 1, 1.5, 2 or 3, last year's plan by nearness,
one household in five new. Each rival is one model with the same limits and goals, one variable a
pair, and weights that keep the order of the goals; travel is rounded to metres, which `solve` does
not do. They differ in how the loads are counted and what stands for fairness:

``plain``
    Loads in hundredths, as a list with two decimals has them. Fairness is the largest load; for
    leximax it is the sum of the squared loads, the usual stand-in, which need not be leximax.
``halves``
    The same, but whoever wrote it saw that all loads are multiples of a half.
``levels``
    Leximax itself: members at or above each level near the mean are counted, a higher level outweighs
    all lower ones. Whoever wrote it saw the halves, and knew that all loads end within six halves of
    the mean: over all levels the weights would overflow 64 bits.

The rivals have all cores, `solve` has its default of one thread. Where one is cut by the limit, the
limit counts for it.

    python benchmarks/speed/weighted.py [--seeds 20] [--limit 10] [--quick]
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import time
from collections.abc import Callable
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
#: Levels on each side of the mean that ``levels`` counts.
WINDOW = 3


@dataclass(frozen=True, slots=True)
class Rival:
    """What a plain model found: loads, the largest first, changes, metres; proven or cut."""

    loads: list[float]
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


def plain(problem: Problem, fairness: str, units: int, limit: float) -> Rival:
    """One CP-SAT model with one weighted sum; a workload of 1 is so many *units*."""
    started = time.perf_counter()
    model = cp_model.CpModel()
    ways = problem.travel_matrix
    assert ways is not None
    metres = [[round(way) for way in row] for row in ways.tolist()]
    weights = [round(h.workload * units) for h in problem.households]
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
    longest = sum(max(row) for row in metres) + 1
    fair = FAIRNESS[fairness](model, loads, sum(weights))
    model.minimize((fair * (len(kept) + 1) + changes) * longest + travel)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model)
    seconds = time.perf_counter() - started
    proven = status == cp_model.OPTIMAL
    if not proven:
        seconds = max(seconds, limit)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Rival([], 0, 0.0, False, seconds)
    values = sorted((solver.value(load) / units for load in loads), reverse=True)
    return Rival(values, solver.value(changes), solver.value(travel), proven, seconds)


def _largest(model: cp_model.CpModel, loads: list[Any], total: int) -> Any:
    largest = model.new_int_var(0, total, "")
    model.add_max_equality(largest, loads)
    return largest


def _squares(model: cp_model.CpModel, loads: list[Any], total: int) -> Any:
    squares = []
    for load in loads:
        squares.append(model.new_int_var(0, total**2, ""))
        model.add_multiplication_equality(squares[-1], [load, load])
    return sum(squares)


def _levels(model: cp_model.CpModel, loads: list[Any], total: int) -> Any:
    mean = total // len(loads)
    lowest, highest = mean - WINDOW, mean + 1 + WINDOW
    terms = []
    for load in loads:
        model.add(load <= highest)
        for level in range(lowest, highest + 1):
            reached = model.new_bool_var("")
            model.add(load >= level).only_enforce_if(reached)
            model.add(load < level).only_enforce_if(~reached)
            terms.append((len(loads) + 1) ** (level - lowest) * reached)
    return sum(terms)


FAIRNESS: dict[str, Callable[[cp_model.CpModel, list[Any], int], Any]] = {
    "largest": _largest,
    "squares": _squares,
    "levels": _levels,
}
#: For each aim the rivals: name, what stands for fairness, units of a workload of 1.
RIVALS = {
    "minmax": (("plain", "largest", 100), ("halves", "largest", 2)),
    "leximax": (("plain", "squares", 100), ("halves", "squares", 2), ("levels", "levels", 2)),
}


def last_year(problem: Problem) -> list[tuple[Any, Any]]:
    """The pairs of last year, each with a member who is still there."""
    return [(household, member) for household, member, _ in problem.previous]


def loads(problem: Problem, plan: Plan) -> list[float]:
    """The loads of a plan, the largest first."""
    weight = {h.id: h.workload for h in problem.households}
    sums = [sum(weight[h] for h in plan.households_of(m.id)) for m in problem.members]
    return sorted(sums, reverse=True)


def agree(problem: Problem, plan: Plan, rival: Rival, fairness: str) -> None:
    """Assert that the answers do not contradict each other."""
    assert plan.status is Status.OPTIMAL
    if not rival.loads:
        return
    ours, theirs = loads(problem, plan), rival.loads
    if fairness == "squares":  # another goal, so that only the order of loads can be compared
        assert ours <= theirs, "leximax is the least of the sorted loads"
        return
    if fairness == "largest":
        ours, theirs = ours[:1], theirs[:1]
    changes, travel = plan.metrics["changes"], plan.metrics["travel_total"]
    assert changes is not None
    assert travel is not None
    # Its metres are rounded, each by half a metre at most.
    slack = 0.5 * len(problem.households)
    if rival.proven:
        assert (ours, changes) == (theirs, rival.changes)
        assert abs(travel - rival.travel) <= 2 * slack
    else:
        assert (ours, changes, travel) <= (theirs, rival.changes, rival.travel + 2 * slack)


def main() -> None:
    """Run all on each seed and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--limit", type=float, default=10.0, help="seconds for each rival")
    parser.add_argument("--quick", action="store_true", help="two seeds, two seconds")
    chosen = parser.parse_args()
    seeds, limit = (2, 2.0) if chosen.quick else (chosen.seeds, chosen.limit)
    print(f"{seeds} seeds; each rival has {limit:g} s and all cores; medians in seconds")
    print("| fairness | members × households | solve | rival | its time | cut | ratio |")
    print("|---|---|---|---|---|---|---|")
    for members, households in SIZES:
        for aim, rivals in RIVALS.items():
            goals: tuple[Goal, ...] = (FairLoad("workload", aim=aim), Continuity(), Travel())
            ours: list[float] = []
            found: dict[str, list[Rival]] = {name: [] for name, _, _ in rivals}
            for seed in range(seeds):
                problem = commune(members, households, seed)
                started = time.perf_counter()
                plan = solve(problem, goals=goals, search=Search(seconds=300))
                ours.append(time.perf_counter() - started)
                for name, fairness, units in rivals:
                    rival = plain(problem, fairness, units, limit)
                    agree(problem, plan, rival, fairness)
                    found[name].append(rival)
            mine = statistics.median(ours)
            for name, runs in found.items():
                other = statistics.median(run.seconds for run in runs)
                cut = sum(not run.proven for run in runs)
                sign = "≥ " if other >= limit else ""
                print(
                    f"| {aim} | {members} × {households} | {mine:.2f} | {name} | {sign}{other:.2f} "
                    f"| {cut} of {seeds} | {sign}{other / mine:.1f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
