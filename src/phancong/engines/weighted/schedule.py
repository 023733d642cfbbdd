"""The schedule of a search for one sum: which operator runs when, and its share of a turn's work.

A search runs the preparation once and then takes turns. In each turn subgradient steps raise the bound;
then the steps of the first schedule in :data:`SCHEDULES` that applies are run in order. The work of a
step and the number of pairs in a restricted model double from turn to turn (up to :data:`MOST_EFFORT`
times), so that an operator that was cut off gets more work in the next turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.weighted.context import Context
from phancong.engines.weighted.operators import (
    AggregatedModel,
    Construction,
    Core,
    CyclicTransfers,
    FirstMultipliers,
    LagrangianPlan,
    MasterColumns,
    NeighbourhoodRounds,
    Operator,
    ResidualProblem,
    Subgradient,
)
from phancong.engines.weighted.tuning import CORE_EACH, MOST_TRIED, SUBGRADIENT_WORK, TURN_WORK


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The conditions that choose the schedule of a turn.

    Parameters
    ----------
    opening
        This is the first turn of a search without a warm start.
    small
        Few pairs are left, so that branch and cut can solve the residual problem to the end.
    separable
        Penalties discriminate between pairs, so that solving a core pays.
    budgeted
        Budgets allow few households to move, and few pairs are left.
    converged
        Multipliers are nearly optimal, and a core of few pairs of each unit is small.
    wide
        There are budgets, and so many members with few units each that transfers take long.
    """

    opening: bool
    small: bool
    separable: bool
    budgeted: bool
    converged: bool
    wide: bool


def situation(context: Context) -> Situation:
    """The situation at the start of a turn."""
    return Situation(
        opening=context.opening,
        small=_is_small(context),
        separable=context.core_problem.penalties_discriminate(context.current_neighbourhoods),
        budgeted=_is_budgeted(context),
        converged=_is_converged(context) and _has_few_choices(context),
        wide=context.instance.is_wide,
    )


def _is_budgeted(context: Context) -> bool:
    if not context.instance.budgets:
        return False
    remaining = context.core_problem.remaining(context.current_neighbourhoods)
    return remaining <= context.instance.tuning.budgeted_pairs * context.effort


def _has_few_choices(context: Context) -> bool:
    core = CORE_EACH * np.count_nonzero(context.instance.need)
    return bool(core <= context.instance.tuning.least_pairs)


def _is_small(context: Context) -> bool:
    return context.core_problem.is_small(context.current_neighbourhoods, context.effort)


def _is_not_wide(context: Context) -> bool:
    return not context.instance.is_wide


def _is_constructed(context: Context) -> bool:
    """Whether plans are constructed from the first multipliers.

    Where many members are nearly full repair takes long and ends without a plan: at 841 × 4,208 it took
    five units.
    """
    return _is_not_wide(context) or not context.instance.is_nearly_full


def _is_within_budgets(context: Context) -> bool:
    return bool(context.instance.budgets)


def _is_converged(context: Context) -> bool:
    return context.warm_start.converged


def _is_not_converged(context: Context) -> bool:
    return not context.warm_start.converged


def _is_converged_or_tried(context: Context) -> bool:
    return context.warm_start.converged or context.warm_start.tried > 0


