"""State that all operators of a search for one sum share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Solver
from phancong.engines.weighted.bound.initial_multipliers import InitialMultipliers
from phancong.engines.weighted.bound.lagrangian import Lagrangian, Multipliers
from phancong.engines.weighted.improve.core_problem import CoreProblem
from phancong.engines.weighted.improve.neighbourhood_search import NeighbourhoodSearch
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.incumbent import Incumbent
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.warm_start import WarmStart
from phancong.engines.weighted.workers import Workers
from phancong.problem import BoolArray, IntArray

#: Costs of at most this many bits have many ties, which the tie-breaking cost decides.
COARSE: Final = 8
#: Bits of the tie-breaking cost below the last digit of the costs.
TIE_BITS: Final = 12


class Context:
    """Instance, incumbent, budget, workers and multipliers of a search.

    Parameters
    ----------
    instance
        The limits.
    cost
        Integer cost of each pair, U × M.
    tie_cost
        Tie-breaking cost of each pair, U × M.
    taken
        A plan within the limits, U × M.
    solver
        The solver of integer models.
    stage_budget
        Seconds and work the search may take.
    gap_closed
        Whether the gap between a value and a bound is as small as the user asked for.
    report
        Called with the incumbent after each better plan or bound.
    warm_start
        Multipliers of an earlier search for the same sum; replaced by those of this search.
    workers
        Threads for calls of solvers; None is as many as the search may use.
    """

    def __init__(
        self,
        instance: Instance,
        cost: IntArray,
        tie_cost: IntArray,
        taken: BoolArray,
        *,
        solver: Solver,
        stage_budget: StageBudget,
        gap_closed: Callable[[int, int], bool],
        report: Callable[[Incumbent], None],
        warm_start: WarmStart,
        workers: Workers | None = None,
    ) -> None:
        self.instance = instance
        self.cost = np.where(instance.free, cost, 0)
        self.tie_cost = np.where(instance.free, tie_cost, 0)
        self.solver = solver
        self.stage_budget = stage_budget
        self.gap_closed = gap_closed
        self.warm_start = warm_start
        self.incumbent = Incumbent(instance, self.cost, self.tie_cost, taken, report)
        self.lagrangian = Lagrangian(instance, self.cost * self.incumbent.scale)
        #: Cost of each pair with ties broken, U × M.
        self.lexicographic_cost = self._lexicographic()
        course = stage_budget.course
        self.workers = workers or Workers(course.search.threads, course)
        self.core_problem = CoreProblem(self.incumbent, stage_budget)
        self.neighbourhood_search = NeighbourhoodSearch(
            self.lagrangian,
            self.incumbent,
            self.lexicographic_cost,
            stage_budget,
            self.workers,
            self.done,
        )
        #: Initial multipliers and their duals; None if the warm start has multipliers.
        self.first: InitialMultipliers | None = None
        #: The best multipliers, and the neighbourhoods that follow from their reduced costs.
        self.multipliers: Multipliers | None = None
        self.neighbourhoods: Neighbourhoods | None = None
        #: Whether this is the first turn of a search without a warm start.
        self.opening = False
        #: Whether subgradient steps were made.
        self.stepped = False
        #: Factor of the work and of the number of pairs of each step of a turn.
        self.effort = 1.0

    def _lexicographic(self) -> IntArray:
        if not self.has_coarse_costs:
            return self.cost
        shift = max(int(np.abs(self.tie_cost).max(initial=0)).bit_length() - TIE_BITS, 0)
        return (self.cost << (28 - COARSE)) + (self.tie_cost >> shift)

    @property
    def has_coarse_costs(self) -> bool:
        """Whether costs are so small integers that many plans have the same."""
        return int(np.abs(self.cost).max(initial=0)).bit_length() <= COARSE

    def done(self) -> bool:
        """Whether the budget is used up, or the gap of the incumbent is closed."""
        incumbent = self.incumbent
        if self.stage_budget.stop_reason is not None or incumbent.proven:
            return True
        return incumbent.bound is not None and self.gap_closed(incumbent.value, incumbent.bound)

    @property
    def current_multipliers(self) -> Multipliers:
        """The best multipliers; available after the preparation."""
        assert self.multipliers is not None
        return self.multipliers

    @property
    def current_neighbourhoods(self) -> Neighbourhoods:
        """The neighbourhoods under the best multipliers; available after the first subgradient steps."""
        assert self.neighbourhoods is not None
        return self.neighbourhoods
