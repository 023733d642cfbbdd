"""Two plans beside each other, line by line: what breaks first, then the goals in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from phancong import Goal, Travel
from phancong.assignment import Assignment
from phancong.rules import RELAXABLE, breaches, order, violations

#: Figures are equal to within this, relative (absolute below 1).
SAME: Final = 1e-6
#: Of a last line that is total travel, a plan is as good to within this.
LAST_TRAVEL: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Line:
    """What is compared at once: a rule that is broken, or a goal.

    Parameters
    ----------
    name
        The rule, or the goal as it was asked for.
    values
        The first figure first; less is better. Zeros at the end are left out.
    tolerance, rtol
        How far a goal may be from the better plan, absolute and relative, and still is as good: what
        goals after it may use up.
    """

    name: str
    values: tuple[float, ...]
    tolerance: float = 0.0
    rtol: float = 0.0

    @classmethod
    def of(cls, name: str, values: Sequence[float], goal: Goal | None = None) -> Line:
        """A line without the zeros at its end."""
        kept = list(values)
        while kept and kept[-1] == 0:
            kept.pop()
        slack = (0.0, 0.0) if goal is None else (goal.tolerance, goal.rtol)
        return cls(name, tuple(kept), *slack)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two plans first differ.

    Parameters
    ----------
    number, name
        The line of the first plan, from 0, and what it is.
    one, other
        What either plan has there.
    """

    number: int
    name: str
    one: float
    other: float

    @property
    def worse(self) -> bool:
        """Whether the first plan is the worse one."""
        return self.one > self.other

    @property
    def by(self) -> float:
        """By how much the first is above the other, relative (absolute where that is below 1)."""
        return (self.one - self.other) / max(1.0, abs(self.other))

    def __str__(self) -> str:
        return f"{self.name} {self.one:.7g} against {self.other:.7g}"


def lines_of(
    assignment: Assignment, goals: Sequence[Goal], relax: Mapping[str, float | None]
) -> tuple[Line, ...]:
    """A plan as lines: what may never be, the rules in the order of their weight, the goals.

    The first line counts what may never be: pairs that are not allowed, rules that must hold, and
    subjects that break a rule by more than its ceiling.
    """
    never = float(len(violations(assignment)))
    for found in breaches(assignment):
        ceiling = relax.get(found.rule, 0.0)
        never += ceiling is not None and found.by > ceiling * (1 + 1e-9) + 1e-9
    lines = [Line.of("never", (never,))]
    rules = [*reversed(list(relax)), *(rule for rule in reversed(RELAXABLE) if rule not in relax)]
    lines += [Line.of(rule, order(assignment, rule)) for rule in rules]
    for goal in goals:
        value = goal.value(assignment)
        figures = value if isinstance(value, tuple) else (value,)
        lines.append(Line.of(_named(goal), figures, goal))
    return tuple(lines)


def _named(goal: Goal) -> str:
    """The goal as it was asked for; scores, which may be many, left out."""
    return "Preference" if type(goal).__name__ == "Preference" else repr(goal)


def first_difference(
    one: Sequence[Line], other: Sequence[Line], *, last_travel: float = LAST_TRAVEL
) -> Difference | None:
    """Where two plans of one problem first differ, None where they are equally good.

    Parameters
    ----------
    one, other
        The plans as :func:`lines_of` gives them.
    last_travel
        A last line that is total travel counts as equal to within this, relative.

    Raises
    ------
    ValueError
        They are plans for other questions: the lines have other names. A rule that is younger than
        one of the plans is no other question, unless it is broken.
    """
    numbers = {line.name: number for number, line in enumerate(one)}
    one, other = _common(one, other), _common(other, one)
    if [line.name for line in one] != [line.name for line in other]:
        raise ValueError("the plans answer different questions: their lines have other names")
    for mine, theirs in zip(one, other, strict=True):
        exact = SAME
        if mine is one[-1] and mine.name.startswith(Travel.__name__ + "("):
            exact = last_travel
        for a, b in _beside(mine.values, theirs.values):
            slack = max(mine.tolerance, mine.rtol * abs(min(a, b)))
            if abs(a - b) > slack + exact * max(1.0, abs(a), abs(b)):
                return Difference(numbers[mine.name], mine.name, a, b)
    return None


def _common(lines: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    """The lines, but for rules that nothing breaks and that are younger than the other plan."""
    names = {line.name for line in others}
    return [
        line for line in lines if line.name in names or line.name not in RELAXABLE or line.values
    ]


def better(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether the first plan is better, to the last digit that counts."""
    found = first_difference(one, other, last_travel=SAME)
    return found is not None and not found.worse


def _beside(one: tuple[float, ...], other: tuple[float, ...]) -> list[tuple[float, float]]:
    """Figures in pairs; what is missing at an end is 0."""
    size = max(len(one), len(other))
    return list(
        zip((*one, *[0.0] * (size - len(one))), (*other, *[0.0] * (size - len(other))), strict=True)
    )


def text(lines: Sequence[Line]) -> str:
    """The lines that are not 0, short."""
    told = []
    for line in lines:
        if line.values:
            figures = ", ".join(f"{value:.7g}" for value in line.values[:3])
            told.append(f"{line.name} {figures}{', …' if len(line.values) > 3 else ''}")
    return " · ".join(told) or "all 0"


def as_record(lines: Sequence[Line]) -> list[list[object]]:
    """Lines as plain lists, for JSON; figures to twelve digits, tolerances where there are any."""
    return [
        [
            line.name,
            [float(f"{value:.12g}") for value in line.values],
            *((line.tolerance, line.rtol) if line.tolerance or line.rtol else ()),
        ]
        for line in lines
    ]


def from_record(record: Sequence[Sequence[object]]) -> tuple[Line, ...]:
    """Lines as :func:`as_record` wrote them."""
    found = []
    for name, values, *slack in record:
        assert isinstance(values, list)
        figures = tuple(float(value) for value in values)
        found.append(Line(str(name), figures, *(float(str(each)) for each in slack)))
    return tuple(found)
