"""Restricted models: only a few members exchange households, and the stages are solved over these.

This is large neighbourhood search (Shaw, CP 1998, doi:10.1007/3-540-49481-2_30) over the model and
stages of the exact engines, so that it takes every rule and every goal. A plan is accepted if it is
better line by line. The size adapts: it grows after a model that was solved to proof, and shrinks after
one that was cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.formulation import Formulation
from phancong.engines.common.linear_model import Solver
from phancong.engines.exact.stages import Stages
from phancong.engines.ranking import Ranked, Ranking
from phancong.engines.task import Outcome, Task
from phancong.problem import BoolArray, FloatArray, IntArray
from phancong.rules import RULES, breaches

#: Pairs of a restricted model: at first, at least and at most.
PAIRS: Final = 200
FEWEST_PAIRS: Final = 50
MOST_PAIRS: Final = 6_000
#: Factor of the size after a proof; after a cut the size is divided by its square.
GROWTH: Final = 1.15
#: Most work of one restricted model.
MODEL_WORK: Final = 0.5
#: Work of building a restricted model and its stages: constant, and for each of its pairs.
WRITING: Final = 0.02
WRITING_A_PAIR: Final = 2e-5
#: Factors of the weight of an operator (a way of choosing members) after success and failure, least
#: weight.
REWARD: Final = 1.5
DECAY: Final = 0.9
LEAST_WEIGHT: Final = 0.1


class RestrictedModels:
    """Improves an incumbent by restricted models.

    Parameters
    ----------
    task
        The task; its problem and seed are used.
    solver
        The solver of the models.
    pairs
        Number of pairs of the first model.
    """

    def __init__(self, task: Task, solver: Solver, *, pairs: float = PAIRS) -> None:
        self.problem = task.problem
        self.solver = solver
        self.random = np.random.default_rng(task.course.search.seed)
        self.size = min(float(pairs), MOST_PAIRS)
        self.weights = np.ones(len(self._orders()))
        #: Whether the last model was the whole problem, was solved to its end, and had no better plan.
        self.exhausted = False
        self._formulations: dict[bool, Formulation] = {}

    def run(self, task: Task) -> Outcome | None:
        """The best plan found within the task's course, None if it is no better than the incumbent."""
        assert task.incumbent is not None
        self.exhausted = False
        ranking = Ranking(task)
        incumbent = begun = ranking.ranked(task.incumbent)
        while task.course.stopped is None and not (self.exhausted or incumbent.proven):
            way = int(self.random.choice(len(self.weights), p=self.weights / self.weights.sum()))
            found = self._solved(task, ranking, incumbent, way)
            better = False
            if found is not None:
                incumbent, better = ranking.merged(incumbent, found)
            self.exhausted &= not better
            self.weights[way] = max(self.weights[way] * (REWARD if better else DECAY), LEAST_WEIGHT)
        if incumbent.assignment is begun.assignment:
            return None
        floors = ranking.ranked(incumbent.assignment)
        return Outcome(incumbent.assignment, {}, floors.goals, task.course.stopped)

    def _solved(self, task: Task, ranking: Ranking, incumbent: Ranked, way: int) -> Ranked | None:
        """The plan of one restricted model; None if it has no free choice or no plan was found."""
        broken = any(line.best != 0 for line in incumbent.breaches)
        formulation = self._formulation(task, broken)
        chosen = formulation.chosen(incumbent.assignment.mask)
        around = _Around(formulation, chosen, incumbent.assignment, self.random, int(self.size))
        open_ = around.pairs(self._orders()[way](around))
        task.course.work += len(chosen) / 20_000_000
        if not (open_ & ~chosen).any():
            task.course.work += 1e-3
            self.exhausted = bool(open_.all())
            return None
        course = task.course.slice(MODEL_WORK, silent=True)
        small = formulation.restricted(open_, chosen & ~open_)
        task.course.work += WRITING + WRITING_A_PAIR * len(small.unit)
        stages = Stages(replace(task, course=course), small, self.solver)
        if not stages.first_plan([incumbent.assignment.mask], 1.0):
            task.course.joined(course)
            return None
        outcome = stages.outcome(tuple(reversed(tuple(task.relax))) if broken else ())
        task.course.joined(course)
        cut = outcome is None or outcome.stopped is not None
        self.exhausted = bool(open_.all()) and not course.stopped
        self.size = self.size / GROWTH**2 if cut else self.size * GROWTH
        self.size = min(max(self.size, FEWEST_PAIRS), MOST_PAIRS)
        return None if outcome is None else ranking.ranked(outcome.assignment)

    def _formulation(self, task: Task, broken: bool) -> Formulation:
        if broken not in self._formulations:
            relax = task.relax if broken else {}
            self._formulations[broken] = Formulation(task.problem, relax, self.solver.bits)
        return self._formulations[broken]

    @staticmethod
    def _orders() -> Sequence[Callable[[_Around], IntArray]]:
        return (_Around.near, _Around.broken, _Around.changed, _Around.loaded, _Around.any)


