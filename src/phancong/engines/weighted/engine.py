"""`LnsEngine`: weighted loads fast, with a valid bound, where exact engines do not finish."""

from __future__ import annotations

import numpy as np

from phancong.engines.common.pace import MEASURED, Pace, Speed
from phancong.engines.task import AtMost, Engine, Exact, Outcome, Task, TooLargeError, no_plan_found
from phancong.engines.weighted.stages import solve_in_stages
from phancong.engines.weighted.tuning import TUNING, Tuning
from phancong.engines.weighted.warm_start import WarmStart
from phancong.goals import AIMS, Goal, Kind, load_measure
from phancong.problem import Id
from phancong.words import Message


class LnsEngine(Engine):
    """Large neighbourhood search with a Lagrangian bound (Shaw, CP 1998, doi:10.1007/3-540-49481-2_30).

    Each goal has a stage, which ends when value and bound meet or its budget is used up. If the limits
    cannot all hold, the stages of the exact engine decide which of them are relaxed.

    Parameters
    ----------
    exact
        An exact engine.
    alone
        Whether the exact engine is called if no plan within the limits is found. False leaves that to
        the caller.
    tuning
        Thresholds between methods, by size.
    speed
        Time of a flow, by its arcs.
    """

    name = "lns"
    apart = True
    keeps = frozenset(
        (
            *("min_households", "min_workload", "max_changes", "within_hamlet", "max_travel"),
            *("max_workload", "max_households", "needs", "coverage"),
        )
    )

    def __init__(
        self,
        exact: Exact,
        *,
        alone: bool = True,
        tuning: Tuning = TUNING,
        speed: Speed = MEASURED,
    ) -> None:
        self.exact = exact
        self.tuning = tuning
        self.speed = speed
        self.alone = alone
        #: Warm starts of a problem or of an independent part, by its household ids.
        self._warm_starts: dict[tuple[Id, ...], dict[Goal | str, WarmStart]] = {}

    def refuses(self, task: Task) -> list[str]:
        """Goals but sums over pairs and largest loads, limits but on such sums, optional minima."""
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
        """A plan with its bounds; None if no plan keeps the limits that may not be relaxed.

        Raises
        ------
        NoPlanFoundError
            Neither a plan nor a proof was found in time.
        """
        if not Pace(task.course, self.speed).has_time(int(np.count_nonzero(task.problem.allowed))):
            raise no_plan_found(TooLargeError)
        with task.course.uncharged():
            from phancong.engines.common.cp_sat import CpSatSolver

        households = task.problem.household_columns.ids
        # In a portfolio the engine runs several times for each problem and for each independent part.
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
        if goal.goal.kind is Kind.PAIR_SUM:
            return []
        limited = repr(goal.goal)
        return [Message("a limit on {goal} (only sums over pairs are limited)", goal=limited)]
    name, measure = type(goal).__name__, load_measure(goal)
    if goal.kind is not Kind.PAIR_SUM and measure is None:
        return [Message("{goal} (only sums over pairs and largest loads are searched)", goal=name)]
    if measure is not None and goal.kind is not Kind.LARGEST:
        aim = next(repr(aim) for aim, kind in AIMS.items() if kind is goal.kind)
        return [
            Message("{goal}(aim={aim}) (only the largest load is searched)", goal=name, aim=aim)
        ]
    return []
