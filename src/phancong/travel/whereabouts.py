"""Plausibility of coordinates: which places of two lists are swapped, misplaced, or far from the others.

A coordinate may be well formed and still be wrong: longitude first, a misplaced decimal point, a missing
minus sign. Only the other places show it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phancong.errors import Defect, InvalidArgumentError
from phancong.travel.geodesic import geodesic_metres
from phancong.travel.places import FloatArray
from phancong.words import Message

#: The largest distance of a place from the middle of all, in metres, unless the caller sets it: the
#: first number, or a multiple of the median distance if that is larger, at most the second number.
_NEAR, _WIDE = 50_000.0, 200_000.0
_TIMES: Final = 3.0

#: The southernmost and northernmost inhabited latitudes, in degrees: others are longitudes.
_SOUTHERNMOST, _NORTHERNMOST = -60.0, 84.0
#: The most digits by which a misplaced decimal point is corrected.
_MOST_DIGITS: Final = 7
#: From this number of places on, if most of them are far apart, the area is considered large.
_MANY: Final = 10

SWAPPED: Final[str] = Message("has latitude and longitude that look swapped")
LATITUDE_FIRST: Final[str] = Message("give the latitude first")


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of places.

    Parameters
    ----------
    name
        The name of the list in a defect.
    record
        The function that names a row.
    at
        Latitude and longitude in degrees, NaN if missing, shape ``(n, 2)``.
    field
        The name of the column of coordinates.
    judged
        False for records, which are not checked but locate the other places.
    """

    name: str
    record: Callable[[int], str]
    at: FloatArray
    field: str = "coordinates"
    judged: bool = True


def read_farthest(farthest: object) -> float | None:
    """The largest distance of a place from the middle of all, in metres; None if it is not set.

    Raises
    ------
    InvalidArgumentError
        *farthest* is no number above 0.
    """
    if farthest is None:
        return None
    if isinstance(farthest, bool) or not isinstance(farthest, int | float) or not farthest > 0:
        raise InvalidArgumentError(f"farthest: {farthest!r} is not a number above 0")
    return float(farthest)


def misplaced(
    lists: Sequence[Listed],
    farthest: float | None,
    *,
    box: tuple[tuple[float, float], tuple[float, float]] | None = None,
) -> list[Defect]:
    """A defect for each place that is far from the others, with the probable reason.

    Parameters
    ----------
    lists
        Members and households. If one list as a whole is mirrored relative to the other, the defect
        names the list that would lie in an uninhabited area; if neither would, both.
    farthest
        The largest distance of a place from the middle of all, in metres. None stands for 50 km, or for
        three times the median distance if that is larger, at most 200 km.
    box
        The south-western and the north-eastern corner of the area in which all places must be.
    """
    defects: list[Defect] = []
    turned = _turned_lists(lists, farthest or _NEAR) if box is None else {}
    for number, other in turned.items():
        what = SWAPPED
        if other is not None:
            what = Message(
                "has latitude and longitude the other way round than {list}: "
                "one of the two lists is swapped",
                list=lists[other].name,
            )
        if lists[number].judged:
            defects.append(Defect(lists[number].name, lists[number].field, what, LATITUDE_FIRST))
    straight = [places for number, places in enumerate(lists) if number not in turned]
    known = [_known(places.at) for places in straight]
    every = np.concatenate(
        [np.empty((0, 2)), *(p.at[k] for p, k in zip(straight, known, strict=True))]
    )
    middle = _Middle.of(every, boxed=box is not None)
    reach = middle.reach(every) if farthest is None else farthest
    far: list[tuple[Listed, int, float]] = []
    for places, rows in zip(straight, known, strict=True):
        if not places.judged:
            continue
        at = places.at[rows]
        away, outside = middle.metres(at), _outside(at, box)
        for position in np.flatnonzero(np.logical_or(outside, away > reach)).tolist():
            row, place = int(rows[position]), at[position]
            why = _likely(place, middle, reach, box)
            if why is not None:
                defects.append(Defect(places.record(row), places.field, *why))
            elif outside[position]:
                what, mend = (
                    Message("lies outside the stated box"),
                    Message("correct the coordinate"),
                )
                defects.append(Defect(places.record(row), places.field, what, mend))
            else:
                far.append((places, row, float(away[position])))
    return [*defects, *_far(far, len(every))]


def _far(far: Sequence[tuple[Listed, int, float]], count: int) -> Iterator[Defect]:
    """Defects of places that are only far: one for each, or one for a large area."""
    if len(far) >= _MANY and 2 * len(far) > count:
        places = far[0][0]
        kilometres = f"{max(metres for _, _, metres in far) / 1000:,.0f}"
        yield Defect(
            places.name,
            places.field,
            Message(
                "{count} of {all} places lie far from the middle of all, up to {km} km",
                count=str(len(far)),
                all=str(count),
                km=kilometres,
            ),
            Message("if the area is that large, raise farthest (in metres)"),
        )
        return
    for places, row, metres in far:
        yield Defect(
            places.record(row),
            places.field,
            Message("is {km} km from the middle of all others", km=f"{metres / 1000:,.0f}"),
            Message("correct the coordinate, or raise farthest (in metres)"),
        )


