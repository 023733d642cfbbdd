"""Minimum-cost flows, over all pairs at once or by column generation."""

from __future__ import annotations

from typing import Final

import numpy as np

from phancong.engines.common.pace import Pace
from phancong.engines.flow.arcs import (
    CROWD,
    FEW,
    FEW_AT_FIRST,
    SAMPLE,
    Arcs,
    all_arcs,
    promising_arcs,
    sample_rows,
)
from phancong.engines.flow.column_generation import ColumnGeneration
from phancong.engines.flow.faces import reduced_cost
from phancong.engines.flow.kinds import each_by_itself, kinds_of
from phancong.engines.flow.network import (
    Costs,
    Flow,
    Network,
    guided_costs,
)
from phancong.engines.flow.one_flow import solve_over, with_dual
from phancong.engines.flow.pair_costs import PairCosts
from phancong.problem import IntArray

#: A pace without a limit of time.
UNHURRIED: Final = Pace()


def minimum_cost(
    network: Network,
    costs: Costs,
    guide: IntArray | PairCosts | None = None,
    pace: Pace = UNHURRIED,
) -> Flow:
    """A flow of minimum cost through the network.

    With many pairs it uses column generation: a flow over a few promising pairs is solved first. Its
    potentials price all other pairs, and pairs of negative reduced cost are added until there is none.
    The result is optimal over all pairs.

    Parameters
    ----------
    network, costs
        The network and its costs.
    guide
        Integer costs that order pairs where *costs* does not, H × M, or costs of travel that are computed
        on demand.
    pace
        Decides whether there is time.

    Raises
    ------
    OutOfTimeError
        There is no time for the flow.
    """
    if isinstance(guide, PairCosts):
        if isinstance(costs.pairs, np.ndarray):
            guide = guide.dense()
        else:
            return ColumnGeneration(network, costs, guide, pace).flow()
    assert not isinstance(costs.pairs, PairCosts)  # these always come with a guide
    few = np.count_nonzero(network.free) <= _few(network, costs, guide)
    guided = None if few or guide is None else guided_costs(network, costs, guide)
    # A sample of few households says nothing. If all pairs cost the same, pricing does not converge:
    # pairs are added in many rounds without progress (11 s instead of 0.2 s for 300 households that need
    # five of 650 members each).
    alike = costs.pairs is None and guided is None
    if few or alike or len(network.need) < 2 * SAMPLE:
        kinds = kinds_of(network, costs)
        return solve_over(network, costs, kinds.arcs(network.free), kinds, pace)
    flow = _priced(network, costs if guided is None else guided, pace)
    if guided is None:
        return flow
    # The flow is optimal for *costs*, too, but needs a dual of *costs* instead of the guided ones.
    arcs = all_arcs(network.free)
    used = flow.has(arcs.rows, arcs.columns).astype(np.int64)
    return with_dual(
        network, costs, arcs, each_by_itself(network.free.shape[1]), used, flow.missing
    )


def _few(network: Network, costs: Costs, guide: IntArray | None) -> int:
    """The number of pairs up to which one flow takes all of them."""
    households, members = network.free.shape
    first = bool(network.free.all()) and (guide is None or costs.pairs is guide)
    return min(FEW, FEW_AT_FIRST) if first and households >= CROWD * members else FEW


def _priced(network: Network, costs: Costs, pace: Pace) -> Flow:
    """A minimum-cost flow by column generation, which begins with the prices of a sample."""
    merit = costs.pairs
    assert isinstance(merit, np.ndarray)
    sample = minimum_cost(*_sample(network, costs, merit), pace=pace)
    arcs = promising_arcs(network.free, merit + sample.price[None, :])
    return over_arcs(network, costs, arcs, pace)[0]


def over_arcs(
    network: Network, costs: Costs, arcs: Arcs, pace: Pace = UNHURRIED
) -> tuple[Flow, Arcs]:
    """A flow that is optimal over all pairs, by column generation from *arcs*, and its pairs."""
    kinds = each_by_itself(network.free.shape[1])
    mild, rough = True, not arcs.complete
    while True:
        flow = solve_over(network, costs, arcs, kinds, pace, mild=mild, rough=rough)
        if arcs.complete:
            return flow, arcs
        reduced = reduced_cost(network, costs, flow)
        better = arcs.improving(np.where(network.free, reduced, 0))
        if better is not None:
            arcs = arcs.with_pairs(better)
        elif flow.feasible or not rough:
            return flow, arcs
        else:
            mild = rough = False  # optimal under a mild penalty, but it breaks a bound


def _sample(network: Network, costs: Costs, merit: IntArray) -> tuple[Network, Costs]:
    """The network over a sample of the households with proportional bounds of members, and its costs."""
    rows = sample_rows(len(network.need))
    base = network.base
    low = np.maximum(network.low - base, 0) // SAMPLE
    small = Network(
        free=network.free[rows],
        on=np.zeros((len(rows), len(base)), dtype=bool),
        need=network.need[rows],
        least_missing=network.least_missing[rows],
        most_missing=network.most_missing[rows],
        low=low,
        high=np.maximum(-(-(network.high - base) // SAMPLE), low),
    )
    marginal = None
    if costs.marginal is not None and costs.marginal.shape[1]:
        room = np.arange(max(int((small.high - low).max(initial=0)), 1))
        marginal = costs.marginal[:, np.minimum(room * SAMPLE, costs.marginal.shape[1] - 1)]
    return small, Costs(
        pairs=merit[rows],
        marginal=marginal,
        missing=None if costs.missing is None else costs.missing[rows],
        nobody=None if costs.nobody is None else costs.nobody[rows],
    )
