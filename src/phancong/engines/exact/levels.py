"""Levels of figures that are a small integer times a quantum of the member, and their arithmetic bounds.

Figures (load ÷ share, breach ÷ share) of different members are compared as exact fractions. A common
multiple of all shares could overflow and is not needed: each level is rounded to a whole number of each
member's own quanta.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Linear
from phancong.engines.exact.model import Model
from phancong.problem import IntArray

#: Most levels of all members together for which levels are listed one by one.
MOST: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The figures of members, each a variable of the model times a quantum.

    Parameters
    ----------
    model
        The model.
    variables, quanta
        The variable and the quantum of each member who is not exempt.
    total
        Lower bound of the sum of the variables.
    least
        Another lower bound of the largest figure.
    """

    model: Model
    variables: Sequence[int]
    quanta: Sequence[Fraction]
    total: int
    least: Fraction = Fraction(0)

    def few(self) -> bool:
        """Whether the levels are few enough to be listed."""
        return sum(high - low for low, high in self._bounds()) <= MOST

    def _bounds(self) -> list[tuple[int, int]]:
        return [(self.model.lower[v], self.model.upper[v]) for v in self.variables]

    def between(self, least: Fraction, most: Fraction) -> list[Fraction]:
        """Every level from *least* to *most* that some member can have, rising."""
        found: set[Fraction] = set()
        # Most members have the same quantum, whose levels are listed once.
        for quantum, bounds in self._bounds_by_quantum().items():
            lowest = max(min(low for low, _ in bounds), math.ceil(least / quantum))
            highest = min(max(high for _, high in bounds), math.floor(most / quantum))
            found.update(
                quantum * number
                for number in range(lowest, highest + 1)
                if any(low <= number <= high for low, high in bounds)
            )
        return sorted(found)

    def _bounds_by_quantum(self) -> dict[Fraction, set[tuple[int, int]]]:
        bounds: dict[Fraction, set[tuple[int, int]]] = {}
        for quantum, each in zip(self.quanta, self._bounds(), strict=True):
            bounds.setdefault(quantum, set()).add(each)
        return bounds

    def figures(self, values: IntArray) -> list[Fraction]:
        """The figures of a plan, the largest first."""
        each = zip(self.quanta, self.variables, strict=True)
        return sorted((quantum * int(values[v]) for quantum, v in each), reverse=True)

    def tighten(self, level: Fraction) -> None:
        """Keep all members at or below *level*."""
        for variable, quantum in zip(self.variables, self.quanta, strict=True):
            self.model.tighten(variable, upper=math.floor(level / quantum))

    def above(self, level: Fraction) -> list[int]:
        """A literal for each member who can be above *level*: whether the member is above it."""
        literals = []
        for variable, quantum in zip(self.variables, self.quanta, strict=True):
            most = math.floor(level / quantum)
            low, high = self.model.lower[variable], self.model.upper[variable]
            if high <= most:
                continue
            passes = self.model.boolean(partial(_passes, variable, most))
            load = Linear.of([(variable, 1)])
            # An equivalence with the tightest constants: low ≤ load ≤ most, or most < load ≤ high.
            self.model.add(Linear.of([*load.terms(), (passes, most - high)]), upper=most)
            self.model.add(Linear.of([*load.terms(), (passes, min(low - most - 1, 0))]), lower=low)
            literals.append(passes)
        return literals

    def ideal(self) -> list[Fraction]:
        """The leximax figures if loads could be split into units, a bound of all plans.

        The greedy algorithm gives each unit to the member whose figure it raises least. It is optimal for
        a separable convex objective over integers with a given sum (Groenevelt, EJOR 54, 1991,
        doi:10.1016/0377-2217(91)90300-K). There must be a plan, so that the sum can be reached.
        """
        counts = [low for low, _ in self._bounds()]
        queue = [
            (self.quanta[i] * (low + 1), -self.quanta[i] * low, i)
            for i, (low, high) in enumerate(self._bounds())
            if low < high
        ]
        heapq.heapify(queue)
        for _ in range(self.total - sum(counts)):
            after, _, i = heapq.heappop(queue)
            counts[i] += 1
            if counts[i] < self._bounds()[i][1]:
                heapq.heappush(queue, (after + self.quanta[i], -after, i))
        return sorted((u * n for u, n in zip(self.quanta, counts, strict=True)), reverse=True)


def _passes(variable: int, most: int, values: IntArray) -> int:
    return int(values[variable] > most)


def least_total(model: Model, measure: str, missing: int) -> int:
    """Lower bound of the total load of members who are not exempt; *missing* members may be missing.

    A member missing at a group is missing at each of its households. The bound lets groups be split, so
    that it may remove more load than any plan does.
    """
    weights = model.formulation.weights(measure)
    total = int(weights.base[model.formulation.counted].sum())
    can_go: list[tuple[Fraction, int]] = []
    most_missing = model.most_missing()
    for unit, pairs in enumerate(model.of_unit):
        need = int(model.formulation.need[unit])
        lightest = np.sort(weights.pairs[pairs])[:need].tolist()
        total += sum(lightest)
        places = int(most_missing[unit])
        if places:
            # If there are fewer candidates than places, some members are missing in every plan.
            size = int(model.formulation.size[unit])
            can_go.extend((Fraction(weight, size), size) for weight in lightest[-places:])
    gone = Fraction(0)
    for each, households in sorted(can_go, reverse=True):
        gone += each * min(households, missing)
        missing -= min(households, missing)
    return total - math.floor(gone)


def hardest(model: Model, measure: str, quanta: dict[int, Fraction]) -> Fraction:
    """Lower bound of the largest figure: over units, the least figure that one of its members must have.

    Parameters
    ----------
    model, measure
        The model, and the measure of load.
    quanta
        Member → figure of the integer load 1.
    """
    weights = model.formulation.weights(measure)
    # Integers in a common grain: hundreds of thousands of fractions would take minutes.
    grain = math.lcm(*(u.denominator for u in quanta.values()))
    worth = np.array([int(quanta.get(m, 0) * grain) for m in range(len(model.of_member))], object)
    heaviest = int(weights.pairs.max(initial=0)) + int(weights.base.max(initial=0))
    if int(worth.max(initial=0)) * heaviest < 2**62:
        worth = worth.astype(np.int64)
    member = model.formulation.member
    figures = worth[member] * (weights.pairs + weights.base[member])
    return Fraction(int(model.bottleneck(figures)), grain)
