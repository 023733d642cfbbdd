"""The search that minimises one sum: a bound, a first plan, and turns of a schedule until both meet."""

from __future__ import annotations

from phancong.engines.weighted.context import Context
from phancong.engines.weighted.incumbent import Incumbent
from phancong.engines.weighted.operators import neighbourhoods_of
from phancong.engines.weighted.schedule import (
    SCHEDULES,
    Schedule,
    improve,
    prepare,
    raise_bound,
    refine_bound,
)
from phancong.engines.weighted.tuning import MOST_EFFORT


def minimise(context: Context, schedules: tuple[Schedule, ...] = SCHEDULES) -> Incumbent:
    """The incumbent when value and bound meet or the budget is used up.

    Each turn runs the first of *schedules* that applies. The context's warm start keeps the multipliers.
    """
    with context.workers:
        prepare(context)
        context.opening = context.first is not None
        context.warm_start.first = None
        if context.first is not None and context.done():
            # The next search goes on with what took all of this stage.
            context.warm_start.keep(context.current_multipliers, context.effort)
            context.warm_start.first = context.first
        while not context.done():
            _turn(context, schedules)
            context.opening = False
    return context.incumbent


def _turn(context: Context, schedules: tuple[Schedule, ...]) -> None:
    raise_bound(context)
    if not context.done():
        context.neighbourhoods = neighbourhoods_of(context)
        refine_bound(context)
        improve(context, schedules)
    if not context.opening and context.stage_budget.stop_reason is None:
        context.effort = min(2 * context.effort, MOST_EFFORT)
    context.warm_start.keep(context.current_multipliers, context.effort)
