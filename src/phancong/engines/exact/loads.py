"""Candidate pairs and the loads of members as integers: what every rule of the model speaks about."""

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
    """By how much members break a limit of their load.

    Parameters
    ----------
    variables
        The breach of each member who can break it, member → variable.
    unit
        A breach is its integer times this.
    error
        How far the real breaches of all members together may lie from that.
    """

    variables: Mapping[int, int]
    unit: Fraction
    error: float


class LoadModel(LinearModel):
    """Candidate pairs as decisions, and variables for what follows from them.

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
        #: Unit → how many members it misses; a unit that may miss none is not in it.
        self.missing: dict[int, int] = {}
        #: Rule → the breach of each member.
        self.member_breach: dict[str, MemberBreach] = {}
        #: By how many the changes are above their cap, where that may be.
        self.excess_changes: int | None = None
        self._loads: dict[str, IntArray] = {}
        self._used: dict[int, int] = {}

    def loads(self, measure: str) -> IntArray:
        """A variable for each member's load in ``"workload"`` or ``"households"``, (M,)."""
        if measure not in self._loads:
            weights = self.formulation.weights(measure)
            variables = []
            for m, pairs in enumerate(self.of_member):
                carried = sum_of(pairs, weights.pairs[pairs], int(weights.base[m]))
                load = self.integer(*self._possible(m, weights, carried), carried.at)
                self.add(carried.plus(load, -1), 0, 0)
                variables.append(load)
            self._loads[measure] = np.array(variables, dtype=np.int64)
            self._all_is_carried(measure, weights)
        return self._loads[measure]

    def bounded_loads(self) -> list[tuple[str, IntArray]]:
        """The loads with a maximum that must hold, and their measure."""
        return [
            (measure, loads)
            for measure, loads in self._loads.items()
            if f"max_{measure}" not in self.relax
        ]

    def _possible(self, m: int, weights: Weights, carried: Linear) -> tuple[int, int]:
        low, high = self.range_of(carried)
        if weights.total is None:
            return low, high
        return low, min(high, max(weights.total + carried.constant, low))

    def _all_is_carried(self, measure: str, weights: Weights) -> None:
        """An implied row that helps solvers: all loads and all missing work add up to the total."""
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
        """A literal: the member has at least one household."""
        if m not in self._used:
            self._used[m] = any_of(self, self.of_member[m].tolist())
        return self._used[m]

    def heaviest(self, m: int, weights: Weights) -> Fraction:
        """The integer load of a member with all candidates."""
        return int(weights.pairs[self.of_member[m]].sum() + weights.base[m]) * weights.unit

    def off(self, m: int, weights: Weights) -> Fraction:
        """How far the load of a member may lie from its integer, in real units."""
        off = Fraction(weights.error) + weights.off
        return off * (len(self.of_member[m]) + bool(weights.base[m]))

    def ceiling(self, rule: str, unit: Fraction = Fraction(1), off: Fraction = Fraction(0)) -> int:
        """The most, in units, by which one subject may break a rule; 0 if it must hold."""
        ceiling = self.relax.get(rule, 0.0)
        if math.isinf(ceiling):
            return FREE
        return min(math.floor((largest_met(ceiling) + off) / unit), FREE)

    def back_to(self, mark: Mark) -> None:
        """Remove what was added since *mark*."""
        super().back_to(mark)
        known = len(self.lower)
        self._used = {m: used for m, used in self._used.items() if used < known}
        self._loads = {name: loads for name, loads in self._loads.items() if (loads < known).all()}


def _of_each(group: IntArray, groups: int) -> list[IntArray]:
    """The numbers of what belongs to each group, rising."""
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=groups)).tolist()
    return [order[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def sum_of(variables: IntArray, coefficients: IntArray | None = None, constant: int = 0) -> Linear:
    """The sum of variables, by default of each once, and a constant."""
    if coefficients is None:
        coefficients = np.ones(len(variables), dtype=np.int64)
    return Linear(variables[coefficients != 0], coefficients[coefficients != 0], constant)


def any_of(model: LinearModel, variables: Sequence[int]) -> int:
    """A literal: at least one of some variables of 0 and 1 is 1."""
    total = Linear.of((variable, 1) for variable in variables)
    literal = model.boolean(partial(_is_positive, total))
    for variable in variables:
        model.add(Linear.of([(variable, 1), (literal, -1)]), upper=0)
    model.add(Linear.of([*total.terms(), (literal, -1)]), lower=0)
    return literal


def _is_positive(linear: Linear, values: IntArray) -> int:
    return int(linear.at(values) > 0)
