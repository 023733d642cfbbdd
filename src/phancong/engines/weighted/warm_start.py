"""Multipliers and effort that outlast a search."""

from __future__ import annotations

from phancong.engines.weighted.bound.lagrangian import Lagrangian, Multipliers
from phancong.problem import IntArray


class WarmStart:
    """Multipliers and effort that a search for a sum leaves to the next one.

    Any multipliers prove a bound, so the next search may have other limits or budgets.
    """

    def __init__(self) -> None:
        self.effort = 1.0
        self._cover: IntArray | None = None
        self._budgets: tuple[int, ...] = ()

    def keep(self, multipliers: Multipliers, effort: float) -> None:
        """Keep the multipliers that were reached."""
        self._cover, self._budgets, self.effort = multipliers.cover, multipliers.budgets, effort

    def multipliers(self, lagrangian: Lagrangian) -> Multipliers | None:
        """The kept multipliers and their bound here, None if there are none of this size."""
        if self._cover is None or len(self._cover) != len(lagrangian.instance.need):
            return None
        if len(self._budgets) != len(lagrangian.budgets):
            return None
        return lagrangian.evaluate(self._cover, self._budgets)
