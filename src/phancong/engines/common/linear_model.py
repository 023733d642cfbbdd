"""An integer linear model in plain arrays, and what a solver may say about it.

The model is data: it can be marked, tightened and taken back, completed from its decisions and
checked exactly, whatever solver is asked. A solver's claim, its bound and its solution are kept
apart, and nothing is taken for success by default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from operator import mul
from typing import Final, Protocol, TypeVar

import numpy as np

from phancong.problem import IntArray

#: Beyond any activity of a row: no bound.
FREE: Final = 2**60


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A sum of integer variables with integer coefficients.

    Parameters
    ----------
    variables, coefficients
        Numbers of the variables, each once, and their coefficients, (N,) each.
    constant
        What is added.
    """

    variables: IntArray
    coefficients: IntArray
    constant: int = 0

    @classmethod
    def of(cls, terms: Iterable[tuple[int, int]], constant: int = 0) -> Linear:
        """From pairs ``(variable, coefficient)``; terms of one variable are added up."""
        total: dict[int, int] = {}
        for variable, coefficient in terms:
            total[variable] = total.get(variable, 0) + coefficient
        kept = [(v, c) for v, c in total.items() if c]
        variables = np.array([v for v, _ in kept], dtype=np.int64)
        return cls(variables, np.array([c for _, c in kept], dtype=np.int64), constant)

    def plus(self, variable: int, coefficient: int) -> Linear:
        """The same with one term more, of a variable that it does not have."""
        variables = np.append(self.variables, variable)
        return Linear(variables, np.append(self.coefficients, coefficient), self.constant)

    def at(self, values: IntArray) -> int:
        """The sum for *values*, one a variable of the model."""
        return int(self.coefficients @ values[self.variables]) + self.constant

    def terms(self) -> list[tuple[int, int]]:
        """Pairs ``(variable, coefficient)``."""
        return list(zip(self.variables.tolist(), self.coefficients.tolist(), strict=True))


#: Nothing to minimise.
NOTHING: Final = Linear.of(())


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """``lower <= linear <= upper``, where the literal *when* is true (always if None).

    A literal is a variable of 0 and 1, or its negation (:func:`negated`).
    """

    linear: Linear
    lower: int
    upper: int
    when: int | None


def negated(variable: int) -> int:
    """The literal that is true where the variable is 0."""
    return -1 - variable


#: A model as it was: see :meth:`LinearModel.mark`.
Mark = tuple[list[int], list[int], int, bool]
Completion = Callable[[IntArray], int]


class LinearModel:
    """Integer variables with bounds, and rows between them.

    The first variables are decisions; each later one follows from those before it by its
    *completion*, so that a plan is a value for each decision and nothing else.

    Parameters
    ----------
    decisions
        How many variables of 0 and 1 the model begins with.
    """

    def __init__(self, decisions: int) -> None:
        self.decisions = decisions
        self.lower = [0] * decisions
        self.upper = [1] * decisions
        self.rows: list[Row] = []
        self.completions: list[Completion] = []
        #: A bound or a row contradicts itself: there is no solution.
        self.impossible = False

    def integer(self, lower: int, upper: int, completion: Completion) -> int:
        """A new variable between bounds; *completion* gives it from those before it."""
        self.lower.append(0)
        self.upper.append(0)
        self.completions.append(completion)
        number = len(self.lower) - 1
        self.lower[number], self.upper[number] = lower, upper
        self.tighten(number, lower, upper)
        return number

    def boolean(self, completion: Completion) -> int:
        """A new variable of 0 and 1."""
        return self.integer(0, 1, completion)

    def tighten(self, variable: int, lower: int = -FREE, upper: int = FREE) -> None:
        """Narrow the bounds of a variable."""
        low, high = max(self.lower[variable], lower), min(self.upper[variable], upper)
        if low > high:
            self.impossible = True
        else:
            self.lower[variable], self.upper[variable] = low, high

    def add(
        self, linear: Linear, lower: int = -FREE, upper: int = FREE, when: int | None = None
    ) -> None:
        """Keep the sum between bounds, where the literal *when* is true."""
        lower, upper = lower - linear.constant, upper - linear.constant
        if len(linear.variables) == 0 or lower > upper:
            if not lower <= 0 <= upper:
                self._refuse(when)
            return
        bare = Linear(linear.variables, linear.coefficients)
        self.rows.append(Row(bare, lower, upper, when))

    def _refuse(self, when: int | None) -> None:
        """The literal cannot be true."""
        if when is None:
            self.impossible = True
        elif when < 0:
            self.tighten(-1 - when, lower=1)
        else:
            self.tighten(when, upper=0)

    def range_of(self, linear: Linear) -> tuple[int, int]:
        """The least and the largest value that the bounds allow."""
        low = high = linear.constant
        falls = linear.coefficients < 0
        for chosen, least, most in (
            (~falls, self.lower, self.upper),
            (falls, self.upper, self.lower),
        ):
            variables = linear.variables[chosen].tolist()
            coefficients = linear.coefficients[chosen].tolist()
            low += sum(map(mul, coefficients, map(least.__getitem__, variables)))
            high += sum(map(mul, coefficients, map(most.__getitem__, variables)))
        return low, high

    def mark(self) -> Mark:
        """The model as it is now, to go back to."""
        return list(self.lower), list(self.upper), len(self.rows), self.impossible

    def back_to(self, mark: Mark) -> None:
        """Remove what was added since *mark*."""
        lower, upper, rows, impossible = mark
        self.lower, self.upper, self.impossible = list(lower), list(upper), impossible
        del self.rows[rows:]
        del self.completions[len(lower) - self.decisions :]

    def complete(self, decisions: IntArray) -> IntArray:
        """A value for every variable, from those of the decisions."""
        values = np.zeros(len(self.lower), dtype=np.int64)
        values[: self.decisions] = decisions[: self.decisions]
        for number, completion in enumerate(self.completions, start=self.decisions):
            values[number] = completion(values)
        return values

    def keeps(self, values: IntArray) -> bool:
        """Whether *values*, one a variable, keep every bound and every row; in integers."""
        if self.impossible:
            return False
        if (values < np.array(self.lower)).any() or (values > np.array(self.upper)).any():
            return False
        return all(
            row.lower <= row.linear.at(values) <= row.upper
            for row in self.rows
            if row.when is None or _true(row.when, values)
        )


