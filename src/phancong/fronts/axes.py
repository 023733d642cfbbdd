"""The goals of a front: which are valid as axes, and which of the two is held."""

from __future__ import annotations

from typing import Any, Literal

from phancong.errors import InvalidArgumentError
from phancong.goals import Goal, Kind, read_goals
from phancong.meeting import slack
from phancong.problem import Problem


def read_axes(x: Any, y: Any, above: tuple[Goal, ...], problem: Problem) -> tuple[Goal, Goal]:
    """The two goals, each checked.

    Raises
    ------
    InvalidArgumentError
        A goal cannot be an axis; the message names all defects.
    """
    found = []
    for name, goal in (("x", x), ("y", y)):
        try:
            read_goals((goal,), problem)
        except InvalidArgumentError as error:
            found.append(f"{name}: {str(error).removeprefix('goal number 1 is ')}")
            continue
        if getattr(goal, "aim", None) == "leximax":
            found.append(
                f"{name} is {goal!r}, whose value is several figures; take "
                "aim='minmax' or aim='spread', or put it into goals"
            )
        if not goal.exact:
            found.append(f"{name} is {goal!r}; an axis has no tolerance: leave it out")
        if goal in above:
            found.append(f"{name} is {goal!r}, which already stands in goals; leave it out there")
    if not found and x == y:
        found.append(f"x and y are both {x!r}; give two goals")
    if found:
        raise InvalidArgumentError("; ".join(found))
    return x, y


def held_axis(x: Goal, y: Goal) -> Literal["x", "y"]:
    """The axis that gets limits: the goal that is easier to hold."""
    return "x" if _rank(x) <= _rank(y) else "y"


def _rank(goal: Goal) -> int:
    """The effort of holding a goal, increasing: bounds on pairs and loads, then counts, then sums."""
    if goal.counts:
        return 2
    if goal.kind is Kind.PAIR_SUM:
        return 5
    if goal.member_sums is not None and goal.needs_travel:
        return 4  # a sum over pairs for each member
    if goal.kind is Kind.LARGEST:
        return 1 if goal.member_sums is not None else 0
    return 3


def just_below(value: float) -> float:
    """The largest limit that is certainly below the value of a plan, despite rounding."""
    return value - 2.0 * float(slack(value))
