"""How many places the members have room for, by arithmetic: what must be missing in any plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from phancong.engines.exact.model import Model
from phancong.problem import FloatArray, IntArray


class Room:
    """Places of households against the loads that members can bear together.

    The lightest places of each class are counted up to what all members can bear, what classes
    above have got taken off at its lightest: more than so many cannot be filled, whoever goes.

    Parameters
    ----------
    model
        The rules; maxima that must hold bound the loads.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._priority = model.formulation.problem.household_columns.priority
        #: For each measure that is bounded, what all bear, and the lightest place of each unit's row.
        self._bounded = [
            (
                sum(model.upper[load] for load in loads.tolist())
                - int(model.formulation.weights(measure).base.sum()),
                self._lightest(measure),
            )
            for measure, loads in model.bounded_loads()
        ]

    def _lightest(self, measure: str) -> FloatArray:
        """The least that one place in one household of each unit weighs, (U,)."""
        formulation = self.model.formulation
        pairs = formulation.weights(measure).pairs
        each = [int(pairs[of].min()) if len(of) else 0 for of in self.model.of_unit]
        return np.array(each) / formulation.size

    def missing(self, level: float, alone: bool, above: Mapping[float, int]) -> int:
        """How many places of a class are empty in any plan, or how many households have nobody.

        Parameters
        ----------
        level
            The class.
        alone
            Whether one place a household is enough.
        above
            For each class above it, how many places are empty there at the most.
        """
        least = 0
        for room, lightest in self._bounded:
            taken = 0.0
            for cls, empty in above.items():
                weight, many = self._places(cls, False, lightest)
                taken += _first(weight, many, int(many.sum()) - empty)
            weight, many = self._places(level, alone, lightest)
            # What floats may be off must not make a place too few.
            filled = _filled(weight, many, (room - taken) * (1 + 1e-9) + 1e-6)
            least = max(least, int(many.sum()) - filled)
        return least

    def _places(
        self, level: float, alone: bool, lightest: FloatArray
    ) -> tuple[FloatArray, IntArray]:
        """The weights of the places of a class that may be empty, the lightest first, and how many do."""
        formulation = self.model.formulation
        found: list[tuple[float, int]] = []
        for unit, variable in self.model.missing.items():
            rows = int((self._priority[formulation.units[unit]] == level).sum())
            may = self.model.upper[variable]
            if alone and may < formulation.need[unit]:
                continue  # somebody is there in any case
            found.append((float(lightest[unit]), rows * (1 if alone else may)))
        found.sort()
        return (
            np.array([weight for weight, _ in found], dtype=np.float64),
            np.array([many for _, many in found], dtype=np.int64),
        )


def _first(weight: FloatArray, many: IntArray, number: int) -> float:
    """The weight of the lightest places, so many of them."""
    taken = np.clip(number - (np.cumsum(many) - many), 0, many)
    return float((weight * taken).sum())


def _filled(weight: FloatArray, many: IntArray, room: float) -> int:
    """How many places there is room for, the lightest first."""
    whole = int(np.searchsorted(np.cumsum(weight * many), room, "right"))
    filled = int(many[:whole].sum())
    if whole < len(many):  # of the first that do not all fit, some do
        left = room - float((weight[:whole] * many[:whole]).sum())
        filled += max(int(left / weight[whole]), 0)
    return filled
