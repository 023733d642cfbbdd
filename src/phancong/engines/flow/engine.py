"""`FlowEngine`: rules and goals of unit loads in stages, each a flow, each proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.flow.exchanges import Exchanges
from phancong.engines.flow.goal_stages import goal_stage
from phancong.engines.flow.lines import goal_line, rounding, rule_line
from phancong.engines.flow.loads import UnitLoads, unit_workload
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.rule_stages import rule_stages
from phancong.engines.flow.steps import CostsOf, Stage, Step, everywhere, least_cost
from phancong.engines.task import Outcome, Proof, Task
from phancong.goals import Cohesion, FairLoad, FairTravel, Farthest, Goal
from phancong.problem import BoolArray, Problem

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
        return _carried_out(task)[1]

    def exchanges(self, task: Task, assignment: Assignment, row: int) -> dict[int, Outcome]:
        """The best plan with each other member that a household can have, from a best plan.

        Only where the lines up to the last bound that was tightened (a largest load, a farthest
        pair) stay as they are; for the other members the problem has to be solved again.

        Parameters
        ----------
        task
            What the plan was made for.
        assignment
            The plan.
        row
            The household.
        """
        run, base = _carried_out(task)
        networks = run.tightened()
        if base is None or base.stopped is not None or len(networks) > 1:
            return {}
        if not all(goal.exact for goal in task.goals):
            return {}  # within a tolerance, a line may change without a bound being passed
        (network,) = networks
        chosen = assignment.mask
        if not network.holds(chosen):
            return {}
        task.course.work += (np.count_nonzero(network.free) + 1) / PAIRS_A_UNIT
        sums = [costs_of(network)[0] for costs_of in run.sums]
        found = Exchanges(network, sums, chosen).with_each(row) or {}
        return {member: run.as_other(base, mask) for member, mask in found.items()}


def _carried_out(task: Task) -> tuple[_Run, Outcome | None]:
    """The pass that gives the plan, and what it found."""
    loads = UnitLoads(task.problem)
    # If everything can hold, it does, and no breach has to be minimised.
    run = _Run(task, loads, {})
    found = run.outcome(())
    if found is None and task.relax:
        run = _Run(task, loads, task.relax)
        found = run.outcome(tuple(reversed(list(task.relax))))
    return run, found


class _Run:
    """One pass through the stages, over the networks that are still open."""

    def __init__(self, task: Task, loads: UnitLoads, relax: Mapping[str, float]) -> None:
        self.task = task
        self.loads = loads
        self.course = task.course
        self.flow: Flow | None = None
        #: How far the real cost of one pair may lie from its integer, by rule and by goal.
        self.errors: dict[str, float] = {}
        self.goal_errors: list[float] = []
        #: The sums that were minimised since bounds were last tightened, and when that was.
        self.sums: list[CostsOf] = []
        self.tightened: Callable[[], list[Network]] = lambda: [loads.network(relax)]
        #: Gives the networks whose flows are all plans that are as good so far.
        self.narrow: Callable[[], list[Network]] = lambda: [loads.network(relax)]

    def outcome(self, rules: tuple[str, ...]) -> Outcome | None:
        """Minimise the breaches of *rules* in their order, then the goals."""
        task = self.task
        lines: dict[str, Proof] = {}
        for rule in rules:
            stages = rule_stages(self.loads, rule)
            done, error = self._stages(stages)
            if done is None:
                return None
            # A rule that is not set has nothing to break.
            lines[rule] = Proof(0.0, 0.0, True)
            if stages:
                self.errors[rule] = error
                lines[rule] = rule_line(self._assignment(), rule, proven=done, error=error)
            self.course.report(rule, None, lines[rule].best, lines[rule].bound)
        goals: list[Proof] = []
        for number, goal in enumerate(task.goals):
            done, error = self._stages([goal_stage(self.loads, goal)])
            if done is None:
                return None
            goals.append(goal_line(self._assignment(), goal, proven=done, error=error))
            self.goal_errors.append(error)
            stage = f"goal {number + 1}: {type(goal).__name__}"
            self.course.report(stage, goal, goals[-1].best, goals[-1].bound)
        if self.flow is None and self._step(_any) is None:
            return None
        # What was cut before its stage still has the value of the plan, and a bound for any plan.
        assignment = self._assignment()
        goals = [
            _as_left(assignment, goal, line, error)
            for goal, line, error in zip(task.goals, goals, self.goal_errors, strict=True)
        ]
        unproven = not all(line.proven for line in [*lines.values(), *goals])
        return Outcome(assignment, lines, tuple(goals), self.course.stopped if unproven else None)

    def as_other(self, base: Outcome, mask: BoolArray) -> Outcome:
        """The outcome of a plan that is the best one of another kind, every line proven."""
        assignment = Assignment.of_mask(self.task.problem, mask)
        lines = {
            rule: rule_line(assignment, rule, proven=True, error=error)
            for rule, error in self.errors.items()
        }
        goals = [
            goal_line(assignment, goal, proven=True, error=error)
            for goal, error in zip(self.task.goals, self.goal_errors, strict=True)
        ]
        return Outcome(assignment, {**base.breaches, **lines}, tuple(goals), None)

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
        if best[0].costs_of is None:
            self.sums, self.tightened = [], self.narrow
        else:
            self.sums.append(best[0].costs_of)
        return best[0]

    def _assignment(self) -> Assignment:
        assert self.flow is not None
        return Assignment.of_mask(self.task.problem, self.flow.chosen)


def _as_left(assignment: Assignment, goal: Goal, line: Proof, error: float) -> Proof:
    """A line as later goals left it.

    Plans of the same integer value can lie apart by what was rounded; the one that later goals
    chose among them is what was reached.
    """
    value = goal.value(assignment)
    if isinstance(value, tuple) or isinstance(line.best, tuple):
        return line
    if not error or abs(value - line.best) > rounding(assignment.problem, error):
        return line
    assert not isinstance(line.bound, tuple)
    return Proof(value, min(line.bound, value), line.proven)


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
    return least_cost(loads, network, everywhere(Costs()))
