"""The two sides of a pair, as a way of travelling is told about them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from phancong.errors import Defect
from phancong.words import Message

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class Places:
    """Where the members, or the households, of a problem are: parallel columns of length n.

    Parameters
    ----------
    kind
        ``"member"`` or ``"household"``, for messages.
    ids
        Ids in the order of the problem (sorted).
    latitude, longitude
        Degrees WGS 84, NaN where unknown, shape ``(n,)``.
    hamlet, cluster
        Labels, None where there is none.
    given
        For each place its position in the order in which the caller gave the records, shape ``(n,)``.
    """

    kind: str
    ids: tuple[Hashable, ...]
    latitude: FloatArray
    longitude: FloatArray
    hamlet: tuple[str | None, ...]
    cluster: tuple[str | None, ...]
    given: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)


def called(kind: str, identity: object) -> str:
    """The name of a record by its id."""
    if kind == "member":
        return Message("member {id}", id=repr(identity))
    if kind == "household":
        return Message("household {id}", id=repr(identity))
    return f"{kind} {identity!r}"


class TravelModel(Protocol):
    """A way of telling how far it is from each member to each household (contract 3).

    Implementations are immutable, picklable and comparable by value.
    """

    @property
    def unit(self) -> str:
        """The unit of travel, which ``max_travel`` shares."""
        ...

    def defects(self, households: Places, members: Places) -> list[Defect]:
        """All that keeps this model from telling the travel of every pair; empty if nothing."""
        ...

    def between(self, households: Places, members: Places) -> FloatArray:
        """Travel of each pair, one visit's way, one way; ``inf`` where there is no way.

        Returns
        -------
        numpy.ndarray
            Shape ``(len(households), len(members))``, in :attr:`unit`, no NaN, no negative number.
        """
        ...
