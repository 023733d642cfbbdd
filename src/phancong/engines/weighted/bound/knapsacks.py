"""The knapsacks of all members, by the method that suits their loads.

Each member takes the set of least reduced cost whose load lies within the member's limits. Loads are
small integers, so that dynamic programming over the load solves the knapsack:

- by class, if a household has the same weight for all members and there are few different weights;
- household by household otherwise;
- relaxed, so that a household may be split, if the tables are too large, as with weights of many digits;
- over a core of a few households, if no tables are needed and no member has a minimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.engines.weighted.bound.core_knapsacks import core_sets
from phancong.engines.weighted.bound.fractional_knapsacks import FractionalSolution, relax_knapsacks
from phancong.engines.weighted.bound.knapsack_tables import BARRED, NEVER, KnapsackTables
from phancong.engines.weighted.bound.knapsacks_by_class import Classes
from phancong.engines.weighted.bound.knapsacks_by_unit import tables_by_unit
from phancong.engines.weighted.resources import Resource
from phancong.engines.weighted.tuning import (
    KNAPSACK_CORE,
    SORTING,
    TABLE_ENTRIES_A_UNIT,
    TUNING,
    Tuning,
)
from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class KnapsackSolution:
    """The best sets of all members for some reduced costs.

    Parameters
    ----------
    value
        Least sum of reduced costs within the limits of each member, (M,); ``NEVER`` or more if no set
        is within them. It is a lower bound if the knapsacks were relaxed.
    chosen
        The sets, U × M.
    tables
        Least sum for each load, M × (largest load + 1); None if the knapsacks were relaxed or no tables
        were asked for.
    """

    value: IntArray
    chosen: BoolArray
    tables: IntArray | None


class Knapsacks:
    """The knapsacks of all members in one measure of load.

    Parameters
    ----------
    resource
        The load; None if no load has a limit.
    free
        The pairs that a plan may choose, U × M.
    tuning
        The largest size of tables.
    """

    def __init__(self, resource: Resource | None, free: BoolArray, tuning: Tuning = TUNING) -> None:
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
        # A member without a binding maximum takes all pairs of negative reduced cost; its minimum is
        # relaxed. It still gets a table if its whole load is no larger than the tables of the others.
        self.unconstrained = self.high >= carried
        self.unconstrained &= carried > self.high[~self.unconstrained].max(initial=-1)
        self.high = np.where(self.unconstrained, 0, self.high)
        self.low = np.where(self.unconstrained, 0, self.low)
        self.weight = (
            np.where(self.unconstrained, 0, weight) if self.unconstrained.any() else weight
        )
        if self.unconstrained.all():
            each = np.zeros(units, dtype=np.int64)
        if each is not None and len(np.unique(each)) > tuning.most_weights:
            each = None
        self.top = int(self.high.max(initial=0))
        #: The classes for members with a maximum; None if weights depend on the member, or there are too
        #: many different ones.
        self.classes = (
            None
            if each is None
            else Classes(each, self.low[~self.unconstrained], self.high[~self.unconstrained])
        )
        entries = self._entries()
        #: Whether tables would be too large, so that the knapsacks are relaxed.
        self.fractional = entries > tuning.most_entries
        pairs = 8 * free.size
        #: Units of work of one pass.
        self.work = (
            (SORTING * free.size if self.fractional else entries) + pairs
        ) / TABLE_ENTRIES_A_UNIT
        #: Whether a pass without tables uses cores, which is faster.
        self.by_core = self.classes is None and not self.fractional and not (self.low > 0).any()
        # Estimate: a core is enlarged once or twice.
        core = members * (self.top + 1) * 4 * KNAPSACK_CORE
        #: Units of work of one pass without tables.
        self.step_work = (
            min(self.work, (core + pairs) / TABLE_ENTRIES_A_UNIT) if self.by_core else self.work
        )

    @property
    def sets_by_class(self) -> bool:
        """Whether all sets come from tables by class of weight, none of which is 0."""
        if self.classes is None or self.fractional or self.unconstrained.any():
            return False
        return not len(self.classes.weightless)

    def _entries(self) -> int:
        if self.classes is not None:
            return self.classes.entries
        rows = len(self.free) if (self.low > 0).any() else max(len(self.free) // 8, 1)
        return len(self.high) * (int(self.high.max(initial=0)) + 1) * rows

    def solve(self, reduced: IntArray, *, tables: bool = True) -> KnapsackSolution:
        """The best set of each member.

        Parameters
        ----------
        reduced
            Reduced cost of each pair, U × M; pairs that are not free are ignored.
        tables
            Whether tables are returned; without them a pass may be faster.
        """
        if self.by_core and not tables:
            value, chosen = core_sets(reduced, self.weight, self.free, self.high)
            return KnapsackSolution(value, chosen, None)
        if self.fractional:
            found = self._relaxed(reduced)
            return KnapsackSolution(found.value, found.chosen, None)
        reduced = np.where(self.free, reduced, BARRED)
        if self.classes is not None:
            packed = self._by_class(self.classes, reduced)
        else:
            packed = tables_by_unit(reduced, self.weight, self.free, self.low, self.top)
        value, load = self._within(packed.tables)
        return KnapsackSolution(value, packed.sets(load), packed.tables)

    def _relaxed(self, reduced: IntArray) -> FractionalSolution:
        return relax_knapsacks(reduced, self.weight, self.free, self.low, self.high)

    def _by_class(self, classes: Classes, reduced: IntArray) -> KnapsackTables:
        """The tables by class; an unconstrained member takes all pairs of negative reduced cost."""
        tight = ~self.unconstrained
        within = classes.solve(reduced[:, tight])
        earns = (reduced < 0) & self.unconstrained
        tables = np.full((len(tight), self.top + 1), NEVER)
        tables[tight] = within.tables
        tables[self.unconstrained, 0] = np.where(earns, reduced, 0).sum(axis=0)[self.unconstrained]

        def sets(load: IntArray) -> BoolArray:
            chosen = earns.copy()
            chosen[:, tight] = within.sets(load[tight])
            return chosen

        return KnapsackTables(tables, sets)

    def _within(self, tables: IntArray) -> tuple[IntArray, IntArray]:
        """The best value within the limits of each member, and its load, (M,) each."""
        loads = np.arange(self.top + 1)[None, :]
        inside = (loads >= self.low[:, None]) & (loads <= self.high[:, None])
        value = np.where(inside, tables, NEVER)
        load = value.argmin(axis=1)
        return value[np.arange(len(load)), load], load

    def penalties(self, reduced: IntArray, solve: KnapsackSolution) -> IntArray:
        """Lower bound of the rise of the Lagrangian bound if a pair is forced in; U × M, 0 or more.

        The tables give the best set for the rest of the member's load. That set may contain the pair
        itself, so that the penalty may be too low but is never too high.
        """
        if self.fractional:
            return np.where(self.free, self._relaxed(reduced).penalty, NEVER)
        # Penalties of relaxed knapsacks are no use here: they are relative to the lower, relaxed value.
        assert solve.tables is not None
        weights = np.minimum(self.weight, self.top + 1)
        rest = np.full((len(self.high), self.top + 2), NEVER)
        for weight in np.unique(weights).tolist():
            loads = np.arange(self.top + 1)[None, :]
            inside = (loads >= self.low[:, None] - weight) & (loads <= self.high[:, None] - weight)
            rest[:, weight] = np.where(inside, solve.tables, NEVER).min(axis=1)
        columns = np.arange(len(self.high))[None, :]
        forced = reduced + rest[columns, weights] - solve.value[None, :]
        return np.where(self.free, np.maximum(forced, 0), NEVER)
