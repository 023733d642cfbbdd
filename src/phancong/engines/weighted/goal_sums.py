"""A goal that is a sum over pairs, in integers, and its value in a plan."""

from __future__ import annotations

from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.integers import integers
from phancong.engines.common.linear_model import Linear
from phancong.engines.common.quantities import Quantity
from phancong.engines.weighted.instance import Instance
from phancong.goals import Goal, PairSum, single
from phancong.problem import IntArray

#: Least and most bits of a cost, and bits of a sum over all places where both leave room. If the dearest
#: pair costs 25 times the average, 36 bits leave a gap of 3e-10 of the sum, where 1e-9 counts as equal;
#: in a commune of few households one far pair can cost 150 times the average, and more bits are needed.
COST_BITS: Final = (36, 40)
SUM_BITS: Final = 48
#: Bits of each of two costs that are combined lexicographically; together they fit into one cost.
HALF_BITS: Final = 17


class GoalSum:
    """A goal that is a sum over pairs, in integers."""

    def __init__(self, instance: Instance, total: PairSum) -> None:
        costs = instance.formulation.pairs_of(total.pairs)
        places = int(instance.formulation.need.sum())
        least, most = COST_BITS
        found = integers(costs, bits=min(max(SUM_BITS - places.bit_length(), least), most))
        self.cost = instance.matrix(found.arrays[0])
        self.fixed = int(self.cost[instance.fixed].sum())
        error = found.error * places
        self.quantity = Quantity(Linear.of(()), found.quantum, total.constant, error)

    def real(self, value: int) -> float:
        """The real value of a plan, from the integer cost of its pairs without the fixed ones."""
        return self.quantity.real(value + self.fixed)


def lexicographic(first: IntArray, then: IntArray) -> IntArray:
    """Two costs combined into one, U × M: a difference in the first outweighs the second.

    Only the leading bits of each are kept, so that sums along paths of members do not overflow.
    """
    upper, lower = (_leading(cost) for cost in (first, then))
    return (upper - upper.min(initial=0) << HALF_BITS + 1) + lower


def sparing_budgets(instance: Instance, cost: IntArray) -> IntArray:
    """The use of budgets first and *cost* second, U × M, for repair, which ignores budgets."""
    if not instance.budgets:
        return cost
    used = np.sum([budget.weight for budget in instance.budgets], axis=0)
    return lexicographic(used, cost)


def _leading(cost: IntArray) -> IntArray:
    return cost >> max(int(np.abs(cost).max(initial=0)).bit_length() - HALF_BITS, 0)


def number_of(goal: Goal, assignment: Assignment) -> float:
    """The value of a goal that is one number."""
    return single(goal.value(assignment))
