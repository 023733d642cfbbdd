"""Limits of the workload that rounded integers cannot tell: rows of their own, looked at exactly."""

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
    """A limit of a member's workload that integers cannot tell: the most, or the least, or None."""

    member: int
    most: Fraction | None
    least: Fraction | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A limit that may be broken by so little that integers cannot tell, and the literal that says so."""

    breaks: int
    cap: Cap


class CappedModel(LoadModel):
    """A model that knows its limits exactly, also where its rows do not.

    Parameters
    ----------
    formulation
        The candidate pairs.
    """

    def __init__(self, formulation: Formulation) -> None:
        super().__init__(formulation)
        #: Limits of the workload that values have to meet beside the rows.
        self.caps: list[Cap] = []
        #: Limits that may be broken, but not without their literal.
        self.doubts: list[Doubt] = []
        self._cuts: list[Row] = []
        #: Whether a cut without a pair says that there is no plan at all.
        self._no_plan = False

    def watch(self, m: int, most: Fraction | None, least: Fraction | None) -> None:
        """Check a limit exactly where a row, which is off by rounding, has let a plan in."""
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
        unit, _ = self._row_unit([weight for _, weight in each])
        when = [(self.used(m), -1)] if self.formulation.members.optional[m] else []
        lower = max(math.ceil((least - self.formulation.exact_carried[m]) / unit), 0)
        terms = [(pair, min(math.ceil(weight / unit), lower)) for pair, weight in each]
        terms += [(used, -lower) for used, _ in when]
        self.add(Linear.of(terms), lower=0 if when else lower)
        self.caps.append(Cap(m, None, least))

    def cap(
        self, each: Sequence[tuple[int, Fraction]], most: Fraction, bits: int | None = None
    ) -> bool:
        """Keep a sum of real numbers, 0 or more, at or below a limit; whether the row is exact.

        Where the numbers have no common unit of so many bits they are rounded down: the row leaves no
        plan out.
        """
        unit, exactly = self._row_unit([weight for _, weight in each], bits)
        terms = [(pair, math.floor(weight / unit)) for pair, weight in each]
        self.add(Linear.of(terms), upper=max(math.floor(most / unit), -1))
        return exactly

    def _row_unit(self, weights: list[Fraction], bits: int | None = None) -> tuple[Fraction, bool]:
        """The quantity that the integers of a row stand for, and whether they do so exactly."""
        bits = self.formulation.bits if bits is None else bits
        largest = max(weights, default=Fraction(0))
        if not largest:
            return Fraction(1), True
        unit = common_divisor(set(weights), largest / 2**bits)
        return (unit, True) if largest / unit < 2**bits else (largest / 2**bits, False)

    def exact_pairs(self, m: int) -> list[tuple[int, Fraction]]:
        """The candidate pairs of a member, each with its exact workload."""
        exactly = self.formulation.exact_workload
        return [(pair, exactly[pair]) for pair in self.of_member[m].tolist()]

    def cut_off(self, values: IntArray) -> bool:
        """Whether values of the decisions break a limit by less than the rows can tell.

        The model learns it then: of a maximum, that these pairs are too many; of a minimum, that
        another one is needed. No plan that meets its limits is lost.
        """
        cuts = list(self._passed(values, self.caps))
        cuts += [self._unless(*each) for each in self._passed_in_silence(values)]
        for cut in cuts:
            self._cut(*cut)
        return bool(cuts)

    def _passed_in_silence(self, values: IntArray) -> Iterator[tuple[int, Linear, int, int]]:
        """The literal and a row of caps for each limit that is exactly broken and said to be met."""
        for doubt in self.doubts:
            if not values[doubt.breaks]:
                for row in self._passed(values, [doubt.cap]):
                    yield doubt.breaks, *row

    def _unless(
        self, literal: int, linear: Linear, lower: int, upper: int
    ) -> tuple[Linear, int, int]:
        """A row of a single bound that does not hold where the literal is true."""
        freed = (literal, -1 if lower == -FREE else 1)
        return Linear.of([*linear.terms(), freed], linear.constant), lower, upper

    def breaks(self, cap: Cap, values: IntArray) -> bool:
        """Whether values of the decisions break a limit, exactly."""
        return next(self._passed(values, [cap]), None) is not None

    def bar(self, values: IntArray, *, only_now: bool = False) -> None:
        """Cut off the one plan with these values of the decisions; *only_now*, until a mark."""
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
        """For each limit that is broken, exactly, a row that says so; sum, lower and upper bound."""
        for cap in caps:
            each = self.exact_pairs(cap.member)
            taken = [(weight, pair) for pair, weight in each if values[pair]]
            load = sum((weight for weight, _ in taken), self.formulation.exact_carried[cap.member])
            if cap.most is not None and load > cap.most:
                taken.sort()
                while (
                    taken and load - taken[0][0] > cap.most
                ):  # the lightest are not what is too much
                    load -= taken.pop(0)[0]
                yield Linear.of((pair, 1) for _, pair in taken), -FREE, len(taken) - 1
            idle = bool(self.formulation.members.optional[cap.member])
            if cap.least is not None and load < cap.least and not (idle and not taken):
                others = sorted((weight, pair) for pair, weight in each if not values[pair])
                while others and load + others[0][0] < cap.least:  # nor are these enough
                    load += others.pop(0)[0]
                terms = [(pair, 1) for _, pair in others]
                used = [(self.used(cap.member), -1)] if idle else []
                yield Linear.of([*terms, *used]), 0 if used else 1, FREE

    def back_to(self, mark: Mark) -> None:
        """Remove what was added since *mark*, except what is true of every plan."""
        super().back_to(mark)
        self.impossible |= self._no_plan
        there = {id(row) for row in self.rows}
        self.rows.extend(cut for cut in self._cuts if id(cut) not in there)

    def keeps(self, values: IntArray) -> bool:
        """Whether values keep every bound, every row, and every limit exactly."""
        return super().keeps(values) and not any(self.breaks(cap, values) for cap in self.caps)
