"""`FlowEngine`: rules and goals of unit loads in stages, each a flow, each proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.flow.goal_stages import goal_stage
from phancong.engines.flow.loads import UnitLoads, unit_workload
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.rule_stages import rule_stages
from phancong.engines.flow.steps import Stage, Step, least_cost
from phancong.engines.task import Outcome, Proof, Task
from phancong.goals import Cohesion, FairLoad, FairTravel, Farthest, Goal
from phancong.problem import Problem
from phancong.rules import breaches

#: Pairs that flows look at in one deterministic unit of work: about what a core does in a second.
PAIRS_A_UNIT = 2_000_000


class FlowEngine:
    """Exact for unit loads: every stage is a minimum-cost flow, and its optimum is proven.

    The first flow cannot be interrupted and always ends with a plan; the search is looked at between
    stages.
    """

    name = "flow"
    apart = False

    def refusals(self, task: Task) -> list[str]:
        """What is not a flow, by name."""
        problem = task.problem
        members = problem.member_columns
        found = []
        if problem.max_changes is not None:
            found.append("max_changes (a budget over all households is not a flow)")
        if problem.groups:
            found.append("group (households that go together are not a flow)")
        minimum = (members.min_households > 0) | (members.min_workload > 0)
        if (members.optional & minimum).any():
            found.append("optional members with a minimum (a minimum only if used is not a flow)")
        if unit_workload(problem) is None:
            if (np.isfinite(members.max_workload) & ~problem.exempt).any():
                found.append("max_workload of unequal workloads")
            if (members.min_workload > 0).any():
                found.append("min_workload of unequal workloads")
        for number, goal in enumerate(task.goals):
            last = number == len(task.goals) - 1
            found.extend(self._refusals_of(goal, problem, last=last))
        return found

    def _refusals_of(self, goal: Goal, problem: Problem, *, last: bool) -> list[str]:
        if isinstance(goal, (FairTravel, Cohesion)):
            return [f"{type(goal).__name__} (it is not a flow)"]
        found = []
        if isinstance(goal, FairLoad):
            if goal.measure == "workload" and unit_workload(problem) is None:
                found.append("FairLoad('workload') of unequal workloads")
            if goal.aim == "spread" and problem.member_columns.optional.any():
                found.append("FairLoad(aim='spread') with optional members")
        elif not isinstance(goal, Farthest) and not goal.exact and not last:
            found.append(f"a tolerance on {type(goal).__name__} (a budget is not a flow)")
        return found

    def run(self, task: Task) -> Outcome | None:
        """A plan with its proofs, or None: nothing keeps what may not give way."""
        loads = UnitLoads(task.problem)
        # If everything can hold, it does, and no breach has to be minimised.
        found = _Run(task, loads, {}).outcome(())
        if found is None and task.relax:
            found = _Run(task, loads, task.relax).outcome(tuple(reversed(list(task.relax))))
        return found


class _Run:
    """One pass through the stages, over the networks that are still open."""

    def __init__(self, task: Task, loads: UnitLoads, relax: Mapping[str, float]) -> None:
        self.task = task
        self.loads = loads
        self.course = task.course
        self.flow: Flow | None = None
        #: Gives the networks whose flows are all plans that are as good so far.
        self.narrow: Callable[[], list[Network]] = lambda: [loads.network(relax)]

    def outcome(self, rules: tuple[str, ...]) -> Outcome | None:
        """Minimise the breaches of *rules* in their order, then the goals."""
        task, problem = self.task, self.task.problem
        lines: dict[str, Proof] = {}
        for rule in rules:
            stages = rule_stages(self.loads, rule)
            done, error = self._stages(stages)
            if done is None:
                return None
            # A rule that is not set has nothing to break.
            lines[rule] = self._rule_line(rule, done, error) if stages else Proof(0.0, 0.0, True)
            self.course.report(rule, None, lines[rule].best, lines[rule].bound)
        goals: list[Proof] = []
        errors: list[float] = []
        for number, goal in enumerate(task.goals):
            done, error = self._stages([goal_stage(self.loads, goal)])
            if done is None:
                return None
            goals.append(self._goal_line(goal, done, error))
            errors.append(error)
            stage = f"goal {number + 1}: {type(goal).__name__}"
            self.course.report(stage, goal, goals[-1].best, goals[-1].bound)
        if self.flow is None and self._step(_any) is None:
            return None
        assert self.flow is not None
        # What was cut before its stage still has the value of the plan, and a bound for any plan.
        assignment = Assignment.of_mask(problem, self.flow.chosen)
        goals = [
            self._as_left(goal, line, error)
            for goal, line, error in zip(task.goals, goals, errors, strict=True)
        ]
        unproven = not all(line.proven for line in [*lines.values(), *goals])
        return Outcome(assignment, lines, tuple(goals), self.course.stopped if unproven else None)

    def _stages(self, stages: list[Stage]) -> tuple[bool | None, float]:
        """Whether all were carried out, None if there is no plan; and the error of one cost."""
        error = 0.0
        for stage in stages:
            if self.flow is not None and self.course.stopped is not None:
                return False, 0.0
            step = self._step(stage)
            if step is None:
                return None, 0.0
            error = max(error, step.error)
        return True, error

    def _step(self, stage: Stage) -> Step | None:
        """Carry out a stage on every open network and keep the best."""
        best: list[Step] = []
        networks = self.narrow()
        # With several networks the last flow is one of only one of them.
        last = self.flow if len(networks) == 1 else None
        for network in networks:
            self.course.work += (np.count_nonzero(network.free) + 1) / PAIRS_A_UNIT
            step = None if _overfull(network) else stage(self.loads, network, last)
            if step is not None:
                if best and step.key < best[0].key:
                    best = []
                if not best or step.key == best[0].key:
                    best.append(step)
        if not best:
            return None
        self.flow = best[0].flow
        self.narrow = lambda: [network for step in best for network in step.narrow()]
        return best[0]

    def _assignment(self) -> Assignment:
        assert self.flow is not None
        return Assignment.of_mask(self.task.problem, self.flow.chosen)

    def _rule_line(self, rule: str, proven: bool, error: float) -> Proof:
        total = sum(r.by for r in breaches(self._assignment()) if r.rule == rule)
        bound = max(0.0, total - self._rounding(error)) if proven else 0.0
        return Proof(total, bound, proven)

    def _goal_line(self, goal: Goal, proven: bool, error: float) -> Proof:
        best = goal.value(self._assignment())
        if not proven:
            return Proof(best, goal.floor(self.task.problem), False)
        if isinstance(best, tuple) or not error:
            return Proof(best, best, True)
        floor = goal.floor(self.task.problem)
        assert not isinstance(floor, tuple)
        return Proof(best, min(best, max(best - self._rounding(error), floor)), True)

    def _as_left(self, goal: Goal, line: Proof, error: float) -> Proof:
        """A line as later goals left it.

        Plans of the same integer value can lie apart by what was rounded; the one that later goals
        chose among them is what was reached.
        """
        value = goal.value(self._assignment())
        if isinstance(value, tuple) or isinstance(line.best, tuple):
            return line
        if not error or abs(value - line.best) > self._rounding(error):
            return line
        assert not isinstance(line.bound, tuple)
        return Proof(value, min(line.bound, value), line.proven)

    def _rounding(self, error: float) -> float:
        """How far two sums of rounded costs may lie from their real ones together."""
        return 2 * error * int(self.task.problem.needed.sum())


def _overfull(network: Network) -> bool:
    """By arithmetic alone, no flow keeps the bounds."""
    base = network.base
    places = np.maximum(network.high - base, 0).sum()
    must = network.need - network.most_missing
    return bool(
        must.sum() > places
        or np.maximum(network.low - base, 0).sum() > network.need.sum()
        or (base > network.high).any()
        or (network.low > network.high).any()
        or (must > network.free.sum(axis=1)).any()
    )


def _any(loads: UnitLoads, network: Network, _: Flow | None) -> Step | None:
    """Any plan at all: there is no goal."""
    return least_cost(loads, network, Costs())
