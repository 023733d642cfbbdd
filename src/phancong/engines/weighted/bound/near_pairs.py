"""The Lagrangian bound over a few pairs of each unit, for subgradient steps with many members.

A step over all pairs takes time in proportion to units × members, although the best sets have hardly
any pair beyond the few of least penalty of each unit. So the steps look at these alone. Their bound
is too high if another pair would be in a best set, so that it is never used itself: the multipliers that
they end with are evaluated over all pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.engines.weighted.bound.knapsack_tables import BARRED, NEVER
from phancong.engines.weighted.bound.knapsacks_by_class import Classes
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import GATHERING, TABLE_ENTRIES_A_UNIT
from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class NearSolution:
    """The best sets of all members over near pairs.

    Parameters
    ----------
    value
        Sum of the members' least reduced costs.
    units, members
        The pairs of the sets.
    """

    value: int
    units: IntArray
    members: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _NearClass:
    """Near pairs of one weight class: units, costs and budget weights for each member, M × N each."""

    rows: IntArray
    cost: IntArray
    budgets: tuple[IntArray, ...]


class NearPairs:
    """The knapsacks of all members over near pairs.

    Parameters
    ----------
    instance
        The limits; the load must be the same for all members, and positive.
    cost
        Cost of each pair, U × M.
    near
        The pairs that steps look at, U × M. Each member must have a set within the limits among them.
    """

    def __init__(self, instance: Instance, cost: IntArray, near: BoolArray) -> None:
        (loads, *_) = instance.binding
        assert loads.each is not None
        self.low = loads.low
        self.high = np.minimum(loads.high, (loads.weight * instance.free).sum(axis=0))
        self.knapsacks = Classes(loads.each, self.low, self.high)
        self.lists = [
            _near_class(instance, cost, near[rows], rows) for _, rows in self.knapsacks.classes
        ]
        pairs = sum(part.rows.size for part in self.lists)
        #: Units of work of one pass.
        self.work = (GATHERING * pairs + self.knapsacks.entries) / TABLE_ENTRIES_A_UNIT

    def solve(self, cover: IntArray, budgets: tuple[int, ...]) -> NearSolution:
        """The best set of each member under multipliers of covers, (U,), and of budgets."""
        lists = []
        for part in self.lists:
            reduced = part.cost - cover[part.rows]
            for price, weight in zip(budgets, part.budgets, strict=True):
                if price:
                    reduced += price * weight
            lists.append((part.rows, reduced))
        tables, classes, floor = self.knapsacks.of_lists(lists)
        loads = np.arange(tables.shape[1])[None, :]
        inside = (loads >= self.low[:, None]) & (loads <= self.high[:, None])
        value = np.where(inside, tables, NEVER)
        load = value.argmin(axis=1)
        units, members = self.knapsacks.pairs(classes, floor, load)
        return NearSolution(int(value.min(axis=1).sum()), units, members)


def nearest_pairs(penalty: IntArray, free: BoolArray, many: int) -> BoolArray:
    """The *many* free pairs of least penalty of each unit, U × M."""
    found = np.zeros_like(free)
    few = np.argpartition(penalty, many - 1, axis=1)[:, :many]
    np.put_along_axis(found, few, True, axis=1)
    return found & free


def _near_class(instance: Instance, cost: IntArray, near: BoolArray, rows: IntArray) -> _NearClass:
    """The near pairs of the units *rows*, as one row for each member, filled up with barred ones."""
    member, place = np.nonzero(near.T)
    count = np.bincount(member, minlength=near.shape[1])
    column = np.arange(len(member)) - np.repeat(np.cumsum(count) - count, count)
    shape = near.shape[1], int(count.max(initial=0))
    unit = rows[place]

    def spread(values: IntArray, rest: int) -> IntArray:
        found = np.full(shape, rest, dtype=np.int64)
        found[member, column] = values
        return found

    return _NearClass(
        spread(unit, rows[0]),
        spread(cost[unit, member], BARRED),
        tuple(spread(budget.weight[unit, member], 0) for budget in instance.budgets),
    )
