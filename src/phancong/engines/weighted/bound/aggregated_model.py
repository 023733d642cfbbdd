"""The aggregated model: if the cost depends only on whether a unit keeps its member, units are counted.

Let the cost of each unit be the same at all members but one, *its* member (last year's). Units with the
same member, load and cost of leaving it are of one kind, and differ only in the other members that may
take them. If all members may, a plan is a vector of counts: how many units of each kind stay, and how
many new units of each load every member gets. A small integer program finds the best counts. Its bound
is valid for the whole problem, and one flow of least travel turns the counts into a plan.

If some pairs are forbidden, some units may find no place. The flow then names a set of units that have
too few places among all members that may take them (Hall, *Journal of the London Mathematical Society*
10, 1935, doi:10.1112/jlms/s1-10.37.26). Every plan has more places for them, so that this is a cut, and
the program is solved again (logic-based Benders: Hooker, Ottosson, *Mathematical Programming* 96, 2003,
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

#: Cost of leaving if no other member may take the unit.
STAYS: Final = -1
#: Bits of the tie-breaking cost in the flow; a unit without a place must cost more than all pairs
#: together.
GUIDE: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class AggregatedSolution:
    """Bound and plan of an aggregated model.

    Parameters
    ----------
    bound
        Lower bound of the cost of any plan.
    taken
        A member for each unit, as near to the counts as was found, U × M. It keeps the limits of the load
        unless forbidden pairs prevent it.
    """

    bound: int
    taken: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class _HouseholdKinds:
    """The units by kind.

    Parameters
    ----------
    unit
        The units that need a member, (N,).
    own
        The kind of each unit, -1 if all members cost the same, (N,).
    load
        Index of its load in *loads*, (N,).
    loads
        The different loads, (L,).
    table
        For each kind its member, index of its load, cost of leaving the member (``STAYS``: no other
        member may take them), and number of units; K × 4.
    offset
        Cost of the units if all stay.
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
    """The bound of the aggregated model, and a plan from its counts; None if units cannot be aggregated.

    Parameters
    ----------
    instance
        The limits. All loads but the first that binds, and all budgets, are relaxed.
    cost
        Integer cost of each pair, U × M.
    tie_cost
        Tie-breaking cost of each pair, U × M.
    solver, limits, charge
        The solver, the limits of a call, and the function that charges its work.
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
    """The model and its objective.

    The variables are the number of units of each kind that stay, (K,), then the number of new units of
    each load for every member, M × L.
    """
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
    """The flow of units into the places that the counts give; a place is a variable of the model.

    Parameters
    ----------
    instance, kinds, tie_cost
        The limits, the units by kind, and the tie-breaking cost of each pair, U × M.
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
        """Each unit with its cheapest member, U × M."""
        taken = np.zeros(self.shape, dtype=bool)
        taken[self.kinds.unit, self.kinds.nearest] = True
        return taken

    def filled(self, values: IntArray) -> tuple[BoolArray, list[tuple[IntArray, int]]]:
        """A member for each unit, U × M, and sets of places with the number of units that need them.

        A unit without a place gets its cheapest member.
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
        """The arcs of a flow with as few units without a place as possible, and of least cost, (A,)."""
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
        assert found is not None  # each unit can go through the node for units without a place
        return found[0] > 0

    def _overfull(
        self, used: BoolArray, waiting: BoolArray, many: int
    ) -> list[tuple[IntArray, int]]:
        """By load, the units on alternating paths from units without a place, and all their places.

        These units have fewer places than they need (Hall's condition).
        """
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
