"""Breaches that are sums over pairs, in integers: of rules about pairs, and of ``max_changes``."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from phancong.engines.common.integers import integers
from phancong.engines.weighted.instance import BITS, Instance
from phancong.problem import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class BreachSum:
    """The breach of a rule as a sum over pairs, in integers.

    Parameters
    ----------
    cost
        Breach of each pair, U × M.
    constant
        Constant of the breach, which includes the fixed pairs.
    quantum, error
        Real breach of one integer, and the largest rounding error of the sum.
    """

    cost: IntArray
    constant: int
    quantum: Fraction
    error: float

    def real(self, value: int) -> float:
        """Lower bound of the real breach of a plan whose integer costs sum to *value*."""
        return max(float((value + self.constant) * self.quantum) - self.error, 0.0)


def breach_sum(instance: Instance, rule: str) -> BreachSum:
    """The breach of a rule about pairs, or the changes above ``max_changes``, as a sum over pairs."""
    formulation = instance.formulation
    if rule == "max_changes":
        most = instance.problem.max_changes
        assert most is not None
        kept, best = formulation.kept(weighted=False)
        cost = -np.rint(instance.matrix(kept)).astype(np.int64)
        fixed = int(cost[instance.fixed].sum())
        return BreachSum(cost, round(best) + fixed - most, Fraction(1), 0.0)
    found = integers(formulation.pairs_of(formulation.pair_breach[rule]), bits=BITS)
    error = (found.error + float(found.off)) * int(instance.need.sum())
    return BreachSum(instance.matrix(found.arrays[0]), 0, found.quantum, error)
