"""Minimum-cost flows within a budget: one sum is minimised while another, a count, has a limit.

A flow cannot keep a budget. Lagrangian relaxation prices each unit of the count instead (Handler and
Zang, *Networks* 10, 1980, doi:10.1002/net.3230100403). Every plan on the lower convex hull of the front
is then a minimum-cost flow at some price. At the price where two neighbours on the hull cost the same,
the dual of the flow bounds every plan between them. In about three of four cases the best plan is on
the hull. Otherwise variable fixing removes all pairs whose reduced cost is above the gap to the best
plan known, and an integer program solves the residual problem.

Ties in the sum are broken by the count: a cost is the sum with the count in its last bits. The hull of
one budget is kept for the next.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from phancong.course import Course
from phancong.engines.common.linear_model import Claim, Limits
from phancong.engines.common.pace import OutOfTimeError, Pace
from phancong.engines.flow.arcs import all_arcs, promising_arcs
from phancong.engines.flow.brackets import Bracket, CountedFlow
from phancong.engines.flow.closed_walks import closed_walk
from phancong.engines.flow.faces import optimal_face, reduced_cost
from phancong.engines.flow.network import MOST, Costs, Flow, Network
from phancong.engines.flow.pair_costs import PairCosts
from phancong.engines.flow.solving import UNHURRIED, minimum_cost, over_arcs
from phancong.problem import BoolArray, IntArray

#: Most pairs for which one flow over all of them is faster than column generation.
FEW: Final = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class BudgetOptimum:
    """The best plan within a budget, a bound of its cost, and the reason why the search was cut."""

    plan: CountedFlow
    bound: int
    cut: str | None = None


class BudgetedFlow:
    """Flows of least cost within a budget, for several budgets in turn.

    Parameters
    ----------
    network
        The network of all plans.
    costs
        The costs to minimise, of pairs and of missing members.
    counts
        Count of each pair, H × M, small integers.
    pace
        Decides whether there is time for a flow.
    """

    def __init__(
        self, network: Network, costs: Costs, counts: IntArray, pace: Pace = UNHURRIED
    ) -> None:
        self.network = network
        self.pace = pace
        self.counts = counts
        shift = count_bits(network, counts)
        assert not isinstance(costs.pairs, PairCosts)  # both sums are matrices
        pairs = np.zeros_like(counts) if costs.pairs is None else costs.pairs
        missing = np.zeros_like(network.need) if costs.missing is None else costs.missing
        self._pairs = (pairs << shift) + counts
        self._missing = missing << shift
        #: Cost with the count in its last bits ÷ this factor = cost of *costs*, rounded down.
        self.factor = 1 << shift
        few = np.count_nonzero(network.free) <= FEW
        self._arcs = all_arcs(network.free) if few else promising_arcs(network.free, self._pairs)
        #: Number of pairs that the flows have looked at.
        self.looked = 0
        #: Known plans on the hull, sorted by count; empty if there is no plan.
        self._hull = self._ends()

    def within(self, most: int, course: Course, least: int | None = None) -> BudgetOptimum | None:
        """The plan of least cost, ties broken by the count, whose count is at most *most*.

        Parameters
        ----------
        most
            The budget.
        course
            The search.
        least
            A plan on the hull whose count is from *least* to *most* is accepted, too; None is *most*.

        Returns
        -------
        BudgetOptimum or None
            None if there is no plan within the budget.
        """
        place = bisect_right(self._hull, most, key=lambda plan: plan.count)
        if place == 0:
            return None
        below = self._hull[place - 1]
        enough = most if least is None else least
        if place == len(self._hull) or below.count >= enough:
            return BudgetOptimum(below, below.cost)
        self.pace = Pace(course, self.pace.speed)
        bracket = Bracket(most, (most + enough) / 2, below, self._hull[place])
        while bracket.below.count < enough:
            try:
                flow, price, guessed = self._next(bracket)
            except OutOfTimeError:
                # The cost of the cheapest plan of all is a lower bound.
                return BudgetOptimum(bracket.below, self._hull[-1].cost, course.stopped or "time")
            found = self._tally(flow.chosen, price)
            if bracket.take(found):
                insort(self._hull, found, key=lambda plan: plan.count)
            elif not guessed:
                return self._settled(most, price, flow, bracket.below, course)
        return BudgetOptimum(bracket.below, bracket.below.cost)

    def _next(self, bracket: Bracket) -> tuple[Flow, int, bool]:
        """The cheapest flow at a price between two plans, that price, and whether it was guessed."""
        guess = bracket.guess()
        price = min(max(bracket.chord() if guess is None else guess, 0), self._dearest)
        return self._at(price), price, guess is not None

    # --- the hull -------------------------------------------------------------------------------

    def _ends(self) -> list[CountedFlow]:
        """The ends of the hull: the plan of least count (ties by cost), and the cheapest plan."""
        counted = Costs(pairs=self.counts)
        flow = self._minimum(self.network, counted)
        if not flow.feasible:
            return []
        face = optimal_face(self.network, counted, flow)
        least = self._tally(self._minimum(face, self._at_price(0)).chosen)
        cheapest = self._tally(self._at(0).chosen, 0)
        return [least] if least.count == cheapest.count else [least, cheapest]

    def _minimum(self, network: Network, costs: Costs) -> Flow:
        self.looked += int(np.count_nonzero(network.free))
        return minimum_cost(network, costs, self._pairs, self.pace)

    def _at_price(self, price: int) -> Costs:
        pairs = self._pairs + price * self.counts if price else self._pairs
        return Costs(pairs=pairs, missing=self._missing)

    def _at(self, price: int) -> Flow:
        """The cheapest flow at a price of the count."""
        flow, self._arcs = over_arcs(self.network, self._at_price(price), self._arcs, self.pace)
        self.looked += len(self._arcs.rows)
        return flow

    @cached_property
    def _dearest(self) -> int:
        """The largest price at which costs fit into 64 bits."""
        room = largest_cost(*self.network.free.shape) - self._at_price(0).largest
        return max(room // max(int(np.abs(self.counts).max(initial=0)), 1), 0)

    def _tally(self, chosen: BoolArray, price: int | None = None) -> CountedFlow:
        network = self.network
        missing = network.need - (chosen & network.free).sum(axis=1)
        cost = int(self._pairs[chosen].sum()) + int((self._missing * missing).sum())
        return CountedFlow(int(self.counts[chosen].sum()), cost, chosen, missing, price)

    # --- between two plans on the hull ------------------------------------------------------------

    def _settled(
        self, most: int, price: int, flow: Flow, best: CountedFlow, course: Course
    ) -> BudgetOptimum:
        """The best plan between two neighbours on the hull.

        Parameters
        ----------
        most
            The budget.
        price, flow
            A price of the count, and the cheapest flow at that price.
        best
            A plan within the budget.
        course
            The search.
        """
        network = self.network
        base = self._tally(flow.chosen)
        assert base.count > most  # the price is just below that of the plan within the budget
        # The Lagrangian bound of all plans within the budget.
        bound = base.cost + price * (base.count - most)
        reduced = reduced_cost(network, self._at_price(price), flow)
        chosen = closed_walk(network, flow, reduced, self.counts, base.count - most)
        found = None if chosen is None else self._tally(chosen)
        if (
            found is not None
            and found.count <= most
            and network.within_bounds(found.missing, found.chosen.sum(axis=0))
        ):
            best = min(found, best, key=lambda plan: plan.cost)
        # Variable fixing: a pair whose reduced cost is above the gap is in no better plan.
        gap = best.cost - bound
        open_pairs = network.free & (reduced <= gap)
        must = network.free & (reduced < -gap)
        # A household with as many open pairs as it needs takes them all.
        settled = (open_pairs.sum(axis=1) == network.need) & (network.most_missing == 0)
        must |= open_pairs & settled[:, None]
        open_pairs &= ~must
        rest = replace(
            network,
            free=open_pairs,
            on=network.on | must,
            need=network.need - must.sum(axis=1),
        )
        # Subtract each household's price: numbers become smaller, and all plans change by the same.
        off = np.where(network.need > 0, flow.household_price, 0)
        from phancong.engines.flow.remainder import Remainder  # here: it loads CP-SAT

        remainder = Remainder(
            rest, self._pairs - off[:, None], self._missing - off, self.counts, most
        )
        seed = course.search.seed
        limits = Limits(course.seconds_left, course.work_left, 0.0, seed, course.waited)
        answer, chosen = remainder.solve(best.chosen, limits)
        course.work += answer.work
        if chosen is None:
            return BudgetOptimum(best, bound, answer.cut)
        best = min(self._tally(chosen), best, key=lambda plan: plan.cost)
        proven = answer.claim is Claim.OPTIMAL
        return BudgetOptimum(best, best.cost if proven else bound, answer.cut)


def count_bits(network: Network, counts: IntArray) -> int:
    """Bits of the largest difference of two plans in their counts."""
    spread = counts.max(axis=1, initial=0) - counts.min(axis=1, initial=0)
    return int((spread * (network.need + network.on.sum(axis=1))).sum()).bit_length()


def largest_cost(households: int, members: int) -> int:
    """The largest possible cost of a pair in a network of this size; see :func:`penalty_of`."""
    return MOST // (2 * (members + 2) * (households + members + 2)) - 2
