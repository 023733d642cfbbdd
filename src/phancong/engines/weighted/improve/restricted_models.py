"""Restricted models: integer programs of some members, their units and some of the pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from phancong.engines.common.linear_model import NOTHING, Claim, Limits, Linear, LinearModel, Solver
from phancong.engines.weighted.improve.pattern_rows import add_patterns
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import covers
from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class RestrictedSolution:
    """The solution of a restricted model.

    Parameters
    ----------
    taken
        The best plan of the whole problem, U × M.
    gain
        Cost of the former plan less its cost, 0 or more.
    solved
        Whether it is proven that the model has no better plan.
    bound
        Lower bound of the cost of all plans of the model, with the pairs outside it; None if unknown.
    work
        Units of work of the call.
    """

    taken: BoolArray
    gain: int
    solved: bool
    bound: int | None
    work: float


def find_plan(
    instance: Instance,
    taken: BoolArray,
    offered: BoolArray,
    solver: Solver,
    limits: Callable[[], Limits],
    charge: Callable[[float], bool],
) -> tuple[BoolArray | None, bool]:
    """Any plan within the limits. The hint *taken* need not be one.

    Returns
    -------
    tuple
        The plan, U × M, None if none was found, and whether it is proven that the pairs *offered* and
        those of *taken* contain none.
    """
    everybody = np.arange(taken.shape[1])
    model, unit, member, _ = _restricted_model(instance, taken, everybody, offered)
    answer = solver.solve(model, NOTHING, taken[unit, member].astype(np.int64), limits())
    charge(answer.work)
    if answer.values is None:
        return None, answer.claim is Claim.INFEASIBLE
    plan = np.zeros(taken.shape, dtype=bool)
    plan[unit, member] = answer.values > 0
    return (plan, False) if instance.keeps(plan) else (None, False)


def solve_restricted(
    instance: Instance,
    taken: BoolArray,
    cost: IntArray,
    members: IntArray,
    offered: BoolArray,
    solver: Solver,
    limits: Callable[[], Limits],
    *,
    patterns: bool = False,
) -> RestrictedSolution:
    """The cheapest plan found in which only *members* exchange units among each other.

    Parameters
    ----------
    instance, taken, cost
        The limits, a plan within them, and the cost of each pair, U × M.
    members
        Numbers of the members, rising.
    offered
        Pairs of the model, U × M; the pairs of the plan are added.
    solver, limits
        The solver and the limits of its call.
    patterns
        Whether each member with few patterns of loads chooses one.
    """
    model, unit, member, outside = _restricted_model(instance, taken, members, offered)
    numbers = np.arange(len(unit))
    if patterns:
        add_patterns(model, instance, unit, member)
    rest = int(cost[outside].sum())
    price = cost[unit, member]
    mine = numbers[price != 0]
    objective = Linear(mine, price[mine])
    hint = model.complete(taken[unit, member].astype(np.int64))
    answer = solver.solve(model, objective, hint, limits())
    before = objective.at(hint)
    bound = None if answer.bound is None else answer.bound + rest
    if answer.values is None:
        return RestrictedSolution(taken, 0, False, bound, answer.work)
    gain = before - objective.at(answer.values)
    done = answer.claim is Claim.OPTIMAL
    if gain <= 0:
        return RestrictedSolution(taken, 0, done and gain == 0, bound, answer.work)
    after = taken.copy()
    after[unit, member] = answer.values[: model.decisions] > 0
    if not instance.keeps(after):  # an error of the solver: neither plan nor bound are used
        return RestrictedSolution(taken, 0, False, None, answer.work)
    return RestrictedSolution(after, gain, done, bound, answer.work)


def _restricted_model(
    instance: Instance, taken: BoolArray, members: IntArray, offered: BoolArray
) -> tuple[LinearModel, IntArray, IntArray, BoolArray]:
    """The model, unit and member of each of its pairs, and the plan's pairs of all other members."""
    inside = np.zeros(taken.shape[1], dtype=bool)
    inside[members] = True
    units = np.flatnonzero((taken & inside).any(axis=1))
    here = np.ix_(units, members)
    present = taken[here]
    rows, columns = np.nonzero((offered[here] & instance.free[here]) | present)
    unit, member = units[rows], members[columns]
    model = LinearModel(len(unit))
    places = present.sum(axis=1).tolist()
    numbers = np.arange(len(unit))
    starts = np.searchsorted(rows, np.arange(len(units) + 1)).tolist()
    for row, need in enumerate(places):
        mine = numbers[starts[row] : starts[row + 1]]
        if len(mine) == need:
            for pair in mine.tolist():
                model.tighten(pair, lower=1)
        else:
            model.add(Linear(mine, np.ones(len(mine), dtype=np.int64)), need, need)
    for resource in instance.binding:
        for column, m in enumerate(members.tolist()):
            mine = numbers[columns == column]
            weight = resource.weight[unit[mine], m]
            mine, weight = mine[weight > 0], weight[weight > 0]
            model.add(Linear(mine, weight), int(resource.low[m]), int(resource.high[m]))
    outside = taken & ~inside
    for budget in instance.budgets:
        weight = budget.weight[unit, member]
        mine = numbers[weight != 0]
        most = budget.most - int(budget.weight[outside].sum())
        model.add(Linear(mine, weight[mine]), upper=most)
    _add_covers(model, instance, unit, member)
    return model, unit, member, outside


def _add_covers(model: LinearModel, instance: Instance, unit: IntArray, member: IntArray) -> None:
    """Cover inequalities of the pairs that budgets want kept.

    At 400 × 60 with fifteen changes branch and cut took 1.3 s with them; without, 0.4 % were open after
    3 s.
    """
    for load in instance.binding:
        for mine, most in covers(load, unit, member, instance.kept[unit, member]):
            model.add(Linear(mine, np.ones(len(mine), dtype=np.int64)), upper=most)
