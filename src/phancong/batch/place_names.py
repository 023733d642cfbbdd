"""The names of communes and provinces, as the table of communes gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow.parquet as pq

from phancong.batch.index import Index, plain
from phancong.batch.inputs import PLACE_COLUMNS
from phancong.problem import Id


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """The names of communes and provinces.

    A commune without a plan has no province in the datasets, but belongs to one all the same.

    Parameters
    ----------
    province_of
        Commune → its province.
    communes, provinces
        Commune or province → its name.
    """

    province_of: Mapping[Id, str] = field(default_factory=dict)
    communes: Mapping[Id, str] = field(default_factory=dict)
    provinces: Mapping[str, str] = field(default_factory=dict)

    def commune(self, key: Id) -> str:
        """A commune by its name and its key, or by its key alone."""
        return _named(str(key), self.communes.get(key))

    def province(self, code: str) -> str:
        """A province by its name and its code, or by its code alone."""
        return _named(code, self.provinces.get(code))


def _named(code: str, name: str | None) -> str:
    return code if name is None or name == code else f"{name} ({code})"


def read_place_names(index: Index, by: str) -> PlaceNames:
    """The names in the table of communes.

    Parameters
    ----------
    index
        The communes of the batch.
    by
        The column that names the commune.
    """
    found = PlaceNames({}, {}, {})
    places = [one.places.get("communes", ()) for one in index.communes.values()]
    for path in sorted({file.path for files in places for file, _ in files}):
        there = [name for name in PLACE_COLUMNS if name in pq.read_schema(path).names]
        table = pq.read_table(path, columns=[by, *there])
        keys = plain(table.column(by)).to_pylist()
        for key, row in zip(keys, table.select(there).to_pylist(), strict=True):
            _note(found, key, row)
    return found


def _note(found: Any, key: Id, row: Mapping[str, object]) -> None:
    """Add one row of the table."""
    province, commune, name = (row.get(column) for column in PLACE_COLUMNS)
    if province is not None:
        found.province_of[key] = str(province)
    if commune is not None:
        found.communes[key] = str(commune)
    if province is not None and name is not None:
        found.provinces[str(province)] = str(name)
