"""The scheme by which an office counts workload: points, or visits a month and minutes, by class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from phancong.problem import HOURS, POINTS, LoadMarks
from phancong.reading.classes import class_key

#: The entry for households whose class has no entry of its own.
EVERY: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLoad:
    """The workload of a class of households: points, or visits a month of so many minutes."""

    points: float | None = None
    visits: float | None = None
    minutes: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Scheme:
    """How workload is counted.

    Parameters
    ----------
    record
        The file or sheet, for messages.
    classes
        Class in the form compared → its load; ``"*"`` stands for all other households.
    way
        Minutes of one way, the same for all pairs; None if *speed* is given.
    speed
        Kilometres an hour, from which the minutes of each pair follow.
    newcomer_share
        The share of a member who is marked as a newcomer.
    marks
        The loads from which a member is amber or red.
    """

    record: str
    classes: Mapping[str, ClassLoad]
    way: float | None = None
    speed: float | None = None
    newcomer_share: float | None = None
    marks: tuple[float, float] | None = None

    @property
    def in_hours(self) -> bool:
        """Whether the scheme counts visits and minutes instead of points."""
        return any(load.points is None for load in self.classes.values())

    @property
    def load_marks(self) -> LoadMarks | None:
        """The marks with their unit, None if the scheme has none."""
        if self.marks is None:
            return None
        return LoadMarks(
            amber=self.marks[0], red=self.marks[1], unit=HOURS if self.in_hours else POINTS
        )

    def of(self, household_class: str) -> ClassLoad | None:
        """The load of a class, None if the scheme has none for it."""
        return self.classes.get(class_key(household_class)) if household_class else None

    @property
    def others(self) -> ClassLoad | None:
        """The load of a household without a class."""
        return self.classes.get(EVERY)

    def workload(self, load: ClassLoad, visits: float | None = None) -> float:
        """The workload of a household: points, or hours a month without the travel of each pair.

        Parameters
        ----------
        load
            The load of the class.
        visits
            The household's own visits a month, if the list gives them.
        """
        if load.points is not None:
            return load.points
        times = load.visits if visits is None else visits
        return (times or 0.0) * ((load.minutes or 0.0) + 2 * (self.way or 0.0)) / 60
