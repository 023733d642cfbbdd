"""Trying a variant of a problem: whether its limits can hold, and which have to be relaxed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeVar

from phancong.course import Course
from phancong.engines.common.pace import MEASURED, Speed
from phancong.engines.registry import choose
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
#: The share of the time left that a question may take among plans that break limits. The first question,
#: whether the limits can hold, may take all of it.
A_TRIAL: Final = 0.25
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
    #: The questions that were not settled for want of time or work.
    _open: list[Problem] = field(default_factory=list, init=False, repr=False, compare=False)
    _known: dict[tuple[str, ...], dict[Problem, Plan | None]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def complete(self) -> bool:
        """Whether every question so far was settled, and the search is not over."""
        return not self._open and self.course.stopped is None

    def solve(self, problem: Problem, *also: str, easing: float = A_TRIAL) -> Plan | None:
        """A plan that breaks the rules in *also* least, before other rules; None if there is none.

        Recent answers are kept: the shortfall, new members and conflicts of rules ask the same question,
        and a repair mostly starts from the answer that it repairs.

        Parameters
        ----------
        problem
            The problem.
        also
            Rules that may be relaxed besides.
        easing
            As for :func:`phancong.running.run`.

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
        plan = run(task, self.engine, self.made, dispensable=True, easing=easing)
        self._took[0] = (self.course.seconds - began) / _size(problem)
        if plan is None or plan.stopped is None:
            known[problem] = plan
            if len(known) > KEPT:
                del known[next(iter(known))]
        return plan

    def choose(self, problem: Problem) -> None:
        """Look for an engine that keeps all rules of a problem.

        Raises
        ------
        UnsupportedError
            There is none.
        """
        choose(self.engine, Task(problem, (), self.relax, self.course), self.made)

    def begin_with(self, plan: Plan) -> None:
        """Take a plan that relaxes coverage alone for the answer where it is proven to be the least."""
        if {broken.rule for broken in plan.relaxations} == {"coverage"}:
            known = self._known.setdefault(("coverage",), {})
            if plan.breaches["coverage"].proven:  # whether its goals are does not matter here
                known[plan.problem] = replace(plan, stopped=None)

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
        plan = self._asked(problem, *also)
        if not plan or plan.stopped is None:
            return plan or None
        self._open.append(problem)
        return None

    def known(self, problem: Problem, *also: str) -> bool | None:
        """Whether there is a plan if the rules in *also* may be broken; None if unknown."""
        plan = self._asked(problem, *also)
        return None if plan is False else plan is not None

    def _asked(self, problem: Problem, *also: str) -> Plan | Literal[False] | None:
        """Like :meth:`solve`, but False if no engine accepts the variant or time runs out."""
        try:
            return self.solve(problem, *also)
        except UnsupportedError:
            return False
        except NoPlanFoundError:
            self._open.append(problem)
            return False

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
        if not len(amounts) or not self.known(variant(amounts[-1])):
            return None
        below, found = -1, len(amounts) - 1
        step = 1
        while found - below > 1:
            probe = min(below + step, (below + found) // 2)
            holds = self.known(variant(amounts[probe]))
            if holds is None:
                return None  # it may be feasible, so a larger amount may not be the smallest
            if holds:
                found = probe
            else:
                below = probe
            step *= 2
        return amounts[found]
