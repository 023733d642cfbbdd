"""The private details that a report may include."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from phancong.errors import InvalidArgumentError

#: Details that are written only if the caller names them: private ones, which may reveal how a family
#: lives, among them notes of lists; and prices, only for a page, which take a while to compute.
INCLUDE: Final = ("workload", "needs", "priority", "exempt", "coordinates", "notes", "prices")


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
