"""Goals that are sums, each as an integer quantity of the model (contract 5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from phancong.engines.common.integers import FINE, integers
from phancong.engines.common.linear_model import Linear
from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.model import Model
from phancong.goals import Goal, PairSum
from phancong.problem import IntArray


class Sums:
    """The quantities of the goals that are sums.

    Parameters
    ----------
    model
        The rules; cohesion adds its variables to it.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.formulation = model.formulation
        self.problem = model.problem

    def of(self, goal: Goal) -> Quantity | None:
        """The quantity of *goal*; None if it is no sum."""
        clusters = goal.clusters(self.problem)
        if clusters is not None:
            return self._cohesion(clusters)
        total = goal.pair_sum(self.problem)
        return None if total is None else self.over_pairs(total)

    def over_pairs(self, total: PairSum) -> Quantity:
        """A sum over pairs; its floor is the sum of each unit's cheapest pairs."""
        costs = self.formulation.pairs_of(total.pairs)
        found = integers(np.where(self.model.open(), costs, 0.0), bits=FINE)
        whole = found.arrays[0]
        pairs = np.flatnonzero(whole)
        error = found.error * int(self.formulation.need.sum())
        linear = Linear(pairs, whole[pairs])
        return Quantity(linear, found.quantum, total.constant, error, self._cheapest(whole))

    def _cheapest(self, costs: IntArray) -> int:
        """Least cost of all units without the limits of members; missing members cost 0."""
        total = 0
        for unit, pairs in enumerate(self.model.of_unit):
            best = np.sort(np.minimum(costs[pairs], 0))[: int(self.formulation.need[unit])]
            total += int(best.sum())
        return total

    def _cohesion(self, labels: Sequence[str | None]) -> Quantity:
        """Number of members who serve a cluster beyond the first, summed over clusters."""
        model = self.model
        units: dict[str, set[int]] = {}
        for unit, rows in enumerate(self.formulation.units):
            for row in rows.tolist():
                label = labels[row]
                if label is not None:
                    units.setdefault(label, set()).add(unit)
        parted = []
        for _, inside in sorted(units.items()):
            pairs = np.concatenate([model.of_unit[unit] for unit in sorted(inside)])
            members = self.formulation.member[pairs]
            serving = []
            for m in np.unique(members).tolist():
                mine = pairs[members == m]
                serves = model.boolean(partial(_any, mine))
                serving.append((serves, 1))
                for pair in mine.tolist():
                    model.add(Linear.of([(pair, 1), (serves, -1)]), upper=0)
            several = Linear.of(serving, -1)
            parted.append(model.integer(0, max(len(serving) - 1, 0), partial(_positive, several)))
            model.add(Linear.of([*serving, (parted[-1], -1)]), upper=1)
        return Quantity(Linear.of((p, 1) for p in parted), floor=0)


def _any(pairs: IntArray, values: IntArray) -> int:
    return int(values[pairs].any())


def _positive(linear: Linear, values: IntArray) -> int:
    return max(0, linear.at(values))
