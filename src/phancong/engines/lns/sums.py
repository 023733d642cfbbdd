"""One sum over pairs: its bound, a plan to begin with, and neighbourhoods until both meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Solver
from phancong.engines.lns.counts import counted
from phancong.engines.lns.crew import Crew
from phancong.engines.lns.first_prices import First, first_prices
from phancong.engines.lns.instance import Instance
from phancong.engines.lns.lagrangian import Lagrangian, Prices
from phancong.engines.lns.neighbourhoods import Neighbourhoods
from phancong.engines.lns.repair import repaired
from phancong.engines.lns.rounds import ROUNDS, Rounds
from phancong.engines.lns.span import Span
from phancong.engines.lns.standing import Standing
from phancong.engines.lns.whole import Whole
from phancong.problem import BoolArray, IntArray

#: Subgradient steps at first, and between rounds of neighbourhoods.
FIRST_STEPS: Final = 100
STEPS: Final = 400
#: How far above the bound steps aim where they take little, in steps of the costs.
AIM: Final = 3
#: Work of these steps, at the most: the larger a problem, the less they bring.
STEPS_WORK: Final = 3.0
#: Work of one look at the whole.
WHOLE_WORK: Final = 8.0
#: Costs of fewer bits than these have many ties: the guide chooses among equal plans.
COARSE: Final = 8
#: Bits of the guide below the last digit of the costs.
GUIDE: Final = 12
#: Pieces, and the work on each, double after all rounds, up to so many times as much.
MOST_EFFORT: Final = 1024.0
#: What is left of a search is not spent on mending one start: there is a plan already, and of 10,000
#: households with little room a last breach was moved about for half a minute.
REPAIR_PART: Final = 1 / 8
#: So many rounds of pieces come first where the whole can be solved: a better plan makes it smaller.
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
    memory
        Where searches for the same sum leave how far they came, and take it up.
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
        memory: Memory | None = None,
    ) -> None:
        self.instance = instance
        self.cost = np.where(instance.free, cost, 0)
        self.guide = np.where(instance.free, guide, 0)
        self.solver = solver
        self.span = span
        self.near_enough = near_enough
        self.memory = Memory() if memory is None else memory
        self.standing = Standing(instance, self.cost, self.guide, taken, told)
        self.priced = self.cost * self.standing.scale
        self.lagrangian = Lagrangian(instance, self.priced)
        self.guided = self.cost
        bits = int(np.abs(self.cost).max(initial=0)).bit_length()
        if bits <= COARSE:
            shift = max(int(np.abs(self.guide).max(initial=0)).bit_length() - GUIDE, 0)
            self.guided = (self.cost << (28 - COARSE)) + (self.guide >> shift)
        self.crew = Crew(span.course.search.threads, span.course)
        self.whole = Whole(self.standing, span, self._done, self.crew)
        self.rounds = Rounds(
            self.lagrangian, self.standing, self.guided, span, self.crew, self._done
        )

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
        with self.crew:
            self._search()
        return self.standing

    def _search(self) -> None:
        prices = self.memory.prices(self.lagrangian)
        again = prices is not None
        if prices is None:
            first = first_prices(self.lagrangian, self.span)
            prices = first.prices
        self.standing.bounded(prices.bound)
        if not again:
            self._begin(first)
        self.rounds.transfer(prices)
        each = self.lagrangian.knapsacks.sets_work
        most = int(STEPS_WORK / max(each, 1e-9))
        quick = self.lagrangian.knapsacks.quick
        aim = self.standing.steps(AIM) if quick else 0
        steps = min(STEPS if quick else FIRST_STEPS, most)
        opening = not again
        effort = self.memory.effort if again else 1.0
        while not self._done():
            upper = self.standing.value * self.standing.scale
            prices = self.lagrangian.raised(prices, steps, self.span.over, upper, aim=aim)
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
            self.memory.keep(prices, effort)

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
        plan = repaired(instance, taken, cost, self.span.within(REPAIR_PART))
        if plan is not None:
            self.standing.found(plan)

    def _rounds(self, around: Neighbourhoods, effort: float, *, opening: bool) -> None:
        """Neighbourhoods of all sizes, and all members at once over the pairs that cost little.

        What proves in integers comes last: it ends at times at once where branch and cut does not.
        """
        whole = self.whole
        few, telling = whole.few(around, effort), whole.telling(around)
        if opening:
            self.rounds.run(around, effort, ROUNDS[:1])
            return
        if few and self.instance.budgets:
            # Where only few may move, integers tell more than linear relaxations: at 400 × 60 with eleven
            # changes CP-SAT proved in half a second to three what branch and cut left open by a percent.
            whole.rest(around, self.solver, WHOLE_WORK / 2 * effort)
            self.rounds.run(around, effort, ROUNDS[:EARLY])
            whole.rest(around, None, WHOLE_WORK / 4 * effort)
            return
        if telling:
            known = whole.core(around, effort)
            # Of a small whole the core has soon a better plan, which pieces had better begin with; who
            # asks for a gap wants to know soon what is proven. Else pieces are solved beside it.
            if few or self.span.course.search.gap > 0:
                core = known()
                self.rounds.run(around, effort, ROUNDS[:EARLY] if few else ROUNDS)
            else:
                self.rounds.run(around, effort, ROUNDS)
                core = known()
            whole.band(around, effort, core)
        if few:
            work = WHOLE_WORK if telling else WHOLE_WORK / 2
            whole.rest(around, None, work * effort)
        if few or not telling:
            self.rounds.run(around, effort, ROUNDS)
        if whole.few(around, effort):
            whole.rest(around, self.solver, WHOLE_WORK * effort)


class Memory:
    """What a search for a sum leaves to the next one: its multipliers, and how much effort it was at.

    Any multipliers prove a bound, so the next search may have other limits or budgets.
    """

    def __init__(self) -> None:
        self.effort = 1.0
        self._cover: IntArray | None = None
        self._budgets: tuple[int, ...] = ()

    def keep(self, prices: Prices, effort: float) -> None:
        """Remember the prices that were reached."""
        self._cover, self._budgets, self.effort = prices.cover, prices.budgets, effort

    def prices(self, lagrangian: Lagrangian) -> Prices | None:
        """What the remembered prices prove here, None if there are none of this size."""
        if self._cover is None or len(self._cover) != len(lagrangian.instance.need):
            return None
        if len(self._budgets) != len(lagrangian.budgets):
            return None
        return lagrangian.at(self._cover, self._budgets)


def cheapest(instance: Instance, cost: IntArray) -> BoolArray:
    """Each unit with the members that cost least, whatever they carry; U × M."""
    barred = np.iinfo(np.int64).max
    order = np.argsort(np.where(instance.free, cost, barred), axis=1, kind="stable")
    taken = np.zeros(instance.free.shape, dtype=bool)
    inside = np.arange(order.shape[1])[None, :] < instance.need[:, None]
    rows, places = np.nonzero(inside)
    taken[rows, order[rows, places]] = True
    return taken & instance.free
