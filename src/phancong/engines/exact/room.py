"""How many places the members have room for, by arithmetic: what must be missing in any plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from phancong.engines.exact.model import Model
from phancong.problem import FloatArray


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
            (sum(model.upper[load] for load in loads.tolist()), self._lightest(measure))
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
            taken = sum(
                self._places(cls, False, lightest)[: self._many(cls, lightest) - empty].sum()
                for cls, empty in above.items()
            )
            places = self._places(level, alone, lightest)
            # What floats may be off must not make a place too few.
            filled = np.searchsorted(np.cumsum(places), (room - taken) * (1 + 1e-9) + 1e-6, "right")
            least = max(least, len(places) - int(filled))
        return least

    def _many(self, level: float, lightest: FloatArray) -> int:
        return len(self._places(level, False, lightest))

    def _places(self, level: float, alone: bool, lightest: FloatArray) -> FloatArray:
        """The places of a class that may be empty, the lightest first."""
        formulation = self.model.formulation
        found: list[float] = []
        for unit, variable in self.model.missing.items():
            rows = int((self._priority[formulation.units[unit]] == level).sum())
            may = self.model.upper[variable]
            if alone and may < formulation.need[unit]:
                continue  # somebody is there in any case
            found.extend([float(lightest[unit])] * (rows * (1 if alone else may)))
        return np.sort(np.array(found))
