"""`check`: the judge of plans; it knows no solver (contract 6.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from phancong.assignment import Assignment
from phancong.checking.records import Judgement
from phancong.decimals import decimal_sum
from phancong.errors import InvalidArgumentError
from phancong.goals import Goal, Value, figures, is_row, less, meets, near, read_goals, single
from phancong.metrics import metrics
from phancong.plan import GoalValue, Plan, Status
from phancong.problem import Id, Pair, Problem
from phancong.problem.label_fields import as_id
from phancong.rules import RELAXABLE, Relaxation, breaches, exceptions, violations
from phancong.words import Message


def check(
    problem: Problem, plan_or_pairs: Plan | Iterable[Pair], *, goals: Iterable[Goal] | None = None
) -> Judgement:
    """Judge a plan, made by an engine or by hand, without a solver.

    Parameters
    ----------
    problem
        The problem.
    plan_or_pairs
        A plan, whose values and bounds are judged too, or pairs ``(household, member)``.
    goals
        The goals to evaluate; None for those of the plan, or the default (contract 5.4).

    Returns
    -------
    Judgement
        Violations, breaches, and the values of the goals.

    Raises
    ------
    InvalidArgumentError
        A goal cannot be used on this problem.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, check
    >>> homes = [Household("h1"), Household("h2")]
    >>> problem = Problem([Member("m1", max_households=1)], homes, travel=None)
    >>> judged = check(problem, [("h1", "m1"), ("h2", "m1")])
    >>> judged.kept, judged.relaxations[0].rule
    (False, 'max_households')
    """
    if not isinstance(problem, Problem):
        raise InvalidArgumentError(f"problem is a {type(problem).__name__}; give a Problem")
    plan = plan_or_pairs if isinstance(plan_or_pairs, Plan) else None
    if plan is not None and goals is None:
        goals = tuple(line.goal for line in plan.goals)
    chosen = read_goals(goals, problem)
    found: list[str] = []
    if plan is not None and plan.problem is problem:
        assignment = plan.assignment
    else:
        pairs: Any = plan.pairs if plan is not None else plan_or_pairs
        assignment = Assignment.of(problem, _sound(problem, pairs, found))
    found.extend(violations(assignment))
    broken = breaches(assignment)
    values = tuple((goal, goal.value(assignment)) for goal in chosen)
    if plan is not None:
        found.extend(_false_claims(plan, broken))
    meant, figures = exceptions(assignment), metrics(assignment)
    return Judgement(tuple(found), broken, meant, values, figures, assignment)


def _sound(problem: Problem, pairs: Iterable[Any], found: list[str]) -> list[Pair]:
    """The pairs that can be judged; the others become violations."""
    households, members = problem.household_columns.index, problem.member_columns.index
    seen: set[Pair] = set()
    if isinstance(pairs, np.ndarray):
        pairs = pairs.tolist()
    is_table = hasattr(pairs, "columns") or hasattr(pairs, "schema")
    if is_table or isinstance(pairs, (str, bytes, Mapping)) or not isinstance(pairs, Iterable):
        raise InvalidArgumentError(
            f"check() takes a plan or pairs (household, member), not a {type(pairs).__name__}"
        )
    for number, pair in enumerate(pairs):
        if not (isinstance(pair, (tuple, list)) and len(pair) == 2):
            found.append(
                Message("entry number {entry} is not a pair (household, member)", entry=number + 1)
            )
            continue
        (household, wrong), (member, also) = as_id(pair[0]), as_id(pair[1])
        if household is None or member is None:
            found.append(
                Message(
                    "entry number {entry} holds something that {wrong}",
                    entry=number + 1,
                    wrong=str(wrong or also),
                )
            )
            continue
        if wrong_pair := _unknown(household, member, problem):
            found.append(wrong_pair)
        elif (household, member) in seen:
            found.append(Message("pair {pair} is given twice", pair=repr((household, member))))
        seen.add((household, member))
    return sorted(
        (p for p in seen if p[0] in households and p[1] in members),
        key=lambda p: (households[p[0]], members[p[1]]),
    )


def _unknown(household: Id, member: Id, problem: Problem) -> str | None:
    """The violation of a pair whose household or member is not in the problem; None if both are."""
    pair, home, person = repr((household, member)), repr(household), repr(member)
    known = member in problem.member_columns.index
    if household in problem.household_columns.index:
        if known:
            return None
        return Message("pair {pair} names an unknown member {member}", pair=pair, member=person)
    if known:
        return Message(
            "pair {pair} names an unknown household {household}", pair=pair, household=home
        )
    return Message(
        "pair {pair} names an unknown household {household} and member {member}",
        pair=pair,
        household=home,
        member=person,
    )


def _false_claims(plan: Plan, broken: tuple[Relaxation, ...]) -> Iterable[str]:
    """Wrong values and bounds of a plan, in its breaches and goals, and a wrong status."""
    yield from _false_breaches(plan, broken)
    for line in plan.goals:
        yield from _false_line(line, line.goal.value(plan.assignment))
    if plan.status is Status.OPTIMAL:
        proofs = [b.proven for b in plan.breaches.values()] + [g.proven for g in plan.goals]
        if not all(proofs):
            yield Message("the plan says optimal, and not every line is proven")


def _false_breaches(plan: Plan, broken: tuple[Relaxation, ...]) -> Iterable[str]:
    for rule in RELAXABLE:
        claimed = plan.breaches[rule]
        total = decimal_sum(r.by for r in broken if r.rule == rule)
        if claimed.total == claimed.bound == total:
            continue
        if not near(claimed.total, total):
            yield Message(
                "breaches[{rule}].total is stated as {stated}, and is {total}",
                rule=repr(rule),
                stated=str(claimed.total),
                total=str(total),
            )
        if less(claimed.total, claimed.bound):
            yield Message(
                "breaches[{rule}].bound {bound} is above the total {total}",
                rule=repr(rule),
                bound=str(claimed.bound),
                total=str(claimed.total),
            )
        if claimed.proven and not meets(claimed.total, claimed.bound):
            yield Message(
                "breaches[{rule}] is called proven, and its bound is {bound}",
                rule=repr(rule),
                bound=str(claimed.bound),
            )


def _false_line(line: GoalValue, value: Value) -> Iterable[str]:
    name = repr(line.goal)
    if is_row(line.value) != is_row(value) or not near(line.value, value):
        yield Message(
            "the value of {goal} is stated as {stated}, and is {value}",
            goal=name,
            stated=str(line.value),
            value=str(value),
        )
    reached = line.value if less(line.value, line.best) else line.best
    if less(reached, line.bound):
        yield Message(
            "the bound {bound} of {goal} is above what was reached, {best}",
            bound=str(line.bound),
            goal=name,
            best=str(reached),
        )
    if line.proven and not meets(line.best, line.bound):
        yield Message(
            "{goal} is called proven at {best}, and its bound is {bound}",
            goal=name,
            best=str(line.best),
            bound=str(line.bound),
        )
    if _beyond(line):
        yield Message(
            "{goal} was left further than its tolerance from {best}: {value}",
            goal=name,
            best=str(line.best),
            value=str(line.value),
        )


def _beyond(line: GoalValue) -> bool:
    """Whether later goals worsened a goal beyond its tolerance; leximax goals have none.

    A later goal may find a better value, if the stage of the goal was cut.
    """
    if is_row(line.best) or is_row(line.value):
        return len(figures(line.best)) != len(figures(line.value)) or less(line.best, line.value)
    return less(line.goal.held(single(line.best)), line.value)
