"""The knapsacks of all members at once, as dynamic programs by the method that suits their loads.

With a multiplier for each household's cover, every member takes the set of least reduced cost whose load
lies within the member's limits. Loads are small integers, so that is a table over the load: by class
where households of one weight are the same for all members, one household after the other elsewhere.
Where that table is too large, as where weights have many digits, households are split. Where no table
is asked for, and nobody has a minimum, only the households in doubt are put into one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.engines.weighted.bound.core_knapsacks import core_sets
from phancong.engines.weighted.bound.fractional_knapsacks import FractionalSolution, relax_knapsacks
from phancong.engines.weighted.bound.knapsack_tables import BARRED, NEVER, KnapsackTables
from phancong.engines.weighted.bound.knapsacks_by_class import Classes
from phancong.engines.weighted.bound.knapsacks_by_unit import tables_by_unit
from phancong.engines.weighted.instance import Resource
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
        The least sum of reduced costs within the limits of each member, ``NEVER`` or more if there
        is none, (M,).
    chosen
        The sets, U × M.
    tables
        The least sum for each load, M × (largest load + 1); None where households were split, so that
        *value* is no more than what is best, and where nobody asked for them.
    """

    value: IntArray
    chosen: BoolArray
    tables: IntArray | None


class Knapsacks:
    """The knapsacks of all members in one measure of load.

    Parameters
    ----------
    resource
        The load; None where no load has a limit.
    free
        The pairs that may be, U × M.
    tuning
        Up to which size there are tables.
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
        # A member without a maximum takes what it likes; the minimum is then left out of the bound. Who
        # can carry no more than others may, as members with nobody near them, needs no wider table.
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
        #: The classes of those who have a maximum; None where units have no weight of their
        #: own, or too many different ones.
        self.classes = (
            None
            if each is None
            else Classes(each, self.low[~self.unconstrained], self.high[~self.unconstrained])
        )
        entries = self._entries()
        #: Whether there is no room for tables, so that households are split instead.
        self.fractional = entries > tuning.most_entries
        pairs = 8 * free.size
        #: Work of one pass.
        self.work = (
            (SORTING * free.size if self.fractional else entries) + pairs
        ) / TABLE_ENTRIES_A_UNIT
        #: Whether sets alone are sooner found than tables.
        self.by_core = self.classes is None and not self.fractional and not (self.low > 0).any()
        # Cores are made larger once or twice.
        core = members * (self.top + 1) * 4 * KNAPSACK_CORE
        #: Work of one pass for the sets alone.
        self.step_work = (
            min(self.work, (core + pairs) / TABLE_ENTRIES_A_UNIT) if self.by_core else self.work
        )

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
            The cost of each pair less the price of its unit, U × M; pairs that are not free are
            not looked at.
        tables
            Whether tables are asked for; without them it may take less.
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
        """The tables by class, and beside them those who take whatever earns, at no load."""
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
        """The best value within each member's limits, and its load."""
        loads = np.arange(self.top + 1)[None, :]
        inside = (loads >= self.low[:, None]) & (loads <= self.high[:, None])
        value = np.where(inside, tables, NEVER)
        load = value.argmin(axis=1)
        return value[np.arange(len(load)), load], load

    def penalties(self, reduced: IntArray, solve: KnapsackSolution) -> IntArray:
        """The least increase of the bound if a pair is in the plan; U × M, 0 or more.

        The rest of the member's load is then at best what the tables say, which may count the pair
        a second time: a little too low, never too high.
        """
        if self.fractional:
            return np.where(self.free, self._relaxed(reduced).penalty, NEVER)
        # What splitting households says of a pair is above a value that is less than the best one.
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
