"""The aggregated model: if a cost depends only on whether a pair stays, kinds are counted.

Where a unit costs the same at all members but a few (*its* members: last year's), pairs of one kind, the
same member, loads and cost of leaving it, are alike but for who else may take them. If everyone may, a
plan is no more than numbers: of each kind how many stay, and of each load how many each member gets
anew. That is a small integer program, whose bound holds for the whole problem, and whose numbers become
a plan by one flow, of the least travel. Where pairs are barred and some units find no place, the flow
names units that have too few places among those they may have (Hall, *Journal of the London Mathematical
Society* 10, 1935, doi:10.1112/jlms/s1-10.37.26); no plan has so few, and the numbers are asked for again
(a Benders cut: Hooker, Ottosson, *Mathematical Programming* 96, 2003, doi:10.1007/s10107-003-0375-9).

Of many different loads, such as decimals, those that come anew are counted by class: a member gets so
many of a class, and a load between so many times its least and its largest. What members get anew adds
up to what is left. That leaves no plan out, so that the bound holds as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
class _PairKinds:
    """The units, and their own pairs by kind.

    Parameters
    ----------
    unit
        Numbers of the units that need a member, (N,).
    need
        How many each needs, (N,).
    load
        The number of its loads among *loads*, (N,).
    loads
        The loads there are, in each measure that binds, L × R, in the order of the first measure.
    of_class
        The class of each, (L,).
    row, member
        Of own pairs: the place of the unit in *unit*, and the member; (O,).
    kind
        The kind of each, (O,).
    table
        Member, number of the loads, what leaving the member costs (``STAYS``: nobody else may take them),
        and how many own pairs; K × 4.
    offset
        What the units cost if all own pairs stay.
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
        """How many classes of loads there are."""
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
    """A bound, and a plan if one can be made of the numbers; None if units cannot be counted.

    Parameters
    ----------
    instance
        The limits; loads that depend on the member are not looked at, and no budget is.
    cost
        Integer cost of each pair, U × M.
    tie_cost
        What the plan is chosen by, U × M.
    solver, limits, charge
        The solver, its limits, and where its work is charged.
    """
    binding = [resource for resource in instance.binding if resource.each is not None]
    kinds = _kinds(instance, cost, binding) if binding else None
    if kinds is None:
        return None
    model, objective = _model(kinds, binding)
    places = _MemberPlaces(instance, kinds, cost, tie_cost)
    bound, taken = kinds.offset, places.staying()
    hint: IntArray | None = None
    for _ in range(instance.tuning.most_cuts):
        answer = solver.solve(model, objective, hint, limits())
        if answer.bound is not None:
            bound = max(bound, answer.bound + kinds.offset)
        if answer.values is None:
            charge(answer.work)
            break
        hint = answer.values
        taken, overfull = places.filled(hint[: model.decisions])
        if charge(answer.work + instance.size / ARCS_A_UNIT) or not overfull:
            break
        for few, most in overfull:
            model.add(Linear(few, np.ones(len(few), dtype=np.int64)), lower=most)
    return AggregatedSolution(bound, taken)


def _kinds(instance: Instance, cost: IntArray, binding: Sequence[Resource]) -> _PairKinds | None:
    units = np.flatnonzero(instance.need > 0)
    need, free, cost = instance.need[units], instance.free[units], cost[units]
    barred = np.iinfo(np.int64).max
    top = np.where(free, cost, -barred).max(axis=1, initial=-barred)
    all_stay = free.sum(axis=1) <= need
    own = free & ((cost < top[:, None]) | all_stay[:, None])
    if (own.sum(axis=1) > need).any():
        return None  # which of them stay is more than a number
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
    """What each unit brings in each measure, U × R."""
    each = [resource.each for resource in binding if resource.each is not None]
    return np.stack(each, axis=1)


def _classes(load: IntArray, need: IntArray, most: int) -> IntArray:
    """The class of each load: of more than *most*, neighbours are one, about as many places each."""
    count = np.bincount(load, weights=need)
    if len(count) <= most:
        return np.arange(len(count))
    before = np.cumsum(count) - count
    found = np.floor(before * most / count.sum()).astype(np.int64)
    return np.unique(found, return_inverse=True)[1].reshape(-1)


