"""The rules of a problem as an integer linear model."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phancong.engines.common.bottleneck import bottleneck_bound
from phancong.engines.common.formulation import Formulation
from phancong.engines.exact.caps import CappedModel
from phancong.engines.exact.rules import KEPT, fixed_pairs
from phancong.meeting import above
from phancong.problem import BoolArray, FloatArray, IntArray


class Model(CappedModel):
    """The model of all plans that keep the hard rules, with variables for breaches of the others.

    Its decisions are the candidate pairs of the formulation, in their order.

    Parameters
    ----------
    formulation
        The candidate pairs.
    """

    def __init__(self, formulation: Formulation) -> None:
        super().__init__(formulation)
        fixed_pairs(self)
        for keep in KEPT.values():
            keep(self)

    # --- candidates ------------------------------------------------------------------------------

    def open(self) -> BoolArray:
        """Whether each candidate pair can still be chosen, (P,).

        Closed pairs must not determine the scale of integer costs: one distance of 1e12 among hundreds of
        metres would round the others to 0.
        """
        return np.array(self.upper[: self.decisions]) > 0

    def leave_out(self, costs: FloatArray, most: float) -> bool:
        """Close the pairs that alone cost more than *most*; whether there are any.

        Parameters
        ----------
        costs
            Cost of each candidate pair in a quantity, 0 or more, (P,).
        most
            Value of the quantity in a known plan, plus its tolerance for later goals.
        """
        dear = self.open() & (above(costs, most) > 0)
        for pair in np.flatnonzero(dear).tolist():
            self.tighten(pair, upper=0)
        return bool(dear.any())

    # --- arithmetic ------------------------------------------------------------------------------

    def most_missing(self) -> IntArray:
        """The most members that may be missing at each unit, (U,)."""
        most = np.zeros(len(self.formulation.need), dtype=np.int64)
        for unit, variable in self.missing.items():
            most[unit] = self.upper[variable]
        return most

    def bottleneck(self, figures: NDArray[Any], floor: float = 0) -> float:
        """A lower bound of the largest figure of a chosen pair, from those of candidate pairs, (P,)."""
        unit, member = self.formulation.unit, self.formulation.member
        shape = len(self.formulation.need), len(self.formulation.members)
        matrix, there = np.zeros_like(figures, shape=shape), np.zeros(shape, dtype=bool)
        matrix[unit, member] = figures
        there[unit, member] = True
        return bottleneck_bound(matrix, there, self.formulation.need - self.most_missing(), floor)

    # --- plans -----------------------------------------------------------------------------------

    def plan_of(self, mask: BoolArray) -> IntArray | None:
        """The values of a plan, households × members; None if it does not keep the rules."""
        chosen = self.formulation.chosen(mask)
        if not np.array_equal(self.formulation.mask(chosen), mask):
            return None  # some pair is no candidate, or a group is split
        values = self.complete(chosen.astype(np.int64))
        return values if self.keeps(values) else None

    def mask_of(self, values: IntArray) -> BoolArray:
        """The plan of a solution, households × members."""
        return self.formulation.mask(values[: self.decisions] > 0)
