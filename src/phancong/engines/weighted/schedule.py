"""The schedule of a search for one sum: which operator runs when, and its share of a turn's work.

A search prepares once and then takes turns. In each turn subgradient steps raise the bound first; then
the first of :data:`SCHEDULES` that applies is run, step after step. Work, and pairs of restricted models,
double from turn to turn (:data:`MOST_EFFORT` times at the most), so that an operator that was cut once
gets its chance again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from phancong.engines.weighted.context import Context
from phancong.engines.weighted.operators import (
    AggregatedModel,
    BandSearch,
    CollectCore,
    Construction,
    CyclicTransfers,
    FirstMultipliers,
    NeighbourhoodRounds,
    Operator,
    ResidualProblem,
    Subgradient,
    SubmitCore,
)
from phancong.engines.weighted.tuning import (
    SUBGRADIENT_WORK,
    TURN_WORK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The circumstances that decide about a turn.

    Parameters
    ----------
    opening
        It is the first turn of a search that had no multipliers to begin with.
    small
        So few pairs can be part of a better plan that the residual problem can be solved to its end.
    separable
        Penalties tell the pairs apart, so that a core is worth its work.
    budgeted
        Sums are held, so that few households may move, and few pairs are left.
    gap_asked
        The search ends at a gap, so that the bound is wanted soon.
    """

    opening: bool
    small: bool
    separable: bool
    budgeted: bool
    gap_asked: bool


def situation(context: Context) -> Situation:
    """The situation at the start of a turn."""
    return Situation(
        opening=context.opening,
        small=context.core_problem.is_small(context.current_neighbourhoods, context.effort),
        separable=context.core_problem.penalties_discriminate(context.current_neighbourhoods),
        budgeted=_is_budgeted(context),
        gap_asked=context.stage_budget.course.search.gap > 0,
    )


def _always(_: Context) -> bool:
    return True


def _is_budgeted(context: Context) -> bool:
    if not context.instance.budgets:
        return False
    remaining = context.core_problem.remaining(context.current_neighbourhoods)
    return remaining <= context.instance.tuning.budgeted_pairs * context.effort


def _is_small(context: Context) -> bool:
    return context.core_problem.is_small(context.current_neighbourhoods, context.effort)


@dataclass(frozen=True, slots=True)
class ScheduledOperator:
    """An operator in a schedule.

    Parameters
    ----------
    operator
        The operator.
    share
        The part of the turn's work that each of its calls of a solver may take.
    applies
        Whether it is run, asked when its time has come.
    after_end
        It is run even if the search is done: it takes the answer of what was begun before.
    """

    operator: Operator
    share: float = 0.0
    applies: Callable[[Context], bool] = _always
    after_end: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """The steps of a turn.

    Parameters
    ----------
    name
        When it is used, in words.
    applies
        The same as a condition.
    steps
        What is run, in this order.
    """

    name: str
    applies: Callable[[Situation], bool]
    steps: tuple[ScheduledOperator, ...]


#: Before the first turn.
PREPARATION: Final = (
    ScheduledOperator(AggregatedModel(), 1.0),
    ScheduledOperator(FirstMultipliers()),
    ScheduledOperator(Construction()),
    ScheduledOperator(CyclicTransfers()),
)

_SUBGRADIENT: Final = ScheduledOperator(Subgradient(), SUBGRADIENT_WORK / TURN_WORK)
#: A neighbourhood that is not solved within this share is too large.
_FIRST_ROUND: Final = ScheduledOperator(NeighbourhoodRounds(1), 1 / 16)
_EARLY_ROUNDS: Final = ScheduledOperator(NeighbourhoodRounds(3), 1 / 16)
_ALL_ROUNDS: Final = ScheduledOperator(NeighbourhoodRounds(), 1 / 16)
#: A larger part of the gap proves more if there is time to prove it; these were about where both meet,
#: from 1,000 × 30 to 10,000 × 100. A large core has little but its root, which tells nothing until it
#: is over, so that it gets more seconds for its work.
_SMALL_CORE: Final = ScheduledOperator(SubmitCore(part=0.6, patience=2.0), 5 / 16)
_LARGE_CORE: Final = ScheduledOperator(SubmitCore(part=0.5, patience=3.0), 3 / 8)
_CORE_ANSWER: Final = ScheduledOperator(CollectCore(), after_end=True)
_BAND: Final = ScheduledOperator(BandSearch(), 1 / 2)
#: What proves in integers comes last: it ends at times at once where branch and cut does not.
_LAST_PROOF: Final = ScheduledOperator(ResidualProblem(in_integers=True), 1.0, _is_small)

#: The first one that applies is run.
SCHEDULES: Final = (
    # A good plan first, the last digits of the bound later.
    Schedule("first turn", lambda now: now.opening, (_FIRST_ROUND,)),
    # Where only few may move, integers tell more than linear relaxations: at 400 × 60 with eleven
    # changes CP-SAT proved in half a second to three what branch and cut left open by a percent.
    Schedule(
        "few pairs, within budgets",
        lambda now: now.budgeted,
        (
            ScheduledOperator(ResidualProblem(in_integers=True), 1 / 2),
            _EARLY_ROUNDS,
            ScheduledOperator(ResidualProblem(in_integers=False), 1 / 4),
        ),
    ),
    # The core of a small problem has soon a better plan, which neighbourhoods had better begin with.
    Schedule(
        "few pairs, which penalties tell apart",
        lambda now: now.small and now.separable,
        (
            _SMALL_CORE,
            _CORE_ANSWER,
            _EARLY_ROUNDS,
            _BAND,
            ScheduledOperator(ResidualProblem(in_integers=False), 1.0),
            _ALL_ROUNDS,
            _LAST_PROOF,
        ),
    ),
    Schedule(
        "few pairs",
        lambda now: now.small,
        (ScheduledOperator(ResidualProblem(in_integers=False), 1 / 2), _ALL_ROUNDS, _LAST_PROOF),
    ),
    # Who asks for a gap wants to know soon what is proven.
    Schedule(
        "many pairs, which penalties tell apart, and a gap",
        lambda now: now.separable and now.gap_asked,
        (_LARGE_CORE, _CORE_ANSWER, _ALL_ROUNDS, _BAND, _LAST_PROOF),
    ),
    # Else neighbourhoods are solved beside the core.
    Schedule(
        "many pairs, which penalties tell apart",
        lambda now: now.separable,
        (_LARGE_CORE, _ALL_ROUNDS, _CORE_ANSWER, _BAND, _LAST_PROOF),
    ),
    Schedule("many pairs", lambda _: True, (_ALL_ROUNDS, _LAST_PROOF)),
)


def prepare(context: Context) -> None:
    """Bound the sum, and construct plans."""
    _run(PREPARATION, context, TURN_WORK)


def raise_bound(context: Context) -> None:
    """The subgradient steps of a turn."""
    _run((_SUBGRADIENT,), context, TURN_WORK)


def improve(context: Context, schedules: tuple[Schedule, ...] = SCHEDULES) -> None:
    """Run the first of *schedules* that applies."""
    now = situation(context)
    chosen = next(schedule for schedule in schedules if schedule.applies(now))
    _run(chosen.steps, context, TURN_WORK * context.effort)


def _run(steps: tuple[ScheduledOperator, ...], context: Context, work: float) -> None:
    for step in steps:
        if (step.after_end or not context.done()) and step.applies(context):
            step.operator.run(context, step.share * work)