def _is_hardly_tried(context: Context) -> bool:
    return context.warm_start.tried < MOST_TRIED


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
        Condition, evaluated just before the operator would run.
    """

    operator: Operator
    share: float = 1.0
    applies: Callable[[Context], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Schedule:
    """The steps of a turn.

    Parameters
    ----------
    name
        The condition in words.
    applies
        The condition.
    steps
        The operators, in order.
    """

    name: str
    applies: Callable[[Situation], bool]
    steps: tuple[ScheduledOperator, ...]


#: Before the first turn.
PREPARATION: Final = (
    ScheduledOperator(AggregatedModel()),
    ScheduledOperator(FirstMultipliers()),
    ScheduledOperator(Construction(), applies=_is_constructed),
    ScheduledOperator(CyclicTransfers(), applies=_is_not_wide),
)

_SUBGRADIENT: Final = ScheduledOperator(
    Subgradient(), SUBGRADIENT_WORK / TURN_WORK, _is_not_converged
)
_MASTER_COLUMNS: Final = ScheduledOperator(
    MasterColumns(), SUBGRADIENT_WORK / TURN_WORK, _is_within_budgets
)
#: A neighbourhood that is not solved within this share is too large.
_FIRST_ROUND: Final = ScheduledOperator(NeighbourhoodRounds(1), 1 / 16)
_EARLY_ROUNDS: Final = ScheduledOperator(NeighbourhoodRounds(3), 1 / 16)
_ALL_ROUNDS: Final = ScheduledOperator(NeighbourhoodRounds(), 1 / 16)
#: A larger part of the gap gives a better bound but takes longer to solve; these parts were about the
#: best from 1,000 × 30 to 10,000 × 100.
_SMALL_CORE: Final = ScheduledOperator(Core(part=0.6), 5 / 16)
_LARGE_CORE: Final = ScheduledOperator(Core(part=0.5), 3 / 8)
#: Last, the solver of integer models: it sometimes proves at once what branch and cut does not.
_LAST_PROOF: Final = ScheduledOperator(ResidualProblem(in_integers=True), 1.0, _is_small)

#: The schedules; a turn runs the first that applies.
SCHEDULES: Final = (
    # Under nearly optimal multipliers the best plan mostly has pairs of the least penalties alone: at 400
    # × 60 five of a unit gave it in half a CPU second, where neighbourhoods took two to twelve.
    Schedule(
        "few units with a choice, within budgets, multipliers nearly optimal",
        lambda now: now.budgeted and now.converged,
        (
            ScheduledOperator(ResidualProblem(in_integers=True, each=CORE_EACH), 1 / 8),
            ScheduledOperator(ResidualProblem(in_integers=True), 1 / 8),
            ScheduledOperator(ResidualProblem(in_integers=False), 1 / 4),
        ),
    ),
    # With many members and a budget the best sets of all members are nearly a plan, and neighbourhoods
    # that reach far mend the rest. At 566 × 2,832 within 87 changes the plan near the best sets was
    # 2.5 to 3.3 % above the bound after 4 CPU seconds, where transfers had 5.5 % after 20.
    Schedule(
        "first turn, many members and budgets",
        lambda now: now.wide and now.opening,
        (ScheduledOperator(LagrangianPlan()), _FIRST_ROUND),
    ),
    Schedule(
        "many members and budgets",
        lambda now: now.wide and not now.budgeted and not now.small,
        (ScheduledOperator(LagrangianPlan()), _ALL_ROUNDS),
    ),
    # A good plan is needed first; the bound can wait.
    Schedule("first turn", lambda now: now.opening, (_FIRST_ROUND,)),
    # If only few households may move, CP-SAT is mostly faster at first: at 400 × 60 with eleven changes
    # it took half a second for a proof. What it leaves open, branch and cut often closes under nearly
    # optimal multipliers: with fifteen changes 0.9 against 4.8 s. Where loads have next to no room it is
    # the other way round, so that both have their turn.
    Schedule(
        "few pairs, within budgets",
        lambda now: now.budgeted,
        (
            ScheduledOperator(NeighbourhoodRounds(3), 1 / 16, _is_hardly_tried),
            ScheduledOperator(ResidualProblem(in_integers=True), 1 / 4, _is_not_converged),
            ScheduledOperator(ResidualProblem(in_integers=False), 1 / 8, _is_converged_or_tried),
            ScheduledOperator(ResidualProblem(in_integers=True), 1 / 4, _is_converged),
        ),
    ),
    # The core of a small problem soon gives a better plan, so that neighbourhoods come after it.
    Schedule(
        "few pairs, which penalties tell apart",
        lambda now: now.small and now.separable,
        (
            _SMALL_CORE,
            _EARLY_ROUNDS,
            ScheduledOperator(ResidualProblem(in_integers=False)),
            _ALL_ROUNDS,
            _LAST_PROOF,
        ),
    ),
    Schedule(
        "few pairs",
        lambda now: now.small,
        (ScheduledOperator(ResidualProblem(in_integers=False), 1 / 2), _ALL_ROUNDS, _LAST_PROOF),
    ),
    Schedule(
        "many pairs, which penalties tell apart",
        lambda now: now.separable,
        (_LARGE_CORE, _ALL_ROUNDS, _LAST_PROOF),
    ),
    Schedule("many pairs", lambda _: True, (_ALL_ROUNDS, _LAST_PROOF)),
)


def prepare(context: Context) -> None:
    """Run the preparation: first bounds and constructed plans."""
    _run(PREPARATION, context, TURN_WORK)


def raise_bound(context: Context) -> None:
    """Run the subgradient steps of a turn."""
    _run((_SUBGRADIENT,), context, TURN_WORK)


def refine_bound(context: Context) -> None:
    """Solve the master problem, after the first turn of a search within budgets."""
    _run((_MASTER_COLUMNS,), context, TURN_WORK)


def improve(context: Context, schedules: tuple[Schedule, ...] = SCHEDULES) -> None:
    """Run the steps of the first of *schedules* that applies."""
    now = situation(context)
    chosen = next(schedule for schedule in schedules if schedule.applies(now))
    _run(chosen.steps, context, TURN_WORK * context.effort)


def _run(steps: tuple[ScheduledOperator, ...], context: Context, work: float) -> None:
    for step in steps:
        if not context.done() and step.applies(context):
            step.operator.run(context, step.share * work)
