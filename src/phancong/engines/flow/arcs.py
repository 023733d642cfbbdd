"""The pairs over which a flow is solved: all of them if they are few, otherwise the promising ones.

Only the nearest members of each household would make scattered hamlets infeasible. So the promising pairs
are only a start for column generation, which adds all pairs of negative reduced cost. The start uses the
prices of a flow over a sample of the households. (10,000 × 100, two cores: 0.5 s for all pairs at once,
0.2 s for a sample and two rounds of pricing.)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import numpy as np

from phancong.masks import where_true
from phancong.problem import BoolArray, IntArray

#: Most pairs for which one flow over all of them is faster. Column generation would solve a guided flow
#: and then its dual, and a sample says little of a network that earlier stages have narrowed.
FEW: Final = 100_000
#: The same for the first stage if there are at least *CROWD* households for each member (1,000 × 30:
#: 16 ms instead of 24 ms).
FEW_AT_FIRST: Final = 20_000
CROWD: Final = 30
#: Pairs of each household at the start, and most pairs added for it in each round.
START: Final = 8
ROUND: Final = 3
#: The sample has one household in this many.
SAMPLE: Final = 10


class CostsOnDemand(Protocol):
    """Costs of pairs that are computed on demand; see :mod:`.pair_costs`."""

    def at(self, rows: IntArray, columns: IntArray) -> IntArray:
        """The cost of some pairs, (N,)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Pairs of a flow problem, sorted by household, then member.

    Parameters
    ----------
    rows, columns
        Household and member of each pair, (N,).
    complete
        Whether these are all free pairs.
    """

    rows: IntArray
    columns: IntArray
    complete: bool
    #: Costs that were computed on demand.
    _known: dict[CostsOnDemand, IntArray] = field(default_factory=dict, init=False, repr=False)

    def cost(self, pairs: IntArray | CostsOnDemand | None) -> IntArray:
        """The cost of each pair, (N,)."""
        if pairs is None:
            return np.zeros(len(self.rows), dtype=np.int64)
        if not isinstance(pairs, np.ndarray):
            if pairs not in self._known:
                self._known[pairs] = pairs.at(self.rows, self.columns)
            return self._known[pairs]
        return np.asarray(pairs[self.rows, self.columns])

    def improving(self, reduced: IntArray) -> tuple[IntArray, IntArray] | None:
        """Other pairs of negative reduced cost, the best few of each household; None if there is none.

        Parameters
        ----------
        reduced
            Reduced cost of each pair, H × M, 0 or more where the pair is not free; overwritten.
        """
        reduced[self.rows, self.columns] = 0
        better = reduced < 0
        if not better.any():
            return None
        if np.count_nonzero(better) > ROUND * len(reduced):
            best = np.argpartition(reduced, ROUND, axis=1)[:, :ROUND]
            keep = np.zeros_like(better)
            np.put_along_axis(keep, best, True, axis=1)
            better &= keep
        rows, columns = where_true(better)
        return rows, columns

    def with_pairs(self, pairs: tuple[IntArray, IntArray]) -> Arcs:
        """These pairs together with *pairs*."""
        rows = np.concatenate([self.rows, pairs[0]])
        columns = np.concatenate([self.columns, pairs[1]])
        order = np.lexsort((columns, rows))
        return replace(self, rows=rows[order], columns=columns[order])


def best_few(
    rows: IntArray, columns: IntArray, reduced: IntArray, few: int = ROUND
) -> tuple[IntArray, IntArray]:
    """The pairs of least reduced cost of each household, a few each; rows and columns.

    Parameters
    ----------
    rows, columns
        The pairs, (N,) each, at least one.
    reduced
        Their reduced costs, (N,).
    few
        How many of a household at most.
    """
    order = np.lexsort((columns, reduced, rows))
    ordered = rows[order]
    start = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    place = np.arange(len(order)) - np.repeat(start, np.diff(np.r_[start, len(order)]))
    best = order[place < few]
    return rows[best], columns[best]


def all_arcs(free: BoolArray) -> Arcs:
    """All free pairs."""
    rows, columns = where_true(free)
    return Arcs(rows, columns, complete=True)


def promising_arcs(free: BoolArray, merit: IntArray) -> Arcs:
    """The free pairs of least *merit* (H × M) of each household."""
    start = min(START, free.shape[1] - 1)
    with_cost = np.where(free, merit, np.iinfo(np.int64).max)
    best = np.argpartition(with_cost, start, axis=1)[:, :start]
    keep = np.zeros_like(free)
    np.put_along_axis(keep, best, True, axis=1)
    rows, columns = where_true(keep & free)
    return Arcs(rows, columns, complete=False)


def sample_rows(households: int) -> IntArray:
    """Rows of a random sample of the households, sorted; the same in every call."""
    size = max(households // SAMPLE, 1)
    drawn = np.random.default_rng(0).choice(households, size, replace=False)
    return np.asarray(np.sort(drawn), dtype=np.int64)
