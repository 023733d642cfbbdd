"""Variable fixing by a budget: which pairs no plan within it can have.

The *own* pairs of a unit are its cheapest ones, as many as it needs, and λ what the cheapest pair beyond
them costs. A plan costs Σ λ·need less what its pairs *gain*, λ less their cost, and a member's pairs gain
no more than a knapsack of the own pairs that fit into the member's load. So

    Σ λ·need − Σ over members of the knapsack's value

bounds the cost from below (Ross, Soland, *Mathematical Programming* 8, 1975, doi:10.1007/BF01580430).
Where last year's households no longer fit with nine members, this says how many each of these loses at
the least; if that is as many as may change, nobody else loses any, and most pairs are fixed out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.weighted.tuning import TUNING, Tuning
from phancong.problem import BoolArray, IntArray

#: Above any cost, and any sum of gains.
NEVER: Final = 2**56


def pairs_beyond(
    cost: IntArray,
    most: int,
    free: BoolArray,
    need: IntArray,
    weight: IntArray,
    high: IntArray,
    tuning: Tuning = TUNING,
) -> BoolArray:
    """The free pairs that are in no plan that costs *most* or less, U × M.

    Parameters
    ----------
    cost
        Integer cost of each pair, U × M.
    most
        The budget.
    free
        The pairs that may be, U × M.
    need
        Members that each unit needs, (U,).
    weight
        Load that each pair adds, U × M.
    high
        The most that each member may carry, (M,).
    tuning
        How large a member's table may be.
    """
    cost = np.where(free, cost, NEVER)
    rows, members = np.arange(len(cost)), range(cost.shape[1])
    ordered = np.pad(np.sort(cost, axis=1), ((0, 0), (0, 1)), constant_values=NEVER)
    second = ordered[rows, need]
    choice = second < NEVER
    gain = np.where(choice[:, None], second[:, None] - cost, 0)
    own = gain > 0
    # Units that have no choice are where they are.
    room = high - np.where(choice[:, None] | ~free, 0, weight).sum(axis=0)
    penalty, loss = np.where(choice[:, None], -gain, 0), np.full(cost.shape, NEVER)
    stay = np.zeros_like(penalty)
    least = int((second * need)[choice].sum()) + int(cost[free & ~choice[:, None]].sum())
    for m in members:
        mine = np.flatnonzero(own[:, m])
        load = weight[mine, m]
        entries = (len(mine) + 1) * (min(max(int(room[m]), 0), int(load.sum())) + 1)
        if entries > tuning.most_budget_entries:
            load = np.zeros_like(load)  # as if there were room for all
        knapsack = Knapsack.of(gain[mine, m], load, max(int(room[m]), 0))
        least -= knapsack.value
        loss[mine, m], stay[mine, m] = knapsack.without, knapsack.within
        penalty[:, m] += np.where(choice, knapsack.beside(weight[:, m]), 0)
    # Whoever takes another pair has one of the own ones less.
    whole = choice & (own.sum(axis=1) >= need)
    penalty += np.where(whole, loss.min(axis=1), 0)[:, None]
    found: BoolArray = free & (np.where(own, stay, penalty) > most - least)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Knapsack:
    """The knapsack of a member's own pairs: its value, and that of variants of it.

    Parameters
    ----------
    room
        The load that there is room for.
    table
        The most that own pairs gain within each load up to all of theirs, or up to the room.
    without
        How much less they gain without each of them, (N,).
    within
        How much less they gain if each of them has to be, (N,).
    """

    room: int
    table: IntArray
    without: IntArray
    within: IntArray

    @classmethod
    def of(cls, gain: IntArray, weight: IntArray, room: int) -> Knapsack:
        """The knapsack of pairs with these gains, above 0, and weights."""
        top = min(room, int(weight.sum()))
        before, after = _tables(gain, weight, top), _tables(gain[::-1], weight[::-1], top)[::-1]
        table = before[-1]
        value = int(table[top])
        without, within = np.zeros_like(gain), np.zeros_like(gain)
        for number, (worth, load) in enumerate(zip(gain.tolist(), weight.tolist(), strict=True)):
            first, rest = before[number], after[number + 1]
            without[number] = value - int((first + rest[::-1]).max())
            left = min(room - load, top)
            fits = left >= 0
            other = int((first[: left + 1] + rest[left::-1]).max()) if fits else -NEVER
            within[number] = value - worth - other
        return cls(room, table, without, within)

    @property
    def value(self) -> int:
        """The largest gain of the pairs."""
        return int(self.table[-1])

    def beside(self, weight: IntArray) -> IntArray:
        """How much less they gain beside another load, for each of some, (U,)."""
        left = np.minimum(self.room - weight, len(self.table) - 1)
        found: IntArray = np.where(left >= 0, self.value - self.table[np.maximum(left, 0)], NEVER)
        return found


def _tables(gain: IntArray, weight: IntArray, top: int) -> IntArray:
    """The most that the first pairs gain, by their number and load, (N + 1) × (top + 1)."""
    tables = np.zeros((len(gain) + 1, top + 1), dtype=np.int64)
    for number, (worth, load) in enumerate(zip(gain.tolist(), weight.tolist(), strict=True)):
        tables[number + 1] = tables[number]
        if load <= top:
            taken = tables[number, : top + 1 - load] + worth
            np.maximum(tables[number + 1, load:], taken, out=tables[number + 1, load:])
    return tables
