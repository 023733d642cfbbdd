"""Where places join the paths: at the nearest point of an edge, not at the nearest node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phancong.travel.geodesic import geodesic_metres
from phancong.travel.paths.edges import Edges, IntArray
from phancong.travel.paths.extras import extra
from phancong.travel.places import FloatArray

# WGS 84: semi-major axis in metres, and the square of the first eccentricity.
_A: Final = 6378137.0
_F: Final = 1 / 298.257223563
_E2: Final = _F * (2 - _F)

#: The difference in metres up to which edges count as equally near: open ones first, then the first.
_SAME: Final = 1e-6
#: The relative distance from the end of an edge up to which a point counts as the end.
_AT_END: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Joints:
    """For each of n places, the point where it joins the paths.

    Parameters
    ----------
    piece
        The piece that it joins, -1 for a place without coordinates or without paths; ``(n,)``.
    part
        The position on the piece from tail to head, 0 to 1; shape ``(n,)``.
    metres
        The distance from the place to that point on the ellipsoid; ``inf`` if there is none; ``(n,)``.
    """

    piece: IntArray
    part: FloatArray
    metres: FloatArray


def search_tree(edges: Edges) -> Any:
    """A search tree of all pieces, on a plane in metres accurate enough to find near pieces."""
    shapely = extra("shapely")
    x, y = _plane(edges.latitude, edges.longitude, edges)
    ends = np.stack(
        [np.c_[x[edges.tail], y[edges.tail]], np.c_[x[edges.head], y[edges.head]]], axis=1
    )
    return shapely.STRtree(shapely.linestrings(ends))


def nearest_points(edges: Edges, tree: Any, latitude: FloatArray, longitude: FloatArray) -> Joints:
    """Find the nearest point on any edge for each place.

    The tree finds candidates. The nearest of them is determined on the plane tangential to the ellipsoid
    at the place, on which a piece is straight between its ends.

    Parameters
    ----------
    edges, tree
        The network, and :func:`search_tree` of it.
    latitude, longitude
        Degrees, NaN where unknown; shape ``(n,)``.
    """
    n = len(latitude)
    joints = Joints(np.full(n, -1), np.zeros(n), np.full(n, np.inf))
    known = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    if not len(edges) or not len(known):
        return joints
    shapely = extra("shapely")
    lat, lon = latitude[known], longitude[known]
    points = shapely.points(*_plane(lat, lon, edges))
    (asked, _), near = tree.query_nearest(points, return_distance=True, all_matches=False)
    reach = np.empty(len(known))
    reach[asked] = near
    wrong = _distortion(edges, lat)
    row, piece, part, metres = _near(edges, tree, points, lat, lon, reach * wrong + 0.01)
    least = np.full(len(known), np.inf)
    np.minimum.at(least, row, metres)
    close = metres <= least[row] + _SAME
    row, piece, part = row[close], piece[close], part[close]
    order = np.lexsort((piece, edges.shut[piece], row))  # at a node, an open edge first
    row, first = np.unique(row[order], return_index=True)
    piece, part = piece[order][first], part[order][first]
    to_lat, to_lon = spot_on(edges, piece, part)
    joints.piece[known[row]] = piece
    joints.part[known[row]] = part
    joints.metres[known[row]] = geodesic_metres(lat[row], lon[row], to_lat, to_lon)
    return joints


def pieces_within(
    edges: Edges, tree: Any, latitude: FloatArray, longitude: FloatArray, metres: float
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """All pieces within some metres of places.

    Returns
    -------
    tuple
        For each place and piece: the number of the place, the piece, the position of its nearest point,
        and the distance in metres.
    """
    points = extra("shapely").points(*_plane(latitude, longitude, edges))
    reach = np.full(len(latitude), metres * _distortion(edges, latitude) + 0.01)
    row, piece, part, away = _near(edges, tree, points, latitude, longitude, reach)
    within = away <= metres
    return row[within], piece[within], part[within], away[within]


def _distortion(edges: Edges, latitude: FloatArray) -> float:
    """The largest factor by which a distance on the plane can be wrong."""
    scale = np.cos(np.radians(np.r_[latitude, edges.latitude]))
    return float(scale.max() / scale.min()) * 1.02


def _near(
    edges: Edges,
    tree: Any,
    points: Any,
    latitude: FloatArray,
    longitude: FloatArray,
    reach: FloatArray,
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Pieces within *reach* on the plane, with the positions of their nearest points and true metres."""
    row, piece = tree.query(points, predicate="dwithin", distance=reach)
    part, metres = _foot(edges, piece, latitude[row], longitude[row])
    return row, piece, part, metres


def _turned(longitude: FloatArray, edges: Edges) -> FloatArray:
    """Degrees east of the first node, -180 to 180, so that the date line does not cut a network."""
    return np.remainder(longitude - edges.longitude[0] + 180, 360) - 180


def _plane(latitude: FloatArray, longitude: FloatArray, edges: Edges) -> tuple[Any, Any]:
    """Metres east and north, exact at the middle latitude of the network."""
    if not len(edges.latitude):  # no nodes
        return latitude, longitude
    middle = float(edges.latitude.mean())
    north, east = _metres_per_degree(np.array([middle]))
    return _turned(longitude, edges) * east[0], latitude * north[0]


def _metres_per_degree(latitude: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Metres of a degree north and of a degree east on the ellipsoid, at each latitude."""
    phi = np.radians(latitude)
    bulge = 1 - _E2 * np.sin(phi) ** 2
    north = _A * (1 - _E2) / bulge**1.5
    east = _A / np.sqrt(bulge) * np.cos(phi)
    return np.radians(north), np.radians(east)


def _foot(
    edges: Edges, piece: NDArray[Any], latitude: FloatArray, longitude: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The nearest point of a piece to a place: its position on the piece, and the metres to it."""
    north, east = _metres_per_degree(latitude)

    def seen(node: IntArray) -> tuple[FloatArray, FloatArray]:
        away = np.remainder(edges.longitude[node] - longitude + 180, 360) - 180
        return away * east, (edges.latitude[node] - latitude) * north

    (x0, y0), (x1, y1) = seen(edges.tail[piece]), seen(edges.head[piece])
    dx, dy = x1 - x0, y1 - y0
    squared = dx * dx + dy * dy
    part = np.clip(-(x0 * dx + y0 * dy) / np.where(squared > 0, squared, 1.0), 0.0, 1.0)
    part = np.where(part <= _AT_END, 0.0, np.where(part >= 1 - _AT_END, 1.0, part))
    return part, np.hypot(x0 + part * dx, y0 + part * dy)


def spot_on(edges: Edges, piece: IntArray, part: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Latitude and longitude of a point on a piece."""
    one, other = edges.tail[piece], edges.head[piece]
    east = np.remainder(edges.longitude[other] - edges.longitude[one] + 180, 360) - 180
    north = edges.latitude[other] - edges.latitude[one]
    # Interpolate from the nearer end, so that the ends are exact.
    near = part <= 0.5
    return (
        np.where(
            near,
            edges.latitude[one] + part * north,
            edges.latitude[other] - (1 - part) * north,
        ),
        np.where(
            near,
            edges.longitude[one] + part * east,
            edges.longitude[other] - (1 - part) * east,
        ),
    )
