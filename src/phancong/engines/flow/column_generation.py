"""Minimum-cost flows with distances computed on demand: column generation over near pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from phancong.engines.common.pace import Pace
from phancong.engines.flow.arcs import FEW, Arcs, all_arcs, best_few
from phancong.engines.flow.boxes import between_boxes
from phancong.engines.flow.duals import prices_soon
from phancong.engines.flow.kinds import each_by_itself
from phancong.engines.flow.listed import listed_prices
from phancong.engines.flow.network import Costs, Flow, Network, guided_pairs, penalty_of
from phancong.engines.flow.one_flow import solve_over, with_dual
from phancong.engines.flow.pair_costs import PairCosts
from phancong.engines.flow.pair_pool import Pairs
from phancong.problem import BoolArray, IntArray

#: Pairs of each household that are kept from one flow to the next, and rounds in which others are
#: dropped.
KEPT: Final = 4
TIDY: Final = 3
#: If more than one household in this many is beyond the bounds, the last flow is no start for the next.
FEW_BEYOND: Final = 50
#: If at least one pair for this many households improves the flow, no further pairs are searched for.
MANY: Final = 2
#: Near the end, pairs of a household that are added in a round at most, and the quantile of positive
#: reduced costs up to which they are added. (8,673 × 1,734: 7 flows instead of 9.)
ROUND_NEAR_END: Final = 12
MARGIN: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Last:
    """The last flow, with which the next one over a narrower network begins.

    Parameters
    ----------
    network, costs, arcs, flow
        The network, the costs, the pairs, and the flow.
    """

    network: Network
    costs: Costs
    arcs: Arcs
    flow: Flow

    def is_of(self, network: Network, costs: Costs) -> bool:
        """Whether it is a flow of this network with these costs of pairs; False with other costs."""
        mine, theirs = self.costs.pairs, costs.pairs
        assert isinstance(mine, PairCosts)
        assert isinstance(theirs, PairCosts)
        rest = (
            c.marginal is None and c.missing is None and c.nobody is None
            for c in (self.costs, costs)
        )
        return all(rest) and mine.same(theirs) and self.network.same(network)

    def beyond(self, network: Network) -> int:
        """Number of its households beyond the bounds of a network."""
        counts = self.flow.counts
        over, under = counts - network.high, network.low - counts
        return int(np.maximum(over, 0).sum() + np.maximum(under, 0).sum())


class ColumnGeneration:
    """A minimum-cost flow by column generation, which begins with near pairs.

    Parameters
    ----------
    network, costs, guide, pace
        As for :func:`phancong.engines.flow.solving.minimum_cost`.
    """

    def __init__(self, network: Network, costs: Costs, guide: PairCosts, pace: Pace) -> None:
        assert not isinstance(costs.pairs, np.ndarray)
        self._network = network
        self._costs = costs
        self._pool = guide.pool
        self._pace = pace
        self._kinds = each_by_itself(network.free.shape[1])
        self._own = PairCosts(guide.pool) if costs.pairs is None else costs.pairs
        guided = None
        #: The guided costs whose optimal flows are optimal for the own costs, and their unit, while
        #: lighter ones are tried.
        self._heavy: tuple[Costs, int] | None = None
        if costs.all_zero:
            # Any flow is optimal; one that keeps much of last year's plan is a good start for later
            # stages.
            kept = self._pool.kept
            keeping = PairCosts(self._pool, keys=kept, values=np.full_like(kept, -1))
            guided = guided_pairs(network, Costs(pairs=keeping), guide, light=True)
        elif costs.pairs is not guide:
            self._heavy = guided_pairs(network, costs, guide)
            guided = guided_pairs(network, costs, guide, light=True)
        self._guided = guided is not None
        #: Whether few pairs improve the flow: then all of them are searched for.
        self._near_end = False
        self._priced, self._unit = guided or (replace(costs, pairs=self._own), 1)

    @property
    def _listed(self) -> list[Pairs]:
        """Listed pairs, also those of the guide, which the next flow may price: they always take part."""
        assert isinstance(self._priced.pairs, PairCosts)
        return self._priced.pairs.listed

    def flow(self) -> Flow:
        """The minimum-cost flow, optimal over all pairs."""
        network, pool = self._network, self._pool
        if np.count_nonzero(network.free) <= FEW:
            return solve_over(network, self._costs, all_arcs(network.free), self._kinds, self._pace)
        last = pool.last
        assert last is None or isinstance(last, Last)
        if last is not None and last.beyond(network) * FEW_BEYOND > len(network.need):
            last = None
        if not pool.begun or last is None:
            pool.begin(*between_boxes(network, pool.chords))
        flow = None
        if last is not None and last.is_of(network, self._priced):
            arcs, flow = last.arcs, last.flow
        else:
            arcs = pool.arcs(network.free, self._listed)
            if last is not None:
                assert isinstance(last.costs.pairs, PairCosts)
                arcs = self._tidied(arcs, last.costs.pairs, last.flow)
        rounds, mild = 0, True
        while True:
            if flow is None:
                flow = solve_over(
                    network, self._priced, arcs, self._kinds, self._pace, mild=mild, rough=mild
                )
            if flow.feasible:
                pool.last = Last(network, self._priced, arcs, flow)
            best = self._as_own(flow, arcs)
            if best is not None:
                return best
            better = self._missed(flow, arcs)
            if better is None and mild and not flow.feasible:
                mild, flow = False, None  # no pair helps at a mild penalty, and a bound is broken
                continue
            if better is None and self._heavy is not None and flow.feasible:
                # The light weight was too light: the flow is not optimal for the own costs.
                (self._priced, self._unit), self._heavy = self._heavy, None
                mild, flow = True, None
                continue
            if better is None:
                return flow
            pool.use(*better)
            if flow.feasible and rounds < TIDY:
                assert isinstance(self._priced.pairs, PairCosts)
                arcs = self._tidied(arcs, self._priced.pairs, flow)
            arcs = arcs.with_pairs(better)
            flow = None
            rounds += 1

    def _as_own(self, flow: Flow, arcs: Arcs) -> Flow | None:
        """A flow of guided costs with a dual of the own costs; None if it is not optimal for these.

        The flow may be optimal for the own costs before it is optimal for the guided ones.
        """
        if not self._guided or not flow.feasible:
            return None
        used = flow.has(arcs.rows, arcs.columns).astype(np.int64)
        network, costs = self._network, self._costs
        listed = listed_prices(network, costs)
        if listed is not None and (flow.counts == network.high)[listed > 0].all():
            best = with_dual(network, costs, arcs, self._kinds, used, flow.missing, listed)
            idle = self._reduced(arcs, self._own, best)[used == 0]
            missed = (idle < 0).any() or self._own.misses(network.free, *best.prices, arcs)
            if not missed:
                return best
        if self._heavy is None:
            dual = flow.price, self._unit
        else:
            penalty = penalty_of(network, costs)
            price = prices_soon(network, costs, arcs, self._kinds, flow, penalty)
            if price is None:
                return None
            dual = price, 1
        best = with_dual(network, costs, arcs, self._kinds, used, flow.missing, *dual)
        if costs.all_zero:
            return best
        return None if self._own.misses(network.free, *best.prices, arcs) else best

    def _missed(self, flow: Flow, arcs: Arcs) -> tuple[IntArray, IntArray] | None:
        """Other pairs of negative reduced cost, the best few of each household; None if there is none."""
        costs, free = self._priced.pairs, self._network.free
        assert isinstance(costs, PairCosts)
        # Under guided costs or penalties, prices can change so much that many pairs improve the flow.
        if self._guided or not flow.feasible or not self._near_end:
            rows, columns, reduced = costs.up_to(-1, free, *flow.prices, rough=True)
            new = self._pool.apart_from(arcs, rows, columns)
            self._near_end = bool(np.count_nonzero(new) * MANY < len(free))
            if not self._near_end:
                return best_few(rows[new], columns[new], reduced[new])
        rows, columns, reduced = costs.up_to(self._margin(arcs, costs, flow), free, *flow.prices)
        new = self._pool.apart_from(arcs, rows, columns)
        if not (reduced[new] < 0).any():
            return None
        if np.count_nonzero(new) > len(free):
            new &= reduced <= max(np.partition(reduced[new], len(free))[len(free)], -1)
        return best_few(rows[new], columns[new], reduced[new], ROUND_NEAR_END)

    def _margin(self, arcs: Arcs, costs: PairCosts, flow: Flow) -> int:
        """The reduced cost up to which a small change of the prices may let a pair improve the flow."""
        usual = self._reduced(arcs, costs, flow)
        usual = usual[usual > 0]
        return int(np.quantile(usual, MARGIN)) if len(usual) else 0

    def _reduced(self, arcs: Arcs, costs: PairCosts, flow: Flow) -> IntArray:
        """The reduced costs of the pairs of *arcs*, (N,)."""
        reduced = arcs.cost(costs) + flow.price[arcs.columns]
        return np.asarray(reduced - flow.household_price[arcs.rows])

    def _tidied(self, arcs: Arcs, costs: PairCosts, flow: Flow) -> Arcs:
        """The pairs without those of high reduced cost; pricing adds them again if they are needed."""
        most = KEPT * len(self._network.need)
        if len(arcs.rows) <= most:
            return arcs
        reduced = self._reduced(arcs, costs, flow)
        keep: BoolArray = reduced <= np.partition(reduced, most)[most]
        keep |= flow.has(arcs.rows, arcs.columns)
        for rows, columns in self._listed:
            keep |= ~self._pool.apart_from(
                Arcs(rows, columns, complete=False), arcs.rows, arcs.columns
            )
        return Arcs(arcs.rows[keep], arcs.columns[keep], complete=False)
