"""The place of a GeoJSON shape: a point itself, or the centroid of a polygon."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from phancong.coordinates.number_pairs import Place, as_float, on_the_globe
from phancong.coordinates.refusals import no_point, unread


def place_of_shape(geometry: Any) -> Place:
    """Latitude and longitude of a point, or of the centroid of polygons.

    Parameters
    ----------
    geometry
        ``type`` and ``coordinates`` as in GeoJSON (RFC 7946), longitude first; also the
        ``__geo_interface__`` of shapely.

    Raises
    ------
    NoCoordinateError
        It is a line, several points, empty, or malformed.
    """
    if not isinstance(geometry, Mapping) or not isinstance(geometry.get("type"), str):
        raise unread()
    kind, coordinates = geometry["type"], geometry.get("coordinates")
    if kind == "Point":
        return _position(coordinates)
    if kind == "MultiPoint" and len(points := _listed(coordinates)) == 1:
        return _position(points[0])
    if kind == "Polygon":
        return _centre([coordinates])
    if kind == "MultiPolygon":
        return _centre(_listed(coordinates))
    raise no_point()


def _listed(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise unread()
    return value


def _position(position: Any) -> Place:
    """A position: longitude, latitude and an optional altitude."""
    numbers = [as_float(part) for part in _listed(position)]
    if not 2 <= len(numbers) <= 4 or any(
        number is None or not math.isfinite(number) for number in numbers
    ):
        raise unread()
    longitude, latitude = numbers[:2]
    assert longitude is not None
    assert latitude is not None
    return on_the_globe(latitude, longitude)


def _centre(polygons: Sequence[Any]) -> Place:
    """The centroid of polygons without their holes; the mean of the corners if they have no area."""
    rings = [(ring, hole) for polygon in polygons for hole, ring in enumerate(_listed(polygon))]
    places = [([_position(position) for position in _listed(ring)], hole) for ring, hole in rings]
    if not places or not places[0][0]:
        raise no_point()
    south, west = places[0][0][0]  # subtract an origin, so that differences keep their digits
    area = latitude = longitude = 0.0
    for ring, hole in places:
        whole = x = y = 0.0
        for (one, here), (other, there) in itertools.pairwise([*ring, *ring[:1]]):
            a, b, c, d = one - south, here - west, other - south, there - west
            cross = b * c - d * a
            whole += cross
            y += (a + c) * cross
            x += (b + d) * cross
        sign = (-1 if hole else 1) * math.copysign(1, whole)  # rings may turn either way
        area += sign * whole
        latitude += sign * y
        longitude += sign * x
    if not area > 1e-18:
        outer = places[0][0]
        return (
            sum(place[0] for place in outer) / len(outer),
            sum(place[1] for place in outer) / len(outer),
        )
    return on_the_globe(south + latitude / (3 * area), west + longitude / (3 * area))
