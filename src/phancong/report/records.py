"""The proof of a plan: its status, and a line for each breach and each goal (contract 4.4, 5.5)."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from phancong.goals import Goal, Value


class Status(enum.Enum):
    """How far a plan is proven.

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
    """The search was cut, or a heuristic made the plan; each line has its largest gap."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class BreachTotal:
    """The total breach of a rule, with a lower bound.

    Parameters
    ----------
    total
        The sum of the breaches; for ``coverage`` the members missing.
    bound
        A lower bound of the total, over all plans at least as good in the rules that are relaxed later.
    proven
        Whether the breach, in its order within the rule (contract 4.3), is proven to be the least.

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
    """The value of a goal, with a lower bound (contract 5.5).

    Parameters
    ----------
    goal
        The goal.
    best
        The value after the stage of the goal.
    value
        The value of the final plan: later goals may use up a tolerance.
    bound
        A lower bound, over all plans at least as good in all breaches and goals above. Real costs are
        scaled to integers, and the rounding error is subtracted from the bound. For travel with
        arbitrary decimals it may therefore be slightly (some 1e-12 of the largest travel for each pair)
        below a proven best value.
    proven
        Whether ``best`` meets the bound.

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
