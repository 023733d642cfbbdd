"""Solved knapsacks: the least cost for each load, and the sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from phancong.problem import BoolArray, IntArray

#: Above any sum of reduced costs: it cannot be.
NEVER: Final = 2**56
#: The reduced cost of a pair that is not free, above that of any that is.
BARRED: Final = 2**46


@dataclass(frozen=True, slots=True, eq=False)
class KnapsackTables:
    """The knapsacks of all members, solved.

    Parameters
    ----------
    tables
        The least sum of reduced costs for each load, ``NEVER`` or more where no set has it,
        M × (largest load + 1).
    sets
        The best set of each member, U × M, for a load of each, (M,).
    """

    tables: IntArray
    sets: Callable[[IntArray], BoolArray]
