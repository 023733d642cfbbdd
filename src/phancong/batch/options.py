"""Options for every commune, checked before any commune is read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final

from phancong.course import Course
from phancong.engines.registry import choose
from phancong.engines.task import Task, read_relax
from phancong.errors import InvalidArgumentError
from phancong.goals import Goal, Preference, read_goals
from phancong.problem import WHOLE_LIMITS, Household, Member, Problem
from phancong.search import Search, read_search
from phancong.travel import Geodesic
from phancong.words import Message

#: The packages that influence pairs.
PACKAGES: Final = ("phancong", "ortools", "numpy", "networkx")


#: Arguments of :class:`~phancong.Problem` that may be given for every commune.
LIMITS: Final = ("travel", *WHOLE_LIMITS, "own_household", "farthest")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """Options for every commune.

    Parameters
    ----------
    by
        The column that names the commune.
    goals, relax, search, engine
        As for :func:`phancong.solve`.
    limits
        Arguments of :class:`~phancong.Problem`.
    timeout
        The seconds after which a process that is still busy with one commune is ended.
    """

    by: str
    goals: tuple[Goal, ...] | None
    relax: Any
    search: Search
    engine: str
    limits: Mapping[str, Any]
    timeout: float

    def as_text(self) -> dict[str, str]:
        """The options that influence pairs, as text: for the manifest, and to compare two runs."""
        search = {f.name: getattr(self.search, f.name) for f in fields(self.search)}
        search.pop("threads")  # threads do not influence pairs (contract 2.5)
        relax = read_relax(self.relax)
        return {
            "by": self.by,
            "goals": "default" if self.goals is None else ", ".join(map(repr, self.goals)),
            "relax": ", ".join(
                rule if math.isinf(most) else f"{rule}={most!r}" for rule, most in relax.items()
            ),
            "search": ", ".join(f"{name}={value!r}" for name, value in search.items()),
            "engine": self.engine,
            "limits": ", ".join(f"{name}={self.limits[name]!r}" for name in sorted(self.limits)),
        }


def versions() -> dict[str, str]:
    """The versions of the packages that influence pairs."""
    return {name: version(name) for name in PACKAGES}


def digest(*parts: object) -> str:
    """A hash of some values, as sixteen hexadecimal digits."""
    return sha256(repr(parts).encode()).hexdigest()[:16]


def read_options(
    by: object,
    goals: Iterable[Goal] | None,
    relax: Any,
    search: Search,
    engine: str,
    limits: Mapping[str, Any],
    timeout: object,
) -> BatchOptions:
    """The arguments of :func:`phancong.batch.plan_many`, checked on a problem of one household.

    Raises
    ------
    InvalidArgumentError
        An argument is not valid.
    UnsupportedError
        The engine is given by name and cannot keep a goal.
    """
    if not isinstance(by, str) or not by.strip():
        raise InvalidArgumentError(Message("by is {value}; give a column by name", value=repr(by)))
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout > 0:
        raise InvalidArgumentError(
            Message("timeout is {value}; give seconds, more than 0", value=repr(timeout))
        )
    unknown = [name for name in limits if name not in LIMITS]
    if unknown:
        raise InvalidArgumentError(
            Message(
                "{names}: not an argument of a batch; the arguments are: {known}",
                names=", ".join(unknown),
                known=", ".join(LIMITS),
            )
        )
    if not isinstance(limits.get("travel"), (Geodesic, type(None))):
        raise InvalidArgumentError(
            Message("travel of a batch is Geodesic() or None: another model is of one commune only")
        )
    at = None if limits.get("travel", True) is None else (0.0, 0.0)
    trial = Problem([Member("m", at)], [Household("h", at)], **limits)
    chosen = None if goals is None else read_goals(goals, trial)
    if any(isinstance(goal, Preference) for goal in chosen or ()):
        raise InvalidArgumentError(
            Message(
                "Preference names pairs by ids, which are those of one commune only; leave it out"
            )
        )
    relax = dict(relax) if isinstance(relax, Mapping) else relax
    relax = (
        tuple(relax)
        if isinstance(relax, Iterable) and not isinstance(relax, (str, dict))
        else relax
    )
    task = Task(trial, read_goals(chosen, trial), read_relax(relax), Course(read_search(search)))
    choose(engine, task)
    return BatchOptions(
        by=by, goals=chosen, relax=relax, search=search, engine=engine,
        limits=dict(limits), timeout=float(timeout),
    )  # fmt: skip
