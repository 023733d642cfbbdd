"""All members at once, over the pairs that cost little: a core, and the band of pairs beyond it.

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
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Limits, Solver
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.lns.crew import Crew
from phancong.engines.lns.neighbourhoods import Neighbourhoods
from phancong.engines.lns.pieces import Piece, solved_band, solved_piece
from phancong.engines.lns.sets import NEVER
from phancong.engines.lns.span import Span
from phancong.engines.lns.standing import Standing

#: The whole problem is solved to the end where so few pairs can be part of a better plan.
MOST_PAIRS: Final = 8_000
#: Where they are fewer still, a core of some of them is no shorter.
LEAST_PAIRS: Final = 1_500
#: Penalties tell pairs apart where no more than this part of all pairs can be in a better plan: 0.05 to
#: 0.3 in communes, 0.3 to 1 in published assignment problems, where cores took time from pieces.
TELLING: Final = 1 / 3
#: Nor do they where the gap is so few steps of the costs: of published problems of type C, 5 to 18.
COARSE: Final = 32
#: The core: its part of the gap, its work, and the seconds that a unit of it may take, where the whole is
#: to be solved to the end, and where it is not. A larger part proves more if there is time to prove it;
#: these were about where both meet, from 1,000 × 30 to 10,000 × 100. A large one has little but its root,
#: which tells nothing until it is over.
CORE: Final = (0.6, 2.5, 2.0)
LARGE_CORE: Final = (0.5, 3.0, 3.0)
#: What is left of a search is not spent on its first core: pieces better a plan from the start.
CORE_PART: Final = 0.5
#: Pairs of a core. Branch and cut would not get beyond the root with more.
CORE_PAIRS: Final = 40_000
#: Pairs up to the end of a band. Presolving the limit of its cost, a row of all pairs, knows no clock:
#: 18 s for 53,000.
BAND_PAIRS: Final = 20_000
BAND_WORK: Final = 4.0


@dataclass(frozen=True, slots=True)
class Core:
    """What is known of the plans within a core.

    Parameters
    ----------
    limit
        Their pairs' penalties are below this.
    bound
        None of them costs less.
    solved
        Whether none is better than the plan in hand.
    """

    limit: int
    bound: int
    solved: bool


#: Waits for what was begun, and takes note of it; gives what is known then, None if nothing is.
Known = Callable[[], Core | None]


class Whole:
    """Solves the problem over all pairs that can be part of a better plan, or over some of them.

    Parameters
    ----------
    standing
        What is in hand, and is told what is found and proven.
    span
        What the search may take.
    done
        Whether the search is over.
    crew
        Who looks.
    """

    def __init__(
        self, standing: Standing, span: Span, done: Callable[[], bool], crew: Crew
    ) -> None:
        self.standing = standing
        self.instance = standing.instance
        self.span = span
        self.done = done
        self.crew = crew
        #: HiGHS, wherever that is no danger: on the whole it is faster than SCIP and CP-SAT.
        self.cut = MathOptSolver()
        #: Pairs that no better plan has.
        self.useless = np.zeros(standing.cost.shape, dtype=bool)

    def few(self, around: Neighbourhoods, effort: float) -> bool:
        """Whether the whole can be solved to its end."""
        return effort > 4 or self._possible(around) <= MOST_PAIRS * effort

    def telling(self, around: Neighbourhoods) -> bool:
        """Whether penalties tell the pairs apart, so that it pays to divide them."""
        if self.steps(around) < COARSE:
            return False
        return self._possible(around) <= TELLING * int(np.count_nonzero(self.instance.free))

    def core(self, around: Neighbourhoods, effort: float) -> Known:
        """Begin branch and cut over the core."""
        if self.done():
            return lambda: None
        gap = self.gap(around)
        part, work, patience = CORE if self.few(around, effort) else LARGE_CORE
        most = int(CORE_PAIRS * effort)
        limit = math.ceil(part * gap)
        if self._possible(around) <= LEAST_PAIRS * effort:
            limit = gap
        elif np.count_nonzero(around.penalty < limit) > most:
            limit = int(np.partition(around.penalty, most, axis=None)[most])
        limits = self.span.later(work * effort, CORE_PART, patience)
        return self._begun(around, limit, self.cut, limits)

    def band(self, around: Neighbourhoods, effort: float, core: Core | None) -> None:
        """Prove that no better plan has a pair beyond the core, or find it."""
        standing, gap = self.standing, self.gap(around)
        if core is None or self.done():
            return
        if core.limit >= gap:
            # A better plan came in between: whatever is better still is in the core.
            self.proven(core, True, 0, self.off(self.cut))
            return
        high = gap
        if self._possible(around) > BAND_PAIRS:
            high = int(np.partition(around.penalty, BAND_PAIRS, axis=None)[BAND_PAIRS])
            if high <= core.limit:
                return
        offered = around.penalty < high
        needed = offered & (around.penalty >= core.limit)
        piece = solved_band(
            self.instance,
            standing.taken,
            standing.cost,
            offered,
            needed,
            standing.value - standing.grain,
            self.cut,
            self.span.later(BAND_WORK * effort),
        )
        self.span.over(piece.work)
        standing.found(piece.taken)
        within = core
        if not piece.solved:
            if piece.bound is None:
                return
            within = Core(high, min(core.bound, piece.bound), solved=False)
        elif high == gap:
            self._away(around, core.limit)
        self.proven(within, high == gap, around.prices.bound + high, self.off(self.cut))

    def rest(self, around: Neighbourhoods, solver: Solver | None, work: float) -> None:
        """Whatever pairs can still be part of a better plan, by branch and cut, or by a *solver*."""
        if not self.done():
            limits = self.span.later(work)
            self._begun(around, self.gap(around), solver or self.cut, limits)()

    def gap(self, around: Neighbourhoods) -> int:
        """How far the plan in hand is above the bound of some prices, in their scale."""
        taken = self.standing.taken
        return int(around.gaps(taken).sum()) + around.idle(taken)

    def steps(self, around: Neighbourhoods) -> int:
        """The gap in whole steps of the costs."""
        return self.gap(around) // (self.standing.grain * self.standing.scale)

    def _possible(self, around: Neighbourhoods) -> int:
        return int(np.count_nonzero(around.penalty < self.gap(around)))

    def off(self, solver: Solver) -> int:
        """How far below what a solver proves the truth may lie; bands were left to floats, too."""
        accuracy = self.cut.accuracy if self.useless.any() else solver.accuracy
        return int(accuracy * abs(self.standing.value))

    def _away(self, around: Neighbourhoods, limit: int) -> None:
        """Look no more at pairs beyond *limit*."""
        self.useless |= around.penalty >= limit
        around.penalty[self.useless] = NEVER

    def _begun(
        self, around: Neighbourhoods, limit: int, solver: Solver, limits: Callable[[], Limits]
    ) -> Known:
        """Begin to solve over the pairs whose penalty is below *limit*."""
        standing = self.standing
        taken, value, off = standing.taken, standing.value, self.off(solver)
        everything, beyond = limit >= self.gap(around), around.prices.bound + limit
        everybody, offered = np.arange(self.instance.free.shape[1]), around.penalty < limit

        def solved() -> Piece:
            return solved_piece(
                self.instance, taken, standing.cost, everybody, offered, solver, limits
            )

        future = self.crew.begin(solved)

        def known() -> Core | None:
            piece = future.result()
            self.span.over(piece.work)
            standing.found(piece.taken)
            # A bound above its own plan is a solver's mistake.
            if piece.bound is None or piece.bound > value - piece.gain + off:
                return None
            core = Core(limit, piece.bound, piece.solved)
            self.proven(core, everything, beyond, off)
            return core

        return known

    def proven(self, known: Core, everything: bool, beyond: int, off: int) -> None:
        """Note a bound: of all plans, or of those up to a penalty, the others costing *beyond*."""
        standing = self.standing
        bound = standing.value if known.solved else known.bound - off
        if known.solved:
            standing.off = off
        bound *= standing.scale
        standing.bounded(bound if everything else min(bound, beyond))
