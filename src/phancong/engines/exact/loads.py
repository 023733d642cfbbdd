"""The base of the model: candidate pairs as decisions, and integer loads of members."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from phancong.engines.common.formulation import Formulation, Weights
from phancong.engines.common.linear_model import FREE, Linear, LinearModel, Mark
from phancong.meeting import largest_met
from phancong.problem import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class MemberBreach:
    """Breaches of a limit by members.

    Parameters
    ----------
    variables
        Member → variable of its breach, for each member who can break the limit.
    quantum
        Real breach of the integer 1.
    error
        Largest rounding error of the breaches of all members together.
    """

    variables: Mapping[int, int]
    quantum: Fraction
    error: float


class LoadModel(LinearModel):
    """A linear model whose decisions are the candidate pairs, with variables for loads and breaches.

    Parameters
    ----------
    formulation
        The candidate pairs, in their order.
    """

    def __init__(self, formulation: Formulation) -> None:
        super().__init__(len(formulation.unit))
        self.formulation = formulation
        self.problem = formulation.problem
        self.relax = formulation.relax
        members = len(formulation.members)
        #: Candidate pairs of each unit and of each member.
        self.of_unit = _of_each(formulation.unit, len(formulation.units))
        self.of_member = _of_each(formulation.member, members)
        #: Unit → variable of its missing members; units that may have none are left out.
        self.missing: dict[int, int] = {}
        #: Rule → breaches of members.
        self.member_breach: dict[str, MemberBreach] = {}
        #: Variable of the changes above ``max_changes``; None if the rule is not relaxed.
        self.excess_changes: int | None = None
        self._loads: dict[str, IntArray] = {}
        self._used: dict[int, int] = {}

    def loads(self, measure: str) -> IntArray:
        """The variable of each member's load in ``"workload"`` or ``"households"``, (M,)."""
        if measure not in self._loads:
            weights = self.formulation.weights(measure)
            variables = []
            for m, pairs in enumerate(self.of_member):
                carried = sum_of(pairs, weights.pairs[pairs], int(weights.base[m]))
                load = self.integer(*self._possible(weights, carried), carried.at)
                self.add(carried.plus(load, -1), 0, 0)
                variables.append(load)
            self._loads[measure] = np.array(variables, dtype=np.int64)
            self._all_is_carried(measure, weights)
        return self._loads[measure]

    def bounded_loads(self) -> list[tuple[str, IntArray]]:
        """The loads whose maximum must hold, with their measure."""
        return [
            (measure, loads)
            for measure, loads in self._loads.items()
            if f"max_{measure}" not in self.relax
        ]

    def _possible(self, weights: Weights, carried: Linear) -> tuple[int, int]:
        low, high = self.range_of(carried)
        if weights.total is None:
            return low, high
        return low, min(high, max(weights.total + carried.constant, low))

    def _all_is_carried(self, measure: str, weights: Weights) -> None:
        """Add an implied row that helps solvers: loads and load of missing members sum to the total."""
        if weights.total is None:
            return
        terms = [(load, 1) for load in self._loads[measure].tolist()]
        for unit, missing in self.missing.items():
            pairs = self.of_unit[unit]
            if not len(pairs):
                return
            terms.append((missing, int(weights.pairs[pairs[0]])))
        if all(len(pairs) for pairs in self.of_unit):
            total = weights.total + int(weights.base.sum())
            self.add(Linear.of(terms), total, total)

    def used(self, m: int) -> int:
        """The literal that the member has at least one household."""
        if m not in self._used:
            self._used[m] = any_of(self, self.of_member[m].tolist())
        return self._used[m]

    def heaviest(self, m: int, weights: Weights) -> Fraction:
        """The rounded load of a member with all its candidate pairs, in real units."""
        return int(weights.pairs[self.of_member[m]].sum() + weights.base[m]) * weights.quantum

    def off(self, m: int, weights: Weights) -> Fraction:
        """Largest rounding error of the load of a member, in real units."""
        off = Fraction(weights.error) + weights.off
        return off * (len(self.of_member[m]) + bool(weights.base[m]))

    def ceiling(
        self, rule: str, quantum: Fraction = Fraction(1), off: Fraction = Fraction(0)
    ) -> int:
        """The largest breach of one subject, in integers of *quantum*; 0 if the rule must hold."""
        ceiling = self.relax.get(rule, 0.0)
        if math.isinf(ceiling):
            return FREE
        return min(math.floor((largest_met(ceiling) + off) / quantum), FREE)

    def back_to(self, mark: Mark) -> None:
        """Remove rows and variables that were added since *mark*."""
        super().back_to(mark)
        known = len(self.lower)
        self._used = {m: used for m, used in self._used.items() if used < known}
        self._loads = {name: loads for name, loads in self._loads.items() if (loads < known).all()}


def _of_each(group: IntArray, groups: int) -> list[IntArray]:
    """Indices of the elements of each group, rising."""
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=groups)).tolist()
    return [order[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def sum_of(variables: IntArray, coefficients: IntArray | None = None, constant: int = 0) -> Linear:
    """A sum of variables, with coefficients (1 by default) and a constant."""
    if coefficients is None:
        coefficients = np.ones(len(variables), dtype=np.int64)
    return Linear(variables[coefficients != 0], coefficients[coefficients != 0], constant)


def any_of(model: LinearModel, variables: Sequence[int]) -> int:
    """The literal that at least one of some 0/1 variables is 1."""
    total = Linear.of((variable, 1) for variable in variables)
    literal = model.boolean(partial(_is_positive, total))
    for variable in variables:
        model.add(Linear.of([(variable, 1), (literal, -1)]), upper=0)
    model.add(Linear.of([*total.terms(), (literal, -1)]), lower=0)
    return literal


def _is_positive(linear: Linear, values: IntArray) -> int:
    return int(linear.at(values) > 0)
