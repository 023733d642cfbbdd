"""A plan within all limits, one independent part after the other.

Where no pair may break a limit, such as closed hamlets, a problem falls into many small parts. A plan of
the whole that breaks limits may keep them in most parts; for each of the others an engine looks for a
plan of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.independent_parts import parts_within_limits
from phancong.engines.ranking import Ranking
from phancong.engines.starting import filled_up
from phancong.engines.task import Engine, Outcome, Task
from phancong.engines.together import Part
from phancong.errors import NoPlanFoundError
from phancong.problem import BoolArray, Problem
from phancong.problem.part import part_of
from phancong.rules import RULES, beyond_ceilings, violations


class PartByPart:
    """Engines on the parts in which the incumbent breaks limits.

    Parameters
    ----------
    engines
        The engines; the first that takes a part is run.
    """

    def __init__(self, engines: Sequence[Engine]) -> None:
        self.engines = engines
        self._parts: list[Part] | None = None
        #: The pairs of each part whose plan keeps all limits, by the number of the part.
        self._plans: dict[int, BoolArray] = {}

    @staticmethod
    def concerns(problem: Problem) -> bool:
        """Whether a rule about pairs may make parts."""
        return any(rule.pair is not None and rule.is_set(problem) for rule in RULES.values())

    def __call__(self, task: Task) -> Outcome | None:
        """A better plan, or the incumbent and the proof that not all limits can hold; None if neither."""
        assert task.incumbent is not None
        if self._parts is None:
            self._parts = parts_within_limits(task.problem)
        if len(self._parts) == 1:
            return None
        waiting = [number for number in range(len(self._parts)) if not self._takes(task, number)]
        conflict, left = False, len(waiting)
        for number in waiting:
            conflict |= self._has_none(task, number, 1 / left)
            left -= 1
        ranking = Ranking(task)
        best, better = ranking.merged(
            ranking.ranked(task.incumbent), ranking.ranked(self._plan(task.incumbent))
        )
        if not better and not conflict:
            return None
        cut = any(number not in self._plans for number in waiting) and not conflict
        stopped = task.course.reached_limit("work") if cut else None
        return Outcome(best.assignment, {}, best.goals, stopped, conflict)

    def _takes(self, task: Task, number: int) -> bool:
        """Whether there is a plan of a part, or the incumbent keeps all limits there."""
        assert task.incumbent is not None
        assert self._parts is not None
        if number not in self._plans:
            rows, columns = self._parts[number]
            mine = task.incumbent.mask[np.ix_(rows, columns)]
            plan = Assignment.of_mask(part_of(task.problem, rows, columns), mine)
            if not beyond_ceilings(plan, {}) and not violations(plan):
                self._plans[number] = mine
        return number in self._plans

    def _has_none(self, task: Task, number: int, share: float) -> bool:
        """Look for a plan of a part; whether it is proven that there is none."""
        assert self._parts is not None
        part = part_of(task.problem, *self._parts[number])
        course = task.course.part(share, f"part {number + 1} of {len(self._parts)}")
        alone = Task(part, (), {}, course)
        engine = next((each for each in self.engines if not each.refusals(alone)), None)
        try:
            found = None if engine is None else engine.run(alone)
        except NoPlanFoundError:
            return False
        finally:
            task.course.joined(course)
        if found is not None:
            self._plans[number] = found.assignment.mask
        return found is None and engine is not None

    def _plan(self, incumbent: Assignment) -> Assignment:
        """The plans of all parts; where there is none, the pairs of the incumbent, filled up."""
        assert self._parts is not None
        mask = np.zeros_like(incumbent.mask)
        for number, (rows, columns) in enumerate(self._parts):
            own = np.ix_(rows, columns)
            mask[own] = self._plans.get(number, incumbent.mask[own])
        return filled_up(incumbent.problem, mask)
