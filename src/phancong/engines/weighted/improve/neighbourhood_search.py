"""Neighbourhood search: restricted models of members who are neighbours, several in parallel."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.common.mathopt_call import SCIP
from phancong.engines.weighted.bound.lagrangian import Lagrangian, Multipliers
from phancong.engines.weighted.improve.cyclic_transfers import improve_by_transfers
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.improve.restricted_models import RestrictedSolution, solve_restricted
from phancong.engines.weighted.incumbent import Incumbent
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import UNDER_WAY
from phancong.engines.weighted.workers import Workers
from phancong.problem import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Pending:
    """The members of a neighbourhood; waits for its solution, or None if it was solved before."""

    members: IntArray
    result: Callable[[], RestrictedSolution] | None


class NeighbourhoodSearch:
    """Improves the incumbent by restricted models of some members.

    Parameters
    ----------
    lagrangian
        The Lagrangian bound.
    incumbent
        The incumbent; better plans are offered to it.
    lexicographic_cost
        Cost of each pair with ties broken, U × M.
    stage_budget
        Seconds and work that the search may take.
    workers
        Threads for calls of solvers.
    done
        Whether the search is over.
    """

    def __init__(
        self,
        lagrangian: Lagrangian,
        incumbent: Incumbent,
        lexicographic_cost: IntArray,
        stage_budget: StageBudget,
        workers: Workers,
        done: Callable[[], bool],
    ) -> None:
        self.lagrangian = lagrangian
        self.incumbent = incumbent
        self.instance = incumbent.instance
        self.lexicographic_cost = lexicographic_cost
        self.stage_budget = stage_budget
        self.workers = workers
        self.done = done
        #: SCIP: HiGHS is as fast, but prints a line if it repairs a solution.
        self.solver = MathOptSolver(SCIP)
        #: Neighbourhoods that were solved, by number of members and pairs of each unit.
        self.known: dict[tuple[int, float], set[bytes]] = {}
        #: Divisions of two members that bring nothing.
        self.tried: set[bytes] = set()
        self.rng = np.random.default_rng(stage_budget.course.search.seed)

    def run(
        self,
        neighbourhoods: Neighbourhoods,
        effort: float,
        work: float,
        sizes: tuple[tuple[int, float], ...],
    ) -> None:
        """Solve neighbourhoods of the *sizes*, each call within *work*, with *effort* times the pairs."""
        for many, pairs in sizes:
            if many < self.instance.free.shape[1]:
                self._round(neighbourhoods, many, pairs * effort, work)

    def transfer(self, multipliers: Multipliers) -> None:
        """Carry out cyclic transfers that reduce the cost, with budgets priced by their multipliers."""
        if self.done():
            return
        cost = self.lexicographic_cost
        if self.instance.budgets and cost is self.incumbent.cost:
            cost = self.lagrangian.penalised_cost(multipliers.budgets)
        self.incumbent.offer(
            improve_by_transfers(
                self.instance, self.incumbent.taken, cost, self.stage_budget.charge, self.tried
            )
        )

    def _round(self, neighbourhoods: Neighbourhoods, many: int, pairs: float, work: float) -> None:
        """Solve neighbourhoods of one size until several in a row bring no gain.

        At most *width* neighbourhoods are under way, and results are taken in the order of submission.
        So the threads are busy, and the result does not depend on their number.
        """
        patience = 3 + 2 * self.instance.free.shape[1] // many
        width = 1 + int(UNDER_WAY * self.instance.free.shape[1] / many)
        failures = 0
        under_way: deque[_Pending] = deque()
        while True:
            room = min(width, patience - failures) - len(under_way)
            if room > 0 and not self.done():
                under_way.append(self._submit(neighbourhoods, many, pairs, work, under_way))
            elif under_way:
                failures = 0 if self._gained(under_way.popleft()) else failures + 1
            else:
                break
        if not self.instance.is_wide:  # there transfers take long and bring little
            self.transfer(neighbourhoods.multipliers)

    def _submit(
        self,
        neighbourhoods: Neighbourhoods,
        many: int,
        pairs: float,
        work: float,
        under_way: Iterable[_Pending],
    ) -> _Pending:
        """Draw a neighbourhood without members of any that is under way; submit it unless it is known."""
        incumbent = self.incumbent
        busy = np.zeros(self.instance.free.shape[1], dtype=bool)
        for other in under_way:
            busy[other.members] = True
        chosen = neighbourhoods.draw(incumbent.taken, many, pairs, self.rng, busy)
        known = self.known.setdefault((many, pairs), set())
        mark = chosen.members.tobytes() + incumbent.taken[:, chosen.members].tobytes()
        if mark in known:
            return _Pending(chosen.members, None)
        known.add(mark)
        solved = partial(
            solve_restricted,
            self.instance,
            incumbent.taken,
            self.lexicographic_cost,
            chosen.members,
            chosen.offered,
            self.solver,
            self.stage_budget.deferred_limits(work),
        )
        return _Pending(chosen.members, self.workers.submit(solved))

    def _gained(self, pending: _Pending) -> bool:
        """Wait for a restricted model and offer its plan to the incumbent; whether it brought a gain."""
        if pending.result is None:
            return False
        found = pending.result()
        factor = self.instance.tuning.wide_charge if self.instance.is_wide else 1.0
        self.stage_budget.charge(factor * found.work)
        if found.gain > 0:
            taken = self.incumbent.taken.copy()
            taken[:, pending.members] = found.taken[:, pending.members]
            self.incumbent.offer(taken)
        return found.gain > 0
