"""One run of an engine: choose the engine, search, judge the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache, partial
from importlib.metadata import version
from platform import python_version
from typing import Any

from phancong.checking import check
from phancong.engines.portfolio import SIZES, Portfolio, SearchResult, Sizes
from phancong.engines.registry import choose
from phancong.engines.searching import searched, searched_at_once
from phancong.engines.task import NO_TIME, AtMost, Engine, Exchanging, Outcome, Proof, Task
from phancong.errors import JudgementError, NoPlanFoundError
from phancong.frozen import FrozenMapping
from phancong.goals import Goal, Value, meets, single
from phancong.plan import BreachTotal, GoalValue, Plan, Status
from phancong.rules import beyond_ceilings, totals


def run(
    task: Task,
    engine: str,
    made: dict[str, Engine] | None = None,
    *,
    dispensable: bool = False,
    easing: float = 1.0,
    sizes: Sizes = SIZES,
) -> Plan | None:
    """Run an engine and judge its plan; None if it is proven that there is no plan.

    Parameters
    ----------
    task
        The task.
    engine
        The name of the engine, or ``"auto"``.
    made
        Engines of earlier tasks, as in :func:`phancong.engines.registry.choose`.
    dispensable
        Whether the search may be left behind when it is late, even if there is no plan yet.
    easing
        The share of the time left that is spent among plans that break limits, where nothing else is
        left to try.
    sizes
        The problem sizes at which the search changes its method.

    Raises
    ------
    UnsupportedError
        The engine cannot keep a rule or goal of the task.
    NoPlanFoundError
        Neither a plan nor a proof was found in time.
    JudgementError
        The plan of the engine fails verification.
    """
    if not type(task.problem.travel).__module__.startswith("phancong."):
        _ = task.problem.travel_matrix  # custom travel models run in the caller's thread
    made = {} if made is None else made
    found = searched_at_once(task, engine, made, easing)
    if found is None:
        begun: list[Portfolio] = []
        search = partial(searched, task, engine, made, begun, easing=easing, sizes=sizes)
        found = _beside(task, search, begun, dispensable)
    if found.outcome is None:
        return None
    plan = _plan(task, found.outcome, found.engine, found.reason)
    judge(task, plan)
    return replace(
        plan,
        seconds=task.course.seconds,
        options=_options(task, engine),
        versions=_versions(),
    )


def _beside(
    task: Task, search: Callable[[], SearchResult], begun: list[Portfolio], dispensable: bool
) -> SearchResult:
    """The result of a search in another thread, which is left behind if it is late."""

    def may_leave() -> bool:
        return dispensable or any(portfolio.may_leave for portfolio in begun)

    found = task.course.beside(search, may_leave)
    if found is None:  # the search was left behind
        found = begun[0].so_far() if begun else None
    if found is None:
        raise NoPlanFoundError(NO_TIME)
    return found


def _options(task: Task, engine: str) -> FrozenMapping[str, Any]:
    """Options of the call besides problem and goals."""
    search = FrozenMapping(asdict(task.course.search))
    relax = FrozenMapping(task.relax)
    return FrozenMapping({"engine": engine, "relax": relax, "search": search})


@cache
def _versions() -> FrozenMapping[str, str]:
    """Versions of the packages that influence a plan."""
    packages = {name: version(name) for name in ("phancong", "numpy", "ortools")}
    return FrozenMapping({"python": python_version(), **packages})


def exchanged(
    task: Task, engine: str, plan: Plan, row: int, made: dict[str, Engine] | None = None
) -> dict[int, Plan]:
    """For each other possible member of a household, by column, the best plan with that member.

    *plan* must be optimal. Only plans that the engine finds without a new solve; each is judged.

    Raises
    ------
    UnsupportedError
        The engine cannot keep all of the task.
    JudgementError
        The plan of the engine fails verification.
    """
    chosen, reason = choose(engine, task, made)
    if not isinstance(chosen, Exchanging):
        return {}
    plans = {}
    found = task.course.beside(partial(chosen.exchanges, task, plan.assignment, row), lambda: True)
    if found is None:
        return {}
    for column, outcome in found.items():
        plans[column] = _plan(task, outcome, chosen.name, reason)
        judge(task, plans[column])
    return plans


def judge(task: Task, plan: Plan) -> None:
    """Verify a plan before it is returned (contract 6.3).

    Raises
    ------
    JudgementError
        The plan breaks a limit that may not be relaxed, or a value or bound in it is wrong.
    """
    found = check(task.problem, plan)
    wrong = list(found.violations)
    wrong += [
        f"{relaxation} is beyond its ceiling {task.relax.get(relaxation.rule, 0.0)}"
        for relaxation in beyond_ceilings(plan.assignment, task.relax, found.relaxations)
    ]
    wrong += [
        f"{goal.goal!r} is beyond its limit {goal.limit}"
        for goal in task.goals
        if isinstance(goal, AtMost) and not goal.kept(plan.assignment)
    ]
    if wrong:
        raise JudgementError(
            f"internal error: engine {plan.engine!r} returned a plan that fails verification; "
            f"please report it: {'; '.join(wrong)}"
        )


def _rounded(
    outcome: Outcome,
    lines: Mapping[str, BreachTotal],
    asked: Sequence[Proof],
    goals: Sequence[GoalValue],
) -> str | None:
    """``"rounding"`` if scaling to integers lost a proof, otherwise None."""
    proofs = [(proof.proven, lines[rule].proven) for rule, proof in outcome.breaches.items()]
    proofs += [(a.proven, b.proven) for a, b in zip(asked, goals, strict=True)]
    return "rounding" if any(of_integers and not real for of_integers, real in proofs) else None


def _goal_line(goal: Goal, proof: Proof, value: Value) -> GoalValue:
    """The line of a goal; a proof in integers proves the real value only if rounding lost little."""
    proven = proof.proven and meets(proof.best, proof.bound)
    return GoalValue(goal, proof.best, value, proof.bound, proven)


def _plan(task: Task, outcome: Outcome, engine: str, reason: str) -> Plan:
    assignment = outcome.assignment
    lines: dict[str, BreachTotal] = {}
    for rule, total in totals(assignment).items():
        proof = outcome.breaches.get(rule)
        if total == 0:  # a breach of 0 is minimal
            lines[rule] = BreachTotal(0.0, 0.0, True)
        elif proof is None:
            lines[rule] = BreachTotal(total, 0.0, False)
        else:
            bound = min(single(proof.bound), total)
            lines[rule] = BreachTotal(total, bound, proof.proven and meets(total, bound))
    asked = [
        (goal, proof)
        for goal, proof in zip(task.goals, outcome.goals, strict=True)
        if not isinstance(goal, AtMost)  # a limit, not a goal; the judge verifies it
    ]
    goals = tuple(_goal_line(goal, proof, goal.value(assignment)) for goal, proof in asked)
    proven = all(line.proven for line in lines.values()) and all(goal.proven for goal in goals)
    return Plan(
        problem=task.problem,
        assignment=assignment,
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        breaches=FrozenMapping(lines),
        goals=goals,
        engine=engine,
        reason=reason,
        # A rule without breaches is proven, even if its stage was cut.
        stopped=None
        if proven
        else outcome.stopped or _rounded(outcome, lines, [p for _, p in asked], goals),
        seconds=0.0,  # set after the plan is judged
    )
