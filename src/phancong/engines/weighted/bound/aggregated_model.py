"""The aggregated model: if the cost depends only on whether a pair is kept, pairs are counted.

Let the cost of each unit be the same at all members but a few, *its* members (last year's): no more than
it needs. Its pairs with them are its own pairs. Own pairs with the same member, loads and cost of leaving
it are of one kind, and differ only in the other members that may take the unit. If all members may, a
plan is a vector of counts: how many own pairs of each kind stay, and how many new units of each load
every member gets. A small integer program finds the best counts. Its bound is valid for the whole
problem, and one flow of least travel turns the counts into a plan.

If some pairs are forbidden, some units may find no place. The flow then names a set of units that have
too few places among all members that may take them (Hall, *Journal of the London Mathematical Society*
10, 1935, doi:10.1112/jlms/s1-10.37.26). Every plan has more places for them, so that this is a cut, and
the program is solved again (logic-based Benders: Hooker, Ottosson, *Mathematical Programming* 96, 2003,
doi:10.1007/s10107-003-0375-9).

If there are many different loads, as with decimals, new units are counted by class of load. The new
load of a member lies between the sums of the least and of the largest loads of their classes, and all new
loads add up to the load of the units that leave. This relaxes the program: its bound stays valid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Claim, Limits, Linear, LinearModel, Solver
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.common.network_flow import minimum_cost_flow
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Resource
from phancong.engines.weighted.tuning import ARCS_A_UNIT
from phancong.problem import BoolArray, IntArray

#: Cost of leaving if no other member may take the unit.
STAYS: Final = -1
#: Bits of the tie-breaking cost in the flow; a unit without a place must cost more than all pairs
#: together.
GUIDE: Final = 20
#: Pairs that take as long as one arc of a flow, where the cheapest are chosen.
DENSE: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class AggregatedSolution:
    """Bound and plan of an aggregated model.

    Parameters
    ----------
    bound
        Lower bound of the cost of any plan.
    taken
        Members for each unit, as near to the counts as was found, U × M. It keeps the limits of the load
        unless forbidden pairs prevent it.
    infeasible
        Whether no counts keep the limits, so that there is no plan.
    """

    bound: int
    taken: BoolArray
    infeasible: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _PairKinds:
    """The units, and their own pairs by kind.

    Parameters
    ----------
    unit
        The units that need a member, (N,).
    need
        The number of members that each needs, (N,).
    load
        Index of its loads in *loads*, (N,).
    loads
        The different loads in the measures that bind, L × R, in the order of the first measure.
    of_class
        The class of each load, (L,).
    row, member
        The index of the unit in *unit*, and the member, of each own pair; (O,).
    kind
        The kind of each own pair, (O,).
    table
        For each kind its member, index of its loads, cost of leaving the member (``STAYS``: no other
        member may take the unit), and number of own pairs; K × 4.
    offset
        Cost of the units if all own pairs stay.
    """

    unit: IntArray
    need: IntArray
    load: IntArray
    loads: IntArray
    of_class: IntArray
    row: IntArray
    member: IntArray
    kind: IntArray
    table: IntArray
    offset: int

    @property
    def classes(self) -> int:
        """Number of classes of loads."""
        return int(self.of_class.max(initial=-1)) + 1

    def ends(self) -> tuple[IntArray, IntArray]:
        """The least and the largest load of each class in each measure, C × R."""
        shape = self.classes, self.loads.shape[1]
        least, largest = np.full(shape, np.iinfo(np.int64).max), np.zeros(shape, dtype=np.int64)
        np.minimum.at(least, self.of_class, self.loads)
        np.maximum.at(largest, self.of_class, self.loads)
        return least, largest


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
        The limits. Loads that depend on the member, and all budgets, are relaxed.
    cost
        Integer cost of each pair, U × M.
    tie_cost
        Tie-breaking cost of each pair, U × M.
    solver, limits, charge
        The solver, the limits of a call, and the function that charges its work.
    """
    binding = [resource for resource in instance.binding if resource.each is not None]
    kinds = _kinds(instance, cost, binding) if binding else None
    if kinds is None:
        return None
    model, objective = _model(kinds, binding)
    places = _MemberPlaces(instance, kinds, cost, tie_cost)
    bound, taken = kinds.offset, places.staying()
    hint: IntArray | None = None
    first = (MathOptSolver(within_work=True),) if instance.has_many_members else ()
    for _ in range(instance.tuning.most_cuts):
        answer, known, none = _counted((*first, solver), model, objective, hint, limits, charge)
        bound = bound if known is None else max(bound, known + kinds.offset)
        if none:
            return AggregatedSolution(bound, taken, infeasible=True)
        if answer is None:
            break
        hint = answer
        taken, overfull = places.filled(hint[: model.decisions])
        if charge(places.charged()) or not overfull:
            break
        for few, most in overfull:
            model.add(Linear(few, np.ones(len(few), dtype=np.int64)), lower=most)
    return AggregatedSolution(bound, taken)


