"""Costs of pairs that are computed on demand: there is no matrix of all of them.

A cost is a sum of what grows with the distance, of flags, and of single pairs that are listed. So the
distance bounds it from below, and the pairs whose reduced cost is below 0 are found without the cost
of each: boxes of households and members first, then the pairs of those that are left, then exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from phancong.engines.flow.arcs import Arcs
from phancong.masks import where_true
from phancong.meeting import above, slack
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.travel.chords import Chords
from phancong.travel.nearest import near_pairs, nearest_within

#: Members that each household starts with.
START: Final = 5
#: Members of each box that some of its neighbours go to.
ACROSS: Final = 2
#: Where only some pairs are looked for: boxes of members for each of households, and members of a box.
FEW_BOXES: Final = 8
FEW_OF_A_BOX: Final = 2
#: Rows that are compared together where each pair is looked at.
BLOCK: Final = 256
#: Larger than any cost, so that what is no place is never worth having; sums of some stay within int64.
FAR: Final = 2**60

Pairs = tuple[IntArray, IntArray]


class Ground:
    """Where the households and members of a problem are, and which pairs flows have used.

    Parameters
    ----------
    problem
        The problem; its travel is as the crow flies.
    chords
        Bounds of its distances.
    """

    def __init__(self, problem: Problem, chords: Chords) -> None:
        self.problem = problem
        self.chords = chords
        self.shape = problem.allowed.shape
        #: Pairs that flows have used, as sorted numbers, and their travel.
        self._used = np.empty(0, dtype=np.int64)
        self._travel = np.empty(0)
        #: The last flow, for who begins the next one with it.
        self.last: object = None

    def keys(self, rows: IntArray, columns: IntArray) -> IntArray:
        """A number for each pair, in the order of rows, then columns."""
        return np.asarray(rows * self.shape[1] + columns)

    def pairs(self, keys: IntArray) -> Pairs:
        """The pairs of some numbers."""
        rows, columns = np.divmod(keys, self.shape[1])
        return rows, columns

    def travel(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Travel of some pairs; that of pairs that flows have used is remembered."""
        keys = self.keys(rows, columns)
        found = np.zeros(len(keys))
        new = np.ones(len(keys), dtype=bool)
        if len(self._used):
            place = np.minimum(np.searchsorted(self._used, keys), len(self._used) - 1)
            new = self._used[place] != keys
            found = np.where(new, 0.0, self._travel[place])
        if new.any():
            found[new] = self.problem.travel_of(rows[new], columns[new])
        return found

    @cached_property
    def kept(self) -> PairCosts:
        """One less for each pair of last year's plan that goes on."""
        keys = united(self.keys(*self.problem.kept_years[:2]))
        return PairCosts(self, keys=keys, values=np.full(len(keys), -1, dtype=np.int64))

    @property
    def begun(self) -> bool:
        """Whether there are pairs to begin with."""
        return bool(len(self._used))

    def begin(self, price: FloatArray, boxes: BoolArray) -> None:
        """Choose pairs to begin with.

        Parameters
        ----------
        price
            How much farther away than it is each member is taken to be, in metres, (M,).
        boxes
            Between which boxes of households and of members there are pairs in any case.
        """
        self.use(*near_pairs(self.chords, START, price))
        self.use(*nearest_within(self.chords, boxes, ACROSS, price))
        self.use(*self.problem.kept_years[:2])

    def arcs(self, free: BoolArray, others: Sequence[Pairs]) -> Arcs:
        """The free pairs among those that flows have used and some *others*."""
        for rows, columns in others:
            self.use(rows, columns)
        rows, columns = self.pairs(self._used)
        there = free[rows, columns]
        return Arcs(rows[there], columns[there], complete=False)

    def apart_from(self, arcs: Arcs, rows: IntArray, columns: IntArray) -> BoolArray:
        """Which of some pairs do not take part."""
        mine, theirs = self.keys(rows, columns), self.keys(arcs.rows, arcs.columns)
        if not len(theirs):
            return np.ones(len(mine), dtype=bool)
        place = np.minimum(np.searchsorted(theirs, mine), len(theirs) - 1)
        return np.asarray(theirs[place] != mine)

    def use(self, rows: IntArray, columns: IntArray) -> None:
        """Remember pairs and their travel."""
        keys = united(self._used, self.keys(rows, columns))
        if len(keys) > len(self._used):
            self._used, self._travel = keys, self.travel(*self.pairs(keys))


