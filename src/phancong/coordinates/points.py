"""A point in any form: text, two numbers, or an object of a library of maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from phancong.coordinates.letters import LetterSystem
from phancong.coordinates.number_pairs import Place, as_float, read_halves, read_text
from phancong.coordinates.refusals import unread
from phancong.coordinates.shapes import place_of_shape
from phancong.coordinates.well_known import read_well_known, read_wkb


def read_point(value: Any, system: LetterSystem | None = None) -> Place:
    r"""Latitude and longitude of a whole coordinate, in degrees WGS 84.

    Parameters
    ----------
    value
        Two numbers or texts, latitude first (a third number is the altitude); text such as ``"21.03,
        105.85"``, ``"21°1'48\" N 105°51' E"``, ODK's ``"21.03 105.85 12.0 4.9"``, WKT and WKB (longitude
        first, as in their standards), a ``geo:`` URI or a GeoJSON point; or a point of shapely,
        geopandas or geopy. A polygon of GeoJSON or shapely stands for its centroid.
    system
        The language of the letters in its column, if known: N is north, or south in Vietnamese.

    Raises
    ------
    NoCoordinateError
        The whole value is no coordinate, or it is ambiguous. The message does not repeat it.
    """
    if isinstance(value, str):
        place = read_well_known(value.strip())
        return read_text(value, system) if place is None else place
    if isinstance(value, tuple | list | np.ndarray):
        return _read_sequence(value, system)
    if isinstance(value, bytes | bytearray | memoryview):
        return read_wkb(bytes(value))
    if isinstance(value, Mapping):
        return place_of_shape(value)
    if hasattr(value, "latitude") and hasattr(value, "longitude"):  # points of geopy
        return read_halves(value.latitude, value.longitude)
    shape = getattr(value, "__geo_interface__", None)  # geometries of shapely and other libraries
    if isinstance(shape, Mapping):
        return place_of_shape(shape)
    raise unread()


def _read_sequence(value: Any, system: LetterSystem | None) -> Place:
    parts = [value] if isinstance(value, np.ndarray) and not value.ndim else list(value)
    if len(parts) not in (2, 3):
        raise unread()
    if len(parts) == 3 and as_float(parts[2]) is None:
        raise unread()
    return read_halves(parts[0], parts[1], system)
