"""Points in exchange formats: WKT, WKB, geo URIs (RFC 5870) and GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
import re
import struct
from typing import Final

from phancong.coordinates.number_pairs import Place, on_the_globe
from phancong.coordinates.refusals import no_point, other_system, unread
from phancong.coordinates.shapes import place_of_shape

_NUMBER: Final = r"([-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:e[-+]?[0-9]{1,3})?)"
_WKT: Final = re.compile(
    rf"(?:srid\s*=\s*([0-9]{{1,9}})\s*;\s*)?point\s*(?:(z|m|zm)\s*)?"
    rf"\(\s*{_NUMBER}\s+{_NUMBER}(?:\s+{_NUMBER})?(?:\s+{_NUMBER})?\s*\)",
    re.IGNORECASE,
)
_GEOMETRY: Final = re.compile(
    r"(?:srid\s*=\s*[0-9]+\s*;\s*)?(?:point|linestring|polygon|multi[a-z]+|geometrycollection)"
    r"\s*(?:(?:z|m|zm)\s*)?(?:\(.*\)|empty)",
    re.IGNORECASE | re.DOTALL,
)
_GEO_URI: Final = re.compile(
    r"geo:(-?[0-9]{1,3}(?:\.[0-9]{1,30})?),(-?[0-9]{1,3}(?:\.[0-9]{1,30})?)"
    r"(?:,-?[0-9]{1,9}(?:\.[0-9]{1,30})?)?((?:;[a-z][a-z0-9-]*(?:=[^;?#]*)?)*)(?:\?z=[0-9.]{1,8})?",
    re.IGNORECASE,
)
_HEX: Final = re.compile(r"0[01](?:[0-9a-f]{2}){20,40}", re.IGNORECASE)
_WGS84: Final = 4326
# Flags of EWKB, as in PostGIS; ISO WKB adds thousands to the type instead.
_HAS_Z, _HAS_M, _HAS_SRID = 0x80000000, 0x40000000, 0x20000000


def read_well_known(text: str) -> Place | None:
    """The place of a text in one of these formats, None if it has another form.

    Raises
    ------
    NoCoordinateError
        It is in one of them but no point, or in another system of coordinates.
    """
    first = text[:1]
    if first in "gG" and text[:4].lower() == "geo:":
        return _read_geo_uri(text)
    if first in "pPsSlLmMgG" and _GEOMETRY.fullmatch(text):
        return _read_wkt(text)
    if first == "0" and _HEX.fullmatch(text):
        return read_wkb(bytes.fromhex(text))
    if first == "{":
        try:
            shape = json.loads(text)
        except (ValueError, RecursionError):
            raise unread() from None
        return place_of_shape(shape)
    return None


def _read_geo_uri(text: str) -> Place:
    found = _GEO_URI.fullmatch(text)
    if found is None:
        raise unread()
    for parameter in found[3].lower().split(";"):
        name, _, value = parameter.partition("=")
        if name == "crs" and value != "wgs84":
            raise other_system()
    return on_the_globe(float(found[1]), float(found[2]))


def _read_wkt(text: str) -> Place:
    found = _WKT.fullmatch(text)
    if found is None:
        raise no_point()
    if found[1] not in (None, str(_WGS84)):
        raise other_system()
    given = sum(number is not None for number in found.groups()[2:])
    # PostGIS shows the dimension by the number of coordinates, others by a letter.
    if given != len(found[2] or "") + 2 and not (found[1] and found[2] is None):
        raise unread()
    return on_the_globe(float(found[4]), float(found[3]))


def read_wkb(raw: bytes) -> Place:
    """The place of a point in WKB, of ISO or of PostGIS.

    Raises
    ------
    NoCoordinateError
        It is no point in WGS 84.
    """
    if len(raw) < 21 or raw[0] not in (0, 1):
        raise unread()
    order = "<" if raw[0] else ">"
    (kind,) = struct.unpack_from(f"{order}I", raw, 1)
    at = 5
    thousands, plain = divmod(kind & 0x0FFFFFFF, 1000)
    if thousands > 3 or plain not in range(1, 18):
        raise unread()
    if plain != 1:
        raise no_point()
    if kind & _HAS_SRID:
        (srid,) = struct.unpack_from(f"{order}I", raw, at)
        at += 4
        if srid not in (0, _WGS84):
            raise other_system()
    more = bool(kind & _HAS_Z or thousands in (1, 3)) + bool(kind & _HAS_M or thousands in (2, 3))
    if len(raw) != at + 8 * (2 + more):
        raise unread()
    longitude, latitude = struct.unpack_from(f"{order}2d", raw, at)
    return on_the_globe(latitude, longitude)
