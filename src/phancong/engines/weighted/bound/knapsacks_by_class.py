"""Knapsacks with few different weights: tables over the counts of each weight class near greedy packing.

The best *n* households of a class are a prefix of its sorted reduced costs, so that a set is a count
for each class. Greedy packing takes households in the order of reduced cost ÷ weight while they fit.
Some best set of a load differs from the greedy set by fewer than 2 × (heaviest weight) households
(proximity: Eisenbrand, Weismantel, *ACM Transactions on Algorithms* 16(1), 2020, doi:10.1145/3340322).
The proof orders the households that are added or removed so that the partial sums of their loads stay
small. With more of them a partial sum would occur twice, and the households between the two form an
exchange of equal loads, which can be undone without loss. So only counts near the greedy ones are
tried, and the size of the tables does not depend on the number of households.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from phancong.engines.weighted.bound.knapsack_tables import NEVER, KnapsackTables
from phancong.problem import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Class:
    """One weight class: its units, sorted for each member, and the counts that are tried.

    Parameters
    ----------
    weight, rows
        The weight, and the units that each member chooses from, M × N.
    order
        Indices into the member's *rows*, the cheapest unit first, M × N or less.
    base
        The smallest count that is tried, (M,).
    offers
        Cost of *base*, *base* + 1, … units, ``NEVER`` beyond the last unit, M × tries.
    before
        Least cost of the classes before this one for each load, M × loads.
    """

    weight: int
    rows: IntArray
    order: IntArray
    base: IntArray
    offers: FloatArray
    before: FloatArray


class Classes:
    """The knapsacks of all members over classes of units.

    Parameters
    ----------
    each
        The load of every unit, (U,).
    low, high
        The limits of each member, (M,).
    """

    def __init__(self, each: IntArray, low: IntArray, high: IntArray) -> None:
        self.units = len(each)
        weights = np.unique(each[each > 0])[::-1].tolist()
        # The lightest class comes last: it has most steps, and the last class computes fewer loads.
        self.classes = [(int(w), np.flatnonzero(each == w)) for w in weights]
        self.weightless = np.flatnonzero(each == 0)
        heaviest = max(weights, default=1)
        #: Largest distance of a count from the greedy one. It needs an exact order of the ratios cost ÷
        #: weight: they are compared as integers, cost × (common multiple ÷ weight), of at most 62 bits.
        common = math.lcm(*weights)
        exact = common <= 2**16
        self.far = 2 * heaviest - 1 if exact else self.units
        self.times = [common // weight if exact else 1 for weight in weights]
        #: The loads that tables contain: within the limits, or one household below them.
        self.least = np.maximum(low - heaviest, 0)
        self.most = high
        self.top = int(high.max(initial=0))

    @property
    def entries(self) -> int:
        """Upper bound of the number of table entries of one pass."""
        loads = int((self.most - self.least).max(initial=0))
        far = sum(weight for weight, _ in self.classes) * self.far
        width = min(self.top, loads + far + self.far) + 1
        steps = sum(
            min(len(rows), width // weight, 2 * self.far + loads // weight) + 1
            for weight, rows in self.classes
        )
        return len(self.most) * width * (steps + 1)

    def solve(self, reduced: IntArray) -> KnapsackTables:
        """The least cost for each load of the tables, and the sets, for reduced costs, U × M."""
        earns = reduced[self.weightless] < 0
        extra = np.where(earns, reduced[self.weightless], 0).sum(axis=0)
        members = reduced.shape[1]
        lists = [
            (np.broadcast_to(rows, (members, len(rows))), reduced[rows].T)
            for _, rows in self.classes
        ]
        tables, classes, floor = self.of_lists(lists)

        def sets(load: IntArray) -> BoolArray:
            chosen = np.zeros((self.units, members), dtype=bool)
            chosen[self.weightless] = earns
            chosen[self.pairs(classes, floor, load)] = True
            return chosen

        return KnapsackTables(tables + extra[:, None], sets)

    def of_lists(
        self, lists: Sequence[tuple[IntArray, IntArray]]
    ) -> tuple[IntArray, list[_Class], IntArray]:
        """The least cost for each load, M × (largest load + 1), and what :meth:`pairs` needs.

        Parameters
        ----------
        lists
            For each class the units that each member chooses from, M × N, and their reduced costs.
        """
        sorted_ = [
            _smallest(cost, min(cost.shape[1], self.top // weight))
            for (weight, _), (_, cost) in zip(self.classes, lists, strict=True)
        ]
        bases, ends = self._tries([least for _, least in sorted_])
        weights = np.array([weight for weight, _ in self.classes], dtype=np.int64)
        floor = weights @ bases
        width = int((self.most - floor).max(initial=0)) + 1
        # The last class computes only the loads that tables contain.
        first = max(int((self.least - floor).min(initial=width)), 0)
        # Floats represent these integers exactly, and their minimum is three times as fast.
        tables = np.full((len(floor), width), float(NEVER))
        tables[:, 0] = 0.0
        classes = []
        for k, ((weight, _), (rows, _), (order, least)) in enumerate(
            zip(self.classes, lists, sorted_, strict=True)
        ):
            sums = np.zeros((len(floor), least.shape[1] + 1))
            least.cumsum(axis=1, out=sums[:, 1:])
            offers = _from(sums, bases[k], int((ends[k] - bases[k]).max(initial=0)) + 1)
            classes.append(_Class(weight, rows, order, bases[k], offers, tables))
            last = k == len(self.classes) - 1
            tables = _convolved(tables, offers, weight, first if last else 0)
        loads = np.arange(self.top + 1)[None, :]
        place = loads - floor[:, None]
        known = (loads >= self.least[:, None]) & (place >= 0) & (place < width)
        found = np.take_along_axis(tables, np.clip(place, 0, width - 1), axis=1)
        return np.where(known, found, NEVER).astype(np.int64), classes, floor

    def _tries(self, leasts: list[IntArray]) -> tuple[IntArray, IntArray]:
        """The smallest and the largest count that are tried, for each class and member, K × M each."""
        numbers = [least.shape[1] for least in leasts]
        members = len(self.most)
        kinds = np.repeat(np.arange(len(numbers)), numbers)
        weight = np.repeat(np.array([w for w, _ in self.classes], dtype=np.int64), numbers)
        nobody = np.zeros((members, 0), dtype=np.int64)
        ratio = [least * times for least, times in zip(leasts, self.times, strict=True)]
        order = np.argsort(np.concatenate([nobody, *ratio], axis=1), axis=1)
        loads, kind = weight[order].cumsum(axis=1), kinds[order]
        few, many = loads <= self.least[:, None], loads <= self.most[:, None]
        bases = [((kind == k) & few).sum(axis=1) - self.far for k in range(len(numbers))]
        ends = [((kind == k) & many).sum(axis=1) + self.far for k in range(len(numbers))]
        first = np.array(bases, dtype=np.int64).reshape(len(numbers), members)
        last = np.array(ends, dtype=np.int64).reshape(len(numbers), members)
        most = np.array(numbers, dtype=np.int64)[:, None]
        return np.maximum(first, 0), np.minimum(last, most)

    def pairs(
        self, classes: list[_Class], floor: IntArray, load: IntArray
    ) -> tuple[IntArray, IntArray]:
        """Units and members of the best sets for a load of each member, traced back class by class."""
        members = np.arange(len(load))[:, None]
        left = load - floor
        units, owners = [], []
        for part in reversed(classes):
            shifts = np.arange(part.offers.shape[1])[None, :] * part.weight
            rest = left[:, None] - shifts
            before = part.before[members, np.maximum(rest, 0)]
            more = np.where(rest >= 0, before + part.offers, np.inf).argmin(axis=1)
            left = left - more * part.weight
            places = np.arange(part.order.shape[1])[None, :]
            member, rank = np.nonzero(places < (part.base + more)[:, None])
            units.append(part.rows[member, part.order[member, rank]])
            owners.append(member)
        none = np.zeros(0, dtype=np.int64)
        return np.concatenate([none, *units]), np.concatenate([none, *owners])


def _from(sums: FloatArray, base: IntArray, many: int) -> FloatArray:
    """*many* columns of each row, beginning at the row's *base*; ``NEVER`` beyond the last column."""
    place = base[:, None] + np.arange(many)[None, :]
    last = sums.shape[1] - 1
    found = np.take_along_axis(sums, np.minimum(place, last), axis=1)
    return np.where(place <= last, found, float(NEVER))


def _convolved(tables: FloatArray, offers: FloatArray, weight: int, first: int) -> FloatArray:
    """The least sum of a table entry and an offer for each load, exact for loads from *first* on."""
    after = tables + offers[:, :1]
    width = tables.shape[1]
    for n in range(1, min(offers.shape[1], (width - 1) // weight + 1)):
        shift = n * weight
        at = max(first, shift)
        offer = tables[:, at - shift : width - shift] + offers[:, n : n + 1]
        np.minimum(after[:, at:], offer, out=after[:, at:])
    return after


def _smallest(values: IntArray, most: int) -> tuple[IntArray, IntArray]:
    """Indices and values of the *most* smallest values of each row, in rising order."""
    if most < values.shape[1]:
        few = np.argpartition(values, most, axis=1)[:, :most]
        inside = np.take_along_axis(values, few, axis=1)
        order = np.argsort(inside, axis=1, kind="stable")
        return np.take_along_axis(few, order, axis=1), np.take_along_axis(inside, order, axis=1)
    order = np.argsort(values, axis=1, kind="stable")
    return order, np.take_along_axis(values, order, axis=1)
