"""Limits of the whole problem, by argument: which values are valid."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np

from phancong.meeting import SMALLEST
from phancong.problem.fields import as_number
from phancong.words import Message


@dataclass(frozen=True, slots=True)
class WholeLimit(ABC):
    """A kind of limit of the whole problem.

    Parameters
    ----------
    later
        Whether the limit was added after plans had been written to files. A problem that does not set
        it keeps the fingerprint in those files.
    """

    #: The type of a value that was read; bool for a limit that is set or not.
    kind: ClassVar[type]
    #: The value that stands for no limit.
    unset: ClassVar[Any] = None

    later: bool = False

    @abstractmethod
    def wrong(self, value: Any) -> str | None:
        """The mend of *value*, None if it is valid."""
        ...

    @abstractmethod
    def read(self, value: Any) -> Any:
        """A valid value in the form that the problem holds."""
        ...


@dataclass(frozen=True, slots=True)
class AmountLimit(WholeLimit):
    """A number, 0 or more, or None."""

    kind = float

    def wrong(self, value: Any) -> str | None:
        """The mend of *value*, None if it is valid."""
        number = as_number(value)
        if number is not None and 0 < number < SMALLEST:
            return Message("state it in a smaller unit")
        if value is None or (number is not None and not math.isnan(number) and number >= 0):
            return None
        return Message("give a number, 0 or more, or None")

    def read(self, value: Any) -> float | None:
        """The number."""
        return None if value is None else float(value)


@dataclass(frozen=True, slots=True)
class CountLimit(WholeLimit):
    """A whole number, 0 or more, or None."""

    kind = int

    def wrong(self, value: Any) -> str | None:
        """The mend of *value*, None if it is valid."""
        number = as_number(value)
        if value is None or (
            number is not None and number >= 0 and number == math.floor(min(number, 2.0**60))
        ):
            return None
        return Message("give a whole number, 0 or more, or None")

    def read(self, value: Any) -> int | None:
        """The whole number."""
        return None if value is None else int(float(value))


@dataclass(frozen=True, slots=True)
class FlagLimit(WholeLimit):
    """Whether the limit is set."""

    kind = bool
    unset = False

    def wrong(self, value: Any) -> str | None:
        """The mend of *value*, None if it is valid."""
        return None if isinstance(value, (bool, np.bool_)) else Message("give True or False")

    def read(self, value: Any) -> bool:
        """True or false."""
        return bool(value)


#: Each limit of the whole problem, by the name of its argument.
WHOLE_LIMITS: Final[Mapping[str, WholeLimit]] = MappingProxyType(
    {
        "max_travel": AmountLimit(),
        "max_changes": CountLimit(),
        "within_hamlet": FlagLimit(),
        "max_hamlets": CountLimit(later=True),
    }
)
