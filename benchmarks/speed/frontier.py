"""How long 15 points between changes and travel take beside one `solve` of the same problem.

30 members × 250 households at random places (geodesic metres), all of one workload; last year the
households were dealt out by the list, so that nearly every family changes hands on the way to the
shortest ways. Before anything is timed, every point is compared with a model of its own: all pairs as
0-1 variables, the capacities and one row for the changes, by HiGHS with no gap.

    python benchmarks/speed/frontier.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from ortools.math_opt.python import mathopt

from phancong import (
    Continuity,
    Frontier,
    Household,
    Member,
    Plan,
    Problem,
    Travel,
    frontier,
    solve,
)

#: Rounds that are timed, after one that is not.
ROUNDS = 9
POINTS = 15
#: How many times one ``solve`` a front may take.
PROMISE = 20.0


def commune(seed: int, newcomers: int) -> Problem:
    """Members and households at random places; so many members are new this year."""
    rng = np.random.default_rng(seed)
    homes, people = (
        (22.4, 105.2) + 0.1 * rng.random((250, 2)),
        (22.4, 105.2) + 0.1 * rng.random((30, 2)),
    )
    members = [
        Member(f"m{i:02}", tuple(place), min_households=7, max_households=9)
        for i, place in enumerate(people.tolist())
    ]
    households = [Household(f"h{j:03}", tuple(place)) for j, place in enumerate(homes.tolist())]
    old = len(members) - newcomers
    by_list = {h.id: members[j * old // len(households)].id for j, h in enumerate(households)}
    return Problem(members, households, previous=by_list)


def least_travel(problem: Problem, changes: float) -> float:
    """The least travel with so many changes, by a plain integer model."""
    ways = problem.travel_matrix
    assert ways is not None
    members = {m.id: column for column, m in enumerate(problem.members)}
    last = {h: members[m] for h, m, _ in problem.previous}
    model = mathopt.Model()
    pairs = [[model.add_binary_variable() for _ in members] for _ in problem.households]
    for row in pairs:
        model.add_linear_constraint(mathopt.fast_sum(row) == 1)
    for column, member in enumerate(problem.members):
        most = member.max_households
        assert most is not None
        load = mathopt.fast_sum(row[column] for row in pairs)
        model.add_linear_constraint(lb=member.min_households, expr=load, ub=most)
    kept = mathopt.fast_sum(
        row[last[household.id]] for row, household in zip(pairs, problem.households, strict=True)
    )
    model.add_linear_constraint(kept >= len(pairs) - changes)
    model.minimize(
        mathopt.fast_sum(
            float(ways[j, i]) * pair for j, row in enumerate(pairs) for i, pair in enumerate(row)
        )
    )
    exact = mathopt.SolveParameters(relative_gap_tolerance=0.0, absolute_gap_tolerance=0.0)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=exact)
    assert result.termination.reason == mathopt.TerminationReason.OPTIMAL
    return float(result.objective_value())


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


def case(seed: int, newcomers: int) -> bool:
    """One row of the table; whether the promise is kept."""
    problem = commune(seed, newcomers)

    def front() -> Frontier:
        return frontier(problem, Continuity(), Travel(), points=POINTS)

    def one() -> Plan:
        return solve(problem, goals=(Continuity(), Travel()))

    found = front()
    assert len(found.points) == POINTS
    assert found.proven
    for point in found.points:
        least = least_travel(problem, point.x)
        assert abs(point.y - least) <= 1e-6 * least, (point.x, point.y, least)
    first, last = found.points[0].x, found.points[-1].x
    mine, theirs, ratio = paired(front, one)
    print(
        f"| {seed} | {newcomers} | {first:.0f}–{last:.0f} | {mine * 1e3:.0f} | {theirs * 1e3:.1f} | "
        f"{ratio:.1f} | {'yes' if ratio <= PROMISE else 'NO'} |"
    )
    return ratio <= PROMISE


def main() -> None:
    """Print the table; fail if the promise is broken."""
    print(
        f"| seed | new members | changes | {POINTS} points, ms | one solve, ms | ratio | within |"
    )
    print("|---|---|---|---|---|---|---|")
    kept = [case(seed, newcomers) for newcomers in (0, 3) for seed in (1, 2)]
    assert all(kept), "a promise of speed is broken"


if __name__ == "__main__":
    main()