# --- the middle


@dataclass(frozen=True, slots=True)
class _Middle:
    """The median of latitudes and of longitudes; None if there are too few places.

    Of two places, each is measured from the other, since either may be wrong.
    """

    at: FloatArray | None
    two: FloatArray | None = None

    @classmethod
    def of(cls, places: FloatArray, *, boxed: bool) -> _Middle:
        if len(places) > 2:
            return cls(_median(places))
        return cls(None, places if len(places) == 2 and not boxed else None)

    def metres(self, places: FloatArray) -> FloatArray:
        """The distance of each place from the middle; infinite for a latitude beyond 90."""
        if self.two is not None:
            return np.maximum(_metres(places, self.two[0]), _metres(places, self.two[1]))
        if self.at is None:
            return np.zeros(len(places))
        return _metres(places, self.at)

    def reach(self, places: FloatArray) -> float:
        """The largest plausible distance of these places, if the caller does not set it."""
        if self.at is None:
            return _NEAR
        return min(max(_NEAR, _TIMES * float(np.median(self.metres(places)))), _WIDE)


def _median(places: FloatArray) -> FloatArray:
    """The median of latitudes and of longitudes; longitudes are unwrapped around the 180th meridian."""
    middle = np.median(places, axis=0)
    if np.ptp(places[:, 1]) > 180:
        beyond = np.column_stack([places[:, 0], places[:, 1] % 360])
        other = np.median(beyond, axis=0)
        spread = [np.median(np.abs(a[:, 1] - m[1])) for a, m in ((places, middle), (beyond, other))]
        if spread[1] < spread[0]:
            middle = np.array([other[0], (other[1] + 180) % 360 - 180])
    return middle


def _metres(places: FloatArray, middle: FloatArray) -> FloatArray:
    away = np.full(len(places), np.inf)
    real = (np.abs(places) <= [90, 180]).all(axis=1)
    n = int(real.sum())
    away[real] = geodesic_metres(
        places[real, 0], places[real, 1], np.full(n, middle[0]), np.full(n, middle[1])
    )
    return away


def _known(at: FloatArray) -> NDArray[np.int64]:
    with np.errstate(invalid="ignore"):
        return np.flatnonzero((np.abs(at) <= [90, 180]).all(axis=1))


# --- probable reasons


def _outside(
    places: FloatArray, box: tuple[tuple[float, float], tuple[float, float]] | None
) -> NDArray[np.bool_]:
    if box is None:
        return np.zeros(len(places), dtype=bool)
    (south, west), (north, east) = box
    latitude, longitude = places.T
    inside = (latitude >= south) & (latitude <= north) & (longitude >= west) & (longitude <= east)
    return ~inside


def _likely(
    place: FloatArray,
    middle: _Middle,
    farthest: float,
    box: tuple[tuple[float, float], tuple[float, float]] | None,
) -> tuple[str, str] | None:
    """The correction that brings a place near the others: swapped halves, sign, decimal point."""
    if middle.at is None and box is None:
        return None

    def fits(candidates: Sequence[tuple[float, float]]) -> bool:
        at = np.array(candidates)
        near = middle.at is None or middle.metres(at) <= farthest
        return bool((~_outside(at, box) & near).any())

    latitude, longitude = place.tolist()
    if fits([(longitude, latitude)]):
        return SWAPPED, LATITUDE_FIRST
    if fits([(-latitude, longitude), (latitude, -longitude), (-latitude, -longitude)]):
        return (
            Message("lies on the wrong side of the equator or of Greenwich, by a sign or a letter"),
            Message("correct the sign or the letter"),
        )
    shifts = [10.0**digits for digits in range(-_MOST_DIGITS, _MOST_DIGITS + 1)]
    moved = [(latitude * a, longitude * b) for a, b in itertools.product(shifts, shifts)]
    if fits([(a, b) for a, b in moved if abs(a) <= 90 and abs(b) <= 180]):
        return (
            Message("has a decimal point that looks misplaced"),
            Message("correct the decimal point"),
        )
    return None


def _turned_lists(lists: Sequence[Listed], farthest: float) -> dict[int, int | None]:
    """Lists that lie where another list lies with its halves swapped.

    Returns
    -------
    dict
        The number of each such list → None if it must be the wrong one, or the number of the other list
        if that may be wrong instead.
    """
    middles = {
        number: _median(places.at[rows])
        for number, places in enumerate(lists)
        if len(rows := _known(places.at))
    }
    for (one, here), (other, there) in itertools.combinations(middles.items(), 2):
        apart = _metres(here[None, :], there)[0]
        turned = _metres(here[None, ::-1], there)[0]
        if apart <= farthest or turned > farthest:
            continue
        nowhere = [
            number
            for number in (one, other)
            if not _SOUTHERNMOST <= middles[number][0] <= _NORTHERNMOST
        ]
        if len(nowhere) == 1:
            return {nowhere[0]: None}
        return {one: other, other: one}
    return {}
