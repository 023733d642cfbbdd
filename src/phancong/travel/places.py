"""The records that a travel model gets of the two sides of a pair."""

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
    """The coordinates and labels of the members, or households, of a problem: columns of length n.

    Parameters
    ----------
    kind
        ``"member"`` or ``"household"``, for messages.
    ids
        Ids in the order of the problem (sorted).
    latitude, longitude
        Degrees WGS 84, NaN where unknown, shape ``(n,)``.
    hamlet, cluster
        Labels, None if there is none.
    given
        For each place its position in the order of the input, shape ``(n,)``.
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
    """A model of the travel from each member to each household (contract 3).

    Implementations are immutable, picklable and comparable by value.
    """

    @property
    def unit(self) -> str:
        """The unit of travel, in which ``max_travel`` is given, too."""
        ...

    def defects(self, households: Places, members: Places) -> list[Defect]:
        """The reasons why the model cannot compute the travel of every pair; empty if there are none."""
        ...

    def between(self, households: Places, members: Places) -> FloatArray:
        """Travel of each pair, one way of one visit; ``inf`` for unreachable.

        Returns
        -------
        numpy.ndarray
            Shape ``(len(households), len(members))``, in :attr:`unit`, no NaN, no negative number.
        """
        ...
