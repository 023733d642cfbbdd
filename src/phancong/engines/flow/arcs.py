"""Which pairs take part in a flow: all of them where they are few, otherwise the promising ones.

Keeping only the nearest members would make scattered hamlets infeasible, so the first choice is only
a start: pairs that the potentials show to be worth having are added until there is none. The start
comes from the prices of a flow over a sample of the households. (10,000 × 100, two cores: 0.5 s for
all pairs at once, 0.2 s for a sample, then two rounds.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from phancong.masks import where_true
from phancong.problem import BoolArray, IntArray

#: Up to so many pairs one flow over all of them is faster: it would be solved twice, to be guided, and
#: of a network that earlier stages have narrowed a sample says little.
FEW: Final = 100_000
#: Up to so many at the first stage, with so many households a member (1,000 × 30: 16 ms, not 24).
FEW_AT_FIRST: Final = 20_000
CROWD: Final = 30
#: Members that each household starts with, and how many may come in for it in each round.
START: Final = 8
ROUND: Final = 3
#: One in so many households makes the sample.
SAMPLE: Final = 10


class Asked(Protocol):
    """Costs that are computed on demand; see :mod:`.pair_costs`."""

    def at(self, rows: IntArray, columns: IntArray) -> IntArray:
        """The cost of some pairs, (N,)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Pairs that take part, sorted by household, then member.

    Parameters
    ----------
    rows, columns
        Household and member of each, (N,).
    complete
        They are all that are free.
    """

    rows: IntArray
    columns: IntArray
    complete: bool

    def cost(self, pairs: IntArray | Asked | None) -> IntArray:
        """The cost of each pair, (N,)."""
        if pairs is None:
            return np.zeros(len(self.rows), dtype=np.int64)
        if not isinstance(pairs, np.ndarray):
            return pairs.at(self.rows, self.columns)
        return np.asarray(pairs[self.rows, self.columns])

    def improving(self, reduced: IntArray) -> tuple[IntArray, IntArray] | None:
        """Pairs that do not take part and could improve the flow: their reduced cost is below 0.

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
        """These pairs and *pairs*."""
        rows = np.concatenate([self.rows, pairs[0]])
        columns = np.concatenate([self.columns, pairs[1]])
        order = np.lexsort((columns, rows))
        return replace(self, rows=rows[order], columns=columns[order])


def best_few(
    rows: IntArray, columns: IntArray, reduced: IntArray, few: int = ROUND
) -> tuple[IntArray, IntArray]:
    """Of pairs that could improve a flow the best few of each household; there must be some.

    Parameters
    ----------
    rows, columns
        The pairs, (N,) each.
    reduced
        Their reduced costs, (N,).
    few
        How many.
    """
    order = np.lexsort((columns, reduced, rows))
    ordered = rows[order]
    start = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    place = np.arange(len(order)) - np.repeat(start, np.diff(np.r_[start, len(order)]))
    best = order[place < few]
    return rows[best], columns[best]


def all_arcs(free: BoolArray) -> Arcs:
    """All pairs that are free."""
    rows, columns = where_true(free)
    return Arcs(rows, columns, complete=True)


def promising_arcs(free: BoolArray, merit: IntArray) -> Arcs:
    """The pairs of least *merit* for each household; H × M."""
    start = min(START, free.shape[1] - 1)
    with_cost = np.where(free, merit, np.iinfo(np.int64).max)
    best = np.argpartition(with_cost, start, axis=1)[:, :start]
    keep = np.zeros_like(free)
    np.put_along_axis(keep, best, True, axis=1)
    rows, columns = where_true(keep & free)
    return Arcs(rows, columns, complete=False)


def sample_rows(households: int) -> IntArray:
    """Rows of a sample of the households, the same for every call, sorted."""
    size = max(households // SAMPLE, 1)
    drawn = np.random.default_rng(0).choice(households, size, replace=False)
    return np.asarray(np.sort(drawn), dtype=np.int64)
