"""The residual problem of a search, and its core: models of all members over pairs of low penalty.

The penalty of a pair is the rise of the bound if the pair is forced into the plan. So a plan that is
better than the incumbent has only pairs whose penalty is below the gap: the *residual problem*. The
*core* has the pairs whose penalty is below a fraction of the gap (core problem: Balas and Zemel,
*Operations Research* 28, 1980, doi:10.1287/opre.28.5.1130). Branch and cut soon finds a better plan of so
few pairs. All other plans have a pair of a larger penalty, so that they cost at least the bound of the
multipliers and that penalty.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from phancong.engines.common.linear_model import Limits, Solver
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.improve.restricted_models import solve_restricted
from phancong.engines.weighted.incumbent import Incumbent
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import CORE_PART


class CoreProblem:
    """The residual problem (all pairs that a better plan can have) and its core.

    Parameters
    ----------
    incumbent
        The incumbent; better plans and bounds are offered to it.
    stage_budget
        Seconds and work that the search may take.
    """

    def __init__(self, incumbent: Incumbent, stage_budget: StageBudget) -> None:
        self.incumbent = incumbent
        self.instance = incumbent.instance
        self.tuning = self.instance.tuning
        self.stage_budget = stage_budget
        #: HiGHS where it is safe: on the whole it is faster than SCIP and CP-SAT.
        self.cut = MathOptSolver()

    def is_small(self, neighbourhoods: Neighbourhoods, effort: float) -> bool:
        """Whether the residual problem is small enough to be solved to its end."""
        return effort > 4 or self.remaining(neighbourhoods) <= self.tuning.small_residual * effort

    def penalties_discriminate(self, neighbourhoods: Neighbourhoods) -> bool:
        """Whether penalties discriminate between pairs, so that solving a core pays."""
        step = self.incumbent.granularity * self.incumbent.scale
        if self.gap(neighbourhoods) < self.tuning.coarse_gap * step:
            return False
        most = self.tuning.telling * int(np.count_nonzero(self.instance.free))
        return self.remaining(neighbourhoods) <= most

    def solve_core(
        self, neighbourhoods: Neighbourhoods, effort: float, part: float, work: float
    ) -> None:
        """Branch and cut over the core: pairs whose penalty is below a *part* of the gap.

        Parameters
        ----------
        neighbourhoods
            The penalties.
        effort
            Factor of the number of pairs of a core.
        part
            Fraction of the gap. If few pairs are left, the core is the residual problem.
        work
            Units of work.
        """
        limit, most = self.gap(neighbourhoods), int(self.tuning.core_pairs * effort)
        if self.remaining(neighbourhoods) > self.tuning.least_pairs * effort:
            limit = _lowered(neighbourhoods, math.ceil(part * limit), most)
        limits = self.stage_budget.deferred_limits(work, CORE_PART)
        self._solve(neighbourhoods, limit, self.cut, limits, patterns=False)

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
        limit = self.gap(neighbourhoods)
        if most is not None:
            limit = _lowered(neighbourhoods, limit, most)
        limits = self.stage_budget.deferred_limits(work)
        self._solve(neighbourhoods, limit, solver or self.cut, limits, patterns=True)

    def gap(self, neighbourhoods: Neighbourhoods) -> int:
        """Gap between the incumbent and the bound of the multipliers, in the scale of multipliers."""
        taken = self.incumbent.taken
        return int(neighbourhoods.gaps(taken).sum()) + neighbourhoods.idle(taken)

    def remaining(self, neighbourhoods: Neighbourhoods) -> int:
        """Number of pairs that can be in a better plan."""
        return int(np.count_nonzero(neighbourhoods.penalty < self.gap(neighbourhoods)))

    def _solve(
        self,
        neighbourhoods: Neighbourhoods,
        limit: int,
        solver: Solver,
        limits: Callable[[], Limits],
        *,
        patterns: bool,
    ) -> None:
        """Solve the model of all members over the pairs whose penalty is below *limit*.

        Offers its plan to the incumbent, and raises the bound: a plan that is not of the model costs at
        least the bound of the multipliers and *limit*.
        """
        incumbent = self.incumbent
        value, accuracy = incumbent.value, int(solver.accuracy * abs(incumbent.value))
        everything = limit >= self.gap(neighbourhoods)
        piece = solve_restricted(
            self.instance,
            incumbent.taken,
            incumbent.cost,
            np.arange(self.instance.free.shape[1]),
            neighbourhoods.penalty < limit,
            solver,
            limits,
            patterns=patterns,
        )
        self.stage_budget.charge(piece.work)
        incumbent.offer(piece.taken)
        # A bound above the value of the solver's own plan is an error of the solver.
        if piece.bound is None or piece.bound > value - piece.gain + accuracy:
            return
        bound = piece.bound - accuracy
        if piece.solved:
            bound, incumbent.accuracy = incumbent.value, accuracy
        bound *= incumbent.scale
        beyond = neighbourhoods.multipliers.bound + limit
        incumbent.raise_bound(bound if everything else min(bound, beyond))


def _lowered(neighbourhoods: Neighbourhoods, limit: int, most: int) -> int:
    """The limit, lowered until at most so many pairs have a penalty below it."""
    penalty = neighbourhoods.penalty
    if np.count_nonzero(penalty < limit) <= most:
        return limit
    return int(np.partition(penalty, most, axis=None)[most])
