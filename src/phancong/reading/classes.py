"""The class of a household, and the workload of each class."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from phancong.errors import InvalidArgumentError
from phancong.frozen import FrozenMapping
from phancong.reading.keys import fold

#: The workload of a household by its class; ``read(..., workloads=...)`` changes single entries. The
#: figures are a starting point, no official rule: a poor household counts twice as much as one that is
#: not poor.
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
    """A class in the form that is compared: "Nghèo", "hộ nghèo" and "HO NGHEO" are equal."""
    return fold(text).removeprefix("ho ").removeprefix("dien ")


#: Titles of columns in which a cross sets the class.
CLASS_TITLES: Final = frozenset(
    title for name in DEFAULT_WORKLOADS for title in (class_key(name), f"ho {class_key(name)}")
)


class ClassWorkloads:
    """The table of workloads by class.

    Parameters
    ----------
    changes
        Class → workload, 0 or more, or None if the class does not determine the workload. Classes that
        are not named keep their default.

    Raises
    ------
    InvalidArgumentError
        A class is no text, or a workload is no number of 0 or more.
    """

    def __init__(self, changes: Mapping[str, float | None] | None) -> None:
        self.workloads = {class_key(name): load for name, load in DEFAULT_WORKLOADS.items()}
        #: Classes that do not determine the workload.
        self.left_out: set[str] = set()
        #: Classes in lists that the table does not have: compared form → as written.
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
        """Add classes of a scheme, so that section rows with their names are recognised."""
        for key in keys:
            self.workloads.setdefault(key, 1.0)

    def __contains__(self, text: str) -> bool:
        return class_key(text) in self.workloads or self.is_left_out(text)

    def is_left_out(self, text: str) -> bool:
        """Whether the caller excludes a class from determining the workload."""
        return class_key(text) in self.left_out

    def workload(self, text: str) -> float | None:
        """The workload of a class, None if the table does not have the class."""
        return self.workloads.get(class_key(text))


def _is_workload(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value) and value >= 0
