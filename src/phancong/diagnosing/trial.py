"""Trying a variant: whether its limits can hold, and what has to be relaxed if one rule may."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from phancong.engines.common.pace import MEASURED, Speed
from phancong.engines.task import Engine, Task
from phancong.errors import NoPlanFoundError, UnsupportedError
from phancong.plan import Plan
from phancong.problem import Problem
from phancong.running import run
from phancong.search import Course
from phancong.words import Message

T = TypeVar("T", int, float)

#: Seconds a pair that no search was seen to need more of before its first plan, and what is a little:
#: of small problems a search is always begun.
A_PAIR: Final = 5e-7
LITTLE: Final = 0.2
#: Seconds that a new member takes to be written down and checked.
A_RECORD: Final = 1e-4
#: How many answers are kept of what may be relaxed, the last ones: a plan holds its whole problem.
KEPT: Final = 4


def _size(problem: Problem) -> int:
    return len(problem.household_columns) * len(problem.member_columns) + 1


@dataclass(frozen=True, slots=True)
class Trial:
    """Solves variants with the rules that may be relaxed anyway.

    Parameters
    ----------
    relax
        Rules that may be relaxed besides, with their ceilings.
    course
        The search under way.
    engine
        The engine that solves them.
    made
        Engines made before, as for :func:`phancong.running.run`; by default each search makes its own.
    speed
        How long flows take.
    """

    relax: Mapping[str, float]
    course: Course
    engine: str = "auto"
    made: dict[str, Engine] | None = None
    speed: Speed = field(default_factory=lambda: MEASURED)
    #: Seconds a pair of the last search.
    _took: list[float] = field(default_factory=lambda: [0.0], init=False, repr=False, compare=False)
    _known: dict[tuple[str, ...], dict[Problem, Plan | None]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def solve(self, problem: Problem, *also: str) -> Plan | None:
        """A plan in which the rules in *also* are broken least, before the others; or None.

        The shortfall, new members and the conflict of rules ask the same question, and a repair is
        mostly found by solving just what it repairs: what was asked lately is known.

        Raises
        ------
        UnsupportedError
            No engine can keep all of it.
        NoPlanFoundError
            There is no time for it, or neither a plan nor a proof was found in time.
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
        """Whether a search over the problem with so many new members would come to its first plan."""
        size = _size(problem) + len(problem.household_columns) * members
        return A_PAIR * size + A_RECORD * members <= max(self.course.seconds_left, LITTLE)

    def _look(self, problem: Problem) -> None:
        """Begin no search that is over before it has its first plan.

        Raises
        ------
        NoPlanFoundError
            The last one took longer, for its size, than there is time.
        """
        if min(self._took[0], A_PAIR) * _size(problem) > max(self.course.seconds_left, LITTLE):
            raise NoPlanFoundError(
                Message("there is no time for another search; give more seconds")
            )

    def attempt(self, problem: Problem, *also: str) -> Plan | None:
        """Like :meth:`solve`, and None too where no engine takes the variant or time is short.

        A repair that cannot be verified is no repair.
        """
        try:
            plan = self.solve(problem, *also)
        except (UnsupportedError, NoPlanFoundError):
            return None
        return plan if plan is not None and plan.stopped is None else None

    def known(self, problem: Problem, *also: str) -> bool | None:
        """Whether there is a plan if the rules in *also* may be broken; None if that is not known."""
        try:
            return self.solve(problem, *also) is not None
        except (UnsupportedError, NoPlanFoundError):
            return None

    def least(self, amounts: Sequence[T], variant: Callable[[T], Problem]) -> T | None:
        """The first of *amounts* whose variant holds; None if the last does not.

        First the last, which mostly holds easily: where it does not, none does. Then from the first
        in growing steps: what is hopeless is soon known to be, and the least is mostly not far from
        there.

        Parameters
        ----------
        amounts
            From the least to the most; if one holds, all after it do.
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
        # What was not found in time did not fail, so the amount might not be the least.
        return None if self.course.stopped is not None else amounts[found]
