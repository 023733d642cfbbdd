"""The stages of a search: first a plan within the limits, then the goals in order, each held."""

from __future__ import annotations

from dataclasses import replace

from phancong.engines.common.linear_model import Solver
from phancong.engines.ranking import Ranking
from phancong.engines.task import Exact, LimitsConflictError, Outcome, Proof, Task, as_held
from phancong.engines.weighted.breach_stages import BreachStages
from phancong.engines.weighted.construct.initial_plan import InitialPlan
from phancong.engines.weighted.goal_search import GoalSearch
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import INITIAL_PART, TUNING, Tuning
from phancong.engines.weighted.warm_start import WarmStart
from phancong.errors import NoPlanFoundError
from phancong.goals import Goal


def solve_in_stages(
    task: Task,
    solver: Solver,
    exact: Exact,
    *,
    alone: bool = True,
    warm_starts: dict[Goal | str, WarmStart] | None = None,
    tuning: Tuning = TUNING,
) -> Outcome | None:
    """A plan of a task with a bound for each goal; None if it is proven that there is none.

    Parameters
    ----------
    task
        The task.
    solver
        The solver of integer models, such as CP-SAT.
    exact
        The engine that decides which limits are relaxed, and what rounded integers leave open.
    alone
        Whether the exact engine is called if no plan within all limits is found and relaxing loads
        alone does not help. False leaves that to the caller.
    warm_starts
        Multipliers of earlier searches for the same problem, by goal or rule; updated in place.
    tuning
        Thresholds between methods, by size.

    Raises
    ------
    NoPlanFoundError
        Neither a plan nor a proof was found in time.
    """
    warm_starts = {} if warm_starts is None else warm_starts
    search = GoalSearch(task, solver, warm_starts, Instance(task.problem, tuning=tuning))
    course = task.course
    if task.incumbent is not None:  # leave time for the goals, also if the incumbent breaks limits
        part = [INITIAL_PART * left for left in (course.work_left, course.seconds_left)]
        course = course.slice(*part)
    initial = InitialPlan(
        replace(task, course=course),
        solver,
        exact,
        search.instance,
        search.guide_cost,
        exactly=alone or task.incumbent is None,
    )
    plan = initial.plan()
    if course is not task.course:
        task.course.joined(course)
    if plan is not None:
        search.begin(initial.instance, plan)
        outcome = _outcome(search, initial)
        return _in_fractions(task, exact, outcome) if alone else outcome
    if initial.infeasible and not task.relax:
        return None
    conflict = initial.infeasible or task.limits_conflict
    if alone:
        try:
            return exact.run(replace(task, limits_conflict=conflict))
        except NoPlanFoundError:
            if task.incumbent is None or task.course.stopped is not None:
                raise
    if task.incumbent is not None:
        stages = BreachStages(task, task.incumbent, solver, warm_starts, tuning)
        return replace(stages.outcome(), limits_conflict=conflict)
    raise (LimitsConflictError if conflict else NoPlanFoundError)(
        "the loads alone do not tell what is relaxed"
    )


def _outcome(search: GoalSearch, initial: InitialPlan) -> Outcome:
    """The outcome of all goals in order, beginning with an initial plan."""
    goals, proofs = search.task.goals, list[Proof]()
    for number, goal in enumerate(goals, start=1):
        proofs.append(search.next_goal(proofs))
        name = f"goal {number}: {type(goal).__name__}"
        search.course.report(name, goal, proofs[-1].best, proofs[-1].bound)
    assignment = search.assignment
    proofs = [as_held(assignment, g, p) for g, p in zip(goals, proofs, strict=True)]
    unproven = not all(proof.proven for proof in proofs)
    lines = initial.lines(assignment)
    return Outcome(assignment, lines, tuple(proofs), search.cut if unproven else None)


def _in_fractions(task: Task, exact: Exact, outcome: Outcome) -> Outcome:
    """The outcome; where only rounding prevented a proof, with the proofs of the exact stages.

    The exact stages begin with the plan and the bounds of the outcome.
    """
    if outcome.stopped != "rounding":
        return outcome
    begin = replace(task, incumbent=outcome.assignment, known=outcome.goals)
    try:
        found = exact.run(begin)
    except NoPlanFoundError:
        return outcome
    assert found is not None  # there is a plan
    ranking = Ranking(task)
    best, _ = ranking.merged(
        ranking.ranked(outcome.assignment, outcome), ranking.ranked(found.assignment, found)
    )
    lines = dict(zip(ranking.rules, best.breaches, strict=True))
    stopped = None if best.proven else found.stopped or outcome.stopped
    conflict = outcome.limits_conflict or found.limits_conflict
    return Outcome(best.assignment, lines, best.goals, stopped, conflict)
