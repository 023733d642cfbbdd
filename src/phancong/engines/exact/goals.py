"""Stages of the goals: one method a goal (spec 5)."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial

import numpy as np

from phancong.assignment import nearest_allowed
from phancong.engines.exact.backend import Linear
from phancong.engines.exact.fairness import (
    Figures,
    Held,
    common_unit,
    figures_in_order,
    levels_in_order,
    lowest_largest,
    lowest_level,
    narrowest,
)
from phancong.engines.exact.integers import integers
from phancong.engines.exact.levels import Levels, hardest, least_total
from phancong.engines.exact.steps import Quantity, Stage, Steps
from phancong.goals import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Goal,
    Preference,
    Travel,
)
from phancong.problem import FloatArray, IntArray


class GoalStages:
    """Makes one goal after the other as good as can be, and holds each.

    Parameters
    ----------
    steps
        The search, with a plan.
    """

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.model = steps.model
        self.formulation = steps.model.formulation
        self.problem = steps.model.problem
        self.counted = [int(m) for m in np.flatnonzero(self.formulation.counted)]

    def run(self, goal: Goal) -> Stage:
        """The stage of *goal*."""
        stages: dict[type, Callable[..., Stage]] = {
            Travel: self._travel,
            Farthest: self._farthest,
            FairTravel: self._fair_travel,
            FairLoad: self._fair_load,
            Continuity: self._continuity,
            Cohesion: self._cohesion,
            Preference: self._preference,
        }
        return stages[type(goal)](goal)

    # --- sums -----------------------------------------------------------------------------------------

    def _travel(self, goal: Travel) -> Stage:
        """Total travel, a missing member at the household's smallest: what is above the smallest."""
        visits = self.problem.household_columns.visits
        nearest = float((self.problem.needed * visits * nearest_allowed(self.problem)).sum())
        detour = self.formulation.pairs_of(self.formulation.detour)
        return self._sum(goal, detour, nearest, 0)

    def _continuity(self, goal: Continuity) -> Stage:
        """What is lost of the previous plan: pairs, or their years."""
        kept, most = self.formulation.kept(weighted=goal.weight == "years")
        return self._sum(goal, -kept, most, None)

    def _preference(self, goal: Preference) -> Stage:
        """Minus the sum of the scores."""
        scores = np.where(self.problem.allowed, goal.matrix(self.problem), 0.0)
        return self._sum(goal, -self.formulation.pairs_of(scores), 0.0, None)

    def _sum(self, goal: Goal, costs: FloatArray, offset: float, floor: int | None) -> Stage:
        """The sum of the real *costs* of the pairs, (P,), above an *offset*."""
        found = integers(costs, bits=self.formulation.bits)
        whole = found.arrays[0]
        pairs = np.flatnonzero(whole)
        error = found.error * int(self.formulation.need.sum())
        linear = Linear(pairs, whole[pairs])
        if floor is None:  # nothing beats what is best for every unit by itself
            floor = self._cheapest(whole)
        return self._minimise(goal, Quantity(linear, found.unit, offset, error, floor))

    def _cheapest(self, costs: IntArray) -> int:
        """The least that the units could cost if members had no limits."""
        total = 0
        for unit, pairs in enumerate(self.model.of_unit):
            best = np.sort(np.minimum(costs[pairs], 0))[: int(self.formulation.need[unit])]
            total += int(best.sum())
        return total

    def _minimise(self, goal: Goal, quantity: Quantity) -> Stage:
        found = self.steps.minimise(quantity)
        most = found.value
        if not goal.exact:
            most = quantity.within(goal.held(quantity.real(most)), most)
        self.steps.hold(quantity, most)
        bound = None if found.bound is None else quantity.real(found.bound) - found.error
        return Stage(found.proven, bound, found.error)

    def _cohesion(self, goal: Cohesion) -> Stage:
        """Σ over clusters of the members who serve it beyond the first."""
        model = self.model
        labels = self.problem.household_columns.cluster
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
        return self._minimise(goal, Quantity(Linear.of((p, 1) for p in parted), floor=0))

    # --- the farthest pair ------------------------------------------------------------------------------

    def _farthest(self, goal: Farthest) -> Stage:
        """The smallest threshold under which there is a plan, by bisection over the distances."""
        model, far = self.model, self.formulation.farthest
        pairs = slice(0, model.decisions)

        def reached() -> float:
            return float(far[self.steps.plan[pairs] > 0].max(initial=0.0))

        def tighten(distance: float) -> None:
            for pair in np.flatnonzero(far > distance).tolist():
                model.tighten(pair, upper=0)

        present, floor = reached(), self._hardest(far)
        listed = np.unique(far[(far >= floor) & (far <= present)])
        listed = np.union1d(listed, [floor, present])
        low, high = self.steps.threshold(
            0,
            len(listed) - 1,
            lambda number: tighten(float(listed[number])),
            lambda: int(np.searchsorted(listed, reached())),
        )
        best = float(listed[high])
        tighten(goal.held(best) + 0.5e-9 * max(1.0, best) if not goal.exact else best)
        return Stage(low >= high, float(listed[low]))

    def _hardest(self, far: FloatArray) -> float:
        """The largest travel that some unit cannot do without."""
        hardest = float(far[self.formulation.fixed].max(initial=0.0))
        for unit, pairs in enumerate(self.model.of_unit):
            places = int(self.formulation.need[unit])
            if unit in self.model.missing:
                places -= self.model.upper[self.model.missing[unit]]
            if 0 < places <= len(pairs):
                hardest = max(hardest, float(np.sort(far[pairs])[places - 1]))
        return hardest

    # --- fairness ---------------------------------------------------------------------------------

    def _fair_load(self, goal: FairLoad) -> Stage:
        """Load ÷ share, over all members but the exempt."""
        weights = self.formulation.weights(goal.measure)
        if not self.counted or not weights.pairs.any():
            return self._nothing(goal)
        loads = self.model.loads(goal.measure)
        variables = [int(loads[m]) for m in self.counted]
        units = {m: weights.unit / self.formulation.share[m] for m in self.counted}
        missing = [self.steps.plan[variable] for variable in self.model.missing.values()]
        total = least_total(self.model, goal.measure, int(sum(missing)))
        levels = Levels(
            self.model,
            variables,
            [units[m] for m in self.counted],
            total,
            hardest(self.model, goal.measure, units),
        )
        if goal.aim == "spread":
            figures = self._figures(goal.measure)
            narrowest = self._narrowest(levels, goal) / figures.unit
            return self._fair(goal, figures, math.floor(narrowest))
        if weights.error or not levels.few():
            return self._fair(goal, self._figures(goal.measure), 0)
        if goal.aim == "leximax":
            return levels_in_order(self.steps, levels)
        return lowest_level(self.steps, levels, None if goal.exact else goal.held)

    def _narrowest(self, levels: Levels, goal: FairLoad) -> Fraction:
        """A spread that arithmetic allows at the best; 0 if it knows none.

        With equal shares the leximax loads have the least maximum and the largest minimum at once.
        """
        weights = self.formulation.weights(goal.measure)
        total = weights.total
        alike = len(set(levels.units)) == 1 and levels.few() and not weights.error
        if not alike or total is None or levels.total < total:
            return Fraction(0)
        if any(self.formulation.members.optional[m] for m in self.counted):
            return Fraction(0)
        ideal = levels.ideal()
        return ideal[0] - ideal[-1]

    def _figures(self, measure: str) -> Figures:
        """Load ÷ share of each member who counts, in a common unit."""
        weights, loads = self.formulation.weights(measure), self.model.loads(measure)
        units = [weights.unit / self.formulation.share[m] for m in self.counted]
        tops = [self.model.upper[int(loads[m])] for m in self.counted]
        most = max(u * top for u, top in zip(units, tops, strict=True))
        unit = common_unit(units, most, self.formulation.bits)
        if weights.error or unit is None:  # nothing in common: each pair is rounded by itself
            load = self.formulation.workload if measure == "workload" else self.formulation.one
            return self._figures_of(load / self.formulation.members.share)
        sums = [
            Linear.of([(int(loads[m]), int(u / unit))])
            for m, u in zip(self.counted, units, strict=True)
        ]
        return Figures(sums, unit, 0.0)

    def _figures_of(self, figure: FloatArray) -> Figures:
        """Sums of what each pair adds to its member's figure; H × M, 0 where it is not allowed."""
        found = integers(self.formulation.pairs_of(figure), bits=self.formulation.bits)
        whole = found.arrays[0]
        sums = []
        for m in self.counted:
            pairs = self.model.of_member[m]
            pairs = pairs[whole[pairs] != 0]
            sums.append(Linear(pairs, whole[pairs]))
        return Figures(sums, found.unit, found.error * len(self.formulation.units))

    def _fair_travel(self, goal: FairTravel) -> Stage:
        """Visits × travel, over all members but the exempt."""
        effort = self.formulation.effort
        if not self.counted or not self.formulation.pairs_of(effort).any():
            return self._nothing(goal)
        return self._fair(goal, self._figures_of(effort), 0)

    def _fair(self, goal: FairLoad | FairTravel, figures: Figures, floor: int) -> Stage:
        """Figures that have too many levels to list them."""
        hold: Held | None = None if goal.exact else goal.held
        if goal.aim == "minmax":
            return lowest_largest(self.steps, figures, hold)
        if goal.aim == "leximax":
            return figures_in_order(self.steps, figures)
        optional = self.formulation.members.optional
        used = [self.model.used(m) if optional[m] else None for m in self.counted]
        return narrowest(self.steps, figures, used, floor, hold)

    def _nothing(self, goal: FairLoad | FairTravel) -> Stage:
        """Nothing weighs anything: any plan is fair."""
        return Stage(True, None)


def _any(pairs: IntArray, values: IntArray) -> int:
    return int(values[pairs].any())


def _positive(linear: Linear, values: IntArray) -> int:
    return max(0, linear.at(values))
