"""The slow functions that commands call, as values that a caller of `main` can replace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import phancong
from phancong.batch import BatchSummary, plan_many
from phancong.diagnosing import Diagnosis
from phancong.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The functions that the commands call to solve, to diagnose and to plan many communes."""

    solve: Callable[..., Plan] = phancong.solve
    diagnose: Callable[..., Diagnosis] = phancong.diagnose
    plan_many: Callable[..., BatchSummary] = plan_many


#: The functions of the library.
LIBRARY: Final = Calls()
