"""The content of a report: the data of a plan, and private details that are optional."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from phancong.assignment import Assignment
from phancong.errors import InvalidArgumentError
from phancong.problem import Pair, Problem
from phancong.report.records import BreachTotal, GoalValue, Status
from phancong.rules import Relaxation

#: Details that are written only if the caller names them: private ones, which may reveal how a family
#: lives, among them notes of lists; and prices, only for a page, which take a while to compute.
INCLUDE: Final = ("workload", "needs", "priority", "exempt", "coordinates", "notes", "prices")


class Written(Protocol):
    """The data of a plan that reports use."""

    @property
    def problem(self) -> Problem: ...
    @property
    def assignment(self) -> Assignment: ...
    @property
    def pairs(self) -> tuple[Pair, ...]: ...
    @property
    def status(self) -> Status: ...
    @property
    def relaxations(self) -> tuple[Relaxation, ...]: ...
    @property
    def exceptions(self) -> tuple[Relaxation, ...]: ...
    @property
    def breaches(self) -> Mapping[str, BreachTotal]: ...
    @property
    def goals(self) -> tuple[GoalValue, ...]: ...
    @property
    def engine(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def stopped(self) -> str | None: ...
    @property
    def seconds(self) -> float: ...
    @property
    def options(self) -> Mapping[str, Any]: ...
    @property
    def versions(self) -> Mapping[str, str]: ...
    @property
    def metrics(self) -> Mapping[str, float | None]: ...
    def columns(self) -> dict[str, list[Any]]: ...


def read_include(include: Iterable[str]) -> frozenset[str]:
    """The details to include, checked.

    Raises
    ------
    InvalidArgumentError
        A name is not in :data:`INCLUDE`.
    """
    names = [include] if isinstance(include, str) else list(include)
    unknown = [name for name in names if name not in INCLUDE]
    if unknown:
        raise InvalidArgumentError(
            f"include names {', '.join(map(repr, unknown))}; there are {', '.join(INCLUDE)}"
        )
    return frozenset(names)
