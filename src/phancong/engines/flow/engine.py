"""`FlowEngine`: rules and goals of unit loads in stages; each is solved by flows and proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.pace import MEASURED, PAIRS_A_UNIT, OutOfTimeError, Speed
from phancong.engines.flow.exchanges import Exchanges
from phancong.engines.flow.loads import UnitLoads, common_workload
from phancong.engines.flow.run import FlowRun
from phancong.engines.flow.trade import FlowTrade, is_trade
from phancong.engines.task import AtMost, Engine, Outcome, Task, no_plan_found
from phancong.goals import Goal, Kind, load_measure
from phancong.problem import Problem
from phancong.words import Message

#: Seconds for each pair that a construction heuristic takes (30 million pairs: 5 s).
A_START: Final = 1.5e-7


class FlowEngine(Engine):
    """Exact engine for unit loads: every stage is solved by minimum-cost flows to a proven optimum.

    A flow cannot be interrupted. So a flow that is expected to take longer than the rest of the search is
    not begun, and the plan is that of the stages before.

    Parameters
    ----------
    speed
        Expected time of flows.
    """

    name = "flow"
    apart = False
    keeps = frozenset(
        (
            *("min_households", "min_workload", "within_hamlet", "max_travel"),
            *("max_workload", "max_households", "needs", "coverage"),
        )
    )

    def __init__(self, speed: Speed = MEASURED) -> None:
        self.speed = speed
        #: The last trade-off of two sums; a run with another budget reuses the plans on its hull.
        self._trade: FlowTrade | None = None

    def why_not(self, rule: str) -> str:
        """Why a flow cannot keep a rule; the text begins with the rule's name."""
        if rule == "max_changes":
            return Message(
                "max_changes (a network flow cannot keep a limit on all households together)"
            )
        return super().why_not(rule)

    def refuses(self, task: Task) -> list[str]:
        """The parts of the task that a flow cannot express, by name."""
        problem = task.problem
        members = problem.member_columns
        found: list[str] = []
        if problem.groups:
            found.append(Message("group (a network flow cannot keep households together)"))
        minimum = (members.min_households > 0) | (members.min_workload > 0)
        if (members.optional & minimum).any():
            found.append(
                Message(
                    "optional members with a minimum (a network flow cannot keep a minimum of used "
                    "members only)"
                )
            )
        if common_workload(problem) is None:
            if (np.isfinite(members.max_workload) & ~problem.exempt).any():
                found.append(Message("max_workload of unequal workloads"))
            if (members.min_workload > 0).any():
                found.append(Message("min_workload of unequal workloads"))
        for number, goal in enumerate(task.goals):
            last = number == len(task.goals) - 1
            if not is_trade(task, number):
                found.extend(self._refusals_of(goal, problem, last=last))
        return found

    def _refusals_of(self, goal: Goal, problem: Problem, *, last: bool) -> list[str]:
        if isinstance(goal, AtMost):
            return self._refusals_of_limit(goal.goal, problem)
        measure, name = load_measure(goal), type(goal).__name__
        largest_pair = goal.kind is Kind.LARGEST and goal.member_sums is None
        if goal.kind is not Kind.PAIR_SUM and measure is None and not largest_pair:
            return [Message("{goal} (a network flow cannot express it)", goal=name)]
        found: list[str] = []
        if measure is not None:
            if measure == "workload" and common_workload(problem) is None:
                found.append(Message("{goal}('workload') of unequal workloads", goal=name))
            if goal.kind is Kind.SPREAD and problem.member_columns.optional.any():
                found.append(Message("{goal}(aim='spread') with optional members", goal=name))
        elif not largest_pair and not goal.exact and not last:
            found.append(
                Message("a tolerance on {goal} (a network flow cannot keep it)", goal=name)
            )
        return found

    def _refusals_of_limit(self, goal: Goal, problem: Problem) -> list[str]:
        """Refusals of a limit: only a limit of the largest figure of pairs or loads is a network."""
        bound = goal.member_sums is None or load_measure(goal) is not None
        if goal.kind is not Kind.LARGEST or not bound:
            return [Message("a limit on {goal} (a network flow cannot keep it)", goal=repr(goal))]
        return self._refusals_of(goal, problem, last=True)

    def run(self, task: Task) -> Outcome | None:
        """A plan with its proofs; None if no plan keeps the limits that may not be relaxed.

        Raises
        ------
        NoPlanFoundError
            There was no time for the first flow.
        """
        try:
            return self._carried_out(task)[1]
        except OutOfTimeError as error:
            raise no_plan_found() from error

    def exchanges(self, task: Task, assignment: Assignment, row: int) -> dict[int, Outcome]:
        """The best plan for each other member of a household, from an optimal plan, by column.

        A member is included only if the lines up to the last tightened bound (a largest load, a farthest
        pair) keep their values; for the other members the problem has to be solved again.

        Parameters
        ----------
        task
            The task of the plan.
        assignment
            The optimal plan.
        row
            The household.
        """
        try:
            run, base = self._carried_out(task)
        except OutOfTimeError:
            return {}
        networks = run.tightened()
        if base is None or base.stopped is not None or len(networks) > 1:
            return {}
        if not all(goal.exact for goal in task.goals):
            return {}  # within a tolerance a line may change although all bounds are kept
        if any(error for _, error in run.sums[:-1]):
            return {}  # plans with equal real sums may differ in the rounded ones
        (network,) = networks
        chosen = assignment.mask
        if not network.whole or not network.holds(chosen):
            return {}
        task.course.work += (np.count_nonzero(network.free) + 1) / PAIRS_A_UNIT
        sums = [costs_of(network)[0] for costs_of, _ in run.sums]
        found = Exchanges(network, sums, chosen).with_each(row) or {}
        return {member: run.as_other(base, mask) for member, mask in found.items()}

    def _carried_out(self, task: Task) -> tuple[FlowRun, Outcome | None]:
        """The run that gives the plan, and its outcome."""
        loads = UnitLoads(task.problem, task.course, self.speed)
        loads.pace.reserve = A_START * task.problem.allowed.size
        # Try all limits as hard first: if they can hold, no breach has to be minimised.
        run, found = self._run(task, loads, {}, ())
        if found is None and task.relax and not self._limited(task, loads):
            run, found = self._run(task, loads, task.relax, tuple(reversed(list(task.relax))))
        return run, found

    def _run(
        self, task: Task, loads: UnitLoads, relax: Mapping[str, float], rules: tuple[str, ...]
    ) -> tuple[FlowRun, Outcome | None]:
        run = FlowRun(task, loads, relax, self._trade)
        found = run.outcome(rules)
        self._trade = run.trade
        return run, found

    def _limited(self, task: Task, loads: UnitLoads) -> bool:
        """Whether a limit among the goals, and not a rule, is the reason why there is no plan."""
        limits = any(isinstance(goal, AtMost) for goal in task.goals)
        bare = replace(task, goals=())
        return limits and FlowRun(bare, loads, {}, None).outcome(()) is not None
