"""Models of all members over pairs of low penalty: a core, the band around it, and variable fixing.

The penalty of a pair is the rise of the bound if the pair is forced into the plan. So a plan that is
better than the incumbent has only pairs whose penalty is below the gap. The *core* has the pairs whose
penalty is below a fraction of the gap (core problem: Balas and Zemel, *Operations Research* 28, 1980,
doi:10.1287/opre.28.5.1130). Branch and cut soon finds a better plan of so few pairs, and its bound is
valid for all plans that have no pair beyond the core. The model of the *band* searches the other plans:
at least one pair must be beyond the core, and the plan must be better than the incumbent. This model is
much tighter; mostly it is infeasible, and then all pairs of the band are fixed out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from phancong.engines.common.linear_model import Limits, Solver
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.weighted.bound.knapsack_tables import NEVER
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.improve.restricted_models import (
    RestrictedSolution,
    solve_band,
    solve_restricted,
)
from phancong.engines.weighted.incumbent import Incumbent
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import (
    CORE_PART,
)
from phancong.engines.weighted.workers import Workers


@dataclass(frozen=True, slots=True)
class CoreBound:
    """Bound of the plans within a core.

    Parameters
    ----------
    limit
        The core has the pairs whose penalty is below this.
    bound
        Lower bound of the cost of these plans.
    solved
        Whether it is proven that none of them is better than the incumbent.
    """

    limit: int
    bound: int
    solved: bool


#: Waits for a core, offers its plan, raises the bound, and returns the core's bound, None if it has none.
PendingCore = Callable[[], CoreBound | None]


class CoreProblem:
    """The residual problem (all pairs that a better plan can have), its core and its band.

    Parameters
    ----------
    incumbent
        The incumbent; better plans and bounds are offered to it.
    stage_budget
        Seconds and work that the search may take.
    workers
        Threads for calls of solvers.
    """

    def __init__(
        self,
        incumbent: Incumbent,
        stage_budget: StageBudget,
        workers: Workers,
    ) -> None:
        self.incumbent = incumbent
        self.instance = incumbent.instance
        self.tuning = self.instance.tuning
        self.stage_budget = stage_budget
        self.workers = workers
        #: HiGHS where it is safe: on the whole it is faster than SCIP and CP-SAT.
        self.cut = MathOptSolver()
        #: Pairs that no better plan has (variable fixing), U × M.
        self.fixed_out = np.zeros(incumbent.cost.shape, dtype=bool)

    def is_small(self, neighbourhoods: Neighbourhoods, effort: float) -> bool:
        """Whether the residual problem is small enough to be solved to its end."""
        return effort > 4 or self.remaining(neighbourhoods) <= self.tuning.small_residual * effort

    def penalties_discriminate(self, neighbourhoods: Neighbourhoods) -> bool:
        """Whether penalties discriminate between pairs, so that solving a core pays."""
        if self.gap_in_steps(neighbourhoods) < self.tuning.coarse_gap:
            return False
        most = self.tuning.telling * int(np.count_nonzero(self.instance.free))
        return self.remaining(neighbourhoods) <= most

    def submit_core(
        self,
        neighbourhoods: Neighbourhoods,
        effort: float,
        part: float,
        work: float,
        patience: float,
    ) -> PendingCore:
        """Submit branch and cut over the core: pairs whose penalty is below a *part* of the gap.

        Parameters
        ----------
        neighbourhoods
            The penalties.
        effort
            Factor of the number of pairs of a core.
        part
            Fraction of the gap.
        work, patience
            Units of work, and most seconds for each unit.
        """
        gap = self.gap(neighbourhoods)
        most = int(self.tuning.core_pairs * effort)
        limit = math.ceil(part * gap)
        if self.remaining(neighbourhoods) <= self.tuning.least_pairs * effort:
            limit = gap
        elif np.count_nonzero(neighbourhoods.penalty < limit) > most:
            limit = int(np.partition(neighbourhoods.penalty, most, axis=None)[most])
        limits = self.stage_budget.deferred_limits(work, CORE_PART, patience)
        return self._solve_submitted(neighbourhoods, limit, self.cut, limits)

    def solve_band(
        self, neighbourhoods: Neighbourhoods, core: CoreBound | None, work: float
    ) -> None:
        """Find a better plan with a pair of the band, or prove that none exists."""
        incumbent, gap = self.incumbent, self.gap(neighbourhoods)
        if core is None:
            return
        if core.limit >= gap:
            # A better plan has reduced the gap meanwhile: all plans that are still better are in the
            # core.
            self.note_proof(core, True, 0, self.accuracy(self.cut))
            return
        high, most = gap, self.tuning.band_pairs
        if self.remaining(neighbourhoods) > most:
            high = int(np.partition(neighbourhoods.penalty, most, axis=None)[most])
            if high <= core.limit:
                return
        offered = neighbourhoods.penalty < high
        needed = offered & (neighbourhoods.penalty >= core.limit)
        piece = solve_band(
            self.instance,
            incumbent.taken,
            incumbent.cost,
            offered,
            needed,
            incumbent.value - incumbent.granularity,
            self.cut,
            self.stage_budget.deferred_limits(work),
        )
        self.stage_budget.charge(piece.work)
        incumbent.offer(piece.taken)
        within = core
        if not piece.solved:
            if piece.bound is None:
                return
            within = CoreBound(high, min(core.bound, piece.bound), solved=False)
        elif high == gap:
            self._fix_out(neighbourhoods, core.limit)
        self.note_proof(
            within, high == gap, neighbourhoods.multipliers.bound + high, self.accuracy(self.cut)
        )

    def solve_remaining(
        self,
        neighbourhoods: Neighbourhoods,
        solver: Solver | None,
        work: float,
        most: int | None = None,
    ) -> None:
        """Solve the residual problem, or its *most* pairs of least penalty, by *solver*.

        None is branch and cut.
        """
        limits = self.stage_budget.deferred_limits(work)
        limit = self.gap(neighbourhoods)
        if most is not None:
            limit = min(limit, int(np.partition(neighbourhoods.penalty, most, axis=None)[most]))
        self._solve_submitted(neighbourhoods, limit, solver or self.cut, limits, patterns=True)()

    def gap(self, neighbourhoods: Neighbourhoods) -> int:
        """Gap between the incumbent and the bound of the multipliers, in the scale of multipliers."""
        taken = self.incumbent.taken
        return int(neighbourhoods.gaps(taken).sum()) + neighbourhoods.idle(taken)

    def gap_in_steps(self, neighbourhoods: Neighbourhoods) -> int:
        """The gap in multiples of the granularity of the costs."""
        return self.gap(neighbourhoods) // (self.incumbent.granularity * self.incumbent.scale)

    def remaining(self, neighbourhoods: Neighbourhoods) -> int:
        """Number of pairs that can be in a better plan."""
        return int(np.count_nonzero(neighbourhoods.penalty < self.gap(neighbourhoods)))

    def accuracy(self, solver: Solver) -> int:
        """Error of a solver's bound; after variable fixing by branch and cut, the error of that."""
        accuracy = self.cut.accuracy if self.fixed_out.any() else solver.accuracy
        return int(accuracy * abs(self.incumbent.value))

    def _fix_out(self, neighbourhoods: Neighbourhoods, limit: int) -> None:
        """Fix out the pairs whose penalty is *limit* or more."""
        self.fixed_out |= neighbourhoods.penalty >= limit
        neighbourhoods.penalty[self.fixed_out] = NEVER

    def _solve_submitted(
        self,
        neighbourhoods: Neighbourhoods,
        limit: int,
        solver: Solver,
        limits: Callable[[], Limits],
        *,
        patterns: bool = False,
    ) -> PendingCore:
        """Submit the model of all members over the pairs whose penalty is below *limit*."""
        incumbent = self.incumbent
        taken, value, accuracy = incumbent.taken, incumbent.value, self.accuracy(solver)
        everything, beyond = (
            limit >= self.gap(neighbourhoods),
            neighbourhoods.multipliers.bound + limit,
        )
        everybody, offered = np.arange(self.instance.free.shape[1]), neighbourhoods.penalty < limit

        def solved() -> RestrictedSolution:
            return solve_restricted(
                self.instance,
                taken,
                incumbent.cost,
                everybody,
                offered,
                solver,
                limits,
                patterns=patterns,
            )

        result = self.workers.submit(solved)

        def known() -> CoreBound | None:
            piece = result()
            self.stage_budget.charge(piece.work)
            incumbent.offer(piece.taken)
            # A bound above the value of the solver's own plan is an error of the solver.
            if piece.bound is None or piece.bound > value - piece.gain + accuracy:
                return None
            core = CoreBound(limit, piece.bound, piece.solved)
            self.note_proof(core, everything, beyond, accuracy)
            return core

        return known

    def note_proof(self, known: CoreBound, everything: bool, beyond: int, accuracy: int) -> None:
        """Raise the bound by the proof for a core.

        Parameters
        ----------
        known
            The proof.
        everything
            Whether the core has all pairs of better plans.
        beyond
            Bound of all plans with a pair beyond the core, in the scale of multipliers.
        accuracy
            Error of the proof, in the unit of costs.
        """
        incumbent = self.incumbent
        bound = incumbent.value if known.solved else known.bound - accuracy
        if known.solved:
            incumbent.accuracy = accuracy
        bound *= incumbent.scale
        incumbent.raise_bound(bound if everything else min(bound, beyond))
