"""`PlanDifference`: the differences of two plans, by household and by figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from phancong.assignment import by_household
from phancong.decimals import decimal_difference
from phancong.frozen import FrozenMapping
from phancong.goals import Goal, Value, by_place, figures
from phancong.problem import Id, Problem
from phancong.problem.label_fields import id_order
from phancong.report.changes import ChangeOfHands, hands
from phancong.report.solution import Solution
from phancong.words import Printable

#: Goals and metrics in ``travel.unit``, and those that refer to the previous plan.
OF_TRAVEL: Final = ("Travel", "Farthest", "FairTravel", "travel_total", "travel_mean", "travel_max")
OF_PREVIOUS: Final = ("Continuity", "kept", "kept_share", "changes")


@dataclass(frozen=True, slots=True)
class Shift:
    """A figure in both plans; None if a plan does not have it.

    Parameters
    ----------
    before, after
        The figure in either plan.
    by
        After − before, position by position for a tuple; None if they cannot be compared (one is
        missing, tuples of different length, another unit of travel, another previous plan).
    """

    before: Value | None
    after: Value | None
    by: Value | None

    @classmethod
    def of(cls, before: Value | None, after: Value | None) -> Shift:
        """The shift from one figure to another."""
        if before is None or after is None or len(figures(before)) != len(figures(after)):
            return cls(before, after, None)  # missing, or of different lengths
        return cls(before, after, by_place(decimal_difference, after, before))


@dataclass(frozen=True, slots=True)
class LoadShift:
    """The load of a member in both plans; None if the member is not in the problem.

    Parameters
    ----------
    member
        The member's id.
    households, workload
        The number of households, and the workload.
    """

    member: Id
    households: Shift
    workload: Shift


@dataclass(frozen=True)
class PlanDifference(Printable):
    """The differences between two plans, whose problems may have different members and households.

    Parameters
    ----------
    changed
        Households of both problems whose members differ, sorted.
    new, gone
        Households of the second problem only, and of the first only; sorted.
    newly_uncovered
        Households that miss a member after but not before, including new ones; sorted.
    goals
        Each goal of both plans, in the order of the second plan, with its values.
    loads
        The load of each member of either problem, sorted.
    metrics
        Both values of each figure of :attr:`Plan.metrics`.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> before = solve(problem)
    >>> after = solve(problem.replace(forbidden=[("h1", "m1")]))
    >>> [(change.household, change.before, change.after) for change in before.diff(after).changed]
    [('h1', ('m1',), ('m2',)), ('h2', ('m2',), ('m1',))]
    """

    changed: tuple[ChangeOfHands, ...]
    new: tuple[Id, ...]
    gone: tuple[Id, ...]
    newly_uncovered: tuple[Id, ...]
    goals: tuple[tuple[Goal, Shift], ...]
    loads: tuple[LoadShift, ...]
    metrics: Mapping[str, Shift]

    @property
    def changes(self) -> int:
        """The number of previous pairs that could go on and end (contract 5.3); *before* is previous."""
        return sum(change.changes for change in self.changed)


def difference(before: Solution, after: Solution) -> PlanDifference:
    """The differences between two plans.

    Parameters
    ----------
    before, after
        Two plans, for the same problem or for two.
    """
    was, now = before.problem.household_columns, after.problem.household_columns
    values = {line.goal: line.value for line in before.goals}
    missing = set(before.uncovered)
    had = {**dict.fromkeys(was.ids, ()), **by_household(before.pairs)}
    apart = _incomparable(before.problem, after.problem)

    def shift(name: str, old: Value | None, new: Value | None) -> Shift:
        return Shift(old, new, None) if name in apart else Shift.of(old, new)

    return PlanDifference(
        changed=tuple(hands(after.problem, had, by_household(after.pairs))),
        new=tuple(h for h in now.ids if h not in was.index),
        gone=tuple(h for h in was.ids if h not in now.index),
        newly_uncovered=tuple(h for h in after.uncovered if h not in missing),
        goals=tuple(
            (
                line.goal,
                shift(type(line.goal).__name__, values[line.goal], line.value),
            )
            for line in after.goals
            if line.goal in values
        ),
        loads=tuple(_load_shifts(before, after)),
        metrics=FrozenMapping(
            {
                name: shift(name, before.metrics[name], figure)
                for name, figure in after.metrics.items()
            }
        ),
    )


def _incomparable(before: Problem, after: Problem) -> set[str]:
    """Goals and metrics whose meaning differs between the problems."""
    units = [None if p.travel is None else p.travel.unit for p in (before, after)]
    return {
        *(OF_TRAVEL if units[0] != units[1] else ()),
        *(OF_PREVIOUS if before.previous != after.previous else ()),
    }


def _load_shifts(before: Solution, after: Solution) -> list[LoadShift]:
    was, now = _loads(before), _loads(after)
    absent = (None, None)
    shifts = []
    for member in sorted({*was, *now}, key=id_order):
        old, new = was.get(member, absent), now.get(member, absent)
        shifts.append(LoadShift(member, Shift.of(old[0], new[0]), Shift.of(old[1], new[1])))
    return shifts


def _loads(plan: Solution) -> dict[Id, tuple[float | None, float | None]]:
    a = plan.assignment
    ids = plan.problem.member_columns.ids
    return {
        member: (float(count), load)
        for member, count, load in zip(ids, a.counts.tolist(), a.workloads.tolist(), strict=True)
    }
