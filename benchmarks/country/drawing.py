"""Draws a country: hamlets as in `phancong.synth`, on the real communes, as Parquet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.country.places import HOUSEHOLDS, MEMBERS, Commune, communes
from phancong import Problem
from phancong.synth import Weights, commune
from phancong.synth.land import LATITUDE_METRES, LONGITUDE_METRES

#: Spread of the logarithm of the households of a commune.
SIGMA = 0.5
#: The part of members who can serve, between the 72 and 89 % that are reported, and the lower rest.
ABLE = 0.7
#: Rows of a row group.
GROUP = 20_000
#: The part of a commune's area that hamlets lie in, at most.
SETTLED = 0.5

SCHEMAS = {
    "members": {
        **dict.fromkeys(("commune", "id"), "string"),
        **dict.fromkeys(("lat", "lon"), "float64"),
        "hamlet": "string",
        "household": "string",
        "share": "float64",
        **dict.fromkeys(("min_households", "max_households"), "int64"),
        **dict.fromkeys(("min_workload", "max_workload"), "float64"),
    },
    "households": {
        **dict.fromkeys(("commune", "id"), "string"),
        **dict.fromkeys(("lat", "lon"), "float64"),
        **dict.fromkeys(("hamlet", "cluster"), "string"),
        **dict.fromkeys(("workload", "priority"), "float64"),
    },
    "previous": {**dict.fromkeys(("commune", "household", "member"), "string"), "years": "float64"},
    "communes": {
        **dict.fromkeys(("commune", "province", "commune_name", "province_name"), "string"),
        "max_travel": "float64",
        "within_hamlet": "bool",
    },
}


def draw(
    folder: Path,
    *,
    seed: int = 1,
    every: int = 1,
    size: float = 1.0,
    weights: Weights = "equal",
) -> dict[str, int]:
    """Draw a country into a folder, commune after commune.

    Parameters
    ----------
    folder
        Receives ``members.parquet``, ``households.parquet``, ``previous.parquet`` and
        ``communes.parquet``, sorted by commune.
    seed
        The same seed and options, the same country; a commune does not depend on ``every``.
    every
        Takes one commune of so many: 300 for a test, 30 for a laptop.
    size
        The part of its households and members that each commune has.
    weights
        As in :func:`phancong.synth.commune`.

    Returns
    -------
    dict
        Rows of each table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with Tables(folder) as tables:
        for place, households in sizes(communes(), seed)[::every]:
            problem = drawn(place, max(round(households * size), 12), seed, weights)
            for name, rows in rows_of(place, problem).items():
                tables.add(name, rows)
    return tables.counts


def sizes(places: Sequence[Commune], seed: int) -> list[tuple[Commune, int]]:
    """Households of each commune: log-normal, and in all those of the country."""
    drawn_sizes = np.exp(SIGMA * np.random.default_rng(seed).standard_normal(len(places)))
    households = np.round(drawn_sizes * (HOUSEHOLDS / drawn_sizes.sum()))
    return list(zip(places, households.astype(int).tolist(), strict=True))


def drawn(place: Commune, households: int, seed: int, weights: Weights) -> Problem:
    """The problem of one commune; 15 % of them cannot hold as posed."""
    mixed = np.random.SeedSequence([seed, int(place.code)]).generate_state(1)
    members = max(round(households * MEMBERS / HOUSEHOLDS * ABLE), 1)
    return commune(
        int(mixed[0]), members=members, households=households, able=ABLE, weights=weights
    )


def rows_of(place: Commune, problem: Problem) -> dict[str, list[dict[str, Any]]]:
    """Rows of each table, with the houses moved to where the commune is, and no farther apart."""
    at = _Moved(place, problem)
    key = {"commune": place.code}
    homes = {h.id: at(h.at) for h in problem.households}
    return {
        "members": [
            {
                **key,
                "id": m.id,
                **at(m.at),
                "hamlet": m.hamlet,
                "household": m.household,
                "share": m.share,
                "min_households": m.min_households or None,
                "max_households": m.max_households,
                "min_workload": m.min_workload or None,
                "max_workload": m.max_workload,
            }
            for m in problem.members
        ],
        "households": [
            {
                **key,
                "id": h.id,
                **homes[h.id],
                "hamlet": h.hamlet,
                "cluster": h.cluster,
                "workload": h.workload,
                "priority": h.priority,
            }
            for h in problem.households
        ],
        "previous": [
            {**key, "household": household, "member": member, "years": years}
            for household, member, years in problem.previous
        ],
        "communes": [
            {
                **key,
                "province": place.province,
                "commune_name": place.name,
                "province_name": place.province_name,
                "max_travel": _scaled(problem, at.scale),
                "within_hamlet": problem.within_hamlet or None,
            }
        ],
    }


class _Moved:
    """Moves a place of the drawn commune to the real one."""

    def __init__(self, place: Commune, problem: Problem) -> None:
        columns = problem.household_columns
        self._place = place
        self._middle = float(columns.latitude.mean()), float(columns.longitude.mean())
        self._east = LONGITUDE_METRES * math.cos(math.radians(self._middle[0]))
        north = np.ptp(columns.latitude) * LATITUDE_METRES
        east = np.ptp(columns.longitude) * self._east
        room = SETTLED * place.area * 1e6
        self.scale = min(1.0, math.sqrt(room / max(float(north * east), 1.0)))

    def __call__(self, at: Any) -> dict[str, float]:
        north = (at[0] - self._middle[0]) * LATITUDE_METRES * self.scale
        east = (at[1] - self._middle[1]) * self._east * self.scale
        degree = LONGITUDE_METRES * math.cos(math.radians(self._place.latitude))
        return {
            "lat": round(self._place.latitude + north / LATITUDE_METRES, 6),
            "lon": round(self._place.longitude + east / degree, 6),
        }


def _scaled(problem: Problem, scale: float) -> float | None:
    """The farthest way, scaled as the land, and a metre more for what coordinates are rounded."""
    return None if problem.max_travel is None else round(problem.max_travel * scale * 1.005 + 1, 1)


class Tables:
    """Writes tables with rows of a bounded number in memory.

    Parameters
    ----------
    folder
        Where to.
    """

    def __init__(self, folder: Path) -> None:
        self.counts = dict.fromkeys(SCHEMAS, 0)
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
        self._schemas = {
            name: pa.schema([(n, pa.type_for_alias(kind)) for n, kind in columns.items()])
            for name, columns in SCHEMAS.items()
        }
        self._writers = {
            name: pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd")
            for name, schema in self._schemas.items()
        }

    def add(self, name: str, rows: Sequence[dict[str, Any]]) -> None:
        """Add rows to a table."""
        self.counts[name] += len(rows)
        self._rows[name] += rows
        if len(self._rows[name]) >= GROUP:
            self._flush(name)

    def _flush(self, name: str) -> None:
        table = pa.Table.from_pylist(self._rows[name], schema=self._schemas[name])
        self._writers[name].write_table(table)
        self._rows[name] = []

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name, writer in self._writers.items():
            self._flush(name)
            writer.close()


def communes_of(folder: Path) -> Iterator[str]:
    """Keys of the communes that a folder holds."""
    yield from pq.read_table(folder / "communes.parquet").column("commune").to_pylist()
