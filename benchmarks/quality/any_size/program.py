"""The elastic program of a problem: a variable a unit and member, and one for what each limit lacks."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from ortools.math_opt.python import mathopt
from ortools.math_opt.python.mathopt import LinearExpression as Sum

from benchmarks.quality.case import RefusedError
from benchmarks.quality.strategies.plain_model import FACTORS
from phancong import Continuity, FairLoad, FairTravel, Farthest, Goal, Problem, Travel
from phancong.assignment import Assignment, best_kept
from phancong.problem import BoolArray, FloatArray, IntArray
from phancong.problem.fields import UNLIMITED
from phancong.rules import RELAXABLE, order, pair_breaches

#: Of the second largest breach and the ones after it, so many levels are looked at.
LEVELS: Final = 30


@dataclass(frozen=True, slots=True)
class Stage:
    """What is minimised at once, and where it is held afterwards, given the plan that was found.

    Parameters
    ----------
    name, objective
        The rule or the goal, and what is minimised.
    held
        The most that later stages may leave, from the plan that was found.
    rows
        What is held: each sum at most its factor × that; none for the objective itself.
    then
        Stages that follow at once, from what was reached.
    """

    name: str
    objective: Sum
    held: Callable[[Assignment], float]
    rows: tuple[tuple[Sum, float], ...] = ()
    then: Callable[[float], list[Stage]] = lambda _: []


class TooSlowError(Exception):
    """The model was not built in time."""


class PlainProgram:
    """The elastic program of a problem: pairs and coverage; what a limit lacks is added by its stage."""

    def __init__(
        self, problem: Problem, relax: Mapping[str, float | None], deadline: float
    ) -> None:
        self.problem = problem
        self.relax = relax
        self.deadline = deadline
        self.model = mathopt.Model()
        unit = np.arange(len(problem.needed))
        for group in problem.groups:
            unit[group] = group[0]
        self.rows, self.columns = np.nonzero(problem.allowed & (problem.needed > 0)[:, None])
        fixed = np.zeros(problem.allowed.shape, dtype=bool)
        fixed[problem.pair_rows("fixed")] = True
        of_unit: dict[tuple[int, int], mathopt.Variable] = {}
        self.x: list[mathopt.Variable] = []
        for row, column in zip(self.rows.tolist(), self.columns.tolist(), strict=True):
            key = int(unit[row]), column
            if key not in of_unit:
                low = 1.0 if fixed[row, column] else 0.0
                of_unit[key] = self.model.add_variable(lb=low, ub=1.0, is_integer=True)
            self.x.append(of_unit[key])
        self.of_row = _split(self.rows, len(problem.needed))
        self.of_member = _split(self.columns, len(problem.member_columns))
        matrix = problem.workload_matrix
        self.load = (
            problem.household_columns.workload[self.rows]
            if matrix is None
            else matrix[self.rows, self.columns]
        )
        self.missing: dict[int, Sum] = {}
        for row in np.flatnonzero(problem.needed > 0).tolist():
            needed = int(problem.needed[row])
            most = needed if "coverage" in self.relax else 0
            missing = self.model.add_variable(lb=0.0, ub=float(most), is_integer=True)
            self.model.add_linear_constraint(self.sum(self.of_row[row]) + missing == float(needed))
            self.missing[row] = Sum(missing)

    def sum(self, pairs: Sequence[int], costs: FloatArray | None = None) -> Sum:
        """The pairs, each times its cost.

        Raises
        ------
        TooSlowError
            The time for building is over.
        """
        if time.perf_counter() > self.deadline:
            raise TooSlowError
        if costs is None:
            return mathopt.fast_sum([self.x[pair] for pair in pairs]) + 0.0
        return mathopt.fast_sum([float(costs[pair]) * self.x[pair] for pair in pairs]) + 0.0

    def _ceiling(self, rule: str) -> float:
        if rule not in self.relax:
            return 0.0
        ceiling = self.relax[rule]
        return math.inf if ceiling is None else ceiling

    # --- rules

    def stages_of_rules(self) -> list[Stage]:
        """The rules in the order of their weight; those that must hold have no stage."""
        found: list[Stage] = []
        asked = [*reversed(list(self.relax)), *(r for r in RELAXABLE if r not in self.relax)]
        for rule in asked:
            if rule == "coverage":
                found += self._coverage()
            elif rule == "max_changes":
                found += self._changes()
            elif rule in ("needs", "max_travel", "within_hamlet"):
                found += self._pairs(rule)
            elif rule == "max_hamlets":
                found += self._hamlets()
            else:
                found += self._loads(rule)
        return found

    def _coverage(self) -> list[Stage]:
        """Of each class of priority: households with nobody, then members who are missing."""
        priority = self.problem.household_columns.priority
        found = []
        for place, level in enumerate(np.unique(priority)[::-1].tolist()):
            rows = [row for row in self.missing if priority[row] == level]
            if "coverage" not in self.relax or not rows:
                continue
            alone = []
            for row in rows:
                nobody = self.missing[row]
                if self.problem.needed[row] > 1:
                    variable = self.model.add_variable(lb=0.0, ub=1.0, is_integer=True)
                    self.model.add_linear_constraint(variable + self.sum(self.of_row[row]) >= 1.0)
                    nobody = Sum(variable)
                alone.append(nobody)
            found.append(self._figure("coverage", 2 * place, mathopt.fast_sum(alone) + 0.0))
            if any(self.problem.needed[row] > 1 for row in rows):
                missing = mathopt.fast_sum([self.missing[row] for row in rows]) + 0.0
                found.append(self._figure("coverage", 2 * place + 1, missing))
        return found

    def _pairs(self, rule: str) -> list[Stage]:
        """What pairs break; those above the ceiling are not made."""
        broken = pair_breaches(self.problem).get(rule)
        if broken is None:
            return []
        by = broken[self.rows, self.columns]
        for pair in np.flatnonzero(by > self._ceiling(rule) * (1 + 1e-9) + 1e-9).tolist():
            self.model.add_linear_constraint(self.x[pair] + 0.0 == 0.0)
        these = np.flatnonzero((by > 0) & (by <= self._ceiling(rule) * (1 + 1e-9) + 1e-9)).tolist()
        return [self._figure(rule, 0, self.sum(these, by))] if these else []

    def _loads(self, rule: str) -> list[Stage]:
        """What members have above a maximum, or below a minimum: the total, then the largest."""
        side, measure = rule.split("_")
        members = self.problem.member_columns
        limits = getattr(members, rule).astype(np.float64)
        limited = limits < UNLIMITED if side == "max" else limits > 0
        limited = limited & np.isfinite(limits) & ~self.problem.exempt
        loads = Loads.of(self, measure)
        lacks: list[Sum] = []
        for column in np.flatnonzero(limited).tolist():
            load, limit = loads.of_member(column), loads.limit(float(limits[column]), side)
            ceiling = self._ceiling(rule)
            ceiling = min(ceiling, float(limits[column])) if side == "min" else ceiling
            lack = loads.variable(min(ceiling, loads.most(column)))
            if side == "max":
                self.model.add_linear_constraint(load - lack <= limit)
            elif members.optional[column]:
                used = self.model.add_variable(lb=0.0, ub=1.0, is_integer=True)
                for pair in self.of_member[column]:
                    self.model.add_linear_constraint(self.x[pair] - used <= 0.0)
                self.model.add_linear_constraint(load + lack - limit * used >= 0.0)
            else:
                self.model.add_linear_constraint(load + lack >= limit)
            lacks.append(lack + 0.0)
        if rule not in self.relax or not lacks:
            return []
        columns = np.flatnonzero(limited).tolist()
        largest = loads.largest(columns, lacks)
        total = (1 / loads.unit) * mathopt.fast_sum(lacks)
        each = [(column, lack) for column, lack in zip(columns, lacks, strict=True)]

        def levels(reached: float) -> list[Stage]:
            return self._levels(rule, each, reached) if measure == "households" else []

        last = self._figure(rule, 1, largest)
        rows = loads.rows(columns, lacks)
        return [self._figure(rule, 0, total), replace(last, rows=rows, then=levels)]

    def _levels(self, rule: str, lacks: list[tuple[int, Sum]], reached: float) -> list[Stage]:
        """The second largest and so on: how many reach each level, the highest first."""
        share = self.problem.member_columns.share
        values = {
            count / float(share[column])
            for column, _ in lacks
            for count in range(1, math.floor(reached * share[column] + 1e-9) + 1)
        }
        found = []
        for level in sorted(values, reverse=True)[:LEVELS]:
            reaching = []
            for column, lack in lacks:
                below = math.ceil(level * share[column] - 1e-9) - 1
                most = math.floor(reached * share[column] + 1e-9)
                if below < most:
                    at = self.model.add_variable(lb=0.0, ub=1.0, is_integer=True)
                    self.model.add_linear_constraint(lack - (most - below) * at <= float(below))
                    reaching.append(at)

            def held(found: Assignment, level: float = level) -> float:
                return float(sum(each >= level - 1e-9 for each in order(found, rule)[1:]))

            found.append(Stage(rule, mathopt.fast_sum(reaching) + 0.0, held))
        return found

    def _ends(self, years: bool) -> Sum:
        """Changes: pairs that end, those beyond the number that is needed left out."""
        rows, columns, lasted = self.problem.kept_years
        place = {
            pair: number
            for number, pair in enumerate(
                zip(self.rows.tolist(), self.columns.tolist(), strict=True)
            )
        }
        worth = lasted if years else np.ones(len(rows))
        kept = [
            float(w) * self.x[place[row, column]]
            for row, column, w in zip(rows.tolist(), columns.tolist(), worth.tolist(), strict=True)
        ]
        return best_kept(self.problem, weighted=years) - mathopt.fast_sum(kept)

    def _changes(self) -> list[Stage]:
        most = self.problem.max_changes
        if most is None:
            return []
        ceiling = self._ceiling("max_changes")
        above = self.model.add_variable(lb=0.0, ub=ceiling)
        self.model.add_linear_constraint(self._ends(years=False) - above <= float(most))
        return [self._figure("max_changes", 0, above + 0.0)] if ceiling else []

    def _hamlets(self) -> list[Stage]:
        """What members serve above their maximum of hamlets."""
        labels = self.problem.household_columns.hamlet
        whole = self.problem.max_hamlets
        ceiling, lacks = self._ceiling("max_hamlets"), []
        for column, most in enumerate(self.problem.member_columns.max_hamlets.tolist()):
            limit = most if whole is None else min(most, whole)
            serves: dict[str, Sum] = {}
            for pair in self.of_member[column]:
                label = labels[self.rows[pair]]
                if limit >= UNLIMITED or label is None:
                    continue
                if label not in serves:
                    serves[label] = self.model.add_variable(lb=0.0, ub=1.0, is_integer=True) + 0.0
                self.model.add_linear_constraint(self.x[pair] - serves[label] <= 0.0)
            if len(serves) > limit:
                above = self.model.add_variable(lb=0.0, ub=ceiling)
                total = mathopt.fast_sum(list(serves.values()))
                self.model.add_linear_constraint(total - above <= float(limit))
                lacks.append(above + 0.0)
        if "max_hamlets" not in self.relax or not lacks:
            return []
        return [self._figure("max_hamlets", 0, mathopt.fast_sum(lacks) + 0.0)]

    @staticmethod
    def _figure(rule: str, place: int, objective: Sum) -> Stage:
        """A figure of a rule, held at what the plan that was found has."""
        return Stage(rule, objective, lambda found: (*order(found, rule), 0.0)[place])

    # --- goals

    def stage_of(self, goal: Goal) -> Stage:
        """A goal.

        Raises
        ------
        RefusedError
            The plain program has no form for it.
        """
        problem = self.problem
        if isinstance(goal, Continuity):
            return self._valued(goal, self._ends(goal.weight == "years"))
        if isinstance(goal, Travel):
            matrix = problem.travel_matrix
            assert matrix is not None
            visits = problem.household_columns.visits
            far = visits[self.rows] * matrix[self.rows, self.columns]
            nearest = np.where(problem.allowed, matrix, np.inf).min(axis=1) * visits
            left = [
                float(nearest[row]) * missing
                for row, missing in self.missing.items()
                if np.isfinite(nearest[row])
            ]
            total = self.sum(range(len(self.x)), far) + mathopt.fast_sum(left)
            return self._valued(goal, total)
        if isinstance(goal, FairLoad) and goal.aim == "minmax":
            loads = Loads.of(self, goal.measure)
            able = np.flatnonzero(~problem.exempt).tolist()
            each = [loads.of_member(column) for column in able]
            stage = self._valued(goal, loads.largest(able, each))
            return replace(stage, rows=loads.rows(able, each))
        if isinstance(goal, FairTravel | Farthest) and getattr(goal, "aim", "minmax") == "minmax":
            matrix = problem.travel_matrix
            assert matrix is not None
            far = matrix[self.rows, self.columns]
            if isinstance(goal, FairTravel):
                return self._largest(goal, problem.household_columns.visits[self.rows] * far)
            return self._farthest(goal, far)
        raise RefusedError(repr(goal))

    def _largest(self, goal: Goal, costs: FloatArray) -> Stage:
        """The largest sum of a member."""
        largest = self.model.add_variable(lb=0.0)
        for column in np.flatnonzero(~self.problem.exempt).tolist():
            each = self.sum(self.of_member[column], costs)
            self.model.add_linear_constraint(each - largest <= 0.0)
        return self._valued(goal, largest + 0.0)

    def _farthest(self, goal: Goal, far: FloatArray) -> Stage:
        largest = self.model.add_variable(lb=0.0)
        for pair, each in enumerate(far.tolist()):
            if each > 0:
                self.model.add_linear_constraint(each * self.x[pair] - largest <= 0.0)
        return self._valued(goal, largest + 0.0)

    @staticmethod
    def _valued(goal: Goal, objective: Sum) -> Stage:
        """A goal, held at what the plan that was found has, and its tolerance."""

        def held(assignment: Assignment) -> float:
            value = goal.value(assignment)
            assert not isinstance(value, tuple)
            return goal.held(value)

        return Stage(repr(goal), objective, held)

    # --- plans

    def hint(self, mask: BoolArray) -> mathopt.SolutionHint:
        """A plan as a beginning; solvers complete what the limits lack."""
        chosen = mask[self.rows, self.columns].tolist()
        return mathopt.SolutionHint(
            variable_values={x: float(it) for x, it in zip(self.x, chosen, strict=True)}
        )

    def read(self, values: Mapping[mathopt.Variable, float]) -> Assignment:
        """The plan of a solution."""
        mask = np.zeros(self.problem.allowed.shape, dtype=bool)
        chosen = np.array([values[x] > 0.5 for x in self.x], dtype=bool)
        mask[self.rows[chosen], self.columns[chosen]] = True
        return Assignment.of_mask(self.problem, mask)


@dataclass(frozen=True, slots=True)
class Loads:
    """Loads in a measure, in whole units where there is such a unit: CP-SAT likes nothing else.

    Parameters
    ----------
    of_model
        The program.
    each
        Load of each pair, in units.
    unit
        So many units are 1; 1 where nothing makes loads whole.
    whole
        Whether they are whole.
    """

    of_model: PlainProgram
    each: FloatArray
    unit: int
    whole: bool

    @classmethod
    def of(cls, model: PlainProgram, measure: str) -> Loads:
        """The loads of a program."""
        if measure == "households":
            return cls(model, np.ones(len(model.x)), 1, whole=True)
        for factor in FACTORS:
            units: FloatArray = np.rint(model.load * factor)
            if np.abs(units - model.load * factor).max(initial=0.0) < 1e-9:
                return cls(model, units, factor, whole=True)
        return cls(model, model.load, 1, whole=False)

    def of_member(self, column: int) -> Sum:
        """The load of a member."""
        return self.of_model.sum(self.of_model.of_member[column], self.each)

    def most(self, column: int) -> float:
        """What a member has with every household."""
        return float(self.each[self.of_model.of_member[column]].sum()) / self.unit

    def limit(self, limit: float, side: str) -> float:
        """A limit in units."""
        units = limit * self.unit
        if not self.whole:
            return units
        return float(math.floor(units + 1e-6) if side == "max" else math.ceil(units - 1e-6))

    def variable(self, most: float) -> mathopt.Variable:
        """What a limit lacks, in units."""
        top = math.floor(most * self.unit + 1e-6) if self.whole else most
        return self.of_model.model.add_variable(lb=0.0, ub=float(top), is_integer=self.whole)

    def largest(self, columns: list[int], figures: list[Sum]) -> Sum:
        """The largest of figures ÷ share, rounded up to hundredths of a unit where shares differ."""
        share = self.of_model.problem.member_columns.share
        fine = 1 if (share == 1).all() else 100
        top = max(self.most(column) / share[column] for column in columns) * self.unit * fine + fine
        largest = self.of_model.model.add_variable(
            lb=0.0, ub=float(math.ceil(top)), is_integer=self.whole
        )
        for column, figure in zip(columns, figures, strict=True):
            part = float(share[column])
            self.of_model.model.add_linear_constraint(
                float(fine * fine) * figure - fine * part * largest <= 0.0
            )
        return (1 / (self.unit * fine)) * largest + 0.0

    def rows(self, columns: list[int], figures: list[Sum]) -> tuple[tuple[Sum, float], ...]:
        """The same held without rounding: each figure at most its share of the largest."""
        share = self.of_model.problem.member_columns.share
        return tuple(
            (figure, float(share[column]) * self.unit)
            for column, figure in zip(columns, figures, strict=True)
        )


def _split(keys: IntArray, many: int) -> list[list[int]]:
    """Numbers of the pairs of each row or column."""
    order_ = np.argsort(keys, kind="stable")
    ends = np.cumsum(np.bincount(keys, minlength=many))
    return [each.tolist() for each in np.split(order_, ends[:-1])]
