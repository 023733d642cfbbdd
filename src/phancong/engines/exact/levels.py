"""Figures of members that are small integers times a unit each: their levels, and what arithmetic says.

A figure (load ÷ share, breach ÷ share) is compared between members as an exact fraction. Shares need
no common multiple, which would overflow: each level is a whole number of each member's own units.
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

#: Up to so many units of all members together, levels are listed one by one.
MOST: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """A variable for each member and what one unit of it is worth to the member's figure.

    Parameters
    ----------
    model
        The model that the variables are in.
    variables, units
        One for each member who counts.
    total
        What the variables add up to at the least.
    least
        A level below which the largest figure cannot be, for other reasons than *total*.
    """

    model: Model
    variables: Sequence[int]
    units: Sequence[Fraction]
    total: int
    least: Fraction = Fraction(0)

    def few(self) -> bool:
        """Whether there are few enough levels to list them."""
        return sum(high - low for low, high in self._bounds()) <= MOST

    def _bounds(self) -> list[tuple[int, int]]:
        return [(self.model.lower[v], self.model.upper[v]) for v in self.variables]

    def between(self, least: Fraction, most: Fraction) -> list[Fraction]:
        """Every level from *least* to *most* that a member can be at, rising."""
        found: set[Fraction] = set()
        # Members mostly have one unit: its levels are listed once.
        for unit, bounds in self._bounds_by_unit().items():
            lowest = max(min(low for low, _ in bounds), math.ceil(least / unit))
            highest = min(max(high for _, high in bounds), math.floor(most / unit))
            found.update(
                unit * number
                for number in range(lowest, highest + 1)
                if any(low <= number <= high for low, high in bounds)
            )
        return sorted(found)

    def _bounds_by_unit(self) -> dict[Fraction, set[tuple[int, int]]]:
        bounds: dict[Fraction, set[tuple[int, int]]] = {}
        for unit, each in zip(self.units, self._bounds(), strict=True):
            bounds.setdefault(unit, set()).add(each)
        return bounds

    def figures(self, values: IntArray) -> list[Fraction]:
        """The figures of a plan, the largest first."""
        each = zip(self.units, self.variables, strict=True)
        return sorted((unit * int(values[v]) for unit, v in each), reverse=True)

    def tighten(self, level: Fraction) -> None:
        """Let no member be above *level*."""
        for variable, unit in zip(self.variables, self.units, strict=True):
            self.model.tighten(variable, upper=math.floor(level / unit))

    def above(self, level: Fraction) -> list[int]:
        """A literal for each member who can be above *level*, true where that is so."""
        literals = []
        for variable, unit in zip(self.variables, self.units, strict=True):
            most = math.floor(level / unit)
            low, high = self.model.lower[variable], self.model.upper[variable]
            if high <= most:
                continue
            passes = self.model.boolean(partial(_passes, variable, most))
            load = Linear.of([(variable, 1)])
            # Both ways, with the tightest constants: low ≤ load ≤ most, or most < load ≤ high.
            self.model.add(Linear.of([*load.terms(), (passes, most - high)]), upper=most)
            self.model.add(Linear.of([*load.terms(), (passes, min(low - most - 1, 0))]), lower=low)
            literals.append(passes)
        return literals

    def ideal(self) -> list[Fraction]:
        """The leximax figures if any load could be split into units: no plan has better ones.

        Units are dealt out one after the other, each where it does the least harm; for a separable
        objective over integers with a given sum that is optimal (Groenevelt, EJOR 54, 1991,
        doi:10.1016/0377-2217(91)90300-K). There must be a plan, so that the sum can be reached.
        """
        counts = [low for low, _ in self._bounds()]
        queue = [
            (self.units[i] * (low + 1), -self.units[i] * low, i)
            for i, (low, high) in enumerate(self._bounds())
            if low < high
        ]
        heapq.heapify(queue)
        for _ in range(self.total - sum(counts)):
            after, _, i = heapq.heappop(queue)
            counts[i] += 1
            if counts[i] < self._bounds()[i][1]:
                heapq.heappush(queue, (after + self.units[i], -after, i))
        return sorted((u * n for u, n in zip(self.units, counts, strict=True)), reverse=True)


def _passes(variable: int, most: int, values: IntArray) -> int:
    return int(values[variable] > most)


def least_total(model: Model, measure: str, missing: int) -> int:
    """The least total load of all who count, with no more than *missing* members missing.

    A member who is missing at a group is missing at each of its households: what goes with them is
    at most what would go if a group could be parted.
    """
    weights = model.formulation.weights(measure)
    total = int(weights.base[model.formulation.counted].sum())
    can_go: list[tuple[Fraction, int]] = []
    for unit, pairs in enumerate(model.of_unit):
        need = int(model.formulation.need[unit])
        lightest = np.sort(weights.pairs[pairs])[:need].tolist()
        total += sum(lightest)
        places = model.upper[model.missing[unit]] if unit in model.missing else 0
        if places:
            # Where there are fewer candidates than places, some are missing in any case.
            size = int(model.formulation.size[unit])
            can_go.extend((Fraction(weight, size), size) for weight in lightest[-places:])
    gone = Fraction(0)
    for each, households in sorted(can_go, reverse=True):
        gone += each * min(households, missing)
        missing -= min(households, missing)
    return total - math.floor(gone)


def hardest(model: Model, measure: str, units: dict[int, Fraction]) -> Fraction:
    """The largest figure that some unit brings to one of its members in any plan.

    Parameters
    ----------
    units
        Member → what one integer of load is worth to the figure.
    """
    weights = model.formulation.weights(measure)
    # In whole numbers of one grain: fractions by the hundred thousand would take minutes.
    grain = math.lcm(*(u.denominator for u in units.values()))
    worth = np.array([int(units.get(m, 0) * grain) for m in range(len(model.of_member))], object)
    heaviest = int(weights.pairs.max(initial=0)) + int(weights.base.max(initial=0))
    if int(worth.max(initial=0)) * heaviest < 2**62:
        worth = worth.astype(np.int64)
    member = model.formulation.member
    figures = worth[member] * (weights.pairs + weights.base[member])
    largest = 0
    for unit, pairs in enumerate(model.of_unit):
        need = int(model.formulation.need[unit])
        if unit in model.missing:
            need -= model.upper[model.missing[unit]]
        if 0 < need <= len(pairs):
            largest = max(largest, int(np.sort(figures[pairs])[need - 1]))
    return Fraction(largest, grain)
