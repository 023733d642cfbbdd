"""The claims of a plan: its status, and a line for each breach and each goal (contract 4.4, 5.5)."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from phancong.goals import Goal, Value


class Status(enum.Enum):
    """The proof of a plan.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> solve(problem).status
    <Status.OPTIMAL: 'optimal'>
    >>> print(solve(problem, engine="nearest").status)  # made by hand: nothing is proven
    feasible
    """

    OPTIMAL = "optimal"
    """Every breach and every goal is proven, in order."""
    FEASIBLE = "feasible"
    """The search was cut, or the plan was made by hand; each line says how far off it can be."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class BreachTotal:
    """How much of a rule is broken in all, and how little could be.

    Parameters
    ----------
    total
        The sum of the breaches; for ``coverage`` the members missing.
    bound
        No plan that is at least as good in what is relaxed later has a smaller total.
    proven
        The breach, with its order within the rule (contract 4.3), is proven to be the least.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> few = Problem([Member("m1", max_households=1)], [Household("h1"), Household("h2")], travel=None)
    >>> total = solve(few).breaches["max_households"]
    >>> total.total, total.bound, total.proven  # households
    (1.0, 1.0, True)
    """

    total: float
    bound: float
    proven: bool


@dataclass(frozen=True, slots=True)
class GoalValue:
    """The value reached of a goal, and how much better it could be (contract 5.5).

    Parameters
    ----------
    goal
        The goal.
    best
        What was reached at its own stage.
    value
        What the final plan has: later goals may use up a tolerance.
    bound
        No plan that is at least as good in all breaches and goals above is better. Real costs are
        scaled to integers; what that rounds is taken off the bound, so that for travel in arbitrary
        decimals it lies a little (some 1e-12 of the largest for each pair) below a proven best.
    proven
        ``best`` meets the bound.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> line = solve(problem).goals[-1]
    >>> line.goal, round(line.value), line.proven  # metres
    (Travel(), 254, True)
    """

    goal: Goal
    best: Value
    value: Value
    bound: Value
    proven: bool
