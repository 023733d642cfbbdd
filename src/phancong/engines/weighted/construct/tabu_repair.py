"""Tabu repair: from pairs that cover every household to a plan within the limits, by shifts and swaps.

Each turn makes the move with the least cost for each unit of violation that it removes. If no move
removes violation, it makes the one that adds least. A unit that has moved stays for some turns (tabu
search: Glover, *ORSA Journal on Computing* 1, 1989, doi:10.1287/ijoc.1.3.190).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from phancong.engines.weighted.construct.ejection_chains import apply_ejection_chains
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Resource
from phancong.engines.weighted.tuning import (
    LOOKS_A_UNIT,
    MOST_SWAPS,
    TENURE,
)
from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _TabuMove:
    """A shift or a swap: change of violation and of cost, and its steps (unit, from, to)."""

    violation: int
    cost: int
    steps: tuple[tuple[int, int, int], ...]

    @property
    def key(self) -> tuple[float, int]:
        """Sort key of a move: its cost for each unit of violation that it removes; others come last."""
        if self.violation < 0:
            return (self.cost / -self.violation if self.cost > 0 else float(self.cost), 0)
        return (float("inf"), self.violation)


def tabu_repair(
    instance: Instance, taken: BoolArray, cost: IntArray, charge: Callable[[float], bool]
) -> BoolArray | None:
    """A plan within the limits of loads near *taken*, U × M; None if none was found.

    Parameters
    ----------
    instance
        The limits; budgets are ignored.
    taken
        Pairs that cover every unit as often as it needs, U × M.
    cost
        Cost of each pair, U × M.
    charge
        Called with the work of each move; returns whether to stop.
    """
    state = _SearchState(
        instance, apply_ejection_chains(instance, taken, cost, charge).copy(), cost
    )
    tabu = np.zeros(len(taken), dtype=np.int64)
    most = max(instance.tuning.fewest_moves, instance.tuning.moves_a_member * taken.shape[1])
    for turn in range(1, most + 1):
        if state.violation == 0:
            return state.taken
        if charge(state.looks / LOOKS_A_UNIT):
            return None
        state.looks = 0
        free = tabu < turn
        move = state.shift(free)
        if move is None or move.violation >= 0:
            swap = state.swap(free)
            if swap is not None and (move is None or swap.key < move.key):
                move = swap
        if move is None:
            return None
        state.apply(move)
        for unit, _, _ in move.steps:
            tabu[unit] = turn + TENURE
    return state.taken if state.violation == 0 else None


class _SearchState:
    """The pairs, their loads, and the violation of the limits."""

    def __init__(self, instance: Instance, taken: BoolArray, cost: IntArray) -> None:
        self.free = instance.free
        self.cost = cost
        self.taken = taken
        self.loads = instance.binding
        self.load = [r.load(taken) for r in self.loads]
        self.looks = 0

    @property
    def violation(self) -> int:
        """Total load above and below the limits, over all members and measures."""
        return int(self._outside().sum())

    def _outside(self) -> IntArray:
        each = np.zeros(self.free.shape[1], dtype=np.int64)
        for resource, load in zip(self.loads, self.load, strict=True):
            each += _excess(resource, load, slice(None))
        return each

    def shift(self, free: BoolArray) -> _TabuMove | None:
        """The best move of one unit out of a member above its limits, or into one below."""
        above = np.zeros(self.free.shape[1], dtype=bool)
        below = above.copy()
        for resource, load in zip(self.loads, self.load, strict=True):
            above |= load > resource.high
            below |= load < resource.low
        found = []
        for origin, target in ((above, ~above), (~below, below)):
            units, members = np.nonzero(self.taken & origin[None, :] & free[:, None])
            targets = np.flatnonzero(target)
            if not len(units) or not len(targets):
                continue
            change = np.zeros((len(units), len(targets)), dtype=np.int64)
            for resource, load in zip(self.loads, self.load, strict=True):
                change += (
                    _excess(resource, load[members] - resource.weight[units, members], members)
                    - _excess(resource, load[members], members)
                )[:, None]
                there = load[targets][None, :]
                moved = there + resource.weight[np.ix_(units, targets)]
                change += _excess(resource, moved, targets) - _excess(resource, there, targets)
            price = self.cost[np.ix_(units, targets)] - self.cost[units, members][:, None]
            can = self.free[np.ix_(units, targets)] & ~self.taken[np.ix_(units, targets)]
            place = self._choose(change, price, can)
            if place is not None:
                i, k = place
                step = int(units[i]), int(members[i]), int(targets[k])
                found.append(_TabuMove(int(change[i, k]), int(price[i, k]), (step,)))
        return min(found, key=lambda move: move.key, default=None)

    def swap(self, free: BoolArray) -> _TabuMove | None:
        """The best exchange of two units, one of them at a member outside its limits."""
        units, members = np.nonzero(self.taken & free[:, None])
        found: _TabuMove | None = None
        for a in np.flatnonzero(self._outside()).tolist():
            mine = units[members == a]
            other = members != a
            theirs, b = units[other], members[other]
            if not len(mine) or not len(theirs):
                continue
            mine = mine[: max(MOST_SWAPS // len(theirs), 1)]
            change = np.zeros((len(mine), len(theirs)), dtype=np.int64)
            for resource, load in zip(self.loads, self.load, strict=True):
                leaves = resource.weight[mine, a][:, None]
                comes = resource.weight[theirs, a][None, :]
                change += _excess(resource, load[a] - leaves + comes, a)
                change -= _excess(resource, load[a], a)
                there = load[b][None, :] - resource.weight[theirs, b][None, :]
                change += _excess(resource, there + resource.weight[np.ix_(mine, b)], b)
                change -= _excess(resource, load[b], b)[None, :]
            price = (
                self.cost[np.ix_(mine, b)]
                - self.cost[mine, a][:, None]
                + (self.cost[theirs, a] - self.cost[theirs, b])[None, :]
            )
            can = self.free[np.ix_(mine, b)] & ~self.taken[np.ix_(mine, b)]
            can &= (self.free[theirs, a] & ~self.taken[theirs, a])[None, :]
            place = self._choose(change, price, can)
            if place is not None:
                i, k = place
                steps = (int(mine[i]), a, int(b[k])), (int(theirs[k]), int(b[k]), a)
                move = _TabuMove(int(change[i, k]), int(price[i, k]), steps)
                if found is None or move.key < found.key:
                    found = move
        return found

    def _choose(self, change: IntArray, price: IntArray, can: BoolArray) -> tuple[int, int] | None:
        """Row and column of the best move that *can* be made; None if there is none.

        It has the least cost for each unit of violation removed, or else adds least violation.
        """
        self.looks += change.size
        mends = can & (change < 0)
        if mends.any():
            # Ties are broken in favour of the move that removes more violation.
            merit = np.where(mends, price / np.maximum(-change, 1), np.inf)
            best = merit == merit.min()
            at = int(np.where(best, change, 1).argmin())
        elif can.any():
            least = np.where(can, change, np.iinfo(np.int64).max).min()
            at = int(np.where(can & (change == least), price, np.iinfo(np.int64).max).argmin())
        else:
            return None
        row, column = divmod(at, change.shape[1])
        return row, column

    def apply(self, move: _TabuMove) -> None:
        """Carry out a move."""
        for unit, origin, target in move.steps:
            self.taken[unit, origin], self.taken[unit, target] = False, True
            for resource, load in zip(self.loads, self.load, strict=True):
                load[origin] -= resource.weight[unit, origin]
                load[target] += resource.weight[unit, target]


def _excess(resource: Resource, load: IntArray, members: IntArray | slice | int) -> IntArray:
    """Load of *members* outside their limits."""
    low, high = resource.low[members], resource.high[members]
    outside: IntArray = np.maximum(load - high, 0) + np.maximum(low - load, 0)
    return outside
