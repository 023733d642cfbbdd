"""Each goal once: what it means and its value on a plan (contract 5)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, fields
from typing import Any, ClassVar, Final, Protocol

import numpy as np

from phancong.assignment import Assignment, best_kept, nearest_allowed, sums
from phancong.errors import InvalidArgumentError
from phancong.goals.values import Value
from phancong.meeting import LARGEST, out_of_range
from phancong.problem import FloatArray, Problem
from phancong.problem.fields import as_number
from phancong.travel.matrix import LABELLED, MEND_LABELLED, is_labelled
from phancong.words import Message

AIMS: Final = ("minmax", "leximax", "spread")


@dataclass(frozen=True, slots=True, repr=False)
class BaseGoal:
    """What all goals have: how far a later goal may move them from their best.

    Parameters
    ----------
    tolerance
        Absolute, in the unit of the goal.
    rtol
        Relative to the best; of the two the larger holds.
    """

    _: KW_ONLY
    tolerance: float = 0.0
    rtol: float = 0.0

    needs_travel: ClassVar[bool] = False

    def __repr__(self) -> str:
        # Only what was asked for: FairLoad(aim='leximax').
        asked = [
            f"{field.name}={value!r}"
            for field in fields(self)
            if (value := getattr(self, field.name)) != field.default
        ]
        return f"{type(self).__name__}({', '.join(asked)})"

    def __post_init__(self) -> None:
        for name in ("tolerance", "rtol"):
            value = getattr(self, name)
            if not isinstance(value, (int, float)) or not 0 <= value <= LARGEST:
                raise InvalidArgumentError(
                    f"{type(self).__name__}: {name} is {value!r}; give a number, 0 or more, at most "
                    f"{LARGEST:g}"
                )

    def value(self, assignment: Assignment) -> Value:
        """The value on a plan; less is better."""
        raise NotImplementedError

    def defects(self, problem: Problem) -> list[str]:
        """Why the goal makes no sense on this problem, in words; empty if it does."""
        if self.needs_travel and problem.travel is None:
            return [
                Message(
                    "{goal} needs travel, and there is no distance (travel=None)",
                    goal=type(self).__name__,
                )
            ]
        return []

    def floor(self, problem: Problem) -> Value:
        """A bound that holds for every plan of the problem, by arithmetic alone."""
        return 0.0

    def held(self, best: float) -> float:
        """The largest value that later goals may leave (contract 5.1)."""
        return best + max(self.tolerance, self.rtol * abs(best))

    @property
    def exact(self) -> bool:
        """Whether later goals may not move this one at all."""
        return self.tolerance == 0 and self.rtol == 0


class Goal(Protocol):
    """What the engines know of a goal."""

    @property
    def tolerance(self) -> float:
        """How far later goals may move it, absolute."""
        ...

    @property
    def rtol(self) -> float:
        """How far later goals may move it, relative to its best."""
        ...

    def value(self, assignment: Assignment) -> Value:
        """The value on a plan; less is better."""
        ...

    def defects(self, problem: Problem) -> list[str]:
        """Why the goal makes no sense on this problem."""
        ...

    def floor(self, problem: Problem) -> Value:
        """A bound that holds for every plan of the problem, by arithmetic alone."""
        ...

    def held(self, best: float) -> float:
        """The largest value that later goals may leave."""
        ...

    @property
    def exact(self) -> bool:
        """Whether later goals may not move this one at all."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class _Fair(BaseGoal):
    """A goal that compares members."""

    def __post_init__(self) -> None:
        # super() without arguments does not survive slots=True, which makes a new class.
        BaseGoal.__post_init__(self)
        aim = getattr(self, "aim", None)
        if aim not in AIMS:
            raise InvalidArgumentError(
                f"{type(self).__name__}: aim is {aim!r}; give one of {', '.join(map(repr, AIMS))}"
            )
        if aim == "leximax" and not self.exact:
            raise InvalidArgumentError(f"{type(self).__name__}: leximax takes no tolerance")

    def floor(self, problem: Problem) -> Value:
        """No figure of a member is below 0."""
        members = int(np.count_nonzero(~problem.exempt))
        return (0.0,) * members if getattr(self, "aim", None) == "leximax" else 0.0

    @staticmethod
    def summary(aim: str, each: FloatArray, counted: np.ndarray, idle: np.ndarray) -> Value:
        """The value of *each* member's figure under *aim*.

        Parameters
        ----------
        aim
            One of :data:`AIMS`.
        each
            A figure a member, shape (M,).
        counted
            Members that count (all but the exempt), shape (M,).
        idle
            Unused optional members, which ``spread`` leaves out, shape (M,).
        """
        if aim == "leximax":
            return tuple(sorted(each[counted].tolist(), reverse=True))
        if aim == "spread":
            counted = counted & ~idle
        figures = each[counted]
        if not len(figures):
            return 0.0
        highest = float(figures.max())
        # Who has a pair that cannot be travels without end, and as much as anybody else who does.
        if aim != "spread" or math.isinf(highest):
            return highest
        return highest - float(figures.min())


