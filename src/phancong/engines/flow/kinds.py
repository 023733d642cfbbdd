"""Identical members are merged into one node of the network.

Members are of one *kind* if the same households can go to them, at the same costs, and their bounds are
the same. A kind of n members is one node: each household has one arc of capacity n to it, and its
bounds and unit arcs are n times as wide. The units that a household sends to a kind go to different
members in turn, so that the members' counts differ by at most one. Unit costs rise with the count
(separable convex), so that no other distribution is cheaper. The dual of the small network is a dual of
the large one: each member has the price of its kind.

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

#: Fewest pairs for which merging members pays.
MANY: Final = 10_000


@dataclass(frozen=True, eq=False)
class Kinds:
    """The kinds of the members.

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
        """Number of members of each kind, (K,)."""
        return np.bincount(self.which, minlength=len(self.first))

    def arcs(self, free: BoolArray) -> Arcs:
        """A pair for each household and kind, with the first member of the kind."""
        rows, kinds = np.nonzero(free[:, self.first])
        return Arcs(rows, self.first[kinds], complete=True)

    def shared_out(self, arcs: Arcs, amounts: IntArray) -> tuple[IntArray, IntArray]:
        """The pairs of a flow over kinds, rows and columns; the members of a kind take units in turn.

        Parameters
        ----------
        arcs
            A pair for each household and kind.
        amounts
            Flow on each of them, (N,); at most the size of the kind.
        """
        used = np.flatnonzero(amounts)
        if len(self.first) == len(self.which):  # no members are merged
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
        """The least value of the members of each kind; from (M,) to (K,)."""
        least = np.full(len(self.first), NO_PATH, dtype=np.int64)
        np.minimum.at(least, self.which, each)
        return least

    def most(self, each: IntArray) -> IntArray:
        """The largest value of the members of each kind; from (M,) to (K,)."""
        return -self.least(-each)


def each_by_itself(members: int) -> Kinds:
    """Kinds of one member each."""
    return Kinds(np.arange(members), np.arange(members))


def kinds_of(network: Network, costs: Costs) -> Kinds:
    """The kinds of members by pairs, bounds and costs; kinds of one member if there are few pairs."""
    members = network.free.shape[1]
    if np.count_nonzero(network.free) < MANY:
        return each_by_itself(members)
    features = [np.packbits(network.free, axis=0).T]
    features += [_bytes(column[:, None]) for column in (network.base, network.low, network.high)]
    if costs.marginal is not None:
        features.append(_bytes(costs.marginal))
    if costs.pairs is not None:
        assert not isinstance(costs.pairs, PairCosts)  # near pairs are solved without kinds
        features.append(_bytes(np.where(network.free, costs.pairs, 0).T))
    rows = np.ascontiguousarray(np.hstack(features))
    whole = rows.view(np.dtype((np.void, rows.shape[1]))).ravel()
    _, first, which = np.unique(whole, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return Kinds(number[which.ravel()], first[order])


def _bytes(matrix: IntArray) -> np.ndarray:
    """The rows of a matrix as bytes."""
    return np.ascontiguousarray(matrix, dtype=np.int64).view(np.uint8)
