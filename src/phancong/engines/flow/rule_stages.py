"""Stages of relaxation: each minimises the breach of a rule (contract 4.3)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np

from phancong.engines.common.scaling import Scaled, scaled
from phancong.engines.flow.counted import cheapest_places
from phancong.engines.flow.finer import finer
from phancong.engines.flow.loads import UnitLoads, unit_numbers
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.ranks import leximax_ranks
from phancong.engines.flow.solving import minimum_cost
from phancong.engines.flow.steps import CostsOf, Stage, Step, bounded, least_cost
from phancong.engines.flow.ties import Real, Rounded, as_good
from phancong.meeting import slack
from phancong.problem import FloatArray, IntArray
from phancong.problem.fields import UNLIMITED

#: Rules about loads, in either measure.
_LOADS = ("max_households", "min_households", "max_workload", "min_workload")


def rule_stages(loads: UnitLoads, rule: str) -> list[Stage]:
    """The stages that minimise the breach of *rule*, in order; empty if the rule is not set."""
    if rule == "coverage":
        return [_coverage]
    if rule in loads.pair_breach:
        return [partial(_pairs, rule=rule)]
    if rule in _LOADS and loads.limits(rule):
        order = partial(_load_order, rule=rule)
        # In households the order minimises the total, too; a total of workloads is a sum of real numbers.
        return [order] if rule.endswith("households") else [partial(_load_total, rule=rule), order]
    return []


def _coverage(loads: UnitLoads, network: Network, _: Flow | None) -> Step | None:
    """Minimise the households without any member, then missing members, by priority, the highest first.

    The sets of households that can be covered together form a matroid (with several members each, an
    M♮-convex set). So only the order of the costs matters, and one flow with ranks as costs suffices.
    """
    priority = loads.problem.household_columns.priority
    rank = np.searchsorted(np.unique(priority), priority)

    def costs_of(network: Network) -> tuple[Costs, float]:
        # A household with a fixed member is never left without any.
        nobody = np.where(network.on.any(axis=1), 0, 1)
        return Costs(missing=1 + 2 * rank, nobody=nobody), 0.0

    return least_cost(loads, network, costs_of)


def _pairs(loads: UnitLoads, network: Network, last: Flow | None, rule: str) -> Step | None:
    """Minimise the breach of a rule about pairs: the number of pairs or their total excess."""
    breach = loads.pair_breach[rule]

    def costs_of(network: Network) -> tuple[Costs, float]:
        return breach.costs(network.free, loads.bits)[:2]

    rounded = costs_of(network)[1] > 0
    # Minimising a sum of real numbers takes so much longer that it pays to look for an unbroken flow
    # first.
    step = _unbroken(loads, network.only(breach.within(0.0)), last, look=rounded)
    if step is not None:
        # Rounded costs of a pair just beyond the limit can be 0, so that only exact costs are kept.
        return step if rounded else replace(step, costs_of=costs_of)
    step = least_cost(loads, network, costs_of)
    if step is None or not step.error:
        return step
    costs, _error, unit = breach.costs(network.free, loads.bits)
    real = Real(
        breach.of,
        np.zeros(len(network.need)),
        breach.exactly,
        lambda rows: [Fraction(0)] * len(rows),
    )
    return finer(loads, Rounded.at_first(network, costs, unit, step), step, real)


def _unbroken(
    loads: UnitLoads, network: Network, last: Flow | None, *, look: bool = False
) -> Step | None:
    """The step to a network in which a rule is not broken; None if no flow of it is found.

    The best flows are then exactly the flows of that network, since no breach is below 0.

    Parameters
    ----------
    loads, network, last
        The problem, the network, and the last flow, which may be a flow of the network.
    look
        Whether a flow is computed if the last one is none of the network and distances are computed on
        demand.
    """
    if last is not None and network.keeps(last):
        return bounded(last, (0.0,), network)
    if not look or loads.pool is None:
        return None
    found = minimum_cost(network, Costs(), loads.guide, loads.pace)
    return bounded(found, (0.0,), network) if found.feasible else None


def _kept(loads: UnitLoads, network: Network, rule: str) -> Network:
    """The network in which each member keeps a limit on households."""
    limit = getattr(loads.members, rule) - loads.carried["households"]
    if rule.startswith("max"):
        return network.capped(np.where(loads.counted, limit, network.high))
    return network.raised(np.where(loads.counted, limit, network.low))


def _load_total(loads: UnitLoads, network: Network, last: Flow | None, rule: str) -> Step | None:
    """Minimise the total breach of all members."""
    network = _within_reach(loads, network, last, rule)

    def whole(network: Network) -> Scaled:
        units = unit_numbers(network)
        more = loads.breach(rule, units) - loads.breach(rule, units - 1)
        return scaled(more, bits=loads.bits)

    def costs_of(network: Network) -> tuple[Costs, float]:
        costs = whole(network)
        return Costs(marginal=costs.costs[0]), costs.error

    step = least_cost(loads, network, costs_of)
    if step is None or not step.error:
        return step
    unit = float(1 / whole(network).scale)
    found = Rounded.at_first(network, costs_of(network)[0], unit, step)
    return replace(step, narrow=partial(as_good, loads, found, None))


def _load_order(loads: UnitLoads, network: Network, last: Flow | None, rule: str) -> Step | None:
    """Minimise the largest breach ÷ share; in households the total, then all breaches in leximax order.

    Ranks serve as costs. Units without a breach rank below all others, so that in households the
    leximax flow has the least total, too.
    """
    if rule.endswith("households"):
        step = _unbroken(loads, _kept(loads, network, rule), last)
        if step is not None:
            return step
    share = loads.members.share[:, None]

    def costs_of(network: Network) -> tuple[Costs, float]:
        after, before = _between(loads, network, rule)
        ranks = leximax_ranks(np.maximum(after, before), np.minimum(after, before))
        return Costs(marginal=ranks if rule.startswith("max") else -ranks), 0.0

    if rule == "max_households":
        level = _least_level(loads, network, last)
        tight = network.capped(_places_within_breach(loads, network, level))
        step = _by_counting(loads, tight, costs_of)
        if step is not None:
            return step
        capped = _no_worse(loads, network, tight, last)
        if capped is None:
            return None
        network = capped
    else:
        network = _within_reach(loads, network, last, rule)
    if rule.endswith("households"):
        return least_cost(loads, network, costs_of)
    flow = minimum_cost(network, costs_of(network)[0], loads.guide, loads.pace)
    assert flow.feasible  # the stage of the total has found a flow
    after, before = _between(loads, network, rule)
    worst = float((loads.breach(rule, flow.counts[:, None]) / share).max(initial=0.0))
    worst += 1e-12 * max(worst, 1.0)
    if rule.startswith("max"):
        held = network.capped(network.low + (after <= worst).sum(axis=1))
    else:
        held = network.raised(network.low + (before > worst).sum(axis=1))
    return bounded(flow, (worst,), held)


def _by_counting(loads: UnitLoads, network: Network, costs_of: CostsOf) -> Step | None:
    """The step that minimises unit costs if a flow with the cheapest places only exists, else None."""
    marginal = costs_of(network)[0].marginal
    assert marginal is not None
    within = cheapest_places(network, marginal)
    if within is None:
        return None
    flow = minimum_cost(within, Costs(), loads.guide, loads.pace)
    return replace(bounded(flow, (0,), within), costs_of=costs_of) if flow.feasible else None


def _between(loads: UnitLoads, network: Network, rule: str) -> tuple[FloatArray, FloatArray]:
    """Breach ÷ share after and before each unit of each member; M × largest room."""
    units, share = unit_numbers(network), loads.members.share[:, None]
    return loads.breach(rule, units) / share, loads.breach(rule, units - 1) / share


def _no_worse(
    loads: UnitLoads, network: Network, tight: Network, last: Flow | None
) -> Network | None:
    """The network capped at the largest breach ÷ share of some flow; None if there is no flow.

    No best plan has a larger breach ÷ share than any other flow, for this reason. A flow of least ranks
    cannot be improved by moving one household from a member whose last unit ranks higher to a member
    whose next unit ranks lower (or to nobody). Units without a breach rank lowest. So no such move
    improves the flow either if each unit with a breach costs 1. On an M♮-convex set a local optimum is a
    global one (see :mod:`.ranks`), so that the flow has the least total of all flows. It is leximax not
    only among the flows of this total but among all flows.

    The flow to compare with is one of the *tight* network, at the least level that has room for all
    households by arithmetic. If limits on pairs forbid that level, it is the last flow, or else the flow
    of least travel.
    """
    start = minimum_cost(tight, Costs(), loads.guide, loads.pace)
    if not start.feasible:
        start = last or minimum_cost(network, Costs(), loads.guide, loads.pace)
    if not start.feasible:
        return None
    breach = loads.breach("max_households", start.counts[:, None])[:, 0]
    worst = float((breach / loads.members.share).max(initial=0.0))
    return network.capped(_places_within_breach(loads, network, worst))


def _least_level(loads: UnitLoads, network: Network, last: Flow | None) -> float:
    """The least breach ÷ share under which members have as many places as households need."""
    missing = network.most_missing if last is None else last.missing
    places = int((network.need - missing).sum() + network.base.sum())
    most = loads.breach("max_households", network.high[:, None])[:, 0]
    low, high = 0.0, float((most / loads.members.share).max(initial=0.0))
    for _ in range(60):
        middle = (low + high) / 2
        if int(_places_within_breach(loads, network, middle).sum()) >= places:
            high = middle
        else:
            low = middle
    return high


def _places_within_breach(loads: UnitLoads, network: Network, level: float) -> IntArray:
    """The most households of each member up to a breach ÷ share, or as many as it must have, (M,).

    Breaches that ranks treat as equal to the level are included. An exempt member has no room.
    """
    members = loads.members
    beyond = np.minimum((level + 2 * slack(level)) * members.share, UNLIMITED).astype(np.int64)
    most = members.max_households + beyond - loads.carried["households"]
    return np.maximum(np.minimum(most, network.high), np.maximum(network.low, network.base))


def _within_reach(loads: UnitLoads, network: Network, last: Flow | None, rule: str) -> Network:
    """The network in which no member alone breaks a maximum by more than the total of the last flow."""
    if last is None or not rule.startswith("max"):
        return network
    total = loads.breach(rule, last.counts[:, None]).sum()
    within: IntArray = (_up_to(loads, network, rule) <= total + slack(total)).sum(axis=1)
    return network.capped(network.low + within)


def _up_to(loads: UnitLoads, network: Network, rule: str) -> FloatArray:
    return loads.breach(rule, unit_numbers(network))
