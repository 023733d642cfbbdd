"""Networks and integer costs of a problem of unit loads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property, partial
from typing import Final

import numpy as np

from phancong.assignment import nearest_allowed
from phancong.course import Course
from phancong.engines.common.pace import MEASURED, Pace, Speed
from phancong.engines.common.scaling import scaled
from phancong.engines.flow.distance_costs import distance_cost
from phancong.engines.flow.network import Costs, Flow, Network, cost_bits
from phancong.engines.flow.pair_costs import PairCosts
from phancong.engines.flow.pair_pool import PairPool
from phancong.engines.flow.pair_rules import PairRule, pair_rules
from phancong.meeting import (
    DIGITS,
    TOLERANCE,
    ULPS,
    above,
    below,
    exact,
    exact_slack,
    largest_met,
    slack,
)
from phancong.problem import FloatArray, IntArray, Problem
from phancong.problem.fields import UNLIMITED
from phancong.rules import fixed_mask

#: A number above any count.
FAR: Final = 2**31 - 1


def common_workload(problem: Problem) -> float | None:
    """The workload that all households have; None if they differ, 1 if there are no households.

    Also None if the carried workload of some member is not an integer multiple of it.
    """
    if problem.workload_matrix is not None:
        return None
    workloads = problem.household_columns.workload[problem.needed > 0]
    if len(workloads) and workloads.min() != workloads.max():
        return None
    if not len(workloads):  # no household needs a member: any household gives the unit
        workloads = problem.household_columns.workload[:1]
    unit = float(workloads[0]) if len(workloads) else 1.0
    if not problem.member_columns.carried_workload.any():
        return unit
    carried = np.unique(problem.member_columns.carried_workload)
    given = problem.exactly
    whole = unit > 0 and all(
        not exact(load, given) % exact(unit, given) for load in carried.tolist()
    )
    return unit if whole and carried.max() / unit < UNLIMITED else None


class UnitLoads:
    """A problem whose households all have the same workload, so that loads are counts.

    Parameters
    ----------
    problem
        The problem.
    course
        The search under way; None is no limit of time.
    speed
        Expected time of flows.
    """

    def __init__(
        self, problem: Problem, course: Course | None = None, speed: Speed = MEASURED
    ) -> None:
        self.problem = problem
        #: Decides whether there is time for a flow.
        self.pace = Pace(course, speed)
        #: The workload of each household, None if they differ.
        self.workload = common_workload(problem)
        #: The workload of each household as an exact fraction.
        self.exact_workload = exact(self.workload or 0.0, problem.exactly)
        self.members = problem.member_columns
        self.counted = ~problem.exempt
        #: Whether the next goal is travel, so that any flow of a stage may as well have the least travel.
        self.travel_is_next = False
        #: The last flow of least travel, with its network.
        self.least_travel: tuple[Network, Flow] | None = None
        #: Carried load of each member, by measure, in households and in workloads of one household, (M,).
        self.carried = {
            "households": self.members.carried_households,
            "workload": np.rint(self.members.carried_workload / (self.workload or 1.0)).astype(
                np.int64
            ),
        }

    @cached_property
    def pool(self) -> PairPool | None:
        """Places of households and members if distances are computed on demand; None for a matrix."""
        chords = self.problem.chords
        return None if chords is None else PairPool(self.problem, chords)

    @cached_property
    def pair_breach(self) -> Mapping[str, PairRule]:
        """Breaches of pairs, for each rule about pairs that is set."""
        return pair_rules(self.problem, self.pool)

    def network(self, relax: Mapping[str, float]) -> Network:
        """The network of all plans that keep the rules outside *relax*, and the ceilings of *relax*."""
        problem = self.problem
        on, fixed = fixed_mask(problem), problem.pair_rows("fixed")
        need = problem.needed - np.bincount(fixed[0], minlength=len(on))
        free = problem.allowed.copy()
        free[fixed] = False
        free[need <= 0] = False
        for rule, breach in self.pair_breach.items():
            # A rule that must hold has the ceiling 0; a pair at the ceiling is allowed.
            ceiling = relax.get(rule, 0.0)
            if math.isfinite(ceiling):
                free &= breach.within(ceiling)
        most = np.minimum(need, _most_by(relax.get("coverage", 0.0)))
        low, high = self.bounds(relax)
        return Network(
            free=free,
            on=on,
            need=need,
            least_missing=np.zeros_like(need),
            most_missing=most,
            low=low,
            high=np.minimum(high, free.sum(axis=0) + np.bincount(fixed[1], minlength=on.shape[1])),
        )

    def bounds(self, relax: Mapping[str, float]) -> tuple[IntArray, IntArray]:
        """The fewest and most households of each member, (M,) each, with limits of *relax* relaxed."""
        return self._low(relax), self._high(relax)

    def _high(self, relax: Mapping[str, float]) -> IntArray:
        high = self.members.max_households + _most_by(relax.get("max_households", 0.0))
        high = high - self.carried["households"]
        if self.workload:
            heaviest = self.members.max_workload
            most = self._most(heaviest, relax.get("max_workload", 0.0))
            high = np.minimum(high, most - self.carried["workload"])
        return np.where(self.counted, high, 0)

    def _low(self, relax: Mapping[str, float]) -> IntArray:
        low = self.members.min_households - _most_by(relax.get("min_households", 0.0))
        low = low - self.carried["households"]
        lightest, ceiling = self.members.min_workload, relax.get("min_workload", 0.0)
        if self.workload:
            low = np.maximum(low, self._least(lightest, ceiling) - self.carried["workload"])
        elif self.workload == 0:  # households add no load, so that a minimum cannot be reached
            given = self.problem.exactly
            short = below(np.zeros_like(lightest), lightest, given=given) > 0
            short &= above(lightest, ceiling, given=given) > 0
            low = np.where(short, FAR, low)
        return np.maximum(low, 0)

    def _most(self, heaviest: FloatArray, ceiling: float) -> IntArray:
        """The most households whose workload is at most *heaviest* plus the ceiling, (M,)."""
        assert self.workload
        found = (heaviest + _beyond(heaviest, ceiling)) / self.workload
        most = _floor(found)
        for m in _in_doubt(found):
            limit = exact(heaviest[m], self.problem.exactly)
            met = max(limit + exact_slack(limit), limit + largest_met(ceiling))
            most[m] = met // self.exact_workload
        return most

    def _least(self, lightest: FloatArray, ceiling: float) -> IntArray:
        """The fewest households whose workload is at least *lightest* less the ceiling, (M,)."""
        assert self.workload
        found = (lightest - _beyond(lightest, ceiling)) / self.workload
        least = np.asarray(-_floor(-found))
        for m in _in_doubt(found):
            limit = exact(lightest[m], self.problem.exactly)
            met = min(limit - exact_slack(limit), limit - largest_met(ceiling))
            least[m] = -(-met // self.exact_workload)
        return least

    def limits(self, rule: str) -> bool:
        """Whether any member has the limit *rule*."""
        limit = getattr(self.members, rule)
        if rule == "max_households":
            return bool((limit < UNLIMITED)[self.counted].any())
        return bool(
            (limit[self.counted] > 0).any()
            if rule.startswith("min")
            else np.isfinite(limit[self.counted]).any()
        )

    def breach(self, rule: str, counts: IntArray) -> FloatArray:
        """Breach of a rule about loads by counts of households, M × any width.

        Parameters
        ----------
        rule
            The rule.
        counts
            Households of each member without carried ones, M × any width.
        """
        limit = getattr(self.members, rule).astype(np.float64)[:, None]
        measure = rule.partition("_")[2]
        number: IntArray = counts + self.carried[measure][:, None]
        compare = above if rule.startswith("max") else below
        if measure == "households":
            by = compare(number.astype(np.float64), limit)
        else:
            load: FloatArray = number.astype(np.float64) * (self.workload or 0.0)
            exactly = partial(_times, number, self.exact_workload)
            by = compare(load, limit, ULPS * load, exactly, self.problem.exactly)
        by[~self.counted] = 0.0
        return by

    # --- loads as levels

    def levels(self, counts: IntArray, measure: str) -> FloatArray:
        """Level (households ÷ share, with the carried load) of *counts*, whose last axis is members."""
        return np.asarray((counts + self.carried[measure]) / self.members.share)

    def counts_within(self, level: float, measure: str) -> IntArray:
        """The most households of each member at or below *level*, (M,)."""
        size = max(abs(level), 1.0)
        whole = _floor((level + TOLERANCE * size) * self.members.share)
        return np.where(self.counted, whole - self.carried[measure], 0)

    def counts_from(self, level: float, measure: str) -> IntArray:
        """The fewest households of each member at or above *level*, (M,)."""
        size = max(abs(level), 1.0)
        whole = -_floor(-(level - TOLERANCE * size) * self.members.share)
        return np.asarray(whole - self.carried[measure])

    def load_of(self, level: float, measure: str) -> float:
        """Load ÷ share, in the unit of the measure, for a level."""
        return level * self.workload if measure == "workload" and self.workload else level

    def level_of(self, load: float, measure: str) -> float:
        """Level for a load ÷ share in the unit of the measure."""
        return load / self.workload if measure == "workload" and self.workload else load

    # --- costs

    @cached_property
    def bits(self) -> int:
        """Most bits of a cost in the networks of this problem."""
        return min(40, cost_bits(*self.problem.allowed.shape))

    @cached_property
    def travel(self) -> tuple[Costs, float, float]:
        """Integer costs of travel, largest error of one cost, and real value of the integer 1."""
        if self.pool is not None:
            return self._near_travel(self.pool)
        result = scaled(*self.travel_costs(), bits=self.bits)
        pairs, missing = result.costs
        return Costs(pairs=pairs, missing=missing), result.error, float(1 / result.scale)

    def _near_travel(self, pool: PairPool) -> tuple[Costs, float, float]:
        """As :attr:`travel`, computed on demand."""
        visits = self.problem.household_columns.visits
        most = pool.chords.farthest * float(visits.max(initial=0.0))
        part, error = distance_cost(visits, None, most, self.bits)
        missing = np.rint(np.ldexp(visits * self._nearest, part.exponent)).astype(np.int64)
        return Costs(pairs=PairCosts(pool, by_distance=(part,)), missing=missing), error, 2 * error

    def travel_costs(self) -> tuple[FloatArray, FloatArray]:
        """Visits × travel of each pair, H × M, and cost of each missing member, (H,)."""
        matrix = self.problem.travel_matrix
        assert matrix is not None
        visits = self.problem.household_columns.visits
        allowed = self.problem.allowed
        if allowed.all():
            real = matrix * visits[:, None]
        else:
            real = np.where(allowed, matrix, 0.0) * visits[:, None]
        return real, visits * self._nearest

    @property
    def _nearest(self) -> FloatArray:
        return nearest_allowed(self.problem)

    def pair_travel(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Visits × travel of some pairs, (N,)."""
        visits = self.problem.household_columns.visits[rows]
        return np.asarray(visits * self.problem.travel_of(rows, columns))

    def exact_travel(self, rows: IntArray, columns: IntArray) -> list[Fraction]:
        """Exact visits × travel of some pairs."""
        return self._visited(rows, self.problem.travel_of(rows, columns))

    def exact_missing_travel(self, rows: IntArray) -> list[Fraction]:
        """Exact cost of a missing member in travel, for some households."""
        return self._visited(rows, self._nearest[rows])

    def _visited(self, rows: IntArray, travel: FloatArray) -> list[Fraction]:
        given = self.problem.exactly
        visits = self.problem.household_columns.visits[rows]
        pairs = zip(visits.tolist(), travel.tolist(), strict=True)
        return [exact(often, given) * exact(way, given) for often, way in pairs]

    @cached_property
    def missing_travel(self) -> FloatArray:
        """Cost of a missing member in travel, (H,): visits × travel of the nearest member."""
        return np.asarray(self.problem.household_columns.visits * self._nearest)

    @cached_property
    def guide(self) -> IntArray | PairCosts | None:
        """Costs that order pairs where the costs of a goal do not: travel; None without distances."""
        return None if self.problem.travel is None else self.travel[0].pairs


