"""Sums that ask of each household only whether it stays: households of a kind are counted, not named.

Where a unit's cost is the same at all members but one (*its* member: last year's), units of one kind,
the same member, load and cost of leaving it, are alike but for who else may take them. If everyone
may, a plan is no more than numbers: of each kind how many stay, and of each load how many each member
gets anew. That is a small integer program, whose bound holds for the whole problem, and whose numbers
become a plan by one flow (of the least travel) unless too many pairs are barred.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from phancong.engines.exact.backend import Limits, Linear, LinearModel, Solver
from phancong.engines.lns.instance import Instance, Resource
from phancong.problem import BoolArray, IntArray

#: The cost of leaving, where there is nobody else.
STAYS: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What counting gave.

    Parameters
    ----------
    bound
        No plan costs less; None if that is unknown.
    taken
        A plan within the limits of the load, U × M; None if none was made.
    """

    bound: int | None
    taken: BoolArray | None


@dataclass(frozen=True, slots=True, eq=False)
class _Kinds:
    """The units by kind.

    Parameters
    ----------
    unit
        Numbers of the units that need a member, (N,).
    own
        The kind of each, -1 where no member is its own, (N,).
    load
        The number of its load among *loads*, (N,).
    loads
        The loads there are, (L,).
    table
        Member, number of the load, what leaving the member costs (``STAYS``: nobody else may take
        them), and how many units; K × 4.
    offset
        What the units cost if all stay.
    """

    unit: IntArray
    own: IntArray
    load: IntArray
    loads: IntArray
    table: IntArray
    offset: int


def counted(
    instance: Instance,
    cost: IntArray,
    guide: IntArray,
    solver: Solver,
    limits: Limits,
    spent: Callable[[float], bool],
) -> Counted | None:
    """A bound, and a plan if one can be made of the numbers; None if units cannot be counted.

    Parameters
    ----------
    instance
        The limits; of the loads only the first that binds is looked at, and no budget is.
    cost
        Integer cost of each pair, U × M.
    guide
        What the plan is chosen by, U × M.
    solver, limits, spent
        What is asked, for how long, and who is told the work it took.
    """
    binding = instance.binding
    if not binding or binding[0].each is None or (instance.need > 1).any():
        return None
    kinds = _kinds(instance, cost, binding[0].each)
    if kinds is None:
        return None
    model, objective = _model(kinds, binding[0])
    answer = solver.solve(model, objective, None, limits)
    spent(answer.work)
    bound = None if answer.bound is None else answer.bound + kinds.offset
    if answer.values is None:
        return Counted(bound, None)
    return Counted(bound, _plan(instance, kinds, guide, answer.values))


def _kinds(instance: Instance, cost: IntArray, each: IntArray) -> _Kinds | None:
    units = np.flatnonzero(instance.need > 0)
    rows = np.arange(len(units))
    barred = np.iinfo(np.int64).max
    free = instance.free[units]
    least = np.where(free, cost[units], barred)
    own = least.argmin(axis=1)
    stays = least[rows, own]
    others = free.copy()
    others[rows, own] = False
    top = np.where(others, cost[units], -barred).max(axis=1)
    low = np.where(others, cost[units], barred).min(axis=1)
    if (others.any(axis=1) & (top != low)).any():
        return None
    leaving = np.where(others.any(axis=1), top - stays, STAYS)
    loads, load = np.unique(each[units], return_inverse=True)
    owned = leaving != 0
    described = np.stack([own[owned], load[owned], leaving[owned]], axis=1)
    table, kind, count = np.unique(described, axis=0, return_inverse=True, return_counts=True)
    mine = np.full(len(units), -1, dtype=np.int64)
    mine[owned] = kind.reshape(-1)
    table = np.concatenate([table, count[:, None]], axis=1)
    return _Kinds(units, mine, load, loads, table, int(stays.sum()))


def _model(kinds: _Kinds, resource: Resource) -> tuple[LinearModel, Linear]:
    """First how many of each kind stay, then how many of each load every member gets anew, M × L."""
    member, load, leaving, count = kinds.table.T
    members, loads = len(resource.low), len(kinds.loads)
    of_load = np.bincount(kinds.load, minlength=loads)
    model = LinearModel(len(member) + members * loads)
    model.upper = [*count.tolist(), *np.tile(of_load, members).tolist()]
    model.lower[: len(member)] = np.where(leaving == STAYS, count, 0).tolist()
    anew = len(member) + np.arange(members * loads).reshape(members, loads)
    for number in range(loads):
        mine = np.concatenate([np.flatnonzero(load == number), anew[:, number]])
        whole = int(of_load[number])
        model.add(Linear(mine, np.ones(len(mine), dtype=np.int64)), whole, whole)
    for m in range(members):
        stay = np.flatnonzero(member == m)
        mine = np.concatenate([stay, anew[m]])
        weight = np.concatenate([kinds.loads[load[stay]], kinds.loads])
        mine, weight = mine[weight > 0], weight[weight > 0]
        model.add(Linear(mine, weight), int(resource.low[m]), int(resource.high[m]))
    price = np.maximum(leaving, 0)
    return model, Linear(np.arange(len(member)), -price, int((price * count).sum()))


def _plan(instance: Instance, kinds: _Kinds, guide: IntArray, values: IntArray) -> BoolArray | None:
    """Who stays, and who goes where: one flow of units into places."""
    many, loads = len(kinds.table), len(kinds.loads)
    rows = np.flatnonzero(kinds.own >= 0)
    member = kinds.table[kinds.own[rows], 0]
    free_rows, free_members = np.nonzero(instance.free[kinds.unit])
    tail = np.concatenate([rows, free_rows])
    place = np.concatenate([kinds.own[rows], many + free_members * loads + kinds.load[free_rows]])
    goes_to = np.concatenate([member, free_members])
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tail.astype(np.int32),
        (len(kinds.unit) + place).astype(np.int32),
        np.ones(len(tail), dtype=np.int64),
        guide[kinds.unit[tail], goes_to],
    )
    supply = np.concatenate([np.ones(len(kinds.unit), dtype=np.int64), -values])
    solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    if solver.solve() != SimpleMinCostFlow.OPTIMAL:
        return None
    used = np.asarray(solver.flows(arcs)) > 0
    taken = np.zeros(instance.free.shape, dtype=bool)
    taken[kinds.unit[tail[used]], goes_to[used]] = True
    return taken
