"""Members who are alike in a network are one node of it.

Where the same households can go to them, at the same cost, and their bounds are the same, a flow need
not tell them apart: an arc for each household and *kind* of members, as wide as there are members of
it, and bounds and units as many times. What a household sends to a kind goes to so many different
members, taken in turn, so their counts differ by at most one; as units cost no less the more there
are (separable convex), no other sharing is cheaper. The dual of the small network is one of the large
one: each member of a kind has its price, and the sums agree.

A district of 2,632 members with one place each for 1,273 households has 1,273 arcs instead of 3.4
million.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from phancong.engines.common.shortest_paths import NO_PATH
from phancong.engines.flow.arcs import Arcs
from phancong.engines.flow.network import Costs, Network
from phancong.engines.flow.pair_costs import PairCosts
from phancong.problem import BoolArray, IntArray

#: From so many pairs on it pays to look who is alike.
MANY: Final = 10_000


@dataclass(frozen=True, eq=False)
class Kinds:
    """Which members are alike.

    Parameters
    ----------
    which
        The kind of each member, (M,); kinds are numbered by their first members.
    first
        The first member of each kind, (K,), ascending.
    """

    which: IntArray
    first: IntArray

    @cached_property
    def size(self) -> IntArray:
        """How many members each kind has, (K,)."""
        return np.bincount(self.which, minlength=len(self.first))

    def arcs(self, free: BoolArray) -> Arcs:
        """All pairs that are free, those with the first member of a kind for all of it."""
        rows, kinds = np.nonzero(free[:, self.first])
        return Arcs(rows, self.first[kinds], complete=True)

    def shared_out(self, arcs: Arcs, amounts: IntArray) -> tuple[IntArray, IntArray]:
        """The pairs of a flow: the members of a kind take households in turn.

        Parameters
        ----------
        arcs
            A pair for each household and kind.
        amounts
            How many members each of them has, (N,); at most the size of the kind.
        """
        used = np.flatnonzero(amounts)
        if len(self.first) == len(self.which):  # everybody is a kind
            return arcs.rows[used], arcs.columns[used]
        kind = self.which[arcs.columns[used]]
        used = used[np.argsort(kind, kind="stable")]
        each = np.repeat(used, amounts[used])
        kind = self.which[arcs.columns[each]]
        # The number of each unit within its kind.
        start = np.searchsorted(kind, np.arange(len(self.first)))
        turn = (np.arange(len(each)) - start[kind]) % self.size[kind]
        members = np.argsort(self.which, kind="stable")
        begin = np.cumsum(self.size) - self.size
        return arcs.rows[each], members[begin[kind] + turn]

    def least(self, each: IntArray) -> IntArray:
        """The least of all members of each kind; from (M,) to (K,)."""
        least = np.full(len(self.first), NO_PATH, dtype=np.int64)
        np.minimum.at(least, self.which, each)
        return least

    def most(self, each: IntArray) -> IntArray:
        """The largest of all members of each kind; from (M,) to (K,)."""
        return -self.least(-each)


def each_by_itself(members: int) -> Kinds:
    """Every member is a kind."""
    return Kinds(np.arange(members), np.arange(members))


def kinds_of(network: Network, costs: Costs) -> Kinds:
    """Members with the same pairs, bounds and costs in a network."""
    members = network.free.shape[1]
    if np.count_nonzero(network.free) < MANY:
        return each_by_itself(members)
    told = [np.packbits(network.free, axis=0).T]
    told += [_bytes(column[:, None]) for column in (network.base, network.low, network.high)]
    if costs.units is not None:
        told.append(_bytes(costs.units))
    if costs.pairs is not None:
        assert not isinstance(costs.pairs, PairCosts)  # nobody has the same distances
        told.append(_bytes(np.where(network.free, costs.pairs, 0).T))
    rows = np.ascontiguousarray(np.hstack(told))
    whole = rows.view(np.dtype((np.void, rows.shape[1]))).ravel()
    _, first, which = np.unique(whole, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return Kinds(number[which.ravel()], first[order])


def _bytes(matrix: IntArray) -> np.ndarray:
    """Each row of integers as bytes."""
    return np.ascontiguousarray(matrix, dtype=np.int64).view(np.uint8)
