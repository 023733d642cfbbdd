"""Our engines, called as anybody calls them: the exact and the fast ones, and the methods by hand."""

from __future__ import annotations

from benchmarks.quality.case import Answer, Case, Strategy
from phancong import Plan, Search, solve
from phancong.engines.registry import ENGINES

for _make in ENGINES.values():
    _make()  # loads the solvers now: an import is not what anybody wants timed

#: A search that ends before its first step: what it has is the repaired start.
START = 1e-9


def ours(engine: str) -> Strategy:
    """``solve`` with an engine, everything else by default."""

    def solved(case: Case, limit: float) -> Answer:
        seconds = limit if case.seconds is None else min(case.seconds, limit)
        search = Search(seconds=seconds)
        plan = solve(case.problem, goals=case.goals, relax=case.relax, engine=engine, search=search)
        return answer(plan, plan.engine if engine == "auto" else "")

    return solved


def our_start(case: Case, limit: float) -> Answer:
    """What ``"lns"`` has before its first step: a splittable flow, repaired."""
    return answer(started(case, limit))


def started(case: Case, limit: float) -> Plan:
    """The plan of :func:`our_start`."""
    search = Search(seconds=limit, work=START)
    return solve(case.problem, goals=case.goals, relax=case.relax, engine="lns", search=search)


def answer(plan: Plan, note: str = "") -> Answer:
    """A plan as an answer."""
    bounds = tuple(
        None if isinstance(line.bound, tuple) else float(line.bound) for line in plan.goals
    )
    return Answer(plan.pairs, bounds, note=note)
