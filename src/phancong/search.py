"""`Search`: the limits of time and work of a search, the same for every engine (contract 7)."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass

from phancong.errors import InvalidArgumentError
from phancong.goals import Goal, Value
from phancong.problem.fields import as_number
from phancong.words import Message


class _Unless(float):
    """A default value, distinguishable from the same number given by a caller."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The limits of time and work of a search, and its other settings.

    Parameters
    ----------
    seconds
        Wall clock for the whole call, more than 0; ``math.inf`` for no limit. The first call of a
        process loads the solvers; that time is not counted. If only *work* is given, there is no limit
        of seconds: a clock would make the answer depend on the machine.
    work
        A budget in deterministic units, so that the same search returns the same plan; a unit is about
        a second of one core. None is no limit.
    gap
        The relative gap at which a stage may stop: between value and proven bound, 0 or more.
    threads
        How many threads an engine may use, 1 or more. More threads save time. They change the plan only
        if a clock cuts the search. Only ``"lns"`` uses more than one so far.
    seed
        The seed of engines that draw random numbers.

    Raises
    ------
    InvalidArgumentError
        A value is not valid; the message names all of them.

    Examples
    --------
    >>> from phancong import Search
    >>> minute = Search(seconds=60)
    >>> repeatable = Search(work=5)  # the same plan on every machine
    """

    seconds: float = _Unless(60.0)
    work: float | None = None
    gap: float = 0.0
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the arguments."""
        if isinstance(self.seconds, _Unless):
            seconds = float(self.seconds) if self.work is None else math.inf
            object.__setattr__(self, "seconds", seconds)
        wrong: list[str] = []

        def note(name: str, mend: str, shown: str | None = None) -> None:
            value = repr(getattr(self, name)) if shown is None else shown
            wrong.append(
                Message("{argument} is {value}; {mend}", argument=name, value=value, mend=mend)
            )

        def number(name: str, whole: bool = False) -> float:
            value = getattr(self, name)
            kind = numbers.Integral if whole else numbers.Real
            read = None if isinstance(value, bool) else as_number(value)
            if read is None or not isinstance(value, kind) or math.isnan(read):
                mend = Message("give a whole number") if whole else Message("give a number")
                note(name, mend, repr(value)[:40])
                return 1.0
            return read

        if number("seconds") <= 0:
            note("seconds", Message("give more than 0"))
        if self.work is not None and number("work") <= 0:
            note("work", Message("give more than 0, or None"))
        if not 0 <= number("gap") < math.inf:
            note("gap", Message("give a finite number, 0 or more"))
        if number("threads", whole=True) < 1:
            note("threads", Message("give 1 or more"))
        if not 0 <= number("seed", whole=True) < 2**31:
            note("seed", Message("give a whole number from 0 to 2**31 - 1"))
        if wrong:
            raise InvalidArgumentError(Message("Search: {what}", what=Message.joined(wrong)))


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a search.

    Parameters
    ----------
    stage
        What the search optimises now: a rule that is relaxed, or a goal by its number.
    goal
        The goal; None for a rule.
    value, bound
        The best value found and the proven bound; None if there is none yet.
    seconds
        Seconds since the call began.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> stages = []
    >>> problem = Problem([Member("m1")], [Household("h1")], travel=None)
    >>> plan = solve(problem, progress=lambda record: stages.append(record.stage))
    >>> stages[-1]
    'goal 2: Continuity'
    """

    stage: str
    goal: Goal | None
    value: Value | None
    bound: Value | None
    seconds: float


def read_search(search: Search) -> Search:
    """*search* itself, once its type is checked.

    Raises
    ------
    InvalidArgumentError
        The argument is not a :class:`Search`.
    """
    if not isinstance(search, Search):
        raise InvalidArgumentError(f"search is {search!r}; give Search(seconds=...)")
    return search
