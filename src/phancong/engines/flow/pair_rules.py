"""Rules about pairs in a flow: the pairs that keep them, and the breaches of the others as costs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from phancong.engines.common.scaling import scaled
from phancong.engines.flow.distance_costs import distance_cost
from phancong.engines.flow.network import Costs
from phancong.engines.flow.pair_costs import PairCosts
from phancong.engines.flow.pair_pool import PairPool
from phancong.meeting import above, slack
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.rules import (
    LAST_FIRST,
    PairBreach,
    Rule,
    beyond_ceiling,
    beyond_ceiling_of,
    fixed_mask,
    reach,
)


class PairRule(ABC):
    """A rule about pairs that is set. A fixed pair breaks no rule.

    Parameters
    ----------
    problem, pair
        The problem, and the breach of a pair.
    """

    def __init__(self, problem: Problem, pair: PairBreach) -> None:
        self.problem = problem
        self.pair = pair

    @abstractmethod
    def within(self, ceiling: float) -> BoolArray:
        """Whether the breach of each pair is at most a ceiling, H × M."""

    @abstractmethod
    def costs(self, free: BoolArray, bits: int) -> tuple[Costs, float, float]:
        """Breaches of free pairs as costs of *bits* bits, largest error of one cost, real value of 1."""

    @abstractmethod
    def of(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Breach of some pairs, (N,)."""

    def exactly(self, rows: IntArray, columns: IntArray) -> list[Fraction]:
        """Exact breach of some pairs, for a rule whose breaches are real numbers."""
        assert self.pair.exactly is not None
        pairs = zip(
            *(part.tolist() for part in (rows, columns, self.of(rows, columns))), strict=True
        )
        return [
            self.pair.exactly(self.problem, row, column) if by else Fraction(0)
            for row, column, by in pairs
        ]


class PairTable(PairRule):
    """A rule whose breaches are a matrix, H × M."""

    def __init__(self, problem: Problem, pair: PairBreach, rule: str, breach: FloatArray) -> None:
        super().__init__(problem, pair)
        self._rule = rule
        self._breach = breach

    def within(self, ceiling: float) -> BoolArray:
        """Whether the breach of each pair is at most a ceiling, H × M."""
        return ~beyond_ceiling_of(self.problem, self._rule, self._breach, ceiling)

    def costs(self, free: BoolArray, bits: int) -> tuple[Costs, float, float]:
        """Breaches of free pairs as costs of *bits* bits, largest error of one cost, real value of 1."""
        result = scaled(np.where(free, self._breach, 0.0), bits=bits)
        return Costs(pairs=result.costs[0]), result.error, float(1 / result.scale)

    def of(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Breach of some pairs, (N,)."""
        return np.asarray(self._breach[rows, columns])


class Flagged(PairRule):
    """A rule that each pair keeps or breaks by 1, without a matrix of numbers."""

    def __init__(self, pool: PairPool, pair: PairBreach, broken: BoolArray) -> None:
        super().__init__(pool.problem, pair)
        self._pool = pool
        self._broken = broken

    def within(self, ceiling: float) -> BoolArray:
        """Whether the breach of each pair is at most a ceiling, H × M."""
        meets = not above(np.array([1.0]), ceiling)[0]
        return np.ones_like(self._broken) if meets else ~self._broken

    def costs(self, free: BoolArray, bits: int) -> tuple[Costs, float, float]:
        """Breaches of free pairs as costs of *bits* bits, largest error of one cost, real value of 1."""
        return Costs(pairs=PairCosts(self._pool, flags=self._broken, flag=1)), 0.0, 1.0

    def of(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Breach of some pairs, (N,)."""
        return self._broken[rows, columns].astype(np.float64)


class Reach(PairRule):
    """The distance limit, with straight-line distances that are computed on demand."""

    def __init__(self, pool: PairPool, pair: PairBreach) -> None:
        super().__init__(pool.problem, pair)
        self._pool = pool
        self._reach = reach(pool.problem)
        self._fixed = pool.problem.pair_rows("fixed")

    def within(self, ceiling: float) -> BoolArray:
        """Whether the breach of each pair is at most a ceiling, H × M."""
        return self._kept if ceiling == 0 else self._within(ceiling)

    @cached_property
    def _kept(self) -> BoolArray:
        # Needed for the hard limit, and again if the limit is relaxed.
        return self._within(0.0)

    def _within(self, ceiling: float) -> BoolArray:
        most, problem = self._reach + ceiling, self.problem

        def exactly(rows: IntArray, columns: IntArray) -> BoolArray:
            beyond = self.of(rows, columns)
            return ~beyond_ceiling(problem, self.pair, beyond, ceiling, rows, columns)

        room = 2 * slack(self._reach) + 2 * slack(ceiling)
        mask = self._pool.chords.within(most, most + room, exactly)
        mask[self._fixed] = True
        return mask

    def costs(self, free: BoolArray, bits: int) -> tuple[Costs, float, float]:
        """Breaches of free pairs as costs of *bits* bits, largest error of one cost, real value of 1."""
        homes = np.ones(len(free))
        part, error = distance_cost(
            homes, self._reach, self._pool.chords.farthest, bits, self._kept
        )
        return Costs(pairs=PairCosts(self._pool, by_distance=(part,))), error, 2 * error

    def of(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Breach of some pairs, (N,)."""
        beyond = np.asarray(self.pair.of(self.problem, rows, columns), dtype=np.float64)
        fixed = self.problem.is_given("fixed", rows, columns)
        return np.where(fixed, 0.0, beyond)


def pair_rules(problem: Problem, pool: PairPool | None) -> Mapping[str, PairRule]:
    """The rules about pairs that are set, by name.

    Parameters
    ----------
    problem
        The problem.
    pool
        The pool of pairs if distances are computed on demand; None for a matrix.
    """
    return {
        rule.name: _rule(problem, rule, pool)
        for rule in LAST_FIRST
        if rule.pair is not None and rule.is_set(problem)
    }


def _rule(problem: Problem, rule: Rule, pool: PairPool | None) -> PairRule:
    assert rule.pair is not None
    if pool is not None and rule.name == "max_travel":
        return Reach(pool, rule.pair)
    matrix: Any = rule.pair.matrix(problem)
    if pool is not None and matrix.dtype == np.bool_:
        matrix[problem.pair_rows("fixed")] = False
        return Flagged(pool, rule.pair, matrix)
    return PairTable(
        problem, rule.pair, rule.name, np.where(fixed_mask(problem), 0.0, matrix.astype(np.float64))
    )
