"""One step of a staged search: a best flow of a network, and the network of all best flows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from phancong.engines.flow.faces import optimal_face
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.solving import minimum_cost

#: Value of a step, to compare alternatives of one goal; smaller is better.
Key = tuple[float | Fraction, ...]
#: Returns the costs of a sum over a network, and the largest error of one rounded cost.
CostsOf = Callable[[Network], tuple[Costs, float]]


@dataclass(frozen=True, slots=True)
class Step:
    """The result of minimising one objective over one network.

    Parameters
    ----------
    flow
        A best flow.
    key
        Its value, to compare it with those of other networks.
    narrow
        Returns the networks whose flows are exactly the best ones (or those within the tolerance): one,
        or several if they are not the flows of one network. Called only if there is a next step.
    costs_of
        The costs that were minimised; None if the best flows are all flows within tighter bounds.
    error
        Largest error of one rounded cost.
    """

    flow: Flow
    key: Key
    narrow: Callable[[], list[Network]]
    costs_of: CostsOf | None = None
    error: float = 0.0


#: Minimises one objective over a network, given the last flow in it; returns None if there is no flow.
Stage = Callable[[UnitLoads, Network, Flow | None], Step | None]


def least_cost(loads: UnitLoads, network: Network, costs_of: CostsOf) -> Step | None:
    """Minimise a sum; the next step is over the optimal face. None if there is no flow."""
    costs, error = costs_of(network)
    known = loads.least_travel
    if known is not None and costs is loads.travel[0] and known[0].same(network):
        flow = known[1]
    else:
        flow = minimum_cost(network, costs, loads.guide, loads.pace)
    if not flow.feasible:
        return None
    face = partial(_face, network, costs, flow)
    return Step(flow, (flow.cost,), face, costs_of, error)


def any_flow(loads: UnitLoads, network: Network) -> Flow:
    """A flow of a network; it has the least travel if the next goal is travel, which then reuses it."""
    if not loads.travel_is_next:
        return minimum_cost(network, Costs(), loads.guide, loads.pace)
    flow = minimum_cost(network, loads.travel[0], loads.guide, loads.pace)
    loads.least_travel = network, flow
    return flow


def everywhere(costs: Costs, error: float = 0.0) -> CostsOf:
    """Costs that are the same on every network."""
    return lambda _: (costs, error)


def _face(network: Network, costs: Costs, flow: Flow) -> list[Network]:
    return [optimal_face(network, costs, flow)]


def bounded(flow: Flow, key: Key, network: Network) -> Step:
    """A step whose optima are all flows of a network with tighter bounds."""
    return Step(flow, key, partial(list, [network]))
