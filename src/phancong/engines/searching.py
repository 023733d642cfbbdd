"""The search for the best plan of a task: which engine, and which improvers take turns.

This module alone knows all engines; the :class:`~phancong.engines.portfolio.Portfolio` knows none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Final

import numpy as np

from phancong.engines.by_hand import ByHand
from phancong.engines.counting import cannot_hold
from phancong.engines.easing import Eased
from phancong.engines.flow_relaxation import FlowRelaxation, FromOther
from phancong.engines.improvers import MOST_UNITS, Apart, Improver, Leading, breaks_limits
from phancong.engines.instead import Instead
from phancong.engines.part_by_part import PartByPart
from phancong.engines.portfolio import (
    PARTLY,
    SIZES,
    WRITINGS,
    Portfolio,
    SearchResult,
    Sizes,
)
from phancong.engines.ranking import Ranked
from phancong.engines.registry import choose
from phancong.engines.task import Engine, Outcome, Task
from phancong.engines.used_members import UsedMembers

#: The initial worth of an improver that gives plans without bounds, where another gives both.
SECOND: Final = 0.5
#: Up to so many pairs a flow is solved in the calling thread: it takes milliseconds (20 × 200: 6 ms), and
#: a thread of its own may have to wait for a processor.
AT_ONCE: Final = 20_000
#: The least work for each pair in the first run of the Lagrangian engine. Half of it finds a plan within
#: the limits (1.3 units at 3,000 × 300), which the other improvers need to begin with.
LAGRANGIAN_A_PAIR: Final = 1e-5
#: The initial worth of an improver without bounds where the Lagrangian engine has the first turn: small
#: enough to wait for it. Short runs that each improve the plan a little took every turn with a larger
#: worth (200 × 1,700 after ten seconds: 1,430 changes instead of 70).
AFTER_FIRST: Final = SIZES.fewest_units / MOST_UNITS
#: Work for each pair of all stages of a flow relaxation, and the most of a search that they may take.
FLOWS_A_PAIR: Final = 3e-6
FLOWS_PART: Final = 1 / 4
#: The least work of the Lagrangian engine for a second plan is at most this part of a search.
OTHER_PART: Final = 1 / 2
#: The name of the improver that proves bounds of breaches by flows.
FLOWS: Final = "flow relaxation"
#: The name of the improver that looks for a plan within all limits part by part.
PARTS: Final = "part by part"
#: The name of the improver that begins with the plan of the flows.
OTHER: Final = "lns from the flow relaxation"
#: Work for each pair to build an exact model of the whole problem (49,000 pairs: one unit, which other
#: improvers use better).
WRITING_A_PAIR: Final = 2e-5


def searched(
    task: Task,
    name: str,
    made: dict[str, Engine] | None = None,
    begun: list[Portfolio] | None = None,
    *,
    easing: float = 1.0,
    sizes: Sizes = SIZES,
) -> SearchResult:
    """Search for the best plan of a task.

    Parameters
    ----------
    task
        The task.
    name
        The name of an engine, or ``"auto"``.
    made
        Engines of earlier tasks, as for :func:`phancong.engines.registry.choose`.
    begun
        Receives the portfolio, so that the caller can read its incumbent before the search ends.
    easing
        The share of the time left for :class:`~phancong.engines.easing.Eased`.
    sizes
        The sizes that choose how the problem is searched.

    Raises
    ------
    UnsupportedError
        The engine cannot keep all of the task.
    NoPlanFoundError
        Neither a plan nor a proof was found in time.
    """
    chosen, reason = choose(name, task, made)
    if cannot_hold(task.problem, task.relax):
        return SearchResult(None, chosen.name, reason)
    if isinstance(chosen, ByHand):
        return SearchResult(chosen.run(task), chosen.name, reason)
    portfolio = Portfolio(task, sizes)
    if begun is not None:
        begun.append(portfolio)
    return _searched_by(chosen, reason, name, portfolio, [_last(name, made, easing, sizes)])


def searched_at_once(
    task: Task, name: str, made: dict[str, Engine], easing: float = 1.0
) -> SearchResult | None:
    """Solve a small problem by flows, as :func:`searched` does; None where that may take longer.

    Parameters
    ----------
    task, name, made, easing
        As for :func:`searched`.
    """
    problem = task.problem
    if len(problem.household_columns) * len(problem.member_columns) > AT_ONCE:
        return None
    chosen, reason = choose(name, task, made)
    if chosen.name != "flow":
        return None
    return _searched_by(chosen, reason, name, Portfolio(task), [_last(name, made, easing, SIZES)])


def _searched_by(
    chosen: Engine, reason: str, name: str, portfolio: Portfolio, last: Sequence[Improver] = ()
) -> SearchResult:
    """The result of the chosen engine, or of the portfolio that takes turns with it."""
    if chosen.name == "flow":
        return portfolio.at_once(chosen, reason, [_instead(chosen), *last])
    found = improvers(portfolio.task, name, chosen, portfolio.sizes)
    return portfolio.run([*found, *last], reason)


def improvers(task: Task, name: str, chosen: Engine, sizes: Sizes) -> list[Improver]:
    """The improvers of a task, the most promising first."""
    if name != "auto":
        return [Improver(chosen.name, Apart(chosen), math.inf), _instead(chosen)]
    with task.course.uncharged():
        for solver in ("phancong.engines.common.mathopt", "phancong.engines.weighted.stages"):
            import_module(solver)  # loading takes a while, and here no time is counted
        from phancong.engines.common.cp_sat import CpSatSolver  # imported late: it loads the solver
        from phancong.engines.exact import CpSatEngine, MipEngine
        from phancong.engines.exact.restricted import RestrictedModels
        from phancong.engines.flow import FlowEngine
        from phancong.engines.weighted import LnsEngine
    left = min(task.course.work_left, task.course.seconds_left)
    units = min(max(left * sizes.first_part, sizes.fewest_units), MOST_UNITS)
    pairs = int(np.count_nonzero(task.problem.allowed))
    large = pairs > sizes.most_exact
    restricted = RestrictedModels(task, CpSatSolver())
    writing = WRITING_A_PAIR * pairs if pairs >= sizes.small else 0.0

    def exact(name: str, engine: Engine) -> Improver:
        most = max(units, WRITINGS * writing)
        return Improver(name, Apart(engine), most, writing=writing, too_large=large, clocked=True)

    found = [
        exact(chosen.name, chosen),
        Improver(PARTLY, restricted.run, units, proves=False, needs_plan=True),
        exact("mip", MipEngine(alone=False)),
    ]
    lagrangian = LnsEngine(CpSatEngine(), alone=False)
    first, most = pairs >= sizes.lagrangian_first, max(units, LAGRANGIAN_A_PAIR * pairs)
    leading = Leading.of(lagrangian, task)
    if not lagrangian.refusals(task):
        found[1].worth = AFTER_FIRST if first else SECOND
        found.insert(0 if first else len(found), Improver("lns", Apart(lagrangian), most))
    elif leading is not None and first:
        found.append(Improver("lns", leading, most))
        found[-1].worth = math.inf  # it has the first turn; a run without progress lowers its worth
    if UsedMembers.concerns(task.problem):
        run = UsedMembers([FlowEngine(), lagrangian])
        found.insert(0, Improver("used members", run, most, proves=False, needs_plan=True))
        found[0].worth = math.inf  # as above: it may find what all others begin with
    if pairs >= sizes.small:
        engines = FlowEngine(), lagrangian, CpSatEngine()
        at_breaches = list(_at_breaches(task, engines, units, pairs=pairs, left=left))
        for each in at_breaches:
            each.worth = math.inf
        found = [*at_breaches, *found]
    for each in found:
        each.chosen = each.name == chosen.name
    return found


def _at_breaches(
    task: Task, engines: tuple[Engine, Engine, Engine], units: float, *, pairs: int, left: float
) -> Iterator[Improver]:
    """The improvers that run first where limits are broken: flows, and independent parts.

    Parameters
    ----------
    task
        The task.
    engines
        The flow engine, the Lagrangian engine, and an exact engine.
    units
        The work of a first run.
    pairs, left
        The allowed pairs, and the work that is left.
    """
    flow, lagrangian, exact = engines
    relaxation = FlowRelaxation(flow)

    def may_hold(best: Ranked | None, conflict: bool) -> bool:
        return breaks_limits(best, conflict) and not conflict

    def has_other(best: Ranked | None, conflict: bool) -> bool:
        return breaks_limits(best, conflict) and relaxation.other is not None

    most = max(units, min(FLOWS_A_PAIR * pairs, FLOWS_PART * left))
    yield Improver(FLOWS, relaxation, most, once=True, when=breaks_limits)
    if PartByPart.concerns(task.problem):
        parts = PartByPart([lagrangian, exact])
        yield Improver(PARTS, parts, units, needs_plan=True, when=may_hold)
    other = FromOther(relaxation, lagrangian)
    # A second plan is for those problems that leave time for both.
    if LAGRANGIAN_A_PAIR * pairs <= OTHER_PART * left and not lagrangian.refusals(task):
        yield Improver(OTHER, other, units, needs_plan=True, once=True, when=has_other)


def _instead(chosen: Engine) -> Improver:
    """The improver that replaces the only engine where its model cannot be built in time."""
    run = Instead(chosen)
    return Improver(PARTLY, run, math.inf, proves=False, needs_plan=True, instead=True)


def _last(name: str, made: dict[str, Engine] | None, easing: float, sizes: Sizes) -> Improver:
    """The improver that looks for a plan among those that may break limits."""

    def search(eased: Task, enough: Callable[[Ranked], bool]) -> Outcome | None:
        chosen, reason = choose(name, eased, made)
        return _searched_by(chosen, reason, name, Portfolio(eased, sizes, enough)).outcome

    return Improver("all limits relaxed", Eased(search, easing), math.inf, last=True)
