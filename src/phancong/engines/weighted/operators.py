"""Operators of a search for one sum: each raises the bound or improves the incumbent of a context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from phancong.engines.common.pace import PAIRS_A_UNIT
from phancong.engines.weighted.bound.aggregated_model import solve_aggregated
from phancong.engines.weighted.bound.initial_multipliers import (
    InitialMultipliers,
    initial_multipliers,
    linear_multipliers,
    linear_work,
)
from phancong.engines.weighted.bound.lagrangian import PAIR_BITS
from phancong.engines.weighted.bound.master_problem import MasterProblem, by_columns
from phancong.engines.weighted.bound.subgradient import subgradient
from phancong.engines.weighted.construct.cheapest import cheapest
from phancong.engines.weighted.construct.flow_plan import flow_plan
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.context import Context
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import (
    AIM,
    CLOSING,
    COUNT_PART,
    FIRST_STEPS,
    LINEAR_PART,
    MOST_DOUBLED,
    REPAIR_PART,
    SPARING,
    STEPS,
)
from phancong.problem import BoolArray, IntArray


class Operator(Protocol):
    """A step of a schedule."""

    def run(self, context: Context, work: float) -> None:
        """Improve the incumbent or the bound of *context*.

        Each call of a solver, or each round of steps, takes at most *work* units of work, and ends when
        the stage does. An operator without such calls ends by itself.
        """
        ...


@dataclass(frozen=True, slots=True)
class AggregatedModel:
    """The aggregated model of counts, for costs that depend only on whether a unit keeps its member."""

    def run(self, context: Context, work: float) -> None:
        """Raise the bound to that of the aggregated model, and repair the plan made from its counts."""
        found = solve_aggregated(
            context.instance,
            context.cost,
            context.tie_cost,
            context.solver,
            lambda: context.stage_budget.limits(work, COUNT_PART),
            context.stage_budget.portion(COUNT_PART),
        )
        if found is not None:
            context.incumbent.raise_bound(found.bound * context.incumbent.scale)
            _offer_repaired(context, context.instance, found.taken, context.lexicographic_cost)


@dataclass(frozen=True, slots=True)
class FirstMultipliers:
    """The multipliers of an earlier search, or those of the linear relaxation."""

    def run(self, context: Context, _: float) -> None:
        """Raise the bound to that of the first multipliers."""
        warm_start, lagrangian = context.warm_start, context.lagrangian
        linear = _relaxed(context)
        known = warm_start.multipliers(lagrangian)
        if known is None:
            context.first = linear or initial_multipliers(lagrangian, context.stage_budget)
            context.multipliers = context.first.multipliers
        else:
            context.effort, context.first = warm_start.effort, warm_start.first
            better = linear is not None and linear.multipliers.bound > known.bound
            context.multipliers = linear.multipliers if linear is not None and better else known
        lagrangian.price_second(context.multipliers.second)
        context.incumbent.raise_bound(context.multipliers.bound)


@dataclass(frozen=True, slots=True)
class Construction:
    """Each unit gets the cheapest members under the first multipliers, then tabu repair."""

    def run(self, context: Context, _: float) -> None:
        """Construct plans, unless there was a warm start."""
        first, instance = context.first, context.instance
        if first is None:
            return
        if instance.has_equal_loads:
            _offer_flows(context, first.multipliers.budgets)
        cost = context.lagrangian.penalised_cost(first.multipliers.budgets) + first.worth
        _offer_repaired(context, instance, cheapest(instance, cost), cost)
        if instance.budgets:
            # Repair ignores budgets; without dearer pairs its plan cannot exceed one.
            narrow = instance.no_dearer(context.incumbent.taken)
            cost = context.lagrangian.cost + first.strict
            _offer_repaired(context, narrow, cheapest(narrow, cost), cost)


@dataclass(frozen=True, slots=True)
class LagrangianPlan:
    """A plan near the best sets of all members under the best multipliers.

    Most units are in the best set of one member. Each unit goes to the member with the least penalty, and
    tabu repair makes a plan of that. Repair ignores budgets, so that their multipliers are raised until
    the plan keeps them.
    """

    def run(self, context: Context, _: float) -> None:
        """Construct plans, and offer them to the incumbent, until one keeps the budgets."""
        instance, multipliers = context.instance, context.current_multipliers
        context.stage_budget.charge(context.lagrangian.knapsacks.work)
        penalty = context.lagrangian.knapsacks.penalties(multipliers.reduced, multipliers.best)
        penalty = np.minimum(penalty, 2**PAIR_BITS)
        for factor in SPARING:
            cost = penalty
            for price, budget in zip(multipliers.budgets, instance.budgets, strict=True):
                cost = cost + int(factor * price) * budget.weight
            plan = _offer_repaired(context, instance, cheapest(instance, cost), cost)
            if plan is None or all(budget.room(plan) >= 0 for budget in instance.budgets):
                return


@dataclass(frozen=True, slots=True)
class CyclicTransfers:
    """Cyclic transfers: units are shifted along a cycle of members."""

    def run(self, context: Context, _: float) -> None:
        """Carry out transfers until none improves the plan."""
        context.neighbourhood_search.transfer(context.current_multipliers)


@dataclass(frozen=True, slots=True)
class Subgradient:
    """Subgradient steps for the Lagrangian bound; with budgets until few pairs are left."""

    def run(self, context: Context, work: float) -> None:
        """Make as many steps as *work* allows; with budgets repeat while each round closes the gap."""
        knapsacks, incumbent = context.lagrangian.knapsacks, context.incumbent
        first = not context.stepped and not knapsacks.by_core and not context.instance.is_wide
        follows = _master_is_quick(context, work)
        steps = FIRST_STEPS if first or follows else STEPS
        context.stepped = True
        again = bool(context.instance.budgets) and not context.opening and not follows
        upper = incumbent.value * incumbent.scale
        while True:
            gap = upper - context.current_multipliers.bound
            context.multipliers = subgradient(
                context.lagrangian,
                context.current_multipliers,
                steps,
                context.stage_budget.charge,
                upper,
                aim=incumbent.cost_steps(AIM) if knapsacks.by_core else 0,
                work=work,
            )
            incumbent.raise_bound(context.multipliers.bound)
            if not again or context.done():
                return
            slow = upper - context.multipliers.bound > (1 - CLOSING) * gap
            few = context.instance.tuning.few_pairs
            if slow or context.core_problem.remaining(neighbourhoods_of(context)) <= few:
                return


@dataclass(frozen=True, slots=True)
class MasterColumns:
    """Multipliers of the master problem, where steps leave many pairs or a proof was cut."""

    def run(self, context: Context, work: float) -> None:
        """Raise the bound, once within the same limits, if there is time for that.

        In the first turn it is solved only if it takes no more than *work*.
        """
        warm_start, lagrangian = context.warm_start, context.lagrangian
        incumbent = context.incumbent
        left = context.core_problem.remaining(context.current_neighbourhoods)
        needed = left > context.instance.tuning.least_pairs or warm_start.tried > 0
        if not needed or lagrangian.knapsacks.fractional:
            return
        if warm_start.within != lagrangian.limits:
            warm_start.within, warm_start.converged = lagrangian.limits, False
            warm_start.master = None
        expected = MasterProblem.expected_work(lagrangian)
        late = not context.opening and context.stage_budget.has(expected)
        if warm_start.converged or not (late or _master_is_quick(context, work)):
            return
        if warm_start.master is None:  # its first columns are of the best plan so far
            warm_start.master = MasterProblem(lagrangian, incumbent.taken)
        context.multipliers, warm_start.converged = by_columns(
            lagrangian,
            warm_start.master,
            context.current_multipliers,
            context.stage_budget.charge,
            incumbent.value * incumbent.scale,
        )
        incumbent.raise_bound(context.multipliers.bound)
        context.neighbourhoods = neighbourhoods_of(context)


@dataclass(frozen=True, slots=True)
class NeighbourhoodRounds:
    """Restricted models of a few members, in rounds of growing size.

    Parameters
    ----------
    rounds
        Number of rounds, the smallest size first; None is all.
    """

    rounds: int | None = None

    def run(self, context: Context, work: float) -> None:
        """Solve neighbourhoods, each call within *work*."""
        context.neighbourhood_search.run(
            context.current_neighbourhoods,
            context.effort,
            work,
            context.instance.sizes[: self.rounds],
        )


@dataclass(frozen=True, slots=True)
class Core:
    """Branch and cut over the core.

    Parameters
    ----------
    part
        Pairs whose penalty is below this fraction of the gap are in the core.
    """

    part: float

    def run(self, context: Context, work: float) -> None:
        """Solve the core; its bound is valid with that of all other pairs."""
        context.core_problem.solve_core(
            context.current_neighbourhoods, context.effort, self.part, work
        )


@dataclass(frozen=True, slots=True)
class ResidualProblem:
    """The model of all members and all pairs that a better plan can have.

    Parameters
    ----------
    in_integers
        True: solved by the solver of integer models; False: by branch and cut.
    each
        If more pairs are left, those of least penalty are solved, so many for each unit with a choice,
        for a good plan before the residual problem is tried; None is all that are left.
    """

    in_integers: bool
    each: int | None = None

    def run(self, context: Context, work: float) -> None:
        """Solve the residual problem; its bound is valid for the whole problem.

        Solvers begin anew each time, so that within budgets *work* doubles with each call that was cut.
        """
        warm_start, solver = context.warm_start, context.solver if self.in_integers else None
        problem, neighbourhoods = context.core_problem, context.current_neighbourhoods
        most = None
        if self.each is not None:
            most = self.each * int(np.count_nonzero(context.instance.need))
            if warm_start.tried > 0 or problem.remaining(neighbourhoods) <= most:
                return
        elif context.instance.budgets:
            work *= 2**warm_start.tried
            warm_start.tried = min(warm_start.tried + 1, MOST_DOUBLED)
        problem.solve_remaining(neighbourhoods, solver, work, most)


def _relaxed(context: Context) -> InitialMultipliers | None:
    """The multipliers of the linear relaxation within budgets, once within the same limits.

    None where flows or the master problem do as well. Where costs have many ties, as changes do, the
    program takes several times as long.
    """
    instance, lagrangian = context.instance, context.lagrangian
    limits = lagrangian.limits
    if (
        not instance.budgets
        or instance.has_equal_loads
        or context.warm_start.relaxed_within == limits
    ):
        return None
    slow = MasterProblem.expected_work(lagrangian) > instance.tuning.slow_master
    in_time = context.stage_budget.has(linear_work(instance) / LINEAR_PART)
    if not slow or context.has_coarse_costs or not in_time:
        return None
    linear = linear_multipliers(lagrangian, context.stage_budget)
    if linear is not None:
        context.warm_start.relaxed_within = limits
    return linear


def _master_is_quick(context: Context, work: float) -> bool:
    """Whether the master problem takes at most *work* within budgets, and there is time for that."""
    if not context.instance.budgets or context.lagrangian.knapsacks.fractional:
        return False
    expected = MasterProblem.expected_work(context.lagrangian)
    return expected <= work and context.stage_budget.has(expected)


def neighbourhoods_of(context: Context) -> Neighbourhoods:
    """The neighbourhoods under the best multipliers; charges the work of one pass over all knapsacks."""
    context.stage_budget.charge(context.lagrangian.knapsacks.work)
    return Neighbourhoods(context.lagrangian, context.current_multipliers, context.tie_cost)


def _offer_flows(context: Context, prices: tuple[int, ...]) -> None:
    """Offer the plan of a flow under multipliers of budgets, and under ones that outweigh all pairs."""
    lagrangian = context.lagrangian
    outweighing = tuple(min(lagrangian.outweighing, most) for most in lagrangian.most)
    for each in dict.fromkeys((prices, outweighing)):
        if context.stage_budget.charge(context.instance.size / PAIRS_A_UNIT):
            return
        plan = flow_plan(context.instance, lagrangian.penalised_cost(each))
        if plan is not None:
            context.incumbent.offer(plan)


def _offer_repaired(
    context: Context, instance: Instance, taken: BoolArray, cost: IntArray
) -> BoolArray | None:
    """The plan that repair makes of chosen pairs, U × M, offered to the incumbent; None if none."""
    plan = tabu_repair(instance, taken, cost, context.stage_budget.portion(REPAIR_PART))
    if plan is not None:
        context.incumbent.offer(plan)
    return plan
