"""The stage of a goal that compares members, by the figures that it gives of them (contract 5.2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property, partial

import numpy as np

from phancong.engines.common.integers import EXACT, FINE, integers
from phancong.engines.common.linear_model import Linear
from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.fairness import (
    FigureSums,
    Held,
    common_unit,
    figures_in_order,
    levels_in_order,
    lowest_exactly,
    lowest_largest,
    lowest_level,
    narrowest,
    spread_of,
)
from phancong.engines.exact.levels import Levels, hardest, least_total
from phancong.engines.exact.steps import Stage, Steps
from phancong.goals import Goal, Kind, MemberSums, figures, single
from phancong.meeting import exact, exact_slack, largest_met, slack

#: The figure of a member without any pair, and what each candidate pair adds to it.
MemberTerms = tuple[Fraction, list[tuple[int, Fraction]]]


class MemberStage:
    """Makes the largest figure of a member, all in order, or their spread as small as can be.

    Parameters
    ----------
    steps
        The search, with a plan.
    goal
        A goal that compares members.
    figures
        Its figures. Loads are taken as the integers that the rules about loads use.
    """

    def __init__(self, steps: Steps, goal: Goal, figures: MemberSums) -> None:
        self.steps = steps
        self.goal = goal
        self.figures = figures
        self.model = steps.model
        self.formulation = steps.model.formulation
        #: From the best value to what later goals may leave; None: nothing else.
        self._hold: Held | None = None if goal.exact else goal.held
        #: The members who count.
        self.counted = [int(m) for m in np.flatnonzero(self.formulation.counted)]

    def run(self) -> Stage:
        """Minimise and hold the value of the goal."""
        if self._weightless():
            return Stage(True, None)
        if self.figures.measure is None:
            return self._other_figures()
        return self._loads(self.figures.measure)

    def keep(self, limit: float) -> None:
        """Let no figure, or no spread of them, be above a limit."""
        if self._weightless():
            if largest_met(limit) < 0:
                self.model.impossible = True
            return
        measure = self.figures.measure
        levels = None if measure is None else self._levels(measure)
        if self.goal.kind is Kind.LARGEST and levels is not None and levels.few():
            levels.tighten(largest_met(limit))
            return
        sums = self._sums(bits=EXACT)
        if self.goal.kind is Kind.SPREAD:
            quantity = spread_of(self.steps, sums, self._used())
            self.steps.hold(quantity, quantity.under(limit))
            self.steps.check(self.goal, quantity, limit)
            return
        if sums.error:
            self._keep_level(largest_met(limit))
            return
        most = Quantity(Linear.of(()), sums.unit).under(limit)
        for each in sums.sums:
            self.model.add(each, upper=most)

    def _loads(self, measure: str) -> Stage:
        """Load ÷ share, over all members but the exempt."""
        levels = self._levels(measure)
        if self.goal.kind is Kind.SPREAD:
            return self._fair(self._narrowest(levels, measure))
        if self.formulation.weights(measure).error or not levels.few():
            return self._fair()
        if self.goal.kind is Kind.IN_ORDER:
            return levels_in_order(self.steps, levels)
        return lowest_level(self.steps, levels, self._hold)

    def _levels(self, measure: str) -> Levels:
        """The load of each member who counts, and what arithmetic says of all together."""
        weights = self.formulation.weights(measure)
        loads = self.model.loads(measure)
        variables = [int(loads[m]) for m in self.counted]
        units = {m: weights.unit / self.formulation.share[m] for m in self.counted}
        # Of each household of a group as many are missing, and others may be missing in its place.
        missing = sum(
            int(self.steps.plan[variable]) * int(self.formulation.size[unit])
            for unit, variable in self.model.missing.items()
        )
        total = least_total(self.model, measure, missing)
        each = [units[m] for m in self.counted]
        return Levels(self.model, variables, each, total, hardest(self.model, measure, units))

    def _narrowest(self, levels: Levels, measure: str) -> Fraction:
        """A lower bound of the spread by arithmetic; 0 if there is none.

        With equal shares the leximax loads have the least maximum and the largest minimum at once.
        """
        weights = self.formulation.weights(measure)
        total = weights.total
        alike = len(set(levels.units)) == 1 and levels.few() and not weights.error
        if not alike or total is None or weights.base.any() or levels.total < total:
            return Fraction(0)
        if any(self.formulation.members.optional[m] for m in self.counted):
            return Fraction(0)
        ideal = levels.ideal()
        return ideal[0] - ideal[-1]

    def _sums(self, bits: int | None = None) -> FigureSums:
        """The figure of each member who counts, as integer sums; *bits* of what is rounded."""
        if self.figures.measure is not None:
            common = self._in_common_unit(self.figures.measure)
            if common is not None:
                return common
        problem = self.model.problem
        figure = self.formulation.pairs_of(self.figures.pairs(problem))
        carried = self.figures.carried(problem)
        each = np.where(self.model.open(), figure, 0.0)
        found = integers(each, carried, bits=self.formulation.bits, rough=bits)
        whole, besides = found.arrays
        sums = []
        for m in self.counted:
            pairs = self.model.of_member[m]
            pairs = pairs[whole[pairs] != 0]
            sums.append(Linear(pairs, whole[pairs], int(besides[m])))
        terms = len(self.formulation.units) + bool(carried.any())
        return FigureSums(sums, found.unit, found.error * terms)

    def _in_common_unit(self, measure: str) -> FigureSums | None:
        """Load ÷ share of each member who counts; None where pairs have to be rounded one by one."""
        weights, loads = self.formulation.weights(measure), self.model.loads(measure)
        units = [weights.unit / self.formulation.share[m] for m in self.counted]
        tops = [self.model.upper[int(loads[m])] for m in self.counted]
        most = max(u * top for u, top in zip(units, tops, strict=True))
        unit = common_unit(units, most, self.formulation.bits)
        if weights.error or unit is None:
            return None
        sums = [
            Linear.of([(int(loads[m]), int(u / unit))])
            for m, u in zip(self.counted, units, strict=True)
        ]
        return FigureSums(sums, unit, 0.0)

    def _other_figures(self) -> Stage:
        """Sums over the pairs of each member, over all members but the exempt."""
        if self.goal.kind is not Kind.SPREAD:  # who has one such pair has more than anybody now
            largest = figures(self.goal.value(self.steps.assignment()))[0]
            pairs = self.figures.pairs(self.model.problem)
            self.model.leave_out(self.formulation.pairs_of(pairs), self.goal.held(largest))
        return self._fair()

    def _fair(self, least: Fraction = Fraction(0)) -> Stage:
        """Figures that have too many levels to list them; none has a spread below *least*.

        Where they are rounded, few bits find a good plan sooner; its proof takes more of them.
        """
        sums = self._sums()
        if self.goal.kind is Kind.LARGEST:
            return self._smallest_largest(sums)
        by_aim = (
            partial(figures_in_order, self.steps)
            if self.goal.kind is Kind.IN_ORDER
            else partial(self._spread, least)
        )
        if not sums.error:
            return by_aim(sums)
        mark = self.model.mark()
        rough = by_aim(sums)
        self.steps.back_to(mark)
        return by_aim(self._sums(bits=EXACT)) if rough.proven else by_aim(sums)

    def _smallest_largest(self, sums: FigureSums) -> Stage:
        """The largest figure, by its integers and, where these are rounded, in exact rows."""
        found = lowest_largest(self.steps, sums, self._hold, held=not sums.error)
        if not sums.error:
            return found
        if not found.proven:
            level = self._largest()
            if self._hold is not None:
                level = exact(self._hold(float(level)))
            self._keep_level(level + exact_slack(level) / 2)
            return found
        proven = lowest_exactly(self.steps, self._largest, self._keep_level, self._hold)
        error = 0.25 * float(slack(float(self._largest())))
        return Stage(True, None, error) if proven else Stage(False, found.bound, found.error)

    def _spread(self, least: Fraction, sums: FigureSums) -> Stage:
        floor = 0 if sums.error else math.floor(least / sums.unit)
        quantity = spread_of(self.steps, sums, self._used(), floor)
        found = narrowest(self.steps, quantity, self._hold)
        best = single(self.goal.value(self.steps.assignment()))
        self.steps.check(self.goal, quantity, self.goal.held(best))
        return found

    @cached_property
    def _exactly(self) -> list[MemberTerms]:
        """The terms of each member who counts, exactly."""
        formulation, problem = self.formulation, self.model.problem
        if self.figures.measure is None:
            carried = self.figures.carried(problem).tolist()
            each: Sequence[Fraction] = formulation.exact_sums(self.figures.exact_pair(problem))
            base: Sequence[Fraction] = [exact(figure, problem.exactly) for figure in carried]
            share = (Fraction(1),) * len(base)
        else:
            each, base = formulation.exact_loads(self.figures.measure)
            share = formulation.share
        return [
            (
                base[m] / share[m],
                [(pair, each[pair] / share[m]) for pair in self.model.of_member[m].tolist()],
            )
            for m in self.counted
        ]

    def _largest(self) -> Fraction:
        """The largest figure of the plan, exactly."""
        plan = self.steps.plan
        return max(
            sum((figure for pair, figure in pairs if plan[pair]), base)
            for base, pairs in self._exactly
        )

    def _keep_level(self, level: Fraction) -> None:
        """Let no figure be above a level, to within much less than the tolerance."""
        for base, pairs in self._exactly:
            room = level - base
            for pair, figure in pairs:
                if figure > room:
                    self.model.tighten(pair, upper=0)
            self.model.cap([(p, figure) for p, figure in pairs if figure <= room], room, FINE)

    def _used(self) -> list[int | None]:
        """For each member who counts the literal under which it does; None: always."""
        optional = self.formulation.members.optional
        return [self.model.used(m) if optional[m] else None for m in self.counted]

    def _weightless(self) -> bool:
        """All figures are 0 whatever the plan: every plan is fair."""
        if not self.counted:
            return True
        problem = self.model.problem
        pairs = self.formulation.pairs_of(self.figures.pairs(problem))
        return not pairs.any() and not self.figures.carried(problem).any()
