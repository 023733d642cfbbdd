"""What is best for each member alone: all members' knapsacks at once, as dynamic programs.

With a price for each household's cover, every member takes the set of least reduced cost whose load
lies within the member's limits. Loads are small integers, so that is a table over the load. Where
households of one weight are the same for all members (a *class*), the best *n* of a class are a
prefix of its sorted reduced costs, and a table takes a step for each class and count instead of one
for each household.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.lns.instance import Resource
from phancong.problem import BoolArray, FloatArray, IntArray

#: Above any sum of reduced costs: it cannot be.
NEVER: Final = 2**56
#: The reduced cost of a pair that is not free, and less than any sum that cannot be.
BARRED: Final = 2**46
IMPOSSIBLE: Final = 2**45
#: Entries of a table that are computed in one deterministic unit of work.
ENTRIES_A_UNIT: Final = 400_000_000
#: Entries of all tables of one pass; more are made fewer by counting loads in coarser units.
MOST_ENTRIES: Final = 200_000_000
#: More weights than these are no classes.
MOST_CLASSES: Final = 24


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The best sets of all members for some reduced costs.

    Parameters
    ----------
    value
        The least sum of reduced costs within the limits of each member, ``NEVER`` or more if there
        is none, (M,).
    chosen
        The sets, U × M.
    tables
        The least sum for each load, M × (largest load + 1).
    """

    value: IntArray
    chosen: BoolArray
    tables: IntArray


