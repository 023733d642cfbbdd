"""Ejection chains: a member above a limit gives a household on, and so does each to one with room.

A chain moves households of one weight, so that all loads between stay as they are, and it can end far
away although everybody between is full. The cheapest is a shortest path over the members.
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
    """Pairs with loads nearer to their limits than those of *taken*, U × M.

    Parameters
    ----------
    instance
        The limits of the first load are looked at.
    taken
        Pairs that cover every unit as often as it needs.
    cost
        What each pair costs; nothing is thought to be gained by a move as such.
    charge
        Told the work of each chain; answers whether to stop.
    """
    moves = cheapest_moves(instance, taken, cost)
    if moves is None:
        return taken
    for _ in range(instance.tuning.chains_a_member * taken.shape[1]):
        if charge(moves.work) or not _apply_best_chain(moves):
            break
    return moves.taken


def _apply_best_chain(moves: CheapestMoves) -> bool:
    """Carry out the best chain for the member farthest outside the limits; whether there is one."""
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
    """The cheapest paths from a member; no move costs less than 0."""
    far = np.full(len(move_cost), NO_MOVE, dtype=np.int64)
    far[start] = 0
    paths = PathLabels.of(far)
    paths.correct(move_cost)
    return paths
