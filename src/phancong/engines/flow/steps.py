"""One step of a staged search: the best flow of a network, and the network of all such flows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from phancong.engines.flow.faces import optimal_face
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.solving import minimum_cost

#: How good a step is; smaller is better. Compared between alternatives of one goal.
Key = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What minimising one thing over one network gave.

    Parameters
    ----------
    flow
        A best flow.
    key
        Its value, to compare it with the other alternatives.
    narrow
        Gives the networks whose flows are exactly the best ones (or those within the tolerance):
        one, or several where they are not the flows of one network. Called when there is a next
        step.
    error
        How far the real cost of one pair may lie from the integer it was minimised by.
    """

    flow: Flow
    key: Key
    narrow: Callable[[], list[Network]]
    error: float = 0.0


#: Minimises one thing over a network, given the last flow in it; None: there is no flow.
Stage = Callable[[UnitLoads, Network, Flow | None], Step | None]


def least_cost(loads: UnitLoads, network: Network, costs: Costs, error: float = 0.0) -> Step | None:
    """Minimise a sum; what is held is the optimal face."""
    flow = minimum_cost(network, costs, loads.guide)
    if not flow.feasible:
        return None
    return Step(flow, (flow.cost,), lambda: [optimal_face(network, costs, flow)], error)


def bounded(flow: Flow, key: Key, network: Network) -> Step:
    """A step whose optima are all flows of a network with tighter bounds."""
    return Step(flow, key, partial(list, [network]))
