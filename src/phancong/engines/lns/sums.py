"""One sum over pairs: its bound, a plan to begin with, and neighbourhoods until both meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from phancong.engines.exact.backend import Solver
from phancong.engines.exact.mathopt_backend import MathOptSolver
from phancong.engines.lns.counts import counted
from phancong.engines.lns.first_prices import First, first_prices
from phancong.engines.lns.instance import Instance
from phancong.engines.lns.lagrangian import Lagrangian, Prices
from phancong.engines.lns.neighbourhoods import Neighbourhood, Neighbourhoods
from phancong.engines.lns.pieces import Piece, solved_piece
from phancong.engines.lns.repair import repaired
from phancong.engines.lns.span import Span
from phancong.engines.lns.standing import Standing
from phancong.engines.lns.transfers import transferred
from phancong.engines.lns.whole import Whole
from phancong.problem import BoolArray, IntArray

#: Subgradient steps at first, and between rounds of neighbourhoods.
FIRST_STEPS: Final = 100
STEPS: Final = 400
#: Work of these steps, at the most: the larger a problem, the less they bring.
STEPS_WORK: Final = 3.0
#: Work of one piece: what is not solved by then is too large a piece.
PIECE_WORK: Final = 0.5
#: Work of one look at the whole.
WHOLE_WORK: Final = 8.0
#: Costs of fewer bits than these have many ties: the guide chooses among equal plans.
COARSE: Final = 8
#: Bits of the guide below the last digit of the costs.
GUIDE: Final = 12
#: Pieces, and the work on each, double after all rounds, up to so many times as much.
MOST_EFFORT: Final = 1024.0
#: Members of a neighbourhood and pairs offered to a unit, round after round.
ROUNDS: Final[tuple[tuple[int, float], ...]] = (
    (8, 2.0),
    (8, 5.0),
    (14, 4.0),
    (20, 5.0),
    (30, 4.0),
)
#: So many of these rounds come first where the whole can be solved: a better plan makes it smaller.
EARLY: Final = 3


class SumSearch:
    """Makes one sum as small as can be.

    Parameters
    ----------
    instance
        The limits.
    cost
        Integer cost of each pair, U × M.
    guide
        What plans of equal cost are chosen by, U × M.
    taken
        A plan within the limits.
    solver
        What proves in integers: it counts, and solves the whole. So does branch and cut, to within the
        accuracy of floats; pieces are left to it, which need no proof.
    span
        What the search may take.
    near_enough
        Whether a value and its bound are as near as was asked for.
    told
        Receives every better standing.
    """

    def __init__(
        self,
        instance: Instance,
        cost: IntArray,
        guide: IntArray,
        taken: BoolArray,
        *,
        solver: Solver,
        span: Span,
        near_enough: Callable[[int, int], bool],
        told: Callable[[Standing], None],
    ) -> None:
        self.instance = instance
        self.cost = np.where(instance.free, cost, 0)
        self.guide = np.where(instance.free, guide, 0)
        self.solver = solver
        #: SCIP: HiGHS is as fast, but prints where it repairs a solution.
        self.pieces = MathOptSolver("scip")
        #: Pieces that were solved, by members and pairs a unit.
        self.known: dict[tuple[int, float], set[bytes]] = {}
        self.span = span
        self.near_enough = near_enough
        self.standing = Standing(instance, self.cost, self.guide, taken, told)
        self.whole = Whole(self.standing, span, self._done)
        self.priced = self.cost * self.standing.scale
        self.lagrangian = Lagrangian(instance, self.priced)
        self.guided = self.cost
        bits = int(np.abs(self.cost).max(initial=0)).bit_length()
        if bits <= COARSE:
            shift = max(int(np.abs(self.guide).max(initial=0)).bit_length() - GUIDE, 0)
            self.guided = (self.cost << (28 - COARSE)) + (self.guide >> shift)
        self.rng = np.random.default_rng(span.course.search.seed)

    def _done(self) -> bool:
        standing = self.standing
        if self.span.why is not None or standing.proven:
            return True
        return standing.bound is not None and self.near_enough(standing.value, standing.bound)

    def run(self) -> Standing:
        """Search until value and bound meet, or the span is over."""
        if not self._done():
            self._count()
        if self._done():
            return self.standing
        first = first_prices(self.lagrangian, self.span)
        prices = first.prices
        self.standing.bounded(prices.bound)
        self._begin(first)
        self._transfer(prices)
        each = self.lagrangian.knapsacks.work
        most = int(STEPS_WORK / max(each, 1e-9))
        steps = min(FIRST_STEPS, most)
        opening = True
        effort = 1.0
        while not self._done():
            upper = self.standing.value * self.standing.scale
            prices = self.lagrangian.raised(prices, steps, self.span.over, upper)
            self.standing.bounded(prices.bound)
            steps = min(STEPS, most)
            if not self._done():
                around = Neighbourhoods(self.lagrangian, prices, self.guide, self.whole.useless)
                self.span.over(self.lagrangian.knapsacks.work)
                # A good plan first, the last digits of the bound later.
                self._rounds(around, effort, opening=opening)
            if not opening:
                effort = min(2 * effort, MOST_EFFORT)
            opening = False
        return self.standing

    def _count(self) -> None:
        """Where only staying counts, numbers of households are bound and plan in one."""
        found = counted(
            self.instance,
            self.cost,
            self.guide,
            self.solver,
            lambda: self.span.limits(WHOLE_WORK),
            self.span.over,
        )
        if found is None:
            return
        self.standing.bounded(found.bound * self.standing.scale)
        self._near(self.instance, found.taken, self.guided)

    def _begin(self, first: First) -> None:
        """A plan in which each unit has the members that are cheapest under the prices."""
        if self._done():
            return
        budgets = first.prices.budgets
        self._mended(self.instance, self.lagrangian.with_budgets(budgets) + first.worth)
        if self.instance.budgets:
            # Loads are mended without a look at budgets; here no unit costs them more than now.
            self._mended(self.instance.no_dearer(self.standing.taken), self.priced + first.strict)

    def _mended(self, instance: Instance, cost: IntArray) -> None:
        """A plan within the limits of loads near the cheapest members of all units."""
        self._near(instance, cheapest(instance, cost), cost)

    def _near(self, instance: Instance, taken: BoolArray, cost: IntArray) -> None:
        plan = repaired(instance, taken, cost, self.span.over)
        if plan is not None:
            self.standing.found(plan)

    def _rounds(self, around: Neighbourhoods, effort: float, *, opening: bool) -> None:
        """Neighbourhoods of all sizes, and all members at once over the pairs that cost little.

        What proves in integers comes last: it ends at times at once where branch and cut does not.
        """
        if opening:
            self._pieces(around, effort, ROUNDS[:1])
            return
        few, telling = self.whole.few(around, effort), self.whole.telling(around)
        if telling:
            core = self.whole.core(around, effort)
            self._pieces(around, effort, ROUNDS[:EARLY] if few else ROUNDS)
            self.whole.band(around, effort, core)
        if few:
            work = WHOLE_WORK if telling else WHOLE_WORK / 2
            self.whole.rest(around, None, work * effort)
        if few or not telling:
            self._pieces(around, effort, ROUNDS)
        if self.whole.few(around, effort):
            self.whole.rest(around, self.solver, WHOLE_WORK * effort)

    def _pieces(
        self, around: Neighbourhoods, effort: float, rounds: tuple[tuple[int, float], ...]
    ) -> None:
        for many, pairs in rounds:
            if many < self.instance.free.shape[1]:
                self._round(around, many, pairs * effort, PIECE_WORK * effort)

    def _round(self, around: Neighbourhoods, many: int, pairs: float, work: float) -> None:
        """Neighbourhoods of one size, until some in a row gain nothing."""
        patience = 3 + 2 * self.instance.free.shape[1] // many
        failures = 0
        known = self.known.setdefault((many, pairs), set())
        while failures < patience and not self._done():
            gained = self._piece(around, many, pairs, work, known)
            failures = 0 if gained else failures + 1
        self._transfer(around.prices)

    def _transfer(self, prices: Prices) -> None:
        """Hand on load wherever that pays under the prices of budgets."""
        if self._done():
            return
        cost = self.guided
        if self.instance.budgets and cost is self.cost:
            cost = self.lagrangian.with_budgets(prices.budgets)
        self.standing.found(transferred(self.instance, self.standing.taken, cost, self.span.over))

    def _piece(
        self, around: Neighbourhoods, many: int, pairs: float, work: float, known: set[bytes]
    ) -> bool:
        """Solve one neighbourhood that is not known yet; whether that gained anything."""
        standing = self.standing
        chosen = around.around(standing.taken, many, pairs, self.rng)
        mark = chosen.members.tobytes() + standing.taken[:, chosen.members].tobytes()
        if mark in known:
            return False
        known.add(mark)
        piece = self._solved(chosen, self.guided, work, self.pieces)
        self.standing.found(piece.taken)
        return piece.gain > 0

    def _solved(self, chosen: Neighbourhood, cost: IntArray, work: float, solver: Solver) -> Piece:
        return solved_piece(
            self.instance,
            self.standing.taken,
            cost,
            chosen.members,
            chosen.offered,
            solver,
            lambda: self.span.limits(work),
            self.span.over,
        )


def cheapest(instance: Instance, cost: IntArray) -> BoolArray:
    """Each unit with the members that cost least, whatever they carry; U × M."""
    barred = np.iinfo(np.int64).max
    order = np.argsort(np.where(instance.free, cost, barred), axis=1, kind="stable")
    taken = np.zeros(instance.free.shape, dtype=bool)
    inside = np.arange(order.shape[1])[None, :] < instance.need[:, None]
    rows, places = np.nonzero(inside)
    taken[rows, order[rows, places]] = True
    return taken & instance.free
