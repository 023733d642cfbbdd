"""The places of all, and the pairs that flows have used, where there is no matrix of distances."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np

from phancong.engines.flow.arcs import Arcs
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.travel.chords import Chords
from phancong.travel.nearest import near_pairs, nearest_within

#: Pairs of each household at the start.
START: Final = 5
#: Members of a box that each household of a box linked to it gets at the start.
ACROSS: Final = 2

#: Rows and columns of pairs.
Pairs = tuple[IntArray, IntArray]


class PairPool:
    """Places of households and members, and the pairs that flows have used.

    Parameters
    ----------
    problem
        The problem; its travel is straight-line distances.
    chords
        Bounds of the distances.
    """

    def __init__(self, problem: Problem, chords: Chords) -> None:
        self.problem = problem
        self.chords = chords
        self.shape = problem.allowed.shape
        #: Pairs that flows have used, as sorted keys, and their travel.
        self._used = np.empty(0, dtype=np.int64)
        self._travel = np.empty(0)
        #: The last flow, with which the next one may begin (:class:`.column_generation.Last`).
        self.last: object = None
        #: The last search for pairs (:class:`.pair_costs.Searched`).
        self.searched: object = None

    def keys(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Key of each pair, an integer in the order of rows, then columns."""
        return np.asarray(rows * self.shape[1] + columns)

    def pairs(self, keys: IntArray) -> Pairs:
        """The pairs of some keys."""
        rows, columns = np.divmod(keys, self.shape[1])
        return rows, columns

    def travel(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Travel of some pairs, (N,); it is cached for pairs that flows have used."""
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
    def kept(self) -> IntArray:
        """The keys of the pairs of last year's plan, sorted."""
        return united(self.keys(*self.problem.kept_years[:2]))

    @property
    def begun(self) -> bool:
        """Whether the first pairs have been chosen."""
        return bool(len(self._used))

    def begin(self, price: FloatArray, boxes: BoolArray) -> None:
        """Choose the first pairs: nearest members, pairs between linked boxes, last year's plan.

        Parameters
        ----------
        price
            Price of each member in metres, which is added to its distance, (M,).
        boxes
            Whether two boxes are linked, so that there are pairs between them; households × members.
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
        """Whether each of some pairs is not among *arcs*, (N,)."""
        mine, theirs = self.keys(rows, columns), self.keys(arcs.rows, arcs.columns)
        if not len(theirs):
            return np.ones(len(mine), dtype=bool)
        place = np.minimum(np.searchsorted(theirs, mine), len(theirs) - 1)
        return np.asarray(theirs[place] != mine)

    def use(self, rows: IntArray, columns: IntArray) -> None:
        """Record pairs as used, with their travel."""
        keys = united(self._used, self.keys(rows, columns))
        if len(keys) > len(self._used):
            self._used, self._travel = keys, self.travel(*self.pairs(keys))


def united(*keys: IntArray) -> IntArray:
    """The union of some arrays of keys, sorted."""
    joined = np.sort(np.concatenate(keys))
    first = np.ones(len(joined), dtype=bool)
    first[1:] = joined[1:] != joined[:-1]
    return joined[first]