class Knapsacks:
    """The knapsacks of all members in one measure of load.

    Parameters
    ----------
    resource
        The load; None where no load has a limit.
    free
        The pairs that may be, U × M.
    """

    def __init__(self, resource: Resource | None, free: BoolArray) -> None:
        self.free = free
        units, members = free.shape
        weight = np.zeros(free.shape, dtype=np.int64) if resource is None else resource.weight
        carried = (weight * free).sum(axis=0)
        self.low = np.zeros(members, dtype=np.int64)
        self.high = carried
        each: IntArray | None = np.zeros(units, dtype=np.int64)
        if resource is not None:
            self.low, self.high, each = (
                resource.low,
                np.minimum(resource.high, carried),
                resource.each,
            )
        # A member without a maximum takes what it likes; the minimum is then left out of the bound.
        self.loose = self.high >= carried
        self.high = np.where(self.loose, 0, self.high)
        self.low = np.where(self.loose, 0, self.low)
        self.weight = np.where(self.loose, 0, weight) if self.loose.any() else weight
        if self.loose.any() and not self.loose.all():
            each = None
        elif self.loose.all() and each is not None:
            each = np.zeros(units, dtype=np.int64)
        if each is not None and len(np.unique(each)) > MOST_CLASSES:
            each = None
        self.each = each
        self._coarsen()
        self.top = int(self.high.max(initial=0))
        #: Weight and rows of each class, where there are classes.
        self.classes: list[tuple[int, IntArray]] = []
        self.first = 0
        if self.each is not None:
            weights = np.unique(self.each)[::-1].tolist()
            self.classes = [(int(w), np.flatnonzero(self.each == w)) for w in weights]
            # Zero weights aside, the lightest class comes last: it is the one of most steps.
            self.classes.sort(key=lambda item: item[0] == 0, reverse=True)
            self.first = max(int(self.low.min(initial=0)) - max(weights, default=0), 0)
        #: Work of one pass.
        self.work = (self._entries() + 16 * free.size) / ENTRIES_A_UNIT

    def _entries(self) -> int:
        members, width = len(self.high), int(self.high.max(initial=0)) + 1
        if self.each is None:
            rows = len(self.free) if (self.low > 0).any() else max(len(self.free) // 8, 1)
            return members * width * rows
        weights, counts = np.unique(self.each[self.each > 0], return_counts=True)
        steps = sum(
            min(c, width // w) for w, c in zip(weights.tolist(), counts.tolist(), strict=True)
        )
        return int(members * width * (steps + 1))

    def _coarsen(self) -> None:
        """Count loads in coarser units, rounded so that every plan still is one."""
        while self._entries() > MOST_ENTRIES:
            self.weight = self.weight // 2
            self.high = self.high // 2
            self.low = np.zeros_like(self.low)
            self.each = None if self.each is None else self.each // 2

    def best(self, reduced: IntArray) -> Best:
        """The best set of each member.

        Parameters
        ----------
        reduced
            The cost of each pair less the price of its unit, U × M; pairs that are not free are
            not looked at.
        """
        reduced = np.where(self.free, reduced, BARRED)
        return self._by_unit(reduced) if self.each is None else self._by_class(reduced)

    def _by_class(self, reduced: IntArray) -> Best:
        members = np.arange(len(self.high))[:, None]
        chosen = np.zeros(self.free.shape, dtype=bool)
        # Floats hold these integers exactly, and their minimum is three times as fast.
        tables = np.full((len(members), self.top + 1), float(NEVER))
        tables[:, 0] = 0.0
        steps: list[tuple[int, IntArray, IntArray, FloatArray, FloatArray]] = []
        extra = np.zeros(len(members), dtype=np.int64)
        for weight, rows in self.classes:
            if weight == 0:  # no load: whatever earns
                earns = reduced[rows] < 0
                chosen[rows] = earns
                extra += np.where(earns, reduced[rows], 0).sum(axis=0)
                continue
            most = min(len(rows), self.top // weight)
            order, least = _smallest(reduced[rows].T, most)
            sums = np.zeros((len(members), most + 1))
            least.cumsum(axis=1, out=sums[:, 1:])
            # Of the last class only loads that the limits, or the penalties, can ask for.
            first = self.first if weight == self.classes[-1][0] else 0
            after = tables.copy()
            for n in range(1, most + 1):
                shift = n * weight
                at = max(first, shift)
                offer = tables[:, at - shift : self.top + 1 - shift] + sums[:, n : n + 1]
                np.minimum(after[:, at:], offer, out=after[:, at:])
            steps.append((weight, rows, order, sums, tables))
            tables = after
        whole = tables.astype(np.int64)
        value, load = self._within(whole)
        for weight, rows, order, sums, before in reversed(steps):
            shifts = np.arange(sums.shape[1])[None, :] * weight
            rest = load[:, None] - shifts
            offer = np.where(rest >= 0, before[members, np.maximum(rest, 0)] + sums, np.inf)
            taken = offer.argmin(axis=1)
            member, rank = np.nonzero(np.arange(order.shape[1])[None, :] < taken[:, None])
            chosen[rows[order[member, rank]], member] = True
            load = load - taken * weight
        return Best(value + extra, chosen, whole + extra[:, None])

    def _by_unit(self, reduced: IntArray) -> Best:
        """One unit after the other; what does not earn is looked at only for a minimum's sake."""
        tables = np.full((len(self.high), self.top + 1), NEVER)
        tables[:, 0] = 0
        members, width = tables.shape
        wanted = self.free & ((reduced < 0) | (self.low > 0)[None, :])
        most = int(wanted.sum(axis=0).max(initial=0))
        order = np.argsort(~wanted, axis=0, kind="stable")[:most].T  # member × place → unit
        inside = np.arange(most)[None, :] < wanted.sum(axis=0)[:, None]
        everyone = np.arange(members)
        loads = np.arange(width)[None, :]
        took = np.zeros((most, members, width), dtype=bool)
        for place in range(most):
            unit = order[:, place]
            weight = self.weight[unit, everyone][:, None]
            before = loads - weight
            can = (before >= 0) & inside[:, place, None]
            offer = np.take_along_axis(tables, np.maximum(before, 0), axis=1)
            offer = offer + reduced[unit, everyone][:, None]
            took[place] = can & (offer < tables)
            tables = np.where(took[place], offer, tables)
        value, load = self._within(tables)
        chosen = np.zeros(self.free.shape, dtype=bool)
        for place in reversed(range(most)):
            unit = order[:, place]
            takes = took[place, everyone, load]
            chosen[unit[takes], everyone[takes]] = True
            load = load - np.where(takes, self.weight[unit, everyone], 0)
        return Best(value, chosen, tables)

    def _within(self, tables: IntArray) -> tuple[IntArray, IntArray]:
        """The best value within each member's limits, and its load."""
        loads = np.arange(self.top + 1)[None, :]
        inside = (loads >= self.low[:, None]) & (loads <= self.high[:, None])
        value = np.where(inside, tables, NEVER)
        load = value.argmin(axis=1)
        return value[np.arange(len(load)), load], load

    def penalties(self, reduced: IntArray, best: Best) -> IntArray:
        """By how much the bound rises, at the least, if a pair has to be; U × M, 0 or more.

        The rest of the member's load is then at best what the tables say, which may count the pair
        a second time: a little too low, never too high.
        """
        weights = np.minimum(self.weight, self.top + 1)
        rest = np.full((len(self.high), self.top + 2), NEVER)
        for weight in np.unique(weights).tolist():
            loads = np.arange(self.top + 1)[None, :]
            inside = (loads >= self.low[:, None] - weight) & (loads <= self.high[:, None] - weight)
            rest[:, weight] = np.where(inside, best.tables, NEVER).min(axis=1)
        columns = np.arange(len(self.high))[None, :]
        forced = reduced + rest[columns, weights] - best.value[None, :]
        return np.where(self.free, np.maximum(forced, 0), NEVER)


def _smallest(values: IntArray, most: int) -> tuple[IntArray, IntArray]:
    """Positions and values of the *most* smallest of each row, rising."""
    if most < values.shape[1]:
        few = np.argpartition(values, most, axis=1)[:, :most]
        inside = np.take_along_axis(values, few, axis=1)
        order = np.argsort(inside, axis=1, kind="stable")
        return np.take_along_axis(few, order, axis=1), np.take_along_axis(inside, order, axis=1)
    order = np.argsort(values, axis=1, kind="stable")
    return order, np.take_along_axis(values, order, axis=1)
