"""`LoadMarks`: the loads from which a member is marked amber or red, and the unit of all workloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from phancong.errors import InvalidArgumentError
from phancong.meeting import slack
from phancong.problem.fields import as_number
from phancong.words import Message

#: The unit that has a translation; other units are printed as they are given.
HOURS: Final = "hours a month"
POINTS: Final = "points"
#: The marks, from the smallest load to the largest.
GREEN, AMBER, RED = "green", "amber", "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadMarks:
    """The loads that an office considers too large; they mark members in reports and limit nothing.

    Parameters
    ----------
    amber, red
        A member with load ÷ share above *amber* is amber, above *red* red, otherwise green.
    unit
        The unit of every workload of the problem, for reports.

    Raises
    ------
    InvalidArgumentError
        A mark is no finite number of 0 or more, or *red* is below *amber*.

    Examples
    --------
    >>> from phancong import LoadMarks, Member, Household, Problem
    >>> marks = LoadMarks(amber=25, red=30, unit="hours a month")
    >>> problem = Problem([Member("m1")], [Household("h1")], travel=None, load_marks=marks)
    """

    amber: float
    red: float
    unit: str = ""

    def __post_init__(self) -> None:
        """Check the arguments."""
        amber, red = as_number(self.amber), as_number(self.red)
        if amber is None or red is None or not 0 <= amber <= red < float("inf"):
            raise InvalidArgumentError(
                Message("marks of loads: give numbers of 0 or more, amber no larger than red")
            )

    def mark(self, load: float) -> str:
        """``"green"``, ``"amber"`` or ``"red"`` for a load ÷ share."""
        for name, limit in ((RED, self.red), (AMBER, self.amber)):
            if load > limit + float(slack(limit)):
                return name
        return GREEN
