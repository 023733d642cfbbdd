"""One sum over pairs: its bound, a plan to begin with, and neighbourhoods until both meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Solver
from phancong.engines.weighted.bound.aggregated_model import solve_aggregated
from phancong.engines.weighted.bound.initial_multipliers import (
    InitialMultipliers,
    initial_multipliers,
)
from phancong.engines.weighted.bound.lagrangian import Lagrangian, Multipliers
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.improve.core_problem import CoreProblem
from phancong.engines.weighted.improve.neighbourhood_search import SIZES, NeighbourhoodSearch
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.incumbent import Incumbent
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.workers import Workers
from phancong.problem import BoolArray, IntArray

#: Subgradient steps at first, and between rounds of neighbourhoods.
FIRST_STEPS: Final = 100
STEPS: Final = 400
#: How far above the bound steps aim where they take little, in steps of the costs.
AIM: Final = 3
#: Where integers are to get the whole, steps go on while as many again close this part of the gap, and
#: more pairs than so many are left: of 400 × 60 with eleven changes to place, CP-SAT proves 2,000 to
#: 4,000 pairs in a second, and all 24,000 in four to nine.
CLOSING: Final = 1 / 4
FEW_PAIRS: Final = 4_000
#: Where a budget says how few may move, integers get the whole at once, up to so many pairs.
BUDGETED: Final = 20_000
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
    tie_cost
        What plans of equal cost are chosen by, U × M.
    taken
        A plan within the limits.
    solver
        What proves in integers: it counts, and solves the whole. So does branch and cut, to within the
        accuracy of floats; pieces are left to it, which need no proof.
    stage_budget
        What the search may take.
    gap_closed
        Whether a value and its bound are as near as was asked for.
    report
        Receives every better standing.
    warm_start
        Where searches for the same sum leave how far they came, and take it up.
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
        warm_start: WarmStart | None = None,
    ) -> None:
        self.instance = instance
        self.cost = np.where(instance.free, cost, 0)
        self.tie_cost = np.where(instance.free, tie_cost, 0)
        self.solver = solver
        self.stage_budget = stage_budget
        self.gap_closed = gap_closed
        self.warm_start = WarmStart() if warm_start is None else warm_start
        self.incumbent = Incumbent(instance, self.cost, self.tie_cost, taken, report)
        self.priced = self.cost * self.incumbent.scale
        self.lagrangian = Lagrangian(instance, self.priced)
        self.lexicographic_cost = self.cost
        bits = int(np.abs(self.cost).max(initial=0)).bit_length()
        if bits <= COARSE:
            shift = max(int(np.abs(self.tie_cost).max(initial=0)).bit_length() - GUIDE, 0)
            self.lexicographic_cost = (self.cost << (28 - COARSE)) + (self.tie_cost >> shift)
        self.workers = Workers(stage_budget.course.search.threads, stage_budget.course)
        self.core_problem = CoreProblem(self.incumbent, stage_budget, self._done, self.workers)
        self.neighbourhood_search = NeighbourhoodSearch(
            self.lagrangian,
            self.incumbent,
            self.lexicographic_cost,
            stage_budget,
            self.workers,
            self._done,
        )

    def _done(self) -> bool:
        incumbent = self.incumbent
        if self.stage_budget.stop_reason is not None or incumbent.proven:
            return True
        return incumbent.bound is not None and self.gap_closed(incumbent.value, incumbent.bound)

    def run(self) -> Incumbent:
        """Search until value and bound meet, or the span is over."""
        if not self._done():
            self._solve_aggregated()
        if self._done():
            return self.incumbent
        with self.workers:
            self._search()
        return self.incumbent

    def _search(self) -> None:
        multipliers = self.warm_start.multipliers(self.lagrangian)
        warm = multipliers is not None
        if multipliers is None:
            first = initial_multipliers(self.lagrangian, self.stage_budget)
            multipliers = first.multipliers
        self.incumbent.raise_bound(multipliers.bound)
        if not warm:
            self._construct(first)
        self.neighbourhood_search.transfer(multipliers)
        each = self.lagrangian.knapsacks.step_work
        most = int(STEPS_WORK / max(each, 1e-9))
        quick = self.lagrangian.knapsacks.by_core
        aim = self.incumbent.cost_steps(AIM) if quick else 0
        steps = min(STEPS if quick else FIRST_STEPS, most)
        opening = not warm
        effort = self.warm_start.effort if warm else 1.0
        while not self._done():
            multipliers = self._raise(multipliers, steps, aim, opening=opening)
            steps = min(STEPS, most)
            if not self._done():
                # A good plan first, the last digits of the bound later.
                self._rounds(self._neighbourhoods(multipliers), effort, opening=opening)
            if not opening and self.stage_budget.stop_reason is None:
                effort = min(2 * effort, MOST_EFFORT)
            opening = False
            self.warm_start.keep(multipliers, effort)

    def _raise(
        self, multipliers: Multipliers, steps: int, aim: int, *, opening: bool
    ) -> Multipliers:
        """Better multipliers; before integers get the whole, for as long as steps fix out many pairs."""
        while True:
            upper = self.incumbent.value * self.incumbent.scale
            gap = upper - multipliers.bound
            multipliers = self.lagrangian.subgradient(
                multipliers, steps, self.stage_budget.charge, upper, aim=aim
            )
            self.incumbent.raise_bound(multipliers.bound)
            if opening or not self.instance.budgets or self._done():
                return multipliers
            if upper - multipliers.bound > (1 - CLOSING) * gap:
                return multipliers
            if self.core_problem.remaining(self._neighbourhoods(multipliers)) <= FEW_PAIRS:
                return multipliers

    def _neighbourhoods(self, multipliers: Multipliers) -> Neighbourhoods:
        """What the multipliers say of pairs."""
        self.stage_budget.charge(self.lagrangian.knapsacks.work)
        return Neighbourhoods(
            self.lagrangian, multipliers, self.tie_cost, self.core_problem.fixed_out
        )

    def _solve_aggregated(self) -> None:
        """Where only staying counts, numbers of households are bound and plan in one."""
        found = solve_aggregated(
            self.instance,
            self.cost,
            self.tie_cost,
            self.solver,
            lambda: self.stage_budget.limits(WHOLE_WORK),
            self.stage_budget.charge,
        )
        if found is None:
            return
        self.incumbent.raise_bound(found.bound * self.incumbent.scale)
        self._offer_repaired(self.instance, found.taken, self.lexicographic_cost)

    def _construct(self, first: InitialMultipliers) -> None:
        """A plan in which each unit has the members that are cheapest under the prices."""
        if self._done():
            return
        budgets = first.multipliers.budgets
        self._repair(self.instance, self.lagrangian.penalised_cost(budgets) + first.worth)
        if self.instance.budgets:
            # Loads are mended without a look at budgets; here no unit costs them more than now.
            self._repair(self.instance.no_dearer(self.incumbent.taken), self.priced + first.strict)

    def _repair(self, instance: Instance, cost: IntArray) -> None:
        """A plan within the limits of loads near the cheapest members of all units."""
        self._offer_repaired(instance, cheapest(instance, cost), cost)

    def _offer_repaired(self, instance: Instance, taken: BoolArray, cost: IntArray) -> None:
        plan = tabu_repair(instance, taken, cost, self.stage_budget.portion(REPAIR_PART))
        if plan is not None:
            self.incumbent.offer(plan)

    def _rounds(self, neighbourhoods: Neighbourhoods, effort: float, *, opening: bool) -> None:
        """Neighbourhoods of all sizes, and all members at once over the pairs that cost little.

        What proves in integers comes last: it ends at times at once where branch and cut does not.
        """
        core_problem = self.core_problem
        if opening:
            self.neighbourhood_search.run(neighbourhoods, effort, SIZES[:1])
            return
        few, telling = (
            core_problem.is_small(neighbourhoods, effort),
            core_problem.penalties_discriminate(neighbourhoods),
        )
        if self.instance.budgets and core_problem.remaining(neighbourhoods) <= BUDGETED * effort:
            # Where only few may move, integers tell more than linear relaxations: at 400 × 60 with eleven
            # changes CP-SAT proved in half a second to three what branch and cut left open by a percent.
            core_problem.solve_remaining(neighbourhoods, self.solver, WHOLE_WORK / 2 * effort)
            self.neighbourhood_search.run(neighbourhoods, effort, SIZES[:EARLY])
            core_problem.solve_remaining(neighbourhoods, None, WHOLE_WORK / 4 * effort)
            return
        if telling:
            known = core_problem.submit_core(neighbourhoods, effort)
            # Of a small whole the core has soon a better plan, which pieces had better begin with; who
            # asks for a gap wants to know soon what is proven. Else pieces are solved beside it.
            if few or self.stage_budget.course.search.gap > 0:
                core = known()
                self.neighbourhood_search.run(
                    neighbourhoods, effort, SIZES[:EARLY] if few else SIZES
                )
            else:
                self.neighbourhood_search.run(neighbourhoods, effort, SIZES)
                core = known()
            core_problem.solve_band(neighbourhoods, effort, core)
        if few:
            work = WHOLE_WORK if telling else WHOLE_WORK / 2
            core_problem.solve_remaining(neighbourhoods, None, work * effort)
        if few or not telling:
            self.neighbourhood_search.run(neighbourhoods, effort, SIZES)
        if core_problem.is_small(neighbourhoods, effort):
            core_problem.solve_remaining(neighbourhoods, self.solver, WHOLE_WORK * effort)


class WarmStart:
    """What a search for a sum leaves to the next one: its multipliers, and how much effort it was at.

    Any multipliers prove a bound, so the next search may have other limits or budgets.
    """

    def __init__(self) -> None:
        self.effort = 1.0
        self._cover: IntArray | None = None
        self._budgets: tuple[int, ...] = ()

    def keep(self, multipliers: Multipliers, effort: float) -> None:
        """Remember the prices that were reached."""
        self._cover, self._budgets, self.effort = multipliers.cover, multipliers.budgets, effort

    def multipliers(self, lagrangian: Lagrangian) -> Multipliers | None:
        """What the remembered prices prove here, None if there are none of this size."""
        if self._cover is None or len(self._cover) != len(lagrangian.instance.need):
            return None
        if len(self._budgets) != len(lagrangian.budgets):
            return None
        return lagrangian.evaluate(self._cover, self._budgets)


def cheapest(instance: Instance, cost: IntArray) -> BoolArray:
    """Each unit with the members that cost least, whatever they carry; U × M."""
    barred = np.iinfo(np.int64).max
    order = np.argsort(np.where(instance.free, cost, barred), axis=1, kind="stable")
    taken = np.zeros(instance.free.shape, dtype=bool)
    inside = np.arange(order.shape[1])[None, :] < instance.need[:, None]
    rows, places = np.nonzero(inside)
    taken[rows, order[rows, places]] = True
    return taken & instance.free
