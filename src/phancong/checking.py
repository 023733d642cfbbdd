"""`check`: the judge of any plan; it knows no solver (spec 6.3)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from phancong.assignment import Assignment
from phancong.errors import InvalidArgumentError
from phancong.goals import Goal, Value, meets, read_goals
from phancong.metrics import metrics
from phancong.plan import GoalValue, Plan, Status
from phancong.problem import Pair, Problem
from phancong.problem.fields import as_id
from phancong.rules import RELAXABLE, Relaxation, breaches, exceptions, violations

#: How far a claimed value may lie from the judge's, relative (absolute below 1): both sum floats.
CLAIM_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Judgement:
    """What the judge found.

    Parameters
    ----------
    violations
        What may never be and is (spec 4.1), and claims of the plan that are not true; in words.
    relaxations
        Each limit that is broken, and by how much (spec 4.4).
    exceptions
        What fixed pairs break on purpose.
    goals
        The value of each goal.
    metrics
        The figures of the plan (spec 6.1).
    """

    violations: tuple[str, ...]
    relaxations: tuple[Relaxation, ...]
    exceptions: tuple[Relaxation, ...]
    goals: tuple[tuple[Goal, Value], ...]
    metrics: Mapping[str, float | None]

    @property
    def valid(self) -> bool:
        """Nothing is broken that may never be; limits that may give way can still be broken."""
        return not self.violations

    @property
    def kept(self) -> bool:
        """Every limit is kept."""
        return self.valid and not self.relaxations

    def total(self, rule: str) -> float:
        """The sum of the breaches of *rule*."""
        return math.fsum(r.by for r in self.relaxations if r.rule == rule)


def check(
    problem: Problem, plan_or_pairs: Plan | Iterable[Pair], *, goals: Iterable[Goal] | None = None
) -> Judgement:
    """Judge a plan, ours or made by hand, without a solver.

    Parameters
    ----------
    problem
        The problem.
    plan_or_pairs
        A plan, whose claims are judged too, or pairs ``(household, member)``.
    goals
        The goals to value; None takes those of the plan, or the default (spec 5.4).

    Returns
    -------
    Judgement
        What is broken, by how much, and the goals' values.

    Raises
    ------
    InvalidArgumentError
        A goal makes no sense on this problem.
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
    return Judgement(tuple(found), broken, exceptions(assignment), values, metrics(assignment))


def _sound(problem: Problem, pairs: Iterable[Any], found: list[str]) -> list[Pair]:
    """The pairs that can be judged; the others are noted."""
    households, members = problem.household_columns.index, problem.member_columns.index
    seen: set[Pair] = set()
    if isinstance(pairs, (str, bytes, Mapping)) or not isinstance(pairs, Iterable):
        raise InvalidArgumentError(
            f"check() takes a plan or pairs (household, member), not a {type(pairs).__name__}"
        )
    for number, pair in enumerate(pairs):
        if not (isinstance(pair, (tuple, list)) and len(pair) == 2):
            found.append(f"entry number {number + 1} is no pair (household, member)")
            continue
        (household, wrong), (member, also) = as_id(pair[0]), as_id(pair[1])
        if household is None or member is None:
            found.append(f"entry number {number + 1} holds something that {wrong or also}")
            continue
        unknown = [
            f"{kind} {identity!r}"
            for kind, identity, index in (
                ("household", household, households),
                ("member", member, members),
            )
            if identity not in index
        ]
        if unknown:
            found.append(f"pair {(household, member)!r} names an unknown {' and '.join(unknown)}")
        elif (household, member) in seen:
            found.append(f"pair {(household, member)!r} stands twice")
        seen.add((household, member))
    return sorted(
        (p for p in seen if p[0] in households and p[1] in members),
        key=lambda p: (households[p[0]], members[p[1]]),
    )


def _false_claims(plan: Plan, broken: tuple[Relaxation, ...]) -> Iterable[str]:
    """Figures that the plan states and that are not so."""
    for rule in RELAXABLE:
        claimed = plan.breaches[rule]
        total = math.fsum(r.by for r in broken if r.rule == rule)
        if not _near(claimed.total, total):
            yield f"breaches[{rule!r}].total is stated as {claimed.total}, and is {total}"
        if _less(claimed.total, claimed.bound):
            yield f"breaches[{rule!r}].bound {claimed.bound} is above the total {claimed.total}"
        if claimed.proven and not meets(claimed.total, claimed.bound):
            yield f"breaches[{rule!r}] is called proven, and its bound is {claimed.bound}"
    for line in plan.goals:
        name, value = repr(line.goal), line.goal.value(plan.assignment)
        if not _near(line.value, value):
            yield f"the value of {name} is stated as {line.value}, and is {value}"
        if _less(line.best, line.bound):
            yield f"the bound {line.bound} of {name} is above what was reached, {line.best}"
        if line.proven and not meets(line.best, line.bound):
            yield f"{name} is called proven at {line.best}, and its bound is {line.bound}"
        if _beyond(line):
            yield f"{name} was left further than its tolerance from {line.best}: {line.value}"
    if plan.status is Status.OPTIMAL:
        proofs = [b.proven for b in plan.breaches.values()] + [g.proven for g in plan.goals]
        if not all(proofs):
            yield "the plan says optimal, and not every line is proven"


def _beyond(line: GoalValue) -> bool:
    if isinstance(line.best, tuple) or isinstance(line.value, tuple):
        return not _near(line.best, line.value)
    # What the scaling to integers rounded is taken off a proven bound, so that is how far two plans
    # of the same integer value can lie apart.
    rounding = line.best - line.bound if line.proven and not isinstance(line.bound, tuple) else 0.0
    return _less(line.goal.held(line.best) + rounding, line.value)


def _margin(a: float, b: float) -> float:
    return CLAIM_TOLERANCE * max(1.0, abs(a), abs(b))


def _near(a: Value, b: Value) -> bool:
    left = a if isinstance(a, tuple) else (a,)
    right = b if isinstance(b, tuple) else (b,)
    return len(left) == len(right) and all(
        abs(x - y) <= _margin(x, y) for x, y in zip(left, right, strict=True)
    )


def _less(a: Value, b: Value) -> bool:
    """Whether *a* is less than *b*, in order of positions, by more than the tolerance."""
    left = a if isinstance(a, tuple) else (a,)
    right = b if isinstance(b, tuple) else (b,)
    for x, y in zip(left, right, strict=False):
        if abs(x - y) > _margin(x, y):
            return x < y
    return False
