"""The flow relaxation: bounds of breaches and goals from the rules that flows can keep, and a plan.

Without the rules that no flow keeps, such as limits of unequal workloads, a problem has the same plans
and more. What flows prove for these holds for the plans of the problem, up to the first line in which the
plan of the problem is worse.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.improvers import Apart
from phancong.engines.ranking import Ranked, Ranking
from phancong.engines.starting import filled_up
from phancong.engines.task import AtMost, Engine, Outcome, Proof, Task, no_plan_found
from phancong.goals import compared, less, meets, no_higher, nowhere_more, single
from phancong.meeting import TOLERANCE
from phancong.problem import BoolArray, Problem
from phancong.rules import RULES, order, unset

#: Rules that a flow keeps where all workloads are equal.
WORKLOADS: Final = frozenset({"min_workload", "max_workload"})


class FlowRelaxation:
    """A flow engine on a task without the rules and goals that the engine refuses.

    Parameters
    ----------
    flow
        The flow engine.
    """

    def __init__(self, flow: Engine) -> None:
        self.flow = flow
        #: The flows' plan with its proofs, if it is worse than the incumbent but breaks some rule less.
        self.other: Outcome | None = None

    def __call__(self, task: Task) -> Outcome | None:
        """The better of the incumbent and of the flows' plan, with bounds; None if there is no plan.

        Raises
        ------
        NoPlanFoundError
            There is no incumbent, and the flows' plan breaks a rule that must hold.
        """
        wide = self._wide(task)
        found = self.flow.run(wide)
        if found is None:
            return None
        ranking = Ranking(task)
        plan = _whole_groups(task, found.assignment.mask)
        best = None if task.incumbent is None else ranking.ranked(task.incumbent)
        if ranking.admits(plan):
            best = self._better(task, best, ranking.ranked(plan), wide, found)
        if best is None:
            raise no_plan_found()
        return _bounded(task, best, wide, found)

    def _better(
        self, task: Task, incumbent: Ranked | None, plan: Ranked, wide: Task, found: Outcome
    ) -> Ranked:
        """The better of the incumbent and of the flows' plan, which may be kept as the other."""
        if incumbent is None:
            return plan
        best, better = Ranking(task).merged(incumbent, plan)
        rules = zip(plan.orders, incumbent.orders, strict=True)
        if not better and any(compared(theirs, mine) < 0 for theirs, mine in rules):
            self.other = _bounded(task, plan, wide, found)
        return best

    def _wide(self, task: Task) -> Task:
        """The task without what the engine refuses."""
        problem = _without_groups(_without(task.problem, RULES.keys() - self.flow.keeps))
        wide = replace(
            task,
            problem=problem,
            goals=(),
            incumbent=None,
            known=(),
            breaches={},
            limits_conflict=False,
        )
        if self.flow.refusals(wide):
            wide = replace(wide, problem=_without(problem, WORKLOADS))
        goals = tuple(g for g in task.goals if not self.flow.refusals(replace(wide, goals=(g,))))
        asked = replace(wide, goals=goals)
        return wide if self.flow.refusals(asked) else asked


class FromOther:
    """An engine that improves the plan of a flow relaxation that was worse than the incumbent.

    Parameters
    ----------
    relaxation
        The flow relaxation.
    engine
        The engine.
    """

    def __init__(self, relaxation: FlowRelaxation, engine: Engine) -> None:
        self.relaxation = relaxation
        self.run = Apart(engine)

    def __call__(self, task: Task) -> Outcome | None:
        """The outcome of the engine; None without such a plan."""
        plan = self.relaxation.other
        if plan is None:
            return None
        begin = replace(task, incumbent=plan.assignment, breaches=plan.breaches, known=plan.goals)
        return self.run(begin)


def _without(problem: Problem, rules: Set[str]) -> Problem:
    """The problem without some rules, and without minima of optional members."""
    free = unset(problem, sorted(rules))
    members = replace(problem.member_columns, **free.members)
    members = replace(
        members,
        min_households=np.where(members.optional, 0, members.min_households),
        min_workload=np.where(members.optional, 0.0, members.min_workload),
    )
    return problem.replace(
        members=members,
        households=replace(problem.household_columns, **free.households),
        **free.whole,
    )


def _without_groups(problem: Problem) -> Problem:
    """The problem in which the households of a group may have different members."""
    if not problem.groups:
        return problem
    homes = problem.household_columns
    return problem.replace(households=replace(homes, group=(None,) * len(homes)))


def _whole_groups(task: Task, mask: BoolArray) -> Assignment:
    """A plan in which each group has the members that all its households have, and is filled up."""
    problem = task.problem
    if not problem.groups:
        return Assignment.of_mask(problem, mask)
    whole = mask & problem.allowed
    for rows in problem.groups:
        whole[rows] = whole[rows].all(axis=0)
    return filled_up(problem, whole, task.course.while_awaited)


def _bounded(task: Task, best: Ranked, wide: Task, found: Outcome) -> Outcome:
    """A plan with the bounds of the flows, as far as these hold for plans that are as good.

    They hold for plans that break each rule, and miss each goal, by no more than the flows' plan does.
    """
    lines, holds = _rule_lines(task, best, wide, found)
    goals, number = list[Proof](), 0
    for goal, line in zip(task.goals, best.goals, strict=True):
        if number < len(wide.goals) and goal is wide.goals[number]:
            theirs, number = found.goals[number], number + 1
            if holds and not isinstance(goal, AtMost):
                bound = theirs.bound if less(line.bound, theirs.bound) else line.bound
                bound = no_higher(bound, line.best)
                holds = nowhere_more(line.best, theirs.best)
                line = Proof(line.best, bound, meets(line.best, bound))
        goals.append(line)
    conflict = any(single(line.bound) > TOLERANCE for line in found.breaches.values())
    return Outcome(best.assignment, lines, tuple(goals), found.stopped, conflict)


def _rule_lines(
    task: Task, best: Ranked, wide: Task, found: Outcome
) -> tuple[dict[str, Proof], bool]:
    """The lines of the rules that the flows keep, and whether bounds after all of them hold."""
    holds = True
    lines: dict[str, Proof] = {}
    for rule, line in zip(Ranking(task).rules, best.breaches, strict=True):
        if rule != "coverage" and not RULES[rule].is_set(wide.problem):
            continue  # it excludes no plan of the flows
        theirs = found.breaches.get(rule, Proof(0.0, 0.0, True))
        bound = min(single(theirs.bound), single(line.best))
        as_good = nowhere_more(order(best.assignment, rule), order(found.assignment, rule))
        if holds:
            proven = as_good and theirs.proven and meets(line.best, bound)
            lines[rule] = Proof(line.best, bound, proven)
        holds &= as_good
    return lines, holds
