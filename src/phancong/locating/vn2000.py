"""VN-2000 metres to degrees WGS 84. The only module that imports pyproj, the extra ``vn2000``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from phancong.errors import InvalidArgumentError, MissingExtraError
from phancong.problem import FloatArray

#: A function from eastings and northings in metres to latitudes and longitudes in degrees.
ToDegrees = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

_MEND: Final = (
    "give the EPSG code of the zone, or its central meridian: 9211 or '106-00' is the one of "
    "106°00′, 9209 or '105-30' the one of 105°30′"
)


def to_degrees(zone: int | str) -> ToDegrees:
    """The conversion from metres of one VN-2000 zone to degrees WGS 84, including the datum shift.

    Parameters
    ----------
    zone
        An EPSG code, or a central meridian such as ``"106-00"`` or ``"105°45′"``, which stands for the
        three-degree zone around it.

    Raises
    ------
    InvalidArgumentError
        It is no zone of VN-2000, or EPSG has withdrawn it.
    MissingExtraError
        pyproj is not installed.
    """
    try:
        import pyproj  # here: it is an extra
        from pyproj.transformer import TransformerGroup
    except ImportError:
        raise MissingExtraError(
            "VN-2000 needs pyproj, which is an extra: pip install 'phancong[vn2000]'"
        ) from None
    code = _code(zone, pyproj)
    # No ballpark operation: it omits the datum shift, which moves every house by 223 m.
    group = TransformerGroup(code, 4326, always_xy=True, allow_ballpark=False)
    transformer = group.transformers[0]

    def convert(easting: FloatArray, northing: FloatArray) -> tuple[FloatArray, FloatArray]:
        # Lists, since numpy before 2.4 would convert an array of one place to a number, with a warning.
        longitude, latitude = transformer.transform(easting.tolist(), northing.tolist())
        return np.asarray(latitude), np.asarray(longitude)

    return convert


def _code(zone: int | str, pyproj: Any) -> int:
    """The EPSG code of a zone."""
    zones = {
        int(info.code): info.name
        for info in pyproj.database.query_crs_info(
            auth_name="EPSG", pj_types=pyproj.enums.PJType.PROJECTED_CRS
        )
        if info.name.startswith("VN-2000 / ")
    }
    if isinstance(zone, str):
        degrees = re.fullmatch(r"\s*(\d{3})\s*[-°\s]\s*(\d{2})\s*['′]?\s*", zone)
        name = f"VN-2000 / TM-3 {'-'.join(degrees.groups())}" if degrees else zone.strip()
        code = next((code for code, known in zones.items() if known == name), None)
        if code is not None:
            return code
        if zone.strip().isdigit():
            zone = int(zone)
    if isinstance(zone, int) and not isinstance(zone, bool) and zone in zones:
        return zone
    raise InvalidArgumentError(f"vn2000: {zone!r} is not a zone of VN-2000 in use; {_MEND}")
