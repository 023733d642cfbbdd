"""A lower bound of the missing members in any plan, by arithmetic over loads."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from phancong.engines.exact.model import Model
from phancong.problem import FloatArray, IntArray


class Room:
    """Bounds of missing members, from the places of households and the total capacity of members.

    A place is one member that a household needs. The total load of filled places is at most the total of
    the members' maxima. Filling the lightest places first gives the largest number of filled places of a
    priority class, after the load of higher classes, at its lightest, is subtracted.

    Parameters
    ----------
    model
        The rules; only maxima that must hold are capacities.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._priority = model.formulation.problem.household_columns.priority
        #: For each measure with capacities: the total capacity, and the least load of a place of each
        #: unit.
        self._bounded = [
            (
                sum(model.upper[load] for load in loads.tolist())
                - int(model.formulation.weights(measure).base.sum()),
                self._lightest(measure),
            )
            for measure, loads in model.bounded_loads()
        ]

    def _lightest(self, measure: str) -> FloatArray:
        """The least load of one place of one household of each unit, (U,)."""
        formulation = self.model.formulation
        pairs = formulation.weights(measure).pairs
        each = [int(pairs[of].min()) if len(of) else 0 for of in self.model.of_unit]
        return np.array(each) / formulation.size

    def missing(self, level: float, alone: bool, above: Mapping[float, int]) -> int:
        """A lower bound of the empty places of a priority class, or of its households without a member.

        Parameters
        ----------
        level
            The class.
        alone
            Whether to count households without any member instead of places.
        above
            For each higher class, the most places that are empty there.
        """
        least = 0
        for room, lightest in self._bounded:
            taken = 0.0
            for cls, empty in above.items():
                weight, many = self._places(cls, False, lightest)
                taken += _first(weight, many, int(many.sum()) - empty)
            weight, many = self._places(level, alone, lightest)
            # Widen the capacity, so that float errors cannot exclude a place.
            filled = _filled(weight, many, (room - taken) * (1 + 1e-9) + 1e-6)
            least = max(least, int(many.sum()) - filled)
        return least

    def _places(
        self, level: float, alone: bool, lightest: FloatArray
    ) -> tuple[FloatArray, IntArray]:
        """Loads of the places of a class that may be empty, the lightest first, and their numbers."""
        formulation = self.model.formulation
        found: list[tuple[float, int]] = []
        for unit, variable in self.model.missing.items():
            rows = int((self._priority[formulation.units[unit]] == level).sum())
            may = self.model.upper[variable]
            if alone and may < formulation.need[unit]:
                continue  # the household always has at least one member
            found.append((float(lightest[unit]), rows * (1 if alone else may)))
        found.sort()
        return (
            np.array([weight for weight, _ in found], dtype=np.float64),
            np.array([many for _, many in found], dtype=np.int64),
        )


def _first(weight: FloatArray, many: IntArray, number: int) -> float:
    """The total load of the lightest *number* places."""
    taken = np.clip(number - (np.cumsum(many) - many), 0, many)
    return float((weight * taken).sum())


def _filled(weight: FloatArray, many: IntArray, room: float) -> int:
    """The largest number of places whose total load is within *room*."""
    whole = int(np.searchsorted(np.cumsum(weight * many), room, "right"))
    filled = int(many[:whole].sum())
    if whole < len(many):  # the next kind of places fits in part
        left = room - float((weight[:whole] * many[:whole]).sum())
        filled += max(int(left / weight[whole]), 0)
    return filled
