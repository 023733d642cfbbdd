"""Operators of a search for one sum: each raises the bound or improves the incumbent of its context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from phancong.engines.weighted.bound.aggregated_model import solve_aggregated
from phancong.engines.weighted.bound.initial_multipliers import initial_multipliers
from phancong.engines.weighted.construct.cheapest import cheapest
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.context import Context
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import (
    AIM,
    CLOSING,
    COUNT_PART,
    FIRST_STEPS,
    REPAIR_PART,
    STEPS,
)
from phancong.problem import BoolArray, IntArray


class Operator(Protocol):
    """A step of a schedule."""

    def run(self, context: Context, work: float) -> None:
        """Improve the incumbent or the bound of *context*, within some units of *work*."""
        ...


@dataclass(frozen=True, slots=True)
class AggregatedModel:
    """Bound and plan of counts, where a cost asks only whether a unit stays."""

    def run(self, context: Context, work: float) -> None:
        """Solve the aggregated model, and repair the plan of its counts."""
        found = solve_aggregated(
            context.instance,
            context.cost,
            context.tie_cost,
            context.solver,
            lambda: context.stage_budget.limits(work, COUNT_PART),
            context.stage_budget.charge,
        )
        if found is not None:
            context.incumbent.raise_bound(found.bound * context.incumbent.scale)
            _offer_repaired(context, context.instance, found.taken, context.lexicographic_cost)


@dataclass(frozen=True, slots=True)
class FirstMultipliers:
    """The multipliers of an earlier search, or those of the linear relaxation."""

    def run(self, context: Context, work: float) -> None:
        """Bound the sum by the first multipliers; they take the work that they need."""
        context.multipliers = context.warm_start.multipliers(context.lagrangian)
        if context.multipliers is None:
            context.first = initial_multipliers(context.lagrangian, context.stage_budget)
            context.multipliers = context.first.multipliers
        else:
            context.effort = context.warm_start.effort
        context.incumbent.raise_bound(context.multipliers.bound)


@dataclass(frozen=True, slots=True)
class Construction:
    """A plan of the members that are cheapest under the first multipliers, repaired."""

    def run(self, context: Context, work: float) -> None:
        """Construct plans; an earlier search with multipliers has done so."""
        first, instance = context.first, context.instance
        if first is None:
            return
        cost = context.lagrangian.penalised_cost(first.multipliers.budgets) + first.worth
        _offer_repaired(context, instance, cheapest(instance, cost), cost)
        if instance.budgets:
            # Repair does not look at budgets; here no unit costs them more than now.
            narrow = instance.no_dearer(context.incumbent.taken)
            cost = context.lagrangian.cost + first.strict
            _offer_repaired(context, narrow, cheapest(narrow, cost), cost)


@dataclass(frozen=True, slots=True)
class CyclicTransfers:
    """Load that is handed on round a ring of members."""

    def run(self, context: Context, work: float) -> None:
        """Carry out transfers until none pays; a pass takes the work that it needs."""
        context.neighbourhood_search.transfer(context.current_multipliers)


@dataclass(frozen=True, slots=True)
class Subgradient:
    """Subgradient steps; within budgets for as long as they fix out many pairs."""

    def run(self, context: Context, work: float) -> None:
        """Raise the bound by as many steps as *work* allows."""
        knapsacks, incumbent = context.lagrangian.knapsacks, context.incumbent
        most = int(work / max(knapsacks.step_work, 1e-9))
        first = not context.stepped and not knapsacks.by_core
        steps = min(FIRST_STEPS if first else STEPS, most)
        context.stepped = True
        again = bool(context.instance.budgets) and not context.opening
        upper = incumbent.value * incumbent.scale
        while True:
            gap = upper - context.current_multipliers.bound
            context.multipliers = context.lagrangian.subgradient(
                context.current_multipliers,
                steps,
                context.stage_budget.charge,
                upper,
                aim=incumbent.cost_steps(AIM) if knapsacks.by_core else 0,
            )
            incumbent.raise_bound(context.multipliers.bound)
            if not again or context.done():
                return
            if upper - context.multipliers.bound > (1 - CLOSING) * gap:
                return
            if (
                context.core_problem.remaining(neighbourhoods_of(context))
                <= context.instance.tuning.few_pairs
            ):
                return


@dataclass(frozen=True, slots=True)
class NeighbourhoodRounds:
    """Restricted models of a few members, in rounds of rising sizes.

    Parameters
    ----------
    rounds
        How many of the sizes are used, the smallest first; None is all.
    """

    rounds: int | None = None

    def run(self, context: Context, work: float) -> None:
        """Solve neighbourhoods, each within *work*."""
        context.neighbourhood_search.run(
            context.current_neighbourhoods,
            context.effort,
            work,
            context.instance.tuning.sizes[: self.rounds],
        )


@dataclass(frozen=True, slots=True)
class SubmitCore:
    """Branch and cut over the core, begun.

    Parameters
    ----------
    part
        The part of the gap below which pairs are in the core.
    patience
        Seconds that a unit of work may take.
    """

    part: float
    patience: float

    def run(self, context: Context, work: float) -> None:
        """Begin to solve the core; :class:`CollectCore` takes its answer."""
        context.pending_core = context.core_problem.submit_core(
            context.current_neighbourhoods, context.effort, self.part, work, self.patience
        )


@dataclass(frozen=True, slots=True)
class CollectCore:
    """The answer of the core that was begun."""

    def run(self, context: Context, work: float) -> None:
        """Wait for the core, and note its plan and bound."""
        if context.pending_core is not None:
            context.core_bound = context.pending_core()
            context.pending_core = None


@dataclass(frozen=True, slots=True)
class BandSearch:
    """Branch and cut over the plans that have a pair beyond the core."""

    def run(self, context: Context, work: float) -> None:
        """Find a better plan beyond the core, or fix its pairs out."""
        context.core_problem.solve_band(context.current_neighbourhoods, context.core_bound, work)


@dataclass(frozen=True, slots=True)
class ResidualProblem:
    """All pairs that a better plan can have, and all members.

    Parameters
    ----------
    in_integers
        Solved by the solver that proves in integers, else by branch and cut.
    """

    in_integers: bool

    def run(self, context: Context, work: float) -> None:
        """Solve the problem over the pairs that are not fixed out."""
        solver = context.solver if self.in_integers else None
        context.core_problem.solve_remaining(context.current_neighbourhoods, solver, work)


def neighbourhoods_of(context: Context) -> Neighbourhoods:
    """The neighbourhoods under the best multipliers, at the work of a pass over all knapsacks."""
    context.stage_budget.charge(context.lagrangian.knapsacks.work)
    return Neighbourhoods(
        context.lagrangian,
        context.current_multipliers,
        context.tie_cost,
        context.core_problem.fixed_out,
    )


def _offer_repaired(context: Context, instance: Instance, taken: BoolArray, cost: IntArray) -> None:
    """Offer the incumbent the plan that repair makes of some pairs, if it makes one."""
    plan = tabu_repair(instance, taken, cost, context.stage_budget.portion(REPAIR_PART))
    if plan is not None:
        context.incumbent.offer(plan)
