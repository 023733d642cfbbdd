"""`located`: lists with coordinates as communes have them become tables for a problem."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from phancong.errors import Defect, InvalidArgumentError, InvalidProblemError
from phancong.locating.cells import as_grid, read_degrees, read_halves
from phancong.locating.vn2000 import to_degrees
from phancong.problem import FloatArray, Household, Member
from phancong.problem.columns import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from phancong.problem.fields import MISSING, clean_label
from phancong.problem.tables import LEFT_OUT, RawTable, read_table
from phancong.travel.geodesic import geodesic_metres

_COORDINATES: Final = ("at", "lat", "lon", "x", "y")
_Place = tuple[float, float]
_SWAPPED: Final = "has latitude and longitude that look swapped"


def located(
    members: Any,
    households: Any,
    *,
    vn2000: int | str | None = None,
    box: tuple[Any, Any] | None = None,
    centres: Mapping[str, Any] | None = None,
    farthest: float = 50_000.0,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    r"""Read and check coordinates as communes have them; give tables for :class:`Problem`.

    Parameters
    ----------
    members, households
        Records or tables as a problem takes them. A coordinate stands in ``at``, in ``lat`` and
        ``lon``, or in ``x`` and ``y``. Degrees may be in any form that ``geopy.Point`` reads, with
        decimal commas, too (``"22,401; 105,201"``). ``x`` and ``y`` are metres of VN-2000, in either
        order: in Vietnam no easting is as large as a northing.
    vn2000
        The zone of the metres: its EPSG code (9211) or its central meridian (``"106-00"``). A wrong
        one moves every house by some fifty kilometres: give the *box*, too.
    box
        Two opposite corners ``(latitude, longitude)`` within which all must lie.
    centres
        Coordinates of hamlets by label, for their households that have none. A hamlet that is not
        among them has its centre at that of its households which is nearest to the middle of all:
        a place where somebody lives.
    farthest
        How far a place may lie from the middle of all, in metres.

    Returns
    -------
    tuple of lists of dicts
        Members and households, with ``lat`` and ``lon`` in degrees WGS 84. A household that stands
        at the centre of its hamlet has ``approximate`` set, and plans say how many do.

    Raises
    ------
    InvalidProblemError
        Coordinates that cannot be read, latitude and longitude that look swapped, places outside
        the box or far from all others, and households that have neither coordinates nor a hamlet
        with a centre: all of them at once.
    InvalidArgumentError
        Another argument cannot be used.
    MissingExtraError
        There are metres, and pyproj is not installed: ``pip install 'phancong[vn2000]'``.

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
    if not isinstance(farthest, int | float) or not farthest > 0:
        raise InvalidArgumentError(f"farthest: {farthest!r} is not a number above 0")
    known_centres = _read_centres(centres or {})
    defects: list[Defect] = []
    sides = [
        _Side.read(table, kind, record, fields, defects)
        for table, kind, record, fields in (
            (members, "member", Member, MEMBER_FIELDS),
            (households, "household", Household, HOUSEHOLD_FIELDS),
        )
    ]
    for side in sides:
        side.to_degrees(vn2000, defects)
    _check_where(sides, corners, float(farthest), defects)
    _put_at_centres(sides[1], known_centres, defects)
    if defects:
        raise InvalidProblemError(defects)
    people, homes = (side.rows() for side in sides)
    return people, homes


