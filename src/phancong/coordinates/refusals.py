"""Errors for cells that are no coordinates. A cell may locate a home: no message repeats it."""

from __future__ import annotations

from typing import Final

from phancong.words import Message


class NoCoordinateError(ValueError):
    """A cell is no coordinate, or is ambiguous.

    Parameters
    ----------
    what, mend
        The defect and its mend, without the content of the cell.
    halves
        Which of two cells are invalid by themselves: 0 the latitude, 1 the longitude.
    """

    def __init__(self, what: str, mend: str, halves: tuple[int, ...] = ()) -> None:
        self.what, self.mend, self.halves = what, mend, halves
        super().__init__(f"{what}; {mend}")

    @property
    def swapped(self) -> bool:
        """Whether it would be a coordinate with its halves swapped."""
        return self.what == SWAPPED


_WRITE: Final[str] = Message(
    "give decimal degrees with the latitude first, such as 21.03, 105.85, or degrees and minutes "
    "with letters, such as 21°2' N 105°51' E; or leave the column out"
)
UNREAD: Final[str] = Message("cannot be read as a coordinate")
SWAPPED: Final[str] = Message(
    "has a latitude beyond 90 degrees: latitude and longitude look swapped"
)


def unread(*halves: int) -> NoCoordinateError:
    """The error for a value that is no coordinate as a whole."""
    return NoCoordinateError(UNREAD, _WRITE, halves)


def ambiguous() -> NoCoordinateError:
    """The error for an ambiguous value."""
    return NoCoordinateError(Message("can be read as more than one coordinate"), _WRITE)


def north_or_south() -> NoCoordinateError:
    """The error for an N, which is north in English and south (Nam) in Vietnamese."""
    return NoCoordinateError(
        Message("has an N that can mean north (English) or south (Nam, Vietnamese)"),
        Message("write E or W beside it if it means north, Đ or T if it means south (Nam)"),
    )


def off_the_globe(*, swapped: bool) -> NoCoordinateError:
    """The error for a latitude beyond 90 degrees, or a longitude beyond 180."""
    what = SWAPPED if swapped else Message("is not on the globe")
    return NoCoordinateError(what, Message("give (latitude, longitude) in degrees WGS 84"))


def no_point() -> NoCoordinateError:
    """The error for a line or an empty geometry instead of a place."""
    return NoCoordinateError(
        Message("is a geometry, but no point"), Message("give a point, or leave it out")
    )


def other_system() -> NoCoordinateError:
    """The error for a geometry in another system of coordinates."""
    return NoCoordinateError(
        Message("is in another system of coordinates than WGS 84"),
        Message("export it in WGS 84 (EPSG:4326)"),
    )


def not_a_number() -> NoCoordinateError:
    """The error for a NaN among the numbers."""
    return NoCoordinateError(Message("has a NaN"), Message("give two numbers or None"))
