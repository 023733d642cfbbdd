"""What is run on a problem: our engines, the rivals, and the starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.quality.any_size.ordered import SOLVERS, ordered
from benchmarks.quality.any_size.starts import repaired
from benchmarks.quality.instances.any_size import Drawn
from phancong import Search, Status, solve
from phancong.engines.by_hand import BY_HAND
from phancong.engines.registry import ENGINES
from phancong.problem import Pair
from phancong.rules import RELAXABLE

for _make in ENGINES.values():
    _make()  # loads the solvers now: an import is not what anybody wants timed


@dataclass(frozen=True, slots=True)
class Budget:
    """What a run may use: seconds, and perhaps deterministic work."""

    seconds: float
    work: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a strategy found.

    Parameters
    ----------
    pairs
        The plan.
    optimal
        Whether it is called proven as a whole.
    proven
        For each line (see :func:`benchmarks.quality.any_size.comparing.lines_of`) whether it is
        called proven; empty where nothing of the kind is told.
    stopped, reason
        What cut the search, and what the plan says of how it was made.
    """

    pairs: tuple[Pair, ...]
    optimal: bool = False
    proven: tuple[bool, ...] = ()
    stopped: str | None = None
    reason: str = ""


Strategy = Callable[[Drawn, Budget], Found]


def _ours(engine: str) -> Strategy:
    def solved(drawn: Drawn, budget: Budget) -> Found:
        plan = solve(
            drawn.problem,
            goals=drawn.goals,
            relax=drawn.relax,
            engine=engine,
            search=Search(seconds=budget.seconds, work=budget.work),
        )
        rules = [*reversed(list(drawn.relax)), *(r for r in RELAXABLE if r not in drawn.relax)]
        proven = [True, *(plan.breaches[rule].proven for rule in rules)]
        return Found(
            plan.pairs,
            plan.status is Status.OPTIMAL,
            (*proven, *(line.proven for line in plan.goals)),
            plan.stopped,
            f"{plan.engine}: {plan.reason}",
        )

    return solved


def _by_hand(engine: str) -> Strategy:
    """As people do it, whatever may be relaxed: a plan beyond a ceiling is no start, the lines say so."""

    def solved(drawn: Drawn, budget: Budget) -> Found:
        search = Search(seconds=3600.0)
        plan = solve(drawn.problem, goals=drawn.goals, engine=engine, search=search)
        return Found(plan.pairs, reason=plan.reason)

    return solved


def _rival(name: str) -> Strategy:
    def solved(drawn: Drawn, budget: Budget) -> Found:
        ended = ordered(name, drawn.problem, drawn.goals, drawn.relax, budget.seconds)
        return Found(ended.pairs, ended.proven, reason=ended.note)

    return solved


#: Cheap plans that nothing may be worse than.
STARTS: Final[dict[str, Strategy]] = {
    **{name: _by_hand(name) for name in BY_HAND},
    "repaired": lambda drawn, _budget: Found(repaired(drawn.problem)),
}
#: What takes its time.
SEARCHES: Final[dict[str, Strategy]] = {
    **{name: _ours(name) for name in ("auto", "cp_sat", "mip", "lns", "flow")},
    **{name: _rival(name) for name in SOLVERS},
}