def _counted(
    solvers: Sequence[Solver],
    model: LinearModel,
    objective: Linear,
    hint: IntArray | None,
    limits: Callable[[], Limits],
    charge: Callable[[float], bool],
) -> tuple[IntArray | None, int | None, bool]:
    """The counts of the first solver that proves them, or else of the last one, and the best bound.

    The third is whether it is proven that there are none.
    """
    bounds: list[int] = []
    values: IntArray | None = None
    none = False
    for solver in solvers:
        answer = solver.solve(model, objective, hint, limits())
        if answer.bound is not None:
            bounds.append(answer.bound - int(solver.accuracy * abs(answer.bound)))
        if answer.values is not None:
            hint = values = answer.values
        none = answer.claim is Claim.INFEASIBLE
        if charge(answer.work) or none or answer.claim is Claim.OPTIMAL:
            break
    return values, max(bounds, default=None), none


def _kinds(instance: Instance, cost: IntArray, binding: Sequence[Resource]) -> _PairKinds | None:
    units = np.flatnonzero(instance.need > 0)
    need, free, cost = instance.need[units], instance.free[units], cost[units]
    barred = np.iinfo(np.int64).max
    top = np.where(free, cost, -barred).max(axis=1, initial=-barred)
    all_stay = free.sum(axis=1) <= need
    own = free & ((cost < top[:, None]) | all_stay[:, None])
    if (own.sum(axis=1) > need).any():
        return None  # a count does not tell which of the own pairs stay
    row, member = np.nonzero(own)
    leaving = np.where(all_stay[row], STAYS, top[row] - cost[row, member])
    loads, load = np.unique(_loads(binding)[units], axis=0, return_inverse=True)
    load = load.reshape(-1)
    exactly = len(loads) * free.shape[1] <= instance.tuning.most_counts
    of_class = _classes(load, need, len(loads) if exactly else instance.tuning.load_classes)
    described = np.stack([member, load[row], leaving], axis=1)
    table, kind, count = np.unique(described, axis=0, return_inverse=True, return_counts=True)
    table = np.concatenate([table, count[:, None]], axis=1)
    others = np.where(all_stay, 0, top * (need - own.sum(axis=1)))
    offset = int(cost[row, member].sum() + others.sum())
    return _PairKinds(
        units, need, load, loads, of_class, row, member, kind.reshape(-1), table, offset
    )


def _loads(binding: Sequence[Resource]) -> IntArray:
    """The load of each unit in each measure, U × R."""
    each = [resource.each for resource in binding if resource.each is not None]
    return np.stack(each, axis=1)


def _classes(load: IntArray, need: IntArray, most: int) -> IntArray:
    """The class of each load, (L,): at most *most* classes of adjacent loads, about equal in size."""
    count = np.bincount(load, weights=need)
    if len(count) <= most:
        return np.arange(len(count))
    before = np.cumsum(count) - count
    found = np.floor(before * most / count.sum()).astype(np.int64)
    return np.unique(found, return_inverse=True)[1].reshape(-1)


