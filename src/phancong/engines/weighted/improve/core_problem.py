"""All members at once, over pairs of low penalty: a core, the band beyond it, and variable fixing.

A pair's penalty is what the bound rises by if the pair has to be. So a plan that is better than the one
in hand has only pairs whose penalty is within the gap. The *core* offers those whose penalty is within
a part of the gap (a core problem, Balas and Zemel, *Operations Research* 28, 1980,
doi:10.1287/opre.28.5.1130): branch and cut has soon a better plan of so few pairs, and what it proves
holds for all plans up to the penalty at which the core ends. What has a pair beyond that, the *band*
asks for alone: it has to have one, and to be better than the plan in hand. That is a much tighter
problem; most often none exists, and all pairs of the band are done with.
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
        Their pairs' penalties are below this.
    bound
        None of them costs less.
    solved
        Whether none is better than the incumbent.
    """

    limit: int
    bound: int
    solved: bool


#: Waits for a core, notes its plan and bound, and returns the bound; None if there is none.
PendingCore = Callable[[], CoreBound | None]


class CoreProblem:
    """The residual problem: all pairs that a better plan can have, or a core of them.

    Parameters
    ----------
    incumbent
        The incumbent, which takes plans and bounds.
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
        #: HiGHS, wherever that is no danger: on the whole it is faster than SCIP and CP-SAT.
        self.cut = MathOptSolver()
        #: Pairs that no better plan has: variable fixing.
        self.fixed_out = np.zeros(incumbent.cost.shape, dtype=bool)

    def is_small(self, neighbourhoods: Neighbourhoods, effort: float) -> bool:
        """Whether the residual problem can be solved to its end."""
        return effort > 4 or self.remaining(neighbourhoods) <= self.tuning.small_residual * effort

    def penalties_discriminate(self, neighbourhoods: Neighbourhoods) -> bool:
        """Whether penalties tell pairs apart, so that a core is worth its work."""
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
        """Begin branch and cut over the core: pairs whose penalty is below a *part* of the gap.

        Parameters
        ----------
        neighbourhoods
            Penalties of pairs.
        effort
            A core may have this many times the pairs that tuning gives it.
        part
            Part of the gap.
        work, patience
            Units of work, and seconds that each may take.
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
        """Prove that no better plan has a pair beyond the core, or find it."""
        incumbent, gap = self.incumbent, self.gap(neighbourhoods)
        if core is None:
            return
        if core.limit >= gap:
            # A better plan came in between: whatever is better still is in the core.
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
        self, neighbourhoods: Neighbourhoods, solver: Solver | None, work: float
    ) -> None:
        """Solve the residual problem by branch and cut, or by a *solver*."""
        limits = self.stage_budget.deferred_limits(work)
        gap = self.gap(neighbourhoods)
        self._solve_submitted(neighbourhoods, gap, solver or self.cut, limits)()

    def gap(self, neighbourhoods: Neighbourhoods) -> int:
        """Gap between the incumbent and the bound of some multipliers, in their scale."""
        taken = self.incumbent.taken
        return int(neighbourhoods.gaps(taken).sum()) + neighbourhoods.idle(taken)

    def gap_in_steps(self, neighbourhoods: Neighbourhoods) -> int:
        """The gap in whole steps of the costs."""
        return self.gap(neighbourhoods) // (self.incumbent.granularity * self.incumbent.scale)

    def remaining(self, neighbourhoods: Neighbourhoods) -> int:
        """How many pairs can be in a better plan."""
        return int(np.count_nonzero(neighbourhoods.penalty < self.gap(neighbourhoods)))

    def accuracy(self, solver: Solver) -> int:
        """Error of what a solver proves; once a band was fixed out by floats, theirs too."""
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
    ) -> PendingCore:
        """Begin to solve over the pairs whose penalty is below *limit*."""
        incumbent = self.incumbent
        taken, value, accuracy = incumbent.taken, incumbent.value, self.accuracy(solver)
        everything, beyond = (
            limit >= self.gap(neighbourhoods),
            neighbourhoods.multipliers.bound + limit,
        )
        everybody, offered = np.arange(self.instance.free.shape[1]), neighbourhoods.penalty < limit

        def solved() -> RestrictedSolution:
            return solve_restricted(
                self.instance, taken, incumbent.cost, everybody, offered, solver, limits
            )

        future = self.workers.submit(solved)

        def known() -> CoreBound | None:
            piece = future.result()
            self.stage_budget.charge(piece.work)
            incumbent.offer(piece.taken)
            # A bound above its own plan is a solver's mistake.
            if piece.bound is None or piece.bound > value - piece.gain + accuracy:
                return None
            core = CoreBound(limit, piece.bound, piece.solved)
            self.note_proof(core, everything, beyond, accuracy)
            return core

        return known

    def note_proof(self, known: CoreBound, everything: bool, beyond: int, accuracy: int) -> None:
        """Raise the bound: of all plans, or of those up to a penalty; all others cost *beyond*."""
        incumbent = self.incumbent
        bound = incumbent.value if known.solved else known.bound - accuracy
        if known.solved:
            incumbent.accuracy = accuracy
        bound *= incumbent.scale
        incumbent.raise_bound(bound if everything else min(bound, beyond))
