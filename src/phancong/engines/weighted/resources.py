"""Sums over pairs with limits: resources, which are loads of each member, and budgets, of all pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One measure of load in integers, without the load of fixed pairs.

    Parameters
    ----------
    measure
        ``"workload"`` or ``"households"``.
    weight
        Load that each pair adds, U × M; 0 for fixed pairs, which are in *base*.
    each
        Load of each unit, (U,), if it does not depend on the member; None if it does.
    low, high
        Smallest and largest load of each member, (M,), less *base*.
    base
        Load of fixed pairs and carried load of each member, (M,).
    quantum
        Real load of one integer unit.
    """

    measure: str
    weight: IntArray
    each: IntArray | None
    low: IntArray
    high: IntArray
    base: IntArray
    quantum: Fraction

    def load(self, taken: BoolArray) -> IntArray:
        """The load of each member, (M,)."""
        load: IntArray = (self.weight * taken).sum(axis=0)
        return load

    def less(self, sure: BoolArray) -> Resource:
        """The resource without the load of pairs that are part of every plan, U × M."""
        load = self.load(sure)
        return replace(
            self,
            weight=np.where(sure, 0, self.weight),
            low=np.maximum(self.low - load, 0),
            high=self.high - load,
            base=self.base + load,
        )

    @property
    def binds(self) -> bool:
        """Whether some set of pairs breaks a limit of this load."""
        return bool((self.low > 0).any() or (self.high < self.weight.sum(axis=0)).any())


@dataclass(frozen=True, slots=True, eq=False)
class Budget:
    """A sum over pairs with an upper limit *most*: a goal that is held, or ``max_changes``."""

    weight: IntArray
    most: int

    def room(self, taken: BoolArray) -> int:
        """The limit less the sum; negative if the plan breaks it."""
        return self.most - int(self.weight[taken].sum())

    def less(self, sure: BoolArray) -> Budget:
        """The budget without pairs that are part of every plan, U × M."""
        return Budget(np.where(sure, 0, self.weight), self.room(sure))


def covers(
    load: Resource, unit: IntArray, member: IntArray, kept: BoolArray
) -> Iterator[tuple[IntArray, int]]:
    """Cover inequalities: of some pairs of a member no plan has more than fit, the lightest first.

    Limits of loads imply them, but their linear relaxation does not, as it takes parts of pairs.

    Parameters
    ----------
    load
        The load whose maxima the pairs have to fit.
    unit, member
        Unit and member of each pair, (P,).
    kept
        The pairs that are counted, (P,): those that a budget wants kept.

    Yields
    ------
    tuple
        Numbers of a member's pairs that do not all fit, and how many fit.
    """
    for m in np.unique(member[kept]).tolist():
        mine = np.flatnonzero(kept & (member == m))
        carried = np.cumsum(np.sort(load.weight[unit[mine], m]))
        most = int(np.searchsorted(carried, int(load.high[m]), side="right"))
        if most < len(mine):
            yield mine, most