def unit_numbers(network: Network) -> IntArray:
    """Counts ``low + 1, low + 2, …`` of each member, M × (largest ``high - low``)."""
    room = max(int((network.high - network.low).max(initial=0)), 0)
    return np.asarray(network.low[:, None] + 1 + np.arange(room)[None, :])


def _beyond(limit: FloatArray, ceiling: float) -> FloatArray:
    """Largest excess of a load over a limit, with its slack; a ceiling of 0: the limit must hold."""
    if not ceiling:
        return slack(limit)
    return np.asarray(np.maximum(slack(limit), ceiling + slack(ceiling)))


def _times(numbers: IntArray, each: Fraction, at: tuple[int, ...]) -> Fraction:
    """The exact load of the number of units at an index."""
    return int(numbers[at]) * each


def _in_doubt(numbers: FloatArray) -> list[int]:
    """Indices of numbers so near an integer that floats cannot tell on which side they are."""
    size = np.where(np.isfinite(numbers), np.abs(numbers), 0.0)
    near = np.abs(size - np.rint(size)) <= DIGITS * np.maximum(size, 1.0)
    return np.flatnonzero(near & (size > 0) & (size < FAR)).tolist()


def _floor(values: FloatArray | float) -> IntArray:
    """*values* rounded down; infinite ones become :data:`FAR`, which is above any count."""
    within = np.minimum(np.maximum(values, -float(FAR)), float(FAR))
    return np.asarray(np.floor(within), dtype=np.int64)


def _most_by(ceiling: float) -> int:
    """The largest integer that meets a ceiling, at most :data:`FAR`."""
    if not ceiling:
        return 0
    return FAR if ceiling >= FAR else math.floor(largest_met(ceiling))
