"""Candidate pairs and integer loads of a problem, in which models state its rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from phancong.assignment import best_kept, kept_worth, workloads
from phancong.engines.common.integers import exact_fraction, integers
from phancong.meeting import NOTHING_GIVEN, ULPS, exact
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.rules import beyond_ceiling_of, fixed_mask, pair_breaches


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The load of each pair on its member, in integers.

    Parameters
    ----------
    pairs
        The weight of each candidate pair, (P,).
    quantum
        The load that the integer 1 stands for.
    error
        The largest rounding error of the load of a pair; 0 if all are multiples of *quantum*.
    off
        The largest distance of the load of a pair from its fraction: a sum of floats, or a float of one
        third, stands for the fraction nearby.
    total
        The load of all members together if nobody is missing; None if it depends on the pairs chosen.
    base
        The carried load of each member, in the same integers, (M,).
    """

    pairs: IntArray
    quantum: Fraction
    error: float
    off: Fraction
    total: int | None
    base: IntArray


class Formulation:
    """Candidate pairs of units and members, where a unit is a household or a whole group.

    Households of one group have the same members, so they share one decision for each member.

    Parameters
    ----------
    problem
        The problem.
    relax
        The rules that may be relaxed, with their ceilings: a pair beyond a ceiling is no candidate.
    bits
        The most bits of an integer.
    """

    def __init__(self, problem: Problem, relax: Mapping[str, float], bits: int) -> None:
        self.problem = problem
        self.relax = relax
        self.bits = bits
        self.members = problem.member_columns
        #: Whether each member counts for fairness: all but the exempt do, (M,).
        self.counted: BoolArray = ~problem.exempt
        #: The rows of each unit; a household that needs nobody is in no unit.
        self.units = problem.units
        first = np.array([rows[0] for rows in self.units], dtype=np.int64)
        #: The number of members that each unit needs, and of households that it has, (U,) each.
        self.need: IntArray = problem.needed[first]
        self.size = np.array([len(rows) for rows in self.units], dtype=np.int64)
        self._order = np.concatenate([np.zeros(0, dtype=np.int64), *self.units])
        self._starts = np.cumsum(self.size) - self.size
        #: Whether each unit is a single household.
        self._alone = bool((self.size == 1).all())
        fixed = fixed_mask(problem)[first]
        free = problem.allowed[first]
        for rule, breach in self.pair_breach.items():
            free = free & self._bearable(rule, breach)
        #: Unit and member of each candidate pair, sorted, and whether it is fixed, (P,) each.
        self.unit, self.member = np.nonzero(free | fixed)
        self.fixed: BoolArray = fixed[self.unit, self.member]

    def restricted(self, open_: BoolArray, fixed: BoolArray) -> Formulation:
        """The formulation restricted to some of its candidate pairs.

        Parameters
        ----------
        open_
            The candidate pairs that remain, (P,).
        fixed
            The pairs among them that every plan contains, (P,).
        """
        small = copy(self)
        # Cached figures of households × members still hold; those of candidate pairs do not.
        for name in ("_households", "_workload", "exact_workload"):
            small.__dict__.pop(name, None)
        remains = open_ | fixed
        small.unit, small.member = self.unit[remains], self.member[remains]
        small.fixed = (self.fixed | fixed)[remains]
        return small

    def _bearable(self, rule: str, breach: FloatArray) -> BoolArray:
        """Whether no pair of a unit and a member is beyond the ceiling of a rule; U × M."""
        ceiling = self.relax.get(rule, 0.0)
        if math.isinf(ceiling):
            return np.ones((len(self.units), len(self.members)), dtype=bool)
        beyond = beyond_ceiling_of(self.problem, rule, breach, ceiling)
        return self.over_units(beyond.astype(np.float64)) == 0

    # --- from households to units ---------------------------------------------------------------

    def over_units(self, matrix: FloatArray) -> FloatArray:
        """Sums over the households of each unit; from (H, M) to (U, M)."""
        if not self.units:
            return np.zeros((0, matrix.shape[1]))
        summed: FloatArray = np.add.reduceat(matrix[self._order], self._starts, axis=0)
        return summed

    def largest_over_units(self, matrix: FloatArray) -> FloatArray:
        """The largest over the households of each unit; from (H, M) to (U, M)."""
        if not self.units:
            return np.zeros((0, matrix.shape[1]))
        largest: FloatArray = np.maximum.reduceat(matrix[self._order], self._starts, axis=0)
        return largest

    def pairs_of(self, matrix: FloatArray) -> FloatArray:
        """A matrix of households × members, summed over units, for each candidate pair; (P,)."""
        if self._alone:
            return matrix[self._order[self.unit], self.member]
        return self.over_units(matrix)[self.unit, self.member]

    def mask(self, chosen: BoolArray) -> BoolArray:
        """The mask, households × members, of the candidate pairs *chosen*, (P,)."""
        mask = np.zeros(self.problem.allowed.shape, dtype=bool)
        if self._alone:
            mask[self._order[self.unit[chosen]], self.member[chosen]] = True
            return mask
        for pair in np.flatnonzero(chosen).tolist():
            mask[self.units[self.unit[pair]], self.member[pair]] = True
        return mask

    def chosen(self, mask: BoolArray) -> BoolArray:
        """Whether each candidate pair is in a mask of households × members, (P,)."""
        first = self._order[self._starts]
        return np.asarray(mask[first[self.unit], self.member])

    # --- quantities -------------------------------------------------------------------------------

    @cached_property
    def pair_breach(self) -> Mapping[str, FloatArray]:
        """For each rule about pairs that is set, the breach of each pair; H × M."""
        return pair_breaches(self.problem)

    @cached_property
    def workload(self) -> FloatArray:
        """Workload of each pair, H × M, 0 where it is not allowed."""
        return workloads(self.problem)

    def weights(self, measure: str) -> Weights:
        """The load of each candidate pair, in ``"workload"`` or ``"households"``.

        Loads without a common unit of at most *bits* bits are rounded: good for the size of a load, but
        not to decide whether a limit is met.
        """
        return self._households if measure == "households" else self._workload

    @cached_property
    def exact_workload(self) -> tuple[Fraction, ...]:
        """The workload of each candidate pair, exactly; (P,)."""
        matrix = self.problem.workload_matrix
        if matrix is None:
            own = self.problem.household_columns.workload
            each = [self.exact_sum(own[rows]) for rows in self.units]
            return tuple(each[unit] for unit in self.unit.tolist())
        pairs = zip(self.unit.tolist(), self.member.tolist(), strict=True)
        return tuple(self.exact_sum(matrix[self.units[unit], member]) for unit, member in pairs)

    def exact_sum(self, numbers: FloatArray) -> Fraction:
        """The sum of numbers of the problem, exactly."""
        given = self.problem.exactly
        return sum((exact(number, given) for number in numbers.tolist()), Fraction(0))

    @cached_property
    def _households(self) -> Weights:
        total, base = int((self.size * self.need).sum()), self.members.carried_households
        return Weights(self.size[self.unit], Fraction(1), 0.0, Fraction(0), total, base)

    @cached_property
    def _workload(self) -> Weights:
        carried, given = self.members.carried_workload, self.problem.exactly
        if self.problem.workload_matrix is not None:
            loads = self.pairs_of(self.workload)
            found = integers(loads, carried, bits=self.bits, given=given)
            pairs, base = found.arrays
            off = found.off + self._summed(loads)
            return Weights(pairs, found.quantum, found.error, off, None, base)
        own = self.over_units(self.problem.household_columns.workload[:, None])[:, 0]
        found = integers(own, carried, bits=self.bits, given=given)
        each, base = found.arrays
        total = int((each * self.need).sum())
        off = found.off + self._summed(own)
        return Weights(each[self.unit], found.quantum, found.error, off, total, base)

    def _summed(self, loads: FloatArray) -> Fraction:
        """The largest rounding error of the load of a group, a sum of floats."""
        if self._alone or not (loads % 1).any():
            return Fraction(0)
        return Fraction(ULPS * float(loads.max(initial=0.0))) * int(self.size.max())

    @cached_property
    def exact_carried(self) -> tuple[Fraction, ...]:
        """The carried workload of each member, exactly; (M,)."""
        given = self.problem.exactly
        return tuple(exact(load, given) for load in self.members.carried_workload.tolist())

    def exact_loads(self, measure: str) -> tuple[Sequence[Fraction], Sequence[Fraction]]:
        """The load of each candidate pair, (P,), and what each member carries, (M,), exactly."""
        if measure == "workload":
            return self.exact_workload, self.exact_carried
        weights = self._households
        return [Fraction(n) for n in weights.pairs.tolist()], [
            Fraction(n) for n in weights.base.tolist()
        ]

    def exact_limit(self, rule: str, m: int) -> Fraction:
        """The finite limit of a member's load, exactly."""
        limit = getattr(self.members, rule)[m]
        return exact(limit, NOTHING_GIVEN if rule.endswith("households") else self.problem.exactly)

    def limits(self, rule: str) -> FloatArray:
        """The limit of each member's load, (M,); none for the exempt, who get no household."""
        unlimited = math.inf if rule.startswith("max") else 0.0
        limits = getattr(self.members, rule).astype(np.float64)
        return np.where(self.counted, limits, unlimited)

    def exact_sums(self, of_pair: Callable[[int, int], Fraction]) -> tuple[Fraction, ...]:
        """The sum of a figure over the households of each candidate pair, exactly; (P,).

        Parameters
        ----------
        of_pair
            From the row of a household and of a member to the figure of their pair.
        """
        return tuple(
            sum((of_pair(row, m) for row in self.units[u].tolist()), Fraction(0))
            for u, m in zip(self.unit.tolist(), self.member.tolist(), strict=True)
        )

    @cached_property
    def share(self) -> tuple[Fraction, ...]:
        """The share of each member, (M,)."""
        given = self.problem.exactly
        return tuple(exact_fraction(share, given) for share in self.members.share.tolist())

    def largest_of(self, figures: FloatArray) -> FloatArray:
        """The largest figure over the households of each candidate pair; from (H, M) to (P,)."""
        allowed = np.where(self.problem.allowed, figures, 0.0)
        return self.largest_over_units(allowed)[self.unit, self.member]

    def kept(self, *, weighted: bool) -> tuple[FloatArray, float]:
        """The worth of keeping each candidate pair, (P,), and the largest sum that can be kept."""
        worth = self.pairs_of(kept_worth(self.problem, weighted=weighted))
        return worth, best_kept(self.problem, weighted=weighted)