def _model(kinds: _PairKinds, binding: Sequence[Resource]) -> tuple[LinearModel, Linear]:
    """The model and its objective.

    The variables are the number of own pairs of each kind that stay, (K,), then the number of new units
    of each class for every member, M × C, and, where a class has several loads, each member's new load.
    """
    member, load, leaving, count = kinds.table.T
    members, classes = len(binding[0].low), kinds.classes
    of_class = np.zeros(classes, dtype=np.int64)
    np.add.at(of_class, kinds.of_class[kinds.load], kinds.need)
    model = LinearModel(len(member) + members * classes)
    model.upper = [*count.tolist(), *np.tile(of_class, members).tolist()]
    model.lower[: len(member)] = np.where(leaving == STAYS, count, 0).tolist()
    anew = len(member) + np.arange(members * classes).reshape(members, classes)
    for number in range(classes):
        mine = np.concatenate([np.flatnonzero(kinds.of_class[load] == number), anew[:, number]])
        whole = int(of_class[number])
        model.add(Linear(mine, np.ones(len(mine), dtype=np.int64)), whole, whole)
    least, largest = kinds.ends()
    for number, resource in enumerate(binding):
        stays = kinds.loads[load, number]
        exact = bool((least[:, number] == largest[:, number]).all())
        total = int((kinds.loads[kinds.load, number] * kinds.need).sum())
        got = []
        for m in range(members):
            stay = np.flatnonzero((member == m) & (stays > 0))
            limits = int(resource.low[m]), int(resource.high[m])
            if exact:
                some = least[:, number] > 0
                mine = np.concatenate([stay, anew[m][some]])
                model.add(Linear(mine, np.concatenate([stays[stay], least[some, number]])), *limits)
                continue
            load_anew = _load_anew(model, anew[m], least[:, number], largest[:, number], total)
            got.append(load_anew)
            mine = np.append(stay, load_anew)
            model.add(Linear(mine, np.append(stays[stay], 1)), *limits)
        if got:
            mine = np.concatenate([np.flatnonzero(stays), got])
            model.add(Linear(mine, np.append(stays[stays > 0], np.ones_like(got))), total, total)
    price = np.maximum(leaving, 0)
    return model, Linear(np.arange(len(member)), -price, int((price * count).sum()))


def _load_anew(
    model: LinearModel, anew: IntArray, least: IntArray, largest: IntArray, total: int
) -> int:
    """A variable for the new load of a member, between the sums of the least and of the largest loads."""
    found = model.integer(0, total, lambda values: int(least @ values[anew]))
    mine = np.append(anew, found)
    model.add(Linear(mine, np.append(least, -1)), upper=0)
    model.add(Linear(mine, np.append(largest, -1)), lower=0)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _PlaceArcs:
    """Unit, place, member and tie-breaking cost of each arc of the flow, (A,) each."""

    row: IntArray
    place: IntArray
    member: IntArray
    price: IntArray


