"""Limits of the workload that rounded integers cannot decide: extra rows and exact checks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from phancong.engines.common.formulation import Formulation
from phancong.engines.common.integers import common_divisor
from phancong.engines.common.linear_model import FREE, Linear, Mark, Row
from phancong.engines.exact.loads import LoadModel
from phancong.problem import IntArray


@dataclass(frozen=True, slots=True)
class Cap:
    """An exact limit of a member's workload: a maximum, a minimum, or both; None is no limit."""

    member: int
    most: Fraction | None
    least: Fraction | None


@dataclass(frozen=True, slots=True)
class UndecidedLimit:
    """A relaxed limit that rounded integers may not decide, and the literal that it is broken."""

    breaks: int
    cap: Cap


class CappedModel(LoadModel):
    """A model that checks limits of the workload exactly where its rows are rounded.

    Parameters
    ----------
    formulation
        The candidate pairs.
    """

    def __init__(self, formulation: Formulation) -> None:
        super().__init__(formulation)
        #: Exact limits of the workload that a plan must keep in addition to the rows.
        self.caps: list[Cap] = []
        #: Limits that a plan may break only if their literal is true.
        self.undecided: list[UndecidedLimit] = []
        self._cuts: list[Row] = []
        #: Whether a cut without pairs proves that there is no plan.
        self._no_plan = False

    def watch(self, m: int, most: Fraction | None, least: Fraction | None) -> None:
        """Check a limit exactly in each plan, since its rounded row may admit plans that break it."""
        self.caps.append(Cap(m, most, least))

    def at_most(self, m: int, most: Fraction) -> None:
        """Add a row for a maximum of the workload; plans that keep the row are checked exactly."""
        each, room = self.exact_pairs(m), most - self.formulation.exact_carried[m]
        for pair, weight in each:
            if weight > room:
                self.tighten(pair, upper=0)
        self.cap([(pair, weight) for pair, weight in each if weight <= room], room)
        self.caps.append(Cap(m, most, None))

    def at_least(self, m: int, least: Fraction) -> None:
        """Add a row for a minimum of the workload; plans that keep the row are checked exactly."""
        each = self.exact_pairs(m)
        quantum, _ = self._row_quantum([weight for _, weight in each])
        when = [(self.used(m), -1)] if self.formulation.members.optional[m] else []
        lower = max(math.ceil((least - self.formulation.exact_carried[m]) / quantum), 0)
        terms = [(pair, min(math.ceil(weight / quantum), lower)) for pair, weight in each]
        terms += [(used, -lower) for used, _ in when]
        self.add(Linear.of(terms), lower=0 if when else lower)
        self.caps.append(Cap(m, None, least))

    def cap(
        self, each: Sequence[tuple[int, Fraction]], most: Fraction, bits: int | None = None
    ) -> bool:
        """Add a row that keeps a sum of nonnegative reals at or below a limit; whether it is exact.

        If the numbers have no common quantum within *bits* bits, they are rounded down: the row cuts
        off no plan.
        """
        quantum, exactly = self._row_quantum([weight for _, weight in each], bits)
        terms = [(pair, math.floor(weight / quantum)) for pair, weight in each]
        self.add(Linear.of(terms), upper=max(math.floor(most / quantum), -1))
        return exactly

    def _row_quantum(
        self, weights: list[Fraction], bits: int | None = None
    ) -> tuple[Fraction, bool]:
        """The real value of the integer 1 in a row, and whether the row's integers are exact."""
        bits = self.formulation.bits if bits is None else bits
        largest = max(weights, default=Fraction(0))
        if not largest:
            return Fraction(1), True
        quantum = common_divisor(set(weights), largest / 2**bits)
        return (quantum, True) if largest / quantum < 2**bits else (largest / 2**bits, False)

    def exact_pairs(self, m: int) -> list[tuple[int, Fraction]]:
        """The candidate pairs of a member with their exact workload."""
        exactly = self.formulation.exact_workload
        return [(pair, exactly[pair]) for pair in self.of_member[m].tolist()]

    def cut_off(self, values: IntArray) -> bool:
        """Cut off values of the decisions that break a limit by less than rows can tell; whether they do.

        The cut of a maximum says that these pairs cannot all be chosen; that of a minimum, that another
        pair is needed. A cut excludes no plan that keeps the limits.
        """
        cuts = list(self._passed(values, self.caps))
        cuts += [self._unless(*each) for each in self._broken_undecided(values)]
        for cut in cuts:
            self._cut(*cut)
        return bool(cuts)

    def _broken_undecided(self, values: IntArray) -> Iterator[tuple[int, Linear, int, int]]:
        """Literal and cut for each relaxed limit that is broken exactly while its literal is false."""
        for limit in self.undecided:
            if not values[limit.breaks]:
                for row in self._passed(values, [limit.cap]):
                    yield limit.breaks, *row

    def _unless(
        self, literal: int, linear: Linear, lower: int, upper: int
    ) -> tuple[Linear, int, int]:
        """The row, with one finite bound, relaxed if the literal is true."""
        freed = (literal, -1 if lower == -FREE else 1)
        return Linear.of([*linear.terms(), freed], linear.constant), lower, upper

    def breaks(self, cap: Cap, values: IntArray) -> bool:
        """Whether values of the decisions break an exact limit."""
        return next(self._passed(values, [cap]), None) is not None

    def bar(self, values: IntArray, *, only_now: bool = False) -> None:
        """Cut off the plan with these values of the decisions; *only_now*: until the model goes back."""
        taken = [(pair, 1 if values[pair] else -1) for pair in range(self.decisions)]
        most = int((values[: self.decisions] > 0).sum()) - 1
        if only_now:
            self.add(Linear.of(taken), upper=most)
        else:
            self._cut(Linear.of(taken), -FREE, most)

    def _cut(self, linear: Linear, lower: int, upper: int) -> None:
        self.add(linear, lower, upper)
        if len(linear.variables):
            self._cuts.append(self.rows[-1])
        else:
            self._no_plan |= not lower <= 0 <= upper

    def _passed(self, values: IntArray, caps: Sequence[Cap]) -> Iterator[tuple[Linear, int, int]]:
        """A cut for each exact limit that is broken: sum, lower and upper bound."""
        for cap in caps:
            each = self.exact_pairs(cap.member)
            taken = [(weight, pair) for pair, weight in each if values[pair]]
            load = sum((weight for weight, _ in taken), self.formulation.exact_carried[cap.member])
            if cap.most is not None and load > cap.most:
                taken.sort()
                while (
                    taken and load - taken[0][0] > cap.most
                ):  # without the lightest the load is still too large
                    load -= taken.pop(0)[0]
                yield Linear.of((pair, 1) for _, pair in taken), -FREE, len(taken) - 1
            idle = bool(self.formulation.members.optional[cap.member])
            if cap.least is not None and load < cap.least and not (idle and not taken):
                others = sorted((weight, pair) for pair, weight in each if not values[pair])
                while others and load + others[0][0] < cap.least:  # the lightest do not suffice
                    load += others.pop(0)[0]
                terms = [(pair, 1) for _, pair in others]
                used = [(self.used(cap.member), -1)] if idle else []
                yield Linear.of([*terms, *used]), 0 if used else 1, FREE

    def back_to(self, mark: Mark) -> None:
        """Remove rows and variables that were added since *mark*, except cuts valid for every plan."""
        super().back_to(mark)
        self.impossible |= self._no_plan
        there = {id(row) for row in self.rows}
        self.rows.extend(cut for cut in self._cuts if id(cut) not in there)

    def keeps(self, values: IntArray) -> bool:
        """Whether values keep every bound, every row, and every exact limit."""
        return super().keeps(values) and not any(self.breaks(cap, values) for cap in self.caps)
