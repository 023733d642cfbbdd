"""The aggregated model: if a cost depends only on whether a household stays, kinds are counted.

Where a unit's cost is the same at all members but one (*its* member: last year's), units of one kind,
the same member, load and cost of leaving it, are alike but for who else may take them. If everyone
may, a plan is no more than numbers: of each kind how many stay, and of each load how many each member
gets anew. That is a small integer program, whose bound holds for the whole problem, and whose numbers
become a plan by one flow, of the least travel. Where pairs are barred and some units find no place, the
flow names units that have too few places among those they may have (Hall, *Journal of the London
Mathematical Society* 10, 1935, doi:10.1112/jlms/s1-10.37.26); no plan has so few, and the numbers are
asked for again (a Benders cut: Hooker, Ottosson, *Mathematical Programming* 96, 2003,
doi:10.1007/s10107-003-0375-9).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Limits, Linear, LinearModel, Solver
from phancong.engines.common.network_flow import minimum_cost_flow
from phancong.engines.weighted.instance import Instance, Resource
from phancong.engines.weighted.tuning import ARCS_A_UNIT
from phancong.problem import BoolArray, IntArray

#: The cost of leaving, where there is nobody else.
STAYS: Final = -1
#: Bits of the tie-breaking cost in the flow, so that waiting is dearer than all pairs together.
GUIDE: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class AggregatedSolution:
    """Bound and plan of an aggregated model.

    Parameters
    ----------
    bound
        No plan costs less.
    taken
        Members for all units as near to the numbers as was found, U × M: a plan within the limits of
        the load, unless pairs that are barred forbid it.
    """

    bound: int
    taken: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class _HouseholdKinds:
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
    nearest
        The cheapest member of each unit, (N,).
    """

    unit: IntArray
    own: IntArray
    load: IntArray
    loads: IntArray
    table: IntArray
    offset: int
    nearest: IntArray


def solve_aggregated(
    instance: Instance,
    cost: IntArray,
    tie_cost: IntArray,
    solver: Solver,
    limits: Callable[[], Limits],
    charge: Callable[[float], bool],
) -> AggregatedSolution | None:
    """A bound, and a plan if one can be made of the numbers; None if units cannot be counted.

    Parameters
    ----------
    instance
        The limits; of the loads only the first that binds is looked at, and no budget is.
    cost
        Integer cost of each pair, U × M.
    tie_cost
        What the plan is chosen by, U × M.
    solver, limits, charge
        The solver, its limits, and where its work is charged.
    """
    binding = instance.binding
    if not binding or binding[0].each is None or (instance.need > 1).any():
        return None
    kinds = _kinds(instance, cost, binding[0].each)
    if kinds is None:
        return None
    model, objective = _model(kinds, binding[0])
    places = _MemberPlaces(instance, kinds, tie_cost)
    bound, taken = kinds.offset, places.staying()
    hint: IntArray | None = None
    for _ in range(instance.tuning.most_cuts):
        answer = solver.solve(model, objective, hint, limits())
        if answer.values is None or answer.bound is None:
            break
        bound = max(bound, answer.bound + kinds.offset)
        hint = answer.values
        taken, overfull = places.filled(hint)
        if charge(answer.work + instance.size / ARCS_A_UNIT) or not overfull:
            break
        for few, units in overfull:
            model.add(Linear(few, np.ones(len(few), dtype=np.int64)), lower=units)
    return AggregatedSolution(bound, taken)


def _kinds(instance: Instance, cost: IntArray, each: IntArray) -> _HouseholdKinds | None:
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
    return _HouseholdKinds(units, mine, load, loads, table, int(stays.sum()), own)


def _model(kinds: _HouseholdKinds, resource: Resource) -> tuple[LinearModel, Linear]:
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


class _MemberPlaces:
    """The places of the counts: of households that stay, by kind, then of each member anew.

    Parameters
    ----------
    instance, kinds, guide
        The limits, the units, and what the plan is chosen by.
    """

    def __init__(self, instance: Instance, kinds: _HouseholdKinds, tie_cost: IntArray) -> None:
        self.shape = instance.free.shape
        self.kinds = kinds
        many, loads = len(kinds.table), len(kinds.loads)
        stays = np.flatnonzero(kinds.own >= 0)
        rows, members = np.nonzero(instance.free[kinds.unit])
        #: Unit, place and member of each arc.
        self.row = np.concatenate([stays, rows])
        self.place = np.concatenate([kinds.own[stays], many + members * loads + kinds.load[rows]])
        self.member = np.concatenate([kinds.table[kinds.own[stays], 0], members])
        shift = max(int(np.abs(tie_cost).max(initial=0)).bit_length() - GUIDE, 0)
        self.price = tie_cost[kinds.unit[self.row], self.member] >> shift

    def staying(self) -> BoolArray:
        """Everybody with the cheapest member, U × M."""
        taken = np.zeros(self.shape, dtype=bool)
        taken[self.kinds.unit, self.kinds.nearest] = True
        return taken

    def filled(self, values: IntArray) -> tuple[BoolArray, list[tuple[IntArray, int]]]:
        """Members for all units, U × M, and overfull places with the number of units that need them.

        Whoever finds no place is with the cheapest member.
        """
        used = self._flow(values)
        row, member = self.row[used], self.member[used]
        taken = np.zeros(self.shape, dtype=bool)
        taken[self.kinds.unit[row], member] = True
        waiting = np.ones(len(self.kinds.unit), dtype=bool)
        waiting[row] = False
        taken[self.kinds.unit[waiting], self.kinds.nearest[waiting]] = True
        return taken, self._overfull(used, waiting, len(values))

    def _flow(self, values: IntArray) -> BoolArray:
        """The arcs of a flow that leaves as few waiting as can be, of the least price."""
        units, places = len(self.kinds.unit), np.arange(len(values))
        hall = units + len(values)
        dear = units * (int(np.abs(self.price).max(initial=0)) + 1)
        one = np.ones(units, dtype=np.int64)
        parts = (
            (self.row, units + self.place, np.ones_like(self.row), self.price),
            (np.arange(units), np.full(units, hall), one, np.full(units, dear)),
            (np.full(len(values), hall), units + places, values, np.zeros_like(values)),
        )
        found = minimum_cost_flow(parts, np.concatenate([one, -values, [0]]))
        assert found is not None  # all can wait in the hall
        return found[0] > 0

    def _overfull(
        self, used: BoolArray, waiting: BoolArray, many: int
    ) -> list[tuple[IntArray, int]]:
        """By load, the units that those who wait could only push out, and all places of theirs."""
        inside = waiting.copy()
        reached = np.zeros(many, dtype=bool)
        while True:
            reached[self.place[inside[self.row]]] = True
            more = inside.copy()
            more[self.row[used & reached[self.place]]] = True
            if np.array_equal(more, inside):
                break
            inside = more
        found = []
        for load in np.unique(self.kinds.load[waiting]).tolist():
            units = inside & (self.kinds.load == load)
            places = np.unique(self.place[units[self.row]])
            found.append((places, int(units.sum())))
        return found