class _MemberPlaces:
    """The flow of units into the places that the counts give; a place is a variable of the model.

    With many members the flow has the cheapest pairs of each unit first, then all pairs of the units that
    these give no place, and all pairs only if there is no plan without.

    Parameters
    ----------
    instance, kinds
        The limits, and own pairs by kind.
    cost, tie_cost
        Cost and tie-breaking cost of each pair, U × M.
    """

    def __init__(
        self, instance: Instance, kinds: _PairKinds, cost: IntArray, tie_cost: IntArray
    ) -> None:
        self.shape = instance.free.shape
        self.kinds = kinds
        self.dearness = np.where(instance.free, cost, np.iinfo(np.int64).max)[kinds.unit]
        self.others = instance.free[kinds.unit]
        self.others[kinds.row, kinds.member] = False
        self.tie_cost = tie_cost
        #: Pairs of each unit in the first flow; None if it has all.
        self.each = instance.tuning.near_pairs if instance.has_many_members else None
        #: Arcs of flows since they were last charged.
        self.flown = instance.size // DENSE

    @cached_property
    def near(self) -> BoolArray:
        """The cheapest pairs of each unit beside its own, N × M; all of them if there are few members."""
        if self.each is None:
            return self.others
        tie = np.where(self.others, self.tie_cost[self.kinds.unit], np.iinfo(np.int64).max)
        few = np.argpartition(tie, self.each - 1, axis=1)[:, : self.each]
        near = np.zeros_like(self.others)
        np.put_along_axis(near, few, True, axis=1)
        return near & self.others

    @cached_property
    def _near(self) -> _PlaceArcs:
        """The arcs of own pairs and of the cheapest others."""
        return self._arcs(self.near)

    def _arcs(self, others: BoolArray) -> _PlaceArcs:
        kinds = self.kinds
        many, classes = len(kinds.table), kinds.classes
        rows, members = np.nonzero(others)
        row = np.concatenate([kinds.row, rows])
        place = np.concatenate(
            [kinds.kind, many + members * classes + kinds.of_class[kinds.load[rows]]]
        )
        member = np.concatenate([kinds.member, members])
        shift = max(int(np.abs(self.tie_cost).max(initial=0)).bit_length() - GUIDE, 0)
        return _PlaceArcs(row, place, member, self.tie_cost[kinds.unit[row], member] >> shift)

    def staying(self) -> BoolArray:
        """Each unit with its cheapest members, U × M."""
        return self._completed(np.zeros(self.shape, dtype=bool))

    def _completed(self, taken: BoolArray) -> BoolArray:
        """The plan with the cheapest further members for units that need more, U × M."""
        missing = self.kinds.need - taken[self.kinds.unit].sum(axis=1)
        for row in np.flatnonzero(missing > 0).tolist():
            unit = self.kinds.unit[row]
            dear = np.where(taken[unit], np.iinfo(np.int64).max, self.dearness[row])
            taken[unit, np.argsort(dear, kind="stable")[: missing[row]]] = True
        return taken

    def filled(self, values: IntArray) -> tuple[BoolArray, list[tuple[IntArray, int]]]:
        """Members for each unit, U × M, and sets of places with the number that units need of them.

        A unit without a place gets its cheapest members.
        """
        arcs, used = self._near, self._flow(self._near, values)
        if self.each is not None and (waiting := self._waiting(arcs, used)).any():
            # The places that are left are anywhere, so that units without a place get all their pairs.
            arcs = self._arcs(self.near | (self.others & waiting[:, None]))
            used = self._flow(arcs, values)
            if self._waiting(arcs, used).any():
                arcs = self._arcs(self.others)
                used = self._flow(arcs, values)
        row, member = arcs.row[used], arcs.member[used]
        taken = np.zeros(self.shape, dtype=bool)
        taken[self.kinds.unit[row], member] = True
        return self._completed(taken), self._overfull(arcs, used, len(values))

    def charged(self) -> float:
        """Units of work of all flows since the last call."""
        flown, self.flown = self.flown, 0
        return flown / ARCS_A_UNIT

    def _waiting(self, arcs: _PlaceArcs, used: BoolArray) -> BoolArray:
        """Units with fewer places in a flow than they need, (N,)."""
        places = np.bincount(arcs.row[used], minlength=len(self.kinds.unit))
        waiting: BoolArray = places < self.kinds.need
        return waiting

    def _flow(self, arcs: _PlaceArcs, values: IntArray) -> BoolArray:
        """The arcs of a flow with as few units without a place as possible, and of least cost, (A,)."""
        self.flown += len(arcs.row)
        units, places = len(self.kinds.unit), np.arange(len(values))
        hall, need = units + len(values), self.kinds.need
        dear = int(need.sum()) * (int(np.abs(arcs.price).max(initial=0)) + 1)
        parts = (
            (arcs.row, units + arcs.place, np.ones_like(arcs.row), arcs.price),
            (np.arange(units), np.full(units, hall), need, np.full(units, dear)),
            (np.full(len(values), hall), units + places, values, np.zeros_like(values)),
        )
        found = minimum_cost_flow(parts, np.concatenate([need, -values, [0]]))
        assert found is not None  # each unit can go through the node for units without a place
        return found[0] > 0

    def _overfull(self, arcs: _PlaceArcs, used: BoolArray, many: int) -> list[tuple[IntArray, int]]:
        """Cuts: by class, places and the number of units that need them.

        The units are those on alternating paths from units without a place. They have fewer places on
        these paths than they need (Hall's condition). Each of their arcs to another place gives one
        member at most, which is subtracted from the number.
        """
        waiting = self._waiting(arcs, used)
        inside = waiting.copy()
        reached = np.zeros(many, dtype=bool)
        while waiting.any():
            reached[arcs.place[inside[arcs.row] & ~used]] = True
            more = inside.copy()
            more[arcs.row[used & reached[arcs.place]]] = True
            if np.array_equal(more, inside):
                break
            inside = more
        found = []
        classes = self.kinds.of_class[self.kinds.load]
        for one in np.unique(classes[waiting]).tolist():
            units = inside & (classes == one)
            mine = units[arcs.row]
            places = np.unique(arcs.place[mine & reached[arcs.place]])
            elsewhere = int((mine & ~reached[arcs.place]).sum())
            found.append((places, int(self.kinds.need[units].sum()) - elsewhere))
        return found
