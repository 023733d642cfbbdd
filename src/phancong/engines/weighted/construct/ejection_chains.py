"""Ejection chains: a member above a limit gives a household on, and so does each to one with room.

A chain moves households of one weight, so that all loads between stay as they are, and it can end far
away although everybody between is full. The cheapest is a shortest path over the members.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.moves import NO_MOVE, CheapestMoves, cheapest_moves
from phancong.problem import BoolArray, IntArray

#: Chains for each member, at the most.
CHAINS_A_MEMBER: Final = 6


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
    for _ in range(CHAINS_A_MEMBER * taken.shape[1]):
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
        best: tuple[float, int, int, IntArray] | None = None
        for k, weight in enumerate(moves.weights):
            after = np.maximum(load[m] + (-weight if gives else weight) - high[m], 0)
            after += max(low[m] - load[m] + (weight if gives else -weight), 0)
            gain = int(outside[m]) - int(after)
            if gain <= 0:
                continue
            move_cost = np.maximum(moves.move_cost[k] if gives else moves.move_cost[k].T, 0)
            far, before = _shortest(move_cost, m)
            room = load + weight <= high if gives else load - weight >= low
            far = np.where(room, far, NO_MOVE)
            far[m] = NO_MOVE
            end = int(far.argmin())
            if far[end] < NO_MOVE and (best is None or far[end] / gain < best[0]):
                best = (float(far[end] / gain), k, end, before)
        if best is not None:
            _, k, end, before = best
            path = [end]
            while path[-1] != m:
                path.append(int(before[path[-1]]))
            if gives:
                path.reverse()
            moves.apply([(int(moves.unit[k, a, b]), a, b) for a, b in pairwise(path)])
            return True
    return False


def _shortest(move_cost: IntArray, start: int) -> tuple[IntArray, IntArray]:
    """Shortest distance of every member from *start*, and its predecessor; no cost is below 0."""
    far = np.full(len(move_cost), NO_MOVE, dtype=np.int64)
    far[start] = 0
    before = np.full(len(move_cost), start, dtype=np.int64)
    while True:
        through = np.minimum(far[:, None] + move_cost, NO_MOVE)
        via = through.argmin(axis=0)
        shorter = through[via, np.arange(len(move_cost))]
        better = shorter < far
        if not better.any():
            return far, before
        far = np.where(better, shorter, far)
        before = np.where(better, via, before)
