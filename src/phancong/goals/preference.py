"""The goal that prefers pairs by scores (contract 5.2)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from phancong.assignment import Assignment
from phancong.decimals import decimal_sum
from phancong.errors import InvalidArgumentError
from phancong.goals.base import BaseGoal, Kind
from phancong.goals.ordering import Value
from phancong.goals.pair_sums import PairSum
from phancong.layout import with_noun
from phancong.meeting import out_of_range
from phancong.problem import FloatArray, IntArray, Problem
from phancong.problem.fields import as_number
from phancong.travel.matrix import LABELLED, MEND_LABELLED, is_labelled
from phancong.words import Message


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Preference(BaseGoal):
    """Minus the sum of the scores of the pairs (contract 5.2); for kinship, language and wishes.

    Parameters
    ----------
    scores
        A mapping ``(household, member)`` → score, 0 for pairs that are not in it, or a matrix,
        households × members, in the order in which the problem was given.

    Examples
    --------
    >>> from phancong import Preference, Household, Member, Problem, TravelMatrix, solve
    >>> ways = TravelMatrix([[1, 2], [1, 3]])
    >>> homes = [Household("h1"), Household("h2")]
    >>> problem = Problem([Member("m1"), Member("m2")], homes, travel=ways)
    >>> solve(problem, goals=(Preference({("h1", "m2"): 1}),)).goals[0].value
    -1.0
    """

    scores: Any = None

    def __post_init__(self) -> None:
        """Copy the scores."""
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
            with_noun(len(self.scores), "pair")
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
        """Scores for unknown pairs, and scores that are no finite numbers."""
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
        # As in ``previous``, a score of a former member or household is no defect. But if no score fits
        # a pair, the ids are written in a different way.
        households, members = problem.household_columns.index, problem.member_columns.index
        if found or not self.scores or not (shape[0] and shape[1]):
            return found
        if not any(h in households and m in members for h, m in self.scores):
            found.append("Preference scores name no pair of this problem; mend the ids")
        return found

    @property
    def kind(self) -> Kind:
        """A sum over pairs."""
        return Kind.PAIR_SUM

    def pair_sum(self, problem: Problem) -> PairSum:
        """Minus the score of each pair."""
        return PairSum(pairs=-np.where(problem.allowed, self.matrix(problem), 0.0), constant=0.0)

    def floor(self, problem: Problem) -> Value:
        """Minus the highest scores above 0 of each household, of as many members as it needs."""
        if not isinstance(self.scores, dict):
            return BaseGoal.floor(self, problem)
        homes, people = problem.household_columns.index, problem.member_columns.index
        wanted: dict[int, list[float]] = {}
        for (household, member), score in self.scores.items():
            row, column = homes.get(household), people.get(member)
            if (
                row is not None
                and column is not None
                and score > 0
                and problem.allowed[row, column]
            ):
                wanted.setdefault(row, []).append(float(score))
        needed = problem.needed
        best = (sorted(each, reverse=True)[: int(needed[row])] for row, each in wanted.items())
        return -sum(chain.from_iterable(best)) + 0.0  # no -0.0

    def of_part(self, problem: Problem, rows: IntArray, columns: IntArray) -> Preference:
        """The goal with the scores of the pairs of a part; a matrix is cut to its rows and columns."""
        if not isinstance(self.scores, dict):
            return replace(self, scores=self.matrix(problem)[np.ix_(rows, columns)])
        homes, people = problem.household_columns.ids, problem.member_columns.ids
        inside = {homes[row] for row in rows.tolist()}, {people[c] for c in columns.tolist()}
        scores = {p: s for p, s in self.scores.items() if p[0] in inside[0] and p[1] in inside[1]}
        return replace(self, scores=scores)

    def value(self, assignment: Assignment) -> float:
        """Minus the sum of the scores."""
        homes, people = assignment.problem.household_columns, assignment.problem.member_columns
        rows, columns = assignment.rows, assignment.columns
        if not isinstance(self.scores, dict):
            return -decimal_sum(self.scores[homes.given[rows], people.given[columns]]) + 0.0
        pairs = zip(rows.tolist(), columns.tolist(), strict=True)
        scores = (
            self.scores.get((homes.ids[row], people.ids[column]), 0.0) for row, column in pairs
        )
        return -decimal_sum(scores) + 0.0  # no -0.0


def _beyond(pair: object) -> str:
    """The defect of a score that is too large or too small."""
    return Message(
        "Preference score of {pair} is too large, or too small, to be added up; state scores in "
        "another unit",
        pair=repr(pair),
    )
