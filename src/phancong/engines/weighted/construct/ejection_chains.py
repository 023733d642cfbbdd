"""Ejection chains: a member above a limit gives away a household, the receiver another one, and so on.

The chain ends at a member with room. All households of a chain have the same weight, so that the loads in
between do not change. So a chain can reach a distant member although all members in between are full. The
cheapest chain is a shortest path over the members (Dijkstra 1959, doi:10.1007/BF01386390). The search
ends at the first member with room, mostly after a few steps. For a member below its minimum the chain is
reversed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from phancong.engines.weighted.construct.exchange_paths import apply_exchange_paths
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.moves import NO_MOVE, CheapestMoves, cheapest_moves
from phancong.problem import BoolArray, IntArray

#: The fixed cost of a step of a shortest path, in entries of a table of moves.
STEP: Final = 5_000


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
        return apply_exchange_paths(instance, taken, cost, charge) if instance.binding else taken
    for _ in range(instance.tuning.chains_a_member * taken.shape[1]):
        if charge(moves.charged()) or not _apply_best_chain(moves):
            break
    charge(moves.charged())
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
            room = load + weight <= high if gives else load - weight >= low
            found = cheapest_path(moves, k, m, room, gives=gives)
            if found is not None and (best is None or found[0] / gain < best[0]):
                best = (found[0] / gain, k, found[1])
        if best is not None:
            _, k, path = best
            if not gives:
                path.reverse()
            moves.apply([(int(moves.unit[k, a, b]), a, b) for a, b in pairwise(path)])
            return True
    return False


def cheapest_path(
    moves: CheapestMoves, k: int, start: int, room: BoolArray, *, gives: bool
) -> tuple[int, list[int]] | None:
    """Cost and members of the cheapest path from *start* to another member with *room*, (M,).

    None if there is no path.

    Parameters
    ----------
    moves
        The moves; one of negative cost counts as 0.
    k
        The number of the weight that is moved.
    start
        The member at which the path begins.
    room
        Whether each member can be the end, (M,).
    gives
        Whether the households go along the path; otherwise they come along it, in the other direction.
    """
    table = moves.move_cost[k] if gives else moves.move_cost[k].T
    far = np.full(len(room), NO_MOVE, dtype=np.int64)
    before = np.full(len(room), start, dtype=np.int64)
    waiting = np.ones(len(room), dtype=bool)
    far[start] = 0
    while True:
        node = int(np.where(waiting, far, NO_MOVE).argmin())
        if not waiting[node] or far[node] >= NO_MOVE:
            return None
        if room[node] and node != start:
            path = [node]
            while path[-1] != start:
                path.append(int(before[path[-1]]))
            return int(far[node]), path[::-1]
        waiting[node] = False
        through = far[node] + np.maximum(table[node], 0)
        nearer = waiting & (through < far)
        far[nearer], before[nearer] = through[nearer], node
        moves.looks += STEP + len(far)
