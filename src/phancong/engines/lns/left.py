"""What is left of a problem when the sets of some members are decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from phancong.engines.lns.instance import Instance
from phancong.engines.lns.lagrangian import Lagrangian, Prices
from phancong.engines.lns.sets_seen import Seen
from phancong.engines.lns.standing import Standing
from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """What is left after some decisions.

    Parameters
    ----------
    instance
        Its limits.
    units, members
        Whose they are, as numbers of all.
    taken
        The pairs that are decided, of all, U × M.
    cover, budgets
        Prices to begin with.
    """

    instance: Instance
    units: IntArray
    members: IntArray
    taken: BoolArray
    cover: IntArray
    budgets: tuple[int, ...]

    @property
    def here(self) -> tuple[IntArray, ...]:
        """Its pairs among all."""
        return np.ix_(self.units, self.members)

    def whole(self, chosen: BoolArray) -> BoolArray:
        """What is decided, and some of what is left, as pairs of all."""
        taken = self.taken.copy()
        taken[self.here] |= chosen
        return taken

    def bound_of(self, lagrangian: Lagrangian) -> Lagrangian:
        """The bound of what is left, where that of the whole is given."""
        return Lagrangian(self.instance, lagrangian.cost[self.here])

    def most(self, standing: Standing) -> int:
        """The most that what is left may cost in a better plan, in the scale of prices."""
        decided = int(standing.cost[self.taken].sum())
        return (standing.value - standing.grain - decided) * standing.scale

    @classmethod
    def all(cls, instance: Instance, prices: Prices) -> Left:
        """Everything, before the first decision."""
        units, members = instance.free.shape
        taken = np.zeros((units, members), dtype=bool)
        return cls(
            instance, np.arange(units), np.arange(members), taken, prices.cover, prices.budgets
        )

    def after(self, sets: Iterable[Seen]) -> Left:
        """What is left when some sets are decided, too; members are numbers among those left."""
        chosen = np.zeros(self.instance.free.shape, dtype=bool)
        members = np.ones(len(self.members), dtype=bool)
        for one in sets:
            chosen[one.units, one.member] = True
            members[one.member] = False
        units = chosen.sum(axis=1) < self.instance.need
        return Left(
            self.instance.part(np.flatnonzero(units), np.flatnonzero(members), chosen),
            self.units[units],
            self.members[members],
            self.whole(chosen),
            self.cover[units],
            self.budgets,
        )

    def fits(self, one: Seen) -> bool:
        """Whether a set is within all limits of its member: knapsacks know those of one measure."""
        for resource in self.instance.binding:
            load = int(resource.weight[one.units, one.member].sum())
            if not resource.low[one.member] <= load <= resource.high[one.member]:
                return False
        return True
