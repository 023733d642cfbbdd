"""Limits of time asked and taken, by call, engine and size, and how long progress is silent.

Communes are drawn as a place would be: members and households anywhere in a square of 20 km. Their kinds:

- ``unit``: every household counts the same, members have a maximum;
- ``weighted``: loads from 1 to 5, members have a maximum of their sum;
- ``short``: as ``unit``, with places for nine households in ten;
- ``over``: as ``weighted``, with room for nine tenths of the load;
- ``hamlets``: as ``unit``, in hamlets, three for each member;
- ``groups``: as ``hamlets``, two households of three in groups of two, a tenth of them with two members.

Every plan is judged, and every shortfall compared with counting, before a time is looked at. What takes
more than 10 % and a second above its limit is marked *late*; what is cut by time before nine tenths
of it, *early*; the process then ends with 1. Processor time stands beside: on a busy machine a call waits
for others, and what took less of it than the limit is not late by its own fault. Progress may be silent
for more than half a second while a flow holds the interpreter.

The first call of a process loads the solvers, which is not charged to it: one small call of each engine
comes first.

    python benchmarks/speed/limits.py [--quick] [--seconds 5] [--sizes 400x30,1000x60]
        [--calls solve,diagnose,explain,frontier,compare] [--engines flow,lns] [--kinds weighted,short]
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from phancong import (
    FairLoad,
    Household,
    Member,
    NoPlanFoundError,
    Plan,
    Problem,
    Search,
    Travel,
    UnsupportedError,
    check,
    compare,
    diagnose,
    explain,
    frontier,
    solve,
)

T = TypeVar("T")

#: Households and members: 100 to 30 million pairs.
SIZES = "10x10,100x10,400x30,1000x60,3000x150,10000x300,18095x1704"
CALLS = ("solve", "diagnose", "explain", "frontier", "compare")
ENGINES = ("flow", "cp_sat", "mip", "lns", "auto")
KINDS = ("unit", "weighted", "short", "over", "hamlets", "groups")
#: Kinds whose limits cannot all hold.
IMPOSSIBLE = ("short", "over")


@dataclass(frozen=True, slots=True)
class Row:
    """One call."""

    call: str
    kind: str
    size: str
    asked: float
    taken: float
    #: Processor time of all threads.
    cpu: float
    silent: float
    said: str
    #: Whether time is what ended it.
    cut: bool

    @property
    def mark(self) -> str:
        """What is wrong with what it took."""
        if self.taken > 1.1 * self.asked + 1.0:
            return " **late**"
        return " **early**" if self.cut and self.taken < 0.9 * self.asked else ""


class Ear:
    """Hears progress, and how long there was none."""

    def __init__(self) -> None:
        self.last = time.perf_counter()
        self.silent = self.cpu = 0.0

    def __call__(self, _: object) -> None:
        """Progress, or the end."""
        now = time.perf_counter()
        self.silent, self.last = max(self.silent, now - self.last), now

    def ended(self, found: T) -> T:
        """What a call has *found*, at its end: to judge it takes time of its own."""
        self(None)
        self.cpu = time.process_time()
        return found


def drawn(households: int, members: int, kind: str) -> Problem:
    """A commune of a kind."""
    rng = np.random.default_rng(households + members)
    places = rng.uniform((22.3, 105.1), (22.5, 105.3), (households + members, 2)).tolist()
    weighted = kind in ("weighted", "over")
    weights = rng.integers(1, 6, households) if weighted else np.ones(households, dtype=np.int64)
    room = 0.9 if kind in IMPOSSIBLE else 1.05
    hamlets = rng.integers(0, max(members // 2, 3), households)
    groups, needed = (
        grouped(hamlets, rng) if kind == "groups" else ([None] * households, np.ones_like(weights))
    )
    most = math.ceil(room * float((weights * needed).sum()) / members)
    spare = 5 if kind == "weighted" else 0
    most += 2 if kind == "groups" else 0
    return Problem(
        [
            Member(
                m,
                place,
                max_workload=most + spare if weighted else None,
                max_households=None if weighted else most,
            )
            for m, place in enumerate(places[:members])
        ],
        [
            Household(
                members + h,
                place,
                workload=float(weights[h]),
                hamlet=f"hamlet {hamlets[h]}",
                group=groups[h],
                members_needed=int(needed[h]),
            )
            for h, place in enumerate(places[members:])
        ],
        max_hamlets=3 if kind in ("hamlets", "groups") else None,
    )


def grouped(
    hamlets: NDArray[np.int64], rng: np.random.Generator
) -> tuple[list[str | None], NDArray[np.int64]]:
    """The group of each household, of two in a hamlet, and how many members it needs."""
    order = np.argsort(hamlets, kind="stable")
    groups: list[str | None] = [None] * len(hamlets)
    needed = np.where(rng.random(len(hamlets)) < 0.1, 2, 1)
    for one, other in zip(order[::3].tolist(), order[1::3].tolist(), strict=False):
        if hamlets[one] == hamlets[other]:
            groups[one] = groups[other] = f"group {one}"
            needed[other] = needed[one]
    return groups, needed


Said = tuple[str, bool]


def judged(plan: Plan) -> Said:
    """What is said of a plan, once the judge has seen it."""
    assert check(plan.problem, plan).valid
    values = ", ".join(f"{line.total:g}" for line in plan.breaches.values() if line.total)
    broken = f", breaks {values}" if values else ""
    unbuilt = "could not be built" in plan.reason
    said = f"{plan.status.value}, {plan.stopped or 'to the end'}{broken}"
    return said + ", model too large" * unbuilt, plan.stopped == "time"


def solved(problem: Problem, search: Search, engine: str, ear: Ear) -> Said:
    """`solve`."""
    return judged(ear.ended(solve(problem, search=search, engine=engine, progress=ear)))


def diagnosed(problem: Problem, search: Search, short: bool, ear: Ear) -> Said:
    """`diagnose`; *short*: of too few places."""
    found = ear.ended(diagnose(problem, search=search))
    missing = len(problem.households) - sum(m.max_households or 0 for m in problem.members)
    assert not short or found.shortfall == missing or missing <= 0
    repairs = f"{len(found.conflicts)} conflicts, {len(found.repairs)} repairs"
    cut = not found.complete
    return f"{found.shortfall} short, {repairs}{', cut' if cut else ''}", cut


def explained(plan: Plan, search: Search, engine: str, ear: Ear) -> Said:
    """`explain` of the first household."""
    home = plan.problem.households[0].id
    found = ear.ended(explain(plan, home, search=search, engine=engine))
    untried = len(getattr(found, "untried", ()))
    return f"{len(getattr(found, 'alternatives', ()))} tried, {untried} not", untried > 0


def front(problem: Problem, search: Search, engine: str, ear: Ear) -> Said:
    """`frontier` of the largest load and travel."""
    goals = FairLoad(), Travel()
    found = ear.ended(frontier(problem, *goals, search=search, engine=engine, progress=ear))
    said = [judged(point.plan) for point in found.points]
    unbuilt = all("model too large" in text for text, _ in said)
    return f"{len(found.points)} points{', model too large' * unbuilt}", not found.complete


def compared(problem: Problem, search: Search, ear: Ear) -> Said:
    """`compare` of all engines."""
    found = ear.ended(compare(problem, search=search))
    plans = [row.plan for row in found.rows if row.plan is not None]
    part = 0.9 * search.seconds / len(ENGINES)
    cut = [plan for plan in plans if judged(plan)[1]]
    return f"{len(plans)} plans", any(plan.seconds < part for plan in cut)


def calls(asked: argparse.Namespace, problem: Problem, kind: str, seconds: float) -> Iterator[Row]:
    """All calls that were asked for, of one problem."""
    search = Search(seconds=seconds)
    timed = partial(measured, kind=kind, problem=problem, seconds=seconds)
    for engine in asked.engines if "solve" in asked.calls else ():
        yield timed(f"solve {engine}", partial(solved, problem, search, engine))
    if "diagnose" in asked.calls:
        yield timed("diagnose", partial(diagnosed, problem, search, kind == "short"))
    if "explain" in asked.calls:
        plan = solve(problem, search=Search(seconds=seconds / 2))
        for engine in asked.engines:
            yield timed(f"explain {engine}", partial(explained, plan, search, engine))
    for engine in asked.engines if "frontier" in asked.calls else ():
        yield timed(f"frontier {engine}", partial(front, problem, search, engine))
    if "compare" in asked.calls:
        yield timed("compare", partial(compared, problem, search))


def measured(name: str, call: partial[Said], *, kind: str, problem: Problem, seconds: float) -> Row:
    """One call, and what it says."""
    ear, began, cpu = Ear(), time.perf_counter(), time.process_time()
    cut = False
    try:
        said, cut = call(ear)
    except NoPlanFoundError:
        said, cut = ear.ended("no plan in time"), True
    except UnsupportedError:
        said = ear.ended("refused")
    taken, cpu = ear.last - began, ear.cpu - cpu
    heard = call.func in (solved, front)
    size = f"{len(problem.household_columns):,} × {len(problem.member_columns):,}"
    silent = ear.silent if heard else math.nan
    return Row(name, kind, size, seconds, taken, cpu, silent, said, cut)


def rows(asked: argparse.Namespace) -> Iterator[Row]:
    """All calls that were asked for."""
    for engine in ENGINES:  # the solvers are loaded
        solve(drawn(10, 3, "unit"), search=Search(seconds=1.0), engine=engine)
    for size in asked.sizes:
        households, members = map(int, size.split("x"))
        for kind in asked.kinds:
            yield from calls(asked, drawn(households, members, kind), kind, asked.seconds)


def main() -> int:
    """Print the table."""

    def listed(text: str) -> list[str]:
        return text.split(",")

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two small sizes, a second each")
    parser.add_argument("--seconds", type=float, default=5.0, help="the limit of each call")
    parser.add_argument("--sizes", type=listed, default=listed(SIZES)[:4])
    parser.add_argument("--calls", type=listed, default=list(CALLS))
    parser.add_argument("--engines", type=listed, default=list(ENGINES))
    parser.add_argument("--kinds", type=listed, default=["weighted", "short"])
    asked = parser.parse_args()
    if asked.quick:
        asked.seconds, asked.sizes = 1.0, asked.sizes[:2]
    wrong = 0
    print(
        "| call | kind | households × members | asked, s | taken, s | CPU, s | longest silence, s | |"
    )
    print("|---|---|---|--:|--:|--:|--:|---|")
    for row in rows(asked):
        wrong += bool(row.mark)
        silent = "–" if math.isnan(row.silent) else f"{row.silent:.2f}"
        taken = f"{row.asked:g} | {row.taken:.2f}{row.mark} | {row.cpu:.2f}"
        line = f"| {row.call} | {row.kind} | {row.size} | {taken} | {silent} | {row.said} |"
        print(line, flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
