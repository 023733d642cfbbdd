"""Ejection chains: a member above a limit gives away a household, the receiver another one, and so on.

The chain ends at a member with room. All households of a chain have the same weight, so that the loads in
between do not change. So a chain can reach a distant member although all members in between are full. The
cheapest chain is a shortest path over the members. For a member below its minimum the chain is reversed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from phancong.engines.common.shortest_paths import PathLabels
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.moves import NO_MOVE, CheapestMoves, cheapest_moves
from phancong.problem import BoolArray, IntArray


def apply_ejection_chains(
    instance: Instance, taken: BoolArray, cost: IntArray, charge: Callable[[float], bool]
) -> BoolArray:
    """Pairs whose loads break the limits by less than those of *taken*, U × M.

    Parameters
    ----------
    instance
        The limits; only the first load that binds is considered.
    taken
        Pairs that cover every unit as often as it needs, U × M.
    cost
        Cost of each pair, U × M; a move of negative cost counts as 0.
    charge
        Called with the work of each chain; returns whether to stop.
    """
    moves = cheapest_moves(instance, taken, cost)
    if moves is None:
        return taken
    for _ in range(instance.tuning.chains_a_member * taken.shape[1]):
        if charge(moves.work) or not _apply_best_chain(moves):
            break
    return moves.taken


def _apply_best_chain(moves: CheapestMoves) -> bool:
    """Carry out the best chain of the member with the largest breach that has one; False if none has."""
    low, high, load = moves.resource.low, moves.resource.high, moves.load
    above, below = load - high, low - load
    outside = np.maximum(above, below)
    for m in np.argsort(-outside, kind="stable").tolist():
        if outside[m] <= 0:
            return False
        gives = bool(above[m] > 0)
        best: tuple[float, int, list[int]] | None = None
        for k, weight in enumerate(moves.weights):
            after = np.maximum(load[m] + (-weight if gives else weight) - high[m], 0)
            after += max(low[m] - load[m] + (weight if gives else -weight), 0)
            gain = int(outside[m]) - int(after)
            if gain <= 0:
                continue
            move_cost = np.maximum(moves.move_cost[k] if gives else moves.move_cost[k].T, 0)
            paths = _paths_from(m, move_cost)
            room = load + weight <= high if gives else load - weight >= low
            far = np.where(room, paths.far, NO_MOVE)
            far[m] = NO_MOVE
            end = int(far.argmin())
            if far[end] < NO_MOVE and (best is None or far[end] / gain < best[0]):
                best = (float(far[end] / gain), k, paths.path_to(end))
        if best is not None:
            _, k, path = best
            if not gives:
                path.reverse()
            moves.apply([(int(moves.unit[k, a, b]), a, b) for a, b in pairwise(path)])
            return True
    return False


def _paths_from(start: int, move_cost: IntArray) -> PathLabels:
    """The cheapest paths from a member to all others; costs are 0 or more."""
    far = np.full(len(move_cost), NO_MOVE, dtype=np.int64)
    far[start] = 0
    paths = PathLabels.of(far)
    paths.correct(move_cost)
    return paths
