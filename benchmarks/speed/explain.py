"""`explain` and `recommend` beside one `solve`, and beside solving again with each other member.

Communes of unit loads from coordinates, default goals, last year's plan for four households in five.
For a few households all alternatives are explained; the rival solves the whole problem again, with
the pair fixed, for each of them. The prices are asserted to be the same before anything is timed.
`recommend` leaves all other households where they are; that each of its prices is proven is asserted.

    python benchmarks/speed/explain.py [--quick]
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import time
from collections.abc import Callable
from functools import partial

from phancong import Explanation, Household, Id, Member, Plan, Problem, explain, recommend, solve

SIZES = ((8, 66), (30, 250), (60, 1_000))


def commune(members: int, households: int, seed: int) -> Problem:
    """Members and households scattered along a valley."""
    rng = random.Random(f"explain {members} {households} {seed}")

    def place() -> tuple[float, float]:
        return 22.4 + rng.gauss(0, 0.01), 105.2 + rng.gauss(0, 0.03)

    fair = households / members
    least, most = math.floor(fair * 0.6), math.ceil(fair * 1.2)
    people = [
        Member(f"m{j:02}", place(), min_households=least, max_households=most)
        for j in range(members)
    ]
    homes = [Household(f"h{i:04}", place()) for i in range(households)]
    previous = {home.id: f"m{rng.randrange(members):02}" for home in homes if rng.random() < 0.8}
    return Problem(people, homes, previous=previous)


def again(plan: Plan, household: Id) -> dict[Id, Plan]:
    """The best plan with each other member, each solved from scratch."""
    problem = plan.problem
    return {
        member: solve(problem.replace(fixed=[(household, member)]))
        for member in problem.member_columns.ids
        if member not in plan.members_of(household)
    }


def timed(call: Callable[[], object], repeats: int) -> float:
    """The median of a few runs, in seconds."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def agree(found: Explanation, others: dict[Id, Plan]) -> None:
    """Assert that each price is what solving again gives."""
    for alternative in found.alternatives:
        assert alternative.proven
        lines = [price for price in alternative.prices if price.goal is not None]
        other = others[alternative.member]
        for price, line in zip(lines, other.goals, strict=True):
            assert not isinstance(price.after, tuple)
            assert not isinstance(line.best, tuple)
            assert math.isclose(price.after, line.best, rel_tol=1e-9, abs_tol=1e-6)


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one household a size")
    asked = 1 if parser.parse_args().quick else 5
    print(
        "| members × households | solve, ms | explain, ms | ÷ solve | ÷ solving each again "
        "| recommend, ms |"
    )
    print("|---|---|---|---|---|---|")
    for members, households in SIZES:
        problem = commune(members, households, 0)
        plan = solve(problem)
        alone = timed(partial(solve, problem), 5)
        ours, theirs, moved = [], [], []
        for household in problem.household_columns.ids[:: households // asked][:asked]:
            found, others = explain(plan, household), again(plan, household)
            assert isinstance(found, Explanation)
            agree(found, others)
            ours.append(timed(partial(explain, plan, household), 3))
            theirs.append(timed(partial(again, plan, household), 1))
            alternatives = recommend(plan, household).alternatives
            assert all(price.proven for other in alternatives for price in other.prices)
            moved.append(timed(partial(recommend, plan, household), 3))
        mine, other = statistics.median(ours), statistics.median(theirs)
        print(
            f"| {members} × {households} | {alone * 1e3:.1f} | {mine * 1e3:.1f} "
            f"| {mine / alone:.1f} | {mine / other:.2f} | {statistics.median(moved) * 1e3:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
