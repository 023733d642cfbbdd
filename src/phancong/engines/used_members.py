"""Optional members with a minimum: which of them are used is settled first, then an engine does the rest.

A minimum of used members only is beyond flows and Lagrangian bounds. Once it is known who is used, it is
a minimum like any other. The incumbent tells who is used; where minima are missed, some members are
closed: they give all their households to members below their minimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.improvers import Apart
from phancong.engines.ranking import Ranking
from phancong.engines.task import Engine, Outcome, Task
from phancong.errors import NoPlanFoundError
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.problem.part import part_of
from phancong.rules import fixed_mask, pair_breaches

#: The measures of load.
MEASURES = ("households", "workload")


class UsedMembers:
    """An engine on the plans in which the same optional members are used as in the incumbent.

    Its bounds are not valid for other plans, so that it improves the plan only.

    Parameters
    ----------
    engines
        The engines; the first that takes the problem with its used members is run.
    """

    def __init__(self, engines: Sequence[Engine]) -> None:
        self.engines = engines

    @staticmethod
    def concerns(problem: Problem) -> bool:
        """Whether some optional member has a minimum."""
        return bool(_bounded(problem).any())

    def __call__(self, task: Task) -> Outcome | None:
        """The best plan found; None if no engine takes the problem, or it is no better."""
        assert task.incumbent is not None
        ranking = Ranking(task)
        best = before = ranking.ranked(task.incumbent)
        best, _ = ranking.merged(best, ranking.ranked(closed(task.incumbent)))
        used: BoolArray = np.asarray(best.assignment.mask.any(axis=0))
        problem = with_used(task.problem, used)
        inner = replace(
            task,
            problem=problem,
            incumbent=Assignment.of_mask(problem, best.assignment.mask),
            known=(),
            breaches={},
            limits_conflict=False,
        )
        found = self._found(inner)
        if found is not None:
            plan = Assignment.of_mask(task.problem, found.assignment.mask)
            best, _ = ranking.merged(best, ranking.ranked(plan))
        if best.assignment is before.assignment:
            return None
        floors = ranking.ranked(best.assignment)
        stopped = None if found is None else found.stopped
        return Outcome(best.assignment, {}, floors.goals, stopped or task.course.stopped)

    def _found(self, task: Task) -> Outcome | None:
        """The outcome of the first engine that takes a task; None if there is none."""
        engine = next((each for each in self.engines if not each.refusals(task)), None)
        try:
            return None if engine is None else Apart(engine)(task)
        except NoPlanFoundError:
            return None


def with_used(problem: Problem, used: BoolArray) -> Problem:
    """The problem in which optional members with a minimum are used, or get no household.

    Parameters
    ----------
    problem
        The problem.
    used
        Whether each member is used, (M,).
    """
    members = problem.member_columns
    bounded = _bounded(problem)
    out = bounded & ~used
    forbidden = [
        (household, members.ids[column])
        for column in np.flatnonzero(out).tolist()
        for household in problem.household_columns.ids
    ]
    people = replace(
        members,
        optional=members.optional & ~(bounded & used),
        min_households=np.where(out, 0, members.min_households),
        min_workload=np.where(out, 0.0, members.min_workload),
    )
    rows, columns = (np.arange(many) for many in problem.allowed.shape)
    return part_of(problem, rows, columns, people, forbidden)


def closed(assignment: Assignment) -> Assignment:
    """The plan without some optional members who miss their minimum, or who let others miss theirs."""
    closing = _Closing(assignment)
    tried = ~_bounded(assignment.problem) | fixed_mask(assignment.problem).any(axis=0)
    while True:
        short = closing.short()
        open_ = np.flatnonzero(~tried & closing.mask.any(axis=0))
        if not short.any() or not len(open_):
            return Assignment.of_mask(assignment.problem, closing.mask)
        helped: BoolArray = np.asarray(closing.allowed[:, short > 0].any(axis=1))
        helps = (closing.mask[:, open_] & helped[:, None]).sum(axis=0)
        # Those who are short themselves first, then those of whom others can take most.
        order = np.lexsort((-helps, closing.mask[:, open_].sum(axis=0), short[open_] <= 0))
        column = int(open_[order[0]])
        tried[column] = True
        closing.close(column)


class _Closing:
    """A plan from which members are taken out."""

    def __init__(self, assignment: Assignment) -> None:
        problem = assignment.problem
        self.members = problem.member_columns
        self.units = problem.units
        self.mask = assignment.mask.copy()
        self.allowed = problem.allowed.copy()
        for breach in pair_breaches(problem).values():
            self.allowed &= breach <= 0
        loads = problem.workload_matrix
        own = problem.household_columns.workload
        self.brings = {
            "households": np.ones(self.mask.shape),
            "workload": np.broadcast_to(own[:, None], self.mask.shape) if loads is None else loads,
        }
        self.load = {name: assignment.loads(name).astype(np.float64) for name in MEASURES}

    def short(self) -> FloatArray:
        """The part of its minimum that each used member misses, summed over the measures, (M,)."""
        missing = np.zeros(self.mask.shape[1])
        for name in MEASURES:
            least = getattr(self.members, f"min_{name}").astype(np.float64)
            missing += np.maximum(least - self.load[name], 0.0) / np.maximum(least, 1e-300)
        away = self.members.optional & ~self.mask.any(axis=0)
        short: FloatArray = np.where(away, 0.0, missing)
        return short

    def close(self, column: int) -> None:
        """Give all units of a member to others; undone if one has no place, or no more minima are met."""
        before = float(self.short().sum())
        mask, load = self.mask.copy(), {name: each.copy() for name, each in self.load.items()}
        given = all(self._give(rows, column) for rows in self.units if self.mask[rows[0], column])
        if not given or float(self.short().sum()) >= before:
            self.mask, self.load = mask, load

    def _give(self, rows: IntArray, column: int) -> bool:
        """Give a unit to the member with room who is shortest of its minimum; False if there is none."""
        can = self.allowed[rows].all(axis=0) & ~self.mask[rows[0]] & self.mask.any(axis=0)
        for name in MEASURES:
            most = getattr(self.members, f"max_{name}")
            can &= self.load[name] + self.brings[name][rows].sum(axis=0) <= most
        if not can.any():
            return False
        target = int(np.where(can, self.short(), -1.0).argmax())
        self.mask[rows, column], self.mask[rows, target] = False, True
        for name in MEASURES:
            self.load[name][column] -= self.brings[name][rows, column].sum()
            self.load[name][target] += self.brings[name][rows, target].sum()
        return True


def _bounded(problem: Problem) -> BoolArray:
    """Whether each member is optional and has a minimum, (M,)."""
    members = problem.member_columns
    bounded: BoolArray = members.optional & (
        (members.min_households > 0) | (members.min_workload > 0)
    )
    return bounded
