"""The class of a household and the workload that it stands for where nothing else is said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from phancong.errors import InvalidArgumentError
from phancong.frozen import FrozenMapping
from phancong.reading.keys import fold

#: The workload of a household by its class; ``read(..., workloads=...)`` changes it line by line.
#: The figures are a beginning, no rule of any office: a poor household asks for twice the effort of
#: one that is not.
DEFAULT_WORKLOADS: Final[Mapping[str, float]] = FrozenMapping(
    {
        "hộ nghèo": 2.0,
        "hộ cận nghèo": 1.5,
        "hộ mới thoát nghèo": 1.5,
        "hộ mới thoát cận nghèo": 1.5,
        "hộ trung bình": 1.0,
        "hộ có mức sống trung bình": 1.0,
        "hộ không nghèo": 1.0,
        "hộ bình thường": 1.0,
        "hộ khá": 1.0,
        "hộ giàu": 1.0,
        "poor": 2.0,
        "near poor": 1.5,
        "average": 1.0,
        "not poor": 1.0,
    }
)


def class_key(text: str) -> str:
    """A class as it is compared: "Nghèo", "hộ nghèo" and "HO NGHEO" are one."""
    return fold(text).removeprefix("ho ").removeprefix("dien ")


#: Titles of columns in which a cross says the class.
CLASS_TITLES: Final = frozenset(
    title for name in DEFAULT_WORKLOADS for title in (class_key(name), f"ho {class_key(name)}")
)


class ClassWorkloads:
    """The table of workloads by class.

    Parameters
    ----------
    changes
        Class → workload, 0 or more, or None where the class says nothing of the workload; what it
        does not name keeps its default.

    Raises
    ------
    InvalidArgumentError
        A class is no text, or a workload no number of 0 or more.
    """

    def __init__(self, changes: Mapping[str, float | None] | None) -> None:
        self.workloads = {class_key(name): load for name, load in DEFAULT_WORKLOADS.items()}
        #: Classes that say nothing of the workload.
        self.left_out: set[str] = set()
        #: Classes that lists have and the table has not: as compared → as written.
        self.missing: dict[str, str] = {}
        for name, load in dict(changes or {}).items():
            named = isinstance(name, str) and class_key(name)
            if not named or not (load is None or _is_workload(load)):
                raise InvalidArgumentError(
                    "workloads must map the name of each class to a number of 0 or more, or to None"
                )
            if load is None:
                self.left_out.add(class_key(name))
            else:
                self.workloads[class_key(name)] = float(load)

    def add(self, keys: Iterable[str]) -> None:
        """Take classes that something else counts the workload of: a section can be named by one."""
        for key in keys:
            self.workloads.setdefault(key, 1.0)

    def __contains__(self, text: str) -> bool:
        return class_key(text) in self.workloads or self.is_left_out(text)

    def is_left_out(self, text: str) -> bool:
        """Whether the caller says that a class says nothing."""
        return class_key(text) in self.left_out

    def workload(self, text: str) -> float | None:
        """The workload of a class, None if the table does not have it."""
        return self.workloads.get(class_key(text))


def _is_workload(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value) and value >= 0
