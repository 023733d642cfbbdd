"""Straight-line distances: metres on the ellipsoid, in bulk. The only module that imports geopy.

A commune has some thousand households and some dozen members, so a million distances are needed at once.
geopy takes some 100 µs for each. Here Vincenty's inverse problem is solved for whole blocks of pairs,
with an error below a tenth of a millimetre.

References
----------
T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid, Survey Review 23 (1975),
https://doi.org/10.1179/sre.1975.23.176.88. For pairs on which that iteration fails, geopy uses C. F. F.
Karney, Algorithms for geodesics, Journal of Geodesy 87 (2013),
https://doi.org/10.1007/s00190-012-0578-z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phancong.errors import Defect, InvalidArgumentError
from phancong.travel.places import FloatArray, Places, called
from phancong.words import Message

# WGS 84: semi-major axis in metres, flattening; the other two constants follow.
_A = 6378137.0
_F = 1 / 298.257223563
_B = _A * (1 - _F)
_EP2 = (1 - (1 - _F) ** 2) / (1 - _F) ** 2

_BLOCK = 16384  # pairs; small, so that the columns stay in the cache (8,192 is as fast)
_STEP = 1e-12  # radians of λ, 0.006 mm: iterate until a step is smaller
STEPS: Final = 20  # the most steps of the iteration
# sin²(σ/2) above which two points are nearly antipodal (within 1.15°, 127 km): Vincenty's iteration then
# converges slowly, to a wrong value, or not at all.
_ANTIPODAL = 1 - 1e-4
# sin(σ)/2 is at least this, to avoid 0/0 and subnormal numbers.
_NOTHING = 1e-150
_METRES = {"m": 1.0, "km": 1000.0}


@dataclass(frozen=True, slots=True)
class Geodesic:
    """The shortest line on the ellipsoid WGS 84, ignoring rivers and hills.

    Equal to ``geopy.distance.geodesic`` to a millimetre, the same in both directions, and exactly zero
    between equal points (contract 3.1).

    Parameters
    ----------
    unit
        ``"m"`` for metres, or ``"km"``.

    Raises
    ------
    InvalidArgumentError
        The unit is another one.

    Examples
    --------
    >>> from phancong import Geodesic, Household, Member, Problem, solve
    >>> homes = [Household("h1", (22.401, 105.2))]
    >>> problem = Problem([Member("m1", (22.4, 105.2))], homes, travel=Geodesic(unit="km"))
    >>> round(solve(problem).metrics["travel_total"], 4)
    0.1107
    """

    unit: str = "m"

    def __post_init__(self) -> None:
        """Refuse a unit other than metres and kilometres."""
        if self.unit not in tuple(_METRES):  # a tuple, since a list given as unit has no hash
            raise InvalidArgumentError(f"unit: Geodesic knows 'm' and 'km', not {self.unit!r}")

    @property
    def metres(self) -> float:
        """The metres of one unit."""
        return _METRES[self.unit]

    def defects(self, households: Places, members: Places) -> list[Defect]:
        """A defect for each place without coordinates."""
        return [
            Defect(
                called(places.kind, places.ids[position]),
                "at",
                Message("has no coordinates, and travel is measured between coordinates"),
                Message(
                    "give latitude and longitude, or use travel=BetweenPlaces(...) or travel=None"
                ),
            )
            for places in (households, members)
            for position in np.flatnonzero(~_known(places))
        ]

    def between(self, households: Places, members: Places) -> FloatArray:
        """Travel from each household to each member.

        :meth:`defects` reports places without coordinates; here they are unreachable.

        Returns
        -------
        numpy.ndarray
            Shape ``(len(households), len(members))``, in :attr:`unit`; ``inf`` if a place has no
            coordinates.
        """
        rows, columns = _known(households), _known(members)
        near = _Points.at(households.latitude, households.longitude, rows)
        far = _Points.at(members.latitude, members.longitude, columns)
        result = np.empty((len(households), len(members)))
        # Blocks of whole rows, unless a row is longer than a block.
        width = max(1, min(_BLOCK, len(members)))
        height = _BLOCK // width
        for top in range(0, len(households), height):
            some = near.part(slice(top, top + height), None)
            for left in range(0, len(members), width):
                block = result[top : top + height, left : left + width]
                block[...] = _metres(some, far.part(None, slice(left, left + width)))
        result /= self.metres
        result[~rows, :] = np.inf
        result[:, ~columns] = np.inf
        return result

    def of_pairs(
        self,
        households: Places,
        members: Places,
        rows: NDArray[np.int64],
        columns: NDArray[np.int64],
    ) -> FloatArray:
        """Travel of some pairs only, with the values of :meth:`between`.

        Parameters
        ----------
        households, members
            Both sides; every place has coordinates.
        rows, columns
            Household and member of each pair, shape (N,) each.

        Returns
        -------
        numpy.ndarray
            Shape (N,), in :attr:`unit`.
        """
        near, rows = _of_these(households, rows)
        far, columns = _of_these(members, columns)
        result = np.empty(len(rows))
        for start in range(0, len(result), _BLOCK):
            block = slice(start, start + _BLOCK)
            result[block] = _metres(near.of(rows[block]), far.of(columns[block]))
        return result / self.metres


def cartesian(latitude: ArrayLike, longitude: ArrayLike) -> FloatArray:
    """Points of the ellipsoid in metres from the centre of the earth, shape ``(n, 3)``.

    Parameters
    ----------
    latitude, longitude
        Degrees WGS 84, finite, shape ``(n,)`` each.
    """
    points = _Points.at(latitude, longitude)
    turn = np.radians(points.longitude)
    return np.stack(
        [_A * points.cos * np.cos(turn), _A * points.cos * np.sin(turn), _B * points.sin], axis=-1
    )


def geodesic_metres(
    latitude: ArrayLike,
    longitude: ArrayLike,
    other_latitude: ArrayLike,
    other_longitude: ArrayLike,
    *,
    steps: int = STEPS,
) -> FloatArray:
    """Metres on the ellipsoid from each point to the other point at the same position.

    Parameters
    ----------
    latitude, longitude, other_latitude, other_longitude
        Degrees WGS 84, finite, shape ``(n,)`` each; the result is in metres, shape ``(n,)``.
    steps
        The most steps of the iteration; geopy computes pairs that have not converged by then.
    """
    near = _Points.at(latitude, longitude)
    far = _Points.at(other_latitude, other_longitude)
    result = np.empty(len(near.latitude))
    for start in range(0, len(result), _BLOCK):
        block = slice(start, start + _BLOCK)
        result[block] = _metres(near.part(block), far.part(block), steps)
    return result


def _wrapped(longitude: ArrayLike) -> FloatArray:
    """Longitudes in [-180, 180]; only those outside are changed, since that costs the last digits."""
    lon = np.asarray(longitude, dtype=np.float64)
    return np.where(np.abs(lon) > 180, np.remainder(lon + 180, 360) - 180, lon)


def _of_these(places: Places, index: NDArray[np.int64]) -> tuple[_Points, NDArray[np.int64]]:
    """The points of the places in *index*, and the index into them; of all where these are fewer."""
    if len(index) >= len(places.latitude):
        return _Points.at(places.latitude, places.longitude), index
    return _Points.at(places.latitude[index], places.longitude[index]), np.arange(len(index))


def _known(places: Places) -> NDArray[np.bool_]:
    return np.isfinite(places.latitude) & np.isfinite(places.longitude)


class _Points(NamedTuple):
    """The quantities of each point, computed once a point instead of once a pair."""

    latitude: FloatArray  # degrees, for geopy
    longitude: FloatArray  # degrees, within [-180, 180]
    reduced: FloatArray  # reduced latitude U, radians
    sin: FloatArray  # sin U
    cos: FloatArray  # cos U

    @classmethod
    def at(
        cls, latitude: ArrayLike, longitude: ArrayLike, known: NDArray[np.bool_] | bool = True
    ) -> _Points:
        # Unknown places are computed as (0, 0), without warnings; the caller overwrites the result.
        lat = np.where(known, np.asarray(latitude, dtype=np.float64), 0.0)
        lon = _wrapped(np.where(known, np.asarray(longitude, dtype=np.float64), 0.0))
        phi = np.radians(lat)
        # Exactly 0 at the poles: a pole is one point, whatever its longitude.
        cos_phi = np.where(np.abs(lat) == 90, 0.0, np.cos(phi))
        reduced = np.arctan2((1 - _F) * np.sin(phi), cos_phi)
        return cls(lat, lon, reduced, np.sin(reduced), np.where(cos_phi == 0, 0.0, np.cos(reduced)))

    def part(self, *index: slice | None) -> _Points:
        return _Points(*(column[index] for column in self))

    def of(self, rows: NDArray[np.int64]) -> _Points:
        return _Points(*(column[rows] for column in self))


def _metres(near: _Points, far: _Points, steps: int = STEPS) -> FloatArray:
    """The metres between two sets of points whose shapes broadcast."""
    apart = np.abs(near.longitude - far.longitude)
    shape = apart.shape
    apart = np.radians(np.minimum(apart, 360 - apart)).ravel()  # the shorter way around
    haversine = np.square(np.sin((near.reduced - far.reduced) / 2)).ravel()
    cosines = (near.cos * far.cos).ravel()
    sines = (near.sin * far.sin).ravel()
    result = _vincenty(apart, haversine, cosines, sines, steps)
    hard = np.flatnonzero(np.isnan(result))
    if hard.size:
        columns = (near.latitude, near.longitude, far.latitude, far.longitude)
        flat = (np.broadcast_to(column, shape).ravel()[hard] for column in columns)
        result[hard] = [_metres_by_geopy(*pair) for pair in zip(*flat, strict=True)]
    return result.reshape(shape)


def _metres_by_geopy(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    from geopy.distance import geodesic

    # Sorted, so that both directions agree to the last bit.
    first, second = sorted(((float(lat), float(lon)), (float(other_lat), float(other_lon))))
    return float(geodesic(first, second).m)


def _vincenty(
    apart: FloatArray, haversine: FloatArray, cosines: FloatArray, sines: FloatArray, steps: int
) -> FloatArray:
    """Vincenty's inverse solution, in a form that is stable for close points and at the equator.

    It differs from the paper in three ways that are equal in exact arithmetic. First, σ comes from
    sin²(σ/2) = sin²((U₁-U₂)/2) + cos U₁ cos U₂ sin²(λ/2). This sum of squares keeps its digits for close
    points and is symmetric; it loses digits only for nearly antipodal points, which geopy computes.
    Second, the divisions by cos²α are cancelled, so that the equator (cos²α = 0) is no special case.
    Third, the iteration uses the solution of the equation linearised for close points, as its start and
    its step, which saves two of four steps.

    Takes |L| in radians within [0, π], sin²((U₁-U₂)/2), cos U₁ cos U₂ and sin U₁ sin U₂, shape ``(n,)``
    each. Returns metres, NaN if the points are nearly antipodal or the iteration does not converge.
    """
    result = np.full(apart.shape, np.nan)
    where = np.arange(apart.size)
    damping = 1 / (1 - _F * cosines)
    lam = apart * damping
    for _ in range(steps):
        sin_half = np.sin(lam / 2)
        square = sin_half * sin_half
        chord = np.minimum(haversine + cosines * square, 1.0)  # sin²(σ/2)
        half = np.sqrt(chord * (1 - chord))  # sin(σ)/2
        sin_sigma = 2 * half
        cos_sigma = 1 - 2 * chord
        sigma = 2 * np.arcsin(np.sqrt(chord))
        sin_alpha = cosines * sin_half * np.sqrt(1 - square) / np.maximum(half, _NOTHING)
        cos2_alpha = 1 - sin_alpha * sin_alpha
        # cos 2σₘ · cos²α, and (2 cos² 2σₘ - 1) · cos⁴α
        middle = cos_sigma * cos2_alpha - 2 * sines
        double = 2 * middle * middle - cos2_alpha * cos2_alpha
        k = _F / 16 * (4 + _F * (4 - 3 * cos2_alpha))  # C / cos²α
        bracket = sigma + k * sin_sigma * (middle + k * cos_sigma * double)
        step = apart + (1 - k * cos2_alpha) * _F * sin_alpha * bracket - lam
        antipodal = chord > _ANTIPODAL
        done = (np.abs(step) <= _STEP) & ~antipodal
        columns = (sigma, sin_sigma, cos_sigma, cos2_alpha, middle, double)
        if done.all():
            result[where] = _length(*columns)
            break
        result[where[done]] = _length(*(column[done] for column in columns))
        more = ~(done | antipodal)
        lam = (lam + step * damping)[more]
        where, damping = where[more], damping[more]
        apart, haversine = apart[more], haversine[more]
        cosines, sines = cosines[more], sines[more]
    return result


def _length(
    sigma: FloatArray,
    sin_sigma: FloatArray,
    cos_sigma: FloatArray,
    cos2_alpha: FloatArray,
    middle: FloatArray,
    double: FloatArray,
) -> FloatArray:
    """Metres along the arc σ, with Vincenty's nested series for A and B (here q = B / cos²α)."""
    u2 = _EP2 * cos2_alpha
    a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    q = _EP2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    third = middle * (4 * sin_sigma * sin_sigma - 3) * (2 * double - cos2_alpha * cos2_alpha)
    delta = q * sin_sigma * (middle + q / 4 * (cos_sigma * double - q / 6 * third))
    return _B * a * (sigma - delta)
