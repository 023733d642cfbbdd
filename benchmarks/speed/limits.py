"""Limits of time asked and taken, by call, engine and size, and how long progress is silent.

Communes are drawn as a place would be: members and households anywhere in a square of 20 km. With one
household in ten short of a place where a question asks why. Every plan is judged, and every shortfall
compared with counting, before a time is looked at. What takes more than 10 % and a second above its limit
is marked, and the process then ends with 1; so is progress that was silent for more than half a second,
which a flow may be: it holds the interpreter.

The first call of a process loads the solvers, which is not charged to it: one small call of each engine
comes first.

    python benchmarks/speed/limits.py [--quick] [--seconds 5] [--largest 400000] [--town]
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from phancong import (
    Continuity,
    FairLoad,
    Household,
    Member,
    NoPlanFoundError,
    Plan,
    Problem,
    Search,
    Travel,
    check,
    compare,
    diagnose,
    explain,
    frontier,
    solve,
)

#: Households and members.
SIZES = ((10, 10), (100, 10), (400, 30), (1_000, 60), (3_000, 150), (10_000, 300))
#: A town of 30 million pairs, with its limit.
TOWN = (18_095, 1_704, 60.0)
ENGINES = ("flow", "cp_sat", "mip", "lns", "auto")


@dataclass(frozen=True, slots=True)
class Row:
    """One call."""

    call: str
    size: str
    asked: float
    taken: float
    silent: float
    said: str

    @property
    def late(self) -> bool:
        """Whether it took more than it may."""
        return self.taken > 1.1 * self.asked + 1.0


class Ear:
    """Hears progress, and how long there was none."""

    def __init__(self) -> None:
        self.last = time.perf_counter()
        self.silent = 0.0

    def __call__(self, _: object) -> None:
        """Progress, or the end."""
        now = time.perf_counter()
        self.silent, self.last = max(self.silent, now - self.last), now


def drawn(households: int, members: int, *, weighted: bool, short: bool = False) -> Problem:
    """A commune; one household in ten is without a place if it is to be *short*."""
    rng = np.random.default_rng(households + members)
    places = rng.uniform((22.3, 105.1), (22.5, 105.3), (households + members, 2)).tolist()
    weights = rng.integers(1, 6, households) if weighted else np.ones(households, dtype=np.int64)
    room = math.ceil((0.9 if short else 1.05) * households / members)
    heavy = math.ceil(1.05 * float(weights.sum()) / members) + 5 if weighted else None
    return Problem(
        [
            Member(m, place, max_households=None if weighted else room, max_workload=heavy)
            for m, place in enumerate(places[:members])
        ],
        [
            Household(members + h, place, workload=float(weight))
            for h, (place, weight) in enumerate(zip(places[members:], weights, strict=True))
        ],
    )


def judged(plan: Plan) -> str:
    """What is said of a plan, once the judge has seen it."""
    assert check(plan.problem, plan).valid
    return f"{plan.status.value}, {plan.stopped or 'to the end'}"


def solved(households: int, members: int, engine: str, seconds: float) -> Row:
    """`solve`."""
    problem = drawn(households, members, weighted=engine != "flow")

    def call(ear: Ear) -> str:
        search = Search(seconds=seconds)
        return judged(solve(problem, search=search, engine=engine, progress=ear))

    return timed(f"solve {engine}", problem, seconds, call)


def diagnosed(households: int, members: int, seconds: float) -> Row:
    """`diagnose` of too few places."""
    problem = drawn(households, members, weighted=False, short=True)
    places = sum(member.max_households or 0 for member in problem.members)

    def call(_: Ear) -> str:
        found = diagnose(problem, search=Search(seconds=seconds))
        assert found.shortfall == max(households - places, 0) or places >= households
        return f"{found.shortfall} short, {len(found.repairs)} repairs"

    return timed("diagnose", problem, seconds, call)


def others(households: int, members: int, seconds: float) -> Iterator[Row]:
    """The other calls, on weighted loads."""
    problem = drawn(households, members, weighted=True)
    search = Search(seconds=seconds)
    plan = solve(problem, search=Search(seconds=seconds / 2))

    def explained(_: Ear) -> str:
        found = explain(plan, problem.households[0].id, search=search)
        return f"{len(getattr(found, 'alternatives', ()))} tried"

    def front(ear: Ear) -> str:
        found = frontier(
            problem, Continuity(), Travel(), goals=[FairLoad()], search=search, progress=ear
        )
        for point in found.points:
            judged(point.plan)
        return f"{len(found.points)} points"

    def compared(_: Ear) -> str:
        rows = compare(problem, search=search).rows
        return f"{sum(row.plan is not None for row in rows)} plans"

    for name, call in (("explain", explained), ("frontier", front), ("compare", compared)):
        yield timed(name, problem, seconds, call)


def timed(name: str, problem: Problem, seconds: float, call: Callable[[Ear], str]) -> Row:
    """One call, and what it says."""
    ear, began = Ear(), time.perf_counter()
    try:
        said = call(ear)
    except NoPlanFoundError:
        said = "no plan in time"
    taken = time.perf_counter() - began
    heard = ear.last > began
    ear(None)
    size = f"{len(problem.household_columns):,} × {len(problem.member_columns):,}"
    return Row(name, size, seconds, taken, ear.silent if heard else math.nan, said)


def rows(asked: argparse.Namespace) -> Iterator[Row]:
    """All calls that were asked for."""
    for engine in ENGINES:  # the solvers are loaded
        solved(10, 3, engine, 1.0)
    for households, members in SIZES[: 2 if asked.quick else None]:
        if households * members > asked.largest:
            continue
        for engine in ENGINES:
            yield solved(households, members, engine, asked.seconds)
        yield diagnosed(households, members, asked.seconds)
        yield from others(households, members, asked.seconds)
    if asked.town:
        households, members, seconds = TOWN
        yield solved(households, members, "flow", seconds)
        yield diagnosed(households, members, seconds)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="the two smallest sizes, a second each"
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="the limit of each call")
    parser.add_argument("--largest", type=int, default=400_000, help="the most pairs")
    parser.add_argument("--town", action="store_true", help="30 million pairs in 60 s, too")
    asked = parser.parse_args()
    asked.seconds = 1.0 if asked.quick else asked.seconds
    late = 0
    print("| call | households × members | asked, s | taken, s | longest silence, s | |")
    print("|---|---|---|---|---|---|")
    for row in rows(asked):
        late += row.late
        mark = " **late**" if row.late else ""
        silent = "–" if math.isnan(row.silent) else f"{row.silent:.2f}"
        taken = f"{row.asked:g} | {row.taken:.2f}{mark}"
        print(f"| {row.call} | {row.size} | {taken} | {silent} | {row.said} |", flush=True)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
