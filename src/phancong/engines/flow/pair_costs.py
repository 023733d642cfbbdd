"""Costs of pairs that are computed on demand, without a matrix of all pairs.

A cost is the sum of parts that grow with travel (:class:`.DistanceCost`), of flags, and of costs of
listed pairs. So a bound of the distance gives a lower bound of the cost. Pairs of negative reduced cost
are found without computing all costs: first pairs of boxes are excluded, then pairs of places by bounds,
and the rest is computed exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from operator import eq, ge, gt
from typing import Any, Final
from weakref import ReferenceType, ref

import numpy as np

from phancong.engines.flow.arcs import Arcs
from phancong.engines.flow.distance_costs import DistanceCost
from phancong.engines.flow.pair_pool import PairPool, Pairs, united
from phancong.masks import where_true
from phancong.problem import BoolArray, FloatArray, IntArray

#: In a rough search: boxes of members for each box of households, and members of each box.
FEW_BOXES: Final = 8
FEW_OF_A_BOX: Final = 2
#: Rows that are compared at once if every pair is compared.
BLOCK: Final = 256
#: Price of an empty slot of a box: larger than any cost, so that no such slot is found. Sums of a few
#: stay within int64.
FAR: Final = 2**60


def _equal(a: IntArray | None, b: IntArray | None) -> bool:
    return a is b or (a is not None and b is not None and np.array_equal(a, b))


def narrowed(price: IntArray, household_price: IntArray, flag: int) -> tuple[Any, Any]:
    """Prices as the shortest integers that hold them and sums with a *flag*: these compare faster."""
    largest = flag + max(int(np.abs(side).max(initial=0)) for side in (price, household_price))
    kind = np.min_scalar_type(-largest - 1)
    return price.astype(kind), household_price.astype(kind)


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """A search for pairs by their reduced costs: under other duals it tells which boxes have none.

    Parameters
    ----------
    costs, free
        The costs, and the free pairs; a weak reference, since a mask of all pairs is large.
    rowless
        Which households have no free pair, (H,).
    most, price, household_price
        The limit and the dual.
    keys
        All free pairs within the limit, as sorted keys.
    """

    costs: PairCosts
    free: ReferenceType[BoolArray]
    rowless: BoolArray
    most: int
    price: IntArray
    household_price: IntArray
    keys: IntArray

    def is_of(self, costs: PairCosts, free: BoolArray) -> bool:
        """Whether it is a search among the same pairs with the same costs."""
        return self.free() is free and self.costs.same(costs)

    def covers(self, most: int, price: IntArray, household_price: IntArray) -> bool:
        """Whether it has found all pairs that a search with this limit and dual finds."""
        return most <= self.most and (
            np.array_equal(price, self.price)
            and np.array_equal(household_price, self.household_price)
        )

    def others(self, price: IntArray, household_price: IntArray) -> IntArray:
        """A lower bound of the reduced costs of the pairs that were not found, by boxes, (B, C)."""
        chords = self.costs.pool.chords
        fallen = chords.home_boxes.spread(household_price - self.household_price, -FAR)
        risen = chords.member_boxes.spread(price - self.price, FAR)
        least = risen.min(axis=1)[None, :] - fallen.max(axis=1)[:, None]
        return np.asarray(least + (self.most + 1))


@dataclass(frozen=True, eq=False)
class PairCosts:
    """Integer costs of pairs, the sum of three parts.

    Parameters
    ----------
    pool
        The pairs that flows have used, and the places of all.
    by_distance
        Costs that grow with travel.
    flags, flag
        Flagged pairs, H × M, and the cost of a flag, 0 or more.
    keys, values
        Listed pairs, as sorted keys, and their costs.
    """

    pool: PairPool
    by_distance: tuple[DistanceCost, ...] = ()
    flags: BoolArray | None = None
    flag: int = 0
    keys: IntArray | None = None
    values: IntArray | None = None

    @property
    def listed(self) -> list[Pairs]:
        """The listed pairs; they are always among the pairs of a flow."""
        return [] if self.keys is None else [self.pool.pairs(self.keys)]

    @cached_property
    def largest(self) -> int:
        """Upper bound of the absolute cost of a pair."""
        by_distance = sum((part.largest >> part.shift) * part.weight for part in self.by_distance)
        listed = 0 if self.values is None else int(np.abs(self.values).max(initial=0))
        return by_distance + self.flag + listed

    def same(self, other: PairCosts) -> bool:
        """Whether other costs equal these."""
        lists = ((self.keys, other.keys), (self.values, other.values))
        return (
            self.flags is other.flags
            and self.flag == other.flag
            and len(self.by_distance) == len(other.by_distance)
            and all(a.same(b) for a, b in zip(self.by_distance, other.by_distance, strict=True))
            and all(_equal(a, b) for a, b in lists)
        )

    def times(self, weight: int) -> PairCosts:
        """All costs times *weight*."""
        return replace(
            self,
            by_distance=tuple(
                replace(part, weight=part.weight * weight) for part in self.by_distance
            ),
            flag=self.flag * weight,
            values=None if self.values is None else self.values * weight,
        )

    def coarse(self, bits: int) -> PairCosts:
        """The costs with those of travel shifted to at most *bits* bits."""
        shift = max(max(part.largest for part in self.by_distance).bit_length() - bits, 0)
        return replace(
            self, by_distance=tuple(replace(part, shift=shift) for part in self.by_distance)
        )

    def and_by_distance(self, others: PairCosts) -> PairCosts:
        """These costs plus the parts of *others* that grow with travel."""
        return replace(self, by_distance=(*self.by_distance, *others.by_distance))

    def at(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Costs of some pairs, (N,)."""
        cost = np.zeros(len(rows), dtype=np.int64)
        if self.by_distance:
            within = self._within
            far = np.arange(len(rows)) if within is None else np.flatnonzero(~within[rows, columns])
            asked = rows[far], columns[far]
            travel = self.pool.travel(*asked)
            for part in self.by_distance:
                cost[far] += part.at(*asked, travel)
        if self.flags is not None:
            cost += self.flags[rows, columns] * self.flag
        if self.keys is not None and self.values is not None and len(self.keys):
            keys = self.pool.keys(rows, columns)
            place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            cost += np.where(self.keys[place] == keys, self.values[place], 0)
        return cost

    def dense(self) -> IntArray:
        """Cost of each pair, H × M."""
        rows, columns = np.indices(self.pool.shape).reshape(2, -1)
        return self.at(rows, columns).reshape(self.pool.shape)

    @property
    def _within(self) -> BoolArray | None:
        """Pairs whose travel costs nothing, H × M; None if they are not known, or if no travel counts."""
        return self.by_distance[0].within if len(self.by_distance) == 1 else None

    def idle(self, free: BoolArray, rows: BoolArray, columns: BoolArray) -> BoolArray | None:
        """Free pairs without a cost, of some rows and columns, H × M; None if these are not known.

        Parameters
        ----------
        free
            The free pairs, H × M.
        rows, columns
            Which households, (H,), and members, (M,).
        """
        if self.flags is not None or (self.by_distance and self._within is None):
            return None
        found: BoolArray = free & columns
        found[~rows] = False
        if self._within is not None:
            found &= self._within
        for listed in self.listed:
            found[listed] = False
        return found

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
        """Free pairs whose reduced cost is at most *most*: rows, columns, reduced costs, (N,) each.

        Parameters
        ----------
        most
            The limit.
        free
            The free pairs, H × M.
        price, household_price
            The dual, as in :class:`Flow`.
        rough
            Whether only some of the pairs of each household are returned if there are many.
        """
        # Households without free pairs are excluded by a price that no pair reaches.
        last = self.pool.searched
        if not isinstance(last, Searched) or not last.is_of(self, free):
            last = None
        rowless = last.rowless if last is not None else np.asarray(~free.any(axis=1))
        household_price = np.where(rowless, -FAR, household_price)
        listed = np.empty(0, dtype=np.int64) if self.keys is None else self.keys
        keys = [listed[free[self.pool.pairs(listed)]]]
        if last is not None:
            keys.append(last.keys)
        if last is None or not last.covers(most, price, household_price):
            found = self._candidates(most, free, price, household_price, rough, last)
            keys += [self.pool.keys(rows, columns) for rows, columns in found]
        rows, columns = self.pool.pairs(united(*keys))
        reduced = self.at(rows, columns) + price[columns] - household_price[rows]
        within = reduced <= most
        rows, columns = rows[within], columns[within]
        if self.by_distance and not rough:
            self.pool.searched = Searched(
                self,
                ref(free),
                rowless,
                most,
                price,
                household_price,
                self.pool.keys(rows, columns),
            )
        return rows, columns, reduced[within]

    def _candidates(
        self,
        most: int,
        free: BoolArray,
        price: IntArray,
        household_price: IntArray,
        rough: bool,
        last: Searched | None = None,
    ) -> Iterator[Pairs]:
        """Free pairs whose reduced cost without listed costs may be at most *most*, by bounds.

        Pairs that the *last* search has found may be left out.
        """
        if not self.by_distance:
            yield from self._candidates_of_flags(most, free, price, household_price)
            return
        chords = self.pool.chords
        a, b = chords.home_boxes, chords.member_boxes
        dear, cheap = a.spread(household_price, -FAR), b.spread(price, FAR)
        spread = [
            (
                part,
                a.spread(part.factor, 0.0),
                None if part.latest is None else b.spread(part.latest, np.inf),
            )
            for part in self.by_distance
        ]
        least = cheap.min(axis=1)[None, :] - dear.max(axis=1)[:, None]
        for part, factor, start in spread:
            inside = np.where(a.order < 0, np.inf, factor).min(axis=1)[:, None]
            smallest = np.where(np.isfinite(inside), inside, 0.0)
            late = None if start is None else start.max(axis=1)[None, :]
            least += part.least(chords.apart, smallest, late)

        def may(travel: FloatArray, home: IntArray, member: IntArray) -> BoolArray:
            reduced = cheap[member][:, None, :] - dear[home][:, :, None]
            for part, factor, start in spread:
                late = None if start is None else start[member][:, None, :]
                reduced += part.least(travel, factor[home][:, :, None], late)
            near = reduced <= most
            if rough and reduced.shape[2] > FEW_OF_A_BOX:
                few = np.partition(reduced, FEW_OF_A_BOX - 1, axis=2)
                near &= reduced <= few[:, :, FEW_OF_A_BOX - 1 : FEW_OF_A_BOX]
            return np.asarray(near)

        boxes = least <= most
        if last is not None:
            boxes &= last.others(price, household_price) <= most
        if self._within is not None:  # *free* may have few pairs
            boxes &= chords.holding(free)
        if rough and least.shape[1] > FEW_BOXES:
            boxes &= least <= np.partition(least, FEW_BOXES - 1, axis=1)[:, FEW_BOXES - 1, None]
        for rows, columns in chords.near(boxes, may):
            asked = free[rows, columns]
            yield rows[asked], columns[asked]

    def _candidates_of_flags(
        self, most: int, free: BoolArray, price: IntArray, household_price: IntArray
    ) -> Iterator[Pairs]:
        """As :meth:`_candidates` for costs without travel: every pair is compared."""
        for start in range(0, len(free), BLOCK):
            block = slice(start, start + BLOCK)
            near = self._compared(block, household_price[block] + most, ge, price)
            rows, columns = where_true(near & free[block])
            yield rows + start, columns

    def _compared(
        self, block: slice, limit: IntArray, than: Callable[..., Any], price: IntArray
    ) -> BoolArray:
        """How limits of some rows less the cost of a flag compare with prices of members, rows × M."""
        without = than(limit[:, None], price)
        if self.flags is None:
            return np.asarray(without)
        return np.where(self.flags[block], than(limit[:, None] - self.flag, price), without)

    def misses(
        self, free: BoolArray, price: IntArray, household_price: IntArray, arcs: Arcs
    ) -> bool:
        """Whether a free pair outside *arcs* has a negative reduced cost."""
        if self.by_distance:
            rows, columns, _ = self.up_to(-1, free, price, household_price)
            return bool(self.pool.apart_from(arcs, rows, columns).any())
        for rows, columns in self.listed:
            reduced = self.at(rows, columns) + price[columns] - household_price[rows]
            below = free[rows, columns] & (reduced < 0)
            if self.pool.apart_from(arcs, rows[below], columns[below]).any():
                return True
        # Without listed costs, compare the number of such pairs among all pairs and among *arcs*.
        bare = replace(self, keys=None, values=None)
        reduced = bare.at(arcs.rows, arcs.columns) + price[arcs.columns]
        outside = -int(np.count_nonzero(reduced < household_price[arcs.rows]))
        price, household_price = narrowed(price, household_price, self.flag)
        for start in range(0, len(free), BLOCK):
            block = slice(start, start + BLOCK)
            below = self._compared(block, household_price[block], gt, price)
            outside += int(np.count_nonzero(below & free[block]))
            if outside > 0:
                return True
        return False

    def level(self, free: BoolArray, price: IntArray, household_price: IntArray) -> BoolArray:
        """Free pairs whose reduced cost is 0, H × M."""
        level = np.zeros_like(free)
        within = self._within
        if within is not None or not self.by_distance:  # compare the prices of pairs without a way
            prices = narrowed(price, household_price, self.flag)
            for start in range(0, len(free), BLOCK):
                block = slice(start, start + BLOCK)
                level[block] = self._compared(block, prices[1][block], eq, prices[0])
        pairs = iter(self.listed)
        if self.by_distance:
            far = free if within is None else free & ~within
            pairs = chain(self._candidates(0, far, price, household_price, False), pairs)
            if within is not None:
                level &= within
        for rows, columns in pairs:
            reduced = self.at(rows, columns) + price[columns] - household_price[rows]
            level[rows, columns] = reduced == 0
        level &= free
        return level
