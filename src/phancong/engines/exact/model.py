"""The rules of a problem as an integer linear model."""

from __future__ import annotations

import numpy as np

from phancong.engines.common.formulation import Formulation
from phancong.engines.exact.caps import CappedModel
from phancong.engines.exact.rules import KEPT, fixed_pairs
from phancong.meeting import above
from phancong.problem import BoolArray, FloatArray, IntArray


class Model(CappedModel):
    """All plans that keep what may not be relaxed, and by how much they break the rest.

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
        """The candidate pairs that can still be chosen, (P,).

        What cannot must not take up the integers of what can: one distance of 1e12 among hundreds of
        metres would leave these none of their own.
        """
        return np.array(self.upper[: self.decisions]) > 0

    def leave_out(self, costs: FloatArray, most: float) -> bool:
        """Close the pairs that alone are above *most*; whether there are any.

        Parameters
        ----------
        costs
            What each candidate pair adds to a quantity, 0 or more, (P,).
        most
            What the quantity is in a plan that there is, with what later goals may add to it.
        """
        dear = self.open() & (above(costs, most) > 0)
        for pair in np.flatnonzero(dear).tolist():
            self.tighten(pair, upper=0)
        return bool(dear.any())

    # --- plans -----------------------------------------------------------------------------------

    def plan_of(self, mask: BoolArray) -> IntArray | None:
        """The values of a plan, households × members; None if it does not keep the rules."""
        chosen = self.formulation.chosen(mask)
        if not np.array_equal(self.formulation.mask(chosen), mask):
            return None  # a pair that is no candidate, or a part of a group
        values = self.complete(chosen.astype(np.int64))
        return values if self.keeps(values) else None

    def mask_of(self, values: IntArray) -> BoolArray:
        """Households × members of a solution."""
        return self.formulation.mask(values[: self.decisions] > 0)