def _idle(assignment: Assignment) -> np.ndarray:
    return assignment.problem.member_columns.optional & (assignment.counts == 0)


@dataclass(frozen=True, slots=True, repr=False)
class Travel(BaseGoal):
    """Total travel: Σ over pairs of visits × travel, in ``travel.unit`` (contract 5.2).

    A member who is missing counts with the household's smallest allowed travel, so that being
    remote is never a reason to be left out.
    """

    needs_travel: ClassVar[bool] = True

    def floor(self, problem: Problem) -> float:
        """Every place at the household's smallest allowed travel."""
        visits = problem.household_columns.visits
        return float((problem.needed * visits * nearest_allowed(problem)).sum())

    def value(self, assignment: Assignment) -> float:
        """Total travel."""
        missing = assignment.missing
        total = float(assignment.effort.sum())
        if missing.any():
            visits = assignment.problem.household_columns.visits
            total += float((missing * visits * nearest_allowed(assignment.problem)).sum())
        return total


@dataclass(frozen=True, slots=True, repr=False)
class Farthest(BaseGoal):
    """The largest travel of a pair, in ``travel.unit``; 0 without pairs (contract 5.2)."""

    needs_travel: ClassVar[bool] = True

    def value(self, assignment: Assignment) -> float:
        """The largest travel."""
        return float(assignment.pair_travel.max()) if len(assignment.rows) else 0.0


@dataclass(frozen=True, slots=True, repr=False)
class FairTravel(_Fair):
    """How evenly travel falls: each member's Σ visits × travel (contract 5.2).

    Parameters
    ----------
    aim
        ``"minmax"`` (the largest), ``"leximax"`` (largest, then second largest, …) or ``"spread"``
        (largest − smallest).
    """

    aim: str = "minmax"
    needs_travel: ClassVar[bool] = True

    def value(self, assignment: Assignment) -> Value:
        """The figure that *aim* names."""
        problem = assignment.problem
        each = sums(assignment.columns, assignment.effort, len(problem.member_columns))
        return self.summary(self.aim, each, ~problem.exempt, _idle(assignment))


@dataclass(frozen=True, slots=True, repr=False)
class FairLoad(_Fair):
    """How evenly the load falls: load ÷ share of every member but the exempt (contract 5.2).

    Parameters
    ----------
    measure
        ``"workload"`` or ``"households"``.
    aim
        ``"minmax"`` (the largest), ``"leximax"`` (largest, then second largest, …) or ``"spread"``
        (largest − smallest).
    """

    measure: str = "workload"
    aim: str = "minmax"

    def __post_init__(self) -> None:
        """Check the arguments."""
        _Fair.__post_init__(self)
        if self.measure not in ("workload", "households"):
            raise InvalidArgumentError(
                f"FairLoad: measure is {self.measure!r}; give 'workload' or 'households'"
            )

    def value(self, assignment: Assignment) -> Value:
        """The figure that *aim* names."""
        problem = assignment.problem
        load = assignment.workloads if self.measure == "workload" else assignment.counts + 0.0
        each = load / problem.member_columns.share
        return self.summary(self.aim, each, ~problem.exempt, _idle(assignment))


