"""The 3,321 communes of Vietnam since July 2025: code, province, centre and area."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

#: Households of the country, and members of the Party: published totals, rounded.
HOUSEHOLDS = 28_000_000
MEMBERS = 5_600_000
#: Square kilometres of a commune on average, for the few whose area is not known.
AREA = 100.0


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune.

    Parameters
    ----------
    code
        Its code in the national list, five digits.
    province
        The code of its province.
    name, province_name
        Their names.
    latitude, longitude
        Its centre, in degrees.
    area
        In square kilometres.
    """

    code: str
    province: str
    name: str
    province_name: str
    latitude: float
    longitude: float
    area: float


def communes() -> list[Commune]:
    """All communes, in the order of their codes, from the package vietnamadminunits.

    Raises
    ------
    ModuleNotFoundError
        The package, of the extra ``bench``, is not installed.
    """
    found = find_spec("vietnamadminunits")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("the communes are those of vietnamadminunits; install it")
    path = Path(found.origin).parent / "data" / "dataset.db"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as data:
        rows = data.execute(
            "SELECT wardCode, provinceCode, ward, province, wardLat, wardLon, wardAreaKm2 "
            "FROM admin_units ORDER BY wardCode"
        ).fetchall()
    return [
        Commune(code, province, name, province_name, latitude, longitude, area or AREA)
        for code, province, name, province_name, latitude, longitude, area in rows
    ]