@dataclass(slots=True, repr=False)
class _Side:
    """Members, or households, with a coordinate for each row, NaN where there is none."""

    raw: RawTable
    at: FloatArray  # latitude and longitude, (n, 2)
    metres: dict[int, _Place]
    approximate: set[int]

    @classmethod
    def read(
        cls,
        table: Any,
        kind: str,
        record: type,
        fields: Mapping[str, Any],
        defects: list[Defect],
    ) -> _Side:
        raw = read_table(table, kind, record, ("id", *_COORDINATES, *fields))
        defects.extend(raw.defects)
        side = cls(raw, np.full((raw.length, 2), np.nan), {}, set())
        columns = {name: raw.column(name) for name in _COORDINATES}
        for row in range(raw.length):
            side._read_row(row, {name: columns[name][row] for name in _COORDINATES}, defects)
        return side

    def _read_row(self, row: int, cells: Mapping[str, Any], defects: list[Defect]) -> None:
        given = {
            name: cell
            for name, cell in cells.items()
            if not (
                cell is MISSING or cell is None or (isinstance(cell, float) and math.isnan(cell))
            )
        }
        field = ", ".join(given)

        def wrong(what: str, mend: str) -> None:
            defects.append(Defect(self.raw.record(row), field, what, mend))

        try:
            if tuple(given) == ("at",):
                self.at[row] = read_degrees(given["at"])
            elif tuple(given) == ("lat", "lon"):
                self.at[row] = read_halves(given["lat"], given["lon"])
            elif tuple(given) == ("x", "y"):
                grid = as_grid(given["x"], given["y"])
                if grid is None:
                    wrong(
                        "is no pair of metres of VN-2000 within Vietnam",
                        "give an easting (200,000 to 800,000) and a northing (900,000 to 2,700,000)",
                    )
                else:
                    self.metres[row] = grid
            elif given:
                wrong(
                    "is not one whole coordinate", "give 'at', or 'lat' and 'lon', or 'x' and 'y'"
                )
        except ValueError:
            mend = "give (latitude, longitude) in degrees WGS 84, or a form that geopy.Point reads"
            what = _SWAPPED if _is_swapped(given) else "cannot be read as a coordinate"
            wrong(what, mend)

    def to_degrees(self, zone: int | str | None, defects: list[Defect]) -> None:
        """Turn metres into degrees."""
        if not self.metres:
            return
        rows = list(self.metres)
        if zone is None:
            defects.extend(
                Defect(
                    self.raw.record(row),
                    "x, y",
                    "is in metres of a zone that is not named",
                    "name it: vn2000=9211, say, for the central meridian 106°00′",
                )
                for row in rows
            )
            return
        grid = np.array([self.metres[row] for row in rows])
        self.at[rows] = np.column_stack(to_degrees(zone)(grid[:, 0], grid[:, 1]))

    def rows(self) -> list[dict[str, Any]]:
        """The table, with degrees in the place of whatever coordinates there were."""
        kept = {
            name: values
            for name, values in self.raw.columns.items()
            if name not in _COORDINATES and name not in LEFT_OUT
        }
        rows = []
        for row in range(self.raw.length):
            cells = {name: values[row] for name, values in kept.items()}
            record = {name: cell for name, cell in cells.items() if cell is not MISSING}
            latitude, longitude = self.at[row].tolist()
            known = not math.isnan(latitude)
            record |= {"lat": latitude if known else None, "lon": longitude if known else None}
            if row in self.approximate:
                record["approximate"] = True
            rows.append(record)
        return rows


def _is_swapped(given: Mapping[str, Any]) -> bool:
    """Whether two cells would be a coordinate the other way round."""
    pair = (given.get("lat"), given.get("lon"))
    if "at" in given:
        at = given["at"]
        pair = tuple(at) if isinstance(at, tuple | list) and len(at) == 2 else (None, None)
    try:
        read_halves(pair[1], pair[0])
    except ValueError:
        return False
    return True


def _read_box(box: Any) -> tuple[_Place, _Place] | None:
    """The south-western and the north-eastern corner."""
    if box is None:
        return None
    try:
        one, other = (read_degrees(corner) for corner in box)
    except (TypeError, ValueError):
        raise InvalidArgumentError(
            "box: is not two opposite corners; give ((latitude, longitude), (latitude, longitude))"
        ) from None
    return (
        (min(one[0], other[0]), min(one[1], other[1])),
        (max(one[0], other[0]), max(one[1], other[1])),
    )


