"""Multipliers, effort and split loads that one search passes to the next."""

from __future__ import annotations

from phancong.engines.weighted.bound.fractional_loads import FractionalLoads
from phancong.engines.weighted.bound.initial_multipliers import InitialMultipliers
from phancong.engines.weighted.bound.lagrangian import Lagrangian, Multipliers
from phancong.engines.weighted.bound.master_problem import MasterProblem
from phancong.problem import IntArray


class WarmStart:
    """Results of a finished search for a goal or a breach, with which the next search begins.

    Any multipliers give a valid bound, so the next search may have other limits.
    """

    def __init__(self) -> None:
        self.effort = 1.0
        #: The master problem within some limits, and whether the multipliers are nearly optimal there.
        self.master: MasterProblem | None = None
        self.within: tuple[int, ...] = ()
        self.converged = False
        #: The limits of the last linear relaxation.
        self.relaxed_within: tuple[int, ...] = ()
        #: Calls for the residual problem so far.
        self.tried = 0
        #: The first multipliers, if the stage ended before plans were constructed with them.
        self.first: InitialMultipliers | None = None
        #: The solution of a largest load if units could be split.
        self.split: FractionalLoads | None = None
        self._cover: IntArray | None = None
        self._budgets: tuple[int, ...] = ()
        self._second: IntArray | None = None

    def keep(self, multipliers: Multipliers, effort: float) -> None:
        """Store the multipliers and the effort of a search."""
        self._cover, self._budgets, self.effort = multipliers.cover, multipliers.budgets, effort
        self._second = multipliers.second

    def multipliers(self, lagrangian: Lagrangian) -> Multipliers | None:
        """The stored multipliers with their bound here; None if there are none of the instance's size."""
        if self._cover is None or len(self._cover) != len(lagrangian.instance.need):
            return None
        if len(self._budgets) != len(lagrangian.budgets):
            return None
        lagrangian.price_second(self._second)
        return lagrangian.evaluate(self._cover, self._budgets)
