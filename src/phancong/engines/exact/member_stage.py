"""The stage of a goal that compares figures of members (contract 5.2)."""

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
    common_quantum,
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
from phancong.goals import Goal, Kind, MemberSums, Value, figures, single
from phancong.meeting import exact, exact_slack, largest_met, least_met, slack

#: Figure of a member without any pair, and the amount that each candidate pair adds.
MemberTerms = tuple[Fraction, list[tuple[int, Fraction]]]


class MemberStage:
    """Minimises the largest figure of a member, all figures in leximax order, or their spread.

    Parameters
    ----------
    steps
        The search, with a plan.
    goal
        A goal that compares members.
    figures
        Its figures. Figures of loads use the same integers as the rules about loads.
    known
        A bound of all plans that are searched; None if there is none.
    """

    def __init__(
        self, steps: Steps, goal: Goal, figures: MemberSums, known: Value | None = None
    ) -> None:
        self.steps = steps
        self.goal = goal
        self.figures = figures
        self.model = steps.model
        self.formulation = steps.model.formulation
        #: Returns the value that later goals must keep, from the best value; None: the best value itself.
        self._hold: Held | None = None if goal.exact else goal.held
        #: A lower bound of the largest figure, without its rounding.
        self._known = Fraction(0)
        if known is not None and goal.kind is Kind.LARGEST:
            self._known = max(least_met(single(known)), self._known)
        #: The members who are not exempt.
        self.counted = [int(m) for m in np.flatnonzero(self.formulation.counted)]

    def run(self) -> Stage:
        """Minimise and hold the value of the goal."""
        if self._weightless():
            return Stage(True, None)
        if self.figures.measure is None:
            return self._other_figures()
        return self._loads(self.figures.measure)

    def keep(self, limit: float) -> None:
        """Keep all figures, or their spread, at or below a limit."""
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
        most = Quantity(Linear.of(()), sums.quantum).under(limit)
        for each in sums.sums:
            self.model.add(each, upper=most)

    def _loads(self, measure: str) -> Stage:
        """Minimise and hold a goal of loads ÷ share."""
        levels = self._levels(measure)
        if self.goal.kind is Kind.SPREAD:
            return self._fair(self._narrowest(levels, measure))
        if self.formulation.weights(measure).error or not levels.few():
            return self._fair()
        if self.goal.kind is Kind.IN_ORDER:
            return levels_in_order(self.steps, levels)
        return lowest_level(self.steps, levels, self._hold)

    def _levels(self, measure: str) -> Levels:
        """The loads of members as levels, with lower bounds by arithmetic."""
        weights = self.formulation.weights(measure)
        loads = self.model.loads(measure)
        variables = [int(loads[m]) for m in self.counted]
        quanta = {m: weights.quantum / self.formulation.share[m] for m in self.counted}
        # A member missing at a group is missing at each of its households. Later plans may have the same
        # number of missing members at other households.
        missing = sum(
            int(self.steps.plan[variable]) * int(self.formulation.size[unit])
            for unit, variable in self.model.missing.items()
        )
        total = least_total(self.model, measure, missing)
        each = [quanta[m] for m in self.counted]
        least = max(hardest(self.model, measure, quanta), self._known)
        return Levels(self.model, variables, each, total, least)

    def _narrowest(self, levels: Levels, measure: str) -> Fraction:
        """A lower bound of the spread by arithmetic, 0 if none is known.

        With equal shares the leximax loads have both the least maximum and the largest minimum.
        """
        weights = self.formulation.weights(measure)
        total = weights.total
        alike = len(set(levels.quanta)) == 1 and levels.few() and not weights.error
        if not alike or total is None or weights.base.any() or levels.total < total:
            return Fraction(0)
        if any(self.formulation.members.optional[m] for m in self.counted):
            return Fraction(0)
        ideal = levels.ideal()
        return ideal[0] - ideal[-1]

    def _sums(self, bits: int | None = None) -> FigureSums:
        """The figures of members as integer sums; *bits*: those of integers that are rounded."""
        if self.figures.measure is not None:
            common = self._in_common_quantum(self.figures.measure)
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
        return FigureSums(sums, found.quantum, found.error * terms)

    def _in_common_quantum(self, measure: str) -> FigureSums | None:
        """Loads ÷ share of members in one common quantum; None if there is none, or loads are rounded."""
        weights, loads = self.formulation.weights(measure), self.model.loads(measure)
        quanta = [weights.quantum / self.formulation.share[m] for m in self.counted]
        tops = [self.model.upper[int(loads[m])] for m in self.counted]
        most = max(q * top for q, top in zip(quanta, tops, strict=True))
        quantum = common_quantum(quanta, most, self.formulation.bits)
        if weights.error or quantum is None:
            return None
        sums = [
            Linear.of([(int(loads[m]), int(q / quantum))])
            for m, q in zip(self.counted, quanta, strict=True)
        ]
        return FigureSums(sums, quantum, 0.0)

    def _other_figures(self) -> Stage:
        """Minimise and hold a goal of figures that are no loads."""
        if self.goal.kind is not Kind.SPREAD:  # no better plan has a pair above the largest figure
            largest = figures(self.goal.value(self.steps.assignment()))[0]
            pairs = self.figures.pairs(self.model.problem)
            self.model.leave_out(self.formulation.pairs_of(pairs), self.goal.held(largest))
        return self._fair()

    def _fair(self, least: Fraction = Fraction(0)) -> Stage:
        """Minimise and hold a goal of figures with too many levels to list; *least* bounds the spread.

        If the figures are rounded, the first pass uses few bits, which find a good plan sooner. The proof
        needs a second pass with more bits.
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
        """Minimise the largest figure in integers; if these are rounded, then also with exact rows."""
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
        floor = 0 if sums.error else math.floor(least / sums.quantum)
        quantity = spread_of(self.steps, sums, self._used(), floor)
        found = narrowest(self.steps, quantity, self._hold)
        best = single(self.goal.value(self.steps.assignment()))
        self.steps.check(self.goal, quantity, self.goal.held(best))
        return found

    @cached_property
    def _exactly(self) -> list[MemberTerms]:
        """The exact terms of the figure of each member who is not exempt."""
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
        """The exact largest figure of the plan."""
        plan = self.steps.plan
        return max(
            sum((figure for pair, figure in pairs if plan[pair]), base)
            for base, pairs in self._exactly
        )

    def _keep_level(self, level: Fraction) -> None:
        """Keep all figures at or below a level; the rounding is far below the tolerance."""
        for base, pairs in self._exactly:
            room = level - base
            for pair, figure in pairs:
                if figure > room:
                    self.model.tighten(pair, upper=0)
            self.model.cap([(p, figure) for p, figure in pairs if figure <= room], room, FINE)

    def _used(self) -> list[int | None]:
        """For each member the literal that it is used, under which it counts; None: it always counts."""
        optional = self.formulation.members.optional
        return [self.model.used(m) if optional[m] else None for m in self.counted]

    def _weightless(self) -> bool:
        """Whether all figures are 0 in every plan."""
        if not self.counted:
            return True
        problem = self.model.problem
        pairs = self.formulation.pairs_of(self.figures.pairs(problem))
        return not pairs.any() and not self.figures.carried(problem).any()
