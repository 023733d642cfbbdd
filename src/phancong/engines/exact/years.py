"""A plan over several years: each household is taken on in one year, by all the members it needs.

The model has a copy of each member for each year, with the limits of one year. The only link between
years is that a household has all its members in the same year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from phancong.course import Course
from phancong.engines.common.formulation import Formulation
from phancong.engines.common.linear_model import Linear
from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.loads import any_of
from phancong.engines.exact.model import Model
from phancong.engines.exact.steps import Steps
from phancong.errors import NoPlanFoundError
from phancong.meeting import all_as_given
from phancong.problem import BoolArray, IntArray, Problem
from phancong.rules import RULES, fixed_mask, pair_breaches
from phancong.travel import TravelMatrix

#: Most pairs of all years; larger models are refused.
MOST: Final = 20_000
#: Part of the remaining search that one number of years may take.
PART: Final = 0.25


def first_year(
    problem: Problem, years: int, relax: Mapping[str, float], course: Course
) -> BoolArray | None:
    """The households of the first year of a plan that takes on all households within some years.

    The first year has the minima and the fixed pairs of the problem; later years have none. The first
    year takes on as many households as possible, by priority, the highest first. A household's change
    of members counts in the year in which it is taken on.

    Parameters
    ----------
    problem
        The problem.
    years
        Number of years.
    relax
        Rules that may be relaxed in each year, with their ceilings.
    course
        The search under way.

    Returns
    -------
    array or None
        A mask of the households, (H,); None if it is proven that the years do not suffice.

    Raises
    ------
    NoPlanFoundError
        Neither a plan nor a proof was found in time, or the model is too large.
    """
    from phancong.engines.common.cp_sat import CpSatSolver  # here: it loads the solver

    if _pairs(problem, relax) * years > MOST:
        raise NoPlanFoundError(f"{years} years of this problem are too many pairs to look at")
    solver = CpSatSolver()
    model = _Years(problem, years, relax, solver.bits)
    steps = Steps(model, solver, course)
    steps.begin(PART)
    found = steps.find()
    if found is None:
        raise NoPlanFoundError("whether so many years are enough was not found out in time")
    if not found:
        return None
    priority = problem.household_columns.priority
    for level in np.unique(priority)[::-1].tolist():
        quantity = Quantity(model.taken_first(priority == level))
        steps.hold(quantity, steps.minimise(quantity).value)
    return model.first(steps.plan)


def _pairs(problem: Problem, relax: Mapping[str, float]) -> int:
    """Number of candidate pairs of one year."""
    can = problem.allowed.copy()
    for rule, breach in pair_breaches(problem).items():
        if rule not in relax:
            can &= breach <= 0
    return int(np.count_nonzero(can | fixed_mask(problem)))


def _each_year(problem: Problem, years: int) -> Problem:
    """The problem with a copy of each member for each year, numbered year by year."""
    columns = problem.member_columns.index
    none: dict[str, Any] = {
        r.name: 0 for r in RULES.values() if r.figure is not None and r.figure.least
    }
    later = [replace(m, **none) for m in problem.members]
    members = [
        replace(member, id=len(columns) * year + columns[member.id])
        for year in range(years)
        for member in (later if year else problem.members)
    ]
    travel, ways, workload = problem.travel, problem.travel_matrix, problem.workload_matrix
    return Problem(
        members,
        problem.households,
        travel=None
        if travel is None or ways is None
        else TravelMatrix(np.tile(all_as_given(ways, problem.exactly), (1, years)), travel.unit),
        workload=None
        if workload is None
        else np.tile(all_as_given(workload, problem.exactly), (1, years)),
        fixed=[(household, columns[member]) for household, member in problem.fixed],
        forbidden=[
            (household, len(columns) * year + columns[member])
            for household, member in problem.forbidden
            for year in range(years)
        ],
        # Limits that couple members are rows for each year (_changes_in).
        **{n: limit for n, limit in problem.whole_limits.items() if not RULES[n].couples},
        own_household=problem.own_household,
    )


class _Years(Model):
    """The model of all plans in which each household has its members in one year.

    Parameters
    ----------
    problem, years, relax
        As for :func:`first_year`.
    bits
        Most bits of an integer.
    """

    def __init__(self, problem: Problem, years: int, relax: Mapping[str, float], bits: int) -> None:
        super().__init__(Formulation(_each_year(problem, years), relax, bits))
        self._whole = problem
        self._year = self.formulation.member // len(problem.member_columns)
        #: Unit × year → the literal that the unit is taken on in that year.
        self._taken = [[self._is_taken(unit, y) for y in range(years)] for unit in self._units()]
        for literals in self._taken:
            self.add(Linear.of((literal, 1) for literal in literals), upper=1)
        self._fewer_later(years)
        if problem.max_changes is not None:
            for year in range(years):
                self._changes_in(year, problem.max_changes + self.ceiling("max_changes"))

    def _units(self) -> range:
        return range(len(self.formulation.units))

    def _is_taken(self, unit: int, year: int) -> int:
        pairs = self.of_unit[unit]
        return any_of(self, pairs[self._year[pairs] == year].tolist())

    def _fewer_later(self, years: int) -> None:
        """Break the symmetry of the years after the first: their numbers of units fall."""
        for year in range(1, years - 1):
            terms = [(literals[year + at], 1 - 2 * at) for literals in self._taken for at in (0, 1)]
            self.add(Linear.of(terms), lower=0)

    def _changes_in(self, year: int, most: int) -> None:
        """At most *most* households change members in a year (contract 5.3)."""
        members = len(self._whole.member_columns)
        kept = np.zeros((len(self._whole.household_columns), members), dtype=np.int64)
        rows, columns, _ = self._whole.kept_years
        kept[rows, columns] = 1
        best = np.minimum(kept.sum(axis=1), self._whole.needed)
        terms = [
            (self._taken[unit][year], int(best[self.formulation.units[unit]].sum()))
            for unit in self._units()
        ]
        for pair in np.flatnonzero(self._year == year).tolist():
            column = self.formulation.member[pair] - year * members
            rows = self.formulation.units[self.formulation.unit[pair]]
            terms.append((pair, -int(kept[rows, column].sum())))
        self.add(Linear.of(terms), upper=most)

    def taken_first(self, rows: BoolArray) -> Linear:
        """Minus the number of some households, (H,), that are taken on in the first year."""
        return Linear.of(
            (self._taken[unit][0], -int(rows[self.formulation.units[unit]].sum()))
            for unit in self._units()
        )

    def first(self, values: IntArray) -> BoolArray:
        """Whether each household is taken on in the first year of a solution, (H,)."""
        mask = np.zeros(len(self.problem.household_columns), dtype=bool)
        for unit in self._units():
            mask[self.formulation.units[unit]] = values[self._taken[unit][0]] > 0
        return mask
