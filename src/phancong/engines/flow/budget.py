"""One sum is minimised while another, which is a count, is at most a budget.

A budget makes a flow no flow any more. But with a price for each unit of what it counts, every plan
on the lower hull of the front is one minimum-cost flow, and between two neighbours on the hull the
dual of the flow at the price where they meet bounds every plan (Lagrangian relaxation; Handler and
Zang, *Networks* 10, 1980, doi:10.1002/net.3230100403). The plans on the hull, mostly three of four,
are the answer themselves. Otherwise a plan in hand closes all pairs whose reduced cost is beyond the
gap, and the few that are left are settled exactly, in integers.

Ties in the sum are broken by the count: the cost is the sum with the count in its last bits. What
was learnt for one budget is kept for the next.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

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
from phancong.search import Course

#: Up to so many pairs one flow over all of them is faster.
FEW: Final = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class BudgetOptimum:
    """The best plan within a budget, a bound of its cost, and what stopped the search."""

    plan: CountedFlow
    bound: int
    cut: str | None = None


class BudgetedFlow:
    """The plans of a network between two sums.

    Parameters
    ----------
    network
        All plans.
    costs
        What is minimised: pairs and missing members.
    counts
        What each pair counts, H × M, small integers.
    pace
        Whether there is time for a flow.
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
        #: A cost divided by it is one of *costs*.
        self.factor = 1 << shift
        few = np.count_nonzero(network.free) <= FEW
        self._arcs = all_arcs(network.free) if few else promising_arcs(network.free, self._pairs)
        #: How many pairs the flows have looked at.
        self.looked = 0
        #: Plans on the hull, by what they count; empty if there is no plan at all.
        self._hull = self._ends()

    def within(self, most: int, course: Course, least: int | None = None) -> BudgetOptimum | None:
        """The plan of least cost, and among those of least count, that counts *most* or less.

        Parameters
        ----------
        most
            The budget.
        course
            The search.
        least
            A plan on the hull that counts so much or more, up to *most*, will do; None: *most*.

        Returns
        -------
        Settled or None
            None if there is none.
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
                # The cheapest of all plans is a bound of those within the budget.
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
        """The plan of least count, of those the cheapest, and the cheapest plan."""
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
        """The cheapest flow with a price for each unit that is counted."""
        flow, self._arcs = over_arcs(self.network, self._at_price(price), self._arcs, self.pace)
        self.looked += len(self._arcs.rows)
        return flow

    @cached_property
    def _dearest(self) -> int:
        """The largest price that keeps costs within 64 bits."""
        room = largest_cost(*self.network.free.shape) - self._at_price(0).largest()
        return max(room // max(int(np.abs(self.counts).max(initial=0)), 1), 0)

    def _tally(self, chosen: BoolArray, price: int | None = None) -> CountedFlow:
        network = self.network
        missing = network.need - (chosen & network.free).sum(axis=1)
        cost = int(self._pairs[chosen].sum()) + int((self._missing * missing).sum())
        return CountedFlow(int(self.counts[chosen].sum()), cost, chosen, missing, price)

    def _kept(self, plan: CountedFlow) -> bool:
        network, counts = self.network, plan.chosen.sum(axis=0)
        return bool(
            (plan.missing >= network.least_missing).all()
            and (plan.missing <= network.most_missing).all()
            and (counts >= network.low).all()
            and (counts <= network.high).all()
        )

    # --- between two plans on the hull ------------------------------------------------------------

    def _settled(
        self, most: int, price: int, flow: Flow, best: CountedFlow, course: Course
    ) -> BudgetOptimum:
        """The best plan within a budget that no plan on the hull meets.

        Parameters
        ----------
        most
            The budget.
        price, flow
            A price for what is counted, and the cheapest flow at that price.
        best
            A plan within the budget.
        """
        network = self.network
        base = self._tally(flow.chosen)
        assert base.count > most  # the price is below that at which a plan within would show
        # What every plan within the budget costs at the least …
        bound = base.cost + price * (base.count - most)
        reduced = reduced_cost(network, self._at_price(price), flow)
        chosen = closed_walk(network, flow, reduced, self.counts, base.count - most)
        found = None if chosen is None else self._tally(chosen)
        if found is not None and found.count <= most and self._kept(found):
            best = min(found, best, key=lambda plan: plan.cost)
        # … and a pair with a larger reduced cost than what is left of that is in no better plan.
        gap = best.cost - bound
        open_pairs = network.free & (reduced <= gap)
        must = network.free & (reduced < -gap)
        # Who has no other pair open and may not be left with fewer keeps what there is.
        settled = (open_pairs.sum(axis=1) == network.need) & (network.most_missing == 0)
        must |= open_pairs & settled[:, None]
        open_pairs &= ~must
        rest = replace(
            network,
            free=open_pairs,
            on=network.on | must,
            need=network.need - must.sum(axis=1),
        )
        # Each household's price taken off: smaller numbers, and all plans are lower by the same.
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
    """Bits that hold any difference of two plans in what they count."""
    spread = counts.max(axis=1, initial=0) - counts.min(axis=1, initial=0)
    return int((spread * (network.need + network.on.sum(axis=1))).sum()).bit_length()


def largest_cost(households: int, members: int) -> int:
    """The highest cost of a pair in a network of this size: see :func:`penalty_of`."""
    return MOST // (2 * (members + 2) * (households + members + 2)) - 2