@dataclass(frozen=True, slots=True, repr=False)
class Continuity(BaseGoal):
    """Changes: previous pairs that end although they could go on (contract 5.2, 5.3).

    Parameters
    ----------
    weight
        None counts pairs, ``"years"`` counts how long each has lasted.
    """

    weight: str | None = None

    def __post_init__(self) -> None:
        """Check the arguments."""
        BaseGoal.__post_init__(self)
        if self.weight not in (None, "years"):
            raise InvalidArgumentError(
                f"Continuity: weight is {self.weight!r}; give None or 'years'"
            )

    def value(self, assignment: Assignment) -> float:
        """The number of changes, or their years."""
        if self.weight is None:
            return float(assignment.changes)
        problem = assignment.problem
        years = problem.kept_years[2]
        return best_kept(problem, weighted=True) - float(years[assignment.kept].sum())


@dataclass(frozen=True, slots=True, repr=False)
class Cohesion(BaseGoal):
    """Σ over clusters of (members serving it − 1), 0 for a cluster that nobody serves (contract 5.2)."""

    def value(self, assignment: Assignment) -> float:
        """How many members too many the clusters have."""
        labels = assignment.problem.household_columns.cluster
        serving: dict[str, set[int]] = {}
        for row, column in zip(assignment.rows.tolist(), assignment.columns.tolist(), strict=True):
            label = labels[row]
            if label is not None:
                serving.setdefault(label, set()).add(column)
        return float(sum(len(members) - 1 for members in serving.values()))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Preference(BaseGoal):
    """Minus the sum of the scores of the pairs (contract 5.2): kin, language and liking go here.

    Parameters
    ----------
    scores
        A mapping ``(household, member)`` → score, 0 for pairs that are not in it, or a matrix of
        households × members in the order in which the problem was given them.
    """

    scores: Any = None

    def __post_init__(self) -> None:
        """Copy the scores in."""
        BaseGoal.__post_init__(self)
        if isinstance(self.scores, Mapping):
            object.__setattr__(self, "scores", dict(self.scores))
            return
        if is_labelled(self.scores):
            raise InvalidArgumentError(f"Preference: scores are {LABELLED}; {MEND_LABELLED}")
        try:
            matrix = np.array(self.scores, dtype=np.float64)
        except (TypeError, ValueError):
            matrix = np.empty(0)
        if matrix.ndim != 2:
            raise InvalidArgumentError(
                "Preference: scores are neither a mapping of pairs nor a matrix; give "
                "{(household, member): score} or households × members numbers"
            )
        matrix.flags.writeable = False
        object.__setattr__(self, "scores", matrix)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Preference):
            return NotImplemented
        if isinstance(self.scores, dict) or isinstance(other.scores, dict):
            same = type(self.scores) is type(other.scores) and self.scores == other.scores
        else:
            same = np.array_equal(self.scores, other.scores, equal_nan=True)
        return bool(same) and (self.tolerance, self.rtol) == (other.tolerance, other.rtol)

    def __hash__(self) -> int:
        return hash((self.tolerance, self.rtol))

    def __repr__(self) -> str:
        size = (
            f"{len(self.scores)} pairs"
            if isinstance(self.scores, dict)
            else " × ".join(map(str, self.scores.shape))
        )
        return f"Preference({size})"

    def matrix(self, problem: Problem) -> FloatArray:
        """Scores as households × members, sorted by id."""
        households, members = problem.household_columns, problem.member_columns
        if not isinstance(self.scores, dict):
            return np.asarray(self.scores[np.ix_(households.given, members.given)])
        matrix = np.zeros((len(households), len(members)))
        for (household, member), score in self.scores.items():
            if household in households.index and member in members.index:
                matrix[households.index[household], members.index[member]] = score
        return matrix

    def defects(self, problem: Problem) -> list[str]:
        """Scores that fit no pair, or that are no numbers."""
        shape = len(problem.household_columns), len(problem.member_columns)
        if not isinstance(self.scores, dict):
            if self.scores.shape != shape:
                return [
                    f"Preference scores are {' × '.join(map(str, self.scores.shape))}, the problem "
                    f"has {shape[0]} households × {shape[1]} members"
                ]
            if not np.isfinite(self.scores).all():
                return ["Preference scores hold a NaN or an infinite number"]
            ids = problem.household_columns.ids, problem.member_columns.ids
            wrong = np.argwhere(out_of_range(self.matrix(problem))).tolist()
            return [_beyond((ids[0][row], ids[1][column])) for row, column in wrong]
        found = []
        for pair, score in self.scores.items():
            if not (isinstance(pair, tuple) and len(pair) == 2):
                found.append(f"Preference scores name {pair!r}, which is not a pair of ids")
            elif (number := as_number(score)) is None or not math.isfinite(number):
                found.append(f"Preference score of {pair!r} is not a finite number")
            elif out_of_range(np.asarray(number)):
                found.append(_beyond(pair))
        # Who is no longer there is no defect, as in ``previous``; but if nobody is there, the ids
        # are written another way.
        households, members = problem.household_columns.index, problem.member_columns.index
        if found or not self.scores or not (shape[0] and shape[1]):
            return found
        if not any(h in households and m in members for h, m in self.scores):
            found.append("Preference scores name no pair of this problem; mend the ids")
        return found

    def floor(self, problem: Problem) -> float:
        """Every household's best scores, as many as it needs members."""
        scores = np.where(problem.allowed, self.matrix(problem), 0.0)
        best = np.sort(np.maximum(scores, 0.0), axis=1)[:, ::-1]
        counts = np.arange(scores.shape[1])[None, :] < problem.needed[:, None]
        return -float((best * counts).sum()) + 0.0

    def value(self, assignment: Assignment) -> float:
        """Minus the sum of the scores."""
        scores = self.matrix(assignment.problem)
        return -float(scores[assignment.rows, assignment.columns].sum()) + 0.0  # no -0.0


