"""Tables of solved knapsacks: the least cost for each load, and the sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from phancong.problem import BoolArray, IntArray

#: Cost of an impossible load, above any sum of reduced costs.
NEVER: Final = 2**56
#: Reduced cost of a pair that is not free, above that of any free pair.
BARRED: Final = 2**46


@dataclass(frozen=True, slots=True, eq=False)
class KnapsackTables:
    """The knapsacks of all members, solved.

    Parameters
    ----------
    tables
        Least sum of reduced costs for each load, M × (largest load + 1); ``NEVER`` or more if no set
        has this load.
    sets
        The best set of each member, U × M, for a load of each, (M,).
    """

    tables: IntArray
    sets: Callable[[IntArray], BoolArray]
