"""Variable fixing by a budget: pairs that no plan within the budget has.

Let a unit need k members. Its *own* pairs are its k cheapest ones, and λ is the cost of the next one.
A pair *gains* λ less its cost, so a plan costs Σ λ·need less the gains of its pairs. The gain of a
member is at most the value of a knapsack: the own pairs that fit into the member's load. So

    Σ λ·need − Σ over members of the knapsack's value

is a lower bound of the cost (Ross, Soland, *Mathematical Programming* 8, 1975, doi:10.1007/BF01580430).
Example: last year's households exceed the limits of nine members. The knapsacks tell how many households
each of the nine loses at least. If these are all the changes that the budget allows, no other member
loses a household, and most pairs are fixed out.
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
    """The free pairs that no plan of cost *most* or less has, U × M.

    Parameters
    ----------
    cost
        Integer cost of each pair, U × M.
    most
        The budget.
    free
        The pairs that a plan may choose, U × M.
    need
        Members that each unit needs, (U,).
    weight
        Load that each pair adds, U × M.
    high
        The most that each member may carry, (M,).
    tuning
        The limit of the size of a member's table.
    """
    cost = np.where(free, cost, NEVER)
    rows, members = np.arange(len(cost)), range(cost.shape[1])
    ordered = np.pad(np.sort(cost, axis=1), ((0, 0), (0, 1)), constant_values=NEVER)
    second = ordered[rows, need]
    choice = second < NEVER
    gain = np.where(choice[:, None], second[:, None] - cost, 0)
    own = gain > 0
    # Units without a choice use their load in every plan.
    room = high - np.where(choice[:, None] | ~free, 0, weight).sum(axis=0)
    penalty, loss = np.where(choice[:, None], -gain, 0), np.full(cost.shape, NEVER)
    stay = np.zeros_like(penalty)
    least = int((second * need)[choice].sum()) + int(cost[free & ~choice[:, None]].sum())
    for m in members:
        mine = np.flatnonzero(own[:, m])
        load = weight[mine, m]
        entries = (len(mine) + 1) * (min(max(int(room[m]), 0), int(load.sum())) + 1)
        if entries > tuning.most_budget_entries:
            load = np.zeros_like(load)  # a relaxation: all own pairs fit
        knapsack = Knapsack.of(gain[mine, m], load, max(int(room[m]), 0))
        least -= knapsack.value
        loss[mine, m], stay[mine, m] = knapsack.without, knapsack.within
        penalty[:, m] += np.where(choice, knapsack.beside(weight[:, m]), 0)
    # A unit that takes a pair beyond its own ones gives up one of these.
    whole = choice & (own.sum(axis=1) >= need)
    penalty += np.where(whole, loss.min(axis=1), 0)[:, None]
    found: BoolArray = free & (np.where(own, stay, penalty) > most - least)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Knapsack:
    """The knapsack of a member's own pairs: its value, and its value with one pair forced in or out.

    Parameters
    ----------
    room
        The capacity.
    table
        The largest gain within each load, up to the capacity or the load of all pairs.
    without
        Loss of gain if a pair is left out, for each pair, (N,).
    within
        Loss of gain if a pair is forced in, for each pair, (N,).
    """

    room: int
    table: IntArray
    without: IntArray
    within: IntArray

    @classmethod
    def of(cls, gain: IntArray, weight: IntArray, room: int) -> Knapsack:
        """The knapsack of pairs with these gains (all positive) and weights, (N,) each."""
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
        """Loss of gain if another load takes part of the capacity, for each such load, (U,)."""
        left = np.minimum(self.room - weight, len(self.table) - 1)
        found: IntArray = np.where(left >= 0, self.value - self.table[np.maximum(left, 0)], NEVER)
        return found


def _tables(gain: IntArray, weight: IntArray, top: int) -> IntArray:
    """The largest gain of the first n pairs within each load, (N + 1) × (top + 1)."""
    tables = np.zeros((len(gain) + 1, top + 1), dtype=np.int64)
    for number, (worth, load) in enumerate(zip(gain.tolist(), weight.tolist(), strict=True)):
        tables[number + 1] = tables[number]
        if load <= top:
            taken = tables[number, : top + 1 - load] + worth
            np.maximum(tables[number + 1, load:], taken, out=tables[number + 1, load:])
    return tables
