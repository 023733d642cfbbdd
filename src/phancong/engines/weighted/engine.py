"""`LnsEngine`: weighted loads fast, with a valid bound, where exact engines do not finish."""

from __future__ import annotations

import numpy as np

from phancong.engines.common.pace import Pace
from phancong.engines.task import AtMost, Engine, Exact, Outcome, Task, TooLargeError, no_plan_found
from phancong.engines.weighted.stages import solve_in_stages
from phancong.engines.weighted.tuning import TUNING, Tuning
from phancong.engines.weighted.warm_start import WarmStart
from phancong.goals import AIMS, Goal, Kind, load_measure
from phancong.problem import Id
from phancong.words import Message


class LnsEngine(Engine):
    """Large neighbourhood search under a Lagrangian bound (Shaw, CP 1998, doi:10.1007/3-540-49481-2_30).

    Every goal is searched in its stage until plan and bound meet or the search ends. Where all limits
    cannot hold, the exact stages say what is relaxed.

    Parameters
    ----------
    exact
        The engine that has these stages.
    alone
        Whether it is asked where no plan is found; False leaves that to others.
    tuning
        Sizes at which one method takes over from another.
    """

    name = "lns"
    apart = True
    keeps = frozenset(
        (
            *("min_households", "min_workload", "max_changes", "within_hamlet", "max_travel"),
            *("max_workload", "max_households", "needs", "coverage"),
        )
    )

    def __init__(self, exact: Exact, *, alone: bool = True, tuning: Tuning = TUNING) -> None:
        self.exact = exact
        self.tuning = tuning
        #: Whether the exact stages are asked where it finds no plan; False leaves them to others.
        self.alone = alone
        #: By the households of a problem or of a part of it.
        self._warm_starts: dict[tuple[Id, ...], dict[Goal | str, WarmStart]] = {}

    def refuses(self, task: Task) -> list[str]:
        """The goals that are neither sums over pairs nor largest loads, by name."""
        members = task.problem.member_columns
        found: list[str] = []
        minimum = (members.min_households > 0) | (members.min_workload > 0)
        if (members.optional & minimum).any():
            found.append(
                Message("optional members with a minimum (its knapsacks are never left empty)")
            )
        for goal in task.goals:
            found.extend(_refusals_of(goal))
        return found

    def run(self, task: Task) -> Outcome | None:
        """A plan with its bounds, or None: nothing keeps what may not be relaxed.

        Raises
        ------
        NoPlanFoundError
            Neither a plan nor a proof was found in time.
        """
        if not Pace(task.course).has_time(int(np.count_nonzero(task.problem.allowed))):
            raise no_plan_found(TooLargeError)
        with task.course.uncharged():
            from phancong.engines.common.cp_sat import CpSatSolver

        households = task.problem.household_columns.ids
        # Beside others it is asked again and again, also for each part of a problem.
        warm_starts = None if self.alone else self._warm_starts.setdefault(households, {})
        return solve_in_stages(
            task,
            CpSatSolver(),
            self.exact,
            alone=self.alone,
            warm_starts=warm_starts,
            tuning=self.tuning,
        )


def _refusals_of(goal: Goal) -> list[str]:
    if isinstance(goal, AtMost):
        limited = repr(goal.goal)
        return [
            Message(
                "a limit on {goal} (only values that the engine itself has reached are held)",
                goal=limited,
            )
        ]
    name, measure = type(goal).__name__, load_measure(goal)
    if goal.kind is not Kind.PAIR_SUM and measure is None:
        return [Message("{goal} (only sums over pairs and largest loads are searched)", goal=name)]
    if measure is not None and goal.kind is not Kind.LARGEST:
        aim = next(repr(aim) for aim, kind in AIMS.items() if kind is goal.kind)
        return [
            Message("{goal}(aim={aim}) (only the largest load is searched)", goal=name, aim=aim)
        ]
    return []
