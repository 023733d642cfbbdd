"""Trade-off of two sums: one goal is minimised while the other is within a limit (ε-constraint)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.common.pace import PAIRS_A_UNIT
from phancong.engines.common.scaling import scaled
from phancong.engines.flow.budget import BudgetedFlow, count_bits, largest_cost
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs, Network
from phancong.engines.task import AtMost, Proof, Task
from phancong.goals import Goal, Kind, single
from phancong.problem import BoolArray, FloatArray, IntArray, Problem

#: Bits of the largest cost. The value of a plan of 250 households is then right to 4e-10; 28 bits, as in
#: CP-SAT, left 2.5e-8, more than counts as equal.
BITS: Final = 34
#: Bits of the largest cost that are enough where more would leave too few for prices of the count.
FEWER_BITS: Final = 28
#: Bits that a price of the count may have more than a cost.
PRICE_BITS: Final = 3
#: Most bits of the count of a plan.
COUNT: Final = 14


def is_trade(task: Task, place: int) -> bool:
    """Whether a limit on a counted goal comes first, then another sum, then the counted goal itself.

    A flow cannot keep a budget in general, but :class:`FlowTrade` is exact for two such sums.
    """
    limit, after = task.goals[place], task.goals[place + 1 :]
    if not isinstance(limit, AtMost) or len(after) != 2 or after[1] != limit.goal:
        return False
    if any(goal.kind is Kind.SPREAD for goal in task.goals[:place]):
        return False  # the optimal plans of a spread are the flows of several networks
    if after[0].kind is not Kind.PAIR_SUM or not after[0].exact:
        return False
    if not limit.goal.exact:
        return False
    listed = limit.goal.listed(task.problem)
    if listed is not None and limit.goal.counts:  # the coefficients are known to count pairs
        return int(task.problem.needed.sum()).bit_length() <= COUNT
    return counted(task.problem, limit.goal) is not None


@dataclass(frozen=True, slots=True, eq=False)
class CountedSum:
    """A goal as a count: its value is exactly ``offset + unit × Σ pairs`` over the pairs of a plan.

    Parameters
    ----------
    pairs
        Count of each pair, H × M, small integers.
    quantum, offset
        Factor and constant of the value.
    """

    pairs: IntArray
    quantum: Fraction
    offset: float


def counted(problem: Problem, goal: Goal) -> CountedSum | None:
    """A sum as a count; None if its coefficients have no common unit, or the count is too large."""
    total = goal.pair_sum(problem)
    if total is None or goal.sums_travel:
        return None
    whole = scaled(total.pairs, bits=COUNT)
    most = (np.abs(whole.costs[0]).max(axis=1, initial=0) * problem.needed).sum()
    if whole.error or int(most).bit_length() > COUNT:
        return None
    divisor = int(np.gcd.reduce(whole.costs[0], axis=None)) or 1
    return CountedSum(whole.costs[0] // divisor, divisor / whole.scale, total.constant)


@dataclass(frozen=True, slots=True, eq=False)
class TradeResult:
    """The plan of a trade-off, H × M, the lines of both goals, and the reason why the search was cut."""

    chosen: BoolArray
    free: Proof
    held: Proof
    cut: str | None


class FlowTrade:
    """Minimises one sum while another is within a limit, for several limits in turn.

    Parameters
    ----------
    loads, network
        The problem, and the network of the plans that are optimal in the stages before.
    held, free
        The goal that is limited, and the goal that is minimised.
    """

    def __init__(self, loads: UnitLoads, network: Network, held: Goal, free: Goal) -> None:
        self.loads = loads
        self.network = network
        self.goals = held, free
        found = counted(loads.problem, held)
        assert found is not None  # otherwise it is no trade
        self.counted = found
        real, missing = _costs(loads, free)
        shift = count_bits(network, found.pairs)
        room = largest_cost(*network.free.shape).bit_length() - shift - 2
        bits = min(max(min(BITS, room - PRICE_BITS), FEWER_BITS), room)
        self.scaled = scaled(real, missing, bits=bits)
        pairs, absent = self.scaled.costs
        self.budget = BudgetedFlow(
            network, Costs(pairs=pairs, missing=absent), found.pairs, loads.pace
        )

    def of(self, problem: Problem, network: Network, held: Goal, free: Goal) -> bool:
        """Whether this is the trade-off of these goals over the flows of this network.

        The search for a plan reads no more of a network than its flows. Whether plans are hidden from it
        is for the run to ask of its own network.
        """
        mine = problem is self.loads.problem and self.goals == (held, free)
        return mine and self.network.same(network)

    def _count(self, value: float) -> int:
        """The largest count whose value of the held goal is at most *value*."""
        return math.floor((Fraction(value) - Fraction(self.counted.offset)) / self.counted.quantum)

    def within(self, limit: AtMost, course: Course) -> TradeResult | None:
        """The best plan within a limit; None if there is no plan."""
        problem, (held, free) = self.loads.problem, self.goals
        most = self._count(limit.most)
        # A plan on the hull takes one flow, any other plan much more time.
        least = most if limit.least is None else min(self._count(limit.least) + 1, most)
        found = self.budget.within(most, course, least)
        course.work += self.budget.looked / PAIRS_A_UNIT
        self.budget.looked = 0
        if found is None:
            return None
        assignment = Assignment.of_mask(problem, found.plan.chosen)
        value, count = single(free.value(assignment)), held.value(assignment)
        floor = single(free.floor(problem))
        proven = found.bound >= found.plan.cost
        # The gap in units of the cost; the count in the last bits is less than one unit.
        off = 0.0 if proven else (found.plan.cost - found.bound) / self.budget.factor + 1.0
        # The rounding error of two plans.
        rounding = 2 * self.scaled.error * int(problem.needed.sum())
        bound = max(value - off / float(self.scaled.scale) - rounding, floor)
        return TradeResult(
            found.plan.chosen,
            Proof(value, min(value, bound), proven),
            Proof(count, count if proven else held.floor(problem), proven),
            found.cut,
        )


def _costs(loads: UnitLoads, goal: Goal) -> tuple[FloatArray, FloatArray]:
    """Real cost of each pair, H × M, and of each missing member, (H,), in a sum."""
    if goal.sums_travel:
        return loads.travel_costs()
    total = goal.pair_sum(loads.problem)
    assert total is not None
    return total.pairs, np.zeros(len(total.pairs))
