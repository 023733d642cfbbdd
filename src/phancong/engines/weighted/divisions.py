"""Divisions: two members pool the units that either may have, and divide them anew.

A table over the load of one of them, as for a knapsack, has the cheapest division for each load. So
limits are met to the last unit also where loads have two decimals: twenty units of each member have a
billion sums. A shift or a swap of single units does not get there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Resource
from phancong.engines.weighted.tuning import (
    DIVIDED_UNITS,
    DIVISION_CELLS,
    DIVISION_TRIES,
    TABLE_ENTRIES_A_UNIT,
)
from phancong.problem import BoolArray, FloatArray, IntArray

#: Table entries of a knapsack that take as long as one of a division, and as all else that it does.
ENTRY: Final = 2
DIVISION: Final = 40_000


@dataclass(frozen=True, slots=True, eq=False)
class _Pool:
    """The units that two members divide, and the loads of what they keep.

    Parameters
    ----------
    units
        The units, (K,).
    mine
        Whether the first member has each unit, (K,).
    weight
        Load of each unit at either member, for each measure; 2 × K.
    rest
        Load of what each member keeps, for each measure.
    price
        Cost of each unit at the first member less its cost at the second, (K,).
    """

    units: IntArray
    mine: BoolArray
    weight: tuple[IntArray, ...]
    rest: tuple[IntArray, ...]
    price: FloatArray

    @property
    def same(self) -> bool:
        """Whether each unit has the same first load at both members."""
        return bool((self.weight[0][0] == self.weight[0][1]).all())

    def loads(self, chosen: BoolArray) -> tuple[IntArray, ...]:
        """The loads of both members, (2,) for each measure, if the first has the *chosen* units."""
        return tuple(
            rest + np.array([weight[0][chosen].sum(), weight[1][~chosen].sum()])
            for weight, rest in zip(self.weight, self.rest, strict=True)
        )


class Divisions:
    """A plan, its loads, and divisions of the units of two members.

    Parameters
    ----------
    instance
        The limits of loads; some load binds.
    taken
        The plan, U × M; changed in place.
    cost
        Cost of each pair, U × M.
    """

    def __init__(self, instance: Instance, taken: BoolArray, cost: IntArray) -> None:
        self.instance = instance
        self.free = instance.free
        self.taken = taken
        self.cost = cost
        self.loads = instance.binding
        self.load = [resource.load(taken) for resource in self.loads]
        self.rooms = [budget.room(taken) for budget in instance.budgets]
        self._entries = 0

    def charged(self) -> float:
        """Units of work of all tables since the last call."""
        entries, self._entries = self._entries, 0
        return ENTRY * entries / TABLE_ENTRIES_A_UNIT

    def outside(self) -> IntArray:
        """Load outside the limits, over all measures, (M,)."""
        each = np.zeros(self.free.shape[1], dtype=np.int64)
        for resource, mine in zip(self.loads, self.load, strict=True):
            each += _outside(resource, mine, slice(None))
        return each

    def settle(self, one: int, other: int) -> None:
        """Divide the units so that *one* is outside its limits by the least, then *other*."""
        pool = self._pool(one, other)
        best = self._rank(one, other, pool.loads(pool.mine))
        for chosen in self._candidates(pool, one, other):
            rank = self._rank(one, other, pool.loads(chosen))
            if rank < best:
                best = rank
                self._divide(pool, one, other, chosen)

    def cheapen(self, one: int, other: int) -> bool:
        """Divide the units within all limits at the least cost; whether that is less than before.

        The first load has the same weight for all members, and the plan keeps the limits.
        """
        pool = self._pool(one, other)
        best = float(pool.price[pool.mine].sum())
        for chosen in self._candidates(pool, one, other):
            cheaper = float(pool.price[chosen].sum()) < best - 0.5
            if cheaper and self._keeps(pool, one, other, chosen):
                self._divide(pool, one, other, chosen)
                return True
        return False

    def _pool(self, one: int, other: int) -> _Pool:
        both = np.array([one, other])
        pair = self.taken[:, both]
        units = np.flatnonzero(self.free[:, both].all(axis=1) & (pair[:, 0] != pair[:, 1]))
        price = (self.cost[units, one] - self.cost[units, other]).astype(np.float64)
        if len(units) > DIVIDED_UNITS:  # those that cost least to move
            moved = np.where(pair[units, 0], -price, price)
            keep = np.sort(np.argsort(moved, kind="stable")[:DIVIDED_UNITS])
            units, price = units[keep], price[keep]
        mine = pair[units, 0]
        weight = tuple(resource.weight[np.ix_(units, both)].T for resource in self.loads)
        rest = tuple(
            load[both] - np.array([each[0][mine].sum(), each[1][~mine].sum()])
            for load, each in zip(self.load, weight, strict=True)
        )
        return _Pool(units, mine, weight, rest, price)

    def _candidates(self, pool: _Pool, one: int, other: int) -> list[BoolArray]:
        """The divisions that promise most by the first load, as the units of the first member."""
        first, second = pool.weight[0]
        grain = max(-(-int(first.sum()) // DIVISION_CELLS), 1)
        steps = np.rint(first / grain).astype(np.int64)
        same = pool.same
        # Where weights differ, a division has the least load of the second member, not the least cost.
        values, choices = _table(steps, pool.price if same else -second.astype(np.float64))
        self._entries += choices.size + DIVISION
        cells = np.flatnonzero(np.isfinite(values))
        load = pool.rest[0][0] + cells * grain
        given = cells * grain if same else -values[cells].astype(np.int64)
        left = pool.rest[0][1] + int(second.sum()) - given
        resource = self.loads[0]
        outside = _outside(resource, load, one), _outside(resource, left, other)
        best = np.lexsort((values[cells], outside[1], outside[0]))[:DIVISION_TRIES]
        return [_traced(choices, steps, cell) for cell in cells[best].tolist()]

    def _rank(self, one: int, other: int, loads: tuple[IntArray, ...]) -> tuple[int, int]:
        """How far the two members are outside their limits."""
        first, second = (
            sum(
                int(_outside(resource, load[place], member))
                for resource, load in zip(self.loads, loads, strict=True)
            )
            for place, member in enumerate((one, other))
        )
        return first, second

    def _keeps(self, pool: _Pool, one: int, other: int, chosen: BoolArray) -> bool:
        """Whether a division keeps all limits of the two members, and all budgets."""
        moved = chosen.astype(np.int64) - pool.mine
        for budget, room in zip(self.instance.budgets, self.rooms, strict=True):
            weight = budget.weight[pool.units, one] - budget.weight[pool.units, other]
            if int((weight * moved).sum()) > room:
                return False
        return self._rank(one, other, pool.loads(chosen)) == (0, 0)

    def _divide(self, pool: _Pool, one: int, other: int, chosen: BoolArray) -> None:
        self.taken[pool.units, one], self.taken[pool.units, other] = chosen, ~chosen
        for load, new in zip(self.load, pool.loads(chosen), strict=True):
            load[[one, other]] = new
        self.rooms = [budget.room(self.taken) for budget in self.instance.budgets]


def _table(steps: IntArray, price: FloatArray) -> tuple[FloatArray, BoolArray]:
    """The least price of each sum of steps, and whether each unit is chosen for it, K × sums."""
    size = int(steps.sum()) + 1
    values = np.full(size, np.inf)
    values[0] = 0.0
    choices = np.zeros((len(steps), size), dtype=bool)
    for number, (step, each) in enumerate(zip(steps.tolist(), price.tolist(), strict=True)):
        with_it = values[: size - step] + each
        choices[number, step:] = with_it < values[step:]
        values[step:] = np.minimum(values[step:], with_it)
    return values, choices


def _traced(choices: BoolArray, steps: IntArray, cell: int) -> BoolArray:
    """The units chosen for a sum, (K,)."""
    chosen = np.zeros(len(steps), dtype=bool)
    for number in range(len(steps) - 1, -1, -1):
        if choices[number, cell]:
            chosen[number] = True
            cell -= int(steps[number])
    return chosen


def _outside(resource: Resource, load: IntArray, members: int | slice) -> IntArray:
    """Load of *members* outside their limits."""
    low, high = resource.low[members], resource.high[members]
    outside: IntArray = np.maximum(load - high, 0) + np.maximum(low - load, 0)
    return outside
