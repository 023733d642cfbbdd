"""Stages of the goals that flows of unit loads can minimise (contract 5)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from phancong.engines.common.bottleneck import bottleneck_bound
from phancong.engines.flow.finer import finer
from phancong.engines.flow.loads import UnitLoads, unit_numbers
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.ranks import leximax_ranks
from phancong.engines.flow.solving import minimum_cost
from phancong.engines.flow.steps import Stage, Step, any_flow, bounded, everywhere, least_cost
from phancong.engines.flow.sum_costs import sum_costs
from phancong.engines.flow.ties import Rounded
from phancong.engines.task import AtMost
from phancong.goals import Goal, Kind, load_measure
from phancong.meeting import TOLERANCE
from phancong.problem import FloatArray, IntArray


def goal_stage(loads: UnitLoads, goal: Goal) -> Stage:
    """The stage that minimises *goal*."""
    if goal.kind is Kind.PAIR_SUM:
        return partial(_pair_sum, goal=goal)
    measure = load_measure(goal)
    if measure is None:
        return partial(_farthest, goal=goal)
    if _nothing_weighs(loads, measure):
        return _weightless
    return partial(_FAIR[goal.kind], goal=goal, measure=measure)


def kept_within(loads: UnitLoads, network: Network, limit: AtMost) -> Network:
    """The network of the plans that keep a limit on the farthest pair or on the largest load."""
    goal = limit.goal
    measure = load_measure(goal)
    if measure is None:
        beyond = _figures(loads, goal) > limit.most
        if (network.on & beyond).any():  # a fixed pair breaks the limit: there is no plan
            return network.capped(network.base - 1)
        return network.without(beyond)
    if _nothing_weighs(loads, measure):
        return network
    return network.capped(loads.counts_within(loads.level_of(limit.limit, measure), measure))


def _figures(loads: UnitLoads, goal: Goal) -> FloatArray:
    """The figure of each pair, H × M, of a goal that is the largest of them."""
    figures = goal.pair_figures(loads.problem)
    assert figures is not None  # the engine refuses all other goals
    return figures


def _nothing_weighs(loads: UnitLoads, measure: str) -> bool:
    return not loads.counted.any() or (measure == "workload" and not loads.workload)


# --- sums over pairs


def adds_nothing(loads: UnitLoads, goal: Goal) -> bool:
    """Whether a goal is a sum whose listed coefficients are all 0."""
    listed = goal.listed(loads.problem)
    return listed is not None and not listed.values.any()


def _pair_sum(loads: UnitLoads, network: Network, last: Flow | None, goal: Goal) -> Step | None:
    """Minimise a sum over pairs."""
    if last is not None and adds_nothing(loads, goal):
        return bounded(last, (0,), network)
    total = sum_costs(loads, goal)
    if last is not None and not total.costs.largest:
        return bounded(last, (0,), network)  # all costs are 0
    step = least_cost(loads, network, everywhere(total.costs, total.error))
    if step is None or not step.error:
        return step
    return finer(
        loads, Rounded.at_first(network, total.costs, total.quantum, step), step, total.real
    )


# --- the farthest pair


def _farthest(loads: UnitLoads, network: Network, last: Flow | None, goal: Goal) -> Step | None:
    """Minimise the largest figure of a pair, by bisection over the figures."""
    travel = _figures(loads, goal)
    flow = last
    if flow is None:
        flow = minimum_cost(network, Costs(), loads.guide, loads.pace)
        if not flow.feasible:
            return None
    floor = float(travel[network.on].max(initial=0.0))  # fixed pairs are part of every plan
    distances = np.unique(np.maximum(travel[network.free], floor))
    distances = np.union1d(distances, [floor])

    def reached(flow: Flow) -> int:
        farthest = float(travel[flow.chosen].max(initial=0.0))
        return int(np.searchsorted(distances, farthest))

    high = reached(flow)
    # Lower bound: the household whose nearest members are farthest away.
    places = network.need - network.most_missing
    nearest = float(bottleneck_bound(travel, network.free, places, floor))
    low = int(np.searchsorted(distances, nearest))
    while low < high:
        middle = (low + high) // 2
        within = network.without(travel > distances[middle])
        found = minimum_cost(within, Costs(), loads.guide, loads.pace)
        if found.feasible:
            flow, high = found, reached(found)
        else:
            low = middle + 1
    best = float(distances[high])
    return bounded(flow, (best,), network.without(travel > goal.held(best)))


# --- fair loads
#
# A level is households ÷ share. With unit loads each load ÷ share is a fixed multiple of its level, so
# that the order is the same, and equal levels compare equal.


def _lowest_ceiling(loads: UnitLoads, network: Network, last: Flow | None, measure: str) -> float:
    """A lower bound of the largest level, by arithmetic."""
    missing = network.most_missing if last is None else last.missing
    places = int((network.need - missing).sum() + network.base.sum())
    most = places + int(loads.carried[measure].max(initial=0))
    low, high = 0.0, float(most) / float(loads.members.share.min(initial=1.0)) + 1.0
    below, above = (_places_within(loads, network, level, measure) for level in (low, high))
    few = 2 * len(below)
    while int((above - below).sum()) > few and low < (middle := (low + high) / 2) < high:
        room = _places_within(loads, network, middle, measure)
        if int(room.sum()) >= places:
            high, above = middle, room
        else:
            low, below = middle, room
    counts = np.maximum(below, network.low)
    least = float(loads.levels(counts, measure)[loads.counted].max(initial=0.0))
    # Between *below* and *above* there are few levels: sort them, and take as many as are still needed.
    short = places - int(below.sum())
    levels = _levels_of_room(loads, below, above, measure)
    if short <= 0 or not len(levels):
        return least
    return max(least, float(np.sort(levels)[min(short, len(levels)) - 1]))


def _levels_of_room(loads: UnitLoads, below: IntArray, above: IntArray, measure: str) -> FloatArray:
    """The levels of all counts of members above *below* and up to *above*, unsorted."""
    more = np.maximum(above - below, 0)
    columns = np.repeat(np.arange(len(more)), more)
    first = np.cumsum(more) - more
    number = below[columns] + 1 + np.arange(len(columns)) - first[columns]
    carried = loads.carried[measure][columns]
    return np.asarray((number + carried) / loads.members.share[columns])


def _places_within(loads: UnitLoads, network: Network, level: float, measure: str) -> IntArray:
    """The most households of each member under a level, (M,); 0 if its carried load is above it."""
    return np.maximum(np.minimum(loads.counts_within(level, measure), network.high), 0)


def _ceiling(
    loads: UnitLoads, network: Network, last: Flow | None, measure: str
) -> tuple[Flow, float] | None:
    """A flow with the least possible largest level, and that level."""
    level = _lowest_ceiling(loads, network, last, measure)
    flow = any_flow(loads, network.capped(loads.counts_within(level, measure)))
    if flow.feasible:  # it reaches the arithmetic lower bound
        return flow, _largest(loads, flow, measure)
    if last is None:
        last = minimum_cost(network, Costs(), loads.guide, loads.pace)
        if not last.feasible:
            return None
    most = loads.counts_within(_largest(loads, last, measure), measure)
    flow = _by_rank(loads, network.capped(most), measure)
    return flow, _largest(loads, flow, measure)


def _largest(loads: UnitLoads, flow: Flow, measure: str) -> float:
    return float(loads.levels(flow.counts, measure)[loads.counted].max(initial=0.0))


def _by_rank(loads: UnitLoads, network: Network, measure: str) -> Flow:
    """A leximax flow of a feasible network."""
    return minimum_cost(network, _ranks(loads, measure, network)[0], loads.guide, loads.pace)


def _ranks(loads: UnitLoads, measure: str, network: Network) -> tuple[Costs, float]:
    """The costs whose flows of minimum cost are the leximax ones."""
    units = unit_numbers(network) + loads.carried[measure][:, None]
    share = loads.members.share[:, None]
    return Costs(marginal=leximax_ranks(units / share, (units - 1) / share)), 0.0


def _minmax(
    loads: UnitLoads, network: Network, last: Flow | None, goal: Goal, measure: str
) -> Step | None:
    """Minimise the largest load ÷ share."""
    found = _ceiling(loads, network, last, measure)
    if found is None:
        return None
    flow, level = found
    held = loads.level_of(goal.held(loads.load_of(level, measure)), measure)
    return bounded(flow, (level,), network.capped(loads.counts_within(held, measure)))


def _leximax(
    loads: UnitLoads, network: Network, last: Flow | None, goal: Goal, measure: str
) -> Step | None:
    """Minimise the largest load ÷ share, then the second largest, …"""
    found = _ceiling(loads, network, last, measure)
    if found is None:
        return None
    held = network.capped(loads.counts_within(found[1], measure))
    step = least_cost(loads, held, partial(_ranks, loads, measure))
    assert step is not None
    levels = np.sort(loads.levels(step.flow.counts, measure)[loads.counted])[::-1]
    return replace(step, key=tuple(levels.tolist()))


def _spread(
    loads: UnitLoads, network: Network, last: Flow | None, goal: Goal, measure: str
) -> Step | None:
    """Minimise the largest less the smallest load ÷ share, by windows.

    A window is a lowest and a highest level. Whether a flow exists within a window is monotone in both.
    With unequal shares there can be several narrowest windows, whose flows are not those of one network.
    The next goal is then minimised over each of these networks.
    """
    found = _ceiling(loads, network, last, measure)
    if found is None:
        return None
    top = found[1]
    flow = _by_rank(loads, network.capped(loads.counts_within(top, measure)), measure)
    width = top - _smallest(loads, flow, measure)
    windows = [(top - width, top)]
    if len(np.unique(loads.members.share[loads.counted])) > 1:
        flow, width, windows = _windows(loads, network, flow, (top, width), measure)
    # With equal shares the leximax loads have the least maximum and the largest minimum at once
    # (Frank and Murota, Mathematical Programming 195, 2022, doi:10.1007/s10107-021-01722-2), so the
    # narrowest window is the only one.
    if not goal.exact:
        held = loads.level_of(goal.held(loads.load_of(width, measure)), measure)
        tops = _levels(loads, (top, _mean(loads, flow, measure) + held), measure)
        windows = [(highest - held, highest) for highest in tops.tolist()]
    return Step(
        flow, (width,), lambda: [_window(loads, network, window, measure) for window in windows]
    )


def _windows(
    loads: UnitLoads, network: Network, flow: Flow, first: tuple[float, float], measure: str
) -> tuple[Flow, float, list[tuple[float, float]]]:
    """The narrowest windows, by two pointers: the highest bottom of each top rises with the top.

    Parameters
    ----------
    flow, first
        A flow with the least possible largest level, that level, and the width of its window.

    Returns
    -------
    tuple
        A flow within a narrowest window, the width, and all narrowest windows (bottom, top).
    """
    top, width = first
    mean = _mean(loads, flow, measure)  # an upper bound of each bottom
    levels = _levels(loads, (top - width, mean + width), measure)
    best, windows = width, [(top - width, top)]
    bottom = 0
    for highest in levels[levels >= top * (1 - TOLERANCE)].tolist():
        if highest - mean > best * (1 + TOLERANCE):
            break
        while bottom + 1 < len(levels) and levels[bottom + 1] <= highest:
            tighter = _window(loads, network, (float(levels[bottom + 1]), highest), measure)
            found = minimum_cost(tighter, Costs(), loads.guide, loads.pace)
            if not found.feasible:
                break
            bottom += 1
            if highest - levels[bottom] < best * (1 - TOLERANCE):
                flow, best, windows = found, highest - float(levels[bottom]), []
        if abs(highest - levels[bottom] - best) <= TOLERANCE * max(best, 1.0):
            windows.append((float(levels[bottom]), highest))
    return flow, best, list(dict.fromkeys(windows))


def _window(
    loads: UnitLoads, network: Network, window: tuple[float, float], measure: str
) -> Network:
    low = np.where(loads.counted, loads.counts_from(window[0], measure), 0)
    return network.raised(low).capped(loads.counts_within(window[1], measure))


def _levels(loads: UnitLoads, window: tuple[float, float], measure: str) -> FloatArray:
    """The different levels in a window that some member who is not exempt can have, sorted."""
    counted, carried = loads.counted, loads.carried[measure]
    least = np.maximum(loads.counts_from(window[0], measure), 0) + carried
    most = loads.counts_within(window[1], measure) + carried
    found = [
        np.arange(a, b + 1) / s
        for a, b, s in zip(
            least[counted].tolist(),
            most[counted].tolist(),
            loads.members.share[counted].tolist(),
            strict=True,
        )
    ]
    levels = np.sort(np.concatenate(found))
    first = np.diff(levels, prepend=-1.0) > TOLERANCE * np.maximum(levels, 1.0)
    return np.asarray(levels[first])


def _mean(loads: UnitLoads, flow: Flow, measure: str) -> float:
    """The mean level, total households ÷ total share; the smallest level is at most this."""
    counted = loads.counted
    households = (flow.counts + loads.carried[measure])[counted].sum()
    return float(households / loads.members.share[counted].sum())


def _smallest(loads: UnitLoads, flow: Flow, measure: str) -> float:
    return float(loads.levels(flow.counts, measure)[loads.counted].min(initial=np.inf))


def _weightless(loads: UnitLoads, network: Network, last: Flow | None) -> Step | None:
    """A stage in which every plan is best, since all workloads are 0."""
    flow = last or minimum_cost(network, Costs(), loads.guide, loads.pace)
    return bounded(flow, (0.0,), network) if flow.feasible else None


_FAIR = {Kind.LARGEST: _minmax, Kind.IN_ORDER: _leximax, Kind.SPREAD: _spread}