def _read_centres(centres: Mapping[str, Any]) -> dict[str, _Place]:
    read: dict[str, _Place] = {}
    wrong: list[str] = []
    for label, place in centres.items():
        try:
            read[clean_label(label)] = read_degrees(place)
        except (TypeError, ValueError):
            wrong.append(repr(label))
    if wrong:
        raise InvalidArgumentError(
            f"centres: {', '.join(wrong)} cannot be read; give {{hamlet: (latitude, longitude)}}"
        )
    return read


def _check_where(
    sides: Sequence[_Side],
    corners: tuple[_Place, _Place] | None,
    farthest: float,
    defects: list[Defect],
) -> None:
    """Note places outside the box, far from all others, or likely swapped."""
    at = np.concatenate([side.at for side in sides])
    known = at[np.isfinite(at[:, 0])]
    middle = np.median(known, axis=0) if len(known) > 2 else None  # of two, which one is wrong?

    def outside(places: FloatArray) -> Any:
        if corners is None:
            return np.zeros(len(places), dtype=bool)
        return ((places < corners[0]) | (places > corners[1])).any(axis=1)

    def metres(places: FloatArray) -> FloatArray:
        if middle is None:
            return np.zeros(len(places))
        away = np.full(len(places), np.inf)  # a latitude beyond 90 is nowhere
        real = np.abs(places[:, 0]) <= 90
        n = int(real.sum())
        away[real] = geodesic_metres(
            places[real, 0], places[real, 1], np.full(n, middle[0]), np.full(n, middle[1])
        )
        return away

    for side in sides:
        rows = np.flatnonzero(np.isfinite(side.at[:, 0]))
        there, turned = side.at[rows], side.at[rows][:, ::-1]
        out, away = outside(there), metres(there)
        fits = ~outside(turned) & (metres(turned) <= farthest)
        for position in np.flatnonzero(out | (away > farthest)).tolist():
            record = side.raw.record(int(rows[position]))
            mend = "mend the coordinate"
            if fits[position]:
                what, mend = _SWAPPED, "give the latitude first"
            elif out[position]:
                what = "lies outside the stated box"
            else:
                what = f"is {away[position] / 1000:,.0f} km from the middle of all others"
                mend = "mend the coordinate, or raise farthest"
            defects.append(Defect(record, "coordinates", what, mend))


def _put_at_centres(side: _Side, centres: Mapping[str, _Place], defects: list[Defect]) -> None:
    """Give each household without coordinates the centre of its hamlet, and mark it."""
    labels = [
        clean_label(label) if isinstance(label, str) else None
        for label in side.raw.column("hamlet")
    ]
    unread = {defect.record for defect in defects}
    inside: dict[str | None, list[int]] = {}
    for row, label in enumerate(labels):
        if not math.isnan(side.at[row, 0]):
            inside.setdefault(label, []).append(row)
    middles = dict(centres)
    for row in np.flatnonzero(np.isnan(side.at[:, 0])).tolist():
        label, record = labels[row], side.raw.record(row)
        if record in unread:
            continue  # it has a coordinate, which is a defect already
        if not label:
            what, mend = "has neither coordinates nor a hamlet", "give one of them"
            defects.append(Defect(record, "coordinates", what, mend))
            continue
        if label not in middles and label in inside:
            middles[label] = _central(side.at[inside[label]])
        if label not in middles:
            what = f"has no coordinates, and nobody in hamlet {label!r} has"
            defects.append(Defect(record, "coordinates", what, "give centres={hamlet: place}"))
            continue
        side.at[row] = middles[label]
        side.approximate.add(row)


def _central(places: FloatArray) -> _Place:
    """The place nearest to the middle of all, which is the median of each coordinate."""
    n, middle = len(places), np.median(places, axis=0)
    metres = geodesic_metres(
        places[:, 0], places[:, 1], np.full(n, middle[0]), np.full(n, middle[1])
    )
    best = places[int(np.lexsort((places[:, 1], places[:, 0], metres))[0])]
    return float(best[0]), float(best[1])
