"""Trying a variant of a problem: whether its limits can hold, and which have to be relaxed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from phancong.course import Course
from phancong.engines.common.pace import MEASURED, Speed
from phancong.engines.task import Engine, Task
from phancong.errors import NoPlanFoundError, UnsupportedError
from phancong.plan import Plan
from phancong.problem import Problem
from phancong.running import run
from phancong.words import Message

T = TypeVar("T", int, float)

#: The most seconds a pair that a search took to its first plan, as measured; and a short time, so that
#: for small problems a search is always begun.
A_PAIR: Final = 5e-7
LITTLE: Final = 0.2
#: The seconds to make and check the record of a new member.
A_RECORD: Final = 1e-4
#: How many answers are kept, the most recent ones: each plan holds its whole problem.
KEPT: Final = 4


def _size(problem: Problem) -> int:
    return len(problem.household_columns) * len(problem.member_columns) + 1


@dataclass(frozen=True, slots=True)
class Trial:
    """Solves variants of a problem, with the rules that may be relaxed.

    Parameters
    ----------
    relax
        The rules that may be relaxed, with their ceilings.
    course
        The search under way.
    engine
        The engine that solves them.
    made
        Engines of earlier tasks, as in :func:`phancong.running.run`; by default each search makes new
        ones.
    speed
        How fast flows are on this machine.
    """

    relax: Mapping[str, float]
    course: Course
    engine: str = "auto"
    made: dict[str, Engine] | None = None
    speed: Speed = field(default_factory=lambda: MEASURED)
    #: The seconds a pair of the last search.
    _took: list[float] = field(default_factory=lambda: [0.0], init=False, repr=False, compare=False)
    _known: dict[tuple[str, ...], dict[Problem, Plan | None]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def solve(self, problem: Problem, *also: str) -> Plan | None:
        """A plan that breaks the rules in *also* least, before other rules; None if there is none.

        Recent answers are kept: the shortfall, new members and conflicts of rules ask the same question,
        and a repair mostly starts from the answer that it repairs.

        Raises
        ------
        UnsupportedError
            No engine can keep all rules.
        NoPlanFoundError
            There is no time to begin, or neither a plan nor a proof was found in time.
        """
        known = self._known.setdefault(also, {})
        if problem in known:
            return known[problem]
        self._look(problem)
        relax = {rule: c for rule, c in self.relax.items() if rule not in also}
        task = Task(problem, (), relax | dict.fromkeys(also, float("inf")), self.course)
        began = self.course.seconds
        plan = run(task, self.engine, self.made, dispensable=True)
        self._took[0] = (self.course.seconds - began) / _size(problem)
        if plan is None or plan.stopped is None:
            known[problem] = plan
            if len(known) > KEPT:
                del known[next(iter(known))]
        return plan

    def has_time(self, problem: Problem, members: int = 0) -> bool:
        """Whether a search with so many new members would reach its first plan in time."""
        size = _size(problem) + len(problem.household_columns) * members
        return A_PAIR * size + A_RECORD * members <= max(self.course.seconds_left, LITTLE)

    def _look(self, problem: Problem) -> None:
        """Refuse to begin a search that would end before its first plan.

        Raises
        ------
        NoPlanFoundError
            By the pace of the last search, the time that is left is too short.
        """
        if min(self._took[0], A_PAIR) * _size(problem) > max(self.course.seconds_left, LITTLE):
            raise NoPlanFoundError(
                Message("there is no time for another search; give more seconds")
            )

    def attempt(self, problem: Problem, *also: str) -> Plan | None:
        """Like :meth:`solve`, but None also if no engine accepts the variant or time runs out.

        A repair that cannot be verified is not reported.
        """
        try:
            plan = self.solve(problem, *also)
        except (UnsupportedError, NoPlanFoundError):
            return None
        return plan if plan is not None and plan.stopped is None else None

    def known(self, problem: Problem, *also: str) -> bool | None:
        """Whether there is a plan if the rules in *also* may be broken; None if unknown."""
        try:
            return self.solve(problem, *also) is not None
        except (UnsupportedError, NoPlanFoundError):
            return None

    def least(self, amounts: Sequence[T], variant: Callable[[T], Problem]) -> T | None:
        """The first of *amounts* whose variant is feasible; None if the last is not.

        The last is tried first: if it fails, all do, and otherwise it is mostly found quickly. Then
        amounts are tried from the first in growing steps, since infeasible ones are mostly proven
        quickly and the answer is mostly near the first.

        Parameters
        ----------
        amounts
            The amounts in increasing order; if one is feasible, so are all after it.
        variant
            The problem with that amount.
        """
        if not len(amounts) or self.attempt(variant(amounts[-1])) is None:
            return None
        below, found = -1, len(amounts) - 1
        step = 1
        while found - below > 1:
            probe = min(below + step, (below + found) // 2)
            if self.attempt(variant(amounts[probe])) is not None:
                found = probe
            else:
                below = probe
            step *= 2
        # An amount that was not settled in time may be feasible, so the result may not be the smallest.
        return None if self.course.stopped is not None else amounts[found]
