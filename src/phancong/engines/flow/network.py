"""The flow network of unit loads, its costs and its flows.

Each household sends one unit of flow for each member that it needs, to a member or to the node of
missing members; members send theirs to the sink. The cost of a member's k-th household may rise with k,
and so may the cost of a household's missing members (separable convex costs): they are parallel arcs of
rising cost.

A sum is minimised by one minimum-cost flow. Its optimal solutions are exactly the flows that satisfy
complementary slackness with *one* dual solution (Ahuja, Magnanti and Orlin, *Network Flows*, 1993,
section 9.4), so the next goal is optimised over a network with fewer free arcs: the optimal face.
The dual comes from the residual network contracted to the members, a matrix of members × members.

Bounds on counts are soft in the flow that is solved. A unit below a member's minimum gains a penalty,
and a missing member beyond the allowed number costs a penalty, which is larger than the cost of any
path through the network. So a flow always exists. The network is infeasible if its optimal flow breaks
a bound.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Final

import numpy as np

from phancong.engines.flow.pair_costs import PairCosts
from phancong.errors import InvalidArgumentError
from phancong.masks import where_true
from phancong.problem import BoolArray, IntArray

#: Limit of the solver for the largest cost × the number of nodes.
MOST: Final = 2**61
#: A light weight outweighs the largest cost of the guide divided by this. (Between 8 and 1 the flows of
#: communes are the same ones, and take 0.5 to 0.7 of the time of a full weight.)
LIGHT: Final = 4


@dataclass(frozen=True, eq=False)
class Network:
    """The free pairs, the pairs of every plan, and the bounds of the counts.

    Parameters
    ----------
    free
        Pairs that a flow may choose, H × M.
    on
        Pairs that are part of every flow, H × M; disjoint from *free*.
    need
        Members that each household needs beyond those *on*, (H,).
    least_missing, most_missing
        Bounds on the missing members of each household, (H,); at most *need*.
    low, high
        Bounds on the households of each member, pairs *on* included, (M,).
    whole
        Whether its flows include all plans that are optimal so far; rounding may have cut off some.
    """

    free: BoolArray
    on: BoolArray
    need: IntArray
    least_missing: IntArray
    most_missing: IntArray
    low: IntArray
    high: IntArray
    whole: bool = True

    @cached_property
    def on_pairs(self) -> tuple[IntArray, IntArray]:
        """Rows and columns of the pairs *on*, (N,) each, sorted."""
        rows, columns = where_true(self.on)
        return rows, columns

    @cached_property
    def base(self) -> IntArray:
        """Number of pairs *on* of each member, (M,)."""
        return np.bincount(self.on_pairs[1], minlength=self.on.shape[1])

    def capped(self, high: IntArray) -> Network:
        """The network in which no member has more households than *high*, (M,)."""
        return replace(self, high=np.minimum(self.high, high))

    def raised(self, low: IntArray) -> Network:
        """The network in which no member has fewer households than *low*, (M,)."""
        return replace(self, low=np.maximum(self.low, low))

    def same(self, other: Network) -> bool:
        """Whether another network has the same flows: all parts are equal, *whole* or not."""
        return all(
            (mine := getattr(self, part.name)) is (theirs := getattr(other, part.name))
            or np.array_equal(mine, theirs)
            for part in fields(self)
            if part.name != "whole"
        )

    def holds(self, chosen: BoolArray) -> bool:
        """Whether pairs (*on* included), H × M, are a flow of the network."""
        missing = self.need - (chosen & ~self.on).sum(axis=1)
        return bool(
            (chosen <= (self.free | self.on)).all()
            and (self.on <= chosen).all()
            and self.within_bounds(missing, chosen.sum(axis=0))
        )

    def keeps(self, flow: Flow) -> bool:
        """Whether a flow of a wider network with the same pairs *on* is one of this network."""
        rows, columns = flow.rows, flow.columns
        there = (self.free[rows, columns] | self.on[rows, columns]).all()
        return bool(there and self.within_bounds(flow.missing, flow.counts))

    def within_bounds(self, missing: IntArray, counts: IntArray) -> bool:
        """Whether missing members, (H,), and households of members, (M,), are within all bounds."""
        return bool(
            ((self.least_missing <= missing) & (missing <= self.most_missing)).all()
            and ((self.low <= counts) & (counts <= self.high)).all()
        )

    def only(self, pairs: BoolArray) -> Network:
        """The network with no free pairs but *pairs*, H × M."""
        return replace(self, free=self.free & pairs)

    def without(self, pairs: BoolArray) -> Network:
        """The network without *pairs*, H × M; pairs *on* stay."""
        return replace(self, free=self.free & ~pairs)


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """Integer costs of a flow; None is 0 throughout.

    Parameters
    ----------
    pairs
        Cost of each pair, H × M, or an object that computes it on demand.
    marginal
        Cost of each member's household number ``low + 1, low + 2, …``, rising; M × (largest
        ``high - low``), entries beyond ``high`` are not read.
    missing
        Cost of each missing member, (H,).
    nobody
        Additional cost of the last missing member if the household is left without any, 0 or more,
        (H,).
    """

    pairs: IntArray | PairCosts | None = None
    marginal: IntArray | None = None
    missing: IntArray | None = None
    nobody: IntArray | None = None

    @property
    def all_zero(self) -> bool:
        """Whether all costs are 0."""
        parts = (self.pairs, self.marginal, self.missing, self.nobody)
        return all(part is None for part in parts)

    @property
    def largest(self) -> int:
        """Upper bound of the absolute cost of one unit of flow from household to sink."""
        parts = (self.pairs, self.marginal, self.missing, self.nobody)
        return sum(
            c.largest if isinstance(c, PairCosts) else int(np.abs(c).max(initial=0))
            for c in parts
            if c is not None
        )


@dataclass(frozen=True, eq=False)
class Flow:
    """A minimum-cost flow.

    Parameters
    ----------
    rows, columns
        The pairs (*on* included), sorted by household, then member; (P,) each.
    shape
        Number of households and of members.
    missing
        Missing members of each household, (H,).
    feasible
        Whether all bounds are kept; otherwise this is a flow that breaks them least.
    cost
        Cost of its pairs (*on* included) and missing members.
    price
        Dual of each member: the price of one more household, (M,).
    household_price
        Dual of each household: cost plus member's price of its dearest pair, (H,).
    """

    rows: IntArray
    columns: IntArray
    shape: tuple[int, int]
    missing: IntArray
    feasible: bool
    cost: int
    price: IntArray
    household_price: IntArray

    @property
    def prices(self) -> tuple[IntArray, IntArray]:
        """The duals of members, (M,), and of households, (H,)."""
        return self.price, self.household_price

    @cached_property
    def chosen(self) -> BoolArray:
        """The pairs as a mask, H × M."""
        mask = np.zeros(self.shape, dtype=bool)
        mask[self.rows, self.columns] = True
        return mask

    @cached_property
    def counts(self) -> IntArray:
        """Households of each member, (M,)."""
        return np.bincount(self.columns, minlength=self.shape[1])

    def has(self, rows: IntArray, columns: IntArray) -> BoolArray:
        """Whether each of some pairs is a pair of the flow, (N,)."""
        if not len(self.rows):
            return np.zeros(len(rows), dtype=bool)
        mine, asked = self.rows * self.shape[1] + self.columns, rows * self.shape[1] + columns
        place = np.minimum(np.searchsorted(mine, asked), len(mine) - 1)
        return np.asarray(mine[place] == asked)


def penalty_of(network: Network, costs: Costs) -> int:
    """A cost above that of any path through the network.

    A path alternates between households and members and visits each member at most once.

    Raises
    ------
    InvalidArgumentError
        The costs are too large for 64 bits.
    """
    households, members = network.free.shape
    penalty = 2 * (members + 2) * (costs.largest + 1)
    if penalty * (households + members + 2) >= MOST:
        raise InvalidArgumentError(
            "the costs of this problem are too large for 64-bit flows; state travel, workload or "
            "scores in a larger unit"
        )
    return penalty


def cost_bits(households: int, members: int) -> int:
    """Most bits of the cost of a pair in a network of this size."""
    room = MOST // ((households + members + 2) * 2 * (members + 2) * 4)
    return max(room.bit_length() - 1, 1)


def guided_costs(network: Network, costs: Costs, guide: IntArray) -> Costs | None:
    """Costs whose optimal flows are optimal for *costs*, with ties broken by *guide*.

    With many ties column generation needs many rounds, since reduced costs do not order the pairs. So a
    coarse copy of the guide (travel) is added below the last digit of the costs.

    Returns
    -------
    Costs or None
        None if *costs* leave no room in 64 bits, or their costs of pairs are the guide.
    """
    if costs.pairs is guide:
        return None
    assert not isinstance(costs.pairs, PairCosts)  # guided_pairs is for these
    households, members = network.free.shape
    # One unit of cost must outweigh the guide's sum along any path …
    path = 2 * (members + 2)
    own = 4 * path * (households + members + 2) * (costs.largest + 1)
    # … so a guide of *bits* bits takes these bits, and those of a path, from the 64 available.
    bits = min((MOST // own).bit_length() - path.bit_length() - 2, 16)
    if bits < 4:
        return None
    shift = max(int(np.abs(guide).max(initial=0)).bit_length() - bits, 0)
    coarse = guide >> shift
    weight = path * (int(np.abs(coarse).max(initial=0)) + 1)

    def heavier(cost: IntArray | None) -> IntArray | None:
        return None if cost is None else cost * weight

    return Costs(
        pairs=coarse if costs.pairs is None else costs.pairs * weight + coarse,
        marginal=heavier(costs.marginal),
        missing=heavier(costs.missing),
        nobody=heavier(costs.nobody),
    )


def guided_pairs(
    network: Network, costs: Costs, guide: PairCosts, *, light: bool = False
) -> tuple[Costs, int] | None:
    """As :func:`guided_costs`, with costs of pairs that are computed on demand.

    Parameters
    ----------
    network, costs, guide
        As for :func:`guided_costs`.
    light
        Whether one unit of *costs* weighs less than the guide along a path. Optimal flows are then
        mostly, but not always, optimal for *costs*, and are found in half of the time: the solver
        scales by the largest cost.

    Returns
    -------
    tuple or None
        The costs, and their weight: one unit of *costs* in units of the result. Duals of the result,
        divided by the weight and rounded, are duals of *costs*: along any path the guide sums to less
        than half of the weight. None if *costs* leave no room in 64 bits.
    """
    assert not isinstance(costs.pairs, np.ndarray)
    households, members = network.free.shape
    path = 4 * (members + 2)
    own = 4 * path * (households + members + 2) * (costs.largest + 1)
    bits = min((MOST // own).bit_length() - path.bit_length() - 2, 16)
    if bits < 4:
        return None
    coarse = guide.coarse(bits)
    weight = coarse.largest // LIGHT + 1 if light else path * (coarse.largest + 1)

    def heavier(cost: IntArray | None) -> IntArray | None:
        return None if cost is None else cost * weight

    pairs = coarse if costs.pairs is None else costs.pairs.times(weight).and_by_distance(coarse)
    return Costs(
        pairs, heavier(costs.marginal), heavier(costs.missing), heavier(costs.nobody)
    ), weight