class _Around:
    """Chooses the members of a neighbourhood; each operator returns them in order of preference.

    Parameters
    ----------
    formulation
        All candidate pairs.
    chosen
        The pairs of the incumbent, (P,).
    assignment
        The incumbent.
    random
        The source of random numbers.
    most
        Most candidate pairs of the restricted model.
    """

    def __init__(
        self,
        formulation: Formulation,
        chosen: BoolArray,
        assignment: Assignment,
        random: np.random.Generator,
        most: int,
    ) -> None:
        self.formulation = formulation
        self.chosen = chosen
        self.assignment = assignment
        self.random = random
        self.most = most
        self.units, self.members = len(formulation.units), len(formulation.members)

    def pairs(self, order: IntArray) -> BoolArray:
        """Pairs of the first members of *order* with their households and with uncovered ones, (P,)."""
        unit, member = self.formulation.unit, self.formulation.member
        covered = np.bincount(unit[self.chosen], minlength=self.units)
        inside = np.zeros(self.members, dtype=bool)
        free = covered < self.formulation.need  # units with missing members
        loose = np.flatnonzero(free)
        if len(loose) > self.most // 4:
            free[self.random.permutation(loose)[self.most // 4 :]] = False
        count = np.bincount(member[self.chosen], minlength=self.members)
        units, members = int(free.sum()), 0
        for m in order.tolist():
            units, members = units + int(count[m]), members + 1
            if members > 2 and units * members > self.most:
                break
            inside[m] = True
        free[unit[self.chosen & inside[member]]] = True
        return inside[member] & free[unit]

    # --- which members ----------------------------------------------------------------------------

    def near(self) -> IntArray:
        """A random member first, then members near that member's households."""
        return self._near(int(self.random.integers(self.members)))

    def any(self) -> IntArray:
        """Members in random order."""
        return self.random.permutation(self.members)

    def broken(self) -> IntArray:
        """A member who breaks a limit, or may take a household that does, first, then members near it."""
        index = self.formulation.problem.member_columns.index
        rows = self.formulation.problem.household_columns.index
        subjects: list[int] = []
        for relaxation in breaches(self.assignment):
            subject = relaxation.subject
            if relaxation.member is not None:
                subjects.append(index[relaxation.member])
            elif RULES[relaxation.rule].subject == "household" and subject is not None:
                allowed = self.formulation.problem.allowed[rows[subject]]
                subjects.extend(np.flatnonzero(allowed).tolist())
            elif subject is not None:  # changes above max_changes belong to no member
                subjects.append(index[subject])
        if not subjects:
            return self.loaded()
        return self._near(int(self.random.choice(subjects)))

    def changed(self) -> IntArray:
        """Previous and present members of households that change members, then members near the first."""
        problem = self.formulation.problem
        rows, columns, _ = problem.kept_years
        ended = np.flatnonzero(~self.assignment.kept)
        if not len(ended):
            return self.near()
        order: list[int] = []
        for k in self.random.permutation(ended)[:8].tolist():
            order.append(int(columns[k]))
            order.extend(self.assignment.columns[self.assignment.rows == rows[k]].tolist())
        return np.array(list(dict.fromkeys([*order, *self._near(order[0]).tolist()])))

    def loaded(self) -> IntArray:
        """A member of high load ÷ share first, then members who are near and have a low load ÷ share."""
        share = self.formulation.problem.member_columns.share
        figures = self.assignment.loads("workload") / share
        by_load = np.argsort(-figures, kind="stable")
        first = int(by_load[min(int(self.random.exponential(2.0)), self.members - 1)])
        near = self._near(first)
        rank = np.empty(self.members)
        rank[near] = np.arange(self.members)
        mixed = rank + self.members * figures / max(float(figures.max()), 1e-300)
        mixed[first] = -np.inf
        return np.argsort(mixed, kind="stable")

    def _near(self, first: int) -> IntArray:
        """All members: *first*, then by mean travel to its households, with random factors."""
        problem = self.formulation.problem
        mine = self.assignment.rows[self.assignment.columns == first]
        if not len(mine):
            mine = np.flatnonzero(problem.allowed[:, first])
        if not len(mine):
            return self.any()
        if len(mine) > 20:
            mine = self.random.choice(mine, 20, replace=False)
        allowed = problem.allowed[mine]
        travel = problem.travel_matrix
        away: FloatArray
        if travel is None:
            away = -allowed.sum(axis=0) + self.random.random(self.members)
        else:
            far = float(np.where(allowed, travel[mine], 0.0).max(initial=0.0)) * 2 + 1.0
            away = np.where(allowed, travel[mine], far).mean(axis=0)
            away = away * (0.5 + self.random.random(self.members))
        away[first] = -np.inf
        return np.argsort(away, kind="stable")