def _beyond(pair: object) -> str:
    """What is wrong with a score that is too large or too small."""
    return Message(
        "Preference score of {pair} is too large, or too small, to be added up; state scores in "
        "another unit",
        pair=repr(pair),
    )


def default_goals(problem: Problem) -> tuple[Goal, ...]:
    """The goals where none are named (contract 5.4)."""
    goals: tuple[Goal, ...] = (FairLoad(), Continuity())
    return goals if problem.travel is None else (*goals, Travel())


def read_goals(goals: Iterable[Goal] | None, problem: Problem) -> tuple[Goal, ...]:
    """The goals as a tuple, each checked against the problem.

    Raises
    ------
    InvalidArgumentError
        A goal is none, comes twice, or makes no sense on this problem; all are named.
    """
    if goals is None:
        return default_goals(problem)
    if isinstance(goals, BaseGoal):
        raise InvalidArgumentError("goals is a single goal; give a sequence, such as (Travel(),)")
    if isinstance(goals, str) or not isinstance(goals, Iterable):
        raise InvalidArgumentError(f"goals is {goals!r}; give a sequence, such as (Travel(),)")
    chosen = tuple(goals)
    found = []
    for number, goal in enumerate(chosen):
        if not isinstance(goal, BaseGoal):
            hint = " (did you forget the brackets?)" if isinstance(goal, type) else ""
            found.append(f"goal number {number + 1} is {goal!r}, which is not a goal{hint}")
        else:
            found.extend(goal.defects(problem))
            if goal in chosen[:number]:
                place = str(number + 1)
                found.append(
                    Message(
                        "goal number {place} ({goal}) is given twice", place=place, goal=repr(goal)
                    )
                )
    if found:
        raise InvalidArgumentError(Message.joined(found))
    return chosen
