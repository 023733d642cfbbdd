"""``networkx.network_simplex``: the assignment as a flow of whole numbers, costs in thousandths."""

from __future__ import annotations

import time

import networkx
import numpy as np

from benchmarks.quality.case import Answer, Case, NoPlanError
from benchmarks.quality.strategies.usable import (
    household_limits,
    pairs_of,
    refuse_weights,
    travel_of,
    usable_pairs,
    whole,
)


def network_simplex(case: Case, _limit: float) -> Answer:
    """Households that all weigh the same; it takes no time limit."""
    problem = case.problem
    refuse_weights(problem)
    usable = usable_pairs(problem)
    costs = travel_of(problem)
    rows, columns = np.nonzero(usable)
    weights = whole(costs[rows, columns])
    least, most = household_limits(problem)
    graph = networkx.DiGraph()
    for row, needed in enumerate(problem.needed.tolist()):
        graph.add_node(("household", row), demand=-needed)
    for column, low in enumerate(least.tolist()):
        graph.add_node(("member", column), demand=low)
        graph.add_edge(("member", column), "rest", capacity=int(most[column]) - low, weight=0)
    graph.add_node("rest", demand=int(problem.needed.sum() - least.sum()))
    graph.add_edges_from(
        (("household", row), ("member", column), {"capacity": 1, "weight": weight})
        for row, column, weight in zip(
            rows.tolist(), columns.tolist(), weights.tolist(), strict=True
        )
    )
    began = time.perf_counter()
    try:
        _, flow = networkx.network_simplex(graph)
    except networkx.NetworkXUnfeasible:
        raise NoPlanError("the limits cannot hold as they are stated") from None
    seconds = time.perf_counter() - began
    chosen = np.array(
        [
            flow["household", row]["member", column] > 0
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ],
        dtype=bool,
    )
    return Answer(pairs_of(problem, rows[chosen], columns[chosen]), solver_seconds=seconds)