def _true(literal: int, values: IntArray) -> bool:
    return bool(values[literal] if literal >= 0 else not values[-1 - literal])


class Claim(Enum):
    """The status of a solver."""

    OPTIMAL = "optimal"  #: the solution is best: proven without any gap
    FEASIBLE = "feasible"  #: the solution is one; it was stopped
    INFEASIBLE = "infeasible"  #: there is none
    UNKNOWN = "unknown"  #: nothing


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The result of one call of a solver.

    Parameters
    ----------
    claim
        What it says.
    values
        Its solution, one value a variable, rounded and not yet checked; None if it has none.
    bound
        A proven lower bound of the objective, None if there is none.
    work
        Deterministic units that it took.
    cut
        What ended it, ``"time"``, ``"work"``, ``"gap"``, ``"numerics"`` where floats can prove no
        more, or ``"rounding"`` where they do not tell its rows apart; None if nothing did.
    """

    claim: Claim
    values: IntArray | None
    bound: int | None
    work: float
    cut: str | None = None


T = TypeVar("T")


class Waiting(Protocol):
    """How a call of a solver is waited for: :meth:`phancong.search.Course.waited`."""

    def __call__(self, call: Callable[[], T], stop: Callable[[], None], seconds: float) -> T | None:
        """The result of the call, None if it was not waited for to its end."""
        ...


def _to_the_end(call: Callable[[], T], stop: Callable[[], None], seconds: float) -> T | None:
    return call()


@dataclass(frozen=True, slots=True)
class Limits:
    """When one call of a solver must end.

    Parameters
    ----------
    seconds
        Wall clock, more than 0; ``inf`` for no limit.
    work
        Deterministic units, more than 0; ``inf`` for no limit.
    gap
        It may end when the value is proven to be within this part of the bound.
    seed
        For what is drawn by chance.
    waited
        Waits for the solver, and ends it early where somebody wants that.
    """

    seconds: float
    work: float
    gap: float
    seed: int
    waited: Waiting = field(default=_to_the_end, compare=False, repr=False)


class Solver(Protocol):
    """A solver that minimises a linear sum over a model."""

    #: How many bits a coefficient may have without harm to the numerics.
    bits: int
    #: How far, relative to the value, a proof may be off: 0 where it is one in integers.
    accuracy: float

    def solve(
        self, model: LinearModel, objective: Linear, hint: IntArray | None, limits: Limits
    ) -> Answer:
        """Minimise *objective*, beginning near *hint*."""
        ...


def tolerated(gap: float) -> float:
    """A gap relative to the bound as one relative to the value, which solvers ask for."""
    return gap / (1.0 + gap)


def flat(rows: Sequence[Row]) -> tuple[IntArray, IntArray, IntArray]:
    """Row number, variable and coefficient of every entry of *rows*."""
    lengths = [len(row.linear.variables) for row in rows]
    if not lengths:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, empty
    return (
        np.repeat(np.arange(len(rows)), lengths),
        np.concatenate([row.linear.variables for row in rows]),
        np.concatenate([row.linear.coefficients for row in rows]),
    )
