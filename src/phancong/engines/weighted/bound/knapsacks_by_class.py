"""Knapsacks in which households of one weight are alike: tables near what greedy packing takes.

The best *n* of a class are a prefix of its sorted reduced costs, so that a set is a number for each
class. Greedy packing takes whoever is cheapest for the load, one after the other, while it fits. A best
set of a load differs from the greedy one by fewer than two times the heaviest weight households: put in
such an order that the load of what is added less what is removed stays small, more would repeat a load,
and what lies between the two is an exchange that gains nothing (Eisenbrand, Weismantel, *ACM
Transactions on Algorithms* 16(1), 2020, doi:10.1145/3340322). So only numbers near the greedy ones are
tried, and the tables do not grow with the number of households.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from phancong.engines.weighted.bound.knapsack_tables import NEVER, KnapsackTables
from phancong.problem import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Class:
    """One class: its weight and units, those sorted for each member, and what is tried.

    Parameters
    ----------
    weight, rows
        Its weight and its units.
    order
        Numbers among *rows*, the cheapest first, M × N.
    base
        The smallest number that is tried, (M,).
    offers
        What *base* and more cost, ``NEVER`` where there are not so many, M × tries.
    before
        The least cost of the classes before this one for each load, M × loads.
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
        # The lightest class comes last: it is the one of most steps.
        self.classes = [(int(w), np.flatnonzero(each == w)) for w in weights]
        self.weightless = np.flatnonzero(each == 0)
        heaviest = max(weights, default=1)
        #: How far a number can be from the greedy one, if ratios are compared exactly: as integers,
        #: cost × (common multiple of the weights ÷ weight), of no more than 62 bits.
        common = math.lcm(*weights)
        exact = common <= 2**16
        self.far = 2 * heaviest - 1 if exact else self.units
        self.times = [common // weight if exact else 1 for weight in weights]
        #: The loads that are asked for: within the limits, and one household below them.
        self.least = np.maximum(low - heaviest, 0)
        self.most = high
        self.top = int(high.max(initial=0))

    @property
    def entries(self) -> int:
        """Entries of tables that one pass computes, at the most."""
        loads = int((self.most - self.least).max(initial=0))
        far = sum(weight for weight, _ in self.classes) * self.far
        width = min(self.top, loads + far + self.far) + 1
        steps = sum(
            min(len(rows), width // weight, 2 * self.far + loads // weight) + 1
            for weight, rows in self.classes
        )
        return len(self.most) * width * (steps + 1)

    def solve(self, reduced: IntArray) -> KnapsackTables:
        """The least cost for each load that is asked for, and the sets, U × M reduced costs given."""
        earns = reduced[self.weightless] < 0
        extra = np.where(earns, reduced[self.weightless], 0).sum(axis=0)
        sorted_ = [
            _smallest(reduced[rows].T, min(len(rows), self.top // weight))
            for weight, rows in self.classes
        ]
        bases, ends = self._tries([least for _, least in sorted_])
        weights = np.array([weight for weight, _ in self.classes], dtype=np.int64)
        floor = weights @ bases
        width = int((self.most - floor).max(initial=0)) + 1
        # Of the last class only loads that are asked for.
        first = max(int((self.least - floor).min(initial=width)), 0)
        # Floats hold these integers exactly, and their minimum is three times as fast.
        tables = np.full((len(floor), width), float(NEVER))
        tables[:, 0] = 0.0
        classes = []
        for k, ((weight, rows), (order, least)) in enumerate(
            zip(self.classes, sorted_, strict=True)
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
        whole = np.where(known, found, NEVER).astype(np.int64) + extra[:, None]
        return KnapsackTables(whole, partial(self._sets, classes, floor, earns))

    def _tries(self, leasts: list[IntArray]) -> tuple[IntArray, IntArray]:
        """The numbers of each class that are tried: the first and the last, K × M each."""
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

    def _sets(
        self, classes: list[_Class], floor: IntArray, earns: BoolArray, load: IntArray
    ) -> BoolArray:
        """The best set of each member for its load, U × M."""
        members = np.arange(len(load))[:, None]
        chosen = np.zeros((self.units, len(load)), dtype=bool)
        chosen[self.weightless] = earns
        left = load - floor
        for part in reversed(classes):
            shifts = np.arange(part.offers.shape[1])[None, :] * part.weight
            rest = left[:, None] - shifts
            before = part.before[members, np.maximum(rest, 0)]
            more = np.where(rest >= 0, before + part.offers, np.inf).argmin(axis=1)
            left = left - more * part.weight
            places = np.arange(part.order.shape[1])[None, :]
            member, rank = np.nonzero(places < (part.base + more)[:, None])
            chosen[part.rows[part.order[member, rank]], member] = True
        return chosen


def _from(sums: FloatArray, base: IntArray, many: int) -> FloatArray:
    """So *many* columns from each row's *base* on, ``NEVER`` beyond the last."""
    place = base[:, None] + np.arange(many)[None, :]
    last = sums.shape[1] - 1
    found = np.take_along_axis(sums, np.minimum(place, last), axis=1)
    return np.where(place <= last, found, float(NEVER))


def _convolved(tables: FloatArray, offers: FloatArray, weight: int, first: int) -> FloatArray:
    """The least sum of an entry and an offer for each load from *first* on."""
    after = tables + offers[:, :1]
    width = tables.shape[1]
    for n in range(1, min(offers.shape[1], (width - 1) // weight + 1)):
        shift = n * weight
        at = max(first, shift)
        offer = tables[:, at - shift : width - shift] + offers[:, n : n + 1]
        np.minimum(after[:, at:], offer, out=after[:, at:])
    return after


def _smallest(values: IntArray, most: int) -> tuple[IntArray, IntArray]:
    """Positions and values of the *most* smallest of each row, rising."""
    if most < values.shape[1]:
        few = np.argpartition(values, most, axis=1)[:, :most]
        inside = np.take_along_axis(values, few, axis=1)
        order = np.argsort(inside, axis=1, kind="stable")
        return np.take_along_axis(few, order, axis=1), np.take_along_axis(inside, order, axis=1)
    order = np.argsort(values, axis=1, kind="stable")
    return order, np.take_along_axis(values, order, axis=1)
