"""Minimum-cost flows by cost scaling, and maximum flows with a minimum cut, both by OR-Tools."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from phancong.errors import JudgementError
from phancong.problem import BoolArray, IntArray

#: Arcs: start, end, capacity and unit cost, (N,) each.
ArcPart = tuple[IntArray, IntArray, IntArray, IntArray]


def minimum_cost_flow(parts: Sequence[ArcPart], supply: IntArray) -> list[IntArray] | None:
    """The flow on each arc in a flow of minimum cost, part by part; None if no flow is feasible.

    Parameters
    ----------
    parts
        The arcs.
    supply
        The supply of each node, negative for a demand; the sum is 0.

    Raises
    ------
    JudgementError
        The solver failed. Costs that overflow must not be taken for infeasibility.
    """
    solver = SimpleMinCostFlow()
    numbers = [
        solver.add_arcs_with_capacity_and_unit_cost(
            start.astype(np.int32), end.astype(np.int32), capacity, cost
        )
        for start, end, capacity, cost in parts
    ]
    solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    status = solver.solve()
    if status == SimpleMinCostFlow.INFEASIBLE:
        return None
    _expect(status, SimpleMinCostFlow.OPTIMAL)
    return [np.asarray(solver.flows(arcs), dtype=np.int64) for arcs in numbers]


def maximum_flow(
    start: IntArray, end: IntArray, capacity: IntArray, source: int, sink: int
) -> tuple[int, BoolArray]:
    """The value of a maximum flow, and the source's side of a minimum cut, a mask of the nodes.

    Parameters
    ----------
    start, end, capacity
        The arcs, (N,) each.
    source, sink
        Nodes; the sink is the last one.

    Raises
    ------
    JudgementError
        The solver failed.
    """
    solver = SimpleMaxFlow()
    solver.add_arcs_with_capacity(start.astype(np.int32), end.astype(np.int32), capacity)
    _expect(solver.solve(source, sink), SimpleMaxFlow.OPTIMAL)
    inside = np.zeros(sink + 1, dtype=bool)
    inside[np.asarray(solver.get_source_side_min_cut(), dtype=np.int64)] = True
    return int(solver.optimal_flow()), inside


def _expect(status: Enum, expected: Enum) -> None:
    if status != expected:
        raise JudgementError(f"the flow solver ended with {status.name}")
