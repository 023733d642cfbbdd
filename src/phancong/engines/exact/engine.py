"""The exact engines: every rule and every goal, by CP-SAT or by branch and cut."""

from __future__ import annotations

from abc import abstractmethod

from phancong.assignment import Assignment
from phancong.engines.common.linear_model import Solver
from phancong.engines.exact.rules import KEPT
from phancong.engines.exact.stages import first_plan, staged
from phancong.engines.task import Engine, Outcome, Task
from phancong.goals import Kind
from phancong.words import Message


class ExactEngine(Engine):
    """An engine that solves one integer linear model in stages, each proven before the next begins."""

    name = "exact"
    apart = True
    keeps = frozenset(KEPT)

    def refuses(self, task: Task) -> list[str]:
        """The goals whose value is not stated as a function of the pairs."""
        return [
            Message("{goal} (how its value comes from the pairs is not stated)", goal=repr(goal))
            for goal in task.goals
            if goal.kind is Kind.OTHER
        ]

    def run(self, task: Task) -> Outcome | None:
        """A plan with its proofs; None if no plan keeps the limits that may not be relaxed.

        Raises
        ------
        NoPlanFoundError
            Neither a plan nor a proof was found in time.
        """
        return staged(task, self._loaded(task))

    def first_plan(self, task: Task, part: float) -> Assignment | None:
        """Any plan within all limits, as :meth:`phancong.engines.task.Exact.first_plan`."""
        return first_plan(task, self._loaded(task), part)

    def _loaded(self, task: Task) -> Solver:
        with task.course.uncharged():
            return self.solver()

    @abstractmethod
    def solver(self) -> Solver:
        """The solver of the model."""


class CpSatEngine(ExactEngine):
    """The engine with CP-SAT: strong with rules and counts, slower with large sums of travel."""

    name = "cp_sat"

    def solver(self) -> Solver:
        """CP-SAT with one worker."""
        from phancong.engines.common.cp_sat import CpSatSolver

        return CpSatSolver()


class MipEngine(ExactEngine):
    """The engine with branch and cut over linear relaxations: strong with sums.

    Parameters
    ----------
    alone
        Whether it is the only engine of the search. If so, a limit of work ends its calls. Otherwise a
        call may exceed the work of its turn, so that it can finish the root.
    """

    name = "mip"

    def __init__(self, *, alone: bool = True) -> None:
        self.alone = alone

    def solver(self) -> Solver:
        """HiGHS or SCIP, through MathOpt."""
        from phancong.engines.common.mathopt import MathOptSolver

        return MathOptSolver(within_work=self.alone)
