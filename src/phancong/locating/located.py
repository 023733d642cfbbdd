"""`located`: convert lists with coordinates in the forms that communes have to tables for a problem."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from phancong.coordinates import (
    LetterSystem,
    NoCoordinateError,
    Place,
    letters_of,
    read_halves,
    read_point,
)
from phancong.errors import Defect, InvalidArgumentError, InvalidProblemError
from phancong.locating.centres import LABELS, centres_for
from phancong.locating.metres import as_grid
from phancong.locating.vn2000 import to_degrees
from phancong.problem import FloatArray, Household, Member
from phancong.problem.columns import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from phancong.problem.label_fields import clean_label
from phancong.problem.tables import LEFT_OUT, Table, read_table
from phancong.travel.whereabouts import SWAPPED, Listed, misplaced, read_farthest
from phancong.words import Message

_COORDINATES: Final = ("at", "lat", "lon", "x", "y")


def located(
    members: Any,
    households: Any,
    *,
    vn2000: int | str | None = None,
    box: tuple[Any, Any] | None = None,
    centres: Mapping[str, Any] | None = None,
    farthest: float | None = None,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    r"""Read and check coordinates in the forms that communes have; return tables for :class:`Problem`.

    Parameters
    ----------
    members, households
        Records or tables as for a problem. A coordinate is in ``at``, in ``lat`` and ``lon``, or in
        ``x`` and ``y``. Degrees may be in any form of ``docs/excel.md``, also with decimal commas
        (``"22,401; 105,201"``). ``x`` and ``y`` are metres of VN-2000, in either order: in Vietnam every
        easting is smaller than every northing.
    vn2000
        The zone of the metres: its EPSG code (9211) or its central meridian (``"106-00"``). A wrong zone
        moves every house by some fifty kilometres; give a *box*, too, to detect it.
    box
        Two opposite corners ``(latitude, longitude)`` of the area in which all places must be.
    centres
        Coordinates of hamlets by label, for their households without coordinates. The centre of a
        cluster, or of a hamlet not listed, is its house nearest to the median of its houses, so that it
        is an inhabited place.
    farthest
        The largest distance of a place from the middle of all, in metres; as in :class:`Problem`.

    Returns
    -------
    tuple of lists of dicts
        Members and households, with ``lat`` and ``lon`` in degrees WGS 84. A household at the centre of
        its cluster or hamlet has ``approximate`` set, and plans report the number of such households.

    Raises
    ------
    InvalidProblemError
        Coordinates cannot be read, look swapped, or are outside the box or far from all others; or
        households have neither coordinates nor a hamlet with a centre. The error lists all defects.
    InvalidArgumentError
        Another argument is not valid.
    MissingExtraError
        Coordinates are in metres, and pyproj is not installed: ``pip install 'phancong[vn2000]'``.

    Examples
    --------
    >>> from phancong import located
    >>> members, households = located(
    ...     [{"id": "m1", "at": "22,401; 105,201"}],
    ...     [
    ...         {"id": "h1", "lat": "22°24'3.6\"N", "lon": "105°12'E", "hamlet": "Thôn 1"},
    ...         {"id": "h2", "hamlet": "Thôn 1"},
    ...     ],
    ... )
    >>> households[1]["lat"], households[1]["lon"], households[1]["approximate"]
    (22.401, 105.2, True)
    """
    corners = _read_box(box)
    reach = read_farthest(farthest)
    known_centres = _read_centres(centres or {})
    defects: list[Defect] = []
    sides = [
        _LocatedSide.read(table, kind, record, fields, defects)
        for table, kind, record, fields in (
            (members, "member", Member, MEMBER_FIELDS),
            (households, "household", Household, HOUSEHOLD_FIELDS),
        )
    ]
    for side in sides:
        side.to_degrees(vn2000, defects)
    lists = [Listed(side.raw.label, side.raw.record, side.at) for side in sides]
    defects.extend(misplaced(lists, reach, box=corners))
    _put_at_centres(sides[0], sides[1], known_centres, defects)
    if defects:
        raise InvalidProblemError(defects)
    people, homes = (side.rows() for side in sides)
    return people, homes


@dataclass(slots=True, repr=False)
class _LocatedSide:
    """Members, or households, with a coordinate for each row, NaN if missing."""

    raw: Table
    at: FloatArray  # latitude and longitude, (n, 2)
    metres: dict[int, Place]
    approximate: set[int]

    @classmethod
    def read(
        cls,
        table: Any,
        kind: str,
        record: type,
        fields: Mapping[str, Any],
        defects: list[Defect],
    ) -> _LocatedSide:
        raw = read_table(table, kind, record, ("id", *_COORDINATES, *fields))
        defects.extend(raw.defects)
        side = cls(raw, np.full((len(raw), 2), np.nan), {}, set())
        columns = {name: raw.column(name) for name in _COORDINATES}
        system = letters_of(itertools.chain(*(columns[name] for name in ("at", "lat", "lon"))))
        for row in range(len(raw)):
            cells = {name: columns[name][row] for name in _COORDINATES}
            side._read_row(row, cells, system, defects)
        return side

    def _read_row(
        self, row: int, cells: Mapping[str, Any], system: LetterSystem | None, defects: list[Defect]
    ) -> None:
        given = {
            name: cell
            for name, cell in cells.items()
            if not (cell is None or (isinstance(cell, float) and math.isnan(cell)))
        }
        field = ", ".join(given)

        def wrong(what: str, mend: str) -> None:
            defects.append(Defect(self.raw.record(row), field, what, mend))

        try:
            if tuple(given) == ("at",):
                self.at[row] = read_point(given["at"], system)
            elif tuple(given) == ("lat", "lon"):
                self.at[row] = read_halves(given["lat"], given["lon"], system)
            elif tuple(given) == ("x", "y"):
                grid = as_grid(given["x"], given["y"])
                if grid is None:
                    wrong(
                        Message("is not a pair of VN-2000 metres within Vietnam"),
                        Message(
                            "give an easting (200,000 to 800,000) and a northing "
                            "(900,000 to 2,700,000)"
                        ),
                    )
                else:
                    self.metres[row] = grid
            elif given:
                wrong(
                    Message("is not one whole coordinate"),
                    Message("give 'at', or 'lat' and 'lon', or 'x' and 'y'"),
                )
        except NoCoordinateError as error:
            wrong(SWAPPED if error.swapped else error.what, error.mend)

    def to_degrees(self, zone: int | str | None, defects: list[Defect]) -> None:
        """Convert metres to degrees."""
        if not self.metres:
            return
        rows = list(self.metres)
        if zone is None:
            defects.extend(
                Defect(
                    self.raw.record(row),
                    "x, y",
                    Message("is in metres of a zone that is not named"),
                    Message("name it: vn2000=9211, say, for the central meridian 106°00′"),
                )
                for row in rows
            )
            return
        grid = np.array([self.metres[row] for row in rows])
        self.at[rows] = np.column_stack(to_degrees(zone)(grid[:, 0], grid[:, 1]))

    def rows(self) -> list[dict[str, Any]]:
        """The rows, with degrees instead of the given coordinates."""
        kept = {
            name: values
            for name, values in self.raw.columns.items()
            if name not in _COORDINATES and name not in LEFT_OUT
        }
        rows = []
        for row in range(len(self.raw)):
            cells = {name: values[row] for name, values in kept.items()}
            record = {name: cell for name, cell in cells.items() if cell is not None}
            latitude, longitude = self.at[row].tolist()
            known = not math.isnan(latitude)
            record |= {"lat": latitude if known else None, "lon": longitude if known else None}
            if row in self.approximate:
                record["approximate"] = True
            rows.append(record)
        return rows


def _read_box(box: Any) -> tuple[Place, Place] | None:
    """The south-western and the north-eastern corner."""
    if box is None:
        return None
    try:
        one, other = (read_point(corner) for corner in box)
    except (TypeError, ValueError):
        raise InvalidArgumentError(
            "box: is not two opposite corners; give ((latitude, longitude), (latitude, longitude))"
        ) from None
    return (
        (min(one[0], other[0]), min(one[1], other[1])),
        (max(one[0], other[0]), max(one[1], other[1])),
    )


def _read_centres(centres: Mapping[str, Any]) -> dict[str, Place]:
    read: dict[str, Place] = {}
    wrong: list[str] = []
    for label, place in centres.items():
        try:
            read[clean_label(label)] = read_point(place)
        except (TypeError, ValueError):
            wrong.append(repr(label))
    if wrong:
        raise InvalidArgumentError(
            f"centres: {', '.join(wrong)} cannot be read; give {{hamlet: (latitude, longitude)}}"
        )
    return read


def _put_at_centres(
    members: _LocatedSide, side: _LocatedSide, centres: Mapping[str, Place], defects: list[Defect]
) -> None:
    """Place each household without coordinates at a centre, and mark it as approximate."""
    labels = {name: side.raw.column(name) for name in LABELS}
    found = centres_for(side.at, labels, centres, (members.at, members.raw.column("hamlet")))
    unread = {defect.record for defect in defects}
    for row in np.flatnonzero(np.isnan(side.at[:, 0])).tolist():
        record = side.raw.record(row)
        if record in unread:
            continue  # its coordinate is a defect already
        if row in found:
            side.at[row] = found[row]
            side.approximate.add(row)
            continue
        hamlet = labels["hamlet"][row]
        if isinstance(hamlet, str) and clean_label(hamlet):
            what = Message(
                "has no coordinates, and nobody in hamlet {hamlet} has", hamlet=repr(hamlet)
            )
            mend = Message("give its coordinates, or those of one house of the hamlet")
        else:
            what = Message("has neither coordinates nor a hamlet")
            mend = Message("give one of them")
        defects.append(Defect(record, "coordinates", what, mend))