def _model(kinds: _PairKinds, binding: Sequence[Resource]) -> tuple[LinearModel, Linear]:
    """First how many of each kind stay, then how many of each class every member gets anew, M × C."""
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
    """What a member gets anew, between the least and the largest of so many of each class."""
    found = model.integer(0, total, lambda values: int(least @ values[anew]))
    mine = np.append(anew, found)
    model.add(Linear(mine, np.append(least, -1)), upper=0)
    model.add(Linear(mine, np.append(largest, -1)), lower=0)
    return found


class _MemberPlaces:
    """The places of the counts: of pairs that stay, by kind, then of each member anew.

    Parameters
    ----------
    instance, kinds
        The limits and the units.
    cost, tie_cost
        Who is cheapest, and what the plan is chosen by.
    """

    def __init__(
        self, instance: Instance, kinds: _PairKinds, cost: IntArray, tie_cost: IntArray
    ) -> None:
        self.shape = instance.free.shape
        self.kinds = kinds
        self.dearness = np.where(instance.free, cost, np.iinfo(np.int64).max)[kinds.unit]
        many, classes = len(kinds.table), kinds.classes
        others = instance.free[kinds.unit]
        others[kinds.row, kinds.member] = False
        rows, members = np.nonzero(others)
        #: Unit, place and member of each arc.
        self.row = np.concatenate([kinds.row, rows])
        self.place = np.concatenate(
            [kinds.kind, many + members * classes + kinds.of_class[kinds.load[rows]]]
        )
        self.member = np.concatenate([kinds.member, members])
        shift = max(int(np.abs(tie_cost).max(initial=0)).bit_length() - GUIDE, 0)
        self.price = tie_cost[kinds.unit[self.row], self.member] >> shift

    def staying(self) -> BoolArray:
        """Everybody with the cheapest members, U × M."""
        return self._completed(np.zeros(self.shape, dtype=bool))

    def _completed(self, taken: BoolArray) -> BoolArray:
        """The same, with the cheapest of the others where members are missing."""
        missing = self.kinds.need - taken[self.kinds.unit].sum(axis=1)
        for row in np.flatnonzero(missing > 0).tolist():
            unit = self.kinds.unit[row]
            dear = np.where(taken[unit], np.iinfo(np.int64).max, self.dearness[row])
            taken[unit, np.argsort(dear, kind="stable")[: missing[row]]] = True
        return taken

    def filled(self, values: IntArray) -> tuple[BoolArray, list[tuple[IntArray, int]]]:
        """Members for all units, U × M, and overfull places with what units need of them.

        Whoever finds no place is with the cheapest member.
        """
        used = self._flow(values)
        row, member = self.row[used], self.member[used]
        taken = np.zeros(self.shape, dtype=bool)
        taken[self.kinds.unit[row], member] = True
        waiting = np.bincount(row, minlength=len(self.kinds.unit)) < self.kinds.need
        return self._completed(taken), self._overfull(used, waiting, len(values))

    def _flow(self, values: IntArray) -> BoolArray:
        """The arcs of a flow that leaves as few waiting as can be, of the least price."""
        units, places = len(self.kinds.unit), np.arange(len(values))
        hall, need = units + len(values), self.kinds.need
        dear = int(need.sum()) * (int(np.abs(self.price).max(initial=0)) + 1)
        parts = (
            (self.row, units + self.place, np.ones_like(self.row), self.price),
            (np.arange(units), np.full(units, hall), need, np.full(units, dear)),
            (np.full(len(values), hall), units + places, values, np.zeros_like(values)),
        )
        found = minimum_cost_flow(parts, np.concatenate([need, -values, [0]]))
        assert found is not None  # all can wait in the hall
        return found[0] > 0

    def _overfull(
        self, used: BoolArray, waiting: BoolArray, many: int
    ) -> list[tuple[IntArray, int]]:
        """By class, the units that those who wait could only push out, and all places left to them.

        A unit of which a place is used cannot have it twice: what it has elsewhere is no need of these.
        """
        inside = waiting.copy()
        reached = np.zeros(many, dtype=bool)
        while True:
            reached[self.place[inside[self.row] & ~used]] = True
            more = inside.copy()
            more[self.row[used & reached[self.place]]] = True
            if np.array_equal(more, inside):
                break
            inside = more
        found = []
        classes = self.kinds.of_class[self.kinds.load]
        for one in np.unique(classes[waiting]).tolist():
            units = inside & (classes == one)
            arcs = units[self.row]
            places = np.unique(self.place[arcs & reached[self.place]])
            elsewhere = int((arcs & ~reached[self.place]).sum())
            found.append((places, int(self.kinds.need[units].sum()) - elsewhere))
        return found
