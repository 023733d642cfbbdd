"""The quantum of a breach, which loads and limits have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from phancong.engines.common.integers import EXACT, FINE, common_divisor, exact_fraction
from phancong.engines.common.linear_model import Linear
from phancong.engines.exact.caps import CappedModel
from phancong.meeting import exact_slack


@dataclass(frozen=True, slots=True)
class BreachScale:
    """The quantum of a breach.

    Parameters
    ----------
    measure
        ``"workload"`` or ``"households"``.
    factor
        Number of quanta of the load integer 1; None if loads are summed anew in quanta of the breach.
    quantum, error
        As in :class:`MemberBreach`.
    each
        Largest rounding error of the breach of one member, in real numbers.
    """

    measure: str
    factor: int | None
    quantum: Fraction
    error: float
    each: Fraction

    @property
    def near(self) -> int:
        """Largest rounding error of the breach of one member, in quanta, rounded up."""
        return math.ceil(self.each / self.quantum)

    def edge(self, limit: Fraction) -> int:
        """Largest excess of a load that still meets the limit, in quanta."""
        return math.floor((exact_slack(limit) + self.each) / self.quantum)


def breach_scale(model: CappedModel, rule: str, members: Sequence[int]) -> BreachScale:
    """A common quantum of the loads and limits of some members, exact if there is one."""
    measure = rule.partition("_")[2]
    if measure == "households":  # loads and limits are integers
        return BreachScale(measure, 1, Fraction(1), 0.0, Fraction(0))
    weights = model.formulation.weights(measure)
    exactly = {m: model.formulation.exact_limit(rule, m) for m in members}
    widest = max(map(len, model.of_member)) + 2
    if not weights.error:
        limits = getattr(model.formulation.members, rule)[members].tolist()
        near = {exact_fraction(limit, model.problem.exactly) for limit in limits}
        carried = Fraction(int(weights.pairs.sum() + weights.base.sum())) * weights.quantum
        most = max(carried, *near)
        least = most / 2**model.formulation.bits
        quantum = common_divisor([weights.quantum, *near], least)
        if quantum > least:
            rounded = (abs(round(limit / quantum) * quantum - limit) for limit in exactly.values())
            each = max(weights.off, *rounded) * widest
            factor = int(weights.quantum / quantum)
            return BreachScale(measure, factor, quantum, float(each * len(members)), each)
    each_load = (*model.formulation.exact_workload, *model.formulation.exact_carried)
    most = max(sum(each_load, Fraction(0)), *exactly.values())
    least = most / 2**EXACT
    quantum = common_divisor({*each_load, *exactly.values()}, least)
    if quantum > least:
        return BreachScale(measure, None, quantum, 0.0, Fraction(0))
    # There is no common quantum: loads and limits are rounded.
    quantum = most / 2**FINE
    error = float(quantum / 2) * (len(model.of_unit) + 2 * len(members))
    return BreachScale(measure, None, quantum, error, quantum / 2 * widest)


def scaled_load(model: CappedModel, m: int, scale: BreachScale) -> Linear:
    """The load of a member in quanta of its breach."""
    if scale.factor is not None:
        return Linear.of([(int(model.loads(scale.measure)[m]), scale.factor)])
    carried = round(model.formulation.exact_carried[m] / scale.quantum)
    terms = ((pair, round(weight / scale.quantum)) for pair, weight in model.exact_pairs(m))
    return Linear.of(terms, carried)