def united(*keys: IntArray) -> IntArray:
    """All numbers of some lists, sorted, each once."""
    joined = np.sort(np.concatenate(keys))
    first = np.ones(len(joined), dtype=bool)
    first[1:] = joined[1:] != joined[:-1]
    return joined[first]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A cost that grows with travel: ``weight × (factor × (travel beyond start) >> shift)``, rounded.

    Parameters
    ----------
    factor
        Of each household, (H,).
    start
        From where on each member's travel counts, (M,), as a limit that is met counts; None for 0.
    exponent
        Costs are rounded to a 2**exponent-th part of the unit.
    largest
        The largest cost before the shift.
    shift, weight
        Last bits that are left out, and what is multiplied.
    """

    factor: FloatArray
    start: FloatArray | None
    exponent: int
    largest: int
    shift: int = 0
    weight: int = 1

    def at(self, rows: IntArray, columns: IntArray, travel: FloatArray) -> IntArray:
        """The cost of some pairs, (N,), from their travel."""
        beyond = travel if self.start is None else above(travel, self.start[columns])
        whole = np.rint(np.ldexp(beyond * self.factor[rows], self.exponent)).astype(np.int64)
        return np.asarray((whole >> self.shift) * self.weight)

    def least(self, travel: FloatArray, factor: FloatArray, start: Any) -> IntArray:
        """A lower bound of the cost of pairs that are at least so far apart; all broadcast."""
        beyond = travel if self.start is None else np.maximum(travel - start, 0.0)
        real = np.minimum(np.ldexp(beyond * factor, self.exponent), float(self.largest))
        whole = np.maximum(real.astype(np.int64) - 1, 0)
        return np.asarray((whole >> self.shift) * self.weight)

    def same(self, other: Way) -> bool:
        """Whether another way costs the same."""
        numbers = ("exponent", "largest", "shift", "weight")
        return (
            self.factor is other.factor
            and self.start is other.start
            and all(getattr(self, name) == getattr(other, name) for name in numbers)
        )

    @property
    def latest(self) -> FloatArray | None:
        """From where on travel costs something even where it just meets the limit, (M,)."""
        return None if self.start is None else self.start + 2 * slack(self.start)


def _equal(a: IntArray | None, b: IntArray | None) -> bool:
    return a is b or (a is not None and b is not None and np.array_equal(a, b))


def way_of(
    factor: FloatArray, start: FloatArray | None, most: float, bits: int
) -> tuple[Way, float]:
    """A way as integers of at most *bits* bits, and how far a real cost may lie from its integer.

    Parameters
    ----------
    factor, start
        As in :class:`Way`.
    most
        No real cost is above it.
    """
    exponent = bits - int(np.frexp(most)[1])
    largest = int(np.ceil(np.ldexp(most, exponent)))
    return Way(factor, start, exponent, largest), float(np.ldexp(0.5, -exponent))


@dataclass(frozen=True, eq=False)
class PairCosts:
    """Costs of pairs, as integers.

    Parameters
    ----------
    ground
        Where everybody is.
    ways
        Costs that grow with travel.
    flags, flag
        Pairs that cost something on top, H × M, and how much, 0 or more.
    keys, values
        Pairs that are listed, as sorted numbers, and what they cost on top of the rest.
    """

    ground: Ground
    ways: tuple[Way, ...] = ()
    flags: BoolArray | None = None
    flag: int = 0
    keys: IntArray | None = None
    values: IntArray | None = None

    @property
    def listed(self) -> list[Pairs]:
        """The pairs that are listed: they always take part."""
        return [] if self.keys is None else [self.ground.pairs(self.keys)]

    @cached_property
    def largest(self) -> int:
        """A bound of the absolute cost of a pair."""
        ways = sum((way.largest >> way.shift) * way.weight for way in self.ways)
        listed = 0 if self.values is None else int(np.abs(self.values).max(initial=0))
        return ways + self.flag + listed

    def same(self, other: PairCosts) -> bool:
        """Whether other costs are the same as these."""
        lists = ((self.keys, other.keys), (self.values, other.values))
        return (
            self.flags is other.flags
            and self.flag == other.flag
            and len(self.ways) == len(other.ways)
            and all(a.same(b) for a, b in zip(self.ways, other.ways, strict=True))
            and all(_equal(a, b) for a, b in lists)
        )

    def times(self, weight: int) -> PairCosts:
        """All costs multiplied."""
        return replace(
            self,
            ways=tuple(replace(way, weight=way.weight * weight) for way in self.ways),
            flag=self.flag * weight,
            values=None if self.values is None else self.values * weight,
        )

    def coarse(self, bits: int) -> PairCosts:
        """Costs of ways alone, in so many bits."""
        shift = max(max(way.largest for way in self.ways).bit_length() - bits, 0)
        return replace(self, ways=tuple(replace(way, shift=shift) for way in self.ways))

    def and_ways(self, others: PairCosts) -> PairCosts:
        """These costs and the ways of others."""
        return replace(self, ways=(*self.ways, *others.ways))

    def at(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Costs of some pairs, (N,)."""
        cost = np.zeros(len(rows), dtype=np.int64)
        if self.ways:
            travel = self.ground.travel(rows, columns)
            for way in self.ways:
                cost += way.at(rows, columns, travel)
        if self.flags is not None:
            cost += self.flags[rows, columns] * self.flag
        if self.keys is not None and self.values is not None and len(self.keys):
            keys = self.ground.keys(rows, columns)
            place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            cost += np.where(self.keys[place] == keys, self.values[place], 0)
        return cost

    def dense(self) -> IntArray:
        """Cost of each pair, H × M."""
        rows, columns = np.indices(self.ground.shape).reshape(2, -1)
        return self.at(rows, columns).reshape(self.ground.shape)

    # --- reduced costs

    def up_to(
        self,
        most: int,
        free: BoolArray,
        price: IntArray,
        household_price: IntArray,
        *,
        rough: bool = False,
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Free pairs whose reduced cost is not above *most*, and that cost; sorted, (N,) each.

        Parameters
        ----------
        most
            The limit.
        free
            Which pairs are asked for, H × M.
        price, household_price
            The dual solution, as in :class:`Flow`.
        rough
            Only some of them, of each household, where there are many.
        """
        # Of households that need nobody no pair is looked at.
        household_price = np.where(free.any(axis=1), household_price, -FAR)
        listed = np.empty(0, dtype=np.int64) if self.keys is None else self.keys
        keys = [listed[free[self.ground.pairs(listed)]]]
        for rows, columns in self._may_be(most, free, price, household_price, rough):
            keys.append(self.ground.keys(rows, columns))
        rows, columns = self.ground.pairs(united(*keys))
        reduced = self.at(rows, columns) + price[columns] - household_price[rows]
        found = reduced <= most
        return rows[found], columns[found], reduced[found]

    def _may_be(
        self,
        most: int,
        free: BoolArray,
        price: IntArray,
        household_price: IntArray,
        rough: bool,
    ) -> list[Pairs]:
        """Free pairs that are not listed and whose reduced cost may not be above *most*."""
        if not self.ways:
            return self._told(most, free, price, household_price)
        chords = self.ground.chords
        a, b = chords.home_boxes, chords.member_boxes
        dear, cheap = a.spread(household_price, -FAR), b.spread(price, FAR)
        spread = [
            (
                way,
                a.spread(way.factor, 0.0),
                None if way.latest is None else b.spread(way.latest, np.inf),
            )
            for way in self.ways
        ]
        least = cheap.min(axis=1)[None, :] - dear.max(axis=1)[:, None]
        for way, factor, start in spread:
            inside = np.where(a.order < 0, np.inf, factor).min(axis=1)[:, None]
            smallest = np.where(np.isfinite(inside), inside, 0.0)
            late = None if start is None else start.max(axis=1)[None, :]
            least += way.least(chords.apart, smallest, late)

        def may(travel: FloatArray, home: IntArray, member: IntArray) -> BoolArray:
            reduced = cheap[member][:, None, :] - dear[home][:, :, None]
            for way, factor, start in spread:
                late = None if start is None else start[member][:, None, :]
                reduced += way.least(travel, factor[home][:, :, None], late)
            near = reduced <= most
            if rough and reduced.shape[2] > FEW_OF_A_BOX:
                few = np.partition(reduced, FEW_OF_A_BOX - 1, axis=2)
                near &= reduced <= few[:, :, FEW_OF_A_BOX - 1 : FEW_OF_A_BOX]
            return np.asarray(near)

        boxes = least <= most
        if rough and least.shape[1] > FEW_BOXES:
            boxes &= least <= np.partition(least, FEW_BOXES - 1, axis=1)[:, FEW_BOXES - 1, None]
        found = []
        for rows, columns in chords.near(boxes, may):
            asked = free[rows, columns]
            found.append((rows[asked], columns[asked]))
        return found

    def _told(
        self, most: int, free: BoolArray, price: IntArray, household_price: IntArray
    ) -> list[Pairs]:
        """As :meth:`_may_be`, where no cost grows with travel: by looking at each pair."""
        found = []
        for start in range(0, len(free), BLOCK):
            block = slice(start, start + BLOCK)
            near = self._limit(most, block, household_price) >= price[None, :]
            rows, columns = where_true(near & free[block])
            found.append((rows + start, columns))
        return found

    def _limit(self, most: int, block: slice, household_price: IntArray) -> IntArray:
        """The largest price of a member with which the reduced cost is not above *most*."""
        limit = (household_price[block] + most)[:, None]
        return limit if self.flags is None else limit - self.flags[block] * self.flag

    def misses(
        self, free: BoolArray, price: IntArray, household_price: IntArray, arcs: Arcs
    ) -> bool:
        """Whether a free pair that does not take part has a reduced cost below 0."""
        if self.ways:
            rows, columns, _ = self.up_to(-1, free, price, household_price)
            return bool(self.ground.apart_from(arcs, rows, columns).any())
        for rows, columns in self.listed:
            reduced = self.at(rows, columns) + price[columns] - household_price[rows]
            below = free[rows, columns] & (reduced < 0)
            if self.ground.apart_from(arcs, rows[below], columns[below]).any():
                return True
        # Counted as if no pair were listed, of all and of those that take part.
        bare = replace(self, keys=None, values=None)
        reduced = bare.at(arcs.rows, arcs.columns) + price[arcs.columns]
        inside = np.count_nonzero(reduced < household_price[arcs.rows])
        count = 0
        for start in range(0, len(free), BLOCK):
            block = slice(start, start + BLOCK)
            below = self._limit(0, block, household_price) > price[None, :]
            count += int(np.count_nonzero(below & free[block]))
        return bool(count > inside)

    def signs(
        self, free: BoolArray, price: IntArray, household_price: IntArray
    ) -> tuple[BoolArray, BoolArray]:
        """Free pairs whose reduced cost is below 0, and those where it is 0; H × M each."""
        less, level = np.zeros_like(free), np.zeros_like(free)
        if self.ways:
            rows, columns, reduced = self.up_to(0, free, price, household_price)
            less[rows, columns] = reduced < 0
            level[rows, columns] = reduced == 0
            return less, level
        for start in range(0, len(free), BLOCK):
            block = slice(start, start + BLOCK)
            limit = self._limit(0, block, household_price)
            np.greater(limit, price[None, :], out=less[block])
            np.equal(limit, price[None, :], out=level[block])
        for rows, columns in self.listed:
            reduced = self.at(rows, columns) + price[columns] - household_price[rows]
            less[rows, columns] = reduced < 0
            level[rows, columns] = reduced == 0
        less &= free
        level &= free
        return less, level
