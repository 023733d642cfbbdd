"""The sets of each member that cost little, all of them, along the table of the member's knapsack.

Under the prices a set has a *slack*: what it costs beyond the best set of its member. A plan costs the
bound and the slacks of its sets, and what budgets leave idle, so that every set of a better plan has a
slack below the gap. Where sets are few households each, or the gap is small, these can be listed
(Baldacci, Christofides, Mingozzi, *Mathematical Programming* 115, 2008, doi:10.1007/s10107-007-0178-5,
for routes). Households are decided one after the other, and only what the table says can still become
a set within the limits, and cheap enough, is kept: no list is ever longer than the last one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.lns.instance import Instance
from phancong.engines.lns.knapsacks import ENTRIES_A_UNIT, MOST_ENTRIES, Knapsacks
from phancong.engines.lns.lagrangian import Prices
from phancong.engines.lns.sets import NEVER
from phancong.problem import BoolArray, IntArray

#: A list may come out so many times longer than was asked for before it is given up.
WIDE: Final = 4
#: How many limits of the slack are tried.
TRIES: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class CheapSets:
    """All sets of all members whose slack is below a limit.

    Parameters
    ----------
    limit
        The limit.
    member
        Whose each set is, rising, (S,).
    slack
        What each costs beyond the best set of its member, (S,).
    of, unit
        The pairs of the sets, (E,) each: the number of a set, rising, and a unit that is in it.
    """

    limit: int
    member: IntArray
    slack: IntArray
    of: IntArray
    unit: IntArray

    def __len__(self) -> int:
        """How many there are."""
        return len(self.member)

    def cheapest(self, many: int) -> CheapSets:
        """Those below a limit that leaves so many, or a few less where slacks are equal."""
        limit = int(np.partition(self.slack, many)[many])
        return self.only(self.slack < limit, limit)

    def only(self, kept: BoolArray, limit: int) -> CheapSets:
        """Some of them, (S,)."""
        number = np.cumsum(kept) - 1
        pairs = kept[self.of]
        return CheapSets(
            limit, self.member[kept], self.slack[kept], number[self.of[pairs]], self.unit[pairs]
        )

    def sums(self, weight: IntArray) -> IntArray:
        """The sum of each set's pairs, whose weights are given, U × M; (S,)."""
        pairs = weight[self.unit, self.member[self.of]].astype(np.float64)
        total = np.bincount(self.of, weights=pairs, minlength=len(self))
        return np.rint(total).astype(np.int64)


class Listing:
    """Lists the sets that are cheap under some prices.

    Parameters
    ----------
    instance
        The limits.
    knapsacks
        The limits of a member that count for its best set.
    prices
        The prices.
    penalty
        By how much the bound rises, at the least, if a pair has to be; ``NEVER`` where it cannot be,
        U × M.
    spent
        Is told the work of each list.
    """

    def __init__(
        self,
        instance: Instance,
        knapsacks: Knapsacks,
        prices: Prices,
        penalty: IntArray,
        spent: Callable[[float], object],
    ) -> None:
        self.instance = instance
        self.knapsacks = knapsacks
        self.prices = prices
        self.penalty = penalty
        self.spent = spent

    def listed(self, least: int, most: int, many: int) -> CheapSets | None:
        """All sets below a limit: the largest that is tried of those that leave no more than *many*.

        Parameters
        ----------
        least, most
            What the limit is to be between; None is returned if there are more below *least*.
        many
            How many sets.
        """
        found = self.below(least, many)
        if found is None:
            return None
        beyond: int | None = None
        for _ in range(TRIES):
            limit = 2 * found.limit if beyond is None else math.isqrt(found.limit * beyond)
            limit = min(limit, most)
            if limit <= found.limit:
                break
            more = self.below(limit, WIDE * many)
            if more is None:
                beyond = limit
            elif len(more) > many:
                return more.cheapest(many)
            else:
                found = more
        return found

    def below(self, limit: int, many: int) -> CheapSets | None:
        """All sets whose slack is below *limit*; None if there are more than *many*.

        Nor are there any where the table of a member would be too large.
        """
        knapsacks, value, reduced = self.knapsacks, self.prices.best.value, self.prices.reduced
        member, slack, of, unit = [], [], [], []
        count = 0
        for m in range(len(value)):
            mine = np.flatnonzero(self.penalty[:, m] < limit)
            weight, high = knapsacks.weight[mine, m], int(knapsacks.high[m])
            entries = (len(mine) + 1) * (high + 1)
            if entries > MOST_ENTRIES:
                return None
            self.spent(entries / ENTRIES_A_UNIT)
            least = int(value[m])
            found = _sets(
                reduced[mine, m],
                weight,
                int(knapsacks.low[m]),
                high,
                least + limit,
                many - count,
            )
            if found is None:
                return None
            row, place = np.nonzero(found)
            member.append(np.full(len(found), m))
            slack.append(found @ reduced[mine, m] - least)
            of.append(row + count)
            unit.append(mine[place])
            count += len(found)
        sets = CheapSets(limit, *map(np.concatenate, (member, slack, of, unit)))
        within = np.ones(count, dtype=bool)
        # Knapsacks know one measure of load, and no minimum of those who have no maximum.
        for resource in self.instance.binding:
            load = sets.sums(resource.weight)
            within &= (resource.low[sets.member] <= load) & (load <= resource.high[sets.member])
        return sets.only(within, limit)


def _sets(
    reduced: IntArray, weight: IntArray, low: int, high: int, below: int, most: int
) -> BoolArray | None:
    """All sets of some units within limits of their load that cost less than *below*.

    Parameters
    ----------
    reduced, weight
        What each unit costs and adds, (N,).
    low, high
        The limits.
    below, most
        The limit of the cost, and of how many sets there may be.

    Returns
    -------
    array
        The sets, S × N; None if there are more than *most*.
    """
    count = len(reduced)
    order = np.argsort(-weight, kind="stable")
    cost, heavy = reduced[order].tolist(), weight[order].tolist()
    # What the units from one on add at the least, by the load that those before it have.
    rest = np.full((count + 1, high + 1), NEVER)
    rest[count, low:] = 0
    for i in reversed(range(count)):
        rest[i] = rest[i + 1]
        end = high + 1 - heavy[i]
        if end > 0:
            np.minimum(rest[i, :end], rest[i + 1, heavy[i] :] + cost[i], out=rest[i, :end])
    if rest[0, 0] >= below:
        return np.zeros((0, count), dtype=bool)
    load, total = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    steps = []
    for i in range(count):
        after, more = rest[i + 1], load + heavy[i]
        left = np.flatnonzero(total + after[load] < below)
        fits = np.where(more <= high, after[np.minimum(more, high)] + cost[i], NEVER)
        taken = np.flatnonzero(total + fits < below)
        steps.append((left, taken))
        load = np.concatenate([load[left], more[taken]])
        total = np.concatenate([total[left], total[taken] + cost[i]])
        if len(load) > most:
            return None
    found = np.zeros((len(load), count), dtype=bool)
    at = np.arange(len(load))
    for i in reversed(range(count)):
        left, taken = steps[i]
        found[at >= len(left), order[i]] = True
        at = np.concatenate([left, taken])[at]
    return found
