"""How a flow solver may end."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from phancong.errors import JudgementError

Status = TypeVar("Status", bound=Enum)


def ended(status: Status, *expected: Status) -> Status:
    """The status of a flow solver, which is one of those *expected*.

    Raises
    ------
    JudgementError
        It is another: costs that do not fit would otherwise read as a flow that cannot be.
    """
    if status not in expected:
        raise JudgementError(f"the flow solver ended with {status.name}")
    return status
